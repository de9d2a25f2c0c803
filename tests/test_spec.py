"""spec: a YAML file becomes a checked ReportSpec, or all its faults at their places."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import pickle
import re
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnostic import catalogue, resources, spec
from diagnostic.catalogue import Catalogue
from diagnostic.errors import DataError, SpecError, UsageError
from diagnostic.model import Series
from diagnostic.spec import checks, draft, grammar, shapes, texts


def series(
    name: str, kind: Any = "count", population: str = "foyers", unit: str = "foyers"
) -> Series:
    """A series of the tiny catalogue."""
    return Series(
        id=name,
        label=name,
        definition=f"Ce que compte {name}.",
        unit=unit,
        theme="données générales",
        producer="Cnaf",
        dataset="d",
        field="f",
        kind=kind,
        population=population,
        levels=("commune",),
        frequency="annuelle",
        periods="2024",
        licence="LO",
        link="",
    )


TINY = (
    series("caf.rsa"),
    series("caf.ndur"),
    series("caf.montant", "amount"),
    series("insee.menages", "estimate", "ménages", "ménages"),
    series("insee.enfants", "estimate", "habitants", "enfants"),
    series("insee.population", "estimate", "habitants", "habitants"),
    series("insee.mediane", "median", "habitants", "€"),
    series("caf.couverture", "ratio", "places", "places pour 100 enfants"),
    series("caf.couverture.eaje", "ratio", "places", "places pour 100 enfants"),
    series("insee.naissances", "count", "naissances", "naissances"),
)
CATALOGUE = Catalogue(
    series={one.id: one for one in TINY}, datasets={}, breaks={}, themes=("données générales",)
)
HEAD = "id: essai\ntitle: Essai\n"
SECTION = "sections:\n  - {id: s, title: S}\n"


@pytest.fixture
def write(tmp_path: Path) -> Any:
    """Writes a spec and answers its path."""

    def put(text: str, name: str = "essai.yaml") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode())
        return path

    return put


@pytest.fixture
def load(write: Any) -> Any:
    """Loads a spec from its text."""
    return lambda text: spec.load(write(text), CATALOGUE)


@pytest.fixture
def faults(load: Any) -> Any:
    """The faults of a spec's text, as (line, column, message)."""

    def found(text: str) -> list[tuple[int, int, str]]:
        with pytest.raises(SpecError) as caught:
            load(text)
        return [
            (f.line, f.column, re.sub("[\u00a0\u202f]", " ", f.message))
            for f in caught.value.faults
        ]

    return found


def indicators(*lines: str) -> str:
    """A spec with these indicators, one a line, the first on line 4."""
    return HEAD + "indicators:\n" + "".join(f"  {line}\n" for line in lines) + SECTION


def blocks(*lines: str, more: str = "") -> str:
    """A spec with these blocks, the first on line 14, and indicators of each kind."""
    return (
        HEAD + "indicators:\n"
        "  rsa: {label: R, series: caf.rsa}\n"
        "  part: {label: P, numerator: caf.rsa, denominator: caf.ndur, unit: '%'}\n"
        "  couv: {label: C, published: caf.couverture, parts: [eaje]}\n"
        "  eaje: {label: E, published: caf.couverture.eaje}\n"
        "  ecart: {label: G, gap: {of: couv, to: france}}\n"
        "  mode: {label: M, dominant: [couv, eaje]}\n"
        "sections:\n"
        "  - id: s\n"
        "    title: S\n"
        "    blocks:\n" + "".join(f"      - {line}\n" for line in lines) + more
    )


def first(plan: spec.ReportSpec) -> Any:
    """The first block of a spec."""
    return plan.sections[0].blocks[0]


# ---------------------------------------------------------------- what a good spec becomes


def test_the_least_spec_has_good_defaults(load: Any) -> None:
    """An id, a title, an indicator and a section give a whole dossier."""
    plan = load(indicators("n: {label: N, series: insee.naissances}"))
    assert plan.subtitle == "Diagnostic territorial"
    assert plan.levels == ("commune", "epci")
    assert plan.benchmarks == spec.BENCHMARKS[:-1]
    assert plan.competence == {}
    assert plan.essentials == spec.EssentialsSpec(figures=("n",))
    assert [type(block).__name__ for block in plan.sections[0].blocks] == [
        "FiguresBlock",
        "TableBlock",
    ]
    assert [(s.id, s.kind) for s in plan.sections[1:]] == [
        ("methode", "method"),
        ("sources", "sources"),
        ("secret", "secrecy"),
    ]


def test_an_indicator_takes_its_unit_and_meaning_from_the_catalogue(load: Any) -> None:
    """What the spec does not say of a series, the catalogue says."""
    one = load(indicators("n: {label: N, series: insee.naissances}")).indicators["n"]
    assert (one.unit, one.unit_short, one.short) == ("naissances", "naissances", "N")
    assert one.meaning == "Ce que compte insee.naissances."
    assert one.subject == "l’indicateur «\u00a0N\u00a0»"
    assert (one.kind, one.rank, one.minimum, one.chance) == ("series", False, 0.0, "none")


