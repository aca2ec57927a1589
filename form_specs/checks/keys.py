"""Whether keys, which are identities, stand in their list once."""

from collections.abc import Iterator, Mapping
from typing import Any

from form_specs.checks.raw import object_at, objects, text
from form_specs.language import _
from form_specs.problem import Problem, escaped


def keys_problems(document: Mapping[str, Any]) -> Iterator[Problem]:
    """Keys that two parts of one list share."""
    for name in ("forms", "views", "actions", "roles", "teams", "lists", "tests"):
        yield from _list(document, name, "")
    for at, workflow in objects(document, "workflows", ""):
        yield from _list(workflow, "states", at)
        yield from _list(workflow, "transitions", at)
    for at, form in objects(document, "forms", ""):
        properties = object_at(object_at(form, "schema"), "properties")
        for key in properties:
            below = f"{at}/schema/properties/{escaped(key)}/x-ops"
            yield from _list(object_at(object_at(properties, key), "x-ops"), "choices", below)


def _list(part: Mapping[str, Any], name: str, at: str) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for pointer, item in objects(part, name, at):
        key = text(item, "key")
        if key is not None and key in first:
            message = _("the key '%(key)s' stands in '%(name)s' twice", key=key, name=name)
            yield Problem(
                f"{pointer}/key", message, _("It also stands at %(first)s", first=first[key])
            )
        elif key is not None:
            first[key] = f"{pointer}/key"
