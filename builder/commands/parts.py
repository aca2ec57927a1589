"""Commands that views, actions and lists share: names, order, copies, roles, and the lists in them."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, Final

from builder.commanding import Parameters, WrongInput, command
from builder.parts.options import option_value
from builder.parts.rows import KINDS
from form_specs.catalog import Catalog
from form_specs.checks.raw import object_at, objects, text
from form_specs.editing import (
    Address,
    Edit,
    Insert,
    Move,
    Operation,
    Remove,
    Set,
    find,
    has,
    names_of,
)
from form_specs.language import _, marked
from form_specs.model import JsonObject, JsonValue
from form_specs.sheets.naming import key_of
from form_specs.uses import Target, without_uses

_MEMBERS: Final = {
    "columns": (marked("Add a column"), marked("Take a column out"), marked("Move a column")),
    "sort": (marked("Sort by a field"), marked("Sort no more by a field"), marked("Change the order")),
    "quickFilters": (
        *(marked("Add a quick filter"), marked("Take a quick filter out")),
        marked("Move a quick filter"),
    ),
}  # fmt: skip
_CONDITIONS: Final = ("filter", "when")


def part_of(document: JsonObject, given: Parameters) -> tuple[Address, Mapping[str, Any]]:
    """The part that a command is about: where it stands, and what it is."""
    at = (given.choice("kind", KINDS), given.text("part", required=True))
    if not has(document, at) or not isinstance(found := find(document, at), Mapping):
        raise WrongInput("part", _("It is not there any more"))
    return at, found


def title_of(part: Mapping[str, Any]) -> str:
    """What a part is called, to be said in the label of an edit."""
    return text(part, "title") or text(part, "key") or "?"


def new_key(document: JsonObject, kind: str, title: str) -> str:
    """A key made of a title, unlike those of all parts of a kind."""
    taken = {text(part, "key") or "" for _at, part in objects(document, kind, "")}
    return key_of(title, taken, KINDS[kind])[:40]


def inserting(
    document: JsonObject, into: Address, value: JsonValue, **where: Any
) -> list[Operation]:
    """What puts something into a list, which is made where there is none."""
    if has(document, into) and isinstance(find(document, into), list):
        return [Insert(into, value, **where)]
    return [Set(into, []), Insert(into, value)]


def setting(document: JsonObject, at: Address, value: JsonValue | None) -> tuple[Operation, ...]:
    """What gives a member a value; none, an empty text or list takes it away."""
    if value in (None, "", [], {}):
        return (Remove(at),) if has(document, at) else ()
    return () if has(document, at) and find(document, at) == value else (Set(at, value),)


# -- a part as a whole ----------------------------------------------------------------------


@command("part.title")
def title(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """What people call it."""
    at, part = part_of(document, given)
    new = given.text("title", required=True)
    label = _("Rename %(old)s to %(new)s", old=title_of(part), new=new)
    return Edit(label, setting(document, (*at, "title"), new))


@command("part.move")
def move(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """One up or down, or before another one."""
    at, part = part_of(document, given)
    label = _("Move %(what)s", what=title_of(part))
    return Edit(label, moved(document, at, given))


def moved(document: JsonObject, at: Address, given: Parameters) -> tuple[Operation, ...]:
    """What moves an item of a list as `to` says: up, down, or before another one."""
    names = names_of(find(document, at[:-1]))
    here, to = names.index(at[-1]), given.choice("to", ("up", "down", "before"))
    if to == "before":
        before = given.text("before", most=400)
        if before == at[-1] or (before and before not in names):
            return ()
        return (Move(at, None, before=before or None),)
    there = here + (-1 if to == "up" else 1)
    if not 0 <= there < len(names):
        return ()
    beside = {"before" if to == "up" else "after": names[there]}
    return (Move(at, None, **beside),)


@command("part.duplicate")
def duplicate(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """A copy of it right behind it, with a key of its own."""
    at, part = part_of(document, given)
    called = _("%(title)s (copy)", title=title_of(part))[:200]
    copy = {**deepcopy(dict(part)), "key": new_key(document, at[0], called), "title": called}
    copy.pop("shortcut", None)
    label = _("Duplicate %(what)s", what=title_of(part))
    return Edit(label, (Insert(at[:-1], copy, after=at[-1]),))


@command("part.remove")
def remove(document: JsonObject, catalog: Catalog, given: Parameters) -> Edit:
    """Takes it out of the tool, with the translations of its texts; not a list that fields use."""
    at, part = part_of(document, given)
    target = Target(KINDS[at[0]], text(part, "key") or "")
    label = _("Delete %(what)s", what=title_of(part))
    edit, left = without_uses(document, catalog, target, label)
    if left:
        raise WrongInput("part", _("It is used: %(where)s", where=left[0].words))
    return Edit(label, (*edit.operations, *_removal(document, at)))


def _removal(document: JsonObject, at: Address) -> tuple[Operation, ...]:
    """The list goes with the last part in it."""
    return (Remove(at[:-1] if len(find(document, at[:-1])) == 1 else at),)


@command("part.roles")
def roles(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """Who sees or does it; nobody ticked: as without it."""
    at, part = part_of(document, given)
    member = "editors" if at[0] == "lists" else "roles"
    known = {text(role, "key") or "" for _at, role in objects(document, "roles", "")}
    stands = part.get(member)
    named = [role for role in stands if isinstance(role, str)] if isinstance(stands, list) else []
    chosen: list[JsonValue] = [*given.choices("roles", known | {*named})]
    label = _("Change the roles of %(what)s", what=title_of(part))
    return Edit(label, setting(document, (*at, member), chosen))


@command("part.option")
def option(document: JsonObject, catalog: Catalog, given: Parameters) -> Edit:
    """An option of its type; empty is the type's own."""
    at, part = part_of(document, given)
    name, typed = given.text("name", required=True), given.text("value", most=2000)
    schema = _option_schema(catalog, at[0], text(part, "type") or "")
    label = _("Change an option of %(what)s", what=title_of(part))
    options = object_at(part, "options")
    if typed:
        after = {**options, name: option_value(schema, name, typed)}
    else:
        after = {key: value for key, value in options.items() if key != name}
    return Edit(label, setting(document, (*at, "options"), after))


