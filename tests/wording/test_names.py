"""Names take the right article and elision."""

from __future__ import annotations

from typing import Any

import pytest

from diagnostic import territories
from diagnostic.model import Territory
from diagnostic.wording import names

from . import typed


def place(level: Any, name: str, tncc: int = 0, nature: str = "") -> Territory:
    """A territory known by what its name needs."""
    return Territory(code="x", level=level, name=name, tncc=tncc, nature=nature)


# Name and article code as the COG of 2026 gives them, then « de » and « à ».
COMMUNES = [
    ("Vitry-le-François", 0, "de Vitry-le-François", "à Vitry-le-François"),
    ("Épernay", 1, "d’Épernay", "à Épernay"),
    ("Le Meix-Tiercelin", 2, "du Meix-Tiercelin", "au Meix-Tiercelin"),
    ("Les Rivières-Henruel", 4, "des Rivières-Henruel", "aux Rivières-Henruel"),
    ("La Chaussée-sur-Marne", 3, "de La Chaussée-sur-Marne", "à La Chaussée-sur-Marne"),
    ("L'Haÿ-les-Roses", 5, "de L’Haÿ-les-Roses", "à L’Haÿ-les-Roses"),
    ("L'Épine", 5, "de L’Épine", "à L’Épine"),
    ("Le Mans", 2, "du Mans", "au Mans"),
    ("Les Mureaux", 4, "des Mureaux", "aux Mureaux"),
    ("La Flèche", 3, "de La Flèche", "à La Flèche"),
    ("Aux Marais", 6, "des Marais", "aux Marais"),
    ("Los Masos", 8, "de Los Masos", "à Los Masos"),
    ("Le Vernet-Chaméane", 0, "du Vernet-Chaméane", "au Vernet-Chaméane"),
    ("Humbauville", 1, "d’Humbauville", "à Humbauville"),
    ("Huiron", 0, "de Huiron", "à Huiron"),
    ("Heiltz-le-Maurupt", 1, "d’Heiltz-le-Maurupt", "à Heiltz-le-Maurupt"),
    ("Hautvillers", 1, "d’Hautvillers", "à Hautvillers"),
    ("Haut Valromey", 0, "de Haut Valromey", "à Haut Valromey"),
    ("Aÿ-Champagne", 1, "d’Aÿ-Champagne", "à Aÿ-Champagne"),
    ("Ô-de-Selle", 1, "d’Ô-de-Selle", "à Ô-de-Selle"),
    ("Y", 1, "d’Y", "à Y"),
    ("Œuilly", 1, "d’Œuilly", "à Œuilly"),
    ("Îles Saint-Paul et Nouvelle-Amsterdam", 0,
     "d’Îles Saint-Paul et Nouvelle-Amsterdam", "à Îles Saint-Paul et Nouvelle-Amsterdam"),
    ("Val-d'Isère", 0, "de Val-d’Isère", "à Val-d’Isère"),
    ("Ablancourt", 1, "d’Ablancourt", "à Ablancourt"),
    ("Châlons-en-Champagne", 0, "de Châlons-en-Champagne", "à Châlons-en-Champagne"),
]  # fmt: skip

