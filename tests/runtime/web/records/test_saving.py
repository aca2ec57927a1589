"""Forms as people fill them in: what is typed is stored, or stays with a word why not."""

import pytest

from tests.runtime.browsing import FRAGMENT, Browser, forms_of, texts_of
from tests.runtime.conftest import BOTH
from tests.runtime.web.conftest import FORM, history, stored

pytestmark = BOTH
NEW = f"{FORM}/new"


@pytest.fixture
def olga(app):
    return Browser(app, "olga")


@pytest.fixture
def lena(app):
    return Browser(app, "lena")


def send(browser, path, form, **typed):
    """Posts a form as drawn, with some fields typed into."""
    sent = form.copy()
    for name, value in typed.items():
        sent.setlist(name.replace("__", "/"), value if isinstance(value, list) else [value])
    return browser.post(path, sent, token=False)


def save(browser, path, **typed):
    return send(browser, path, browser.form(path), **typed)


EVERYTHING = {
    "merchant": "O'Brien & Søn <b>",
    "email": "shop@example.com",
    "amount__amount": "1234.5",
    "amount__currency": "USD",
    "share": "12.5",
    "score": "7",
    "ratio": "0.25",
    "urgent": "true",
    "due_on": "2026-12-01",
    "called_at": "2026-11-23T09:30",
    "region": "south",
    "channels": ["web", "shop"],
    "labels": "new, urgent",
    "site": "https://example.com/a?b=c",
    "owner": "otto",
    "notes": "First line\r\nsecond line",
    "extra": '{"a": [1, 2]}',
}


def test_a_record_is_made_of_what_was_typed(services, olga):
    answer = save(olga, NEW, **EVERYTHING)
    assert answer.status_code == 303, texts_of(answer.text)
    document = stored(services, answer.location).document
    assert document | {"number": "RF"} == {
        "number": "RF",
        "merchant": "O'Brien & Søn <b>",
        "email": "shop@example.com",
        "amount": {"amount": 123450, "currency": "USD"},
        "share": 1250,
        "score": 7,
        "ratio": 0.25,
        "urgent": True,
        "due_on": "2026-12-01",
        "called_at": "2026-11-23T09:30:00.000000Z",
        "region": "south",
        "channels": ["web", "shop"],
        "labels": ["new", "urgent"],
        "site": "https://example.com/a?b=c",
        "owner": "otto",
        "notes": "First line\nsecond line",
        "extra": {"a": [1, 2]},
    }


def test_a_record_saved_as_it_is_drawn_does_not_change(services, olga):
    answer = save(olga, NEW, **EVERYTHING | {"email": "other@example.com"})
    before = stored(services, answer.location)
    assert save(olga, answer.location).status_code == 303
    after = stored(services, answer.location)
    assert after.document == before.document
    assert history(services, answer.location)[-1].data["diff"] == {}


def test_what_is_wrong_stays_in_the_form_with_its_reasons(olga):
    answer = save(
        olga, NEW, merchant="", score="1000", amount__amount="12,34,56", notes="Keep <me>"
    )
    assert answer.status_code == 422
    form = forms_of(answer.text)[NEW]
    assert (form["score"], form["amount/amount"], form["notes"]) == (
        "1000",
        "12,34,56",
        "Keep <me>",
    )
    assert 'aria-invalid="true"' in answer.text
    assert 'id="f-amount-error"' in answer.text
    # What cannot be read is told first; the rest when all can be read.
    answer = send(olga, NEW, form, amount__amount="12")
    text = texts_of(answer.text)
    assert "Merchant" in text
    assert "2 things to put right" in text
    answer = send(olga, NEW, forms_of(answer.text)[NEW], merchant="Fine", score="10")
    assert answer.status_code == 303


def test_after_creating_htmx_is_sent_to_the_record(olga):
    answer = olga.post(
        NEW, {**olga.form(NEW), "merchant": "By htmx"}, token=False, headers=FRAGMENT
    )
    assert answer.status_code == 200
    assert answer.headers["HX-Redirect"].startswith(FORM)
    assert answer.text == ""


def test_a_double_click_makes_one_record(olga):
    form = olga.form(NEW)
    first = send(olga, NEW, form, merchant="Clicked twice")
    second = send(olga, NEW, form, merchant="Clicked twice")
    assert (second.status_code, second.location) == (303, first.location)


def test_a_double_click_saves_once(services, olga, make_refund):
    path = make_refund()
    form = olga.form(path)
    for _ in range(2):
        assert send(olga, path, form, score="9").status_code == 303
    assert stored(services, path).version == 2


def test_a_form_that_was_sent_before_is_not_taken_for_another(services, olga, make_refund):
    """Back, and saved again with other values: nothing is dropped in silence."""
    path = make_refund()
    form = olga.form(path)
    send(olga, path, form, score="9")
    answer = send(olga, path, form, score="10")
    assert answer.status_code == 422
    assert "sent before with other values" in answer.text
    again = forms_of(answer.text)[path]
    assert again["score"] == "10"


