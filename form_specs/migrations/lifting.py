"""From a migration to a pure function that lifts a record from one version to the next.

It works on records as JSON, as the forms' schemas judge them.  A record that needs no step comes
back equal.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from form_specs.catalog import Catalog
from form_specs.load import field_spec
from form_specs.model import FieldSpec, FormSpec, JsonObject, JsonValue, ToolSpec

Raw = Mapping[str, Any]
STATE: Final = "@state"
_TEXT: Final = field_spec(
    "text", {"type": "string", "x-ops": {"type": "long_text"}}, required=False
)


class CannotLift(ValueError):  # noqa: N818 - it says what could not be done
    """A record that stays as it was: `field` is where, the message says why."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass
class _Work:
    """A record on its way."""

    record: JsonObject
    state: str | None


_Step = Callable[[_Work], None]


@dataclass(frozen=True, slots=True)
class FormLifting:
    """How the records of one form follow it; without steps they stay as they are."""

    form: str
    steps: tuple[_Step, ...] = ()
    touches: frozenset[str] = frozenset()
    """The fields (and `@state`) that a step may change."""
    kept: frozenset[str] = frozenset()
    """The fields whose values may stay though they do not fit."""
    converted: frozenset[str] = frozenset()
    """The fields whose values are taken over into another type or other limits."""
    cleared: frozenset[str] = frozenset()
    """Those of them whose values go where they do not fit."""

    def lift(self, record: Raw, state: str | None) -> tuple[JsonObject, str | None]:
        """The record and its state in the new form; raises `CannotLift`."""
        work = _Work(dict(record), state)
        for step in self.steps:
            step(work)
        return work.record, work.state


def compiled(
    migration: Raw, old: ToolSpec, new: ToolSpec, catalog: Catalog
) -> Mapping[str, FormLifting]:
    """The liftings of the forms that a checked migration touches, by form key."""
    found: dict[str, _Builder] = {}
    for raw in migration["steps"]:
        key = form_of(raw, new)
        builder = found.setdefault(key, _Builder(old.forms[key], new.forms[key], catalog))
        builder.add(raw)
    return {key: builder.lifting() for key, builder in found.items()}


def form_of(step: Raw, tool: ToolSpec) -> str:
    """The form that a step is about."""
    return str(step.get("form") or next(iter(tool.forms)))


