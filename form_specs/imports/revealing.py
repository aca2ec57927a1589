"""Properties that only branches of a schema name are shown while their branch holds, as rjsf does.

The schema stays the judge, so what such a field holds is kept while it is hidden.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from form_specs.from_schema.bundling import bundle
from form_specs.imports.json_forms_rules import condition
from form_specs.imports.logic import Truth, Untranslatable, all_of, any_of, compare, negated
from form_specs.imports.outline import Item
from form_specs.json_schema.drafts import UnknownDraft


def reveal(schema: Mapping[str, Any], items: list[Item], place: str) -> None:
    """Gives each property that only branches name the condition of its branches."""
    with suppress(UnknownDraft):
        lifted_schema = bundle(schema).schema
        known = lifted_schema.get("properties")
        shown: dict[str, list[Truth]] = {}
        for name, when in _branches(lifted_schema):
            if not isinstance(known, dict) or name not in known:
                shown.setdefault(name, []).append(when)
        for name, conditions in shown.items():
            _show(name, any_of(conditions), items, place)


def _show(name: str, when: Truth, items: list[Item], place: str) -> None:
    if not isinstance(when, dict):
        return
    item = next((one for one in items if one.key == name), None)
    if item is None:
        item = Item(name, place)
        items.append(item)
    item.put("showWhen", when, place)
    item.put("whenHidden", "keep", place)


def _branches(schema: Any) -> Iterator[tuple[str, Truth]]:
    """Each property that a branch names, with the condition of the branch."""
    if not isinstance(schema, dict):
        return
    for part in _listed(schema.get("allOf")):
        yield from _named(part, True)
        yield from _branches(part)
    if "if" in schema:
        when = _holds(schema["if"])
        yield from _named(schema.get("then"), when)
        yield from _named(schema.get("else"), None if when is None else negated(when))
    dependent = schema.get("dependentSchemas")
    for key, part in dependent.items() if isinstance(dependent, dict) else ():
        there = compare(key, "present")
        yield from _named(part, there)
        for one in _listed(part.get("oneOf") if isinstance(part, dict) else None):
            yield from _named(one, _joined(there, _own(one, key)))


def _named(schema: Any, when: Truth | None) -> Iterator[tuple[str, Truth]]:
    """The properties of a branch; always shown where the condition is not known."""
    found = schema.get("properties") if isinstance(schema, dict) else None
    for name in found if isinstance(found, dict) else ():
        yield name, True if when is None else when


def _joined(one: Truth, other: Truth | None) -> Truth | None:
    return None if other is None else all_of([one, other])


def _own(branch: Any, key: str) -> Truth | None:
    """What a branch asks of the property that it depends on."""
    properties = branch.get("properties") if isinstance(branch, dict) else None
    asked = properties.get(key) if isinstance(properties, dict) else None
    return None if asked is None else _holds({"properties": {key: asked}, "required": [key]})


def _holds(schema: Any) -> Truth | None:
    try:
        return condition({"scope": "#", "schema": schema})
    except Untranslatable:
        return None


def _listed(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list) else ()
