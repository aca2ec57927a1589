"""What changes of a workflow mean: states, the ways between them, who may take those."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from form_specs.compatibility.change import Affected, Change, Impact
from form_specs.compatibility.place import (
    At,
    Rules,
    by_key,
    differences,
    keyed,
    plain,
    retitled,
    silent,
    widened,
)
from form_specs.language import _, marked

if TYPE_CHECKING:
    from form_specs.model import JsonObject


def added(at: At) -> Iterator[Change]:
    """A workflow for a form that had none: its records are in no state."""
    affected = Affected(at.form, lambda: lambda _, state: state is None, marked("are in no state"))
    yield at.change(
        Impact.MIGRATION,
        _("workflow added"),
        affected=affected,
        step={"do": "mapState", "form": at.form, "map": {"": at.new["initial"]}},
        from_state="",
    )


def removed(at: At) -> Iterator[Change]:
    """A form whose records have no states any more."""
    affected = Affected(
        at.form, lambda: lambda _, state: state is not None, marked("are in a state")
    )
    yield at.change(Impact.BREAKING, _("workflow removed"), affected=affected)


def compared(at: At) -> Iterator[Change]:
    """Two workflows of one form."""
    yield from differences(at, WORKFLOW)
    yield from _dead_ends(at)


def _in_state(at: At, keys: frozenset[str]) -> Affected:
    where: JsonObject = {"field": "@state", "op": "in", "value": [*sorted(keys)]}
    return Affected(at.form, lambda: lambda _, state: state in keys, marked("are in it"), where)


def _state_added(at: At) -> Iterator[Change]:
    yield at.change(Impact.SAFE, _("state added"))


def _state_removed(at: At) -> Iterator[Change]:
    key = str(at.old["key"])
    yield at.change(
        Impact.MIGRATION,
        _("state removed"),
        affected=_in_state(at, frozenset((key,))),
        step={"do": "mapState", "form": at.form, "map": {key: None}},
        from_state=key,
    )


def _way_added(at: At) -> Iterator[Change]:
    yield at.change(Impact.SAFE, _("transition added"))


def _way_removed(at: At) -> Iterator[Change]:
    yield at.change(Impact.SAFE, _("transition removed"))


def _dead_ends(at: At) -> Iterator[Change]:
    """States that could be left before and cannot any more."""
    states = by_key(at.new.get("states"))
    for key in _left(at.old) - _left(at.new):
        if key not in states or states[key].get("category") in ("done", "cancelled"):
            continue
        subject = f"{at.subject} · {states[key]['title']}"
        place = at.inside("states", key, "ways", subject=subject)
        yield place.change(
            Impact.MIGRATION,
            _("no transition leaves this state any more"),
            affected=_in_state(at, frozenset((key,))),
            step={"do": "mapState", "form": at.form, "map": {key: None}},
            from_state=key,
        )


def _left(workflow: Mapping[str, Any]) -> set[str]:
    return {source for way in workflow.get("transitions", ()) for source in way["from"]}


def _sources(at: At, old: Any, new: Any) -> Iterator[Change]:
    if set(new) - set(old):
        yield at.inside("from").change(Impact.SAFE, _("starts from more states"))
    if set(old) - set(new):
        yield at.inside("from").change(Impact.NOTICE, _("starts from fewer states"))


def _require(at: At, old: Any, new: Any) -> Iterator[Change]:
    gained = frozenset(new or ()) - frozenset(old or ())
    inside = at.inside("require")
    if not gained:
        yield inside.change(Impact.SAFE, _("asks for fewer fields"))
        return
    sources = frozenset(at.new["from"])
    titles = ", ".join(f"'{at.pair.field_title(at.form, key)}'" for key in sorted(gained))

    def stuck(record: Mapping[str, Any], state: str | None) -> bool:
        return state in sources and any(key not in record for key in gained)

    affected = Affected(at.form, lambda: stuck, marked("lack it where it starts"))
    yield inside.change(
        Impact.NOTICE, _("asks for %(fields)s too", fields=titles), affected=affected
    )


def _guards(at: At, old: Any, new: Any) -> Iterator[Change]:
    if new and old != new:
        yield at.inside("guards").change(Impact.NOTICE, _("what has to hold for it is another"))
    else:
        yield at.inside("guards").change(Impact.SAFE, _("nothing has to hold for it any more"))


def _hook_only(at: At, _old: Any, new: Any) -> Iterator[Change]:
    impact = Impact.NOTICE if new else Impact.REVIEW
    text = _("only integrations take it now") if new else _("people may take it now")
    yield at.inside("hookOnly").change(impact, text)


STATE: Rules = {
    "key": silent,
    "title": retitled(marked("title")),
    "color": plain(Impact.SAFE, marked("colour")),
    "category": plain(Impact.NOTICE, marked("what the state means to those who count work")),
    "readOnly": plain(Impact.NOTICE, marked("whether records can be edited in it")),
}
GUARD: Rules = {"condition": silent, "message": silent}  # said as a whole by `guards`
TRANSITION: Rules = {
    "key": silent,
    "title": retitled(marked("title")),
    "from": _sources,
    "to": plain(Impact.NOTICE, marked("where it leads")),
    "roles": widened(marked("the transition")),
    "require": _require,
    "fields": plain(Impact.SAFE, marked("the fields of its dialog")),
    "guards": _guards,
    "comment": plain(Impact.NOTICE, marked("whether it asks for a comment")),
    "hookOnly": _hook_only,
    "style": plain(Impact.SAFE, marked("style")),
    "shortcut": plain(Impact.SAFE, marked("shortcut")),
    "layout": plain(Impact.SAFE, marked("layout")),
}
WORKFLOW: Rules = {
    "form": silent,
    "initial": plain(Impact.NOTICE, marked("the state that new records start in")),
    "states": keyed("states", STATE, added=_state_added, removed=_state_removed),
    "transitions": keyed("transitions", TRANSITION, added=_way_added, removed=_way_removed),
}
