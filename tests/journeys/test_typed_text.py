"""Whatever goes wrong, what somebody typed is still there."""

import re
import shutil
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visit
from tests.journeys.serving import FORM, Api, Server

RESTORED = re.compile(r"Restored your draft of \d\d:\d\d UTC")


@pytest.fixture(scope="module")
def office(office: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """`opswright serve` on the demo's data, with a hook that raises, hangs and dies on demand."""
    home = tmp_path_factory.mktemp("workshop")
    for name in ("data", "hooks"):
        (home / name).mkdir()
    disputes = Path(__file__).parents[2] / "opswright" / "demo" / "hooks" / "disputes.py"
    shutil.copy(disputes, home / "hooks")
    shutil.copy(Path(__file__).parent / "trouble.py", home / "hooks")
    settings = {
        "OPSWRIGHT_HOOKS": str(home / "hooks"),
        "OPSWRIGHT_BEFORE_HOOK_SECONDS": "1",
        "OPSWRIGHT_SIGN_IN_LIMIT": "1000 per 5 minutes",
    }
    server = Server(office.copied_to(home / "data"), settings=settings)
    yield server.start()
    server.stop()


@pytest.fixture(scope="module")
def api(office: Server) -> Api:
    return Api(office)


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=False).first.click()


def session_key(page: Page) -> bytes:
    """Under which the database knows the session of a page."""
    cookie = next(each for each in page.context.cookies() if each["name"] == "opswright")
    return sha256(cookie["value"].encode()).digest()


def end_session(page: Page, server: Server) -> None:
    """Deletes the session's row, as its age would."""
    server.query("delete from web_session where id_hash = ?", session_key(page), change=True)


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def maya(request: pytest.FixtureRequest, visit: Visit) -> Page:
    """A page of the operator in a session of its own, with and without script."""
    return visit("operator", script=request.param)


def sign_in_again(page: Page, name: str = "operator") -> None:
    expect(page.get_by_text("Your session ended. What you typed is kept")).to_be_visible()
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill("demo")
    page.get_by_role("button", name="Sign in", exact=True).click()


@pytest.mark.parametrize(
    ("deed", "why"),
    [
        ("Raise", "the fraud service said nonsense"),
        ("Hang", "took longer than 1 s"),
        ("Die", "ended"),
    ],
)
def test_a_hook_that_breaks_saves_nothing_and_loses_nothing(
    visit: Visit, api: Api, deed: str, why: str
):
    record = api.gathering()
    page = visit()
    page.goto(f"{FORM}/{record['id']}?view=all_open")
    page.get_by_label("Merchant").fill(deed)
    page.get_by_label("Rebuttal").fill("Typed before the hook broke")
    save(page)
    summary = page.locator("#error-summary")
    expect(summary).to_contain_text("A check could not be made")
    expect(summary).to_contain_text(why)
    expect(summary).to_be_focused()
    expect(page.locator("#record-form")).to_have_count(1)
    expect(page.get_by_label("Rebuttal")).to_have_value("Typed before the hook broke")
    assert "rebuttal" not in api.data(record)
    page.get_by_label("Merchant").fill("Behaves")
    save(page)
    expect(page.locator("#toasts")).to_contain_text("Saved")
    assert api.data(record)["rebuttal"] == "Typed before the hook broke"


def test_a_server_error_keeps_the_form_and_offers_to_try_again(visit: Visit, api: Api):
    record = api.gathering()
    page = visit()
    page.goto(f"{FORM}/{record['id']}")
    broken = {"status": 500, "headers": {"X-Request-ID": "c0ffee"}, "body": "Oops"}
    page.route(f"**{FORM}/{record['id']}", lambda route: route.fulfill(**broken), times=1)
    page.get_by_label("Rebuttal").fill("Typed before the error")
    save(page)
    alert = page.locator("#alerts .toast")
    expect(alert).to_contain_text("Nothing you typed is lost")
    expect(alert).to_contain_text("Code c0ffee")
    expect(page.get_by_label("Rebuttal")).to_have_value("Typed before the error")
    alert.get_by_role("button", name="Retry").click()
    expect(page.locator("#toasts")).to_contain_text("Saved")
    expect(alert).to_have_count(0)
    assert api.data(record)["rebuttal"] == "Typed before the error"


def test_a_server_that_stops_and_starts_again(visit: Visit, api: Api, office: Server):
    record = api.gathering()
    page = visit()
    page.goto(f"{FORM}/{record['id']}")
    with office.away():
        page.get_by_label("Rebuttal").fill("Typed while the server was away")
        note = page.locator("#record-form [data-draft-note]")
        expect(note).to_have_text("Not kept: the server did not answer")
        page.keyboard.press("Control+s")
        alert = page.locator("#alerts .toast")
        expect(alert).to_contain_text("The server did not answer. Nothing you typed is lost.")
        page.get_by_label("Comment", exact=True).fill("Typed too")
        page.get_by_role("button", name="Comment").click()
        expect(page.get_by_label("Comment", exact=True)).to_have_value("Typed too")
    page.keyboard.press("Control+s")
    expect(page.locator("#toasts")).to_contain_text("Saved")
    page.get_by_role("button", name="Comment").click()
    expect(page.locator(".bubble").first).to_have_text("Typed too")
    assert api.data(record)["rebuttal"] == "Typed while the server was away"


