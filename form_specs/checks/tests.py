"""Whether the tests of a tool speak of roles, forms, fields, views and steps that there are."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from form_specs.checks.context import FormContext, ToolContext
from form_specs.checks.raw import object_at, objects, text, texts
from form_specs.language import _, marked
from form_specs.problem import Problem, escaped, suggestion
from form_specs.scenarios import Doing, named_records, record_name, wrong_times

_BY = {Doing.TRANSITION: "transition", Doing.ACTION: "action", Doing.COMMENT: "comment"}
"""What a step of each kind cannot be without."""
_UNKNOWN: Final = {
    "transition": marked("there is no transition '%(key)s'"),
    "action": marked("there is no action '%(key)s'"),
    "state": marked("there is no state '%(key)s'"),
}


def tests_problems(tool: ToolContext) -> Iterator[Problem]:
    """What is wrong with the tests of a tool."""
    for at, test in objects(tool.document, "tests", ""):
        made: dict[str, str] = {}
        for below, step in objects(test, "steps", at):
            yield from _record(step, below, made)
            yield from _step(tool, step, below)


def _record(step: Mapping[str, Any], at: str, made: dict[str, str]) -> Iterator[Problem]:
    """Records are made once, under one name, before anything is done with them."""
    name, form = record_name(step), text(step, "form") or ""
    where = f"{at}/{'record' if 'record' in step else 'form'}"
    for member, key, value in _values(step):
        for other in named_records(value):
            if other not in made:
                message = _("no step before this one makes a record '%(other)s'", other=other)
                yield Problem(f"{at}/{member}/{escaped(key)}", message, suggestion(other, made))
    if text(step, "do") == Doing.CREATE:
        if name in made:
            message = _("a step before this one makes a record '%(name)s' already", name=name)
            yield Problem(where, message, _("Give it a name of its own as 'record'"))
        made.setdefault(name, form)
    elif name not in made:
        message = _("no step before this one makes a record '%(name)s'", name=name)
        hint = suggestion(name, made) if made else _("Begin with a step that does 'create'")
        yield Problem(where, message, hint)
    elif made[name] != form:
        yield Problem(
            f"{at}/form",
            _("the record '%(name)s' is of the form '%(made)s'", name=name, made=made[name]),
            _("Name it"),
        )


def _values(step: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    for key, value in object_at(step, "values").items():
        yield "values", key, value
    for key, value in object_at(object_at(step, "expect"), "values").items():
        yield "expect/values", key, value


def _step(tool: ToolContext, step: Mapping[str, Any], at: str) -> Iterator[Problem]:
    yield from tool.unknown_form(step, at)
    if (role := text(step, "as")) is not None:
        yield from tool.unknown_role(role, f"{at}/as")
    doing = text(step, "do") or ""
    needed = next((member for known, member in _BY.items() if known == doing), None)
    if needed is not None and needed not in step:
        yield Problem(
            at,
            _("a step that does '%(doing)s' has '%(needed)s' too", doing=doing, needed=needed),
            _("Add '%(needed)s'", needed=needed),
        )
    expected = object_at(step, "expect")
    for name in ("visibleTo", "hiddenFrom"):
        for pointer, role in texts(expected, name, f"{at}/expect"):
            yield from tool.unknown_role(role, pointer)
    for member, key, value in _values(step):
        for wrong in wrong_times(value):
            message = _("'%(wrong)s' is no stretch of time", wrong=wrong)
            yield Problem(
                f"{at}/{member}/{escaped(key)}", message, _("There are minutes, hours, days, weeks")
            )
    if form := tool.form_of(step):
        yield from _in_form(tool, form, step, at)


def _in_form(
    tool: ToolContext, form: FormContext, step: Mapping[str, Any], at: str
) -> Iterator[Problem]:
    open_ = object_at(form.raw, "schema").get("additionalProperties", True) is not False
    for member, key, _value in _values(step):
        pointer = f"{at}/{member}/{escaped(key)}"
        for problem in () if open_ else form.unknown_field(key, pointer):
            yield Problem(pointer, problem.message, problem.hint, at_key=True)
    expected = object_at(step, "expect")
    for pointer, key in texts(expected, "fields", f"{at}/expect"):
        yield from form.unknown_field(key, pointer)
    workflow = _workflow(tool, form.key)
    yield from _unknown(step, "transition", _keys(workflow, "transitions"), at)
    yield from _unknown(step, "action", _keys(tool.document, "actions", form.key), at)
    yield from _unknown(expected, "state", _keys(workflow, "states"), f"{at}/expect")
    views = _keys(tool.document, "views", form.key)
    for name in ("in", "notIn"):
        for pointer, key in texts(expected, name, f"{at}/expect"):
            if key not in views:
                message = _("there is no view '%(key)s' of '%(form)s'", key=key, form=form.key)
                yield Problem(pointer, message, suggestion(key, views))


def _unknown(part: Mapping[str, Any], member: str, known: list[str], at: str) -> Iterator[Problem]:
    key = text(part, member)
    if key is not None and key not in known:
        message = _(_UNKNOWN[member], key=key)
        yield Problem(f"{at}/{member}", message, suggestion(key, known))


def _workflow(tool: ToolContext, form: str) -> Mapping[str, Any]:
    found = (w for _at, w in objects(tool.document, "workflows", "") if text(w, "form") == form)
    return next(found, {})


def _keys(part: Mapping[str, Any], name: str, form: str | None = None) -> list[str]:
    """The keys of the parts in a list, those of one form where it is given."""
    found = (item for _at, item in objects(part, name, "") if form in (None, text(item, "form")))
    return [text(item, "key") or "" for item in found]
