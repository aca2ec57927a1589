"""Every limit of a spec is told with the place that is over it."""

import socket
import threading
from copy import deepcopy

import pytest

from components.judging.judge import Judge
from form_specs.check import check
from form_specs.from_schema.bundling import bundle
from form_specs.problem import Severity
from form_specs.source import MAX_BYTES, SourceError, parse_source
from tests.form_specs.conftest import TOOL

SCHEMA = ("forms", 0, "schema")
P = "/forms/0/schema/properties"
FIELD = {"x-ops": {"type": "json"}}
LONG = "x" * 20_001


def many(part, key, count):
    """A list that is too long, of copies of one part with keys of their own."""
    return [{**deepcopy(part), "key": f"{key}{number}"} for number in range(count)]


def nested(depth):
    value = {}
    for _ in range(depth):
        value = {"items": value}
    return value


def doubled(levels):
    """Definitions that hold each other twice, down to one."""
    parts = {"n0": {"type": "integer"}}
    for level in range(levels):
        parts[f"n{level + 1}"] = {"anyOf": [{"$ref": f"#/$defs/n{level}"}] * 2}
    return parts


def _choices(count):
    keys = [f"c{number}" for number in range(count)]
    choices = [{"key": key, "title": key} for key in keys]
    return {"type": "string", "enum": keys, "x-ops": {"type": "choice", "choices": choices}}


LIMITS = [
    (("forms",), many(TOOL["forms"][0], "f", 51), "/forms"),
    ((*SCHEMA, "properties"), {f"p{i}": FIELD for i in range(501)}, P),
    (("views",), many(TOOL["views"][0], "v", 201), "/views"),
    (("actions",), many(TOOL["actions"][0], "a", 201), "/actions"),
    (("workflows", 0, "states"), many(TOOL["workflows"][0]["states"][0], "s", 61), "/workflows/0/states"),
    (("workflows", 0, "transitions"), many(TOOL["workflows"][0]["transitions"][0], "t", 401), "/workflows/0/transitions"),
    ((*SCHEMA, "properties", "reason"), _choices(2_001), f"{P}/reason/x-ops/choices"),
    ((*SCHEMA, "properties", "extra", "description"), LONG, f"{P}/extra/description"),
    ((*SCHEMA, "properties", "extra", "pattern"), "a" * 5_001, f"{P}/extra/pattern"),
    ((*SCHEMA, "properties", "extra", "pattern"), "(?<=a", f"{P}/extra/pattern"),
    ((*SCHEMA, "properties", "extra", "pattern"), "(?:[a-z]{500}){500}", f"{P}/extra/pattern"),
    ((*SCHEMA, "properties", "extra", "uniqueItems"), True, f"{P}/extra"),
    ((*SCHEMA, "properties", "extra", "$ref"), "#/properties/extra", f"{P}/extra"),
    ((*SCHEMA, "$defs"), doubled(40), "/forms/0/schema/$defs/n11"),
    ((*SCHEMA, "properties", "extra", "$ref"), "http://example.test/x.json", f"{P}/extra/$ref"),
    ((*SCHEMA, "properties", "extra", "$ref"), "file:///etc/passwd", f"{P}/extra/$ref"),
    ((*SCHEMA, "properties", "extra", "title"), "a\x00b", f"{P}/extra/title"),
    ((*SCHEMA, "properties", "extra", "title"), "a\ud800b", f"{P}/extra/title"),
    ((*SCHEMA, "properties", "extra", "const"), nested(32), None),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "pointer"), LIMITS, ids=range(len(LIMITS)))
def test_what_is_over_a_limit_is_told_at_its_place(catalog, path, value, pointer):
    tool = deepcopy(TOOL)
    part = tool
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value

    errors = [p for p in check(tool, catalog) if p.severity is Severity.ERROR]

    places = [problem.pointer for problem in errors]
    assert pointer in places if pointer is not None else len(places) == 1, errors[:5]
    assert all(problem.message and problem.hint for problem in errors if problem.pointer == pointer)


@pytest.mark.parametrize(
    ("text", "said", "pointer"),
    [
        ('{"a": {"b": 1, "b": 2}}', "stands here twice", "/a/b"),
        ('{"a": [1, {"b/c": 1, "b/c": 2}]}', "stands here twice", "/a/1/b~1c"),
        ('{"a": [1, NaN]}', "no JSON value", "/a/1"),
        ('{"a": {"b": [2]}, "c": -Infinity}', "no JSON value", "/c"),
        ('{"a": {"b": 1e999}}', "too large", "/a/b"),
        ('{"a": 1' + "0" * 400 + "}", "at most 400 characters", "/a"),
        ('{"a": ["b", "\\ud800"]}', "surrogate", "/a/1"),
        ('{"a": {"\\ud800": 1}}', "surrogate", "/a"),
        ('{"a": ' + "[" * 32 + "]" * 32 + "}", "more than 32 deep", "/a" + "/0" * 31),
        (" " * (MAX_BYTES + 1), "over 2,000,000 bytes", ""),
    ],
)
def test_a_text_over_a_limit_is_told_with_its_line_its_pointer_and_what_would_be_right(
    text, said, pointer
):
    with pytest.raises(SourceError, match=said) as caught:
        parse_source(text.encode())

    (fault,) = caught.value.faults
    assert fault.position.line == 1
    assert fault.pointer == pointer
    assert fault.hint


@pytest.fixture
def listener():
    """A server on this machine that notes whether anybody asks it."""
    asked = []
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.2)

    def wait():
        try:
            asked.append(server.accept())
        except OSError:
            return

    thread = threading.Thread(target=wait)
    thread.start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}/schema.json", asked
    thread.join()
    server.close()


def test_no_reference_is_ever_fetched(listener, tmp_path):
    address, asked = listener
    file = tmp_path / "open.json"
    file.write_text('{"type": "integer"}', "utf-8")

    for ref in (address, file.as_uri(), str(file), "open.json"):
        schema = {"properties": {"a": {"$ref": ref}}}
        assert ref in bundle(schema).faults[0]
        with pytest.raises(ValueError, match=r"\w"):
            Judge(schema)
    assert asked == []


@pytest.mark.parametrize("named", [True, False])
def test_too_many_choices_are_told_once(catalog, named):
    tool = deepcopy(TOOL)
    field = _choices(2_001)
    if not named:
        del field["x-ops"]["choices"]
    tool["forms"][0]["schema"]["properties"]["reason"] = field

    (problem,) = [p for p in check(tool, catalog) if p.severity is Severity.ERROR]
    assert "2,000" in problem.message
    assert "2,001" in problem.message
