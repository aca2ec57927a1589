"""What the readers of all expression languages share: words, and operators by binding power."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Final, TypeAlias

from form_specs.imports.expressions.tree import Expr, Infix, Literal, Negative
from form_specs.imports.logic import Untranslatable
from form_specs.language import _, digits

LONGEST: Final = 4_000
DEEPEST: Final = 60

Operators: TypeAlias = Mapping[str, tuple[int, str]]
"""From how a language writes an operator to its binding power and its name in the tree."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word: its kind is that of the pattern's group, `end` for the last one."""

    kind: str
    text: str


def words_of(text: str, pattern: re.Pattern[str]) -> list[Word]:
    """The words of an expression; raises `Untranslatable` for a sign that has no meaning."""
    if len(text) > LONGEST:
        raise Untranslatable(
            _("the expression is longer than %(longest)s characters", longest=digits(LONGEST))
        )
    words, at = [], 0
    while at < len(text):
        match = pattern.match(text, at)
        if match is None or match.end() == at:
            raise Untranslatable(
                _(
                    "%(given)s at character %(number)s is not understood",
                    given=repr(text[at]),
                    number=at + 1,
                )
            )
        if match.lastgroup != "space":
            words.append(Word(str(match.lastgroup), match[0]))
        at = match.end()
    return [*words, Word("end", "")]


class Parser:
    """A walk over the words of one expression; languages add what may stand for a value."""

    operators: ClassVar[Operators]

    def __init__(self, words: list[Word]) -> None:
        self.words = words
        self.at = 0
        self.depth = 0

    @property
    def word(self) -> Word:
        return self.words[self.at]

    def ahead(self, distance: int = 1) -> Word:
        """A later word, or the end."""
        return self.words[min(self.at + distance, len(self.words) - 1)]

    def next(self) -> Word:
        """This word, past it."""
        found = self.word
        if found.kind == "end":
            raise self.unexpected()
        self.at += 1
        return found

    def skip(self, text: str) -> bool:
        """Past a sign, if it stands here."""
        if self.word.text != text or self.word.kind in ("text", "end"):
            return False
        self.at += 1
        return True

    def expect(self, text: str) -> None:
        if not self.skip(text):
            raise self.unexpected()

    def unexpected(self) -> Untranslatable:
        found = f"'{self.word.text}'" if self.word.kind != "end" else _("its end")
        return Untranslatable(
            _("%(found)s is not understood where it stands in the expression", found=found)
        )

    def whole(self) -> Expr:
        """The expression, of which nothing may be left."""
        if self.word.kind == "end":
            raise Untranslatable(_("the expression is empty"))
        found = self.expression()
        if self.word.kind != "end":
            raise self.unexpected()
        return found

    def expression(self, power: int = 0) -> Expr:
        """Operands joined by operators that bind at least as tight."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise Untranslatable(_("the expression is nested too deep"))
        left = self.prefix()
        while (found := self.operator()) and found[0] > power:
            left = self.joined(left, found)
        self.depth -= 1
        return left

    def operator(self) -> tuple[int, str] | None:
        """The operator that stands here, if any."""
        return None if self.word.kind == "text" else self.operators.get(self.word.text)

    def joined(self, left: Expr, found: tuple[int, str]) -> Expr:
        self.at += 1
        return Infix(found[1], left, self.expression(found[0]))

    def prefix(self) -> Expr:
        if self.skip("-"):
            part = self.expression(7)
            if isinstance(part, Literal) and isinstance(part.value, Decimal):
                return Literal(-part.value)
            return Negative(part)
        return self.value()

    def value(self) -> Expr:
        """A literal, a field, a call, or something in brackets."""
        raise NotImplementedError

    def listed(self, closing: str) -> tuple[Expr, ...]:
        """What stands between commas up to a closing bracket."""
        found: list[Expr] = []
        if self.skip(closing):
            return ()
        while True:
            found.append(self.expression())
            if self.skip(closing):
                return tuple(found)
            self.expect(",")


def read_with(parser: Callable[[list[Word]], Parser], pattern: re.Pattern[str], text: str) -> Expr:
    """The tree of a text; raises `Untranslatable`."""
    return parser(words_of(text, pattern)).whole()
