"""Text made HTML: CommonMark without raw HTML, titles that break well."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

from diagnostic.draw import letters
from diagnostic.wording import typography

_WHOLE = re.compile(r"\bau-dess(?:us|ous)\b(?![^<]*>)", re.IGNORECASE)  # in text, not in a tag
_DEEPEST = 6
_SEMIBOLD = 600
_STEP = 0.1
_LONGEST_NAME = 30


@cache
def _commonmark() -> MarkdownIt:
    """CommonMark with tables; no raw HTML, and no image: a text reaches no other file.

    A link leads to the web or into the page: one to a file would show where the program lives.
    """
    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    parser.validateLink = _leads_away  # type: ignore[method-assign,assignment] # the documented hook
    return parser


def _leads_away(address: str) -> bool:
    return address.lower().startswith(("https://", "http://", "mailto:", "#"))


def markdown(text: str, top: int) -> Markup:
    """`text` as HTML whose headings start at level `top` and never skip one.

    « Au-dessous » is not cut at its hyphen.
    """
    parser = _commonmark()
    tokens = parser.parse(text)
    _shift(tokens, top)
    for token in tokens:
        token.children = _plain_links(token.children or [])
    html = parser.renderer.render(tokens, parser.options, {})
    return Markup(_WHOLE.sub(r'<span class="together">\g<0></span>', html))  # noqa: S704 # escaped by markdown-it


def _shift(tokens: list[Token], top: int) -> None:
    """Renumber the headings in place: the depths in use, from `top`, one step down at most."""
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    depths = sorted({token.tag for token in headings})
    previous = top - 1
    for token in headings:
        if token.type == "heading_open":
            previous = min(top + depths.index(token.tag), previous + 1, _DEEPEST)
        token.tag = f"h{previous}"


def _plain_links(children: list[Token]) -> list[Token]:
    """`children` without emphasis inside links: PDF/UA wants a link to hold text alone."""
    kept: list[Token] = []
    inside = False
    for token in children:
        inside = (inside or token.type == "link_open") and token.type != "link_close"
        if inside and token.type in ("strong_open", "strong_close", "em_open", "em_close"):
            continue
        if inside and token.type == "code_inline":
            token = Token("text", "", 0, content=token.content)  # noqa: PLW2901 # replaced on purpose
        kept.append(token)
    return kept


def headline(text: str, names: Iterable[str]) -> Markup:
    """`text` for a title: no line ends on a short word, no line breaks inside a short name.

    What is tied to a name (« à », a comma) stays with it.
    """
    tied = typography.bind(text)
    kept = [typography.bind(name) for name in names if 0 < len(name) <= _LONGEST_NAME]
    if not kept:
        return escape(tied)
    longest_first = sorted(map(re.escape, kept), key=len, reverse=True)
    pieces = re.split(f"([^ ]*(?:{'|'.join(longest_first)})[^ ]*)", tied)
    return Markup("").join(
        Markup('<span class="name">{}</span>').format(piece) if number % 2 else escape(piece)
        for number, piece in enumerate(pieces)
    )


def balanced(text: str, room: float, size: float) -> Markup:
    """`text` for a printed title: as few lines of `room` mm as it takes, of even lengths.

    `size` is in points, the weight semibold. Short words stay with the next one.
    """
    words = typography.bind(text).split(" ")
    lines = _fill(words, room, size)
    narrower = _fill(words, _widest(lines, size) - _STEP, size)
    while len(narrower) == len(lines) and _widest(narrower, size) < _widest(lines, size):
        lines, narrower = narrower, _fill(words, _widest(narrower, size) - _STEP, size)
    return Markup(" ").join(Markup('<span class="line">{}</span>').format(one) for one in lines)


def _widest(lines: list[str], size: float) -> float:
    return max(letters.width(line, size, _SEMIBOLD) for line in lines)


def _fill(words: list[str], room: float, size: float) -> list[str]:
    """`words` in lines of at most `room` mm; a wider word has a line to itself."""
    lines = [words[0]]
    for word in words[1:]:
        longer = f"{lines[-1]} {word}"
        if letters.width(longer, size, _SEMIBOLD) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
