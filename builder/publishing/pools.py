"""Steps and roles for which there are too few people: told before a tool is published."""

from collections.abc import Iterable, Iterator, Mapping

from builder.bench import Bench
from builder.drafting.examined import PlacedProblem
from form_specs.language import _
from form_specs.load import load
from form_specs.model import Transition
from form_specs.problem import Problem, Severity, pointer_of
from runtime.storage import accounts
from runtime.web.site.context import here


def pool_problems(bench: Bench) -> list[PlacedProblem]:
    """Transitions that one person alone may take, or nobody yet, and roles that nobody has.

    Administrators do not count.
    """
    holders: dict[str, dict[str, str]] = {}
    for name, title, role in accounts.members(here().conn, bench.tool):
        holders.setdefault(role, {})[name] = title
    return [*_problems(bench, holders), *_unheld(bench, holders)] if holders else []


def _unheld(bench: Bench, holders: Mapping[str, object]) -> Iterator[PlacedProblem]:
    """The roles that nobody has."""
    for role in load(bench.document).roles.values():
        if role.key not in holders:
            at = ("roles", role.key)
            message = _("nobody has the role '%(title)s'", title=role.title)
            hint = _("Give it to somebody, or leave it out")
            yield PlacedProblem(
                at, Problem(pointer_of(at), message, hint, Severity.WARNING, kind="unheld")
            )


def _problems(bench: Bench, holders: Mapping[str, Mapping[str, str]]) -> Iterator[PlacedProblem]:
    for workflow in load(bench.document).workflows.values():
        for way in workflow.transitions.values():
            if not way.roles or way.hook_only:
                continue
            people = _people(way.roles, holders)
            if len(people) < 2:
                at = ("workflows", workflow.form, "transitions", way.key)
                message, hint = _told(way, list(people.values()))
                problem = Problem(pointer_of(at), message, hint, Severity.WARNING, kind="pool")
                yield PlacedProblem(at, problem)


def _people(roles: Iterable[str], holders: Mapping[str, Mapping[str, str]]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for role in roles:
        found |= holders.get(role, {})
    return found


def _told(way: Transition, people: list[str]) -> tuple[str, str]:
    if not people:
        message = _("nobody has a role that may take '%(title)s' yet", title=way.title)
        return message, _("Give somebody the role, else records wait here")
    message = _("%(who)s alone may take '%(title)s'", who=people[0], title=way.title)
    return message, _("Records wait while they are away, and their own for ever if a guard says so")
