"""Accounts, passwords and API tokens: made, checked and taken away.

Passwords are kept as Argon2id hashes, tokens as SHA-256 hashes: neither can be read back.
"""

import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from hashlib import sha256
from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from form_specs.conditions.binding import microseconds
from runtime.storage import accounts, sessions, tokens
from runtime.storage.accounts import Account, NewAccount
from runtime.storage.database import Database
from runtime.storage.ids import IdMaker
from runtime.storage.tokens import NewToken

TOKEN_PREFIX: Final = "ops_"  # noqa: S105 - what secrets start with is none
"""What every token starts with, so that scanners of code and logs find a leaked one."""
MIN_PASSWORD: Final = 8
MAX_PASSWORD: Final = 1_000

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
_RESERVED: Final = frozenset({"system", "cli", "me", "hook"})
_COMMON: Final = frozenset(
    {
        *("12345678", "123456789", "1234567890", "11111111", "00000000", "87654321"),
        *("password", "password1", "passw0rd", "qwertyui", "qwertyuiop", "1q2w3e4r"),
        *("iloveyou", "sunshine", "princess", "football", "baseball", "superman"),
        *("trustno1", "letmein1", "welcome1", "opswright"),
    }
)
_HASHES_AT_ONCE: Final = 4
"""Each hash takes 32 MB and a core: more at once would let sign-ins starve everything else."""


class AccountError(ValueError):
    """An account, password or token that cannot be as asked; the message says why."""


class Passwords:
    """Hashes and verifies passwords, few at a time; threads share one."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=3, memory_cost=32_768, parallelism=1)
        self._turns = BoundedSemaphore(_HASHES_AT_ONCE)

    def hash(self, password: str) -> str:
        with self._turns:
            return self._hasher.hash(password)

    def fits(self, password: str, kept: str | None) -> bool:
        """Whether `password` has the hash `kept`; as slow where there is none to compare with."""
        with self._turns:
            try:
                return self._hasher.verify(kept or self._nobody, password) and bool(kept)
            except (VerificationError, InvalidHashError):
                return False

    def outdated(self, kept: str) -> bool:
        """Whether a hash was made with weaker parameters than today's."""
        return self._hasher.check_needs_rehash(kept)

    @cached_property
    def _nobody(self) -> str:
        """The hash of a password that nobody has."""
        return self._hasher.hash(secrets.token_urlsafe(32))


@dataclass(frozen=True, slots=True)
class Joining:
    """Who shall get an account, and what they may do; `roles` holds (tool, role) pairs."""

    name: str
    password: str
    title: str = ""
    email: str = ""
    is_admin: bool = False
    roles: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Amendment:
    """What is to change of an account; what is not named stays."""

    password: str | None = None
    columns: Mapping[str, object] = field(default_factory=dict)
    """`title`, `email`, `is_admin`, `is_active`."""
    granted: tuple[tuple[str, str], ...] = ()
    revoked: tuple[tuple[str, str], ...] = ()


