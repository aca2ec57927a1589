"""What is told on the next page, and answers that must leave a session alone."""

from random import Random

import pytest
from flask import request

from runtime.web.site.said import Said
from tests.runtime.browsing import Browser, start_session

SAID = "opswright-said"


@pytest.fixture
def olga(app):
    return Browser(app, "olga")


def rows(services):
    with services.db.read() as conn:
        return conn.exec_driver_sql("SELECT data, seen_at FROM web_session ORDER BY 1, 2").all()


def save(browser, path, merchant):
    return browser.post(path, {**browser.form(path), "merchant": merchant})


def test_what_was_saved_is_told_once_on_the_next_page(olga, make_refund):
    path = make_refund()
    answer = save(olga, path, "New shop")
    assert (answer.status_code, olga.client.get_cookie(SAID) is not None) == (303, True)
    assert "Saved" in olga.get(answer.location).text
    assert olga.client.get_cookie(SAID) is None
    assert "Saved" not in olga.get(answer.location).text


def test_telling_writes_nothing_to_the_database(services, olga, make_refund):
    path = make_refund()
    before = rows(services)
    olga.get(save(olga, path, "Newer shop").location)
    assert rows(services) == before


@pytest.mark.parametrize("forged", ["nonsense", "W1sic3VjY2VzcyIsICJoaSJdXQ.aSLQ0A.c2ln", "🧾"])
def test_a_message_that_is_not_ours_is_not_told(app, forged):
    browser = Browser(app, "olga")
    browser.client.set_cookie(SAID, forged)
    answer = browser.get("/account")
    assert answer.status_code == 200
    assert "data-toast" not in answer.text
    assert browser.client.get_cookie(SAID) is None


def test_a_long_message_fits_into_its_cookie(app):
    letters = Random(7).choices("名前が変わりましたžluťoučký🧾", k=9_000)
    messages = [("success", "".join(letters[at:])) for at in range(9)]
    response = app.response_class()
    with app.test_request_context():
        Said("secret", secure=False).write(request, response, messages)
    assert 500 < len(response.headers["Set-Cookie"]) < 4_096


@pytest.mark.parametrize("path", ["/assets/gone.js", "/healthz", "/api/v1/nowhere"])
def test_an_answer_without_a_session_does_not_end_the_one_there_is(app, services, path):
    start_session(services, "olga", "kept")
    browser = Browser(app)
    browser.client.set_cookie("opswright", "kept")
    browser.get(path)
    assert browser.client.get_cookie("opswright").value == "kept"
    assert browser.get("/account").status_code == 200
