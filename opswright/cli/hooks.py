"""Commands about hooks: `hook new`."""

from pathlib import Path

import click

from opswright.cli.failures import UsedWrong
from opswright.scaffold import write_hook
from runtime.config import load_settings


@click.group()
def hook() -> None:
    """Make hooks: Python functions that run when records change."""


@hook.command("new")
@click.argument("name")
@click.option("--tool", default="disputes", show_default=True, help="Key of the tool.")
@click.option("--form", default="dispute", show_default=True, help="Key of the form.")
@click.option(
    "--folder", type=click.Path(path_type=Path), help="Where to; else OPSWRIGHT_HOOKS, or hooks."
)
def new(name: str, tool: str, form: str, folder: Path | None) -> None:
    """Write NAME.py, a hook to start from, and its test."""
    where = folder or load_settings().hooks or Path("hooks")
    try:
        written = write_hook(where, name, tool=tool, form=form)
    except (ValueError, FileExistsError) as error:
        raise UsedWrong(str(error)) from error
    for path in written:
        click.echo(str(path))
