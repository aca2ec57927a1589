"""Signing in and out; sessions that end, also in the middle of typing."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from form_specs.conditions.binding import microseconds
from opswright.application import create_app
from runtime.limits import current_limits
from runtime.storage import accounts, drafts
from tests.runtime.browsing import Browser, forms_of, start_session, texts_of
from tests.runtime.opening import PASSWORD
from tests.runtime.places import make_place

NEW = "/t/refunds/f/refund/new"


def sign_in(browser, name, password=PASSWORD, **more):
    form = browser.form("/sign-in")
    return browser.post(
        "/sign-in", {**form, "name": name, "password": password, **more}, token=False
    )


def cookie(browser):
    found = browser.client.get_cookie("opswright")
    return found.value if found else None


def ago(**time):
    return microseconds(datetime.now(UTC) - timedelta(**time))


@pytest.fixture(autouse=True)
def _nobody_has_failed_yet(app):
    """The counts of failed sign-ins belong to the process."""
    with app.app_context():
        current_limits().forget()


@pytest.fixture
def fresh(make_services):
    """An application of the test's own, whose limits nobody else has used up."""
    app = create_app(make_services())
    app.testing = True
    return app


def test_signing_in_opens_the_house(app):
    browser = Browser(app)
    answer = browser.get("/t/refunds/v/all?q=shoe")
    assert (answer.status_code, answer.location) == (
        303,
        "/sign-in?next=/t/refunds/v/all?q%3Dshoe",
    )
    door = forms_of(browser.get(answer.location).text)["/sign-in"]
    answer = browser.post("/sign-in", {**door, "name": "olga", "password": PASSWORD}, token=False)
    assert (answer.status_code, answer.location) == (303, "/t/refunds/v/all?q=shoe")
    assert "Olga Ops" in browser.get("/account").text


def test_a_session_gets_another_key_when_somebody_signs_in(app):
    """Whoever planted a key into a browser has nothing of it."""
    browser = Browser(app)
    browser.get("/sign-in")
    planted = cookie(browser)
    assert sign_in(browser, "olga").status_code == 303
    assert cookie(browser) not in (None, planted)
    thief = Browser(app)
    thief.client.set_cookie("opswright", planted)
    assert thief.get("/account").status_code == 303


def test_a_key_that_was_made_up_is_not_taken_over(app):
    browser = Browser(app)
    browser.client.set_cookie("opswright", "made-up-by-somebody")
    browser.get("/sign-in")
    assert cookie(browser) != "made-up-by-somebody"


def test_signing_out_ends_the_session_for_whoever_has_its_key(app):
    browser = Browser(app)
    sign_in(browser, "olga")
    kept = cookie(browser)
    answer = browser.post("/sign-out", browser.form("/account", "/sign-out"), token=False)
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert cookie(browser) is None
    browser.client.set_cookie("opswright", kept)
    assert browser.get("/account").status_code == 303


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("olga", "wrong password"),
        ("nobody", PASSWORD),
        ("", ""),
        ("olga\x00", PASSWORD),
        ("o" * 9_000, "x"),
    ],
    ids=["password", "name", "nothing", "nul", "long"],
)
def test_a_wrong_name_and_a_wrong_password_are_told_alike(fresh, name, password):
    browser = Browser(fresh)
    answer = sign_in(browser, name, password)
    assert answer.status_code == 422
    assert "Name or password is not right" in answer.text
    assert cookie(browser)
    assert browser.get("/account").status_code == 303


def test_an_account_that_is_closed_cannot_come_in_and_falls_out(fresh):
    browser = Browser(fresh, "olga")
    assert browser.get("/account").status_code == 200
    services = browser.services
    with services.db.write() as conn:
        accounts.change(conn, accounts.by_name(conn, "olga").id, is_active=False)
    assert browser.get("/account").status_code == 303
    assert sign_in(Browser(fresh), "olga").status_code == 422