def test_a_session_that_ends_while_a_record_is_edited(maya: Page, api: Api, office: Server):
    record = api.gathering()
    maya.goto(f"{FORM}/{record['id']}?view=all_open&n=2")
    maya.get_by_label("Rebuttal").fill("Typed in a session\nthat ended")
    maya.get_by_label("Merchant").fill("O'Brien & Søn <b>")
    end_session(maya, office)
    save(maya)
    sign_in_again(maya)
    expect(maya.get_by_text(RESTORED)).to_be_visible()
    expect(maya.get_by_label("Rebuttal")).to_have_value("Typed in a session\nthat ended")
    expect(maya.get_by_label("Merchant")).to_have_value("O'Brien & Søn <b>")
    expect(maya.locator(".trail")).to_contain_text("All open")
    assert "rebuttal" not in api.data(record)
    save(maya)
    expect(maya.locator("#toasts")).to_contain_text("Saved")
    stored = api.data(record)
    assert stored["rebuttal"] == "Typed in a session\nthat ended"
    assert stored["merchant"] == "O'Brien & Søn <b>"
    maya.reload()
    expect(maya.get_by_text(RESTORED)).to_have_count(0)


def test_a_session_that_ends_while_a_record_is_created(maya: Page, office: Server):
    maya.goto(f"{FORM}/new")
    maya.get_by_label("Merchant").fill("Half a dispute")
    end_session(maya, office)
    maya.get_by_role("button", name="Create dispute").click()
    sign_in_again(maya)
    expect(maya.get_by_text(RESTORED)).to_be_visible()
    expect(maya.get_by_label("Merchant")).to_have_value("Half a dispute")
    maya.get_by_role("button", name="Discard draft").click()
    expect(maya.get_by_label("Merchant")).to_have_value("")


def test_a_session_that_ends_while_a_comment_is_written(maya: Page, api: Api, office: Server):
    record = api.gathering()
    maya.goto(f"{FORM}/{record['id']}")
    maya.get_by_label("Comment", exact=True).fill("A long thought")
    end_session(maya, office)
    maya.get_by_role("button", name="Comment").click()
    sign_in_again(maya)
    expect(maya.get_by_label("Comment", exact=True)).to_have_value("A long thought")
    maya.get_by_role("button", name="Comment").click()
    expect(maya.locator(".bubble").first).to_have_text("A long thought")
    maya.reload()
    expect(maya.get_by_label("Comment", exact=True)).to_have_value("")


def test_a_session_that_ends_in_a_dialog(maya: Page, api: Api, office: Server):
    record = api.gathering()
    maya.goto(f"{FORM}/{record['id']}")
    maya.get_by_role("link", name="Ask merchant").first.click()
    maya.locator("#transition-comment").fill("A long question")
    end_session(maya, office)
    maya.get_by_role("button", name="Ask merchant").click()
    sign_in_again(maya)
    expect(maya.locator("#transition-comment")).to_have_value("A long question")
    maya.get_by_role("button", name="Ask merchant").click()
    expect(maya.locator(".bubble").first).to_have_text("A long question")
    assert api.read(record)["state"] == "waiting_merchant"


def test_what_one_person_typed_is_not_for_the_next_one(visit: Visit, api: Api, office: Server):
    record = api.gathering()
    page = visit("operator")
    page.goto(f"{FORM}/{record['id']}")
    page.get_by_label("Rebuttal").fill("Between me and the merchant")
    idle = "update web_session set seen_at = 0 where id_hash = ?"
    office.query(idle, session_key(page), change=True)
    save(page)
    sign_in_again(page, "lead")
    page.goto(f"{FORM}/{record['id']}")
    expect(page.get_by_label("Rebuttal")).to_have_value("")


def test_a_list_whose_session_ended_asks_to_sign_in_and_returns(visit: Visit, office: Server):
    page = visit("operator")
    page.goto("/t/disputes/v/everything?filter=network:eq:visa")
    end_session(page, office)
    page.get_by_role("columnheader", name="Amount").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.get_by_label("Name").fill("operator")
    page.get_by_label("Password").fill("demo")
    page.keyboard.press("Enter")
    expect(page.locator(".chip", has_text="Network")).to_be_visible()


