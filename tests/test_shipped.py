"""What ships: each spec loads, each text is used and well typed, the words to avoid are absent."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fontTools.ttLib import TTFont

from diagnostic import catalogue, resources, spec

TOP = Path(__file__).resolve().parent.parent
DOCUMENT = TOP / "docs" / "spec.md"
PARTS = resources.folder("templates") / "parts"
SPECS = spec.names()

# domain vocabulary that a dossier never uses; "non significatif" is the meaning of a sign
AVOID = re.compile(
    r"taux de chômage|% de couverture|\bmanque(nt)?\b|déficit|cas soci(al|aux)|assisté|défavorisé"
    r"|handicapés|\bvieux\b|dépendants|nounou|explose|effondre|élève|palmarès|à cause de|\bcausé"
    r"|moyenne nationale|(?<!non )significati|environ \d|benchmark|ranking|\bscore"
    r"|places manquantes"
    r"|aucun foyer|garanti(?!r)|multiple de 5 le plus proche(?<!supposant un arrondi au multiple"
    r" de 5 le plus proche)",
    re.IGNORECASE,
)
BAD_TYPE = re.compile(
    "'|\\.\\.\\.| [;!?:»](?!\\w)|\\d [%€]|« |\\b\\d{1,3} \\d{3}\\b|\u00a0[;!?]|\u202f:"
    "|\\b\\d+ème|n° "
)


def load(name: str) -> spec.ReportSpec:
    """A shipped spec, against the real catalogue."""
    return spec.load(name, catalogue.load())


def strings(value: Any) -> Iterator[str]:
    """Every text of a value made of dataclasses, lists and mappings."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, tuple):
        for inner in value:
            yield from strings(inner)
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            if name not in {"path", "sha256"}:
                yield from strings(getattr(value, name))


def texts() -> Iterator[tuple[str, str]]:
    """Every text that a shipped spec or part may print."""
    for name in SPECS:
        for text in strings(load(name)):
            yield name, text
    for name in spec.parts():
        yield f"{name}.md", spec.part(name)


@pytest.mark.parametrize("name", SPECS)
def test_each_shipped_spec_loads(name: str) -> None:
    """A shipped spec has no fault and bears its file's name."""
    assert load(name).id == name


def test_sppe_ships() -> None:
    """The first framework is there."""
    assert "sppe" in SPECS


def test_the_words_to_avoid_never_appear() -> None:
    """No shipped text uses the vocabulary that the method refuses."""
    found = [(name, match[0]) for name, text in texts() for match in AVOID.finditer(text)]
    assert found == []


def test_the_words_to_avoid_are_recognised() -> None:
    """The refusal itself works."""
    for word in (
        "le taux de chômage",
        "un déficit de places",
        "il manque 12 places",
        "significatif",
    ):
        assert AVOID.search(word), word
    assert not AVOID.search("n.s. non significatif")


def test_shipped_texts_follow_french_typography() -> None:
    """Apostrophes, unbreakable spaces, thousands: nothing is left to the printer."""
    found = [
        (name, text[max(0, match.start() - 15) : match.end() + 5])
        for name, text in texts()
        for match in BAD_TYPE.finditer(text)
    ]
    assert found == []


def test_the_typeface_draws_every_sign_of_the_shipped_texts() -> None:
    """No missing glyph, which would print a box and fail PDF/UA."""
    fonts = resources.folder("templates") / "fonts"
    drawn = set(TTFont(fonts / "SourceSans3-Regular.ttf").getBestCmap()) | {ord("\n")}
    assert {sign for _, text in texts() for sign in text if ord(sign) not in drawn} == set()


def test_each_part_is_used_by_a_spec_or_by_the_program() -> None:
    """No text ships that no dossier can print, and every name that the code asks is there."""
    used = {"glossaire"}
    for name in SPECS:
        for section in load(name).sections:
            used |= {block.name for block in section.blocks if isinstance(block, spec.TextBlock)}
    used |= {f"competence-{holder}" for holder in ("commune", "epci", "syndicat", "inconnue")}
    assert set(spec.parts()) == used - {""}


@pytest.mark.parametrize("name", spec.parts())
def test_each_part_uses_known_fields_only(name: str) -> None:
    """The fields of a shipped text are of the closed list."""
    assert list(spec.texts.unknown_fields(spec.part(name))) == []


@pytest.mark.parametrize("path", sorted(PARTS.glob("*.md")), ids=lambda path: path.name)
def test_each_part_is_plain_markdown(path: Path) -> None:
    """No raw HTML, no heading of its own, no trailing spaces, one final newline."""
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<\w|^#|[ \t]$|\t", text, re.MULTILINE)
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


@pytest.mark.parametrize("name", SPECS)
def test_each_indicator_belongs_to_a_section(name: str) -> None:
    """An indicator of a shipped spec is shown or announced somewhere."""
    plan = load(name)
    placed = {one for section in plan.sections for one in section.indicators}
    assert set(plan.indicators) - placed == set()


@pytest.mark.parametrize("name", SPECS)
def test_each_ratio_says_its_floor_and_direction(name: str) -> None:
    """A rate has a floor, and its share of "%" is nested in one population."""
    for one in load(name).indicators.values():
        if one.kind == "ratio":
            assert one.minimum >= 30
            assert one.nested == ("%" in one.unit)


# ----------------------------------------------------------------------------- the SPPE itself

CHAPTERS = {
    "enfants": "Les enfants du territoire",
    "familles": "Les familles et leurs besoins",
    "offre": "L’offre existante",
    "adequation": "L’adéquation de l’offre et les zones de tension",
    "recours": "Le recours et le coût",
}


