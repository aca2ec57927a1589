"""A tool's own pages over a copy that somebody tries a draft on.

The application has no services of its own: each request brings along those of its copy, and one
that brings none gets no answer.  Who asks was found out by the product's application before it
handed the request on, which also keeps the session; addresses that are none of the tool lead there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, cast

from flask import Flask, Request, Response, g, request
from flask.sessions import SessionInterface, SessionMixin
from werkzeug.local import LocalProxy
from werkzeug.wrappers import Response as BaseResponse

from runtime.access import Person
from runtime.app import bare_app
from runtime.limits import install_limits
from runtime.services import Services
from runtime.web.contexts import TrialBar
from runtime.web.errors import install_errors
from runtime.web.routes import trial_pages
from runtime.web.site.assets import ROOT
from runtime.web.site.context import install_context
from runtime.web.site.htmx import htmx
from runtime.web.site.language import install_language
from runtime.web.site.protection import install_protection, install_request_names
from runtime.web.site.rendering import install_templates

_BROUGHT: Final = "opswright.trial"


@dataclass(frozen=True, slots=True)
class Brought:
    """What a request brings along."""

    services: Services
    """Those of the copy."""
    person: Person
    """Who tries, with the roles that are tried."""
    bar: TrialBar
    session: SessionMixin
    """The product's, which the product's application saves."""
    outside: Callable[[str, dict[str, Any]], str]
    """From the name of a page of the product and its arguments to its address."""


class _BroughtSession(SessionInterface):
    """The session is the one that came along, and it is saved by whom it came from."""

    def open_session(self, app: Flask, request: Request) -> SessionMixin:
        brought: Brought = request.environ[_BROUGHT]
        return brought.session

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        pass


def create_trial_app(real: Services) -> Flask:
    """The pages of a tool for whoever brings along a copy; of what is real only types and settings are known."""
    app = bare_app(real.settings)
    app.session_interface = _BroughtSession()
    install_context(app, cast("Services", LocalProxy(lambda: _brought().services)))
    install_templates(app, real.registry)
    install_language(app)
    htmx.init_app(app)
    install_request_names(app)
    app.before_request(_identify)
    install_protection(app)
    install_limits(app, real.settings)
    install_errors(app)
    app.register_blueprint(trial_pages())
    app.url_build_error_handlers.append(_address_outside)
    return app


def answer(app: Flask, environ: dict[str, Any], brought: Brought, below: str) -> BaseResponse:
    """What a copy's pages answer to a request of the product's; they stand at the address `below`."""
    root, path = environ["SCRIPT_NAME"], environ["PATH_INFO"]
    # What the server and its tools keep there is about the request outside.
    given = {key: value for key, value in environ.items() if not key.startswith("werkzeug.")}
    inside = given | {
        _BROUGHT: brought,
        ROOT: root,
        "SCRIPT_NAME": root + below,
        "PATH_INFO": path.removeprefix(below) or "/",
    }
    # Whole: what is streamed would keep its request's context open around that of the product's.
    return app.response_class.from_app(app, inside, buffered=True)


def _brought() -> Brought:
    found: Brought = request.environ[_BROUGHT]
    return found


def _identify() -> None:
    g.signed_in, g.person, g.viewing = True, _brought().person, None
    g.trial = _brought().bar


def _address_outside(_error: Exception, endpoint: str, values: dict[str, Any]) -> str:
    return _brought().outside(endpoint, values)
