"""What the pages list is what there is."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from components.registry import Registry
from form_specs.conditions.lowering import OPERATORS
from form_specs.metaschemas import metaschema
from form_specs.model import SYSTEM_FIELDS, Color, FieldRight, Right, StateCategory
from opswright.cli import cli
from runtime.app import create_app
from runtime.config import described, load_settings
from runtime.gate.checks import CHECKS
from runtime.services import open_services
from runtime.storage.schema import Base
from tests.docs.pages import DOCS, EVERYTHING, ROOT, TYPE_PAGES, between, fences
from tests.house.sources import ELSEWHERE, PACKAGES

TYPES_PAGE = DOCS / "builders" / "field-types.md"
SPEC_PAGE = DOCS / "builders" / "writing-a-spec.md"
README = ROOT / "README.md"
TYPES = Registry.discover().field_types


def rows(table: str) -> list[list[str]]:
    """The cells of a Markdown table, without its head."""
    lines = [line.strip("|").split(" | ") for line in table.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line] for line in lines[2:]]


def quoted(text: str) -> list[str]:
    """What stands in backticks outside of fences."""
    plain = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return re.findall(r"`([^`]+)`", plain)


# -- specs ----------------------------------------------------------------------------------


def test_every_operator_is_explained():
    table = rows(between(SPEC_PAGE, "operators"))
    assert {op for operators, _ in table for op in quoted(operators)} == set(OPERATORS)


def test_the_page_of_field_types_lists_all_of_them_once():
    text = TYPES_PAGE.read_text("utf-8")
    listed = re.findall(
        r"\| \[`(\w+)`\]\(../../components/fields/(\w+)/README.md\) \| (.+) \|", text
    )
    assert sorted(listed) == sorted((name, name, TYPES[name].description) for name in TYPES)


def keys_of(schema: object) -> Iterator[str]:
    """The keys that parts of a spec may have, as far as they are not JSON Schema's own."""
    if isinstance(schema, dict):
        for key, value in schema.get("properties", {}).items():
            if not str(value.get("description", "")).startswith("Standard keyword"):
                yield key
                yield from keys_of(value)
        for keyword in ("items", "additionalProperties", "anyOf", "$defs"):
            yield from keys_of(schema.get(keyword))
    elif isinstance(schema, list):
        for part in schema:
            yield from keys_of(part)


PARTS = ("tool", "form", "field", "layout", "workflow", "view", "action", "role", "condition")


def test_every_key_of_a_test_is_documented():
    text = (DOCS / "builders" / "testing-a-tool.md").read_text("utf-8")
    assert set(keys_of(metaschema("test"))) - set(quoted(text)) == set()


@pytest.mark.parametrize("part", PARTS)
def test_every_key_of_a_spec_is_documented(part):
    text = SPEC_PAGE.read_text("utf-8")
    assert {key for key in keys_of(metaschema(part)) if f'"{key}"' not in text} - set(
        quoted(text)
    ) == set()


def test_every_value_that_a_spec_may_choose_is_documented():
    named = set(quoted(SPEC_PAGE.read_text("utf-8") + "".join(map(Path.read_text, TYPE_PAGES))))
    colors = set(" ".join(named).split())
    assert {color.value for color in Color} <= colors
    values = {each.value for enum in (Right, FieldRight, StateCategory) for each in enum}
    assert values | set(SYSTEM_FIELDS) <= named


# -- commands, settings, tables, headers ----------------------------------------------------


def command_names(group: click.Group, before: str = "opswright") -> Iterator[str]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from command_names(command, f"{before} {name}")
        else:
            yield f"{before} {name}"


@pytest.mark.parametrize("command", [*command_names(cli)])
def test_every_command_is_mentioned(command):
    assert command in re.sub(r"\.venv/bin/", "", EVERYTHING)


@pytest.mark.parametrize("setting", [name for name, _, _ in described()])
def test_every_setting_is_mentioned(setting):
    assert f"`{setting}`" in EVERYTHING


def test_every_table_is_named():
    named = set(quoted((DOCS / "engineers" / "storage.md").read_text("utf-8")))
    assert set(Base.metadata.tables) - {"tenant"} <= named


def test_the_headers_are_those_that_are_sent(tmp_path):
    services = open_services(load_settings({}, {"data": tmp_path}), with_hooks=False)
    answer = create_app(services).test_client().get("/sign-in")
    services.close()
    sent = {name: re.sub(r"nonce-[\w-]+", "nonce-…", value) for name, value in answer.headers}
    (block,) = fences(DOCS / "administrators" / "security.md")[1:]
    written = dict(line.split(": ", 1) for line in block.text.splitlines())
    assert {name: sent.get(name) for name in written} == written


def test_the_gates_checks_stand_in_their_order():
    text = (DOCS / "engineers" / "architecture.md").read_text("utf-8")
    names = [check.__name__ for check in CHECKS]
    places = [text.index(f"`{name}`", text.index("## The write gate")) for name in names]
    assert places == sorted(places)


# -- keys -----------------------------------------------------------------------------------

SIGNS = {"mod": "Ctrl", "enter": "Enter", "escape": "Esc", "shift": "Shift"}


def written(keys: str) -> str:
    """A key as the page writes it: `mod+k` is `Ctrl K`, `g h` is `G` `H`."""
    steps = [
        " ".join(SIGNS.get(key, key.upper()) for key in step.split("+")) for step in keys.split()
    ]
    return " ".join(f"`{step}`" for step in steps)


def real_keys() -> set[str]:
    """The keys that scripts and templates know, but for those that a spec chooses."""
    script = (ROOT / "assets" / "js" / "keyboard.js").read_text("utf-8")
    common = script.partition("const COMMON = [")[2].partition("\n];")[0]
    found = set(re.findall(r'^  \["([^"]+)", _\("[^"]+"\)', common, re.MULTILINE))
    for folder in ("templates", "components"):
        for path in (ROOT / folder).rglob("*.html"):
            found |= set(re.findall(r'data-key="([^"{]+)"', path.read_text("utf-8")))
    return found


@pytest.mark.parametrize("key", sorted(real_keys()))
def test_every_key_is_on_the_page_about_keys(key):
    assert written(key) in (DOCS / "operators" / "keyboard.md").read_text("utf-8")


def test_the_page_about_keys_names_no_other():
    page = (DOCS / "operators" / "keyboard.md").read_text("utf-8")
    cells = [row[0] for table in page.split("\n\n") for row in rows(table)]
    listed = {keys for cell in cells for keys in re.split(", | … ", cell) if "`" in keys}
    rows_move_by = {"`Alt ↑`", "`Alt ↓`"}
    assert listed - {written(key) for key in real_keys()} == {"`G` `9`", *rows_move_by}


# -- the first page -------------------------------------------------------------------------


def test_there_are_as_many_field_types_as_the_first_page_says():
    said = {int(number) for number in re.findall(r"(\d+) field\s+types", README.read_text("utf-8"))}
    assert said
    assert max(said) <= len(TYPES)


def test_the_map_shows_every_folder():
    shown = {
        line.split("/")[0]
        for block in fences(README)
        if not block.language
        for line in block.text.splitlines()
    }
    assert shown == {*PACKAGES, *ELSEWHERE, "docs"}


def test_the_make_targets_are_there():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    named = set(re.findall(r"\bmake ([a-z-]+)(?= *#|`|\n)", EVERYTHING))
    assert {"demo", "test"} <= named
    assert [each for each in named if not re.search(rf"^{each}:", makefile, re.MULTILINE)] == []
