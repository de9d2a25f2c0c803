"""Words looked for in the texts of series: folded, widened by synonyms, met nearly if need be."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from diagnostic.model import Series

NEAR = 0.8
LONGEST_PHRASE = 6
_SILENT = frozenset(
    {"a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "ou", "par"}
    | {"pour", "un", "une"}
)


@dataclass(frozen=True, slots=True)
class Match:
    """A series found and how well it answers; `near` when a word was only nearly met."""

    series: Series
    score: float
    near: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words asked together, the phrases that answer as well, those meant by a slip of the pen."""

    text: str
    equivalents: tuple[str, ...] = ()
    slips: tuple[str, ...] = ()


def fold(text: str) -> str:
    """`text` in lower case without accents, everything but letters and digits made a space."""
    bare = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "oe"))
    kept = "".join(c for c in bare if not unicodedata.combining(c)).casefold()
    return " ".join(re.findall(r"[a-z0-9]+", kept))


def stem(text: str) -> str:
    """`text` folded, each word without the mark of its plural: "Crèches" gives "creche"."""
    return " ".join(w[:-1] if len(w) > 3 and w[-1] in "sx" else w for w in fold(text).split())


class Index:
    """Finds series by words; `synonyms` are groups of phrases that mean the same."""

    def __init__(self, synonyms: Iterable[Sequence[str]] = ()) -> None:
        """An index that knows these groups."""
        groups = [tuple(stem(word) for word in group) for group in synonyms]
        self._groups = {word: group for group in groups for word in group}

    def search(self, words: str, series: Iterable[Series]) -> list[Match]:
        """The series that meet every phrase of `words`, each with its score, in their order."""
        asked = self.phrases(words)
        found = (_Texts.of(each).match(each, asked) for each in series)
        return [match for match in found if match is not None]

    def phrases(self, words: str) -> list[Phrase]:
        """The phrases of `words`: the longest known ones whole, then word by word."""
        left, found = stem(words).split(), []
        while left:
            sizes = range(min(len(left), LONGEST_PHRASE), 1, -1)
            size = next((n for n in sizes if " ".join(left[:n]) in self._groups), 1)
            text = " ".join(left[:size])
            if text not in _SILENT:
                known = () if text in self._groups else _close(text, self._groups)
                slips = self._groups[known[0]] if known else ()
                found.append(Phrase(text, self._groups.get(text, ()), slips))
            left = left[size:]
        return found


@dataclass(frozen=True, slots=True)
class _Texts:
    """The texts of one series in which words are looked for, each with its weight."""

    weighted: tuple[tuple[float, str], ...]

    @classmethod
    def of(cls, series: Series) -> _Texts:
        texts = (
            (5.0, series.label),
            (4.0, series.id),
            (2.0, f"{series.theme} {series.population} {series.producer}"),
            (1.0, f"{series.definition} {series.dataset} {series.field}"),
        )
        return cls(tuple((weight, f" {stem(text)} ") for weight, text in texts))

    def match(self, series: Series, asked: Sequence[Phrase]) -> Match | None:
        """How well the series answers every phrase, None when one is not met at all."""
        total, near = 0.0, False
        for phrase in asked:
            others = (0.8 * self.score(text) for text in phrase.equivalents)
            score = max(self.score(phrase.text), *others, 0.0)
            if not score:
                meant = (*_close(phrase.text, self.words), *phrase.slips)
                score, near = 0.3 * max(map(self.score, meant), default=0.0), True
            if not score:
                return None
            total += score
        return Match(series, round(total, 3), near)

    def score(self, phrase: str) -> float:
        """The weight of the best text that holds the phrase, half of it for a mere beginning."""
        whole = max((w for w, text in self.weighted if f" {phrase} " in text), default=0.0)
        begun = max((w for w, text in self.weighted if f" {phrase}" in text), default=0.0)
        return max(whole, begun / 2 if len(phrase) > 2 else 0.0)

    @property
    def words(self) -> list[str]:
        """Every word of the texts, sorted."""
        return sorted({word for _, text in self.weighted for word in text.split()})


def _close(word: str, known: Iterable[str]) -> list[str]:
    """The known word most like `word`, in a list; empty when none is like it."""
    return difflib.get_close_matches(word, list(known), n=1, cutoff=NEAR)
