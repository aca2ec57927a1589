"""Whether this process can serve: for load balancers."""

from typing import TYPE_CHECKING

from flask import Blueprint, Response, current_app, jsonify

from runtime.storage.errors import StorageError

if TYPE_CHECKING:
    from runtime.services import Services


def health() -> Blueprint:
    """The route `/healthz`."""
    blueprint = Blueprint("health", __name__)
    blueprint.add_url_rule("/healthz", "healthz", _healthz)
    return blueprint


def _healthz() -> Response:
    services: Services = current_app.extensions["opswright"]
    try:
        services.db.ping()
    except StorageError:
        response = jsonify(status="unavailable", database="unavailable")
        response.status_code = 503
        return response
    return jsonify(status="ok", database=services.db.dialect)
