"""Handlers of the page on which a list of choices is changed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from flask import abort, flash, g, request, url_for
from werkzeug.wrappers import Response

from form_specs.language import _, marked
from form_specs.model import Choice, Color, ListSpec
from runtime.choosing.listed import effective
from runtime.choosing.matching import depended_on, values_to_match
from runtime.compiling.tool import CompiledTool
from runtime.gate.listing import (
    Edited,
    ListEditing,
    ListMovedOnError,
    ListRefusedError,
    may_edit,
)
from runtime.storage import choice_lists
from runtime.storage.choice_lists import StoredList
from runtime.web.contexts import FormError, Link, ListPage, ListRow, NewChoice, Option
from runtime.web.site.context import here, tool_or_404
from runtime.web.site.htmx import see_other
from runtime.web.site.rendering import draw
from runtime.web.site.times import moment, relative

_COLORS: Final = {
    "gray": marked("Gray"),
    "blue": marked("Blue"),
    "green": marked("Green"),
    "amber": marked("Amber"),
    "red": marked("Red"),
    "violet": marked("Violet"),
}
_MOVED_ON: Final = marked(
    "Somebody else changed this list meanwhile. What they did stands below; do yours again"
)


@dataclass(frozen=True)
class _Place:
    """A list of a tool that the person may change."""

    tool: CompiledTool
    spec: ListSpec
    lists: Mapping[str, StoredList]

    @property
    def stored(self) -> StoredList | None:
        return self.lists.get(self.spec.key)

    @property
    def known(self) -> Mapping[str, str]:
        """By key what its choices may go with is called, as far as that is known."""
        return values_to_match(self.tool, self.spec.key, self.lists) or {}

    @property
    def choices(self) -> tuple[Choice, ...]:
        return effective(self.spec, self.stored)

    @property
    def version(self) -> int:
        return self.stored.version if self.stored else 0


def edit_list(tool: str, name: str) -> Response:
    """The page of a list."""
    place = _place_or_404(tool, name)
    return _draw(place, place.choices, place.version)


def _place_or_404(tool_key: str, name: str) -> _Place:
    tool = tool_or_404(tool_key)
    spec = tool.spec.lists.get(name)
    if spec is None or not may_edit(here().person, tool, spec):
        abort(404)
    return _Place(tool, spec, choice_lists.of_tool(here().conn, tool.tool_id))


def save_list(tool: str, name: str) -> Response:
    """Takes what was typed for all choices, and does what the pressed button says."""
    place = _place_or_404(tool, name)
    version = request.form.get("_version", type=int) or 0
    added = NewChoice(
        *(request.form.get(f"new_{part}", "").strip() for part in ("key", "title", "match"))
    )
    typed = _typed(place.choices, place.known)
    wanted = _done(typed, request.form.get("do", ""))
    if request.form.get("do") == "add" or added.title or added.key:
        wanted = (*wanted, _new_choice(added, wanted, place.known))
    services = here().services
    editing = ListEditing(services.db, services.ids, services.audit_key, lambda: datetime.now(UTC))
    try:
        editing.save(here().person, place.tool, name, Edited(version, wanted), g.request_id)
    except ListRefusedError as refused:
        errors = [FormError(problem) for problem in refused.problems]
        return _draw(place, typed, version, errors, added, 422)
    except ListMovedOnError:
        fresh = _place_or_404(tool, name)
        return _draw(fresh, fresh.choices, fresh.version, [FormError(_(_MOVED_ON))], added, 409)
    flash(_("%(title)s: saved", title=place.spec.title), "success")
    return see_other(url_for("web.edit_list", tool=tool, name=name))


def _typed(choices: Sequence[Choice], known: Mapping[str, str]) -> tuple[Choice, ...]:
    """The choices with the titles, colours and matches that were posted for them."""
    return tuple(_typed_choice(choice, known) for choice in choices)


def _typed_choice(choice: Choice, known: Mapping[str, str]) -> Choice:
    def posted(part: str, fallback: str) -> str:
        return request.form.get(f"{part}/{choice.key}", fallback).strip()

    color = posted("color", choice.color.value)
    return replace(
        choice,
        title=posted("title", choice.title),
        color=Color(color) if color in _COLORS else choice.color,
        match=_match_values(posted("match", _match_text(choice)), known, choice),
    )


def _match_text(choice: Choice) -> str:
    return ", ".join(map(str, choice.match))


def _match_values(
    text: str, known: Mapping[str, str], before: Choice | None = None
) -> tuple[object, ...]:
    """What was typed as the values that a choice goes with; those that are no texts stay as they are.

    What is `known` may be written by its title, too.
    """
    if before is not None and text == _match_text(before):
        return before.match
    titled = {title.casefold(): key for key, title in known.items()}
    parts = (part.strip() for part in text.split(","))
    return tuple(
        part if part in known else titled.get(part.casefold(), part) for part in parts if part
    )


def _done(choices: tuple[Choice, ...], asked: str) -> tuple[Choice, ...]:
    """What a button makes of the list: `up:KEY`, `down:KEY`, `retire:KEY`, `restore:KEY`."""
    verb, _, key = asked.partition(":")
    at = next((i for i, choice in enumerate(choices) if choice.key == key), None)
    if at is None:
        return choices
    found = list(choices)
    if verb in ("retire", "restore"):
        found[at] = replace(found[at], retired=verb == "retire")
    step = {"up": -1, "down": 1}.get(verb, 0)
    if step and 0 <= at + step < len(found):
        found[at], found[at + step] = found[at + step], found[at]
    return tuple(found)


def _new_choice(added: NewChoice, others: Sequence[Choice], known: Mapping[str, str]) -> Choice:
    key = added.key or _key_from(added.title, {choice.key for choice in others})
    return Choice(key, added.title or added.key, match=_match_values(added.match, known))


def _key_from(title: str, taken: set[str]) -> str:
    """A key made of a title, unlike all others."""
    base = re.sub("[^a-z0-9]+", "_", title.lower()).strip("_")[:40] or "choice"
    numbered = (f"{base}_{number}" for number in range(2, len(taken) + 3))
    return base if base not in taken else next(key for key in numbered if key not in taken)


def _draw(
    place: _Place,
    choices: Sequence[Choice],
    version: int,
    errors: Sequence[FormError] = (),
    added: NewChoice = NewChoice(),  # noqa: B008 - it never changes
    status: int = 200,
) -> Response:
    url = url_for("web.edit_list", tool=place.tool.key, name=place.spec.key)
    page = ListPage(
        title=place.spec.title,
        trail=[Link(place.tool.spec.title, url_for("web.tool", tool=place.tool.key))],
        action=url,
        version=str(version),
        rows=[_row(choice, i, len(choices)) for i, choice in enumerate(choices)],
        matching=any(choice.match for choice in choices)
        or bool(depended_on(place.tool, place.spec.key)),
        changed=_changed(place),
        errors=errors,
        added=added,
    )
    title = f"{place.spec.title} · {place.tool.spec.title}"
    return draw("list.html", page, title=title, status=status)


def _row(choice: Choice, at: int, count: int) -> ListRow:
    return ListRow(
        key=choice.key,
        title=choice.title,
        colors=[Option(c, _(t), c == choice.color.value, c) for c, t in _COLORS.items()],
        retired=choice.retired,
        match=_match_text(choice),
        first=at == 0,
        last=at == count - 1,
    )


def _changed(place: _Place) -> str:
    if place.stored is None:
        return ""
    by = here().titles({place.stored.updated_by})
    who = by.get(place.stored.updated_by, place.stored.updated_by)
    return f"{who}, {relative(moment(place.stored.updated_at), datetime.now(UTC))}"
