"""Runs the `console` blocks of a page as somebody would who types them one after the other.

`$ ` begins a command; the lines below it must occur in its output in that order, with `…` for
whatever it may be.  A command exits with 0, or as its comment `# exit 1` says.
"""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.docs.pages import Fence
from tests.warm import opswright

_EXIT = re.compile(r"#\s*exit (\d+)\s*$")
_END = "-- end of command, exit"
_SECONDS = 150


@dataclass
class Command:
    """One command of a page."""

    text: str
    expected: list[str] = field(default_factory=list)

    @property
    def code(self) -> int:
        found = _EXIT.search(self.text)
        return int(found[1]) if found else 0


def commands(blocks: list[Fence]) -> list[Command]:
    """The commands of all `console` blocks."""
    found: list[Command] = []
    for block in blocks:
        for line in block.text.splitlines() if block.language == "console" else ():
            if line.startswith("$ "):
                found.append(Command(line[2:]))
            elif line.strip():
                found[-1].expected.append(line)
    return found


def run(typed: list[Command], folder: Path, environment: Mapping[str, str]) -> None:
    """Runs commands in one shell in `folder`; AssertionError names the first that goes wrong."""
    script = ["exec 2>&1", "trap 'kill $(jobs -p) 2>/dev/null' EXIT"]
    for command in typed:
        script += [command.text, f"printf '\\n%s %d\\n' '{_END}' $?"]
    (folder / "typed.sh").write_text("\n".join(script), "utf-8")
    done = subprocess.run(
        ["bash", "typed.sh"],
        cwd=folder,
        env=_clean() | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    outputs = re.split(rf"^{_END} (\d+)\n", done.stdout, flags=re.MULTILINE)
    assert len(outputs) // 2 == len(typed), done.stdout
    for command, output, code in zip(typed, outputs[::2], outputs[1::2], strict=False):
        said = f"$ {command.text}\n{output}"
        assert int(code) == command.code, said
        _compare(command.expected, output, said)


def _clean() -> dict[str, str]:
    """The environment without settings, in which `opswright` is the one that is tested."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("OPSWRIGHT_")}
    programs = (opswright().parent, Path(sys.executable).parent, kept.get("PATH", ""))
    return kept | {"PATH": ":".join(map(str, programs))}


def _compare(expected: list[str], output: str, said: str) -> None:
    rest = iter([_spaced(line) for line in output.splitlines()])
    for line in expected:
        pattern = ".*".join(map(re.escape, _spaced(line).split("…")))
        assert any(re.fullmatch(pattern, found) for found in rest), f"{said}\nlacks: {line}"


def _spaced(line: str) -> str:
    return " ".join(line.split())
