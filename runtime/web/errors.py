"""What people see when something goes wrong: what it is, what to do, never how we work."""

from typing import Final
from urllib.parse import quote, urlsplit

import structlog
from flask import Flask, Response, current_app, g, redirect, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.wrappers import Response as BaseResponse

from form_specs.language import _, marked
from runtime.failures import failure
from runtime.gate import RecordNotFoundError, StaleError
from runtime.storage.errors import StorageError
from runtime.web.contexts import ErrorPage, Hidden, Link
from runtime.web.identity import NOBODY
from runtime.web.interrupted import keep_outdated
from runtime.web.site.addresses import own_address
from runtime.web.site.htmx import toast, wants_fragment
from runtime.web.site.protection import safe_next
from runtime.web.site.rendering import draw
from runtime.web.site.viewing import OnlyLookingError
from runtime.web.uploads import UnacceptableFileError

log = structlog.get_logger()

_TOO_LARGE: Final = 413
_LONGEST = 300_000
"""Characters of a post that are carried along."""

_WORDS = {
    400: (
        marked("That request makes no sense here"),
        marked("Go back, load the page anew and try again."),
    ),
    401: (marked("You are not signed in"), marked("Sign in and try again.")),
    403: (marked("You may not do that"), marked("Ask an administrator for a role that may.")),
    404: (
        marked("There is nothing here"),
        marked("It may have been deleted, or it is not yours to see."),
    ),
    405: (marked("That cannot be done here"), marked("Go back and use the buttons of the page.")),
    413: (
        marked("That is too large"),
        marked("A file may have up to %(limit)s MB. Choose a smaller one, or split it."),
    ),
    415: (marked("That kind of content is not taken here"), marked("Send it as the page does.")),
    422: (
        marked("That cannot be saved"),
        marked("Go back, look at what is marked and save again."),
    ),
    429: (marked("Too many requests"), marked("Wait a moment, then try again.")),
    500: (
        marked("Something broke on our side"),
        marked(
            "Nothing was saved. Try again; if it happens again, tell whoever runs this server the code below."
        ),
    ),
}


def install_errors(app: Flask) -> None:
    """Answers every error with a page, or with a message where htmx waits."""
    app.register_error_handler(CSRFError, _foreign_form)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OnlyLookingError, _only_looking)
    app.register_error_handler(RecordNotFoundError, lambda _error: _page(404))
    app.register_error_handler(StaleError, _stale)
    app.register_error_handler(StorageError, _storage)
    app.register_error_handler(UnacceptableFileError, _file)
    app.register_error_handler(Exception, _unexpected)


def _page(
    status: int,
    title: str = "",
    message: str = "",
    *,
    retry: bool = False,
    back: Link | None = None,
) -> BaseResponse:
    known = _WORDS.get(status, _WORDS[500] if status >= 500 else _WORDS[400])
    limit = current_app.extensions["opswright"].settings.max_upload_mb
    page = ErrorPage(
        status=status,
        title=title or _(known[0]),
        message=message or _(known[1], limit=limit),
        request_id=g.get("request_id", "") if status >= 500 else "",
        retry_url=own_address() if retry and request.method == "GET" else "",
        resend=_posted() if retry and request.method == "POST" else (),
        resend_url=own_address(),
        back=back or _came_from() or Link(_("Home"), url_for("web.home")),
    )
    if wants_fragment():
        response = Response(page.title, status, content_type="text/plain; charset=utf-8")
        return toast(response, f"{page.title}. {page.message}", "error")
    try:
        return draw("error.html", page, title=page.title, status=status)
    except StorageError:
        # The frame of those who are signed in needs the database, which is what is gone.
        g.signed_in, g.person = False, NOBODY
        return draw("error.html", page, title=page.title, status=status)


def _came_from() -> Link | None:
    """The page that a form was sent from, where the browser says so and it is one of ours."""
    before = request.referrer or ""
    if request.method != "POST" or not before.startswith(request.host_url):
        return None
    return Link(_("Back"), f"/{before.removeprefix(request.host_url)}")


def _posted() -> list[Hidden]:
    """What was typed, so that it can be sent again; never a password, nor more than a page can hold."""
    fields = [Hidden(name, text) for name, text in request.form.items(multi=True)]
    too_much = sum(len(field.value) for field in fields) > _LONGEST
    return [] if too_much or "password" in request.form else fields


def _http(error: HTTPException) -> BaseResponse:
    if meant := _without_slash():
        return redirect(meant, 308)
    status = error.code or 500
    return _page(status, retry=status >= 500, back=_where_from() if status == _TOO_LARGE else None)


def _without_slash() -> str:
    """The address of the page that was meant, where one was asked for with a slash too many."""
    path = request.path.rstrip("/")
    asked_wrongly = isinstance(request.routing_exception, NotFound)
    if not asked_wrongly or request.method != "GET" or path in ("", request.path):
        return ""
    routes = current_app.create_url_adapter(request)
    if routes is None or not routes.test(path, "GET"):
        return ""
    query = request.query_string.decode()
    return f"{request.script_root}{quote(path)}" + (f"?{query}" if query else "")


def _where_from() -> Link | None:
    """The page that a form was sent from, to choose another file there."""
    came = safe_next(urlsplit(request.referrer or "").path)
    return Link(_("Back"), came) if came else None


def _only_looking(_error: OnlyLookingError) -> BaseResponse:
    return _page(
        403,
        _("You only look"),
        _("While you look as somebody else nothing can be changed. End looking first."),
    )


def _foreign_form(_error: CSRFError) -> BaseResponse:
    kept = keep_outdated(g.person.name) if g.signed_in else None
    if kept is None:
        text = _("It was made for another session. Load the page anew and try again.")
        return _page(400, _("This form is out of date"), text)
    text = _(
        "It was made before you signed in anew. What you typed is kept: open it again and save."
    )
    return _page(400, _("This form is out of date"), text, back=Link(_("Open it again"), kept))


def _stale(_error: Exception) -> BaseResponse:
    text = _("Somebody changed it meanwhile. Go back, load the page anew and try again.")
    return _page(409, _("That cannot be done any more"), text)


def _storage(error: StorageError) -> BaseResponse:
    log.error("storage", error=str(error), kind=type(error).__name__, request=g.get("request_id"))
    told = failure(error)
    response = _page(told.status, told.title, told.message, retry=True)
    response.headers["Retry-After"] = str(told.retry_after)
    return response


def _file(error: UnacceptableFileError) -> BaseResponse:
    return _page(422, _("That file was not attached"), str(error))


def _unexpected(error: Exception) -> BaseResponse:
    log.error("unexpected error", exc_info=error, request=g.get("request_id"), path=request.path)
    if current_app.testing:
        raise error
    return _page(500)
