"""The command line as people run it: a process of its own, in a folder of its own."""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner

from opswright.cli import cli
from tests.runtime.api.orders import orders_tool
from tests.warm import opswright


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


@dataclass(frozen=True)
class Home:
    """A folder with its own database, and `opswright` run in it."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """The environment of the tests, without settings that it may hold."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith("OPSWRIGHT_")}
        return kept | {"OPSWRIGHT_DATA": str(self.folder / "data")}

    def __call__(self, *arguments: object, **environment: str) -> Done:
        """Runs a command in this process; one that fails unforeseen fails the test."""
        wanted = self.environment | environment
        dropped = dict.fromkeys(os.environ.keys() - wanted.keys())
        with chdir(self.folder):
            done = CliRunner().invoke(
                cli, list(map(str, arguments)), env=wanted | dropped, prog_name="opswright"
            )
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Done(done.exit_code, done.stdout, done.stderr)

    def run(self, *arguments: object) -> Done:
        """Runs a command in a process of its own."""
        process = self.start(*arguments)
        out, err = process.communicate(timeout=60)
        return Done(process.returncode, out, err)

    def json(self, *arguments: object) -> Any:
        """What a command answers with `--json`; it must work."""
        done = self(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return orjson.loads(done.stdout)

    def start(self, *arguments: object, **environment: str) -> "subprocess.Popen[str]":
        """A command that goes on running."""
        command = [str(opswright()), *map(str, arguments)]
        return subprocess.Popen(
            command,
            cwd=self.folder,
            env=self.environment | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.fixture
def write_spec(tmp_path: Path) -> Callable[..., Path]:
    """The orders tool as a file, with changes."""

    def written(name: str = "orders.json", **changes: Any) -> Path:
        path = tmp_path / name
        path.write_bytes(orjson.dumps(orders_tool() | changes, option=orjson.OPT_INDENT_2))
        return path

    return written


@pytest.fixture
def start(home: Home) -> Iterator[Callable[..., tuple["subprocess.Popen[str]", str]]]:
    """Starts a server and waits for its address; ends it after the test."""
    running: list[subprocess.Popen[str]] = []

    def started(*arguments: object, **environment: str) -> tuple["subprocess.Popen[str]", str]:
        process = home.start(*arguments, **environment)
        running.append(process)
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("Opswright is ready at "):
                return process, line.split()[-1].rstrip("/")
        assert process.stderr is not None
        raise AssertionError(process.stderr.read())

    yield started
    for process in running:
        process.kill()
        process.communicate(timeout=10)
