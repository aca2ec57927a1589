"""The canvas: a layout with its fields, drawn as the form will be, each of them to be selected."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import cast

from markupsafe import Markup

from builder.drafting.examined import PlacedProblem
from builder.forms.binding import bound_field, name_of
from builder.forms.naming import step_words
from builder.forms.outline import ENTRY, FIELDS, GROUPS, PARTS, FormOutline, Node, is_nameless
from builder.forms.palette import icon_of
from builder.forms.sample import sample_drawing
from builder.forms.saying import Badge, field_badges, part_badges, words_of
from components.base import FieldType
from components.values.markdown import rendered
from form_specs.catalog import Catalog
from form_specs.checks.context import FormContext
from form_specs.checks.raw import object_at, text
from form_specs.editing import Address
from form_specs.form_words import FormWords
from form_specs.problem import pointer_of
from runtime.web.contexts import FieldView
from runtime.web.forms.fields import FormDrawing, control_id

Problems = Callable[..., Sequence[PlacedProblem]]
"""What is wrong at an address of the document or below it."""


@dataclass(frozen=True, slots=True)
class Card:
    """A field on the canvas."""

    id: str
    at: str
    title: str
    type: str
    icon: str
    span: int
    view: FieldView | None
    """None where the field is broken, so that it cannot be drawn."""
    badges: Sequence[Badge] = ()
    problems: Sequence[PlacedProblem] = ()
    inside: "Sequence[Card] | None" = None
    """The fields inside it that are edited one by one; none: it has none."""
    holds: str = "inside"
    """What stands inside: fields, kinds, or the one field that each value is."""
    chosen: bool = False
    kind: str = "field"


@dataclass(frozen=True, slots=True)
class Block:
    """A part of the layout on the canvas: a section, tab or step with what is in it, or a note."""

    id: str
    at: str
    kind: str
    title: str
    into: str = ""
    description: str = ""
    columns: int = 2
    folds: bool = False
    tone: str = "info"
    html: Markup | None = None
    """Of a note: what it says."""
    badges: Sequence[Badge] = ()
    problems: Sequence[PlacedProblem] = ()
    items: "Sequence[Block | Card]" = ()
    holds: str = "fields"
    """What stands in it: fields or sections."""
    number: int = 0
    """Of a step: which one it is."""
    chosen: bool = False


@dataclass(frozen=True)
class Canvas:
    """Draws one layout of a form of a draft."""

    form: FormOutline
    context: FormContext | None
    catalog: Catalog
    tool: str
    problems: Problems
    chosen: Sequence[Address] = field(default=())

    @cached_property
    def fields(self) -> Mapping[str, FieldType]:
        """The fields that can be drawn, by key."""
        known = self.context.fields if self.context else {}
        return {k: cast("FieldType", f) for k, f in known.items() if f is not None}

    @cached_property
    def words(self) -> FormWords:
        """What conditions call the fields."""
        return words_of(self.fields)

    def blocks(self) -> list[Block]:
        """What is drawn, from top to bottom."""
        drawing = self._drawing(self.fields, "canvas")
        return [*self._blocks(self.form.nodes, drawing)]

    def tray(self) -> list[Card]:
        """The fields that the layout does not show."""
        drawing = self._drawing(self.fields, "canvas")
        return [self._card((key,), drawing, 1) for key in self.form.unplaced]

    def _drawing(self, fields: Mapping[str, FieldType], prefix: str) -> FormDrawing:
        return sample_drawing(self.tool, self.form.key, fields, prefix)

    def _blocks(self, nodes: Sequence[Node], drawing: FormDrawing) -> Iterator[Block]:
        steps = [node.at for node in nodes if node.kind == "step"]
        for node in nodes:
            if node.kind not in ("section", *GROUPS):
                continue
            number = steps.index(node.at) + 1 if node.at in steps else 0
            yield self._block(node, drawing, number)

    def _block(self, node: Node, drawing: FormDrawing, number: int = 0) -> Block:
        raw = node.raw if isinstance(node.raw, Mapping) else {}
        columns = raw.get("columns")
        layout = (*self.form.at, "layouts", self.form.layout)
        nested = any(child.kind == "section" for child in node.children) or "parts" in raw
        own = [
            problem
            for problem in self.problems(*layout, *node.at[1:])
            if not any(_is_below(problem.at, layout, child) for child in node.children)
        ]
        return Block(
            id=card_id(node.at),
            at=pointer_of(node.at),
            kind=node.kind,
            title=node.title,
            into=pointer_of(node.at) if node.into else "",
            description=text(raw, "description") or "",
            columns=columns if isinstance(columns, int) and 1 <= columns <= 4 else 2,
            folds=raw.get("collapsed") is True,
            tone=text(raw, "tone") or "info",
            html=rendered(node.title) if node.kind == "note" else None,
            badges=part_badges(raw, self.words),
            problems=own,
            items=[*self._items(node, drawing)],
            holds="sections" if nested else "fields",
            number=number,
            chosen=node.at in self.chosen,
        )

    def _items(self, node: Node, drawing: FormDrawing) -> "Iterator[Block | Card]":
        for child in node.children:
            if child.kind == "field":
                span = child.raw.get("span") if isinstance(child.raw, Mapping) else 1
                yield self._card(child.at[1:], drawing, span if isinstance(span, int) else 1)
            else:
                yield self._block(child, drawing)

    def _card(self, way: Address, drawing: FormDrawing, span: int) -> Card:
        property_ = self.form.field(way) or {}
        ops = object_at(property_, "x-ops")
        type_ = text(ops, "type") or ""
        known = drawing.access.form.fields.get(name_of(way[-1]))
        at = (FIELDS, *way)
        return Card(
            id=card_id(at),
            at=pointer_of(at),
            title=text(property_, "title") or step_words(way[-1]),
            type=self._type_title(type_),
            icon=icon_of(type_),
            span=span,
            view=self._view(drawing, known, span),
            badges=field_badges(property_, self.words),
            problems=self.problems(*self.form.field_address(way)),
            inside=self._inside(way, known),
            holds=self._holds(way),
            chosen=at in self.chosen,
        )

    def _type_title(self, type_: str) -> str:
        return self.catalog.field_title(type_) if type_ in self.catalog.field_types else type_

    @staticmethod
    def _view(drawing: FormDrawing, known: FieldType | None, span: int) -> FieldView | None:
        return drawing.field(known, span) if known is not None else None

    def _inside(self, way: Address, known: FieldType | None) -> list[Card] | None:
        """The fields inside a field, each as a card of its own; what references bring is none of them."""
        steps = self.form.steps(way)
        if known is None or not known.holds_fields or not steps:
            return None
        around = known.row if known.row is not None else known
        fields = dict(self._bound(way, steps, around.children))
        if len(fields) < len(steps):
            return None
        drawing = self._drawing(fields, control_id("-".join(way), "canvas"))
        return [self._card((*way, step), drawing, 1) for step in steps]

    def _holds(self, way: Address) -> str:
        steps = self.form.steps(way)
        if steps == [ENTRY]:
            return "value"
        return "kinds" if any(map(is_nameless, steps)) else "inside"

    def _bound(
        self, way: Address, steps: Sequence[str], children: Sequence[FieldType]
    ) -> Iterator[tuple[str, FieldType]]:
        """The fields inside by name; one without a key is bound for itself, so that it has a name."""
        keyed = {child.key: child for child in children if child.key}
        for step in steps:
            found = keyed.get(step)
            if found is None and is_nameless(step):
                found = bound_field(self.catalog, self.form, (*way, step))
            if found is not None:
                yield name_of(step), found


def _is_below(found: Address, layout: Address, child: Node) -> bool:
    """Whether a problem is one of a part, or of what is in it."""
    below = (*layout, *child.at[1:])
    return child.at[:1] == (PARTS,) and found[: len(below)] == below


def card_id(at: Address) -> str:
    """The id of the card of what is selected by an address."""
    return control_id(pointer_of(at), "card")
