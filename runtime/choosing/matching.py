"""What the choices of a list may go with: the values of the fields that its own fields depend on."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from components.base import FieldType
from form_specs.model import Choice, FieldSpec
from runtime.choosing.listed import effective, own_choices
from runtime.storage.choice_lists import StoredList

if TYPE_CHECKING:
    from runtime.compiling.tool import CompiledTool


def depended_on(tool: "CompiledTool", key: str) -> list[FieldType]:
    """The fields that say which choices of a list fit, over all forms of the tool."""
    return [
        tie.depended
        for form in tool.forms.values()
        for tie in form.ties.all.values()
        if tie.depended is not None and _is_of_list(tie.field.spec, key)
    ]


def values_to_match(
    tool: "CompiledTool", key: str, stored: Mapping[str, StoredList]
) -> dict[str, str] | None:
    """By key what the choices of a list may go with is called; none where nobody can know it all."""
    found: dict[str, str] = {}
    for field in depended_on(tool, key):
        choices = _known(tool, field.spec, stored)
        if not choices:
            return None
        found |= {choice.key: choice.title for choice in choices}
    return found or None


def _is_of_list(spec: FieldSpec, key: str) -> bool:
    return spec.source is not None and spec.source.list == key


def _known(
    tool: "CompiledTool", spec: FieldSpec, stored: Mapping[str, StoredList]
) -> tuple[Choice, ...]:
    if spec.or_other:
        return ()
    if spec.source is None:
        return own_choices(spec)
    if not spec.source.list:
        return ()
    return effective(tool.spec.lists[spec.source.list], stored.get(spec.source.list))
