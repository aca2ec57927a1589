"""Which records a change of a field concerns."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from form_specs.compatibility.change import Affected, RecordTest
from form_specs.compatibility.place import At, Raw
from form_specs.language import marked

if TYPE_CHECKING:
    from form_specs.model import JsonObject


def _each(test: RecordTest) -> Callable[[], RecordTest]:
    return lambda: test


def holding(at: At, words: str = marked("hold a value")) -> Affected:
    """The records that hold the field."""
    key = at.key
    where: JsonObject = {"field": key, "op": "present"}
    return Affected(at.form, _each(lambda record, _: key in record), words, where)


def lacking(at: At) -> Affected:
    """The records that do not hold the field."""
    key = at.key
    where: JsonObject = {"field": key, "op": "empty"}
    return Affected(at.form, _each(lambda record, _: key not in record), marked("lack it"), where)


def breaking(at: At, schema: Raw) -> Affected:
    """The records whose value a schema refuses."""
    key = at.key

    def start() -> RecordTest:
        valid = at.pair.catalog.accepts(schema)
        return lambda record, _: key in record and not valid(record[key])

    return Affected(at.form, start, marked("break it"))


def holding_choice(at: At, field: str, choice: str) -> Affected:
    def test(record: Mapping[str, Any], _: str | None) -> bool:
        held = record.get(field)
        return choice in held if isinstance(held, list) else held == choice

    properties = at.pair.form(at.form).get("schema", {}).get("properties", {})
    many = properties.get(field, {}).get("type") == "array"
    where: JsonObject = {"field": field, "op": "has" if many else "eq", "value": choice}
    return Affected(at.form, _each(test), marked("hold it"), where)


def sharing(at: At) -> Affected:
    key = at.key

    def start() -> RecordTest:
        seen: set[str] = set()

        def test(record: Mapping[str, Any], _: str | None) -> bool:
            if key not in record:
                return False
            text = repr(record[key])
            known = text in seen
            seen.add(text)
            return known

        return test

    return Affected(at.form, start, marked("share a value with another"))


def invalid(at: At) -> Affected:
    """The records that the new schema refuses and the old one took."""

    def start() -> RecordTest:
        was, valid = (at.pair.catalog.accepts(schema) for schema in (at.old, at.new))
        return lambda record, _: was(record) and not valid(record)

    return Affected(at.form, start, marked("break it"))
