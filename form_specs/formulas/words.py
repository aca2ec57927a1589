"""From the text of a formula to its words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from form_specs.formulas.errors import FormulaError
from form_specs.language import _, marked

_WORD = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<number>[0-9]+(?:\.[0-9]+)?)
  | (?P<name>[^\W\d]\w*|`[^`\n]{1,200}`)
  | (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
  | (?P<sign>&&|\|\||==|!=|<=|>=|[-+*/%<>!?:()\[\],.])
    """,
    re.VERBOSE | re.DOTALL,
)
_INSTEAD = {
    "=": marked("Compare with =="),
    "&": marked("Write && for and"),
    "|": marked("Write || for or"),
    "^": marked("Multiply instead: there are no powers"),
    "{": marked("Braces belong to texts, not to formulas"),
    "}": marked("Braces belong to texts, not to formulas"),
    '"': marked("The text that starts here has no closing quote"),
    "'": marked("The text that starts here has no closing quote"),
    "`": marked("The name that starts here has no closing `"),
    "’": marked("Quote texts with ' or \""),
    "“": marked('Quote texts with "'),
    "$": marked("Write the key of the field alone"),
    "@": marked("Formulas read fields only"),
    ";": marked("Separate with a comma"),
}
_TAKE_OUT = marked("Take it out")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}
_ESCAPED = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Word:
    """One word: its kind (number, name, text, sign, end), what it says, where it stands."""

    kind: str
    text: str
    at: int

    @property
    def shown(self) -> str:
        """How a message names it."""
        return _("the end") if self.kind == "end" else f"'{self.text}'"


def words_of(text: str) -> list[Word]:
    """The words of a formula, an `end` last; raises `FormulaError` for what is none."""
    return list(_words(text))


def _words(text: str) -> Iterator[Word]:
    at = 0
    while at < len(text):
        match = _WORD.match(text, at)
        if match is None:
            raise FormulaError(
                at,
                _("%(given)s has no meaning here", given=repr(text[at])),
                _(_INSTEAD.get(text[at], _TAKE_OUT)),
            )
        kind, word = str(match.lastgroup), match[0]
        if kind == "number" and text[match.end() : match.end() + 1].isalpha():
            hint = _("Write numbers in digits, like 1250.50")
            raise FormulaError(
                at, _("'%(number)s' is no number", number=word + text[match.end()]), hint
            )
        if kind != "space":
            yield Word(kind, word.strip("`") if kind == "name" else word, at)
        at = match.end()
    yield Word("end", "", len(text))


def text_value(word: Word) -> str:
    """From a quoted text to what it says."""
    return _ESCAPED.sub(_unescaped, word.text[1:-1])


def _unescaped(match: re.Match[str]) -> str:
    sign = match[1]
    if len(sign) > 1:
        code = int(sign[1:], 16)
        return "\ufffd" if code == 0 or 0xD800 <= code < 0xE000 else chr(code)
    return _ESCAPES.get(sign, sign)
