"""Whether views and actions name forms, fields, roles and types that there are."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from form_specs.catalog import CatalogField
from form_specs.checks.context import FormContext, ToolContext
from form_specs.checks.fields import options_problems
from form_specs.checks.raw import object_at, objects, text, texts
from form_specs.language import _, marked
from form_specs.load import sort_key
from form_specs.metaschemas import closed_validator
from form_specs.model import ActionSpec
from form_specs.problem import Problem, escaped, suggestion

_FILTERED_BY: Final = (
    marked("'%(path)s' cannot be filtered by: its value is not stored"),
    marked("'%(path)s' cannot be filtered by: it is a field of type '%(type)s'"),
)
_SORTED_BY: Final = (
    marked("'%(path)s' cannot be sorted by: its value is not stored"),
    marked("'%(path)s' cannot be sorted by: it is a field of type '%(type)s'"),
)
_QUICK = ("eq", "in", "has", "has_any", "contains", "between")


def views_problems(tool: ToolContext) -> Iterator[Problem]:
    """What is wrong with the views of a tool."""
    for at, view in objects(tool.document, "views", ""):
        name = text(view, "type")
        if name in tool.catalog.view_types and name is not None:
            yield from options_problems(closed_validator(tool.catalog.view_options(name)), view, at)
        elif name is not None:
            hint = suggestion(name, tool.catalog.view_types)
            yield Problem(f"{at}/type", _("there is no view type '%(name)s'", name=name), hint)
        yield from _named(tool, view, at)
        if form := tool.form_of(view):
            yield from _view_fields(form, view, at)


def _view_fields(form: FormContext, view: Mapping[str, Any], at: str) -> Iterator[Problem]:
    for pointer, path in texts(view, "columns", at):
        yield from form.unknown_column(path, pointer)
    yield from _looks(form, view, at)
    for pointer, path in texts(view, "quickFilters", at):
        if form.operands.hops(path):
            message = _(
                "'%(path)s' stands in a linked record: no index serves it, so no chip offers it",
                path=path,
            )
            yield Problem(pointer, message, _("Take a field of the form itself"))
            continue
        yield from form.unknown_path(path, pointer)
        field = form.fields.get(path)
        if field is not None and not set(_QUICK) & set(field.operators):
            message = _unfit(_FILTERED_BY, form.called(path), field)
            yield Problem(pointer, message, _("Take a field that knows 'eq' or 'in'"))
    for pointer, term in texts(view, "sort", at):
        path = sort_key(term).field
        if form.operands.hops(path):
            message = _("'%(path)s' cannot be sorted by: it stands in a linked record", path=path)
            yield Problem(pointer, message, _("Sort by a field of the form itself"))
            continue
        yield from form.unknown_path(path, pointer)
        field = form.fields.get(path)
        if field is not None and not field.sortable:
            can = [key for key, other in form.fields.items() if other and other.sortable]
            message = _unfit(_SORTED_BY, form.called(path), field)
            yield Problem(pointer, message, suggestion(path, can))


def _looks(form: FormContext, view: Mapping[str, Any], at: str) -> Iterator[Problem]:
    for path, look in object_at(view, "looks").items():
        pointer = f"{at}/looks/{escaped(path)}"
        yield from form.unknown_column(path, pointer)
        wanted = text(look, "format") if isinstance(look, Mapping) else None
        if wanted is None:
            continue
        field = form.field_at(path)
        known = field.formats if field is not None else ()
        if wanted not in known:
            message = _("'%(path)s' has no format '%(wanted)s'", path=path, wanted=wanted)
            hint = suggestion(wanted, known) if known else _("Leave it out: it is shown in one way")
            yield Problem(f"{pointer}/format", message, hint)


def _unfit(said: tuple[str, str], path: str, field: CatalogField) -> str:
    """Why a view can do nothing with a field: nothing of it is stored, or its type cannot."""
    not_stored, type_ = said
    if field.spec.live:
        return _(not_stored, path=path)
    return _(type_, path=path, type=field.name)


def actions_problems(tool: ToolContext) -> Iterator[Problem]:
    """What is wrong with the actions of a tool."""
    for at, action in objects(tool.document, "actions", ""):
        yield from _named(tool, action, at)
        name = text(action, "type")
        if name is None:
            continue
        if name not in tool.catalog.action_types:
            hint = suggestion(name, tool.catalog.action_types)
            yield Problem(f"{at}/type", _("there is no action type '%(name)s'", name=name), hint)
            continue
        judge = closed_validator(tool.catalog.action_options(name))
        found = list(options_problems(judge, action, at))
        yield from found
        form = tool.form_of(action)
        options = action.get("options", {})
        if form and not found and isinstance(options, dict):
            spec = ActionSpec(key="", title="", type=name, form=form.key, options=options)
            yield from _action_fields(tool, form, spec, at)


def _action_fields(
    tool: ToolContext, form: FormContext, spec: ActionSpec, at: str
) -> Iterator[Problem]:
    values = spec.options.get("values")
    for key in tool.catalog.action_fields(spec):
        named = isinstance(values, dict) and key in values
        where = f"{at}/options/values/{escaped(key)}" if named else f"{at}/options"
        yield from form.unknown_field(key, where)


def _named(tool: ToolContext, part: Mapping[str, Any], at: str) -> Iterator[Problem]:
    """The form and the roles that a part names."""
    yield from tool.unknown_form(part, at)
    for pointer, role in texts(part, "roles", at):
        yield from tool.unknown_role(role, pointer)
