"""What a person reads of a value, and of the fields inside it."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from components.base import ABSENT, FieldType, Named
from components.differences import Difference, differences
from components.nested.containers import ContainerType, plain_json, shown
from components.values import Kept
from form_specs.language import _
from form_specs.model import Choice, FieldSpec
from form_specs.problem import escaped
from runtime.compiling.form import Broken
from runtime.web.contexts import FieldView, InputUi
from runtime.web.site.rendering import detail_macro
from runtime.web.titles import is_looked_up, names_in


def shown_text(field: FieldType, value: Any, titles: Mapping[str, str]) -> str:
    """What a person reads for a value; empty where there is none."""
    if value is ABSENT:
        return ""
    if isinstance(value, Broken):
        return _("Unreadable: %(value)s", value=plain_json(value.stored))
    if field.name == "user":
        return titles.get(value, value)
    names = names_in(titles, field)
    return field.display_named(value, {key: name.title for key, name in names.items()})


def value_shown(field: FieldType, value: Any, titles: Mapping[str, str]) -> Any:
    """What a field's `detail` macro is given: of a link the records that it leads to."""
    if field.spec.link is None:
        return field.shown(value, titles)
    names = names_in(titles, field)
    return [names.get(key) or Named(key, key) for key in field.keys(value)]


def spec_shown(field: FieldType, titles: Mapping[str, str]) -> FieldSpec:
    """The field's spec with the choices that its value has, where they stand elsewhere."""
    if not is_looked_up(field) or field.spec.link is not None:
        return field.spec
    names = names_in(titles, field).values()
    return replace(field.spec, choices=tuple(Choice(n.key, n.title, n.color) for n in names))


def read_inside(
    field: ContainerType,
    value: Any,
    titles: Mapping[str, str],
    way: str = "",
    hidden: frozenset[str] = frozenset(),
) -> list[FieldView]:
    """The views of what stands inside a value at a way, for the field's `detail` macro.

    What is `hidden` is left out, by the ways that lead to it.
    """
    if value is None:
        return []
    parts = (
        (child, part, _way(field, way or field.key, step), field.part_title(step, child))
        for step, child, part in field.inner(value)
        if child is None or child.only is ABSENT
    )
    return [
        _read(child, part, titles, at, title, hidden)
        for child, part, at, title in parts
        if at not in hidden
    ]


def _way(field: ContainerType, way: str, step: str | int) -> str:
    """The way to a part: an alternative stands where its variant does."""
    return way if field.exclusive else f"{way}/{escaped(step)}"


def _read(
    field: FieldType | None,
    value: Any,
    titles: Mapping[str, str],
    name: str,
    label: str,
    hidden: frozenset[str],
) -> FieldView:
    kind: Any = FieldType if field is None else type(field)
    view = FieldView(
        spec=FieldSpec("", "json", label, {}) if field is None else field.spec,
        mode="read",
        span=1,
        ui=InputUi(id=f"r-{name}", name=name),
        type=kind,
        text=part_text(field, value, titles),
        value=value,
        label=label,
    )
    if field is None or isinstance(value, Kept):
        return view
    inside = isinstance(field, ContainerType)
    said = (
        read_inside(field, value, titles, name, hidden)
        if isinstance(field, ContainerType)
        else value_shown(field, value, titles)
    )
    view = replace(view, spec=spec_shown(field, titles))
    return replace(view, value=said, detail=detail_macro(field), ui=replace(view.ui, holds=inside))


def changes_in(
    field: FieldType, before: Any, after: Any, titles: Mapping[str, str]
) -> list[Difference] | None:
    """What changed inside a field's value, part by part; none where it has no parts, or is unreadable."""
    if not isinstance(field, ContainerType) or Broken in (type(before), type(after)):
        return None
    return differences(field, before, after, partial(part_text, titles=titles))


def part_text(field: FieldType | None, value: Any, titles: Mapping[str, str]) -> str:
    """What a person reads of a part of a value."""
    if value is ABSENT:
        return ""
    if field is None:
        return plain_json(value)
    return shown(field, value) if isinstance(value, Kept) else shown_text(field, value, titles)
