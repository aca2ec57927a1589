import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from form_specs.source import MAX_BYTES, MAX_DEPTH, Position, SourceError, parse_source, read_source

_texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8)
_documents = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | _texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_texts, inner, max_size=4),
    max_leaves=20,
)


def faults_of(text):
    with pytest.raises(SourceError) as caught:
        parse_source(text.encode() if isinstance(text, str) else text)
    return [(*fault.position, fault.message) for fault in caught.value.faults]


@given(_documents, st.sampled_from([None, 0, 2]), st.booleans())
def test_reads_every_document_that_json_writes(document, indent, ascii_only):
    text = json.dumps(document, indent=indent, ensure_ascii=ascii_only)

    assert parse_source(text.encode()).document == document


@given(_documents)
def test_knows_where_every_value_stands(document):
    text = json.dumps(document, indent=1, ensure_ascii=False)
    source = parse_source(text.encode())
    lines = text.split("\n")

    def visit(pointer, value):
        line, column = source.values[pointer]
        assert lines[line - 1][column - 1 :][:1] == json.dumps(value, ensure_ascii=False)[:1]
        items = (
            value.items()
            if isinstance(value, dict)
            else enumerate(value)
            if isinstance(value, list)
            else ()
        )
        for step, item in items:
            visit(f"{pointer}/{str(step).replace('~', '~0').replace('/', '~1')}", item)

    visit("", document)


@given(
    st.binary(max_size=60) | st.text('{}[]",:\\u0129eE+-.tfnrals \n', max_size=40).map(str.encode)
)
def test_accepts_no_text_that_json_refuses(raw):
    try:
        document = parse_source(raw).document
    except SourceError:
        return

    assert document == json.loads(raw.decode("utf-8-sig"))


def test_positions_of_keys_count_characters_not_bytes():
    source = parse_source('{\n  "é😀": 1, "b": [true]}'.encode())

    assert source.keys["/b"] == Position(2, 12)
    assert source.values["/b/0"] == Position(2, 18)


def test_the_position_of_what_is_missing_is_that_of_the_part_around_it():
    source = parse_source(b'{"a": {"b": 1}}')

    assert source.position("/a/c/0") == source.values["/a"]
    assert source.position("/a", at_key=True) == Position(1, 2)
    assert source.position("/x", at_key=True) == Position(1, 1)


def test_every_duplicate_key_is_reported_with_its_place():
    assert faults_of('{"a": 1,\n "a": 2, "b": {"c": 1, "c": 1}}') == [
        (2, 2, "the key 'a' stands here twice"),
        (2, 24, "the key 'c' stands here twice"),
    ]


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("", (1, 1), "the text is empty"),
        ("{} x", (1, 4), "there is more after the end"),
        ('{"a": NaN}', (1, 7), "'NaN' is no JSON value"),
        ("[Infinity]", (1, 2), "'Infinity' is no JSON value"),
        ("[-Infinity]", (1, 2), "'-Infinity' is no JSON value"),
        ("[1e999]", (1, 2), "too large"),
        ("[" + "9" * 401 + "]", (1, 2), "at most 400 characters"),
        ("[01]", (1, 3), "',' or ']' is needed"),
        ('["\t"]', (1, 2), "raw control character"),
        ('["a', (1, 2), "not closed"),
        (r'["\x"]', (1, 2), "not closed"),
        ('["\\ud800"]', (1, 2), "half of a surrogate pair"),
        ('{"\\u0000": 1}', (1, 2), "NUL"),
        ("[1,]", (1, 4), "a value is needed"),
        ('{"a": 1,}', (1, 9), "a key in double quotes"),
        ("{'a': 1}", (1, 2), "a key in double quotes"),
        ('{"a" 1}', (1, 6), "':' is needed"),
        ("[1 2]", (1, 4), "',' or ']'"),
        ("[\u0661]", (1, 2), "a value is needed"),
        ("[True]", (1, 2), "'True' is no JSON value"),
    ],
)
def test_what_is_no_strict_json_is_refused_at_its_place(text, place, said):
    ((line, column, message),) = faults_of(text)

    assert (line, column) == place
    assert said in message


def test_nesting_is_limited():
    parse_source(("[" * MAX_DEPTH + "]" * MAX_DEPTH).encode())

    ((_, column, message),) = faults_of("[" * 100_000)
    assert (column, message) == (MAX_DEPTH + 1, f"nested more than {MAX_DEPTH} deep")


def test_size_is_limited(tmp_path):
    path = tmp_path / "big.json"
    path.write_bytes(b'"' + b"a" * MAX_BYTES + b'"')

    with pytest.raises(SourceError, match="over 2,000,000 bytes"):
        read_source(path)


def test_bytes_that_are_no_utf8_are_refused_at_their_place():
    assert faults_of(b'\xef\xbb\xbf{"\xc3\xa4":\n "\xff"}') == [(2, 3, "this is not UTF-8")]


def test_a_byte_order_mark_is_passed_over():
    assert parse_source(b"\xef\xbb\xbf[1]").document == [1]


def test_two_halves_of_a_surrogate_pair_are_one_character():
    assert parse_source(rb'["\ud83d\ude00"]').document == ["😀"]
