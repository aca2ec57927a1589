"""What the pages of the Roles section show."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from builder.bench import Bench
from builder.drafting.examined import PlacedProblem
from builder.flow.cells import FIELD_RIGHTS, RIGHTS, Cell, RightsOf
from builder.flow.seeing import seen_words
from form_specs.checks.raw import object_at, objects, text
from form_specs.editing import keyed
from form_specs.exact_json import loads
from form_specs.language import _, marked
from form_specs.problem import pointer_of
from form_specs.uses import Target, uses_of
from runtime.compiling.tool import CompiledTool
from runtime.storage import accounts
from runtime.web.site.context import current_services, here

Option = tuple[str, str]

_RIGHT_WORDS: Final = {
    "read": marked("Read"),
    "create": marked("Create"),
    "edit": marked("Edit"),
    "delete": marked("Delete"),
    "comment": marked("Comment"),
    "attach": marked("Attach files"),
    "import": marked("Import"),
    "export": marked("Export"),
}
_FIELD_WORDS: Final = {
    "write": marked("Write"),
    "read": marked("Read"),
    "masked": marked("Masked"),
    "hidden": marked("Hidden"),
}
_GROUP_WORDS: Final = {
    "can": marked("Records"),
    "field": marked("Fields"),
    "way": marked("Transitions"),
    "action": marked("Actions"),
    "view": marked("Views"),
}


@dataclass(frozen=True, slots=True)
class CellBox:
    """One cell of the matrix."""

    name: str
    label: str
    value: Cell | None
    """None: there is nothing to set here."""
    was: str
    """What it is in the version in force, in words; empty: the same."""


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """What each role may do with one thing."""

    name: str
    title: str
    cells: Sequence[CellBox]


@dataclass(frozen=True, slots=True)
class MatrixGroup:
    """Rows of one kind."""

    kind: str
    title: str
    rows: Sequence[MatrixRow]

    @property
    def is_choice(self) -> bool:
        """Whether its cells are one of several values, not yes or no."""
        return self.kind == "field"


@dataclass(frozen=True, slots=True)
class RoleHead:
    """A role at the head of its column."""

    key: str
    title: str
    url: str
    is_new: bool
    is_wrong: bool


@dataclass
class RolesPage:
    """The matrix of one form."""

    bench: Bench
    form: str

    @cached_property
    def rights(self) -> RightsOf:
        return RightsOf(self.bench.document, self.form)

    @cached_property
    def published(self) -> RightsOf | None:
        base = self.bench.standing.base
        found = loads(base) if base else None
        return RightsOf(found, self.form) if isinstance(found, dict) else None

    @property
    def forms(self) -> list[tuple[str, str, str]]:
        """Key, title and address of each form's matrix."""
        return [
            (key, text(raw, "title") or key, self.bench.url("roles", form=key))
            for _at, raw in objects(self.bench.document, "forms", "")
            if (key := text(raw, "key"))
        ]

    @property
    def roles(self) -> list[RoleHead]:
        known = self.published.roles if self.published else {}
        problems = self.bench.examined.problems_at
        return [
            RoleHead(
                *(key, text(raw, "title") or key, self.bench.url("roles", f"{key}/")),
                is_new=self.published is not None and key not in known,
                is_wrong=any(problem.is_error for problem in problems("roles", key)),
            )
            for key, raw in self.rights.roles.items()
        ]

    @property
    def groups(self) -> list[MatrixGroup]:
        return [group for kind in _GROUP_WORDS if (group := self._group(kind)).rows]

    @property
    def field_rights(self) -> list[Option]:
        return [(key, _(_FIELD_WORDS[key])) for key in FIELD_RIGHTS]

    @property
    def problems(self) -> list[PlacedProblem]:
        return self.bench.examined.problems_at("roles")

    def _group(self, kind: str) -> MatrixGroup:
        rows = [self._row(f"{kind}:{key}", title) for key, title in self._things(kind)]
        return MatrixGroup(kind, _(_GROUP_WORDS[kind]), rows)

    def _things(self, kind: str) -> Iterator[Option]:
        if kind == "can":
            yield from ((key, _(_RIGHT_WORDS[key])) for key in RIGHTS)
        elif kind == "field":
            fields = self.rights.fields
            yield from ((key, text(object_at(fields, key), "title") or key) for key in fields)
        else:
            for part in self.rights.parts(kind):
                key = text(part, "key") or ""
                yield key, text(part, "title") or key

    def _row(self, name: str, title: str) -> MatrixRow:
        cells = [self._cell(name, title, role) for role in self.roles]
        return MatrixRow(name, title, cells)

    def _cell(self, name: str, title: str, role: RoleHead) -> CellBox:
        key = f"{name}:{role.key}"
        value = self.rights.cells.get(key)
        was = ""
        if self.published is not None and (before := self.published.cells.get(key)) != value:
            was = _("was: %(what)s", what=_cell_words(before))
        return CellBox(key, f"{title}: {role.title}", value, was)


