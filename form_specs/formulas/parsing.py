"""From words to a tree: operator precedence by binding powers, limits counted on the way."""

from decimal import Decimal

from form_specs.formulas.errors import FormulaError
from form_specs.formulas.tree import (
    Call,
    Conditional,
    EachItem,
    Index,
    Infix,
    Items,
    Literal,
    Member,
    Name,
    Node,
    Prefix,
)
from form_specs.formulas.types import BOOLEAN, NUMBER, TEXT
from form_specs.formulas.words import Word, text_value, words_of
from form_specs.language import _, digits

MAX_CHARACTERS = 2_000
MAX_NODES = 200
MAX_NESTING = 16
MAX_DIGITS = 28

MACROS = ("map", "filter", "exists", "all")
"""What is done with each item of a list, written behind it."""

_CONDITIONAL = 1
_BINDING = {
    "||": 2,
    "&&": 3,
    **dict.fromkeys(("==", "!=", "<", "<=", ">", ">=", "in"), 4),
    **dict.fromkeys(("+", "-"), 5),
    **dict.fromkeys(("*", "/", "%"), 6),
}
_PREFIX = 7
_COMPARISONS = 4
_WORDS = {"and": "&&", "or": "||", "not": "!", "if": "? :", "is": "=="}


def parse(text: str) -> tuple[Node, int]:
    """The tree of a formula and the number of its nodes; raises `FormulaError`."""
    if len(text) > MAX_CHARACTERS:
        message = _(
            "a formula has at most %(most)s characters; this has %(size)s",
            most=digits(MAX_CHARACTERS),
            size=digits(len(text)),
        )
        raise FormulaError(MAX_CHARACTERS, message, _("Split it over several computed fields"))
    parser = _Parser(words_of(text))
    if parser.word.kind == "end":
        raise FormulaError(0, _("the formula is empty"), _("Write something like amount * 2"))
    node = parser.expression(0)
    if parser.word.kind != "end":
        raise parser.unexpected(parser.word)
    return node, parser.nodes


