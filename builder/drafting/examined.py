"""What the check says of a draft, kept by the draft's text: most requests ask about one that is known."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

from form_specs.catalog import Catalog
from form_specs.check import judged
from form_specs.checks.context import ToolContext
from form_specs.compatibility import compare
from form_specs.editing import Address, changes, keyed
from form_specs.exact_json import loads
from form_specs.lint.aside import is_aside
from form_specs.model import JsonObject
from form_specs.problem import Problem, Severity

_KEPT: Final = 64


@dataclass(frozen=True, slots=True)
class PlacedProblem:
    """One thing wrong with a draft, and which part it is about."""

    at: Address
    problem: Problem

    @property
    def is_error(self) -> bool:
        """Whether it keeps the draft from being published."""
        return self.problem.severity is Severity.ERROR


@dataclass(frozen=True, slots=True)
class Examined:
    """A draft as far as it can be understood; nothing of it may be changed."""

    document: Any
    tool: ToolContext | None
    """Forms, fields, states and roles as far as they are well formed; none: it is no object at all."""
    problems: Sequence[PlacedProblem]
    aside: Sequence[PlacedProblem] = ()
    """Warnings that the document sets aside."""

    @property
    def errors(self) -> int:
        """How many problems keep it from being published."""
        return sum(problem.is_error for problem in self.problems)

    def with_problems(self, more: Sequence[Problem]) -> "Examined":
        """The same with what else is wrong with it."""
        placed = [PlacedProblem(keyed(self.document, each.pointer), each) for each in more]
        return replace(self, problems=[*self.problems, *placed])

    def problems_at(self, *at: str) -> list[PlacedProblem]:
        """What is wrong with a part or anything in it."""
        return [problem for problem in self.problems if problem.at[: len(at)] == at]


def examined(text: str, catalog: Catalog, language: str) -> Examined:
    """What the check says of a draft in the reader's language; kept for whoever asks next."""
    return _examined(text, catalog, language)


@lru_cache(_KEPT)
def _examined(text: str, catalog: Catalog, _language: str) -> Examined:
    document = loads(text)
    found, tool = judged(document, catalog, titled=True)
    placed = [PlacedProblem(keyed(document, problem.pointer), problem) for problem in found]
    told = [p for p in placed if not is_aside(document, p.problem)]
    return Examined(document, tool, told, [p for p in placed if p not in told])


@lru_cache(_KEPT)
def count_changes(before: str, after: str, catalog: Catalog) -> int:
    """How many things differ between two texts of a document, as publishing would name them.

    Of what has no words, or is too broken for them, as many as the text has.
    """
    old, new = loads(before), loads(after)
    return len(sentences(old, new, catalog) or changes(old, new).operations)


def sentences(old: JsonObject, new: JsonObject, catalog: Catalog) -> list[str] | None:
    """What one document changes of another, a sentence each; none: one is too broken to say it."""
    try:
        return [change.sentence for change in compare(old, new, catalog).changes]
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
