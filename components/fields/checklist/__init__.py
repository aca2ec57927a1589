"""Steps that are done one after the other."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from components.base import FieldType
from components.recognition import type_problem
from components.values import ABSENT, InvalidValueError
from components.values.locales import date_style
from components.values.moments import moment_of, written_moment
from components.values.texts import clean_text
from form_specs.conditions import Comparison, Kind
from form_specs.formulas import TEXT, FormulaType, list_of
from form_specs.language import _, marked
from form_specs.model import FieldSpec, JsonObject, JsonValue

_MAX_STEPS: Final = 50
_MAX_NOTE: Final = 500
_KEYS: Final = frozenset({"step", "done", "by", "at", "note"})
_TICKED: Final = "true"


class Step(NamedTuple):
    """One step of a record's list: whether it is done, by whom and when, and what was noted."""

    done: bool = False
    by: str = ""
    at: datetime | None = None
    note: str = ""


class ChecklistType(FieldType):
    """The steps in `options.steps`; a value holds those that were touched, by key, as `Step`.

    Who did a step and when, the server adds.  The store holds the keys of what is done and their
    number beside the steps, for conditions to ask.
    """

    name = "checklist"
    title = marked("Checklist")
    description = marked("Steps to tick off, with who did each and when")
    kind = Kind.INTEGER
    operators = ("all_done", "steps_left", "done_count", "empty", "present")
    filter_input = "number"
    grouped = True
    importable = False
    computable = False
    nests = False

    def __init__(self, spec: FieldSpec, locale: str = "en") -> None:
        super().__init__(spec, locale)
        self._style = date_style(locale)
        self.steps: Mapping[str, str] = {
            step["key"]: step["title"] for step in spec.options.get("steps", ())
        }
        if not self.steps or len(self.steps) < len(spec.options["steps"]):
            raise ValueError(_("A checklist has steps, and each key once"))
        # One text for whether a step is done, one for its note.
        self.parts = tuple(name for step in self.steps for name in (step, f"{step}.note"))

    # -- stations of a value ------------------------------------------------------------

    def parse(self, value: JsonValue) -> dict[str, Step]:
        if not isinstance(value, list) or len(value) > _MAX_STEPS:
            raise InvalidValueError(_('A checklist is a list of {"step": KEY, "done": true}'))
        found = dict(self._step(item) for item in value)
        if len(found) < len(value):
            raise InvalidValueError(_("Each step stands in a checklist once"))
        if unknown := found.keys() - self.steps:
            named = ", ".join(self.steps)
            raise InvalidValueError(
                _(
                    "There is no step '%(step)s'; there are %(steps)s",
                    step=min(unknown)[:40],
                    steps=named,
                )
            )
        return {key: found[key] for key in self.steps if key in found}

    def _step(self, item: JsonValue) -> tuple[str, Step]:
        right = isinstance(item, dict) and item.keys() <= _KEYS and {"step", "done"} <= item.keys()
        if not isinstance(item, dict) or not right or not isinstance(item["done"], bool):
            raise InvalidValueError(_('A step is written {"step": KEY, "done": true}'))
        at = moment_of(item["at"]) if "at" in item else None
        by, note = clean_text(item.get("by", "")), _note(item.get("note", ""))
        return clean_text(item["step"]), Step(item["done"], by, at, note)

    def parse_text(self, texts: Sequence[str]) -> Any:
        """From a text for each step that says whether it is done, and one for its note."""
        if len(texts) == 1 and texts[0]:
            raise InvalidValueError(_("Steps are ticked, not typed"))
        pairs = zip(self.steps, texts[::2], texts[1::2], strict=False)
        read = {key: Step(done=self._ticked(tick), note=_note(note)) for key, tick, note in pairs}
        return {key: step for key, step in read.items() if step.done or step.note} or ABSENT

    def _ticked(self, text: str) -> bool:
        if text not in ("", _TICKED):
            raise InvalidValueError(_("A step is ticked or not"))
        return bool(text)

    def parse_posted(self, texts: Sequence[str], current: Any) -> Any:
        """The steps as posted; one that says what it said before is the one from before."""
        posted = self.parse_text(texts)
        if not isinstance(current, dict) or posted is ABSENT:
            return posted
        kept = {key: _merged(current.get(key), posted.get(key)) for key in self.steps}
        found = {key: step for key, step in kept.items() if step is not None}
        return found or ABSENT

    def stamped(self, before: Any, after: Any, who: str, at: datetime) -> Any:
        if not isinstance(after, dict):
            return after
        old = before if isinstance(before, dict) else {}
        moment = at.astimezone(UTC).replace(microsecond=0)
        return {key: _signed(old.get(key), step, who, moment) for key, step in after.items()}

    def dump(self, value: dict[str, Step]) -> JsonValue:
        return [_dumped(key, step) for key, step in value.items()]

    def to_store(self, value: dict[str, Step]) -> JsonValue:
        done: list[JsonValue] = [key for key, step in value.items() if step.done]
        return {"steps": self.dump(value), "done": done, "count": len(done)}

    def from_store(self, stored: JsonValue) -> dict[str, Step]:
        """Steps that the spec has no more are left out."""
        match stored:
            case {"steps": list(steps)}:
                found = dict(self._step(item) for item in steps)
                return {key: found[key] for key in self.steps if key in found}
        raise InvalidValueError(
            _("The stored value is no checklist: %(value)s", value=repr(stored))
        )

    def to_text(self, value: dict[str, Step]) -> list[str]:
        steps = [value.get(key, Step()) for key in self.steps]
        return [text for step in steps for text in (_TICKED if step.done else "", step.note)]

    @property
    def columns(self) -> tuple[str, ...]:
        return ()

    def to_cells(self, value: dict[str, Step]) -> list[str]:
        return [f"{_count(value)}/{len(self.steps)}"]

    def from_cells(self, texts: Sequence[str]) -> Any:
        if any(texts):
            raise InvalidValueError(_("Steps are ticked, not taken in from a file"))
        return ABSENT

    def display(self, value: dict[str, Step]) -> str:
        return _("%(done)s of %(all)s done", done=_count(value), all=len(self.steps))

    def references(self, value: dict[str, Step]) -> frozenset[str]:
        return frozenset(step.by for step in value.values() if step.by)

    def shown(self, value: dict[str, Step], titles: Mapping[str, str]) -> Any:
        return [
            self._shown_step(title, value.get(key, Step()), titles)
            for key, title in self.steps.items()
        ]

    def _shown_step(self, title: str, step: Step, titles: Mapping[str, str]) -> JsonObject:
        moment = self._style.moment(step.at) if step.at else ""
        who = ", ".join(filter(None, (titles.get(step.by, step.by), moment)))
        return {"title": title, "done": step.done, "who": who, "note": step.note}

    @property
    def formula_kind(self) -> FormulaType:
        return list_of(TEXT)

    def to_formula(self, value: dict[str, Step]) -> list[str]:
        """The keys of what is done, so that formulas may count them."""
        return [key for key, step in value.items() if step.done]

    # -- comparing in the store ---------------------------------------------------------

    @property
    def sort_path(self) -> tuple[str, ...]:
        return (self.key, "count")

    def comparisons(self, op: str, literal: JsonValue) -> tuple[Comparison, ...]:
        if op == "all_done":
            return (Comparison((self.key, "done"), Kind.LIST, "has_all", tuple(self.steps)),)
        if op == "empty":
            return (Comparison(self.sort_path, self.kind, op),)
        if type(literal) is not int or not 0 <= literal <= _MAX_STEPS:
            raise InvalidValueError(_("'done_count' takes a whole number of steps"))
        return (Comparison(self.sort_path, self.kind, "ge", literal),)

    def filter_literal(self, op: str, text: str) -> JsonValue:
        if not (text.isascii() and text.strip().isdigit()) or len(text) > 4:
            raise InvalidValueError(_("Write a number of steps, like 3"))
        return int(text)

    def filter_texts(self, op: str, literal: JsonValue) -> list[str]:
        return [str(literal)]

    def filter_words(self, op: str, literal: JsonValue) -> str:
        return str(literal)

    # -- from and to JSON Schema --------------------------------------------------------

    @classmethod
    def schema_for(cls, options: Mapping[str, Any]) -> dict[str, JsonValue]:
        return {
            "type": "array",
            "maxItems": _MAX_STEPS,
            "items": {
                "type": "object",
                "required": ["step", "done"],
                "properties": {
                    "step": {"type": "string", "maxLength": 40},
                    "done": {"type": "boolean"},
                    "by": {"type": "string"},
                    "at": {"type": "string", "format": "date-time"},
                    "note": {"type": "string", "maxLength": _MAX_NOTE},
                },
                "additionalProperties": False,
            },
        }

    @classmethod
    def schema_problem(cls, schema: Mapping[str, Any]) -> str | None:
        items = schema.get("items")
        if not isinstance(items, Mapping) or items.get("type") != "object":
            return _('The property must have "items": {"type": "object"}')
        return type_problem(schema, "array")