def test_the_eleventh_try_waits(fresh):
    for _ in range(10):
        assert sign_in(Browser(fresh), "olga", "wrong").status_code == 422
    answer = sign_in(Browser(fresh), "olga")
    assert answer.status_code == 429
    assert "Too many tries" in answer.text
    # The address has had its tries too, whatever the name.
    assert sign_in(Browser(fresh), "otto").status_code == 429


def test_many_people_of_one_office_may_come_in(fresh):
    for _ in range(12):
        assert sign_in(Browser(fresh), "olga").status_code == 303


def test_a_session_ends_after_silence_and_after_its_time(app, services):
    for at in (
        {"seen_at": ago(minutes=61)},
        {"expires_at": ago(seconds=1)},
    ):
        start_session(services, "olga", "an old key", **at)
        browser = Browser(app)
        browser.client.set_cookie("opswright", "an old key")
        assert browser.get("/account").status_code == 303


def test_a_session_that_is_used_stays_awake(app, services):
    start_session(services, "olga", "a sleepy key", seen_at=ago(minutes=59))
    browser = Browser(app)
    browser.client.set_cookie("opswright", "a sleepy key")
    browser.get("/account")
    with services.db.read() as conn:
        seen = conn.exec_driver_sql(
            "SELECT seen_at FROM web_session WHERE id_hash = ?",
            (sha256(b"a sleepy key").digest(),),
        ).scalar_one()
    assert seen > ago(minutes=1)


def test_a_file_that_is_not_there_ends_no_session(app):
    """An old page asks for a file of an older bundle: whoever looks at it stays signed in."""
    browser = Browser(app, "olga")
    kept = cookie(browser)
    for path in ("/assets/app-OLD.css", "/api/v1/nothing"):
        assert browser.get(path).status_code in (404, 401)
        assert cookie(browser) == kept
    assert browser.get("/account").status_code == 200


# -- in the middle of typing ----------------------------------------------------------------


def interrupted(browser, path, typed, ended):
    """What comes of posting a form whose session has ended in between: the sign-in page."""
    form = browser.form(path)
    ended()
    answer = browser.post(path, {**form, **typed}, token=False)
    assert answer.status_code == 401
    assert "What you typed is kept" in texts_of(answer.text)
    return forms_of(answer.text)["/sign-in"]


def gone(services, key):
    with services.db.write() as conn:
        conn.exec_driver_sql("DELETE FROM web_session WHERE id_hash = ?", (sha256(key).digest(),))


