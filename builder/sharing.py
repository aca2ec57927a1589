"""A file of a spec at the builder: what it would change of the draft in words, then taken into it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, g, request
from werkzeug.wrappers import Response

from builder.bench import Bench, Wrong, bench_or_404, seen
from builder.bench_answers import answered, drawn_page
from builder.drafting.desk import ClashError
from builder.drafting.examined import sentences
from builder.drafting.taking import base_of, taking
from builder.publishing.applying import changed_parts
from builder.section import SectionPage
from builder.spec_text.texts import SpecText
from form_specs.editing import apply
from form_specs.language import _, counted
from form_specs.model import JsonObject
from form_specs.source import MAX_BYTES
from runtime.web.site.htmx import see_other

FORM = "file-form"


@dataclass(frozen=True, slots=True)
class FilePage:
    """A file that is to be taken in, and what it would change."""

    action: str
    take_action: str
    sequence: int
    download_url: str
    document: str = ""
    """The text of the file, once it was read."""
    changes: Sequence[str] = ()
    problems: int = 0
    """How much is wrong with it; it can be taken in all the same."""
    said: str = ""


def draw_file(bench: Bench) -> SectionPage:
    """Where a file is chosen."""
    return _page(bench)


def _page(bench: Bench, **more: Any) -> SectionPage:
    content = FilePage(
        action=bench.url("text", "file"),
        take_action=bench.url("text", "file/take"),
        sequence=bench.standing.sequence,
        download_url=f"{bench.root}spec.json" if bench.standing.version else "",
        said=bench.said_at(FORM, "file"),
        **more,
    )
    return SectionPage("builder/file.html", _("Take in a file"), content)


def read_file(tool: str) -> Response:
    """Says what a file would change of the draft."""
    bench = _bench(tool)
    upload = request.files.get("file")
    raw = upload.read(MAX_BYTES + 1) if upload else b""
    checked = SpecText.checked(raw.decode("utf-8-sig", "replace"))
    document = checked.document
    if problem := _unfit(bench, checked):
        bench.wrong = Wrong(FORM, "file", problem, {})
        return drawn_page(bench, 422, lambda b, **_args: _page(b))
    words = _would_change(bench, document)
    more = {"document": checked.text, "changes": words, "problems": _errors(checked)}
    return drawn_page(bench, 200, lambda b, **_args: _page(b, **more))


def _bench(tool: str) -> Bench:
    return bench_or_404(tool, f"{bench_or_404(tool).root}text/file")


def _errors(checked: SpecText) -> int:
    return sum(problem.severity == "error" for problem in checked.problems)


def _unfit(bench: Bench, checked: SpecText) -> str:
    """Why a file cannot be taken in; empty where it can."""
    document = checked.document
    if not isinstance(document, dict):
        return _no_spec(checked)
    if (key := document.get("key")) != bench.tool:
        return _(
            "This file is the tool '%(tool)s', not '%(mine)s': take it in there, or make a new tool "
            "of it under Tools, From a file",
            tool=key,
            mine=bench.tool,
        )
    return ""


def _no_spec(checked: SpecText) -> str:
    """Where the text breaks off being JSON is what somebody needs who edited it by hand."""
    if checked.text.lstrip().startswith("{") and checked.problems:
        first = checked.problems[0]
        return _(
            "The file cannot be read. Line %(line)s: %(why)s", line=first.line, why=first.message
        )
    return _("This is no tool: choose a file that “Download what is in force” gave")


def _would_change(bench: Bench, document: JsonObject) -> list[str]:
    """What taking it in would do to the draft, a sentence each; none: nothing."""
    draft = bench.document
    try:
        edit = taking(base_of(bench.standing), document)(draft)
    except ClashError as clash:
        return [
            counted(
                "One place was changed in the draft too: you are asked",
                "%(num)s places were changed in the draft too: you are asked",
                len(clash.conflicts),
            )
        ]
    if not edit:
        return []
    after: Any = apply(draft, edit)[0]
    if (found := sentences(draft, after, bench.catalog)) is None:
        return [_("It cannot be said in words, as something is wrong with it or with the draft")]
    return found or changed_parts(draft, after) or [edit.label]


def take_file(tool: str) -> Response:
    """Takes a file into the draft."""
    bench = _bench(tool)
    checked = SpecText.checked(request.form.get("document", ""))
    document = checked.document
    if problem := _unfit(bench, checked):
        bench.wrong = Wrong(FORM, "file", problem, {})
        return drawn_page(bench, 422, lambda b, **_args: _page(b))
    known = seen()
    make = taking(base_of(bench.standing), document, known.mine)
    try:
        bench.done = bench.desk.edit(make, g.person.name, known, request.form.get("_once") or None)
    except ClashError as clash:
        bench.clash = clash
        return answered(bench, 409)
    flash(_("The file is in the draft"), "success")
    return see_other(bench.root)
