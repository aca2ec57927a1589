"""Places on Earth."""

import math
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, NamedTuple

from components.base import FieldType
from components.recognition import holds_only, type_problem
from components.values import ABSENT, Fault, InvalidValueError
from components.values.locales import number_style
from components.values.numbers import real_from_text, real_of, real_to_text
from form_specs.conditions import Comparison, Kind
from form_specs.formulas import NUMBER, FormulaType, group_of, number_of
from form_specs.language import _, digits, marked
from form_specs.model import FieldSpec, JsonValue

_RADIUS: Final = 63_710_088
"""Of the Earth, in decimetres: three coordinates of a place are whole numbers, squares fit 64 bits."""
_FURTHEST: Final = 20_100
"""Kilometres: about half around."""
_PAIR: Final = re.compile(r"\s*([^,;\s]+)\s*[,;\s]\s*([^,;\s]+)\s*")
_AROUND: Final = re.compile(r"(.+?)[,;\s]\s*([0-9.]+)\s*(?:km)?\s*")
_MAX_TYPED: Final = 100
_BOUNDS: Final = {"lat": 90, "lon": 180}


class Location(NamedTuple):
    """Degrees north of the equator and east of Greenwich."""

    lat: float
    lon: float


class LocationType(FieldType):
    """A place by latitude and longitude in degrees.

    Beside them the store holds the place in whole decimetres from the middle of the Earth along
    three axes, so that each database finds the very same places within a distance.
    """

    name = "location"
    title = marked("Place on the map")
    description = marked("A place by latitude and longitude")
    kind = Kind.INTEGER
    operators = ("within", "empty", "present")
    sortable = False
    parts = ("lat", "lon")
    filter_hint = "44.43, 26.10"
    grouped = True

    def __init__(self, spec: FieldSpec, locale: str = "en") -> None:
        super().__init__(spec, locale)
        self._style = number_style(locale)

    def parse(self, value: JsonValue) -> Location:
        if not isinstance(value, dict) or value.keys() != {"lat", "lon"}:
            raise InvalidValueError(_('A place is written {"lat": 44.4268, "lon": 26.1025}'))
        return _place(real_of(value["lat"]), real_of(value["lon"]))

    def parse_text(self, texts: Sequence[str]) -> Any:
        """From latitude and longitude; or from one text that holds both: `44.4268, 26.1025`."""
        typed = [text.strip() for text in texts][:2]
        filled = [text for text in typed if text]
        if not filled:
            return ABSENT
        if (
            len(filled) == 1
            and len(filled[0]) <= _MAX_TYPED
            and (both := _PAIR.fullmatch(filled[0]))
        ):
            filled = [*both.groups()]
        if len(filled) != 2:
            raise InvalidValueError(_("Fill in latitude and longitude, like 44.4268 and 26.1025"))
        return _place(*_both(filled))

    @property
    def formula_kind(self) -> FormulaType:
        return group_of({"lat": NUMBER, "lon": NUMBER})

    def to_formula(self, value: Location) -> dict[str, Decimal | None]:
        return {"lat": number_of(value.lat), "lon": number_of(value.lon)}

    def from_formula(self, value: Mapping[str, Decimal]) -> Location:
        return _place(float(value["lat"]), float(value["lon"]))

    def dump(self, value: Location) -> JsonValue:
        return {"lat": _plain(value.lat), "lon": _plain(value.lon)}

    def to_store(self, value: Location) -> JsonValue:
        axes = dict(zip("xyz", _axes(value), strict=True))
        return {"lat": value.lat, "lon": value.lon, **axes}

    def from_store(self, stored: JsonValue) -> Location:
        match stored:
            case {"lat": lat, "lon": lon}:
                return _place(real_of(lat), real_of(lon))
        raise InvalidValueError(_("The stored value is no place: %(value)s", value=repr(stored)))

    def to_text(self, value: Location) -> list[str]:
        return [real_to_text(value.lat), real_to_text(value.lon)]

    def display(self, value: Location) -> str:
        lat, lon = (self._style.real(real_to_text(abs(part))) for part in value)
        return f"{lat}° {'S' if value.lat < 0 else 'N'}, {lon}° {'W' if value.lon < 0 else 'E'}"

    def shown(self, value: Location, titles: Mapping[str, str]) -> Any:
        """The address that the person's own map opens; nobody else is told."""
        return f"geo:{','.join(self.to_text(value))}"

    # -- comparing in the store ---------------------------------------------------------

    @property
    def sort_path(self) -> tuple[str, ...]:
        return (self.key, "x")

    def comparisons(self, op: str, literal: JsonValue) -> tuple[Comparison, ...]:
        if op == "empty":
            return (Comparison(self.sort_path, self.kind, op),)
        center, km = self._circle(literal)
        x, y, z = _axes(center)
        # Straight through the Earth from the middle of the circle to its line.
        chord = 2 * _RADIUS * math.sin(min(km * 10_000 / (2 * _RADIUS), math.pi / 2))
        limit = math.floor(chord**2)
        side = math.isqrt(limit) + 1
        return (
            Comparison(self.sort_path, self.kind, "between", (x - side, x + side)),
            Comparison(self.sort_path, self.kind, op, (x, y, z, limit)),
        )

    def _circle(self, literal: JsonValue) -> tuple[Location, float]:
        match literal:
            case {"lat": lat, "lon": lon, "km": km, **rest} if not rest:
                around = real_of(km)
                if not 0 <= around <= _FURTHEST:
                    raise InvalidValueError(_("From 0 to %(limit)s km", limit=digits(_FURTHEST)))
                return self.parse({"lat": lat, "lon": lon}), around
        raise InvalidValueError(_('A circle is written {"lat": 44.43, "lon": 26.1, "km": 10}'))

    # -- filters ------------------------------------------------------------------------

    def filter_literal(self, op: str, text: str) -> JsonValue:
        around = _AROUND.fullmatch(text) if len(text) <= _MAX_TYPED else None
        if around is None:
            raise InvalidValueError(_("Write a place and a distance, like 44.4268, 26.1025, 10 km"))
        value = self.parse_text([around[1]])
        return {**dict(zip(self.parts, value, strict=True)), "km": real_from_text(around[2])}

    def filter_texts(self, op: str, literal: JsonValue) -> list[str]:
        center, km = self._circle(literal)
        return [", ".join(self.to_text(center)), real_to_text(km)]

    def filter_words(self, op: str, literal: JsonValue) -> str:
        center, km = self._circle(literal)
        return _(
            "%(distance)s km of %(place)s",
            distance=self._style.real(real_to_text(km)),
            place=self.display(center),
        )

    # -- from and to JSON Schema --------------------------------------------------------

    @classmethod
    def schema_for(cls, options: Mapping[str, Any]) -> dict[str, JsonValue]:
        bounds: dict[str, JsonValue] = {
            part: {"type": "number", "minimum": -most, "maximum": most}
            for part, most in _BOUNDS.items()
        }
        return {
            "type": "object",
            "required": ["lat", "lon"],
            "properties": bounds,
            "additionalProperties": False,
        }

    @classmethod
    def recognise(cls, schema: Mapping[str, Any]) -> int:
        keywords = ("type", "required", "properties", "additionalProperties")
        if not holds_only(schema, *keywords) or cls.schema_problem(schema):
            return 0
        wanted = cls.schema_for({})
        parts = {key: _judging(part) for key, part in schema["properties"].items()}
        closed = schema.get("additionalProperties") is False
        return 30 if closed and parts == wanted["properties"] else 0

    @classmethod
    def schema_problem(cls, schema: Mapping[str, Any]) -> str | None:
        properties = schema.get("properties")
        if not isinstance(properties, Mapping) or properties.keys() != set(cls.parts):
            return _('The property must have the properties "lat" and "lon", and no other')
        if not all(
            isinstance(p, Mapping) and p.get("type") == "number" for p in properties.values()
        ):
            return _('"lat" and "lon" must have "type": "number"')
        if set(schema.get("required", ())) != set(cls.parts):
            return _('The property must have "required": ["lat", "lon"]')
        return type_problem(schema, "object")


