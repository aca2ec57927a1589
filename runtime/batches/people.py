"""Whose rights a batch has: those that its maker has at the moment of each step."""

from sqlalchemy import Connection

from runtime.access import Access, FormAccess, Person, program
from runtime.compiling.tool import CompiledTool
from runtime.storage import accounts

COMMAND_LINE = "cli"


def acting(conn: Connection, name: str) -> Person | None:
    """Somebody as they may act now; none for somebody who is gone."""
    if name == COMMAND_LINE:
        return program(name)
    account = accounts.by_name(conn, name)
    if account is None or not account.is_active:
        return None
    roles = accounts.memberships(conn, account.id)
    return Person(account.name, account.title, is_admin=account.is_admin, roles=roles)


def access_now(tools: list[CompiledTool], person: Person, form_id: int) -> FormAccess | None:
    """Somebody's access to a form of a tool in force; none where it is not there for them."""
    for tool in tools:
        for key, form in tool.forms.items():
            if form.form_id == form_id:
                return Access(person).form(tool, key)
    return None
