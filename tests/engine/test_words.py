"""The small print says what the figures leave out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from diagnostic import catalogue, spec, store, territories
from diagnostic.engine import narrative, words
from diagnostic.engine.compare import against
from diagnostic.engine.figures import Ledger
from diagnostic.engine.places import surround
from diagnostic.engine.readings import collect
from diagnostic.model import ReportData


def _ledger() -> Ledger:
    series = catalogue.load()
    places = territories.load()
    plan = spec.load("sppe", series)
    around = surround(places.get("commune", "51649"), places, frozenset(plan.benchmarks))
    shelf = collect(
        store.Store([store.embedded_root()]), series, frozenset({"caf.ndur.foyers"}), around, places
    )
    return Ledger(plan, shelf, around)


def test_a_sum_that_lacks_communes_says_its_coverage() -> None:
    """A sum over 96,3 % of the population says so in its source line; a whole one says nothing."""
    ledger = _ledger()
    place = ledger.around.benchmarks["epci"]
    whole = ledger.at("allocataires", place, "2024-12")
    assert "couverte" not in words.sources_of(ledger, [whole])
    partial = replace(whole, coverage=0.963)
    line = words.sources_of(ledger, [whole, partial])
    assert "part de la population couverte\u00a0: EPCI\u00a0: 96,3\u00a0%" in line


def test_sums_keep_their_likely_interval(report: Callable[[str], ReportData]) -> None:
    """The Marne's foyers: 610 rounded counts, likely within 1,96·√(2·610) ≈ 68 of their sum."""
    found = report("51649").figures["allocataires/departement/51/2024-12"]
    assert found.value is not None
    assert found.likely_upper is not None
    assert found.numerator is not None
    cells = found.numerator.cells
    assert abs(found.likely_upper - found.value - 1.96 * (2 * cells) ** 0.5) < 1e-6


def test_a_benchmark_of_which_the_territory_is_a_fifth_bears_no_verdict() -> None:
    """Reims has 30 % of the Marne and 57 % of its EPCI: the EPCI's other communes bear the verdict.

    That of its foyers with a Paje is 9 points under theirs, 3 under the Marne's, which holds it.
    """
    series, places = catalogue.load(), territories.load()
    plan = spec.load("sppe", series)
    around = surround(places.get("commune", "51454"), places, frozenset(plan.benchmarks))
    named = frozenset({"caf.ndur.foyers", "caf.paje.foyers"})
    shelf = collect(store.Store([store.embedded_root()]), series, named, around, places)
    ledger = Ledger(plan, shelf, around)
    found = {c.benchmark: c.verdict for c in against(ledger, "paje_part")}
    assert (found["departement"], found["epci"], found["epci_hors_commune"]) == (
        "none", "none", "below",
    )  # fmt: skip
    best = words.best(ledger, "paje_part")
    assert best is not None
    assert best.benchmark == "epci_hors_commune"


def test_the_cover_says_how_what_was_asked_led_to_the_territory() -> None:
    """A commune of old has been merged; a municipal arrondissement never was a commune."""
    places = territories.load()
    paris = surround(places.find("75101", "commune"), places, frozenset({"france"}))
    old = replace(paris.own.territory, former="Vieux-Bourg (75999)")
    lines = narrative.identity(paris)
    assert lines[1] == "Paris · Île-de-France"
    asked = "Demandé\u00a0: 1ᵉʳ arrondissement de Paris (75101)\u202f; le dossier"
    assert lines[2].startswith(asked)
    merged = narrative.identity(replace(paris, own=replace(paris.own, territory=old)))
    assert merged[2] == "Demandé\u00a0: Vieux-Bourg (75999), commune aujourd’hui réunie à Paris"
    assert narrative.situation(paris) == "Situation de Paris."


def test_a_name_that_is_both_departement_and_region_is_said_once() -> None:
    """La Réunion is its own région: the cover says it once."""
    places = territories.load()
    around = surround(places.get("commune", "97411"), places, frozenset({"france"}))
    assert narrative.identity(around)[1] == "La Réunion"
    assert narrative.situation(around) == "Situation de Saint-Denis à La Réunion."
