"""Whether a property of a record schema makes a field of the type it names."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from jsonschema.protocols import Validator

from form_specs.catalog import Catalog
from form_specs.checks.computed import acting_type, result_problems
from form_specs.checks.raw import object_at, objects, text
from form_specs.checks.shape import shape_problems
from form_specs.language import _, digits, marked
from form_specs.model import FieldSpec
from form_specs.problem import Problem, Severity, escaped, suggestion
from form_specs.property_keys import PAGE_NAMES

MOST_CHOICES: Final = 2_000
"""Of one field; longer lists belong into records."""
RESERVED = frozenset(
    [
        "id",
        "state",
        "version",
        "created_at",
        "created_by",
        "updated_at",
        "updated_by",
        "assignee",
        "due_at",
        "deleted_at",
    ]
)

_NOBODY_FILLS: Final = marked(
    "'%(key)s' is required and read-only but has no default: only a hook can fill it in"
)
_NAME_OF_ALL: Final = marked("'%(key)s' is also the name of what every record has")


def field_problems(
    property_: Mapping[str, Any], at: str, catalog: Catalog, options: Callable[[str], Validator]
) -> Iterator[Problem]:
    """What stands in the way of a field: its type, options, choices and schema.

    `options` gives the judge of a field type's options.
    """
    ops = object_at(property_, "x-ops")
    name = text(ops, "type")
    if name is None:
        return
    if name not in catalog.field_types:
        hint = suggestion(name, catalog.field_types)
        yield Problem(f"{at}/x-ops/type", _("there is no field type '%(name)s'", name=name), hint)
        return
    yield from result_problems(name, property_, at, catalog)
    acting = acting_type(name, ops, catalog)
    yield from options_problems(options(acting), ops, f"{at}/x-ops")
    schema = {keyword: value for keyword, value in property_.items() if keyword != "x-ops"}
    for judging in dict.fromkeys((name, acting)):
        if problem := catalog.schema_problem(judging, schema):
            yield Problem(
                at, problem, _("Change the schema, or the type '%(judging)s'", judging=judging)
            )
    yield from _choices(property_, at, catalog, acting)


def options_problems(judge: Validator, part: Mapping[str, Any], at: str) -> Iterator[Problem]:
    """What a type's judge finds wrong with the options of a part that stands at `at`."""
    options = part.get("options", {})
    if isinstance(options, dict):
        where = f"{at}/options" if "options" in part else at
        yield from shape_problems(judge, options, where)


def _choices(
    property_: Mapping[str, Any], at: str, catalog: Catalog, name: str
) -> Iterator[Problem]:
    ops = object_at(property_, "x-ops")
    if not catalog.has_choices(name):
        if "choices" in ops:
            message = _("a field of type '%(name)s' has no choices", name=name)
            yield Problem(f"{at}/x-ops/choices", message, _("Leave them out"), at_key=True)
        return
    values = property_.get("enum", object_at(property_, "items").get("enum"))
    if object_at(ops, "choices"):
        if values is not None:
            message = _("an 'enum' would stand against choices that come from elsewhere")
            yield Problem(f"{at}/x-ops/choices", message, _("Leave the 'enum' out"), at_key=True)
    elif isinstance(values, list):
        yield from _against_values(ops, values, at)
    elif not catalog.has_free_choices(name):
        yield from _without_values(ops, at)


def _against_values(ops: Mapping[str, Any], values: list[Any], at: str) -> Iterator[Problem]:
    """Choices and values of `enum` that the other side does not know."""
    keys = []
    if "choices" not in ops and len(values) > MOST_CHOICES:
        message = _(
            "a field has at most %(most)s choices; this has %(size)s",
            most=digits(MOST_CHOICES),
            size=digits(len(values)),
        )
        yield Problem(at, message, _("Make records of them, and choose among those"))
    for pointer, choice in objects(ops, "choices", f"{at}/x-ops"):
        key = text(choice, "key")
        keys.append(key)
        if key is not None and key not in values:
            hint = _(
                "Add it to 'enum'. %(suggestion)s",
                suggestion=suggestion(key, [str(v) for v in values]),
            )
            yield Problem(f"{pointer}/key", _("'%(key)s' is no value of 'enum'", key=key), hint)
    for value in values:
        # Null is no choice: it is what the field may hold beside them.
        if keys and value is not None and value not in keys:
            yield Problem(
                f"{at}/x-ops/choices",
                _("the value %(value)s of 'enum' has no choice", value=repr(value)),
                _("Add a choice for it; a value no longer offered is 'retired'"),
            )


def _without_values(ops: Mapping[str, Any], at: str) -> Iterator[Problem]:
    """A choice that no `enum` limits needs choices, and the leave to be another text."""
    if isinstance(ops.get("choices"), list) and ops.get("orOther"):
        return
    message = _('The property must have an "enum" with the keys of its choices')
    hint = _("Or take the choices from elsewhere, or set 'orOther' to allow other texts")
    yield Problem(at, message, hint)


def use_problems(
    spec: FieldSpec, property_: Mapping[str, Any], at: str, catalog: Catalog
) -> Iterator[Problem]:
    """What is wrong with a field that can be bound: its default, its use, its key."""
    key, required = spec.key, spec.required
    field = catalog.field(spec)
    if "default" in property_:
        where = f"{at}/default"
        try:
            field.parse(property_["default"])
        except ValueError as error:
            yield Problem(where, str(error), _("A default is a value of the field"))
        if "default" in object_at(property_, "x-ops"):
            yield Problem(
                where, _("there are two defaults"), _("Keep this one or the one in 'x-ops'")
            )
    yield from _dynamic_default(property_, at, field.measure)
    made = catalog.generates(spec.type) or catalog.derives(spec.type)
    if spec.read_only and required and spec.default is None and not made:
        yield Problem(
            at,
            _(_NOBODY_FILLS, key=key),
            _("Add a default, or leave out 'required' or 'readOnly'"),
            Severity.WARNING,
            kind=_NOBODY_FILLS % {"key": key},
        )
    yield from _use_of_key(key, at)


def _use_of_key(key: str, at: str) -> Iterator[Problem]:
    """What else goes by the name of a field."""
    if key in PAGE_NAMES:
        yield Problem(
            at,
            _("'%(key)s' is a name that pages have for something of their own", key=key),
            _("Take another key"),
            at_key=True,
        )
    if key in RESERVED:
        yield Problem(
            at,
            _(_NAME_OF_ALL, key=key),
            _("Another key, such as '%(key)s_1', is less easily mistaken for '@%(key)s'", key=key),
            Severity.WARNING,
            at_key=True,
            kind=_NAME_OF_ALL % {"key": key},
        )


_NEEDED = {"now": ("datetime", "moment"), "today": ("date",), "user": ("user",)}


def _dynamic_default(property_: Mapping[str, Any], at: str, measure: str) -> Iterator[Problem]:
    for name in object_at(object_at(property_, "x-ops"), "default"):
        if measure not in _NEEDED.get(name, (measure,)):
            yield Problem(
                f"{at}/x-ops/default/{escaped(name)}",
                _("'%(name)s' is no value of this field", name=name),
                _("It fits fields of type %(needed)s", needed=_NEEDED[name][0]),
                at_key=True,
            )
