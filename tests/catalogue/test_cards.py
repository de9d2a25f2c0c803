"""Series that nobody named: read from what a portal says of its datasets, never supposed."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from diagnostic import catalogue
from diagnostic.catalogue import Catalogue
from diagnostic.catalogue.calls import call
from diagnostic.catalogue.cards import Name
from diagnostic.errors import DataError
from diagnostic.model import Feed, FeedSeries, Rounding
from diagnostic.store import Keeper

LOCAL = """producer: "Ville"
licence: "Licence Ouverte 2.0"
link: ""
datasets:
  enquete:
    dataset: ""
    title: "Enquête"
    theme: "petite enfance"
    kind: count
    unit: "familles"
    population: "familles"
    levels: [commune]
    series:
      local.attente: {label: "Familles en attente", definition: "Familles.", field: "attente"}
"""


def field(name: str, kind: str = "int", label: str = "", description: str = "") -> dict[str, Any]:
    """A column of a card."""
    return {"name": name, "label": label or name, "type": kind, "description": description}


def dataset(name: str, *fields: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A card of the portal, dated by month."""
    about = {
        "title": f"Jeu {name}",
        "themes": ["Petite enfance"],
        "licence": "Licence Ouverte v2.0",
    }
    return {"id": name, **about, "fields": [field("dtreffre", "date"), *fields], **more}


COMMUNE, NAME = field("numcomdo", "text"), field("nomcom", "text")
DATASETS = [
    dataset(
        "s_ben_com_f",
        COMMUNE,
        NAME,
        field("indfoy_ndur"),
        field("indfoy_rsa", label="Nombre foyers RSA"),
        field(
            "indfoy_asf", label="Nombre foyers ASF", description="<p>Au titre&nbsp;de  l’ASF.</p>"
        ),
        field("indmtt_asf", "double"),
        field("indben_aeeh", "text"),
        field("inconnu", "double"),
    ),
    dataset(
        "al_s_type_parc_dep",
        field("numdep", "text"),
        field("nomdep", "text"),
        field("lieures", "text"),
        field("type_parc", "text"),
        field("indfoy_ndural", label="Nombre foyers AL"),
    ),
    dataset("aah_s_nat", field("indfoy_aah"), title="", themes=[], licence=None),
    dataset("al_s_type_parc_iris_f", field("numirisd", "text"), field("indfoy_ndural")),
    dataset("s_ben_com_f-copy", COMMUNE, field("indfoy_rsa")),
    dataset("sans_code_com_f", field("indfoy_rsa")),
    {
        "id": "cf_s_epci",
        "title": "CF [EPCI]",
        "themes": ["Familles"],
        "fields": [
            field("annee", "int"),
            field("numepci", "text"),
            field("indfoy_cf", label="Foyers CF"),
        ],
    },
    {"id": "sans_date_com_f", "title": "", "fields": [COMMUNE, field("indfoy_rsa")]},
]


