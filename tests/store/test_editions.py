"""Two editions compared, and what that changes in a dossier, worked by hand."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import pytest
from drafts import Row, keep

from diagnostic.errors import DataError, UsageError
from diagnostic.model import Code, Figure, Level, Part, ReportData, Wanted
from diagnostic.store import Store, editions, effects
from diagnostic.store.editions import Change, Comparison, Tally

OLD: list[Row] = [
    ("s", "commune", "A", "2023", 10.0),
    ("s", "commune", "A", "2024", 20.0),
    ("s", "commune", "B", "2024", 30.0),
    ("s", "commune", "C", "2024", None),
    ("s", "commune", "D", "2024", 5.0),
]
NEW: list[Row] = [
    ("s", "commune", "A", "2023", 10.0),  # the same
    ("s", "commune", "A", "2024", 25.0),  # +5
    ("s", "commune", "A", "2025", 26.0),  # a new period
    ("s", "commune", "B", "2024", 10.0),  # -20
    ("s", "commune", "C", "2024", 7.0),  # a value appears
]


def compared(
    root: Path,
    old: Sequence[Row] = OLD,
    new: Sequence[Row] = NEW,
    *,
    covers: tuple[Wanted | None, Wanted | None] = (None, None),
    **more: object,
) -> Comparison:
    """The comparison of two invented editions."""
    older = keep(root, old, edition="2026-11", covers=covers[0])
    newer = keep(root, new, edition="2026-12", covers=covers[1])
    return editions.compare(older, newer, **more)  # type: ignore[arg-type]


def test_rows_are_added_gone_or_revised(tmp_path: Path) -> None:
    """One added, one gone, three revised; what stays the same is not counted."""
    found = compared(tmp_path)
    assert found.tallies == (Tally("s", "commune", added=1, gone=1, revised=3, noted=0),)
    assert (found.lost, found.new) == ((), ())
    assert found.covers == {"commune": None}


def test_the_largest_revisions_come_first(tmp_path: Path) -> None:
    """A value that appears, then 30 → 10, then 20 → 25; the limit cuts the rest."""
    found = compared(tmp_path)
    assert [(c.code, c.before, c.after) for c in found.largest] == [
        ("C", None, 7.0),
        ("B", 30.0, 10.0),
        ("A", 20.0, 25.0),
    ]
    assert (found.largest[0].status_before, found.largest[0].status_after) == ("unknown", "exact")
    assert [c.code for c in compared(tmp_path / "two", limit=2).largest] == ["C", "B"]


def test_only_what_both_cover_is_compared(tmp_path: Path) -> None:
    """A newer pull of A and D alone: B and C are not gone, D is."""
    some: Wanted = {"commune": frozenset({"A", "D"})}
    rows = [row for row in NEW if row[2] in "AD"]
    found = compared(tmp_path, new=rows, covers=(None, some))
    assert found.covers == some
    assert found.tallies == (Tally("s", "commune", added=1, gone=1, revised=1, noted=0),)
    back = compared(tmp_path / "back", old=rows, new=OLD, covers=(some, None))
    assert back.covers == some


def test_a_series_of_one_edition_alone_is_named_and_not_compared(tmp_path: Path) -> None:
    """A column that is gone or new is told once, not as thousands of rows."""
    old: list[Row] = [*OLD, ("t", "commune", "A", "2024", 1.0)]
    new: list[Row] = [*NEW, ("u", "commune", "A", "2024", 1.0)]
    found = compared(tmp_path, old, new)
    assert (found.lost, found.new) == ((("t", "commune"),), (("u", "commune"),))
    assert [one.series for one in found.tallies] == ["s"]


def test_editions_that_agree_differ_in_nothing(tmp_path: Path) -> None:
    """No tally, no revision."""
    found = compared(tmp_path, new=OLD, covers=(None, {"commune": frozenset("ABCD")}))
    assert (found.tallies, found.largest, found.watched) == ((), (), ())


def test_all_the_changes_of_a_watched_place_are_told(tmp_path: Path) -> None:
    """Those of A, in the order of periods; those of B are only counted."""
    found = compared(tmp_path, watched=[("s", "commune", "A"), ("s", "commune", "Z")], limit=0)
    assert [(c.kind, c.period) for c in found.watched] == [("revised", "2024"), ("added", "2025")]
    assert found.largest == ()


def test_a_damaged_edition_is_not_compared(tmp_path: Path) -> None:
    """Exit 5, the file named."""
    older, newer = keep(tmp_path, OLD), keep(tmp_path, NEW)
    older.path.write_bytes(b"x")
    with pytest.raises(DataError, match=older.path.name):
        editions.compare(older, newer)


def test_the_two_newest_editions_are_compared_by_default(tmp_path: Path) -> None:
    """By feed or by dataset; an edition that shares no place with the newest is passed over."""
    first = keep(tmp_path, OLD, edition="2026-10")
    keep(tmp_path, [], edition="2026-11", covers={"commune": frozenset("Z")}, series=["s"])
    last = keep(
        tmp_path, [NEW[0]], edition="2026-12", covers={"commune": frozenset("A")}, series=["s"]
    )
    keep(tmp_path, OLD, feed="autre", edition="2026-12")
    held = Store([tmp_path]).files
    assert editions.pick(held, "flux") == (first, last)
    with pytest.raises(UsageError, match="plusieurs flux") as caught:
        editions.pick(held, "jeu")
    assert "autre, flux" in caught.value.hint


def test_editions_are_named_by_month_or_by_sha256(tmp_path: Path) -> None:
    """--from and --to take a month or the first signs of a sha256; a lone --from has the newest."""
    first = keep(tmp_path, OLD, edition="2026-10")
    second = keep(tmp_path, NEW, edition="2026-11")
    third = keep(tmp_path, NEW[1:], edition="2026-11")
    held = Store([tmp_path]).files
    assert editions.pick(held, "jeu", "2026-10") == (first, third)
    assert editions.pick(held, "jeu", "2026-10", second.sha256[:8].upper()) == (first, second)
    assert editions.pick(held, "jeu", "", third.sha256[:8]) == (second, third)
    assert editions.pick(held, "jeu", third.sha256[:8]) == (third, second)
    for word in ("2026-11", "2020-01", third.sha256[:3]):
        with pytest.raises(UsageError, match="édition"):
            editions.pick(held, "jeu", word)


def test_one_edition_or_none_cannot_be_compared(tmp_path: Path) -> None:
    """The message says what is there."""
    with pytest.raises(UsageError, match="aucune édition") as caught:
        editions.pick([], "flux")
    assert "téléchargé" in caught.value.hint
    keep(tmp_path, OLD, edition="2026-10")
    held = Store([tmp_path]).files
    with pytest.raises(UsageError, match="qu’une édition"):
        editions.pick(held, "flux")
    with pytest.raises(UsageError, match="aucune") as caught:
        editions.pick(held, "flou")
    assert "flux" in caught.value.hint


def part(period: str, value: float = 1.0, series: str = "s") -> Part:
    """A term of a figure."""
    return Part(
        series=series, period=period, value=value, lower=value, upper=value, status="exact",
        origins=("o",),
    )  # fmt: skip


def figure(
    code: Code, period: str, *, level: Level = "commune", value: float | None = 1.0,
    made: Part | None = None, **more: object,
) -> Figure:  # fmt: skip
    """A figure of the indicator `i`, made of one part unless it is absent."""
    return Figure(
        id=f"i/{level}/{code}/{period}", indicator="i", label="I", level=level, code=code,
        name=code, period=period, period_text=period, unit="", value=value, lower=value,
        upper=value, status="exact", show="plain", text="1",
        numerator=made if value is None else made or part(period), **more,  # type: ignore[arg-type]
    )  # fmt: skip


def report(*figures: Figure) -> ReportData:
    """A report that has only figures."""
    made = object.__new__(ReportData)
    object.__setattr__(made, "figures", {one.id: one for one in figures})
    return made


def members(level: Level, code: Code) -> Collection[Code]:
    """The EPCI E has the communes A and B."""
    return ("A", "B") if (level, code) == ("epci", "E") else ()


def change(code: Code, period: str, kind: str = "revised", after: float | None = 2.0) -> Change:
    """A change of a commune."""
    return Change(kind, "s", "commune", code, period, 1.0, after, "exact", "exact")  # type: ignore[arg-type]


def reached(*changes: Change, of: ReportData) -> list[str]:
    """The figures that the changes reach."""
    return [one.figure.id for one in effects.touched(of, changes, members)]


def test_a_revised_cell_reaches_its_figure_and_the_sums_of_it() -> None:
    """A of 2024 reaches A in 2024 and the sum of the EPCI; not A in 2023, nor B, nor F."""
    made = report(
        figure("A", "2023"), figure("A", "2024"), figure("B", "2024"),
        figure("E", "2024", level="epci", flags=("sum",)),
        figure("F", "2024", level="epci"),
    )  # fmt: skip
    assert reached(change("A", "2024"), of=made) == ["i/commune/A/2024", "i/epci/E/2024"]
    assert effects.watch(made, members) == {
        ("s", "commune", "A"), ("s", "commune", "B"), ("s", "epci", "E"), ("s", "epci", "F"),
    }  # fmt: skip


def test_a_newer_period_reaches_the_newest_figure_only() -> None:
    """2025 for A reaches its 2024 figure and not that of 2023; a row without value, none."""
    made = report(figure("A", "2023"), figure("A", "2024"))
    assert reached(change("A", "2025", "added"), of=made) == ["i/commune/A/2024"]
    assert reached(change("A", "2025", "added", None), of=made) == []


def test_a_mean_is_reached_by_each_of_its_years() -> None:
    """2023 is within 2022/2024."""
    made = report(figure("A", "2022/2024"))
    assert reached(change("A", "2023"), of=made) == ["i/commune/A/2022/2024"]
    assert reached(change("A", "2021"), of=made) == []


def test_an_absence_is_reached_by_a_value_of_its_indicator() -> None:
    """B has no figure; A says that the indicator is of the series s: a value for B would show."""
    made = report(figure("A", "2024"), figure("B", "2024", value=None))
    assert reached(change("B", "2024", "added"), of=made) == ["i/commune/B/2024"]
    assert reached(change("B", "2024", "gone", None), of=made) == []


def test_a_value_that_stands_for_another_is_followed() -> None:
    """The rate of the EPCI printed for the commune changes with that of the EPCI."""
    made = report(figure("A", "2024", stands_for="E"))
    moved = Change("revised", "s", "epci", "E", "2024", 1.0, 2.0, "exact", "exact")
    assert reached(moved, of=made) == ["i/commune/A/2024"]
