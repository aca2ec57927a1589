"""What may go wrong at work as the page of publishing tells it, and what of that is set aside."""

from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

from builder.bench import Bench
from builder.drafting.examined import PlacedProblem
from builder.frame import ProblemLink, problem_link
from builder.publishing.pools import pool_problems
from form_specs.lint.aside import name_of, reasons


@dataclass(frozen=True, slots=True)
class WarningItem:
    """A warning, and by what it is set aside or taken back."""

    name: str
    form: str
    """The id of the form that does it."""
    link: ProblemLink | None
    """None: there is no such warning any more."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Warnings:
    """All that may go wrong at work."""

    told: Sequence[WarningItem]
    aside: Sequence[WarningItem]


def warnings_of(bench: Bench) -> Warnings:
    """The warnings about a draft without errors."""
    known = reasons(bench.document)
    every = [*bench.examined.problems, *bench.examined.aside, *pool_problems(bench)]
    named = {name_of(problem.at, problem.problem): problem for problem in every}
    told = [_item(bench, name, problem) for name, problem in named.items() if name not in known]
    aside = [_item(bench, name, named.get(name), why) for name, why in known.items()]
    return Warnings(told, aside)


def _item(bench: Bench, name: str, problem: PlacedProblem | None, reason: str = "") -> WarningItem:
    link = problem_link(bench, problem) if problem else None
    return WarningItem(name, f"aside-{crc32(name.encode()):08x}", link, reason)
