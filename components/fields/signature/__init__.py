"""Signatures."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from components.base.uploads import FileReference, UploadedType, reference_of, reference_schema
from components.recognition import type_problem
from components.values import ABSENT, InvalidValueError
from components.values.locales import date_style
from components.values.moments import moment_of, written_moment
from components.values.texts import clean_text
from form_specs.conditions import Kind
from form_specs.formulas import TEXT, FormulaType
from form_specs.language import _, marked
from form_specs.model import FieldSpec, JsonObject, JsonValue

_MAX_NAME: Final = 120
_KEYS: Final = frozenset({"name", "by", "at", "image"})


class Signature(NamedTuple):
    """Who signed, in their own words and by account, when, and what was drawn."""

    name: str
    by: str = ""
    at: datetime | None = None
    image: FileReference | None = None


class SignatureType(UploadedType):
    """A name that somebody typed, and what they drew if they did; who and when the server adds.

    Typing another name, or drawing anew, signs anew.
    """

    name = "signature"
    title = marked("Signature")
    description = marked("A typed name, with or without a drawn signature")
    kind = Kind.TEXT
    operators = ("empty", "present")
    media = "image/"
    single = True
    parts = ("name", "image")

    def __init__(self, spec: FieldSpec, locale: str = "en") -> None:
        super().__init__(spec, locale)
        self._style = date_style(locale)

    @property
    def columns(self) -> tuple[str, ...]:
        return ("name", "at")

    def parse(self, value: JsonValue) -> Signature:
        if not isinstance(value, dict) or not value.keys() <= _KEYS or "name" not in value:
            raise InvalidValueError(_('A signature is written {"name": "Maya Okafor"}'))
        image = reference_of(value["image"]) if "image" in value else None
        at = moment_of(value["at"]) if "at" in value else None
        return Signature(_name(value["name"]), clean_text(value.get("by", "")), at, image)

    def parse_text(self, texts: Sequence[str]) -> Any:
        name = next(iter(texts), "").strip()
        return Signature(_name(name)) if name else ABSENT

    def parse_posted(self, texts: Sequence[str], current: Any) -> Any:
        """The same signature while the name stays and the drawing is kept; else a new one."""
        signed = self.parse_text(texts)
        if not isinstance(current, Signature) or signed is ABSENT:
            return signed
        kept = texts[1] if len(texts) > 1 else ""
        same = current.image is None or current.image["id"] == kept
        return current if signed.name == current.name and same else signed

    def change_problem(self, before: Any, after: Any) -> str | None:
        made_up = isinstance(after, Signature) and after.image is not None
        known = isinstance(before, Signature) and before.image == getattr(after, "image", None)
        return _("Signatures are drawn, not written") if made_up and not known else None

    def stamped(self, before: Any, after: Any, who: str, at: datetime) -> Any:
        if not isinstance(after, Signature):
            return after
        if isinstance(before, Signature) and (before.name, before.image) == (
            after.name,
            after.image,
        ):
            return before
        return after._replace(by=who, at=at.astimezone(UTC).replace(microsecond=0))

    def dump(self, value: Signature) -> JsonValue:
        found: JsonObject = {"name": value.name}
        found |= {"by": value.by} if value.by else {}
        found |= {"at": written_moment(value.at)} if value.at else {}
        if value.image:
            found["image"] = dict(value.image.items())  # type: ignore[arg-type]
        return found

    def to_text(self, value: Signature) -> list[str]:
        return [value.name, value.image["id"] if value.image else ""]

    def to_cells(self, value: Signature) -> list[str]:
        return [value.name, written_moment(value.at) if value.at else ""]

    def from_cells(self, texts: Sequence[str]) -> Any:
        if any(texts):
            raise InvalidValueError(_("Signatures are given, not taken in from a file"))
        return ABSENT

    def display(self, value: Signature) -> str:
        return f"{value.name}, {self._style.moment(value.at)}" if value.at else value.name

    def references(self, value: Signature) -> frozenset[str]:
        return frozenset({value.by} if value.by else ())

    def shown(self, value: Signature, titles: Mapping[str, str]) -> Any:
        moment = self._style.moment(value.at) if value.at else ""
        return {"name": value.name, "by": titles.get(value.by, value.by), "at": moment}

    @property
    def sort_path(self) -> tuple[str, ...]:
        return (self.key, "name")

    @property
    def formula_kind(self) -> FormulaType:
        return TEXT

    def to_formula(self, value: Signature) -> str:
        return value.name

    # -- files --------------------------------------------------------------------------

    def references_in(self, stored: JsonValue) -> list[JsonValue]:
        return [stored["image"]] if isinstance(stored, dict) and "image" in stored else []

    def with_file(self, stored: JsonValue, reference: JsonObject) -> JsonValue:
        return {**(stored if isinstance(stored, dict) else {}), "image": reference}

    # -- from and to JSON Schema --------------------------------------------------------

    @classmethod
    def schema_for(cls, options: Mapping[str, Any]) -> dict[str, JsonValue]:
        return {
            "type": "object",
            "required": ["name", "by", "at"],
            "properties": {
                "name": {"type": "string", "minLength": 1, "maxLength": _MAX_NAME},
                "by": {"type": "string"},
                "at": {"type": "string", "format": "date-time"},
                "image": reference_schema(cls.media),
            },
            "additionalProperties": False,
        }

    @classmethod
    def schema_problem(cls, schema: Mapping[str, Any]) -> str | None:
        properties = schema.get("properties")
        if not isinstance(properties, Mapping) or not properties.keys() >= {"name", "by", "at"}:
            return _('The property must have the properties "name", "by" and "at"')
        return type_problem(schema, "object")


def _name(value: JsonValue) -> str:
    name = clean_text(value).strip()
    if not 0 < len(name) <= _MAX_NAME:
        raise InvalidValueError(
            _(
                "A name has 1 to %(limit)s characters; this has %(number)s",
                limit=_MAX_NAME,
                number=len(name),
            )
        )
    return name


TYPE = SignatureType
