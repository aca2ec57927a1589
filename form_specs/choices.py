"""Choices, lists and links of a checked document, as models."""

import re
from collections.abc import Mapping
from typing import Any, Final

from form_specs.language import _
from form_specs.model import Choice, ChoiceSource, Color, LinkSpec, ListSpec, OnDelete

Raw = Mapping[str, Any]

_PERIOD: Final = re.compile(
    r"P(?:([0-9]{1,4})D)?(?:T(?:([0-9]{1,5})H)?(?:([0-9]{1,6})M)?(?:([0-9]{1,7})S)?)?"
)
_SECONDS: Final = (86_400, 3_600, 60, 1)
_KEPT: Final = 300
"""Seconds that an answer of a hook is used again where the spec says nothing."""


def choice_of(raw: Raw) -> Choice:
    """One choice as a spec writes it."""
    return Choice(
        raw["key"],
        raw["title"],
        Color(raw.get("color", Color.GRAY)),
        raw.get("retired", False),
        tuple(raw.get("match", ())),
    )


def choices_of(raw: Any) -> tuple[Choice, ...]:
    """The choices that stand in the field itself; none where they come from elsewhere."""
    return tuple(map(choice_of, raw)) if isinstance(raw, list) else ()


def source_of(raw: Any) -> ChoiceSource | None:
    """Where the choices come from, if not from the field itself."""
    match raw:
        case {"list": key}:
            return ChoiceSource(list=key)
        case {"records": records}:
            return ChoiceSource(
                form=records["form"],
                filter=records.get("filter"),
                value=records.get("value", ""),
                title=records.get("title", ""),
                match=raw.get("match", ""),
            )
        case {"hook": name}:
            kept = raw.get("cache")
            return ChoiceSource(hook=name, keep_seconds=_KEPT if kept is None else seconds_of(kept))
    return None


def link_of(raw: Any) -> LinkSpec | None:
    """To which records a field leads."""
    if raw is None:
        return None
    return LinkSpec(
        form=raw["form"],
        filter=raw.get("filter"),
        on_delete=OnDelete(raw.get("onDelete", OnDelete.RESTRICT)),
        show=tuple(raw.get("show", ())),
        inverse=raw.get("inverse", {}).get("title", ""),
        match=raw.get("match", ""),
    )


def list_of(raw: Raw, said: Mapping[str, str]) -> ListSpec:
    """A list of the tool, with what its choices are called in the language of the reader."""
    editors = tuple(raw.get("editors", ()))
    return ListSpec(raw["key"], raw["title"], choices_of(raw["choices"]), editors, said)


def seconds_of(period: str) -> int:
    """From an ISO duration of days and smaller, such as PT1H, to seconds; `ValueError` for any other text."""
    found = _PERIOD.fullmatch(period)
    if found is None or not any(found.groups()):
        raise ValueError(_("%(period)s is no duration such as PT1H or P1D", period=repr(period)))
    return sum(int(n or 0) * seconds for n, seconds in zip(found.groups(), _SECONDS, strict=True))
