"""Whether a workflow leads from its beginning to an end."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from form_specs.checks.context import ToolContext
from form_specs.checks.raw import objects, text, texts
from form_specs.language import _, marked
from form_specs.problem import Problem, Severity, suggestion

_FINAL = ("done", "cancelled")
_LEFT_AGAIN: Final = marked("'%(title)s' is final, yet a transition leaves it")


def workflows_problems(tool: ToolContext) -> Iterator[Problem]:
    """What is wrong with the workflows of a tool."""
    judged: set[str] = set()
    for at, workflow in objects(tool.document, "workflows", ""):
        yield from tool.unknown_form(workflow, at)
        key = text(workflow, "form")
        if key in judged:
            yield Problem(
                f"{at}/form", _("'%(key)s' has a workflow already", key=key), _("One for each form")
            )
        if key is not None:
            judged.add(key)
        yield from _workflow(tool, workflow, at)


def _workflow(tool: ToolContext, workflow: Mapping[str, Any], at: str) -> Iterator[Problem]:
    states = {key: s for _at, s in objects(workflow, "states", at) if (key := text(s, "key"))}
    initial = text(workflow, "initial")
    if initial is not None and initial not in states:
        hint = suggestion(initial, states)
        yield Problem(f"{at}/initial", _("there is no state '%(initial)s'", initial=initial), hint)
    ways: list[tuple[str, str]] = []
    wrong = False
    for below, way in objects(workflow, "transitions", at):
        named = [*texts(way, "from", below)]
        target = text(way, "to")
        unknown = [
            Problem(pointer, _("there is no state '%(key)s'", key=key), suggestion(key, states))
            for pointer, key in [*named, *([(f"{below}/to", target)] if target else [])]
            if key not in states
        ]
        yield from unknown
        yield from _uses(tool, workflow, way, below)
        wrong = wrong or bool(unknown)
        ways += [(source, target) for _pointer, source in named if target]
    if initial in states and not wrong:
        yield from _reach(workflow, at, initial, ways)


def _uses(
    tool: ToolContext, workflow: Mapping[str, Any], way: Mapping[str, Any], at: str
) -> Iterator[Problem]:
    """The fields and roles that a transition names."""
    for pointer, role in texts(way, "roles", at):
        yield from tool.unknown_role(role, pointer)
    form = tool.form_of(workflow)
    for key in ("require", "fields") if form else ():
        for pointer, field in texts(way, key, at):
            yield from form.unknown_field(field, pointer) if form else ()


def _reach(
    workflow: Mapping[str, Any], at: str, initial: str, ways: list[tuple[str, str]]
) -> Iterator[Problem]:
    """States that no record comes to, and states that none gets out of."""
    reached, waiting = {initial}, [initial]
    while waiting:
        state = waiting.pop()
        following = [t for source, t in ways if source == state and t not in reached]
        reached.update(following)
        waiting += following
    leaving = {source for source, target in ways if source != target}
    states = {
        key: text(each, "title") or key
        for _at, each in objects(workflow, "states", at)
        if (key := text(each, "key"))
    }
    unordered = len(states) > 2 and len({way for way in ways if way[0] != way[1]}) == len(
        states
    ) * (len(states) - 1)
    if unordered:
        yield _unordered(at)
    for pointer, state_ in objects(workflow, "states", at):
        key = text(state_, "key") or ""
        title = states.get(key, key)
        if key not in reached:
            message = _(
                "no transition leads from '%(initial)s' to the state '%(title)s'",
                initial=states[initial],
                title=title,
            )
            yield Problem(pointer, message, _("Add one, or leave the state out"))
        if key not in leaving and state_.get("category") not in _FINAL:
            message = _("records never get out of the state '%(title)s'", title=title)
            yield Problem(
                pointer,
                message,
                _("Add a transition from it, or the category 'done' or 'cancelled'"),
            )
        if key in leaving and state_.get("category") in _FINAL and not unordered:
            yield Problem(
                pointer,
                _(_LEFT_AGAIN, title=title),
                _("Fine where work is reopened; else another category"),
                Severity.WARNING,
                # As it was said by key: it may be set aside under that name.
                kind=_LEFT_AGAIN % {"title": key},
            )


def _unordered(at: str) -> Problem:
    """Told once, in the place of a word about each final state: they have one cause."""
    return Problem(
        at,
        _("every state leads to every other, the final ones too"),
        _("Fine to begin with; then take out the steps that nobody should take"),
        Severity.WARNING,
        kind="unordered",
    )
