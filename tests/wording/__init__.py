"""Tests of the wording room. In expected texts ~ is U+00A0 and ^ is U+202F."""


def typed(text: str) -> str:
    """`text` with its non-breaking spaces."""
    return text.replace("~", "\u00a0").replace("^", "\u202f")
