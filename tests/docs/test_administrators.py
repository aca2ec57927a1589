"""The administrators' pages say what the product does."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from opswright.cli import cli
from runtime.config import described

DOCS = Path(__file__).parents[2] / "docs" / "administrators"
COMMAND = re.compile(r"^(?:\S*/)?opswright (.+?)(?:\s+#.*)?$", re.MULTILINE)


def settings_table() -> str:
    """The table of settings as it must stand in the page."""
    rows = [
        f"| `{name}` | {f'`{default}`' if default else ''} | {doc} |"
        for name, default, doc in described()
    ]
    return "\n".join(["| variable | default | what it is |", "|---|---|---|", *rows])


def test_the_table_of_settings_is_complete_and_true():
    page = (DOCS / "configuration.md").read_text("utf-8")
    written = page.partition("<!-- settings -->")[2].partition("<!-- /settings -->")[0].strip()
    assert written == settings_table()


def commands() -> list[str]:
    page = (DOCS / "install.md").read_text("utf-8")
    blocks = re.findall(r"^```\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    return [command for block in blocks for command in COMMAND.findall(block)]


@pytest.mark.parametrize("command", commands())
def test_every_command_of_the_page_exists_with_its_options(command):
    words = [word for word in shlex.split(command) if not word.endswith(".json")]
    options = [word for word in words if word.startswith("--")]
    names = words[: 2 if words[0] in ("user", "token", "audit", "hook") else 1]
    help_text = CliRunner().invoke(cli, [*names, "--help"])
    assert help_text.exit_code == 0, help_text.output
    assert all(option in help_text.output for option in options)
