"""Pages in the reader's language: the product's texts and the tool's."""

from datetime import UTC, datetime

import pytest

from runtime.app import create_app
from runtime.web.site.language import LANGUAGE_COOKIE, product_languages
from runtime.web.site.times import dated
from tests.runtime.browsing import Browser, texts_of
from tests.runtime.opening import open_refunds
from tests.runtime.refunds import REFUND, TOOL, refunds_tool

IN_ROMANIAN = {
    "/title": "Rambursări",
    "/forms/refund/title": "Rambursare",
    "/forms/refund/fields/notes/title": "Note",
}


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    folder = tmp_path_factory.mktemp("languages")
    services = open_refunds(f"sqlite:///{folder / 'x.db'}", folder)
    services.published.publish({**refunds_tool(), "messages": {"ro": IN_ROMANIAN}}, by="builder")
    yield create_app(services)
    services.close()


def in_romanian(app, name="olga"):
    browser = Browser(app, name)
    browser.post("/language", {"language": "ro", "next": "/"})
    return browser


def test_a_page_says_which_language_it_is_in(app):
    answer = in_romanian(app).get("/")
    assert '<html lang="ro"' in answer.text
    assert answer.headers["Content-Language"] == "ro"
    assert "Accept-Language" in answer.headers["Vary"]


def test_a_tool_speaks_the_language_that_the_person_chose(app):
    assert "Rambursări" in texts_of(in_romanian(app).get("/").text)
    assert "Rambursări" not in texts_of(Browser(app, "otto").get("/").text)


def test_the_product_speaks_it_too(app):
    assert "Limba" in texts_of(in_romanian(app).get("/account").text)


def test_before_a_choice_the_browser_says_which(app):
    page = Browser(app).get("/sign-in", headers={"Accept-Language": "ro-RO, en;q=0.5"})
    assert '<html lang="ro"' in page.text
    page = Browser(app).get("/sign-in", headers={"Accept-Language": "ja, fr;q=0.5"})
    assert '<html lang="en"' in page.text


@pytest.mark.parametrize("cookie", ["xx", "../../etc/passwd", "<script>", "r" * 3_000, "", "en_ro"])
def test_a_choice_that_is_none_is_as_none(app, cookie):
    browser = Browser(app, "olga")
    browser.client.set_cookie(LANGUAGE_COOKIE, cookie)
    answer = browser.get("/")
    assert answer.status_code == 200
    assert '<html lang="en"' in answer.text


def test_a_language_that_nobody_speaks_is_answered_in_what_there_is(app):
    browser = Browser(app, "olga")
    browser.client.set_cookie(LANGUAGE_COOKIE, "ja")
    assert "Refunds" in texts_of(browser.get("/").text)


def test_what_is_stored_has_no_language(app):
    browser = in_romanian(app)
    path = f"/t/{TOOL}/f/{REFUND}/new"
    form = browser.form(path)
    form["shop"] = "Northwind"
    assert browser.post(path, form, token=False).status_code in (303, 422)
    version = browser.services.published.tools
    with browser.services.db.read() as conn:
        assert next(iter(version(conn))).spec.title == "Refunds"
        assert next(iter(version(conn, "ro"))).spec.title == "Rambursări"
        assert next(iter(version(conn, "ja"))).spec.title == "Refunds"


def test_the_account_page_offers_the_languages_that_there_are(app):
    said = texts_of(Browser(app, "olga").get("/account").text)
    assert "English" in said
    assert "Română" in said
    assert product_languages() == ("en", "ro")


