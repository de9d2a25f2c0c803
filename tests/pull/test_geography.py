"""A newer COG pulled from the services played over loopback: what is kept, what is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from producers.everyone import Producers

from diagnostic import resources
from diagnostic import territories as room
from diagnostic.connectors import geo
from diagnostic.connectors.client import Client
from diagnostic.errors import DataError, RenderError, SourceError
from diagnostic.pull import geography
from diagnostic.pull.editions import Outcome
from diagnostic.territories import Territories
from diagnostic.territories.movements import Movement, Succession

from .countries import NEIGHBOUR, PARIS, VITRY, communes, country

AUTUMN = datetime(2026, 11, 24, 9, tzinfo=UTC)
WINTER = datetime(2027, 2, 24, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Territories:
    """The COG of 2026 of four EPCI."""
    return country(tmp_path_factory.mktemp("known") / "cog")


@pytest.fixture(scope="module")
def everyone() -> Iterator[Producers]:
    """The producers over the same communes."""
    with Producers(communes()) as some:
        yield some


@pytest.fixture
def some(
    everyone: Producers, loopback: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Producers]:
    """The same, as on the first day; the variables lead to them."""
    del loopback
    for name, url in everyone.environment.items():
        monkeypatch.setenv(name, url)
    yield everyone
    everyone.reset()
    room._read.cache_clear()
    resources.damage.cache_clear()


def pull(root: Path, known: Territories, now: datetime = WINTER) -> Outcome:
    """Pull, of a country of some hundred communes."""
    return geography.pull(root, Client(pause=0, tries=2), known, least=200, now=now)


def state(root: Path) -> dict[str, bytes]:
    """Every file of the store but its locks."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.suffix != ".lock"
    }


def test_the_cog_already_known_is_not_kept_again(
    some: Producers, known: Territories, tmp_path: Path
) -> None:
    """Six calls, and nothing written."""
    assert pull(tmp_path, known, AUTUMN) == Outcome("unchanged", 2026)
    assert state(tmp_path) == {}
    assert (len(some.geo.log.calls()), len(some.cog.log.calls())) == (5, 1)


def test_a_year_that_brings_nothing_is_not_kept(
    some: Producers, known: Territories, tmp_path: Path
) -> None:
    """In January INSEE answers for a year whose changes are not out: no COG of 2027 is made."""
    assert pull(tmp_path, known, WINTER) == Outcome("unchanged", 2026)
    assert [call.query for call in some.cog.log.calls()] == ["date=2027-01-01"]
    assert state(tmp_path) == {}


def test_a_merge_a_restoration_and_a_move_make_the_cog_of_2027(
    some: Producers, known: Territories, tmp_path: Path
) -> None:
    """Members, former codes, the vintage before and the movements follow."""
    some.ground.merge("51108", "51649", "2026-06-15")
    some.ground.restore("51205", "51485", "Dampierre-au-Temple")
    some.ground.join("51485", VITRY)
    outcome = pull(tmp_path, known)
    assert (outcome.status, outcome.year) == ("kept", 2027)
    assert outcome.remarks == (
        "communes disparues\u00a0: 51108",
        "communes rétablies\u00a0: 51205",
        "communes qui changent d’EPCI\u00a0: 51485",
    )
    today = room.load([tmp_path])
    assert (today.year, today.rows("territories")[0]["level"]) == (2027, "arm")
    vitry = today.find("51108")
    assert (vitry.code, vitry.former) == ("51649", "Châlons-en-Champagne (51108)")
    assert vitry.population == 10996 + (known.get("commune", "51108").population or 0)
    assert len(today.members(today.get("epci", VITRY))) == 36
    assert today.vintage(2026)["51485"].epci == NEIGHBOUR
    assert today.vintage(2026)["51108"].name == "Châlons-en-Champagne"
    assert len(today.vintage(2025)) == len(known.vintage(2025))
    back = today.get("commune", "51205")
    assert (back.name, back.tncc, back.arrondissement, back.departement) == (
        "Dampierre-au-Temple", 0, known.get("commune", "51485").arrondissement, "51",
    )  # fmt: skip
    assert "51205" not in today.absorbed()
    assert today.movements.successions(2026) == {
        "51649": Succession(frozenset({"51649", "51108"}), frozenset({"51649"})),
        "51485": Succession(frozenset({"51485"}), frozenset({"51485", "51205"})),
        "51205": Succession(frozenset({"51485"}), frozenset({"51485", "51205"})),
    }
    assert today.redrawn == {"51649", "51485", "51205"}
    new = today.movements.rows[len(known.movements.rows) :]
    assert [(m.date, m.kind, m.before, m.after) for m in new] == [
        ("2026-06-15", "fusion", "51108", "51649"),
        ("2026-06-15", "fusion", "51649", "51649"),
        ("2027-01-01", "rétablissement", "51485", "51205"),
        ("2027-01-01", "rétablissement", "51485", "51485"),
    ]


