"""Portals and feeds: what the shipped ones say, and how their faults are told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from diagnostic import catalogue, spec
from diagnostic.catalogue import Catalogue
from diagnostic.errors import DataError
from diagnostic.model import Feed, FeedSeries, Portal, Rounding

WORDS = 'themes: ["emploi"]\nsynonyms: [["crèche", "eaje"]]\n'
PRODUCER = """producer: "Dares"
licence: "LO"
link: "https://dares.example"
portal: {id: dares, api: opendatasoft, address: "https://dares.example", variable: DARES_URL}
feeds:
  jeu_com:
    dataset: jeu
    title: "Jeu"
    levels: [commune]
    code: code_commune
    period: date
    clock: quarter
    month: 12
    geography: 1
    fold: true
    totals: ["Total"]
    largest: n
    where: {sexe: "Total"}
    words: {nd: secret}
    rounding: {step: 5, rule: random}
    series:
      a.b: n
      a.c: {field: m, where: {type: "X"}, rounding: none, summable: false, estimate: true}
datasets:
  un:
    dataset: "jeu"
    title: "Jeu"
    theme: "emploi"
    kind: count
    unit: "personnes"
    population: "inscrits"
    levels: [commune, france]
    series:
      a.b: {label: "Inscrits", definition: "Inscrits.", field: "n"}
      a.c: {label: "Autres", definition: "Autres.", field: "m"}
"""


def folder(path: Path, producer: str = PRODUCER) -> Path:
    """A catalogue folder of one producer."""
    (path / "words.yaml").write_text(WORDS, encoding="utf-8")
    (path / "breaks.yaml").write_text("breaks: {}\n", encoding="utf-8")
    (path / "dares.yaml").write_text(producer, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    """The shipped catalogue."""
    return catalogue.load()


def test_a_feed_is_read_with_what_its_series_share(tmp_path: Path) -> None:
    """What the feed says of rounding holds for each series that does not say otherwise."""
    read = catalogue.read(folder(tmp_path))
    assert read.portals == {
        "dares": Portal(
            id="dares", api="opendatasoft", producer="Dares", address="https://dares.example",
            variable="DARES_URL", licence="LO",
        )
    }  # fmt: skip
    assert read.feeds == {
        "jeu_com": Feed(
            id="jeu_com", portal="dares", dataset="jeu", title="Jeu", levels=("commune",),
            code="code_commune", period="date", clock="quarter", month=12, geography=1, fold=True,
            totals=("Total",), largest="n", where={"sexe": "Total"}, words={"nd": "secret"},
            series=(
                FeedSeries(series="a.b", field="n", rounding=Rounding(step=5, rule="random")),
                FeedSeries(
                    series="a.c", field="m", where={"type": "X"}, summable=False, estimate=True
                ),
            ),
        )
    }  # fmt: skip
    assert read.feeds["jeu_com"].fields() == ("code_commune", "date", "n", "sexe", "type", "m")
    assert read.feeds_of("a.c") == (read.feeds["jeu_com"],)
    assert read.feeds_of("z.z") == ()


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("api: opendatasoft", "api: soap", 4, "valeur inconnue"),
        (", variable: DARES_URL", "", 4, "il faut id, api, address et variable"),
        ("    dataset: jeu\n", "", 6, "« dataset » manque"),
        ("    period: date\n", "", 6, "« period » manque"),
        ("    code: code_commune\n", "", 6, "« code » va avec des niveaux"),
        ("levels: [commune]\n    code", "levels: [france]\n    code", 6, "« code » va avec"),
        ("levels: [commune]\n", "levels: [canton]\n", 9, "valeur inconnue"),
        ("clock: quarter", "clock: week", 12, "valeur inconnue"),
        ("month: 12", "month: 13", 13, "un nombre entier de 0 à 12"),
        ("geography: 1", "geography: -1", 14, "un nombre entier de 0 à 99"),
        ("fold: true", "fold: oui", 15, "valeur inconnue"),
        ("{nd: secret}", "{nd: caché}", 19, "valeur inconnue"),
        ("summable: false", "summable: non", 23, "valeur inconnue"),
        ("      a.b: n\n", "      a.z: n\n", 22, "« a.z » absente du catalogue"),
        ("{field: m, ", "{", 23, "« field » manque"),
        ("rounding: none", "rounding: aucun", 23, "une table de clés"),
        ("    largest: n\n", "    biggest: n\n", 17, "clé inconnue « biggest »"),
    ],
)
def test_faults_of_a_feed_are_told_with_their_line(
    tmp_path: Path, old: str, new: str, line: int, told: str
) -> None:
    """A fault of a portal or of a feed names the file, the line and what is wrong."""
    assert old in PRODUCER
    with pytest.raises(DataError) as caught:
        catalogue.read(folder(tmp_path, PRODUCER.replace(old, new)))
    assert re.search(rf"dares\.yaml:{line}:\d+ : .*{told}", caught.value.message)


FAMILIES = """families:
  levels: {com: commune}
  codes: {commune: [num]}
  periods: {an: {clock: year, month: 12}}
  geography: 1
  measures:
    ind_: {kind: count, unit: u, population: p, rounding: {step: 5}}
