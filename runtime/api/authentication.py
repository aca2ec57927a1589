"""Who calls: the account behind the bearer token, and how often it may call."""

import logging
import secrets
from datetime import UTC, datetime
from typing import Final

from flask import Response, g, request
from sqlalchemy import Connection
from werkzeug.exceptions import MethodNotAllowed

from form_specs.conditions.binding import microseconds
from runtime.access import Person
from runtime.accounts import TOKEN_PREFIX, token_hash
from runtime.api.problems import ApiError, Problem, answer
from runtime.limits import api_wait
from runtime.services import Services
from runtime.storage import tokens
from runtime.storage.errors import StorageError
from runtime.storage.tokens import TokenUse
from runtime.web.identity import NOBODY
from runtime.web.site.context import current_services

log = logging.getLogger("opswright.api")

PREFIX: Final = "/api/"
_NOTED_EVERY: Final = 600 * 1_000_000
"""How long a token's last use may be out of date, so that reading does not mean writing."""
_MAX_TOKEN: Final = 200


def identify() -> None:
    """Names the person of this request by its token; the description of the API needs none.

    Raises `ApiError`: 401 without a good token, 429 after too many requests.
    """
    g.person = NOBODY
    found = _token_use(request.headers.get("Authorization"))
    wait = api_wait(f"token:{found.token_id}" if found else str(request.remote_addr))
    if wait:
        raise ApiError(429, "Too many requests", headers={"Retry-After": str(wait)})
    if found is not None:
        account = found.account
        g.person = Person(
            account.name, account.title, is_admin=account.is_admin, roles=found.memberships
        )
    elif "Authorization" in request.headers or request.endpoint != "api.describe":
        raise unauthorized()


def answer_nowhere() -> Response | None:
    """Answers addresses below `/api/` that lead nowhere: 401 comes before 404 and 405.

    Error handlers of the blueprint never see them, since they belong to no route.
    """
    error = request.routing_exception
    if error is None or not request.path.startswith(PREFIX):
        return None
    g.request_id = secrets.token_hex(8)
    try:
        identify()
    except Exception as refusal:
        return answer(refusal)
    if isinstance(error, MethodNotAllowed):
        return answer(error)
    return Problem(404, "There is nothing at this address").response()


def unauthorized() -> ApiError:
    """401: there is no token, or it is unknown, revoked or run out."""
    error = ', error="invalid_token"' if "Authorization" in request.headers else ""
    return ApiError(
        401,
        "Send a valid token: Authorization: Bearer ops_…",
        headers={"WWW-Authenticate": f'Bearer realm="opswright"{error}'},
    )


def _token_use(header: str | None) -> TokenUse | None:
    scheme, _, token = (header or "").strip().partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token.startswith(TOKEN_PREFIX) or len(token) > _MAX_TOKEN:
        return None
    services = current_services()
    now = microseconds(datetime.now(UTC))
    with services.db.read() as conn:
        found = _loaded(conn, token, now)
    if found is None or not found.account.is_active:
        return None
    if found.last_used_at is None or now - found.last_used_at > _NOTED_EVERY:
        _note_use(services, found, now)
    return found


def _loaded(conn: Connection, token: str, now: int) -> TokenUse | None:
    return tokens.load(conn, token_hash(token), now)


def _note_use(services: Services, use: TokenUse, now: int) -> None:
    try:
        with services.db.write() as conn:
            tokens.used(conn, use.token_id, now)
    except StorageError as error:
        # Whoever only reads is served also while nothing can be written.
        log.warning("a token's use was not noted: %s", error)
