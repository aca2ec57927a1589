"""What every request and every answer of every route obeys."""

import re

import pytest
from flask import redirect

from opswright.application import create_app
from runtime.web.site.protection import safe_next
from tests.runtime.browsing import Browser
from tests.runtime.opening import Desk
from tests.runtime.places import ask, endpoints, make_place

WRITING = ("POST", "PATCH", "DELETE")


@pytest.fixture(scope="module")
def place(services):
    return make_place(services)


@pytest.fixture(scope="module")
def page_posts(app):
    return [(m, e) for m, e in endpoints(app) if m in WRITING and not e.startswith("api.")]


@pytest.mark.parametrize("name", ["ada", None])
def test_a_form_without_a_good_token_is_refused(app, services, page_posts, place, name):
    before = head(services)
    for method, endpoint in page_posts:
        # Nobody's form is asked to sign in, before its token is looked at.
        expected = 400 if name or endpoint == "web.sign_in" else 401
        browser = Browser(app, name)
        assert ask(browser, method, endpoint, place, token=False).status_code == expected, endpoint
        for wrong in ("", "nonsense", browser.token[:-3] + "abc"):
            answer = ask(
                browser, method, endpoint, place, token=False, headers={"X-CSRFToken": wrong}
            )
            assert answer.status_code == expected, endpoint
    assert head(services) == before


def head(services):
    """The newest event and the number of records: differ after any change of a record."""
    desk = Desk(services)
    with services.db.read() as conn:
        events = conn.exec_driver_sql("SELECT count(*), max(seq) FROM event").one()
        table = f"rec_{desk.tool.forms['refund'].form_id}"
        return (*events, conn.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "http://localhost:1234"},
        {"Origin": "//["},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=lambda headers: "-".join(headers.values()),
)
def test_a_form_of_another_site_is_refused(app, services, page_posts, place, headers):
    before = head(services)
    for method, endpoint in page_posts:
        for name in ("ada", None):
            answer = ask(Browser(app, name), method, endpoint, place, headers=headers)
            assert answer.status_code == 400, endpoint
    assert head(services) == before


def test_a_form_of_ours_says_where_it_comes_from(app, place):
    headers = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    answer = ask(Browser(app, "lena"), "POST", "web.comment", place, headers=headers)
    assert answer.status_code == 303


def test_the_api_takes_no_cookie(app, place):
    for method, endpoint in endpoints(app):
        if endpoint.startswith("api.") and endpoint != "api.describe":
            assert ask(Browser(app, "ada"), method, endpoint, place).status_code == 401, endpoint


# -- headers --------------------------------------------------------------------------------

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


@pytest.mark.parametrize("name", ["lena", None])
def test_every_answer_has_the_headers(app, services, name):
    for method, endpoint in endpoints(app):
        answer = ask(Browser(app, name), method, endpoint, make_place(services))
        assert {key: answer.headers.get(key) for key in HEADERS} == HEADERS, endpoint
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, endpoint
        assert "unsafe" not in policy
        assert re.fullmatch("[0-9a-f]{16}", answer.headers["X-Request-Id"])
        if endpoint != "assets.send_asset":
            cache = answer.headers["Cache-Control"]
            assert "no-store" in cache or endpoint.startswith("api."), endpoint
            assert "public" not in cache, endpoint
            assert {"Cookie", "HX-Request"} <= set(answer.headers["Vary"].split(", ")), endpoint


def test_what_is_not_there_and_what_is_not_allowed_have_them_too(app):
    for path, method in (("/nothing/here", "GET"), ("/account", "DELETE"), ("/t/refunds", "GET")):
        for name in ("lena", None):
            answer = Browser(app, name).client.open(path, method=method)
            assert HEADERS.items() <= dict(answer.headers).items(), path


def test_a_page_runs_scripts_of_its_own_only(app, place):
    answer = ask(Browser(app, "lena"), "GET", "web.record", place)
    policy = dict(
        part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";")
    )
    (nonce,) = re.findall(r"'nonce-([^']+)'", policy["script-src"])
    again = ask(Browser(app, "lena"), "GET", "web.record", place)
    assert nonce not in again.headers["Content-Security-Policy"]
    assert not re.search(r"<(script|style)(?![^>]*nonce=)[^>]*>[^<]", answer.text)
    assert not re.search(r"\son[a-z]+=|\sstyle=|javascript:", answer.text)
    assert policy["frame-ancestors"] == policy["object-src"] == policy["base-uri"] == "'none'"
    assert policy["form-action"] == "'self'"


def test_a_secure_site_says_so(make_services):
    app = create_app(make_services(base_url="https://ops.example.com"))
    answer = app.test_client().get("/sign-in", base_url="https://ops.example.com")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    (cookie,) = [c for c in answer.headers.getlist("Set-Cookie") if "opswright" in c]
    assert cookie.startswith("__Host-opswright=")
    assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
    assert "Domain" not in cookie


# -- where to go next -----------------------------------------------------------------------

HOSTILE = (
    *(
        "//evil.example",
        "///evil.example",
        "////evil.example",
        "/\\evil.example",
        "\\\\evil.example",
    ),
    *("https://evil.example", "http:evil.example", "https:/evil.example", "javascript:alert(1)"),
    *("data:text/html,hi", " //evil.example", "/\t/evil.example", "/\n/evil.example", "\t//evil"),
    *("/\x00//evil.example", "http://localhost@evil.example", "evil.example", "", "/%5cevil\\"),
    *(
        "/\r\nSet-Cookie: a=b",
        "//evil.example/%2f..",
        "/\x7f//evil.example",
        "\u2028//evil.example",
    ),
)
FRIENDLY = (
    "/",
    "/t/refunds/",
    "/t/refunds/v/all?filter=region:eq:north&q=a b",
    "/t/x?next=//evil",
    "/ü",
)


@pytest.mark.parametrize("target", HOSTILE, ids=ascii)
def test_no_target_leads_away(app, target):
    assert safe_next(target) is None or resolved(app, target)
    answer = Browser(app, "lena").post("/theme", {"theme": "dark", "next": target})
    assert answer.location.startswith("/")
    assert not answer.location.startswith(("//", "/\\"))


def resolved(app, target):
    """Whether a browser that goes to `target` stays here."""
    with app.test_request_context():
        location = redirect(target).headers["Location"]
    return location.startswith("/") and not location.startswith(("//", "/\\"))


@pytest.mark.parametrize("target", FRIENDLY)
def test_a_path_of_ours_is_gone_to(target):
    assert safe_next(target) == target


def test_signing_in_leads_nowhere_else(app, services):
    browser = Browser(app)
    form = browser.form("/sign-in?next=//evil.example", "/sign-in")
    assert form["next"] == ""
    data = {**form, "name": "olga", "password": "correct horse", "next": "//evil.example"}
    answer = browser.post("/sign-in", data, token=False)
    assert (answer.status_code, answer.location) == (303, "/")


def test_a_page_of_what_went_wrong_leads_back_to_where_it_was_sent_from(app):
    browser = Browser(app, "olga")
    home = browser.get("/").text
    assert 'href="/t/refunds/"' in home
    for before, back in (("http://localhost/account?x=1", "/account?x=1"), ("http://evil/x", "/")):
        answer = browser.post("/palette", {}, headers={"Referer": before})
        assert answer.status_code == 405
        assert re.search(rf'<a class="btn"\s+href="{re.escape(back)}">', answer.text), before
