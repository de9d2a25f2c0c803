"""An invented territory and its report: every block, every state of a value, no real figure."""

from __future__ import annotations

from diagnostic.model import (
    Annex,
    Area,
    BreakMark,
    Choropleth,
    Circles,
    Column,
    Comparison,
    ComparisonTable,
    Cover,
    Essentials,
    Evolution,
    Figure,
    Finding,
    Glossary,
    GlossaryEntry,
    KeyFigure,
    KeyFigures,
    Line,
    Lines,
    Locator,
    Matrix,
    MatrixRow,
    Missing,
    MissingRow,
    Origin,
    Part,
    Points,
    Prose,
    Questions,
    Rank,
    Ranked,
    RankedRow,
    Reference,
    ReportData,
    Section,
    ShareBar,
    SharePart,
    Shares,
    SourceRow,
    Sources,
    SpecCard,
    TableGroup,
    TableRow,
    Territory,
)

OWN = "99001"
EPCI = "999000001"
COMMUNES = {
    OWN: "Vallon-le-Fictif",
    "99002": "Aubenoire",
    "99003": "Bourg-Imaginaire",
    "99004": "La Chimère-sur-Rive",
    "99005": "Les Inventés",
    "99006": "Mirage",
    "99007": "Saint-Exemple-du-Modèle",
}
PLACES = {
    **{code: ("commune", name) for code, name in COMMUNES.items()},
    EPCI: ("epci", "CC du Val Fictif"),
    "99": ("departement", "Fictive"),
    "999": ("region", "Grand Ailleurs"),
    "france": ("france", "France"),
}
SOURCE = "Source : Office inventé, jeu d’essai, 2023 ; Licence Ouverte 2.0."


class Figures(dict[str, Figure]):
    """The figures of the report, made one by one."""

    def add(self, indicator: str, code: str, text: str, value: float | None = None, **more) -> str:
        """Keep a figure and return its id; `more` overrides the plain defaults."""
        level, name = PLACES[code]
        period = more.pop("period", "2023")
        facts = {
            "id": f"{indicator}.{code}.{period}",
            "indicator": indicator,
            "level": level,
            "label": indicator.capitalize(),
            "code": code,
            "name": name,
            "period": period,
            "period_text": period.replace("/", "–"),
            "unit": "enfants",
            "value": value,
            "lower": value,
            "upper": value,
            "status": "exact",
            "show": "plain",
            "text": text,
            "origins": ("essai",),
        }
        figure = Figure(**{**facts, **more})
        self[figure.id] = figure
        return figure.id

    def absent(self, indicator: str, code: str, text: str, **more) -> str:
        """Keep an absence with its reason."""
        why = {"status": "not_published", "show": "absent", "reason": "non publié à ce niveau"}
        return self.add(indicator, code, text, None, **{**why, **more})


def _coverage(figures: Figures) -> list[str]:
    unit = {"unit": "places pour 100 enfants", "decimals": 1}
    return [
        figures.add("couverture", OWN, "61,5", 61.5, **unit),
        figures.add("couverture", EPCI, "58,9", 58.9, **unit),
        figures.absent("couverture", "99", "…", **unit),
        figures.absent("couverture", "999", "…", **unit),
        figures.add("couverture", "france", "60,9", 60.9, **unit),
    ]


def _activity(figures: Figures) -> list[str]:
    """Ranked communes with intervals, one approximate, two not significant."""
    values = [22.1, 19.7, 14.3, 11.2, 10.4]
    unit = {"unit": "foyers pour 100 ménages", "status": "rounded", "interval": "rounding"}
    ids = []
    for code, value in zip(COMMUNES, values, strict=False):
        rough = value < 12
        ids.append(
            figures.add(
                "activité",
                code,
                f"≈\u00a0{round(value)}" if rough else f"{value:.1f}".replace(".", ","),
                value,
                lower=value - 0.6,
                upper=value + 0.7,
                decimals=0 if rough else 1,
                show="approx" if rough else "plain",
                interval_text=f"{value - 0.6:.0f}–{value + 0.7:.0f}",
                reliability="arrondie",
                numerator=Part(
                    series="essai.foyers",
                    period="2024-12",
                    value=value * 10,
                    lower=value * 10 - 2,
                    upper=value * 10 + 2,
                    status="rounded",
                    origins=("essai",),
                ),
                **unit,
            )
        )
    few = {"show": "ns", "reason": "effectif publié d’au plus 10 foyers", "interval_text": "4–12"}
    ids += [
        figures.add("activité", code, "n.s.", 8.0, lower=4.0, upper=12.0, **few, **unit)
        for code in ("99006", "99007")
    ]
    for code, value in ((EPCI, 16.7), ("99", 16.0), ("999", 15.5), ("france", 15.0)):
        ids.append(
            figures.add(
                "activité",
                code,
                f"{value:.1f}".replace(".", ","),
                value,
                lower=value - 0.1,
                upper=value + 0.1,
                decimals=1,
                **unit,
            )
        )
    return ids


