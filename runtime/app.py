"""The Flask application: wiring only."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from runtime.api.routes import blueprint as api
from runtime.config import Settings
from runtime.health import health
from runtime.limits import install_limits
from runtime.services import Services
from runtime.web.account_views import interrupted
from runtime.web.errors import install_errors
from runtime.web.identity import install_identity
from runtime.web.interrupted import install_interrupted
from runtime.web.routes import pages
from runtime.web.sessions import install_sessions
from runtime.web.site.compression import install_compression
from runtime.web.site.context import install_context
from runtime.web.site.htmx import htmx
from runtime.web.site.language import install_language
from runtime.web.site.protection import install_protection, install_request_names
from runtime.web.site.rendering import install_templates

_FORM_MEMORY = 2 * 1024 * 1024
_FORM_PARTS = 10_000


def bare_app(settings: Settings) -> Flask:
    """An application without a page: its secret, and how large a request may be."""
    app = Flask("opswright", static_folder=None, template_folder=None)
    app.secret_key = settings.secret_key
    app.config.update(
        MAX_CONTENT_LENGTH=settings.max_upload + _FORM_MEMORY,
        MAX_FORM_MEMORY_SIZE=_FORM_MEMORY,
        MAX_FORM_PARTS=_FORM_PARTS,
        TRUSTED_HOSTS=None,
    )
    return app


def create_app(services: Services) -> Flask:
    """The pages and the API over `services`."""
    settings = services.settings
    app = bare_app(settings)
    if settings.proxies:
        hops = settings.proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )
    install_compression(app)
    install_context(app, services)
    install_sessions(app, services.db, settings)
    install_templates(app, services.registry)
    install_language(app)
    htmx.init_app(app)
    # In this order: a request has a name before it can be refused, and whose it is before its
    # form is judged, so that one that came too late is carried over the sign-in.
    install_request_names(app)
    install_identity(app)
    install_interrupted(app, interrupted)
    install_protection(app)
    install_limits(app, settings)
    install_errors(app)
    app.register_blueprint(pages())
    app.register_blueprint(health())
    app.register_blueprint(api)
    return app