def _note(value: JsonValue) -> str:
    note = clean_text(value)
    if len(note) > _MAX_NOTE:
        raise InvalidValueError(
            _(
                "A note has at most %(limit)s characters; this has %(number)s",
                limit=_MAX_NOTE,
                number=len(note),
            )
        )
    return note


def _count(value: Mapping[str, Step]) -> int:
    return sum(step.done for step in value.values())


def _merged(before: Step | None, posted: Step | None) -> Step | None:
    """The step as it was where the post says the same; `posted` is none where it says nothing."""
    said = posted or Step()
    if before is not None and (before.done, before.note) == (said.done, said.note):
        return before
    return posted


def _signed(before: Step | None, after: Step, who: str, at: datetime) -> Step:
    """The step with who did it and when; what was done before stays theirs who did it."""
    if not after.done:
        return Step(note=after.note)
    if before is not None and before.done:
        return after._replace(by=before.by, at=before.at)
    return after._replace(by=who, at=at)


def _dumped(key: str, step: Step) -> JsonObject:
    found: JsonObject = {"step": key, "done": step.done}
    found |= {"by": step.by} if step.by else {}
    found |= {"at": written_moment(step.at)} if step.at else {}
    return found | ({"note": step.note} if step.note else {})


TYPE = ChecklistType
