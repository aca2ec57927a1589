"""The parts of a form: sections, fields, errors."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from markupsafe import Markup

from components.base import FieldType, Named
from form_specs.model import FieldSpec
from runtime.web.contexts.frame import CellMacro, Hidden, Person

Mode = Literal["edit", "read", "masked", "hidden"]
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
class ChoosingUi:
    """What an input offers to choose from."""

    items: Sequence[Named]
    complete: bool = True
    """Whether these are all there are; else one searches at `url`."""
    url: str = ""
    """GET q=TEXT&depends=TEXT: more of them as JSON."""
    search: bool = False
    """Whether a field to search by takes the place of the select."""
    depends: str = ""
    """Name of the control that says which ones fit."""
    query: str = ""
    """What was looked for without a script."""
    create_url: str = ""
    """POST: keeps what is typed and goes to make one that is not there yet."""
    make_url: str = ""
    """GET: the same in a dialog."""
    create_title: str = ""
    problem: str = ""
    """Why there is less to choose from than there should be."""
    misfit: str = ""
    """That what is chosen does not go any more with what another field holds."""


@dataclass(frozen=True, slots=True)
class Uploaded:
    """What the template of a field with files is given as `value`."""

    value: Any
    files: Sequence[FileItem]
    """Those that may be fetched; none where the record is not at hand."""


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
    preview_url: str = ""
    words_url: str = ""
    """GET: what other records hold, as JSON."""
    """POST of the input's text: how a reader would see it; empty: there is no preview."""
    choosing: ChoosingUi | None = None
    """What a field offers that does not say it itself."""
    inner: Sequence["FieldView"] = ()
    """The fields inside, of a field that has some."""
    wide: bool = False
    """Whether it needs the whole width of its section, whatever the layout says."""
    keys: Sequence["FieldView"] = ()
    """The inputs of the names, of a map."""
    holds: bool = False
    """Whether it is a field with fields inside, which is drawn as a frame around them."""
    refresh_url: str = ""
    """POST: the form again, with what stands in it."""


@dataclass(frozen=True, slots=True)
class RuleNote:
    """What a rule says about the values as they stand."""

    message: str
    tone: Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class FieldReaction:
    """What a field is drawn with that reacts to others, or that others react to."""

    asks: str = ""
    """Where to ask how the form stands whenever it changes; empty: nothing depends on it."""
    changes: bool = False
    """It may be drawn otherwise while the form is filled in."""
    marker: str = ""
    """How it is drawn now, posted along; empty: as without any condition."""
    required: bool = False
    """As things stand; its input does not say so, since it stays when this changes."""
    notes: Sequence[RuleNote] = ()
    reason: str = ""
    """Why it cannot be changed now."""
    kept: Sequence[Hidden] = ()
    """What was typed into it before it was hidden."""
    oob: bool = False
    """It is drawn for a page that stands already."""


@dataclass(frozen=True, slots=True)
class WhyView:
    """The answer to "why": what is not shown or cannot be changed, in sentences."""

    summary: str
    """Empty: there is nothing of the kind."""
    lines: Sequence[str]
    marker: str = ""


