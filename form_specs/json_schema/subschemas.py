"""Walking through a JSON Schema: its subschemas, its references, its cycles."""

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any
from urllib.parse import unquote

from form_specs.problem import escaped

ONE = (
    *("items", "additionalProperties", "unevaluatedItems", "unevaluatedProperties", "contains"),
    *("propertyNames", "contentSchema", "not", "if", "then", "else"),
)
"""Keywords that hold one schema."""
SEVERAL = ("allOf", "anyOf", "oneOf", "prefixItems")
"""Keywords that hold a list of schemas."""
NAMED = ("properties", "patternProperties", "dependentSchemas", "$defs")
"""Keywords that hold schemas by name."""
_SAME_PLACE = ("allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas")
"""Keywords whose schemas judge the very value that the schema around them judges."""
_MOST_WAYS = 5_000
KEYWORDS = frozenset(
    [
        "$ref",
        "$defs",
        "$anchor",
        "$comment",
        "title",
        "description",
        "default",
        "deprecated",
        "readOnly",
        "writeOnly",
        "examples",
        "type",
        "enum",
        "const",
        "multipleOf",
        "maximum",
        "exclusiveMaximum",
        "minimum",
        "exclusiveMinimum",
        "maxLength",
        "minLength",
        "pattern",
        "format",
        "maxItems",
        "minItems",
        "uniqueItems",
        "maxContains",
        "minContains",
        "maxProperties",
        "minProperties",
        "required",
        "dependentRequired",
        "items",
        "prefixItems",
        "contains",
        "additionalProperties",
        "properties",
        "patternProperties",
        "dependentSchemas",
        "propertyNames",
        "unevaluatedItems",
        "unevaluatedProperties",
        "allOf",
        "anyOf",
        "oneOf",
        "not",
        "if",
        "then",
        "else",
        "contentEncoding",
        "contentMediaType",
        "contentSchema",
        "x-ops",
    ]
)
"""All that 2020-12 knows and a form may use, and our own."""


def children(schema: Any, at: str) -> Iterator[tuple[str, str, Any]]:
    """Keyword, pointer and subschema of each schema directly inside one that stands at `at`."""
    if not isinstance(schema, dict):
        return
    for keyword in ONE:
        if keyword in schema:
            yield keyword, f"{at}/{keyword}", schema[keyword]
    for keyword in SEVERAL:
        value = schema.get(keyword)
        for index, item in enumerate(value if isinstance(value, list) else ()):
            yield keyword, f"{at}/{keyword}/{index}", item
    for keyword in NAMED:
        value = schema.get(keyword)
        for name, item in value.items() if isinstance(value, dict) else ():
            yield keyword, f"{at}/{keyword}/{escaped(name)}", item