ENDINGS = {
    "silence": lambda services, key: start_session(services, "olga", key, seen_at=ago(hours=2)),
    "time": lambda services, key: start_session(services, "olga", key, expires_at=ago(hours=2)),
    "signed out elsewhere": lambda services, key: gone(services, key.encode()),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_was_typed_waits_behind_the_sign_in(app, services, ending):
    browser = Browser(app, "olga")
    typed = {"merchant": "Typed <b>for</b> an hour", "amount/amount": "12.5"}
    door = interrupted(browser, NEW, typed, lambda: ENDINGS[ending](services, "session-of-olga"))
    answer = browser.post("/sign-in", {**door, "name": "olga", "password": PASSWORD}, token=False)
    assert (answer.status_code, answer.location) == (303, NEW)
    form = browser.form(NEW)
    assert (form["merchant"], form["amount/amount"]) == ("Typed <b>for</b> an hour", "12.5")
    assert "Restored your draft" in browser.get(NEW).text
    assert browser.post(NEW, form, token=False).status_code == 303
    # What was saved is no draft any more.
    assert browser.form(NEW)["merchant"] == ""


def test_a_wrong_password_in_between_loses_nothing(app, services):
    browser = Browser(app, "olga")
    door = interrupted(
        browser, NEW, {"merchant": "Twice"}, lambda: gone(services, b"session-of-olga")
    )
    answer = browser.post(
        "/sign-in", {**door, "name": "olga", "password": "wrong one"}, token=False
    )
    assert answer.status_code == 422
    door = forms_of(answer.text)["/sign-in"]
    browser.post("/sign-in", {**door, "name": "olga", "password": PASSWORD}, token=False)
    assert browser.form(NEW)["merchant"] == "Twice"


@pytest.mark.parametrize("ending", ENDINGS)
def test_nobody_else_gets_what_was_typed(app, services, ending):
    browser = Browser(app, "olga")
    door = interrupted(
        browser,
        NEW,
        {"merchant": "For my eyes"},
        lambda: ENDINGS[ending](services, "session-of-olga"),
    )
    answer = browser.post("/sign-in", {**door, "name": "otto", "password": PASSWORD}, token=False)
    assert (answer.status_code, answer.location) == (303, "/")
    assert "For my eyes" not in browser.get(NEW).text


def test_nobody_plants_a_draft(app):
    """A form of another site cannot make what somebody signs in to: its key is not ours."""
    for key in ("made-up", "made.up", f"token.{'0' * 32}"):
        browser = Browser(app)
        answer = browser.post(NEW, {"merchant": "Planted", "_key": key}, token=False)
        door = forms_of(answer.text)["/sign-in"]
        browser.post("/sign-in", {**door, "name": "olga", "password": PASSWORD}, token=False)
        assert "Planted" not in browser.get(NEW).text


def test_a_step_and_a_comment_wait_too(app, services):
    place = make_place(services)
    path = f"/t/refunds/f/refund/{place.record}"
    for action, typed, where in (
        (f"{path}/transitions/hold", {"_comment": "Half a thought"}, f"{path}/transitions/hold"),
        (f"{path}/comments", {"body": "Half a comment"}, path),
    ):
        browser = Browser(app, "olga")
        browser.post(f"{path}/transitions/start")
        form = browser.form(where, action)
        gone(services, b"session-of-olga")
        answer = browser.post(action, {**form, **typed}, token=False)
        door = forms_of(answer.text)["/sign-in"]
        answer = browser.post(
            "/sign-in", {**door, "name": "olga", "password": PASSWORD}, token=False
        )
        assert answer.location == where
        (name, text), *_ = typed.items()
        assert browser.form(where, action)[name] == text


def test_a_form_from_before_one_signed_in_anew_is_kept(app, services):
    """Another tab signed in again: this one's token is out of date, what it holds is not."""
    browser = Browser(app, "olga")
    form = browser.form(NEW)
    browser.sign_in("olga", "another key")
    answer = browser.post(
        NEW, {**form, "merchant": "From the old tab", "csrf_token": "old"}, token=False
    )
    assert answer.status_code == 400
    assert "What you typed is kept" in texts_of(answer.text)
    assert browser.form(NEW)["merchant"] == "From the old tab"


def test_a_fragment_is_told_that_the_session_ended(app):
    headers = {"HX-Request": "true", "HX-Request-Type": "partial"}
    for answer in (
        Browser(app).get("/t/refunds/v/all", headers=headers),
        Browser(app).post(NEW, headers=headers),
    ):
        assert answer.status_code == 401
        assert "Sign in" in answer.text


@pytest.mark.parametrize("name", ["olga"])
def test_a_draft_belongs_to_one_person(app, services, name):
    Browser(app, name).post(f"{NEW}/draft", {"merchant": "Draft of olga"})
    with services.db.read() as conn:
        kept = drafts.load(conn, name, "refunds/refund/new")
    assert kept.data == {"merchant": ["Draft of olga"]}
    assert "Draft of olga" in Browser(app, name).get(NEW).text
    assert "Draft of olga" not in Browser(app, "otto").get(NEW).text
    Browser(app, name).post(f"{NEW}/draft/discard")
    assert "Draft of olga" not in Browser(app, name).get(NEW).text
