"""Whether what fields do on conditions can work: an order to settle them in, and nobody left guessing."""

from collections.abc import Iterator
from typing import Any, Final

from form_specs.checks.computed import formula_reads
from form_specs.checks.conditions import field_annotations, judging_conditions
from form_specs.checks.context import FormContext, ToolContext
from form_specs.checks.inside_reactions import (
    inner_reads,
    inner_shows,
    inside_problems,
    reading_inside,
    way_of,
)
from form_specs.checks.raw import object_at, objects, text, texts
from form_specs.conditions import ConditionError, fields_read, lower
from form_specs.dependencies import circles
from form_specs.hops import is_hop, parted, written
from form_specs.language import _, marked
from form_specs.model import FieldRight, Right
from form_specs.problem import Problem, Severity, escaped

_NOTHING: frozenset[str] = frozenset()
_SHOWN_IN_CIRCLES: Final = marked("whether '%(first)s' is shown depends on %(way)s")
_SHOWN_BY_ITSELF: Final = marked(
    "whether '%(first)s' is shown depends on %(way)s: once hidden it would never be shown again"
)
_TOLD_BY_REFUSALS: Final = marked(
    "the role may not read '%(read)s', which decides what it may save:"
    " what is refused tells it something of that"
)
_SHOWN_ALWAYS: Final = marked(
    "the role may read '%(key)s' but not '%(secret)s', which decides whether"
    " it is shown: its pages show the field always"
)
_UNREAD = (FieldRight.HIDDEN, FieldRight.MASKED)


def reactions_problems(tool: ToolContext) -> Iterator[Problem]:
    """What is wrong with the reactions of the fields of a tool to one another."""
    for form in tool.forms.values():
        shown = {
            key: reads
            for key, _at, ops in field_annotations(form)
            if "showWhen" in ops and (reads := _reads(form, ops["showWhen"])) is not None
        }
        yield from _circles(form, shown, formula_reads(form), inner_reads(form))
        yield from _always_there(tool, form)
        yield from inside_problems(form)
        inner = inner_shows(form)
        told = {
            key: shown.get(key, _NOTHING) | inner.get(key, _NOTHING) for key in (*shown, *inner)
        }
        yield from _unreadable(tool, form, told)
        yield from _told_by_refusals(tool, form)


def _reads(form: FormContext, raw: Any, *, change: bool = False) -> frozenset[str] | None:
    """What a condition asks about; none where it is wrong, which is said elsewhere."""
    try:
        return fields_read(lower(raw, form.operands, change=change))
    except ConditionError:
        return None


def _circles(
    form: FormContext,
    shown: dict[str, frozenset[str]],
    computed: dict[str, frozenset[str]],
    inside: dict[str, frozenset[str]],
) -> Iterator[Problem]:
    places = {key: at for key, at, _ops in field_annotations(form)}
    reads = {
        key: frozenset[str]().union(
            *(each.get(key, _NOTHING) for each in (shown, computed, inside))
        )
        for key in (*shown, *computed, *inside)
    }
    for circle in circles(reads):
        starts = [place for place, key in enumerate(circle[:-1]) if key in shown]
        if not starts:
            # Formulas alone are told where they stand.
            yield from _around(form, circle, inside)
            continue
        first, *others = (*circle[starts[0] : -1], *circle[: starts[0] + 1])
        said = _SHOWN_BY_ITSELF if len(others) == 1 else _SHOWN_IN_CIRCLES
        yield Problem(
            f"{places[first]}/showWhen",
            _(said, first=form.called(first), way=way_of(map(form.called, others))),
            _("Let one of them be shown always, or ask about another field"),
        )


