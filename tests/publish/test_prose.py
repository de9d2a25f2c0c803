"""Text made HTML: Markdown, titles, anchors."""

from __future__ import annotations

import pytest

from diagnostic.publish import prose


def test_markdown_escapes_html_and_shows_no_image() -> None:
    """A text carries no tag of its own and asks for no file."""
    html = prose.markdown("<script>x</script> ![carte](https://exemple.invalid/a.png)", 3)

    assert "&lt;script&gt;" in html
    assert "<script" not in html
    assert "<img" not in html


def test_markdown_refuses_a_link_that_runs() -> None:
    """A javascript: address stays plain text."""
    assert "<a" not in prose.markdown("[x](javascript:alert(1))", 3)


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("# a\n\n### b\n\n# c", ["h3", "h4", "h3"]),
        ("#### a\n\n## b", ["h3", "h3"]),
        ("# a\n## b\n### c\n#### d\n##### e", ["h3", "h4", "h5", "h6", "h6"]),
    ],
)
def test_markdown_headings_start_where_told_and_never_skip(text: str, levels: list[str]) -> None:
    """Depths are renumbered from the level of the page, one step down at most."""
    html = str(prose.markdown(text, 3))

    assert levels == [tag[1:3] for tag in html.split("\n") if tag.startswith("<h")]


def test_markdown_links_hold_text_alone() -> None:
    """Emphasis and code inside a link are dropped, outside they stay."""
    html = prose.markdown("[un *mot* `code` **fort**](https://exemple.invalid) *dehors*", 3)

    assert ">un mot code fort</a> <em>dehors</em>" in html


def test_headline_keeps_short_words_and_names_whole() -> None:
    """« de » stays with the next word, a short name does not break at its hyphens."""
    html = prose.headline("La part de Vallon-le-Fictif & les autres", ("Vallon-le-Fictif",))

    assert (
        html
        == 'La\u00a0part <span class="name">de\u00a0Vallon-le-Fictif</span> &amp; les\u00a0autres'
    )


def test_headline_keeps_a_comma_with_its_name() -> None:
    """A name that moves to the next line as a block leaves neither « à » nor its comma behind."""
    html = prose.headline("À Vallon-le-Fictif, deux fois plus", ("Vallon-le-Fictif",))

    assert html == '<span class="name">À\u00a0Vallon-le-Fictif,</span> deux fois plus'


@pytest.mark.parametrize("name", ["span", "<b>", "", "x" * 40])
def test_headline_survives_hostile_names(name: str) -> None:
    """A name that looks like a tag is text; an empty or very long one is left to break."""
    html = str(prose.headline(f"Un span à {name} <i>", (name,)))

    assert "<b>" not in html
    assert "<i>" not in html


def test_balanced_fills_as_few_even_lines_as_it_takes() -> None:
    """Two lines of like lengths, none ending on a short word."""
    html = prose.balanced("Service public de la petite enfance", 150.0, 34.0)

    assert (
        html == '<span class="line">Service public</span> '
        '<span class="line">de\u00a0la\u00a0petite enfance</span>'
    )


def test_balanced_ends_when_a_word_is_wider_than_the_room() -> None:
    """A word too wide keeps its line; the work ends."""
    assert str(prose.balanced("A" * 80 + " fin", 50.0, 20.0)).count('class="line"') == 2


def test_balanced_escapes() -> None:
    """A title with a tag is text."""
    assert "&lt;b&gt;" in prose.balanced("<b>", 50.0, 20.0)


def test_markdown_keeps_above_and_below_on_one_line() -> None:
    """« au-dessous » is not cut at its hyphen; the address of a link is left alone."""
    html = prose.markdown("Au-dessus, [ou](https://a.fr/au-dessous) au-dessous.", 2)
    assert html.count('<span class="together">') == 2
    assert '<span class="together">au-dessous</span>.' in html
    assert 'href="https://a.fr/au-dessous"' in html
