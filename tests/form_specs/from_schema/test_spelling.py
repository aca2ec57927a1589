"""Patterns of other engines judge texts as they did there."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.judging.validator import engine
from form_specs.checks.patterns import is_large, pattern_problem
from form_specs.checks.record_schema import record_schema_problems
from form_specs.from_schema.bundling import bundle
from form_specs.from_schema.spelling import spelled

MEANT = {
    r"\A[0-9a-f]+\Z": r"\A[0-9a-f]+\Z",
    r"^(subnet-)([a-z0-9]+)\Z": r"^(subnet-)([a-z0-9]+)\Z",
    r"^[\w-.]+$": r"^[\w\-.]+\Z",
    r"^[A-Z0-9](?:[\w- ]*[A-Z0-9])?$": r"^[A-Z0-9](?:[\w\- ]*[A-Z0-9])?\Z",
    r"^[a-z\s-_()\[\]]+$": r"^[a-z\s\-_()\[\]]+\Z",
    r"[\d-x]": r"[\d\-x]",
    r"^[^\w-.]$": r"^[^\w\-.]\Z",
}
"""What engines for the web make of a hyphen beside a set, as Python writes it."""


@pytest.mark.parametrize("pattern", MEANT)
@given(text=st.text("ab_-.09 ^()[]xZ\n", max_size=6))
def test_another_spelling_judges_the_same(pattern, text):
    ours = engine({"pattern": spelled(pattern)})

    assert pattern_problem(pattern) is not None
    assert ours.is_valid(text) is bool(re.search(MEANT[pattern], text, re.ASCII))


@pytest.mark.parametrize(
    ("pattern", "written"),
    [
        (r"^[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDBFF-\uDC00\uDFFF\t]*$", r"^[\u0020-\uD7FF\uE000-\uFFFD\t]*$"),
        (r"[a-z\uD83C-\uDBFF\uDC00-\uDFFF\u2000-\u3300]+", r"[a-z\u2000-\u3300]+"),
        (r"^[\p{L}\p{Z}-_]*$", r"^[\p{L}\p{Z}\-_]*$"),
    ],
)  # fmt: skip
def test_halves_of_signs_stand_in_no_text(pattern, written):
    assert spelled(pattern) == written


@pytest.mark.parametrize(
    "pattern", ["^[a-z]+$", "^(?=.*[A-Z]).{8,}$", "^[", "[]", "(", r"^(?!\.)+x$", r"[\uD800]"]
)
def test_what_is_read_or_cannot_be_stays(pattern):
    assert spelled(pattern) == pattern


@given(st.text(r"\\[]^-AZzwdu{}D80(|)", max_size=12))
def test_any_text_is_written_so_that_it_is_read_or_stays(pattern):
    written = spelled(pattern)

    assert written == pattern or pattern_problem(written) is None


def test_names_are_spelled_too():
    made = bundle({"patternProperties": {r"player\.\w+\Z": {"type": "integer"}}}).schema

    assert [*made["patternProperties"]] == [r"player\.\w+$"]


@pytest.mark.parametrize(
    ("pattern", "valid", "invalid"),
    [
        (r"^.{1,65535}$", ["a", "é" * 65535], ["", "a" * 65536, "a\nb"]),
        (r"^[^\x00]{2,20000}$", ["ab", "a\nb"], ["a", "a\x00"]),
        (r"^\S{9000}$", ["x" * 9000], ["x" * 8999, " " * 9000]),
        (r"^[\P{M}\p{M}]{10000,}$", ["x" * 10000], ["x" * 9999]),
    ],
)
def test_how_long_a_text_is_may_be_counted_by_a_pattern(pattern, valid, invalid):
    made = bundle({"properties": {"x": {"type": "string", "pattern": pattern}}})
    judge = engine(made.schema)

    assert made.notes == []
    assert all(judge.is_valid({"x": text}) for text in valid)
    assert not any(judge.is_valid({"x": text}) for text in invalid)
    assert judge.is_valid({"x": 5}) is False


def test_large_patterns_are_counted():
    large = [f"^a{number}:.{{1,1024}}$" for number in range(22)]
    schema = {
        "properties": {f"p{n}": {"type": "string", "pattern": each} for n, each in enumerate(large)}
    }

    assert all(map(is_large, large))
    assert not is_large("^[a-z]{1,64}$")
    found = [*record_schema_problems({"type": "object", **schema}, "")]
    assert len(found) == 2
    assert all(problem.pointer.endswith("/pattern") for problem in found)
    assert "maxLength" in found[0].hint
