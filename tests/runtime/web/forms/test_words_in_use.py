"""What other records hold is offered while somebody types keywords, as far as that person may read it."""

import pytest

from tests.runtime.browsing import Browser
from tests.runtime.refunds import REFUND, TOOL

WORDS = f"/t/{TOOL}/f/{REFUND}/words"


def words(app, name, field="labels"):
    return Browser(app, name).get(f"{WORDS}/{field}")


def test_the_most_frequent_words_come_first(app, make_refund):
    for labels in (["vip", "late"], ["vip"], ["a, b"]):
        make_refund(labels=labels)
    found = words(app, "olga").json["words"]
    assert found[0] == "vip"
    assert {"late", "a, b"} <= set(found)


def test_nobody_is_offered_what_stands_in_records_out_of_sight(app, make_refund):
    make_refund(labels=["takeover"], region="hq")
    assert "takeover" in words(app, "lena").json["words"]
    assert "takeover" not in words(app, "olga").json["words"]


@pytest.mark.parametrize("field", ["merchant", "secret", "nothing", "@state"])
def test_only_fields_of_keywords_offer_them(app, field):
    assert words(app, "olga", field).status_code == 404


def test_the_input_says_where_its_words_are(app):
    page = Browser(app, "olga").get(f"/t/{TOOL}/f/{REFUND}/new").text
    assert f'data-words="{WORDS}/labels"' in page


def test_a_search_says_that_records_are_still_being_lifted(app, services, monkeypatch):
    with services.db.read() as conn:
        tool = services.published.tool(conn, TOOL)
    following = tool.following({key: frozenset({"merchant"}) for key in tool.forms})
    monkeypatch.setattr(services.published, "tools_for", lambda *_: [following])
    olga, said = Browser(app, "olga"), "found by the words they held before"
    listed = f"/t/{TOOL}/v/all"
    assert said in olga.get(f"{listed}?q=shop").text
    assert said not in olga.get(listed).text
    monkeypatch.undo()
    assert said not in olga.get(f"{listed}?q=shop").text
