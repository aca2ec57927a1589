"""From the errors of the engine to what a person can mend, each at the deepest place it is about.

Of alternatives (`anyOf`, `oneOf`) the one that was probably meant is explained: the one whose
kind of value and whose distinguishing properties fit.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, Final, NamedTuple, Protocol, TypeAlias

from jsonschema_rs import ValidationError

from components.judging.wording import Finding
from components.values import same
from form_specs.from_schema.root_properties import named_by_root

Path: TypeAlias = tuple[str | int, ...]

_KINDS: Final = ("type", "const", "enum", "falseSchema")
"""Keywords that tell an alternative of another kind, where they stand at the value itself."""
_MARKS: Final = ("const", "enum")
"""Keywords that tell one alternative from another, where they stand at a property."""
_ALTERNATIVES: Final = ("anyOf", "oneOf")
_MARKING: Final = 3
"""An `enum` of more values is no mark of one alternative."""
_MOST: Final = 200
_LEFT_OVER: Final = "unevaluatedProperties"
PART: Final = "x-part"
"""The keyword of an error which tells no more than that a part of the value does not fit a schema."""


class Weight(NamedTuple):
    """How much there is against a value, and how far in the deepest of it lies."""

    errors: int
    depth: int


class Parts(Protocol):
    """From the schema that a part must fit, its place in the value and itself, to what is wrong with it."""

    def __call__(self, schema: str, path: Path, part: Any, /) -> "Reading": ...


class Reading:
    """What the errors of one value say."""

    def __init__(
        self,
        schema: Mapping[str, Any],
        value: Any,
        errors: Iterable[ValidationError],
        parts: "Parts | None" = None,
    ) -> None:
        """`parts` reads what is inside a value, where the errors only tell that it must fit."""
        self.schema = schema
        self.record = value
        self.parts = parts
        self.echoes: set[Path] = set()
        """What may be left over only because the alternative that knows it does not fit."""
        self._errors = errors

    @cached_property
    def findings(self) -> list[Finding]:
        """Each once; not more than anybody would read."""
        found: dict[str, Finding] = {}
        for error in self.errors:
            for finding in self.read(error):
                found.setdefault(repr((finding.path, finding.keyword, finding.value)), finding)
            if len(found) >= _MOST:
                break
        causes = [finding for finding in found.values() if not self.may_be_echo(finding)]
        around = {cause.path[:steps] for cause in causes for steps in range(len(cause.path) + 1)}
        return [
            finding
            for finding in found.values()
            if not self.may_be_echo(finding) or finding.path[:-1] not in around
        ]

    def may_be_echo(self, finding: Finding) -> bool:
        """Whether a property may be left over only because something else inside its object is wrong."""
        return finding.keyword == _LEFT_OVER and finding.path in self.echoes

    @cached_property
    def errors(self) -> Sequence[ValidationError]:
        return tuple(self._errors)

    @cached_property
    def weight(self) -> "Weight":
        """How much there is against the value."""
        return self.weighed(self.errors)

    def read(self, error: ValidationError) -> Iterator[Finding]:
        path, keyword = self.place(error), error.kind.name
        read = _READERS.get(keyword)
        if read is not None:
            yield from read(self, error, path)
        else:
            yield Finding(path, keyword, error.kind.value, error.instance)

    def part(self, error: ValidationError, path: Path) -> Iterator[Finding]:
        """What is wrong further in."""
        found = self.inside(error, path).findings
        for inner in found:
            yield replace(inner, path=(*path, *inner.path))
        if not found:
            yield Finding(path, "anyOf", 0, error.instance)

    def inside(self, error: ValidationError, path: Path) -> "Reading":
        assert self.parts is not None
        return self.parts(str(error.kind.value), path, self.value(path))

    # -- what stands at its parent ------------------------------------------------------

    def required(self, error: ValidationError, path: Path) -> Iterator[Finding]:
        name = error.kind.value
        causes = self.said(error) if error.schema_path[-1:] == ["dependentRequired"] else {}
        there: Any = error.instance
        for cause, names in causes.items():
            if cause in there and name in names:
                yield Finding((*path, name), "dependentRequired", cause, error.instance)
                return
        yield Finding((*path, name), "required", name, error.instance)

    def surplus(self, error: ValidationError, path: Path) -> Iterator[Finding]:
        beside = self.around(error)
        known = list(beside.get("properties", {})) if isinstance(beside, Mapping) else []
        said, there = self.said(error), self.value(path)
        if error.kind.name == _LEFT_OVER and isinstance(beside, Mapping):
            named = named_by_root({**beside, "$defs": self.schema.get("$defs", {})})
            self.echoes |= {(*path, name) for name in error.kind.value if name in named}
        for name in error.kind.value:
            if said is False:
                yield Finding((*path, name), error.kind.name, known, None)
            else:
                yield Finding((*path, name), "not", said, there[name])

    def names(self, error: ValidationError, path: Path) -> Iterator[Finding]:
        inner = error.kind.value
        for finding in self.read(inner):
            yield Finding((*path, str(inner.instance)), "propertyNames", finding, inner.instance)

    def nothing(self, error: ValidationError, path: Path) -> Iterator[Finding]:
        keyword = error.schema_path[-1] if error.schema_path else ""
        value = self.value(path)
        if keyword in ("additionalProperties", "propertyNames") and isinstance(value, Mapping):
            for name in value:
                yield Finding((*path, name), "additionalProperties", [], None)
        else:
            yield Finding(path, "falseSchema", False, error.instance)

    def ruled_out(self, error: ValidationError, path: Path) -> Iterator[Finding]:
        """What may not be; of properties that may not all be there, which these are."""
        said = self.said(error)
        names = said.get("required") if isinstance(said, Mapping) and len(said) == 1 else None
        if isinstance(names, list) and names and isinstance(error.instance, Mapping):
            yield Finding(path, "not", names, error.instance)
        else:
            yield Finding(path, "not", error.kind.value, error.instance)

    def among(self, error: ValidationError, path: Path) -> Iterator[Finding]:
        keyword = str(error.schema_path[-1])
        yield Finding(path, keyword, self.said(error), error.instance)

    # -- alternatives -------------------------------------------------------------------

    def alternatives(self, error: ValidationError, path: Path) -> Iterator[Finding]:
        branches: Sequence[Sequence[ValidationError]] = error.kind.value
        fitting = sum(not branch for branch in branches)
        if fitting:
            yield Finding(path, "oneOf", fitting, error.instance)
            return
        branches = _unfolded(branches, tuple(error.instance_path))
        meant = self.meant(branches, tuple(error.instance_path))
        if len(meant) == 1:
            for inner in meant[0]:
                yield from self.read(inner)
        else:
            yield from self.alike(meant) or [self.together(meant or branches, path, error)]

    def alike(self, branches: Sequence["_Branch"]) -> list[Finding]:
        """What is wrong whichever of some alternatives is meant."""
        read = [
            [finding for error in branch for finding in self.read(error)] for branch in branches
        ]
        first, *others = read or [[]]
        return [finding for finding in first if all(finding in other for other in others)]

    def meant(self, branches: Sequence["_Branch"], path: Path) -> Sequence["_Branch"]:
        """The alternatives that were probably meant: one, or several that come equally near."""
        of_kind = [branch for branch in branches if not any(_is_other(e, path) for e in branch)]
        of_kind = of_kind or [b for b in branches if not any(_is_of_other_type(e, path) for e in b)]
        marked = [branch for branch in of_kind if not any(_is_marked(e, path) for e in branch)]
        left = marked or of_kind
        weights = [self.weighed(branch) for branch in left]
        nearest = min(weights, key=lambda weight: (weight.errors, -weight.depth), default=None)
        return [branch for branch, weight in zip(left, weights, strict=True) if weight == nearest]

    def weighed(self, branch: "_Branch") -> Weight:
        """How much the errors of an alternative are, with those of the parts that they are about."""
        each = [self.weight_of(error) for error in branch]
        return Weight(
            sum(weight.errors for weight in each), max((w.depth for w in each), default=0)
        )

    def weight_of(self, error: ValidationError) -> Weight:
        path = tuple(error.instance_path)
        if error.kind.name != PART:
            return Weight(1, len(path))
        inner = self.inside(error, self.place(error)).weight
        return Weight(inner.errors, len(path) + inner.depth)

    def together(
        self, branches: Sequence["_Branch"], path: Path, error: ValidationError
    ) -> Finding:
        """One finding for several alternatives that come equally near."""
        first = [branch[0] for branch in branches]
        kinds = {inner.kind.name for inner in first}
        alone = all(len(branch) == 1 for branch in branches)
        if kinds == {"required"} and alone:
            names = list(dict.fromkeys(str(inner.kind.value) for inner in first))
            where = self.place(first[0])
            return Finding((*where, names[0]), "required", names, error.instance)
        for keyword, kinds_alike in (("type", ("type",)), ("enum", _MARKS)):
            if alike := _at_one_place(branches, kinds_alike):
                values = [value for inner in alike for value in _wanted(inner)]
                distinct = [
                    v for at, v in enumerate(values) if not any(same(v, u) for u in values[:at])
                ]
                return Finding(self.place(alike[0]), keyword, distinct, alike[0].instance)
        return Finding(path, error.kind.name, 0, error.instance)

    # -- what the schema and the record say ---------------------------------------------

    def place(self, error: ValidationError) -> Path:
        """The way to what an error is about.

        The engine leaves out steps under an empty name, and takes names of digits for numbers.
        """
        path = tuple(error.instance_path)
        return next(_ways(self.record, path, error.instance), path)

    def said(self, error: ValidationError) -> Any:
        """What the schema says to the keyword of an error."""
        return _reached(self.schema, error.schema_path)

    def around(self, error: ValidationError) -> Any:
        """The schema that the keyword of an error stands in."""
        return _reached(self.schema, list(error.schema_path)[:-1])

    def value(self, path: Path) -> Any:
        return _reached(self.record, path)


_READERS: Final[Mapping[str, Any]] = {
    "required": Reading.required,
    "additionalProperties": Reading.surplus,
    "unevaluatedProperties": Reading.surplus,
    "propertyNames": Reading.names,
    "falseSchema": Reading.nothing,
    "contains": Reading.among,
    "not": Reading.ruled_out,
    "anyOf": Reading.alternatives,
    "oneOf": Reading.alternatives,
    PART: Reading.part,
}


def _reached(value: Any, path: Iterable[str | int]) -> Any:
    for step in path:
        meant = next(_meant_by(step, value), None)
        if meant is None:
            return None
        value = value[meant]
    return value


def _meant_by(step: str | int, value: Any) -> Iterator[Any]:
    """What a step of the engine may lead to in a value: an entry, or the names that are that number."""
    if isinstance(value, list):
        yield from (step,) if isinstance(step, int) and step < len(value) else ()
    elif isinstance(value, Mapping) and isinstance(step, int):
        yield from sorted((name for name in value if _is_number(name, step)), key=len)
    elif isinstance(value, Mapping) and step in value:
        yield step


def _is_number(name: str, number: int) -> bool:
    digits = name.removeprefix("+")
    return digits.isascii() and digits.isdigit() and digits.lstrip("0") == str(number).lstrip("0")


def _ways(value: Any, path: Path, end: Any) -> Iterator[Path]:
    """The ways to `end` that go all the steps of `path`, and maybe through empty names besides."""
    if not path and same(value, end):
        yield ()
    for step in _meant_by(path[0], value) if path else ():
        yield from ((step, *rest) for rest in _ways(value[step], path[1:], end))
    if isinstance(value, Mapping) and "" in value:
        yield from (("", *rest) for rest in _ways(value[""], path, end))


_Branch: TypeAlias = Sequence[ValidationError]


def _unfolded(branches: Sequence[_Branch], path: Path) -> list[_Branch]:
    """The alternatives, those of an alternative that only names further ones among them."""
    found: list[_Branch] = []
    for branch in branches:
        only = branch[0] if len(branch) == 1 else None
        inner = only.kind.value if only is not None and only.kind.name in _ALTERNATIVES else ()
        names = only is not None and tuple(only.instance_path) == path and inner and all(inner)
        found += _unfolded(inner, path) if names else [branch]
    return found


def _at_one_place(branches: Sequence[_Branch], kinds: Sequence[str]) -> list[ValidationError]:
    """Of each alternative the error of these kinds at a place where all have one; none where there is no such place."""
    by_place = [
        {tuple(error.instance_path): error for error in branch if error.kind.name in kinds}
        for branch in branches
    ]
    first, *others = by_place
    place = next((place for place in first if all(place in other for other in others)), None)
    return [] if place is None else [found[place] for found in by_place]


def _wanted(error: ValidationError) -> list[Any]:
    """The types or values that an error asks for."""
    wanted = error.kind.value
    return [wanted] if error.kind.name == "const" or not isinstance(wanted, list) else wanted


def _is_other(error: ValidationError, path: Path) -> bool:
    """Whether an error says that the value is of another kind than the alternative."""
    return error.kind.name in _KINDS and tuple(error.instance_path) == path


def _is_of_other_type(error: ValidationError, path: Path) -> bool:
    """Whether an error says that not even the type of the value is that of the alternative."""
    return error.kind.name == "type" and tuple(error.instance_path) == path


def _is_marked(error: ValidationError, path: Path) -> bool:
    """Whether an error is about the property that tells this alternative from others."""
    value = error.kind.value
    few = not isinstance(value, list) or len(value) <= _MARKING
    return error.kind.name in _MARKS and few and len(error.instance_path) == len(path) + 1
