"""What is wrong with a spec, and what an import left out, in another language than that of the code."""

import re
from collections.abc import Iterator
from copy import deepcopy
from io import BytesIO
from itertools import cycle
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from form_specs.check import judged
from form_specs.exact_json import loads
from form_specs.formulas import FormulaError, compile_formula
from form_specs.from_schema.tool import CannotImport
from form_specs.imports import Given, Sheet, UnreadableFile, import_form
from form_specs.language import speaking
from form_specs.lint.aside import name_of
from form_specs.problem import Severity
from form_specs.source import SourceError, parse_source
from tests.form_specs import test_check, test_limits, test_lint, test_scenarios
from tests.form_specs.conftest import TOOL
from tests.form_specs.formulas import test_errors
from tests.form_specs.formulas.making import SCOPE
from tests.form_specs.imports.test_broken_documents import CELLS, JUNK, SAMPLES, places
from tests.form_specs.imports.test_xlsform import SHEETS

ROOT = Path(__file__).parents[2]
SCHEMAS = sorted((ROOT / "tests" / "corpus").glob("*.json"))
ENGLISH = re.compile(
    r"\b(the|this|is|there|here|cannot|needs?|which|with|of|and|or|may|what|leave|add|write)\b",
    re.IGNORECASE,
)
QUOTED = re.compile(r"„[^”]*”|“[^”]*”|'[^']*'|\"[^\"]*\"|`[^`]*`|\([^)]*\)|\{.*\}|^\S+: ")
"""Names, values and pieces of what was read stay as they are."""


@pytest.fixture(scope="module")
def romanian():
    with (ROOT / "runtime" / "web" / "translations" / "ro.po").open("rb") as file:
        compiled = BytesIO()
        write_mo(compiled, read_po(file))
    compiled.seek(0)
    return Translations(compiled)


def left_in_english(said: list[str], told: list[str]) -> list[tuple[str, str]]:
    """The sentences whose translation is the same, or has English words in it outside of quotes."""
    assert len(said) == len(told)
    return [
        (english, other)
        for english, other in zip(said, told, strict=True)
        if english and (english == other or ENGLISH.search(QUOTED.sub("", other)))
    ]


def sentences(problems) -> list[str]:
    return [sentence for problem in problems for sentence in (problem.message, problem.hint)]


def broken_tools() -> Iterator[dict]:
    for change, *_ in test_check.WRONG:
        tool = deepcopy(TOOL)
        change(tool)
        yield tool
    for path, value, _at in test_limits.LIMITS:
        tool = deepcopy(TOOL)
        part = tool
        for step in path[:-1]:
            part = part[step]
        part[path[-1]] = value
        yield tool
    for change, *_ in test_scenarios.WRONG:
        step = {**test_scenarios.CREATE, **change}
        yield deepcopy(TOOL) | {"tests": [{"key": "first", "title": "It works", "steps": [step]}]}
    yield deepcopy(test_lint.TOOL)


def test_problems_of_a_spec(catalog, romanian):
    for tool in broken_tools():
        english, _tool = judged(tool, catalog)
        with speaking(romanian):
            told, _tool = judged(tool, catalog)
        assert left_in_english(sentences(english), sentences(told)) == []


def test_what_is_set_aside_goes_by_one_name_in_all_languages(catalog, romanian):
    for tool in broken_tools():
        english, _tool = judged(tool, catalog)
        with speaking(romanian):
            told, _tool = judged(tool, catalog)
        names = [
            [name_of((p.pointer,), p) for p in found if p.severity is Severity.WARNING]
            for found in (english, told)
        ]
        assert names[0] == names[1]


@pytest.mark.parametrize(
    "text", [case[0] for case in test_errors.WRONG if case[0] not in ("extra", "shop.age")]
)
def test_mistakes_in_formulas(romanian, text):
    """But for what a scope says of a field: it was said when that scope was made."""
    with pytest.raises(FormulaError) as english:
        compile_formula(text, SCOPE)
    with speaking(romanian), pytest.raises(FormulaError) as told:
        compile_formula(text, SCOPE)
    pairs = [[error.value.message, error.value.hint] for error in (english, told)]
    assert left_in_english(*pairs) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{} {}",
        "{a: 1}",
        '{"a" 1}',
        '{"a": 1, "a": 2}',
        "[1 2]",
        '"\n"',
        "NaN",
        "1e999",
        "yes",
        "[1,]",
        '"\\u0000"',
        "[" * 40,
    ],
)
def test_texts_that_are_no_json(romanian, text):
    with pytest.raises(SourceError) as english:
        parse_source(text.encode())
    with speaking(romanian), pytest.raises(SourceError) as told:
        parse_source(text.encode())
    assert left_in_english(*(sentences(error.value.faults) for error in (english, told))) == []


def notes_of(given: Given, catalog, name: str | None) -> list[str]:
    try:
        found = import_form(given, "sample", catalog, name)
    except (CannotImport, UnreadableFile) as error:
        return [str(error), ""]
    return [sentence for note in found.notes for sentence in (note.message, note.advice)]


def imports() -> Iterator[tuple[Given, str | None]]:
    for name, sample in SAMPLES.items():
        yield Given(document=deepcopy(sample)), name
        for place, junk in zip(places(sample), cycle(JUNK)):
            *above, last = place
            document = deepcopy(sample)
            owner = document
            for step in above:
                owner = owner[step]
            owner[last] = deepcopy(junk)
            yield Given(document=document), name
    for path in SCHEMAS:
        yield Given(document=loads(path.read_bytes())), "json-schema"
    junk = cycle(CELLS)
    for number, sheet in enumerate(SHEETS):
        for at, row in enumerate(sheet.rows):
            cell, rows = next(junk), [[*row] for row in sheet.rows]
            rows[at][at % len(row)] = cell
            broken = [*SHEETS[:number], Sheet(sheet.name, rows), *SHEETS[number + 1 :]]
            yield Given(sheets=tuple(broken)), "xlsform"


def test_what_importers_say(catalog, romanian):
    seen = 0
    for given, name in imports():
        english = notes_of(given, catalog, name)
        with speaking(romanian):
            told = notes_of(given, catalog, name)
        assert left_in_english(english, told) == [], given
        seen += len(english)
    assert seen > 1_000
