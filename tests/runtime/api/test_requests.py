"""What a request must look like, and what is answered to one that does not."""

import json
import re

import pytest

from runtime.app import create_app
from runtime.storage import accounts
from runtime.storage.errors import StorageBusy, StorageFull, StorageUnavailable
from tests.runtime.api.conftest import RECORDS, Api, open_orders


def test_without_a_token_everything_is_401_and_never_a_redirect(nobody, app):
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/api/") or rule.endpoint == "api.describe":
            continue
        path = re.sub(r"<[^>]+>", "x", rule.rule)
        for method in rule.methods - {"OPTIONS"}:
            answer = nobody(method, path)
            assert answer.status_code == 401, (method, path)
            assert answer.headers["WWW-Authenticate"] == 'Bearer realm="opswright"'
            assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize(
    "header",
    [
        "Bearer nonsense",
        "Bearer ops_wrong",
        "Basic bGVuYTpjb3JyZWN0",
        "Bearer",
        "",
        "ops_x",
        "Bearer é",
    ],
)
def test_a_wrong_token_is_401_everywhere(app, header):
    client = app.test_client()
    for path in (RECORDS, "/api/v1/openapi.json", "/api/v1/nowhere", "/api/"):
        answer = client.get(path, headers={"Authorization": header})
        assert answer.status_code == 401
        assert "invalid_token" in answer.headers["WWW-Authenticate"]


def test_a_cookie_never_authenticates(app):
    client = app.test_client()
    page = client.get("/sign-in")
    assert page.status_code == 200
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    form = {"name": "lena", "password": "correct horse", "csrf_token": token[1] if token else ""}
    client.post("/sign-in", data=form)
    assert client.get("/").status_code == 200
    assert client.get(RECORDS).status_code == 401
    assert client.post(RECORDS, json={"data": {"title": "x"}}).status_code == 401


def test_a_revoked_token_and_a_closed_account_are_401(services, app):
    token_id, token = services.accounts.add_token("nils")
    client = Api(app.test_client(), token)
    assert client.get("/api/v1/tools").status_code == 200
    with services.db.write() as conn:
        account = accounts.by_name(conn, "nils")
        accounts.change(conn, account.id, is_active=False)
    assert client.get("/api/v1/tools").status_code == 401
    with services.db.write() as conn:
        accounts.change(conn, account.id, is_active=True)
    assert client.get("/api/v1/tools").status_code == 200
    assert services.accounts.revoke_token(token_id)
    assert client.get("/api/v1/tools").status_code == 401


def test_a_token_runs_out(services, app):
    _, token = services.accounts.add_token("nils", days=-1)
    assert Api(app.test_client(), token).get("/api/v1/tools").status_code == 401


def test_addresses_that_lead_nowhere_are_problems(lead, nobody):
    for path in ("/api/v1/nowhere", "/api/", "/api/v2/tools", f"{RECORDS}/"):
        answer = lead.get(path)
        assert (answer.status_code, answer.content_type) == (404, "application/problem+json")
        assert nobody.get(path).status_code == 401
    wrong = lead("PUT", RECORDS, json={})
    assert wrong.status_code == 405
    assert set(wrong.headers["Allow"].split(", ")) >= {"GET", "POST"}
    assert nobody("PUT", RECORDS).status_code == 401


@pytest.mark.parametrize(
    ("text", "pointers"),
    [
        (r'{"data": {"title": "a\u0000b"}}', ["/data/title"]),
        (r'{"data": {"title": "\ud800", "more": [1, "\u0000"]}}', ["/data/title", "/data/more/1"]),
        (r'{"data": {"title": "x", "a\u0000b": "\u0000"}}', ["/data", "/data"]),
    ],
)
def test_a_text_that_cannot_be_kept_is_told_at_its_pointer(lead, text, pointers):
    answer = lead.post(RECORDS, data=text, content_type="application/json")

    assert answer.status_code == 422
    assert answer.json["type"] == "urn:opswright:problem:invalid"
    assert [fault["pointer"] for fault in answer.json["errors"]] == pointers
    assert "NUL" in answer.json["errors"][0]["message"]