def _cell_words(cell: Cell | None) -> str:
    if cell is True:
        return _("yes")
    if not cell:
        return _("no")
    return _(_FIELD_WORDS[str(cell)])


def looked_at(tool: str, role: str) -> CompiledTool | None:
    """The tool in force, where it has the role."""
    found = current_services().published.tool(here().conn, tool)
    return found if found is not None and role in found.spec.roles else None


# -- one role -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sight:
    """What a role sees of one form."""

    title: str
    words: str
    rows_url: str
    matrix_url: str
    has_rows: bool
    problems: Sequence[PlacedProblem]


@dataclass
class RolePage:
    """One role."""

    bench: Bench
    key: str
    raw: Mapping[str, Any]

    @property
    def title(self) -> str:
        return text(self.raw, "title") or self.key

    @property
    def description(self) -> str:
        return text(self.raw, "description") or ""

    @property
    def keys(self) -> list[str]:
        return [*RightsOf(self.bench.document, "").roles]

    @property
    def problems(self) -> list[PlacedProblem]:
        found = self.bench.examined.problems_at("roles", self.key)
        return [problem for problem in found if problem.at[2:3] != ("grants",)]

    @property
    def sights(self) -> list[Sight]:
        found = []
        for _at, raw in objects(self.bench.document, "forms", ""):
            if form := text(raw, "key"):
                found.append(self._sight(form, text(raw, "title") or form))
        return found

    def _sight(self, form: str, title: str) -> Sight:
        bench = self.bench
        grant = RightsOf(bench.document, form).grant(self.key)
        at = ("roles", self.key, "grants", form)
        return Sight(
            title=title,
            words=seen_words(bench, self.key, form, grant),
            rows_url=bench.url("condition", at=pointer_of((*at, "rows")), back=bench.page)
            if grant is not None
            else "",
            matrix_url=bench.url("roles", form=form),
            has_rows=grant is not None and "rows" in grant,
            problems=bench.examined.problems_at(*at),
        )

    @property
    def uses(self) -> list[Option]:
        """Where the role is used: words and address."""
        document = self.bench.document
        found = uses_of(document, self.bench.catalog, Target("role", self.key))
        return [(use.words, self.bench.url_of(keyed(document, use.pointer))) for use in found]

    @property
    def looks(self) -> bool:
        """Whether the builder can look at the tool as the role."""
        tool = looked_at(self.bench.tool, self.key)
        return tool is not None and bool(here().access.forms(tool))

    @property
    def look_url(self) -> str:
        return self.bench.url("roles", f"{self.key}/look")

    @property
    def people(self) -> list[Option]:
        """Who has the role now: name and title."""
        return [
            (name, title)
            for name, title, role in accounts.members(here().conn, self.bench.tool)
            if role == self.key
        ]