# Level, name, article code, then subject, « de » and « dans ».
PROVINCES = [
    ("departement", "Marne", 3, "la Marne", "de la Marne", "dans la Marne"),
    ("departement", "Aube", 5, "l’Aube", "de l’Aube", "dans l’Aube"),
    ("departement", "Hérault", 5, "l’Hérault", "de l’Hérault", "dans l’Hérault"),
    ("departement", "Ardennes", 4, "les Ardennes", "des Ardennes", "dans les Ardennes"),
    ("departement", "Val-d'Oise", 2, "le Val-d’Oise", "du Val-d’Oise", "dans le Val-d’Oise"),
    ("departement", "Côte-d'Or", 3, "la Côte-d’Or", "de la Côte-d’Or", "en Côte-d’Or"),
    ("departement", "Paris", 0, "Paris", "de Paris", "à Paris"),
    ("departement", "Seine-et-Marne", 0,
     "la Seine-et-Marne", "de Seine-et-Marne", "en Seine-et-Marne"),
    ("departement", "Maine-et-Loire", 0,
     "le Maine-et-Loire", "de Maine-et-Loire", "en Maine-et-Loire"),
    ("departement", "Ille-et-Vilaine", 1,
     "l’Ille-et-Vilaine", "d’Ille-et-Vilaine", "en Ille-et-Vilaine"),
    ("departement", "La Réunion", 0, "La Réunion", "de La Réunion", "à La Réunion"),
    ("departement", "Mayotte", 0, "Mayotte", "de Mayotte", "à Mayotte"),
    ("departement", "Guadeloupe", 3, "la Guadeloupe", "de la Guadeloupe", "en Guadeloupe"),
    ("departement", "Île de Clipperton", 0,
     "l’Île de Clipperton", "de l’Île de Clipperton", "dans l’Île de Clipperton"),
    ("region", "Grand Est", 2, "le Grand Est", "du Grand Est", "dans le Grand Est"),
    ("region", "Hauts-de-France", 4,
     "les Hauts-de-France", "des Hauts-de-France", "dans les Hauts-de-France"),
    ("region", "Île-de-France", 1, "l’Île-de-France", "d’Île-de-France", "en Île-de-France"),
    ("region", "Normandie", 0, "la Normandie", "de Normandie", "en Normandie"),
    ("region", "Centre-Val de Loire", 2,
     "le Centre-Val de Loire", "du Centre-Val de Loire", "en Centre-Val de Loire"),
    ("region", "Provence-Alpes-Côte d'Azur", 0,
     "la Provence-Alpes-Côte d’Azur", "de Provence-Alpes-Côte d’Azur",
     "en Provence-Alpes-Côte d’Azur"),
    ("france", "France", 3, "la France", "de la France", "en France"),
]  # fmt: skip

GROUPS = [
    ("epci", "CC de Vitry, Champagne et Der",
     "la communauté de communes de Vitry, Champagne et Der"),
    ("epci", "CC Cœur de Beauce", "la communauté de communes Cœur de Beauce"),
    ("epci", "CC Coeur de Beauce", "la communauté de communes Cœur de Beauce"),
    ("epci", "CA de Châlons-en-Champagne", "la communauté d’agglomération de Châlons-en-Champagne"),
    ("epci", "CU du Grand Reims", "la communauté urbaine du Grand Reims"),
    ("epci", "CA \"Saintes - Grandes Rives - L'Agglo\"",
     "la communauté d’agglomération «~Saintes – Grandes Rives – L’Agglo~»"),
    ("epci", "CA de Blois ''Agglopolys''", "la communauté d’agglomération de Blois «~Agglopolys~»"),
    ("epci", "CA ECLA  (Espace Communautaire Lons Agglomération)",
     "la communauté d’agglomération ECLA (Espace Communautaire Lons Agglomération)"),
    ("epci", "Métropole du Grand Paris", "la Métropole du Grand Paris"),
    ("epci", "Eurométropole de Strasbourg", "l’Eurométropole de Strasbourg"),
    ("ept", "Plaine Commune", "l’établissement public territorial Plaine Commune"),
    ("arrondissement", "Vitry-le-François", "l’arrondissement de Vitry-le-François"),
    ("zone_emploi", "Reims", "la zone d’emploi de Reims"),
    ("iris", "Centre-Ville", "l’Iris Centre-Ville"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "tncc", "of", "at"), COMMUNES)
def test_communes(name: str, tncc: int, of: str, at: str) -> None:
    """A commune keeps its article except where « de » and « à » contract with it."""
    forms = names.forms(place("commune", name, tncc))
    assert (forms.subject, forms.of, forms.at) == (name.replace("'", "’"), of, at)


