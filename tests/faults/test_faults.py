"""Every fault of a producer: 4 or 5, a sentence, and a store where not one byte has changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from marne import Ended, copied, picture
from producers.everyone import Producers

from diagnostic.store import Store

Run = Callable[..., Ended]
# What is pulled: the words of the command, the producer whose edition moves, its name.
TARGETS = {
    "export": (("--dataset", "s_ben_epci_f"), "caf", "Cnaf"),
    "workbook": (("--dataset", "drees_apl"), "drees", "Drees"),
    "pages": (("--dataset", "DS_RP_POPULATION_PRINC", "--commune", "51108"), "melodi", "Insee"),
}
NAMES = {
    "export": "s_ben_epci_f",
    "workbook": "530_l-accessibilite-potentielle-localisee-apl",
    "pages": "DS_RP_POPULATION_PRINC",
}
PARQUET, CSV, LINES = ("*/s_ben_epci_f/exports/" + form for form in ("parquet", "csv", "jsonl"))
CATALOGUE = "*/catalog/datasets"
WORKBOOK, PAGES, ALL = "*/attachments/*", "*/data/*", "*/catalog/all"
AGAIN = ("storm", "drop", "short", "garbled", "zip_bomb")  # then pulled without the fault
HEAVY = ("huge", "bomb")  # the client refuses them before it looks at the form
ADVICE = "Réessayez|Recommencez|chang|C’est plus que|demandez-le au producteur"
ELSEWHERE, FILE = "http://ailleurs.example/jeu", "file:///etc/passwd"


@dataclass(frozen=True)
class Case:
    """A fault in the way of some calls, the code that is due and words that must be said."""

    kind: str
    pattern: str
    code: int
    words: str
    how: Mapping[str, Any] = field(default_factory=dict)
    target: str = "export"

    def __str__(self) -> str:
        """The name of the test."""
        how = "".join(f"-{one}" for one in self.how.values() if isinstance(one, str | int))
        return re.sub(r"[^\w.-]+", "_", f"{self.kind}{how}-{self.pattern}-{self.target}")


def refusals(pattern: str, target: str = "export") -> Iterator[Case]:
    """What a service that is tired or broken answers, the same for every call."""
    yield Case("storm", pattern, 4, r"trop de demandes \(429\)", target=target)
    how = {"seconds": 3600}
    yield Case("storm_reset", pattern, 4, "remis à zéro le .* UTC", how, target)
    yield Case("storm_reset", pattern, 4, "trop de demandes", {"seconds": 0.01}, target)
    yield Case("busy", pattern, 4, r"le service est en panne \(503\)", target=target)
    yield Case("broken", pattern, 4, r"le service est en panne \(500\)", target=target)
    yield Case("refused", pattern, 4, "connexion coupée", target=target)
    yield Case("redirect", pattern, 4, "renvoi vers http://ailleurs", {"to": ELSEWHERE}, target)
    yield Case("redirect", pattern, 4, "renvoi vers file", {"to": FILE}, target)


def bodies(pattern: str, expected: str, target: str = "export") -> Iterator[Case]:
    """Bodies that are not what was asked, the same for every call."""
    due = f"attendu {expected}, reçu "
    yield Case("drop", pattern, 5, f"{due}un corps incomplet", target=target)
    yield Case("truncated", pattern, 5, due, target=target)
    yield Case("truncated_gzip", pattern, 5, f"{due}un corps gzip incomplet", target=target)
    yield Case("empty", pattern, 5, due, target=target)
    yield Case("html", pattern, 5, f"{due}une page HTML", target=target)
    yield Case("tail", pattern, 5, due, target=target)
    yield Case("huge", pattern, 5, f"{due}un corps de plus de", target=target)
    yield Case("bomb", pattern, 5, f"{due}un corps qui grossit", target=target)


def tables(pattern: str) -> Iterator[Case]:
    """Exports whose columns, values or rows are not those that the portal describes."""
    yield Case("without", pattern, 5, "sans numepci", {"columns": ["numepci"]})
    yield Case("without", pattern, 5, "sans indfoy_ppa", {"columns": ["indfoy_ppa"]})
    yield Case("renamed", pattern, 5, "sans dtreffre", {"names": {"dtreffre": "mois"}})
    yield Case("garbled", pattern, 5, "indfoy_ppa.*« n.c. »", {"column": "indfoy_ppa"})
    yield Case("short", pattern, 5, "lignes, là où le portail en compte", {"rows": 1})


CASES = [
    *refusals(CATALOGUE),
    *bodies(CATALOGUE, "la liste de ses jeux de données"),
    *refusals(PARQUET),
    *bodies(PARQUET, "un export Parquet"),
    *(case for case in bodies(CSV, "un export CSV") if case.kind not in HEAVY),
    *(case for case in bodies(LINES, "un export JSON") if case.kind not in HEAVY),
    *(case for pattern in (PARQUET, CSV, LINES) for case in tables(pattern)),
    *refusals(ALL, "pages"),
    *bodies(ALL, "la liste de ses jeux de données", "pages"),
    *refusals(PAGES, "pages"),
    *bodies(PAGES, "une page d’observations", "pages"),
    Case("without", PAGES, 5, "sans TIME_PERIOD", {"columns": ["TIME_PERIOD"]}, "pages"),
    Case("short", PAGES, 5, "observations, là où l’Insee en compte", {"rows": 1}, "pages"),
    *refusals(WORKBOOK, "workbook"),
    *(one for one in bodies(WORKBOOK, "un classeur", "workbook") if one.kind != "truncated"),
    Case("truncated", WORKBOOK, 5, "pièce jointe .* abîmé", target="workbook"),
    Case("zip_bomb", WORKBOOK, 5, "20 Mo une fois décompressé", {"size": 20 << 20}, "workbook"),
]


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the stores of this module are made once."""
    return tmp_path_factory.mktemp("shelf")


