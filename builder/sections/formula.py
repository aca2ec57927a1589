"""The editor of any formula of the tool, or text with formulas: `formula/?at=/forms/…/formula&back=…`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response as FlaskResponse
from flask import abort, jsonify, render_template, request
from werkzeug.wrappers import Response

from builder.bench import Bench, bench_or_404
from builder.bench_answers import drawn_page, is_page_of, page_posted
from builder.drafting.examined import PlacedProblem
from builder.logic.formula_places import FormulaPlace, formula_place
from builder.logic.formula_words import FunctionItem, ReadItem, functions_of, reads_of
from builder.logic.places import resolved
from builder.logic.trying import Trial, tried
from builder.section import Page, PartGoneError, Route, Section, SectionPage
from form_specs.exact_json import dumps
from form_specs.language import _, marked
from runtime.web.site.protection import allow_styles_of_scripts

_MOST = 20_000


@dataclass(frozen=True, slots=True)
class FormulaPage:
    """A formula, what may be used in it, and what it gives."""

    at: str
    title: str
    part: str
    is_text: bool
    is_computed: bool
    is_stored: bool
    result: str
    results: Sequence[tuple[str, str]]
    """What a computed field may hold."""
    text: str
    """As it is written now, kept or not."""
    kept: str
    trial: Trial
    reads: Sequence[ReadItem]
    functions: Sequence[FunctionItem]
    words: str
    """Names and functions for the editor, as JSON."""
    problems: Sequence[PlacedProblem]
    try_url: str
    trial_url: str
    back_url: str
    text_url: str


def draw(bench: Bench) -> SectionPage:
    """The formula that the address names."""
    place = _place(bench)
    return _drawn(bench, place, place.text, bench.args.get("record", ""))


def _place(bench: Bench) -> FormulaPlace:
    at = resolved(bench.document, bench.args.get("at", ""))
    place = formula_place(bench.document, bench.catalog, at)
    if place is None:
        raise PartGoneError(at)
    return place


def _drawn(bench: Bench, place: FormulaPlace, text: str, record: str) -> SectionPage:
    allow_styles_of_scripts()
    back = bench.args.get("back", "")
    reads, functions = reads_of(place), functions_of()
    content = FormulaPage(
        at=place.pointer,
        title=place.words[:1].upper() + place.words[1:],
        part=str(place.form.raw.get("title") or place.form.key),
        is_text=place.is_text,
        is_computed=place.field is not None,
        is_stored=place.is_stored,
        result=place.result,
        results=_results(bench, place),
        text=text,
        kept=place.text,
        trial=tried(bench.tool, place, text, record),
        reads=reads,
        functions=functions,
        words=_as_json(reads, functions),
        problems=bench.examined.problems_at(*place.at),
        try_url=bench.url("formula", "try"),
        trial_url=bench.url("formula", "trial"),
        back_url=back if is_page_of(bench.tool, back) else bench.root,
        text_url=bench.url("text", at=place.pointer),
    )
    return SectionPage("builder/formula.html", _("Formula"), content)


def _results(bench: Bench, place: FormulaPlace) -> list[tuple[str, str]]:
    """The types that a formula may give, with what they are called; its own first of all."""
    catalog = bench.catalog
    named = [name for name in catalog.results if not catalog.has_choices(name)]
    return [(name, catalog.field_title(name)) for name in dict.fromkeys((*named, place.result)) if name in catalog.results]  # fmt: skip


def _as_json(reads: Sequence[ReadItem], functions: Sequence[FunctionItem]) -> str:
    names = [
        {"label": r.name, "detail": f"{r.title} · {r.type}", "type": "variable"} for r in reads
    ]
    calls: list[Any] = [
        {
            "label": f.name,
            "detail": f.usage.removeprefix(f.name),
            "info": f"{f.gives}. {f.example} = {f.result}",
            "type": "function",
        }
        for f in functions
    ]
    return dumps([*names, *calls]).decode()


# -- trying -------------------------------------------------------------------------------


def try_(tool: str) -> FlaskResponse:
    """What is wrong with a formula while it is typed, and what it gives; nothing is kept."""
    bench = bench_or_404(tool, page_posted(tool))
    try:
        place = _place(bench)
    except PartGoneError:
        abort(404)
    trial = tried(tool, place, request.form.get("text", "")[:_MOST], request.form.get("record", ""))
    wrong = [{"from": m.start, "to": m.end, "message": _said(m)} for m in trial.mistakes]
    html = render_template("builder/trial.html", trial=trial)
    return jsonify({"problems": wrong, "html": html})


def _said(mistake: Any) -> str:
    return f"{mistake.message}. {mistake.hint}" if mistake.hint else str(mistake.message)


def trial(tool: str) -> Response:
    """The page with a formula tried, for who has no script; nothing is kept."""
    bench = bench_or_404(tool, page_posted(tool))
    text = request.form.get("text", "").replace("\r\n", "\n")[:_MOST]
    record = request.form.get("record", "")

    def drawn(bench: Bench, **_args: Any) -> SectionPage:
        return _drawn(bench, _place(bench), text, record)

    return drawn_page(bench, 200, drawn)


SECTION = Section(
    name="formula",
    title=marked("Formula"),
    icon="hash",
    order=96,
    pages=(Page("", "formula", draw),),
    routes=(Route("try", "try_formula", try_), Route("trial", "trial_formula", trial)),
    is_tab=False,
)