@pytest.mark.parametrize("facts", PROVINCES, ids=lambda facts: facts[1])
def test_provinces(facts: tuple[str, str, int, str, str, str]) -> None:
    """Départements, régions and France receive the article of their code, or usage's « en »."""
    level, name, tncc, *forms = facts
    assert names.forms(place(level, name, tncc)) == names.Forms(*forms)


@pytest.mark.parametrize(("level", "name", "subject"), GROUPS)
def test_groups(level: str, name: str, subject: str) -> None:
    """Groups of communes are named in full, after « de » and « dans » too."""
    expected = names.Forms(typed(subject), f"de {typed(subject)}", f"dans {typed(subject)}")
    assert names.forms(place(level, name)) == expected


@pytest.mark.parametrize(
    ("level", "name", "tncc", "forms"),
    [
        ("epci", "Orléans Métropole", 0,
         ("Orléans Métropole", "d’Orléans Métropole", "à Orléans Métropole")),
        ("epci", "Nantes Métropole", 0,
         ("Nantes Métropole", "de Nantes Métropole", "à Nantes Métropole")),
        ("arrondissement", "Le Havre", 2,
         ("l’arrondissement du Havre", "de l’arrondissement du Havre",
          "dans l’arrondissement du Havre")),
        ("bassin_emploi", "Épernay", 1,
         ("le bassin d’emploi d’Épernay", "du bassin d’emploi d’Épernay",
          "dans le bassin d’emploi d’Épernay")),
        ("custom", "CLE de Vitry", 0,
         ("le périmètre «~CLE de Vitry~»", "du périmètre «~CLE de Vitry~»",
          "dans le périmètre «~CLE de Vitry~»")),
        ("arm", "Marseille 1er Arrondissement", 0,
         ("le 1ᵉʳ arrondissement de Marseille", "du 1ᵉʳ arrondissement de Marseille",
          "dans le 1ᵉʳ arrondissement de Marseille")),
        ("arm", "Paris 12e Arrondissement", 0,
         ("le 12ᵉ arrondissement de Paris", "du 12ᵉ arrondissement de Paris",
          "dans le 12ᵉ arrondissement de Paris")),
        ("arm", "Lyon-Centre", 0, ("Lyon-Centre", "de Lyon-Centre", "à Lyon-Centre")),
    ],
)  # fmt: skip
def test_odd_names(level: str, name: str, tncc: int, forms: tuple[str, str, str]) -> None:
    """Names that stand alone, districts and free perimeters contract as French does."""
    subject, of, at = (typed(form) for form in forms)
    assert names.forms(place(level, name, tncc)) == names.Forms(subject, of, at)


def test_the_doors_to_the_forms() -> None:
    """`subject`, `of` and `at` give the forms one by one."""
    marne = place("departement", "Marne", 3)
    assert (names.subject(marne), names.of(marne), names.at(marne)) == (
        "la Marne", "de la Marne", "dans la Marne",
    )  # fmt: skip


def test_labels() -> None:
    """An EPCI is « EPCI » on a chart and its full name in a title; others keep their name."""
    epci = place("epci", "CC de Vitry, Champagne et Der")
    commune = place("commune", "L'Épine", 5)
    assert [names.short(epci), names.full(epci), names.short(commune), names.full(commune)] == [
        "EPCI", "Communauté de communes de Vitry, Champagne et Der", "L’Épine", "L’Épine",
    ]  # fmt: skip


def test_benchmarks() -> None:
    """A benchmark is its territory, or a set that is none."""
    marne = place("departement", "Marne", 3)
    assert [
        names.benchmark("departement", marne).at,
        names.benchmark("epci_communes", marne).of,
        names.benchmark("comparables").at,
    ] == ["dans la Marne", "des autres communes de l’EPCI", "dans les communes comparables"]


def test_an_unknown_benchmark_is_refused() -> None:
    """A benchmark without territory must be a known set."""
    with pytest.raises(KeyError):
        names.benchmark("departement")


