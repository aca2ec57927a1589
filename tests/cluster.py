"""A private PostgreSQL server, which ends with the block that started it."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

_BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


def postgresql_is_installed() -> bool:
    return bool(_BINARIES)


class Cluster:
    """A cluster in a folder of its own, which may be stopped and started again.

    It listens on a socket in its folder only, so that clusters never meet.
    """

    def __init__(self, folder: Path, settings: tuple[str, ...]) -> None:
        self._binaries = _BINARIES[-1].parent
        self._folder = folder
        self._settings = " ".join(f"-c {setting}" for setting in settings)
        self.url = f"postgresql://postgres@/postgres?host={folder}"
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        initdb = (self._binaries / "initdb", "-D", self._data, "-U", "postgres", "-A", "trust")
        _as_postgres(*initdb, "--no-sync")

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def start(self) -> None:
        _as_postgres(
            *(
                self._binaries / "pg_ctl",
                "-D",
                self._data,
                "-w",
                "-l",
                self._folder / "log",
                "start",
            ),
            *("-o", f"-k {self._folder} -c listen_addresses='' {self._settings}"),
        )

    def stop(self) -> None:
        """End it without a word to its clients."""
        _as_postgres(self._binaries / "pg_ctl", "-D", self._data, "-m", "immediate", "stop")

    def freeze(self) -> None:
        """Leave it there without answering anybody."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        first = (self._data / "postmaster.pid").read_text().splitlines()[0]
        server = psutil.Process(int(first))
        for process in (server, *server.children(recursive=True)):
            process.send_signal(number)

    @property
    def runs(self) -> bool:
        return (self._data / "postmaster.pid").exists()


@contextmanager
def stoppable_cluster(*settings: str) -> Iterator[Cluster]:
    """A fresh cluster with the given settings, started."""
    folder = Path(tempfile.mkdtemp(prefix="opswright-pg-"))
    try:
        cluster = Cluster(folder, settings)
        cluster.start()
        try:
            yield cluster
        finally:
            if cluster.runs:
                cluster.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def private_cluster(*settings: str) -> Iterator[str]:
    """URL of the maintenance database of a fresh cluster with the given settings."""
    with stoppable_cluster(*settings) as cluster:
        yield cluster.url


def _as_postgres(*command: object) -> None:
    """PostgreSQL refuses to run as root, which containers often are."""
    words = [str(word) for word in command]
    if os.geteuid() == 0:
        words = ["runuser", "-u", "postgres", "--", *words]
    # pg_ctl's server keeps a pipe open for ever: its output goes to a file.
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(words, stdout=output, stderr=output, check=False, cwd="/")
        output.seek(0)
        if done.returncode:
            raise RuntimeError(f"{words}: {output.read()}")
