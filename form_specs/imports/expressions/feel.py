"""Reading FEEL as Camunda's forms write it: `amount > 100 and list contains(tags, "vip")`."""

import re
from decimal import Decimal
from typing import Final

from form_specs.imports.expressions.parsing import Operators, Parser, Word, read_with
from form_specs.imports.expressions.tree import (
    Call,
    Choose,
    Expr,
    Infix,
    Items,
    Literal,
    Quantified,
    Range,
    Ref,
)
from form_specs.imports.logic import Untranslatable
from form_specs.language import _

_WORDS: Final = re.compile(
    r"""
    (?P<space>\s+|//[^\n]*|/\*.*?\*/)
  | (?P<number>[0-9]+(?:\.[0-9]+)?|\.[0-9]+)
  | (?P<date>@"[^"]*")
  | (?P<text>"(?:[^"\\]|\\.)*")
  | (?P<name>[^\W\d]\w*(?:\s+(?:contains|length|case|with|before|after|of|time|defined|values|or\s+else)(?=\s*\())?)
  | (?P<sign>!=|<=|>=|\*\*|\.\.|[-+*/=<>()\[\],.{}:?])
    """,
    re.VERBOSE | re.DOTALL,
)
_OPERATORS: Final[Operators] = {
    "or": (1, "||"),
    "and": (2, "&&"),
    "=": (3, "=="),
    "!=": (3, "!="),
    "<": (3, "<"),
    "<=": (3, "<="),
    ">": (3, ">"),
    ">=": (3, ">="),
    "in": (3, "in"),
    "between": (3, "between"),
    "+": (5, "+"),
    "-": (5, "-"),
    "*": (6, "*"),
    "/": (6, "/"),
}
_CONSTANTS: Final = {"true": True, "false": False, "null": None}
_WORDS_WITHOUT_MEANING: Final = frozenset(
    {"for", "return", "function", "instance", "else", "then", "satisfies"}
)


def read(text: str) -> Expr:
    """The tree of an expression, with or without the `=` before it; raises `Untranslatable`."""
    return read_with(_Feel, _WORDS, text.strip().removeprefix("="))


class _Feel(Parser):
    operators = _OPERATORS

    def joined(self, left: Expr, found: tuple[int, str]) -> Expr:
        if found[1] == "between":
            self.at += 1
            low = self.expression(found[0])
            self.expect("and")
            return Infix("in", left, Range(low, self.expression(found[0])))
        if found[1] == "in":
            self.at += 1
            return Infix("in", left, self.membership())
        return super().joined(left, found)

    def membership(self) -> Expr:
        """What stands behind `in`: a range, or values in brackets of either kind."""
        if self.word.text in ("(", "[", "]"):
            opening = self.next().text
            low = self.expression()
            if self.skip(".."):
                high = self.expression()
                closing = self.next().text
                return Range(low, high, opening == "[", closing == "]")
            items = [low]
            while self.skip(","):
                items.append(self.expression())
            self.next()
            return Items(tuple(items))
        return self.expression(3)

    def value(self) -> Expr:
        word = self.next()
        match word.kind:
            case "number":
                return Literal(Decimal(word.text))
            case "text":
                return Literal(_unescaped(word.text[1:-1]))
            case "date":
                return Call("date", (Literal(word.text[2:-1]),))
            case "name":
                return self.named(word)
        return self.bracketed(word)

    def bracketed(self, word: Word) -> Expr:
        """What stands in brackets of any kind."""
        if word.text == "(":
            inner = self.expression()
            self.expect(")")
            return inner
        if word.text == "[":
            return Items(self.listed("]"))
        if word.text == "{":
            return Call("{}", self.entries())
        self.at -= 1
        raise self.unexpected()

    def entries(self) -> tuple[Expr, ...]:
        """An object written out: its names and values by turns."""
        found: list[Expr] = []
        while not self.skip("}"):
            name = self.next()
            if name.kind not in ("name", "text"):
                raise self.unexpected()
            self.expect(":")
            found += [Literal(name.text.strip('"')), self.expression()]
            self.skip(",")
        return tuple(found)

    def named(self, word: Word) -> Expr:
        """A constant, a choice, a test of rows, a call or a field."""
        name = " ".join(word.text.split())
        if name in _CONSTANTS:
            return Literal(_CONSTANTS[name])
        if name == "if":
            return self.choice()
        if name in ("some", "every") and self.word.kind == "name":
            return self.quantified(name)
        if name in _WORDS_WITHOUT_MEANING:
            raise Untranslatable(f"'{name}'")
        if self.skip("("):
            return Call(name, self.listed(")"))
        return self.path(name)

    def choice(self) -> Expr:
        test = self.expression()
        self.expect("then")
        then = self.expression()
        self.expect("else")
        return Choose(test, then, self.expression())

    def quantified(self, kind: str) -> Expr:
        name = self.next().text
        self.expect("in")
        rows = self.expression(3)
        self.expect("satisfies")
        return Quantified(kind, name, rows, self.expression())

    def path(self, name: str) -> Expr:
        steps = [name]
        while self.word.text == "." and self.ahead().kind == "name":
            self.at += 1
            steps.append(self.next().text)
        if steps[0] == "this" and len(steps) > 1:
            steps = steps[1:]
        if self.word.text == "[":
            raise Untranslatable(_("a selection from the list '%(name)s'", name=name))
        return Ref(tuple(steps))


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda match: {"n": "\n", "t": "\t"}.get(match[1], match[1]), text)
