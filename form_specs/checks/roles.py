"""Whether roles name forms and fields that there are, and can do what they may."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from form_specs.checks.context import FormContext, ToolContext
from form_specs.checks.raw import object_at, objects, text
from form_specs.language import _, marked
from form_specs.model import FieldRight, Right
from form_specs.problem import Problem, Severity, escaped

_CHANGES_UNREAD: Final = marked("the role may not read the records that it may change")
_CANNOT_FILL: Final = marked(
    "the role may create records, but may not fill in '%(key)s', which is required"
)
_NOT_WRITTEN = (FieldRight.HIDDEN, FieldRight.MASKED, FieldRight.READ)


def roles_problems(tool: ToolContext) -> Iterator[Problem]:
    """What is wrong with the roles of a tool."""
    for at, role in objects(tool.document, "roles", ""):
        granted: set[str] = set()
        for below, grant in objects(role, "grants", at):
            yield from tool.unknown_form(grant, below)
            key = text(grant, "form") or ""
            if key in granted:
                message = _("the role has a grant for '%(key)s' already", key=key)
                yield Problem(f"{below}/form", message, _("Join the two"))
            granted.add(key)
            if form := tool.form_of(grant):
                yield from _grant(tool, form, grant, below)


def _grant(
    tool: ToolContext, form: FormContext, grant: Mapping[str, Any], at: str
) -> Iterator[Problem]:
    rights = grant.get("can")
    held = rights if isinstance(rights, list) else []
    if held and Right.READ not in held:
        yield Problem(
            f"{at}/can",
            _(_CHANGES_UNREAD),
            _("Add 'read'"),
            Severity.WARNING,
            kind=_CHANGES_UNREAD,
        )
    for key, right in object_at(grant, "fields").items():
        pointer = f"{at}/fields/{escaped(key)}"
        for problem in form.unknown_field(key, pointer):
            yield Problem(pointer, problem.message, problem.hint, at_key=True)
        if right in _NOT_WRITTEN and Right.CREATE in held and _must_be_given(tool, form, key):
            yield Problem(
                pointer,
                _(_CANNOT_FILL, key=form.called(key)),
                _("Give it the right 'write', or the field a default"),
                Severity.WARNING,
                kind=_CANNOT_FILL % {"key": key},
            )


def _must_be_given(tool: ToolContext, form: FormContext, key: str) -> bool:
    """Whether a record cannot be made unless somebody fills in the field."""
    property_ = object_at(object_at(object_at(form.raw, "schema"), "properties"), key)
    ops = object_at(property_, "x-ops")
    name = text(ops, "type") or ""
    return (
        key in form.required
        and "default" not in property_
        and "default" not in ops
        and not (tool.catalog.generates(name) or tool.catalog.derives(name))
    )
