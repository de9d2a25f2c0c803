"""Words looked for in the texts of series: folded, widened by synonyms, met nearly if need be.

Nothing heavy is imported here: a search must answer before its reader notices.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from diagnostic.model import Series

NEAR = 0.8
FARTHEST = 2  # letters more or less in a slip of the pen
LONGEST_PHRASE = 6
SYNONYM, BEGUN, SLIP = 0.9, 0.5, 0.3  # what a lesser meeting is worth
DESCRIBED = 0.5  # what the catalogue describes comes before what a portal lists
_WEIGHTS = (5.0, 4.0, 2.0, 1.0)
_SILENT = frozenset(
    {"a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "ou", "par"}
    | {"pour", "un", "une"}
)
_ACCENT = re.compile("[\u0300-\u036f]")
_LETTERS = re.compile("[a-z0-9]+")
_YEAR = re.compile(r"\b(1[89]\d\d|20\d\d)\b")
_SPAN = re.compile(r"\b(1[89]\d\d|20\d\d) a (?:[a-z0-9]+ ){0,3}?(1[89]\d\d|20\d\d)\b")


class Entry(NamedTuple):
    """What a search says of a series; `needs` are the filters that its id still wants."""

    id: str
    label: str
    unit: str
    theme: str
    producer: str
    dataset: str
    levels: tuple[str, ...]
    frequency: str
    periods: str
    years: tuple[int, ...]
    quality_label: str
    coming: bool
    described: bool
    needs: tuple[str, ...]


class Match(NamedTuple):
    """A series found and how well it answers; `near` when a word was only nearly met."""

    series: Entry
    score: float
    near: bool = False


class Phrase(NamedTuple):
    """Words asked together, and the phrases that answer as well."""

    text: str
    equivalents: tuple[str, ...] = ()


def fold(text: str) -> str:
    """`text` in lower case without accents, everything but letters and digits made a space."""
    bare = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "oe"))
    return " ".join(_LETTERS.findall(_ACCENT.sub("", bare).casefold()))


def stem(text: str) -> str:
    """The words of `text` folded, without the mark of their plural nor the silent ones.

    "Les crèches de la commune" gives "creche commune".
    """
    words = (w[:-1] if len(w) > 3 and w[-1] in "sx" else w for w in fold(text).split())
    return " ".join(word for word in words if word not in _SILENT)


def years(periods: str) -> tuple[int, ...]:
    """The years that a text of periods names or spans: "2020 à 2022", "2012 et 2023"."""
    text = fold(periods)
    found = {int(year) for year in _YEAR.findall(text)}
    for first, last in _SPAN.findall(text):
        found.update(range(int(first), int(last) + 1))
    return tuple(sorted(found))


def entry(
    series: Series,
    *,
    coming: bool = False,
    described: bool = True,
    needs: Sequence[str] = (),
) -> Entry:
    """The entry of a series; `coming` when no data of it can be had yet."""
    return Entry(
        id=series.id,
        label=series.label,
        unit=series.unit,
        theme=series.theme,
        producer=series.producer,
        dataset=series.dataset,
        levels=series.levels,
        frequency=series.frequency,
        periods=series.periods,
        years=years(series.periods),
        quality_label=series.quality_label,
        coming=coming,
        described=described,
        needs=tuple(needs),
    )


def texts(series: Series) -> tuple[str, ...]:
    """What is searched of a series, stemmed: its label, its id, its subject, the rest."""
    return (
        stem(series.label),
        stem(series.id),
        stem(f"{series.theme} {series.population} {series.producer}"),
        stem(f"{series.definition} {series.dataset} {series.field}"),
    )


class Text:
    """One text of every series, end to end, so that a word is looked for in all of them at once.

    Each stands on its line, between spaces.
    """

    def __init__(self, whole: str) -> None:
        """The lines of `whole`."""
        self.whole = whole
        lengths = [len(line) + 1 for line in whole.split("\n")]
        self._starts = [0, *accumulate(lengths)][:-1]

    @classmethod
    def of(cls, lines: Iterable[str]) -> Text:
        """The text of these lines, in the order of the series."""
        return cls("\n".join(f" {line} " for line in lines))

    def holding(self, words: str) -> dict[int, int]:
        """Where `words` stand: for each series that has them, the first place in its line."""
        found: dict[int, int] = {}
        at = self.whole.find(words)
        while at >= 0:
            number = bisect_right(self._starts, at) - 1
            found.setdefault(number, at - self._starts[number])
            at = self.whole.find(words, at + 1)
        return found

    def length(self, number: int) -> int:
        """How many words the line of a series has."""
        start = self._starts[number]
        end = self.whole.find("\n", start)
        return len(self.whole[start : end if end >= 0 else None].split())


class Index:
    """Finds series by words; `synonyms` are groups of phrases that mean the same."""

    def __init__(
        self,
        entries: Iterable[Entry] = (),
        searched: Iterable[Text] = (),
        synonyms: Iterable[Sequence[str]] = (),
        themes: Sequence[str] = (),
    ) -> None:
        """An index of these entries and their texts, of which there are as many as weights.

        The themes come in that order, others after them.
        """
        self.entries = tuple(entries)
        self.searched = tuple(searched)
        self.synonyms = tuple(tuple(group) for group in synonyms)
        self.themes = tuple(themes)
        groups = [tuple(stem(word) for word in group) for group in self.synonyms]
        self._groups = {word: group for group in groups for word in group}

    def search(
        self,
        words: str = "",
        *,
        theme: str = "",
        producer: str = "",
        level: str = "",
        frequency: str = "",
        period: str = "",
        since: str = "",
        label: bool = False,
    ) -> list[Match]:
        """Series that answer every word, best first; accents, case and plurals do not count.

        A word is met by its synonyms too, or nearly (a slip of the pen) when no series meets
        it, at a lower score. `period` keeps the series that hold that year, `since` those that
        go back to it at least, `label` those with a quality label. An id comes first for
        itself. No words: all the series that pass the filters, in the order of themes.
        """
        theme, producer, frequency = fold(theme), fold(producer), fold(frequency)
        kept = [
            match
            for match in self._answers(words)
            if (not theme or theme in fold(match.series.theme))
            and (not producer or producer == fold(match.series.producer))
            and (not level or level in match.series.levels)
            and (not frequency or frequency in fold(match.series.frequency))
            and (not period or int(period) in match.series.years)
            and (not since or (match.series.years and match.series.years[0] <= int(since)))
            and (not label or match.series.quality_label)
        ]
        place = {name: rank for rank, name in enumerate(self.themes)}
        last = len(place)
        return sorted(
            kept,
            key=lambda m: (
                m.series.id != words.strip(),
                -m.score,
                place.get(m.series.theme, last),
                not m.series.described,
                m.series.id,
            ),
        )

    def phrases(self, words: str) -> list[Phrase]:
        """The phrases of `words`: the longest known ones whole, then word by word."""
        left, found = stem(words).split(), []
        while left:
            sizes = range(min(len(left), LONGEST_PHRASE), 1, -1)
            size = next((n for n in sizes if " ".join(left[:n]) in self._groups), 1)
            text = " ".join(left[:size])
            found.append(Phrase(text, self._groups.get(text, ())))
            left = left[size:]
        return found

    def _answers(self, words: str) -> list[Match]:
        """The series that meet every phrase, in their order."""
        totals = {n: DESCRIBED if one.described else 0.0 for n, one in enumerate(self.entries)}
        near = False
        for phrase in self.phrases(words):
            scores = self.scores(phrase)
            if not scores and (meant := self._meant(phrase.text)) is not None:
                near = True
                scores = {n: SLIP * score for n, score in self.scores(meant).items()}
            totals = {n: totals[n] + score for n, score in scores.items() if n in totals}
        return [Match(self.entries[n], round(totals[n], 3), near) for n in sorted(totals)]

    def scores(self, phrase: Phrase) -> dict[int, float]:
        """How well each series meets the phrase or one that means the same; by its number."""
        best = self._meeting(phrase.text)
        for other in phrase.equivalents:
            if other != phrase.text:
                for number, score in self._meeting(other).items():
                    best[number] = max(best.get(number, 0.0), SYNONYM * score)
        return best

    def _meeting(self, words: str) -> dict[int, float]:
        """The weight of the best text that holds `words`, half of it for a mere beginning.

        A label counts more when it begins so, and the more of it is said.
        """
        best: dict[int, float] = {}
        for weight, text in zip(_WEIGHTS, self.searched, strict=True):
            for number, at in text.holding(f" {words} ").items():
                if number not in best:
                    best[number] = weight
                    if weight == _WEIGHTS[0]:
                        best[number] += (words.count(" ") + 1) / text.length(number)
                        best[number] += 1.0 if at == 0 else 0.0
        if len(words) > 2:
            for weight, text in zip(_WEIGHTS, self.searched, strict=True):
                for number in text.holding(f" {words}"):
                    best.setdefault(number, weight * BEGUN)
        return best

    def _meant(self, word: str) -> Phrase | None:
        """What a slip of the pen stands for: the nearest word of the synonyms or of the texts."""
        import difflib  # noqa: PLC0415 - only for a slip

        known = set(self._groups).union(*(text.whole.split() for text in self.searched))
        alike = sorted(one for one in known if abs(len(one) - len(word)) <= FARTHEST)
        close = difflib.get_close_matches(word, alike, n=1, cutoff=NEAR)
        return Phrase(close[0], self._groups.get(close[0], ())) if close else None


def made(
    series: Iterable[tuple[Entry, tuple[str, ...]]],
    synonyms: Iterable[Sequence[str]] = (),
    themes: Sequence[str] = (),
) -> Index:
    """The index of these entries, each with its texts."""
    pairs = list(series)
    columns = [[told[rank] for _, told in pairs] for rank in range(len(_WEIGHTS))]
    return Index([one for one, _ in pairs], map(Text.of, columns), synonyms, themes)


def rows(index: Index) -> dict[str, Any]:
    """The index as lists and texts, to be saved."""
    return {
        "themes": index.themes,
        "synonyms": index.synonyms,
        "entries": index.entries,
        "texts": [text.whole for text in index.searched],
    }


def restored(saved: dict[str, Any]) -> Index:
    """The index that `rows` gave. Raises TypeError or LookupError when it is something else."""
    entries = [Entry._make(row) for row in saved["entries"]]
    return Index(entries, map(Text, saved["texts"]), saved["synonyms"], saved["themes"])