def store(path: Path, datasets: list[dict[str, Any]] = DATASETS) -> Path:
    """A root that holds the cards of the Caf's portal."""
    (path / "catalogue").mkdir(parents=True, exist_ok=True)
    told = {"portal": "caf", "retrieved": "2026-11-24", "datasets": datasets}
    (path / "catalogue" / "caf.json").write_text(json.dumps(told), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """The shipped catalogue with these cards."""
    root = store(tmp_path_factory.mktemp("store"))
    return catalogue.load(catalogue.found([root]))


def test_an_id_is_taken_apart() -> None:
    """Portal, dataset, column, filters; a comma within a value is no separator."""
    name = Name.of("caf:al_s_type.indfoy_al[type_parc=Privé, loué, age=De 25 à 49 ans]")
    assert name is not None
    assert (name.portal, name.dataset, name.field) == ("caf", "al_s_type", "indfoy_al")
    assert name.where == {"type_parc": "Privé, loué", "age": "De 25 à 49 ans"}
    assert Name.of("caf.rsa.foyers") is None
    assert Name.of("caf:jeu.champ[a]") is None
    assert Name.of("caf:jeu.champ[=b]") is None


def test_the_name_tells_the_unit_and_the_rounding(known: Catalogue) -> None:
    """Foyers rounded to 5 by commune, the words of the portal otherwise."""
    one = known.series["caf:s_ben_com_f.indfoy_asf"]
    assert (one.label, one.unit, one.kind) == ("Nombre foyers ASF", "foyers", "count")
    assert (
        one.definition
        == "Au titre de l’ASF. Champ indfoy_asf du jeu «\u00a0Jeu s_ben_com_f\u00a0»."
    )
    assert one.rounding == Rounding(step=5)
    assert one.levels == ("commune",)
    assert one.theme == "petite enfance"
    assert one.population == "foyers allocataires de la Caf"
    assert one.frequency == "annuelle, en décembre"
    assert one.licence == "Licence Ouverte v2.0"
    assert known.series["caf:s_ben_com_f.indmtt_asf"].rounding == Rounding(step=100)
    assert known.series["caf:s_ben_com_f.indmtt_asf"].unit == "€"
    assert known.series["caf:s_ben_com_f.indben_aeeh"].population == "bénéficiaires (aeeh)"


def test_what_is_not_known_is_said_unknown(known: Catalogue) -> None:
    """No unit, no kind, no population, no rounding is made up."""
    one = known.series["caf:s_ben_com_f.inconnu"]
    assert (one.unit, one.kind, one.rounding) == ("unité non connue", "unknown", None)
    assert one.population == "population non connue de caf:s_ben_com_f.inconnu"
    assert one.secrecy == "L’arrondi du producteur n’est pas connu."
    assert not known.feeds_of(one.id)[0].series[0].summable
    bare = known.series["caf:aah_s_nat.indfoy_aah"]
    assert (bare.theme, bare.licence) == ("thème non connu", "licence non connue")
    assert (bare.frequency, bare.secrecy) == ("mensuelle", "")
    epci = known.series["caf:cf_s_epci.indfoy_cf"]
    assert (epci.theme, epci.frequency) == ("Familles", "annuelle, en décembre")
    assert epci.secrecy == "L’arrondi du producteur n’est pas connu."


def test_what_the_catalogue_knows_is_laid_over(known: Catalogue) -> None:
    """The column of a described series has its label, its traps and its breaks."""
    one, twin = known.series["caf:s_ben_com_f.indfoy_rsa"], known.series["caf.rsa.foyers"]
    assert (one.label, one.traps, one.breaks) == (twin.label, twin.traps, twin.breaks)
    assert one.levels == ("commune",)
    assert known.feeds_of(one.id)[0].largest == "indfoy_ndur"


def test_a_feed_is_made_for_each_series(known: Catalogue) -> None:
    """Its columns, its period and its filters, under an id that is a file name."""
    name = "caf:al_s_type_parc_dep.indfoy_ndural[type_parc=Privé]"
    (feed,) = known.feeds_of(name)
    assert feed == Feed(
        id=feed.id, portal="caf", dataset="al_s_type_parc_dep", title="Jeu al_s_type_parc_dep",
        levels=("departement",), code="numdep", period="dtreffre",
        series=(FeedSeries(series=name, field="indfoy_ndural", where={"type_parc": "Privé"}),),
    )  # fmt: skip
    assert re.fullmatch(r"caf\.al_s_type_parc_dep\.indfoy_ndural\.[0-9a-f]{8}", feed.id)
    other = known.feeds_of("caf:al_s_type_parc_dep.indfoy_ndural[type_parc=Public]")[0]
    assert other.id != feed.id
    assert known.series[name].label == "Nombre foyers AL, type_parc\u00a0: Privé"
    (yearly,) = known.feeds_of("caf:cf_s_epci.indfoy_cf")
    assert (yearly.clock, yearly.month, yearly.code) == ("year", 12, "numepci")
    (france,) = known.feeds_of("caf:aah_s_nat.indfoy_aah")
    assert (france.levels, france.code, france.champ) == (("france",), "", "")
    assert france.title == "aah_s_nat"


def test_the_ids_of_feeds_are_names_of_files_on_every_disk(tmp_path: Path) -> None:
    """Neither capitals alone nor the end of a long name tell two feeds apart."""
    long = "indfoy_" + "x" * 200
    root = store(
        tmp_path,
        [dataset("jeu_dep", field("numdep", "text"), *map(field, ("indfoy_a", "indfoy_A", long)))],
    )
    read = catalogue.load(catalogue.found([root]))
    ids = [
        read.feeds_of(f"caf:jeu_dep.{column}")[0].id for column in ("indfoy_a", "indfoy_A", long)
    ]
    assert ids[0] == "caf.jeu_dep.indfoy_a"
    assert re.fullmatch(r"caf\.jeu_dep\.indfoy_a\.[0-9a-f]{8}", ids[1])
    with Keeper(tmp_path).lock(ids[2]):
        assert len(ids[2]) < 120


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("caf:rien", "« caf:rien » ne se lit pas : une série"),
        ("cnav:jeu.champ", "portail inconnu « cnav » ; portails connus : caf, dares"),
        ("drees:jeu.champ", "« drees » ne se nomment pas ainsi : caf"),
        ("caf:s_ben_com.indfoy_asf", "Vouliez-vous dire « caf:s_ben_com_f.indfoy_asf » ? S’il"),
        ("caf:zzz.indfoy_asf", "lancez « diagnostic data pull --catalogue »"),
        ("caf:s_ben_com_f.indfoy_asg", "Vouliez-vous dire « caf:s_ben_com_f.indfoy_asf » ?"),
        ("caf:s_ben_com_f.nomcom", "n’est pas une colonne de nombres"),
        ("caf:s_ben_com_f.indfoy_asf[age=1]", "n’a pas de colonne « age »"),
        (
            "caf:al_s_type_parc_dep.indfoy_ndural",
            "choisissez « caf:al_s_type_parc_dep.indfoy_ndural[type_parc=…] »",
        ),
        ("caf:al_s_type_parc_iris_f.indfoy_ndural", "est publié par Iris : aucun dossier"),
        ("caf:s_ben_com_f-copy.indfoy_rsa", "à un niveau que son nom ne dit pas"),
        ("caf:sans_date_com_f.indfoy_rsa", "n’a pas de colonne de période connue"),
        ("caf:sans_code_com_f.indfoy_rsa", "n’a pas de colonne de codes connue"),
    ],
)
def test_why_a_series_is_not_there(known: Catalogue, name: str, told: str) -> None:
    """An id that answers nothing says why, with the nearest one or what to do."""
    assert name not in known.series
    assert known.feeds_of(name) == ()
    said = known.unknown(name).replace("\u00a0", " ").replace("\u202f", " ")
    assert told in said