@pytest.fixture
def stores(few: Producers, run: Run, shelf: Path) -> tuple[Path, Path]:
    """A store pulled before the producers' new editions; the same pulled since, undisturbed."""
    before, since = shelf / "before", shelf / "since"
    if not since.exists():
        for words, _, _ in TARGETS.values():
            assert run("data", "pull", *words, "--store", before).code == 0
        for _, producer, _ in TARGETS.values():
            few.revise(producer)
        for name, (words, _, _) in TARGETS.items():
            copied(before, shelf / name)
            assert run("data", "pull", *words, "--store", shelf / name).code == 0
        since.mkdir()
    return before, shelf


def spread(cases: list[Case]) -> Iterator[Any]:
    """The first case of each kind of fault every day, the others in the long run."""
    seen: set[str] = set()
    for case in cases:
        yield pytest.param(case, marks=pytest.mark.long if case.kind in seen else ())
        seen.add(case.kind)


@pytest.mark.parametrize("case", list(spread(CASES)), ids=str)
def test_a_fault_changes_not_one_byte(
    case: Case, few: Producers, run: Run, stores: tuple[Path, Path], tmp_path: Path
) -> None:
    """The code and the sentence; then the same pull, undisturbed, ends as if nothing had been."""
    words, name, producer = TARGETS[case.target]
    store = copied(stores[0], tmp_path / "store")
    before = picture(store)
    faulty = getattr(few, name)
    if case.pattern in (CSV, LINES):
        faulty.fail("denied", PARQUET)
    if case.pattern == LINES:
        faulty.fail("denied", CSV)
    faulty.fail(case.kind, case.pattern, **case.how)

    ended = run("data", "pull", *words, "--store", store)

    assert ended.code == case.code, ended.said
    assert ended.out == ""
    assert re.search(case.words, ended.said), ended.said
    error = ended.said[ended.said.index("Erreur : ") :]
    assert producer in error
    assert NAMES[case.target] in ended.said
    assert len(error.splitlines()) == 2, "a hint says what to do"
    assert re.search(ADVICE, error), error
    assert "Traceback" not in ended.said
    assert picture(store) == before

    if case.kind in AGAIN:
        few.reset()
        assert run("data", "pull", *words, "--store", store).code == 0
        assert picture(store) == picture(stores[1] / case.target)


@pytest.mark.parametrize(
    ("kind", "pattern", "target", "times"),
    [
        ("storm", PARQUET, "export", 2),
        ("busy", CATALOGUE, "export", 2),
        ("refused", PARQUET, "export", 1),
        ("drop", PARQUET, "export", 2),
        ("truncated_gzip", CATALOGUE, "export", 1),
        ("storm", PAGES, "pages", 1),
        ("drop", PAGES, "pages", 2),
        ("busy", WORKBOOK, "workbook", 2),
    ],
)
def test_a_trouble_that_passes_leaves_no_trace(
    *,
    few: Producers,
    run: Run,
    stores: tuple[Path, Path],
    tmp_path: Path,
    kind: str,
    pattern: str,
    target: str,
    times: int,
) -> None:
    """Asked again, the producer answers: exit 0, the bytes of a pull without trouble."""
    words, name, _ = TARGETS[target]
    store = copied(stores[0], tmp_path / "store")
    getattr(few, name).fail(kind, pattern, times=times)
    assert run("data", "pull", *words, "--store", store).code == 0
    assert picture(store) == picture(stores[1] / target)


@pytest.mark.parametrize(("form", "number"), [(PARQUET, 0), (CSV, 1), (LINES, 2)])
def test_numbers_written_as_texts_are_the_same_numbers(
    *,
    few: Producers,
    run: Run,
    stores: tuple[Path, Path],
    tmp_path: Path,
    form: str,
    number: int,
) -> None:
    """A type that changes from a row to the next changes no observation, in any form."""
    for denied in (PARQUET, CSV)[:number]:
        few.caf.fail("denied", denied)
    few.caf.fail("mixed", form, column="indfoy_ppa")
    store = copied(stores[0], tmp_path / "store")
    assert run("data", "pull", *TARGETS["export"][0], "--store", store).code == 0
    since = picture(stores[1] / "export")
    assert {n: b for n, b in picture(store).items() if n.startswith("obs")} == {
        n: b for n, b in since.items() if n.startswith("obs")
    }


