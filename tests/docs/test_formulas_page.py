"""Every formula that the page about formulas shows gives what the page says."""

import json
import re
from datetime import UTC, datetime

import pytest

from components.registry import Registry
from form_specs.formulas import FUNCTIONS, FormulaEnv, compile_formula, scope_of
from form_specs.formulas.functions import written
from form_specs.hops import hop
from form_specs.load import load
from runtime.compiling.computing import LocaleFormats
from tests.docs.pages import DOCS, between, fences

PAGE = DOCS / "builders" / "formulas.md"
ENV = FormulaEnv(datetime(2026, 11, 26, 14, 30, tzinfo=UTC), formats=LocaleFormats("en"))
_CELL = re.compile(r"(?<!\\)\|")


def _rows(mark):
    lines = [line for line in between(PAGE, mark).splitlines()[2:] if line.startswith("|")]
    cells = ([cell.strip() for cell in _CELL.split(line)[1:-1]] for line in lines)
    return [[cell.replace("\\|", "|") for cell in row] for row in cells]


FUNCTION_ROWS = _rows("functions")
EXAMPLES = [
    *((formula, gives) for formula, gives in _rows("examples")),
    *((formula, gives) for *_, formula, gives in FUNCTION_ROWS),
]


@pytest.fixture(scope="module")
def forms():
    (tool,) = [json.loads(block.text) for block in fences(PAGE) if block.file == "quotes.json"]
    registry = Registry.discover()
    return {
        form.key: {key: registry.field(spec) for key, spec in form.fields.items()}
        for form in load(tool).forms.values()
    }


@pytest.fixture(scope="module")
def fields(forms):
    return forms["quote"]


@pytest.fixture(scope="module")
def scope(forms):
    return scope_of(forms["quote"], {"seller": scope_of(forms["seller"])})


@pytest.fixture(scope="module")
def record(forms):
    (own,) = [json.loads(block.text) for block in fences(PAGE) if "record" in block.words]
    (linked,) = [json.loads(block.text) for block in fences(PAGE) if "linked" in block.words]
    behind = {hop("seller", key): value for key, value in _values(forms["seller"], linked).items()}
    return _values(forms["quote"], own) | behind


def _values(fields, raw):
    return {key: fields[key].to_formula(fields[key].parse(value)) for key, value in raw.items()}


@pytest.mark.parametrize(("formula", "gives"), EXAMPLES, ids=[each[0] for each in EXAMPLES])
def test_a_formula_of_the_page_gives_what_it_says(scope, record, formula, gives):
    value = compile_formula(formula.strip("`"), scope).evaluate(record, ENV)
    shown = ", ".join(map(written, value)) if isinstance(value, list) else value
    if gives == "*absent*":
        assert value is None
    else:
        assert (shown if isinstance(shown, str) else written(shown)) == gives


def test_the_computed_values_of_the_record_are_so(fields, scope, record):
    for key in ("total", "size"):
        field = fields[key]
        formula = compile_formula(field.spec.computed.formula, scope)
        given = field.from_formula(formula.evaluate(record, ENV))
        assert field.to_formula(given) == record[key]


def test_the_page_lists_every_function_once_and_as_it_is_written():
    usages = [re.findall(r"`(\w+)\(", row[0]) for row in FUNCTION_ROWS]
    assert sorted(names[0] for names in usages) == sorted(FUNCTIONS)
    for row, names in zip(FUNCTION_ROWS, usages, strict=True):
        assert set(names) == {names[0]}
        assert f"{names[0]}(" in row[2]