def _income(figures: Figures) -> list[str]:
    """A median in euros for five communes, two of them secret or not published."""
    values = [19670, 22460, 29070, 23990, 26410, None, None]
    ids = []
    for code, value in zip(COMMUNES, values, strict=True):
        if value is None:
            ids.append(
                figures.absent(
                    "revenu", code, "s", status="secret", unit="€", reason="secret statistique"
                )
            )
        else:
            ids.append(
                figures.add(
                    "revenu",
                    code,
                    f"{value // 1000}\u202f{value % 1000:03d}",
                    float(value),
                    unit="€",
                )
            )
    ids.append(
        figures.absent(
            "revenu",
            EPCI,
            "///",
            status="not_applicable",
            unit="€",
            reason="une médiane ne se somme pas",
        )
    )
    ids.append(figures.add("revenu", "99", "25\u202f700", 25700.0, unit="€"))
    return ids


def _children(figures: Figures) -> list[str]:
    return [
        figures.add(
            "enfants",
            code,
            str(count),
            float(count),
            lower=count - 4.0,
            upper=count + 4.0,
            reliability="fragile" if count < 20 else "estimée",
            flags=("fragile",) if count < 20 else (),
        )
        for code, count in zip(COMMUNES, (529, 64, 45, 39, 35, 12, 4), strict=True)
    ]


def _births(figures: Figures) -> tuple[list[str], list[str], list[str]]:
    """Own means with their single years, the last provisional, and the EPCI's means."""
    own = [
        figures.add("naissances", OWN, str(n), float(n), period=f"{y}/{y + 2}")
        for y, n in zip(range(2014, 2024), range(132, 82, -5), strict=True)
    ]
    single = [
        figures.add("naissances", OWN, str(n), float(n), period=str(2014 + i), provisional=i == 11)
        for i, n in enumerate((140, 129, 127, 125, 120, 112, 108, 104, 99, 90, 92, 82))
    ]
    other = [
        figures.add("naissances", EPCI, str(n), float(n), period=f"{y}/{y + 2}")
        for y, n in zip(range(2014, 2024), range(117, 97, -2), strict=True)
    ]
    return own, single, other


def _modes(figures: Figures) -> tuple[ShareBar, ...]:
    bars = []
    for code, parts in ((OWN, (35.0, 23.3, 3.2)), (EPCI, (23.0, 34.2, 1.7))):
        kept = tuple(
            SharePart(
                label=label,
                figure=figures.add(
                    f"mode {n}",
                    code,
                    f"{v:.1f}".replace(".", ","),
                    v,
                    decimals=1,
                    unit="places pour 100 enfants",
                ),
            )
            for n, (label, v) in enumerate(
                zip(("Établissements", "Assistants maternels", "École"), parts, strict=True)
            )
        )
        bars.append(
            ShareBar(
                name=PLACES[code][1], own=code == OWN, parts=kept, total=f"couverture.{code}.2023"
            )
        )
    return tuple(bars)


