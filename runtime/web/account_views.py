"""Handlers of coming in, going out, and one's own settings."""

from datetime import UTC, datetime

import structlog
from flask import current_app, request, url_for
from werkzeug.wrappers import Response

from form_specs.language import _
from runtime.failures import failure
from runtime.limits import count_failed_sign_in, sign_in_refused
from runtime.storage.errors import StorageError
from runtime.web.contexts import AccountPage, DemoUser, Person, SignInPage
from runtime.web.identity import current_session
from runtime.web.interrupted import carried, keep_carried
from runtime.web.site.context import current_services, here
from runtime.web.site.htmx import see_other
from runtime.web.site.language import LANGUAGE_COOKIE, is_language, own_name, product_languages
from runtime.web.site.protection import safe_next
from runtime.web.site.rendering import draw
from runtime.web.site.shell import THEME_COOKIE
from runtime.web.site.times import moment, relative

log = structlog.get_logger()

_YEAR = 365 * 24 * 3600


def sign_in() -> Response:
    """The way in."""
    if request.method in ("GET", "HEAD"):
        return _door()
    name = request.form.get("name", "").strip()
    if sign_in_refused(name):
        return _door(_("Too many tries. Wait five minutes, then try again"), 429)
    try:
        account = current_services().accounts.sign_in(name, request.form.get("password", ""))
        path = keep_carried(account.name) if account else None
    except StorageError as error:
        told = failure(error)
        return _door(f"{told.title}. {told.message}", told.status)
    if account is None:
        count_failed_sign_in(name)
        log.warning("sign-in refused", account=name[:64], address=request.remote_addr)
        return _door(_("Name or password is not right"), 422)
    current_session().begin(account)
    log.info("signed in", account=account.name, address=request.remote_addr)
    return see_other(path or safe_next(request.form.get("next")) or url_for("web.home"))


def _door(error: str = "", status: int = 200) -> Response:
    demo = current_app.config.get("DEMO") or ()
    values = request.form if request.method == "POST" else request.args
    page = SignInPage(
        action=url_for("web.sign_in"),
        next=safe_next(values.get("next")) or "",
        name=request.form.get("name", "") if request.endpoint == "web.sign_in" else "",
        error=error,
        carried=carried() if request.method == "POST" else (),
        demo_users=[DemoUser(name, title) for name, title in demo],
        demo_password="demo" if demo else "",
    )
    return draw("sign_in.html", page, title=_("Sign in"), status=status)


def interrupted() -> Response:
    """Answers a post whose session had ended: sign in, and what was typed goes on."""
    return _door(status=401)


def sign_out() -> Response:
    """Ends the session for good."""
    current_session().end()
    response = see_other(url_for("web.sign_in"))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def account() -> Response:
    """Who I am here."""
    session, tools = current_session(), {tool.key: tool for tool in here().tools}
    roles: dict[str, list[str]] = {}
    for tool, role in sorted(session.memberships):
        if tool in tools and role in tools[tool].spec.roles:
            roles.setdefault(tools[tool].spec.title, []).append(tools[tool].spec.roles[role].title)
    assert session.account is not None
    since = moment(session.account.created_at)
    page = AccountPage(
        user=Person(session.account.name, session.account.title),
        email=session.account.email or "",
        memberships=[(tool, ", ".join(titles)) for tool, titles in roles.items()],
        since=since,
        since_text=relative(since, datetime.now(UTC)),
        languages=_languages(),
    )
    return draw("account.html", page, title=_("Account"))


def theme() -> Response:
    """Keeps light, dark or as the system says."""
    chosen = request.form.get("theme", "system")
    response = see_other(safe_next(request.form.get("next")) or url_for("web.home"))
    _keep(response, THEME_COOKIE, chosen if chosen in ("light", "dark") else "system")
    return response


def choose_language() -> Response:
    """Keeps the language that pages are answered in."""
    chosen = request.form.get("language", "")
    response = see_other(safe_next(request.form.get("next")) or url_for("web.home"))
    if is_language(chosen):
        _keep(response, LANGUAGE_COOKIE, chosen)
    return response


def _languages() -> list[tuple[str, str]]:
    """(key, own name) of the languages that the product or a tool of the person speaks."""
    spoken = {locale for tool in here().tools for locale in tool.spec.locales}
    return [(name, own_name(name)) for name in sorted({*product_languages(), *spoken})]


def _keep(response: Response, cookie: str, value: str) -> None:
    response.set_cookie(
        cookie,
        value,
        max_age=_YEAR,
        samesite="Lax",
        httponly=True,
        secure=current_services().settings.secure_cookies,
    )
