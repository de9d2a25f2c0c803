"""The words to avoid are found, and no shipped text uses them."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from diagnostic import resources
from diagnostic.wording import vocabulary
from diagnostic.wording.vocabulary import Blemish, blemishes

_PACKAGE = Path(vocabulary.__file__).parent
_SHIPPED = [
    path
    for name in ("report_specs", "catalogue", "templates")
    for path in sorted(resources.folder(name).rglob("*"))
    if path.suffix in {".yaml", ".yml", ".md", ".jinja", ".html", ".j2"} and "fonts" not in path.parts
]
_YAML_KEY = re.compile(r"(?<![^\s{,\[-])[\w.-]+:(?=\s|$)")
_MARKUP = re.compile(r"<style.*?</style>|<script.*?</script>|<[^>]*>|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)


def prose(path: Path) -> str:
    """The words of a shipped file that a reader may see, line for line."""
    text = path.read_text(encoding="utf-8")
    if path.suffix in {".yaml", ".yml"}:
        # Titles of datasets are their producers', synonyms what a user may type: neither is ours.
        text = re.sub(r"(?m)^\s*(?:title: .*|synonyms:\n(?:\s*- .*\n?)*)$", _blank, text) if (
            path.parent.name == "catalogue") else text
        return _YAML_KEY.sub("", text)
    return _MARKUP.sub(_blank, text)


def _blank(match: re.Match[str]) -> str:
    return "\n" * match.group().count("\n")


@pytest.mark.parametrize("path", _SHIPPED, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_shipped_text_uses_a_word_to_avoid(path: Path) -> None:
    """Specs, catalogue and templates keep to the vocabulary, or mark what they must name."""
    found = [f"{path.name}:{b.line}: « {b.word} » → {b.suggestion}" for b in blemishes(prose(path))]
    assert found == []