@dataclass(frozen=True, slots=True)
class FormReaction:
    """What a form is drawn with beside its fields."""

    refresh_url: str = ""
    """For those without scripts; empty: nothing in the form depends on anything."""
    why: WhyView = WhyView("", ())
    notes: Sequence[RuleNote] = ()
    """What rules say that belong to no field."""
    notes_marker: str = ""
    changes: bool = False
    """Notes and answer may change while the form is filled in."""
    id: str = "f"
    """What the ids of its parts begin with."""


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field on a form: with its input, as text, as dots, or as the place where it may appear."""

    spec: FieldSpec
    mode: Mode
    span: int
    ui: InputUi
    type: FieldType
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
    reaction: FieldReaction | None = None
    """None: it is drawn in the same way whatever stands in the form."""
    cell: str = ""
    """What its input is called in a cell of a row: "Row 1, Amount"; empty: it stands in no row."""

    @property
    def called(self) -> str:
        """What a screen reader calls it."""
        return self.cell or self.spec.title

    @property
    def is_marked(self) -> bool:
        """Whether it is required, or may come to be."""
        return self.ui.required or self.reaction is not None

    @property
    def is_helped(self) -> bool:
        """Whether something stands below its input that helps to fill it in."""
        return bool(self.spec.description) or self.type.lines

    @property
    def is_questioned(self) -> bool:
        """Whether something is wrong with it, or what nothing typed means may be chosen."""
        chosen = self.control is not None and bool(self.control.blanks)
        return bool(self.errors) or self.asks_empty or chosen

    @property
    def asks_empty(self) -> bool:
        """Whether it may be said of it that an empty text is meant."""
        return self.control is not None and self.control.asks_empty


@dataclass(frozen=True, slots=True)
class MarksView:
    """What stands around a field's input: whether it is required, and what rules say."""

    ui: InputUi
    reaction: FieldReaction
    title: str = ""


@dataclass(frozen=True, slots=True)
class RefreshPart:
    """What changes in a form that stands already."""

    fields: Sequence[FieldView]
    """Drawn anew."""
    marks: Sequence[MarksView]
    """Of fields whose inputs stay."""
    notes: bool
    """The form's own notes changed."""
    why: bool
    reaction: FormReaction
    parts: "Sequence[PartState | NoteView]" = ()
    """Sections, tabs and notes that come or go, or say something else."""


@dataclass(frozen=True, slots=True)
class PartState:
    """Whether a part of a layout is shown, where that may change while the form is filled in."""

    id: str
    off: bool
    marker: str = ""
    """How it is drawn now, posted along; empty: it is shown."""


@dataclass(frozen=True, slots=True)
class NoteView:
    """Guidance among the fields."""

    html: Markup
    """Empty: it is not shown now."""
    tone: str = "info"
    state: PartState | None = None
    mode: Literal["note"] = "note"


@dataclass(frozen=True, slots=True)
class SectionView:
    """A titled group of fields, with notes among them."""

    id: str
    title: str
    columns: int
    fields: Sequence[FieldView | NoteView]
    description: str = ""
    folds: bool = False
    """Only its title is drawn until somebody opens it."""
    open: bool = False
    """It folds, but something in it is wrong."""
    state: PartState | None = None

    @property
    def faults(self) -> int:
        """How many of its fields have something wrong."""
        return sum(bool(view.errors) for view in self.fields if isinstance(view, FieldView))


@dataclass(frozen=True, slots=True)
class TabView:
    """What stands behind one tab."""

    id: str
    title: str
    sections: Sequence[SectionView]
    state: PartState | None = None

    @property
    def off(self) -> bool:
        return self.state is not None and self.state.off

    @property
    def faults(self) -> int:
        """How many of its fields have something wrong."""
        return sum(section.faults for section in self.sections)


@dataclass(frozen=True, slots=True)
class TabsView:
    """A strip of tabs, of which one is in front."""

    id: str
    tabs: Sequence[TabView]

    @property
    def front(self) -> str:
        """The id of the tab that stands in front at first: one with something wrong, else the first."""
        shown = [tab for tab in self.tabs if not tab.off] or [*self.tabs]
        return next((tab.id for tab in shown if tab.faults), shown[0].id)


PartView = SectionView | TabsView


@dataclass(frozen=True, slots=True)
class WizardView:
    """Where somebody stands in a form that is filled in step by step."""

    titles: Sequence[str]
    """Of all steps, the look at the end among them."""
    at: int
    description: str
    number: int
    """What the step is called in the post."""
    carried: Sequence[tuple[str, str]]
    """Names and texts of what was typed in other steps."""
    changes: Sequence[int] = ()
    """At the end: for each section the number of the step where it can be changed, or -1."""

    @property
    def last(self) -> bool:
        """Whether what is drawn is the look at everything."""
        return self.at == len(self.titles) - 1


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
