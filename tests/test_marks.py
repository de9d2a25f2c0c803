"""marks: YAML read with places, scalars kept as text, hostile files refused in time."""

from __future__ import annotations

import pickle
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnostic import marks
from diagnostic.errors import Fault, SpecError
from diagnostic.marks import Entries, Items, Word


def only(source: bytes) -> Fault:
    """The one fault of a source."""
    _, faults = marks.parse(source)
    assert len(faults) == 1, faults
    return faults[0]


def entries(source: str) -> Entries:
    """The mapping that a faultless source holds."""
    tree, faults = marks.parse(source.encode())
    assert faults == []
    assert isinstance(tree, Entries)
    return tree


@pytest.mark.parametrize(
    "text", ["01001", "08001", "2A004", "no", "12:30:45", "1_000", "0x1F", "~"]
)
def test_a_scalar_stays_the_text_it_was(text: str) -> None:
    """A code or a word that YAML would convert is read as it is written."""
    assert marks.plain(entries(f"code: {text}")) == {"code": text}


def test_every_node_knows_its_line_and_column() -> None:
    """Keys, scalars, lists and mappings have the place where they begin, counted from 1."""
    tree = entries("é: 1\nliste:\n  - a\n  - {b: c}\n")
    key = list(tree.entries)[1]
    found = tree.entries[key]
    assert (key.line, key.column) == (2, 1)
    assert isinstance(found, Items)
    assert (found.line, found.column) == (3, 3)
    assert [(item.line, item.column) for item in found.items] == [(3, 5), (4, 5)]


def test_a_word_tells_whether_it_was_quoted() -> None:
    """`plain` separates null from "null"."""
    tree = entries("a: null\nb: 'null'\n")
    assert [word.plain for word in tree.entries.values() if isinstance(word, Word)] == [True, False]


def test_a_word_pickles_as_plain_text() -> None:
    """A word sent to another process is text and no more."""
    copy = pickle.loads(pickle.dumps(Word("a", 3, 4)))  # noqa: S301
    assert (copy, type(copy)) == ("a", str)


def test_plain_gives_lists_and_dictionaries() -> None:
    """The tree without places is text, lists and dictionaries."""
    assert marks.plain(entries("a: [1, {b: ''}]")) == {"a": ["1", {"b": ""}]}


def test_a_byte_order_mark_is_skipped() -> None:
    """A file saved with a BOM reads like one without."""
    assert marks.plain(entries("\ufeffa: b")) == {"a": "b"}


@pytest.mark.parametrize(
    ("source", "line", "column", "words"),
    [
        (b"", 1, 1, "vide"),
        (b"# rien\n", 1, 1, "vide"),
        (b"a: \xff", 1, 4, "UTF-8"),
        ("a: 1\nb: é".encode("latin-1"), 2, 4, "UTF-8"),
        ("a: b".encode("utf-16"), 1, 1, "UTF-8"),
        (b"a: 1\nb: \x00", 2, 4, "contrôle"),
        (b"\x89PNG\r\n\x1a\n", 1, 1, "UTF-8"),
        (b"a: &x 1", 1, 4, "ancre"),
        (b"a: *x", 1, 4, "alias"),
        (b"a: !!python/object:os.system x", 1, 4, "étiquette"),
        (b"a: !x [1]", 1, 4, "étiquette"),
        (b"a: &x [1]", 1, 4, "ancre"),
        (b"a: 1\nb: 2\na: 3", 3, 1, "ligne 1"),
        (b"? [1]\n: 2", 1, 3, "une clé est un mot"),
        (b"a\n---\nb", 2, 1, "un seul document"),
        (b"a: b: c", 1, 5, "deux-points"),
        (b"a: [1", 2, 1, "fermeture"),
        (b"a: 'x", 1, 6, "guillemets"),
        (b"a:\n\t- b", 2, 1, "indentez par des espaces"),
        (b"a: 1\n- b\n", 2, 1, "clé"),
        (b"# Note\n\n{a} est b\n", 3, 5, "nom: valeur"),
        (b"- a\nb: c", 2, 1, "tirets"),
        (b"a: 'x' y", 1, 8, "alignez les clés"),
        (b"%YAML 3.0\n---\na", 1, 1, "ne se lit pas"),
    ],
)
def test_a_file_that_is_not_a_plain_tree_is_refused_at_its_place(
    source: bytes, line: int, column: int, words: str
) -> None:
    """Each malformation is one fault, where it stands, told in French."""
    fault = only(source)
    assert (fault.line, fault.column) == (line, column)
    assert words in fault.message


def test_all_faults_of_form_are_told_at_once() -> None:
    """Anchors, aliases, tags and repeated keys of one file are all reported."""
    tree, faults = marks.parse(b"a: &x 1\nb: *x\nc: !t y\na: 2\n")
    assert [(f.line, f.column) for f in faults] == [(1, 4), (2, 4), (3, 4), (4, 1)]
    assert isinstance(tree, Entries)


