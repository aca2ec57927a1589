"""Errors that people can do something about, each as one line."""

from typing import Final

import click

from components.registry import RegistryError
from form_specs.from_schema.tool import CannotImport
from runtime.accounts import AccountError
from runtime.config import SettingsError
from runtime.hooks.answers import HookFailed
from runtime.published import (
    BetweenVersionsError,
    InvalidSpecError,
    MigrationRunningError,
    PublishedMeanwhileError,
)
from runtime.storage.errors import StorageError

_FORESEEN: Final = (
    *(RegistryError, AccountError, CannotImport, HookFailed, InvalidSpecError),
    *(BetweenVersionsError, PublishedMeanwhileError),
)


class FoundWrong(click.ClickException):
    """Exit code 1: what was looked at is wrong, or something failed."""

    exit_code = 1


class UsedWrong(click.ClickException):
    """Exit code 2: the command cannot be used like that."""

    exit_code = 2


def foreseen(error: Exception) -> click.ClickException | None:
    """The error as a line for people, or none for a mistake of the product's own."""
    if isinstance(error, SettingsError):
        return UsedWrong(str(error))
    if isinstance(error, StorageError):
        return FoundWrong(f"The database cannot be used: {_first_line(error)}")
    if isinstance(error, MigrationRunningError):
        return FoundWrong(f"{error}. A running server or `opswright worker` goes on with it")
    if isinstance(error, _FORESEEN):
        return FoundWrong(_first_line(error))
    if isinstance(error, OSError):
        what = f"{error.filename}: {error.strerror}" if error.filename else _first_line(error)
        return FoundWrong(what)
    return None


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
