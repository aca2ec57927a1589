"""`opswright` as a process of its own, without the second in which an interpreter imports everything.

One process imports the product; each command is forked from it and has its own arguments, folder,
environment and ends.  What a first start is like is tested by real ones.
"""

import atexit
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

_ROOT = Path(__file__).parents[2]


@cache
def opswright() -> Path:
    """The program `opswright`, in a folder of its own, for as long as this process lives."""
    folder = tempfile.TemporaryDirectory(prefix="opswright-warm-")
    program = Path(folder.name) / "opswright"
    place = f"{folder.name}/socket"
    client = (Path(__file__).parent / "client.py").read_text("utf-8")
    program.write_text(f"#!{sys.executable} -IS\n{client}\nmain({place!r})\n", "utf-8")
    program.chmod(0o755)
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.warm.server", place],
        cwd=_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )

    def end() -> None:
        server.communicate()
        folder.cleanup()

    atexit.register(end)
    assert server.stdout is not None
    assert server.stdout.readline() == b"ready\n"
    return program
