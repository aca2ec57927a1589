"""The key of a rendered form: it makes its post happen once, and tells for whom it was rendered.

A post that comes after its session has ended says by its key whose typing it is, and nobody
can make up the key of somebody else's form.
"""

import hmac
from secrets import token_urlsafe

from flask import current_app, g

_MARK = 32


def new_form_key() -> str:
    """A key for a form that is rendered for whoever is signed in."""
    token = token_urlsafe(12)
    return f"{token}.{_mark(g.person.name, token)}"


def was_rendered_for(account: str, key: str) -> bool:
    """Whether a form with that key was rendered for an account; parts of a page add to its key."""
    token, _, rest = key.partition(".")
    mark = rest[:_MARK]
    return hmac.compare_digest(mark.encode(), _mark(account, token).encode())


def _mark(account: str, token: str) -> str:
    secret = f"form:{current_app.secret_key!s}".encode()
    return hmac.new(secret, f"{account}:{token}".encode(), "sha256").hexdigest()[:_MARK]
