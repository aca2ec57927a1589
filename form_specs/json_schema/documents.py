"""The schema documents that references may lead to: that at hand, those beside it, the meta-schemas.

Nothing here ever reads a file or asks the network: what is not at hand is not there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote, unquote, urldefrag, urljoin, urlsplit

from jsonschema_specifications import REGISTRY  # type: ignore[import-untyped]

from form_specs.json_schema.drafts import UnknownDraft, draft_of, old_children

_OLD = ("draft-04", "draft-06", "draft-07")
RECURSIVE = ""
"""The name under which `$recursiveAnchor` is known among the dynamic anchors."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a reference means depends on where it stands."""

    base: str
    """The identifier that references are relative to."""
    draft: str
    scope: Mapping[str, int] = field(default_factory=dict)
    """Dynamic anchors by name, the outermost of each: the key of its schema."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What was given together with a document: files by their paths, `schemas/party.json`."""

    name: str = ""
    """The path of the document itself."""
    files: Mapping[str, Any] = field(default_factory=dict)


class Documents:
    """Schemas by identifier, anchor and place; a schema is known by the identity of its dict."""

    def __init__(
        self, document: Mapping[str, Any], draft: str, beside: Beside | None = None
    ) -> None:
        self._files: dict[str, str] = {}
        """From the identifier of a schema to the path of the file in which it stands."""
        self._resources: dict[str, Any] = {}
        self._anchors: dict[tuple[str, str], Any] = {}
        self._dynamic: dict[str, dict[str, int]] = {}
        self._places: dict[int, Place] = {}
        self._kept: dict[int, Any] = {}
        given = beside or Beside()
        self._flat = not any("/" in name for name in given.files)
        """Whether the files came without their folders, so that their names alone tell them."""
        self.root = self._add(document, _path(given.name), draft)
        for name, found in given.files.items():
            if name != given.name and isinstance(found, dict):
                self._add(found, _path(name), _draft(found, draft))

    def _add(self, document: Any, base: str, draft: str) -> Place:
        self._resources.setdefault(base, document)
        self._index(document, Place(base, draft))
        place = self._places[id(document)]
        self._files[place.base] = base
        called = document.get("id")
        if isinstance(called, str) and not document.keys() & {"$id", "$schema"}:
            # The old way to say it, in a document that names no draft.
            self._resources.setdefault(_joined(base, called), document)
        return self.entered(place)

    def entered(self, place: Place) -> Place:
        """The same place with the dynamic anchors of its resource behind those that came before."""
        return replace(place, scope={**self._dynamic.get(place.base, {}), **place.scope})

    def at(self, schema: Mapping[str, Any], around: Place) -> Place:
        """The place inside `schema`, which stands at `around`: another one where it has an identifier."""
        known = self._places.get(id(schema))
        if known is None or known.base == around.base:
            return around
        return self.entered(replace(known, scope=around.scope))

    def _index(self, schema: Any, around: Place) -> None:
        waiting = [(schema, around)]
        while waiting:
            current, place = waiting.pop()
            if not isinstance(current, dict) or id(current) in self._places:
                continue
            place = self._named(current, place)
            self._places[id(current)] = place
            self._kept[id(current)] = current
            waiting += [(child, place) for child in old_children(current)]

    def _named(self, schema: Mapping[str, Any], place: Place) -> Place:
        """Notes what a schema calls itself; the place inside it."""
        if place.draft in _OLD and isinstance(schema.get("$ref"), str):
            return place
        identifier = schema.get("id" if place.draft == "draft-04" else "$id")
        if isinstance(identifier, str):
            uri, fragment = urldefrag(identifier)
            if fragment and place.draft in _OLD:
                self._anchors[place.base, fragment] = schema
            if uri:
                place = Place(_joined(place.base, uri), _draft(schema, place.draft))
                self._resources.setdefault(place.base, schema)
        self._name_anchors(schema, place)
        return place

    def _name_anchors(self, schema: Mapping[str, Any], place: Place) -> None:
        if place.draft in _OLD:
            return
        for keyword in ("$anchor", "$dynamicAnchor"):
            if isinstance(name := schema.get(keyword), str):
                self._anchors[place.base, name] = schema
        if isinstance(name := schema.get("$dynamicAnchor"), str):
            self._dynamic.setdefault(place.base, {})[name] = id(schema)
        if schema.get("$recursiveAnchor") is True:
            self._dynamic.setdefault(place.base, {})[RECURSIVE] = id(schema)

    def reached(self, document: Mapping[str, Any]) -> set[str]:
        """The names of the given files that a document refers to."""
        found: set[str] = set()
        waiting: list[Any] = [document]
        while waiting:
            current = waiting.pop()
            if not isinstance(current, dict):
                continue
            ref = current.get("$ref")
            target = self.resolved(self._places[id(current)], ref) if isinstance(ref, str) else None
            if target is not None:
                found.add(_name(self._files.get(target[1].base, "")))
            waiting += old_children(current)
        return found - {""}

    # -- following references -----------------------------------------------------------

    def resolved(self, place: Place, ref: str) -> tuple[Any, Place] | None:
        """The schema that a reference means, and the place inside it; none where there is no such one."""
        uri, fragment = urldefrag(ref)
        for base in self._meant(place, uri):
            resource = self._resource(base)
            if resource is not None:
                break
        else:
            return None
        fragment = unquote(fragment)
        if fragment and not fragment.startswith("/"):
            found = self._anchors.get((base, fragment))
            return None if found is None else self._reached(found, place)
        return self._pointed(resource, fragment, place)

    def _meant(self, place: Place, uri: str) -> Iterator[str]:
        """The identifiers that a reference may mean, likeliest first."""
        if not uri:
            yield place.base
            return
        yield _joined(place.base, uri)
        # A file may call itself something and be referred to by where it lies all the same.
        if place.base in self._files:
            yield _joined(self._files[place.base], uri)
            if self._flat:
                yield f"/{urlsplit(uri).path.rpartition('/')[2]}"

    def dynamic(self, place: Place, ref: str) -> tuple[Any, Place] | None:
        """As `resolved`, for `$dynamicRef` and `$recursiveRef`: the outermost schema of that name counts."""
        found = self.resolved(place, ref)
        if found is None:
            return None
        name = urldefrag(ref)[1]
        known = self._dynamic.get(found[1].base, {})
        if known.get(name) != id(found[0]) or name not in place.scope:
            return found
        return self._reached(self._kept[place.scope[name]], place)

    def _reached(self, schema: Any, origin: Place) -> tuple[Any, Place]:
        place = self._places.get(id(schema), origin)
        return schema, self.entered(replace(place, scope=origin.scope))

    def _pointed(self, resource: Any, pointer: str, origin: Place) -> tuple[Any, Place] | None:
        found, nearest = resource, self._places[id(resource)]
        for step in pointer.split("/")[1:]:
            found = _child(found, step.replace("~1", "/").replace("~0", "~"))
            if found is None:
                return None
            nearest = self._places.get(id(found), nearest)
        if not isinstance(found, dict | bool):
            return None
        self._index(found, nearest)
        return self._reached(found, origin)

    def _resource(self, base: str) -> Any:
        if base not in self._resources:
            known = REGISTRY.get(base) or REGISTRY.get(base.replace("https:", "http:", 1))
            if known is None:
                return None
            self._add(known.contents, base, draft_of(known.contents))
        return self._resources[base]


def _path(name: str) -> str:
    """The reference that files have by where they lie, all below one place."""
    return f"/{quote(name)}" if name else ""


def _name(path: str) -> str:
    """The file that `_path` was made of."""
    return unquote(path.removeprefix("/"))


def _joined(base: str, uri: str) -> str:
    """As `urljoin`, which knows no relative references below a `urn:`."""
    return urldefrag(urljoin(base, uri))[0] or uri


def _draft(schema: Mapping[str, Any], around: str) -> str:
    if "$schema" not in schema:
        return around
    try:
        return draft_of(schema)
    except UnknownDraft:
        return around


def _child(value: Any, step: str) -> Any:
    if isinstance(value, dict):
        return value.get(step)
    if isinstance(value, list) and step.isascii() and step.isdigit() and int(step) < len(value):
        return value[int(step)]
    return None
