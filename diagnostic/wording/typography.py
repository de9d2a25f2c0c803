"""The characters of French typography, and the rules that put them into texts typed by hand."""

from __future__ import annotations

import re

NBSP = "\u00a0"
THIN = "\u202f"
MINUS = "\u2212"
DASH = "–"

_GAP = f"[ {NBSP}{THIN}]"
_HELD = "\ue000"
_MONTHS = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
_LINK_WORDS = (
    "à|a|alors|au|aux|avec|car|ce|ces|contre|dans|de|des|dont|du|elle|en|entre|est|et|fois|il|ils"
    "|la|le|les|leur|mais|ne|ni|on|ont|or|ou|où|par|pour|puis|qu|que|quand|qui|sans|se|selon|ses"
    "|si|soit|son|sont|sous|sur|un|une|vers|y"
)
_SHORT_WORDS = (
    "à|au|aux|d|dans|de|des|du|en|entre|et|la|le|les|l|ne|ou|où|par|plus|pour|que|qui|se|son|sa"
    "|ses|sous|sur|un|une|y"
)

_NUMBER = rf"\d[\d{THIN}]*(?:,\d+)?(?:ᵉʳ|ʳᵉ|ᵉ)?"
_NOUN = rf"(?!(?:{_LINK_WORDS})\b)[a-zà-ÿœ]{{2,}}"

# What a rule must never touch: addresses, code, link targets, tags, fields, entities.
_PROTECTED = re.compile(
    r"""(?:https?://|www\.)[^\s<>«»]*[^\s<>«»;:!?.,)]
    | [\w.+-]+@[\w-]+\.[\w.-]*\w
    | `[^`\n]*`
    | \]\([^)\n]*\)
    | </?[a-zA-Z!][^>\n]*>
    | \{[{%\#]?[^{}\n]*[}%\#]?\}
    | &\#?\w+;
    | \ue000""",
    re.VERBOSE,
)

# Each rule once, in this order: characters first, then the spaces around them.
_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"\.{3}", "…"),
        (r'"([^"\n]*)"', rf"«{NBSP}\1{NBSP}»"),
        (rf"(?<=\w)'(?=[\w«{_HELD}])", "’"),
        (r"oe(?=u|il)", "œ"),
        (r"O[eE](?=u|il)", "Œ"),
        (r"\b1er\b", "1ᵉʳ"),
        (r"\b1(?:ère|re)\b", "1ʳᵉ"),
        (r"\b(\d+|[IVXLC]{2,})(?:ème|e)\b", r"\1ᵉ"),
        (r"\b((?:19|20)\d\d)-(?=(?:19|20)\d\d\b)", rf"\1{DASH}"),
        (r"(?<![^\s(«])-(?=\d)", MINUS),
        (rf"(?<![^\s(«])([+{MINUS}]){_GAP}(?=\d)", rf"\1{THIN}"),
        (rf"([≈±≤≥]){_GAP}?(?=\d)", rf"\1{NBSP}"),
        (
            rf"(?<![\d,.{THIN}])(\d{{1,3}})[ {NBSP}](?=\d{{3}}(?:{_GAP}\d{{3}})*(?!\d))",
            rf"\1{THIN}",
        ),
        (rf"(?<=\d{THIN}\d\d\d)[ {NBSP}](?=\d{{3}}(?!\d))", THIN),
        (rf"(?<=\d){_GAP}*(?=(?:%|‰|k€|M€|Md€|€))", NBSP),
        (rf"«{_GAP}*(?=\S)", f"«{NBSP}"),
        (rf"(?<=\S){_GAP}*»", f"{NBSP}»"),
        (rf"(?<=[^\s;!?(\[«“|]){_GAP}*([;!?])(?=[\s:;!?»”)\]*_{_HELD}]|$)", rf"{THIN}\1"),
        (rf"(?<=[^\s:|(\[\-«“]){_GAP}*:(?=[\s»*_{_HELD}]|$)", f"{NBSP}:"),
        (rf"\b([nN])°{_GAP}*(?=\w)", rf"\1°{NBSP}"),
        (r"\b(art\.|pp?\.|chap\.|[DLRA]\.|RP|BPE|COG|Filosofi|T[1-4]) (?=\d)", rf"\1{NBSP}"),
        (r"\b(art\.|MM?\.|Mmes?|Dr) (?=[A-ZÀ-Ý])", rf"\1{NBSP}"),
        (rf"\b({_MONTHS}|trimestre) (?=\d{{4}}\b)", rf"\1{NBSP}"),
        (
            rf"(?<![\w,.\-–])(?<!\d{THIN})(?!(?:19|20)\d\d )({_NUMBER}) (?={_NOUN})",
            rf"\1{NBSP}",
        ),
    )
)


def typeset(text: str) -> str:
    """`text` with the spaces, quotes, apostrophes and signs of French typography.

    Idempotent; right text is unchanged. Addresses, code spans, link targets, tags, `{fields}` and
    entities are left alone, and digits that are not already spaced (codes, years) stay as typed.
    """
    held: list[str] = []

    def hold(match: re.Match[str]) -> str:
        held.append(match.group())
        return _HELD

    text = _PROTECTED.sub(hold, text)
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    pieces = iter(held)
    return re.sub(_HELD, lambda _: next(pieces), text)


def bind(title: str) -> str:
    """`title` with its short words tied to the next one: no line ends on « de » or « à »."""
    return re.sub(rf"(?<![\w’])({_SHORT_WORDS}) (?=\S)", rf"\1{NBSP}", title, flags=re.IGNORECASE)


def nowrap(name: str) -> str:
    """`name` with its spaces made non-breaking; its hyphens stay (the page sets nowrap on them)."""
    return name.replace(" ", NBSP)
