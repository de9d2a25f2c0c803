"""What lacks and who gives it: levels, sums, first feeds, whole levels, territories."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from diagnostic import catalogue, territories
from diagnostic.catalogue import Catalogue
from diagnostic.engine.places import surround
from diagnostic.model import Feed, FeedSeries, Level, Series, Territory
from diagnostic.pull.needs import MANY, needed, scoped, whole
from diagnostic.store import Store


class Held(Store):
    """A store that holds just these codes of each series and level."""

    def __init__(self, **held: Mapping[Level, set[str]]) -> None:
        """By series, then level."""
        super().__init__([])
        self.held = held

    def missing(self, series: str, level: Level, codes: Any) -> frozenset[str]:
        """The codes that are not held."""
        return frozenset(codes) - self.held.get(series, {}).get(level, set())


def feed(name: str, series: str, *levels: Level) -> Feed:
    """A feed of one series at these levels."""
    return Feed(
        id=name, portal="p", dataset=name, title=name, levels=levels, period="mois",
        series=(FeedSeries(series=series, field="f"),),
    )  # fmt: skip


def known(kind: Any, *feeds: Feed) -> Catalogue:
    """A catalogue of one series, « n », and its feeds."""
    series = Series(
        id="n", label="n", definition="", unit="", theme="", producer="P", dataset="d", field="f",
        kind=kind, population="", levels=("commune",), frequency="", periods="", licence="",
        link="",
    )  # fmt: skip
    return Catalogue({"n": series}, {}, {}, (), feeds={one.id: one for one in feeds})


A, B = (Territory(code=code, level="commune", name=code) for code in ("99001", "99002"))
EPCI = (Territory(code="999999999", level="epci", name="CC"), (A, B))
PLACES = [(A, ()), EPCI]


def test_only_what_the_store_lacks_is_asked_of_the_feed_of_its_level() -> None:
    """The commune is held, its EPCI is not: one code of one feed."""
    many = known("count", feed("com", "n", "commune"), feed("epci", "n", "epci"))
    (need,) = needed(["n"], PLACES, many, Held(n={"commune": {"99001", "99002"}}))
    assert (need.feed.id, need.wanted) == ("epci", {"epci": {"999999999"}})


def test_communes_are_summed_only_where_no_feed_gives_the_level() -> None:
    """The EPCI has no feed: its communes are wanted, if the series may be summed."""
    com = feed("com", "n", "commune")
    (need,) = needed(["n"], PLACES, known("count", com), Held())
    assert need.wanted == {"commune": {"99001", "99002"}}
    (need,) = needed(["n"], PLACES, known("median", com), Held())
    assert need.wanted == {"commune": {"99001"}}
    (need,) = needed(["n"], PLACES, known("count", com), Held(n={"epci": {"999999999"}}))
    assert need.wanted == {"commune": {"99001"}}


def test_a_place_of_no_level_needs_its_communes() -> None:
    """The rest of an EPCI is read by its communes alone."""
    rest = (Territory(code="x", level="custom", name="reste"), (B,))
    (need,) = needed(["n"], [rest], known("count", feed("com", "n", "commune")), Held())
    assert need.wanted == {"commune": {"99002"}}


def test_the_first_feed_of_a_level_answers() -> None:
    """Two feeds of one level: the catalogue's order decides."""
    both = known("count", feed("b", "n", "commune"), feed("a", "n", "commune"))
    assert [n.feed.id for n in needed(["n"], [(A, ())], both, Held())] == ["b"]


def test_what_nobody_gives_or_lacks_is_not_asked() -> None:
    """A series without feed, and one that is all there."""
    assert needed(["n"], PLACES, known("count"), Held()) == ()
    com = known("count", feed("com", "n", "commune"))
    assert needed(["n"], [(A, ())], com, Held(n={"commune": {"99001"}})) == ()


def test_many_codes_are_asked_as_the_whole_level() -> None:
    """Two thousand and one communes: a list would be longer than the table."""
    crowd = [(Territory(code=f"{n:05d}", level="commune", name=""), ()) for n in range(MANY + 1)]
    (need,) = needed(["n"], crowd, known("count", feed("com", "n", "commune")), Held())
    assert need.wanted == {"commune": None}


def test_whole_feeds_are_wanted_at_all_their_levels() -> None:
    """None is all of a level."""
    (need,) = whole([feed("f", "n", "commune", "epci")])
    assert need.wanted == {"commune": None, "epci": None}


def test_a_commune_brings_those_of_its_epci_and_what_is_above() -> None:
    """Vitry: 35 communes, one EPCI, the Marne, the Grand Est, France."""
    places = territories.load()
    every: tuple[Level, ...] = ("commune", "epci", "departement", "region", "france", "iris")
    (need,) = scoped([feed("f", "n", *every)], places.find("51649"), places)
    wanted = dict(need.wanted)
    communes = wanted.pop("commune")
    assert communes is not None
    assert (len(communes), "51649" in communes, "51108" in communes) == (35, True, False)
    assert wanted == {
        "epci": {"200034718"}, "departement": {"51"}, "region": {"44"}, "france": {"france"},
    }  # fmt: skip
    assert scoped([feed("f", "n", "iris")], places.find("51649"), places) == ()


def test_a_departement_brings_its_communes_and_their_epcis() -> None:
    """The Marne has 610 communes in 15 EPCIs, some of them seated elsewhere."""
    places = territories.load()
    marne = places.find("51", "departement")
    (need,) = scoped([feed("f", "n", "commune", "epci")], marne, places)
    communes, epcis = need.wanted["commune"], need.wanted["epci"]
    assert communes is not None
    assert epcis is not None
    assert len(communes) == 610
    assert "200034718" in epcis


def test_a_commune_of_its_own_brings_itself() -> None:
    """An island without EPCI."""
    places = territories.load()
    (need,) = scoped([feed("f", "n", "commune")], places.find("29083"), places)
    assert need.wanted == {"commune": {"29083"}}


def test_the_dossier_of_vitry_needs_no_more_than_the_feeds_of_its_spec() -> None:
    """Every need names a feed of the catalogue and a level that it has."""
    series, places = catalogue.load(), territories.load()
    around = surround(places.find("51649"), places, frozenset({"epci", "departement", "france"}))
    standing = [(place.territory, place.members) for place in around.everywhere()]
    needs = needed(["caf.rsa.foyers", "insee.naissances"], standing, series, Held())
    assert [need.feed.id for need in needs] == [
        "caf_s_ben_com_f", "caf_s_ben_epci_f", "caf_s_ben_dep", "caf_s_ben_nat",
    ]  # fmt: skip
    assert all(set(need.wanted) <= set(need.feed.levels) for need in needs)
