"""The spec as text: read, changed as a whole, checked while it is typed, explained by the meta-schemas."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response as FlaskResponse
from flask import flash, g, jsonify, request
from werkzeug.wrappers import Response

from builder.bench import Bench, Wrong, bench_or_404, refused_text, seen
from builder.bench_answers import answered
from builder.drafting.desk import ClashError
from builder.section import Page, Route, Section, SectionPage
from builder.sharing import draw_file, read_file, take_file
from builder.spec_text.help import help_at
from builder.spec_text.texts import SpecText, pretty
from form_specs.editing import Edit, RefusedEdit, changes
from form_specs.language import _, marked
from form_specs.model import JsonObject
from runtime.web.site.protection import allow_styles_of_scripts

FORM = "spec-form"


@dataclass(frozen=True, slots=True)
class TextProblem:
    """One thing wrong with the text: where, what, and what would be right."""

    line: int
    column: int
    message: str
    hint: str
    is_error: bool
    pointer: str = ""


@dataclass(frozen=True, slots=True)
class TextPage:
    """The text of a draft."""

    text: str
    rows: int
    sequence: int
    """The state of the draft that the text is of."""
    is_unread: bool
    """It is no JSON yet, and kept beside the last text that was."""
    said: str
    problems: Sequence[TextProblem]
    line: int
    """Which line is shown first; 0: any."""
    action: str
    lint_url: str
    help_url: str


def draw(bench: Bench) -> SectionPage:
    """The text as it was typed and refused, else as it was kept unread, else that of the draft."""
    allow_styles_of_scripts()
    typed = next(iter(bench.wrong.values["document"]), None) if bench.wrong else None
    if typed is None and bench.clash is not None:
        typed = request.form.get("document", "")
    draft = bench.standing.draft
    unread = draft.unread if draft else None
    text = typed if typed is not None else unread
    checked = SpecText.checked(pretty(bench.document) if text is None else text)
    content = TextPage(
        text=checked.text,
        rows=min(40, checked.text.count("\n") + 2),
        sequence=_sequence(bench, typed),
        is_unread=unread is not None,
        said=bench.said_at(FORM, "document"),
        problems=[_problem(problem) for problem in checked.problems],
        line=checked.line_of(bench.args.get("at", "")),
        action=bench.url("text"),
        lint_url=bench.url("text", "lint"),
        help_url=bench.url("text", "help"),
    )
    return SectionPage("builder/text.html", _("Text"), content, (("state", "text-state"),))


def _sequence(bench: Bench, typed: str | None) -> int:
    """What was typed stays a change of what was seen."""
    return bench.standing.sequence if typed is None else seen().sequence


def _problem(problem: Any) -> TextProblem:
    is_error = problem.severity == "error"
    return TextProblem(
        *(problem.line, problem.column, problem.message, problem.hint, is_error, problem.pointer)
    )


def keep(tool: str) -> Response:
    """Keeps the text: as the draft where it is JSON, else beside it."""
    bench = bench_or_404(tool, f"{bench_or_404(tool).root}text/")
    checked = SpecText.checked(request.form.get("document", ""))
    if not isinstance(checked.document, dict):
        bench.desk.keep_unread(checked.text, g.person.name)
        return _refused(bench, checked, _("This is no JSON object yet. It is kept, and marked"))
    if checked.document.get("key") != tool:
        return _refused(bench, checked, _("This is the tool '%(tool)s': keep its key", tool=tool))
    try:
        bench.done = bench.desk.edit(_making(checked.document), g.person.name, seen(), _once())
    except ClashError as error:
        bench.clash = error
        return answered(bench, 409)
    except RefusedEdit as error:
        return _refused(bench, checked, refused_text(error))
    bench.desk.keep_unread(None, g.person.name)
    bench.refresh()
    flash(_("Kept"), "success")
    return answered(bench, 200)


def _once() -> str | None:
    return request.form.get("_once") or None


def _making(document: JsonObject) -> Any:
    def make(before: JsonObject) -> Edit:
        return changes(before, document, _("Change the text"))

    return make


def _refused(bench: Bench, checked: SpecText, message: str) -> Response:
    bench.wrong = Wrong(FORM, "document", message, {"document": [checked.text]})
    bench.refresh()
    return answered(bench, 422)


def forget(tool: str) -> Response:
    """Forgets a text that was no JSON."""
    bench = bench_or_404(tool, f"{bench_or_404(tool).root}text/")
    bench.desk.keep_unread(None, g.person.name)
    bench.refresh()
    return answered(bench, 200)


def lint(tool: str) -> FlaskResponse:
    """What is wrong with a text as it stands in the editor; nothing is kept."""
    bench_or_404(tool)
    checked = SpecText.checked(request.form.get("document", ""))
    return jsonify([_as_json(_problem(problem)) for problem in checked.problems])


def _as_json(problem: TextProblem) -> dict[str, Any]:
    message = f"{problem.message}. {problem.hint}" if problem.hint else problem.message
    severity = "error" if problem.is_error else "warning"
    return {
        "line": problem.line,
        "column": problem.column,
        "message": message,
        "severity": severity,
    }


def help_(tool: str) -> FlaskResponse:
    """What may stand at a place of the document, and what it means."""
    bench = bench_or_404(tool)
    at, type_ = (request.args.get(name, "") for name in ("at", "type"))
    return jsonify(help_at(at, type_, bench.catalog))


SECTION = Section(
    name="text",
    title=marked("Text"),
    icon="braces",
    order=70,
    pages=(Page("", "text", draw), Page("file", "file", draw_file)),
    routes=(
        Route("", "keep_text", keep),
        Route("forget", "forget_text", forget),
        Route("file", "read_spec_file", read_file),
        Route("file/take", "take_spec_file", take_file),
        Route("lint", "lint_text", lint),
        Route("help", "help_text", help_, ("GET",)),
    ),
)
