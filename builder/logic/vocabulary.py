"""What a condition may ask at a place, as people choose it: fields in groups, operators that fit, values."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from components.base import BEFORE_AND_AFTER, FieldType, InvalidValueError
from form_specs.checks.context import FormContext, ToolContext
from form_specs.checks.raw import objects, text
from form_specs.conditions import ENTRY, FieldOperand, FormOperands, Kind, UnknownField
from form_specs.conditions.lowering import CHANGE_OPERATORS
from form_specs.form_words import FormWords
from form_specs.language import _, marked
from form_specs.model import Grant, JsonValue, Role, State, Workflow

USER: Final = "user:"
"""Begins what stands for a field where the person is asked about, not the record."""
_USER_TITLES: Final = {
    "user:role": marked("The role of whoever is asking"),
    "user:team": marked("The team of whoever is asking"),
    "user:is": marked("Whoever is asking"),
}
_WORDS: Final = {
    "eq": marked("is"),
    "ne": marked("is not"),
    "in": marked("is one of"),
    "not_in": marked("is none of"),
    "lt": marked("is less than"),
    "le": marked("is at most"),
    "gt": marked("is more than"),
    "ge": marked("is at least"),
    "between": marked("is between"),
    "empty": marked("is empty"),
    "present": marked("is filled in"),
    "contains": marked("contains"),
    "starts_with": marked("begins with"),
    "has": marked("includes"),
    "has_any": marked("includes any of"),
    "has_all": marked("includes all of"),
    "has_key": marked("has an entry"),
    "overlaps": marked("overlaps"),
    "within": marked("is within"),
    "done_count": marked("has steps done, at least"),
    "all_done": marked("has all steps done"),
    "steps_left": marked("has steps left"),
    "changed": marked("was changed"),
    "was": marked("was before"),
}
_TIMES: Final = ("date", "date_range", "datetime", "moment")
_MEETS_DYNAMIC: Final = ("eq", "ne", "lt", "le", "gt", "ge", "between")
_SYSTEM_INPUTS: Final = {
    "state": "options",
    "moment": "datetime-local",
    "user": "user",
    "version": "number",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that may be asked about: a field, one inside it, one of a linked record, a system field."""

    path: str
    title: str
    operand: FieldOperand
    """The field as the check knows it; of the system's own no field type."""
    operators: tuple[str, ...]
    measure: str
    listed: bool
    """Its values are lists."""

    @property
    def field(self) -> FieldType | None:
        """Its field type; none for what every record has."""
        return self.operand if isinstance(self.operand, FieldType) else None

    @property
    def input(self) -> str:
        """What a value is chosen or typed with, as `components.base.FilterInput` names it."""
        if self.path == "user:is":
            return "options"
        field = self.field
        return field.filter_input if field else _SYSTEM_INPUTS.get(self.measure, "options")

    def operator_words(self, op: str) -> str:
        """What an operator is called between this field and a value."""
        own = self.field.operator_words if self.field else {}
        if self.measure == "moment":
            own = BEFORE_AND_AFTER
        return _(own.get(op) or _WORDS.get(op, op))

    def sources(self, op: str) -> tuple[str, ...]:
        """What a value may be: typed in, or something that is known only when asked."""
        found = ["value"]
        if self.path.startswith(USER):
            return ("value",)
        if self.measure in ("user", "team") and op in ("eq", "ne"):
            found.append("me")
        if op in _MEETS_DYNAMIC or (self.measure == "date_range" and op == "contains"):
            found += ["today"] if self.measure in _TIMES else []
            found += ["now"] if self.measure in ("datetime", "moment") else []
            found.append("field")
        return tuple(found)


