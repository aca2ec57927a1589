"""Choices from lists, records, hooks and the field itself are checked when they are new."""

import pytest

from components.base import Wanted
from runtime.gate import RefusedError
from tests.runtime.cases import Cases


def _messages(refused):
    return {reason.field: reason.message for reason in refused.value.reasons}


def _offered(cases, field, *, by="lena", depends=(), query="", limit=50, form="case"):
    with cases.directory(by, form) as directory:
        found = directory.offers(
            directory.access.form.fields[field], Wanted(query, tuple(depends), limit)
        )
    return [item.key for item in found.items], found


def test_a_list_offers_what_is_not_retired(cases: Cases):
    assert _offered(cases, "country")[0] == ["ro", "ch"]


def test_what_a_list_does_not_have_is_refused_with_a_guess(cases: Cases):
    with pytest.raises(RefusedError) as refused:
        cases.make("case", title="x", city="baesl")
    assert _messages(refused) == {"city": "There is no choice 'baesl'; did you mean 'basel'?"}


def test_a_retired_choice_cannot_be_chosen_anew(cases: Cases):
    with pytest.raises(RefusedError) as refused:
        cases.make("case", title="x", country="su")
    assert _messages(refused) == {"country": "'Soviet Union' is not offered any more"}


def test_a_choice_must_go_with_what_it_depends_on(cases: Cases):
    cases.make("case", title="x", country="ro", city="cluj")
    with pytest.raises(RefusedError) as refused:
        cases.make("case", title="x", country="ch", city="cluj")
    assert _messages(refused) == {
        "city": "'Cluj' does not go with what stands in Country. Choose again"
    }
    with pytest.raises(RefusedError):
        cases.make("case", title="x", city="cluj")
    cases.make("case", title="x", city="anywhere")


def test_changing_what_a_choice_depends_on_judges_the_choice_anew(cases: Cases):
    case = cases.make("case", title="x", country="ro", city="cluj")
    with pytest.raises(RefusedError):
        cases.change("case", case, country="ch")
    cases.change("case", case, country="ch", city="basel")


def test_offers_go_with_what_they_depend_on(cases: Cases):
    assert _offered(cases, "city", depends=["ro"])[0] == ["cluj", "anywhere"]
    assert _offered(cases, "city")[0] == ["anywhere"]


def test_another_text_may_be_typed_where_the_field_allows_it(cases: Cases):
    case = cases.make("case", title="x", reason="Something else")
    assert cases.data("case", case)["reason"] == "Something else"
    with pytest.raises(RefusedError):
        cases.make("case", title="x", reason="late", country="ch")


def test_every_one_of_several_choices_is_checked(cases: Cases):
    cases.make("case", title="x", places=["cluj", "basel"])
    with pytest.raises(RefusedError) as refused:
        cases.make("case", title="x", places=["cluj", "atlantis"])
    assert set(_messages(refused)) == {"places"}


# -- records ----------------------------------------------------------------------------


def test_records_offer_their_values_to_those_who_may_read_them(cases: Cases):
    cases.make("merchant", name="Alpine", country="ch", code="ALP")
    cases.make("merchant", name="Secret", country="ch", code="SEC", region="hq")
    cases.make("merchant", name="Shut", country="ch", code="SHT", status="closed")
    assert set(_offered(cases, "shop_code", depends=["ch"])[0]) == {"ALP", "SEC"}
    assert _offered(cases, "shop_code", depends=["ch"], by="olga")[0] == ["ALP"]
    assert _offered(cases, "shop_code", depends=["at"], by="olga")[0] == []


def test_records_are_checked_by_value_filter_and_match(cases: Cases):
    cases.make("merchant", name="Dacia", country="ro", code="DAC")
    cases.make("case", title="x", country="ro", shop_code="DAC")
    for wrong in ({"country": "ch", "shop_code": "DAC"}, {"country": "ro", "shop_code": "NOPE"}):
        with pytest.raises(RefusedError):
            cases.make("case", title="x", **wrong)


def test_a_record_keeps_the_title_it_was_saved_with(cases: Cases):
    shop = cases.make("merchant", name="First name", country="ro", code="KEEP")
    case = cases.make("case", title="x", country="ro", shop_code="KEEP")
    cases.change("merchant", shop, name="Second name")
    record = cases.stored("case", case)
    with cases.directory("lena") as directory:
        field = directory.access.form.fields["shop_code"]
        kept = directory.kept([field], [record.id])
    assert kept[field][record.id]["KEEP"].title == "First name"


def test_links_are_found_by_words_of_their_title(cases: Cases):
    wanted = cases.make("merchant", name="Zebra crossing")
    cases.make("merchant", name="Zulu", region="hq")
    assert _offered(cases, "merchant", query="zeb")[0] == [wanted]
    assert _offered(cases, "merchant", query="zulu", by="olga")[0] == []


def test_an_offer_says_whether_there_is_more(cases: Cases):
    for number in range(4):
        cases.make("merchant", name=f"Many {number}")
    keys, found = _offered(cases, "merchant", query="many", limit=3)
    assert len(keys) == 3
    assert not found.complete
    assert _offered(cases, "merchant", query="many", limit=4)[1].complete


# -- hooks ------------------------------------------------------------------------------


def test_a_hook_gives_choices_with_titles_and_colours(cases: Cases):
    keys, found = _offered(cases, "currency")
    assert keys == ["EUR", "RON", "USD"]
    assert [(item.title, item.color.value) for item in found.items] == [
        ("Euro", "blue"),
        ("Leu", "gray"),
        ("USD", "gray"),
    ]


def test_a_hooks_choices_are_checked_and_their_titles_kept(cases: Cases):
    case = cases.make("case", title="x", currency="RON")
    with pytest.raises(RefusedError):
        cases.make("case", title="x", currency="GBP")
    record = cases.stored("case", case)
    with cases.directory("lena") as directory:
        field = directory.access.form.fields["currency"]
        assert directory.kept([field], [record.id])[field][record.id]["RON"].title == "Leu"
