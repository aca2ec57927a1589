"""A private PostgreSQL server, which ends with the block that started it."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


def postgresql_is_installed() -> bool:
    return bool(_BINARIES)


@contextmanager
def private_cluster(*settings: str) -> Iterator[str]:
    """URL of the maintenance database of a fresh cluster with the given settings.

    It listens on a socket in its own folder only, so that clusters never meet.
    """
    binaries = _BINARIES[-1].parent
    folder = Path(tempfile.mkdtemp(prefix="opswright-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    data, given = folder / "data", " ".join(f"-c {setting}" for setting in settings)
    try:
        _as_postgres(binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "--no-sync")
        _as_postgres(
            *(binaries / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "start"),
            *("-o", f"-k {folder} -c listen_addresses='' {given}"),
        )
        try:
            yield f"postgresql://postgres@/postgres?host={folder}"
        finally:
            _as_postgres(binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


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
