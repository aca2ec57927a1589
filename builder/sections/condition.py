"""The editor of any condition of the tool: `condition/?at=/forms/hold/…/showWhen&back=…`."""

from dataclasses import dataclass

from builder.bench import Bench
from builder.bench_answers import is_page_of
from builder.logic.asking import Answer, Known, answer
from builder.logic.drawing import Editor, drawn
from builder.logic.places import condition_place, resolved
from builder.section import Page, PartGoneError, Section, SectionPage
from form_specs.language import _, marked

FORM = "condition"


@dataclass(frozen=True, slots=True)
class ConditionPage:
    """A condition, what the records say to it, and the way back."""

    editor: Editor
    answer: Answer
    part: str
    """What the part is called that it stands at."""
    back_url: str
    text_url: str
    person_action: str
    back: str


def draw(bench: Bench) -> SectionPage:
    """The condition that the address names."""
    at = resolved(bench.document, bench.args.get("at", ""))
    place = condition_place(bench.document, bench.catalog, at, bench.examined.tool)
    if place is None:
        raise PartGoneError(at)
    person = bench.args.get("person", "")
    back = bench.args.get("back", "")
    editor = drawn(place, bench.examined.problems, Known(bench.tool, place.form.key), FORM)
    content = ConditionPage(
        editor=editor,
        answer=answer(bench.tool, place, person),
        part=str(place.form.raw.get("title") or place.form.key),
        back_url=back if is_page_of(bench.tool, back) else bench.root,
        text_url=bench.url("text", at=place.pointer),
        person_action=bench.url("condition"),
        back=back,
    )
    return SectionPage("builder/condition.html", _("Condition"), content)


SECTION = Section(
    name="condition",
    title=marked("Condition"),
    icon="list-filter",
    order=95,
    pages=(Page("", "condition", draw),),
    is_tab=False,
)
