"""Records judged by alternatives that lead back to themselves: explained in steps, not in powers of two."""

import pytest

from components.judging.judge import Judge
from components.judging.levels import Levels
from form_specs.checks.record_schema import record_schema_problems
from form_specs.json_schema.subschemas import is_manifold

DEEPEST = 28
NODE = {"$ref": "#/$defs/node"}


def of_nodes(node):
    """A schema whose records hold a node."""
    return {"type": "object", "properties": {"root": NODE}, "$defs": {"node": node}}


def objects(**differing):
    """An object with a node inside, told from others by something."""
    return {"type": "object", "properties": {"next": NODE}, **differing}


def chain(depth, innermost, **beside):
    value = innermost
    for _ in range(depth):
        value = {**beside, "next": value}
    return {"root": value}


BOTH = [objects(title="One"), objects(title="Other")]
SCHEMAS = {
    "any": of_nodes({"anyOf": BOTH}),
    "one": of_nodes({"oneOf": [*BOTH, objects(required=["never"])]}),
    "all": of_nodes({"allOf": BOTH}),
    "beside": of_nodes({**objects(), "allOf": BOTH}),
    "conditional": of_nodes({"if": objects(), "then": BOTH[0], "else": BOTH[1]}),
    "left over": of_nodes({"anyOf": BOTH, "unevaluatedProperties": False}),
    "lists": of_nodes({"anyOf": [objects(), {"type": "array", "items": NODE}, *BOTH]}),
    "in turn": {
        **of_nodes({"anyOf": [{"$ref": "#/$defs/a"}, {"$ref": "#/$defs/b"}]}),
        "$defs": {
            "node": {"anyOf": [{"$ref": "#/$defs/a"}, {"$ref": "#/$defs/b"}]},
            "a": objects(),
            "b": {"allOf": [{"$ref": "#/$defs/a"}, objects()]},
        },
    },
}


@pytest.mark.parametrize("name", SCHEMAS)
def test_each_schema_is_asked_about_each_value_once_however_deep_it_lies(name):
    levels = Levels(SCHEMAS[name])

    def steps(depth):
        look = levels.look(chain(depth, 5))
        assert look.findings
        return look.steps

    few, more, most = steps(8), steps(16), steps(24)
    assert most - more == more - few
    assert more - few <= 8 * len(levels.flat["$defs"])


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_deepest_record_is_judged_and_explained(name):
    judge = Judge(SCHEMAS[name])
    wrong = chain(DEEPEST, 5)

    assert is_manifold(SCHEMAS[name])
    assert not judge.is_valid(wrong)
    assert judge.problems(wrong)


@pytest.mark.parametrize("name", ["any", "all", "beside", "in turn"])
def test_what_is_wrong_whichever_is_meant_stands_where_it_is(name):
    problems = Judge(SCHEMAS[name]).problems(chain(DEEPEST, 5))

    assert [(p.field, p.keyword, p.pointer) for p in problems] == [
        ("root", "type", "/root" + DEEPEST * "/next")
    ]


def test_the_alternative_that_was_meant_is_explained_deep_inside():
    a = objects(properties={"kind": {"const": "a"}, "next": NODE}, required=["kind"])
    b = objects(properties={"kind": {"const": "b"}, "next": NODE}, required=["kind", "size"])
    judge = Judge(of_nodes({"oneOf": [a, b]}))

    missing = judge.problems(chain(DEEPEST, {"kind": "b"}, kind="a"))
    assert [problem.pointer for problem in missing] == ["/root" + DEEPEST * "/next" + "/size"]


def test_ways_through_a_schema_double_without_any_way_back():
    doubling = {
        f"level{n}": {
            "anyOf": [
                {"properties": {"next": {"$ref": f"#/$defs/level{n + 1}"}}, "required": [name]}
                for name in ("a", "b")
            ]
        }
        for n in range(20)
    }
    schema = {
        "properties": {"root": {"$ref": "#/$defs/level0"}},
        "$defs": {**doubling, "level20": {"type": "string"}},
    }
    wrong = chain(20, 5, a=1)

    assert is_manifold(schema)
    assert [p.pointer for p in Judge(schema).problems(wrong)] == ["/root" + 20 * "/next"]


def test_a_schema_without_many_ways_is_not_looked_through_by_levels():
    assert not is_manifold({"properties": {"a": {"anyOf": [{"type": "string"}, {"minimum": 1}]}}})


def test_a_default_that_such_a_schema_refuses_is_told_in_one_line():
    schema = SCHEMAS["any"]
    root = {**NODE, "default": chain(20, 5)["root"]}
    problems = [*record_schema_problems({**schema, "properties": {"root": root}}, "")]

    assert [(p.pointer, p.message) for p in problems] == [
        ("/properties/root/default", "the schema does not take this default")
    ]