def test_a_ratio_has_a_floor_a_rank_and_its_chance(load: Any) -> None:
    """A share of counts varies as a proportion, a ratio as a rate, an estimate not at all."""
    found = load(
        indicators(
            "a: {label: A, numerator: caf.rsa, denominator: caf.ndur, unit: '%', nested: true}",
            "b: {label: B, numerator: caf.rsa, denominator: insee.menages, unit: pour 100 ménages}",
            "c: {label: C, numerator: insee.enfants, denominator: insee.population, unit: '%'}",
            "d: {label: D, numerator: insee.naissances, denominator: insee.population,"
            " unit: pour 1 000 habitants, factor: 1000, chance: none, minimum: 200, rank: non}",
        )
    ).indicators
    assert [one.chance for one in found.values()] == ["proportion", "rate", "none", "none"]
    assert [one.minimum for one in found.values()] == [30.0, 30.0, 30.0, 200.0]
    assert [one.rank for one in found.values()] == [True, True, True, False]
    assert (found["d"].factor, found["a"].nested, found["b"].nested) == (1000.0, True, False)
    assert found["b"].series_ids == ("caf.rsa", "insee.menages")


def test_each_kind_of_indicator_is_read(load: Any) -> None:
    """Mean, published, gap, scenario, dominant and without have their own fields."""
    found = load(
        indicators(
            "moy: {label: M, series: insee.naissances, mean: 3}",
            "couv: {label: C, published: caf.couverture, short: Couverture, parts: [eaje]}",
            "eaje: {label: E, published: caf.couverture.eaje, short: EAJE}",
            "ecart: {label: G, gap: {of: couv, to: france}}",
            "places: {label: P, unit: u, scenario: {of: couv, to: france, base: insee.enfants}}",
            "mode: {label: D, dominant: [couv, eaje]}",
            "sans: {label: S, without: [caf.rsa, caf.ndur]}",
        )
    ).indicators
    assert (found["moy"].kind, found["moy"].years, found["moy"].series) == (
        "mean",
        3,
        "insee.naissances",
    )
    assert (found["couv"].kind, found["couv"].parts) == ("published", (("EAJE", "eaje"),))
    assert (found["ecart"].of, found["ecart"].to, found["ecart"].unit) == (
        "couv",
        "france",
        "points",
    )
    assert (found["places"].base, found["places"].evolution) == ("insee.enfants", False)
    assert found["mode"].parts == (("Couverture", "couv"), ("EAJE", "eaje"))
    assert (found["sans"].absent, found["sans"].unit) == (("caf.rsa", "caf.ndur"), "communes")
    assert found["sans"].series_ids == ("caf.rsa", "caf.ndur")


@pytest.mark.parametrize(
    ("source", "more", "unit", "short"),
    [
        ("published: caf.couverture", "", "points", "points"),
        ("published: insee.mediane, unit_short: k€", "", "€", "k€"),
        ("published: insee.mediane", ", unit: euros, unit_short: E", "euros", "E"),
        ("published: insee.mediane, unit: pour 1 000 habitants", "", "pour 1 000 habitants", ""),
    ],
)
def test_a_gap_is_in_points_only_between_rates_out_of_a_hundred(
    load: Any, source: str, more: str, unit: str, short: str
) -> None:
    """A gap between two medians is in euros, like both of them."""
    found = load(
        indicators(
            f"a: {{label: A, {source}}}", f"g: {{label: G, gap: {{of: a, to: france}}{more}}}"
        )
    ).indicators["g"]
    assert (found.unit, found.unit_short) == (unit, short or unit)


def test_each_block_is_read(load: Any) -> None:
    """Every kind of block becomes its own frozen value."""
    plan = load(
        blocks(
            "figures: [rsa]",
            "{map: couv, classes: fixed, bounds: [0, 10.5, 20], reference: france, width: half}",
            "circles: rsa",
            "ranked: part",
            "{chart: evolution, indicators: [rsa], benchmarks: [epci], layout: multiples,"
            " since: 2008}",
            "shares: couv",
            "{shares: couv, parts: [eaje]}",
            "{table: comparison, indicators: [rsa, part]}",
            "{table: annex, indicators: [rsa]}",
            "text: familles",
            "text: {markdown: 'À {territoire}'}",
            "questions: [Combien ?]",
            "locator: true",
            "matrix: [{item: 1°, content: C, indicators: [rsa], owed_above: 3500,"
            " competence: planifier}]",
            "glossary: [RSA, AEEH]",
            "{glossary: {Zut: Fin., Été: Début.}, id: mots, title: Mots}",
        )
    )
    found = plan.sections[0].blocks
    assert found[1] == spec.MapBlock(
        id="s-2",
        width="half",
        line=15,
        column=9,
        indicator="couv",
        classes="fixed",
        bounds=(0.0, 10.5, 20.0),
        reference="france",
    )
    assert found[4].since == "2008"
    assert (found[4].layout, found[4].benchmarks) == ("multiples", ("epci",))
    assert found[5].parts == found[6].parts == (("E", "eaje"),)
    assert found[9].name == "familles"
    assert found[9].markdown == spec.part("familles")
    assert found[10].markdown == "À {territoire}"
    assert found[11].items == ("Combien ?",)
    assert found[13].rows == (
        spec.MatrixItem(
            item="1°", content="C", indicators=("rsa",), owed_above=3500, competence="planifier"
        ),
    )
    assert [term for term, _ in found[14].terms] == ["AEEH", "RSA"]
    assert (found[15].id, found[15].terms) == ("mots", (("Été", "Début."), ("Zut", "Fin.")))
    assert plan.sections[0].indicators == ("rsa", "couv", "part", "eaje")
    assert [block.named for block in found[11:]] == [(), (), (), (), ()]


