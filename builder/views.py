"""Handlers of the list of tools, and of the start of a new one."""

from flask import Response as FlaskResponse
from flask import abort, flash, g, request, url_for
from werkzeug.wrappers import Response

from builder.contexts import ExampleItem, ToolsPage
from builder.imports.files import given
from builder.spec_text.texts import pretty
from builder.starting.beginning import begin_draft
from builder.starting.first_spec import first_spec, spec_of_example
from builder.starting.new_keys import free_key, key_problem
from builder.tool_list import begun_tools, built_tools
from form_specs.examples import example_tools
from form_specs.from_schema.tool import CannotImport
from form_specs.imports import UnreadableFile
from form_specs.language import _
from form_specs.ordering import in_order
from runtime.access import EVERY_TOOL
from runtime.hooks.answers import HookFailed
from runtime.storage import tools
from runtime.storage.tools import Tool, ToolVersion
from runtime.web.site.context import current_services, here
from runtime.web.site.htmx import see_other
from runtime.web.site.rendering import draw


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
        begun=begun_tools() if may_start else (),
        examples=_examples() if may_start else (),
        import_url=url_for("build.choose_file"),
        title=request.form.get("title", ""),
        key=request.form.get("key", ""),
        schema=request.form.get("schema", ""),
        error=error,
    )
    return draw("builder/tools.html", page, title="Tools", status=status)


def _examples() -> list[ExampleItem]:
    return [
        ExampleItem(key, str(one["title"]), str(one["description"]), str(one["icon"]))
        for key, one in example_tools().items()
    ]


def start() -> Response:
    """The first spec of a new tool, from a JSON Schema or from nothing, ready to be changed."""
    if not g.person.builds(EVERY_TOOL):
        abort(404)
    if name := request.form.get("example"):
        return _start_from_example(name)
    title, written = request.form.get("title", "").strip(), request.form.get("schema", "").strip()
    key = request.form.get("key", "").strip() or (free_key(title) if title else "")
    if not key:
        return _tools_page(_("Say what the tool is to be called"), 422)
    if problem := key_problem(key):
        return _tools_page(problem, 422)
    try:
        found = given(written.encode("utf-8", "surrogatepass"), _("The text")) if written else None
        made = first_spec(current_services().registry, key, found)
    except UnreadableFile as error:
        return _tools_page(_("It cannot be read: %(why)s", why=error), 422)
    except CannotImport as error:
        return _tools_page(_("No form can be made of it: %(why)s", why=error), 422)
    for note in made.notes:
        flash(str(note), "info")
    named = {"title": title} if title else {}
    return see_other(begin_draft({**made.document, **named}, _("Begin")))


def _start_from_example(name: str) -> Response:
    """A draft that is an example tool, under a key that is free."""
    found = example_tools().get(name)
    if found is None:
        return _tools_page(_("There is no such example"), 422)
    services = current_services()
    try:
        hooks = services.hooks.action_names()
    except HookFailed:
        hooks = ()
    key = free_key(str(found["title"]))
    document, gone = spec_of_example(services.registry.catalog(), name, key, hooks)
    for title in gone:
        flash(_("“%(action)s” is left out: its hook is not installed here", action=title), "info")
    return see_other(begin_draft(document, _("From the example %(title)s", title=found["title"])))


def download(tool: str) -> Response:
    """The spec in force as a file, as `opswright export` prints it."""
    found = _tool_or_404(tool)
    text = pretty(in_order(_version_or_404(found, found.current_version).document))
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
