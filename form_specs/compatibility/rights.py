"""What changes of roles, views and actions mean: who may do and see what."""

from collections.abc import Iterable, Iterator
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
from form_specs.language import _, marked

_LEVELS: Final = {
    "hidden": marked("hidden"),
    "masked": marked("masked"),
    "read": marked("read"),
    "write": marked("write"),
}
_ORDER: Final = (*_LEVELS,)
_RIGHTS: Final = {
    "read": marked("read"),
    "create": marked("create"),
    "edit": marked("edit"),
    "delete": marked("delete"),
    "comment": marked("comment"),
    "attach": marked("attach"),
    "import": marked("import"),
    "export": marked("export"),
}


def _named(rights: Iterable[str]) -> str:
    return ", ".join(_(_RIGHTS.get(right, right)) for right in rights)


def role_added(at: At) -> Iterator[Change]:
    """A role that can be given to people from now on."""
    yield at.change(Impact.REVIEW, _("role added"))


def role_removed(at: At) -> Iterator[Change]:
    """A role that nobody has any more."""
    yield at.change(Impact.NOTICE, _("role removed; those who have it lose it"))


def _grant_added(at: At) -> Iterator[Change]:
    text = _("may %(rights)s %(form)s now", rights=_named(at.new["can"]), form=_form(at))
    yield at.change(Impact.REVIEW, text)


def _grant_removed(at: At) -> Iterator[Change]:
    yield at.change(Impact.SAFE, _("does not know %(form)s any more", form=_form(at)))


def _form(at: At) -> str:
    form = at.pair.form(at.form, new=True) or at.pair.form(at.form)
    return f"'{form.get('plural', form.get('title', at.form))}'"


def _can(at: At, old: Any, new: Any) -> Iterator[Change]:
    gained, lost = sorted(set(new) - set(old)), sorted(set(old) - set(new))
    inside = at.inside("can")
    if gained:
        text = _("may also %(rights)s %(form)s", rights=_named(gained), form=_form(at))
        yield inside.change(Impact.REVIEW, text)
    if lost:
        text = _("may not %(rights)s %(form)s any more", rights=_named(lost), form=_form(at))
        yield inside.change(Impact.SAFE, text)


def _rows(at: At, _old: Any, new: Any) -> Iterator[Change]:
    said = _("sees other records of %(form)s") if new else _("sees all records of %(form)s")
    yield at.inside("rows").change(Impact.REVIEW, said % {"form": _form(at)})


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
            text = _(
                "'%(field)s' of %(form)s: %(was)s is %(now)s now",
                field=title,
                form=_form(at),
                was=_(_LEVELS[was]),
                now=_(_LEVELS[now]),
            )
            yield at.inside("fields", key).change(impact, text)


GRANT: Rules = {"form": silent, "can": _can, "rows": _rows, "fields": _fields}
ROLE: Rules = {
    "key": silent,
    "title": retitled(marked("title")),
    "description": plain(Impact.SAFE, marked("description")),
    "grants": keyed("grants", GRANT, added=_grant_added, removed=_grant_removed, name="form"),
}


def part_added(what: str) -> Any:
    """A view or an action that was not there."""

    def rule(at: At) -> Iterator[Change]:
        yield at.change(Impact.SAFE, _(what))

    return rule


def part_removed(what: str) -> Any:
    """A view or an action that people may miss."""

    def rule(at: At) -> Iterator[Change]:
        yield at.change(Impact.NOTICE, _(what))

    return rule


LIST: Rules = {
    "key": silent,
    "title": retitled(marked("title")),
    "choices": plain(Impact.NOTICE, marked("the choices that it starts with")),
    "editors": widened(marked("changing the list"), everybody=False),
}
VIEW: Rules = {
    "key": silent,
    "title": retitled(marked("title")),
    "type": plain(Impact.SAFE, marked("the kind of view")),
    "form": plain(Impact.NOTICE, marked("the form that it shows")),
    "columns": plain(Impact.SAFE, marked("columns")),
    "looks": plain(Impact.SAFE, marked("look of its columns")),
    "filter": plain(Impact.NOTICE, marked("which records it shows")),
    "sort": plain(Impact.SAFE, marked("order")),
    "quickFilters": plain(Impact.SAFE, marked("quick filters")),
    "roles": widened(marked("the view")),
    "options": plain(Impact.SAFE, marked("options")),
}
ACTION: Rules = {
    "key": silent,
    "title": retitled(marked("title")),
    "type": plain(Impact.NOTICE, marked("what kind of action it is")),
    "form": plain(Impact.NOTICE, marked("the form that it is for")),
    "roles": widened(marked("the action"), everybody=False),
    "when": plain(Impact.NOTICE, marked("for which records it is there")),
    "options": plain(Impact.NOTICE, marked("what it does")),
    "shortcut": plain(Impact.SAFE, marked("shortcut")),
}