def _key_figures(figures: Figures) -> tuple[KeyFigure, ...]:
    coverage = ("couverture.99001.2023", "places pour 100 enfants de moins de 3 ans, 2023")
    stand_in = figures.add(
        "relais",
        OWN,
        "12,0",
        12.0,
        show="from_epci",
        stands_for=EPCI,
        decimals=1,
        reason="non publié à la commune",
    )
    poverty = figures.add("pauvreté", OWN, "30,0", 30.0, unit="%", decimals=1)
    secret = figures.absent("secret", OWN, "s", status="secret", reason="secret statistique")
    rows = [
        (
            "Taux de couverture global",
            *coverage,
            ("couverture.999000001.2023", "couverture.france.2023"),
        ),
        (
            "Foyers percevant la prime",
            "activité.99001.2023",
            "foyers pour 100 ménages, 2024",
            ("activité.999000001.2023", "activité.99.2023", "activité.france.2023"),
        ),
        (
            "Niveau de vie médian",
            "revenu.99001.2023",
            "€ par an et par unité de consommation, 2023",
            ("revenu.99.2023",),
        ),
        ("Taux de pauvreté", poverty, "des habitants, 2023, seuil à 60 %", ()),
        ("Places de relais", stand_in, "places, 2023", ()),
        ("Effectif secret", secret, "foyers, 2023", ()),
    ]
    return tuple(
        KeyFigure(
            figure=figure,
            label=label,
            unit_text=unit,
            anchor="offre" if "couv" in figure else "familles",
            comparisons=tuple(
                Comparison(
                    own=figure,
                    other=other,
                    benchmark=PLACES[other.split(".")[1]][0],
                    verdict="above",
                )
                for other in others
            ),
            absent="Fictive, Grand Ailleurs : …",
            source="Office inventé, 2023",
        )
        for label, figure, unit, others in rows
    )


def _comparison(figures: Figures, coverage: list[str], income: list[str]) -> ComparisonTable:
    born = [
        figures.add("nés", code, text, None if text == "…" else 1.0)
        for code, text in ((OWN, "10\u202f996"), (EPCI, "23\u202f007"), ("99", "563\u202f076"))
    ]
    born += [figures.absent("nés", code, "…") for code in ("999", "france")]
    columns = [
        ("own", "Vallon-le-Fictif"),
        ("epci", "EPCI"),
        ("departement", "Fictive"),
        ("region", "Grand Ailleurs"),
        ("france", "France"),
    ]
    first = TableRow(
        indicator="nés",
        label="Population",
        unit_text="habitants, 2023",
        cells=tuple(born),
        evolution=Evolution(
            start="2015",
            end="2023",
            change=-14.1,
            lower=-14.1,
            upper=-14.1,
            unit="%",
            trend="down",
            text="−\u202f14,1\u00a0%",
        ),
        evolution_text="−\u00a014,1\u00a0%",
        notes=("a",),
        reliability="estimée",
    )
    second = TableRow(
        indicator="revenu",
        label="Niveau de vie médian",
        unit_text="€ par an, 2023",
        cells=(income[0], income[7], income[8], "", ""),
        rank_text="5ᵉ / 5",
        notes=("b",),
        reliability="exhaustive",
    )
    third = TableRow(
        indicator="couverture",
        label="Taux de couverture",
        unit_text="2023",
        cells=tuple(coverage),
        notes=("c",),
        reliability="estimée",
        evolution=Evolution(
            start="2020",
            end="2023",
            change=None,
            lower=None,
            upper=None,
            unit="",
            trend="refused",
            text="",
            reason="rupture de série en 2022",
        ),
        evolution_text="///",
    )
    stand = TableRow(
        indicator="relais",
        label="Relais",
        unit_text="places, 2023",
        cells=("relais.99001.2023", "", "", "", ""),
        notes=("b",),
    )
    return ComparisonTable(
        id="comparaison",
        title="Tableau comparatif",
        caption="Territoire et références",
        columns=tuple(Column(key=k, label=label, own=k == "own") for k, label in columns),
        groups=(
            TableGroup(title="1 · Les familles", rows=(first, second)),
            TableGroup(title="2 · L’offre — places pour 100 enfants", rows=(third, stand)),
        ),
        dropped="Bassin d’emploi : aucune valeur dans ce tableau.",
        signs=("…", "///", "n.s."),
        reading="à Vallon-le-Fictif, 61,5 places pour 100 enfants en 2023.",
        source=SOURCE,
        notes=(
            "a\u00a0évolution entre 2015 et 2023",
            "b\u00a0médiane : ne se somme pas",
            "c\u00a0publié au-dessus de 10\u202f000 habitants",
            "Rang : du plus élevé au plus bas.",
        ),
    )


def _areas(ids: list[str]) -> tuple[Area, ...]:
    return tuple(
        Area(code=code, name=COMMUNES[code], figure=name, own=code == OWN, labelled=code < "99005")
        for code, name in zip(COMMUNES, ids, strict=False)
    )


