"""The editor of any condition of the tool: `condition/?at=/forms/hold/…/showWhen&back=…`."""

from dataclasses import dataclass

from flask import Response, abort, get_template_attribute, jsonify, request

from builder.bench import Bench, bench_or_404
from builder.bench_answers import is_page_of, page_posted
from builder.commanding import WrongInput, parameters
from builder.commands.logic import set_ as set_condition
from builder.logic.asking import Answer, Known, answer, lowered
from builder.logic.drawing import Editor, drawn
from builder.logic.places import ConditionPlace, condition_place, resolved
from builder.logic.showing import words_at
from builder.section import Page, PartGoneError, Route, Section, SectionPage
from form_specs.editing import apply
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
    asked_url: str
    """Where it is asked what the records say while somebody types."""
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
        asked_url=bench.url("condition", "asked"),
        back=back,
    )
    return SectionPage("builder/condition.html", _("Condition"), content)


def asked(tool: str) -> Response:
    """What a condition says as it stands in its inputs, and what the records say to it; nothing is kept."""
    bench = bench_or_404(tool, page_posted(tool))
    given = parameters({name: request.form.getlist(name) for name in request.form})
    try:
        edit = set_condition(bench.document, bench.catalog, given)
    except WrongInput:
        abort(404)
    document, _edit = apply(bench.document, edit)
    place = condition_place(
        document, bench.catalog, resolved(document, given.text("at", most=4000))
    )
    if place is None:
        abort(404)
    found = answer(tool, place, bench.args.get("person", ""))
    back = bench.args.get("back", "")
    box = get_template_attribute("builder/logic.html", "answer_inside")
    html = box(found, bench.url("condition"), place.pointer, back)
    return jsonify({"html": html, "words": _said(place)})


def _said(place: ConditionPlace) -> str:
    """What it says; empty where it is not finished."""
    return words_at(place) if place.raw is not None and lowered(place) is not None else ""


SECTION = Section(
    name="condition",
    title=marked("Condition"),
    icon="list-filter",
    order=95,
    pages=(Page("", "condition", draw),),
    routes=(Route("asked", "ask_condition", asked),),
    is_tab=False,
)
