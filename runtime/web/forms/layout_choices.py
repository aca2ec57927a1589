"""Which layouts of a form somebody may choose between, on the page of a record or of a new one."""

from collections.abc import Callable, Iterator

from form_specs.language import _
from form_specs.layouts import fields_in, sections_of
from runtime.access import FormAccess
from runtime.compiling.form import CompiledForm
from runtime.web.contexts import LayoutChoice

Address = Callable[[str | None], str]
"""From a layout's name, or none for the usual one, to the page drawn by it."""


def record_layouts(access: FormAccess, current: str, address: Address) -> list[LayoutChoice]:
    """The layouts that show somebody something of a record; none where there is no choice."""
    names = ["default", *_free(access.form)]
    return _choices(access.form, [n for n in names if _shows(access, n)], current, address)


def create_layouts(access: FormAccess, current: str, address: Address) -> list[LayoutChoice]:
    """The layouts by which somebody can make a record; none where there is no choice."""
    names = ["create", *(name for name in _free(access.form) if _makes(access, name))]
    return _choices(access.form, names, current, address)


def _free(form: CompiledForm) -> Iterator[str]:
    """The layouts that have no page or dialog of their own."""
    ways = form.workflow.transitions.values() if form.workflow else ()
    taken = {"default", "create", *(way.layout for way in ways)}
    return (name for name in form.spec.layouts if name not in taken)


def _placed(form: CompiledForm, name: str) -> tuple[str, ...]:
    return fields_in(sections_of(form.spec.layout(name)))


def _shows(access: FormAccess, name: str) -> bool:
    return any(map(access.sees, _placed(access.form, name)))


def _makes(access: FormAccess, name: str) -> bool:
    """Whether a layout asks for all that the person must fill in."""
    placed = {key for key in _placed(access.form, name) if access.writes(key)}
    needed = {
        key
        for key, field in access.form.fields.items()
        if field.spec.required and field.spec.default is None and access.writes(key)
    }
    return bool(placed) and needed <= placed


def _choices(
    form: CompiledForm, names: list[str], current: str, address: Address
) -> list[LayoutChoice]:
    if len(names) < 2:
        return []
    usual = names[0]
    return [
        LayoutChoice(_title(form, name), address(None if name == usual else name), name == current)
        for name in names
    ]


def _title(form: CompiledForm, name: str) -> str:
    written = form.spec.layout_titles.get(name)
    if written:
        return written
    if name in ("default", "create"):
        return _("Usual form")
    return name.replace("_", " ").replace("-", " ").capitalize()
