"""Whether the layouts of a form can be drawn: what stands in them, where, and under which conditions."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from form_specs.checks.computed import formula_problem
from form_specs.checks.context import FormContext, ToolContext
from form_specs.checks.raw import object_at, objects, text, texts
from form_specs.formulas import FormulaError, Scope, compile_text
from form_specs.language import _, marked
from form_specs.problem import Problem, Severity, escaped, suggestion

Part = Mapping[str, Any]
_NOT_ASKED_FOR: Final = marked("'%(key)s' is required, but this layout does not ask for it")


def layouts_problems(tool: ToolContext) -> Iterator[Problem]:
    """What is wrong with the layouts of all forms, and with who names them."""
    for form in tool.forms.values():
        layouts = object_at(form.raw, "layouts")
        if layouts and "default" not in layouts:
            yield Problem(f"{form.at}/layouts", _("there is no layout 'default'"), _("Add one"))
        for name in layouts:
            yield from _layout(form, name)
        yield from _titles(form, layouts)
        yield from _cannot_be_made(tool, form)
    for at, workflow in objects(tool.document, "workflows", ""):
        form_ = tool.form_of(workflow)
        for below, way in objects(workflow, "transitions", at):
            if form_ is not None:
                yield from _named(form_, way, below)


def _titles(form: FormContext, layouts: Collection[str]) -> Iterator[Problem]:
    """The titles of layouts that there are not."""
    for name in object_at(form.raw, "layoutTitles"):
        if name not in (*layouts, "create", "default"):
            at = f"{form.at}/layoutTitles/{escaped(name)}"
            yield Problem(
                at, _("there is no layout '%(name)s'", name=name), suggestion(name, layouts)
            )


def sections(form: FormContext, name: str) -> Iterator[tuple[str, Part]]:
    """Pointer and content of each section of a layout; a tab without parts is one itself."""
    for at, part in _parts(form, name):
        if "parts" in part:
            yield from objects(dict(part), "parts", at)
        else:
            yield at, part


def conditions(form: FormContext) -> Iterator[tuple[str, Any]]:
    """Pointer and condition of each part, section and note that is not always drawn."""
    for name in object_at(form.raw, "layouts"):
        found = dict(_parts(form, name)) | dict(sections(form, name))
        for at, section in [*found.items()]:
            found |= objects(dict(section), "fields", at)
        for at, part in found.items():
            if "showWhen" in part:
                yield f"{at}/showWhen", part["showWhen"]


def _parts(form: FormContext, name: str) -> Iterator[tuple[str, Part]]:
    return objects(object_at(form.raw, "layouts"), name, f"{form.at}/layouts")


def _layout(form: FormContext, name: str) -> Iterator[Problem]:
    kinds = {at: "step" if "step" in part else "part" for at, part in _parts(form, name)}
    for at, kind in kinds.items():
        if kind == "part" and "step" in kinds.values():
            message = _("a layout of steps has nothing beside its steps")
            yield Problem(
                at, message, _("Put this into a step, or make all steps tabs or sections")
            )
    placed: dict[str, str] = {}
    scope, broken = form.scope, form.broken
    for at, section in sections(form, name):
        yield from _placed(form, section, at, placed)
        yield from _notes(section, at, scope, broken)


def _placed(form: FormContext, section: Part, at: str, placed: dict[str, str]) -> Iterator[Problem]:
    columns = section.get("columns", 2)
    for below, key, span in _placements(dict(section), at):
        yield from form.unknown_field(key, below)
        if key in placed:
            message = _("'%(key)s' stands in this layout twice", key=form.called(key))
            yield Problem(below, message, _("It also stands at %(placed)s", placed=placed[key]))
        placed.setdefault(key, below)
        if isinstance(columns, int) and span > columns:
            message = _(
                "'%(key)s' spans %(span)s columns of %(columns)s",
                key=form.called(key),
                span=span,
                columns=columns,
            )
            yield Problem(below, message, _("A span of at most %(columns)s", columns=columns))


def _placements(section: dict[str, Any], at: str) -> Iterator[tuple[str, str, int]]:
    """Pointer, field and span of each placement that is well formed."""
    for below, key in texts(section, "fields", at):
        yield below, key, 1
    for below, placed in objects(section, "fields", at):
        key_ = text(placed, "field")
        span = placed.get("span", 1)
        if key_ is not None and isinstance(span, int):
            yield f"{below}/field", key_, span


def _notes(section: Part, at: str, scope: Scope, broken: tuple[str, ...]) -> Iterator[Problem]:
    for below, item in objects(dict(section), "fields", at):
        note = text(item, "note")
        if note is None or any(key in note for key in broken):
            continue
        try:
            compile_text(note, scope)
        except FormulaError as error:
            yield formula_problem(error, note, f"{below}/note")


def _cannot_be_made(tool: ToolContext, form: FormContext) -> Iterator[Problem]:
    """Required fields that the form of a new record does not draw, and that nothing else fills in."""
    layouts = object_at(form.raw, "layouts")
    name = "create" if "create" in layouts else "default"
    if name not in layouts:
        return
    drawn = {
        key
        for at, part in sections(form, name)
        for _below, key, _span in _placements(dict(part), at)
    }
    for key in sorted(form.required - drawn):
        if key in form.fields and not _filled_in(tool, form, key):
            yield Problem(
                f"{form.at}/layouts/{escaped(name)}",
                _(_NOT_ASKED_FOR, key=form.called(key)),
                _("Place it in the layout, or give it a default"),
                Severity.WARNING,
                kind=_NOT_ASKED_FOR % {"key": key},
            )


def _filled_in(tool: ToolContext, form: FormContext, key: str) -> bool:
    property_ = object_at(object_at(object_at(form.raw, "schema"), "properties"), key)
    ops = object_at(property_, "x-ops")
    kind = text(ops, "type") or ""
    known = kind in tool.catalog.field_types
    made = known and (tool.catalog.generates(kind) or tool.catalog.derives(kind))
    return made or "default" in property_ or "default" in ops or property_.get("readOnly") is True


def _named(form: FormContext, way: Part, at: str) -> Iterator[Problem]:
    """The layout that a transition names."""
    name = text(way, "layout")
    layouts = object_at(form.raw, "layouts")
    if name is not None and name not in layouts:
        yield Problem(
            f"{at}/layout", _("there is no layout '%(name)s'", name=name), suggestion(name, layouts)
        )
