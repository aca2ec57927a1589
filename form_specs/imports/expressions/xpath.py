"""Reading XPath as XLSForm writes it: `${age} >= 18 and selected(${pets}, 'cat')`."""

import re
from decimal import Decimal
from typing import Final

from form_specs.imports.expressions.parsing import Operators, Parser, read_with
from form_specs.imports.expressions.tree import Call, Choose, Expr, Literal, Ref, Self
from form_specs.imports.logic import Untranslatable
from form_specs.language import _

WORDS: Final = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<field>\$\{\s*[^}]*?\s*\})
  | (?P<number>[0-9]+(?:\.[0-9]*)?|\.[0-9]+)
  | (?P<text>'[^']*'|"[^"]*"|\u2018[^\u2019]*\u2019|\u201c[^\u201d]*\u201d)
  | (?P<name>[^\W\d][\w.-]*(?::[^\W\d][\w.-]*)?)
  | (?P<sign>!=|<=|>=|//|\.\.|[-+*/=<>()\[\],.|@])
    """,
    re.VERBOSE,
)
_OPERATORS: Final[Operators] = {
    "or": (1, "||"),
    "and": (2, "&&"),
    "=": (3, "=="),
    "!=": (3, "!="),
    "<": (4, "<"),
    "<=": (4, "<="),
    ">": (4, ">"),
    ">=": (4, ">="),
    "+": (5, "+"),
    "-": (5, "-"),
    "*": (6, "*"),
    "div": (6, "/"),
    "mod": (6, "%"),
}
_CONSTANTS: Final = {"true": True, "false": False}


def read(text: str) -> Expr:
    """The tree of an expression; raises `Untranslatable`."""
    return read_with(XPath, WORDS, text)


class XPath(Parser):
    """A walk over the words of one expression."""

    operators = _OPERATORS

    def value(self) -> Expr:
        word = self.next()
        if word.kind == "number":
            return Literal(Decimal(word.text))
        if word.kind == "text":
            return Literal(word.text[1:-1])
        if word.kind == "field":
            return _field(word.text)
        if word.kind == "name" and self.skip("("):
            return _call(word.text, self.listed(")"))
        if word.text == "." and self.word.text not in ("/", "//"):
            return Self()
        if word.text == "(":
            inner = self.expression()
            self.expect(")")
            return inner
        self.at -= 1
        if word.kind == "name" or word.text in ("/", "//", "..", ".", "@", "*"):
            raise Untranslatable(_("a path through the form (at '%(given)s')", given=word.text))
        raise self.unexpected()


def _field(text: str) -> Ref:
    name = text[2:-1].strip()
    if "#" in name:
        raise Untranslatable(_("the value of an earlier record (${%(name)s})", name=name))
    return Ref((name,))


def _call(name: str, args: tuple[Expr, ...]) -> Expr:
    if name in _CONSTANTS and not args:
        return Literal(_CONSTANTS[name])
    if name in ("if", "iif") and len(args) == 3:
        return Choose(*args)
    return Call(name, args)
