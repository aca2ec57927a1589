"""Creating, reading, changing and deleting records through the API."""

import pytest

from tests.runtime.api.conftest import RECORDS

WHOLE = {
    "title": "Two chairs",
    "amount": {"amount": "99999999999999.99", "currency": "EUR"},
    "pieces": 2,
    "due_on": "2026-11-30",
    "paid_at": "2026-11-24T17:00:00Z",
    "urgent": False,
    "channel": "shop",
    "labels": ["fragile", "gift"],
    "owner": "lena",
    "margin": "12 %",
    "card": "4242",
}


def test_a_record_comes_back_as_it_was_sent(lead):
    made = lead.post(RECORDS, {"data": WHOLE})
    assert made.status_code == 201
    assert made.json["data"] == WHOLE
    assert made.json["state"] == "open"
    assert made.json["version"] == 1
    assert made.json["created_by"] == "lena"
    read = lead.get(made.location)
    assert read.status_code == 200
    assert read.json == made.json


def test_amounts_are_exact(lead, make_order):
    record = make_order(amount={"amount": "0.1", "currency": "USD"})
    assert record["data"]["amount"] == {"amount": "0.10", "currency": "USD"}


def test_an_etag_spares_the_body(lead, make_order):
    record = make_order()
    path = f"{RECORDS}/{record['id']}"
    etag = lead.get(path).headers["ETag"]
    again = lead.get(path, headers={"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")
    lead.patch(path, {"pieces": 3}, 1)
    assert lead.get(path, headers={"If-None-Match": etag}).status_code == 200


def test_a_patch_merges_and_null_removes(lead, make_order):
    record = make_order(pieces=2, channel="web")
    path = f"{RECORDS}/{record['id']}"
    changed = lead.patch(path, {"pieces": None, "urgent": True}, record["version"])
    assert changed.status_code == 200
    assert changed.json["data"] == {"title": "Two chairs", "channel": "web", "urgent": True}
    assert changed.json["version"] == 2


def test_a_patch_takes_the_etag_of_a_read(lead, make_order):
    path = f"{RECORDS}/{make_order()['id']}"
    etag = lead.get(path).headers["ETag"]
    body = {"data": {"pieces": 5}}
    changed = lead("PATCH", path, json=body, headers={"If-Match": etag})
    assert changed.status_code == 200
    star = lead("PATCH", path, json={"data": {"pieces": 6}}, headers={"If-Match": "*"})
    assert (star.status_code, star.json["version"]) == (200, 3)


def test_a_patch_without_a_version_is_refused(lead, make_order):
    record = make_order()
    answer = lead.patch(f"{RECORDS}/{record['id']}", {"pieces": 1})
    assert answer.status_code == 428
    nonsense = lead("PATCH", f"{RECORDS}/{record['id']}", json={}, headers={"If-Match": "abc"})
    assert nonsense.status_code == 400


def test_a_stale_patch_is_answered_with_both_versions(lead, clerk, make_order):
    record = make_order(pieces=1)
    path = f"{RECORDS}/{record['id']}"
    assert clerk.patch(path, {"pieces": 2}, 1).status_code == 200
    stale = lead.patch(path, {"pieces": 3}, 1)
    assert stale.status_code == 409
    assert stale.content_type == "application/problem+json"
    assert stale.json["current"]["data"]["pieces"] == 2
    assert stale.json["current"]["version"] == 2
    assert stale.json["base"]["data"]["pieces"] == 1
    assert lead.get(path).json["data"]["pieces"] == 2


def test_a_stale_answer_keeps_hidden_fields_hidden(lead, clerk, make_order):
    record = make_order(margin="secret")
    path = f"{RECORDS}/{record['id']}"
    lead.patch(path, {"pieces": 2, "margin": "another"}, 1)
    stale = clerk.patch(path, {"pieces": 3}, 1)
    assert stale.status_code == 409
    assert b"secret" not in stale.data
    assert b"another" not in stale.data
    assert b"margin" not in stale.data


def test_deleting_is_final_for_the_api(lead, make_order):
    path = f"{RECORDS}/{make_order()['id']}"
    assert lead("DELETE", path, headers={"If-Match": '"7"'}).status_code == 409
    gone = lead("DELETE", path)
    assert (gone.status_code, gone.data) == (204, b"")
    assert lead.get(path).status_code == 404
    assert lead("DELETE", path).status_code == 404


def test_a_transition_moves_the_state(lead, make_order):
    path = f"{RECORDS}/{make_order(pieces=1)['id']}"
    packed = lead.post(f"{path}/transitions/pack", {"data": {"pieces": 4}})
    assert packed.status_code == 200
    assert (packed.json["state"], packed.json["data"]["pieces"]) == ("packed", 4)
    silent = lead.post(f"{path}/transitions/send")
    assert silent.status_code == 422
    assert silent.json["errors"][0]["pointer"] == "/comment"
    sent = lead.post(f"{path}/transitions/send", {"comment": "By post"})
    assert sent.json["state"] == "sent"
    comments = lead.get(f"{path}/comments").json["comments"]
    assert [comment["body"] for comment in comments] == ["By post"]


def test_a_transition_needs_no_body(lead, make_order):
    path = f"{RECORDS}/{make_order(pieces=1)['id']}"
    assert lead("POST", f"{path}/transitions/pack").status_code == 200


def test_guards_and_states_refuse_with_409(lead, make_order):
    path = f"{RECORDS}/{make_order(pieces=0)['id']}"
    guarded = lead.post(f"{path}/transitions/pack")
    assert guarded.status_code == 409
    assert guarded.json["detail"] == "Nothing to pack"
    assert lead.post(f"{path}/transitions/send", {"comment": "x"}).status_code == 409
    assert lead.post(f"{path}/transitions/fly").status_code == 404


def test_a_record_in_a_read_only_state_cannot_be_patched(lead, make_order):
    path = f"{RECORDS}/{make_order(pieces=1)['id']}"
    lead.post(f"{path}/transitions/pack")
    lead.post(f"{path}/transitions/send", {"comment": "gone"})
    assert lead.patch(path, {"pieces": 9}, 3).status_code == 409


def test_an_action_runs(lead, make_order):
    path = f"{RECORDS}/{make_order()['id']}"
    done = lead.post(f"{path}/actions/mark_urgent")
    assert (done.status_code, done.json["data"]["urgent"]) == (200, True)
    assert lead.post(f"{path}/actions/explode").status_code == 404
    assert lead.post(f"{path}/actions/mark_urgent", {"x": 1}).status_code == 422


def test_events_tell_what_happened_in_the_records_own_form(lead, make_order):
    record = make_order(amount={"amount": "1.00", "currency": "EUR"})
    path = f"{RECORDS}/{record['id']}"
    lead.patch(path, {"amount": {"amount": "2.50", "currency": "EUR"}}, 1)
    events = lead.get(f"{path}/events").json["events"]
    assert [event["op"] for event in events] == ["update", "create"]
    assert events[0]["data"]["diff"]["amount"] == [
        {"amount": "1.00", "currency": "EUR"},
        {"amount": "2.50", "currency": "EUR"},
    ]
    assert events[0]["actor"] == "lena"


def test_events_come_in_pages(lead, make_order):
    path = f"{RECORDS}/{make_order()['id']}"
    for version in (1, 2, 3):
        lead.patch(path, {"pieces": version}, version)
    first = lead.get(f"{path}/events?limit=3").json
    assert [event["version"] for event in first["events"]] == [4, 3, 2]
    rest = lead.get(f"{path}/events?limit=3&cursor={first['next_cursor']}").json
    assert [event["version"] for event in rest["events"]] == [1]
    assert rest["next_cursor"] is None
    assert lead.get(f"{path}/events?cursor=nonsense").status_code == 422


def test_comments_are_added_and_listed(lead, clerk, make_order):
    path = f"{RECORDS}/{make_order()['id']}/comments"
    added = clerk.post(path, {"body": "First line\nsecond"})
    assert added.status_code == 201
    assert lead.get(path).json["comments"] == [added.json]
    assert added.json["author"] == "carl"
    assert clerk.post(path, {"body": "  "}).status_code == 422
    assert clerk.post(path, {"text": "x"}).status_code == 422


def test_the_same_key_gives_the_same_answer(lead):
    headers = {"Idempotency-Key": "order-77"}
    body = {"data": {"title": "Once"}}
    first = lead.post(RECORDS, body, headers=headers)
    again = lead.post(RECORDS, body, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json["id"] == again.json["id"]
    assert again.headers["Idempotency-Replayed"] == "true"
    other = lead.post(RECORDS, {"data": {"title": "Twice"}}, headers=headers)
    assert other.status_code == 422
    assert other.json["type"] == "urn:opswright:problem:same-key"
    assert lead.listed(q="Once") == ["Once"]


def test_a_key_belongs_to_one_account(lead, clerk):
    headers = {"Idempotency-Key": "shared"}
    mine = lead.post(RECORDS, {"data": {"title": "Mine"}}, headers=headers)
    theirs = clerk.post(RECORDS, {"data": {"title": "Theirs"}}, headers=headers)
    assert (mine.status_code, theirs.status_code) == (201, 201)


def test_a_key_survives_a_refusal(lead):
    headers = {"Idempotency-Key": "tried-again"}
    assert lead.post(RECORDS, {"data": {}}, headers=headers).status_code == 422
    assert lead.post(RECORDS, {"data": {"title": "Now"}}, headers=headers).status_code == 201


@pytest.mark.parametrize("key", ["", "a b", "é", "x" * 201])
def test_an_unusable_key_is_refused(lead, key):
    answer = lead.post(RECORDS, {"data": {"title": "x"}}, headers={"Idempotency-Key": key})
    assert answer.status_code == 400


def test_a_taken_unique_value_is_refused_at_its_field(lead, make_order):
    make_order(email="a@example.com")
    answer = lead.post(RECORDS, {"data": {"title": "x", "email": "a@example.com"}})
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/data/email"
    assert answer.json["errors"][0]["code"] == "unique"
