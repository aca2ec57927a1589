"""A server with a tool whose fields react to one another, and its people."""

import json
from pathlib import Path

from tests.journeys.serving import Server
from tests.runtime.expenses import expenses_tool
from tests.runtime.reacting import reacting_tool
from tests.runtime.refunds import TOOL

FORM = "/t/refunds/f/refund"
EXPENSES = "expenses"
"""The key of a tool whose rows react."""


def reacting_office(folder: Path) -> Server:
    """A running server; `olga` signs in with the password `demo journeys`."""
    (folder / "data").mkdir()
    specs = folder / "specs"
    specs.mkdir()
    document = reacting_tool()
    hold = document["workflows"][0]["transitions"][1]
    hold["fields"] = ["region", "site", "due_on", "notes"]
    (specs / "refunds.json").write_text(json.dumps(document))
    expenses = expenses_tool() | {"key": EXPENSES, "title": "Expenses"}
    (specs / "expenses.json").write_text(json.dumps(expenses))
    server = Server(folder / "data", settings={"OPSWRIGHT_SPECS": str(specs)})
    server.start()
    roles = [word for tool in (TOOL, EXPENSES) for word in ("--role", f"{tool}:operator")]
    server.run("user", "add", "olga", *roles, "--password", "demo journeys")
    return server
