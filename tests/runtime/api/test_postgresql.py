"""The API's main ways on PostgreSQL."""

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, make_url

from runtime.app import create_app
from tests.runtime.api.conftest import RECORDS, Api, open_orders


@pytest.fixture(scope="module")
def lead(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    maintenance = make_url(postgres_url).set(drivername="postgresql+psycopg")
    engine = create_engine(maintenance, isolation_level="AUTOCOMMIT")
    with engine.connect() as conn:
        conn.exec_driver_sql("CREATE DATABASE orders_api")
    engine.dispose()
    url = make_url(postgres_url).set(database="orders_api").render_as_string(hide_password=False)
    services = open_orders(url, tmp_path_factory.mktemp("orders"))
    app = create_app(services)
    yield Api(app.test_client(), services.accounts.add_token("lena")[1])
    services.close()


def test_a_record_lives_and_dies(lead):
    body = {
        "data": {"title": "Chair", "pieces": 1, "amount": {"amount": "0.30", "currency": "EUR"}}
    }
    made = lead.post(RECORDS, body, headers={"Idempotency-Key": "once"})
    assert made.status_code == 201
    again = lead.post(RECORDS, body, headers={"Idempotency-Key": "once"})
    assert again.json["id"] == made.json["id"]
    path = f"{RECORDS}/{made.json['id']}"
    assert lead.patch(path, {"pieces": 4, "amount": None}, 1).json["data"] == {
        "title": "Chair",
        "pieces": 4,
    }
    assert lead.patch(path, {"pieces": 5}, 1).status_code == 409
    assert lead.post(f"{path}/transitions/pack").json["state"] == "packed"
    assert lead.post(f"{path}/comments", {"body": "Grüße 🪑"}).status_code == 201
    operations = [event["op"] for event in lead.get(f"{path}/events").json["events"]]
    assert operations == ["comment", "transition", "update", "create"]
    assert lead("DELETE", path).status_code == 204
    assert lead.get(path).status_code == 404


def test_lists_filter_sort_search_and_count(lead):
    for title, pieces in (("Alpha", 3), ("Beta", 1), ("Gamma", None)):
        data = {"title": title, "pieces": pieces} if pieces else {"title": title}
        lead.post(RECORDS, {"data": data})
    assert lead.listed(sort="pieces") == ["Beta", "Alpha", "Gamma"]
    assert lead.listed(filter="pieces:ge:1", sort="-title") == ["Beta", "Alpha"]
    assert lead.listed(filter="title:contains:AM") == ["Gamma"]
    assert lead.listed(q="bet") == ["Beta"]
    counted = lead.get(RECORDS, query_string={"count": "true", "limit": 1}).json
    assert counted["count"] == {"number": 3, "capped": False}
    assert lead.get(RECORDS, query_string={"filter": "title:eq:\x00"}).status_code == 422


def test_a_unique_value_is_taken_once(lead):
    body = {"data": {"title": "x", "email": "x@example.com"}}
    made = lead.post(RECORDS, body)
    assert made.status_code == 201
    answer = lead.post(RECORDS, body)
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/data/email")
    assert lead("DELETE", f"{RECORDS}/{made.json['id']}").status_code == 204
