"""What the documents quote from the example really stands in it."""

import json
import re
from pathlib import Path
from textwrap import dedent

ROOT = Path(__file__).parents[2]
SPEC = ROOT / "form_specs/examples/disputes.json"
BUILDERS = ROOT / "docs/builders/card-disputes-spec.md"
OPERATORS = ROOT / "docs/operators/working-disputes.md"


def occurs(excerpt: str, lines: list[str]) -> bool:
    """Whether the excerpt is a run of lines of the file, whatever their indentation."""
    height = excerpt.count("\n")
    wanted = excerpt.rstrip(",\n")
    return any(
        dedent("\n".join(lines[start : start + height])).rstrip(",\n") == wanted
        for start in range(len(lines))
    )


def test_every_excerpt_stands_in_the_file():
    excerpts = re.findall(r"```json\n(.*?)```", BUILDERS.read_text("utf-8"), re.DOTALL)
    lines = SPEC.read_text("utf-8").splitlines()
    assert len(excerpts) > 12
    assert [excerpt for excerpt in excerpts if not occurs(excerpt, lines)] == []


def test_the_operators_page_names_real_buttons():
    spec = json.loads(SPEC.read_text("utf-8"))
    titles = {item["title"] for item in (*spec["workflows"][0]["transitions"], *spec["actions"])}
    text = re.sub(r"\s+", " ", OPERATORS.read_text("utf-8"))
    named = set(re.findall(r"\*\*([A-Z][a-z ]+)\*\* \(`[A-Z]`\)", text))
    assert len(named) >= 6
    assert named <= titles


def test_the_operators_page_names_real_keys():
    spec = json.loads(SPEC.read_text("utf-8"))
    keys = {
        (item["title"], item["shortcut"].upper())
        for item in (*spec["workflows"][0]["transitions"], *spec["actions"])
        if "shortcut" in item
    }
    text = re.sub(r"\s+", " ", OPERATORS.read_text("utf-8"))
    assert set(re.findall(r"\*\*([A-Z][a-z ]+)\*\* \(`([A-Z])`\)", text)) <= keys
