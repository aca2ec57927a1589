"""What other sections show of conditions: a sentence with a link to the editor, or the editor itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from builder.bench import Bench
from builder.drafting.examined import PlacedProblem
from builder.logic.asking import Answer, Known, answer
from builder.logic.drawing import Editor, drawn, in_words
from builder.logic.places import ConditionPlace, condition_place, vocabulary_of
from form_specs.editing import Address
from form_specs.language import _
from form_specs.problem import pointer_of


@dataclass(frozen=True, slots=True)
class ConditionLink:
    """A condition as another page tells of it."""

    words: str
    """What it says: "Reason is Legal request", "Always"."""
    url: str
    """Of its editor, which leads back."""
    is_set: bool
    problems: Sequence[PlacedProblem]


def condition_link(bench: Bench, at: Address) -> ConditionLink | None:
    """The condition at an address in words; none where no condition may stand there."""
    place = condition_place(bench.document, bench.catalog, at, bench.examined.tool)
    if place is None:
        return None
    problems = bench.examined.problems_at(*at)
    wrong = any(problem.is_error for problem in problems)
    return ConditionLink(
        words=_("Not finished") if wrong else words_at(place),
        url=bench.url("condition", at=pointer_of(at), back=bench.page),
        is_set=place.raw is not None,
        problems=problems,
    )


def words_at(place: ConditionPlace) -> str:
    """What the condition at a place says."""
    return _("Always") if place.raw is None else in_words(place.raw, vocabulary_of(place))


def condition_editor(bench: Bench, at: Address, form_id: str) -> Editor | None:
    """The editor of the condition at an address, for a page of one's own; none where none may stand.

    `form_id` is stable and its own on the page.  Draw it with `condition_editor` of
    `builder/logic.html`.
    """
    place = condition_place(bench.document, bench.catalog, at, bench.examined.tool)
    if place is None:
        return None
    known = Known(bench.tool, place.form.key)
    return drawn(place, bench.examined.problems, known, form_id)


def condition_answer(bench: Bench, at: Address, person: str = "") -> Answer | None:
    """What the records say to the condition at an address."""
    place = condition_place(bench.document, bench.catalog, at, bench.examined.tool)
    return None if place is None else answer(bench.tool, place, person)
