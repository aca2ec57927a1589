"""Reads untrusted files in a process of its own, so that a hostile one harms nothing else.

`asked` stands on the side of whoever wants to know, `answer` on that of the process that reads:
the file comes on its standard input, JSON goes to its standard output.
"""

import json
import resource
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from form_specs.language import marked
from form_specs.sheets.errors import UnreadableSheet

TOO_MUCH: Final = marked(
    "The file takes too much time or memory to read: split it, or save its table alone as CSV"
)
_ROOT: Final = str(Path(__file__).resolve().parents[2])


@dataclass(frozen=True, slots=True)
class Limits:
    """What a process may use while it reads one file."""

    memory: int = 768 * 1024 * 1024
    """Address space in bytes."""
    seconds: int = 20
    """Of processor time; it is waited for twice as long."""


def asked(
    module: str, content: bytes, limits: Limits, wishes: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """What the `main` of a module says of a file; raises `UnreadableSheet`."""
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and code
            [sys.executable, "-P", "-c", f"from {module} import main; main()", json.dumps(wishes or {})],
            input=content,
            capture_output=True,
            timeout=limits.seconds * 2,
            env={"PYTHONPATH": _ROOT, "PYTHONUTF8": "1", "PATH": ""},
            check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise UnreadableSheet(TOO_MUCH) from None
    if done.returncode != 0:
        raise UnreadableSheet(TOO_MUCH)
    found: dict[str, Any] = json.loads(done.stdout)
    if "error" in found:
        raise UnreadableSheet(found["error"], **found["values"])
    return found


def answer(read: Callable[[bytes, Mapping[str, Any]], dict[str, Any]], limits: Limits) -> None:
    """Reads standard input and writes what was found, or {"error": sentence, "values": what stands in it}."""
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, limits.seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        found = read(sys.stdin.buffer.read(), json.loads(sys.argv[1]))
    except UnreadableSheet as error:
        found = {"error": error.remark.text, "values": dict(error.remark.values)}
    except MemoryError:
        found = {"error": TOO_MUCH, "values": {}}
    except Exception as error:  # a damaged file fails in any way it likes
        found = {
            "error": marked(
                "The file is damaged (%(fault)s): open it in a spreadsheet program and save it as .xlsx"
            ),
            "values": {"fault": type(error).__name__},
        }
    sys.stdout.write(json.dumps(found))
