"""A schema of any draft in one piece: 2020-12, with plain keywords and references into its `$defs`.

Identifiers, anchors and dynamic references are followed and gone afterwards; what it accepts does not change.
"""

import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from form_specs.checks.text import MAX_TEXT, text_problems
from form_specs.from_schema.lookahead import without_lookahead
from form_specs.from_schema.spelling import spelled
from form_specs.json_schema.documents import Beside, Documents, Place
from form_specs.json_schema.drafts import Lift, UnknownDraft, draft_of, guessed
from form_specs.json_schema.subschemas import KEYWORDS
from form_specs.language import _

_DEEPEST = 18
"""How deep JSON nests inside one definition; what lies deeper gets a definition of its own."""
_UNSAFE = re.compile("[^A-Za-z0-9_.-]+")
_LONGEST_NAME = 60
_ROOT = "record"


@dataclass(frozen=True, slots=True)
class Bundle:
    """A schema that refers to nothing but itself."""

    schema: dict[str, Any]
    """In 2020-12, with its definitions in `$defs`."""
    notes: list[str]
    """What people should know."""
    faults: list[str]
    """References that lead nowhere; such a schema judges nothing."""


def bundle(schema: Mapping[str, Any], beside: Beside | None = None) -> Bundle:
    """The schema in one piece, with what it refers to in the files given beside it.

    Raises `UnknownDraft` for the dialects before draft 4.
    """
    notes: list[str] = []
    walk = _Walk(schema, _draft(schema, notes), notes, beside)
    made = walk.schema(schema)
    walk.define()
    if walk.definitions:
        made["$defs"] = walk.definitions
    return Bundle(made, notes, walk.faults)


def _draft(schema: Mapping[str, Any], notes: list[str]) -> str:
    declared = schema.get("$schema")
    try:
        draft = draft_of(schema)
    except UnknownDraft:
        if isinstance(declared, str) and "json-schema.org/draft-0" in declared:
            raise
        notes.append(
            _(
                "The dialect %(declared)s is not known here; the standard keywords count",
                declared=repr(declared),
            )
        )
        declared = None
        draft = draft_of({})
    if declared is None:
        draft, keyword = guessed(schema)
        if keyword:
            notes.append(
                _(
                    "Without '$schema' this is read as %(draft)s, as '%(keyword)s' is of that time",
                    draft=draft,
                    keyword=keyword,
                )
            )
    return draft


class _Walk(Lift):
    """One walk over one schema and all that it refers to."""

    def __init__(
        self, root: Mapping[str, Any], draft: str, notes: list[str], beside: Beside | None
    ) -> None:
        self.documents = Documents(root, draft, beside)
        self.place = self.documents.root
        self.draft = self.place.draft
        self.depth = 0
        self.root = root
        self.notes = notes
        self.faults: list[str] = []
        self.definitions: dict[str, Any] = {}
        self.names: dict[Any, str] = {}
        self.waiting: deque[tuple[str, Any, Place]] = deque()

    def schema(self, schema: Any) -> Any:
        if not isinstance(schema, dict):
            return schema
        outer, depth = self.place, self.depth
        place = self.documents.at(schema, outer)
        if depth > _DEEPEST:
            return {"$ref": self.defined(schema, place, "part")}
        self.place, self.draft, self.depth = place, place.draft, depth + 2
        try:
            made = self.keywords(schema)
        finally:
            self.place, self.draft, self.depth = outer, outer.draft, depth
        return without_lookahead(_with_names_spelled(made), self.notes)

    def keyword(
        self, keyword: str, value: Any, schema: Mapping[str, Any]
    ) -> Iterator[tuple[str, Any]]:
        for new, item in super().keyword(keyword, value, schema):
            # An unknown keyword says nothing; it only makes the spec larger.
            if new in KEYWORDS and new != "x-ops" and _is_fit(new, item):
                yield new, item

    # -- references ---------------------------------------------------------------------

    def reference(self, keyword: str, ref: str) -> Iterator[tuple[str, Any]]:
        known = {"2019-09": "$recursiveRef", "2020-12": "$dynamicRef"}.get(self.draft)
        if keyword not in ("$ref", known):
            return
        follow = self.documents.resolved if keyword == "$ref" else self.documents.dynamic
        target = follow(self.place, ref)
        if target is None and ref.endswith("#/"):
            # It means a property without a name, but is written for the schema as a whole.
            target = follow(self.place, ref.removesuffix("/"))
            self.notes.append(
                _("'%(ref)s' is read as '%(value)s'", ref=ref, value=ref.removesuffix("/"))
            )
        if target is None:
            self.faults.append(_fault(ref))
        elif keyword == "$ref":
            yield "$ref", self.defined(*target, ref)
        else:
            # Both references may stand side by side, and both count.
            yield "allOf", [{"$ref": self.defined(*target, ref)}]

    def defined(self, schema: Any, place: Place, ref: str) -> str:
        """The reference to the definition of a schema, which is made where it is missing."""
        known = repr(schema) if isinstance(schema, bool) else id(schema)
        key = (known, tuple(sorted(place.scope.items())))
        if key not in self.names:
            self.names[key] = self.unused(_ROOT if schema is self.root else _named(ref))
            self.definitions[self.names[key]] = True
            self.waiting.append((self.names[key], schema, place))
        return f"#/$defs/{self.names[key]}"

    def unused(self, name: str) -> str:
        found, number = name, 1
        while found in self.definitions:
            number += 1
            found = f"{name}-{number}"
        return found

    def define(self) -> None:
        """Makes the definitions that references asked for, and those that these ask for."""
        while self.waiting:
            name, schema, place = self.waiting.popleft()
            self.place, self.draft, self.depth = place, place.draft, 0
            self.definitions[name] = self.schema(schema)


_TELLING: Mapping[str, type] = {
    **dict.fromkeys(("title", "description", "$comment"), str),
    **dict.fromkeys(("readOnly", "writeOnly", "deprecated"), bool),
    **dict.fromkeys(("contentEncoding", "contentMediaType"), str),
    "examples": list,
}


def _is_fit(keyword: str, value: Any) -> bool:
    """Whether a keyword that judges nothing is what it should be, and short enough for a spec."""
    if keyword in ("default", "examples") and not _is_keepable(value):
        return False
    wanted = _TELLING.get(keyword)
    if wanted is None:
        return True
    return isinstance(value, wanted) and (not isinstance(value, str) or len(value) <= MAX_TEXT)


def _is_keepable(value: Any) -> bool:
    return not any(True for _ in text_problems(value, depth=_DEEPEST))


def _named(ref: str) -> str:
    """A name for what a reference means: the last word in it."""
    words = [word for word in _UNSAFE.sub("-", ref.rstrip("/#")).split("-") if word]
    return (words[-1] if words else "part")[-_LONGEST_NAME:]


def _fault(ref: str) -> str:
    if ref.startswith("#"):
        return _("'%(ref)s' leads to no part of this schema", ref=ref)
    return _(
        "'%(ref)s' leads out of this document: give the file that it means as well, or copy what it means into '$defs'",
        ref=ref,
    )


def _with_names_spelled(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema whose patterns for names are written as they are read here."""
    named = schema.get("patternProperties")
    if not isinstance(named, dict) or all(spelled(name) == name for name in named):
        return schema
    return {**schema, "patternProperties": {spelled(name): of for name, of in named.items()}}