def _option_schema(catalog: Catalog, kind: str, name: str) -> JsonObject:
    types = catalog.view_types if kind == "views" else catalog.action_types
    if name not in types:
        raise WrongInput("value", _("Its type is not known here"))
    return catalog.view_options(name) if kind == "views" else catalog.action_options(name)


@command("part.condition.remove")
def without_condition(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """Takes its condition away."""
    at, part = part_of(document, given)
    member = given.choice("member", _CONDITIONS)
    label = _("Take the condition of %(what)s away", what=title_of(part))
    return Edit(label, setting(document, (*at, member), None))


# -- lists of names in a part ---------------------------------------------------------------


@command("part.item.add")
def add_item(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """One more at the end."""
    at, part = part_of(document, given)
    member = given.choice("member", _MEMBERS)
    item = given.text("item", required=True)
    there = part.get(member)
    names = names_of(there) if isinstance(there, list) else []
    if item.removeprefix("-") in names:
        raise WrongInput("item", _("It stands there already"))
    return Edit(_(_MEMBERS[member][0]), tuple(inserting(document, (*at, member), item)))


@command("part.item")
def change_item(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """Takes one out, turns its direction, or moves it, as `to` says."""
    at, _part = part_of(document, given)
    member = given.choice("member", _MEMBERS)
    inside = (*at, member, given.text("item", required=True, most=400))
    if not has(document, inside):
        raise WrongInput("item", _("It is not there any more"))
    to = given.choice("to", ("up", "down", "before", "remove", "turn"))
    _added, removed, shifted = _MEMBERS[member]
    if to == "remove":
        return Edit(_(removed), _removed(document, inside))
    if to == "turn":
        found = str(find(document, inside))
        turned = found.removeprefix("-") if found.startswith("-") else f"-{found}"
        return Edit(_("Turn the order round"), (Set(inside, turned),))
    return Edit(_(shifted), moved(document, inside, given))


def _removed(document: JsonObject, inside: Address) -> tuple[Operation, ...]:
    if inside[-2] == "columns" and len(find(document, inside[:-1])) == 1:
        raise WrongInput("item", _("A list needs at least one column: add another one first"))
    return _removal(document, inside)
