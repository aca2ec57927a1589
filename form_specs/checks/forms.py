"""Whether the parts of a form fit its fields: titles, rules."""

from collections.abc import Iterator

from form_specs.checks.context import FormContext
from form_specs.checks.raw import object_at, objects, text, texts
from form_specs.language import _
from form_specs.problem import Problem, escaped


def form_problems(form: FormContext) -> Iterator[Problem]:
    """What is wrong with the references of one form to its own fields."""
    title = text(form.raw, "titleField")
    if title is not None:
        yield from form.unknown_field(title, f"{form.at}/titleField")
    for at, key in texts(form.raw, "subtitleFields", form.at):
        yield from form.unknown_field(key, at)
    for at, rule in objects(form.raw, "rules", form.at):
        key_ = text(rule, "field")
        if key_ is not None:
            yield from form.unknown_field(key_, f"{at}/field")
    yield from _former_keys(form)


def _former_keys(form: FormContext) -> Iterator[Problem]:
    """A former key means one field for ever: neither a field nor another's former key."""
    properties = object_at(object_at(form.raw, "schema"), "properties")
    formers: dict[str, str] = {}
    """From former keys to the fields that had them."""
    for key in properties:
        ops = object_at(object_at(properties, key), "x-ops")
        for at, former in texts(ops, "was", f"{form.at}/schema/properties/{escaped(key)}/x-ops"):
            if former in properties or former in formers:
                hint = _(
                    "A key is never used again: give the field another, or drop the former key"
                )
                yield Problem(at, _taken(former, formers.get(former)), hint)
            formers[former] = key


def _taken(former: str, other: str | None) -> str:
    if other is None:
        return _("the former key '%(former)s' is a field of the form now", former=former)
    return _(
        "the former key '%(former)s' is a former key of '%(key)s' now", former=former, key=other
    )
