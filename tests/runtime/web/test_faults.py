"""The store is locked, full or gone: a clear word, nothing typed is lost, and it works again afterwards."""

import os
import shutil
import sqlite3
import time
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pytest

from opswright.application import create_app
from runtime.storage.breaker import Breaker
from tests.cluster import postgresql_is_installed, stoppable_cluster
from tests.runtime.browsing import Browser, forms_of, texts_of
from tests.runtime.opening import PASSWORD, open_refunds
from tests.runtime.web.conftest import FORM

NEW = f"{FORM}/new"


@pytest.fixture
def open_browser(make_services):
    """`open(dialect)`: the lead's browser on an application of the test's own."""

    def open_(dialect="sqlite", **settings):
        app = create_app(make_services(dialect, **settings))
        app.testing = True
        return Browser(app, "lena")

    return open_


def made(browser, merchant="Shop"):
    """The path of a record that is made through its form."""
    form = browser.form(NEW)
    form["merchant"] = merchant
    answer = browser.post(NEW, form, token=False)
    assert answer.status_code == 303
    return answer.location


def assert_told(answer, status, *words):
    assert answer.status_code == status
    text = texts_of(answer.text)
    for word in words:
        assert word in text
    assert "Traceback" not in text
    assert "sqlite" not in text.lower()


# -- locked ---------------------------------------------------------------------------------


@contextmanager
def locked(services):
    """Another process holds the write lock."""
    path = services.settings.data / "opswright.db"
    with sqlite3.connect(path, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            other.execute("ROLLBACK")
    other.close()


def test_a_locked_database_is_read_and_what_is_typed_stays(open_browser):
    browser = open_browser()
    path = made(browser)
    form = browser.form(path)
    form["notes"] = "Typed while it was locked"
    with locked(browser.services):
        assert browser.get(path).status_code == 200
        start = time.monotonic()
        answer = browser.post(path, form, token=False)
        assert time.monotonic() - start < 12
    assert_told(answer, 503, "The database is busy", "Try again")
    kept = forms_of(answer.text)[path]
    assert kept["notes"] == "Typed while it was locked"
    assert browser.post(path, kept, token=False).status_code == 303
    assert "Typed while it was locked" in browser.get(path).text


def test_a_comment_stays_too(open_browser):
    browser = open_browser()
    path = made(browser)
    with locked(browser.services):
        answer = browser.post(f"{path}/comments", {"body": "A long comment"})
    assert_told(answer, 503, "The database is busy")
    assert forms_of(answer.text)[f"{path}/comments"]["body"] == "A long comment"


def test_nobody_signs_in_or_out_while_it_is_locked(open_browser):
    browser = open_browser()
    stranger = Browser(browser.app)
    door = stranger.form("/sign-in")
    with locked(browser.services):
        answer = stranger.post(
            "/sign-in", {**door, "name": "olga", "password": PASSWORD}, token=False
        )
        assert_told(answer, 503, "The database is busy")
        answer = browser.post("/sign-out")
        assert_told(answer, 503, "The database is busy")
    # It was said that it did not work, and it did not.
    assert browser.get("/account").status_code == 200
    answer = stranger.post("/sign-in", {**door, "name": "olga", "password": PASSWORD}, token=False)
    assert answer.status_code == 303


# -- full -----------------------------------------------------------------------------------


@contextmanager
def full(services):
    """No page can be added to the database any more."""
    with services.db.write() as conn:
        pages = conn.exec_driver_sql("PRAGMA page_count").scalar_one()
        conn.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    try:
        yield
    finally:
        with services.db.write() as conn:
            conn.exec_driver_sql("PRAGMA max_page_count = 1000000")


def test_a_full_disk_refuses_to_save_and_goes_on_reading(open_browser):
    browser = open_browser()
    path = made(browser)
    form = browser.form(path)
    form["notes"] = "word " * 900
    with full(browser.services):
        answers = [browser.post(path, form, token=False) for _ in range(40)]
        answer = next(item for item in answers if item.status_code != 303)
        assert_told(answer, 507, "No space is left", "Nothing was saved", "what you typed is kept")
        assert forms_of(answer.text)[path]["notes"].startswith("word word")
        assert browser.get(path).status_code == 200
        assert browser.get("/t/refunds/v/all").status_code == 200
    kept = forms_of(answer.text)[path]
    assert browser.post(path, kept, token=False).status_code == 303


# -- gone -----------------------------------------------------------------------------------


@contextmanager
def forbidden(path: Path):
    """Nobody may open the files of the database, not even who owns them."""
    files = [Path(f"{path}{end}") for end in ("", "-wal", "-shm") if Path(f"{path}{end}").exists()]
    for file in files:
        file.chmod(0)
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)
        for file in files:
            file.chmod(0o600)


