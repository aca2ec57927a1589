"""What the checks of references share: the forms, their fields, states and roles by key."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any

from form_specs.catalog import Catalog, CatalogField
from form_specs.checks.inside import Spot, spots
from form_specs.checks.raw import object_at, objects, text, texts
from form_specs.conditions import FormOperands, LinkedOperands
from form_specs.formulas import Scope, linked_scope, scope_of
from form_specs.hops import step_to
from form_specs.inside import Level
from form_specs.language import _
from form_specs.model import SYSTEM_FIELDS
from form_specs.nesting import Place
from form_specs.problem import Problem, escaped, suggestion


@dataclass(frozen=True)
class FormContext:
    """One form as far as it is well formed."""

    key: str
    at: str
    raw: Mapping[str, Any]
    fields: Mapping[str, CatalogField | None]
    """By key; none where the field itself has a problem, so that nothing is said about its use."""
    states: tuple[str, ...]
    required: frozenset[str]
    spots: tuple[Spot, ...] = ()
    """The fields inside its fields, those of a field with a problem left out."""
    forms: "Mapping[str, FormContext]" = field(default_factory=dict, repr=False, compare=False)
    """All forms of the tool, this one among them."""
    titled: bool = False
    """Whether what is said of it calls its fields by their titles."""

    @cached_property
    def known(self) -> Mapping[str, CatalogField]:
        """The fields that have no problem of their own."""
        return {key: found for key, found in self.fields.items() if found is not None}

    @cached_property
    def links(self) -> "Mapping[str, FormContext]":
        """By field that links to one record: the form of that."""
        return {
            key: self.forms[link.form]
            for key, found in self.known.items()
            if found.name == "link" and (link := found.spec.link) and link.form in self.forms
        }

    @cached_property
    def operands(self) -> FormOperands:
        """What conditions on this form may speak of."""
        links = {
            key: LinkedOperands(step_to(there.key), partial(_operands_of, there))
            for key, there in self.links.items()
        }
        return FormOperands(self.known, self.states, links)

    @cached_property
    def scope(self) -> Scope:
        """What formulas of this form may speak of."""
        return scope_of(self.known, {key: there.linked for key, there in self.links.items()})

    @cached_property
    def linked(self) -> Scope:
        """What formulas of other forms may read of a record of this one."""
        live = [key for key, found in self.known.items() if found.spec.live]
        return linked_scope(self.known, live, self.links)

    @cached_property
    def broken(self) -> tuple[str, ...]:
        """The paths of fields that have problems of their own, of which nothing more is said."""
        inner = (
            f"{link}.{key}" for link, there in self.links.items() for key in there.broken_fields
        )
        return (*self.broken_fields, *inner)

    @cached_property
    def broken_fields(self) -> tuple[str, ...]:
        """Those of the form itself."""
        return tuple(key for key, found in self.fields.items() if found is None)

    def called(self, key: str) -> str:
        """What is said for a field of the form: its title to people who build with pages, else its key."""
        found = object_at(object_at(object_at(self.raw, "schema"), "properties"), key)
        return (text(found, "title") if self.titled else None) or key

    def field_at(self, path: str) -> CatalogField | None:
        """The field that a column names, of this form or of a linked record; none: no field."""
        link, _dot, rest = path.partition(".")
        if path in self.fields or link not in self.links:
            return self.fields.get(path)
        return self.links[link].fields.get(rest)

    def unknown_column(self, path: str, at: str) -> Iterator[Problem]:
        """A problem where neither the form, nor a record that it links to, nor the system has such a field."""
        link, _dot, rest = path.partition(".")
        there = self.links.get(link)
        if path in self.fields or there is None or not rest:
            yield from self.unknown_path(path, at)
        elif rest.partition(".")[0] in there.links and rest not in there.paths:
            message = _(
                "'%(path)s' leads over two links; one at most may stand in a path", path=path
            )
            yield Problem(at, message, _("Show another field"))
        elif rest not in there.paths or rest == "@id":
            known = [f"{link}.{key}" for key in there.paths if key != "@id"]
            yield Problem(at, _("there is no field '%(path)s'", path=path), suggestion(path, known))
        elif (found := there.fields.get(rest)) is not None and found.spec.live:
            message = _(
                "'%(path)s' is worked out when its own record is read, and not beside another",
                path=path,
            )
            yield Problem(
                at, message, _("Compute it in this form, from fields of the linked record")
            )

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """Fields and system fields."""
        return (*self.fields, *SYSTEM_FIELDS)

    def unknown_field(self, key: str, at: str) -> Iterator[Problem]:
        """A problem where the form has no such field."""
        if key not in self.fields:
            yield Problem(
                at, _("there is no field '%(key)s'", key=key), suggestion(key, self.fields)
            )

    def unknown_path(self, path: str, at: str) -> Iterator[Problem]:
        """A problem where neither the form nor the system has such a field."""
        if path not in self.paths:
            yield Problem(
                at, _("there is no field '%(path)s'", path=path), suggestion(path, self.paths)
            )


@dataclass(frozen=True, slots=True)
class ToolContext:
    """A tool as far as it is well formed."""

    document: Mapping[str, Any]
    catalog: Catalog
    forms: Mapping[str, FormContext]
    roles: tuple[str, ...] = field(default=())
    teams: tuple[str, ...] = field(default=())

    def form_of(self, part: Mapping[str, Any]) -> FormContext | None:
        """The form that a part names; none where it names none that there is."""
        return self.forms.get(text(part, "form") or "")

    def unknown_form(self, part: Mapping[str, Any], at: str) -> Iterator[Problem]:
        """A problem where a part names a form that there is not."""
        key = text(part, "form")
        if key is not None and key not in self.forms:
            yield Problem(
                f"{at}/form", _("there is no form '%(key)s'", key=key), suggestion(key, self.forms)
            )

    def unknown_role(self, key: str, at: str) -> Iterator[Problem]:
        """A problem where the tool has no such role."""
        if key not in self.roles:
            yield Problem(at, _("there is no role '%(key)s'", key=key), suggestion(key, self.roles))


def _operands_of(form: FormContext) -> FormOperands:
    return form.operands


Bind = Callable[[str, Any, str, Mapping[str, Any]], CatalogField | None]
"""From a field's key, property, the pointer of its form's schema and that schema to its bound type."""


def tool_context(
    document: Mapping[str, Any], catalog: Catalog, bind: Bind, *, titled: bool = False
) -> ToolContext:
    """Gather what the checks share; `bind` makes the fields, `titled` ones are called by their titles."""
    states: dict[str, tuple[str, ...]] = {}
    for _at, workflow in objects(document, "workflows", ""):
        keys = tuple(text(state, "key") or "" for _, state in objects(workflow, "states", ""))
        states.setdefault(text(workflow, "form") or "", keys)
    forms: dict[str, FormContext] = {}
    for at, raw in objects(document, "forms", ""):
        key = text(raw, "key")
        if key is not None and key not in forms:
            made = _form_context(key, raw, at, states.get(key, ()), bind)
            forms[key] = replace(made, forms=forms, titled=titled)
    # What stands inside fields may look into records of any form.
    for key, form in [*forms.items()]:
        forms[key] = replace(form, spots=tuple(_spots(form)))
    roles = tuple(text(role, "key") or "" for _, role in objects(document, "roles", ""))
    teams = tuple(text(team, "key") or "" for _, team in objects(document, "teams", ""))
    return ToolContext(document, catalog, forms, roles, teams)


def _form_context(
    key: str, raw: Mapping[str, Any], at: str, states: tuple[str, ...], bind: Bind
) -> FormContext:
    schema = object_at(raw, "schema")
    required = frozenset(name for _, name in texts(schema, "required", ""))
    fields = {
        name: bind(name, property_, f"{at}/schema", schema)
        for name, property_ in object_at(schema, "properties").items()
    }
    return FormContext(key, at, raw, fields, states, required)


def _spots(form: FormContext) -> Iterator[Spot]:
    schema, level = object_at(form.raw, "schema"), Level(form.operands, form.scope)
    for key, found in form.known.items():
        pointer = f"/properties/{escaped(key)}"
        place = Place(schema).of(object_at(schema, "properties")[key], pointer)
        if place is not None and found.children:
            yield from spots(found, place, level, f"{form.at}/schema")
