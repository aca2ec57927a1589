"""The list page and its SQL at two sizes, as the role with the least rights sees it."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from html import unescape
from typing import Any, Final

from flask.testing import FlaskClient
from sqlalchemy import Connection, bindparam, or_, select

from benchmarks.native import CLAIMS
from benchmarks.records import MEASURED
from benchmarks.store import LIST_PAGE, PASSWORD, Store
from benchmarks.timing import Row, alternating
from benchmarks.tool import FORM, TOOL, VIEW
from form_specs.model import SortKey
from runtime.access import Access, FormAccess, Person
from runtime.app import create_app
from runtime.reading import ListRequest, query_of
from runtime.services import Services
from runtime.storage.database import Database, open_database
from runtime.storage.paging import ListQuery, count_statement, page_statement, plan
from runtime.storage.statements import Prepared

_ROWS: Final = 50
_DEEP_PAGES: Final = 15


@dataclass(frozen=True)
class Measured:
    """One deployment under measure: its pages for the signed-in person, and what they may read."""

    name: str
    services: Services
    client: FlaskClient
    conn: Connection
    access: FormAccess

    def get(self, path: str) -> str:
        """The HTML of a page, which must be a good one."""
        response = self.client.get(path)
        if response.status_code != 200:
            raise RuntimeError(f"{path} answered {response.status}")
        return response.text

    def query(self, cursor: str | None = None) -> ListQuery:
        """What the list page asks of the store."""
        condition: dict[str, Any] = {"field": "status", "op": "eq", "value": "won"}
        asked = ListRequest((condition,), (SortKey("due_by", descending=False),), cursor=cursor)
        return query_of(self.access, asked, self.access.form.views[VIEW])


@contextmanager
def measured(name: str, store: Store) -> Iterator[Measured]:
    """The deployment in this process, with the least-privileged person signed in."""
    with store.opened() as services, services.db.read() as conn:
        client = create_app(services).test_client()
        page = client.get("/sign-in").text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert token is not None
        client.post(
            "/sign-in", data={"csrf_token": token[1], "name": MEASURED, "password": PASSWORD}
        )
        person = Person(MEASURED, MEASURED, roles=frozenset({(TOOL, "agent")}))
        tool = services.published.tool(conn, TOOL)
        assert tool is not None
        access = Access(person).form(tool, FORM)
        assert access is not None
        yield Measured(name, services, client, conn, access)


def measure(small: Store, large: Store, native_url: str, *, rounds: int, dialect: str) -> list[Row]:
    """All ratios of one database."""
    with ExitStack() as stack:
        few = stack.enter_context(measured("few", small))
        many = stack.enter_context(measured("many", large))
        native = open_database(native_url)
        stack.callback(native.close)
        native_conn = stack.enter_context(native.read())
        return [
            *_pages(few, many, rounds, dialect),
            *_statements(few, many, native_conn, native, rounds, dialect),
        ]


def _pages(few: Measured, many: Measured, rounds: int, where: str) -> list[Row]:
    deep, few_record, many_record = _deep(many), _first_record(few), _first_record(many)
    times = alternating(
        {
            "few": lambda: few.get(LIST_PAGE),
            "many": lambda: many.get(LIST_PAGE),
            "deep": lambda: many.get(deep),
            "few record": lambda: few.get(few_record),
            "many record": lambda: many.get(many_record),
            "few home": lambda: few.get("/"),
            "many home": lambda: many.get("/"),
        },
        rounds,
    )

    def row(what: str, ours: str, other: str, limit: float | None) -> Row:
        return Row.compared(what, where, times[ours], times[other], at_most=limit, name=other)

    return [
        row("List page, many records against few", "many", "few", 1.5),
        row(f"The same, {_DEEP_PAGES} pages on", "deep", "few", 1.5),
        row("Record page, many against few", "many record", "few record", 1.5),
        row("Home, many against few", "many home", "few home", None),
    ]


def _deep(many: Measured) -> str:
    """The address of a page far down the list, found as people find it."""
    path = LIST_PAGE
    for _ in range(_DEEP_PAGES):
        match = re.search(r'href="([^"]+)"\s+rel="next"', many.get(path))
        if match is None:
            raise LookupError("the list is too short to go deep into it")
        path = unescape(match[1])
    return path


def _first_record(site: Measured) -> str:
    match = re.search(rf'href="(/t/{TOOL}/f/{FORM}/[^"]+)"', site.get(LIST_PAGE))
    assert match is not None
    return unescape(match[1])


def _statements(
    few: Measured,
    many: Measured,
    native_conn: Connection,
    native: Database,
    rounds: int,
    where: str,
) -> list[Row]:
    theirs = _native_page(native.dialect)
    values: dict[str, Any] = {
        "status": "won",
        "region": "emea",
        "owner": MEASURED,
        "size": _ROWS + 1,
    }
    ours, our_values = _page(many)
    smaller, smaller_values = _page(few)
    counting, counted = _count(many)
    if len(ours.rows(many.conn, our_values)) != len(theirs.rows(native_conn, values)):
        raise RuntimeError("the two tables do not hold the same")
    times = alternating(
        {
            "native": lambda: theirs.rows(native_conn, values),
            "ours": lambda: ours.rows(many.conn, our_values),
            "few": lambda: smaller.rows(few.conn, smaller_values),
            "count": lambda: counting.rows(many.conn, counted),
        },
        rounds * 3,
    )
    return [
        Row.compared(
            "Page SQL, many records, against a native table",
            where,
            times["ours"],
            times["native"],
            at_most=1.2,
            name="native",
        ),
        Row.compared(
            "Page SQL, many records against few",
            where,
            times["ours"],
            times["few"],
            at_most=None,
            name="few",
        ),
        Row.compared(
            "Count of the list, capped, against its page SQL",
            where,
            times["count"],
            times["ours"],
            at_most=None,
            name="page",
        ),
    ]


def _page(site: Measured) -> tuple[Prepared, dict[str, Any]]:
    dialect = site.services.db.dialect
    planned = plan(site.query(), dialect)
    assert planned is not None
    return page_statement(planned.shape, dialect), {**planned.values, "page_size": _ROWS + 1}


def _count(site: Measured) -> tuple[Prepared, dict[str, Any]]:
    dialect = site.services.db.dialect
    query = site.query()
    unordered = ListQuery(query.form_id, query.where, query.rows, query.filters)
    planned = plan(unordered, dialect, "q0v")
    assert planned is not None
    return count_statement(((planned.shape, "q0v"),), 1000, dialect), planned.values


def _native_page(dialect: str) -> Prepared:
    c = CLAIMS.c
    statement = (
        select(CLAIMS)
        .where(
            c.status == bindparam("status"),
            or_(c.region == bindparam("region"), c.owner == bindparam("owner")),
        )
        .order_by(c.due_by, c.id)
        .limit(bindparam("size"))
    )
    return Prepared(statement, dialect)
