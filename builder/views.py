"""Handlers of the builder's pages."""

import re
from typing import Any

from flask import Response as FlaskResponse
from flask import abort, flash, g, request, url_for
from werkzeug.wrappers import Response

from builder.contexts import SpecPage, ToolsPage
from builder.spec_pages import (
    SpecText,
    built_tools,
    judged,
    new_spec_page,
    pretty,
    spec_page,
)
from builder.starting import first_spec
from form_specs.from_schema import CannotImport
from form_specs.source import SourceError, parse_source
from runtime.access import EVERY_TOOL
from runtime.published import PublishedMeanwhileError
from runtime.storage import tools
from runtime.storage.tools import Tool, ToolVersion
from runtime.web.context import current_services, here
from runtime.web.htmx import see_other
from runtime.web.rendering import draw

_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")


def tool_list() -> Response:
    """The tools that one may change."""
    return _tools_page()


def _tools_page(error: str = "", status: int = 200) -> Response:
    found = built_tools()
    may_start = g.person.builds(EVERY_TOOL)
    if not found and not may_start:
        abort(404)
    page = ToolsPage(
        tools=found,
        may_start=may_start,
        start_action=url_for("build.start"),
        key=request.form.get("key", ""),
        schema=request.form.get("schema", ""),
        error=error,
    )
    return draw("builder/tools.html", page, title="Tools", status=status)


def start() -> Response:
    """The first spec of a new tool, from a JSON Schema or from nothing, ready to be changed."""
    if not g.person.builds(EVERY_TOOL):
        abort(404)
    key, written = request.form.get("key", "").strip(), request.form.get("schema", "").strip()
    if not _KEY.fullmatch(key):
        text = "A key has small letters, digits and _, and starts with a letter: payout_holds"
        return _tools_page(text, 422)
    if tools.by_key(here().conn, key) is not None:
        return _tools_page(f"There is a tool '{key}' already", 422)
    try:
        schema = _read(written) if written else None
        document, notes = first_spec(current_services().registry, key, schema)
    except SourceError as error:
        return _tools_page(f"The JSON Schema cannot be read: {error}", 422)
    except CannotImport as error:
        return _tools_page(f"No form can be made of it: {error}", 422)
    return _draw(new_spec_page(key, pretty(document), changes=notes), 200)


def _read(text: str) -> Any:
    return parse_source(text.encode("utf-8", "surrogatepass")).document


def spec(tool: str) -> Response:
    """The spec in force, or an older version of it."""
    found = _tool_or_404(tool)
    number = request.args.get("version", found.current_version, type=int)
    shown = _version_or_404(found, number)
    return _draw(spec_page(found, pretty(shown.document), shown=number), 200)


def change(tool: str) -> Response:
    """Checks the text, or publishes it; whatever is wrong, the text stays."""
    if not g.person.builds(tool):
        abort(404)
    checked = SpecText.checked(request.form.get("document", ""))
    if not checked.errors and checked.document["key"] != tool:
        return _again(tool, checked, 422, error=f"This page is for the tool '{tool}': keep its key")
    if checked.errors or request.form.get("do") != "publish":
        return _again(tool, checked, 422 if checked.errors else 200)
    note, based_on = request.form.get("note", "").strip(), request.form.get("based_on", 0, int)
    try:
        done = current_services().published.publish(
            checked.document, by=g.person.name, note=note, based_on=based_on
        )
    except PublishedMeanwhileError as error:
        text = f"{error}. Look at what changed in it; then publish again, and yours replaces it"
        return _again(tool, checked, 409, error=text)
    text = f"Version {done.tool.version} is in force" if done.is_new else "Nothing had changed"
    flash(text, "success")
    return see_other(url_for("build.spec", tool=tool))


def _again(tool: str, checked: SpecText, status: int, error: str = "") -> Response:
    """The page with the text as it was typed, and what the check says."""
    said = judged(checked) | {"note": request.form.get("note", "")}
    if error:
        said |= {"error": error, "said": ""}
    found = tools.by_key(here().conn, tool)
    if found is None or not found.current_version:
        return _draw(new_spec_page(tool, checked.text, **said), status)
    based_on = found.current_version if status == 409 else request.form.get("based_on", 0, int)
    return _draw(spec_page(found, checked.text, based_on=based_on, **said), status)


def download(tool: str) -> Response:
    """The spec in force as a file, as `opswright export` prints it."""
    found = _tool_or_404(tool)
    text = pretty(_version_or_404(found, found.current_version).document)
    response = FlaskResponse(f"{text}\n", mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{found.key}.json"'
    return response


def _tool_or_404(key: str) -> Tool:
    found = tools.by_key(here().conn, key)
    if found is None or not found.current_version or not g.person.builds(key):
        abort(404)
    return found


def _version_or_404(tool: Tool, number: int) -> ToolVersion:
    found = tools.version(here().conn, tool.id, number)
    if found is None:
        abort(404)
    return found


def _draw(page: SpecPage, status: int) -> Response:
    return draw("builder/spec.html", page, title=f"{page.title} · Spec", status=status)
