"""From a tree to typed closures; what makes no sense is found here, at its character."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from form_specs.formulas.calendar import whole
from form_specs.formulas.errors import FormulaError
from form_specs.formulas.functions import FUNCTIONS
from form_specs.formulas.operators import binary, negated
from form_specs.formulas.running import EXACT, MAX_ITEMS, Frame, finite, money_of
from form_specs.formulas.signatures import Function, shared
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
from form_specs.formulas.types import (
    BOOLEAN,
    MONEY,
    NOTHING,
    NUMBER,
    TEXT,
    FormulaType,
    Money,
    Value,
    common,
    list_of,
)
from form_specs.hops import hop
from form_specs.language import _
from form_specs.problem import suggestion

if TYPE_CHECKING:
    from form_specs.formulas.formula import Scope

Run = Callable[[Frame], Value]
"""Evaluates; absent is none."""

MAX_EACH = 2
"""How deep `map` and its like may stand in one another."""
_MONEY = {"amount": NUMBER, "currency": TEXT}


@dataclass(frozen=True, slots=True)
class Typed:
    """An expression that makes sense."""

    type: FormulaType
    run: Run
    literal: bool = False


@dataclass
class Compiler:
    """One walk over one tree; gathers the fields that are read."""

    fields: Mapping[str, FormulaType]
    unusable: Mapping[str, str]
    """Fields that formulas cannot read, and what they are."""
    links: "Mapping[str, Scope]" = field(default_factory=dict)
    """By field that links: what may be read of the record there."""
    items: dict[str, FormulaType] = field(default_factory=dict)
    """The names of items that may be spoken of at this place."""
    reads: set[str] = field(default_factory=set)
    live: bool = False
    """Whether something was read that changes by itself."""

    def typed(self, node: Node) -> Typed:
        """The meaning of a node; raises `FormulaError`."""
        return _MEANINGS[type(node)](self, node)

    # -- what is read -------------------------------------------------------------------

    def literal(self, node: Literal) -> Typed:
        value = node.value
        return Typed(node.type, lambda _: value, literal=True)

    def name(self, node: Name) -> Typed:
        key = node.key
        if key in self.items:
            fitted = _fitting(self.items[key])
            return Typed(self.items[key], lambda frame: fitted(frame.items[key]))
        if key not in self.fields:
            raise self.unknown(node)
        self.reads.add(key)
        fit = _fitting(self.fields[key])
        return Typed(self.fields[key], lambda frame: fit(frame.values.get(key)))

    def unknown(self, node: Name) -> FormulaError:
        key = node.key
        if key in self.unusable:
            hint = _("Formulas read numbers, texts, dates, choices, money and groups of them")
            return FormulaError(
                node.at, _("'%(key)s' is %(what)s", key=key, what=self.unusable[key]), hint
            )
        if key in FUNCTIONS:
            hint = _("Write %(usage)s", usage=FUNCTIONS[key].usage)
        else:
            hint = suggestion(key, (*self.fields, *self.items))
        return FormulaError(node.at, _("there is no field '%(key)s'", key=key), hint)

    def alone(self, node: Node) -> str:
        """What a node reads, where it is nothing but a field, of this record or of a linked one."""
        match node:
            case Name(_, key):
                return key
            case Member(_, Name(_, link), key) if link in self.links:
                return hop(link, key)
            case Call(_, "lookup", (inner,)):
                return self.alone(inner)
        return ""

    def member(self, node: Member) -> Typed:
        link = self.link_at(node.target)
        if link:
            return self.hopped(link, node)
        target, key = self.typed(node.target), node.key
        found = self.inside(target.type, node)
        run, fitted = target.run, _fitting(found)
        if target.type.item is None:
            return Typed(found, lambda frame: fitted(_held(run(frame), key)))

        def every(frame: Frame) -> list[Value]:
            values = (fitted(_held(item, key)) for item in frame.listed(run(frame)))
            return [value for value in values if value is not None]

        return Typed(list_of(found), every)

    def link_at(self, node: Node) -> str:
        """The field that a node names, if it links to a record; else nothing."""
        linking = isinstance(node, Name) and node.key in self.links and node.key not in self.items
        return node.key if linking and isinstance(node, Name) else ""

    def hopped(self, link: str, node: Member) -> Typed:
        """A field of the record that a field links to."""
        there, key = self.links[link], node.key
        if key in there.unusable:
            hint = _("Read another field of the linked record")
            raise FormulaError(
                node.at,
                _("'%(key)s' is %(what)s", key=f"{link}.{key}", what=there.unusable[key]),
                hint,
            )
        if key not in there.fields:
            message = _("the records of '%(link)s' have no field '%(key)s'", link=link, key=key)
            raise FormulaError(node.at, message, suggestion(key, there.fields))
        read = hop(link, key)
        self.reads |= {link, read}
        fit = _fitting(there.fields[key])
        return Typed(there.fields[key], lambda frame: fit(frame.values.get(read)))

    def inside(self, outer: FormulaType, node: Member) -> FormulaType:
        """The type of what a value holds under a key."""
        holder = outer.item or outer
        members = _MONEY if holder.name == "money" else holder.members
        if node.key in members:
            return members[node.key]
        if not members and self.leads_on(node.target):
            message = _("a formula reads over one link at most")
            raise FormulaError(node.at, message, _("Compute it in the form that is linked to"))
        if not members:
            dotted = f"{getattr(node.target, 'key', '')}.{node.key}"
            hint = (
                _("A key with a point in it is written `%(dotted)s`", dotted=dotted)
                if dotted in self.fields
                else ""
            )
            raise FormulaError(
                node.at, _("%(noun)s holds no '%(key)s'", noun=outer.noun, key=node.key), hint
            )
        message = _("there is no '%(key)s' in %(noun)s", key=node.key, noun=holder.noun)
        raise FormulaError(node.at, message, suggestion(node.key, members))

    def leads_on(self, node: Node) -> bool:
        """Whether a node reads a field of a linked record that links further on."""
        link = self.link_at(node.target) if isinstance(node, Member) else ""
        return bool(link) and isinstance(node, Member) and node.key in self.links[link].links

    def index(self, node: Index) -> Typed:
        target, place = self.typed(node.target), self.typed(node.index)
        if target.type.item is None or place.type != NUMBER:
            message = _(
                "%(noun)s has no items that are numbered by %(place)s",
                noun=target.type.noun,
                place=place.type.noun,
            )
            raise FormulaError(node.at, message, _("The first item of a list is list[0]"))
        return Typed(target.type.item, _both(target.run, place.run, _nth))

    # -- what is made -------------------------------------------------------------------

    def listed(self, node: Items) -> Typed:
        items = [self.typed(item) for item in node.items]
        type_ = shared([item.type for item in items]) if items else NOTHING
        if type_ is None:
            hint = _("The first is %(noun)s", noun=items[0].type.noun)
            raise FormulaError(node.at, _("the items of a list must be of one type"), hint)
        runs = [item.run for item in items]

        def listed(frame: Frame) -> list[Value]:
            return [value for run in runs if (value := run(frame)) is not None]

        return Typed(list_of(type_), listed, literal=all(item.literal for item in items))

    def prefix(self, node: Prefix) -> Typed:
        part = self.typed(node.part)
        if node.op == "-":
            return Typed(part.type, _of(part.run, negated(node.at, part.type)), part.literal)
        self.need(part, BOOLEAN, node.part, _("'!' is for what is true or false"))
        return Typed(BOOLEAN, _of(part.run, lambda value: not value))

    def infix(self, node: Infix) -> Typed:
        left, right = self.typed(node.left), self.typed(node.right)
        if node.op in ("&&", "||"):
            why = _("'%(op)s' joins what is true or false, such as amount > 5", op=node.op)
            self.need(left, BOOLEAN, node.left, why)
            self.need(right, BOOLEAN, node.right, why)
            return Typed(BOOLEAN, _shortcut(left.run, right.run, decides=node.op == "||"))
        type_, work = binary(node.op, node.at, left.type, right.type)
        if node.op in ("==", "!=", "in"):
            _check_choices(node.right, left.type)
            _check_choices(node.left, right.type.item or right.type)
        return Typed(type_, _both(left.run, right.run, work))

    def conditional(self, node: Conditional) -> Typed:
        test, yes, no = (self.typed(part) for part in (node.test, node.yes, node.no))
        self.need(test, BOOLEAN, node.test, _("What stands before '?' is true or false"))
        type_ = common(yes.type, no.type)
        if type_ is None:
            message = _(
                "one result is %(one)s, the other %(other)s", one=yes.type.noun, other=no.type.noun
            )
            raise FormulaError(node.at, message, _("Both must be of one type"))
        decide, one, other = test.run, yes.run, no.run

        def chosen(frame: Frame) -> Value:
            found = decide(frame)
            return None if found is None else one(frame) if found else other(frame)

        return Typed(type_, chosen)

    def call(self, node: Call) -> Typed:
        function = FUNCTIONS.get(node.name)
        if function is None:
            hint = suggestion(node.name, FUNCTIONS)
            raise FormulaError(node.at, _("there is no function '%(name)s'", name=node.name), hint)
        if node.name == "lookup":
            self.demand_hop(node, function)
        arguments = [self.typed(argument) for argument in node.arguments]
        result = function.result([argument.type for argument in arguments])
        if result is None:
            given = _(" and ").join(argument.type.noun for argument in arguments) or _("nothing")
            message = _("'%(name)s' does not take %(given)s", name=node.name, given=given)
            raise FormulaError(node.at, message, _("It is written %(usage)s", usage=function.usage))
        self.live = self.live or function.live
        return Typed(result, _called(function, [argument.run for argument in arguments]))

    def demand_hop(self, node: Call, function: Function) -> None:
        """Refuses to look up what stands in no linked record."""
        inner = node.arguments[0] if len(node.arguments) == 1 else None
        if not (isinstance(inner, Member) and self.link_at(inner.target)):
            message = _("'lookup' takes a field of a linked record")
            raise FormulaError(node.at, message, _("It is written %(usage)s", usage=function.usage))

    # -- each item ----------------------------------------------------------------------

    def each_item(self, node: EachItem) -> Typed:
        target, name = self.typed(node.target), node.variable.key
        if target.type.item is None:
            message = _(
                "'.%(name)s' goes through lists; this is %(noun)s",
                name=node.name,
                noun=target.type.noun,
            )
            raise FormulaError(node.at, message, _("It stands behind a list or a field with rows"))
        self.may_begin(node)
        each = count_nodes(node.body)
        outer, self.items = self.items, {**self.items, name: target.type.item}
        body = self.typed(node.body)
        self.items = outer
        if node.name != "map":
            self.need(
                body,
                BOOLEAN,
                node.body,
                _("'.%(name)s' asks what is true or false", name=node.name),
            )
        steps = _Each(target.run, name, body.run, each)
        if node.name == "map":
            return Typed(list_of(body.type), steps.mapped)
        if node.name == "filter":
            return Typed(target.type, steps.filtered)
        return Typed(BOOLEAN, steps.any_is if node.name == "exists" else steps.all_are)

    def may_begin(self, node: EachItem) -> None:
        """Refuses names that stand for something else, and going through lists too deep."""
        name = node.variable.key
        if name in self.fields or name in self.items or name in FUNCTIONS:
            message = _("'%(name)s' stands for something else already", name=name)
            raise FormulaError(node.variable.at, message, _("Give the item another name"))
        if len(self.items) >= MAX_EACH:
            message = _("'.%(name)s' stands inside of too many others", name=node.name)
            raise FormulaError(
                node.at, message, _("At most %(most)s may stand in one another", most=MAX_EACH)
            )

    def need(self, typed: Typed, wanted: FormulaType, node: Node, hint: str) -> None:
        if typed.type != wanted:
            raise FormulaError(node.at, _("this is %(noun)s", noun=typed.type.noun), hint)


_MEANINGS: Mapping[type, Callable[[Compiler, Any], Typed]] = {
    Literal: Compiler.literal,
    Name: Compiler.name,
    Member: Compiler.member,
    Index: Compiler.index,
    Items: Compiler.listed,
    Prefix: Compiler.prefix,
    Infix: Compiler.infix,
    Conditional: Compiler.conditional,
    Call: Compiler.call,
    EachItem: Compiler.each_item,
}


def count_nodes(node: Node) -> int:
    """How many nodes there are in a tree: the most steps that going through it once can take."""
    total, rest = 0, [node]
    while rest:
        total += 1
        rest += _parts(rest.pop())
    return total


def _parts(node: Node) -> list[Node]:
    match node:
        case Items(_, parts) | Call(_, _, parts):
            return [*parts]
        case Infix(_, _, left, right):
            return [left, right]
        case Index(_, left, right) | EachItem(_, _, left, _, right):
            return [left, right]
        case Conditional(_, test, yes, no):
            return [test, yes, no]
        case Member(_, part, _) | Prefix(_, _, part):
            return [part]
        case _:
            return []


@dataclass(frozen=True, slots=True)
class _Each:
    """Goes through a list, its item under a name; every step of every item is counted."""

    target: Run
    name: str
    body: Run
    steps: int

    def _results(self, frame: Frame) -> "list[tuple[Value, Value]] | None":
        items = self.target(frame)
        if items is None:
            return None
        found = []
        for item in frame.listed(items):
            frame.spend(self.steps)
            frame.items[self.name] = item
            found.append((item, self.body(frame)))
        return found

    def mapped(self, frame: Frame) -> Value:
        found = self._results(frame)
        return None if found is None else [new for _, new in found if new is not None]

    def filtered(self, frame: Frame) -> Value:
        found = self._results(frame)
        return None if found is None else [item for item, kept in found if kept]

    def any_is(self, frame: Frame) -> Value:
        found = self._results(frame)
        return None if found is None else any(one for _, one in found)

    def all_are(self, frame: Frame) -> Value:
        found = self._results(frame)
        return None if found is None else all(one for _, one in found)


# -- closures -------------------------------------------------------------------------------


def _fitting(type_: FormulaType) -> Callable[[Value], Value]:
    """What makes a value from outside fit: numbers of 28 digits; an absent list is an empty one."""
    if type_.is_list:
        return lambda value: value or ()
    if type_ == NUMBER:
        return lambda value: None if value is None else finite(EXACT.plus(value))
    if type_ == MONEY:
        return lambda value: None if value is None else money_of(value.amount, value.currency)
    return lambda value: value


def _held(value: Value, key: str) -> Value:
    """What an object or money holds under a key."""
    if isinstance(value, Money):
        return getattr(value, key)
    return value.get(key) if isinstance(value, Mapping) else None


def _of(run: Run, work: Callable[[Value], Value]) -> Run:
    def worked(frame: Frame) -> Value:
        value = run(frame)
        return None if value is None else work(value)

    return worked


def _both(left: Run, right: Run, work: Callable[[Frame, Value, Value], Value]) -> Run:
    def worked(frame: Frame) -> Value:
        one = left(frame)
        if one is None:
            return None
        other = right(frame)
        return None if other is None else work(frame, one, other)

    return worked


def _shortcut(left: Run, right: Run, *, decides: bool) -> Run:
    """`&&` and `||`: a side that decides makes it, whatever the other is, even absent."""

    def joined(frame: Frame) -> Value:
        one = left(frame)
        if one is decides:
            return decides
        other = right(frame)
        if other is decides:
            return decides
        return None if one is None or other is None else not decides

    return joined


def _nth(_: Frame, items: Value, place: Decimal) -> Value:
    index = whole(place)
    return items[index] if index is not None and 0 <= index < len(items[:MAX_ITEMS]) else None


def _called(function: Function, runs: list[Run]) -> Run:
    work = function.run
    if not function.strict:
        return lambda frame: work(frame, *[run(frame) for run in runs])

    def called(frame: Frame) -> Value:
        values = []
        for run in runs:
            value = run(frame)
            if value is None:
                return None
            values.append(value)
        return work(frame, *values)

    return called


def _check_choices(node: Node, type_: FormulaType) -> None:
    """Refuses a written text that a choice can never be."""
    if isinstance(node, Items):
        for item in node.items:
            _check_choices(item, type_)
    elif isinstance(node, Literal) and type_.choices and node.value not in type_.choices:
        message = _("%(value)s is no value of this choice", value=repr(node.value))
        raise FormulaError(node.at, message, suggestion(str(node.value), type_.choices))
