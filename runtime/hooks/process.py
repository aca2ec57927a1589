"""One hook process seen from the server: start it, ask it, end it."""

import contextlib
import json
import logging
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from form_specs.exact_json import dumps, loads
from runtime.hooks.answers import HookFailed

log = logging.getLogger("opswright.hooks")

_LONGEST_ANSWER: Final = 4 * 1024 * 1024
_LONGEST_LOG_LINE: Final = 2000
_LOG_LINES_PER_SECOND: Final = 100
_ROOT: Final = str(Path(__file__).resolve().parents[2])
_SECRETS: Final = ("OPSWRIGHT_SECRET_KEY", "OPSWRIGHT_DATABASE_URL", "OPSWRIGHT_REDIS_URL")
"""Settings of the server that hooks have no use for."""
_START: Final = "from opswright.hook_host import main; main()"


@dataclass(frozen=True, slots=True)
class Sources:
    """Where hooks are looked for: importable modules and single files."""

    modules: tuple[str, ...] = ()
    files: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.modules or self.files)

    def without(self, source: str) -> "Sources":
        """The same but one, which ended the process that loaded it."""
        return Sources(
            tuple(name for name in self.modules if name != source),
            tuple(name for name in self.files if name != source),
        )


class HostGoneError(Exception):
    """The process ended, or would not answer, before it ran any hook; `loading` is what it was at."""

    def __init__(self, reason: str, loading: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.loading = loading


class HostProcess:
    """A child process with its pipes.  Used by one thread at a time."""

    def __init__(self, sources: Sources) -> None:
        requests, self._requests = os.pipe()
        self._answers, answers = os.pipe()
        lifeline, self._lifeline = os.pipe()
        config = {
            "modules": sources.modules,
            "files": sources.files,
            "requests": requests,
            "answers": answers,
            "lifeline": lifeline,
        }
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and code
                [sys.executable, "-P", "-c", _START, json.dumps(config)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                pass_fds=(requests, answers, lifeline),
                env=_environment(),
                start_new_session=True,  # a group of its own, ended as a whole
            )
        except OSError:
            for descriptor in (self._requests, self._answers, self._lifeline):
                os.close(descriptor)
            raise
        finally:
            for descriptor in (requests, answers, lifeline):
                os.close(descriptor)
        for descriptor in (self._requests, self._answers):
            os.set_blocking(descriptor, False)
        self._buffer = bytearray()
        output = self._process.stdout
        assert output is not None
        self._drain = threading.Thread(
            target=_copy_to_log, args=(output, self.pid), name="hook-output", daemon=True
        )
        self._drain.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def manifest(self, seconds: float) -> dict[str, Any]:
        """What the process found once it has loaded its sources.

        Raises `HostGoneError`, naming the source at which it died or hung.
        """
        deadline = time.monotonic() + seconds
        loading: str | None = None
        while True:
            try:
                message = self._message(deadline)
            except TimeoutError:
                raise HostGoneError(f"did not end loading within {seconds:g} s", loading) from None
            except (EOFError, ValueError) as error:
                raise HostGoneError(self._words(error), loading) from None
            if "manifest" in message:
                return message
            loading = message.get("loading", loading)

    def call(self, hooks: Sequence[str], change: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Run these hooks on one change; the raw answer.

        Raises `HookFailed` where a hook failed; the process may be dead then, and is where it
        did not answer in time.  Raises `HostGoneError` where it died before any hook ran.
        """
        deadline = time.monotonic() + seconds
        running: str | None = None
        try:
            self._write(dumps({"hooks": list(hooks), "change": change}) + b"\n", deadline)
            while True:
                message = self._message(deadline)
                if "running" not in message:
                    break
                running = str(message["running"])
        except TimeoutError:
            self.end()
            reason = f"took longer than {seconds:g} s and was stopped"
            raise HookFailed(running or hooks[0], reason) from None
        except (OSError, EOFError, ValueError) as error:
            reason = self._words(error)
            self.end()
            if running is None:
                raise HostGoneError(reason) from None
            raise HookFailed(running, reason) from None
        if "failed" in message:
            raise HookFailed(
                str(message["failed"]),
                str(message["reason"]),
                final=message["final"],
                retry_after=message["retry_after"],
            )
        return message

    def kill(self) -> None:
        """End the process and whatever it started; another thread may be waiting for its answer."""
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)

    def end(self) -> None:
        """Kill the process and give back its descriptors: for the one thread that holds it."""
        self.kill()
        self._process.wait()
        for descriptor in (self._requests, self._answers, self._lifeline):
            if descriptor >= 0:
                os.close(descriptor)
        self._requests = self._answers = self._lifeline = -1

    def _write(self, data: bytes, deadline: float) -> None:
        view = memoryview(data)
        while view:
            _wait(self._requests, select.POLLOUT, deadline)
            view = view[os.write(self._requests, view) :]

    def _message(self, deadline: float) -> dict[str, Any]:
        """The next line; raises `TimeoutError`, `EOFError`, or `ValueError` for what is none."""
        while (end := self._buffer.find(b"\n")) < 0:
            if len(self._buffer) > _LONGEST_ANSWER:
                raise ValueError(f"answered more than {_LONGEST_ANSWER // 1024 // 1024} MB")
            _wait(self._answers, select.POLLIN, deadline)
            data = os.read(self._answers, 65536)
            if not data:
                raise EOFError
            self._buffer += data
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        try:
            message = loads(line)
        except ValueError:
            raise ValueError("answered something unreadable") from None
        if not isinstance(message, dict):
            raise ValueError("answered something unreadable")  # noqa: TRY004 - one kind for the caller
        return message

    def _words(self, error: Exception) -> str:
        """What happened to the process, for people."""
        if isinstance(error, ValueError):
            return str(error)
        try:
            code = self._process.wait(1)
        except subprocess.TimeoutExpired:
            return "closed its pipes"
        if code < 0:
            return f"ended its process (signal {signal.Signals(-code).name})"
        return f"ended its process (exit code {code})"


def _wait(descriptor: int, event: int, deadline: float) -> None:
    poller = select.poll()  # not select(): a busy server has descriptors above 1024
    poller.register(descriptor, event)
    left = deadline - time.monotonic()
    if left <= 0 or not poller.poll(left * 1000):
        raise TimeoutError


def _environment() -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if key not in _SECRETS}
    paths = [_ROOT, *filter(None, kept.get("PYTHONPATH", "").split(os.pathsep))]
    return kept | {"PYTHONPATH": os.pathsep.join(paths), "PYTHONUNBUFFERED": "1"}


def _copy_to_log(output: IO[bytes], pid: int) -> None:
    """What hooks print, line by line, into the log; a flood is counted instead of written."""
    second, written, dropped = 0, 0, 0
    with output:
        while line := output.readline(_LONGEST_LOG_LINE):
            now = int(time.monotonic())
            if now != second:
                if dropped:
                    log.warning("hook process %d: %d more lines not written", pid, dropped)
                second, written, dropped = now, 0, 0
            if written >= _LOG_LINES_PER_SECOND:
                dropped += 1
                continue
            written += 1
            text = line.decode("utf-8", "replace").rstrip()
            if text:
                log.info("hook process %d: %s", pid, _printable(text))
    if dropped:
        log.warning("hook process %d: %d more lines not written", pid, dropped)


def _printable(text: str) -> str:
    """Without control characters, so that a hook cannot forge lines or colours in a terminal."""
    return "".join(char if char.isprintable() or char == "\t" else "�" for char in text)