class Vocabulary:
    """What may be asked at one place, and what all of it is called."""

    def __init__(
        self,
        tool: ToolContext,
        operands: FormOperands,
        words: FormWords,
        *,
        change: bool = False,
        hops: bool = True,
        in_row: bool = False,
    ) -> None:
        self.tool = tool
        self.operands = operands
        self.words = words
        self.change = change
        self.hops = hops
        self.in_row = in_row

    @cached_property
    def groups(self) -> list[tuple[str, list[Asked]]]:
        """All that may be asked about, in groups with a heading."""
        mine = self._listed(self.operands.paths)
        own = [one for one in mine if not one.path.startswith("@")]
        system = [one for one in mine if one.path.startswith("@")]
        found = [(_("Columns of a row") if self.in_row else _("Fields"), own)]
        found.append((_("What every record has"), system))
        for link, there in self.operands.linked.items() if self.hops else ():
            beyond = self._listed(f"{link}.{path}" for path in there.paths)
            found.append((_("Of the linked %(link)s", link=self.words.title(link)), beyond))
        found.append((_("Whoever is asking"), list(self._of_user())))
        return [(title, items) for title, items in found if items]

    def _listed(self, paths: Iterable[str]) -> list[Asked]:
        found = (self.asked(path) for path in paths)
        return [one for one in found if one is not None and one.operators]

    def _of_user(self) -> Iterator[Asked]:
        wanted = {"user:role": self.roles, "user:team": self.teams, "user:is": self.people}
        for path, options in wanted.items():
            if options and (one := self.asked(path)) is not None:
                yield one

    def asked(self, path: str) -> Asked | None:
        """What a path leads to; none where it leads nowhere."""
        if path.startswith(USER):
            return self._asked_of_user(path)
        if not self.hops and self.operands.hops(path):
            return None
        try:
            source = self.operands.source(path)
            operators, measure = self.operands.operators(path), self.operands.measure(path)
            listed = self.operands.operand(path)[1] is Kind.LIST
        except UnknownField:
            return None
        changing = self.change and not path.startswith("@") and not self.operands.hops(path)
        if changing:
            operators += tuple(op for op in CHANGE_OPERATORS if op != "was" or "eq" in operators)
        return Asked(path, self.title(path), source, operators, measure, listed)

    def _asked_of_user(self, path: str) -> Asked | None:
        if path not in _USER_TITLES:
            return None
        return Asked(path, _(_USER_TITLES[path]), _NOBODY, ("eq",), path, listed=False)

    def title(self, path: str) -> str:
        """What a path is called."""
        if path == ENTRY and path not in self.words.fields:
            return _("The entry")
        return self.words.title(path)

    # -- what values there are ------------------------------------------------------------

    @property
    def roles(self) -> list[tuple[str, str]]:
        """Key and title of each role of the tool."""
        return [(key, self.words.role(key)) for key in self.tool.roles if key]

    @property
    def teams(self) -> list[tuple[str, str]]:
        """Key and title of each team of the tool."""
        found = objects(self.tool.document, "teams", "")
        return [(text(t, "key") or "", text(t, "title") or "") for _at, t in found]

    @property
    def people(self) -> list[tuple[str, str]]:
        """Path and title of what holds a person."""
        return self.alike("user", "")

    @property
    def states(self) -> list[tuple[str, str]]:
        """Key and title of each state of the form."""
        workflow = self.words.workflow
        return [(s.key, s.title) for s in workflow.states.values()] if workflow else []

    def alike(self, measure: str, but: str) -> list[tuple[str, str]]:
        """Path and title of what may be compared with one another, but for one of them."""
        found = [*self.operands.paths]
        for link, there in self.operands.linked.items() if self.hops else ():
            found += [f"{link}.{path}" for path in there.paths]
        return [
            (path, self.title(path))
            for path in found
            if path != but and self.operands.measure(path) == measure
        ]

    # -- rows -----------------------------------------------------------------------------

    @cached_property
    def row_lists(self) -> list[tuple[str, str]]:
        """Path and title of each list whose rows may be asked about."""
        return [
            (path, self.title(path)) for path in self.operands.paths if self.row(path) is not None
        ]

    def row(self, path: str) -> "Vocabulary | None":
        """What may be asked of one row of a list; none where a path leads to none."""
        try:
            _where, operands = self.operands.rows(path)
        except (ValueError, UnknownField):
            return None
        words = self.words.row(path)
        if not isinstance(words, FormWords):
            return None
        return Vocabulary(self.tool, operands, words, hops=False, in_row=True)


class _Nobody:
    """Stands for a field where the person is asked about."""

    name = measure = "user"
    kind = Kind.TEXT
    operators = ("eq",)
    sort_path = ()
    row = None
    members: Mapping[str, FieldOperand] = {}

    def comparisons(self, op: str, literal: JsonValue) -> tuple[Any, ...]:
        return ()

    def compared_with(self, op: str, dynamic: Any) -> tuple[Any, ...]:
        return ()


_NOBODY: Final = _Nobody()


# -- words of a draft ---------------------------------------------------------------------


def words_of(tool: ToolContext, form: FormContext, operands: FormOperands) -> FormWords:
    """The words of one form of a draft, as far as it is well formed."""
    sources = (
        (path, operands.source(path))
        for path in operands.paths
        if "." not in path and path[0] != "@"
    )
    fields = {path: field.spec for path, field in sources if isinstance(field, FieldType)}

    def display(path: str, literal: JsonValue) -> str | None:
        return _shown(operands, path, literal)

    links = {
        key: lambda there=there: words_of(tool, there, there.operands)
        for key, there in form.links.items()
    }
    return FormWords(fields, _workflow(tool, form), _roles(tool), display, links)


def _shown(operands: FormOperands, path: str, literal: JsonValue) -> str | None:
    try:
        field = operands.source(path)
        plain = isinstance(literal, str) and "contains" in field.operators
        if plain or not isinstance(field, FieldType):
            return None
        return field.literal_words(literal)
    except (InvalidValueError, UnknownField):
        return None


def _workflow(tool: ToolContext, form: FormContext) -> Workflow | None:
    for _at, raw in objects(tool.document, "workflows", ""):
        if text(raw, "form") == form.key:
            states = [
                State(text(state, "key") or "", text(state, "title") or text(state, "key") or "")
                for _below, state in objects(raw, "states", "")
            ]
            return Workflow(form.key, "", {state.key: state for state in states}, {})
    return None


def _roles(tool: ToolContext) -> dict[str, Role]:
    found: dict[str, Role] = {}
    grants: Mapping[str, Grant] = {}
    for _at, raw in objects(tool.document, "roles", ""):
        key = text(raw, "key") or ""
        found[key] = Role(key, text(raw, "title") or key, grants)
    return found