class _Parser:
    """One walk over the words of one formula."""

    def __init__(self, words: list[Word]) -> None:
        self.words = words
        self.place = 0
        self.nodes = 0
        self.depth = 0

    @property
    def word(self) -> Word:
        return self.words[self.place]

    def taken(self) -> Word:
        word = self.word
        self.place = min(self.place + 1, len(self.words) - 1)
        return word

    def taken_if(self, sign: str) -> bool:
        found = self.word.kind == "sign" and self.word.text == sign
        if found:
            self.taken()
        return found

    def need(self, sign: str, why: str) -> Word:
        word = self.word
        if not self.taken_if(sign):
            raise FormulaError(
                word.at,
                _("'%(sign)s' is missing before %(shown)s", sign=sign, shown=word.shown),
                why,
            )
        return word

    def unexpected(self, word: Word) -> FormulaError:
        if word.kind == "end":
            hint = _("Go on with a field, a number or a text, or take the last sign out")
            return FormulaError(word.at, _("something is missing"), hint)
        if word.kind == "name" and word.text in _WORDS:
            hint = _("Write %(sign)s instead of '%(word)s'", sign=_WORDS[word.text], word=word.text)
        else:
            hint = _("An operator such as + or a comma is missing before it, or it is one too many")
        return FormulaError(word.at, _("%(shown)s cannot stand here", shown=word.shown), hint)

    def counted(self, node: Node) -> Node:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            message = _("a formula has at most %(most)s parts", most=MAX_NODES)
            raise FormulaError(node.at, message, _("Split it over several computed fields"))
        return node

    # -- expressions --------------------------------------------------------------------

    def expression(self, binding: int) -> Node:
        """An expression whose operators bind tighter than `binding`."""
        self.depth += 1
        if self.depth > MAX_NESTING:
            message = _("a formula nests at most %(most)s deep", most=MAX_NESTING)
            raise FormulaError(self.word.at, message, _("Split it over several computed fields"))
        left = self.operand()
        while (power := self.power()) > binding:
            left = self.conditional(left) if power == _CONDITIONAL else self.infix(left, power)
        self.depth -= 1
        return left

    def power(self) -> int:
        """How tight the operator at the current word binds; 0 where there is none."""
        word = self.word
        if word.kind == "sign" or word.text == "in":
            return _CONDITIONAL if word.text == "?" else _BINDING.get(word.text, 0)
        return 0

    def infix(self, left: Node, power: int) -> Node:
        op = self.taken()
        right = self.expression(power)
        if power == _COMPARISONS and self.power() == _COMPARISONS:
            hint = _("Join two comparisons with &&, as in 1 < a && a < 5")
            raise FormulaError(self.word.at, _("comparisons cannot follow one another"), hint)
        return self.counted(Infix(op.at, op.text, left, right))

    def conditional(self, test: Node) -> Node:
        at = self.taken().at
        yes = self.expression(0)
        self.need(":", _("A choice is written test ? one : other"))
        no = self.expression(0)
        return self.counted(Conditional(at, test, yes, no))

    def operand(self) -> Node:
        word = self.word
        if word.kind == "sign" and word.text in ("!", "-"):
            self.taken()
            return self.counted(Prefix(word.at, word.text, self.expression(_PREFIX)))
        return self.followed(self.primary())

    def primary(self) -> Node:
        word = self.taken()
        match word.kind, word.text:
            case "number", text:
                return self.counted(Literal(word.at, NUMBER, _number(word.at, text)))
            case "text", _:
                return self.counted(Literal(word.at, TEXT, text_value(word)))
            case "sign", "(":
                inner = self.expression(0)
                self.need(
                    ")", _("The bracket at character %(number)s is still open", number=word.at + 1)
                )
                return inner
            case "sign", "[":
                return self.counted(Items(word.at, self.listed("]")))
            case "name", _:
                return self.named(word)
            case _:
                raise self.unexpected(word)

    def named(self, word: Word) -> Node:
        if word.text in ("true", "false"):
            return self.counted(Literal(word.at, BOOLEAN, word.text == "true"))
        if word.text == "null":
            hint = _("Ask empty(field), or give another value with coalesce(field, other)")
            raise FormulaError(word.at, _("there is no null in formulas"), hint)
        if self.taken_if("("):
            return self.counted(Call(word.at, word.text, self.listed(")")))
        return self.counted(Name(word.at, word.text))

    def listed(self, closing: str) -> tuple[Node, ...]:
        """Expressions separated by commas, up to the closing sign."""
        if self.taken_if(closing):
            return ()
        found = [self.expression(0)]
        while self.taken_if(","):
            found.append(self.expression(0))
        self.need(closing, _("Separate values with commas and close the bracket"))
        return tuple(found)

    def followed(self, node: Node) -> Node:
        """What stands behind an operand: members, indexes, what is done with each item."""
        for _step in range(MAX_NESTING):
            if self.taken_if("["):
                index = self.expression(0)
                self.need("]", _("An index is written list[0]"))
                node = self.counted(Index(node.at, node, index))
            elif self.taken_if("."):
                node = self.member(node)
            else:
                return node
        raise FormulaError(
            self.word.at, _("at most %(most)s steps lead into a value", most=MAX_NESTING)
        )

    def member(self, node: Node) -> Node:
        word = self.taken()
        if word.kind != "name":
            hint = _("Quote a key that is no plain word with `, as in `first-name`")
            raise FormulaError(
                word.at, _("a name is missing before %(shown)s", shown=word.shown), hint
            )
        if not (self.word.kind == "sign" and self.word.text == "("):
            return self.counted(Member(word.at, node, word.text))
        if word.text not in MACROS:
            hint = _(
                "Write %(name)s(…) with the value inside, or one of .%(macros)s",
                name=word.text,
                macros=", .".join(MACROS),
            )
            raise FormulaError(
                word.at, _("'.%(name)s(' cannot stand behind a value", name=word.text), hint
            )
        self.taken()
        return self.each_item(word, node)

    def each_item(self, word: Word, target: Node) -> Node:
        usage = _("It is written list.%(name)s(item, expression)", name=word.text)
        variable = self.taken()
        if variable.kind != "name":
            raise FormulaError(variable.at, _("a name for the item is missing"), usage)
        self.need(",", usage)
        body = self.expression(0)
        self.need(")", usage)
        named = Name(variable.at, variable.text)
        return self.counted(EachItem(word.at, word.text, target, named, body))


def _number(at: int, text: str) -> Decimal:
    if len(text.replace(".", "").lstrip("0")) > MAX_DIGITS:
        raise FormulaError(
            at, _("a number has at most %(most)s digits", most=MAX_DIGITS), _("Write fewer digits")
        )
    return Decimal(text)
