"""Fields with fields inside: what a form posts back leaves every value as it was, to the last digit."""

import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from components.base import ABSENT, InvalidValueError
from components.forms import form_class
from components.marshalling import record_schema
from components.nested.variant_control import Chosen
from components.registry import Registry
from form_specs.load import load
from tests.holds import PROPERTIES, TEXT, field, holds_tool

REGISTRY = Registry.discover()
FIELDS = {
    key: REGISTRY.field(spec) for key, spec in load(holds_tool()).forms["hold"].fields.items()
}
FORM = form_class(FIELDS.values())

# -- values of every shape that the schema takes, and some that it does not ---------------

words = st.text("abc é漢\"'<&/~:", min_size=1, max_size=5).map(str.strip).filter(bool)
decimals = st.integers(-9999, 9999).map(lambda n: f"{Decimal(n).scaleb(-2):.2f}")
scalars = st.none() | st.booleans() | st.integers(-9, 9) | st.just("") | words
strange = st.dictionaries(
    words.map(lambda word: f"?{word}"), scalars | st.lists(scalars), max_size=2
)


def objects(required=None, **optional):
    """Objects with keys that nobody draws beside those of the schema."""
    known = st.fixed_dictionaries(required or {}, optional=optional)
    return st.builds(lambda mine, others: {**mine, **others}, known, strange)


rows = objects(
    {"payout": words},
    value=decimals | st.none(),
    paid=st.booleans(),
    tags=st.lists(words | st.just(""), max_size=2),
)
cards = objects({"kind": st.just("card"), "holder": words}, digits=st.just("4242"))
accounts = objects({"kind": st.just("account"), "holder": words}, bank=words | st.none())
records = st.fixed_dictionaries(
    {},
    optional={
        "lines": st.lists(rows, max_size=3),
        "serials": st.lists(words | st.none() | st.just(""), max_size=3),
        "address": objects({"city": words}, lines=st.just("A 1\nB 2"), country=st.just("RO")),
        "payment": cards | accounts,
        "limits": st.dictionaries(words | st.just(""), st.integers(-9, 9) | st.none(), max_size=3),
        "contact": objects(name=words | st.just(""), credit=decimals, since=st.just("2026-11-26")),
    },
)


def exact(value):
    """JSON as text: 1 is not true, and no order is lost."""
    return json.dumps(value, ensure_ascii=False)


def typed(record):
    return record_schema(FIELDS.values())().load(record, partial=True)


def drawn(values):
    """What a page with these values posts when nobody touches it."""
    form = FORM(None, values)
    return MultiDict([pair for key in FIELDS for pair in form.control(key).pairs])


@given(records)
@settings(max_examples=150)
def test_posting_what_was_drawn_leaves_every_value_as_it_was(record):
    values = typed(record)
    form = FORM(drawn(values), values)
    assert not [message for control in form.controls() for message in control.errors]
    posted = {key: value for key, value in form.posted().items() if value is not ABSENT}
    dumped = {key: FIELDS[key].dump(posted[key]) for key in record if key in posted}
    assert exact(dumped) == exact(record)


@given(records)
@settings(max_examples=80)
def test_values_come_back_from_the_store(record):
    for key, value in typed(record).items():
        stored = json.loads(json.dumps(FIELDS[key].to_store(value)))
        assert exact(FIELDS[key].dump(FIELDS[key].from_store(stored))) == exact(record[key])


@given(records, st.sampled_from(["lines/0/payout", "contact/name", "address/city"]))
@settings(max_examples=60)
def test_a_change_replaces_only_what_was_changed(record, name):
    key, *steps = name.split("/")
    values = typed(record)
    post = drawn(values)
    if name not in post:
        return
    post[name] = "changed"
    wanted = json.loads(json.dumps(record.get(key, {})))
    inner = wanted
    for step in steps[:-1]:
        inner = inner[int(step)]
    inner[steps[-1]] = "changed"
    form = FORM(post, values)
    assert exact(FIELDS[key].dump(form.posted()[key])) == exact(wanted)


# -- rows -----------------------------------------------------------------------------------

LINES = [{"payout": "a", "?": 1}, {"payout": "b", "value": None}, {"payout": "c"}]


def lines(post, record=LINES):
    form = FORM(MultiDict(post), typed({"lines": record}) if record is not None else {})
    return form.control("lines")


def posted(control):
    return ABSENT if control.data is ABSENT else FIELDS["lines"].dump(control.data)


def test_rows_are_found_by_their_names_alone():
    post = [("lines/1/payout", "second"), ("lines/0/payout", "first")]
    assert posted(lines(post, None)) == [{"payout": "first"}, {"payout": "second"}]


def test_rows_are_moved_and_taken_out_by_their_slots():
    post = [("lines", ""), ("lines", "2"), ("lines", "0")]
    assert posted(lines(post)) == [LINES[2], LINES[0]]


