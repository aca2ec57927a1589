"""What changes of roles, views and actions mean: who may do and see what."""

from collections.abc import Iterator
from typing import Any, Final

from form_specs.compatibility.change import Change, Impact
from form_specs.compatibility.place import (
    At,
    Rules,
    keyed,
    plain,
    retitled,
    silent,
    widened,
)

_ORDER: Final = ("hidden", "masked", "read", "write")


def role_added(at: At) -> Iterator[Change]:
    """A role that can be given to people from now on."""
    yield at.change(Impact.REVIEW, "role added")


def role_removed(at: At) -> Iterator[Change]:
    """A role that nobody has any more."""
    yield at.change(Impact.NOTICE, "role removed; those who have it lose it")


def _grant_added(at: At) -> Iterator[Change]:
    rights = ", ".join(at.new["can"])
    yield at.change(Impact.REVIEW, f"may {rights} {_form(at)} now")


def _grant_removed(at: At) -> Iterator[Change]:
    yield at.change(Impact.SAFE, f"does not know {_form(at)} any more")


def _form(at: At) -> str:
    form = at.pair.form(at.form, new=True) or at.pair.form(at.form)
    return f"'{form.get('plural', form.get('title', at.form))}'"


def _can(at: At, old: Any, new: Any) -> Iterator[Change]:
    gained, lost = sorted(set(new) - set(old)), sorted(set(old) - set(new))
    inside = at.inside("can")
    if gained:
        yield inside.change(Impact.REVIEW, f"may also {', '.join(gained)} {_form(at)}")
    if lost:
        yield inside.change(Impact.SAFE, f"may not {', '.join(lost)} {_form(at)} any more")


def _rows(at: At, _old: Any, new: Any) -> Iterator[Change]:
    which = "other" if new else "all"
    yield at.inside("rows").change(Impact.REVIEW, f"sees {which} records of {_form(at)}")


def _fields(at: At, old: Any, new: Any) -> Iterator[Change]:
    before, after = old or {}, new or {}
    form = at.pair.form(at.form, new=True) or {}
    there = form.get("schema", {}).get("properties", {})
    for key in dict.fromkeys((*before, *after)):
        was, now = before.get(key, "write"), after.get(key, "write")
        # What is said of a field that goes is no right to anything.
        if was != now and (key in there or key in after):
            impact = Impact.REVIEW if _ORDER.index(now) > _ORDER.index(was) else Impact.SAFE
            title = at.pair.field_title(at.form, key)
            text = f"'{title}' of {_form(at)}: {was} is {now} now"
            yield at.inside("fields", key).change(impact, text)


GRANT: Rules = {"form": silent, "can": _can, "rows": _rows, "fields": _fields}
ROLE: Rules = {
    "key": silent,
    "title": retitled("title"),
    "description": plain(Impact.SAFE, "description"),
    "grants": keyed("grants", GRANT, added=_grant_added, removed=_grant_removed, name="form"),
}


def part_added(what: str) -> Any:
    """A view or an action that was not there."""

    def rule(at: At) -> Iterator[Change]:
        yield at.change(Impact.SAFE, f"{what} added")

    return rule


def part_removed(what: str) -> Any:
    """A view or an action that people may miss."""

    def rule(at: At) -> Iterator[Change]:
        yield at.change(Impact.NOTICE, f"{what} removed; what leads to it leads nowhere")

    return rule


LIST: Rules = {
    "key": silent,
    "title": retitled("title"),
    "choices": plain(Impact.NOTICE, "the choices that it starts with"),
    "editors": widened("changing the list", everybody=False),
}
VIEW: Rules = {
    "key": silent,
    "title": retitled("title"),
    "type": plain(Impact.SAFE, "the kind of view"),
    "form": plain(Impact.NOTICE, "the form that it shows"),
    "columns": plain(Impact.SAFE, "columns"),
    "looks": plain(Impact.SAFE, "look of its columns"),
    "filter": plain(Impact.NOTICE, "which records it shows"),
    "sort": plain(Impact.SAFE, "order"),
    "quickFilters": plain(Impact.SAFE, "quick filters"),
    "roles": widened("the view"),
    "options": plain(Impact.SAFE, "options"),
}
ACTION: Rules = {
    "key": silent,
    "title": retitled("title"),
    "type": plain(Impact.NOTICE, "what kind of action it is"),
    "form": plain(Impact.NOTICE, "the form that it is for"),
    "roles": widened("the action", everybody=False),
    "when": plain(Impact.NOTICE, "for which records it is there"),
    "options": plain(Impact.NOTICE, "what it does"),
    "shortcut": plain(Impact.SAFE, "shortcut"),
}