def _charts(figures: Figures, activity: list[str], income: list[str]) -> dict[str, object]:
    own, single, other = _births(figures)
    ranks = [
        Rank(
            figure=name,
            position=i + 1,
            of=5,
            low=max(1, i),
            high=i + 1,
            tied=False,
            text=f"{i + 1}ᵉ",
        )
        for i, name in enumerate(activity[:5])
    ]
    references = tuple(
        Reference(figure=name, benchmark=key, label=label)
        for name, key, label in zip(
            activity[7:],
            ("epci", "departement", "france"),
            ("EPCI", "Fictive", "France"),
            strict=False,
        )
    )
    words = {
        "reading": "à Aubenoire, la valeur est de 22\u202f460 €.",
        "source": SOURCE,
        "alt": "À Vallon-le-Fictif, 19\u202f670 € contre 25\u202f700 € dans la Fictive.",
    }
    return {
        "map": Choropleth(
            id="carte-revenu",
            title="Niveau de vie médian des habitants",
            unit="€",
            caption="En euros par an et par unité de consommation, 2023",
            width="half",
            perimeter=EPCI,
            perimeter_level="epci",
            areas=_areas(income[:7]),
            bounds=(18000, 20000, 22000, 24000, 30000),
            method="amplitude égale",
            signs=("s",),
            references=(Reference(figure=income[8], benchmark="departement", label="Fictive"),),
            **words,
        ),
        "circles": Circles(
            id="carte-enfants",
            title="Enfants de moins de 5 ans",
            unit="enfants",
            width="half",
            caption="Nombre d’enfants, 2023",
            perimeter=EPCI,
            perimeter_level="epci",
            areas=_areas(_children(figures)),
            **words,
        ),
        "ranked": Ranked(
            id="rang-activite",
            title="Foyers percevant la prime pour 100 ménages",
            finding="La prime est près de deux fois plus fréquente à Vallon-le-Fictif que dans la "
            "Fictive",
            caption="Décembre 2024. Point : valeur ; barre : intervalle.",
            unit="pour 100 ménages",
            rows=tuple(RankedRow(figure=r.figure, rank=r) for r in ranks),
            unranked=tuple(RankedRow(figure=name) for name in activity[5:7]),
            unranked_reason="effectif publié d’au plus 10 foyers",
            references=references,
            signs=("n.s.", "≈"),
            **words,
        ),
        "lines": Lines(
            id="evolution-naissances",
            title="Naissances domiciliées",
            unit="naissances",
            finding="Les naissances ont diminué d’un tiers",
            caption="Nombre par an, 2014–2025",
            lines=(
                Line(name="Vallon-le-Fictif", own=True, points=tuple(own), dots=tuple(single)),
                Line(name="CC du Val Fictif", own=False, points=tuple(other)),
            ),
            **words,
        ),
        "cut": Lines(
            id="evolution-coupee",
            title="Naissances, EPCI",
            unit="naissances",
            width="half",
            caption="Nombre par an",
            lines=(Line(name="CC du Val Fictif", own=False, points=tuple(other)),),
            breaks=(BreakMark(at="2019", label="Rupture, 2019"),),
            **words,
        ),
        "shares": Shares(
            id="parts-modes",
            title="Places par mode d’accueil",
            unit="places pour 100 enfants",
            caption="2023",
            width="half",
            bars=_modes(figures),
            **words,
        ),
    }


MARKDOWN = """Un paragraphe avec **du gras**, un [lien *penché*](https://exemple.invalid/page) et du
`code`.

## Un intertitre

- premier point ;
- second point.

#### Un saut de niveau

<script>alert(1)</script> ![image](https://exemple.invalid/image.png)
"""


