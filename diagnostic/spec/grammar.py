"""The shape of a spec: every key, what it takes and what it means; the JSON Schema comes of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

from diagnostic.model import Competence
from diagnostic.spec import card
from diagnostic.spec.shapes import (
    Choice,
    Either,
    Flag,
    Key,
    Many,
    Number,
    Record,
    Table,
    Text,
    Variants,
)

CODE = r"(\d{2,3}|2[AB]|\d{5}|2[AB]\d{3}|\d{9})"
IDENTIFIER = Text("un identifiant (minuscules, chiffres, tirets)", 60, pattern=r"[a-z][a-z0-9_-]*")
SERIES = Text(
    "un identifiant de série",
    300,
    pattern=(
        r"([a-z][a-z0-9_]*(\.[a-z0-9_]+)+"  # described by the catalogue
        r"|[a-z][a-z0-9]*:[A-Za-z0-9_-]+\.[A-Za-z0-9_]+(\[[^\[\]]+\])?)"  # a column of a portal
    ),
)
_INDICATORS = Many(IDENTIFIER, unique=True)
_BENCHMARK = Choice(card.BENCHMARKS)
_SENTENCE = Text(longest=600)

_COMMON = {
    "label": Key(Text(longest=120), "Nom complet de l’indicateur.", required=True),
    "short": Key(Text(longest=60), "Nom court, pour les graphiques et les tableaux."),
    "subject": Key(
        Text(longest=120), "Sujet des phrases, article compris : « le taux de couverture »."
    ),
    "plural": Key(Flag(), "Le sujet des phrases est au pluriel."),
    "feminine": Key(Flag(), "Le sujet des phrases est au féminin."),
    "unit": Key(Text(longest=90), "Unité, en toutes lettres."),
    "unit_short": Key(Text(longest=40), "Unité courte, pour les axes et les étiquettes."),
    "meaning": Key(_SENTENCE, "Ce que l’indicateur mesure, en une phrase."),
    "direction": Key(
        Choice(("need", "support", "neutral")),
        "Ce que dit une valeur plus élevée : un besoin, un appui, ou rien.",
    ),
    "minimum": Key(Number(0, 1_000_000), "Dénominateur sous lequel aucune valeur n’est donnée."),
    "chance": Key(
        Choice(("none", "proportion", "rate")),
        "Variabilité ajoutée à l’intervalle : aucune, d’une proportion, d’un taux.",
    ),
    "decimals": Key(Number(0, 3, whole=True), "Nombre de décimales imposé."),
    "required": Key(Flag(), "Sans cette donnée, le dossier n’est pas produit."),
    "rank": Key(Flag(), "Donner le rang parmi les communes de l’EPCI."),
    "evolution": Key(Flag(), "Donner l’évolution."),
    "parts": Key(_INDICATORS, "Indicateurs dont celui-ci est le total."),
    "note": Key(_SENTENCE, "Réserve imprimée avec l’indicateur."),
}


def _indicator(**keys: Key) -> Record:
    return Record("cet indicateur", _COMMON | keys)


# A rate and a scenario have no series to lend them its unit.
_UNIT = replace(_COMMON["unit"], required=True)


_OF = Key(IDENTIFIER, "Indicateur comparé.", required=True)
_TO = Key(_BENCHMARK, "Territoire de référence.", required=True)
INDICATOR = Variants(
    "cet indicateur",
    {
        "series": _indicator(
            series=Key(SERIES, "Série comptée : un effectif ou une estimation."),
            mean=Key(Number(2, 10, whole=True), "Moyenne sur ce nombre d’années."),
        ),
        "published": _indicator(
            published=Key(SERIES, "Série publiée telle quelle (médiane, taux) : jamais sommée."),
        ),
        "numerator": _indicator(
            numerator=Key(SERIES, "Série du numérateur."),
            denominator=Key(SERIES, "Série du dénominateur.", required=True),
            factor=Key(Number(1, 1_000_000), "Multiplicateur : 100 par défaut, 1000 pour mille."),
            unit=_UNIT,
            nested=Key(Flag(), "Le numérateur est compris dans le dénominateur : une part."),
        ),
        "gap": _indicator(
            gap=Key(Record("cet écart", {"of": _OF, "to": _TO}), "Écart à une référence."),
        ),
        "scenario": _indicator(
            unit=_UNIT,
            scenario=Key(
                Record(
                    "ce scénario",
                    {"of": _OF, "to": _TO, "base": Key(SERIES, "Série multipliée.", required=True)},
                ),
                "Quantité qui porterait l’indicateur au niveau de la référence.",
            ),
        ),
        "dominant": _indicator(
            dominant=Key(
                Many(IDENTIFIER, least=2, unique=True), "Le plus élevé de ces indicateurs."
            ),
        ),
        "without": _indicator(
            without=Key(
                Many(SERIES, unique=True), "Communes qui n’ont rien d’aucune de ces séries."
            ),
        ),
    },
)

_BLOCK = {
    "id": Key(IDENTIFIER, "Nom du bloc, pour les liens."),
    "title": Key(Text(longest=160), "Titre du bloc ; à défaut, l’indicateur."),
    "width": Key(Choice(("full", "half", "third")), "Largeur dans la page."),
}


def _block(**keys: Key) -> Record:
    return Record("ce bloc", {**keys, **_BLOCK})


_SCOPE = Key(Choice(card.SCOPES), "Territoires montrés.")
_MATRIX_ROW = Record(
    "cette ligne",
    {
        "item": Key(Text(longest=20), "Numéro dans le texte de loi.", required=True),
        "content": Key(Text(longest=200), "Contenu attendu, résumé.", required=True),
        "indicators": Key(_INDICATORS, "Indicateurs qui documentent la ligne."),
        "partial": Key(Flag(), "Les indicateurs ne la documentent qu’en partie (par défaut)."),
        "local": Key(Text(longest=120), "Ce qui reste à écrire localement."),
        "owed_above": Key(
            Number(0, 10_000_000, whole=True), "Exigé au-dessus de ce nombre d’habitants."
        ),
        "competence": Key(
            Choice(("recenser", "informer", "planifier", "soutenir")),
            "Compétence de l’autorité organisatrice dont la ligne relève.",
        ),
    },
)
QUESTIONS = Many(Text(longest=300), most=12)
BLOCK = Variants(
    "ce bloc",
    {
        "figures": _block(figures=Key(_INDICATORS, "Chiffres clés et leur comparaison.")),
        "map": _block(
            map=Key(IDENTIFIER, "Carte d’un taux ou d’une médiane."),
            scope=_SCOPE,
            classes=Key(
                Choice(("auto", "equal", "quantile", "fixed")), "Façon de former les classes."
            ),
            bounds=Key(
                Many(Number(-1e12, 1e12), least=3, most=6), "Bornes des classes, croissantes."
            ),
            reference=Key(_BENCHMARK, "Référence autour de laquelle former les classes."),
        ),
        "circles": _block(
            circles=Key(IDENTIFIER, "Carte d’un effectif, en cercles."), scope=_SCOPE
        ),
        "ranked": _block(
            ranked=Key(IDENTIFIER, "Communes classées, avec leurs intervalles."), scope=_SCOPE
        ),
        "chart": _block(
            chart=Key(Choice(("evolution",)), "Courbes d’évolution."),
            indicators=Key(_INDICATORS, "Indicateurs tracés.", required=True),
            benchmarks=Key(Many(_BENCHMARK, unique=True), "Territoires de référence tracés."),
            layout=Key(Choice(("single", "multiples")), "Un graphique, ou de petits graphiques."),
            since=Key(
                Text(
                    "une période (2008, 2020-12, 2015-T4)", 10, pattern=r"\d{4}(-(\d{2}|T[1-4]))?"
                ),
                "Première période tracée.",
            ),
        ),
        "shares": _block(
            shares=Key(IDENTIFIER, "Total dont les parts sont empilées."),
            parts=Key(_INDICATORS, "Parts ; à défaut, celles de l’indicateur."),
        ),
        "table": _block(
            table=Key(Choice(("comparison", "annex")), "Tableau comparatif, ou des communes."),
            indicators=Key(_INDICATORS, "Lignes ou colonnes du tableau.", required=True),
        ),
        "text": _block(
            text=Key(
                Either(
                    IDENTIFIER,
                    Variants(
                        "ce texte",
                        {
                            "markdown": Record(
                                "ce texte",
                                {"markdown": Key(Text(longest=20_000, lines=True), "Markdown.")},
                            ),
                            "file": Record(
                                "ce texte",
                                {"file": Key(Text(longest=200), "Fichier .md près de la spec.")},
                            ),
                        },
                    ),
                ),
                "Texte livré (son nom), ou écrit ici, ou dans un fichier.",
            ),
        ),
        "questions": _block(questions=Key(QUESTIONS, "Questions à compléter localement.")),
        "locator": _block(locator=Key(Flag(), "Carte de situation.")),
        "matrix": _block(matrix=Key(Many(_MATRIX_ROW, most=40), "Matrice de conformité.")),
        "glossary": _block(
            glossary=Key(
                Either(
                    Many(Text(longest=80), unique=True),
                    Table(Text("un terme", 80), _SENTENCE),
                ),
                "Termes livrés (une liste), ou vos termes et leur définition.",
            ),
        ),
    },
)

SECTION = Record(
    "cette section",
    {
        "id": Key(IDENTIFIER, "Nom de la section, pour les liens.", required=True),
        "title": Key(Text(longest=120), "Titre de la section.", required=True),
        "legal": Key(Text(longest=120), "Texte de loi auquel elle répond."),
        "kind": Key(Choice(get_args(card.SectionKind)), "Nature : chapitre par défaut."),
        "indicators": Key(_INDICATORS, "Indicateurs du chapitre, y compris ceux à venir."),
        "blocks": Key(Many(BLOCK, most=40), "Blocs, dans l’ordre de la page."),
        "questions": Key(QUESTIONS, "Questions à compléter localement, en fin de chapitre."),
    },
)

_HOLDER = Choice(get_args(Competence))
SPEC = Record(
    "cette spec",
    {
        "spec": Key(Choice(("1",)), "Version de la forme de spec."),
        "id": Key(IDENTIFIER, "Nom de la spec, repris dans le nom des fichiers.", required=True),
        "title": Key(Text(longest=120), "Titre du dossier.", required=True),
        "subtitle": Key(Text(longest=120), "Surtitre du dossier."),
        "framework": Key(
            Text(longest=300), "Cadre légal, en toutes lettres, au pied de la couverture."
        ),
        "levels": Key(Many(Choice(card.LEVELS), unique=True), "Niveaux pour lesquels elle vaut."),
        "benchmarks": Key(Many(_BENCHMARK, unique=True), "Territoires de référence."),
        "competence": Key(
            Either(
                _HOLDER, Table(Text("un code ou « defaut »", 9, pattern=f"defaut|{CODE}"), _HOLDER)
            ),
            "Qui exerce la compétence, partout ou par code de territoire.",
        ),
        "indicators": Key(Table(IDENTIFIER, INDICATOR), "Les indicateurs.", required=True),
        "essentials": Key(
            Record(
                "cette page",
                {
                    "figures": Key(Many(IDENTIFIER, most=6, unique=True), "Six chiffres au plus."),
                    "map": Key(IDENTIFIER, "Indicateur de la petite carte."),
                    "map_reference": Key(_BENCHMARK, "Référence de la petite carte."),
                    "findings": Key(Number(0, 5, whole=True), "Nombre de constats."),
                },
            ),
            "La page « L’essentiel ».",
        ),
        "sections": Key(Many(SECTION, most=40), "Les sections, dans l’ordre.", required=True),
    },
)


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a spec, for editors; the checks of load go further."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Spec de diagnostic territorial",
        **SPEC.schema(),
    }
