"""The command `doctor`: the settings in force, and what is wrong with a deployment."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import click

from builder.spec_folder import specs_in
from components.registry import Registry
from form_specs.check import check_file
from form_specs.problem import Severity
from opswright.cli.opening import opened
from opswright.cli.printing import json_option, print_json, print_table
from runtime.config import Settings, described, load_settings
from runtime.hooks.answers import HookFailed
from runtime.published import MIGRATION
from runtime.services import Services
from runtime.storage import jobs, outbox
from runtime.storage.errors import StorageError
from runtime.storage.sealing import is_behind

_SECRET: Final = frozenset({"secret_key"})
_LITTLE_SPACE: Final = 512 * 1024 * 1024
_MOST_TOLD: Final = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    ok: bool
    detail: str


@click.command()
@json_option
@click.pass_context
def doctor(ctx: click.Context, as_json: bool) -> None:
    """Show the settings in force, and what is wrong with the deployment; exit 1 if anything is."""
    settings = load_settings()
    findings = list(examined(settings))
    if as_json:
        print_json(_report(settings, findings))
    else:
        print_table([(name, _shown(settings, name), doc) for name, _default, doc in described()])
        click.echo()
        print_table([("ok" if f.ok else "WRONG", f.what, f.detail) for f in findings])
    ctx.exit(0 if all(finding.ok for finding in findings) else 1)


def _report(settings: Settings, findings: list[Finding]) -> dict[str, Any]:
    return {
        "ok": all(finding.ok for finding in findings),
        "version": version("opswright"),
        "settings": {name: _shown(settings, name) for name, _default, _doc in described()},
        "findings": [{"what": f.what, "ok": f.ok, "detail": f.detail} for f in findings],
    }


def _shown(settings: Settings, variable: str) -> str:
    """The value in force; secrets only as being there."""
    name = variable.removeprefix("OPSWRIGHT_").lower()
    value = getattr(settings, name)
    if name in _SECRET:
        return "(kept secret)"
    if name in ("database_url", "redis_url"):
        return _without_password(str(value))
    return "" if value is None else str(value)


def _without_password(url: str) -> str:
    scheme, separator, rest = url.partition("://")
    person, at, place = rest.rpartition("@")
    return (
        f"{scheme}{separator}{person.partition(':')[0]}:…@{place}" if at and ":" in person else url
    )


def examined(settings: Settings) -> Iterator[Finding]:
    """Everything that is looked at, one after the other."""
    yield _folder("data folder", settings.data)
    yield _space(settings.data)
    if settings.specs is not None:
        yield _specs(settings.specs)
    if settings.hooks is not None:
        there = settings.hooks.exists()
        yield Finding("hooks folder", there, f"{settings.hooks}{'' if there else ' is missing'}")
    try:
        with opened(settings, with_hooks=True) as services:
            yield Finding("database", True, f"{services.db.dialect}, up to date")
            for part in (_tools, _hooks, _outbox, _events, _migrations):
                yield _tried(part, services)
    except StorageError as error:
        yield Finding("database", False, str(error).partition("\n")[0])


def _tried(part: Callable[[Services], Finding], services: Services) -> Finding:
    try:
        return part(services)
    except HookFailed as error:
        return Finding("hooks", False, error.reason)


def _folder(what: str, path: Path) -> Finding:
    usable = path.is_dir() and os.access(path, os.W_OK)
    return Finding(what, usable, f"{path.resolve()}{'' if usable else ' cannot be written'}")


def _specs(folder: Path) -> Finding:
    """The folder of specs, and what keeps those in it from being published."""
    if not folder.is_dir():
        return Finding("specs folder", False, f"{folder} is missing")
    catalog = Registry.discover().catalog()
    found = [each for spec in specs_in(folder) for each in check_file(spec, catalog)]
    problems = [each for each in found if each.severity is Severity.ERROR]
    told = "; ".join(str(each) for each in problems[:_MOST_TOLD])
    more = f"; and {len(problems) - _MOST_TOLD} more" if len(problems) > _MOST_TOLD else ""
    return Finding("specs folder", not problems, told + more or str(folder))


def _space(path: Path) -> Finding:
    free = shutil.disk_usage(path).free
    return Finding("free space", free > _LITTLE_SPACE, f"{free // 2**20:,} MB")


def _tools(services: Services) -> Finding:
    with services.db.read() as conn:
        tools = services.published.tools(conn)
    names = ", ".join(f"{tool.key} (version {tool.version})" for tool in tools)
    return Finding("published tools", True, names or "none yet")


def _hooks(services: Services) -> Finding:
    hooks, problems = services.hooks.hooks(), services.hooks.problems()
    if problems:
        told = "; ".join(f"{p.file or p.module}:{p.line}: {p.message}" for p in problems)
        refused = sorted(
            {f"{h.tool or 'any tool'}/{h.form or 'any form'}" for h in services.hooks.missing()}
        )
        if refused:
            told += f"; until that loads, saves are refused in {', '.join(refused)}"
        return Finding("hooks", False, told)
    return Finding("hooks", True, f"{len(hooks)} found")


def _outbox(services: Services) -> Finding:
    with services.db.read() as conn:
        counts = outbox.counts(conn)
    dead = counts.get("dead", 0)
    waiting = counts.get("pending", 0) + counts.get("running", 0)
    return Finding("hook deliveries", not dead, f"{waiting} waiting, {dead} given up")


def _events(services: Services) -> Finding:
    with services.db.read() as conn:
        behind = is_behind(conn)
    told = "new ones would stand before old ones: run opswright audit rebase"
    return Finding("event order", not behind, told if behind else "new events follow the old ones")


def _migrations(services: Services) -> Finding:
    with services.db.read() as conn:
        running = [job.arguments["tool"] for job in jobs.active(conn, MIGRATION)]
    return Finding("migrations", True, f"running for {', '.join(running)}" if running else "none")
