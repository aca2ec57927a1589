"""Forms that cannot be filled in as they are drawn."""

from collections.abc import Iterator

from form_specs.language import _
from form_specs.layouts import fields_in
from form_specs.lint.warning import warning
from form_specs.model import FormSpec, Layout, Section, ToolSpec
from form_specs.problem import Problem, escaped


def form_warnings(tool: ToolSpec) -> Iterator[Problem]:
    """Required fields in parts of the form of a new record that are not always drawn."""
    for index, form in enumerate(tool.forms.values()):
        name = "create" if "create" in form.layouts else "default"
        for at, section in _sometimes_drawn(form.layouts[name]):
            for key in fields_in([section]):
                if _is_asked_for(form, key):
                    title = form.fields[key].title
                    message = _(
                        "'%(title)s' is required, but this part is not always drawn", title=title
                    )
                    hint = _("Place it where it is always drawn, or give it a default")
                    place = f"/forms/{index}/layouts/{escaped(name)}{at}"
                    yield warning("undrawn", place, message, hint)


def _sometimes_drawn(layout: Layout) -> Iterator[tuple[str, Section]]:
    """Pointer and content of the sections that a condition hides, or the part around them."""
    for index, part in enumerate(layout):
        if isinstance(part, Section):
            if part.show_when is not None:
                yield f"/{index}", part
            continue
        hidden = part.show_when is not None
        yield from ((f"/{index}", s) for s in part.sections if hidden or s.show_when is not None)


def _is_asked_for(form: FormSpec, key: str) -> bool:
    """Whether a record cannot be made unless somebody fills in a field."""
    field = form.fields.get(key)
    return field is not None and field.required and not field.read_only and field.default is None