def test_a_section_takes_its_indicators_and_its_own_blocks(load: Any) -> None:
    """Named indicators without block give figures and a table; sections that name none get none."""
    plan = load(
        indicators("a: {label: A, series: caf.rsa}", "b: {label: B, series: caf.ndur}").replace(
            "- {id: s, title: S}",
            "- {id: s, title: S, indicators: [b], legal: L, questions: [Où ?]}\n"
            "  - {id: methode, title: T}",
        )
    )
    assert plan.sections[0].indicators == ("b",)
    assert (plan.sections[0].legal, plan.sections[0].questions) == ("L", ("Où ?",))
    assert plan.sections[1].blocks == ()
    assert [s.id for s in plan.sections[2:]] == ["dossier-methode", "sources", "secret"]


def test_a_section_that_the_spec_has_is_not_added_again(load: Any) -> None:
    """A spec with its own method section keeps it alone."""
    text = indicators("a: {label: A, series: caf.rsa}")
    plan = load(text + "  - {id: m, title: Ma méthode, kind: method, blocks: [text: methode]}\n")
    assert [s.title for s in plan.sections if s.kind == "method"] == ["Ma méthode"]


def test_the_competence_is_one_word_or_a_word_by_territory(load: Any) -> None:
    """The scalar form is the default of all; codes stay text."""
    text = indicators("a: {label: A, series: caf.rsa}")
    assert load(text + "competence: epci\n").competence == {"defaut": "epci"}
    found = load(text + "competence: {01001: commune, 2A004: syndicat}\n").competence
    assert found == {"defaut": "inconnue", "01001": "commune", "2A004": "syndicat"}


def test_the_essentials_are_read(load: Any) -> None:
    """Figures, map, its reference and the number of findings."""
    text = blocks("figures: [rsa]") + (
        "essentials: {figures: [part], map: couv, map_reference: france, findings: 2}\n"
    )
    assert load(text).essentials == spec.EssentialsSpec(
        figures=("part",), map="couv", map_reference="france", findings=2
    )


def test_a_spec_knows_its_file_and_its_bytes(write: Any) -> None:
    """`sha256` is that of the file, `path` where it is."""
    path = write(indicators("a: {label: A, series: caf.rsa}"))
    plan = spec.load(path, CATALOGUE)
    assert plan.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert plan.path == str(path)


def test_a_spec_can_be_pickled_and_written_as_json(load: Any) -> None:
    """Its texts are text for whoever receives it."""
    plan = load(blocks("figures: [rsa]"))
    assert pickle.loads(pickle.dumps(plan)) == plan  # noqa: S301
    assert json.loads(json.dumps(dataclasses.asdict(plan)))["id"] == "essai"


def test_hostile_titles_are_text(load: Any) -> None:
    """HTML, SVG, Jinja and formulas in a title are kept as they are."""
    text = indicators('a: {label: "=1+1 <script>alert(1)</script>", series: caf.rsa}')
    plan = load(text.replace("title: Essai", 'title: "{{ 7*7 }} <svg onload=x>"'))
    assert plan.title == "{{ 7*7 }} <svg onload=x>"
    assert plan.indicators["a"].label == "=1+1 <script>alert(1)</script>"


# ------------------------------------------------------------------------- where specs are


