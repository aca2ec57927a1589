"""What `opswright demo` opens on: the card disputes example with people and a year of work.

`prepare` may run at every start: what is there already stays as it is.
"""

from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import click

from form_specs.conditions.binding import microseconds
from form_specs.examples import example_tools
from opswright.demo.accounts import TOOL, add_accounts
from opswright.demo.seed import FORM, Player, make_stories
from runtime.compiling.tool import CompiledTool
from runtime.services import Services
from runtime.storage.index_builder import build_next
from runtime.storage.records import ListQuery, RecordReader
from runtime.storage.statistics import refresh_statistics

SEED: Final = 20_418
HOOKS: Final = Path(__file__).parent / "hooks"
"""The folder of the demo's hooks: what `OPSWRIGHT_HOOKS` is set to."""


def prepare(
    services: Services,
    *,
    records: int = 5_000,
    now: datetime | None = None,
    say: Callable[[str], None] = click.echo,
) -> None:
    """Publishes the disputes tool, makes the accounts and seeds `records` disputes, each if missing.

    `say` gets the progress in lines of text.  A second call changes nothing and returns at once.
    """
    moment = now or datetime.now(UTC)
    tool = _published(services)
    if add_accounts(services, microseconds(moment - timedelta(days=400))):
        say("Accounts: builder, operator, lead, approver, auditor, admin; password: demo")
    if not _empty(services, tool):
        return
    while build_next(services.db):  # on an empty table: afterwards each insert finds them
        pass
    say(f"Seeding {records:,} disputes with a year of history ...")
    player = Player(services, tool, moment)
    player.play(make_stories(SEED, records, moment), lambda done, of: say(_share(done, of)))
    refresh_statistics(services.db)
    say("The demo is ready.")


def example() -> dict[str, Any]:
    """The card disputes example as a document of one's own."""
    return deepcopy(example_tools()[TOOL])


def _published(services: Services) -> CompiledTool:
    """The disputes tool as it is in force, published first where there is none."""
    with services.db.read() as conn:
        tool = services.published.tool(conn, TOOL)
    if tool is not None:
        return tool
    return services.published.publish(example(), by="builder", note="The example").tool


def _empty(services: Services, tool: CompiledTool) -> bool:
    query = ListQuery(form_id=tool.forms[FORM].form_id)
    with services.db.read() as conn:
        return RecordReader(services.db).count(conn, query, cap=1).number == 0


def _share(done: int, of: int) -> str:
    return f"  {done * 100 // of:3d} %  {done:,} of {of:,} steps"