def test_a_new_row_without_a_word_in_it_is_none():
    post = [
        *drawn(typed({"lines": LINES})).items(multi=True),
        ("lines", "7"),
        ("lines/7/payout", ""),
    ]
    assert posted(lines(post)) == LINES


def test_a_list_that_lost_all_its_rows_has_no_value():
    assert posted(lines([("lines", "")])) is ABSENT
    assert posted(lines([("lines", "")], [])) == []


def test_a_wrong_text_stays_at_its_row():
    control = lines([("lines", ""), ("lines", "1"), ("lines", "5"), ("lines/5/value", "ten")])
    wrong = control.entries[1].entry("value")
    assert control.failed
    assert wrong.errors == ["Write a number in digits, like 1234.50"]
    assert (wrong.name, wrong.texts) == ("lines/5/value", ["ten"])
    assert control.entries[1].label.text == "Row 2"


def test_the_place_of_a_row_leads_to_its_inputs_wherever_they_stand():
    form = FORM(MultiDict([("lines", "2"), ("lines", "0")]), typed({"lines": LINES}))
    control, left = form.deepest(("lines", "0", "payout"))
    assert (control.name, left) == ("lines/2/payout", ())
    control, left = form.deepest(("lines", "0", "?", "deeper"))
    assert (control.name, list(left)) == ("lines/2", ["?", "deeper"])


def test_rows_behind_those_drawn_are_kept():
    items = field("text", {"type": "string"})
    many = field("repeat", {"type": "array", "items": items}, options={"rows": 300})
    own = REGISTRY.field(load({**holds_tool(), "forms": [_form_of(many)]}).forms["f"].fields["x"])
    value = [str(number) for number in range(250)]
    control = form_class([own])(None, {"x": value}).control("x")
    assert len(control.entries) == 200
    post = MultiDict(control.pairs)
    post["x/0"] = "first"
    assert form_class([own])(post, {"x": value}).posted()["x"] == ["first", *value[1:]]


def _form_of(property_):
    schema = {"type": "object", "properties": {"x": property_}}
    return {"key": "f", "title": "F", "schema": schema}


def test_more_rows_than_there_may_be_are_refused_and_shown():
    post = [("lines", str(number)) for number in range(201)]
    post += [(f"lines/{number}/payout", "x") for number in range(201)]
    control = lines(post, None)
    assert control.errors == ["At most 200 rows; this has 201"]
    assert len(control.entries) == 201
    with pytest.raises(InvalidValueError, match="At most 200 rows"):
        FIELDS["lines"].parse([{"payout": "x"}] * 201)


@pytest.mark.parametrize(("verb", "slot", "order"), [
    ("up", "2", ["0", "2", "1"]),
    ("up", "0", ["0", "1", "2"]),
    ("down", "0", ["1", "0", "2"]),
    ("remove", "1", ["0", "2"]),
    ("add", "", ["0", "1", "2", "3"]),
    ("add", "nonsense", ["0", "1", "2", "3"]),
    ("remove", "9", ["0", "1", "2"]),
])  # fmt: skip
def test_buttons_change_the_rows_and_nothing_else(verb, slot, order):
    control = lines(drawn(typed({"lines": LINES})))
    control.act(verb, slot)
    assert [part.name for part in control.slots] == order


# -- maps -----------------------------------------------------------------------------------


def limits(post, record=None):
    return FORM(MultiDict(post), {"limits": record} if record is not None else {}).control("limits")


def test_an_entry_is_added_and_another_renamed():
    post = [("limits", "RO"), ("limits", "+1"), (":key:limits/RO", "DE"), ("limits/RO", "5")]
    post += [(":key:limits/+1", "FR"), ("limits/+1", "7")]
    assert limits(post, {"RO": 5}).data == {"DE": 5, "FR": 7}


@pytest.mark.parametrize(("key", "text", "message"), [
    ("", "7", "Give this entry a name, or take it out"),
    ("RO", "7", "There are two entries 'RO'"),
    ("FR", "", "Fill this in"),
    ("FR", "seven", "Write a whole number in digits, like 1234"),
])  # fmt: skip
def test_an_entry_that_cannot_be_says_why(key, text, message):
    post = [("limits", "RO"), ("limits", "+1"), (":key:limits/RO", "RO"), ("limits/RO", "5")]
    post += [(":key:limits/+1", key), ("limits/+1", text)]
    control = limits(post, {"RO": 5})
    assert [error for inner in control.walk() for error in inner.errors] == [message]


# -- kinds ----------------------------------------------------------------------------------


def payment(post, record=None):
    values = typed({"payment": record}) if record else {}
    return FORM(MultiDict(post), values).control("payment")


CARD = {"kind": "card", "holder": "Ada", "digits": "4242"}


