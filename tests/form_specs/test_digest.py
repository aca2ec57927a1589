import json

from hypothesis import given
from hypothesis import strategies as st

from form_specs.digest import canonical, digest


@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"])),
        st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.none(),
    )
)
def test_the_order_of_keys_does_not_matter(document):
    backwards = dict(reversed(document.items()))

    assert digest(document) == digest(backwards)


def test_canonical_text_is_that_of_rfc_8785():
    document = {"b": [1.0, 1e21, 0.000001, "é\n"], "a": None, "€": True}

    assert canonical(document) == '{"a":null,"b":[1,1e+21,0.000001,"é\\n"],"€":true}'.encode()


def test_canonical_text_is_json_of_the_same_document():
    document = {"x": [{"y": "z"}], "n": -3}

    assert json.loads(canonical(document)) == document


def test_numbers_past_what_a_double_holds_are_taken():
    assert canonical([2**63 - 1]) == b"[9223372036854776000]"


def test_a_digest_tells_documents_apart():
    assert digest({"a": 1}) != digest({"a": 2})
    assert len(digest({})) == 64
