"""Answers are made small for browsers that take it, and only those that gain by it."""

import gzip

import pytest

from tests.runtime.browsing import Browser, texts_of

GZIP = {"Accept-Encoding": "br, gzip"}
LIST = "/t/refunds/v/all"


@pytest.fixture
def olga(app):
    return Browser(app, "olga")


def test_a_page_is_sent_small_and_is_the_same_page(olga):
    plain, small = olga.get(LIST), olga.get(LIST, headers=GZIP)
    assert "Content-Encoding" not in plain.headers
    assert small.headers["Content-Encoding"] == "gzip"
    assert int(small.headers["Content-Length"]) == len(small.data) < len(plain.data) / 2
    assert texts_of(gzip.decompress(small.data).decode()) == texts_of(plain.text)
    for answer in (plain, small):
        assert "Accept-Encoding" in answer.headers["Vary"]


def test_how_small_a_page_gets_does_not_tell_what_is_in_it(olga):
    sizes = {len(olga.get(LIST, headers=GZIP).data) for _ in range(12)}
    assert max(sizes) - min(sizes) > 3


@pytest.mark.parametrize(
    ("path", "taken"), [(LIST, "br"), (LIST, "gzip;q=0"), (LIST, ""), ("/healthz", "gzip")]
)
def test_other_answers_stay_as_they_are(olga, path, taken):
    answer = olga.get(path, headers={"Accept-Encoding": taken})
    assert "Content-Encoding" not in answer.headers


def test_an_answer_of_the_api_is_sent_small_too(app, services):
    token = services.accounts.add_token("olga")[1]
    answer = app.test_client().get(
        "/api/v1/openapi.json", headers={**GZIP, "Authorization": f"Bearer {token}"}
    )
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.data).startswith(b"{")
