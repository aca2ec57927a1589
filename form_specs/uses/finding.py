"""Walking a document along the meta-schemas: every use of every part."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from form_specs.catalog import Catalog
from form_specs.checks.raw import object_at, objects, text
from form_specs.formulas import FormulaError
from form_specs.formulas.naming import names_in_formula, names_in_text
from form_specs.language import _, marked
from form_specs.metaschemas import KINDS, metaschema
from form_specs.model import ActionSpec, JsonObject
from form_specs.problem import escaped, steps_of
from form_specs.uses.asking import asked
from form_specs.uses.places import ASKING, NAMING, SPEAKING, TITLED
from form_specs.uses.targets import Target, Use
from form_specs.uses.translations import translation_uses

_SET = marked("set by the action %(action)s")
_READ = marked("read by the action %(action)s")

__all__ = ["Target", "Use", "all_uses", "uses_of"]


def uses_of(document: Mapping[str, Any], catalog: Catalog, target: Target) -> list[Use]:
    """Where a part of the tool is used, in the order of the document."""
    return [use for use in all_uses(document, catalog) if use.target == target]


def all_uses(document: Mapping[str, Any], catalog: Catalog) -> list[Use]:
    """Every use of every part, in the order of the document, which may have any shape."""
    found = _Walk(document, catalog)
    found.walk(document, _Spot("tool", "", "", "", {}))
    return list(dict.fromkeys([*found.uses, *translation_uses(document)]))


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where the walk stands: in the document, in a meta-schema, in a form."""

    kind: str
    schema_at: str
    at: str
    form: str
    """The form whose fields are meant."""
    names: Mapping[str, str]
    inside: tuple[str, ...] = ()
    """Inside a field: its key, and those of the fields that stand beside one another there."""

    @property
    def place(self) -> str:
        return f"{self.kind} {self.schema_at}"

    def below(self, step: str | int, schema_step: str, **more: Any) -> "_Spot":
        """One step down in document and schema."""
        at, schema_at = f"{self.at}/{escaped(step)}", f"{self.schema_at}{schema_step}"
        return replace(self, at=at, schema_at=schema_at, **more)

    def sideways(self, schema_step: str) -> "_Spot":
        """One step down in the schema only."""
        return replace(self, schema_at=f"{self.schema_at}{schema_step}")


