"""The parts of a form: sections, fields, errors."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from markupsafe import Markup

from form_specs.model import FieldSpec
from runtime.web.contexts.frame import CellMacro, Person

Mode = Literal["edit", "read", "masked"]
FormMacro = Callable[[Any, FieldSpec, "InputUi"], Markup]
"""The `form` macro of a field type, looked up once per field of a form: control, field, ui."""


@dataclass(frozen=True, slots=True)
class FileItem:
    """An attached file."""

    id: str
    name: str
    url: str
    size_text: str
    kind: str
    """"pdf", "image", "sheet", "mail", "text" or "file": picks the icon."""
    detail: str = ""
    """Who attached it and when."""
    remove_url: str = ""
    """POST; empty: not allowed."""


@dataclass(frozen=True, slots=True)
class InputUi:
    """How one input is drawn: what a field type's form macro needs beside its control."""

    id: str
    name: str
    required: bool = False
    read_only: bool = False
    invalid: bool = False
    described_by: str = ""
    autofocus: bool = False
    users: Sequence[Person] = ()
    """Who can be picked, for `user`."""
    upload_url: str = ""
    files: Sequence["FileItem"] = ()
    max_bytes: int = 0


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field on a form: with its input, as text, or as dots."""

    spec: FieldSpec
    mode: Mode
    span: int
    ui: InputUi
    text: str
    """What a reader sees; of a masked field the mask; empty: no value."""
    value: Any = None
    draw: FormMacro | None = None
    control: Any = None
    detail: CellMacro | None = None
    errors: Sequence[str] = ()
    label: str = ""
    """Where the form calls it otherwise than its spec."""
    note: str = ""
    """Why it cannot be edited, e.g. "Only leads edit this"."""


@dataclass(frozen=True, slots=True)
class SectionView:
    """A titled group of fields."""

    id: str
    title: str
    columns: int
    fields: Sequence[FieldView]
    description: str = ""


@dataclass(frozen=True, slots=True)
class FormError:
    """One line of the error summary: it leads to its field."""

    message: str
    target: str = ""
    """Id of the input; empty: of no field."""


@dataclass(frozen=True, slots=True)
class DraftNote:
    """Says that typed text was brought back."""

    at_text: str
    discard_url: str
    """POST."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something cannot be done, with the field that would help."""

    message: str
    target: str = ""
    """Id of the input."""
