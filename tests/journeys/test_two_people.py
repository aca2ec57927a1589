"""Two people save the same record: both versions are shown, and nothing is lost."""

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visit
from tests.journeys.serving import FORM, Api

TOAST = "#toasts .toast p"


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=False).first.click()


def both_open(visit: Visit, record: dict[str, str]) -> tuple[Page, Page]:
    maya, jonas = visit("operator"), visit("lead")
    for page in (maya, jonas):
        page.goto(f"{FORM}/{record['id']}?view=all_open&n=1")
    return maya, jonas


def test_the_same_field_is_decided_by_who_comes_second(visit: Visit, api: Api):
    record = api.gathering(tags=["first"])
    maya, jonas = both_open(visit, record)
    jonas.get_by_label("Merchant").fill("Theirs & Sons")
    jonas.locator("#f-amount").fill("300.00")
    jonas.get_by_label("Tags").fill("theirs")
    save(jonas)
    expect(jonas.locator(TOAST)).to_have_text("Saved")
    maya.get_by_label("Merchant").fill("Mine & Daughters")
    maya.locator("#f-amount").fill("200.00")
    maya.get_by_label("Currency of Amount").select_option("EUR")
    maya.get_by_label("Rebuttal").fill("Only I wrote this")
    save(maya)
    note = maya.locator("#conflict .note")
    expect(note).to_be_focused()
    expect(note).to_contain_text("Jonas Thiele saved this record")
    expect(note).to_contain_text("Tags: no clash, merged by itself")
    compared = maya.get_by_role("table", name="What both of you changed")
    expect(compared.locator("tbody tr")).to_have_count(2)
    expect(compared).to_contain_text("Theirs & Sons")
    expect(compared).to_contain_text("Mine & Daughters")
    expect(compared).to_contain_text("$300.00")
    expect(compared).to_contain_text("€200.00")
    expect(maya.get_by_label("Merchant")).to_have_value("Mine & Daughters")
    assert api.data(record)["merchant"] == "Theirs & Sons"
    compared.get_by_label("Keep mine: €200.00").check()
    maya.get_by_role("button", name="Save merged").click()
    expect(maya.locator(TOAST)).to_have_text("Saved")
    expect(maya.locator("#conflict")).to_be_empty()
    stored = api.data(record)
    assert stored["merchant"] == "Theirs & Sons"
    assert stored["amount"] == {"amount": "200.00", "currency": "EUR"}
    assert stored["rebuttal"] == "Only I wrote this"
    assert stored["tags"] == ["theirs"]
    expect(maya.get_by_label("Merchant")).to_have_value("Theirs & Sons")
    expect(maya.get_by_label("Tags")).to_have_value("theirs")
    expect(maya.locator(".trail")).to_contain_text("All open")


def test_all_mine_at_once(visit: Visit, api: Api):
    record = api.gathering()
    maya, _ = both_open(visit, record)
    api.change(record, merchant="Theirs", card_last4="1111")
    maya.get_by_label("Merchant").fill("Mine")
    maya.locator("#f-card_last4").fill("2222")
    save(maya)
    maya.get_by_role("button", name="Keep all mine").click()
    maya.get_by_role("button", name="Save merged").click()
    expect(maya.locator(TOAST)).to_have_text("Saved")
    stored = api.data(record)
    assert (stored["merchant"], stored["card_last4"]) == ("Mine", "2222")


def test_what_i_typed_can_be_dropped_for_good(visit: Visit, api: Api):
    record = api.gathering()
    maya, _ = both_open(visit, record)
    api.change(record, merchant="Theirs")
    maya.get_by_label("Merchant").fill("Mine")
    expect(maya.locator("#record-form [data-draft-note]")).to_contain_text("Draft kept")
    save(maya)
    maya.get_by_role("button", name="Drop my changes").click()
    expect(maya.get_by_label("Merchant")).to_have_value("Theirs")
    maya.reload()
    expect(maya.get_by_label("Merchant")).to_have_value("Theirs")
    expect(maya.get_by_text("Restored your draft")).to_have_count(0)


def test_a_third_save_meanwhile_is_shown_too(visit: Visit, api: Api):
    record = api.gathering()
    maya, _ = both_open(visit, record)
    api.change(record, merchant="Theirs")
    maya.get_by_label("Merchant").fill("Mine")
    save(maya)
    compared = maya.get_by_role("table", name="What both of you changed")
    compared.get_by_label("Keep mine: Mine").check()
    api.change(record, merchant="Theirs again")
    maya.get_by_role("button", name="Save merged").click()
    expect(compared).to_contain_text("Theirs again")
    assert api.data(record)["merchant"] == "Theirs again"
    compared.get_by_label("Keep mine: Mine").check()
    maya.get_by_role("button", name="Save merged").click()
    expect(maya.locator(TOAST)).to_have_text("Saved")
    assert api.data(record)["merchant"] == "Mine"


def test_different_fields_merge_without_a_word_asked(visit: Visit, api: Api):
    record = api.gathering()
    maya, jonas = both_open(visit, record)
    jonas.get_by_label("Merchant").fill("Theirs")
    save(jonas)
    expect(jonas.locator(TOAST)).to_have_text("Saved")
    maya.get_by_label("Rebuttal").fill("Mine")
    save(maya)
    expect(maya.locator(TOAST)).to_have_text(
        "Saved. Somebody else changed Merchant meanwhile; that is kept too"
    )
    expect(maya.get_by_label("Merchant")).to_have_value("Theirs")
    expect(maya.locator("#timeline")).to_contain_text("merged with a change made meanwhile")
    stored = api.data(record)
    assert (stored["merchant"], stored["rebuttal"]) == ("Theirs", "Mine")


def test_a_step_on_an_older_version_says_so_and_keeps_its_comment(visit: Visit, api: Api):
    record = api.gathering()
    maya, _ = both_open(visit, record)
    maya.keyboard.press("m")
    dialog = maya.get_by_role("dialog", name="Ask merchant")
    dialog.get_by_label("Comment").fill("What was in the parcel?")
    api.change(record, merchant="Theirs")
    dialog.get_by_role("button", name="Ask merchant").click()
    expect(dialog.locator("#error-summary")).to_contain_text("changed meanwhile")
    expect(dialog.get_by_label("Comment")).to_have_value("What was in the parcel?")
    assert api.read(record)["state"] == "gathering"
    dialog.get_by_role("button", name="Ask merchant").click()
    expect(maya.locator("#record-head .pill")).to_have_text("Waiting on merchant")
    expect(maya.get_by_role("heading", level=1)).to_have_text("Theirs")
    expect(maya.locator(".bubble").first).to_have_text("What was in the parcel?")
