"""What is doubtful or wrong in somebody's file: each remark once, counted, with its examples."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

SHOWN = 5  # examples of a remark


@dataclass(slots=True)
class Remark:
    """Something seen of the file: how often, some examples; `grave` when it forbids the import."""

    text: str
    grave: bool
    hint: str = ""
    count: int = 0
    examples: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """The remark as a user reads it."""
        shown = ", ".join(self.examples)
        more = ", …" if self.count > len(self.examples) > 0 else ""
        counted = f" ({self.count})" if self.count > 1 else ""
        return f"{self.text}{counted}" + (f"\u00a0: {shown}{more}" if shown else "")


@dataclass(slots=True)
class Remarks:
    """The remarks of a file, each once, in the order in which they were first met."""

    found: dict[str, Remark] = field(default_factory=dict)

    def add(
        self, text: str, example: str = "", *, grave: bool = False, hint: str = "", count: int = 1
    ) -> None:
        """Count a remark once more."""
        remark = self.found.setdefault(text, Remark(text, grave, hint))
        remark.count += count
        if example and len(remark.examples) < SHOWN and example not in remark.examples:
            remark.examples.append(example)

    def __iter__(self) -> Iterator[Remark]:
        """The grave ones first."""
        return iter(sorted(self.found.values(), key=lambda one: not one.grave))
