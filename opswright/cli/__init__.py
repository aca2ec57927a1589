"""The command `opswright`: each command is a module of its own, loaded when it is asked for."""

import logging
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, Final

import click

_COMMANDS: Final = {
    "serve": ("serving", "Run the server"),
    "worker": ("serving", "Deliver to hooks, in a process of its own"),
    "demo": ("demo", "Try the example tool, on this machine only"),
    "new": ("specs", "Print a new spec, from a JSON Schema if there is one"),
    "check": ("specs", "Say all that is wrong with specs"),
    "apply": ("applying", "Say what specs would change; publish them"),
    "diff": ("versions", "Say what one version of a tool changes against another"),
    "pilot": ("pilots", "Give a version to some before all get it"),
    "test": ("testing", "Play the tests that stand in specs"),
    "export": ("specs", "Print the spec of a published tool"),
    "records": ("records", "Bring records in from files, and take them out"),
    "translations": ("translations", "Print the texts of a spec for translators; take them back"),
    "hook": ("hooks", "Make hooks"),
    "user": ("people", "Make, change and list accounts"),
    "token": ("people", "Make, list and revoke API tokens"),
    "migrate": ("database", "Bring the database up to date"),
    "audit": ("database", "Verify the event log; export checkpoints"),
    "doctor": ("doctor", "Show settings, and what is wrong with the deployment"),
}
"""The module below `opswright.cli` that holds each command, and its line of `--help`."""

FOUND_WRONG: Final = 1
"""Exit code: the command worked, and what it looked at is wrong; or something failed."""
USED_WRONG: Final = 2
"""Exit code: the command cannot be used like that."""


class Commands(click.Group):
    """The top command; knows the names of the others without loading them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = import_module(f"opswright.cli.{_COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_module, text) in _COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in _COMMANDS and not name.startswith("-"):
            close = import_module("difflib").get_close_matches(name, _COMMANDS, 1)
            hint = f" Did you mean '{close[0]}'?" if close else ""
            raise click.UsageError(f"There is no command '{name}'.{hint}", ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command; what can be foreseen to fail becomes one clear line."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            foreseen = import_module("opswright.cli.failures").foreseen(error)
            if foreseen is None:
                raise
            raise foreseen from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="opswright")
def cli() -> None:
    """Internal tools for operations teams, made from JSON specs.

    Settings are environment variables OPSWRIGHT_..., or stand in opswright.toml; `opswright
    doctor` lists them.
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the command line and ends the process."""
    # Whoever reads a pipe may stop reading: that is no error of ours.
    logging.raiseExceptions = False
    try:
        cli.main(args=list(arguments) if arguments is not None else None, prog_name="opswright")
    except BrokenPipeError:
        sys.exit(FOUND_WRONG)