def test_a_tab_that_was_closed_is_taken_up_again(visit: Visit, api: Api):
    record = api.gathering()
    page = visit()
    page.goto(f"{FORM}/{record['id']}")
    page.get_by_label("Rebuttal").fill("Half a sentence")
    expect(page.locator("#record-form [data-draft-note]")).to_contain_text("Draft kept")
    page.get_by_label("Comment", exact=True).fill("Half a comment")
    expect(page.locator(".composer [data-draft-note]")).to_contain_text("Draft kept")
    page.close()
    other = visit("lead")
    other.goto(f"{FORM}/{record['id']}")
    expect(other.get_by_label("Rebuttal")).to_have_value("")
    again = visit()
    again.goto(f"{FORM}/{record['id']}")
    expect(again.get_by_text(RESTORED)).to_be_visible()
    expect(again.get_by_label("Rebuttal")).to_have_value("Half a sentence")
    expect(again.get_by_label("Comment", exact=True)).to_have_value("Half a comment")
    again.get_by_role("button", name="Discard draft").click()
    expect(again.get_by_label("Rebuttal")).to_have_value("")
    again.reload()
    expect(again.get_by_text(RESTORED)).to_have_count(0)
    assert "rebuttal" not in api.data(record)


def test_leaving_at_once_keeps_the_last_word(visit: Visit, api: Api):
    record = api.gathering()
    page = visit()
    page.goto(f"{FORM}/{record['id']}")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    page.get_by_label("Rebuttal").fill("Typed and gone")
    page.goto("/")
    page.go_back()
    expect(page.get_by_label("Rebuttal")).to_have_value("Typed and gone")
    assert asked == []


def test_discarding_is_remembered(visit: Visit, api: Api):
    record = api.gathering(rebuttal="As it was")
    page = visit()
    page.goto(f"{FORM}/{record['id']}")
    page.get_by_label("Rebuttal").fill("No, not so")
    expect(page.locator("#record-form [data-draft-note]")).to_contain_text("Draft kept")
    with page.expect_response(lambda answer: answer.url.endswith("/draft")):
        page.get_by_role("link", name="Discard").click()
    expect(page.get_by_label("Rebuttal")).to_have_value("As it was")
    page.reload()
    expect(page.get_by_text(RESTORED)).to_have_count(0)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_pressing_create_twice_makes_one_record(visit: Visit, api: Api, script: bool):
    page = visit(script=script)
    page.goto(f"{FORM}/new")
    merchant = f"Twice {'with' if script else 'without'} script"
    page.locator("#f-charge").fill(f"ch_twice{'with' if script else 'without'}script")
    page.get_by_label("Merchant").fill(merchant)
    page.locator("#f-amount").fill("12.00")
    page.get_by_label("Network").select_option(label="Visa")
    page.get_by_label("Reason").select_option(label="General")
    page.get_by_label("Respond by").fill("2099-01-01T10:00")
    page.locator("#f-card_last4").fill("4417")
    page.get_by_role("button", name="Create dispute").dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text(merchant)
    made = api.find(f"filter=merchant:eq:{merchant.replace(' ', '%20')}")
    assert len(made) == 1
    page.goto(f"{FORM}/new")
    expect(page.get_by_text(RESTORED)).to_have_count(0)


def test_what_is_changed_waits_before_another_step(visit: Visit, api: Api):
    record = api.gathering()
    page = visit()
    page.goto(f"{FORM}/{record['id']}")
    page.get_by_label("Rebuttal").fill("Not saved yet")
    page.get_by_role("link", name="Ask merchant").first.click()
    toast = page.locator("#toasts .toast.warning")
    expect(toast).to_contain_text("Save or discard your changes first")
    toast.get_by_role("button", name="Save").click()
    expect(page.locator("#toasts")).to_contain_text("Saved")
    page.get_by_role("link", name="Ask merchant").first.click()
    expect(page.get_by_role("dialog", name="Ask merchant")).to_be_visible()
    assert api.data(record)["rebuttal"] == "Not saved yet"


def test_counts_that_find_no_session_take_nothing_away(visit: Visit, api: Api, office: Server):
    record = api.gathering()
    page = visit("operator")
    page.goto(f"{FORM}/{record['id']}", wait_until="networkidle")
    page.get_by_label("Rebuttal").fill("Typed while nobody looked")
    end_session(page, office)
    with page.expect_response(lambda answer: "/counts" in answer.url and answer.status == 401):
        page.evaluate("document.querySelector('#nav').dispatchEvent(new Event('poll-counts'))")
    page.locator("[data-segment]", has_text="Comments").click()
    expect(page.locator("#alerts")).to_contain_text("Your session has ended")
    expect(page.get_by_label("Rebuttal")).to_have_value("Typed while nobody looked")
    save(page)
    sign_in_again(page)
    expect(page.get_by_label("Rebuttal")).to_have_value("Typed while nobody looked")


def test_a_form_that_nothing_keeps_asks_before_it_goes(visit: Visit):
    page = visit("admin")
    page.goto("/build/disputes/text/")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.locator(".cm-content").click()
    page.keyboard.type(" ")
    page.goto("/")
    assert asked == ["beforeunload"]
