"""The promise behind the word "safe", tried on random schemas and records: the validators judge."""

from hypothesis import given, settings
from hypothesis import strategies as st

from components.judging.judge import Judge
from components.registry import Registry
from form_specs.compatibility import Impact, Tally, compare

CATALOG = Registry.discover().catalog()
KEYS = ("a", "b", "c")
_TYPES = {"text": "string", "integer": "integer", "number": "number", "boolean": "boolean"}

_small = st.integers(0, 6)
_words = st.text("ab1-", max_size=4)


def _property(type_, limits):
    return {**limits, "type": _TYPES[type_], "title": type_, "x-ops": {"type": type_}}


def _some(**limits):
    return st.fixed_dictionaries({}, optional=limits)


_texts = _some(
    minLength=st.integers(0, 2),
    maxLength=_small,
    pattern=st.sampled_from(["^a", "^[ab]*$", "1"]),
    enum=st.lists(_words, min_size=1, max_size=3, unique=True),
    default=_words,
)
_numbers = _some(
    minimum=_small,
    maximum=_small,
    exclusiveMaximum=_small,
    multipleOf=st.sampled_from([1, 2, 3, 4]),
    anyOf=st.lists(st.builds(lambda m: {"minimum": m}, _small), min_size=1, max_size=2),
    default=_small,
)
_choices = st.lists(st.sampled_from(["x", "y", "z"]), min_size=1, unique=True).map(
    lambda keys: {
        "enum": keys,
        "title": "choice",
        "x-ops": {"type": "choice", "choices": [{"key": k, "title": k.upper()} for k in keys]},
    }
)
_lists = st.fixed_dictionaries(
    {"type": st.just("array"), "uniqueItems": st.just(True), "maxItems": st.integers(1, 4)},
    optional={"minItems": st.integers(0, 2)},
).flatmap(
    lambda limits: _some(maxLength=_small, minLength=st.integers(0, 2)).map(
        lambda item: {
            **limits,
            "items": {"type": "string", **item},
            "title": "tags",
            "x-ops": {"type": "tags"},
        }
    )
)
_properties = st.one_of(
    _texts.map(lambda limits: _property("text", limits)),
    _numbers.map(lambda limits: _property("integer", limits)),
    _numbers.map(lambda limits: _property("number", limits)),
    st.just(_property("boolean", {})),
    _choices,
    _lists,
)


@st.composite
def _schemas(draw):
    found = draw(st.dictionaries(st.sampled_from(KEYS), _properties, min_size=1))
    schema = {
        "type": "object",
        "properties": found,
        "required": draw(st.lists(st.sampled_from([*found]), unique=True)),
    }
    return schema | draw(
        st.fixed_dictionaries(
            {},
            optional={
                "additionalProperties": st.booleans(),
                "maxProperties": st.integers(1, 4),
                "dependentRequired": st.just({KEYS[0]: [KEYS[1]]}),
                "patternProperties": st.just({"^c": {"maxLength": 2}}),
                "anyOf": st.just([{"required": [KEYS[0]]}, {"required": [KEYS[2]]}]),
            },
        )
    )


@st.composite
def _pairs(draw):
    """Two schemas that mostly differ in little, so that many pairs are safe."""
    old = draw(_schemas())
    if draw(st.booleans()):
        return old, draw(_schemas())
    new = {**old, "properties": dict(old["properties"])}
    key = draw(st.sampled_from(KEYS))
    if draw(st.booleans()):
        new["properties"][key] = draw(_properties)
    else:
        new["required"] = draw(st.lists(st.sampled_from([*new["properties"]]), unique=True))
    return old, new


_values = st.one_of(
    _words, _small, st.integers(0, 12).map(lambda n: n / 2), st.booleans(),
    st.sampled_from(["x", "y", "z"]), st.lists(_words, max_size=4, unique=True),
)  # fmt: skip
_records = st.lists(
    st.dictionaries(st.sampled_from((*KEYS, "d")), _values), min_size=1, max_size=30
)


def _tool(schema):
    form = {"key": "thing", "title": "Thing", "schema": schema}
    return {"ops": "1", "kind": "tool", "key": "things", "title": "Things", "forms": [form]}


def _defaulted(record, schema):
    """The record with what its form's defaults fill in where it has to hold something."""
    missing = [key for key in schema["required"] if key not in record]
    found = {
        k: schema["properties"][k]["default"]
        for k in missing
        if "default" in schema["properties"][k]
    }
    return {**record, **found}


def _checked(schema):
    """A schema whose defaults are values, as checking a spec demands."""
    properties = {key: _with_right_default(part) for key, part in schema["properties"].items()}
    return {**schema, "properties": properties}


def _with_right_default(part):
    if "default" in part and not CATALOG.accepts(part)(part["default"]):
        return {key: value for key, value in part.items() if key != "default"}
    return part


@settings(max_examples=100)
@given(_pairs(), _records)
def test_safe_means_that_every_valid_record_stays_valid(pair, records):
    old, new = map(_checked, pair)
    found = compare(_tool(old), _tool(new), CATALOG)
    if found.impact.rank > Impact.REVIEW.rank:
        return
    before, after = Judge(old), Judge(new)
    for record in filter(before.is_valid, records):
        assert after.is_valid(_defaulted(record, new)), found.changes


@settings(max_examples=100)
@given(_pairs(), _records)
def test_what_counting_calls_safe_here_is_safe_here(pair, records):
    old, new = map(_checked, pair)
    valid = [record for record in records if Judge(old).is_valid(record)]
    tally = Tally(compare(_tool(old), _tool(new), CATALOG))
    tally.see("thing", [(record, None) for record in valid])
    found = tally.result()
    if found.impact.rank > Impact.REVIEW.rank:
        return
    after = Judge(new)
    for record in valid:
        assert after.is_valid(_defaulted(record, new)), found.changes