@pytest.mark.parametrize(
    ("key", "typed", "said"),
    [
        ("score", "ten", "Scrieți un număr întreg cu cifre, ca 1234"),
        ("score", "101", "Cel mult 100; aici este 101"),
        ("due_on", "2026-02-30", "Nu există ziua 2026-02-30"),
        ("notes", "x" * 5_001, "Cel mult 5.000 de caractere; aici sunt 5.001"),
    ],
)
def test_what_is_wrong_with_a_field_is_said_in_the_readers_language(app, key, typed, said):
    path = f"/t/{TOOL}/f/{REFUND}/new"
    pages = []
    for browser in (in_romanian(app), Browser(app, "otto")):
        form = browser.form(path)
        form[key] = typed
        answer = browser.post(path, form)
        assert answer.status_code == 422
        pages.append(answer.text)
    assert said in pages[0]
    assert said not in pages[1]


def test_sentences_are_said_in_the_language_of_their_reader(app):
    """What one person was told first is no sentence for the next."""
    for _again in range(2):
        assert "Aici nu este nimic" in in_romanian(app).get("/t/ghost/").text
        assert "There is nothing here" in Browser(app, "otto").get("/t/ghost/").text


def test_a_refusal_of_the_gate_is_said_in_romanian(app):
    browser = in_romanian(app)
    path = f"/t/{TOOL}/f/{REFUND}/new"
    record = browser.post(path, {"merchant": "Shop"}).location.partition("?")[0]
    answer = browser.post(f"{record}/comments", {"comment": " "})
    assert answer.status_code == 422
    assert "Scrieți ceva" in answer.text


def test_what_two_people_changed_is_said_in_romanian(app):
    browser, other = in_romanian(app), Browser(app, "otto")
    path = f"/t/{TOOL}/f/{REFUND}/new"
    record = browser.post(path, {"merchant": "Shop"}).location.partition("?")[0]
    mine = browser.form(record)
    assert other.post(record, {**other.form(record), "merchant": "Theirs"}).status_code == 303
    answer = browser.post(record, {**mine, "merchant": "Mine"})
    assert answer.status_code == 409
    assert "era Shop" in answer.text
    assert not {"was Shop", 'data-side="You"'} & {*answer.text.split(">")}


@pytest.mark.parametrize(
    ("spoken", "said"), [("en", "3 Nov 2025"), ("ro", "3 nov. 2025"), ("de", "3. Nov. 2025")]
)
def test_dates_name_their_month_in_the_language_of_the_reader(app, spoken, said):
    at, now = datetime(2025, 11, 3, tzinfo=UTC), datetime(2026, 11, 24, tzinfo=UTC)
    with app.test_request_context(headers={"Cookie": f"{LANGUAGE_COOKIE}={spoken}"}):
        assert dated(at, now) == said


@pytest.fixture(scope="module")
def paid(app):
    """A refund with an amount and a day, as its address."""
    values = {"merchant": "Northwind", "amount": ["1.234,50", "EUR"], "due_on": "24.11.2026"}
    saved = Browser(app, "olga").post(f"/t/{TOOL}/f/{REFUND}/new", values)
    assert saved.status_code == 303
    return saved.location.partition("?")[0]


def test_numbers_and_days_are_written_as_their_reader_is_used_to(app, paid):
    english, romanian = (
        texts_of(b.get(paid).text) for b in (Browser(app, "vera"), in_romanian(app, "vera"))
    )
    assert "€1,234.50" in english
    assert "1.234,50 EUR" in romanian.replace("\u00a0", " ")
    assert "24 Nov 2026" in english
    assert "24 nov. 2026" in romanian


def test_an_input_is_the_same_in_every_language(app, paid):
    for browser in (Browser(app, "olga"), in_romanian(app)):
        form = browser.form(paid)
        assert form["amount/amount"] == "1234.50"
        assert form["due_on"] == "2026-11-24"


def test_a_tool_without_the_language_keeps_its_texts_and_no_strange_language_is_compiled(app):
    services = Browser(app, "olga").services
    with services.db.read() as conn:
        tools = services.published.tools
        assert next(iter(tools(conn, "de"))).spec.locale == "en"
        [said] = tools(conn, "de", spoken=("de",))
    assert (said.spec.title, said.spec.locale) == ("Refunds", "de")
    assert said.forms[REFUND].written_in == "en"
