"""The whole product as one WSGI application: the runtime and the builder."""

from flask import Flask

from builder.routes import install_builder
from runtime.app import create_app as create_runtime
from runtime.config import load_settings
from runtime.services import Services, open_services


def create_app(services: Services | None = None) -> Flask:
    """The application over `services`; without any it opens those that the settings ask for."""
    app = create_runtime(services or open_services(load_settings()))
    install_builder(app)
    return app
