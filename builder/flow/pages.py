"""What the pages of the Workflow section show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from builder.bench import Bench
from builder.drafting.examined import PlacedProblem
from builder.flow.changing import form_title
from builder.flow.drawing import Diagram, Shown, diagram_of
from builder.flow.outline import CATEGORIES, COLORS, Flow, Stage, Way
from builder.parts.wording import words_for
from form_specs.checks.raw import object_at, objects, text
from form_specs.editing import keyed, names_of
from form_specs.language import _, counted, digits, marked
from form_specs.problem import pointer_of
from form_specs.uses import Target, uses_of
from runtime.storage.standing import state_counts
from runtime.web.site.context import current_services, here

Option = tuple[str, str]

COLOR_WORDS: Final = {
    "gray": marked("Grey"),
    "blue": marked("Blue"),
    "green": marked("Green"),
    "amber": marked("Amber"),
    "red": marked("Red"),
    "violet": marked("Violet"),
}
CATEGORY_WORDS: Final = {
    "new": marked("New: nobody began"),
    "open": marked("Open: somebody works on it"),
    "waiting": marked("Waiting: for somebody else"),
    "done": marked("Done: the work is over"),
    "cancelled": marked("Cancelled: over without result"),
}


@dataclass(frozen=True, slots=True)
class FormLine:
    """A form in the list of workflows."""

    key: str
    title: str
    url: str
    words: str
    """Of its workflow; empty: it has none."""
    errors: int


def form_lines(bench: Bench) -> list[FormLine]:
    """The forms of the tool."""
    found = [text(raw, "key") for _at, raw in objects(bench.document, "forms", "")]
    return [_line(bench, key) for key in dict.fromkeys(found) if key]


def _line(bench: Bench, key: str) -> FormLine:
    flow = Flow.of(bench.document, key)
    words = ""
    if flow is not None:
        states = counted("One state", "%(num)s states", len(flow.states))
        ways = counted("one transition", "%(num)s transitions", len(flow.ways))
        words = f"{states}, {ways}"
    errors = sum(p.is_error for p in bench.examined.problems_at("workflows", key))
    url = bench.url("workflow", f"{key}/")
    return FormLine(key, form_title(bench.document, key), url, words, errors)


@dataclass(frozen=True, slots=True)
class StateLine:
    """A state in the list."""

    key: str
    title: str
    color: str
    category: str
    number: str
    url: str
    is_initial: bool
    is_selected: bool
    is_wrong: bool


@dataclass(frozen=True, slots=True)
class WayLine:
    """A transition in the list."""

    key: str
    number: int
    title: str
    words: str
    url: str
    is_selected: bool
    is_wrong: bool
    unused: bool
    """Nobody may take it."""


@dataclass(frozen=True, slots=True)
class GuardLine:
    """A condition of a transition."""

    name: str
    words: str
    message: str
    text_url: str


@dataclass
class FlowPage:
    """One workflow, and what is chosen in it."""

    bench: Bench
    flow: Flow
    state: str = ""
    way: str = ""

    @property
    def key(self) -> str:
        return self.flow.form

    @property
    def title(self) -> str:
        return form_title(self.bench.document, self.flow.form)

    def url(self, below: str = "") -> str:
        """The address of the workflow, or of something in it."""
        return self.bench.url("workflow", f"{self.flow.form}/{below}")

    def state_url(self, key: str) -> str:
        return self.url(f"states/{key}/")

    def way_url(self, key: str) -> str:
        return self.url(f"transitions/{key}/")

    # -- how many records are where -------------------------------------------------------

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """Records in each state now; empty where nothing is published yet."""
        tool = current_services().published.tool(here().conn, self.bench.tool)
        form = tool.forms.get(self.flow.form) if tool else None
        return state_counts(here().conn, form.form_id) if form else {}

    def number(self, key: str) -> str:
        """How many records are in a state, in words; empty where there is nothing to count."""
        return digits(self.numbers.get(key, 0)) if self.numbers else ""

    # -- the drawing and the list ---------------------------------------------------------

    @cached_property
    def diagram(self) -> Diagram | None:
        counts = {key: self.number(key) for key in self.flow.states}
        wrong = {key for key in self.flow.states if self._is_wrong("states", key)}
        shown = Shown(self.state_url, self.way_url, counts, wrong, self.state, self.way)
        return diagram_of(self.flow, shown)

    def _is_wrong(self, member: str, key: str) -> bool:
        return any(p.is_error for p in self.bench.examined.problems_at(*self.flow.at, member, key))

    @property
    def states(self) -> list[StateLine]:
        flow = self.flow
        return [
            StateLine(
                *(key, state.title, state.color, _(CATEGORY_WORDS[state.category]).split(":")[0]),
                number=self.number(key),
                url=self.state_url(key),
                is_initial=key == flow.initial,
                is_selected=key == self.state,
                is_wrong=self._is_wrong("states", key),
            )
            for key, state in flow.states.items()
        ]

    @property
    def ways(self) -> list[WayLine]:
        return [self._way_line(way) for way in self.flow.ways.values()]

    def _way_line(self, way: Way) -> WayLine:
        return WayLine(
            *(way.key, way.number, way.title, self.way_words(way), self.way_url(way.key)),
            is_selected=way.key == self.way,
            is_wrong=self._is_wrong("transitions", way.key),
            unused=self.is_unused(way),
        )

    def way_words(self, way: Way) -> str:
        """From where to where."""
        sources = ", ".join(self.state_title(key) for key in way.sources)
        return f"{sources} → {self.state_title(way.target)}"

    def state_title(self, key: str) -> str:
        state = self.flow.states.get(key)
        return state.title if state else key

    # -- what nobody can use --------------------------------------------------------------

    def is_unused(self, way: Way) -> bool:
        """Whether no role may take a transition, though people are to."""
        if way.raw.get("hookOnly") is True:
            return False
        named = way.names("roles")
        if named:
            return not any(key in self.takers for key in named)
        return not any("edit" in rights for rights in self.takers.values())

    @cached_property
    def takers(self) -> Mapping[str, Sequence[Any]]:
        """The roles that see records of the form, each with what it may do."""
        found: dict[str, Sequence[Any]] = {}
        for _at, role in objects(self.bench.document, "roles", ""):
            for _below, grant in objects(role, "grants", ""):
                rights = grant.get("can")
                if text(grant, "form") != self.flow.form or not isinstance(rights, list):
                    continue
                if "read" in rights and (key := text(role, "key")):
                    found[key] = rights
        return found

    # -- what is offered ------------------------------------------------------------------

    @property
    def state_options(self) -> list[Option]:
        return [(key, state.title) for key, state in self.flow.states.items()]

    @property
    def roles(self) -> list[Option]:
        found = objects(self.bench.document, "roles", "")
        return [(key, text(raw, "title") or key) for _at, raw in found if (key := text(raw, "key"))]

    @cached_property
    def form_raw(self) -> Mapping[str, Any]:
        found = objects(self.bench.document, "forms", "")
        return next((raw for _at, raw in found if text(raw, "key") == self.flow.form), {})

    @cached_property
    def fields(self) -> list[Option]:
        properties = object_at(object_at(self.form_raw, "schema"), "properties")
        return [(key, text(object_at(properties, key), "title") or key) for key in properties]

    @property
    def layouts(self) -> list[Option]:
        named = [(name, name) for name in object_at(self.form_raw, "layouts")]
        return [("", _("The fields one below the other")), *named]

    @property
    def colors(self) -> list[Option]:
        return [(key, _(COLOR_WORDS[key])) for key in COLORS]

    @property
    def categories(self) -> list[Option]:
        return [(key, _(CATEGORY_WORDS[key])) for key in CATEGORIES]

    @property
    def comments(self) -> list[Option]:
        return [
            ("none", _("Does not ask")),
            ("optional", _("May be left empty")),
            ("required", _("Has to be written")),
        ]

    @property
    def styles(self) -> list[Option]:
        return [("default", _("Plain")), ("primary", _("Main")), ("danger", _("Dangerous"))]

    # -- what is chosen -------------------------------------------------------------------

    @property
    def stage(self) -> Stage | None:
        return self.flow.states.get(self.state)

    @property
    def transition(self) -> Way | None:
        return self.flow.ways.get(self.way)

    @property
    def leaving(self) -> list[WayLine]:
        """The transitions that start in the chosen state."""
        return [self._way_line(w) for w in self.flow.ways.values() if self.state in w.sources]

    @property
    def coming(self) -> list[WayLine]:
        """Those that lead to it."""
        return [self._way_line(w) for w in self.flow.ways.values() if self.state == w.target]

    @property
    def is_unreachable(self) -> bool:
        return bool(self.state) and self.state not in self.flow.reached()

    @property
    def is_dead_end(self) -> bool:
        return bool(self.state) and self.flow.is_dead_end(self.state)

    @property
    def state_problems(self) -> list[PlacedProblem]:
        """What is wrong with the state; where it leads and from where, its own buttons say."""
        at = (*self.flow.at, "states", self.state)
        told = self.is_unreachable or self.is_dead_end
        return [p for p in self.bench.examined.problems_at(*at) if not (told and p.at == at)]

    @property
    def way_problems(self) -> list[PlacedProblem]:
        return self.bench.examined.problems_at(*self.flow.at, "transitions", self.way)

    @property
    def problems(self) -> list[PlacedProblem]:
        """What is wrong with the workflow itself."""
        found = self.bench.examined.problems_at(*self.flow.at)
        inside = ("states", "transitions")
        return [p for p in found if len(p.at) < 4 or p.at[2] not in inside]

    @property
    def uses(self) -> list[Option]:
        """Where the chosen state is used: words and address."""
        target = Target("state", self.state, self.flow.form)
        document = self.bench.document
        found = uses_of(document, self.bench.catalog, target)
        return [(use.words, self.bench.url_of(keyed(document, use.pointer))) for use in found]

    @property
    def held(self) -> str:
        """What is said of the records that are in the chosen state; empty: there are none."""
        number = self.numbers.get(self.state, 0)
        return (
            counted("One record is in it now", "%(num)s records are in it now", number)
            if number
            else ""
        )

    @property
    def guards(self) -> list[GuardLine]:
        way = self.transition
        items = way.raw.get("guards") if way else None
        if way is None or not isinstance(items, list):
            return []
        at = (*self.flow.at, "transitions", way.key, "guards")
        return [
            GuardLine(
                name,
                words_for(self.bench.examined.tool, self.flow.form, item.get("condition")),
                text(item, "message") or "",
                self.condition_url((*at, name, "condition")),
            )
            for name, item in zip(names_of(items), items, strict=True)
            if isinstance(item, dict)
        ]

    def condition_url(self, at: tuple[str, ...]) -> str:
        """Where a condition is changed."""
        return self.bench.url("condition", at=pointer_of(at), back=self.bench.page)
