"""What the package's page shows is so."""

from pathlib import Path

from form_specs import formulas
from form_specs.formulas import compiling, parsing, running
from tests.docs.pages import fences

PAGE = Path(formulas.__file__).with_name("README.md")


def test_its_example_runs():
    (example,) = [block.text for block in fences(PAGE) if block.language == "python"]
    exec(compile(example, str(PAGE), "exec"), {})


def test_its_limits_are_the_limits():
    text = PAGE.read_text("utf-8")
    for limit in (
        f"{parsing.MAX_CHARACTERS:,} characters, {parsing.MAX_NODES} nodes, {parsing.MAX_NESTING} deep",
        f"{running.MAX_ITEMS:,} items",
        f"{running.MAX_STEPS:,} steps",
    ):
        assert limit in text
    assert compiling.MAX_EACH == 2
