"""What a role may not know or do through the API: the answer tells nothing of it."""

import pytest

from tests.runtime.api.conftest import RECORDS


@pytest.fixture(scope="module")
def kept(lead):
    """A record that the packer may not see, with a value that the clerk may not know."""
    data = {"title": "Kept", "channel": "web", "margin": "SECRET-1", "card": "SECRET-2"}
    return lead.post(RECORDS, {"data": data}).json


def test_a_hidden_field_is_nowhere(clerk, kept):
    answers = [
        clerk.get(f"{RECORDS}/{kept['id']}"),
        clerk.get(RECORDS),
        clerk.get(f"{RECORDS}/{kept['id']}/events"),
        clerk.get("/api/v1/tools/orders"),
        clerk.get("/api/v1/openapi.json"),
    ]
    for answer in answers:
        assert answer.status_code == 200
        assert b"SECRET" not in answer.data
        assert b"margin" not in answer.data


def test_a_masked_field_is_named_without_its_value(clerk, kept):
    record = clerk.get(f"{RECORDS}/{kept['id']}").json
    assert record["masked"] == ["card"]
    assert "card" not in record["data"]


@pytest.mark.parametrize(
    "query",
    [
        "filter={}:eq:x",
        "filter={}:gt:x",
        "filter={}:present",
        "filter={}",
        'filter={{"field":"{}","op":"gt","value":1}}',
        'filter={{"not":{{"all":[{{"field":"{}","op":"present"}}]}}}}',
        'filter={{"field":"title","op":"eq","value":{{"field":"{}"}}}}',
        'filter={{"user":{{"is":"{}"}}}}',
        "sort={}",
        "sort=-title,{}",
    ],
)
def test_asking_for_a_hidden_field_is_answered_as_for_one_that_is_not_there(clerk, query):
    hidden = clerk.get(f"{RECORDS}?{query.format('margin')}")
    missing = clerk.get(f"{RECORDS}?{query.format('absent')}")
    assert hidden.status_code == missing.status_code == 422
    del hidden.json["instance"], missing.json["instance"]
    assert (
        hidden.text.replace("margin", "absent").partition('"instance"')[0]
        == (missing.text.partition('"instance"')[0])
    )
    assert [e["message"].replace("margin", "absent") for e in hidden.json["errors"]] == [
        e["message"] for e in missing.json["errors"]
    ]


def test_a_masked_field_cannot_be_filtered_or_sorted_by(clerk):
    assert clerk.get(f"{RECORDS}?filter=card:eq:SECRET-2").status_code == 422
    assert clerk.get(f"{RECORDS}?sort=card").status_code == 422


def test_search_finds_nothing_by_a_hidden_value(clerk, lead, kept):
    assert clerk.listed(q="SECRET") == []


@pytest.mark.parametrize(
    ("key", "code"),
    [("margin", "unknown"), ("absent", "unknown"), ("owner", "read_only"), ("card", "read_only")],
)
@pytest.mark.parametrize("value", ["x", 5, None])
def test_a_field_that_may_not_be_written_is_refused_at_its_pointer(clerk, kept, key, code, value):
    posted = clerk.post(RECORDS, {"data": {"title": "x", key: value}})
    patched = clerk.patch(f"{RECORDS}/{kept['id']}", {key: value}, kept["version"])
    for answer in (posted, patched):
        assert answer.status_code == 422
        fault = answer.json["errors"][0]
        assert fault["pointer"] == f"/data/{key}"
        assert fault["code"] in (code, "invalid")
        if code == "unknown":
            assert fault["message"] == f"There is no field '{key}'"
    assert clerk.get(f"{RECORDS}/{kept['id']}").json["version"] == kept["version"]


def test_a_read_only_field_is_refused_for_everybody(lead, kept):
    answer = lead.post(RECORDS, {"data": {"title": "x", "number": "1"}})
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/data/number"
    assert answer.json["errors"][0]["code"] == "read_only"