def subschemas(schema: Any, at: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Pointer and value of a schema and of all that stand in it, those that are objects.

    What a local reference points at is a schema too, wherever it stands.
    """
    waiting = [(at, schema)]
    seen = set()
    while waiting:
        pointer, current = waiting.pop()
        if pointer in seen or not isinstance(current, dict):
            continue
        seen.add(pointer)
        yield pointer, current
        waiting += [(below, child) for _, below, child in children(current, pointer)]
        target = referred(schema, current.get("$ref"))
        if target is not None:
            waiting.append((at + target[0], target[1]))


def referred(root: Any, ref: Any) -> tuple[str, Any] | None:
    """Pointer and value of what a local reference means; none where it is not local or leads nowhere."""
    if not isinstance(ref, str) or not ref.startswith("#"):
        return None
    fragment = unquote(ref[1:])
    if fragment and not fragment.startswith("/"):
        return _anchored(root, fragment)
    pointer, found = "", root
    for step in fragment.split("/")[1:]:
        step = step.replace("~1", "/").replace("~0", "~")  # noqa: PLW2901 - a step as its name
        found = _child(found, step)
        if found is None:
            return None
        pointer += f"/{escaped(step)}"
    return pointer, found


def _child(value: Any, step: str) -> Any:
    if isinstance(value, dict):
        return value.get(step)
    if isinstance(value, list) and step.isascii() and step.isdigit() and int(step) < len(value):
        return value[int(step)]
    return None


def _anchored(root: Any, anchor: str) -> tuple[str, Any] | None:
    waiting = [("", root)]
    while waiting:
        pointer, schema = waiting.pop()
        if isinstance(schema, dict) and schema.get("$anchor") == anchor:
            return pointer, schema
        waiting += [(below, child) for _, below, child in children(schema, pointer)]
    return None


def without_unused_definitions(root: Mapping[str, Any]) -> dict[str, Any]:
    """The same schema without those parts of `$defs` that nothing leads to."""
    definitions = root.get("$defs")
    rest = {keyword: value for keyword, value in root.items() if keyword != "$defs"}
    if not isinstance(definitions, dict):
        return rest
    used: dict[str, Any] = {}
    waiting: list[Any] = [rest]
    while waiting:
        for _, schema in subschemas(waiting.pop()):
            target = referred(root, schema.get("$ref"))
            path = target[0].split("/") if target is not None else []
            if path[1:2] == ["$defs"] and path[2] not in used:
                name = path[2].replace("~1", "/").replace("~0", "~")
                used[path[2]] = definitions[name]
                waiting.append(definitions[name])
    kept = {k: v for k, v in definitions.items() if escaped(k) in used}
    return {**rest, "$defs": kept} if kept else rest


def endless(root: Mapping[str, Any]) -> Iterator[str]:
    """Pointers of the schemas that come back to themselves without looking at a smaller value.

    Judging by one never ends.
    """
    done: set[str] = set()
    for pointer, schema in subschemas(root):
        if pointer not in done:
            yield from _cycle(root, pointer, schema, done)


def _cycle(root: Mapping[str, Any], start: str, schema: Any, done: set[str]) -> Iterator[str]:
    """Depth first without recursion: a chain of references may be longer than Python's stack."""
    path = [(start, _same_place(root, start, schema))]
    on_path = {start}
    while path:
        pointer, following = path[-1]
        step = next(following, None)
        if step is None:
            path.pop()
            on_path.discard(pointer)
            done.add(pointer)
        elif step[0] in on_path:
            yield step[0]
        elif step[0] not in done:
            on_path.add(step[0])
            path.append((step[0], _same_place(root, *step)))


def crowded(root: Mapping[str, Any], most: int) -> Iterator[str]:
    """Pointers of the innermost schemas by which one value is judged by more than `most` schemas.

    For a `root` without such circles as `endless` finds.
    """
    widths: dict[str, int] = {}
    for start in subschemas(root):
        waiting = [start]
        while waiting:
            pointer, schema = waiting[-1]
            parts = [*_same_place(root, pointer, schema)] if pointer not in widths else []
            ahead = [part for part in parts if part[0] not in widths]
            if ahead:
                waiting += ahead
                continue
            waiting.pop()
            if pointer in widths:
                continue
            inner = [widths[below] for below, _ in parts]
            widths[pointer] = 1 + sum(inner)
            if widths[pointer] > most and all(width <= most for width in inner):
                yield pointer


def is_manifold(root: Mapping[str, Any]) -> bool:
    """Whether more ways lead through a schema, its references followed, than anybody could wait for."""
    following = {at: [*_following(root, at, schema)] for at, schema in subschemas(root)}
    try:
        order = [*TopologicalSorter(following).static_order()]
    except CycleError:
        return True
    sizes: dict[str, int] = {}
    for at in order:
        sizes[at] = 1 + sum(sizes[below] for below in following.get(at, ()))
    return sizes.get("", 1) > _MOST_WAYS


def _following(root: Mapping[str, Any], at: str, schema: Mapping[str, Any]) -> Iterator[str]:
    target = referred(root, schema.get("$ref"))
    if target is not None:
        yield target[0]
    yield from (below for keyword, below, _ in children(schema, at) if keyword != "$defs")


def _same_place(root: Mapping[str, Any], at: str, schema: Any) -> Iterator[tuple[str, Any]]:
    if not isinstance(schema, dict):
        return
    target = referred(root, schema.get("$ref"))
    if target is not None:
        yield target
    for keyword, below, child in children(schema, at):
        if keyword in _SAME_PLACE:
            yield below, child