class _Walk:
    def __init__(self, document: Mapping[str, Any], catalog: Catalog) -> None:
        self.document = document
        self.catalog = catalog
        self.uses: list[Use] = []
        self.forms = {
            key: form for _at, form in objects(document, "forms", "") if (key := text(form, "key"))
        }

    def walk(self, value: Any, spot: _Spot) -> None:
        schema = _schema(spot.kind, spot.schema_at)
        if schema is None:
            return
        spot = self._entered(value, spot)
        self._told(value, spot)
        if isinstance(ref := schema.get("$ref"), str):
            self._referred(value, spot, ref)
        for step in _alternatives(schema):
            self.walk(value, spot.sideways(step))
        if isinstance(value, dict):
            self._members(value, schema, spot)
        elif isinstance(value, list) and isinstance(schema.get("items"), dict):
            for index, item in enumerate(value):
                self.walk(item, spot.below(index, "/items"))

    def _referred(self, value: Any, spot: _Spot, ref: str) -> None:
        file, _hash, pointer = ref.partition("#")
        kind = file.removesuffix(".schema.json") or spot.kind
        if kind not in ("common", "condition"):
            self.walk(value, replace(spot, kind=kind, schema_at=pointer))

    def _members(self, value: dict[str, Any], schema: JsonObject, spot: _Spot) -> None:
        properties = object_at(schema, "properties")
        others = isinstance(schema.get("additionalProperties"), dict)
        for name, item in value.items():
            if "propertyNames" in schema:
                self._told(name, spot.below(name, "/propertyNames"), is_name=True)
            if name in properties:
                self.walk(item, self._member(spot, name))
            elif others:
                below = self._layout(spot.below(name, "/additionalProperties"), spot, name)
                self.walk(item, self._field(below, value, name, item, spot))

    def _member(self, spot: _Spot, name: str) -> _Spot:
        below = spot.below(name, f"/properties/{escaped(name)}")
        return self._layout(below, spot, name)

    @staticmethod
    def _layout(below: _Spot, spot: _Spot, name: str) -> _Spot:
        if spot.place != "form /properties/layouts":
            return below
        return replace(below, names={**below.names, "layout": name})

    def _field(
        self, below: _Spot, value: Mapping[str, Any], name: str, item: Any, spot: _Spot
    ) -> _Spot:
        """Into a field of a form, or a field inside one."""
        if not spot.schema_at.endswith("/properties"):
            return below
        title = (text(item, "title") if isinstance(item, Mapping) else None) or name
        if spot.place == "form /properties/schema/properties/properties":
            return replace(below, names={**below.names, "field": title}, inside=(name,))
        beside = tuple(value)
        outer = below.inside[:1]
        return replace(below, names={**below.names, "field": title}, inside=(*outer, *beside))

    def _entered(self, value: Any, spot: _Spot) -> _Spot:
        """What the parts around are called, and whose fields are meant, from here on."""
        if not isinstance(value, Mapping):
            return spot
        names = dict(spot.names)
        if spot.place in TITLED:
            names[TITLED[spot.place]] = text(value, "title") or text(value, "key") or ""
        form = spot.form
        if spot.place == "form ":
            form = text(value, "key") or ""
        elif f"{spot.place}/properties/form" in NAMING:
            form = text(value, "form") or ""
            names.setdefault("form", self._form_title(form))
        return replace(spot, names=names, form=form)

    def _form_title(self, key: str) -> str:
        return text(self.forms.get(key, {}), "title") or key

    # -- telling ----------------------------------------------------------------------------

    def _told(self, value: Any, spot: _Spot, *, is_name: bool = False) -> None:
        place = spot.place
        if place in NAMING and isinstance(value, str):
            self._named(value, spot, is_name=is_name)
        elif place in ASKING:
            for found in asked(value, spot.at):
                there = replace(spot, at=found.at)
                if found.within:
                    self._inner(f"{found.within}.{found.key}", there, ASKING[place].words)
                else:
                    self._asked(found.kind, found.key, there, ASKING[place].words)
        elif place in SPEAKING and isinstance(value, str):
            self._spoken(value, spot)
        elif place == "action " and isinstance(value, dict):
            self._options(value, spot)

    def _named(self, value: str, spot: _Spot, *, is_name: bool) -> None:
        naming = NAMING[spot.place]
        form = self._form_meant(spot, naming.form)
        key = value.removeprefix("-") if naming.what == "sort" else value
        kind = "field" if naming.what in ("path", "sort") else naming.what
        self._asked(kind, key, replace(spot, form=form), naming.words, is_name=is_name)

    def _form_meant(self, spot: _Spot, way: tuple[str, ...]) -> str:
        if not way:
            return spot.form
        found: Any = self.document
        for step in steps_of(spot.at)[:-1]:
            found = found[int(step)] if isinstance(found, list) else found.get(step)
        for step in way:
            found = found.get(step) if isinstance(found, Mapping) else None
        return found if isinstance(found, str) else ""

    def _spoken(self, value: str, spot: _Spot) -> None:
        names = names_in_text if spot.place.endswith("/note") else names_in_formula
        try:
            found = names(value)
        except FormulaError:
            return
        for key in found:
            self._asked("field", key, spot, SPEAKING[spot.place].words)

    def _options(self, value: Any, spot: _Spot) -> None:
        """The fields that an action's options name: the type knows."""
        name, options = text(value, "type"), value.get("options")
        if name not in self.catalog.action_types or not isinstance(options, dict):
            return
        spec = ActionSpec(key="", title="", type=name or "", form=spot.form, options=options)
        try:
            keys = self.catalog.action_fields(spec)
        except (ValueError, TypeError, AttributeError):
            return
        values = options.get("values")
        for key in keys:
            named = isinstance(values, dict) and key in values
            at = f"{spot.at}/options/values/{escaped(key)}" if named else f"{spot.at}/options"
            words = _SET if named else _READ
            self._asked("field", key, replace(spot, at=at), words, is_name=named)

    def _asked(
        self, kind: str, key: str, spot: _Spot, words: str, *, is_name: bool = False
    ) -> None:
        if kind != "field":
            form = spot.form if kind in ("state", "layout", "transition") else ""
            self._tell(Target(kind, key, form), spot, words, is_name=is_name)
            return
        root, _dot, rest = key.partition(".")
        if key.startswith("@"):
            return
        if root in spot.inside[1:]:
            self._inner(f"{spot.inside[0]}.{key}", spot, words)
            return
        self._tell(Target("field", root, spot.form), spot, words, is_name=is_name)
        other = self._leads_to(spot.form, root)
        if rest and other:
            self._asked("field", rest, replace(spot, form=other, inside=()), words)
        elif rest:
            self._inner(key, spot, words)

    def _inner(self, path: str, spot: _Spot, words: str) -> None:
        """A field inside a field, and each one around it that lies inside a field itself."""
        steps = path.split(".")
        for length in range(2, len(steps) + 1):
            target = Target("field", ".".join(steps[:length]), spot.form)
            self._tell(target, spot, words, is_name=False)

    def _leads_to(self, form: str, key: str) -> str:
        """The form that a link field leads to; empty: it is no link."""
        schema = object_at(self.forms.get(form, {}), "schema")
        property_ = object_at(object_at(schema, "properties"), key)
        return text(object_at(object_at(property_, "x-ops"), "link"), "form") or ""

    def _tell(self, target: Target, spot: _Spot, words: str, *, is_name: bool) -> None:
        names = {"form": self._form_title(spot.form), "layout": "", **spot.names}
        self.uses.append(Use(target, spot.at, _(words, **names), spot.place, is_name))


def _alternatives(schema: JsonObject) -> Iterator[str]:
    """The steps from a schema to those that judge the same value."""
    for keyword in ("anyOf", "oneOf", "allOf"):
        parts = schema.get(keyword, ())
        yield from (f"/{keyword}/{i}" for i in range(len(parts) if isinstance(parts, list) else 0))
    yield from (f"/{keyword}" for keyword in ("then", "else") if keyword in schema)


@cache
def _schemas() -> Mapping[str, JsonObject]:
    return {kind: metaschema(kind) for kind in KINDS}


@cache
def _schema(kind: str, pointer: str) -> JsonObject | None:
    found: Any = _schemas()[kind]
    for step in steps_of(pointer):
        if isinstance(found, list):
            found = found[int(step)]
        else:
            found = found.get(step) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else None
