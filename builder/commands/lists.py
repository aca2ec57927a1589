"""Commands about lists of choices: the choices, their order, and what they are called elsewhere."""

import re
from collections.abc import Mapping
from typing import Any, Final

from builder.commanding import Parameters, WrongInput, command
from builder.commands.parts import inserting, moved, new_key, part_of, setting, title_of
from builder.forms.matching import depending, read_match, with_match
from form_specs.catalog import Catalog
from form_specs.checks.raw import object_at, objects, text
from form_specs.editing import Address, Edit, Insert, Operation, Remove, find, has
from form_specs.language import _
from form_specs.model import Color, JsonObject
from form_specs.problem import pointer_of
from form_specs.sheets.naming import key_of

COLORS: Final = tuple(color.value for color in Color)
_MOST: Final = 2000
_TITLE: Final = 200
_PARTS: Final = re.compile(r"[\t;]")


@command("list.add")
def add(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """A list that has no choices yet."""
    called = given.text("title", required=True)
    made: JsonObject = {"key": new_key(document, "lists", called), "title": called, "choices": []}
    label = _("Add the list %(title)s", title=called)
    return Edit(label, tuple(inserting(document, ("lists",), made)))


@command("list.choice.add")
def add_choice(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """One more choice at the end."""
    at, part = part_of(document, given)
    called = given.text("title", required=True)
    taken = _keys(part)
    key = given.text("key")
    if key in taken:
        raise WrongInput("key", _("There is one with this key already"))
    choice: JsonObject = {"key": key or key_of(called, taken, "choice"), "title": called}
    label = _("Add %(choice)s to %(what)s", choice=called, what=title_of(part))
    return Edit(label, tuple(inserting(document, (*at, "choices"), choice)))


@command("list.paste")
def paste(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """A choice for each line: its title, or its key and its title as two cells of a spreadsheet."""
    at, part = part_of(document, given)
    found = pasted(given.text("lines", most=500_000, required=True), part)
    if not found:
        raise WrongInput("lines", _("All of them are in the list already"))
    if len(found) + len(_keys(part)) > _MOST:
        raise WrongInput("lines", _("A list has at most %(number)s choices", number=_MOST))
    into = (*at, "choices")
    first, *others = found
    operations = inserting(document, into, first)
    operations += [Insert(into, choice) for choice in others]
    label = _("Paste choices into %(what)s", what=title_of(part))
    return Edit(label, tuple(operations))


def pasted(lines: str, part: Mapping[str, Any]) -> list[JsonObject]:
    """The choices in some lines that a list does not have yet."""
    taken = _keys(part)
    titles = {
        (text(choice, "title") or "").casefold() for _at, choice in objects(part, "choices", "")
    }
    found: list[JsonObject] = []
    for number, line in enumerate(lines.split("\n"), 1):
        cells = [cell.strip() for cell in _PARTS.split(line) if cell.strip()]
        if not cells or cells[-1].casefold() in titles or (len(cells) > 1 and cells[0] in taken):
            continue
        key = cells[0] if len(cells) > 1 else key_of(cells[0], taken, "choice")
        if max(map(len, (key, cells[-1]))) > _TITLE:
            said = _("Line %(number)s: at most %(most)s characters", number=number, most=_TITLE)
            raise WrongInput("lines", said)
        taken.add(key)
        titles.add(cells[-1].casefold())
        found.append({"key": key, "title": cells[-1]})
    return found


@command("list.choice.change")
def change(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """What a choice is called and its colour."""
    at, choice = _choice(document, given)
    called = given.text("title", required=True)
    color = given.choice("color", COLORS)
    operations = setting(document, (*at, "title"), called)
    if color != (text(choice, "color") or Color.GRAY.value):
        operations += setting(document, (*at, "color"), None if color == "gray" else color)
    return Edit(_("Change the choice %(choice)s", choice=called), operations)


@command("list.choice")
def do(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """Moves a choice, retires it, offers it again or takes it out, as `to` says."""
    at, choice = _choice(document, given)
    to = given.choice("to", ("up", "down", "before", "retire", "restore", "remove"))
    called = title_of(choice)
    if to == "remove":
        return Edit(_("Take %(choice)s out", choice=called), (Remove(at), *_unsaid(document, at)))
    if to == "retire":
        label = _("Retire %(what)s", what=called)
        return Edit(label, setting(document, (*at, "retired"), True))
    if to == "restore":
        label = _("Offer %(what)s", what=called)
        return Edit(label, setting(document, (*at, "retired"), None))
    return Edit(_("Move %(what)s", what=called), moved(document, at, given))


@command("list.choice.translate")
def translate(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """What a choice is called in another language; empty: as in the tool's own."""
    at, choice = _choice(document, given)
    locale = given.choice("locale", object_at(document, "messages"))
    place = ("messages", locale, pointer_of((*at, "title")))
    label = _("Translate %(what)s into %(language)s", what=title_of(choice), language=locale)
    return Edit(label, setting(document, place, given.text("title")))


@command("list.choice.match")
def match(document: JsonObject, catalog: Catalog, given: Parameters) -> Edit:
    """While the field that choices of the list depend on holds which values one is offered; none: always."""
    at, choice = _choice(document, given)
    found = next(depending(document, at[1]), None)
    if found is None:
        raise WrongInput(
            "value", _("No field takes its choices from here as far as they fit another")
        )
    made = with_match(choice, read_match(catalog, *found, given))
    label = _("Change when the choice %(choice)s fits", choice=title_of(choice))
    return Edit(label, setting(document, (*at, "match"), made.get("match")))


def _unsaid(document: JsonObject, at: Address) -> list[Operation]:
    """The translations of a choice go with it."""
    said = pointer_of((*at, "title"))
    places = (("messages", locale, said) for locale in object_at(document, "messages"))
    return [Remove(place) for place in places if has(document, place)]


def _choice(document: JsonObject, given: Parameters) -> tuple[Address, Mapping[str, Any]]:
    at, _part = part_of(document, given)
    found = (*at, "choices", given.text("choice", required=True))
    if not has(document, found) or not isinstance(choice := find(document, found), Mapping):
        raise WrongInput("choice", _("It is not there any more"))
    return found, choice


def _keys(part: Mapping[str, Any]) -> set[str]:
    return {text(choice, "key") or "" for _at, choice in objects(part, "choices", "")}
