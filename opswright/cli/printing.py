"""What commands write: lines for people, JSON for machines."""

from collections.abc import Callable
from typing import Any

import click
import orjson


def json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """The option `--json` of a command."""
    option = click.option("--json", "as_json", is_flag=True, help="Write JSON for a machine.")
    return option(command)


def print_json(content: Any) -> None:
    """Writes a document in indented JSON, exactly as it is."""
    click.echo(orjson.dumps(content, option=orjson.OPT_INDENT_2).decode())


def print_table(rows: list[tuple[str, ...]]) -> None:
    """Writes rows in columns as wide as they need."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo("  ".join(cells).rstrip())
