"""Who is signed in; nothing but the public routes is open to anybody else."""

from flask import Flask, Response, abort, current_app, g, request, session, url_for
from werkzeug.wrappers import Response as BaseResponse

from form_specs.language import _
from runtime.access import Person
from runtime.storage.accounts import Account
from runtime.web.sessions import WebSession
from runtime.web.site.addresses import own_address
from runtime.web.site.htmx import htmx, see_other
from runtime.web.site.viewing import viewing

NOBODY = Person(name="", title="")
"""Who looks at the sign-in page: has no role anywhere."""

PUBLIC = frozenset({"web.sign_in", "assets.send_asset", "health.healthz", "health.metrics"})
"""Every endpoint that answers without a session; the API judges its own tokens."""


def install_identity(app: Flask) -> None:
    """Names the person of every request from its session, and asks the others to sign in."""
    app.before_request(_identify)


def _identify() -> BaseResponse | None:
    g.signed_in, g.person, g.viewing = False, NOBODY, None
    unavailable = current_session().unavailable
    if unavailable is not None:
        raise unavailable
    account = current_session().account
    g.signed_in = account is not None and account.is_active
    g.person = (
        person_of(account, current_session().memberships) if account and g.signed_in else NOBODY
    )
    g.viewing = viewing() if g.signed_in else None
    if g.signed_in or _is_open():
        return None
    return _ask_to_sign_in()


def _is_open() -> bool:
    endpoint = request.endpoint
    # An address that leads nowhere is answered by 404 to those who are signed in.
    return endpoint in PUBLIC or request.blueprint == "api"


def _ask_to_sign_in() -> BaseResponse:
    if htmx:
        # The page posts its form again as a whole, so that it is carried over the sign-in.
        return Response(_("Your session has ended. Sign in to go on."), 401)
    if request.method == "POST" and request.endpoint is not None:
        interrupted: BaseResponse = current_app.extensions["interrupted"]()
        return interrupted
    if request.method not in ("GET", "HEAD"):
        abort(401)
    return see_other(url_for("web.sign_in", next=own_address()))


def person_of(account: Account, memberships: frozenset[tuple[str, str]]) -> Person:
    """The actor that an account is, with the roles it has right now."""
    return Person(account.name, account.title, is_admin=account.is_admin, roles=memberships)


def current_session() -> WebSession:
    """This request's session."""
    found = session._get_current_object()  # type: ignore[attr-defined]
    assert isinstance(found, WebSession)
    return found
