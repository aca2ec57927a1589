"""A condition of a part: what it says, what is wrong with it, and where it is changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from builder.bench import Bench
from builder.drafting.examined import PlacedProblem
from builder.parts.wording import words_for
from form_specs.checks.raw import text
from form_specs.editing import Address
from form_specs.problem import pointer_of


@dataclass(frozen=True, slots=True)
class ConditionPart:
    """A condition of a part."""

    member: str
    words: str
    is_there: bool
    url: str
    problems: Sequence[PlacedProblem]


def condition_part(bench: Bench, at: Address, part: Mapping[str, Any]) -> ConditionPart:
    """The condition at an address, which need not be there."""
    member = at[-1]
    wrong = bench.examined.problems_at(*at)
    form, raw = text(part, "form") or "", part.get(member)
    words = "" if wrong else words_for(bench.examined.tool, form, raw)
    return ConditionPart(
        member,
        words,
        member in part,
        bench.url("condition", at=pointer_of(at), back=bench.page),
        wrong,
    )
