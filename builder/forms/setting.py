"""One thing that can be said about a field: where it stands, how it is shown, read and written."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from builder.commanding import Parameters, WrongInput, parameters
from form_specs.checks.raw import object_at, text
from form_specs.editing import Address, find, has
from form_specs.exact_json import dumps
from form_specs.language import _
from form_specs.model import JsonObject
from form_specs.problem import pointer_of
from form_specs.sheets.naming import key_of

OPS: Final = "x-ops"


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that can be said about a field, or about a part of it."""

    at: Address
    """Where it stands in the property."""
    label: str
    kind: str
    """text, function, area, flag, sign, whole, number, choice, json_choice, ticks, lines, steps, json."""
    group: str = "field"
    hint: str = ""
    options: tuple[tuple[str, str], ...] = ()
    low: int = -(2**53)
    high: int = 2**53
    most: int = 200
    pattern: str = ""

    @property
    def name(self) -> str:
        """How a page names it."""
        return pointer_of(self.at)

    def shown(self, property_: Mapping[str, Any]) -> str:
        """What its input shows; of a flag `1` or nothing."""
        if not has(property_, self.at):
            return ""
        return _SHOWN.get(self.kind, _plain)(find(property_, self.at))

    def read(self, given: Parameters, property_: Mapping[str, Any]) -> Any:
        """What was typed, as it is written; none: nothing. Raises `WrongInput`."""
        return _READ[self.kind](self, given, property_)


SIGN: Final = re.compile(r"\^(-\?)?(?=\[0-9\])")
"""How the pattern of an amount begins, with or without a minus."""


# -- showing ------------------------------------------------------------------------------


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else compact(value)


def compact(value: Any) -> str:
    """A value as JSON on one line."""
    return dumps(value).decode()


def _flag(value: Any) -> str:
    return "1" if value is True else ""


def _lines(value: Any) -> str:
    return "\n".join(map(_plain, value)) if isinstance(value, list) else _plain(value)


def _steps(value: Any) -> str:
    items = value if isinstance(value, list) else []
    return "\n".join(text(each, "title") or "" for each in items if isinstance(each, dict))


_SHOWN: Final[Mapping[str, Callable[[Any], str]]] = {
    "flag": _flag,
    "lines": _lines,
    "ticks": _lines,
    "steps": _steps,
    "json_choice": compact,
    "sign": lambda value: "1" if str(value).startswith("^-?") else "",
    "json": lambda value: json.dumps(value, indent=2, ensure_ascii=False, default=str),
}

# -- reading ------------------------------------------------------------------------------

_NUMBER: Final = re.compile(r"-?[0-9]{1,15}([.,][0-9]{1,15})?")


def _read_text(setting: Setting, given: Parameters, _old: Any) -> str | None:
    most = 20_000 if setting.kind == "area" else setting.most
    found = given.text("value", most=most, required=setting.at == ("title",))
    if found and setting.pattern and not re.search(setting.pattern, found):
        raise WrongInput("value", setting.hint or _("This does not fit"))
    return found or None


def _read_number(_setting: Setting, given: Parameters, _old: Any) -> Any:
    found = given.text("value")
    if not found:
        return None
    if not _NUMBER.fullmatch(found):
        raise WrongInput("value", _("A number, such as 12.5"))
    return parameters({"value": re.sub(r"^(-?)0+(?=\d)", r"\1", found.replace(",", "."))}).json("value")  # fmt: skip


def _read_choice(setting: Setting, given: Parameters, _old: Any) -> str | None:
    allowed = {value for value, _title in setting.options}
    return given.choice("value", allowed, required=False) or None


def _read_ticks(setting: Setting, given: Parameters, _old: Any) -> list[str] | None:
    return given.choices("value", {value for value, _title in setting.options}) or None


def _read_json(_setting: Setting, given: Parameters, _old: Any) -> Any:
    return given.json("value") if given.text("value", most=2_000_000) else None


def _read_sign(setting: Setting, given: Parameters, property_: Any) -> str:
    """The pattern of the figures, with or without a minus before them."""
    return SIGN.sub("^-?" if given.flag("value") else "^", find(property_, setting.at), count=1)


def _read_json_choice(setting: Setting, given: Parameters, _old: Any) -> Any:
    found = _read_choice(setting, given, _old)
    return json.loads(found) if found else None


def typed_lines(given: Parameters, name: str = "value") -> list[str]:
    """The lines of a text that say something."""
    lines = given.text(name, most=200_000).splitlines()
    return [line.strip() for line in lines if line.strip()]


def _read_lines(setting: Setting, given: Parameters, _old: Any) -> list[str] | None:
    found = list(dict.fromkeys(typed_lines(given)))
    for line in found:
        if setting.pattern and not re.search(setting.pattern, line):
            text_ = _("“%(line)s” does not fit. %(hint)s", line=line, hint=setting.hint)
            raise WrongInput("value", text_.strip())
    return found or None


def _read_steps(setting: Setting, given: Parameters, property_: Any) -> list[Any] | None:
    """Titles, a line each; a title that was there keeps its key, as does a line that was rewritten."""
    lines = typed_lines(given)
    old = find(property_, setting.at) if has(property_, setting.at) else []
    return keyed_titles(lines, old, "step") or None


def keyed_titles(lines: list[str], old: Any, otherwise: str) -> list[Any]:
    """Parts with keys for some titles: those that were there keep theirs."""
    known = [each for each in old if isinstance(each, dict) and isinstance(each.get("key"), str)]
    by_title = {each.get("title"): each for each in known}
    taken = {each["key"] for each in known}
    left = [each for each in known if each.get("title") not in lines]
    rewritten = len(lines) == len(known)
    found = []
    for line in dict.fromkeys(lines):
        if line in by_title:
            found.append(by_title[line])
        elif rewritten and left:
            found.append({**left.pop(0), "title": line[:200]})
        else:
            found.append({"key": key_of(line, taken, otherwise), "title": line[:200]})
    return found


_READ: Final[Mapping[str, Callable[[Setting, Parameters, Any], Any]]] = {
    "text": _read_text,
    "function": _read_text,
    "area": _read_text,
    "flag": lambda _setting, given, _old: given.flag("value") or None,
    "whole": lambda setting, given, _old: given.whole("value", setting.low, setting.high),
    "number": _read_number,
    "choice": _read_choice,
    "json_choice": _read_json_choice,
    "sign": _read_sign,
    "json": _read_json,
    "lines": _read_lines,
    "ticks": _read_ticks,
    "steps": _read_steps,
}

# -- writing ------------------------------------------------------------------------------


def with_member(property_: Mapping[str, Any], at: Address, value: Any) -> JsonObject:
    """A property with a value at a place; none takes it away, with what is empty then."""
    name, below = at[0], at[1:]
    found = dict(property_)
    made = with_member(object_at(found, name), below, value) if below else value
    if made is None or (below and not made):
        found.pop(name, None)
        return found
    if name in ("title", "description") and name not in found:
        return {name: made, **found}
    if name not in found and OPS in found and name != OPS:
        ops = found.pop(OPS)
        return {**found, name: made, OPS: ops}
    found[name] = made
    return found