@pytest.mark.parametrize(
    "record_id", ["0000000000000", "1", "ABCDEFGHJKMNP", "ø" * 13, "..", "0" * 500]
)
def test_ids_that_are_none_are_404(lead, record_id):
    assert lead.get(f"{RECORDS}/{record_id}").status_code == 404


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("", 400),
        ("{", 400),
        ('{"data": {"title": "a", "title": "b"}}', 400),
        ('{"data": {"title": NaN}}', 400),
        ('{"data": {"pieces": 1e999}}', 400),
        ('{"data": {"title": "\\ud800"}}', 422),
        ('{"data": {"title": "a\\u0000b"}}', 422),
        ('{"data": {"title": "a\\u0000b"}', 400),
        ('{"data": ' + "[" * 100 + "]" * 100 + "}", 400),
        ("[]", 422),
        ('"text"', 422),
        ("null", 422),
        ("{}", 422),
        ('{"data": []}', 422),
        ('{"data": null}', 422),
        ('{"data": {"title": "x"}, "more": 1}', 422),
        ('{"data": {"title": "x"}, "__proto__": {}}', 422),
        ('{"data": {"title": "x", "constructor": {}}}', 422),
        ('{"data": {"title": 5}}', 422),
        ('{"data": {"title": "x", "pieces": "5"}}', 422),
        ('{"data": {"title": "x", "pieces": 1.5}}', 422),
        ('{"data": {"title": "x", "pieces": -1}}', 422),
        ('{"data": {"title": "x", "amount": 5.10}}', 422),
        ('{"data": {"title": "x", "amount": {"amount": "1e5", "currency": "EUR"}}}', 422),
        ('{"data": {"title": "x", "amount": {"amount": "1", "currency": "ZZZ"}}}', 422),
        ('{"data": {"title": "x", "due_on": "2026-02-30"}}', 422),
        ('{"data": {"title": "x", "channel": "mail"}}', 422),
        ('{"data": {"title": "x", "urgent": "yes"}}', 422),
        ('{"data": {"title": "' + "x" * 101 + '"}}', 422),
    ],
)
def test_bodies_that_cannot_be_taken(lead, text, status):
    answer = lead("POST", RECORDS, data=text, content_type="application/json")
    assert answer.status_code == status, answer.json
    assert answer.content_type == "application/problem+json"
    assert answer.json["status"] == status
    if status == 422:
        assert all(e["pointer"] == "" or e["pointer"][0] == "/" for e in answer.json["errors"])


def test_every_reason_is_told_at_once(lead):
    body = {"data": {"pieces": "many", "channel": "mail", "nonsense": 1, "due_on": "soon"}}
    answer = lead.post(RECORDS, body)
    pointers = {error["pointer"] for error in answer.json["errors"]}
    assert pointers >= {"/data/pieces", "/data/nonsense", "/data/due_on"}


def test_a_missing_required_value_is_told_at_its_pointer(lead):
    answer = lead.post(RECORDS, {"data": {"pieces": 1}})
    assert answer.status_code == 422
    fault = answer.json["errors"][0]
    assert (fault["pointer"], fault["code"]) == ("/data/title", "required")


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "", "multipart/form-data; boundary=x"],
)
def test_other_content_types_are_415(lead, content_type):
    answer = lead("POST", RECORDS, data='{"data": {"title": "x"}}', content_type=content_type)
    assert answer.status_code == 415


def test_a_large_body_is_413(lead):
    body = json.dumps({"data": {"title": "x" * 2_100_000}})
    answer = lead("POST", RECORDS, data=body, content_type="application/json")
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("error", "status"), [(StorageBusy, 503), (StorageUnavailable, 503), (StorageFull, 507)]
)
def test_a_store_that_does_not_answer_says_when_to_try_again(
    lead, services, monkeypatch, error, status
):
    def fail(*_args, **_more):
        raise error("database is locked at /var/lib/secret.db")

    monkeypatch.setattr(services.gate, "create", fail)
    answer = lead.post(RECORDS, {"data": {"title": "x"}})
    assert answer.status_code == status
    assert int(answer.headers["Retry-After"]) > 0
    assert b"secret.db" not in answer.data


def test_what_nobody_foresaw_is_told_by_its_id_only(lead, services, monkeypatch, caplog):
    def fail(*_args, **_more):
        raise ZeroDivisionError("a secret detail")

    monkeypatch.setattr(services.gate, "create", fail)
    answer = lead.post(RECORDS, {"data": {"title": "x"}})
    assert answer.status_code == 500
    assert set(answer.json) == {"type", "title", "status", "instance"}
    assert b"secret" not in answer.data
    assert answer.json["instance"].rpartition(":")[2] in caplog.text


def test_too_many_requests_are_429_with_a_time_to_wait(tmp_path):
    services = open_orders("", tmp_path, api_limit="3 per minute")
    try:
        client = create_app(services).test_client()
        lead = Api(client, services.accounts.add_token("lena")[1])
        clerk = Api(client, services.accounts.add_token("carl")[1])
        assert [lead.get("/api/v1/tools").status_code for _ in range(3)] == [200] * 3
        refused = lead.get("/api/v1/tools")
        assert refused.status_code == 429
        assert 0 < int(refused.headers["Retry-After"]) <= 60
        assert clerk.get("/api/v1/tools").status_code == 200
    finally:
        services.close()


def test_the_api_is_not_for_frames_or_caches(lead, make_order):
    answer = lead.get(RECORDS)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["X-Request-Id"]


def test_what_the_api_says_is_english_whatever_the_reader_prefers(lead, packer):
    """Programs read it: neither the browser's language nor a chosen one changes a sentence."""
    refused = [api.post(RECORDS, {"data": {}}).json for api in (lead, packer)]
    preferring = {"Accept-Language": "ro", "Cookie": "language=ro"}
    for api, english in zip((lead, packer), refused, strict=True):
        answer = api.post(RECORDS, {"data": {}}, headers=preferring)
        assert "errors" in answer.json
        assert answer.json["errors"] == english["errors"]
    faulty = lead.get(RECORDS, query_string={"filter": "ghost:eq:1"}, headers=preferring)
    assert "there is no field 'ghost'" in faulty.text
