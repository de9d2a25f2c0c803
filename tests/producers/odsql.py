"""ODSQL, as much of it as programs write: select, where, group_by, order_by → SQL of DuckDB."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

Fields = Mapping[str, str]  # name → type: int double text date bool
_NUMBERS = frozenset({"int", "double"})
_TOKEN = re.compile(
    r"""\s*(?:
      (?P<date>date'[^']*')
    | (?P<string>'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")
    | (?P<number>\d+(?:\.\d+)?(?!\w))
    | (?P<name>[^\W\d]\w*|`[^`]+`)
    | (?P<sign>>=|<=|!=|\.\.|[=<>()\[\],:*+/-])
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_KEYWORDS = frozenset(
    {
        "and", "as", "asc", "avg", "by", "count", "date_format", "day", "dayofweek", "desc",
        "distinct", "equi", "false", "group", "hour", "ifnull", "in", "is", "limit", "lower",
        "max", "millisecond", "min", "minute", "month", "not", "null", "or", "quarter", "range",
        "search", "second", "select", "sum", "top", "true", "upper", "where", "year",
    }
)  # fmt: skip
_AGGREGATES = {"sum": "sum", "avg": "avg", "min": "min", "max": "max", "median": "median"}
_PARTS = frozenset({"year", "month", "day", "quarter"})


class SyntaxFault(Exception):  # noqa: N818
    """What cannot be read (ODSQLSyntaxError)."""


class QueryFault(Exception):  # noqa: N818
    """What can be read and means nothing here (ODSQLError)."""


@dataclass(frozen=True)
class Term:
    """A piece of SQL and the type of its value."""

    sql: str
    type: str
    label: str = ""
    aggregate: bool = False


def quote(name: str) -> str:
    """A name as SQL takes it."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """A text as SQL takes it."""
    return "'" + value.replace("'", "''") + "'"


class Reader:
    """One clause, read from left to right."""

    def __init__(self, clause: str, words: str, fields: Fields) -> None:
        """Raises SyntaxFault at a character that begins nothing."""
        self._clause, self._words, self._fields = clause, words, fields
        self._tokens: list[tuple[str, str]] = []
        at = 0
        while words[at:].strip():
            found = _TOKEN.match(words, at)
            if not found:
                raise SyntaxFault(self._wrong(words[at:].strip()[0], at))
            kind = str(found.lastgroup)
            self._tokens.append((kind, found[kind]))
            at = found.end()
        self._at = 0

    def _wrong(self, token: str, at: int) -> str:
        return (
            f"ODSQL syntax exception: unexpected {token} at position {at} in {self._words}."
            f" Clause(s) containing the error(s): {self._clause}."
        )

    def _malformed(self, what: str) -> QueryFault:
        return QueryFault(
            f"ODSQL query is malformed: {what} Clause(s) containing the error(s): {self._clause}."
        )

    def _next(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("end", "")

    def _is(self, *words: str) -> bool:
        kind, word = self._next()
        return kind in ("name", "sign") and word.lower() in words

    def _take(self, *words: str) -> bool:
        if self._is(*words):
            self._at += 1
            return True
        return False

    def _need(self, word: str) -> None:
        if not self._take(word):
            raise SyntaxFault(self._wrong(self._next()[1] or "end", self._at))

    def _end(self) -> None:
        if self._next()[0] != "end":
            raise SyntaxFault(self._wrong(self._next()[1], self._at))

    def condition(self) -> str:
        """A where clause."""
        sql = self._either()
        self._end()
        return sql

    def _either(self) -> str:
        parts = [self._both()]
        while self._take("or"):
            parts.append(self._both())
        return f"({' OR '.join(parts)})"

    def _both(self) -> str:
        parts = [self._single()]
        while self._take("and"):
            parts.append(self._single())
        return f"({' AND '.join(parts)})"

    def _single(self) -> str:
        if self._take("not"):
            return f"(NOT {self._single()})"
        kind, word = self._next()
        if kind == "sign" and word == "(":
            held = self._at
            self._at += 1
            try:
                sql = self._either()
                self._need(")")
            except SyntaxFault:
                self._at = held
            else:
                return sql
        if kind == "string" and not self._in_follows():
            self._at += 1
            return self._full_text(_unquoted(word))
        if kind == "name" and word.lower() in ("search", "startswith", "suggest"):
            return self._searched(word.lower())
        return self._compared()

    def _in_follows(self) -> bool:
        following = self._tokens[self._at + 1 : self._at + 2]
        return bool(following) and following[0][1].lower() == "in"

    def _full_text(self, words: str) -> str:
        names = [quote(name) for name, kind in self._fields.items() if kind == "text"]
        tests = [
            f"coalesce(contains(lower({name}), {text(words.lower())}), false)" for name in names
        ]
        return f"({' OR '.join(tests) or 'false'})"

    def _searched(self, function: str) -> str:
        self._at += 1
        self._need("(")
        terms = [self._sum()]
        while self._take(","):
            terms.append(self._sum())
        self._need(")")
        if len(terms) == 1:
            return self._full_text(terms[0].label)
        field, words = terms[0].sql, terms[-1].label
        if function == "startswith":
            return f"coalesce(starts_with({field}, {text(words)}), false)"
        return f"coalesce(contains(lower({field}), {text(words.lower())}), false)"

    def _compared(self) -> str:
        left = self._sum()
        if self._take("is"):
            negated = self._take("not")
            self._need("null")
            return f"({left.sql} IS {'NOT ' if negated else ''}NULL)"
        if self._take("in"):
            return self._within(left)
        kind, sign = self._next()
        if kind == "sign" and sign in ("=", "!=", ">", "<", ">=", "<=", ":"):
            self._at += 1
            right = self._sum()
            self._alike(left, right)
            sign = "=" if sign == ":" else sign
            return f"coalesce({left.sql} {sign} {right.sql}, false)"
        raise SyntaxFault(self._wrong(sign or "end", self._at))

    def _within(self, left: Term) -> str:
        if self._is("[", "]"):
            opened = self._next()[1] == "["
            self._at += 1
            low = self._sum()
            self._need("..")
            high = self._sum()
            closed = self._is("]")
            self._at += 1
            self._alike(left, low)
            return (
                f"coalesce({left.sql} {'>=' if opened else '>'} {low.sql}"
                f" AND {left.sql} {'<=' if closed else '<'} {high.sql}, false)"
            )
        self._need("(")
        values = [self._sum()]
        while self._take(","):
            values.append(self._sum())
        self._need(")")
        for value in values:
            self._alike(left, value)
        return f"coalesce({left.sql} IN ({', '.join(value.sql for value in values)}), false)"

    def _alike(self, left: Term, right: Term) -> None:
        one, other = ("number" if t.type in _NUMBERS else t.type for t in (left, right))
        if "null" not in (one, other) and one != other:
            raise self._malformed(f"{left.label or left.sql} is not of type {other}.")

    def _sum(self) -> Term:
        term = self._product()
        while self._is("+", "-"):
            term = self._reckoned(term, self._product)
        return term

    def _product(self) -> Term:
        term = self._value()
        while self._is("*", "/"):
            term = self._reckoned(term, self._value)
        return term

    def _reckoned(self, left: Term, following: object) -> Term:
        sign = self._next()[1]
        self._at += 1
        right = following()  # type: ignore[operator]
        divisor = f"nullif({right.sql}, 0)" if sign == "/" else right.sql
        return Term(f"({left.sql} {sign} {divisor})", "double", aggregate=left.aggregate)

    def _value(self) -> Term:
        kind, word = self._next()
        self._at += 1
        if kind == "string":
            return Term(text(_unquoted(word)), "text", _unquoted(word))
        if kind == "number":
            return Term(word, "double" if "." in word else "int", word)
        if kind == "date":
            return Term(f"DATE {text(word[5:-1].replace('/', '-'))}", "date", word)
        if kind == "sign" and word == "(":
            term = self._sum()
            self._need(")")
            return term
        if kind == "name":
            return self._named(word)
        raise SyntaxFault(self._wrong(word or "end", self._at - 1))

    def _named(self, word: str) -> Term:
        bare = word.strip("`")
        if self._is("(") and not word.startswith("`"):
            return self._called(bare.lower())
        if not word.startswith("`") and bare.lower() in ("true", "false", "null"):
            return Term(bare, "null" if bare.lower() == "null" else "bool")
        if not word.startswith("`") and bare.lower() in _KEYWORDS:
            raise SyntaxFault(self._wrong(word, self._at - 1))
        if bare not in self._fields:
            raise self._malformed(f"Unknown field: {bare}.")
        return Term(quote(bare), self._fields[bare], bare)

    def _called(self, function: str) -> Term:
        self._need("(")
        if function == "count":
            inside = "*" if self._take("*") or self._is(")") else self._counted()
            self._need(")")
            return Term(f"count({inside})", "int", "count(*)", aggregate=True)
        if function not in {*_AGGREGATES, *_PARTS, "ifnull", "lower", "upper"}:
            raise self._malformed(f"{function}()")
        terms = [self._sum()]
        while self._take(","):
            terms.append(self._sum())
        self._need(")")
        inside = ", ".join(term.sql for term in terms)
        label = f"{function}({', '.join(term.label for term in terms)})"
        if function in _AGGREGATES:
            if terms[0].type == "text" and function not in ("min", "max"):
                raise self._malformed(f"{label}")
            kind = terms[0].type if function in ("sum", "min", "max") else "double"
            sql = f"{function}({inside})"
            return Term(f"CAST({sql} AS BIGINT)" if kind == "int" else sql, kind, label, True)
        if function == "ifnull":
            return Term(f"coalesce({inside})", terms[0].type, label)
        return Term(f"{function}({inside})", "int" if function in _PARTS else "text", label)

    def _counted(self) -> str:
        if self._take("distinct"):
            return f"DISTINCT {self._sum().sql}"
        return self._sum().sql

    def selection(self) -> list[tuple[Term, str]]:
        """A select clause: terms and the names that they have in the answer."""
        found = self._selected()
        while self._take(","):
            found += self._selected()
        self._end()
        return found

    def _selected(self) -> list[tuple[Term, str]]:
        if self._take("*"):
            return [(Term(quote(n), kind, n), n) for n, kind in self._fields.items()]
        term = self._sum()
        if self._take("as"):
            kind, word = self._next()
            if kind not in ("name", "string"):
                raise SyntaxFault(self._wrong(word, self._at))
            self._at += 1
            return [(term, word.strip("`'\""))]
        return [(term, term.label)]

    def groups(self) -> list[tuple[Term, str]]:
        """A group_by clause."""
        return self.selection()

    def ordering(self, known: Fields = {}) -> str:  # noqa: B006
        """An order_by clause; `known` are the names that the select gave. Nulls come last."""
        self._fields = {**self._fields, **known}
        parts = []
        while True:
            term = self._sum()
            downwards = "DESC" if self._take("desc") else "ASC"
            self._take("asc")
            parts.append(f"{term.sql} {downwards} NULLS LAST")
            if not self._take(","):
                self._end()
                return ", ".join(parts)


def _unquoted(word: str) -> str:
    return re.sub(r"\\(.)", r"\1", word[1:-1])