def test_what_is_carried_on_keeps_its_article_and_its_groups(
    some: Producers, known: Territories, tmp_path: Path
) -> None:
    """Articles, arrondissements, EPT and natures are those of before; names are printed."""
    some.ground.merge("51108", "51649")
    pull(tmp_path, known)
    today, before = room.load([tmp_path]), known
    for level in ("commune", "arm", "epci", "ept", "arrondissement", "departement", "region"):
        held = {r["code"]: r for r in before.rows("territories") if r["level"] == level}
        now = {r["code"]: r for r in today.rows("territories") if r["level"] == level}
        lost = {"51108"} if level == "commune" else set()
        assert held.keys() - now.keys() <= lost
        for name in ("name", "tncc", "nature", "ept", "arrondissement", "commune", "key"):
            differ = [code for code in now if now[code][name] != held[code][name]]
            assert differ == [], (level, name)
    assert today.get("commune", "75056").epci == PARIS
    assert {r["kind"] for r in today.rows("former")} >= {"déléguée", "ancienne"}


def test_a_commune_under_a_new_code_is_a_change_of_code(
    some: Producers, known: Territories, tmp_path: Path
) -> None:
    """One commune became one other: nothing merged."""
    some.ground.restore("51999", "51649", "Le Vieux-Vitry")
    some.ground.merge("51108", "51999", "2027-01-01")
    pull(tmp_path, known)
    today = room.load([tmp_path])
    assert today.movements.rows[-1] == Movement(
        "2027-01-01", "changement de code", "51108", "51999", "Châlons-en-Champagne",
        "Le Vieux-Vitry",
    )  # fmt: skip
    new = today.get("commune", "51999")
    assert (new.tncc, new.arrondissement) == (2, known.get("commune", "51108").arrondissement)


