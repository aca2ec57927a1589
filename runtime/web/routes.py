"""The pages' addresses, and the function that answers each."""

from collections.abc import Callable, Iterable
from typing import TypeAlias

from flask import Blueprint, abort
from werkzeug.wrappers import Response

from runtime.web import account_views, admin_views, home_views, list_pages
from runtime.web.files import export_views, import_pages
from runtime.web.forms import words_in_use
from runtime.web.lists import list_views
from runtime.web.records import choice_views, previews, record_views, refresh_views, work_views
from runtime.web.site import viewing
from runtime.web.site.context import keep_beside

_TOOL = "/t/<tool>"
_FORM = f"{_TOOL}/f/<form>"
_RECORD = f"{_FORM}/<record>"
_BATCH = f"{_FORM}/imports/<batch>"

Route: TypeAlias = tuple[str, str, Callable[..., Response]]
"""Address, endpoint, and what answers."""

_GET: tuple[Route, ...] = (
    ("/", "home", home_views.home),
    ("/palette", "palette", home_views.palette),
    ("/account", "account", account_views.account),
    ("/admin/automations", "deliveries", admin_views.deliveries),
    (f"{_TOOL}/", "tool", home_views.tool),
    (f"{_TOOL}/v/<view>", "view", list_views.view),
    (f"{_TOOL}/counts", "counts", list_views.counts),
    (f"{_TOOL}/lists/<name>", "edit_list", list_pages.edit_list),
    (f"{_FORM}/choices/<field>", "choices", choice_views.choices),
    (f"{_FORM}/words/<field>", "words", words_in_use.words),
    (f"{_FORM}/cards/<field>/<record>", "card", choice_views.card),
    (f"{_FORM}/make/<field>", "make", choice_views.make),
    (f"{_FORM}/import", "import_file", import_pages.import_file),
    (f"{_FORM}/imports", "imports", import_pages.imports),
    (_BATCH, "batch", import_pages.batch),
    (f"{_BATCH}/rejects.csv", "batch_rejects", import_pages.batch_rejects),
    (f"{_FORM}/new", "new", record_views.new),
    (_RECORD, "record", record_views.record),
    (f"{_RECORD}/transitions/<name>", "ask_transition", work_views.ask_transition),
    (f"{_RECORD}/files/<attachment>", "file", work_views.file),
    (f"{_RECORD}/delete", "ask_delete", work_views.ask_delete),
)
_POST: tuple[Route, ...] = (
    (f"{_TOOL}/lists/<name>", "save_list", list_pages.save_list),
    (f"{_FORM}/make/<field>", "save_made", choice_views.save_made),
    (f"{_FORM}/new/make/<field>", "keep_new_and_make", choice_views.keep_new_and_make),
    (f"{_RECORD}/make/<field>", "keep_and_make", choice_views.keep_and_make),
    ("/sign-out", "sign_out", account_views.sign_out),
    ("/theme", "theme", account_views.theme),
    ("/look/end", "end_look", viewing.end),
    ("/language", "language", account_views.choose_language),
    ("/admin/automations/<delivery>/retry", "retry_delivery", admin_views.retry),
    (f"{_TOOL}/v/<view>/export", "export_view", export_views.export_view),
    (f"{_FORM}/import", "read_import", import_pages.read_import),
    (f"{_BATCH}/plan", "plan_import", import_pages.plan_import),
    (f"{_BATCH}/discard", "discard_import", import_pages.discard_import),
    (f"{_BATCH}/cancel", "cancel_batch", import_pages.cancel_batch),
    (f"{_BATCH}/rows/<int:line>", "fix_row", import_pages.fix_row),
    (f"{_BATCH}/revert", "revert_batch", import_pages.revert_batch),
    (f"{_FORM}/new", "create", record_views.create),
    (f"{_FORM}/new/refresh", "refresh_new", refresh_views.refresh_new),
    (f"{_FORM}/new/draft", "create_draft", record_views.create_draft),
    (f"{_FORM}/new/draft/discard", "discard_create_draft", record_views.discard_create_draft),
    (f"{_FORM}/preview/<field>", "preview", previews.preview),
    (_RECORD, "save", record_views.save),
    (f"{_RECORD}/refresh", "refresh", refresh_views.refresh),
    (f"{_RECORD}/draft", "draft", record_views.draft),
    (f"{_RECORD}/draft/discard", "discard_draft", record_views.discard_draft),
    (f"{_RECORD}/transitions/<name>", "transition", work_views.transition),
    (f"{_RECORD}/transitions/<name>/draft", "transition_draft", record_views.transition_draft),
    (
        f"{_RECORD}/transitions/<name>/refresh",
        "refresh_transition",
        refresh_views.refresh_transition,
    ),
    (f"{_RECORD}/actions/<name>", "act", work_views.act),
    (f"{_RECORD}/comments", "comment", work_views.comment),
    (f"{_RECORD}/comments/draft", "comment_draft", record_views.comment_draft),
    (f"{_RECORD}/files", "upload", work_views.upload),
    (f"{_RECORD}/files/<attachment>/remove", "remove_file", work_views.remove_file),
    (f"{_RECORD}/delete", "delete", work_views.delete),
    (f"{_RECORD}/restore", "restore", work_views.restore),
)


_OUTSIDE = frozenset(
    {"account", "deliveries", "retry_delivery", "sign_out", "theme", "end_look", "language"}
)
"""What is about the person or the product and no tool."""
_IN_FILES = frozenset(
    {
        *("export_view", "import_file", "imports", "batch", "batch_rejects", "read_import"),
        *("plan_import", "discard_import", "cancel_batch", "fix_row", "revert_batch"),
    }
)
"""What takes records out as files, or in."""


def pages() -> Blueprint:
    """The blueprint of all pages."""
    blueprint = Blueprint("web", __name__)
    blueprint.url_defaults(keep_beside)
    blueprint.add_url_rule("/sign-in", "sign_in", account_views.sign_in, methods=["GET", "POST"])
    _add(blueprint, _GET, "GET")
    _add(blueprint, _POST, "POST")
    return blueprint


def trial_pages() -> Blueprint:
    """The pages of one tool that is tried on copies: no files, and nothing beside the tool."""
    blueprint = Blueprint("web", __name__)
    for routes, method in ((_GET, "GET"), (_POST, "POST")):
        of_tools = [route for route in routes if route[1] not in _OUTSIDE]
        _add(blueprint, [_closed(route) for route in of_tools], method)
    return blueprint


def _closed(route: Route) -> Route:
    """A route that takes no files."""
    rule, endpoint, _answer = route
    return (rule, endpoint, _not_on_trial) if endpoint in _IN_FILES else route


def _not_on_trial(**_address: str) -> Response:
    abort(404)


def _add(blueprint: Blueprint, routes: Iterable[Route], method: str) -> None:
    for rule, endpoint, answer in routes:
        blueprint.add_url_rule(rule, endpoint, answer, methods=[method])
