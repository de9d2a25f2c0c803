"""The catalogue: what the shipped one says, how it is searched, and how its faults are told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from diagnostic import catalogue
from diagnostic.catalogue import Catalogue
from diagnostic.catalogue.index import Index, fold, stem, years
from diagnostic.catalogue.pages import KINDS
from diagnostic.errors import DataError
from diagnostic.model import Rounding, Series

PORTAL_THEMES = (
    "données générales",
    "petite enfance",
    "enfance et jeunesse",
    "logement",
    "solidarité et soutien à l’activité",
    "handicap et autonomie",
    "soutien aux familles",
)
PROMISED = [
    "caf.ndur.foyers",
    "caf.ndur.personnes",
    "caf.rsa.foyers",
    "caf.ppa.foyers",
    "caf.al.foyers",
    "caf.af.foyers",
    "caf.paje.foyers",
    "caf.couverture.total",
    "caf.couverture.eaje",
    "caf.couverture.am",
    "caf.couverture.prescolarisation",
    "caf.couverture.garde_domicile",
    "insee.rp.population",
    "insee.rp.moins_5_ans",
    "insee.rp.ages.f.00_04",
    "insee.rp.ages.h.95_plus",
    "insee.naissances",
    "insee.deces",
    "insee.comparateur.population",
    "insee.comparateur.menages",
    "insee.comparateur.population_15_64",
    "insee.comparateur.actifs_15_64",
    "insee.comparateur.chomeurs_15_64",
    "insee.comparateur.naissances",
    "insee.comparateur.deces",
    "insee.logement.logements",
    "insee.logement.residences_principales",
    "insee.logement.residences_secondaires",
    "insee.logement.vacants",
    "insee.logement.proprietaires",
    "insee.logement.locataires_prive",
    "insee.logement.locataires_social",
    "insee.logement.locataires_meuble",
    "insee.logement.loges_gratuit",
    "insee.filosofi.mediane",
    "insee.filosofi.pauvrete",
    "insee.bpe.eaje",
    "insee.bpe.micro_creche",
    "insee.bpe.ecole_maternelle",
    "insee.bpe.ecole_primaire",
    "insee.bpe.ecole_elementaire",
    "insee.bpe.medecin_generaliste",
    "insee.bpe.infirmier",
    "insee.bpe.kinesitherapeute",
    "insee.bpe.pharmacie",
    "insee.bpe.personnes_agees_hebergement",
    "insee.bpe.personnes_agees_aide",
    "insee.population_historique",
    "dares.defm.abc",
    "urssaf.salaries",
]
AWAITED = [
    "caf.places.total",
    "caf.qf.moins_400",
    "caf.aeeh.enfants",
    "caf.ab.foyers",
    "caf.cmg.foyers",
    "caf.cmg.montant",
    "caf.prepare.foyers",
    "caf.enfants.moins_3",
    "insee.rp.enfants_moins_3",
    "insee.rp.familles_monoparentales",
    "insee.rp.familles_enfants",
    "insee.rp.enfants_parents_emploi",
    "urssaf.am.actifs",
    "urssaf.am.55_ans_ou_plus",
    "insee.bpe.rpe",
    "insee.population.municipale",
    "caf.rsa.majore.foyers",
    "cnaf.apl.petite_enfance",
]

WORDS = 'themes: ["emploi"]\nsynonyms: [["crèche", "eaje"]]\n'
BREAKS = 'breaks:\n  loi: {at: "2025-01", label: "Loi", text: "Une loi."}\n'
PRODUCER = """producer: "Dares"
licence: "LO"
link: "https://dares.example"
datasets:
  un:
    dataset: "jeu"
    title: "Jeu"
    theme: "emploi"
    kind: count
    unit: "personnes"
    population: "inscrits"
    levels: [commune, france]
    rounding: {step: 5, rule: random}
    champ: {france: "France"}
    traps: ["Premier."]
    breaks: [loi]
    series:
      a.b:
        label: "Inscrits"
        definition: "Inscrits."
        field: "n"
        traps: ["Second."]
