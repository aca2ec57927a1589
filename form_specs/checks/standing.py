"""What a condition that stands at a place of a tool may ask, and of which form."""

from form_specs.checks.choices import narrowing_conditions
from form_specs.checks.conditions import Placed, conditions_of
from form_specs.checks.context import ToolContext


def condition_at(tool: ToolContext, pointer: str) -> Placed | None:
    """The condition at a JSON pointer; none where none stands, or what it asks of is not understood."""
    every = (*conditions_of(tool), *narrowing_conditions(tool))
    return next((placed for placed in every if placed.at == pointer), None)
