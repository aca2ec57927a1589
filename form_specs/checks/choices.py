"""Whether choices and links lead somewhere: to lists, to forms and their fields, to each other."""

from collections.abc import Iterator, Mapping
from typing import Any

from form_specs.catalog import CatalogField
from form_specs.checks.conditions import Placed, condition_problems_at
from form_specs.checks.context import FormContext, ToolContext
from form_specs.checks.inside import Spot
from form_specs.checks.raw import object_at, objects, text, texts
from form_specs.choices import seconds_of
from form_specs.language import _
from form_specs.problem import Problem, escaped, suggestion


def choices_problems(tool: ToolContext) -> Iterator[Problem]:
    """What is wrong with the lists of a tool, and with what fields say of their choices and links."""
    lists = _lists(tool)
    yield from _list_problems(tool)
    for form in tool.forms.values():
        properties = object_at(object_at(form.raw, "schema"), "properties")
        for key in properties:
            at = f"{form.at}/schema/properties/{escaped(key)}/x-ops"
            ops = object_at(object_at(properties, key), "x-ops")
            yield from _source_problems(tool, ops, at, lists)
            yield from _dependence_problems(form, key, ops, at)
            yield from _link_problems(tool, ops, at, key in form.required)
        yield from _inside_problems(tool, form, lists)


def _inside_problems(
    tool: ToolContext, form: FormContext, lists: Mapping[str, Any]
) -> Iterator[Problem]:
    """The same of the fields inside fields, each once however often a reference repeats it."""
    found: list[Problem] = []
    for spot in form.spots:
        found += _source_problems(tool, spot.ops, spot.at, lists)
        found += _dependence_inside(form, spot)
        found += _link_problems(tool, spot.ops, spot.at, spot.required and bool(spot.key))
        if spot.field.spec.link is not None and spot.in_map:
            message = _("a link cannot stand in the values of a map")
            found.append(Problem(spot.at, message, _("Make the map rows of a key and a link")))
    yield from dict.fromkeys(found)


def _dependence_inside(form: FormContext, spot: Spot) -> Iterator[Problem]:
    other = text(spot.ops, "dependsOn")
    if other is None:
        yield from _without_dependence(spot.ops, spot.at)
        return
    field = next((fields[other] for fields in spot.around if other in fields), None)
    if field is None:
        yield from form.unknown_field(other, f"{spot.at}/dependsOn")
        field = form.fields.get(other)
    elif spot.beside.get(other) is field and field.spec.depends_on == spot.key:
        message = _("'%(path)s' and '%(other)s' depend on each other", path=spot.path, other=other)
        yield Problem(f"{spot.at}/dependsOn", message, _("Let one of them stand by itself"))
    yield from _match_problems(field, other, spot.ops, spot.at)


def _lists(tool: ToolContext) -> dict[str, Any]:
    return {text(raw, "key") or "": raw for _, raw in objects(tool.document, "lists", "")}


def _list_problems(tool: ToolContext) -> Iterator[Problem]:
    for at, raw in objects(tool.document, "lists", ""):
        for pointer, role in texts(raw, "editors", at):
            yield from tool.unknown_role(role, pointer)
        first: set[str] = set()
        for below, choice in objects(raw, "choices", at):
            key = text(choice, "key")
            if key is not None and key in first:
                yield Problem(
                    f"{below}/key", _("the key '%(key)s' stands in 'choices' twice", key=key)
                )
            first |= {key} if key is not None else set()


# -- sources ----------------------------------------------------------------------------


def _source_problems(
    tool: ToolContext, ops: Mapping[str, Any], at: str, lists: Mapping[str, Any]
) -> Iterator[Problem]:
    source = object_at(ops, "choices")
    key = text(source, "list")
    if key is not None and key not in lists:
        hint = suggestion(key, lists)
        yield Problem(f"{at}/choices/list", _("there is no list '%(key)s'", key=key), hint)
    kept = text(source, "cache")
    if kept is not None:
        yield from _period_problems(kept, f"{at}/choices/cache")
    records = object_at(source, "records")
    if records:
        below = f"{at}/choices/records"
        yield from tool.unknown_form(records, below)
        target = tool.form_of(records)
        if target is not None:
            yield from _named(target, records, ("value", "title"), below)
            yield from _named(target, source, ("match",), f"{at}/choices")
            yield from _filter_problems(tool, target, records, below)


def _period_problems(period: str, at: str) -> Iterator[Problem]:
    try:
        seconds_of(period)
    except ValueError as error:
        yield Problem(at, str(error), _("Write it as PT30M, PT1H or P1D"))


def _named(
    target: FormContext, part: Mapping[str, Any], names: tuple[str, ...], at: str
) -> Iterator[Problem]:
    for name in names:
        key = text(part, name)
        if key is not None:
            yield from target.unknown_field(key, f"{at}/{name}")