"""


def folder(
    path: Path, producer: str = PRODUCER, *, words: str = WORDS, breaks: str = BREAKS
) -> Path:
    """A catalogue folder of one producer."""
    (path / "words.yaml").write_text(words, encoding="utf-8")
    (path / "breaks.yaml").write_text(breaks, encoding="utf-8")
    (path / "dares.yaml").write_text(producer, encoding="utf-8")
    return path


def ids(found: list[catalogue.Match]) -> list[str]:
    """The ids of the series found, in order."""
    return [match.series.id for match in found]


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    """The shipped catalogue."""
    return catalogue.load()


def test_every_promised_series_is_there(shipped: Catalogue) -> None:
    """The ids that specs and store share are all in the catalogue."""
    assert [one for one in (*PROMISED, *AWAITED) if one not in shipped.series] == []


def test_a_series_without_data_says_where_it_will_come_from(shipped: Catalogue) -> None:
    """Exactly the awaited series have an arrival."""
    assert sorted(s.id for s in shipped.series.values() if s.arrival) == sorted(AWAITED)


def test_portal_themes_come_first(shipped: Catalogue) -> None:
    """The seven themes of the Caf's portal open the list, and every theme is used."""
    assert shipped.themes[:7] == PORTAL_THEMES
    used = {series.theme for series in shipped.series.values()}
    assert set(shipped.themes) == used


def test_series_are_complete(shipped: Catalogue) -> None:
    """Label, definition, unit, population, levels and kind are given for each series."""
    for series in shipped.series.values():
        said = (series.label, series.definition, series.unit, series.population, series.levels)
        assert all(said), series.id
        assert series.kind in KINDS
        assert series.definition.endswith("."), series.id
        assert series.licence or series.arrival == "aucune publication nationale connue"


def test_links_are_the_known_portals(shipped: Catalogue) -> None:
    """No address but those of the portals that the provenance names."""
    known = {"", "https://data.caf.fr", "https://www.insee.fr", "https://open.urssaf.fr"}
    known |= {"https://data.drees.solidarites-sante.gouv.fr"}
    known |= {"https://dares.travail-emploi.gouv.fr"}
    assert {series.link for series in shipped.series.values()} == known


def test_rules_of_the_main_series(shipped: Catalogue) -> None:
    """Rounding, thresholds and fields as the producers state them."""
    series = shipped.series
    assert series["caf.rsa.foyers"].rounding == Rounding(step=5, rule="nearest")
    assert series["dares.defm.abc"].rounding == Rounding(step=5, rule="random")
    assert series["caf.couverture.total"].published_above == 10000
    assert series["caf.couverture.total"].champ == {"france": "France hors Mayotte"}
    assert series["insee.filosofi.mediane"].champ == {"france": "France métropolitaine"}
    assert series["insee.rp.population"].champ == {"france": "France"}
    assert series["insee.bpe.eaje"].sparse
    assert not series["caf.rsa.foyers"].sparse
    assert series["insee.filosofi.mediane"].kind == "median"
    assert "suspendu" in series["dares.defm.abc"].quality_label


def test_the_census_is_a_fact_of_its_series(shipped: Catalogue) -> None:
    """All that INSEE draws from the census, whatever the dataset; births beside it are not."""
    census = {one for one, series in shipped.series.items() if series.census}
    assert {
        "insee.rp.population",
        "insee.rp.enfants_moins_3",
        "insee.population.municipale",
        "insee.population_historique",
        "insee.comparateur.population",
        "insee.comparateur.menages",
        "insee.logement.vacants",
    } <= census
    others = {"insee.comparateur.naissances", "insee.comparateur.deces", "insee.naissances"}
    assert not census & others
    assert all(one.startswith("insee.") for one in census)
    assert not any(one.startswith(("insee.estimations", "insee.filosofi")) for one in census)


def test_a_coverage_rate_is_never_a_percentage(shipped: Catalogue) -> None:
    """Coverage is in places for 100 children."""
    for one, series in shipped.series.items():
        if one.startswith("caf.couverture."):
            assert series.unit.startswith("places pour 100 enfants")


def test_breaks_are_dated_and_told(shipped: Catalogue) -> None:
    """Every break has an ISO period and a sentence; the main ones are registered."""
    for each in shipped.breaks.values():
        assert re.fullmatch(r"\d{4}(-\d{2})?", each.at), each.id
        assert each.text.endswith("."), each.id
        assert each.label
    assert {"filosofi_2023", "aah_2023", "cmg_2025", "defm_2025"} <= set(shipped.breaks)
    assert "defm_2025" in shipped.series["dares.defm.abc"].breaks