def test_sppe_follows_the_outline_of_the_decree() -> None:
    """Five chapters, then reading, matrix, limits, method, sources, secrecy, glossary, annex."""
    plan = load("sppe")
    chapters = {s.id: s.title for s in plan.sections if s.kind == "chapter"}
    assert chapters == CHAPTERS
    assert [s.kind for s in plan.sections[5:]] == [
        "reading", "matrix", "limits", "method", "sources", "secrecy", "glossary", "annex",
    ]  # fmt: skip
    assert all(s.legal and s.questions for s in plan.sections[:5])


def test_sppe_has_a_figure_for_each_benefit_in_three_forms() -> None:
    """Count, share of foyers allocataires (%), ratio for 100 ménages: never one for another."""
    found = load("sppe").indicators
    for name in ("paje", "af", "rsa", "prime_activite", "aides_logement"):
        count, share, ratio = (found[f"{name}{form}"] for form in ("", "_part", "_menages"))
        assert count.kind == "series"
        assert (share.denominator, share.nested) == ("caf.ndur.foyers", True)
        assert share.numerator == ratio.numerator == count.series
        assert ratio.denominator == "insee.logement.residences_principales"
        assert "%" not in ratio.unit


def test_sppe_never_lets_births_or_under_fives_stand_in_for_under_threes() -> None:
    """No rate of the spec divides by births or by the under-5s."""
    for one in load("sppe").indicators.values():
        assert one.denominator not in {"insee.naissances", "insee.rp.moins_5_ans"}
    assert "non disponible à la commune" in spec.part("enfants").replace("\u00a0", " ")


def test_the_coverage_is_places_for_a_hundred_children() -> None:
    """The coverage rate and its modes are never a percentage, and never summed."""
    found = load("sppe").indicators
    for name, one in found.items():
        if name.startswith("couverture"):
            assert one.kind == "published"
            assert one.unit.replace("\u00a0", " ") == "places pour 100 enfants de moins de 3 ans"
    assert [part for _, part in found["couverture"].parts] == [
        "couverture_eaje", "couverture_am", "couverture_prescolarisation",
        "couverture_garde_domicile",
    ]  # fmt: skip


def test_the_matrix_has_the_twelve_rows_of_the_decree() -> None:
    """1° to 3°, 4° a to g, 4° h twice; three states are possible; all owed above 10 000."""
    section = next(s for s in load("sppe").sections if s.kind == "matrix")
    duties, rows = (b.rows for b in section.blocks if isinstance(b, spec.MatrixBlock))
    items = [row.item.replace("\u00a0", " ") for row in rows]
    assert items == ["1°", "2°", "3°", *(f"4° {letter}" for letter in "abcdefgh"), "4° h"]
    assert {row.owed_above for row in rows} == {10_000}
    assert [bool(row.indicators) for row in rows].count(True) == 5
    assert [row.content for row in rows if not row.partial] == ["Indicateurs"]
    assert [row.owed_above for row in duties] == [None, None, 3500, 3500, 10_000, 10_000]


# ------------------------------------------------------------------------------- its documents


def test_the_schema_in_docs_is_current() -> None:
    """docs/spec.schema.json is what the program generates."""
    written = json.loads((TOP / "docs" / "spec.schema.json").read_text(encoding="utf-8"))
    assert written == json.loads(json.dumps(spec.schema()))


def keys(schema: Any) -> Iterator[str]:
    """Every key that the schema knows."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        for value in schema.values():
            yield from keys(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from keys(value)


def test_every_key_field_part_and_benchmark_is_documented() -> None:
    """docs/spec.md names each of them in code."""
    text = DOCUMENT.read_text(encoding="utf-8")
    named = {*keys(spec.schema()), *spec.BENCHMARKS, *spec.LEVELS, *spec.SCOPES}
    named |= {f"{{{field}}}" for field in spec.FIELDS}
    named |= {part for part in spec.parts() if not part.startswith(("competence-", "glossaire"))}
    assert {name for name in named if f"`{name}" not in text} == set()


def examples() -> list[str]:
    """The whole specs shown in docs/spec.md."""
    found = re.findall(r"```yaml\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    return [text for text in found if re.search(r"^id:", text, re.MULTILINE)]


@pytest.mark.parametrize("text", examples())
def test_each_whole_spec_of_the_document_loads(text: str, tmp_path: Path) -> None:
    """A spec copied from docs/spec.md has no fault."""
    path = tmp_path / "copie.yaml"
    path.write_text(text, encoding="utf-8")
    (tmp_path / "notes.md").write_text("Notes.", encoding="utf-8")
    assert spec.load(path, catalogue.load()).sections


def test_the_document_shows_whole_specs() -> None:
    """There is at least a smallest one and a longer one."""
    assert len(examples()) >= 2


def test_what_is_ranked_or_mapped_is_whole_in_the_annex() -> None:
    """A ranking may leave communes out « toutes les valeurs sont en annexe »: they are there."""
    plan = spec.load("sppe", catalogue.load())
    blocks = [block for section in plan.sections for block in section.blocks]
    drawn = {
        name
        for block in blocks
        if isinstance(block, spec.RankedBlock | spec.MapBlock | spec.CirclesBlock)
        for name in block.named
    }
    annexed = {
        name
        for block in blocks
        if isinstance(block, spec.TableBlock) and block.kind == "annex"
        for name in block.named
    }
    assert drawn <= annexed
