"""How requests to the builder are answered: whole pages, or what changed on one."""

from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlsplit

from flask import Response as FlaskResponse
from flask import abort, current_app, request
from jinja2_fragments.flask import render_block
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from builder.bench import Bench, root_of
from builder.drafting.desk import ClashError
from builder.frame import ClashNote, Frame, frame_of
from builder.section import Draw, PartGoneError, Section, SectionPage, section_pages
from builder.telling import asked_places
from runtime.web.site.htmx import see_other, wants_fragment
from runtime.web.site.rendering import draw
from runtime.web.site.shell import page_shell

_FRAME: Final = "builder/frame.html"
_NOT_AGAIN: Final = frozenset({"csrf_token", "_once", "_mine"})


@dataclass(frozen=True, slots=True)
class BenchPage:
    """What the templates of sections are given."""

    frame: Frame
    bench: Bench
    content: Any


def answered(bench: Bench, status: int) -> Response:
    """What an edit is answered with: what changed on the page, or the page for who has no script."""
    if wants_fragment() or status != 200:
        return drawn_page(bench, status)
    return see_other(bench.page)


def drawn_page(bench: Bench, status: int, draw_section: Draw | None = None) -> Response:
    """The page that the bench stands at; `draw_section` draws its section in place of the usual one."""
    try:
        section, drawn = _section_page(bench, draw_section)
    except PartGoneError:
        if bench.page == bench.root:
            abort(404)
        return see_other(_section_of(bench.page))
    frame = frame_of(bench, section)
    if bench.clash is not None:
        frame = replace(frame, clash=_clash(bench, bench.clash))
    given = BenchPage(frame, bench, drawn.content)
    title = f"{drawn.title} · {frame.title}"
    if wants_fragment():
        return _fragments(drawn, given, title, status)
    return draw(drawn.template, given, title=title, status=status)


def _fragments(drawn: SectionPage, given: BenchPage, title: str, status: int) -> Response:
    shell = page_shell(title)
    blocks = [(drawn.template, *part) for part in drawn.parts]
    if not (only := request.headers.get("X-Bench-Part", "")):
        frame = (("head", "bench-head"), ("foot", "bench-foot"))
        blocks = [(_FRAME, *part) for part in frame] + blocks
    blocks = [block for block in blocks if not only or block[2] == only]
    html = "".join(
        f'<hx-partial hx-target="#{id_}" hx-swap="outerMorph">'
        f"{render_block(template, block, shell=shell, page=given)}</hx-partial>"
        for template, block, id_ in blocks
    )
    response = FlaskResponse(html, status)
    response.headers["X-Bench-Done"] = "" if given.bench.done is None else str(given.bench.done)
    return response


def _section_page(bench: Bench, draw_section: Draw | None) -> tuple[Section, SectionPage]:
    endpoint, args = _matched(bench.page) or ("", {})
    section, shown = section_pages()[endpoint.removeprefix("build.")]
    args = {name: value for name, value in args.items() if name != "tool"}
    return section, (draw_section or shown.draw)(bench, **args)


def _clash(bench: Bench, clash: ClashError) -> ClashNote:
    form = request.form
    again = [(k, v) for k in form if k not in _NOT_AGAIN for v in form.getlist(k)]
    places = asked_places(bench.document, clash.conflicts)
    again += [("_mine", asked.at) for asked in places]
    return ClashNote(clash.label, places, again, request.script_root + request.path)


# -- addresses ----------------------------------------------------------------------------


def _matched(address: str) -> tuple[str, dict[str, Any]] | None:
    """The endpoint and the arguments of an address of the builder; none: it is no page of it."""
    try:
        path = urlsplit(address).path.removeprefix(request.script_root)
        endpoint, args = current_app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        return None
    name = str(endpoint).removeprefix("build.")
    return (str(endpoint), dict(args)) if name in section_pages() else None


def is_page_of(tool: str, address: str) -> bool:
    found = _matched(address) if address.startswith(root_of(tool)) else None
    return found is not None and found[1].get("tool") == tool


def page_posted(tool: str) -> str:
    """The page that a form stands on, as it says itself."""
    found = request.form.get("_page", "")
    return found if is_page_of(tool, found) else root_of(tool)


def _section_of(address: str) -> str:
    """The address of the section that a page is of."""
    endpoint, args = _matched(address) or ("", {})
    section, shown = section_pages()[endpoint.removeprefix("build.")]
    root = root_of(args["tool"])
    return root if shown is section.pages[0] else f"{root}{section.path}"


def section_name(address: str) -> str:
    """The section that a page is of; empty: it is no page of the builder."""
    endpoint, _args = _matched(address) or ("", {})
    found = section_pages().get(endpoint.removeprefix("build."))
    return found[0].name if found else ""