def test_files_that_cannot_be_opened(open_browser):
    browser = open_browser()
    path = made(browser)
    form = browser.form(path)
    form["notes"] = "Typed meanwhile"
    browser.services.db.close()
    with forbidden(browser.services.settings.data / "opswright.db"):
        assert_told(browser.get(path), 503, "The database does not answer")
        answer = browser.post(path, form, token=False)
        assert browser.get("/healthz").status_code == 503
    assert_told(answer, 503, "The database does not answer", "Send it again")
    again = forms_of(answer.text)[path]
    assert again["notes"] == "Typed meanwhile"
    assert browser.post(path, again, token=False).status_code == 303
    assert "Typed meanwhile" in browser.get(path).text


def test_a_password_is_never_written_into_a_page(open_browser):
    browser = open_browser()
    stranger = Browser(browser.app)
    door = stranger.form("/sign-in")
    browser.services.db.close()
    with forbidden(browser.services.settings.data / "opswright.db"):
        answer = stranger.post(
            "/sign-in", {**door, "name": "olga", "password": PASSWORD}, token=False
        )
    assert_told(answer, 503, "The database does not answer")
    assert PASSWORD not in answer.text


@pytest.fixture
def own_cluster():
    if not postgresql_is_installed():
        pytest.skip("PostgreSQL is not installed")
    with stoppable_cluster("fsync=off") as found:
        yield found


def test_postgresql_stops_and_comes_back(own_cluster, tmp_path):
    services = open_refunds(own_cluster.url, tmp_path)
    app = create_app(services)
    app.testing = True
    browser = Browser(app, "lena")
    path = made(browser)
    form = browser.form(path)
    form["notes"] = "Typed while it was down"
    own_cluster.stop()
    for _ in range(2):
        start = time.monotonic()
        assert_told(browser.get(path), 503, "The database does not answer")
        answer = browser.post(path, form, token=False)
        assert_told(answer, 503, "The database does not answer", "Send it again")
        assert time.monotonic() - start < 5
        assert answer.headers["Retry-After"]
    assert browser.get("/healthz").status_code == 503
    own_cluster.start()
    again = forms_of(answer.text)[path]
    assert browser.post(path, again, token=False).status_code == 303
    assert "Typed while it was down" in browser.get(path).text
    services.close()


@pytest.mark.slow
def test_postgresql_hangs_and_nobody_waits_for_it(own_cluster, tmp_path):
    """Worse than one that is dead: it keeps its connections and says nothing."""
    services = open_refunds(own_cluster.url, tmp_path)
    app = create_app(services)
    app.testing = True
    browser = Browser(app, "lena")
    path = made(browser)
    breaker = Breaker(services.db, interval=0.2)
    breaker.start()
    own_cluster.freeze()
    try:
        deadline = time.monotonic() + 20
        while not breaker.is_open and time.monotonic() < deadline:
            time.sleep(0.1)
        start = time.monotonic()
        assert_told(browser.get(path), 503, "The database does not answer")
        assert browser.post(f"{path}/comments", {"body": "Hello"}).status_code == 503
        assert time.monotonic() - start < 1
    finally:
        own_cluster.thaw()
    while breaker.is_open and time.monotonic() < deadline + 20:
        time.sleep(0.1)
    assert browser.post(f"{path}/comments", {"body": "Hello"}).status_code == 303
    breaker.stop()
    services.close()


def test_the_folder_of_files_is_gone(open_browser):
    browser = open_browser()
    path = made(browser)
    folder = browser.services.settings.files_folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(exist_ok=True)
    folder.write_text("a file where the folder was")
    answer = browser.post(f"{path}/files", {"file": (BytesIO(b"x"), "a.txt")})
    assert answer.status_code == 503
    assert "does not answer" in texts_of(answer.text)
    folder.unlink()
    assert browser.post(f"{path}/files", {"file": (BytesIO(b"x"), "a.txt")}).status_code == 303
