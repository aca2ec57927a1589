"""Which field, view and action types there are.

Built-in types are found by their folder, types of other packages by the entry points
`opswright.field_types`, `opswright.view_types` and `opswright.action_types`; both come in by
the same door and are checked when the registry is made, that is, when the product starts.
"""

import inspect
import pkgutil
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoints, entry_points
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any, Final, TypeVar

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from components import actions, fields, views
from components.base import (
    ActionType,
    FieldType,
    NumberedFieldType,
    Part,
    ViewType,
    can_result,
)
from components.conversions import conversion, converter
from components.judging.judge import verdict
from components.nested.containers import ContainerType
from components.nullable import bound
from form_specs.catalog import Conversion
from form_specs.json_schema.nullable import bare
from form_specs.language import _
from form_specs.model import ActionSpec, FieldSpec, JsonObject, JsonValue, ViewSpec

_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")

_P = TypeVar("_P", bound=Part)


class RegistryError(Exception):
    """A type that cannot be used: the message names it and says what is wrong."""


class Registry:
    """The types of one running product; immutable, so any number may stand side by side.

    Raises `RegistryError` for a bad or doubled name, a missing template, a missing or broken
    option schema, and a class that is no type.
    """

    def __init__(
        self,
        field_types: Iterable[type[FieldType]] = (),
        view_types: Iterable[type[ViewType]] = (),
        action_types: Iterable[type[ActionType]] = (),
    ) -> None:
        self.field_types: Mapping[str, type[FieldType]] = _by_name(field_types, FieldType)
        self.view_types: Mapping[str, type[ViewType]] = _by_name(view_types, ViewType)
        self.action_types: Mapping[str, type[ActionType]] = _by_name(action_types, ActionType)

    @classmethod
    def discover(cls) -> "Registry":
        """The registry of all built-in and installed types."""
        announced = entry_points().select
        return cls(
            (*_built_in(fields), *_installed(announced, "opswright.field_types")),
            (*_built_in(views), *_installed(announced, "opswright.view_types")),
            (*_built_in(actions), *_installed(announced, "opswright.action_types")),
        )

    def with_types(
        self,
        field_types: Iterable[type[FieldType]] = (),
        view_types: Iterable[type[ViewType]] = (),
        action_types: Iterable[type[ActionType]] = (),
    ) -> "Registry":
        """A registry that knows these types as well."""
        return Registry(
            (*self.field_types.values(), *field_types),
            (*self.view_types.values(), *view_types),
            (*self.action_types.values(), *action_types),
        )

    def field(self, spec: FieldSpec, locale: str = "en") -> FieldType:
        """The type bound to one field; `KeyError` for no such type, `ValueError` where it cannot be."""
        acting = self.field_types[spec.type].acting(spec, self.field_types)
        if not issubclass(acting, ContainerType):
            return bound(acting, spec, locale)
        inner = [self.field(child, locale) for child in acting.child_specs(spec)]
        return bound(acting, spec, locale, inner)

    def view_type(self, spec: ViewSpec) -> ViewType:
        """The type bound to one view; `KeyError` for no such type."""
        return self.view_types[spec.type](spec)

    def action_type(self, spec: ActionSpec) -> ActionType:
        """The type bound to one action; `KeyError` for no such type."""
        return self.action_types[spec.type](spec)

    def catalog(self) -> "RegistryCatalog":
        """What `form_specs.check` asks of the types."""
        return RegistryCatalog(self)

    def template_folders(self) -> Mapping[str, Path]:
        """Where the templates of each type stand, by the prefix that loaders name them with: `fields/text`."""
        every = (self.field_types, self.view_types, self.action_types)
        return {
            f"{part.section}/{name}": part.folder()
            for types in every
            for name, part in types.items()
        }


@cache
def _options(type_: type[Part]) -> JsonObject:
    """The options of a type, read once: nobody may change them."""
    return type_.option_schema()


