"""How the columns of a view are drawn: what can be said of each, and what is said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from builder.bench import Bench
from builder.drafting.examined import PlacedProblem
from builder.parts.fields import FormFields
from components.base import Align, FieldType
from components.formats import FORMATS
from form_specs.checks.raw import object_at, text, texts
from form_specs.editing import Address
from form_specs.language import _, marked
from form_specs.model import ColumnLook

WIDTHS: Final = {
    "narrow": marked("Narrow"),
    "normal": marked("As wide as usual"),
    "wide": marked("Wide"),
}
ALIGNS: Final = {"start": marked("At the start"), "end": marked("At the end")}
Options = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class LookRow:
    """What is said of one column."""

    name: str
    title: str
    width: str
    widths: Options
    align: str
    aligns: Options
    format: str
    formats: Options
    """Empty: its values are shown in one way."""
    problems: Sequence[PlacedProblem]

    @property
    def is_said(self) -> bool:
        """Whether anything is as it is not usually."""
        return bool(self.format or self.problems) or self.width != "normal"


def look_rows(bench: Bench, at: Address, view: Mapping[str, Any]) -> list[LookRow]:
    """The columns of a view with their looks."""
    fields = FormFields.of(bench.examined.tool, text(view, "form") or "")
    columns = [path for _at, path in texts(view, "columns", "")]
    return [_row(bench, (*at, "looks", path), fields, view, path) for path in columns]


def _row(
    bench: Bench, at: Address, fields: FormFields, view: Mapping[str, Any], path: str
) -> LookRow:
    look = object_at(object_at(view, "looks"), path)
    field = fields.form.field_at(path) if fields.form else None
    known = field.formats if isinstance(field, FieldType) else ()
    at_end = isinstance(field, FieldType) and field.align is Align.END
    own = text(look, "format") or ""
    names = dict.fromkeys((*known, *((own,) if own else ())))
    formats = [(name, _(FORMATS[name]) if name in FORMATS else name) for name in names]
    return LookRow(
        name=path,
        title=fields.title(path),
        width=text(look, "width") or "normal",
        widths=[(name, _(title)) for name, title in WIDTHS.items()],
        align=text(look, "align") or ("end" if at_end else "start"),
        aligns=[(name, _(title)) for name, title in ALIGNS.items()],
        format=own,
        formats=[("", _("As usual")), *formats] if formats else (),
        problems=bench.examined.problems_at(*at),
    )


def looks_of(view: Mapping[str, Any]) -> dict[str, ColumnLook]:
    """The looks of a draft's view, as far as they say something."""
    found = object_at(view, "looks")
    return {
        path: ColumnLook(
            **{name: text(found[path], name) or "" for name in ("width", "align", "format")}
        )
        for path in found
        if isinstance(found[path], Mapping)
    }