feeds:
"""


def test_families_are_read(tmp_path: Path) -> None:
    """What the names of a portal say, with nothing where nothing is written."""
    read = catalogue.read(folder(tmp_path, PRODUCER.replace("feeds:\n", FAMILIES)))
    assert read.cards is not None
    rules = read.cards.shelf.families["dares"]
    assert (rules.unread, rules.traps, rules.secrecy, rules.rounded) == ({}, (), "", "")
    assert rules.measure("ind_x") == rules.measures[0]
    assert rules.measure("x") is None


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("  levels: {com: commune}\n", "", 6, "« levels » manque"),
        ("{com: commune}", "{com: canton}", 6, "valeur inconnue"),
        ("clock: year, month: 12", "month: 12", 8, "valeur inconnue"),
        ("month: 12}}", "month: 13}}", 8, "un nombre entier de 0 à 12"),
        ("geography: 1", "geography: 2", 9, "un nombre entier de 0 à 1"),
        ("kind: count, ", "", 11, "valeur inconnue"),
        ("{step: 5}", "{step: x}", 11, "un nombre positif"),
    ],
)
def test_faults_of_the_families_are_told_with_their_line(
    tmp_path: Path, old: str, new: str, line: int, told: str
) -> None:
    """A fault of the rules names the file, the line and what is wrong."""
    assert old in FAMILIES
    text = PRODUCER.replace("feeds:\n", FAMILIES.replace(old, new))
    with pytest.raises(DataError) as caught:
        catalogue.read(folder(tmp_path, text))
    assert re.search(rf"dares\.yaml:{line}:\d+ : .*{told}", caught.value.message)


def test_feeds_need_a_portal(tmp_path: Path) -> None:
    """Feeds without a portal are refused."""
    text = re.sub(r"portal: \{.*\}\n", "", PRODUCER)
    with pytest.raises(DataError, match="ajoutez « portal »"):
        catalogue.read(folder(tmp_path, text))


def test_portals_and_feeds_are_defined_once(tmp_path: Path) -> None:
    """The same portal and the same feed in two files are refused where they come second."""
    path = folder(tmp_path)
    again = PRODUCER[: PRODUCER.index("datasets:")] + "datasets: {}\n"
    (path / "zzz.yaml").write_text(again, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        catalogue.read(path)
    assert "zzz.yaml:4:14 : portail « dares » déjà défini" in caught.value.message
    assert "zzz.yaml:6:3 : flux « jeu_com » déjà défini" in caught.value.message


def test_the_portals_are_those_of_the_settings(shipped: Catalogue) -> None:
    """Each portal has its address and the variable that replaces it."""
    assert {(p.id, p.api, p.address, p.variable) for p in shipped.portals.values()} == {
        ("caf", "opendatasoft", "https://data.caf.fr", "DIAGNOSTIC_CAFDATA_URL"),
        (
            "drees",
            "opendatasoft",
            "https://data.drees.solidarites-sante.gouv.fr",
            "DIAGNOSTIC_DREES_URL",
        ),
        (
            "dares",
            "opendatasoft",
            "https://data.dares.travail-emploi.gouv.fr",
            "DIAGNOSTIC_DARES_URL",
        ),
        ("urssaf", "opendatasoft", "https://open.urssaf.fr", "DIAGNOSTIC_URSSAF_URL"),
        ("insee", "melodi", "https://api.insee.fr/melodi", "DIAGNOSTIC_MELODI_URL"),
    }
    assert all(portal.licence == "Licence Ouverte 2.0" for portal in shipped.portals.values())


def test_feeds_and_series_agree(shipped: Catalogue) -> None:
    """Each series of a feed exists and is published at the levels of the feed."""
    for feed in shipped.feeds.values():
        assert feed.portal in shipped.portals, feed.id
        assert re.fullmatch(r"[a-z0-9_.-]+", feed.id)
        for one in feed.series:
            assert set(feed.levels) <= set(shipped.series[one.series].levels), (feed.id, one)


def test_no_two_feeds_give_one_series_at_one_level(shipped: Catalogue) -> None:
    """A figure has one source: no pull decides between two."""
    given = [
        (one.series, level)
        for feed in shipped.feeds.values()
        for one in feed.series
        for level in feed.levels
    ]
    assert len(given) == len(set(given))


def test_two_series_of_a_feed_are_never_the_same_cells(shipped: Catalogue) -> None:
    """A field and its filters name one series."""
    for feed in shipped.feeds.values():
        cells = [(one.field, tuple(sorted(one.where.items()))) for one in feed.series]
        assert len(cells) == len(set(cells)), feed.id
        assert not any(set(one.where) & set(feed.where) for one in feed.series), feed.id


def test_a_rate_or_a_median_is_never_summed(shipped: Catalogue) -> None:
    """What may not be added is so marked in each feed that folds or repeats."""
    for feed in shipped.feeds.values():
        for one in feed.series:
            counted = shipped.series[one.series].kind in {"count", "estimate", "amount"}
            assert one.summable is counted, (feed.id, one.series)


def test_estimates_are_marked(shipped: Catalogue) -> None:
    """Census estimates come as estimates, counts as counts."""
    for feed in shipped.feeds.values():
        for one in feed.series:
            kind = shipped.series[one.series].kind
            assert one.estimate is (kind == "estimate"), (feed.id, one.series)


def test_france_covers_what_the_catalogue_says(shipped: Catalogue) -> None:
    """A feed about France has the champ of its series, or none when nobody says."""
    for feed in shipped.feeds.values():
        for one in feed.series:
            said = shipped.series[one.series].champ.get("france", "")
            assert feed.champ == (said if "france" in feed.levels else ""), (feed.id, one)


def test_the_rates_of_the_shipped_spec_cover_one_france(shipped: Catalogue) -> None:
    """Two terms that are pulled for France are pulled for the same France."""
    divided = 0
    for one in spec.load("sppe", shipped).indicators.values():
        pulled = [
            {feed.champ for feed in shipped.feeds_of(series) if "france" in feed.levels}
            for series in (one.numerator, one.denominator)
            if series
        ]
        if len(pulled) == 2 and all(pulled):
            divided += 1
            assert pulled[0] == pulled[1] != {""}, one.id
    assert divided > 5


def test_cafdata_is_read_as_its_portal_writes_it(shipped: Catalogue) -> None:
    """Rounded to 5 and folded by commune, exact by département and for France."""
    commune, france = shipped.feeds["caf_s_ben_com_f"], shipped.feeds["caf_s_ben_nat"]
    assert (commune.dataset, commune.code, commune.period) == (
        "s_ben_com_f",
        "numcomdo",
        "dtreffre",
    )
    assert commune.fold
    assert commune.geography == 1
    assert commune.largest == "indfoy_ndur"
    rounding = {one.series: one.rounding for one in commune.series}
    assert rounding["caf.rsa.foyers"] == Rounding(step=5)
    assert rounding["caf.cmg.montant"] == Rounding(step=100)
    assert france.code == ""
    assert all(one.rounding is None for one in france.series)
    assert all(one.rounding is None for one in shipped.feeds["caf_s_ben_dep"].series)
    rate = shipped.feeds["caf_txcouv_pe_epci"]
    assert (rate.clock, rate.month, rate.period) == ("year", 12, "annee")
    assert rate.series[0].field == "txcouv_epci"


def test_every_caf_series_of_the_shipped_specs_reaches_its_levels(shipped: Catalogue) -> None:
    """The main counts are pulled for communes, EPCI, départements and France."""
    for name in ("caf.ndur.foyers", "caf.rsa.foyers", "caf.ppa.foyers", "caf.af.foyers"):
        levels = {level for feed in shipped.feeds_of(name) for level in feed.levels}
        assert levels == {"commune", "epci", "departement", "france"}


def test_dares_drops_what_is_no_commune(shipped: Catalogue) -> None:
    """The city is there beside its arrondissements, "Total" is a sum."""
    feed = shipped.feeds["dares_defm_communales_brutes"]
    assert not feed.fold
    assert feed.totals == ("Total",)
    assert feed.where == {
        "type_de_donnees": "Brutes",
        "categorie": "ABC",
        "sexe": "Total",
        "tranche_d_age": "Total",
    }


def test_what_is_not_confirmed_has_no_feed(shipped: Catalogue) -> None:
    """No code or field is guessed: these series stay without a feed."""
    for name in (
        "caf.prepare.foyers",
        "caf.enfants.moins_3",
        "insee.bpe.micro_creche",
        "insee.rp.moins_5_ans",
        "insee.naissances",
        "urssaf.salaries",
        "drees.apl.generalistes_65_ans_ou_moins",
        "insee.rp.familles_monoparentales",
    ):
        assert shipped.feeds_of(name) == (), name