def _judging(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {key: schema[key] for key in ("type", "minimum", "maximum") if key in schema}


def _both(texts: Sequence[str]) -> list[float]:
    """Latitude and longitude as they were typed; what is wrong is told of each by its name."""
    found: list[float] = []
    faults: list[Fault] = []
    for part, text in zip(_BOUNDS, texts, strict=True):
        try:
            number = real_from_text(text)
            _place(**{"lat": 0.0, "lon": 0.0, part: number})
            found.append(number)
        except InvalidValueError as error:
            faults += error.below(part).faults
    if faults:
        raise InvalidValueError.of(faults)
    return found


def _place(lat: float, lon: float) -> Location:
    if abs(lat) > _BOUNDS["lat"]:
        raise InvalidValueError(
            _("Latitude goes from -90 to 90; this is %(number)s", number=real_to_text(lat)[:30])
        )
    if abs(lon) > _BOUNDS["lon"]:
        raise InvalidValueError(
            _("Longitude goes from -180 to 180; this is %(number)s", number=real_to_text(lon)[:30])
        )
    return Location(lat, lon)


def _plain(degrees: float) -> float:
    return int(degrees) if degrees.is_integer() else degrees


def _axes(place: Location) -> tuple[int, int, int]:
    """A place in whole decimetres from the middle of the Earth."""
    lat, lon = math.radians(place.lat), math.radians(place.lon)
    out = math.cos(lat)
    unit = (out * math.cos(lon), out * math.sin(lon), math.sin(lat))
    return (round(_RADIUS * unit[0]), round(_RADIUS * unit[1]), round(_RADIUS * unit[2]))


TYPE = LocationType
