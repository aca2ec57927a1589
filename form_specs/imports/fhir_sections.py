"""Which groups of a FHIR Questionnaire must be sections of the form."""

from collections.abc import Container, Mapping
from typing import Any

from form_specs.imports.fhir_fields import controls
from form_specs.imports.reading import Node


def is_section(node: Node, read: Container[str]) -> bool:
    """Whether a group must be a section: fields within groups do not react, nor are they read."""
    if node.peek("type") != "group" or node.peek("repeats") is True:
        return False
    return "page" in controls(node) or _reacts(node.value, read)


def _reacts(value: Mapping[str, Any], read: Container[str]) -> bool:
    return any(
        item.get("enableWhen")
        or str(item.get("linkId")) in read
        or any(map(_is_reaction, _listed(item.get("extension"))))
        or _reacts(item, read)
        for item in _listed(value.get("item"))
    )


def _listed(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _is_reaction(extension: Mapping[str, Any]) -> bool:
    url = str(extension.get("url"))
    return url.endswith(("enableWhenExpression", "calculatedExpression", "initialExpression"))