def test_a_key_given_twice_keeps_its_first_value() -> None:
    """What the file said first is what is judged further."""
    tree, _ = marks.parse(b"a: 1\na: 2")
    assert tree is not None
    assert marks.plain(tree) == {"a": "1"}


def test_more_than_the_largest_size_is_refused() -> None:
    """One byte over the limit is refused, the limit itself is read."""
    assert "1\u00a0Mo" in only(b"#" * (marks.LARGEST + 1)).message
    assert "vide" in only(b"#" * marks.LARGEST).message


def test_depth_is_bounded() -> None:
    """Twenty levels are read, twenty-one are not."""
    tree, faults = marks.parse(b"[" * marks.DEEPEST + b"]" * marks.DEEPEST)
    assert faults == []
    assert tree is not None
    fault = only(b"[" * (marks.DEEPEST + 1) + b"]" * (marks.DEEPEST + 1))
    assert (fault.column, "niveaux" in fault.message) == (marks.DEEPEST + 1, True)


def test_the_number_of_nodes_is_bounded() -> None:
    """Ten thousand values are read, one more is not, aliases included."""
    tree, faults = marks.parse(b"- a\n" * (marks.MOST - 1))
    assert faults == []
    assert tree is not None
    assert "valeurs" in only(b"- a\n" * marks.MOST).message
    refused, many = marks.parse(b"- *a\n" * marks.MOST)
    assert refused is None
    assert "valeurs" in many[-1].message


@pytest.mark.parametrize(
    "source",
    [
        b"[" * 20_000,
        b"{a: " * 20_000,
        b"- " * 400_000,
        b"? " * 400_000,
        b"a\n" * 400_000,
        b"'" + b"x" * 900_000,
        b"- &a [*a,*a,*a]\n" * 50_000,
        b"k: v\n" * 190_000,
        b"{" * 900_000,
        (b"k" * 1100 + b"\n") * 800,
        b"\xef\xbb\xbf" * 300_000,
    ],
)
def test_a_hostile_file_is_answered_in_under_a_second(source: bytes) -> None:
    """Bombs, nesting and bulk end in time, without recursion."""
    before = time.process_time()
    marks.parse(source)
    assert time.process_time() - before < 1


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=60) | st.text("ab:-[]{}&*!|>'\"?#\n\t @%,01", max_size=60).map(str.encode)
)
def test_any_bytes_give_a_tree_or_faults(source: bytes) -> None:
    """No input raises; what has no tree has a fault inside the file."""
    tree, faults = marks.parse(source)
    assert tree is not None or faults
    assert all(fault.line >= 1 and fault.column >= 1 and fault.message for fault in faults)


def test_reading_a_good_file_gives_its_tree(tmp_path: Path) -> None:
    """`read` answers the tree."""
    path = tmp_path / "a.yaml"
    path.write_text("a: b", encoding="utf-8")
    assert marks.plain(marks.read(path)) == {"a": "b"}


def test_reading_a_bad_file_raises_all_its_faults(tmp_path: Path) -> None:
    """`read` raises one error that lists the faults with the file's name."""
    path = tmp_path / "a.yaml"
    path.write_text("a: *x\nb: *y\n", encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        marks.read(path)
    assert [f"{path}:1:4", f"{path}:2:4"] == [
        line.split(" : ")[0] for line in str(caught.value).splitlines()
    ]


@pytest.mark.parametrize("name", ["absent.yaml", ".", "a\0b", "x" * 5000])
def test_a_file_that_cannot_be_read_is_a_fault(tmp_path: Path, name: str) -> None:
    """A missing file, a folder, an impossible name: one fault, no traceback."""
    with pytest.raises(SpecError) as caught:
        marks.read(tmp_path / name)
    assert len(caught.value.faults) == 1


def test_the_parser_may_do_without_its_c_half(monkeypatch: pytest.MonkeyPatch) -> None:
    """The Python loader gives the same tree and the same places."""
    monkeypatch.setattr(marks, "_Loader", yaml.SafeLoader)
    assert marks.plain(entries("a: [01, b]")) == {"a": ["01", "b"]}
    assert (only(b"a: [1\nb: 2").line, only(b"a: *x").column) == (2, 4)


def test_a_parser_error_without_a_place_is_put_at_the_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An error of the YAML library that has no mark is still a fault of the file."""

    def fail(*_: object, **__: object) -> None:
        raise yaml.YAMLError("étrange")

    monkeypatch.setattr(marks.yaml, "parse", fail)
    fault = only(b"a")
    assert (fault.line, fault.column) == (1, 1)
    assert "étrange" not in fault.message