@pytest.mark.parametrize("button", ["transitions/start", "actions/hurry"])
def test_a_double_click_on_a_button_does_it_once(services, olga, make_refund, button):
    path = make_refund()
    form = olga.form(path, f"{path}/{button}")
    for _ in range(2):
        assert send(olga, f"{path}/{button}", form).status_code == 303
    assert len(history(services, path)) == 2


# -- fields that may not be written ---------------------------------------------------------


def test_fields_that_may_not_be_written_are_ignored_and_counted(services, olga, make_refund):
    path = make_refund(secret="kept", card="4417", margin="1.00", score=1)
    answer = save(
        olga,
        path,
        secret="mine",
        card="1111",
        margin="9.00",
        origin="me",
        number="RF-1",
        score="2",
    )
    assert answer.status_code == 303
    after = stored(services, path)
    assert (after.document["secret"], after.document["card"]) == ("kept", "4417")
    assert (after.document["margin"], after.document["score"]) == (100, 2)
    assert "origin" not in after.document
    event = history(services, path)[-1]
    assert event.data["ignored"] == 5
    assert event.data["diff"] == {"score": [1, 2]}


def test_the_same_on_creating(services, olga):
    form = olga.form(NEW)
    assert not {"secret", "card", "margin", "origin", "number"} & form.keys()
    answer = send(olga, NEW, form, merchant="Shop", secret="mine", card="1", origin="me")
    document = stored(services, answer.location).document
    assert not {"secret", "card", "origin"} & document.keys()
    assert history(services, answer.location)[0].data["ignored"] == 3


def test_what_only_looks_may_not_be_posted(app, services, make_refund):
    vera, path = Browser(app, "vera"), make_refund()
    assert path not in forms_of(vera.get(path).text)
    answer = vera.post(path, {"merchant": "Mine", "_version": "1"})
    assert answer.status_code == 403
    assert stored(services, path).version == 1


def test_a_step_takes_no_fields_but_its_own(services, olga, make_refund):
    path = make_refund()
    olga.post(f"{path}/transitions/start")
    form = olga.form(f"{path}/transitions/hold")
    answer = send(
        olga,
        f"{path}/transitions/hold",
        form,
        due_on="2026-12-01",
        merchant="Sneaked in",
        _comment="Wait",
    )
    assert answer.status_code == 303
    assert stored(services, path).document["merchant"] == "Corner shop"


# -- two people -----------------------------------------------------------------------------


def test_two_people_change_different_fields(services, olga, lena, make_refund):
    path = make_refund(score=1, notes="old")
    mine = olga.form(path)
    assert save(lena, path, score="2").status_code == 303
    answer = send(olga, path, mine, notes="new")
    assert answer.status_code == 303
    assert "Somebody else changed Score meanwhile" in texts_of(olga.get(answer.location).text)
    document = stored(services, path).document
    assert (document["score"], document["notes"]) == (2, "new")


@pytest.mark.parametrize("side", ["mine", "theirs"])
def test_two_people_change_the_same_field(services, olga, lena, make_refund, side):
    """Both versions are shown; the merged save keeps whatever was chosen and everything else."""
    path = make_refund(score=1, notes="old", amount={"amount": "10.00", "currency": "EUR"})
    mine = olga.form(path)
    save(lena, path, score="2", amount__amount="20.00", labels="hers")
    answer = send(olga, path, mine, score="3", amount__amount="30.00", notes="my long text")
    assert answer.status_code == 409
    text = texts_of(answer.text)
    for shown in ("Lena Ops saved this record", "was 1", "€20.00", "€30.00", "Labels"):
        assert shown in text
    assert stored(services, path).version == 2
    form = forms_of(answer.text)[path]
    assert form["take.score"] == form["take.amount"] == "theirs"
    form = last_form(answer.text, path)
    answer = send(olga, path, form, **{"take.score": side, "take.amount": side})
    assert answer.status_code == 303, texts_of(answer.text)
    document = stored(services, path).document
    score, amount = {"mine": (3, 3000), "theirs": (2, 2000)}[side]
    assert (document["score"], document["amount"]["amount"]) == (score, amount)
    assert (document["notes"], document["labels"]) == ("my long text", ["hers"])


def last_form(html, path):
    """The conflict's own form: the record's form, with everything typed, stands beside it."""
    start = html.index('class="conflict"')
    return forms_of("<form " + html[start : html.index("</form>", start)] + "</form>")[path]