def _sections(figures: Figures) -> tuple[Section, ...]:
    coverage, activity, income = _coverage(figures), _activity(figures), _income(figures)
    charts = _charts(figures, activity, income)
    rows = _key_figures(figures)
    borrowed = {OWN: "relais.99001.2023"}
    annex = tuple(
        (code, (f"activité.{code}.2023", f"revenu.{code}.2023", borrowed.get(code, "")))
        for code in COMMUNES
    )
    return (
        Section(
            id="familles",
            title="Les familles et leurs besoins",
            number=1,
            legal="CASF, art. D. 214-10-1, I, 2°",
            finding="La moitié des jeunes enfants de l’EPCI vit "
            "à Vallon-le-Fictif, où le niveau de vie est le plus bas",
            blocks=(
                charts["map"],
                charts["circles"],
                charts["ranked"],
                charts["lines"],
                Questions(
                    id="questions-familles",
                    items=("Combien de demandes sans réponse au 1ᵉʳ septembre ?",),
                ),
                Missing(
                    id="manque-familles",
                    rows=(
                        MissingRow(
                            indicator="qf",
                            label="Enfants sous 400 € de quotient",
                            reason="non publié",
                            arrival="Cnaf, sur demande",
                        ),
                    ),
                ),
            ),
        ),
        Section(
            id="offre",
            title="L’offre d’accueil",
            number=2,
            legal="",
            finding="",
            blocks=(
                KeyFigures(id="chiffres-offre", title="Chiffres clés", rows=rows[:2]),
                charts["cut"],
                charts["shares"],
                Questions(
                    id="questions-offre",
                    title="Questions locales",
                    items=("Quelles fermetures ?", "Quels projets ?"),
                ),
            ),
        ),
        Section(
            id="ensemble",
            title="Tableau comparatif",
            number=0,
            legal="",
            finding="C’est par les ressources que Vallon-le-Fictif se distingue le plus",
            blocks=(
                _comparison(figures, coverage, income),
                Points(
                    id="points",
                    attention=("Le niveau de vie est inférieur à celui de la Fictive.",),
                    support=(),
                    comparable=("Le taux de couverture est comparable.",),
                    unsettled=("La part des naissances n’est pas établie.",),
                    rule="intervalles disjoints et écart d’au moins 1 point.",
                ),
            ),
        ),
        Section(
            id="matrice",
            title="Matrice de conformité",
            number=0,
            legal="CASF, art. D. 214-10-1, I",
            finding="Ce que le dossier documente, ce qui reste à écrire",
            blocks=(
                Matrix(
                    id="matrice-sppe",
                    title="Matrice de conformité",
                    rows=(
                        MatrixRow(
                            item="1°",
                            content="Équipements, services",
                            state="documented",
                            anchors=("familles", "carte-revenu", "offre"),
                            local="horaires",
                        ),
                        MatrixRow(
                            item="2°",
                            content="Besoins des enfants",
                            state="partly",
                            anchors=("offre",),
                            owed="unknown",
                            duty="Si la commune exerce la compétence.",
                        ),
                        MatrixRow(
                            item="3°",
                            content="Zones d’offre insuffisante",
                            state="local",
                            anchors=(),
                            owed="no",
                        ),
                        MatrixRow(
                            item="4°",
                            content="Calendrier",
                            state="local",
                            anchors=(),
                            owed="unknown",
                        ),
                    ),
                ),
            ),
        ),
        Section(
            id="methode",
            title="Méthode",
            number=0,
            legal="",
            finding="",
            blocks=(
                Prose(id="arrondis", title="Arrondis", markdown=MARKDOWN, width="third"),
                Prose(
                    id="comparaisons",
                    title="Comparaisons",
                    markdown="Intervalles disjoints.",
                    width="third",
                ),
                Prose(id="secret", title="Secret", markdown="Non reconstitué.", width="third"),
                Prose(id="avertissement", markdown=MARKDOWN),
            ),
        ),
        Section(
            id="sources",
            title="Sources",
            number=0,
            legal="",
            finding="",
            blocks=(
                Sources(
                    id="table-sources",
                    title="Sources",
                    rows=(
                        SourceRow(
                            origin="essai",
                            producer="Office inventé",
                            title="jeu d’essai",
                            periods="2014–2025",
                            updated="2026-09-30",
                            licence="Licence Ouverte 2.0",
                            address="https://exemple.invalid/jeu",
                            usage="tous les chiffres",
                        ),
                        SourceRow(
                            origin="fond",
                            producer="Institut inventé",
                            title="fond de carte",
                            periods="2025",
                            updated="",
                            licence="à confirmer",
                            address="",
                            usage="cartes",
                        ),
                        SourceRow(
                            origin="vieux",
                            producer="Bureau inventé",
                            title="ancien jeu",
                            periods="2018",
                            updated="",
                            licence="à confirmer",
                            address="Adresse non conservée.",
                            usage="fond",
                        ),
                    ),
                ),
            ),
        ),
        Section(
            id="glossaire",
            title="Glossaire",
            number=0,
            legal="",
            finding="",
            blocks=(
                Glossary(
                    id="mots",
                    entries=(
                        GlossaryEntry(
                            term="Allocataire", definition="Personne qui perçoit une prestation."
                        ),
                        GlossaryEntry(term="Foyer", definition="Allocataire et ceux qu’il couvre."),
                    ),
                ),
            ),
        ),
        Section(
            id="annexes",
            title="Annexes",
            number=0,
            legal="",
            finding="",
            blocks=(
                Annex(
                    id="annexe-communes",
                    title="Communes de l’EPCI",
                    rows=annex,
                    columns=(
                        Column(key="a", label="Prime, pour 100 ménages"),
                        Column(key="b", label="Niveau de vie, €"),
                        Column(key="c", label="Sans objet ici"),
                    ),
                    signs=("s",),
                    source=SOURCE,
                ),
            ),
        ),
    )


