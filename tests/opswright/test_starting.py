"""What a start does not wait for."""

import subprocess
import sys

LATER = ("alembic", "huey", "redis", "psycopg", "openpyxl", "markdown_it", "nh3", "phonenumbers")
"""Loaded when something needs it: drivers of other databases, queues, readers of files."""


def test_a_server_on_sqlite_starts_without_what_it_may_never_need():
    code = "import sys, opswright.cli.serving; print(*{n.partition('.')[0] for n in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) & set(LATER) == set()
