"""The command `demo`: the example tool with accounts and records, on this machine only."""

import os
import shutil
from pathlib import Path
from typing import Final

import click

from builder.spec_folder import FolderProblem
from opswright.cli.failures import UsedWrong
from opswright.cli.logs import configure_logs
from opswright.cli.serving import run_server
from opswright.demo import HOOKS, prepare
from opswright.demo.accounts import sign_ins
from runtime.config import load_settings
from runtime.services import Services

_DATA: Final = Path(".opswright-demo")
_MARK: Final = "demo.txt"
"""Stands in the folders that the demo made, so that no other is ever emptied."""


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
@click.option(
    "--data", type=click.Path(file_okay=False, path_type=Path), default=_DATA, show_default=True
)
@click.option("--records", type=click.IntRange(1, 1_000_000), default=5_000, show_default=True)
@click.option("--fresh", is_flag=True, help="Throw away what an earlier demo left.")
def demo(port: int, data: Path, records: int, fresh: bool) -> None:
    """Try the example: card disputes with a year of history.

    Sign in as operator, lead, approver, auditor, builder or admin; the password is demo.
    """
    if fresh:
        _empty(data)
    data.mkdir(parents=True, exist_ok=True)
    (data / _MARK).write_text("Made by `opswright demo`; may be thrown away.\n", "utf-8")
    configure_logs()
    os.environ["OPSWRIGHT_DATA"] = str(data.resolve())  # where the demo's hooks keep their files
    settings = load_settings(
        {},
        {"data": data, "hooks": HOOKS, "host": "127.0.0.1", "port": port},
    )

    def seed(services: Services) -> list[FolderProblem]:
        prepare(services, records=records)
        return []

    run_server(settings, prepare=seed, path="/t/disputes/", demo=sign_ins())


def _empty(data: Path) -> None:
    if not data.exists():
        return
    if not (data / _MARK).exists():
        raise UsedWrong(f"{data} was not made by the demo, so it is not emptied")
    shutil.rmtree(data)
