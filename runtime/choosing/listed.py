"""Choices that are all known at once: of the field itself, of a list, of a hook's answer."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from components.base import Named, Offers, Wanted
from form_specs.choices import choice_of
from form_specs.model import Choice, FieldSpec, ListSpec
from runtime.storage.choice_lists import StoredList


def effective(spec: ListSpec, stored: StoredList | None) -> tuple[Choice, ...]:
    """A list as it is now: as its editors left it, then what the spec has come to know since."""
    if stored is None:
        return spec.choices
    kept = tuple(map(choice_of, stored.choices))
    known = {choice.key for choice in kept}
    return (*kept, *(choice for choice in spec.choices if choice.key not in known))


def spoken(spec: ListSpec, choices: Sequence[Choice]) -> tuple[Choice, ...]:
    """Choices of a list in the reader's language; what an editor called otherwise is called so."""
    if not spec.said:
        return tuple(choices)
    written = {choice.key: choice.title for choice in spec.choices}
    return tuple(
        replace(choice, title=spec.said[choice.key])
        if choice.key in spec.said and choice.title == written[choice.key]
        else choice
        for choice in choices
    )


def own_choices(spec: FieldSpec) -> tuple[Choice, ...]:
    """The choices that stand in a field, or in the values of its schema."""
    if spec.choices:
        return spec.choices
    schema = spec.schema if "enum" in spec.schema else spec.schema.get("items", {})
    return tuple(Choice(key, key) for key in schema.get("enum", ()) if isinstance(key, str))


def named_choice(choice: Choice) -> Named:
    """A choice as it is drawn."""
    return Named(choice.key, choice.title, choice.color)


def fits(choice: Choice, depends: Collection[str]) -> bool:
    """Whether a choice goes with what the field it depends on holds."""
    return not choice.match or any(_text(value) in depends for value in choice.match)


def _text(value: Any) -> str:
    """A value of `match` as the other field's input writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def offers_of(choices: Sequence[Choice], wanted: Wanted, *, depending: bool) -> Offers:
    """Those of the choices that somebody may take and looks for."""
    words = wanted.query.casefold().split()
    found = [
        choice
        for choice in choices
        if not choice.retired
        and (not depending or fits(choice, wanted.depends))
        and all(word in choice.title.casefold() or word == choice.key for word in words)
    ]
    items = tuple(named_choice(choice) for choice in found[: wanted.limit])
    return Offers(items, complete=len(found) <= wanted.limit)


def names_of(choices: Iterable[Choice], keys: Collection[str]) -> Mapping[str, Named]:
    """What those of the keys are called that stand among the choices, retired ones too."""
    return {choice.key: named_choice(choice) for choice in choices if choice.key in keys}
