"""Commands about the database: `migrate` and `audit`."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import orjson

from form_specs.source import SourceError, read_source
from opswright.cli.failures import UsedWrong
from opswright.cli.opening import opened
from opswright.cli.printing import json_option, print_json
from runtime.config import load_settings
from runtime.storage.database import open_database
from runtime.storage.ids import encode_id
from runtime.storage.sealing import checkpoint, is_behind, rebase, seal
from runtime.storage.tools import form_names
from runtime.storage.verifying import Finding, Report, verify


@click.command()
def migrate() -> None:
    """Bring the database up to date; harmless where it is."""
    db = open_database(load_settings().database)
    try:
        changed = db.migrate()
    finally:
        db.close()
    click.echo("The database is up to date now" if changed else "The database was up to date")


@click.group()
def audit() -> None:
    """Verify the event log; export checkpoints of it."""


@audit.command("verify")
@click.option(
    "--checkpoint",
    "exported",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Also compare with a checkpoint that was exported earlier.",
)
@json_option
@click.pass_context
def verify_log(ctx: click.Context, exported: Path | None, as_json: bool) -> None:
    """Find what was altered, dropped or slipped in; exit 1 if anything was."""
    given = _checkpoint(exported) if exported else None
    with opened() as services:
        report = verify(services.db, services.audit_key, given, services.files)
        with services.db.read() as conn:
            forms = form_names(conn)
    if as_json:
        print_json(_report_json(report, forms))
    else:
        _print_report(report, forms)
    ctx.exit(0 if report.ok else 1)


def _checkpoint(path: Path) -> dict[str, Any]:
    try:
        document = read_source(path).document
    except SourceError as error:
        raise UsedWrong(f"{path} is no checkpoint: {error}") from error
    if not isinstance(document, dict):
        raise UsedWrong(f"{path} is no checkpoint")
    return document


def _report_json(report: Report, forms: Mapping[int, str]) -> dict[str, Any]:
    return {
        "ok": report.ok,
        "events": report.events,
        "seals": report.seals,
        "records": report.records,
        "findings": [_finding_json(finding, forms) for finding in report.findings],
    }


def _finding_json(finding: Finding, forms: Mapping[int, str]) -> dict[str, Any]:
    found = dataclasses.asdict(finding)
    form = found.pop("form_id")
    found = {"problem": found.pop("problem"), "form": forms.get(form), **found}
    for name, key in (("record", "record_id"), ("event", "event")):
        number = found.pop(key)
        found[name] = encode_id(number) if number is not None else None
    return {key: value for key, value in found.items() if value not in (None, "")}


def _print_report(report: Report, forms: Mapping[int, str]) -> None:
    for finding in report.findings:
        shown = _finding_json(finding, forms)
        what = shown.pop("problem")
        about = ", ".join(f"{key} {value}" for key, value in shown.items())
        click.echo(f"{what}: {about}" if about else what)
    counts = (report.events, "event"), (report.seals, "seal"), (report.records, "record")
    looked = ", ".join(_counted(number, what) for number, what in counts)
    click.echo(f"{looked}: {_verdict(len(report.findings))}")


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _verdict(findings: int) -> str:
    if findings == 0:
        return "all as written"
    return f"{_counted(findings, 'thing')} {'is' if findings == 1 else 'are'} not as written"


@audit.command("rebase")
def rebase_log() -> None:
    """After a PostgreSQL dump was restored into another server: let new events follow the old ones.

    Harmless where it is not needed.  Waits for whoever writes, and lets nobody write meanwhile.
    """
    with opened() as services, services.db.write() as conn:
        text = "New events follow the old ones as they should; nothing is to be done"
        if is_behind(conn):
            rebase(conn)
            text = "New events follow the old ones again"
    click.echo(text)


@audit.command("checkpoint")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="A file, else printed."
)
def export_checkpoint(out: Path | None) -> None:
    """Export a signed checkpoint; keep it where this server cannot write."""
    with opened() as services:
        while seal(services.db, services.audit_key):
            pass
        made = checkpoint(services.db, services.audit_key)
    if out is None:
        print_json(made)
        return
    out.write_bytes(orjson.dumps(made, option=orjson.OPT_INDENT_2) + b"\n")
    click.echo(f"Wrote {out}")
