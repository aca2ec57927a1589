"""What the checks of references share: the forms, their fields, states and roles by key."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from form_specs.catalog import Catalog, CatalogField
from form_specs.checks.raw import object_at, objects, text, texts
from form_specs.conditions import FormOperands
from form_specs.model import SYSTEM_FIELDS
from form_specs.problem import Problem, escaped, suggestion


@dataclass(frozen=True, slots=True)
class FormContext:
    """One form as far as it is well formed."""

    key: str
    at: str
    raw: Mapping[str, Any]
    fields: Mapping[str, CatalogField | None]
    """By key; none where the field itself has a problem, so that nothing is said about its use."""
    states: tuple[str, ...]
    required: frozenset[str]

    @property
    def operands(self) -> FormOperands:
        """What conditions on this form may speak of."""
        return FormOperands({k: f for k, f in self.fields.items() if f is not None}, self.states)

    @property
    def paths(self) -> tuple[str, ...]:
        """Fields and system fields."""
        return (*self.fields, *SYSTEM_FIELDS)

    def unknown_field(self, key: str, at: str) -> Iterator[Problem]:
        """A problem where the form has no such field."""
        if key not in self.fields:
            yield Problem(at, f"there is no field '{key}'", suggestion(key, self.fields))

    def unknown_path(self, path: str, at: str) -> Iterator[Problem]:
        """A problem where neither the form nor the system has such a field."""
        if path not in self.paths:
            yield Problem(at, f"there is no field '{path}'", suggestion(path, self.paths))


@dataclass(frozen=True, slots=True)
class ToolContext:
    """A tool as far as it is well formed."""

    document: Mapping[str, Any]
    catalog: Catalog
    forms: Mapping[str, FormContext]
    roles: tuple[str, ...] = field(default=())

    def form_of(self, part: Mapping[str, Any]) -> FormContext | None:
        """The form that a part names; none where it names none that there is."""
        return self.forms.get(text(part, "form") or "")

    def unknown_form(self, part: Mapping[str, Any], at: str) -> Iterator[Problem]:
        """A problem where a part names a form that there is not."""
        key = text(part, "form")
        if key is not None and key not in self.forms:
            yield Problem(f"{at}/form", f"there is no form '{key}'", suggestion(key, self.forms))

    def unknown_role(self, key: str, at: str) -> Iterator[Problem]:
        """A problem where the tool has no such role."""
        if key not in self.roles:
            yield Problem(at, f"there is no role '{key}'", suggestion(key, self.roles))


Bind = Callable[[str, Any, str, bool], CatalogField | None]
"""From a field's key, property, pointer and whether it is required to its bound type."""


def tool_context(document: Mapping[str, Any], catalog: Catalog, bind: Bind) -> ToolContext:
    """Gather what the checks share; `bind` makes the fields."""
    states: dict[str, tuple[str, ...]] = {}
    for _, workflow in objects(document, "workflows", ""):
        keys = tuple(text(state, "key") or "" for _, state in objects(workflow, "states", ""))
        states.setdefault(text(workflow, "form") or "", keys)
    forms: dict[str, FormContext] = {}
    for at, raw in objects(document, "forms", ""):
        key = text(raw, "key")
        if key is not None and key not in forms:
            forms[key] = _form_context(key, raw, at, states.get(key, ()), bind)
    roles = tuple(text(role, "key") or "" for _, role in objects(document, "roles", ""))
    return ToolContext(document, catalog, forms, roles)


def _form_context(
    key: str, raw: Mapping[str, Any], at: str, states: tuple[str, ...], bind: Bind
) -> FormContext:
    schema = object_at(raw, "schema")
    required = frozenset(name for _, name in texts(schema, "required", ""))
    fields = {
        name: bind(name, property_, f"{at}/schema/properties/{escaped(name)}", name in required)
        for name, property_ in object_at(schema, "properties").items()
    }
    return FormContext(key, at, raw, fields, states, required)