def made_up(name: str = "Vallon-le-Fictif") -> ReportData:
    """The invented report, of a territory called `name`."""
    figures = Figures()
    sections = _sections(figures)
    rows = _key_figures(figures)
    small = sections[0].blocks[0]
    assert isinstance(small, Choropleth)
    own = Territory(
        code=OWN,
        level="commune",
        name=name,
        epci=EPCI,
        departement="99",
        region="999",
        population=10996,
    )
    places = {
        code: Territory(code=code, level=level, name=label)
        for code, (level, label) in PLACES.items()
    }
    return ReportData(
        version=1,
        generator="diagnostic 0.1",
        territory=own,
        competence="inconnue",
        spec=SpecCard(
            id="sppe",
            title="Service public de la petite enfance",
            subtitle="Diagnostic territorial",
            sha256="0" * 64,
        ),
        edition="2026-11",
        edition_text="Édition de novembre 2026 · fichiers d’essai",
        running_title="Service public de la petite enfance · diagnostic territorial",
        cover=Cover(
            kicker="Diagnostic territorial",
            title="Service public de la petite enfance",
            territory=name,
            lines=(
                "Commune 99001 · communauté de communes du Val Fictif",
                "Fictive · Grand Ailleurs",
            ),
            locator=Locator(
                id="situation",
                code=OWN,
                level="commune",
                alt="Vallon-le-Fictif est au nord de la Fictive.",
            ),
            facts=(
                ("Édition de novembre 2026", "Chaque figure porte sa propre date."),
                ("10\u202f996 habitants en 2023", "Population municipale inventée."),
                ("Licence Ouverte 2.0", "Sources : Office inventé."),
            ),
        ),
        essentials=Essentials(
            headline="Une offre proche du niveau national, des naissances en recul",
            findings=(
                Finding(
                    headline="L’offre est comparable au niveau national",
                    anchor="offre",
                    text="61,5 places pour 100 enfants, contre 60,9 en France.",
                ),
                Finding(
                    headline="Les naissances ont diminué d’un tiers",
                    anchor="evolution-naissances",
                    text="87 par an en moyenne de 2023 à 2025.",
                ),
                Finding(
                    headline="Un niveau de vie plus bas",
                    anchor="",
                    text="19\u202f670 € par an, contre 25\u202f700 € dans la Fictive.",
                ),
            ),
            map=Choropleth(
                id=small.id,
                title="Niveau de vie médian, 2023",
                caption="En euros par an",
                unit="€",
                perimeter=EPCI,
                perimeter_level="epci",
                areas=small.areas,
                bounds=small.bounds,
                method=small.method,
                width="third",
                alt=small.alt,
                source="Office inventé, 2023.",
            ),
            figures=KeyFigures(id="essentiel", rows=rows, signs=("s",)),
            note="EPCI : communauté de communes du Val Fictif. La couleur désigne le territoire.",
        ),
        sections=sections,
        figures=dict(figures),
        territories={**places, OWN: own},
        origins={
            "essai": Origin(
                id="essai",
                producer="Office inventé",
                dataset="jeu_essai",
                title="Jeu d’essai",
                address="https://exemple.invalid/jeu",
                licence="Licence Ouverte 2.0",
                edition="2026-11",
                retrieved="2026-11-02",
                updated="2026-09-30",
            )
        },
        warnings=("Une série d’essai n’a pas été lue.",),
    )
