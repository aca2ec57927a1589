"""What stands around records, taken along to another database: people, lists, numbers, files."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace

import orjson
from sqlalchemy import Connection, insert

from runtime.storage import accounts, attachments, choice_lists, counters
from runtime.storage.accounts import Account
from runtime.storage.attachments import Attachment
from runtime.storage.choice_lists import StoredList
from runtime.storage.schema import TENANT, AccountRow, ChoiceListRow, MembershipRow
from runtime.storage.upsert import insert_new

_PRIVATE = {"email": "", "password_hash": "", "is_admin": False, "settings": {}}
"""What of an account stays where it is."""


@dataclass
class Alongside:
    """What belongs to the records of a tool without being in them."""

    people: list[Account] = field(default_factory=list)
    roles: list[tuple[int, str]] = field(default_factory=list)
    """(account, role) of those who have one in the tool."""
    lists: list[StoredList] = field(default_factory=list)
    """The lists of choices that their editors changed."""
    numbers: dict[str, dict[str, int]] = field(default_factory=dict)
    """The last number of each sequence, by form."""
    files: dict[str, list[Attachment]] = field(default_factory=dict)
    """Files of records by form; their bytes stay where they are."""


def read(
    conn: Connection, tool: tuple[int, str], forms: Mapping[str, int], names: Iterable[str]
) -> Alongside:
    """What surrounds the records of a tool, given by number and key; `names` are of others too.

    Files are the caller's to add, who knows which of them may be seen.
    """
    tool_id, key = tool
    members = accounts.members(conn, key)
    people = accounts.names_of(conn, {*names, *(name for name, _title, _role in members)})
    numbers = {person.name: person.id for person in people}
    return Alongside(
        people=people,
        roles=[(numbers[name], role) for name, _title, role in members if name in numbers],
        lists=[*choice_lists.of_tool(conn, tool_id).values()],
        numbers={form: counters.reached(conn, form_id) for form, form_id in forms.items()},
    )


def write(
    conn: Connection, tool: tuple[int, str], forms: Mapping[str, int], found: Alongside
) -> None:
    """Puts it beside the records of the same tool in another database, which has other numbers."""
    tool_id, key = tool
    for person in found.people:
        row = asdict(replace(person, **_PRIVATE))  # type: ignore[arg-type]
        conn.execute(insert(AccountRow).values(tenant_id=TENANT, **row))
    for account_id, role in found.roles:
        held = {"tenant_id": TENANT, "account_id": account_id, "tool": key, "role": role}
        insert_new(conn, MembershipRow, held)
    for kept in found.lists:
        row = asdict(kept) | {"choices": orjson.dumps(kept.choices).decode()}
        insert_new(conn, ChoiceListRow, {"tenant_id": TENANT, "tool_id": tool_id, **row})
    for form, numbers in found.numbers.items():
        for sequence, last in numbers.items() if form in forms else ():
            counters.next_numbers(conn, forms[form], sequence, last)
    for form, files in found.files.items():
        for file in files:
            attachments.add(conn, replace(file, form_id=forms[form]))
