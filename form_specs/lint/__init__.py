"""What is allowed in a tool and yet goes wrong at work: told as warnings, each with a way to mend it.

A warning that is meant to be so is set aside in the document itself, with the reason: whoever reads
the spec reads that too.
"""

from collections.abc import Iterator

from form_specs.checks.context import ToolContext
from form_specs.lint.choices import choice_warnings
from form_specs.lint.forms import form_warnings
from form_specs.lint.lists import list_warnings
from form_specs.lint.logic import logic_warnings
from form_specs.lint.rights import rights_warnings
from form_specs.load import load
from form_specs.problem import Problem


def lint(context: ToolContext) -> list[Problem]:
    """The warnings about a tool that the check has nothing against."""
    return [*_warnings(context)]


def _warnings(context: ToolContext) -> Iterator[Problem]:
    tool = load(dict(context.document))
    yield from form_warnings(tool)
    yield from choice_warnings(context)
    yield from rights_warnings(tool)
    yield from logic_warnings(context)
    yield from list_warnings(context, tool)
