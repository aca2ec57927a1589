"""Commands about roles, and about the matrix of what they may do."""

from copy import deepcopy
from typing import Final

from builder.commanding import Parameters, WrongInput, command
from builder.flow.cells import (
    FIELD_RIGHTS,
    Cell,
    Cells,
    EverybodyError,
    RightsOf,
    whole,
    with_cells,
)
from builder.flow.changing import form_title, inserted, member, moved
from form_specs.catalog import Catalog
from form_specs.checks.raw import text
from form_specs.editing import Edit, Insert, Remove, apply, changes
from form_specs.language import _, counted
from form_specs.model import JsonObject
from form_specs.sheets.naming import key_of
from form_specs.uses import Target, without_uses

_ON: Final = {"on": True, "off": False}


@command("role.add")
def add(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """A role that may do nothing yet."""
    title = given.text("title", required=True, most=100)
    key = key_of(title, {*RightsOf(document, "").roles}, "role")
    label = _("Add the role %(title)s", title=title)
    return inserted(document, "roles", {"key": key, "title": title, "grants": []}, label)


@command("role.title")
def title(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """What people call a role."""
    key, raw = _role(document, given)
    found = given.text("title", required=True, most=100)
    label = _("Rename the role %(title)s", title=text(raw, "title") or key)
    return member(("roles", key), raw, "title", found, label)


@command("role.description")
def description(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """Whom a role is for."""
    key, raw = _role(document, given)
    label = _("Describe the role %(title)s", title=text(raw, "title") or key)
    return member(("roles", key), raw, "description", given.text("description", most=5000), label)


@command("role.duplicate")
def duplicate(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """A role with the same rights to records; no transition, action or view names it yet."""
    key, raw = _role(document, given)
    name = text(raw, "title") or key
    made = deepcopy(raw)
    made["key"] = key_of(name, {*RightsOf(document, "").roles}, "role")
    made["title"] = _("%(title)s (copy)", title=name)[:100]
    label = _("Duplicate the role %(title)s", title=name)
    return Edit(label, (Insert(("roles",), made, after=key),))


@command("role.move")
def move(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """One place up or down among the roles."""
    key, raw = _role(document, given)
    label = _("Move the role %(title)s", title=text(raw, "title") or key)
    return moved(("roles",), [*RightsOf(document, "").roles], key, given, label)


@command("role.remove")
def remove(document: JsonObject, catalog: Catalog, given: Parameters) -> Edit:
    """Takes a role away; where it was the only one named, somebody has to decide who comes after it."""
    key, raw = _role(document, given)
    label = _("Delete the role %(title)s", title=text(raw, "title") or key)
    taken, _left = without_uses(document, catalog, Target("role", key), label)
    after, _back = apply(document, taken)
    after, _back = apply(after, Edit("", (Remove(("roles", key)),)))
    return changes(document, after, label)


@command("role.matrix")
def matrix(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """What all roles may do with a form, as the matrix was left; a whole row or column where asked."""
    form = given.text("form", required=True)
    rights = RightsOf(document, form)
    wanted = _wanted(rights, given)
    try:
        after = with_cells(document, form, wanted)
    except EverybodyError as error:
        message = _(
            "Nobody could use %(title)s then, and a part that names nobody is open to everybody: "
            "delete it instead, or name another role first",
            title=error.title,
        )
        raise WrongInput("matrix", message) from error
    number = sum(rights.cells.get(name) != cell for name, cell in wanted.items())
    return changes(document, after, _label(document, form, number))


def _label(document: JsonObject, form: str, number: int) -> str:
    name = form_title(document, form)
    return counted(
        "Change one right to %(form)s", "Change %(num)s rights to %(form)s", number, form=name
    )


def _wanted(rights: RightsOf, given: Parameters) -> Cells:
    asked = given.text("whole", most=400)
    if asked:
        kind, _colon, rest = asked.partition(":")
        name, _colon, value = rest.rpartition(":")
        return _whole(rights, kind, name, value)
    for key in given.values:
        kind, _dash, name = key.partition("-")
        if kind in ("row", "column") and (value := given.text(key)):
            return _whole(rights, kind, name, value)
    return {
        name: given.choice(name, FIELD_RIGHTS) if name.startswith("field:") else given.flag(name)
        for name in rights.cells
        if not name.startswith("field:") or name in given.values
    }


def _whole(rights: RightsOf, kind: str, name: str, value: str) -> Cells:
    """A row is named by what it is about (`can:export`), a column by a kind and a role (`field:lead`)."""
    cell: Cell = _ON.get(value, value)
    if cell is not True and cell is not False and cell not in FIELD_RIGHTS:
        raise WrongInput("matrix", _("Choose one of those offered"))
    if kind == "row":
        return whole(rights, [f"{name}:{role}" for role in rights.roles], cell)
    group, _colon, role = name.partition(":")
    names = [
        each for each in rights.cells if each.startswith(f"{group}:") and each.endswith(f":{role}")
    ]
    return whole(rights, names, cell)


def _role(document: JsonObject, given: Parameters) -> tuple[str, JsonObject]:
    key = given.text("role", required=True)
    raw = RightsOf(document, "").roles.get(key)
    if raw is None:
        raise WrongInput("role", _("This role is gone"))
    return key, dict(raw)