def test_texts_follow_french_typography(shipped: Catalogue) -> None:
    """No plain space before a high mark, no straight apostrophe, no split thousands."""
    bad = re.compile(r" [;!?:%€»]|« |'|\d \d{3}\b|n° ")
    for series in shipped.series.values():
        texts = (series.label, series.definition, series.unit, series.secrecy, series.arrival)
        for text in (*texts, *series.traps, series.quality_label):
            assert not bad.search(text), (series.id, text)
    for each in shipped.breaks.values():
        assert not bad.search(each.text + each.label), each.id


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("foyers allocataires", "caf.ndur.foyers"),
        ("NAISSANCES", "insee.naissances"),
        ("prime d'activité", "caf.ppa.foyers"),
        ("prime activité", "caf.ppa.foyers"),
        ("crèche", "insee.bpe.eaje"),
        ("rsa majoré", "caf.rsa.majore.foyers"),
        ("niveau de vie", "insee.filosofi.mediane"),
        ("chômeurs", "insee.comparateur.chomeurs_15_64"),
        ("demandeur d'emploi", "dares.defm.abc"),
        ("caf.rsa.foyers", "caf.rsa.foyers"),
    ],
)
def test_search_ranks_the_plain_answer_first(shipped: Catalogue, words: str, first: str) -> None:
    """Label and id outrank the rest, whatever case and plural."""
    assert ids(shipped.index.search(words))[0] == first


def test_search_ignores_accents(shipped: Catalogue) -> None:
    """ "prime d'activité" and "PRIME D’ACTIVITE" find the same."""
    assert (
        shipped.index.search("prime d'activité") == shipped.index.search("PRIME D’ACTIVITE") != []
    )


def test_search_knows_synonyms(shipped: Catalogue) -> None:
    """A crèche is an EAJE, a chômeur is looked for among the demandeurs d'emploi too."""
    assert "insee.bpe.eaje" in ids(shipped.index.search("crèche"))
    assert "dares.defm.abc" in ids(shipped.index.search("chômeur"))


def test_search_meets_words_nearly(shipped: Catalogue) -> None:
    """A slip of the pen finds, marked near and ranked under a true meeting."""
    slip, true = shipped.index.search("naisances"), shipped.index.search("naissances")
    assert ids(slip)[0] == "insee.naissances"
    assert all(match.near for match in slip)
    assert slip[0].score < true[0].score
    assert "insee.bpe.eaje" in ids(shipped.index.search("crêhce"))


def test_search_wants_every_word(shipped: Catalogue) -> None:
    """One word that nothing meets finds nothing."""
    assert shipped.index.search("naissances xylophone") == []


def test_search_filters(shipped: Catalogue) -> None:
    """Theme, producer, level, first year and label narrow the answers."""
    assert ids(shipped.index.search(producer="dares")) == ["dares.defm.abc"]
    assert ids(shipped.index.search(label=True)) == ["dares.defm.abc"]
    themes = {m.series.theme for m in shipped.index.search(theme="Petite enfance")}
    assert themes == {"petite enfance"}
    assert "insee.bpe.eaje" not in ids(shipped.index.search(level="epci"))
    old = ids(shipped.index.search(since="1900"))
    assert old == ["insee.population_historique"]


def test_search_without_words_gives_all_by_theme(shipped: Catalogue) -> None:
    """No words and no filter: every series, in the order of themes."""
    found = shipped.index.search()
    assert len(found) == len(shipped.series)
    ranks = [shipped.themes.index(match.series.theme) for match in found]
    assert ranks == sorted(ranks)


def test_nearest_names_the_likely_id(shipped: Catalogue) -> None:
    """A mistyped id brings the right one first; nonsense brings nothing."""
    assert shipped.nearest("caf.rsa.foyer")[0] == "caf.rsa.foyers"
    assert shipped.nearest("Insee Naissance")[0] == "insee.naissances"
    assert shipped.nearest("zzzzzz") == []


def test_folding_and_stems() -> None:
    """Accents, apostrophes, plurals and silent words vanish; short words keep their s."""
    assert fold("L’Œuvre d'Épernay") == "l oeuvre d epernay"
    assert stem("Crèches des bus") == "creche bus"


def test_phrases_keep_known_groups_whole() -> None:
    """A known phrase is one phrase, silent words go, the others stand alone."""
    index = Index(synonyms=[["mode d'accueil", "garde"]])
    assert [p.text for p in index.phrases("le mode accueil du bébé")] == ["mode accueil", "bebe"]


def test_years_of_a_text() -> None:
    """A span gives every year of it, a list those named, no year none."""
    assert years("décembre 2020 à décembre 2022") == (2020, 2021, 2022)
    assert years("1ᵉʳ janvier 2012 et 2023") == (2012, 2023)
    assert years("4ᵉ trimestre 2015 à 4ᵉ trimestre 2017") == (2015, 2016, 2017)
    assert years("1876 à 1878, 2023") == (1876, 1877, 1878, 2023)
    assert years("") == ()


