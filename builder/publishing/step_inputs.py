"""The steps of a migration as inputs: what each leaves to people, and what they answered.

A step is asked about where somebody may want something else than it says.  What is more than that
(to split, to merge) is written into its text.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

from builder.parts.does import choices_of, input_of
from builder.parts.typed import as_typed, from_typed, is_typed
from builder.publishing.steps_said import Titles, said
from components.base import FieldType
from form_specs.catalog import Catalog
from form_specs.checks.raw import object_at, text, texts
from form_specs.compatibility.change import UNANSWERED
from form_specs.exact_json import dumps, loads
from form_specs.language import _, marked
from form_specs.migrations import is_open
from form_specs.model import FieldSpec, FormSpec, ToolSpec
from form_specs.problem import Problem, escaped

Step: TypeAlias = Mapping[str, Any]
STEP: Final = "step-"
"""What the names of the inputs begin with."""
_NOT_FITTING: Final = {
    "reject": marked("The record stays as it is, and is listed"),
    "clear": marked("The value goes"),
    "keep": marked("The value stays nevertheless"),
}
_DAYS: Final = ("%d.%m.%Y %d/%m/%Y %d-%m-%Y", "%m/%d/%Y %m-%d-%Y")
_SHOWN: Final = datetime(2026, 12, 31, 17, 30, tzinfo=UTC)
"""A day of which it is seen where its month stands."""
_TYPED: Final = "-"
"""Stands for a value that is typed among the fields to copy, whose keys are words."""
_CLOCK: Final = " %H:%M"


@dataclass(frozen=True, slots=True)
class StepInput:
    """One thing that a step leaves to people."""

    name: str
    label: str
    written: str
    """What the step says just now, as the input writes it."""
    choices: Sequence[tuple[str, str]] = ()
    input: str = "text"
    """The type of an input without choices; `lines` for several values."""
    value: str = ""
    """What stands in it: the same, or what was typed and could not be taken."""
    wrong: str = ""
    places: Sequence[str] = ()
    """Where the step says it, as JSON pointers from the step."""


@dataclass(frozen=True, slots=True)
class StepItem:
    """A step as the page shows it: in a sentence, or as inputs."""

    said: str
    inputs: Sequence[StepInput] = ()
    places: frozenset[str] = frozenset()
    """Where what is wrong with it stands beside an input, as JSON pointers."""


@dataclass(frozen=True, slots=True)
class _Asked:
    input: StepInput
    put: Callable[[Step, str], Step]
    """The step with an answer; raises `ValueError`."""
    is_open: bool = False
    """Whether nothing is said yet."""


class StepInputs:
    """The inputs of the steps between two specs; `posted` is what stands in them, where they were sent."""

    def __init__(
        self,
        before: ToolSpec,
        after: ToolSpec,
        catalog: Catalog,
        posted: Mapping[str, Sequence[str]],
    ) -> None:
        self._specs, self._catalog, self._posted = (after, before), catalog, posted
        self._titles = Titles(dict(before.document), dict(after.document))

    def answered(self, steps: Sequence[Any]) -> list[Any]:
        """The steps with what was changed in their inputs; a value that cannot be taken leaves none."""
        return [self._answered(at, step) for at, step in enumerate(steps)]

    def items(self, steps: Sequence[Any], problems: Sequence[Problem]) -> list[StepItem]:
        """The steps with their inputs; what is wrong stands beside the input that it concerns."""
        return [self._item(at, step, problems) for at, step in enumerate(steps)]

    def _answered(self, at: int, step: Any) -> Any:
        for asked in self._asked(at, step):
            typed = self._typed(asked.input)
            try:
                step = step if typed is None else asked.put(step, typed)
            except ValueError:
                # Not the value of before: nobody wants that one any more.
                step = {**step, "value": None} if "value" in step else step
        return step

    def _typed(self, asked: StepInput) -> str | None:
        """What somebody typed into an input since it was drawn; none: nothing else than stood there."""
        texts, was = self._posted.get(asked.name), self._posted.get(f"{asked.name}-was", ("",))
        typed = _plain("\n".join(texts or ()))
        return None if texts is None or typed == _plain(was[0]) else typed

    def _item(self, at: int, step: Any, problems: Sequence[Problem]) -> StepItem:
        if not isinstance(step, dict):
            return StepItem(dumps(step).decode())
        asked = [*self._asked(at, step)]
        if not asked:
            return StepItem(said(step, self._titles))
        concerned = [_concerning(at, each.input, problems) for each in asked]
        return StepItem(
            "",
            [self._drawn(step, *each) for each in zip(asked, concerned, strict=True)],
            frozenset(problem.pointer for each in concerned for problem in each),
        )

    def _drawn(self, step: Step, asked: _Asked, problems: Sequence[Problem]) -> StepInput:
        typed = self._typed(asked.input)
        try:
            if typed is not None:
                asked.put(step, typed)
        except ValueError as error:
            return replace(asked.input, value=typed or "", wrong=str(error))
        wrong = next((f"{problem.message}. {problem.hint}" for problem in problems), "")
        if wrong and asked.is_open:
            wrong = _("Say what it becomes")
        return replace(asked.input, value=asked.input.written, wrong=wrong)

    # -- what a step asks ---------------------------------------------------------------

    def _asked(self, at: int, step: Any) -> Iterator[_Asked]:
        asks = _ASKS.get(str(step.get("do"))) if isinstance(step, dict) else None
        for asked in asks(self, step) if asks else ():
            name = f"{STEP}{at}-{asked.input.name}"
            yield replace(asked, input=replace(asked.input, name=name))

    def _forms(self, step: Step) -> list[FormSpec]:
        """The form of a step, as it will be and as it is."""
        found = []
        for spec in self._specs:
            key = text(step, "form") or next(iter(spec.forms), "")
            if key in spec.forms:
                found.append(spec.forms[key])
        return found

    def _fields(self, step: Step) -> list[FieldSpec]:
        key = text(step, "field") or ""
        return [form.fields[key] for form in self._forms(step) if key in form.fields]

    def _bound(self, spec: FieldSpec) -> FieldType | None:
        try:
            found = self._catalog.field(spec)
        except ValueError:
            return None
        return found if isinstance(found, FieldType) else None

    def _fill(self, step: Step) -> Iterator[_Asked]:
        fields = self._fields(step)
        field = self._bound(fields[0]) if fields else None
        if field is None:
            return
        title, other = field.spec.title, text(step, "from") or ""
        label = _("%(field)s, where it is empty", field=title)
        alike = self._alike(step, field)
        if alike:
            choices = [(_TYPED, _("This value")), *alike]
            asked = StepInput("from", label, other or _TYPED, choices, places=("/from",))
            yield _Asked(asked, _put_from)
            label = _("%(field)s: this value", field=title)
        if is_typed(field):
            yield self._value(step, field, label, is_open=not other and is_open(step))

    def _value(self, step: Step, field: FieldType, label: str, *, is_open: bool) -> _Asked:
        value = step.get("value")
        written = "" if value in (None, UNANSWERED) else as_typed(field, value)
        choices = choices_of(field)
        if choices and not field.multiple:
            choices = [("", _("Choose one")), *choices]
        kind = "lines" if field.multiple else input_of(field)
        asked = StepInput("value", label, written, choices, kind, places=("", "/value"))

        def put(step: Step, typed: str) -> Step:
            return step if "from" in step else {**step, "value": from_typed(field, typed)}

        return _Asked(asked, put, is_open)

    def _alike(self, step: Step, field: FieldType) -> list[tuple[str, str]]:
        """Other fields of the form, as it will be or was, whose values this one takes."""
        found: dict[str, str] = {}
        for form in self._forms(step):
            for key, spec in form.fields.items():
                if spec.type == field.spec.type and key != field.spec.key and not spec.computed:
                    found.setdefault(key, _("As %(field)s is", field=spec.title))
        return list(found.items())

    def _convert(self, step: Step) -> Iterator[_Asked]:
        fields = self._fields(step)
        if len(fields) > 1 and fields[0].type in ("date", "datetime") and "text" in fields[1].type:
            yield _days(step, fields[0])
        field = self._titles.field(text(step, "form") or "", text(step, "field"))
        asked = StepInput(
            "onError",
            _("%(field)s, where a value does not fit", field=field),
            str(step.get("onError", "reject")),
            [(key, _(words)) for key, words in _NOT_FITTING.items()],
            places=("/onError",),
        )
        yield _Asked(asked, lambda step, typed: {**step, "onError": typed})

    def _map(self, step: Step) -> Iterator[_Asked]:
        form, key = text(step, "form") or "", text(step, "field")
        fields = self._fields(step)
        choices = fields[0].choices if fields else ()
        if not choices:
            return
        offered: list[tuple[str | None, str]] = [
            (choice.key, choice.title) for choice in choices if not choice.retired
        ]
        offered.append((None, _("Nothing")))
        title = self._titles.field(form, key)
        for number, (old, new) in enumerate(object_at(step, "map").items()):
            called = self._titles.choice(form, key, old)
            label = _("%(field)s: %(choice)s becomes", field=title, choice=called)
            yield _pair(number, (old, new), label, offered, is_open=new == UNANSWERED)

    def _map_state(self, step: Step) -> Iterator[_Asked]:
        forms = self._forms(step)
        workflow = self._specs[0].workflows.get(forms[0].key) if forms else None
        if workflow is None:
            return
        offered: list[tuple[str | None, str]] = [
            (key, state.title) for key, state in workflow.states.items()
        ]
        for number, (old, new) in enumerate(object_at(step, "map").items()):
            called = self._titles.state(forms[0].key, old)
            label = _("State: %(state)s becomes", state=called)
            if not old:
                label = _("The state of those that have none")
            yield _pair(number, (old, new), label, offered, is_open=new is None)


def _plain(text: str) -> str:
    """A text with the line ends that it was drawn with; a browser sends others."""
    return text.replace("\r\n", "\n")


def _concerning(at: int, asked: StepInput, problems: Sequence[Problem]) -> list[Problem]:
    """What is wrong with a step at the place that an input asks for."""
    places = [f"/steps/{at}{place}" for place in asked.places]
    return [problem for problem in problems if problem.pointer in places]


def _put_from(step: Step, typed: str) -> Step:
    if typed != _TYPED:
        return {key: value for key, value in step.items() if key != "value"} | {"from": typed}
    return {"value": None} | {key: value for key, value in step.items() if key != "from"}


def _days(step: Step, field: FieldSpec) -> _Asked:
    """In which order the old texts write days."""
    clock = _CLOCK if field.type == "datetime" else ""
    written = "\n".join(each for _at, each in texts(step, "formats", ""))
    offered = ["\n".join(f"{day}{clock}" for day in days.split()) for days in _DAYS]
    choices = [(days, _in_days(days)) for days in dict.fromkeys(("", *offered, written))]
    label = _("%(field)s: how days are written", field=field.title)
    asked = StepInput("formats", label, written, choices, places=("/formats",))

    def put(step: Step, typed: str) -> Step:
        rest = {key: value for key, value in step.items() if key != "formats"}
        return rest | {"formats": typed.split("\n")} if typed else rest

    return _Asked(asked, put)


def _in_days(formats: str) -> str:
    """Formats of days by how a day looks in them."""
    if not formats:
        return _("As %(day)s", day=_SHOWN.date().isoformat())
    return _("As %(day)s", day=", ".join(_SHOWN.strftime(each) for each in formats.split("\n")))


def _pair(
    number: int,
    pair: tuple[str, Any],
    label: str,
    offered: Sequence[tuple[str | None, str]],
    *,
    is_open: bool,
) -> _Asked:
    """What one old key becomes, as JSON, since any text may be a key."""
    old, new = pair
    written = "" if is_open else dumps(new).decode()
    choices = [(dumps(key).decode(), title) for key, title in offered]
    if is_open:
        choices.insert(0, ("", _("Choose one")))
    elif written not in dict(choices):
        choices.append((written, str(new)))
    asked = StepInput(f"map-{number}", label, written, choices, places=(f"/map/{escaped(old)}",))

    def put(step: Step, typed: str) -> Step:
        return {**step, "map": {**object_at(step, "map"), old: loads(typed)}} if typed else step

    return _Asked(asked, put, is_open)


_ASKS: Final[Mapping[str, Callable[[StepInputs, Step], Iterator[_Asked]]]] = {
    "fill": StepInputs._fill,
    "convert": StepInputs._convert,
    "map": StepInputs._map,
    "mapState": StepInputs._map_state,
}
