"""Fixtures for all tests: a private PostgreSQL cluster, started once per worker and only when asked for."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

_BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
# A test cluster may lose its data with the power: what it must not lose is time.
_SETTINGS = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=100")


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """URL of the maintenance database of a fresh cluster, which ends with the tests.

    It listens on a socket in its own folder only, so that clusters never meet.
    """
    if not _BINARIES:
        pytest.skip("PostgreSQL is not installed")
    binaries = _BINARIES[-1].parent
    folder = Path(tempfile.mkdtemp(prefix="opswright-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    data, settings = folder / "data", " ".join(f"-c {setting}" for setting in _SETTINGS)
    try:
        _as_postgres(binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "--no-sync")
        _as_postgres(
            *(binaries / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "start"),
            *("-o", f"-k {folder} -c listen_addresses='' {settings}"),
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