class Accounts:
    """The accounts of one deployment."""

    def __init__(
        self,
        db: Database,
        ids: IdMaker,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._db = db
        self._ids = ids
        self._clock = clock
        self.passwords = Passwords()

    def sign_in(self, name: str, password: str) -> Account | None:
        """The active account with that name and password, or none.

        Takes the same work whether the name is known or not, so that time tells nothing.
        """
        with self._db.read() as conn:
            account = accounts.by_name(conn, name) if _NAME.fullmatch(name) else None
        kept = account.password_hash if account and account.is_active else None
        if not self.passwords.fits(password[: MAX_PASSWORD + 1], kept) or account is None:
            return None
        if self.passwords.outdated(account.password_hash):
            fresh = self.passwords.hash(password)
            with self._db.write() as conn:
                accounts.change(conn, account.id, password_hash=fresh)
        return account

    def add(self, joining: Joining) -> Account:
        """A new account; raises `AccountError` for a name, password or title that cannot be."""
        name = joining.name
        if not _NAME.fullmatch(name) or name in _RESERVED:
            raise AccountError(
                f"{name!r} cannot be a name: letters, digits and . _ @ -, at most 64 of them"
            )
        check_password(joining.password, name)
        hashed = self.passwords.hash(joining.password)
        new = NewAccount(
            name=name,
            title=joining.title.strip() or name,
            email=joining.email,
            password_hash=hashed,
            is_admin=joining.is_admin,
        )
        with self._db.write() as conn:
            if any(known.name.casefold() == name.casefold() for known in accounts.listed(conn)):
                raise AccountError(f"There is an account named {name} already")
            account = accounts.add(conn, self._ids.next(), new, self._now())
            for tool, role in joining.roles:
                accounts.grant(conn, account.id, tool, role)
        return account

    def using(self, password: str, names: Iterable[str]) -> list[str]:
        """Which of the accounts called `names` have this very password."""
        with self._db.read() as conn:
            found = [accounts.by_name(conn, name) for name in names]
        verdicts: dict[str, bool] = {}
        for account in found:
            if account is not None and account.password_hash not in verdicts:
                fits = self.passwords.fits(password, account.password_hash)
                verdicts[account.password_hash] = fits
        return [item.name for item in found if item and verdicts[item.password_hash]]

    def change(self, name: str, amendment: Amendment) -> Account:
        """Changes an account as asked, at once for whoever is signed in with it.

        A new password and closing end all of its sessions.  Raises `AccountError`.
        """
        account = self._known(name)
        columns: dict[str, object] = dict(amendment.columns)
        if amendment.password is not None:
            check_password(amendment.password, name)
            columns["password_hash"] = self.passwords.hash(amendment.password)
        with self._db.write() as conn:
            if columns:
                accounts.change(conn, account.id, **columns)
            for tool, role in amendment.granted:
                accounts.grant(conn, account.id, tool, role)
            for tool, role in amendment.revoked:
                accounts.revoke(conn, account.id, tool, role)
            if amendment.password is not None or columns.get("is_active") is False:
                sessions.remove_for_account(conn, account.id)
        return self._known(name)

    def listed(self) -> list[tuple[Account, frozenset[tuple[str, str]]]]:
        """Every account with its (tool, role) pairs, by name."""
        with self._db.read() as conn:
            found = sorted(accounts.listed(conn), key=lambda account: account.name)
            return [(account, accounts.memberships(conn, account.id)) for account in found]

    # -- tokens -------------------------------------------------------------------------

    def add_token(self, name: str, title: str = "", days: int | None = None) -> tuple[int, str]:
        """(id, token) of a new API token of an account; nobody can read the token again.

        Raises `AccountError` where there is no such account.
        """
        account = self._known(name)
        token = TOKEN_PREFIX + secrets.token_urlsafe(32)
        now = self._clock()
        expires = microseconds(now + timedelta(days=days)) if days is not None else None
        token_id = self._ids.next()
        new = NewToken(token_id, account.id, token_hash(token), title or "API token", expires)
        with self._db.write() as conn:
            tokens.add(conn, new, microseconds(now))
        return token_id, token

    def revoke_token(self, token_id: int) -> bool:
        """Ends a token at once; false where there is none that still holds."""
        with self._db.write() as conn:
            return tokens.revoke(conn, token_id, self._now())

    def tokens(self, names: Iterable[str]) -> list[tuple[str, tokens.Token]]:
        """(account, token) of every token of some accounts."""
        with self._db.read() as conn:
            found = [accounts.by_name(conn, name) for name in names]
            return [
                (account.name, token)
                for account in found
                if account
                for token in tokens.listed(conn, account.id)
            ]

    def _known(self, name: str) -> Account:
        with self._db.read() as conn:
            account = accounts.by_name(conn, name)
        if account is None:
            raise AccountError(f"There is no account named {name}")
        return account

    def _now(self) -> int:
        return microseconds(self._clock())


def check_password(password: str, name: str = "") -> None:
    """Raises `AccountError` for a password that is too short, too long, or the first to be tried."""
    if len(password) < MIN_PASSWORD:
        raise AccountError(f"A password has at least {MIN_PASSWORD} characters")
    if len(password) > MAX_PASSWORD:
        raise AccountError(f"A password has at most {MAX_PASSWORD:,} characters")
    if password.casefold() in _COMMON or password.casefold() == name.casefold():
        raise AccountError("This password is the first that anybody would try; choose another")


def token_hash(token: str) -> bytes:
    """What is kept of a token."""
    return sha256(token.encode()).digest()
