"""The examples of the page about the REST API, run in its order against a real server."""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.warm import opswright

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "engineers" / "rest-api.md"
BLOCK = re.compile(r"^```sh\n(.*?)^```\n(?:```output\n(.*?)^```\n)?", re.DOTALL | re.MULTILINE)


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A server with the disputes tool, and a token of its lead."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("OPSWRIGHT_")}
    kept |= {"OPSWRIGHT_DATA": str(tmp_path / "data")}
    command = [str(opswright())]

    def run(*arguments: str) -> str:
        return subprocess.run(
            [*command, *arguments],
            env=kept,
            cwd=tmp_path,
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    run("apply", str(ROOT / "form_specs" / "examples" / "disputes.json"), "--publish")
    run("user", "add", "lead", "--password", "correct horse", "--role", "disputes:lead")
    token = run("token", "add", "lead").split()[-1]
    server = subprocess.Popen(
        [*command, "serve", "--port", "0"],
        env=kept,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with server:
        assert server.stdout is not None
        url = server.stdout.readline().split()[-1].rstrip("/")
        yield kept | {"OPSWRIGHT_URL": url, "OPSWRIGHT_TOKEN": token}
        server.terminate()


def test_every_example_works(environment, tmp_path):
    blocks = BLOCK.findall(PAGE.read_text("utf-8"))
    assert len(blocks) >= 8
    # All of them in one shell, each with its output in a file of its own.
    script = "\n".join(
        f"exec > block-{number}.txt\n{block}" for number, (block, _output) in enumerate(blocks)
    )
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    written = {path.name: path.read_text() for path in tmp_path.glob("block-*.txt")}
    assert done.returncode == 0, (done.stderr, list(written.values())[-1])
    for number, (_block, output) in enumerate(blocks):
        if output:
            assert written[f"block-{number}.txt"].endswith(output), number
