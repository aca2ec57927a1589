"""Commands: what the builder's pages ask for by name, each a small pure function that gives an edit.

A command lives in a module of `builder.commands`, which is found there by itself:

    @command("view.rename")
    def rename(document: JsonObject, catalog: Catalog, given: Parameters) -> Edit: ...
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Final, TypeAlias

from form_specs.catalog import Catalog
from form_specs.editing import Address, Edit, address_of
from form_specs.exact_json import loads
from form_specs.language import _
from form_specs.model import JsonObject, JsonValue
from form_specs.source import SourceError, parse_source

KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")


class WrongInput(ValueError):  # noqa: N818 - it says what it is
    """Something that a command was given and cannot take; said at the input of that name."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


class Unfinished(WrongInput):
    """An input that somebody has not seen yet: it is shown to be filled in, and nothing is said of it."""

    def __init__(self, name: str) -> None:
        super().__init__(name, "")


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a page gives a command: the values of its inputs, by name."""

    values: Mapping[str, Sequence[str]]
    published: str = ""
    """The document in force, as text; empty: nothing was published yet."""

    def all(self, name: str) -> list[str]:
        """All texts of that name that say something."""
        return [text for text in self.values.get(name, ()) if text]

    def in_force(self) -> JsonObject:
        """The document in force; empty where nothing was published yet."""
        found = loads(self.published) if self.published else {}
        return found if isinstance(found, dict) else {}

    def text(self, name: str, *, most: int = 200, required: bool = False) -> str:
        """One text, without space around it."""
        found = next(iter(self.values.get(name, ())), "").replace("\r\n", "\n").strip()
        if required and not found:
            raise WrongInput(name, _("Fill this in"))
        if len(found) > most:
            raise WrongInput(name, _("At most %(number)s characters", number=most))
        return found.replace("\0", "\ufffd")

    def key(self, name: str = "key", taken: Collection[str] = ()) -> str:
        """The key of a part to be made."""
        found = self.text(name, required=True)
        if not KEY.fullmatch(found):
            text = _(
                "A key has small letters, digits and _, and starts with a letter: payout_holds"
            )
            raise WrongInput(name, text)
        if found in taken:
            raise WrongInput(name, _("There is one with this key already"))
        return found

    def choice(self, name: str, allowed: Collection[str], *, required: bool = True) -> str:
        """One of some texts."""
        found = self.text(name)
        if (found or required) and found not in allowed:
            raise WrongInput(name, _("Choose one of those offered"))
        return found

    def choices(self, name: str, allowed: Collection[str]) -> list[str]:
        """Some of some texts, in the order given."""
        found = [text for text in self.values.get(name, ()) if text]
        if not set(found) <= set(allowed):
            raise WrongInput(name, _("Choose one of those offered"))
        return list(dict.fromkeys(found))

    def flag(self, name: str) -> bool:
        """Whether a box is checked."""
        return self.text(name) not in ("", "0", "false", "off")

    def whole(self, name: str, low: int, high: int) -> int | None:
        """A whole number, or none."""
        found = self.text(name)
        if not found:
            return None
        if not re.fullmatch(r"-?[0-9]{1,15}", found) or not low <= int(found) <= high:
            text = _("A whole number from %(low)s to %(high)s", low=low, high=high)
            raise WrongInput(name, text)
        return int(found)

    def address(self, name: str) -> Address:
        """A place in the document, as `/forms/hold/layouts/default`."""
        found = self.text(name, most=4000)
        if found and not found.startswith("/"):
            raise WrongInput(name, _("This is no place in the spec"))
        return address_of(found)

    def json(self, name: str) -> JsonValue:
        """A JSON value."""
        try:
            raw = self.text(name, most=2_000_000, required=True)
            return parse_source(raw.encode("utf-8", "surrogatepass")).document
        except SourceError as error:
            raise WrongInput(name, str(error)) from error


Command: TypeAlias = Callable[[JsonObject, Catalog, Parameters], Edit]
_COMMANDS: Final[dict[str, Command]] = {}


def command(name: str) -> Callable[[Command], Command]:
    """Registers a function under the name that pages post as `_command`."""

    def register(function: Command) -> Command:
        if name in _COMMANDS:
            raise ValueError(f"there is a command '{name}' already")
        _COMMANDS[name] = function
        return function

    return register


def commands() -> Mapping[str, Command]:
    """All commands by name."""
    _find()
    return _COMMANDS


@cache
def _find() -> None:
    package = import_module("builder.commands")
    for module in iter_modules(package.__path__, "builder.commands."):
        import_module(module.name)


def parameters(values: Mapping[str, Any], published: str = "") -> Parameters:
    """Parameters from plain values, as tests and programs have them."""
    given = {k: v if isinstance(v, list) else [str(v)] for k, v in values.items()}
    return Parameters(given, published)
