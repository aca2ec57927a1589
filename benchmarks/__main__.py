"""`python -m benchmarks`: runs what is asked for and prints a Markdown table."""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import click

from benchmarks import (
    canvas,
    form,
    formulas,
    importing,
    judging,
    list_page,
    peers,
    replaying,
    start,
)
from benchmarks.engines import NAMES, Engine, engine
from benchmarks.native import fill_native
from benchmarks.store import fill
from benchmarks.timing import Row

_PARTS: Final = (
    "list",
    "peers",
    "importing",
    "formulas",
    "judging",
    "form",
    "canvas",
    "start",
    "replaying",
)
_HEADS: Final = ("what", "where", "Opswright", "against", "ratio", "wanted", "")
_VERDICTS: Final = {True: "met", False: "**missed**", None: ""}


@click.command()
@click.option("--only", multiple=True, type=click.Choice(_PARTS), help="Parts to run; else all.")
@click.option("--database", multiple=True, type=click.Choice(NAMES), help="Else both.")
@click.option("--records", default=1_000_000, show_default=True, help="Of the large form.")
@click.option("--few", default=1_000, show_default=True, help="Of the small form.")
@click.option("--peer-records", default=100_000, show_default=True)
@click.option("--rounds", default=60, show_default=True, help="Of each comparison.")
@click.option("--port", default=8900, show_default=True, help="The first of three.")
@click.option("--folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def main(  # noqa: PLR0913 - one parameter for each option
    only: tuple[str, ...],
    database: tuple[str, ...],
    records: int,
    few: int,
    peer_records: int,
    rounds: int,
    port: int,
    folder: Path | None,
) -> None:
    """How fast Opswright is beside itself, a native table and its peers."""
    parts = only or _PARTS
    _print(_HEADS)
    _print(["---"] * len(_HEADS))
    with tempfile.TemporaryDirectory(prefix="opswright-benchmarks-", dir=folder) as scratch:
        for name in database or NAMES:
            with engine(name, _below(Path(scratch), name)) as made:
                _stored(made, parts, few, records, peer_records, rounds, port)
        if "judging" in parts:
            _tell(judging.measure(rounds))
        if "form" in parts:
            _tell(form.measure(_below(Path(scratch), "forms"), rounds, port))
        if "canvas" in parts:
            _tell(canvas.measure(_below(Path(scratch), "canvas"), rounds, port))
        if "start" in parts:
            _tell(start.measure(_below(Path(scratch), "starts"), port))


def _stored(  # noqa: PLR0913 - as above
    made: Engine,
    parts: Sequence[str],
    few: int,
    records: int,
    peer_records: int,
    rounds: int,
    port: int,
) -> None:
    """The parts that need a database."""
    if "list" in parts:
        _tell(_lists(made, few, records, rounds))
    if "peers" in parts:
        _tell(peers.measure(made, peer_records, rounds=rounds, port=port))
    if "importing" in parts:
        _tell(importing.measure(made, peer_records))
    if "formulas" in parts:
        _tell(formulas.measure(made, rounds))
    if "replaying" in parts:
        _tell(replaying.measure(made, peer_records))


def _lists(made: Engine, few: int, records: int, rounds: int) -> Iterator[Row]:
    small, large, native = made.store("few"), made.store("many"), made.url("native")
    fill(small, few)
    seconds = fill(large, records)
    yield Row.told("Bulk loading", made.name, f"{records / seconds:,.0f} records/s")
    fill_native(native, records)
    yield from list_page.measure(small, large, native, rounds=rounds, dialect=made.name)


def _below(folder: Path, name: str) -> Path:
    made = folder / name
    made.mkdir()
    return made


def _tell(rows: "Iterator[Row] | list[Row]") -> None:
    for row in rows:
        _print(
            (
                *(row.what, row.where, row.measured, row.against, row.ratio, row.wanted),
                _VERDICTS[row.met],
            )
        )


def _print(cells: "tuple[str, ...] | list[str]") -> None:
    click.echo(f"| {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