def test_without_cards_the_user_is_told_to_pull() -> None:
    """The shipped catalogue alone knows no series of the portal."""
    said = catalogue.load().unknown("caf:s_ben_com_f.indfoy_asf")
    assert "diagnostic data pull --catalogue" in said
    assert catalogue.load().unknown("caf.rsa.foyer").endswith("caf.rsa.foyers\u00a0»\u202f?")
    assert catalogue.load().unknown("zzzzzz") == "série inconnue «\u00a0zzzzzz\u00a0»."


def test_going_through_the_series_gives_those_that_need_no_filter(known: Catalogue) -> None:
    """Described ones first, then those of the portals, each of which answers."""
    names = list(known.series)
    assert len(names) == len(known.series)
    portal = [name for name in names if ":" in name]
    assert "caf:s_ben_com_f.indfoy_asf" in portal
    assert "caf:al_s_type_parc_dep.indfoy_ndural" not in portal
    assert all(known.series[name].id == name for name in portal)
    assert known.nearest("caf:s_ben_com_f.indfoy_asg")[0] == "caf:s_ben_com_f.indfoy_asf"


def test_a_search_lists_what_the_catalogue_does_not_describe(known: Catalogue) -> None:
    """A column that a described series is stands there under its own name only."""
    found = {match.series.id: match.series for match in known.index.search("foyers")}
    assert "caf:s_ben_com_f.indfoy_rsa" not in found
    assert not found["caf:s_ben_com_f.indfoy_asf"].described
    assert found["caf:al_s_type_parc_dep.indfoy_ndural"].needs == ("type_parc",)
    assert known.index.search("foyers asf")[0].series.id == "caf:s_ben_com_f.indfoy_asf"