def test_a_spent_quota_says_when_it_begins_anew(
    few: Producers, run: Run, stores: tuple[Path, Path], tmp_path: Path
) -> None:
    """In either form of the header, after one call: nobody insists."""
    for form in ("date", "epoch"):
        few.caf.reset()
        few.caf.quota, few.caf.reset_form = 0, form
        store = copied(stores[0], tmp_path / form)
        ended = run("data", "pull", *TARGETS["export"][0], "--store", store)
        assert ended.code == 4
        assert re.search(r"quota de la journée épuisé, remis à zéro le \d+ \w+ 20\d\d", ended.said)
        assert picture(store) == picture(stores[0])
        assert len(few.caf.log.calls()) == 1


@pytest.mark.parametrize("kind", ["storm", "busy", "refused", "drop"])
def test_who_refuses_is_asked_three_times_at_most(
    few: Producers, run: Run, stores: tuple[Path, Path], tmp_path: Path, kind: str
) -> None:
    """As the client of these tests is told; and the next feeds of the portal are not asked."""
    few.caf.fail(kind, "*/exports/*")
    words = ("--producer", "Cnaf", "--dataset", "s_ben_epci_f")
    run("data", "pull", *words, "--store", copied(stores[0], tmp_path / "store"))
    assert len(few.caf.log.calls("*/exports/*")) == 3


@contextmanager
def lacking(producers: Producers, dataset: str, *columns: str) -> Iterator[None]:
    """The portal as if that dataset had never had those columns."""
    held = producers.caf.shelf.datasets[dataset]
    kept = held.fields
    held.fields = tuple(one for one in kept if one.name not in columns)
    try:
        yield
    finally:
        held.fields = kept


def test_a_series_without_column_any_more_is_told_and_the_others_are_kept(
    few: Producers, run: Run, stores: tuple[Path, Path], tmp_path: Path
) -> None:
    """A warning that names the column; the series that is gone keeps its earlier edition."""
    store = copied(stores[0], tmp_path / "store")
    with lacking(few, "s_ben_epci_f", "indfoy_ppa"):
        ended = run("data", "pull", *TARGETS["export"][0], "--store", store)
    assert ended.code == 0
    assert "Cnaf, jeu « s_ben_epci_f » : colonnes disparues, indfoy_ppa" in ended.said
    newest, *_, first = (one for one in Store([store]).files if one.feed == "caf_s_ben_epci_f")
    assert "caf.ppa.foyers" not in newest.series
    assert set(first.series) - set(newest.series) == {"caf.ppa.foyers"}
    assert not Store([store]).missing("caf.ppa.foyers", "epci", ["200066876"])


@pytest.mark.parametrize("column", ["numepci", "dtreffre"])
def test_a_dataset_without_its_codes_or_its_periods_is_refused(
    few: Producers, run: Run, stores: tuple[Path, Path], tmp_path: Path, column: str
) -> None:
    """5, the column by name, and not one byte."""
    store = copied(stores[0], tmp_path / "store")
    with lacking(few, "s_ben_epci_f", column):
        ended = run("data", "pull", *TARGETS["export"][0], "--store", store)
    assert ended.code == 5
    assert f"il n’a pas, ou plus, de colonne {column}" in ended.said
    assert picture(store) == picture(stores[0])


@pytest.mark.long
def test_what_was_pulled_builds_whatever_the_producers_do(
    few: Producers, run: Run, spec: Path, tmp_path: Path
) -> None:
    """The same bytes when all of them fail; a commune not pulled yet: 4 or 5, nothing written."""
    store = tmp_path / "store"
    store.mkdir()
    words = ("build", "--spec", spec, "--format", "json", "--store", store, "--commune")
    first = run(*words, "97411", "--output", tmp_path / "first")
    assert first.code == 0
    before, calls = picture(store), sum(len(one.log.calls()) for one in few)
    assert calls > 0
    for one in few:
        one.fail("html")
    again = run(*words, "97411", "--output", tmp_path / "again")
    assert again.code == 0
    assert Path(again.out.strip()).read_bytes() == Path(first.out.strip()).read_bytes()
    assert sum(len(one.log.calls()) for one in few) == calls

    for kind, code in (("html", 5), ("storm", 4), ("drop", 5), ("redirect", 4)):
        few.reset()
        few.caf.fail(kind, "*/exports/*", to=ELSEWHERE)
        empty = tmp_path / kind
        empty.mkdir()
        words = ("build", "--spec", spec, "--format", "json", "--store", empty, "--commune")
        ended = run(*words, "97411", "--output", tmp_path / "never")
        assert (ended.code, ended.out) == (code, "")
        assert "Cnaf" in ended.said
        assert "s_ben_com_f" in ended.said
        assert "Traceback" not in ended.said
        assert not (tmp_path / "never").exists()
        assert picture(empty) == {}
    assert picture(store) == before