class _Builder:
    """Makes the steps of one form; knows which field's values stand under each key by then."""

    def __init__(self, old: FormSpec, new: FormSpec, catalog: Catalog) -> None:
        self.new = new
        self.catalog = catalog
        self.specs: dict[str, FieldSpec] = dict(old.fields)
        self.form = FormLifting(new.key)

    def add(self, raw: Raw) -> None:
        step: _Step = getattr(self, f"_{raw['do'].lower()}")(raw)
        on_error, converted = raw.get("onError"), raw["do"] == "convert"
        about = {raw["field"]} if converted or on_error == "keep" else set()
        self.form = replace(
            self.form,
            steps=(*self.form.steps, step),
            touches=self.form.touches | set(touched(raw)),
            kept=self.form.kept | (about if on_error == "keep" else set()),
            converted=self.form.converted | (about if converted else set()),
            cleared=self.form.cleared | (about if on_error == "clear" else set()),
        )

    def lifting(self) -> FormLifting:
        return self.form

    # -- steps --------------------------------------------------------------------------

    def _fill(self, raw: Raw) -> _Step:
        key = raw["field"]
        if "from" not in raw:
            value = raw["value"]

            def put(work: _Work) -> None:
                work.record.setdefault(key, value)

            return put
        source = raw["from"]
        convert = self._converter(self._spec(source), self.new.fields[key])
        on_error = raw.get("onError", "reject")

        def copy(work: _Work) -> None:
            if key not in work.record and source in work.record:
                _converted(work, key, convert, work.record[source], on_error)

        return copy

    def _map(self, raw: Raw) -> _Step:
        key, map_ = raw["field"], raw["map"]

        def put(work: _Work) -> None:
            if key in work.record:
                _put(work.record, key, _mapped(work.record[key], map_))

        return put

    def _convert(self, raw: Raw) -> _Step:
        key = raw["field"]
        if self.new.fields[key].computed is not None:
            return _nothing  # whoever stores the record works the value out anew
        convert = self._converter(self._spec(key), self.new.fields[key], raw.get("formats", ()))
        on_error = raw.get("onError", "reject")
        self.specs[key] = self.new.fields[key]

        def put(work: _Work) -> None:
            if key in work.record:
                _converted(work, key, convert, work.record[key], on_error)

        return put

    def _split(self, raw: Raw) -> _Step:
        key, parts, separator = raw["field"], raw["into"], raw.get("separator", " ")
        read = self._converter(self._spec(key), _TEXT)
        writers = [(part, self._converter(_TEXT, self.new.fields[part])) for part in parts]
        on_error, gone = raw.get("onError", "reject"), key not in self.new.fields

        def put(work: _Work) -> None:
            if key not in work.record:
                return
            text = str(read(work.record[key]))
            pieces = [piece.strip() for piece in text.split(separator, len(writers) - 1)]
            for (part, write), piece in zip(writers, pieces, strict=False):
                if piece:
                    _converted(work, part, write, piece, on_error)
            if gone:
                del work.record[key]

        return put

    def _merge(self, raw: Raw) -> _Step:
        key, separator = raw["into"], raw.get("separator", " ")
        readers = [(part, self._converter(self._spec(part), _TEXT)) for part in raw["fields"]]
        write = self._converter(_TEXT, self.new.fields[key])
        on_error = raw.get("onError", "reject")
        gone = [part for part in raw["fields"] if part not in self.new.fields]

        def put(work: _Work) -> None:
            if any(part in work.record for part in gone) or key not in work.record:
                held = [
                    str(read(work.record[part])) for part, read in readers if part in work.record
                ]
                if held:
                    _converted(work, key, write, separator.join(held), on_error)
            for part in gone:
                work.record.pop(part, None)

        return put

    def _rename(self, raw: Raw) -> _Step:
        old, new = raw["field"], raw["to"]
        self.specs[new] = self._spec(old)

        def put(work: _Work) -> None:
            if old in work.record:
                value = work.record.pop(old)
                work.record.setdefault(new, value)

        return put

    def _drop(self, raw: Raw) -> _Step:
        key = raw["field"]

        def put(work: _Work) -> None:
            work.record.pop(key, None)

        return put

    def _mapstate(self, raw: Raw) -> _Step:
        map_ = raw["map"]

        def put(work: _Work) -> None:
            work.state = map_.get(work.state or "", work.state)

        return put

    def _spec(self, key: str) -> FieldSpec:
        return self.specs.get(key) or self.new.fields[key]

    def _converter(
        self, old: FieldSpec, new: FieldSpec, formats: Sequence[str] = ()
    ) -> Callable[[JsonValue], JsonValue]:
        return self.catalog.converter(old, new, formats)


def _nothing(_work: _Work) -> None:
    """A step that leaves the record as it is."""


def _converted(
    work: _Work,
    key: str,
    convert: Callable[[JsonValue], JsonValue],
    value: JsonValue,
    on_error: str,
) -> None:
    try:
        work.record[key] = convert(value)
    except ValueError as error:
        if on_error == "reject":
            raise CannotLift(key, str(error)) from error
        if on_error == "clear":
            work.record.pop(key, None)


def _mapped(value: JsonValue, map_: Mapping[str, str | None]) -> JsonValue:
    if isinstance(value, list):
        found = (map_.get(item, item) if isinstance(item, str) else item for item in value)
        kept: list[JsonValue] = list(dict.fromkeys(item for item in found if item is not None))
        return kept or None
    return map_.get(value, value) if isinstance(value, str) else value


def _put(record: JsonObject, key: str, value: JsonValue) -> None:
    if value is None:
        record.pop(key, None)
    else:
        record[key] = value


def touched(step: Raw) -> Iterator[str]:
    """The fields that a step may change, `@state` for that of the state."""
    match step["do"]:
        case "mapState":
            yield STATE
        case "split":
            yield from (step["field"], *step["into"])
        case "merge":
            yield from (step["into"], *step["fields"])
        case "rename":
            yield from (step["field"], step["to"])
        case _:
            yield step["field"]


def touches(migration: Raw, tool: ToolSpec) -> dict[str, frozenset[str]]:
    """By form, the fields (and `@state`) that a migration may change."""
    found: dict[str, frozenset[str]] = {}
    for step in migration["steps"]:
        key = form_of(step, tool)
        found[key] = found.get(key, frozenset()) | frozenset(touched(step))
    return found