def test_the_first_root_wins(tmp_path: Path) -> None:
    """Two roots that know a portal: the first one's cards count."""
    newer = store(tmp_path / "a", [dataset("neuf_com_f", COMMUNE, field("indfoy_x"))])
    older = store(tmp_path / "b")
    both = catalogue.load(catalogue.found([newer, older]))
    assert "caf:neuf_com_f.indfoy_x" in both.series
    assert "caf:s_ben_com_f.indfoy_asf" not in both.series


def test_the_user_s_own_series_join_the_catalogue(tmp_path: Path) -> None:
    """A file of ROOT/catalogue/local is read as a producer's."""
    (tmp_path / "catalogue" / "local").mkdir(parents=True)
    path = tmp_path / "catalogue" / "local" / "enquete.yaml"
    path.write_text(LOCAL, encoding="utf-8")
    assert catalogue.load(catalogue.found([tmp_path])).series["local.attente"].producer == "Ville"
    path.write_text(LOCAL.replace("kind: count", "kind: compte"), encoding="utf-8")
    with pytest.raises(DataError, match=r"enquete\.yaml:9:11") as caught:
        catalogue.load(catalogue.found([tmp_path]))
    assert "data import" in caught.value.hint


@pytest.mark.parametrize("content", ["", "{", "[]", '{"portal": "caf", "datasets": [3]}'])
def test_damaged_cards_are_an_error_that_names_them(tmp_path: Path, content: str) -> None:
    """A file that is no list of datasets: DataError, its path, what to do."""
    path = store(tmp_path) / "catalogue" / "caf.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match=r"caf\.json") as caught:
        catalogue.load([path])
    assert "data pull --catalogue" in caught.value.hint


def test_a_damaged_card_is_told_when_it_is_read(tmp_path: Path) -> None:
    """A dataset without its fields does not hide the others until it is asked for."""
    broken = {"id": "abime_com_f", "title": "x"}
    root = store(tmp_path, [*DATASETS, broken])
    known = catalogue.load(catalogue.found([root]))
    assert "caf:s_ben_com_f.indfoy_asf" in known.series
    with pytest.raises(DataError, match=r"caf\.json"):
        known.unknown("caf:abime_com_f.indfoy_x")


def test_cards_of_an_unknown_portal_are_left_aside(tmp_path: Path) -> None:
    """They neither break a search nor appear in it."""
    path = tmp_path / "ailleurs.json"
    told = {"portal": "ailleurs", "datasets": [dataset("x_com_f", COMMUNE, field("indfoy_x"))]}
    path.write_text(json.dumps(told), encoding="utf-8")
    known = catalogue.load([path])
    assert known.index.search("indfoy_x") == []


def test_the_call_is_the_one_of_the_portal(known: Catalogue) -> None:
    """An export of the columns and rows, an attachment, or the observations of Melodi."""

    def address(name: str) -> str:
        feed = known.feeds_of(name)[0]
        one = next(each for each in feed.series if each.series == name)
        return call(known.portals[feed.portal], feed, one, feed.levels[0])

    assert address('caf:al_s_type_parc_dep.indfoy_ndural[type_parc=a"\\b]') == (
        "https://data.caf.fr/api/explore/v2.1/catalog/datasets/al_s_type_parc_dep/exports/csv"
        "?select=numdep%2Cdtreffre%2Cindfoy_ndural&where=type_parc%3D%22a%5C%22%5C%5Cb%22"
    )
    assert address("caf:aah_s_nat.indfoy_aah").endswith("?select=dtreffre%2Cindfoy_aah")
    assert address("drees.apl.generalistes").endswith(
        "/attachments/indicateur_d_apl_aux_medecins_generalistes_xlsx"
    )
    assert address("insee.filosofi.mediane") == (
        "https://api.insee.fr/melodi/data/DS_FILOSOFI_CC?FILOSOFI_MEASURE=MED_SL&GEO=COM"
    )
