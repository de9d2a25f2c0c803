"""Frozen values for the wording's tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from diagnostic.model import Figure, Origin


@pytest.fixture
def figure() -> Callable[..., Figure]:
    """A maker of figures: only what a test is about needs to be said."""

    def make(text: str = "30,0", value: float | None = 30.0, **facts: Any) -> Figure:
        known: dict[str, Any] = {
            "id": "f", "indicator": "i", "label": "Taux de pauvreté", "level": "commune",
            "code": "51649", "name": "Vitry-le-François", "period": "2023", "period_text": "2023",
            "unit": "%", "lower": value, "upper": value, "status": "exact", "show": "plain",
            "decimals": 1,
        }  # fmt: skip
        return Figure(text=text, value=value, **(known | facts))

    return make


@pytest.fixture
def origin() -> Callable[..., Origin]:
    """A maker of origins."""

    def make(producer: str = "Insee", title: str = "Filosofi 2023", **facts: str) -> Origin:
        known = {
            "id": f"{producer}-{title}", "dataset": "d", "address": "insee.fr",
            "licence": "Licence Ouverte 2.0", "edition": "2026-11", "retrieved": "2026-11",
        }  # fmt: skip
        return Origin(producer=producer, title=title, **(known | facts))

    return make