def test_a_spec_is_found_by_path_or_by_name(
    write: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A path, a path without .yaml, a shipped name with or without it."""
    path = write(HEAD)
    assert spec.find(path) == path
    assert spec.find(str(path.with_suffix(""))) == path
    monkeypatch.chdir(tmp_path)
    shipped = resources.folder("report_specs") / "sppe.yaml"
    assert spec.find("sppe") == spec.find("sppe.yaml") == shipped
    write(HEAD, "sppe.yaml")
    assert spec.find("sppe") == Path("sppe.yaml")


@pytest.mark.parametrize("name", ["spe", "nulle-part", "../sppe", "a\0b", "x" * 5000, ""])
def test_a_spec_that_is_nowhere_is_a_fault(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer names the nearest shipped spec, or all of them."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SpecError) as caught:
        spec.load(name, CATALOGUE)
    assert "sppe" in caught.value.faults[0].message
    assert caught.value.exit_code == 2


# ---------------------------------------------------------------------------- faults of form


def test_all_faults_are_told_at_once(faults: Any) -> None:
    """Faults of form, of shape and of sense come together, in reading order."""
    found = faults(
        HEAD + "titel: x\nindicators:\n  a: {label: A, series: caf.rsaa}\n"
        "  a: {label: B, series: caf.rsa}\nsections:\n  - {id: s, title: S, blocks: [map: zz]}\n"
    )
    assert [(line, column) for line, column, _ in found] == [(3, 1), (5, 25), (6, 3), (8, 37)]
    assert found[1][2] == "série inconnue « caf.rsaa ». Vouliez-vous dire « caf.rsa » ?"


def test_what_comes_of_a_fault_of_form_is_not_told_twice(faults: Any) -> None:
    """An alias is one fault, not an empty value as well."""
    found = faults(HEAD + "indicators: *x\n" + SECTION)
    assert [message for _, _, message in found] == ["alias « *x » : ils ne sont pas admis"]


@pytest.mark.parametrize("text", ["", "- a\n", "a\n", "a: b: c\n", "a: \x00\n"])
def test_a_file_that_is_no_mapping_is_one_fault(faults: Any, text: str) -> None:
    """Nothing, a list, a word, bad YAML, a control character."""
    assert len(faults(text)) == 1


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        (HEAD + SECTION, 1, 1, "absente de cette spec : « indicators »"),
        (indicators("a: [b]"), 4, 6, "les clés de cet indicateur"),
        (indicators("a: {label: A}"), 4, 6, "une des clés : series, published"),
        (indicators("a: {label: A, seris: b}"), 4, 17, "Vouliez-vous dire « series »"),
        (indicators("a: {label: A, zzz: b}"), 4, 6, "une des clés"),
        (indicators("a: {label: A, series: caf.rsa, published: caf.rsa}"), 4, 34, "ne vont pas"),
        (indicators("a: {label: [x], series: caf.rsa}"), 4, 14, "un texte, pas une liste"),
        (indicators("a: {label: {x: y}, series: caf.rsa}"), 4, 14, "un texte, pas des clés"),
        (indicators("a: {label: , series: caf.rsa}"), 4, 14, "valeur vide"),
        (indicators("a: {label: null, series: caf.rsa}"), 4, 14, "valeur vide"),
        (indicators("a: {label: '" + "x" * 121 + "', series: caf.rsa}"), 4, 14, "plus de 120"),
        (indicators('a: {label: "a\\tb", series: caf.rsa}'), 4, 14, "U+0009"),
        (indicators("a: {label: a\u202eb, series: caf.rsa}"), 4, 14, "U+202E"),
        (indicators("a: {label: ✅, series: caf.rsa}"), 4, 14, "U+2705"),
        (indicators("a: {label: A, series: Caf}"), 4, 25, "un identifiant de série"),
        (indicators("a: {label: A, series: caf.rsa, mean: 1}"), 4, 40, "entre 2 et 10"),
        (indicators("a: {label: A, series: caf.rsa, mean: x}"), 4, 40, "un nombre entier"),
        (indicators("a: {label: A, series: caf.rsa, mean: []}"), 4, 40, "un nombre entier, pas"),
        (indicators("a: {label: A, series: caf.rsa, minimum: '1,5'}"), 4, 43, "un nombre"),
        (indicators("a: {label: A, series: caf.rsa, rank: peut-être}"), 4, 40, "ni true ni false"),
        (indicators("a: {label: A, series: caf.rsa, rank: []}"), 4, 40, "true ou false"),
        (indicators("a: {label: A, series: caf.rsa, direction: ned}"), 4, 45, "dire « need »"),
        (indicators("a: {label: A, series: caf.rsa, direction: zzz}"), 4, 45, "need, support"),
        (indicators("a: {label: A, series: caf.rsa, direction: []}"), 4, 45, "un mot"),
        (indicators("A b: {label: A, series: caf.rsa}"), 4, 3, "un identifiant"),
        (HEAD + "indicators: {}\n" + SECTION, 3, 13, "de 1 à 300"),
        (HEAD + "indicators: []\n" + SECTION, 3, 13, "nom: valeur"),
        (indicators("a: {label: A, series: caf.rsa}") + "levels: commune\n", 7, 9, "une liste"),
        (indicators("a: {label: A, series: caf.rsa}") + "levels: []\n", 7, 9, "de 1 à 200"),
        (indicators("a: {label: A, series: caf.rsa}") + "levels: [iris]\n", 7, 10, "commune, epci"),
        (indicators("a: {label: A, series: caf.rsa}") + "spec: 2\n", 7, 7, "valeur inconnue"),
        (
            indicators("a: {label: A, series: caf.rsa}") + "benchmarks: [epci, epci]\n",
            7,
            20,
            "deux",
        ),
        (
            indicators("a: {label: A, series: caf.rsa}") + "competence: {1: epci}\n",
            7,
            14,
            "un code",
        ),
        (indicators("a: {label: A, series: caf.rsa}") + "essentials: 3\n", 7, 13, "de cette page"),
        (blocks("[a]"), 14, 9, "ici il faut les clés de ce bloc"),
        (blocks("{text: {markdown: x, file: y.md}}"), 14, 30, "ne vont pas ensemble"),
        (blocks("text: {}"), 14, 15, "markdown, file"),
        (blocks("{chart: evolution}"), 14, 9, "« indicators »"),
        (blocks("{chart: evolution, indicators: [rsa], since: hier}"), 14, 54, "une période"),
        (blocks("{map: couv, bounds: [1, 2]}"), 14, 29, "de 3 à 6"),
        (blocks("matrix: [{content: C}]"), 14, 18, "« item »"),
    ],
)
def test_a_wrong_shape_is_a_fault_at_its_place(
    faults: Any, text: str, line: int, column: int, words: str
) -> None:
    """Each wrong key or value is told where it stands, with what is expected."""
    found = faults(text)
    assert (line, column) in {(at, col) for at, col, _ in found}, found
    assert any(words in message for at, col, message in found if (at, col) == (line, column)), found


# --------------------------------------------------------------------------- faults of sense


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        (indicators("a: {label: A, series: zut.zut}"), 4, 25, "série inconnue « zut.zut »."),
        (indicators("a: {label: A, series: insee.mediane}"), 4, 25, "published: insee.mediane"),
        (indicators("a: {label: A, series: insee.mediane, mean: 3}"), 4, 25, "ne se somme pas"),
        (indicators("a: {label: A, published: caf.rsa}"), 4, 28, "series: caf.rsa"),
        (
            indicators("a: {label: A, numerator: caf.rsa, denominator: insee.mediane, unit: '%'}"),
            4,
            50,
            "ne se somme pas",
        ),
        (
            indicators("a: {label: A, numerator: caf.rsa, denominator: caf.ndur}"),
            4,
            6,
            "absente de cet indicateur : « unit »",
        ),
        (
            indicators("a: {label: A, numerator: caf.rsa, denominator: insee.menages, unit: '%'}"),
            4,
            71,
            "jamais « % »",
        ),
        (
            indicators(
                "a: {label: Part de A, numerator: caf.rsa, denominator: insee.menages, unit: u}"
            ),
            4,
            14,
            "n’est pas une « part »",
        ),
        (
            indicators(
                "a: {label: A, numerator: caf.rsa, denominator: insee.menages, unit: u,"
                " nested: true}"
            ),
            4,
            28,
            "ôtez « nested »",
        ),
        (
            indicators(
                "a: {label: A, numerator: caf.rsa, denominator: caf.ndur, unit: pour 1 000 foyers}"
            ),
            4,
            66,
            "l’unité dit 1000 et « factor » vaut 100",
        ),
        (
            indicators(
                "a: {label: A, numerator: caf.rsa, denominator: caf.ndur, unit: pour mille,"
                " factor: 10}"
            ),
            4,
            66,
            "l’unité dit 1000",
        ),
        (
            indicators("a: {label: A, gap: {of: b, to: france}}"),
            4,
            27,
            "indicateur inconnu « b »",
        ),
        (
            indicators("a: {label: A, gap: {of: b, to: france}}", "b: {label: B, series: caf.rsa}"),
            4,
            27,
            "ni un rapport ni une valeur publiée",
        ),
        (indicators("a: {label: A, gap: {of: a, to: france}}"), 4, 27, "se nomme lui-même"),
        (
            indicators(
                "a: {label: A, series: caf.rsa, parts: [b]}",
                "b: {label: B, series: caf.rsa, parts: [c]}",
                "c: {label: C, series: caf.rsa, parts: [a]}",
            ),
            5,
            42,
            "« b » se nomme lui-même à travers « c »",
        ),
        (
            indicators(
                "a: {label: A, gap: {of: b, to: france}, unit: points}",
                "b: {label: B, published: insee.mediane}",
            ),
            4,
            49,
            "son écart n’est pas en points",
        ),
        (
            indicators(
                "a: {label: A, dominant: [b, c]}",
                "b: {label: B, published: caf.couverture}",
                "c: {label: C, published: insee.mediane}",
            ),
            4,
            31,
            "n’a pas la même unité que « b »",
        ),
        (
            "benchmarks: [epci]\n" + indicators("a: {label: A, gap: {of: b, to: france}}"),
            5,
            34,
            "« france » manque aux « benchmarks »",
        ),
        (
            "benchmarks: [epci]\n" + blocks("{map: couv, reference: region}"),
            15,
            32,
            "« region » manque aux « benchmarks »",
        ),
        (
            "benchmarks: [epci]\n"
            + blocks("{chart: evolution, indicators: [rsa], benchmarks: [departement]}"),
            15,
            60,
            "« departement » manque aux « benchmarks »",
        ),
        (
            indicators("a: {label: A, gap: {of: b, to: comparables}}", "b: {label: B, zz: 1}"),
            4,
            34,
            "ensemble de territoires",
        ),
        (
            indicators(
                "a: {label: A, dominant: [b, c]}",
                "b: {label: B, published: caf.couverture}",
                "c: {label: C, gap: {of: b, to: france}}",
            ),
            4,
            31,
            "n’est pas une valeur comparable",
        ),
        (
            indicators(
                "a: {label: A, scenario: {of: b, to: france, base: insee.mediane}, unit: places}",
                "b: {label: B, published: caf.couverture}",
            ),
            4,
            53,
            "ne se somme pas",
        ),
        (
            indicators(
                "a: {label: A, scenario: {of: b, to: france, base: insee.enfants}, unit: places}",
                "b: {label: B, published: insee.mediane}",
            ),
            4,
            32,
            "pour combien il est donné",
        ),
        (blocks("figures: [zzz]"), 14, 19, "Indicateurs de cette spec : couv, eaje"),
        (blocks("figures: [zzz]"), 14, 19, "indicateur inconnu « zzz »"),
        (
            blocks("matrix: [{item: 1°, content: C, indicators: [rsa], local: true}]"),
            14,
            67,
            "Notes locales",
        ),
        (blocks("matrix: [{item: 1°, content: C, indicators: [rss]}]"), 14, 54, "dire « rsa »"),
        (blocks("map: rsa"), 14, 14, "circles: rsa"),
        (blocks("{map: couv, reference: epci_communes}"), 14, 32, "ensemble de territoires"),
        (blocks("{map: couv, classes: fixed}"), 14, 9, "vont ensemble"),
        (blocks("{map: couv, bounds: [1, 2, 3]}"), 14, 9, "vont ensemble"),
        (blocks("{map: couv, classes: fixed, bounds: [1, 3, 2]}"), 14, 9, "en croissant"),
        (blocks("circles: part"), 14, 18, "map: part"),
        (blocks("ranked: rsa"), 14, 17, "il ne se classe pas"),
        (blocks("{chart: evolution, indicators: [mode]}"), 14, 41, "pas d’évolution à tracer"),
        (blocks("{chart: evolution, indicators: [rsa, part]}"), 14, 46, "un seul indicateur"),
        (blocks("shares: rsa"), 14, 17, "n’a pas de parts"),
        (blocks("{shares: couv, parts: [rsa]}"), 14, 32, "la même unité"),
        (blocks("text: famille"), 14, 15, "Vouliez-vous dire « familles »"),
        (blocks("text: zzzz"), 14, 15, "Textes livrés : adequation"),
        (blocks("text: {markdown: '{teritoire}'}"), 14, 26, "dire « territoire »"),
        (blocks("text: {markdown: '{zzz}'}"), 14, 26, "Champs possibles : territoire"),
        (blocks("glossary: [RSAA]"), 14, 20, "dire « RSA »"),
        (blocks("glossary: [zzzzz]"), 14, 20, "Termes livrés : AEEH"),
        (
            blocks("figures: [rsa]", more="  - {id: s, title: T}\n"),
            15,
            10,
            "deux sections portent l’identifiant « s »",
        ),
        (
            blocks("{figures: [rsa], id: b}", "{figures: [part], id: b}"),
            15,
            9,
            "deux blocs portent l’identifiant « b »",
        ),
        (blocks("figures: [rsa]") + "essentials: {map: rsa}\n", 15, 19, "n’est pas un taux"),
        (
            blocks("figures: [rsa]") + "essentials: {map_reference: epci_communes}\n",
            15,
            29,
            "ensemble de territoires",
        ),
        (blocks("figures: [rsa]") + "essentials: {figures: [zzz]}\n", 15, 24, "inconnu « zzz »"),
    ],
)
def test_a_wrong_sense_is_a_fault_at_its_place(
    faults: Any, text: str, line: int, column: int, words: str
) -> None:
    """What contradicts the catalogue or the spec itself is told where it is written."""
    found = faults(text)
    assert (line, column) in {(at, col) for at, col, _ in found}, found
    assert any(words in message for at, col, message in found if (at, col) == (line, column)), found


def test_an_unknown_indicator_named_in_one_place_is_one_fault(faults: Any) -> None:
    """A name that a block shows belongs to its section too, and is told once."""
    assert len(faults(blocks("figures: [zzz]"))) == 1


def test_an_indicator_that_is_wrong_is_still_known(faults: Any) -> None:
    """A block that names a faulty indicator is not a second fault."""
    text = blocks("figures: [rsa]", "map: couv").replace("series: caf.rsa}", "seriess: caf.rsa}")
    assert [line for line, _, _ in faults(text)] == [4]


def test_wrong_blocks_and_wrong_values_do_not_hide_the_others(faults: Any) -> None:
    """Faults inside one block leave the others judged."""
    found = faults(
        blocks(
            "shares: zz",
            "glossary: {A: []}",
            "{map: zz, classes: zz}",
            "circles: zz",
            "ranked: zz",
            "{chart: evolution, indicators: [zz]}",
            "{table: zz, indicators: 3}",
            "figures: 3",
            "text: 3",
            "matrix: 3",
        )
    )
    assert {line for line, _, _ in found} == set(range(14, 24))


# --------------------------------------------------------------------- texts and their fields


@pytest.mark.parametrize("name", ["../n.md", "/etc/n.md", "C:n.md", "n.txt", "a\\..\\n.md", "n"])
def test_a_text_file_may_not_leave_the_folder_of_the_spec(faults: Any, name: str) -> None:
    """Parents, roots, drives and other kinds of file are refused by their name."""
    (found,) = faults(blocks(f"text: {{file: '{name}'}}"))
    assert found[:2] == (14, 22)
    assert "sans « .. »" in found[2]


def test_a_text_file_is_read_beside_the_spec(load: Any, tmp_path: Path) -> None:
    """The file's text becomes the block's."""
    (tmp_path / "notes.md").write_text("\ufeffÀ {territoire}.\r\n", encoding="utf-8")
    block = first(load(blocks("text: {file: notes.md}")))
    assert (block.file, block.markdown.strip()) == ("notes.md", "À {territoire}.")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "introuvable"),
        (b"\xff\xfe", "UTF-8"),
        (b"x" * 100_001, "dépasse 100"),
        ("é 😀".encode(), "U+1F600"),
        (b"{zzz}", "champ inconnu"),
    ],
)
def test_a_text_file_that_cannot_be_printed_is_a_fault(
    faults: Any, tmp_path: Path, content: bytes | None, words: str
) -> None:
    """Missing, not text, too long, not printable, with an unknown field."""
    if content is not None:
        (tmp_path / "n.md").write_bytes(content)
    (found,) = faults(blocks("text: {file: n.md}"))
    assert found[:2] == (14, 22)
    assert words in found[2]


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    """A symbolic link does not lead out of the spec's folder."""
    secret = tmp_path / "secret.md"
    secret.write_text("secret", encoding="utf-8")
    inside = tmp_path / "specs"
    inside.mkdir()
    (inside / "n.md").symlink_to(secret)
    path = inside / "s.yaml"
    path.write_text(blocks("text: {file: n.md}"), encoding="utf-8")
    with pytest.raises(SpecError, match="sort du dossier"):
        spec.load(path, CATALOGUE)


def test_a_field_is_replaced_by_text_and_never_by_markup() -> None:
    """A name that holds Markdown or HTML is escaped; other braces stay as they are."""
    text = spec.fill("De {territoire}, {{ 7*7 }} {autre}", {"territoire": "<b>*A*</b> [x](y)"})
    assert text == "De \\<b\\>\\*A\\*\\</b\\> \\[x\\](y), {{ 7*7 }} {autre}"


def test_a_field_without_a_value_is_an_error_of_the_program() -> None:
    """A field of the closed list that the caller forgot is not printed empty."""
    with pytest.raises(KeyError):
        spec.fill("{epci}", {})


def test_a_part_that_the_installation_lacks_is_a_data_error() -> None:
    """The message names the part."""
    with pytest.raises(DataError, match="nulle-part"):
        spec.part("nulle-part")


# ------------------------------------------------------------------ schema, starter, hostility


def test_every_key_of_the_schema_is_described() -> None:
    """Editors show a sentence for each key."""

    def walk(schema: Any) -> None:
        if isinstance(schema, dict):
            for key in schema.get("properties", {}).values():
                assert key["description"]
            for value in schema.values():
                walk(value)
        elif isinstance(schema, list):
            for value in schema:
                walk(value)

    walk(spec.schema())


def test_the_schema_says_what_the_reader_does() -> None:
    """Required keys, closed records and closed lists are in the schema."""
    schema = spec.schema()
    assert schema["required"] == ["id", "title", "indicators", "sections"]
    assert schema["additionalProperties"] is False
    assert schema["properties"]["levels"]["items"] == {"enum": ["commune", "epci", "departement"]}
    assert schema["properties"]["levels"]["uniqueItems"] is True
    kinds = schema["properties"]["indicators"]["additionalProperties"]["anyOf"]
    assert len(kinds) == len(grammar.INDICATOR.records)


def test_the_starter_is_a_good_spec(write: Any) -> None:
    """What `diagnostic new` writes loads, against the real catalogue."""
    from diagnostic import catalogue

    plan = spec.load(write(spec.starter("mon-essai")), catalogue.load())
    assert (plan.id, plan.title) == ("mon-essai", "Mon essai")


@pytest.mark.parametrize("name", ["", "Été", "1a", "a b", "../a", "a" * 61])
def test_a_starter_needs_a_name_that_can_be_an_identifier(name: str) -> None:
    """A name that would not validate is refused."""
    with pytest.raises(UsageError, match="ne peut pas nommer"):
        spec.starter(name)


SHIPPED = (resources.folder("report_specs") / "sppe.yaml").read_text(encoding="utf-8")


@settings(max_examples=60, deadline=None)
@given(
    start=st.integers(0, len(SHIPPED)),
    length=st.integers(0, 40),
    new=st.text("ab:-[]{}&*!|>'\"#\n ,01", max_size=12),
)
def test_a_spoilt_spec_loads_or_tells_its_faults(
    tmp_path_factory: pytest.TempPathFactory, start: int, length: int, new: str
) -> None:
    """Whatever is cut or inserted, the answer is a spec or a SpecError, in under a second."""
    from diagnostic import catalogue

    path = tmp_path_factory.mktemp("s") / "s.yaml"
    path.write_text(SHIPPED[:start] + new + SHIPPED[start + length :], encoding="utf-8")
    before = time.process_time()
    with contextlib.suppress(SpecError):
        assert spec.load(path, catalogue.load()).sections
    assert time.process_time() - before < 1


def test_suggestions_need_a_near_word() -> None:
    """A word that looks like nothing known suggests nothing."""
    assert shapes.suggest("zzz", ["abc"]) == ""
    assert "abc" in shapes.suggest("abd", ["abc"])


def test_a_fault_without_a_place_is_put_at_the_start() -> None:
    """What a default gave has no place in the file."""
    assert checks._at("mot", "m").line == 1


def test_the_default_figures_are_at_most_six() -> None:
    """The summary does not take more than a page of figures."""
    known = {f"i{n}": None for n in range(9)}
    many = {
        name: spec.IndicatorSpec(
            id=name, label=name, short=name, subject=name, kind="series", unit="u", unit_short="u"
        )
        for name in known
    }
    assert len(draft.essentials(shapes.Card({}, 1, 1), many).figures) == draft.MOST_FIGURES


def test_the_glossary_has_a_definition_for_each_term() -> None:
    """Every line of the shipped glossary is a term and its definition."""
    lines = [line for line in spec.part("glossaire").splitlines() if line]
    assert len(texts.glossary()) == len(lines)
    assert all(texts.glossary().values())


def test_a_column_of_a_portal_is_a_series(write: Any, tmp_path: Path) -> None:
    """caf:dataset.column[filters] is named in a spec as any series, once the cards are there."""
    fields = [("dtreffre", "date"), ("numdep", "text"), ("age", "text"), ("indfoy_x", "int")]
    fields.append(("mystere", "double"))
    card = {
        "id": "x_s_dep",
        "fields": [{"name": name, "label": name, "type": kind} for name, kind in fields],
    }
    cards = tmp_path / "caf.json"
    cards.write_text(json.dumps({"portal": "caf", "datasets": [card]}), encoding="utf-8")
    known = catalogue.load([cards])

    def told(line: str) -> list[str]:
        path = write(indicators(line))
        try:
            spec.load(str(path), known)
        except SpecError as error:
            return [fault.message.replace("\u00a0", " ") for fault in error.faults]
        return []

    assert told("a: {label: A, series: 'caf:x_s_dep.indfoy_x[age=20, ans]'}") == []
    assert told("a: {label: A, published: 'caf:x_s_dep.mystere[age=1]'}") == []
    (unknown,) = told("a: {label: A, series: 'caf:x_s_dep.mystere[age=1]'}")
    assert "d’une nature que personne n’a décrite, qui ne se somme pas : écrivez" in unknown
    (several,) = told("a: {label: A, series: 'caf:x_s_dep.indfoy_x'}")
    assert several.endswith("choisissez « caf:x_s_dep.indfoy_x[age=…] »")
    assert "data pull --catalogue" in told("a: {label: A, series: 'caf:y_s_dep.indfoy_x'}")[0]
    assert "n’est pas un identifiant" in told("a: {label: A, series: 'caf:x[y].z'}")[0]
    ratio = "numerator: 'caf:x_s_dep.indfoy_x[age=1]', denominator: caf.ndur.foyers, unit: '%'"
    assert told(f"a: {{label: A, {ratio}}}") == []


def test_a_long_list_of_names_is_cut() -> None:
    """A message names twelve indicators at most, thirteen rather than « et 1 autres »."""
    assert checks._listed([f"i{n:02}" for n in range(13)]).endswith("i11, i12")
    assert checks._listed([f"i{n:02}" for n in range(14)]).endswith("i10, i11 et 2 autres")


def test_a_folder_is_not_a_spec(tmp_path: Path) -> None:
    """A folder named instead of a file is told apart from a file that is missing."""
    with pytest.raises(SpecError) as raised:
        spec.find(tmp_path)
    assert "dossier" in raised.value.faults[0].message


def test_the_unemployed_are_a_share_of_the_active(write: Any) -> None:
    """In the shipped catalogue both are counted among the people of 15 to 64: « % » is right."""
    text = indicators(
        "chomage: {label: Part des chômeurs, numerator: insee.comparateur.chomeurs_15_64,"
        " denominator: insee.comparateur.actifs_15_64, nested: true, unit: '% des actifs'}"
    )
    assert spec.load(write(text), catalogue.load()).indicators["chomage"].nested


def test_a_field_that_opens_a_sentence_is_capitalised() -> None:
    """After a stop, at the head of a text or of an item the value begins; inside it does not."""
    values = dict.fromkeys(spec.FIELDS, "") | {"epci": "communauté de communes"}
    text = "{epci} ici. {epci} là, et {epci}.\n\n- {epci}"
    expected = (
        "Communauté de communes ici. Communauté de communes là, et communauté de communes.\n\n"
        "- Communauté de communes"
    )
    assert spec.fill(text, values).replace("\\", "") == expected
