"""Accounts of people, and the roles they hold in tools."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import orjson
from sqlalchemy import (
    ClauseElement,
    Connection,
    Text,
    bindparam,
    cast,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError

from runtime.storage.schema import TENANT, AccountRow, MembershipRow
from runtime.storage.statements import prepared


class AccountExists(Exception):  # noqa: N818 - named for the condition
    """The name is taken; names are never given twice."""


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in."""

    id: int
    name: str
    """Immutable: records and events know people by it."""
    title: str
    email: str
    password_hash: str
    is_admin: bool
    is_active: bool
    rights_version: int
    """Raised with every change of rights, so that sessions notice."""
    settings: dict[str, Any]
    created_at: int


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What an account is made from."""

    name: str
    title: str
    email: str = ""
    password_hash: str = ""
    is_admin: bool = False


ACCOUNT: Final = (
    *(AccountRow.id, AccountRow.name, AccountRow.title, AccountRow.email),
    *(AccountRow.password_hash, AccountRow.is_admin, AccountRow.is_active),
    *(AccountRow.rights_version, AccountRow.settings, AccountRow.created_at),
)


def add(conn: Connection, account_id: int, new: NewAccount, at: int) -> Account:
    """A new account; raises `AccountExists`."""
    made = Account(
        id=account_id,
        name=new.name,
        title=new.title,
        email=new.email,
        password_hash=new.password_hash,
        is_admin=new.is_admin,
        is_active=True,
        rights_version=1,
        settings={},
        created_at=at,
    )
    values = {name: getattr(made, name) for name in Account.__dataclass_fields__}
    try:
        # A savepoint, so that a taken name does not end the caller's transaction.
        with conn.begin_nested():
            conn.execute(insert(AccountRow).values(tenant_id=TENANT, **values))
    except IntegrityError as error:
        raise AccountExists(f"there is an account {new.name!r} already") from error
    return made


def by_name(conn: Connection, name: str) -> Account | None:
    """The account of that name."""
    return _one(conn, AccountRow.name == name)


def by_id(conn: Connection, account_id: int) -> Account | None:
    """The account of that id."""
    return _one(conn, AccountRow.id == account_id)


def _one(conn: Connection, test: Any) -> Account | None:
    row = conn.execute(select(*ACCOUNT).where(AccountRow.tenant_id == TENANT, test)).one_or_none()
    return None if row is None else Account(*row)


def listed(conn: Connection) -> list[Account]:
    """All accounts by name."""
    rows = conn.execute(
        select(*ACCOUNT).where(AccountRow.tenant_id == TENANT).order_by(AccountRow.name)
    )
    return [Account(*row) for row in rows]


def change(conn: Connection, account_id: int, **columns: Any) -> bool:
    """Set columns of an account (never `name`); false where there is none."""
    if not columns.keys() <= _CHANGEABLE:
        raise ValueError(f"{sorted(columns.keys() - _CHANGEABLE)} cannot be changed")
    if columns.keys() & _RIGHTS:
        columns["rights_version"] = AccountRow.rights_version + 1
    done = conn.execute(
        update(AccountRow)
        .where(AccountRow.tenant_id == TENANT, AccountRow.id == account_id)
        .values(**columns)
    )
    return done.rowcount == 1


_AT_ONCE: Final = 500
_CHANGEABLE: Final = {"title", "email", "password_hash", "is_admin", "is_active", "settings"}
_RIGHTS: Final = {"password_hash", "is_admin", "is_active"}


# -- memberships ------------------------------------------------------------------------


def memberships(conn: Connection, account_id: int) -> frozenset[tuple[str, str]]:
    """The (tool, role) pairs an account holds."""
    rows = conn.execute(
        select(MembershipRow.tool, MembershipRow.role).where(
            MembershipRow.tenant_id == TENANT, MembershipRow.account_id == account_id
        )
    )
    return frozenset((tool, role) for tool, role in rows)


def grant(conn: Connection, account_id: int, tool: str, role: str) -> None:
    """Give a role; nothing happens where it is held already."""
    if (tool, role) in memberships(conn, account_id):
        return
    conn.execute(
        insert(MembershipRow).values(tenant_id=TENANT, account_id=account_id, tool=tool, role=role)
    )
    _rights_changed(conn, account_id)


def revoke(conn: Connection, account_id: int, tool: str, role: str) -> None:
    """Take a role away."""
    conn.execute(
        delete(MembershipRow).where(
            MembershipRow.tenant_id == TENANT,
            MembershipRow.account_id == account_id,
            MembershipRow.tool == tool,
            MembershipRow.role == role,
        )
    )
    _rights_changed(conn, account_id)


def _rights_changed(conn: Connection, account_id: int) -> None:
    conn.execute(
        update(AccountRow)
        .where(AccountRow.tenant_id == TENANT, AccountRow.id == account_id)
        .values(rights_version=AccountRow.rights_version + 1)
    )


def members(conn: Connection, tool: str) -> list[tuple[str, str, str]]:
    """Who holds which role in a tool: (name, title, role) of active accounts, by name."""
    found = _members(conn).rows(conn, {"tool": tool})
    return [(name, title, role) for name, title, role in found]


@prepared
def _members(_dialect: str) -> ClauseElement:
    return (
        select(AccountRow.name, AccountRow.title, MembershipRow.role)
        .join(
            MembershipRow,
            (MembershipRow.account_id == AccountRow.id)
            & (MembershipRow.tenant_id == AccountRow.tenant_id),
        )
        .where(
            AccountRow.tenant_id == TENANT,
            AccountRow.is_active,
            MembershipRow.tool == bindparam("tool"),
        )
        .order_by(AccountRow.name, MembershipRow.role)
    )


def exist(conn: Connection) -> bool:
    """Whether anybody has an account."""
    query = select(AccountRow.id).where(AccountRow.tenant_id == TENANT).limit(1)
    return conn.execute(query).first() is not None


def titles(conn: Connection, names: Iterable[str]) -> dict[str, str]:
    """What people are called, by name, in one statement; unknown names are left out."""
    wanted = sorted(set(names))
    if not wanted:
        return {}
    found = _titles(conn).rows(conn, {"names": orjson.dumps(wanted).decode()})
    return {row[0]: row[1] for row in found}


@prepared
def _titles(dialect: str) -> ClauseElement:
    """The names come as one JSON list, so that one statement serves any number of them."""
    names = bindparam("names", type_=Text())
    each = func.json_each(names)
    if dialect == "postgresql":
        each = func.json_array_elements_text(cast(names, postgresql.JSON()))
    listed = each.table_valued("value")
    return select(AccountRow.name, AccountRow.title).where(
        AccountRow.tenant_id == TENANT, AccountRow.name.in_(select(listed.c.value))
    )


def names_of(conn: Connection, names: Iterable[str]) -> list[Account]:
    """The accounts of those names."""
    query = select(*ACCOUNT).where(AccountRow.tenant_id == TENANT, AccountRow.name.in_(set(names)))
    return [Account(*row) for row in conn.execute(query)]


def called(conn: Connection, texts: Iterable[str]) -> dict[str, str]:
    """The names of accounts by what people write for them, in small letters.

    That is the name, the e-mail address or the title; what two accounts are called is nobody's.
    """
    wanted = {text.casefold(): text for text in texts if text.strip()}
    spellings = sorted({*wanted, *wanted.values(), *map(str.lower, wanted.values())})
    found: dict[str, set[str]] = {}
    logins: dict[str, set[str]] = {}
    for start in range(0, len(spellings), _AT_ONCE):
        some = spellings[start : start + _AT_ONCE]
        columns = (AccountRow.name, AccountRow.email, AccountRow.title)
        # The letters of SQLite are those of ASCII: other ones are asked for as they were written.
        able = [of for column in columns for of in (column.in_(some), func.lower(column).in_(some))]
        query = select(*columns).where(AccountRow.tenant_id == TENANT, or_(*able))
        for name, email, title in conn.execute(query):
            for said in (email, title):
                found.setdefault(said.casefold(), set()).add(name)
            logins[name.casefold()] = {name}
    found |= logins
    return {
        said: next(iter(names))
        for said, names in found.items()
        if said in wanted and len(names) == 1
    }