def test_what_nobody_remembers_is_asked_of_insee(
    some: Producers, known: Territories, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When geo.api.gouv.fr forgets an old code, INSEE's projection says where it went."""
    some.ground.merge("51108", "51649")
    listing = geo.Geo.listing

    def forgetful(self: geo.Geo) -> geo.Listing:
        found = listing(self)
        for row in found.communes.values():
            row.pop("anciensCodes", None)  # type: ignore[attr-defined]
        return found

    monkeypatch.setattr(geo.Geo, "listing", forgetful)
    pull(tmp_path, known)
    assert room.load([tmp_path]).find("51108").code == "51649"
    assert [call.path for call in some.cog.log.calls("*/projetes")] == [
        "/metadonnees/geo/commune/51108/projetes"
    ]


@dataclass(frozen=True)
class Stage:
    """A store that already holds the COG of 2027, and producers that know of one change more."""

    root: Path
    known: Territories
    some: Producers
    files: dict[str, bytes]


@pytest.fixture
def before(some: Producers, known: Territories, tmp_path: Path) -> Stage:
    """A merge is in the COG kept; 51485 changes EPCI since."""
    some.ground.merge("51065", "51649")
    assert pull(tmp_path, known).status == "kept"
    some.ground.join("51485", VITRY)
    return Stage(tmp_path, known, some, state(tmp_path))


def spoilt(monkeypatch: pytest.MonkeyPatch, what: str, changes: dict[str, Any]) -> None:
    """geo.api.gouv.fr answers with other rows: None takes one away."""
    listing = geo.Geo.listing

    def answer(self: geo.Geo) -> geo.Listing:
        found = listing(self)
        table: Any = getattr(found, what)
        for code, change in changes.items():
            if change is None:
                del table[code]
            else:
                table[code] = {**table.get(code, {"code": code}), **change}
        return found

    monkeypatch.setattr(geo.Geo, "listing", answer)


@pytest.mark.parametrize(
    ("what", "changes", "said"),
    [
        ("communes", {"51649": None}, "ne donnent les mêmes communes pour aucune année"),
        ("communes", {"51649": {"codeEpci": None}}, "51649 n’est membre d’aucun EPCI"),
        ("communes", {"51649": {"codeEpci": "200000000"}}, "pas dans la liste des EPCI"),
        ("communes", {"51649": {"codeDepartement": "99"}}, "départements ou de régions inconnus"),
        ("epcis", {"200000000": {"nom": "CC de Rien", "type": "CC"}}, "n’a aucune commune"),
        ("epcis", {VITRY: None}, "pas dans la liste des EPCI"),
        (
            "communes",
            {c: {"codeEpci": VITRY} for c in communes((NEIGHBOUR, PARIS)) if c[-1] not in "5678"},
            r"\d\d\d communes ont changé d’EPCI d’un coup",
        ),
        (
            "communes",
            {c: {"population": None} for c in communes((VITRY,)) if c != "51065"},
            "3[45] communes sans population",
        ),
    ],
)
def test_a_cog_that_contradicts_itself_is_refused(
    before: Stage, monkeypatch: pytest.MonkeyPatch, what: str, changes: Any, said: str
) -> None:
    """Nothing wrong is kept, and what was kept before stays."""
    spoilt(monkeypatch, what, changes)
    with pytest.raises(DataError, match=said) as caught:
        pull(before.root, before.known)
    assert "Réessayez plus tard" in caught.value.hint
    assert state(before.root) == before.files


def test_too_few_communes_are_refused(some: Producers, known: Territories, tmp_path: Path) -> None:
    """A country of some hundred communes is no France."""
    del some
    with pytest.raises(DataError, match=r"\d+ communes au lieu de 34000 au moins"):
        geography.pull(tmp_path, Client(pause=0), known, now=WINTER)


def test_a_commune_from_nowhere_or_gone_nowhere_is_refused(
    some: Producers, known: Territories, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without an origin or an heir, past numbers could not be read: the COG known stays."""
    some.ground.restore("51999", "51649", "Nulle-Part")
    with pytest.raises(DataError, match="rien ne dit de la commune 51999 d’où elle vient"):
        pull(tmp_path, known)
    some.ground.reset()
    some.ground.merge("51108", "51649")
    monkeypatch.setattr(geo.Cog, "heirs", lambda *_: frozenset())
    spoilt(monkeypatch, "communes", {"51649": {"anciensCodes": None}})
    with pytest.raises(DataError, match="rien ne dit de la commune 51108 ce qu’elle est devenue"):
        pull(tmp_path, known)
    assert state(tmp_path) == {}


def test_old_codes_of_old_codes_lead_to_today_or_are_refused(
    some: Producers, known: Territories, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """51205 was merged into 51485, which merges into 51649; an endless chain leads nowhere."""
    some.ground.merge("51485", "51649")
    spoilt(monkeypatch, "communes", {"51001": {"anciensCodes": ["51998"]}})
    pull(tmp_path, known)
    today = room.load([tmp_path])
    assert today.find("51205").code == today.find("51485").code == "51649"
    assert today.find("51998").former == "51998"
    rows = known.rows

    def endless(table: str) -> Any:
        found = rows(table)
        for row in found if table == "former" else ():
            if row["code"] == "51205":
                row["became"] = "51205"
        return found

    monkeypatch.setattr(known, "rows", endless)
    with pytest.raises(DataError, match="rien ne dit de la commune 51205"):
        pull(tmp_path, known)


def test_what_does_not_read_back_is_not_kept(
    some: Producers, known: Territories, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files are read again before they take their place."""
    some.ground.merge("51108", "51649")
    lost = [geography._former("51999", "", "99999")]
    monkeypatch.setattr(geography._News, "former", lambda _: lost)
    with pytest.raises(DataError, match="d’anciens codes ne mènent à aucune commune"):
        pull(tmp_path, known)
    assert state(tmp_path) == {}


def test_insee_without_a_list_is_refused(
    some: Producers, known: Territories, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """404 for every year: nobody confirms the communes."""
    assert some.cog.url
    monkeypatch.setattr(geo.Cog, "communes", lambda *_: {})
    with pytest.raises(DataError) as caught:
        pull(tmp_path, known)
    assert caught.value.hint == "L’Insee ne donne aucune liste. Réessayez plus tard."


@pytest.mark.parametrize("fault", ["truncated", "html", "empty", "huge", "drop", "redirect"])
def test_a_broken_answer_leaves_the_store_as_it_was(before: Stage, fault: str) -> None:
    """Whichever service breaks, at whichever call."""
    some = before.some
    for service, path in ((some.geo, "/communes"), (some.geo, "/epcis"), (some.cog, "*")):
        service.fail(fault, path, to="file:///etc/passwd")
        with pytest.raises((DataError, SourceError)):
            pull(before.root, before.known)
        service.heal()
    assert state(before.root) == before.files


def test_a_disk_that_refuses_is_told(
    some: Producers, known: Territories, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error names the file; nothing is left of the attempt."""
    some.ground.merge("51108", "51649")
    monkeypatch.setattr(Path, "rename", lambda *_: (_ for _ in ()).throw(OSError(28, "plein")))
    with pytest.raises(RenderError, match="plus de place sur le disque"):
        pull(tmp_path, known)
    assert state(tmp_path) == {}


def test_two_editions_are_left_and_the_newest_is_read(
    some: Producers, known: Territories, tmp_path: Path
) -> None:
    """Of three pulls of a year the first is removed; a reader of the second can go on."""
    some.ground.merge("51108", "51649")
    folders = []
    for day, code in enumerate(("51485", "51001", "51649"), 1):
        some.ground.join(code, NEIGHBOUR if code != "51485" else VITRY)
        today = room.load([tmp_path])
        held = known if today.year == 2026 else today
        folders.append(pull(tmp_path, held, WINTER.replace(day=day)).folder)
    folders = [folder for folder in folders if folder]
    assert len(folders) >= 2
    assert sorted(path for path in (tmp_path / "cog").iterdir()) == folders[-2:]
    assert room.load([tmp_path])._folder == folders[-1]
    manifest = json.loads((folders[-1] / "manifest.json").read_bytes())
    assert (manifest["year"], manifest["licence"]) == (2027, "Licence Ouverte")
    assert "geo.api.gouv.fr" in (folders[-1] / "PROVENANCE.md").read_text("utf-8")


def test_same_answers_make_the_same_bytes(
    some: Producers, known: Territories, tmp_path: Path
) -> None:
    """Two stores that pull the same COG hold the same files."""
    some.ground.merge("51108", "51649")
    pull(tmp_path / "a", known)
    pull(tmp_path / "b", known)
    assert state(tmp_path / "a") == state(tmp_path / "b") != {}


@pytest.mark.parametrize(
    ("name", "tncc"),
    [("Le Vieux-Vitry", 2), ("La Haye", 3), ("Les Essarts", 4), ("L’Étang", 5), ("Aÿ", 1),
     ("Épernay", 1), ("Hauteville", 0), ("Vitry", 0), ("Aux Marais", 6)],
)  # fmt: skip
def test_the_article_of_a_new_name_is_deduced(name: str, tncc: int) -> None:
    """From its article, else from its first letter; a name in H takes « de »."""
    assert geography._tncc(name) == tncc


def test_many_codes_are_cut_short() -> None:
    """Eight are named, the others counted."""
    assert geography._listed(map(str, range(10, 22))) == (
        "10, 11, 12, 13, 14, 15, 16, 17 et 4 autres"
    )