def _filter_problems(
    tool: ToolContext, target: FormContext, part: Mapping[str, Any], at: str
) -> Iterator[Problem]:
    if "filter" in part:
        placed = Placed(target, f"{at}/filter", part["filter"], hops=False)
        yield from condition_problems_at(tool, placed)


def narrowing_conditions(tool: ToolContext) -> Iterator[Placed]:
    """The conditions by which fields narrow what they offer of other forms' records."""
    for form in tool.forms.values():
        properties = object_at(object_at(form.raw, "schema"), "properties")
        annotated = [
            (f"{form.at}/schema/properties/{escaped(key)}/x-ops", object_at(raw, "x-ops"))
            for key, raw in properties.items()
            if isinstance(raw, Mapping)
        ]
        for at, ops in (*annotated, *((spot.at, spot.ops) for spot in form.spots)):
            for part, below in (
                (object_at(object_at(ops, "choices"), "records"), f"{at}/choices/records"),
                (object_at(ops, "link"), f"{at}/link"),
            ):
                target = tool.form_of(part)
                if target is not None and "filter" in part:
                    yield Placed(target, f"{below}/filter", part["filter"], hops=False)


# -- dependence -------------------------------------------------------------------------


def _dependence_problems(
    form: FormContext, key: str, ops: Mapping[str, Any], at: str
) -> Iterator[Problem]:
    other = text(ops, "dependsOn")
    if other is None:
        yield from _without_dependence(ops, at)
        return
    yield from form.unknown_field(other, f"{at}/dependsOn")
    if other in _before(form, other, key):
        message = _(
            "'%(key)s' and '%(other)s' depend on each other",
            key=form.called(key),
            other=form.called(other),
        )
        yield Problem(f"{at}/dependsOn", message, _("Let one of them stand by itself"))
    yield from _match_problems(form.fields.get(other), other, ops, at)


def _without_dependence(ops: Mapping[str, Any], at: str) -> Iterator[Problem]:
    matched = [f"{at}/choices/{i}/match" for i in _matching(ops)]
    parts = (part for part in ("choices", "link") if text(object_at(ops, part), "match"))
    matched += [f"{at}/{part}/match" for part in parts]
    for pointer in matched[:1]:
        yield Problem(pointer, _("'match' needs 'dependsOn'"), _("Name the field that it compares"))


def _matching(ops: Mapping[str, Any]) -> Iterator[int]:
    choices = ops.get("choices")
    for index, choice in enumerate(choices if isinstance(choices, list) else ()):
        if isinstance(choice, dict) and "match" in choice:
            yield index


def _before(form: FormContext, start: str, key: str) -> set[str]:
    """The fields of a ring of dependence that begins at `start` and comes to `key`; empty: none."""
    properties = object_at(object_at(form.raw, "schema"), "properties")
    passed: set[str] = set()
    here: str | None = start
    while here is not None and here not in passed:
        passed.add(here)
        if here == key:
            return passed
        here = text(object_at(object_at(properties, here), "x-ops"), "dependsOn")
    return set()


def _match_problems(
    field: CatalogField | None, other: str, ops: Mapping[str, Any], at: str
) -> Iterator[Problem]:
    """Values of `match` that the other field can never hold."""
    if field is None:
        return
    listed = field.kind == "list"
    for index in _matching(ops):
        for number, value in enumerate(ops["choices"][index]["match"]):
            try:
                field.parse([value] if listed else value)
            except ValueError as error:
                pointer = f"{at}/choices/{index}/match/{number}"
                yield Problem(
                    pointer, _("'%(other)s' cannot hold this: %(error)s", other=other, error=error)
                )


# -- links ------------------------------------------------------------------------------


def _link_problems(
    tool: ToolContext, ops: Mapping[str, Any], at: str, required: bool
) -> Iterator[Problem]:
    is_link = ops.get("type") in ("link", "links")
    if not is_link:
        if "link" in ops:
            message = _("a field of type '%(value)s' has no 'link'", value=ops.get("type"))
            yield Problem(f"{at}/link", message, _("Make it 'link' or 'links'"), at_key=True)
        return
    if "link" not in ops:
        yield Problem(at, _("a link names the form that it leads to"), _('Add "link": {"form": …}'))
        return
    link, below = object_at(ops, "link"), f"{at}/link"
    yield from tool.unknown_form(link, below)
    target = tool.form_of(link)
    if target is not None:
        yield from _filter_problems(tool, target, link, below)
        yield from _named(target, link, ("match",), below)
        for pointer, shown in texts(link, "show", below):
            yield from target.unknown_field(shown, pointer)
    if link.get("onDelete") == "clear" and required:
        message = _("the field is required, so a deletion cannot clear it")
        yield Problem(f"{below}/onDelete", message, _("Use 'restrict' or 'keep'"))
