"""What became of communes: an invented country by hand, then the real events and old codes."""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from pathlib import Path

import pytest

from diagnostic import resources, territories
from diagnostic.territories.movements import Movement, Movements, Succession, read

TESTDATA = Path(__file__).resolve().parents[3] / "shared" / "testdata"
PASSAGE = TESTDATA / "cog_table_passage.csv.gz"
GONE_BEFORE_1943 = {
    "01220", "2A237", "2A294", "2A325", "2B044", "2B076", "2B151", "54448", "54454", "66131",
    "91221", "95025", "95065",
}  # fmt: skip


def move(date: str, before: str, after: str, kind: str = "fusion") -> Movement:
    """A movement of invented communes."""
    return Movement(date, kind, before, after, f"N{before}", f"N{after}")


def merge(date: str, *codes: str) -> list[Movement]:
    """All `codes` become the first of them."""
    return [move(date, code, codes[0]) for code in codes]


def split(date: str, *codes: str) -> list[Movement]:
    """The first of `codes` becomes all of them."""
    return [move(date, codes[0], code, "rétablissement") for code in codes]


@pytest.fixture(scope="module")
def real() -> Movements:
    """The shipped movements."""
    return read(resources.folder("data") / "cog")


def test_a_merge_of_merges_is_one_sum() -> None:
    """A takes B in 2016, C takes A in 2019: from 2015 three communes, from 2017 two."""
    moves = Movements([*merge("2016-01-01", "A", "B"), *merge("2019-01-01", "C", "A")])
    assert moves.successions(2015) == {"C": Succession(frozenset("ABC"), frozenset("C"))}
    assert moves.successions(2017) == {"C": Succession(frozenset("AC"), frozenset("C"))}
    assert moves.successions(2019) == {}
    assert not moves.successions(2015)["C"].divided


def test_a_movement_of_new_years_day_is_in_the_cog_of_that_day() -> None:
    """The COG of 1 January 2016 already has the merge of that day; one of the 2nd has not."""
    assert Movements(merge("2016-01-01", "A", "B")).successions(2016) == {}
    assert set(Movements(merge("2016-01-02", "A", "B")).successions(2016)) == {"A"}


def test_a_division_shares_what_nobody_can_share() -> None:
    """A gives B its ground: both of today have one commune of the past, and no number."""
    found = Movements(split("2024-01-01", "A", "B")).successions(2023)
    assert found["A"] is found["B"]
    assert found["A"] == Succession(frozenset("A"), frozenset("AB"))
    assert found["A"].divided


def test_a_division_undone_is_a_sum_again() -> None:
    """B leaves A in 2018 and comes back in 2020: the ground of 2017 is that of today."""
    moves = Movements([*split("2018-01-01", "A", "B"), *merge("2020-01-01", "A", "B")])
    assert moves.successions(2017) == {}
    assert moves.successions(2018) == {"A": Succession(frozenset("AB"), frozenset("A"))}


def test_a_merge_of_the_ground_of_a_division_is_divided_too() -> None:
    """A is divided into A and B, then C takes B: nothing of A or C can be told apart."""
    moves = Movements([*split("2018-01-01", "A", "B"), *merge("2020-01-01", "C", "B")])
    assert moves.successions(2017)["C"] == Succession(frozenset("AC"), frozenset("AC"))
    assert moves.successions(2017)["A"].divided


def test_a_change_of_code_is_a_succession_of_one() -> None:
    """A becomes Z, whole."""
    moves = Movements([move("2018-01-01", "A", "Z", "changement de code")])
    assert moves.successions(2017) == {"Z": Succession(frozenset("A"), frozenset("Z"))}


def test_a_commune_merges_under_the_code_of_the_day() -> None:
    """A takes the code Z, and Y takes Z the same day: A is part of Y."""
    day = "2018-01-01"
    moves = [move(day, "A", "Z", "changement de département"), *merge(day, "Y", "Z")]
    assert Movements(moves).successions(2017) == {"Y": Succession(frozenset("AY"), frozenset("Y"))}


def test_ancestors_are_found_through_merges_of_merges() -> None:
    """Too many rather than too few, and none from before the year asked."""
    moves = Movements([*merge("2016-01-01", "A", "B"), *merge("2019-01-01", "C", "A")])
    assert moves.ancestors({"C"}, 2003) == set("ABC")
    assert moves.ancestors({"C"}, 2016) == set("AC")
    assert moves.ancestors({"D"}) == {"D"}
    assert moves.moved(2017) == {"A", "C"}


def test_the_history_is_what_moved_ground() -> None:
    """The commune itself going on under its own code is no event."""
    moves = Movements(merge("2016-01-01", "A", "B"))
    assert [(m.before, m.after) for m in moves.history("A", 2003)] == [("B", "A")]
    assert moves.history("A", 2016) == ()


def test_real_events(real: Movements) -> None:
    """Cœur-de-la-Vallée merged three in 2023; Neussargues gave back four communes in 2025."""
    merged = real.successions(2022)["51457"]
    assert (merged.before, merged.divided) == ({"51063", "51457", "51637"}, False)
    divided = real.successions(2024)["15031"]
    assert divided.after == {"15031", "15035", "15047", "15141", "15171"}
    assert divided.before == {"15141"}
    assert "51649" not in real.successions(2003)
    history = real.history("51457", 2020)
    assert {m.name_before for m in history} == {"Binson-et-Orquigny", "Villers-sous-Châtillon"}


def test_every_commune_of_the_past_cogs_has_its_place(real: Movements) -> None:
    """The communes of 2023, 2024 and 2025 are those of 2026 through the movements, all of them."""
    places = territories.load()
    today = set(places.vintage(2026))
    for year in (2023, 2024, 2025):
        successions = real.successions(year)
        past = set(places.vintage(year))
        gone = {code for s in successions.values() for code in s.before} - today
        assert past - today <= gone
        assert {code for s in successions.values() for code in s.before} <= past


@pytest.mark.skipif(not PASSAGE.is_file(), reason="the test data are absent")
def test_every_old_code_leads_where_the_table_of_passage_says(real: Movements) -> None:
    """39,161 codes: the movements lead each to the table's commune, or to what became of it.

    Arrondissements municipaux are no communes; thirteen communes were gone when the file begins.
    """
    with gzip.open(PASSAGE, "rt", encoding="utf-8", newline="") as lines:
        rows = [(row["DEPCOM_HIST"], row["DEPCOM"]) for row in csv.DictReader(lines)]
    assert len(rows) == 39161
    last: dict[str, str] = {}
    days: dict[tuple[str, bool], dict[str, set[str]]] = {}
    for one in real.rows:
        if one.before != one.after:
            last[one.before] = one.date
        step = (one.date, one.kind.startswith("changement"))
        days.setdefault(step, defaultdict(set))[one.before].add(one.after)

    def today(code: str, since: str) -> set[str]:
        now = {code}
        for (date, _), day in sorted(days.items(), key=lambda d: (d[0][0], not d[0][1])):
            if date >= since:
                now = {after for held in now for after in day.get(held, (held,))}
        return now

    moved = [(old, new) for old, new in rows if old != new]
    unknown = {old for old, _ in moved if old not in last}
    arrondissements = {old for old in unknown if old.startswith(("132", "6938", "751"))}
    assert len(arrondissements) == 45
    assert unknown - arrondissements == GONE_BEFORE_1943
    for old, new in moved:
        if old in last:
            assert today(old, last[old]) & today(new, "2025-01-02"), (old, new)
