"""Steps and roles for which there are too few people: told before a tool is published."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from builder.bench import Bench
from builder.drafting.examined import PlacedProblem
from form_specs.editing import Address
from form_specs.language import _
from form_specs.lint.aside import name_of, reasons
from form_specs.load import load
from form_specs.model import Transition
from form_specs.problem import Problem, Severity, pointer_of
from runtime.storage import accounts
from runtime.web.site.context import here


def pool_problems(bench: Bench) -> list[PlacedProblem]:
    """Transitions that one person alone may take, or nobody yet, and roles that nobody has.

    Administrators do not count. What has one cause is told once, but for what was set aside alone.
    """
    holders: dict[str, dict[str, str]] = {}
    for name, title, role in accounts.members(here().conn, bench.tool):
        holders.setdefault(role, {})[name] = title
    return [*_problems(bench, holders), *_unheld(bench, holders)] if holders else []


def _unheld(bench: Bench, holders: Mapping[str, object]) -> Iterator[PlacedProblem]:
    """The roles that nobody has."""
    hint = _("Give it to somebody, or leave it out")
    each = [
        _placed(
            ("roles", role.key),
            "unheld",
            _("nobody has the role '%(title)s'", title=role.title),
            hint,
        )
        for role in load(bench.document).roles.values()
        if role.key not in holders
    ]
    alone, told = _apart(bench, each)
    yield from alone
    if len(told) < 2:
        yield from told
        return
    titles = [load(bench.document).roles[problem.at[1]].title for problem in told]
    message = _("nobody has these roles: %(titles)s", titles=", ".join(titles))
    yield _placed(("roles",), "unheld", message, _("Give them to somebody, or leave them out"))


def _problems(bench: Bench, holders: Mapping[str, Mapping[str, str]]) -> Iterator[PlacedProblem]:
    for workflow in load(bench.document).workflows.values():
        few: dict[str, list[Transition]] = {}
        for way in workflow.transitions.values():
            people = _people(way.roles, holders)
            if way.roles and not way.hook_only and len(people) < 2:
                few.setdefault("".join(people.values()), []).append(way)
        for who, ways in few.items():
            each = [
                _placed(
                    ("workflows", workflow.form, "transitions", way.key), "pool", *_told(who, [way])
                )
                for way in ways
            ]
            alone, told = _apart(bench, each)
            yield from alone
            if len(told) < 2:
                yield from told
                continue
            named = [workflow.transitions[problem.at[3]] for problem in told]
            kind = "pools" if who else "pools of nobody"
            yield _placed(("workflows", workflow.form), kind, *_told(who, named))


def _placed(at: Address, kind: str, message: str, hint: str) -> PlacedProblem:
    return PlacedProblem(at, Problem(pointer_of(at), message, hint, Severity.WARNING, kind=kind))


def _apart(
    bench: Bench, each: Sequence[PlacedProblem]
) -> tuple[list[PlacedProblem], list[PlacedProblem]]:
    """Those that are set aside by themselves, and the others."""
    known = reasons(bench.document)
    alone = [problem for problem in each if name_of(problem.at, problem.problem) in known]
    return alone, [problem for problem in each if problem not in alone]


def _people(roles: Iterable[str], holders: Mapping[str, Mapping[str, str]]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for role in roles:
        found |= holders.get(role, {})
    return found


def _told(who: str, ways: Sequence[Transition]) -> tuple[str, str]:
    """What is said of steps that `who` alone may take, or nobody."""
    titles = ", ".join(f"'{way.title}'" for way in ways)
    if not who:
        message = _("nobody has a role that may take %(titles)s yet", titles=titles)
        return message, _("Give somebody the role, else records wait here")
    message = _("%(who)s alone may take %(titles)s", who=who, titles=titles)
    return message, _("Records wait while they are away, and their own for ever if a guard says so")
