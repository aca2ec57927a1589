"""Changing a list of choices in the running tool: checked, then written with its event."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from components.base import InvalidValueError
from components.values.texts import clean_text
from form_specs.conditions.binding import microseconds
from form_specs.language import _, digits
from form_specs.model import Choice, Color, JsonObject, ListSpec
from runtime.access import Person
from runtime.choosing.listed import effective
from runtime.choosing.matching import values_to_match
from runtime.compiling.tool import CompiledTool
from runtime.storage import choice_lists
from runtime.storage.choice_lists import ListEvent, StoredList
from runtime.storage.database import Database
from runtime.storage.events import Cause
from runtime.storage.ids import IdMaker

MOST_CHOICES: Final = 2_000
_LONGEST: Final = 200
_MOST_NAMED: Final = 20
_KEY: Final = re.compile(r"[^\s/~]{1,80}")


class ListRefusedError(ValueError):
    """A list that cannot be as it was asked for; `problems` are sentences for people."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


class ListMovedOnError(Exception):
    """Somebody else changed the list meanwhile."""


def may_edit(person: Person, tool: CompiledTool, spec: ListSpec) -> bool:
    """Whether somebody may change a list: by a role that it names, or as administrator."""
    return person.is_admin or person.is_program or bool(person.roles_in(tool) & set(spec.editors))


@dataclass(frozen=True, slots=True)
class Edited:
    """A list as somebody wants it, and the version that they saw."""

    version: int
    choices: tuple[Choice, ...]


class ListEditing:
    """Writes lists; safe for many threads."""

    def __init__(
        self, db: Database, ids: IdMaker, audit_key: bytes, clock: Callable[[], datetime]
    ) -> None:
        self._db = db
        self._ids = ids
        self._key = audit_key
        self._clock = clock

    def save(
        self, person: Person, tool: CompiledTool, key: str, edited: Edited, request_id: str = ""
    ) -> int:
        """Makes `edited` the list; the new version.

        Raises `PermissionError`, `ListRefusedError`, `ListMovedOnError`.
        """
        spec = tool.spec.lists[key]
        if not may_edit(person, tool, spec):
            raise PermissionError(key)
        with self._db.write() as conn:
            choice_lists.hold(conn)
            lists = choice_lists.of_tool(conn, tool.tool_id)
            stored = lists.get(key)
            before = effective(spec, stored)
            if edited.version != (stored.version if stored else 0):
                raise ListMovedOnError
            problems = list_problems(before, edited.choices)
            problems += match_problems(before, edited.choices, values_to_match(tool, key, lists))
            if problems:
                raise ListRefusedError(problems)
            difference = _difference(before, edited.choices)
            if not difference:
                return edited.version
            now = microseconds(self._clock())
            new = StoredList(
                key=key,
                id=stored.id if stored else self._ids.next(),
                version=edited.version + 1,
                choices=[choice_json(choice) for choice in edited.choices],
                updated_at=now,
                updated_by=person.name,
            )
            data = {"tool": tool.key, "list": key, **difference}
            cause = Cause("list", person.name, now, request_id or None, data)
            event = ListEvent(self._ids.next(), self._key, cause, tool.version)
            choice_lists.save(conn, tool.tool_id, new, event)
        return new.version


def list_problems(before: Sequence[Choice], after: Sequence[Choice]) -> list[str]:
    """Why a list may not become `after`; old records hold its keys, so none ever goes."""
    found: list[str] = []
    keys = [choice.key for choice in after]
    gone = {choice.key for choice in before} - set(keys)
    found += [_("'%(key)s' cannot be taken away: retire it", key=key) for key in sorted(gone)]
    found += [
        _("The key '%(key)s' stands there twice", key=key)
        for key in sorted({*keys})
        if keys.count(key) > 1
    ]
    if len(after) > MOST_CHOICES:
        found.append(_("A list has at most %(limit)s choices", limit=digits(MOST_CHOICES)))
    known = {choice.key for choice in before}
    for choice in after:
        if choice.key not in known and not _KEY.fullmatch(choice.key):
            found.append(
                _(
                    "'%(key)s' is no key: no spaces, / or ~, at most 80 characters",
                    key=choice.key[:80],
                )
            )
        found += _title_problems(choice)
    return found


def match_problems(
    before: Sequence[Choice], after: Sequence[Choice], known: Mapping[str, str] | None
) -> list[str]:
    """The values that choices newly go with and that there are not: they would never be offered."""
    if known is None:
        return []
    went = {choice.key: choice.match for choice in before}
    there = ", ".join([*known.values()][:_MOST_NAMED]) + (", …" if len(known) > _MOST_NAMED else "")
    return [
        _(
            "'%(title)s' goes with '%(value)s', which there is not. There are %(known)s",
            title=choice.title,
            value=str(value)[:80],
            known=there,
        )
        for choice in after
        for value in choice.match
        if str(value) not in known and value not in went.get(choice.key, ())
    ]


def _title_problems(choice: Choice) -> list[str]:
    try:
        title = clean_text(choice.title)
    except InvalidValueError as error:
        return [_("The title of '%(key)s': %(error)s", key=choice.key, error=error)]
    if not title.strip():
        return [_("'%(key)s' has no title", key=choice.key)]
    if len(title) > _LONGEST:
        return [
            _(
                "The title of '%(key)s' has more than %(limit)s characters",
                key=choice.key,
                limit=_LONGEST,
            )
        ]
    return []


def choice_json(choice: Choice) -> dict[str, Any]:
    """A choice as a spec writes it."""
    found: dict[str, Any] = {"key": choice.key, "title": choice.title}
    if choice.color is not Color.GRAY:
        found["color"] = choice.color.value
    if choice.retired:
        found["retired"] = True
    if choice.match:
        found["match"] = list(choice.match)
    return found


def _difference(before: Sequence[Choice], after: Sequence[Choice]) -> JsonObject:
    """What changed, choice by choice, and the order where that changed; empty: nothing."""
    old = {choice.key: choice_json(choice) for choice in before}
    new = {choice.key: choice_json(choice) for choice in after}
    changes: JsonObject = {key: [old.get(key), new[key]] for key in new if old.get(key) != new[key]}
    found: JsonObject = {"choices": changes} if changes else {}
    order = [choice.key for choice in after]
    if [key for key in order if key in old] != [choice.key for choice in before]:
        found["order"] = [*order]
    return found
