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

if TYPE_CHECKING:
    from form_specs.model import JsonObject


def added(at: At) -> Iterator[Change]:
    """A workflow for a form that had none: its records are in no state."""
    affected = Affected(at.form, lambda: lambda _, state: state is None, "are in no state")
    yield at.change(
        Impact.MIGRATION,
        "workflow added",
        affected=affected,
        step={"do": "mapState", "form": at.form, "map": {"": at.new["initial"]}},
        from_state="",
    )


def removed(at: At) -> Iterator[Change]:
    """A form whose records have no states any more."""
    affected = Affected(at.form, lambda: lambda _, state: state is not None, "are in a state")
    yield at.change(Impact.BREAKING, "workflow removed", affected=affected)


def compared(at: At) -> Iterator[Change]:
    """Two workflows of one form."""
    yield from differences(at, WORKFLOW)
    yield from _dead_ends(at)


def _in_state(at: At, keys: frozenset[str]) -> Affected:
    where: JsonObject = {"field": "@state", "op": "in", "value": [*sorted(keys)]}
    return Affected(at.form, lambda: lambda _, state: state in keys, "are in it", where)


def _state_added(at: At) -> Iterator[Change]:
    yield at.change(Impact.SAFE, "state added")


def _state_removed(at: At) -> Iterator[Change]:
    key = str(at.old["key"])
    yield at.change(
        Impact.MIGRATION,
        "state removed",
        affected=_in_state(at, frozenset((key,))),
        step={"do": "mapState", "form": at.form, "map": {key: None}},
        from_state=key,
    )


def _way_added(at: At) -> Iterator[Change]:
    yield at.change(Impact.SAFE, "transition added")


def _way_removed(at: At) -> Iterator[Change]:
    yield at.change(Impact.SAFE, "transition removed")


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
            "no transition leaves this state any more",
            affected=_in_state(at, frozenset((key,))),
            step={"do": "mapState", "form": at.form, "map": {key: None}},
            from_state=key,
        )


def _left(workflow: Mapping[str, Any]) -> set[str]:
    return {source for way in workflow.get("transitions", ()) for source in way["from"]}


def _sources(at: At, old: Any, new: Any) -> Iterator[Change]:
    if set(new) - set(old):
        yield at.inside("from").change(Impact.SAFE, "starts from more states")
    if set(old) - set(new):
        yield at.inside("from").change(Impact.NOTICE, "starts from fewer states")


def _require(at: At, old: Any, new: Any) -> Iterator[Change]:
    gained = frozenset(new or ()) - frozenset(old or ())
    inside = at.inside("require")
    if not gained:
        yield inside.change(Impact.SAFE, "asks for fewer fields")
        return
    sources = frozenset(at.new["from"])
    titles = ", ".join(f"'{at.pair.field_title(at.form, key)}'" for key in sorted(gained))

    def stuck(record: Mapping[str, Any], state: str | None) -> bool:
        return state in sources and any(key not in record for key in gained)

    affected = Affected(at.form, lambda: stuck, "lack it where it starts")
    yield inside.change(Impact.NOTICE, f"asks for {titles} too", affected=affected)


def _guards(at: At, old: Any, new: Any) -> Iterator[Change]:
    if new and old != new:
        yield at.inside("guards").change(Impact.NOTICE, "what has to hold for it is another")
    else:
        yield at.inside("guards").change(Impact.SAFE, "nothing has to hold for it any more")


def _hook_only(at: At, _old: Any, new: Any) -> Iterator[Change]:
    impact = Impact.NOTICE if new else Impact.REVIEW
    text = "only integrations take it now" if new else "people may take it now"
    yield at.inside("hookOnly").change(impact, text)


STATE: Rules = {
    "key": silent,
    "title": retitled("title"),
    "color": plain(Impact.SAFE, "colour"),
    "category": plain(Impact.NOTICE, "what the state means to those who count work"),
    "readOnly": plain(Impact.NOTICE, "whether records can be edited in it"),
}
GUARD: Rules = {"condition": silent, "message": silent}  # said as a whole by `guards`
TRANSITION: Rules = {
    "key": silent,
    "title": retitled("title"),
    "from": _sources,
    "to": plain(Impact.NOTICE, "where it leads"),
    "roles": widened("the transition"),
    "require": _require,
    "fields": plain(Impact.SAFE, "the fields of its dialog"),
    "guards": _guards,
    "comment": plain(Impact.NOTICE, "whether it asks for a comment"),
    "hookOnly": _hook_only,
    "style": plain(Impact.SAFE, "style"),
    "shortcut": plain(Impact.SAFE, "shortcut"),
    "layout": plain(Impact.SAFE, "layout"),
}
WORKFLOW: Rules = {
    "form": silent,
    "initial": plain(Impact.NOTICE, "the state that new records start in"),
    "states": keyed("states", STATE, added=_state_added, removed=_state_removed),
    "transitions": keyed("transitions", TRANSITION, added=_way_added, removed=_way_removed),
}