def test_a_municipal_arrondissement_asked_for() -> None:
    """With its code, as the search hands it on; a commune of old is none."""
    assert [
        names.district(name)
        for name in ("Paris 1er Arrondissement (75101)", "Lyon 2e Arrondissement", "Ay (51030)")
    ] == ["1ᵉʳ arrondissement de Paris (75101)", "2ᵉ arrondissement de Lyon", ""]


def test_producers() -> None:
    """Producers take their article."""
    assert [names.producer(name) for name in ("Cnaf", "Insee", "?")] == [
        "la Cnaf", "l’Insee", "le producteur",
    ]  # fmt: skip


def test_alphabetical_order_sets_accents_and_hyphens_aside() -> None:
    """Épernay stands between Drouilly and Frignicourt, Saint-Utin beside Saint Utin."""
    listed = sorted(["Frignicourt", "Épernay", "Œuilly", "Drouilly", "L'Épine"], key=names.sort_key)
    assert listed == ["Drouilly", "Épernay", "Frignicourt", "L'Épine", "Œuilly"]
    assert names.sort_key("Saint-Utin") == names.sort_key("saint utin")


# In each département of the COG, written by hand from usage.
IN = """
dans l’Ain; dans l’Aisne; dans l’Allier; dans les Alpes-de-Haute-Provence; dans les Hautes-Alpes;
dans les Alpes-Maritimes; en Ardèche; dans les Ardennes; en Ariège; dans l’Aube; dans l’Aude;
dans l’Aveyron; dans les Bouches-du-Rhône; dans le Calvados; dans le Cantal; en Charente;
en Charente-Maritime; dans le Cher; en Corrèze; en Côte-d’Or; dans les Côtes-d’Armor;
dans la Creuse; en Dordogne; dans le Doubs; dans la Drôme; dans l’Eure; en Eure-et-Loir;
dans le Finistère; en Corse-du-Sud; en Haute-Corse; dans le Gard; en Haute-Garonne; dans le Gers;
en Gironde; dans l’Hérault; en Ille-et-Vilaine; dans l’Indre; en Indre-et-Loire; en Isère;
dans le Jura; dans les Landes; dans le Loir-et-Cher; dans la Loire; en Haute-Loire;
en Loire-Atlantique; dans le Loiret; dans le Lot; dans le Lot-et-Garonne; en Lozère;
en Maine-et-Loire; dans la Manche; dans la Marne; en Haute-Marne; en Mayenne;
en Meurthe-et-Moselle; dans la Meuse; dans le Morbihan; en Moselle; dans la Nièvre; dans le Nord;
dans l’Oise; dans l’Orne; dans le Pas-de-Calais; dans le Puy-de-Dôme;
dans les Pyrénées-Atlantiques; dans les Hautes-Pyrénées; dans les Pyrénées-Orientales;
dans le Bas-Rhin; dans le Haut-Rhin; dans le Rhône; en Haute-Saône; en Saône-et-Loire;
dans la Sarthe; en Savoie; en Haute-Savoie; à Paris; en Seine-Maritime; en Seine-et-Marne;
dans les Yvelines; dans les Deux-Sèvres; dans la Somme; dans le Tarn; dans le Tarn-et-Garonne;
dans le Var; dans le Vaucluse; en Vendée; dans la Vienne; en Haute-Vienne; dans les Vosges;
dans l’Yonne; dans le Territoire de Belfort; dans l’Essonne; dans les Hauts-de-Seine;
en Seine-Saint-Denis; dans le Val-de-Marne; dans le Val-d’Oise; en Guadeloupe; en Martinique;
en Guyane; à La Réunion; à Mayotte
"""


def test_in_each_departement() -> None:
    """All 101: « en » before feminine names of several words and those that usage chose."""
    cog = territories.load()
    codes = sorted({c.departement for c in cog.members(cog.france) if c.departement})
    assert len(codes) == 101
    said = [names.at(cog.get("departement", code)) for code in codes]
    assert said == [one.strip() for one in IN.replace("\n", " ").split(";")]
