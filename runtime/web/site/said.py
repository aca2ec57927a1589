"""What the next page is to tell ("Saved"), in a signed cookie of its own.

In the session's row it would cost each plain form post a second transaction, and the page after
it a third.
"""

from collections.abc import Iterable
from typing import Final

from flask import Request, Response
from itsdangerous import BadData, URLSafeTimedSerializer

FLASHES: Final = "_flashes"
"""Where Flask keeps what was flashed, while a request is answered."""
_SECONDS: Final = 120
_MOST: Final = 3
_LONGEST: Final = 200
"""Characters of one message: a cookie holds four thousand bytes."""

Message = tuple[str, str]
"""Its tone and its text."""


class Said:
    """Reads and writes the cookie."""

    def __init__(self, secret: str, *, secure: bool) -> None:
        self._signer = URLSafeTimedSerializer(secret, salt="said")
        self._secure = secure
        self.cookie = "__Host-opswright-said" if secure else "opswright-said"

    def read(self, request: Request) -> list[Message]:
        """The messages that came with a request; none where they are not ours or too old."""
        kept = request.cookies.get(self.cookie)
        if not kept:
            return []
        try:
            return [(tone, text) for tone, text in self._signer.loads(kept, max_age=_SECONDS)]
        except BadData:
            return []

    def write(self, request: Request, response: Response, messages: Iterable[Message]) -> None:
        """Keeps what was not told yet, and forgets what was."""
        listed = [(tone, text[:_LONGEST]) for tone, text in messages][-_MOST:]
        if listed:
            response.set_cookie(
                self.cookie,
                str(self._signer.dumps(listed)),
                max_age=_SECONDS,
                path="/",
                httponly=True,
                secure=self._secure,
                samesite="Lax",
            )
        elif self.cookie in request.cookies:
            response.delete_cookie(self.cookie, path="/", secure=self._secure, httponly=True)