def test_a_hidden_field_cannot_be_set_by_a_transition(clerk, lead, make_order):
    path = f"{RECORDS}/{make_order(pieces=1, margin='12')['id']}"
    answer = clerk.post(f"{path}/transitions/pack", {"data": {"margin": "0"}})
    assert answer.status_code == 422
    assert lead.get(path).json["data"]["margin"] == "12"


def test_the_state_changes_by_transitions_only(lead, kept):
    for data in ({"@state": "sent"}, {"@version": 9}, {"state": "sent"}):
        answer = lead.patch(f"{RECORDS}/{kept['id']}", data, kept["version"])
        assert answer.status_code == 422
    outside = {"data": {"title": "x"}, "state": "sent"}
    answer = lead.post(RECORDS, outside)
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/state"


def test_rows_of_others_do_not_exist(packer, kept):
    path = f"{RECORDS}/{kept['id']}"
    absent = f"{RECORDS}/0000000000000"
    assert packer.listed(filter="title:eq:Kept") == []
    for method, tail, body in (
        ("GET", "", None),
        ("GET", "/events", None),
        ("GET", "/comments", None),
        ("PATCH", "", {"data": {}}),
        ("DELETE", "", None),
        ("POST", "/comments", {"body": "x"}),
        ("POST", "/transitions/pack", {}),
        ("POST", "/actions/mark_urgent", {}),
    ):
        headers = {"If-Match": '"1"'}
        seen = packer(method, path + tail, json=body, headers=headers)
        unknown = packer(method, absent + tail, json=body, headers=headers)
        assert seen.status_code == unknown.status_code == 404, (method, tail)
        assert seen.json["detail"] == unknown.json["detail"]


def test_a_change_that_takes_a_record_out_of_sight_tells_only_its_version(packer, make_order):
    record = make_order(channel="shop")
    answer = packer.patch(f"{RECORDS}/{record['id']}", {"channel": "web"}, 1)
    assert (answer.status_code, answer.json) == (200, {"id": record["id"], "version": 2})
    assert packer.get(f"{RECORDS}/{record['id']}").status_code == 404


def test_a_role_without_the_right_gets_403(packer, clerk, make_order):
    path = f"{RECORDS}/{make_order(channel='shop', pieces=1)['id']}"
    assert packer.post(RECORDS, {"data": {"title": "x"}}).status_code == 403
    assert packer("DELETE", path).status_code == 403
    assert packer.post(f"{path}/comments", {"body": "x"}).status_code == 403
    assert clerk.post(f"{path}/transitions/send", {"comment": "x"}).status_code == 403


def test_a_tool_without_a_role_in_it_does_not_exist(sign_on, kept):
    stranger = sign_on("nils")
    assert stranger.get("/api/v1/tools").json == {"tools": []}
    for path in (
        "/api/v1/tools/orders",
        "/api/v1/tools/none",
        RECORDS,
        f"{RECORDS}/{kept['id']}",
        "/api/v1/tools/orders/forms/none/records",
    ):
        assert stranger.get(path).status_code == 404


def test_the_tool_tells_what_the_bearer_may(clerk, lead):
    mine = clerk.get("/api/v1/tools/orders").json["forms"][0]
    rights = {field["key"]: field["right"] for field in mine["fields"]}
    assert rights["title"] == "write"
    assert rights["owner"] == "read"
    assert rights["card"] == "masked"
    assert rights["number"] == "read"
    assert mine["can"] == ["read", "create", "edit", "comment"]
    assert [t["key"] for t in mine["transitions"]] == ["pack"]
    theirs = lead.get("/api/v1/tools/orders").json
    assert [t["key"] for t in theirs["forms"][0]["transitions"]] == ["pack", "send"]
    assert [view["key"] for view in theirs["views"]] == ["all"]
    assert [action["key"] for action in theirs["actions"]] == ["mark_urgent"]
