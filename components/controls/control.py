"""The WTForms side of a field: texts of a post in, typed value out, and texts to draw again."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from wtforms.fields.core import Field as Control
from wtforms.utils import unset_value

from components.controls.blanks import Blank, blank_of, words_of
from components.controls.posts import FormData, below, beside
from components.values import ABSENT, InvalidValueError, Kept, same
from form_specs.language import _, digits

if TYPE_CHECKING:
    from components.base.field_type import FieldType

MAX_TEXTS = 1_000
_BLANK: Final = "blank"
"""Marks the name of the select of what nothing typed means: `:blank:name`."""
_EMPTY: Final = "empty"
"""Marks the name of the box that says that an empty text is meant: `:empty:name`."""


class Input(Control):
    """The control of one field.

    `data` is the typed value, or `ABSENT`; `posted` says whether the post held the field at
    all; `texts` is what the input shows: after a post the raw texts, right or wrong.
    Drawing is done by the type's templates; a control has no widget.
    """

    data: Any
    object_data: Any

    def __init__(self, field_type: "FieldType", **bound: Any) -> None:
        spec = field_type.spec
        super().__init__(label=spec.title, description=spec.description, default=ABSENT, **bound)
        self.field_type = field_type
        self.posted = False
        self.posted_texts: list[str] = []
        self.left_empty = False
        """Whether the post says that an empty text is meant."""
        self.meant: Blank | None = None
        """What the post says that nothing typed means."""
        self.wrong_parts: frozenset[str] = frozenset()
        """Of a type with parts: those that are wrong; none: the value as a whole."""

    @property
    def blanks(self) -> "Mapping[Blank, Any]":
        """What nothing typed may mean, where the form asks for it; each with its value."""
        return self.field_type.blanks

    @property
    def blank_name(self) -> str:
        """The name of the select that says which of them is meant."""
        return beside(self.name, _BLANK)

    @property
    def blank(self) -> "Blank | None":
        """Which of them the select shows: that which is meant, that which there is, or the first."""
        return self.meant or blank_of(self.blanks, self.data) or next(iter(self.blanks), None)

    @property
    def blank_choices(self) -> list[tuple[str, str]]:
        """What the select offers: what it posts, and the words for it."""
        return [(blank, words_of(blank, self.field_type.empty)) for blank in self.blanks]

    def take_blank(self, formdata: "FormData") -> None:
        """What a post says that nothing typed means."""
        text = next(iter(formdata.getlist(self.blank_name)), "")
        self.meant = next((blank for blank in self.blanks if blank == text), None)

    def settled(self, value: Any) -> Any:
        """A value as it was posted, or in place of nothing what nothing is said to mean."""
        if self.meant is None or blank_of(self.blanks, value) is None:
            return value
        meant = self.blanks[self.meant]
        return self.object_data if blank_of(self.blanks, self.object_data) is self.meant else meant

    @property
    def names(self) -> tuple[str, ...]:
        """The names that it takes a post from: its own and, for a type with parts, one for each part.

        Under its own name all parts may come one after the other, as a link that fills in a
        form has them.
        """
        return (self.name, *(below(self.name, part) for part in self.field_type.parts))

    @property
    def texts(self) -> list[str]:
        """What its inputs show; for a type with parts one text each, else none for no value."""
        return self.posted_texts if self.posted else self._drawn(self.data)

    @property
    def text(self) -> str:
        """The first of `texts`, or an empty one."""
        return next(iter(self.texts), "")

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """What its inputs post as they are drawn: names and texts."""
        _own, *parts = self.names
        texts = self.texts or [""]
        own = zip(parts or [self.name] * len(texts), texts, strict=False)
        return [*own, *self.blank_pairs]

    @property
    def blank_pairs(self) -> list[tuple[str, str]]:
        """What the select of what nothing typed means posts as it is drawn."""
        return [] if self.blank is None else [(self.blank_name, self.blank)]

    @property
    def entries(self) -> "Sequence[Input]":
        """The controls directly inside it, as they are drawn."""
        return ()

    @property
    def drawn(self) -> "Sequence[Input]":
        """The controls inside it that a page draws, if only to show them later."""
        return self.entries

    @property
    def keys(self) -> "Sequence[Input]":
        """The controls of the names that its parts bear, where people make them up."""
        return ()

    @property
    def drawn_inputs(self) -> bool:
        """Whether there is anything in it to be filled in."""
        return True

    @property
    def end(self) -> "Input":
        """The control that shows what is wrong with its value as a whole."""
        return self

    def entry(self, step: str | int) -> "Input | None":
        """The control inside it that shows the part of its value at that step."""
        return None

    @property
    def rest(self) -> "Input | None":
        """The control inside it that shows all parts of its value which have none of their own."""
        return None

    def walk(self) -> "Iterator[Input]":
        """It and all controls inside it, in the order they are drawn."""
        yield self
        for entry in self.entries:
            yield from entry.walk()

    @property
    def steps(self) -> "Sequence[tuple[str | int | None, Input]]":
        """The controls directly inside it, each with the step of `drafted` that it shows; none: all of it."""
        return ()

    def ways(self, way: str) -> "Iterator[tuple[str, Input]]":
        """It and all controls inside it, each with the way that leads to its part of `drafted`."""
        yield way, self
        for step, inner in self.steps:
            yield from inner.ways(way if step is None else below(way, step))

    @property
    def drafted(self) -> Any:
        """Its value as it is drawn, rows that hold nothing yet among the others; what is wrong is left out."""
        return ABSENT if self.errors and isinstance(self.object_data, Kept) else self.data

    @property
    def failed(self) -> bool:
        """Whether something in it could not be read."""
        return any(control.errors for control in self.walk())

    def process(
        self,
        formdata: FormData | None,
        data: Any = unset_value,
        extra_filters: Sequence[Any] | None = None,
    ) -> None:
        """Take the typed value the form is drawn with, then what the post says about it."""
        self.process_errors: list[str] = []
        self.object_data = self.data = ABSENT if data is unset_value else data
        self.posted = formdata is not None and any(name in formdata for name in self.names)
        if formdata is not None and self.posted:
            self.raw_data = self.posted_texts = self._collected(formdata)
            self.left_empty = self.asks_empty and self.empty_name in formdata
            self.take_blank(formdata)
            self.process_formdata(self.raw_data)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """From the posted texts to `data`; on an error `data` stays what it was and the texts are kept.

        Texts that are those drawn leave the value as it was, to the last digit.
        """
        if self.meant is not None and not any(valuelist):
            self.data = self.settled(next(iter(self.blanks.values())))
            return
        if self._as_drawn(valuelist):
            return
        if self.left_empty:
            self.data = ""
            return
        try:
            if len(valuelist) > MAX_TEXTS:
                raise InvalidValueError(_("At most %(limit)s values", limit=digits(MAX_TEXTS)))
            value = self.field_type.parse_posted(valuelist, self.readable_data)
            if problem := self.field_type.change_problem(self.readable_data, value):
                raise InvalidValueError(problem)
        except InvalidValueError as error:
            self.wrong_parts = frozenset(str(fault.path[0]) for fault in error.faults if fault.path)
            known = self.wrong_parts and self.wrong_parts <= {*self.field_type.parts}
            self.process_errors = [f.message for f in error.faults] if known else [str(error)]
            self.errors = list(self.process_errors)
        else:
            self.data = self.object_data if same(value, self.object_data) else value

    @property
    def empty_name(self) -> str:
        """The name of the box that says that an empty text is meant."""
        return beside(self.name, _EMPTY)

    @property
    def asks_empty(self) -> bool:
        """Whether to ask so: nothing was typed, which alone is no value here."""
        return self.posted and not any(self.posted_texts) and self.field_type.asks_empty

    @property
    def touched(self) -> bool:
        """Whether the post says something else of it than what was drawn, right or wrong."""
        return self.posted and (bool(self.errors) or self.data is not self.object_data)

    @property
    def idle(self) -> bool:
        """Whether the post says of it what an input says that nobody touched, though that is a value."""
        is_new = self.object_data is ABSENT and not self.errors and not self.left_empty
        texts = tuple(self.posted_texts)
        is_new = is_new and self.meant in (None, next(iter(self.blanks), None))
        return is_new and (not any(texts) or texts in self.field_type.idle_texts)

    def start(self) -> None:
        """Show the field's literal default, in a part that is not there yet."""
        default = self.field_type.spec.default
        if default is not None and not self.posted and self.data is ABSENT:
            with suppress(InvalidValueError):
                self.data = self.field_type.parse(default)

    @property
    def readable_data(self) -> Any:
        """The value it is drawn with, `ABSENT` where no type reads it."""
        return ABSENT if isinstance(self.object_data, Kept) else self.object_data

    def add_error(self, message: str) -> None:
        """Show one more message at this field, once."""
        if message not in self.errors:
            self.errors = [*self.errors, message]

    def _drawn(self, value: Any) -> list[str]:
        if value is ABSENT or isinstance(value, Kept):
            return ["" for _ in self.field_type.parts]
        return self.field_type.to_text(value)

    def _as_drawn(self, texts: Sequence[str]) -> bool:
        """Whether these texts are what an untouched input posts."""
        if isinstance(self.object_data, Kept):
            return not any(texts)
        if self.object_data is ABSENT:
            return False
        drawn, typed = self._drawn(self.object_data) or [""], [_lines(text) for text in texts]
        if self.field_type.multiple:
            # Boxes post in the order of the choices, and an empty text says that they were there.
            return sorted(filter(None, typed)) == sorted(filter(None, drawn))
        return typed == [_lines(text) for text in drawn]

    def _collected(self, formdata: FormData) -> list[str]:
        own, *parts = self.names
        if own in formdata or not parts:
            return formdata.getlist(own)
        return [next(iter(formdata.getlist(part)), "") for part in parts]


def _lines(text: str) -> str:
    """A text without the ends of lines that browsers make of every newline."""
    return text.replace("\r\n", "\n")
