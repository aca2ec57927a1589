"""Translations of the texts of parts, which name the parts in their pointers."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from form_specs.checks.raw import object_at
from form_specs.language import _
from form_specs.problem import escaped, steps_of
from form_specs.uses.targets import Target, Use

PLACE: Final = "tool /properties/messages"
_KINDS: Final = {
    "forms": "form",
    "views": "view",
    "actions": "action",
    "roles": "role",
    "lists": "list",
    "teams": "team",
}


def translation_uses(document: Mapping[str, Any]) -> Iterator[Use]:
    """Each translation as a use of the part whose text it is, and of the form around a field."""
    messages = object_at(document, "messages")
    for locale in messages:
        for pointer in object_at(messages, locale):
            at = f"/messages/{escaped(locale)}/{escaped(pointer)}"
            words = _("translation into %(language)s", language=locale)
            for target in _targets(steps_of(pointer)):
                yield Use(target, at, words, PLACE, is_name=True)


def _targets(steps: tuple[str, ...]) -> Iterator[Target]:
    match steps:
        case ("workflows", form, "states", key, *_rest):
            yield Target("state", key, form)
        case ("forms", form, "fields", key, *_rest):
            yield Target("field", key, form)
    if len(steps) > 2 and steps[0] in _KINDS:
        yield Target(_KINDS[steps[0]], steps[1])
