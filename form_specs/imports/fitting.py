"""Taking out of a made spec what its check refuses, and saying so.

A condition may ask a field what its type cannot answer, a formula may not be typed: the field then
stays visible, editable and unconstrained rather than wrong, and a note tells of it.
"""

from collections.abc import Mapping
from typing import Any

from form_specs.catalog import Catalog
from form_specs.check import check
from form_specs.from_schema.tool import CannotImport
from form_specs.imports.notes import Note, shown
from form_specs.language import _
from form_specs.problem import Problem, Severity

_ROUNDS = 12
_NAMED = ("messages", "options")
"""Members whose own members can go one by one."""
_OPTIONAL = (
    *("showWhen", "requireWhen", "readOnlyWhen", "computed", "dependsOn", "link", "default"),
    *("messages", "rules", "widget", "unit", "placeholder", "options", "orOther", "blank"),
    *("whenHidden", "unique", "index", "titleField", "pattern", "layouts", "columns", "span"),
    *("description", "tone", "match", "choices"),
)
"""Members of a spec, or of a layout in it, without which it still says what it said."""


def fit(
    document: dict[str, Any], catalog: Catalog, origins: Mapping[str, str] | None = None
) -> list[Note]:
    """Takes out of `document` all that `check` finds wrong, and says what it was.

    `origins` gives the place in the source of what stands at a JSON pointer. Raises `CannotImport`
    where something is wrong that no form can do without.
    """
    notes: list[Note] = []
    for _round in range(_ROUNDS):
        problems = check(document, catalog)
        errors = [p for p in problems if p.severity is Severity.ERROR]
        if not errors:
            return [*notes, *map(worth_knowing, problems)]
        notes += _taken_out(document, errors, origins or {})
    raise CannotImport(
        [_("%(message)s (at %(pointer)s)", message=p.message, pointer=p.pointer) for p in errors]
    )


def worth_knowing(warning: Problem) -> Note:
    """What a check warns of in a document that holds all that its source said."""
    return Note(warning.pointer, warning.message, warning.hint, is_whole=True)


def _taken_out(
    document: dict[str, Any], errors: list[Problem], origins: Mapping[str, str]
) -> list[Note]:
    """Removes what the errors are about; raises `CannotImport` where nothing can go."""
    found = {_removable(document, p.pointer): p for p in reversed(errors)}
    if not any(found):
        raise CannotImport(
            [
                _("%(message)s (at %(pointer)s)", message=p.message, pointer=p.pointer)
                for p in errors
            ]
        )
    # The last entries of a list first, so that the others keep their places.
    paths = sorted(filter(None, found), key=lambda p: [(len(s), s) for s in p], reverse=True)
    removed = [(path, _remove(document, path)) for path in paths]
    said = [
        note
        for path, value in reversed(removed)
        if value is not None
        for note in _notes(path, value, found[path], origins)
    ]
    for path in paths:
        if path[-1] == "showWhen":
            _drop_what_went_with(document, path)
    return said


def _drop_what_went_with(document: Any, path: tuple[str, ...]) -> None:
    """What a field keeps while it is hidden means nothing where nothing hides it any more."""
    beside = (*path[:-1], "whenHidden")
    if _exists(document, beside):
        _remove(document, beside)


def _notes(
    path: tuple[str, ...], value: Any, problem: Problem, origins: Mapping[str, str]
) -> list[Note]:
    """What is said of a part that was taken out; of translations each text."""
    if path != ("messages",):
        return [_note(path, value, problem, origins)]
    return [
        Note(
            "",
            _(
                "texts in '%(locale)s' are not carried over: %(values)s",
                locale=locale,
                values=", ".join(map(repr, texts.values())),
            ),
        )
        for locale, texts in value.items()
    ]


def _note(path: tuple[str, ...], value: Any, problem: Problem, origins: Mapping[str, str]) -> Note:
    pointer = "/" + "/".join(path)
    longest = max((at for at in origins if pointer.startswith(at)), key=len, default="")
    name = next((step for step in reversed(path) if not step.isdigit()), path[-1])
    there = _("It would stand at %(pointer)s of the spec", pointer=pointer)
    return Note(
        origins.get(longest, pointer),
        _(
            "%(name)s (%(value)s) is not carried over: %(message)s",
            name=name,
            value=shown(value),
            message=problem.message,
        ),
        f"{there}. {problem.hint}" if problem.hint else there,
    )


def _removable(document: Any, pointer: str) -> tuple[str, ...]:
    """The path of the smallest part around `pointer` that a form can do without; () for none."""
    steps = tuple(pointer.split("/")[1:])
    if _exists(document, (*steps, "x-ops", "type")):  # the type does not take what the schema takes
        return (*steps, "x-ops", "type")
    for length in range(len(steps), 0, -1):
        path = steps[:length]
        if not _exists(document, path):
            continue
        if length == 3 and path[0] == "messages":
            return path
        above = path[-2] if length > 1 else ""
        if path[-1] in _OPTIONAL or (path[-1].isdigit() and above in ("rules", "fields", "match")):
            return path
        if above in _NAMED or (
            length > 1 and above == "x-ops" and path[-1] not in ("type", "choices")
        ):
            return path
        if path[-1] == "type" and above == "x-ops":
            return path
    return ()


def _step(value: Any, step: str) -> Any:
    if isinstance(value, list):
        index = int(step) if step.isdigit() else -1
        return value[index] if 0 <= index < len(value) else None
    name = step.replace("~1", "/").replace("~0", "~")
    return value.get(name) if isinstance(value, dict) else None


def _exists(document: Any, path: tuple[str, ...]) -> bool:
    found = document
    for step in path:
        found = _step(found, step)
        if found is None:
            return False
    return True


def _remove(document: Any, path: tuple[str, ...]) -> Any:
    """Takes a part out and gives it back; none where it has gone already."""
    owner = document
    for step in path[:-1]:
        owner = _step(owner, step)
    value = _step(owner, path[-1])
    if value is None:
        return None
    if path[-1] == "type":
        owner["type"] = "json"
        for member in owner.keys() - {"type", "showWhen", "requireWhen", "readOnlyWhen"}:
            del owner[member]
    elif isinstance(owner, list):
        del owner[int(path[-1])]
    else:
        _delete(owner, path[-1], value)
    _tidy(document, path)
    return value


def _delete(owner: dict[str, Any], step: str, value: Any) -> None:
    del owner[step.replace("~1", "/").replace("~0", "~")]
    if step == "computed" and owner.get("type") == "computed":
        owner["type"] = value.get("result", "json") if isinstance(value, dict) else "json"


def _tidy(document: Any, path: tuple[str, ...]) -> None:
    """Drops lists and objects that the removal left empty."""
    for length in range(len(path) - 1, 0, -1):
        owner = document
        for step in path[: length - 1]:
            owner = _step(owner, step)
        part = _step(owner, path[length - 1])
        if part or path[length - 1] not in ("rules", "messages", "options", "layouts"):
            return
        if isinstance(owner, dict):
            del owner[path[length - 1]]