def test_a_series_inherits_from_its_dataset(tmp_path: Path) -> None:
    """The dataset's facts hold for the series; traps and breaks add up."""
    read = catalogue.read(folder(tmp_path))
    assert read.series == {
        "a.b": Series(
            id="a.b", label="Inscrits", definition="Inscrits.", unit="personnes",
            theme="emploi", producer="Dares", dataset="jeu", field="n", kind="count",
            population="inscrits", levels=("commune", "france"), frequency="", periods="",
            licence="LO", link="https://dares.example", rounding=Rounding(step=5, rule="random"),
            champ={"france": "France"}, traps=("Premier.", "Second."), breaks=("loi",),
        )
    }  # fmt: skip
    assert read.datasets["un"].title == "Jeu"
    assert read.breaks["loi"].at == "2025-01"


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("kind: count", "kind: compte", 9, "valeur inconnue"),
        ("[commune, france]", "[commune, canton]", 12, "valeur inconnue"),
        ("rule: random", "rule: hasard", 13, "valeur inconnue"),
        ("step: 5", "step: cinq", 13, "nombre positif"),
        ("step: 5, ", "", 13, "nombre positif"),
        ('theme: "emploi"', 'theme: "pêche"', 18, "thème inconnu"),
        ("breaks: [loi]", "breaks: [décret]", 18, "absente du registre"),
        ('        field: "n"\n', "", 18, "« field » manque"),
        ('label: "Inscrits"', 'label: ["Inscrits"]', 19, "un texte est attendu"),
        ('traps: ["Second."]', "traps: Second.", 22, "une liste est attendue"),
        ('title: "Jeu"', 'titre: "Jeu"', 7, "clé inconnue « titre »"),
        ("kind: count", "kind: count\n    sparse: oui", 10, "valeur inconnue"),
        ("kind: count", "kind: count\n    census: oui", 10, "valeur inconnue"),
        ("kind: count", "kind: count\n    published_above: -1", 10, "nombre positif"),
        ('champ: {france: "France"}', "champ: France", 14, "table de clés"),
        ('licence: "LO"\n', "", 1, "un texte est attendu"),
        ('"Dares"', '"Dares', 2, "YAML"),
    ],
)
def test_faults_are_told_with_file_and_line(
    tmp_path: Path, old: str, new: str, line: int, told: str
) -> None:
    """A fault of a catalogue file names the file, the line and what is wrong."""
    assert old in PRODUCER
    with pytest.raises(DataError) as caught:
        catalogue.read(folder(tmp_path, PRODUCER.replace(old, new)))
    assert re.search(rf"dares\.yaml:{line}:\d+ : .*{told}", caught.value.message)
    assert caught.value.exit_code == 5


def test_all_the_faults_of_a_file_are_told(tmp_path: Path) -> None:
    """Two faults, two lines, in reading order."""
    text = PRODUCER.replace("kind: count", "kind: x").replace("rule: random", "rule: y")
    with pytest.raises(DataError) as caught:
        catalogue.read(folder(tmp_path, text))
    assert re.findall(r"yaml:(\d+):", caught.value.message) == ["9", "13"]


def test_a_series_is_defined_once(tmp_path: Path) -> None:
    """The same id in two files is refused where it comes second."""
    path = folder(tmp_path)
    (path / "zzz.yaml").write_text(PRODUCER, encoding="utf-8")
    with pytest.raises(DataError, match=r"zzz\.yaml:18:.*« a\.b » déjà définie"):
        catalogue.read(path)


def test_a_break_needs_its_three_texts(tmp_path: Path) -> None:
    """A break without a date is refused."""
    with pytest.raises(DataError, match=r"breaks\.yaml.*il faut at, label et text"):
        catalogue.read(folder(tmp_path, breaks='breaks:\n  loi: {label: "L", text: "T."}\n'))


@pytest.mark.parametrize("words", ["themes: emploi\nsynonyms: []\n", "- a\n", "themes: [emploi]\n"])
def test_words_need_lists(tmp_path: Path, words: str) -> None:
    """Themes or synonyms that are not lists, or a file that is a list, are refused."""
    with pytest.raises(DataError, match=r"words\.yaml:1:\d+ .*attendue"):
        catalogue.read(folder(tmp_path, words=words))


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    """A folder without its registry is damaged data, not an empty catalogue."""
    path = folder(tmp_path)
    (path / "breaks.yaml").unlink()
    with pytest.raises(DataError, match=r"breaks\.yaml.*introuvable"):
        catalogue.read(path)