def test_a_kind_is_told_by_its_constant():
    assert FIELDS["payment"].parse(CARD).alternative == 0
    assert FIELDS["payment"].parse({"kind": "account", "holder": "Ada"}).alternative == 1
    with pytest.raises(InvalidValueError, match="none of: Card, Account"):
        FIELDS["payment"].parse({"kind": "cash"})


def test_the_chosen_kind_gets_its_constant():
    post = [(":choice:payment", "1"), (":drawn:payment", "1"), ("payment/holder", "Ada")]
    assert payment(post).data == Chosen(1, {"kind": "account", "holder": "Ada"})


def test_what_was_typed_for_another_kind_is_kept_and_found_again():
    post = [(":choice:payment", "1"), (":drawn:payment", "0"), ("payment/digits", "99")]
    control = payment(post)
    assert control.errors == ["Fill in what belongs to 'Account'"]
    assert dict(control.pairs)[":0:payment/digits"] == "99"
    again = payment([*control.pairs[2:], (":choice:payment", "0"), (":drawn:payment", "0")])
    assert again.alternatives[0].name == "payment"
    back = payment([(":choice:payment", "0"), (":drawn:payment", "1"), *control.pairs[2:]])
    assert dict(back.pairs)["payment/digits"] == "99"


def test_no_kind_is_no_value():
    assert payment([(":choice:payment", ""), (":drawn:payment", "0")], CARD).data is ABSENT
    assert payment([(":choice:payment", "")]).data is ABSENT


def test_faults_of_parts_are_told_with_the_way_to_them():
    with pytest.raises(InvalidValueError) as raised:
        FIELDS["lines"].parse([{"payout": "a"}, {"payout": 5, "value": "x"}])
    assert [fault.path for fault in raised.value.faults] == [(1, "payout"), (1, "value")]
    assert "entry 2, payout: This must be a text" in str(raised.value)


def test_a_field_is_called_by_what_is_in_it():
    assert FIELDS["lines"].display(typed({"lines": LINES})["lines"]) == "3 rows"
    assert FIELDS["serials"].display(["a", "b"]) == "a, b"
    assert FIELDS["limits"].display({"RO": 5}) == "RO: 5"
    assert FIELDS["payment"].display(FIELDS["payment"].parse(CARD)) == "Card: Ada, 4242"
    address = {"lines": "A 1\nB", "city": "Cluj", "country": "RO"}
    assert FIELDS["address"].display(address) == "A 1, B, Cluj, Romania"


def test_properties_are_the_fields_that_the_tool_says():
    assert FIELDS.keys() == PROPERTIES.keys()


# -- null, defaults, kept JSON ------------------------------------------------------------------


def made(property_):
    return REGISTRY.field(
        load({**holds_tool(), "forms": [_form_of(property_)]}).forms["f"].fields["x"]
    )


def again(own, value, **texts):
    form = form_class([own])
    post = MultiDict(form(None, {"x": value}).control("x").pairs)
    for name, text in texts.items():
        post[name.replace("__", "/")] = text
    return form(post, {"x": value}).control("x").data


def test_null_is_a_group_of_its_own_kind_until_something_is_typed():
    parts = {"a": field("text", {"type": "string"})}
    own = made(field("group", {"type": ["object", "null"], "properties": parts}))
    assert own.allows_null
    assert again(own, None) is None
    assert again(own, None, x__a="typed") == {"a": "typed"}
    assert own.display(None) == ""


def test_a_new_row_begins_with_its_defaults():
    columns = {"a": field("integer", {"type": "integer", "default": 7}), "b": field("text", TEXT)}
    own = made(field("repeat", {"type": "array", "items": {"properties": columns}}))
    control = form_class([own])(MultiDict([("x", "")])).control("x")
    control.act("add")
    assert dict(control.pairs)["x/0/a"] == "7"
    assert again(own, ABSENT, x="0", x__0__a="7") == [{"a": 7}]


def test_what_an_inner_field_cannot_read_stays_as_it_is():
    own = made(field("group", {"type": "object", "properties": {"a": field("integer", {})}}))
    value = own.from_store({"a": "left from before", "b": 1})
    assert own.dump(value) == {"a": "left from before", "b": 1}
    assert own.dump(again(own, value)) == {"a": "left from before", "b": 1}
    assert own.dump(again(own, value, x__a="5")) == {"a": 5, "b": 1}
    assert own.display(value) == "Unreadable: left from before"


def test_null_of_an_inner_field_stays_null():
    parts = {"a": field("text", {"type": ["string", "null"]}), "b": field("text", TEXT)}
    own = made(field("group", {"type": "object", "properties": parts}))
    assert again(own, {"a": None}) == {"a": None}
    assert again(own, {"a": None}, x__b="typed") == {"a": None, "b": "typed"}
