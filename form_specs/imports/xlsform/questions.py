"""The types of XLSForm questions one by one: which field each becomes."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from form_specs.checks.fields import MOST_CHOICES
from form_specs.imports.outline import Item
from form_specs.imports.xlsform.choices import Choices
from form_specs.imports.xlsform.sheets import Row
from form_specs.language import looked_up, marked

_TYPES: Final[Mapping[str, str]] = {
    "string": "text", "int": "integer", "number": "integer", "date time": "datetime", "date_time": "datetime",
    "location": "geopoint", "gps": "geopoint", "photo": "image", "picture": "image", "add note prompt": "note",
    "add text prompt": "text", "add integer prompt": "integer", "add decimal prompt": "decimal",
    "add date prompt": "date", "trigger": "acknowledge", "begin_group": "begin group", "end_group": "end group",
    "begin-group": "begin group", "begin_repeat": "begin repeat", "end_repeat": "end repeat",
    "begin-repeat": "begin repeat", "end-group": "end group", "end-repeat": "end repeat", "q string": "text",
    "hidden value": "hidden", "group": "begin group", "repeat": "begin repeat", "calculation": "calculate", "phone number": "phonenumber", "phone_number": "phonenumber",
}  # fmt: skip
"""Other names for the same types."""
_SELECT: Final = re.compile(
    r"(?P<kind>select[ _]?one(?: from)?|select1|select[ _]multiple(?: from)?|select all that apply(?: from)?"
    r"|add select one prompt using|add select multiple prompt using|rank)"
    r"(?P<file>[ _]from[ _]file|[ _]external)?\s+(?P<list>.+?)(?P<other>\s+(?:or[ _]other|or specify other))?",
    re.IGNORECASE,
)
_MOST_CHOSEN: Final = 200
META: Final[Mapping[str, str]] = {
    "start": "datetime", "today": "date", "username": "user",
}  # fmt: skip
"""What is filled in by itself, and the type of the field that it becomes."""
_AROUND: Final = ("begin group", "end group", "begin repeat", "end repeat", "note")
_UNKNOWN_HERE: Final = {
    "end": marked("Every record says when it was changed: @updated_at"),
    "deviceid": marked("Records know people, not devices"),
    "audit": marked("Every record keeps its history"),
}
_DEFAULTS: Final[Mapping[str, dict[str, Any]]] = {
    "start": {"now": {}},
    "today": {"today": {}},
    "username": {"user": "id"},
}


@dataclass(frozen=True, slots=True)
class Kind:
    """The type of a question, taken apart."""

    name: str
    list: str = ""
    other: bool = False
    """Something that is not listed may be typed."""


def kind_of(text: str) -> Kind:
    """From `select_one yes_no or_other` to its parts."""
    plain = " ".join(text.split())
    if match := _SELECT.fullmatch(plain):
        word = match["kind"].lower()
        several = "multiple" in word or "all that" in word or word == "rank"
        name = "select multiple" if several else "select one"
        if match["file"]:
            name = f"{name} from file"
        return Kind(name, match["list"], bool(match["other"]))
    low = plain.lower()
    return Kind(_TYPES.get(low, low))


def is_known(text: str) -> bool:
    """Whether a text is a type of question, or begins or ends a group."""
    kind = kind_of(text).name
    return kind.startswith("select ") or kind in {*_PLAIN, *META, *_UNKNOWN_HERE, *_AROUND}


def shape(item: Item, kind: Kind, row: Row, choices: Choices | None) -> bool:
    """Gives an item its schema and type; false where there is nothing for the type."""
    if kind.name.startswith("select"):
        _select(item, kind, choices)
        return True
    if kind.name in META:
        item.type, item.native = META[kind.name], True
        item.put("default", _DEFAULTS[kind.name], row.place("type"))
        return True
    make = _PLAIN.get(kind.name)
    if make is None:
        return False
    make(item, row)
    return True


def why_not(kind: Kind) -> str:
    """What to do about a type that nothing stands for."""
    return looked_up(_UNKNOWN_HERE.get(kind.name, ""))


def _select(item: Item, kind: Kind, choices: Choices | None) -> None:
    several = "multiple" in kind.name
    options = choices.options() if choices else []
    one: dict[str, Any] = {"type": "string"}
    if options and len(options) <= MOST_CHOICES:
        if kind.other:
            item.type = "multi_choice" if several else "choice"
            listed = [{"key": o["const"], "title": o["title"][:200]} for o in options]
            item.put("choices", listed, item.place)
            item.put("orOther", True, item.place)
        else:
            one["oneOf"] = options
    item.schema = one
    if several:
        item.schema = {"type": "array", "items": one, "uniqueItems": True, "maxItems": _MOST_CHOSEN}


def _schema(type_: str, **schema: Any) -> Callable[[Item, Row], None]:
    def make(item: Item, _row: Row) -> None:
        item.type, item.schema = type_, dict(schema)

    return make


def _text(item: Item, row: Row) -> None:
    item.type, item.schema = "text", {"type": "string"}
    looks = row.peek("appearance").split()
    if "multiline" in looks:
        item.type = "long_text"
        if looks == ["multiline"]:
            row.take("appearance")


def _native(type_: str) -> Callable[[Item, Row], None]:
    def make(item: Item, _row: Row) -> None:
        item.type, item.native = type_, True
        item.schema = {"type": "string"} if type_ == "time" else {}

    return make


def _range(item: Item, row: Row) -> None:
    """A number from `start` to `end` by `step`."""
    found = dict(
        re.findall(r"(start|end|step)\s*=\s*(-?[0-9]+(?:\.[0-9]+)?)", row.take("parameters"))
    )
    whole = all(re.fullmatch("-?[0-9]+", text) for text in found.values())
    numbers = {k: int(v) if whole else float(v) for k, v in found.items()}
    item.schema = {"type": "integer" if whole else "number"}
    item.schema |= {"minimum": numbers.get("start", 0), "maximum": numbers.get("end", 10)}
    if whole and numbers.get("step", 1) > 1 and not numbers.get("start", 0):
        item.schema["multipleOf"] = numbers["step"]


def _acknowledge(item: Item, _row: Row) -> None:
    item.schema = {"type": "boolean"}


_PLAIN: Final[Mapping[str, Callable[[Item, Row], None]]] = {
    "text": _text,
    "integer": _schema("", type="integer"),
    "decimal": _schema("", type="number"),
    "range": _range,
    "date": _schema("date", type="string", format="date"),
    "datetime": _schema("datetime", type="string", format="date-time"),
    "time": _native("time"),
    "geopoint": _native("location"),
    "start-geopoint": _native("location"),
    "image": _native("image"),
    "file": _native("files"),
    "audio": _native("files"),
    "video": _native("files"),
    "barcode": _text,
    "hidden": _text,
    "acknowledge": _acknowledge,
    "phonenumber": _text,
    "email": _schema("email", type="string", format="email"),
    "calculate": _schema("", type="string"),
    "geotrace": _text,
    "geoshape": _text,
}
AS_TEXT: Final = frozenset({"geotrace", "geoshape", "barcode", "hidden", "phonenumber"})
"""Types that are kept as the text they are written as."""


def literal(item: Item, text: str) -> Any:
    """A default as JSON; raises `ValueError` where it is none of the field's values."""
    kind = item.schema.get("type")
    if kind == "integer":
        return int(text)
    if kind == "number":
        return float(text)
    if kind == "boolean":
        if text.lower() in ("ok", "true", "yes"):
            return True
        raise ValueError(text)
    return text.split() if kind == "array" else text
