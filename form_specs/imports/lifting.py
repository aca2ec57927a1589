"""What fields within groups and rows are to do on conditions, said where they stand.

Readers name every field by its way from the top of the form.  Inside a group or a row a condition
or a formula names first the fields beside it, then those around, so each way is made shorter by
what both stand in; what would mean another field by that is noted and left out.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from form_specs.imports.logic import Condition, Untranslatable, all_of
from form_specs.imports.notes import Note
from form_specs.imports.outline import Item
from form_specs.language import _, marked

_CONDITIONS: Final = ("showWhen", "requireWhen", "readOnlyWhen")
_INSTEAD: Final = {
    "showWhen": marked("The field is always shown"),
    "requireWhen": marked("The field may be left empty"),
    "readOnlyWhen": marked("The field can be filled in"),
    "dependsOn": marked("All choices are offered"),
    "computed": marked("The field can be filled in"),
}
_TAKES_MORE: Final = marked("The field takes more than it did there")
_STARTS_EMPTY: Final = marked("The field starts empty")
_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|(?:`[^`]*`|[^\W\d]\w*)(?:\.(?:`[^`]*`|[^\W\d]\w*))*')
"""In a formula: a text, or the way to a field."""


def settled(items: Iterable[Item]) -> list[Note]:
    """Lets fields further in say what they do from where they stand; gives what they lose."""
    notes: list[Note] = []
    known = list(items)
    for top in known:
        _gather(top)
        for item, way in _inside(top.children, _Way((top.key,), (_keys(top),))):
            notes += _said_there(item, way)
    return notes


def _gather(item: Item) -> None:
    """What all fields of a group ask for alike, to be shown or locked, the group asks for."""
    for child in item.children:
        _gather(child)
    if item.repeats or not item.children:
        return
    for member in ("showWhen", "readOnlyWhen"):
        asked = [_parts(child.ops.get(member)) for child in item.children]
        common = [part for part in asked[0] if all(part in parts for parts in asked)]
        # To be locked is one of several reasons, of which all must be the same.
        is_lock = member == "readOnlyWhen"
        if not common or (is_lock and (member in item.ops or any(p != common for p in asked))):
            continue
        origin = item.children[0].origins.get(member, item.place)
        item.put(member, all_of([*_parts(item.ops.get(member)), *common]), origin)
        for child, parts in zip(item.children, asked, strict=True):
            _keep(child, member, [part for part in parts if part not in common])
    if "showWhen" in item.ops and all(c.ops.get("whenHidden") == "keep" for c in item.children):
        item.put("whenHidden", "keep", item.place)


def _parts(condition: Any) -> list[Condition]:
    """What must all hold for a condition; nothing for none."""
    if condition is None:
        return []
    return list(condition["all"]) if condition.keys() == {"all"} else [condition]


def _keep(item: Item, member: str, parts: list[Condition]) -> None:
    if parts:
        item.ops[member] = all_of(parts)
    else:
        del item.ops[member]


@dataclass(frozen=True, slots=True)
class _Way:
    """Where a field stands: in which groups and rows, and which fields each of them holds."""

    above: tuple[str, ...]
    beside: tuple[frozenset[str], ...]

    def shorter(self, path: tuple[str, ...]) -> tuple[str, ...]:
        """The way to a field as it is named here; raises `Untranslatable`."""
        same = 0
        while same < min(len(path), len(self.above)) and path[same] == self.above[same]:
            same += 1
        if same == len(path):
            raise Untranslatable(_("it asks about '%(path)s', which it stands in", path=path[-1]))
        # What stands nearer hides what is called the same further out.
        if any(path[same] in keys for keys in self.beside[same:]):
            raise Untranslatable(_("another field is called '%(path)s' here", path=path[same]))
        return path[same:]


def _keys(item: Item) -> frozenset[str]:
    return frozenset(child.key for child in item.children)


def _inside(items: Iterable[Item], way: _Way) -> Iterator[tuple[Item, _Way]]:
    """Each field further in, with where it stands."""
    for item in items:
        yield item, way
        yield from _inside(item.children, _Way((*way.above, item.key), (*way.beside, _keys(item))))


def _said_there(item: Item, way: _Way) -> Iterator[Note]:
    for member in (*_CONDITIONS, "dependsOn", "computed"):
        if member not in item.ops:
            continue
        try:
            item.ops[member] = _SHORTER.get(member, _condition)(item.ops[member], way)
        except Untranslatable as error:
            yield _lost(item, member, str(error))
    yield from _rules(item, way)
    # As on the form itself, but for the moment and the person: those are known when a record is made.
    if "default" in item.ops:
        yield _lost(item, "default", _("only fields of the form itself start with such a value"))


def _lost(item: Item, member: str, why: str) -> Note:
    place = item.origins.get(member, item.place)
    if member == "computed":
        item.filled_in()
    item.ops.pop(member, None)
    if member == "showWhen":
        item.ops.pop("whenHidden", None)
    if member == "dependsOn":
        item.matches = {}
    name = item.title or item.key
    message = _("what '%(name)s' does there is not carried over: %(why)s", name=name[:100], why=why)
    return Note(place, message, _(_INSTEAD.get(member, _STARTS_EMPTY)))


def _rules(item: Item, way: _Way) -> Iterator[Note]:
    kept = []
    for rule in item.ops.get("rules", ()):
        try:
            kept.append({**rule, "condition": _condition(rule["condition"], way)})
        except Untranslatable as error:
            place = item.origins.get("rules", item.place)
            yield Note(
                place,
                _(
                    "%(message)s is not carried over: %(error)s",
                    message=repr(rule["message"]),
                    error=error,
                ),
                _(_TAKES_MORE),
            )
    if kept:
        item.ops["rules"] = kept
    else:
        item.ops.pop("rules", None)


def _condition(condition: Any, way: _Way) -> Any:
    """The same condition asked from inside."""
    if isinstance(condition, list):
        return [_condition(part, way) for part in condition]
    if not isinstance(condition, Mapping):
        return condition
    return {key: _part(key, value, way) for key, value in condition.items()}


def _part(key: str, value: Any, way: _Way) -> Any:
    if key == "match":
        return value  # asked of the rows themselves
    if key in ("field", "some", "every", "none") and isinstance(value, str):
        return value if value.startswith("@") else _field(value, way)
    return _condition(value, way)


def _field(path: Any, way: _Way) -> str:
    return ".".join(way.shorter(tuple(str(path).split("."))))


def _computed(computed: Any, way: _Way) -> dict[str, Any]:
    def shorter(found: re.Match[str]) -> str:
        text = found[0]
        if text.startswith('"') or found.string[found.end() :].lstrip().startswith("("):
            return text
        keys = tuple(re.findall(r"`[^`]*`|[^.`]+", text))
        plain = tuple(key.strip("`") for key in keys)
        if plain[0] != way.above[0]:
            if any(plain[0] in beside for beside in way.beside):
                raise Untranslatable(_("another field is called '%(plain)s' here", plain=plain[0]))
            return text
        left = len(way.shorter(plain))
        return ".".join(keys[len(keys) - left :])

    return {**computed, "formula": _TOKEN.sub(shorter, computed["formula"])}


_SHORTER: Final[Mapping[str, Callable[[Any, _Way], Any]]] = {
    "dependsOn": _field,
    "computed": _computed,
}
