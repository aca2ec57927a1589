"""The accounts of the demo: six to sign in with, password `demo`, and colleagues who cannot."""

from typing import Final

from opswright.demo.people import COLLEAGUES, SIGN_INS
from runtime.access import BUILDER, EVERY_TOOL, Person
from runtime.accounts import Passwords
from runtime.services import Services
from runtime.storage import accounts
from runtime.storage.accounts import NewAccount

TOOL: Final = "disputes"
PASSWORD: Final = "demo"  # noqa: S105 - shown on the sign-in page, which the demo binds to loopback


def add_accounts(services: Services, now: int) -> int:
    """Makes the accounts that are not there yet, in one transaction; how many that were."""
    with services.db.read() as conn:
        known = {account.name for account in accounts.listed(conn)}
    missing = [person for person in COLLEAGUES if person.name not in known]
    if not missing:
        return 0
    # One hash for all six: a good one takes a tenth of a second, and this password is no secret.
    hashed = Passwords().hash(PASSWORD)
    with services.db.write() as conn:
        for person in missing:
            new = NewAccount(
                name=person.name,
                title=person.title,
                email=person.email,
                password_hash=hashed if person.name in SIGN_INS else "",
                is_admin=person.is_admin,
            )
            account = accounts.add(conn, services.ids.next(), new, now)
            if person.role:
                accounts.grant(conn, account.id, TOOL, person.role)
            if person.name == "builder":
                accounts.grant(conn, account.id, EVERY_TOOL, BUILDER)
    return len(missing)


def persons() -> dict[str, Person]:
    """Everybody of the demo as the write gate takes them, by name."""
    return {
        person.name: Person(
            name=person.name,
            title=person.title,
            is_admin=person.is_admin,
            roles=frozenset({(TOOL, person.role)} if person.role else ()),
        )
        for person in COLLEAGUES
    }


def sign_ins() -> list[tuple[str, str]]:
    """(name, what the button says) of the accounts that the demo offers to come in as."""
    return [(name, name.title()) for name in SIGN_INS]