def _around(
    form: FormContext, circle: tuple[str, ...], inside: dict[str, frozenset[str]]
) -> Iterator[Problem]:
    """Something inside a field that depends on what depends on the whole of the field."""
    start = next((place for place, key in enumerate(circle[:-1]) if key in inside), None)
    if start is None:
        return
    first, *others = (*circle[start:-1], *circle[: start + 1])
    hint = (
        _("Inside '%(first)s' name its fields by their own keys", first=form.called(first))
        if len(others) == 1
        else _("Take one of them out of the condition or the formula")
    )
    at = reading_inside(form, first, others[0]) or f"{form.at}/schema/properties/{escaped(first)}"
    yield Problem(
        at,
        _(
            "what stands inside '%(first)s' depends on %(way)s",
            first=form.called(first),
            way=way_of(map(form.called, others)),
        ),
        hint,
    )


def _always_there(tool: ToolContext, form: FormContext) -> Iterator[Problem]:
    """Fields that can be hidden, hence absent, yet must be in every record."""
    for key, at, ops in field_annotations(form):
        if "showWhen" not in ops:
            if "whenHidden" in ops:
                message = _("the field is never hidden")
                yield Problem(f"{at}/whenHidden", message, _("Add 'showWhen'"), at_key=True)
            continue
        if key in form.required:
            yield Problem(
                f"{at}/showWhen",
                _(
                    "'%(key)s' is required in every record, yet not always shown",
                    key=form.called(key),
                ),
                _(
                    "Make it not required; a condition ('requireWhen') may ask for it while it is shown"
                ),
            )
        if tool.catalog.generates(text(ops, "type") or ""):
            message = _(
                "every record gets its '%(key)s', so it cannot be hidden by a condition",
                key=form.called(key),
            )
            yield Problem(f"{at}/showWhen", message, _("Leave 'showWhen' out"), at_key=True)


def _told_by_refusals(tool: ToolContext, form: FormContext) -> Iterator[Problem]:
    """Roles that may write, but not read what a linked record says against it: a refusal tells of that."""
    asked = {
        read
        for placed in judging_conditions(tool, form)
        for read in _reads(form, placed.raw, change=placed.change) or ()
        if is_hop(read)
    }
    for at, role in objects(tool.document, "roles", ""):
        for below, grant in objects(role, "grants", at):
            rights = {right for _at, right in texts(grant, "can", below)}
            if tool.form_of(grant) is not form or not rights & {Right.CREATE, Right.EDIT}:
                continue
            for read in sorted(asked):
                if _unread(form, role, object_at(grant, "fields"), read):
                    yield Problem(
                        below,
                        _(_TOLD_BY_REFUSALS, read=written(read)),
                        _("Let the role read it, or ask about another field"),
                        Severity.WARNING,
                        kind=_TOLD_BY_REFUSALS % {"read": written(read)},
                    )


def _unread(form: FormContext, role: dict[str, Any], rights: dict[str, Any], read: str) -> bool:
    """Whether a role may not read what a condition asks about; `rights` are those to the form's fields."""
    if not is_hop(read):
        return rights.get(read) in _UNREAD
    link, key = parted(read)
    there = form.links.get(link)
    for _at, grant in objects(role, "grants", ""):
        if (
            there is not None
            and grant.get("form") == there.key
            and Right.READ in grant.get("can", ())
        ):
            return object_at(grant, "fields").get(key) in _UNREAD
    return True


def _unreadable(
    tool: ToolContext, form: FormContext, shown: dict[str, frozenset[str]]
) -> Iterator[Problem]:
    """Roles that see a field, but not what decides whether it is shown."""
    for at, role in objects(tool.document, "roles", ""):
        for below, grant in objects(role, "grants", at):
            if tool.form_of(grant) is not form:
                continue
            rights = object_at(grant, "fields")
            for key, reads in shown.items():
                secret = sorted(
                    written(other) for other in reads if _unread(form, role, rights, other)
                )
                if secret and rights.get(key) not in _UNREAD:
                    yield Problem(
                        f"{below}/fields",
                        _(_SHOWN_ALWAYS, key=form.called(key), secret=form.called(secret[0])),
                        _(
                            "Give '%(key)s' the right 'hidden' too, or '%(secret)s' the right 'read'",
                            key=form.called(key),
                            secret=form.called(secret[0]),
                        ),
                        Severity.WARNING,
                        kind=_SHOWN_ALWAYS % {"key": key, "secret": secret[0]},
                    )
