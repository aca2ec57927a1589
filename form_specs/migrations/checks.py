"""Whether a document is a migration between two specs, and if not, all that is wrong with it."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, Final

from jsonschema.protocols import Validator

from form_specs.catalog import Catalog, Conversion
from form_specs.checks.shape import shape_problems
from form_specs.checks.text import text_problems
from form_specs.compatibility.change import UNANSWERED
from form_specs.language import _, marked
from form_specs.metaschemas import migration_validator
from form_specs.migrations.lifting import form_of
from form_specs.model import FormSpec, ToolSpec
from form_specs.problem import Problem, suggestion

Raw = Mapping[str, Any]
_IN_NEW: Final = marked("there is no field '%(key)s' in the new version")
_IN_OLD: Final = marked("there is no field '%(key)s' in the old version")
_IN_EITHER: Final = marked("there is no field '%(key)s' in either version")


@cache
def _validator() -> Validator:
    return migration_validator()


def check_migration(
    document: Any, old: ToolSpec, new: ToolSpec, catalog: Catalog, *, version: int | None = None
) -> list[Problem]:
    """All that is wrong with a migration from `old`, whose number is `version` where it has one, to `new`."""
    found = [*text_problems(document)] or [*shape_problems(_validator(), document)]
    if found:
        return found
    found += _head_problems(document, new, version)
    for index, step in enumerate(document["steps"]):
        found += _step_problems(step, f"/steps/{index}", _Specs(old, new, catalog))
    return found


def _head_problems(document: Raw, new: ToolSpec, version: int | None) -> Iterator[Problem]:
    if document["tool"] != new.key:
        yield Problem(
            "/tool",
            _("this is for the tool '%(tool)s'", tool=document["tool"]),
            _("Write '%(key)s'", key=new.key),
        )
    if version is not None and document["from"] != version:
        text = _(
            "it starts from version %(start)s, and version %(version)s is in force",
            start=document["from"],
            version=version,
        )
        yield Problem(
            "/from", text, _("Look at what changed since; then write the version in force")
        )
    # Numbers between them may be those of versions that only some people ever had.
    if document["to"] <= document["from"]:
        yield Problem(
            "/to",
            _("it leads to a later version"),
            _("Write %(number)s", number=document["from"] + 1),
        )


class _Specs:
    """The two specs, and what a step speaks of in them."""

    def __init__(self, old: ToolSpec, new: ToolSpec, catalog: Catalog) -> None:
        self.old, self.new, self.catalog = old, new, catalog

    def forms(self, step: Raw) -> tuple[FormSpec, FormSpec] | None:
        key = form_of(step, self.new)
        old, new = self.old.forms.get(key), self.new.forms.get(key)
        return (old, new) if old and new else None


def _step_problems(step: Raw, at: str, specs: _Specs) -> Iterator[Problem]:
    if "form" not in step and len(specs.new.forms) > 1:
        yield Problem(at, _("the tool has several forms"), _("Say by 'form' which one is meant"))
        return
    forms = specs.forms(step)
    if forms is None:
        key = form_of(step, specs.new)
        text = _("there is no form '%(key)s' in both versions", key=key)
        yield Problem(f"{at}/form", text, suggestion(key, specs.new.forms))
        return
    missing = [name for name in _NEEDS[step["do"]] if name not in step]
    if missing:
        listed = "', '".join(missing)
        yield Problem(
            at, _("'%(do)s' needs '%(listed)s'", do=step["do"], listed=listed), _("Add it")
        )
        return
    yield from _CHECKS[step["do"]](step, at, *forms, specs)


def _named(step: Raw, name: str, at: str, form: FormSpec, said: str) -> Iterator[Problem]:
    wanted = step[name]
    for key in [wanted] if isinstance(wanted, str) else wanted:
        if key not in form.fields:
            text = _(said, key=key)
            yield Problem(f"{at}/{name}", text, suggestion(key, form.fields))


def _fill(step: Raw, at: str, old: FormSpec, new: FormSpec, specs: _Specs) -> Iterator[Problem]:
    yield from _named(step, "field", at, new, _IN_NEW)
    if step["field"] not in new.fields:
        return
    if "from" in step:
        both = FormSpec(old.key, "", "", {}, {**new.fields, **old.fields}, {})
        yield from _named(step, "from", at, both, _IN_EITHER)
        return
    if step.get("value") is None:
        yield Problem(
            at, _("'fill' needs a 'value', or a field to copy in 'from'"), _("Add one of them")
        )
        return
    try:
        specs.catalog.field(new.fields[step["field"]]).parse(step["value"])
    except ValueError as error:
        yield Problem(f"{at}/value", str(error), _("Write a value that the field takes"))


def _map(step: Raw, at: str, old: FormSpec, new: FormSpec, _specs: _Specs) -> Iterator[Problem]:
    yield from _named(step, "field", at, new, _IN_NEW)
    if step["field"] not in new.fields:
        return
    choices = [choice.key for choice in new.fields[step["field"]].choices]
    for key, value in step["map"].items():
        if value == UNANSWERED:
            text = _("say what becomes of '%(key)s'", key=key)
            hint = (
                _("Write null for no value, or one of %(choices)s", choices=", ".join(choices))
                if choices
                else _("Write null for no value, or one of its values")
            )
            yield Problem(f"{at}/map/{key}", text, hint)
        elif value is not None and choices and value not in choices:
            text = _("there is no choice '%(value)s' in the new version", value=value)
            yield Problem(f"{at}/map/{key}", text, suggestion(value, choices))


def _convert(step: Raw, at: str, old: FormSpec, new: FormSpec, specs: _Specs) -> Iterator[Problem]:
    yield from _named(step, "field", at, new, _IN_NEW)
    key = step["field"]
    if key in new.fields and key in old.fields:
        before, after = old.fields[key], new.fields[key]
        if before.computed or after.computed:
            return
        if specs.catalog.conversion(before, after) is Conversion.NONE:
            text = _(
                "no '%(before)s' can become a '%(after)s'", before=before.type, after=after.type
            )
            yield Problem(at, text, _("Drop the field, or add another and fill it"))


def _split(step: Raw, at: str, old: FormSpec, new: FormSpec, _specs: _Specs) -> Iterator[Problem]:
    yield from _named(step, "field", at, old, _IN_OLD)
    if isinstance(step["into"], str):
        yield Problem(f"{at}/into", _("'split' fills several fields"), _("Write a list of keys"))
        return
    yield from _named(step, "into", at, new, _IN_NEW)


def _merge(step: Raw, at: str, old: FormSpec, new: FormSpec, _specs: _Specs) -> Iterator[Problem]:
    yield from _named(step, "fields", at, old, _IN_OLD)
    if not isinstance(step["into"], str):
        yield Problem(f"{at}/into", _("'merge' fills one field"), _("Write one key"))
        return
    yield from _named(step, "into", at, new, _IN_NEW)


def _rename(step: Raw, at: str, old: FormSpec, new: FormSpec, _specs: _Specs) -> Iterator[Problem]:
    yield from _named(step, "field", at, old, _IN_OLD)
    yield from _named(step, "to", at, new, _IN_NEW)
    if step["field"] in new.fields:
        text = _("the new version still has '%(field)s'", field=step["field"])
        yield Problem(f"{at}/field", text, _("Fill the new field from it instead"))


def _drop(step: Raw, at: str, old: FormSpec, _new: FormSpec, _specs: _Specs) -> Iterator[Problem]:
    yield from _named(step, "field", at, old, _IN_OLD)


def _map_state(
    step: Raw, at: str, old: FormSpec, new: FormSpec, specs: _Specs
) -> Iterator[Problem]:
    workflow = specs.new.workflows.get(new.key)
    states = tuple(workflow.states) if workflow else ()
    for key, value in step["map"].items():
        if value is None or value not in states:
            text = _("there is no state '%(value)s' in the new version", value=value)
            yield Problem(f"{at}/map/{key}", text, suggestion(str(value), states))


_NEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    "fill": ("field",),
    "map": ("field", "map"),
    "convert": ("field",),
    "split": ("field", "into"),
    "merge": ("fields", "into"),
    "rename": ("field", "to"),
    "drop": ("field",),
    "mapState": ("map",),
}
_Check = Callable[[Raw, str, FormSpec, FormSpec, _Specs], Iterator[Problem]]
_CHECKS: Final[Mapping[str, _Check]] = {
    "fill": _fill,
    "map": _map,
    "convert": _convert,
    "split": _split,
    "merge": _merge,
    "rename": _rename,
    "drop": _drop,
    "mapState": _map_state,
}
