"""The words to avoid are found, and no shipped text uses them."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from diagnostic import resources
from diagnostic.wording import vocabulary
from diagnostic.wording.vocabulary import Blemish, blemishes

_PACKAGE = Path(vocabulary.__file__).parent
_SHIPPED = [
    path
    for name in ("report_specs", "catalogue", "templates")
    for path in sorted(resources.folder(name).rglob("*"))
    if path.suffix in {".yaml", ".yml", ".md", ".jinja", ".html", ".j2"}
    and "fonts" not in path.parts
]
_YAML_KEY = re.compile(r"(?<![^\s{,\[-])[\w.-]+:(?=\s|$)")
_MARKUP = re.compile(
    r"<style.*?</style>|<script.*?</script>|<[^>]*>|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL
)


def prose(path: Path) -> str:
    """The words of a shipped file that a reader may see, line for line."""
    text = path.read_text(encoding="utf-8")
    if path.suffix in {".yaml", ".yml"}:
        # Titles and columns are their producers', synonyms what a user may type: none is ours.
        text = (
            re.sub(r"(?m)^\s*(?:(?:title|code): .*|synonyms:\n(?:\s*- .*\n?)*)$", _blank, text)
            if (path.parent.name == "catalogue")
            else text
        )
        return _YAML_KEY.sub("", text)
    return _MARKUP.sub(_blank, text)


def _blank(match: re.Match[str]) -> str:
    return "\n" * match.group().count("\n")


@pytest.mark.parametrize("path", _SHIPPED, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_shipped_text_uses_a_word_to_avoid(path: Path) -> None:
    """Specs, catalogue and templates keep to the vocabulary, or mark what they must name."""
    found = [f"{path.name}:{b.line}: « {b.word} » → {b.suggestion}" for b in blemishes(prose(path))]
    assert found == []


@pytest.mark.parametrize("path", sorted(_PACKAGE.glob("*.py")), ids=lambda path: path.name)
def test_the_wording_itself_keeps_to_the_vocabulary(path: Path) -> None:
    """No sentence made by rule uses a word to avoid."""
    if path.name == "vocabulary.py":
        pytest.skip("the list itself names the words")
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    texts = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in docstrings
    ]
    assert [b for text in texts for b in blemishes(text)] == []


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Le taux de chômage est élevé", "taux de chômage"),
        ("61 % de couverture", "% de couverture"),
        ("3 040 allocataires", "0 allocataires"),
        ("la part des allocataires", "part des allocataires"),
        ("2 000 personnes allocataires", "personnes allocataires"),
        ("les ménages bénéficiaires", "ménages bénéficiaires"),
        ("il manque 30 places", "il manque 30 places"),
        ("un déficit de places", "déficit"),
        ("les cas sociaux", "cas sociaux"),
        ("des assistés", "assistés"),
        ("quartier défavorisé", "défavorisé"),
        ("les handicapés", "handicapés"),
        ("les vieux", "vieux"),
        ("les dépendants", "dépendants"),
        ("une nounou", "nounou"),
        ("les assistantes maternelles", "assistantes maternelles"),
        ("assistant·e", "assistant·e"),
        ("le chômage explose", "explose"),
        ("l'offre s'effondre", "effondre"),
        ("un mauvais élève", "mauvais élève"),
        ("au palmarès", "palmarès"),
        ("à cause de la baisse", "à cause de"),
        ("grâce à la Caf", "grâce à"),
        ("la baisse provoque", "provoque"),
        ("l'écart s'explique par l'âge", "s’explique par"),
        ("la moyenne nationale", "moyenne nationale"),
        ("un écart significatif", "significatif"),
        ("environ 12,37 %", "environ 12,37"),
        ("un intervalle garanti", "intervalle garanti"),
        ("un benchmark", "benchmark"),
        ("le ranking", "ranking"),
        ("un score", "score"),
        ("source INSEE", "INSEE"),
        ("le taux de\n  chômage", "taux de\n  chômage"),
    ],
)
def test_each_word_to_avoid_is_found(text: str, word: str) -> None:
    """Every word of the list is found, on two lines too, with something to say instead."""
    assert [(b.word, bool(b.suggestion)) for b in blemishes(text)] == [(word, True)]


@pytest.mark.parametrize(
    "text",
    [
        "foyers allocataires de la Caf",
        "n.s. non significatif",
        "ce n’est pas un taux de chômage",
        "l’allocation aux adultes handicapés",
        "maison départementale des personnes handicapées",
        "le résultat dépend du champ, indépendant du reste",
        "un service dépendant de la commune",
        "l’Insee, la Cnaf et la Caf",
        "environ 12 % des foyers",
        "environ la moitié",
        "61,5 places pour 100 enfants",
        "le niveau national",
        "scolarisation, escorte",
    ],
)
def test_right_words_are_left_alone(text: str) -> None:
    """Official names, denials and near words are no fault."""
    assert blemishes(text) == []


@pytest.mark.parametrize(
    "mark",
    [
        "# mot permis : palmarès",
        "{# mots permis : score, palmarès #}",
        "<!-- mot permis : Palmarès -->",
        "[//]: # (mots permis : palmarès, s'effondre)",
    ],
)
def test_a_mark_allows_its_words_up_to_the_blank_line(mark: str) -> None:
    """A comment allows the words it names in its paragraph, no other word and not further."""
    text = f"{mark}\nle palmarès et le ranking\n\nle palmarès"
    assert blemishes(text) == [Blemish(2, "ranking", "rang"), Blemish(4, "palmarès", "rang")]
