"""A form drawn as its page draws it, though nothing was published yet: with defaults for values."""

from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from typing import Any

from components.base import FieldType
from components.forms import form_class
from form_specs.language import _
from form_specs.model import FormSpec
from runtime.access import FormAccess, Person
from runtime.compiling.computing import Computing, Written
from runtime.compiling.form import CompiledForm
from runtime.web.forms.fields import FormDrawing

_WHOEVER = Person("", "", is_admin=True)
"""Whose rights a draft is drawn with: all of them."""


class _Sample(CompiledForm):
    """A form whose formulas are not worked out: those of a draft may be wrong."""

    @cached_property
    def computing(self) -> Computing:
        plain = {key: field for key, field in self.fields.items() if field.spec.computed is None}
        written = Written(self.written_in, self.locale)
        return Computing(plain, self.readable, written, self.scope, self.ties.links.computing)


def sample_drawing(
    tool: str, form: str, fields: Mapping[str, FieldType], prefix: str
) -> FormDrawing:
    """What draws some fields as a new record has them; `prefix` begins the ids of their inputs."""
    links = (field.spec.link for field in fields.values())
    # Nothing is drawn of what stands behind a link.
    beside = {link.form: _sample(tool, link.form, {}, {}) for link in links if link}
    compiled = _sample(tool, form, fields, beside)
    values = _defaults(fields)
    return FormDrawing(
        access=FormAccess(compiled, _WHOEVER),
        form=form_class(fields.values())(None, values),
        values=values,
        prefix=prefix,
        document={},
        upload_limit=1,
        note=_("Nobody types this in"),
    )


def _sample(
    tool: str, form: str, fields: Mapping[str, FieldType], beside: Mapping[str, CompiledForm]
) -> CompiledForm:
    specs = {key: field.spec for key, field in fields.items()}
    return _Sample(
        tool_key=tool,
        tool_version=0,
        form_id=0,
        spec=FormSpec(form, form, form, {"type": "object"}, specs, {}),
        fields=fields,
        workflow=None,
        views={},
        actions={},
        action_types={},
        roles={},
        forms=beside,
    )


def _defaults(fields: Mapping[str, FieldType]) -> dict[str, Any]:
    """The values that a new record begins with, as far as they are written down."""
    found: dict[str, Any] = {}
    for key, field in fields.items():
        if field.spec.default is not None and not isinstance(field.spec.default, dict):
            with suppress(ValueError, TypeError):
                found[key] = field.parse(field.spec.default)
    return found
