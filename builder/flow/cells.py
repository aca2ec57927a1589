"""The matrix of a tool's rights on one form: what each role may do, cell by cell.

    "can:export:lead"      may a lead export?        True
    "field:card:operator"  an operator and the card  "masked"
    "way:pay:lead"         may a lead take it?       True

A cell says what is so, be it written down or follow from something else; what is changed is found
by comparing the cells, so one edit may change any number of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, TypeAlias

from builder.commanding import KEY
from form_specs.checks.raw import object_at, objects, text, texts
from form_specs.model import JsonObject

RIGHTS: Final = ("read", "create", "edit", "delete", "comment", "attach", "import", "export")
FIELD_RIGHTS: Final = ("write", "read", "masked", "hidden")
PARTS: Final = {"way": "transitions", "action": "actions", "view": "views"}

Cell: TypeAlias = bool | str
Cells: TypeAlias = Mapping[str, Cell]


class EverybodyError(ValueError):
    """A part that nobody named could use: its list would be empty, and that means everybody."""

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self.title = title


@dataclass(frozen=True)
class RightsOf:
    """What all roles of a document may do with one form."""

    document: Mapping[str, Any]
    form: str

    @cached_property
    def roles(self) -> Mapping[str, Mapping[str, Any]]:
        """The roles by key."""
        found = ((text(raw, "key") or "", raw) for _at, raw in objects(self.document, "roles", ""))
        return {key: raw for key, raw in found if KEY.fullmatch(key)}

    @cached_property
    def fields(self) -> Mapping[str, Any]:
        found = objects(self.document, "forms", "")
        form = next((raw for _at, raw in found if text(raw, "key") == self.form), {})
        return object_at(object_at(form, "schema"), "properties")

    def parts(self, kind: str) -> list[Mapping[str, Any]]:
        """The transitions, actions or views of the form."""
        if kind == "way":
            flows = objects(self.document, "workflows", "")
            flow = next((raw for _at, raw in flows if text(raw, "form") == self.form), {})
            found = [raw for _at, raw in objects(flow, "transitions", "")]
        else:
            found = [
                raw
                for _at, raw in objects(self.document, PARTS[kind], "")
                if text(raw, "form") == self.form
            ]
        return [raw for raw in found if text(raw, "key")]

    def grant(self, role: str) -> Mapping[str, Any] | None:
        """What a role is granted on the form; none: nothing."""
        found = objects(self.roles.get(role, {}), "grants", "")
        return next((raw for _at, raw in found if text(raw, "form") == self.form), None)

    def rights(self, role: str) -> list[str]:
        return [key for _at, key in texts(self.grant(role) or {}, "can", "")]

    def may(self, part: Mapping[str, Any], kind: str, role: str) -> bool:
        """Whether a role may use a part: it is named, or nobody is and a right says so."""
        named = [key for _at, key in texts(part, "roles", "")]
        return (
            role in named if named else ("read" if kind == "view" else "edit") in self.rights(role)
        )

    @cached_property
    def cells(self) -> Cells:
        """All of them."""
        return dict(self._cells())

    def _cells(self) -> Iterator[tuple[str, Cell]]:
        for role in self.roles:
            grant, rights = self.grant(role), self.rights(role)
            yield from ((f"can:{right}:{role}", right in rights) for right in RIGHTS)
            if {"read", "create"} & set(rights):
                given = object_at(grant or {}, "fields")
                for key in self.fields:
                    found = given.get(key)
                    yield f"field:{key}:{role}", found if found in FIELD_RIGHTS else "write"
            for kind in PARTS:
                for part in self.parts(kind):
                    yield f"{kind}:{text(part, 'key')}:{role}", self.may(part, kind, role)


def with_cells(document: JsonObject, form: str, wanted: Cells) -> JsonObject:
    """The document in which the cells are as wanted; raises `EverybodyError`."""
    before = RightsOf(document, form)
    changed = {name: cell for name, cell in wanted.items() if before.cells.get(name) != cell}
    after = deepcopy(document)
    now = RightsOf(after, form)
    for kind in PARTS:
        for part in now.parts(kind):
            _set_part(before, part, kind, changed)
    for role, raw in now.roles.items():
        _set_grant(now, role, raw, changed)
    return after


def _named(changed: Cells, kind: str, role: str) -> dict[str, Cell]:
    """The changed cells of a kind and a role, by what they are about."""
    start, end = f"{kind}:", f":{role}"
    return {
        name[len(start) : -len(end)]: cell
        for name, cell in changed.items()
        if name.startswith(start) and name.endswith(end)
    }


def _set_part(before: RightsOf, part: Any, kind: str, changed: Cells) -> None:
    """Names in a part who may use it; who could until now without being named, is named too."""
    key = part["key"]
    asked = {role: changed.get(f"{kind}:{key}:{role}") for role in before.roles}
    if all(cell is None for cell in asked.values()):
        return
    may = [
        role
        for role, cell in asked.items()
        if (before.may(part, kind, role) if cell is None else cell)
    ]
    if not may:
        raise EverybodyError(text(part, "title") or key)
    named = [role for _at, role in texts(part, "roles", "") if role in may]
    part["roles"] = [*named, *(role for role in may if role not in named)]


def _set_grant(now: RightsOf, role: str, raw: Any, changed: Cells) -> None:
    rights, fields = _named(changed, "can", role), _named(changed, "field", role)
    if not rights and not fields:
        return
    grant: Any = now.grant(role)
    held = now.rights(role)
    can = [right for right in RIGHTS if rights.get(right, right in held)]
    if grant is None:
        grant = {"form": now.form, "can": can}
        if isinstance(raw.get("grants"), list):
            raw["grants"].append(grant)
        else:
            raw["grants"] = [grant]
    if not can:
        raw["grants"].remove(grant)
        return
    if rights:
        grant["can"] = can
    given = dict(object_at(grant, "fields")) | fields
    left = {key: right for key, right in given.items() if right != "write" or key not in fields}
    if left:
        grant["fields"] = left
    else:
        grant.pop("fields", None)


def whole(rights: RightsOf, names: Sequence[str], value: Cell) -> Cells:
    """The cells of a whole row or column with one value; those that there are not stay away."""
    return {name: value for name in names if name in rights.cells}
