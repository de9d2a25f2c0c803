"""The matrix as a text for the screen and as the page docs/live.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from diagnostic import __version__
from diagnostic.wording import numbers, typography
from live.lines import RIGHT, UNSEEN, WRONG, Line

_HEAD = """# Les producteurs, vérifiés en ligne

Écrit par `make live`, qui remplace cette page par ses résultats. Chaque ligne confronte ce que le
catalogue croit d’un jeu à ce que son producteur répond. ✗ n’est pas toujours une faute : une
valeur a pu être révisée depuis qu’elle a été relevée ; la colonne « d’après » dit où.
"""


def text(found: Sequence[Line]) -> str:
    """A line a check, for the screen."""
    return "\n".join(
        typography.typeset(
            f"{one.mark:2} {one.producer} | {one.dataset} | {one.check} | {one.found}"
        )
        for one in found
    )


def summary(found: Iterable[Line]) -> str:
    """How many checks have each mark."""
    marks = Counter(one.mark for one in found)
    parts = [f"{numbers.number(marks[mark])} {mark}" for mark in (RIGHT, WRONG, UNSEEN)]
    return ", ".join(parts)


def page(found: Sequence[Line], today: str) -> str:
    """docs/live.md: the date, the count, the table."""
    rows = [
        "| producteur | jeu | contrôle | résultat | constat | d’après |",
        "|---|---|---|---|---|---|",
        *(_row(one) for one in found),
    ]
    told = typography.typeset(
        f"Dernière exécution : {today}, version {__version__} ; {summary(found)}."
    )
    return "\n".join([_HEAD, told, "", *rows, ""])


def _row(one: Line) -> str:
    dataset = f"`{one.dataset}`" if one.dataset else ""
    cells = [one.producer, dataset, one.check, one.mark, one.found, one.source]
    return f"| {' | '.join(typography.typeset(cell).replace('|', '/') for cell in cells)} |"
