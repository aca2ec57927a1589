"""The pages' addresses, and the function that answers each."""

from collections.abc import Callable
from typing import TypeAlias

from flask import Blueprint
from werkzeug.wrappers import Response

from runtime.web import account_views, admin_views, list_views, record_views, work_views

_TOOL = "/t/<tool>"
_FORM = f"{_TOOL}/f/<form>"
_RECORD = f"{_FORM}/<record>"

Route: TypeAlias = tuple[str, str, Callable[..., Response]]
"""Address, endpoint, and what answers."""

_GET: tuple[Route, ...] = (
    ("/", "home", list_views.home),
    ("/palette", "palette", list_views.palette),
    ("/account", "account", account_views.account),
    ("/admin/automations", "deliveries", admin_views.deliveries),
    (f"{_TOOL}/", "tool", list_views.tool),
    (f"{_TOOL}/v/<view>", "view", list_views.view),
    (f"{_TOOL}/counts", "counts", list_views.counts),
    (f"{_FORM}/new", "new", record_views.new),
    (_RECORD, "record", record_views.record),
    (f"{_RECORD}/transitions/<name>", "ask_transition", work_views.ask_transition),
    (f"{_RECORD}/files/<attachment>", "file", work_views.file),
    (f"{_RECORD}/delete", "ask_delete", work_views.ask_delete),
)
_POST: tuple[Route, ...] = (
    ("/sign-out", "sign_out", account_views.sign_out),
    ("/theme", "theme", account_views.theme),
    ("/admin/automations/<delivery>/retry", "retry_delivery", admin_views.retry),
    (f"{_FORM}/new", "create", record_views.create),
    (f"{_FORM}/new/draft", "create_draft", record_views.create_draft),
    (f"{_FORM}/new/draft/discard", "discard_create_draft", record_views.discard_create_draft),
    (_RECORD, "save", record_views.save),
    (f"{_RECORD}/draft", "draft", record_views.draft),
    (f"{_RECORD}/draft/discard", "discard_draft", record_views.discard_draft),
    (f"{_RECORD}/transitions/<name>", "transition", work_views.transition),
    (f"{_RECORD}/transitions/<name>/draft", "transition_draft", record_views.transition_draft),
    (f"{_RECORD}/actions/<name>", "act", work_views.act),
    (f"{_RECORD}/comments", "comment", work_views.comment),
    (f"{_RECORD}/comments/draft", "comment_draft", record_views.comment_draft),
    (f"{_RECORD}/files", "upload", work_views.upload),
    (f"{_RECORD}/files/<attachment>/remove", "remove_file", work_views.remove_file),
    (f"{_RECORD}/delete", "delete", work_views.delete),
    (f"{_RECORD}/restore", "restore", work_views.restore),
)


def pages() -> Blueprint:
    """The blueprint of all pages."""
    blueprint = Blueprint("web", __name__)
    blueprint.add_url_rule("/sign-in", "sign_in", account_views.sign_in, methods=["GET", "POST"])
    for rule, endpoint, answer in _GET:
        blueprint.add_url_rule(rule, endpoint, answer, methods=["GET"])
    for rule, endpoint, answer in _POST:
        blueprint.add_url_rule(rule, endpoint, answer, methods=["POST"])
    return blueprint
