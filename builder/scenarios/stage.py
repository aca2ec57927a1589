"""A database that is thrown away, with one tool in it and a clock that tests turn."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from components.registry import Registry
from form_specs.model import JsonObject
from form_specs.scenarios import START
from runtime.compiling.tool import CompiledTool
from runtime.config import Settings
from runtime.services import Services, open_services
from runtime.storage.database import open_database

_FILE: Final = "opswright.db"
_NO_SECRET: Final = "of a database that nobody keeps, so that it need not be one"  # noqa: S105


class Clock:
    """Says the time of a test; it moves only when the test says so."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def set(self, moment: datetime) -> None:
        """The time from now on."""
        self.now = moment

    def forward(self, by: timedelta) -> None:
        """Lets time pass."""
        self.now += by


@dataclass(frozen=True)
class Stage:
    """Where the tests of one tool are played."""

    services: Services
    tool: CompiledTool
    clock: Clock


@contextmanager
def stage(
    document: JsonObject, registry: Registry, hooks: Settings | None = None
) -> Iterator[Stage]:
    """A stage with a checked tool on it, gone after the block.

    `hooks` are the settings of the deployment whose hooks are asked; without them none is.  Raises
    `InvalidSpecError`.
    """
    clock = Clock()
    with TemporaryDirectory(prefix="opswright-test-") as folder:
        (Path(folder) / _FILE).write_bytes(_empty_database())
        settings = replace(
            hooks or Settings(),
            data=Path(folder),
            database_url="",
            redis_url="",
            files=None,
            specs=None,
            secret_key=_NO_SECRET,
        )
        services = open_services(
            settings, with_hooks=hooks is not None, registry=registry, clock=clock
        )
        try:
            made = services.published.publish(document, by="test")
            yield Stage(services, made.tool, clock)
        finally:
            services.close()


@cache
def _empty_database() -> bytes:
    """A database without anything in it: to bring one up to date takes longer than to copy it."""
    with TemporaryDirectory(prefix="opswright-test-") as folder:
        file = Path(folder) / _FILE
        db = open_database(f"sqlite:///{file}")
        db.migrate()
        db.close()
        return file.read_bytes()
