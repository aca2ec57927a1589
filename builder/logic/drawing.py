"""What a page shows of a condition: its rows with their controls, what is wrong beside each, and all of it in words."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any, Final

from builder.drafting.examined import PlacedProblem
from builder.logic.leaves import UNITS, ValueInputs
from builder.logic.literals import BARE, LISTED, PAIRED
from builder.logic.nodes import (
    ALONE,
    JOINS,
    NOT,
    Fixed,
    Group,
    Leaf,
    Named,
    RowsNode,
    children,
    read,
)
from builder.logic.offers import NoOffers, Offers, Options, options_of, with_chosen
from builder.logic.places import ConditionPlace, vocabulary_of
from builder.logic.vocabulary import Asked, Vocabulary
from builder.logic.wording import begun, condition_words
from form_specs.exact_json import dumps
from form_specs.language import _, marked

_JOIN_WORDS: Final = {
    "all": marked("all of these hold"),
    "any": marked("at least one of these holds"),
    "not any": marked("none of these holds"),
    "not all": marked("not all of these hold"),
    NOT: marked("this does not hold"),
}
_QUANTIFIERS: Final = {
    "some": marked("in at least one row of"),
    "every": marked("in every row of"),
    "none": marked("in no row of"),
}
_SOURCES: Final = {
    "value": marked("a value"),
    "me": marked("whoever is asking"),
    "today": marked("today and some days"),
    "now": marked("now and some time"),
    "field": marked("another field"),
}
_UNIT_WORDS: Final = {
    "days": marked("days"),
    "hours": marked("hours"),
    "minutes": marked("minutes"),
    "seconds": marked("seconds"),
}
_PICKED: Final[Mapping[str, Callable[[str], object]]] = {
    "date": date.fromisoformat,
    "datetime-local": datetime.fromisoformat,
    "time": time.fromisoformat,
}
_TYPED: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})?T?([0-9]{2}:[0-9]{2}(:(?!00)[0-9]{2})?)?")


@dataclass(frozen=True, slots=True)
class ValueControl:
    """The controls of one value, as they are drawn."""

    name: str
    label: str
    source: str
    sources: Options
    input: str
    """select, ticks, lines, or the type of an input."""
    texts: tuple[str, ...]
    options: Options
    hint: str
    paired: bool
    amount: str
    unit: str
    units: Options
    other: str
    others: Options


@dataclass(frozen=True, slots=True)
class Item:
    """One node as it is drawn; `kind` is group, rows, leaf or fixed."""

    kind: str
    name: str
    label: str
    """What is said of it where it stands among others: "Row 2"."""
    problems: Sequence[PlacedProblem] = ()
    parts: "Sequence[Item]" = ()
    join: str = ""
    joins: Options = ()
    quantifier: str = ""
    quantifiers: Options = ()
    path: str = ""
    lists: Options = ()
    may_rows: bool = False
    """There are lists of rows that could be asked about."""
    field: str = ""
    fields: Sequence[tuple[str, Options]] = ()
    op: str = ""
    ops: Options = ()
    values: Sequence[ValueControl] = ()
    words: str = ""
    """Of a fixed one: what it says."""


@dataclass(frozen=True, slots=True)
class Editor:
    """A condition as it is drawn."""

    at: str
    """Its address, as it is posted."""
    form_id: str
    title: str
    root: Item
    words: str
    """What it says as a sentence; empty: it is not finished."""
    is_set: bool
    is_needed: bool
    has_fixed: bool
    """Something of it no row can show."""
    problems: Sequence[PlacedProblem] = field(default=())
    """All that is wrong with it."""


def drawn(
    place: ConditionPlace,
    problems: Sequence[PlacedProblem] = (),
    offers: Offers | None = None,
    form_id: str = "condition",
) -> Editor:
    """A condition as its editor shows it; `problems` are those of the draft."""
    vocabulary = vocabulary_of(place)
    mine = [p for p in problems if f"{p.problem.pointer}/".startswith(f"{place.pointer}/")]
    drawing = _Drawing(place, mine, offers or NoOffers())
    root = drawing.item(Named("r", read(place.raw, vocabulary), "", vocabulary), 0)
    wrong = any(p.is_error for p in mine)
    return Editor(
        at="/".join(("", *(step.replace("~", "~0").replace("/", "~1") for step in place.at))),
        form_id=form_id,
        title=place.words,
        root=root,
        words="" if wrong or place.raw is None else in_words(place.raw, vocabulary),
        is_set=place.raw is not None,
        is_needed=place.is_needed,
        has_fixed=drawing.has_fixed,
        problems=mine,
    )


def in_words(raw: Any, vocabulary: Vocabulary) -> str:
    """What a condition says; its JSON where it says nothing."""
    return begun(condition_words(raw, vocabulary.words)) or dumps(raw).decode()


class _Drawing:
    """Draws the nodes of one condition."""

    def __init__(
        self, place: ConditionPlace, problems: Sequence[PlacedProblem], offers: Offers
    ) -> None:
        self.place = place
        self.left = [*problems]
        self.offers = offers
        self.has_fixed = False

    def item(self, here: Named, number: int) -> Item:
        parts = [self.item(child, index + 1) for index, child in enumerate(children(here))]
        # What is wrong inside was told there already.
        problems = self._claimed(here.pointer)
        drawn_by: Mapping[type, Callable[..., Item]] = {
            Group: self._group,
            RowsNode: self._rows,
            Leaf: self._leaf,
            Fixed: self._fixed,
        }
        found = drawn_by[type(here.node)](here, parts)
        label = _("Row %(number)s", number=number) if number else ""
        return replace(found, label=label, problems=problems)

    def _claimed(self, pointer: str) -> list[PlacedProblem]:
        at = f"{self.place.pointer}{pointer}/"
        mine = [p for p in self.left if f"{p.problem.pointer}/".startswith(at)]
        self.left = [p for p in self.left if p not in mine]
        return mine

    def _group(self, here: Named, parts: list[Item]) -> Item:
        group = here.node
        assert isinstance(group, Group)
        lone = group.join == ALONE
        known = (*JOINS, NOT) if group.join == NOT else JOINS
        return Item(
            kind="group",
            name=here.name,
            label="",
            parts=parts,
            join=group.join,
            joins=() if lone else [(join, _(_JOIN_WORDS[join])) for join in known],
            may_rows=bool(here.vocabulary.row_lists),
        )

    def _rows(self, here: Named, parts: list[Item]) -> Item:
        node = here.node
        assert isinstance(node, RowsNode)
        return Item(
            kind="rows",
            name=here.name,
            label="",
            parts=parts,
            quantifier=node.quantifier,
            quantifiers=[(name, _(words)) for name, words in _QUANTIFIERS.items()],
            path=node.path,
            lists=here.vocabulary.row_lists,
        )

    def _fixed(self, here: Named, _parts: list[Item]) -> Item:
        assert isinstance(here.node, Fixed)
        self.has_fixed = True
        words = in_words(here.node.raw, here.vocabulary)
        return Item(kind="fixed", name=here.name, label="", words=words)

    def _leaf(self, here: Named, _parts: list[Item]) -> Item:
        assert isinstance(here.node, Leaf)
        inputs, vocabulary = here.node.inputs, here.vocabulary
        asked = vocabulary.asked(inputs.field)
        groups = [
            (title, [(one.path, one.title) for one in items]) for title, items in vocabulary.groups
        ]
        known = {path for _title, items in groups for path, _words in items}
        if inputs.field not in known:
            unknown = _("%(field)s (not there)", field=inputs.field)
            groups.insert(0, (_("Now"), [(inputs.field, unknown)]))
        ops = [(op, asked.operator_words(op)) for op in asked.operators] if asked else []
        if inputs.op not in dict(ops):
            ops.insert(0, (inputs.op, inputs.op))
        values = (
            [
                self._value(asked, inputs.op, value, f"{here.name}:{index}", vocabulary)
                for index, value in enumerate(inputs.values)
            ]
            if asked and inputs.op not in BARE
            else []
        )
        return Item(
            kind="leaf",
            name=here.name,
            label="",
            field=inputs.field,
            fields=groups,
            op=inputs.op,
            ops=ops,
            values=values,
        )

    def _value(
        self, asked: Asked, op: str, value: ValueInputs, name: str, vocabulary: Vocabulary
    ) -> ValueControl:
        options = options_of(asked, op, value, vocabulary, self.offers)
        sources = ("value",) if op in LISTED else asked.sources(op)
        others = vocabulary.alike(asked.measure, asked.path) if "field" in sources else ()
        if not others and value.source != "field":
            sources = tuple(source for source in sources if source != "field")
        return ValueControl(
            name=name,
            label=_("Second value") if name.endswith(":1") else _("Value"),
            source=value.source,
            sources=[(source, _(_SOURCES[source])) for source in sources],
            input=_input(asked, op, value, options),
            texts=value.texts,
            options=options,
            hint=asked.field.filter_hint if asked.field else "",
            paired=op in PAIRED,
            amount=value.amount,
            unit=value.unit,
            units=_units(value.source),
            other=value.other,
            others=with_chosen(others, [value.other]),
        )


def _units(source: str) -> Options:
    known = UNITS if source == "now" else UNITS[:1]
    return [(unit, _(_UNIT_WORDS[unit])) for unit in known]


def _input(asked: Asked, op: str, value: ValueInputs, options: Options) -> str:
    if options:
        return "ticks" if op in LISTED else "select"
    if op in LISTED:
        return "lines"
    known = asked.input in _PICKED and not asked.path.startswith("user:")
    # What the browser's own input could not show would be lost in it.
    shown = known and all(_is_picked(asked.input, text) for text in value.texts if text)
    return asked.input if shown else "text"


def _is_picked(kind: str, typed: str) -> bool:
    """Whether an input of days or times gives a text back as it is."""
    try:
        _PICKED[kind](typed)
    except ValueError:
        return False
    return bool(_TYPED.fullmatch(typed)) and (kind == "datetime-local") == ("T" in typed)