class RegistryCatalog:
    """A registry as `form_specs.catalog.Catalog`."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self.field_types = tuple(registry.field_types)
        self.view_types = tuple(registry.view_types)
        self.action_types = tuple(registry.action_types)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RegistryCatalog) and other._registry is self._registry

    def __hash__(self) -> int:
        return hash(id(self._registry))

    def field_title(self, name: str) -> str:
        return _(self._registry.field_types[name].title)

    def field_options(self, name: str) -> JsonObject:
        return _options(self._registry.field_types[name])

    def view_options(self, name: str) -> JsonObject:
        return _options(self._registry.view_types[name])

    def action_options(self, name: str) -> JsonObject:
        return _options(self._registry.action_types[name])

    def generates(self, name: str) -> bool:
        return issubclass(self._registry.field_types[name], NumberedFieldType)

    def derives(self, name: str) -> bool:
        return self._registry.field_types[name].derived

    @property
    def results(self) -> tuple[str, ...]:
        return tuple(name for name, t in self._registry.field_types.items() if can_result(t))

    def has_choices(self, name: str) -> bool:
        return self._registry.field_types[name].has_choices

    def has_free_choices(self, name: str) -> bool:
        return self._registry.field_types[name].has_free_choices

    def holds(self, name: str) -> bool:
        return self._registry.field_types[name].holds_fields

    def nests(self, name: str) -> bool:
        return self._registry.field_types[name].nests

    def action_fields(self, spec: ActionSpec) -> tuple[str, ...]:
        return self._registry.action_types[spec.type].fields(spec)

    def recognised(self, schema: Mapping[str, Any]) -> tuple[str, JsonObject] | None:
        scores = {
            name: type_.recognise(schema) for name, type_ in self._registry.field_types.items()
        }
        best = max(scores, key=scores.__getitem__, default=None)
        if best is None or not scores[best]:
            return None
        return best, self._registry.field_types[best].options_for(schema)

    def new_schema(self, name: str) -> JsonObject:
        return self.schema_with(name, {})

    def schema_with(self, name: str, options: Mapping[str, Any]) -> JsonObject:
        return dict(self._registry.field_types[name].schema_for(options))

    def schema_problem(self, name: str, schema: Mapping[str, Any]) -> str | None:
        type_ = self._registry.field_types[name]
        value = None if type_.judges_null else bare(schema)
        return type_.schema_problem(schema if value is None else value)

    def field(self, spec: FieldSpec) -> FieldType:
        return self._registry.field(spec)

    def conversion(self, old: FieldSpec, new: FieldSpec) -> Conversion:
        return conversion(self._registry.field(old), self._registry.field(new))

    def converter(
        self, old: FieldSpec, new: FieldSpec, formats: Sequence[str] = ()
    ) -> Callable[[JsonValue], JsonValue]:
        return converter(self._registry.field(old), self._registry.field(new), tuple(formats))

    def accepts(self, schema: Mapping[str, Any]) -> Callable[[Any], bool]:
        return verdict(schema)


def _built_in(package: ModuleType) -> Iterator[Any]:
    """The `TYPE` of each folder of a package, whose name the type must bear."""
    for found in sorted(module.name for module in pkgutil.iter_modules(package.__path__)):
        where = f"{package.__name__}.{found}"
        type_ = getattr(import_module(where), "TYPE", None)
        if type_ is None:
            raise RegistryError(f"{where} binds no class to the name TYPE")
        if getattr(type_, "name", None) != found:
            raise RegistryError(f"{where}: the type must bear the name of its folder, '{found}'")
        yield type_


def _installed(announced: Callable[..., EntryPoints], group: str) -> Iterator[Any]:
    """The types that other installed packages announce."""
    for point in sorted(announced(group=group), key=lambda point: (point.name, point.value)):
        try:
            yield point.load()
        except Exception as error:
            raise RegistryError(f"{group}: '{point.value}' cannot be loaded: {error}") from error


def _by_name(types: Iterable[type[_P]], base: type[Part]) -> Mapping[str, type[_P]]:
    found: dict[str, type[_P]] = {}
    for type_ in types:
        _check(type_, base)
        if type_.name in found:
            both = f"{_where(found[type_.name])} and {_where(type_)}"
            raise RegistryError(f"Two types bear the name '{type_.name}': {both}")
        found[type_.name] = type_
    return MappingProxyType(found)


def _check(type_: Any, base: type[Part]) -> None:
    if not (inspect.isclass(type_) and issubclass(type_, base)):
        raise RegistryError(f"{type_!r} is no {base.__name__}")
    where = _where(type_)
    if inspect.isabstract(type_):
        names = [
            name for name in dir(type_) if getattr(getattr(type_, name), "__isabstractmethod__", 0)
        ]
        missing = ", ".join(names)
        raise RegistryError(f"{where} lacks {missing}")
    for attribute in ("name", "title", "description"):
        if not getattr(type_, attribute, None):
            raise RegistryError(f"{where} has no {attribute}")
    if not _NAME.fullmatch(type_.name):
        raise RegistryError(
            f"{where}: '{type_.name}' is no name: small letters, digits and _, at most 40"
        )
    _check_folder(type_, where)  # type: ignore[arg-type]  # a class is hashable


@cache
def _check_folder(type_: type[Part], where: str) -> None:
    """Raises for a folder that lacks something; what was complete is not read again."""
    for file in type_.templates:
        if not (type_.folder() / file).is_file():
            raise RegistryError(f"{where}: the template {file} is missing in {type_.folder()}")
    try:
        schema = type_.option_schema()
        Draft202012Validator.check_schema(schema)
    except OSError:
        raise RegistryError(
            f"{where}: options.schema.json is missing in {type_.folder()}"
        ) from None
    except (ValueError, SchemaError) as error:
        raise RegistryError(f"{where}: options.schema.json is broken: {error}") from None


def _where(type_: type[Part]) -> str:
    return f"{type_.__module__}.{type_.__qualname__}"
