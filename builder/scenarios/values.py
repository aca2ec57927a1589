"""Values of tests as people type them, and back."""

import re
from collections.abc import Mapping
from typing import Any, Final

from form_specs.checks.raw import object_at, objects, text
from form_specs.exact_json import dumps
from form_specs.language import _
from form_specs.model import JsonObject, JsonValue
from form_specs.source import SourceError, parse_source

_TIMED: Final = {"date": "today", "datetime": "now"}
_AMOUNT: Final = re.compile(r"(?P<amount>-?[0-9]+(?:\.[0-9]+)?)\s*(?P<currency>[A-Z]{3})")
_MOMENT: Final = re.compile(r"(now|today)(?:\s*([+-])\s*([0-9]{1,6})\s*(minute|hour|day|week)s?)?")


def properties_of(document: Mapping[str, Any], form: str) -> JsonObject:
    """The fields of a form of a draft, which may have any shape."""
    forms = (raw for _at, raw in objects(document, "forms", "") if text(raw, "key") == form)
    return object_at(object_at(next(forms, {}), "schema"), "properties")


def typed_value(property_: Any, typed: str) -> JsonValue:
    """The value that somebody means; raises `ValueError` for what is none.

    A text is typed as it is, a choice by its title, an amount as `12.50 EUR`, a yes or no as that word,
    everything else as JSON; `today +3 days` and `now -2 hours` follow the clock of the test.
    """
    found = property_ if isinstance(property_, Mapping) else {}
    kind = text(object_at(found, "x-ops"), "type") or ""
    if kind in _TIMED and (moment := _MOMENT.fullmatch(typed)):
        return _timed(*moment.groups())
    if kind == "money" and (amount := _AMOUNT.fullmatch(typed)):
        return {**amount.groupdict()}
    if found.get("type") == "boolean" and (words := typed.lower()) in (_("yes"), _("no")):
        return words == _("yes")
    if typed == "null":
        return None
    if typed[:1] not in ("{", "[") and (_is_text(found) or _is_word(typed)):
        return _by_title(object_at(found, "x-ops"), kind, typed) or typed
    try:
        return parse_source(typed.encode()).document
    except SourceError as error:
        raise ValueError(_("This is neither a text nor JSON: %(why)s", why=error)) from error


def _by_title(ops: Mapping[str, Any], kind: str, typed: str) -> JsonValue:
    """The key of a choice that is typed as people call it; of several, with commas between them, each."""
    choices = [
        (text(choice, "key"), text(choice, "title")) for _at, choice in objects(ops, "choices", "")
    ]
    keys = {title.casefold(): key for key, title in choices if title} | {
        key.casefold(): key for key, _title in choices if key
    }
    if kind != "multi_choice":
        return keys.get(typed.casefold())
    found = [keys.get(word.strip().casefold()) for word in typed.split(",")]
    return [*found] if all(found) else None


def _timed(word: str, sign: str | None, number: str | None, unit: str | None) -> JsonValue:
    delta: JsonObject = {f"{unit}s": int(f"{sign}{number}")} if number else {}
    return {word: delta}


def _is_text(property_: Mapping[str, Any]) -> bool:
    known = property_.get("enum")
    holds_texts = isinstance(known, list) and all(isinstance(item, str) for item in known)
    return property_.get("type") == "string" or holds_texts


def _is_word(typed: str) -> bool:
    """Whether it can only be meant as a text."""
    return not re.fullmatch(r'-?[0-9].*|".*|true|false', typed, re.DOTALL)


def shown_value(value: JsonValue) -> str:
    """A value as it is typed: nobody has to read JSON for an amount or a yes."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict) and value.keys() == {"amount", "currency"}:
        return f"{value['amount']} {value['currency']}"
    if isinstance(value, dict) and len(value) == 1:
        word, delta = next(iter(value.items()))
        if word in _TIMED.values() and isinstance(delta, dict):
            return _moment_words(word, delta)
    return dumps(value).decode()


def told_value(value: JsonValue) -> str:
    """A value in a sentence, where nobody has to read JSON for a list either."""
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ", ".join(map(str, value))
    return shown_value(value)


def _moment_words(word: str, delta: JsonObject) -> str:
    if not delta:
        return word
    if len(delta) == 1:
        unit, number = next(iter(delta.items()))
        if isinstance(number, int):
            return f"{word} {number:+d} {unit}"
    return dumps({word: delta}).decode()
