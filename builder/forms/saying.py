"""What a field or part does beside being there, in words: when it is shown, required, worked out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from builder.logic.wording import condition_words
from components.base import FieldType
from form_specs.checks.raw import object_at, text
from form_specs.form_words import FormWords
from form_specs.language import _, marked

CONDITIONS: Final = {
    "showWhen": (marked("Shown when %(condition)s"), "eye"),
    "requireWhen": (marked("Required when %(condition)s"), "asterisk"),
    "readOnlyWhen": (marked("Read-only when %(condition)s"), "lock"),
}
_MOST: Final = 60


@dataclass(frozen=True, slots=True)
class Badge:
    """A few words beside a field or part."""

    text: str
    icon: str
    color: str = "gray"
    whole: str = ""
    """All of it, where the words are cut."""


def words_of(fields: Mapping[str, FieldType]) -> FormWords:
    """The words of a form for conditions on its fields."""
    return FormWords({key: field.spec for key, field in fields.items()})


def said_condition(raw: Any, words: FormWords) -> str:
    """A condition as part of a sentence, whatever its shape."""
    return condition_words(raw, words, _("its condition holds"))


def field_badges(property_: Mapping[str, Any], words: FormWords) -> list[Badge]:
    """What stands beside a field."""
    ops = object_at(property_, "x-ops")
    found = [*_conditions(ops, words)]
    computed = object_at(ops, "computed")
    if formula := text(computed, "formula"):
        found.append(_cut(formula, "sigma"))
    if rules := ops.get("rules"):
        number = len(rules) if isinstance(rules, list) else 1
        found.append(Badge(_("Rules: %(number)s", number=number), "list-checks"))
    if ops.get("sensitive") is True:
        found.append(Badge(_("Sensitive"), "eye-off"))
    return found


def part_badges(raw: Mapping[str, Any], words: FormWords) -> list[Badge]:
    """What stands beside the title of a part."""
    return [*_conditions(raw, words)]


def _conditions(raw: Mapping[str, Any], words: FormWords) -> Iterator[Badge]:
    for name, (said, icon) in CONDITIONS.items():
        if name in raw:
            yield _cut(_(said, condition=said_condition(raw[name], words)), icon, "violet")


def _cut(words: str, icon: str, color: str = "gray") -> Badge:
    short = words if len(words) <= _MOST else f"{words[: _MOST - 1]}…"
    return Badge(short, icon, color, words if short != words else "")