def test_a_third_person_in_between_is_asked_about_again(services, olga, lena, app, make_refund):
    path = make_refund(score=1)
    mine = olga.form(path)
    save(lena, path, score="2")
    conflict = last_form(send(olga, path, mine, score="3").text, path)
    save(Browser(app, "lars"), path, score="4")
    answer = send(olga, path, conflict, **{"take.score": "mine"})
    assert answer.status_code == 409
    assert "Lars Ops" in texts_of(answer.text)
    final = last_form(answer.text, path)
    assert send(olga, path, final, **{"take.score": "mine"}).status_code == 303
    assert stored(services, path).document["score"] == 3


def test_a_conflict_comes_as_a_fragment_too(olga, lena, make_refund):
    path = make_refund(score=1)
    mine = olga.form(path)
    save(lena, path, score="2")
    answer = olga.post(path, {**mine, "score": "3"}, token=False, headers=FRAGMENT)
    assert answer.status_code == 409
    assert answer.text.lstrip().startswith("<form")
    assert "<html" not in answer.text


def test_a_conflict_tells_nothing_of_hidden_fields(olga, lena, make_refund):
    path = make_refund(score=1, secret="first")
    mine = olga.form(path)
    save(lena, path, score="2", secret="second", card="4417")
    answer = send(olga, path, mine, score="3")
    assert answer.status_code == 409
    for word in ("second", "Secret", "secret", "4417"):
        assert word not in answer.text


def test_a_step_on_an_old_page_keeps_what_was_typed(services, olga, lena, make_refund):
    path = make_refund()
    olga.post(f"{path}/transitions/start")
    step = f"{path}/transitions/hold"
    form = olga.form(step)
    save(lena, path, score="2")
    answer = send(olga, step, form, due_on="2026-12-01", _comment="A long explanation")
    assert answer.status_code == 422
    again = forms_of(answer.text)[step]
    assert (again["due_on"], again["_comment"]) == ("2026-12-01", "A long explanation")
    assert send(olga, step, again).status_code == 303
    assert stored(services, path).state == "waiting"


def test_a_step_that_is_refused_keeps_what_was_typed(olga, make_refund):
    path = make_refund()
    olga.post(f"{path}/transitions/start")
    step = f"{path}/transitions/hold"
    answer = send(olga, step, olga.form(step), notes="Half", _comment="A long explanation")
    assert answer.status_code == 422
    again = forms_of(answer.text)[step]
    assert (again["notes"], again["_comment"]) == ("Half", "A long explanation")
    assert "Due on is missing" in texts_of(answer.text)


def test_a_button_on_an_old_page_is_not_pressed(services, olga, lena, make_refund):
    path = make_refund()
    form = olga.form(path, f"{path}/actions/hurry")
    save(lena, path, score="2")
    answer = send(olga, f"{path}/actions/hurry", form)
    assert answer.status_code == 409
    assert "changed meanwhile" in answer.text
    assert stored(services, path).version == 2


# -- comments -------------------------------------------------------------------------------


def test_a_comment_stands_in_the_timeline(olga, make_refund):
    path = make_refund()
    form = olga.form(path, f"{path}/comments")
    assert send(olga, f"{path}/comments", form, body="<i>Hello</i>").status_code == 303
    html = olga.get(path).text
    assert "&lt;i&gt;Hello&lt;/i&gt;" in html
    assert "<i>Hello" not in html


@pytest.mark.parametrize(
    "body", ["", "  ", "x" * 10_001, "nul\x00"], ids=["no", "blank", "long", "nul"]
)
def test_a_comment_that_cannot_be_kept_stays_in_its_box(services, olga, make_refund, body):
    path = make_refund()
    answer = olga.post(f"{path}/comments", {"body": body})
    assert answer.status_code == 422
    assert 'id="comment-error"' in answer.text
    assert forms_of(answer.text)[f"{path}/comments"]["body"].strip() == body.strip()
    assert len(history(services, path)) == 1


# -- handing in -----------------------------------------------------------------------------


def test_who_only_hands_in_is_led_back_to_the_form(app, services):
    rita = Browser(app, "rita")
    answer = rita.get("/t/refunds/")
    assert answer.location == NEW
    answer = save(rita, NEW, merchant="Handed in")
    assert (answer.status_code, answer.location) == (303, "/t/refunds/")
    page = rita.client.get("/t/refunds/", follow_redirects=True)
    assert "Refund created" in page.text


def test_a_record_that_leaves_ones_rows_does_not_end_in_a_404(app, olga):
    answer = save(olga, NEW, merchant="For head office", region="hq")
    assert (answer.status_code, answer.location) == (303, "/t/refunds/")
    assert olga.client.get("/t/refunds/", follow_redirects=True).status_code == 200


def test_a_save_that_takes_a_record_out_of_ones_rows_leads_to_the_tool(olga, make_refund):
    path = make_refund()
    answer = save(olga, path, region="hq")
    assert answer.status_code == 303
    assert olga.client.get(answer.location, follow_redirects=True).status_code == 200
