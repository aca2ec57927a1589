"""What a form asks while it is typed in, and what the answer changes."""

import json
import re
from collections.abc import Iterator

import pytest

from opswright.application import create_app
from runtime.gate import Origin
from runtime.services import Services
from runtime.storage.ids import encode_id
from tests.runtime.browsing import FRAGMENT, Browser, forms_of, texts_of
from tests.runtime.opening import Desk, furnished_url, open_refunds
from tests.runtime.reacting import reacting_tool, rule
from tests.runtime.web.conftest import FORM, stored
from tests.runtime.web.test_pages import statements

NEW = f"{FORM}/new"


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    folder = tmp_path_factory.mktemp("reacting")
    found = open_refunds(furnished_url("sqlite", folder, lambda: ""), folder)
    tool = reacting_tool()
    hold = tool["workflows"][0]["transitions"][1]
    hold["fields"] = ["region", "site", "due_on", "score"]
    rules = tool["forms"][0].setdefault("rules", [])
    rules.append(rule({"field": "score", "op": "ne", "value": 13}, "Unlucky", severity="warning"))
    derive(tool["forms"][0])
    found.published.publish(tool, by="test")
    yield found
    found.close()


def derive(form):
    """Adds to the record's page what follows from the score, and a choice that follows from the region."""
    properties = form["schema"]["properties"]
    every = [*properties]
    form["layouts"] = {
        "default": [{"section": "All", "fields": [*every, "doubled", "office"]}],
        "create": [{"section": "All", "fields": every}],
    }
    properties["doubled"] = {
        "type": "integer",
        "title": "Doubled",
        "readOnly": True,
        "x-ops": {
            "type": "computed",
            "computed": {"formula": "score * 2", "result": "integer"},
        },
    }
    properties["office"] = {
        "enum": ["oslo", "rome"],
        "title": "Office",
        "x-ops": {
            "type": "choice",
            "dependsOn": "region",
            "choices": [
                {"key": "oslo", "title": "Oslo", "match": ["north"]},
                {"key": "rome", "title": "Rome", "match": ["south"]},
            ],
        },
    }


@pytest.fixture
def olga(client_of):
    return client_of("olga")


class Form:
    """A form in the browser: what it holds, and what a refresh makes of it."""

    def __init__(self, browser, page, action=None):
        self.browser = browser
        self.page = page
        self.action = action or page
        self.data = browser.form(page, self.action)
        self.said = ""

    def refresh(self, **typed):
        """Types, asks, and takes the answer in as htmx does; gives the ids of what changed."""
        for name, text in typed.items():
            self.data.setlist(name, text if isinstance(text, list) else [text])
        answer = self.browser.post(f"{self.action}/refresh", self.data, headers=FRAGMENT)
        self.html = answer.text
        header = json.loads(answer.headers.get("HX-Trigger", "{}"))
        self.said = header.get("announce", {}).get("text", "")
        assert answer.status_code == (200 if self.html else 204)
        changed = re.findall(r'id="([^"]+)"[^>]*? hx-swap-oob="true"', self.html)
        for part in changed:
            self._forget(*part.split("-")[1:])
        brought = forms_of(f'<form action="x">{self.html}</form>')["x"]
        for name, text in brought.items(multi=True):
            self.data.add(name, text)
        return sorted(changed)

    def _forget(self, key, part="form"):
        """Takes what a part of the form held out of it."""
        key = f"@{key}" if part == "form" else key
        markers = [text for text in self.data.getlist("_drawn") if not text.startswith(f"{key}=")]
        self.data.setlist("_drawn", markers)
        if part == "field":
            self.data.poplist(key)
            self.data.poplist(f"_kept.{key}")


@pytest.fixture
def form(olga):
    return Form(olga, NEW)


def test_nothing_changed_is_answered_with_nothing(form):
    assert form.refresh(merchant="Shop") == []


def test_a_field_appears_and_goes_with_its_condition(form):
    assert "site" not in form.data
    assert form.refresh(region="south") == [
        "f-email-field",
        "f-papers-field",
        "f-site-field",
        "f-why",
    ]
    assert 'name="site"' in form.html
    assert form.said == "Shown now: Email, Site, Papers"
    assert form.refresh(region="north") == [
        "f-email-field",
        "f-papers-field",
        "f-site-field",
        "f-why",
    ]
    assert 'name="site"' not in form.html
    assert form.said == "Not shown any more: Email, Site, Papers"


def test_only_what_changed_is_sent_and_no_input_that_stays(form):
    form.refresh(region="south")
    assert form.refresh(channels=["", "web"]) == ["f-site-mark", "f-site-notes"]
    assert "(required)" in form.html
    assert "<input class" not in form.html
    assert form.refresh(site="https://example.com/") == ["f-notes-field", "f-why"]
    assert form.refresh(site="https://example.com/a") == []


def test_typed_text_waits_out_of_sight_and_comes_back(form):
    form.refresh(region="south")
    form.refresh(site="https://example.com/typed")
    form.refresh(region="north")
    assert form.data["_kept.site"] == "https://example.com/typed"
    form.refresh(region="south")
    assert form.data["site"] == "https://example.com/typed"
    assert "_kept.site" not in form.data


def test_what_waits_out_of_sight_is_not_saved(form, olga, services):
    form.refresh(region="south", merchant="Kept text")
    form.refresh(site="https://example.com/typed")
    form.refresh(region="north")
    made = olga.post(NEW, form.data).location
    document = stored(services, made).document
    assert (document["merchant"], document.get("site")) == ("Kept text", None)


def test_a_field_is_locked_with_the_reason_in_words_and_freed_again(olga, make_refund):
    form = Form(olga, make_refund(by="olga", share="10"))
    changed = form.refresh(score="95", share="20")
    assert changed == ["f-doubled-field", "f-score-mark", "f-score-notes", "f-share-field", "f-why"]
    said = texts_of(form.html)
    assert "Share cannot be changed while Score is at least 90" in said
    assert "10.00%" in said
    assert form.data["_kept.share"] == "20"
    form.refresh(score="1")
    assert form.data["share"] == "20"


def test_rules_speak_up_once_there_is_something_to_judge(form):
    assert form.refresh(score="81") == ["f-score-mark", "f-score-notes"]
    assert form.said == "Score: That is a high score"
    assert form.refresh(score="80") == ["f-score-mark", "f-score-notes"]
    assert form.refresh(score="13") == ["f-rules"]
    assert form.said == "Unlucky"


def test_text_that_cannot_be_read_counts_for_what_was_there(form):
    form.refresh(region="south")
    assert form.refresh(region="nowhere") == [
        "f-email-field",
        "f-papers-field",
        "f-site-field",
        "f-why",
    ]
    assert form.refresh(score="many") == []


def test_the_answer_to_why_is_on_the_page_and_kept_up_to_date(form):
    page = texts_of(form.browser.get(NEW).text)
    assert "4 fields are not shown" in page
    assert "Site is shown when Region is South" in page
    assert "Notes is shown when Site is filled in" in page
    assert "Refund is a running number" in page
    assert "Margin can be read by your role, not changed" in page
    assert "Origin is not filled in by hand" in page
    assert "Card is hidden from your role" in page
    assert "Secret" not in page
    form.refresh(region="south")
    assert "1 field is not shown" in texts_of(form.html)


def test_computed_values_follow_what_is_typed(olga, make_refund):
    form = Form(olga, make_refund(by="olga"))
    assert "f-doubled-field" in form.refresh(score="21")
    assert "42" in texts_of(form.html)
    assert "f-doubled-field" not in form.refresh(score="21")
    assert "f-doubled-field" in form.refresh(score="")
    record = Form(olga, make_refund(by="olga", score=4))
    assert "f-doubled-field" in record.refresh(score="5")
    assert "10" in texts_of(record.html)


def test_what_can_be_chosen_follows_the_field_it_depends_on(olga, make_refund):
    form = Form(olga, make_refund(by="olga"))
    page = olga.get(form.page).text
    assert ("Oslo" in page, "Rome" in page) == (True, False)
    form.data["office"] = "oslo"
    changed = form.refresh(region="south")
    assert "f-office-field" in changed
    assert "Rome" in form.html
    assert "f-office-field" not in form.refresh(score="1")


def test_the_dialog_of_a_transition_reacts_with_ids_of_its_own(olga, make_refund):
    path = make_refund(by="olga")
    olga.post(f"{path}/transitions/start")
    form = Form(olga, f"{path}/transitions/hold")
    assert form.refresh(region="south") == ["step-site-field", "step-why"]
    assert 'id="step-site"' in form.html


def test_a_record_tells_its_warnings_to_whoever_looks(client_of, make_refund):
    path = make_refund(score=81)
    for name in ("vera", "olga"):
        assert "That is a high score" in texts_of(client_of(name).get(path).text)


def test_a_save_that_warns_says_so(olga, make_refund):
    path = make_refund(by="olga")
    answer = olga.post(path, {"score": "90", "_version": "1"}, headers=FRAGMENT)
    toast = json.loads(answer.headers["HX-Trigger"])["toast"]
    assert toast == {"text": "Saved, with a warning. That is a high score", "tone": "warning"}


def test_a_refused_form_is_drawn_as_it_reacts(form, olga):
    answer = olga.post(
        NEW, {"region": "south", "merchant": "", "channels": "web", "_kept.notes": "x"}
    )
    assert answer.status_code == 422
    data = forms_of(answer.text)[NEW]
    assert (data["site"], data["_kept.notes"]) == ("", "x")


def test_a_draft_comes_back_as_the_form_reacted(olga, make_refund):
    path = make_refund(by="olga")
    form = Form(olga, path)
    form.refresh(region="south")
    form.data["site"] = "https://example.com/draft"
    olga.post(f"{path}/draft", form.data)
    assert olga.form(path)["site"] == "https://example.com/draft"
    form.refresh(region="north")
    olga.post(f"{path}/draft", form.data)
    again = olga.form(path)
    assert ("site" in again, again["_kept.site"]) == (False, "https://example.com/draft")


def test_without_scripts_the_whole_page_comes_back_as_typed(olga, make_refund, services):
    path = make_refund(by="olga")
    typed = {"region": "south", "merchant": "Typed", "score": "many", "_version": "1"}
    answer = olga.post(f"{path}/refresh", typed)
    data = forms_of(answer.text)[path]
    assert (data["merchant"], data["score"], data["site"]) == ("Typed", "many", "")
    assert f'formaction="{path}/refresh"' in answer.text
    assert stored(services, path).version == 1
    assert forms_of(olga.post(f"{NEW}/refresh", typed).text)[NEW]["site"] == ""


def test_what_one_may_not_read_decides_nothing_on_ones_page(make_services):
    tool = reacting_tool()
    properties = tool["forms"][0]["schema"]["properties"]
    properties["site"]["x-ops"]["showWhen"] = {"field": "secret", "op": "present"}
    own = make_services()
    own.published.publish(tool, by="test")
    desk, browser = Desk(own), Browser(create_app(own), "olga")
    pages = []
    for secret in ({}, {"secret": "x"}):
        values = desk.typed(merchant="Same", **secret)
        made = desk.gate.create(desk.access("lena"), values, Origin("seed"))
        path = f"{FORM}/{encode_id(made.record_id)}"
        form = Form(browser, path)
        assert "site" in form.data
        pages.append((form.refresh(merchant="Other"), form.html))
    assert pages[0] == pages[1]


def test_a_refresh_takes_few_statements(olga, make_refund, services):
    path = make_refund(by="olga")
    form = Form(olga, path)
    with statements(services) as found:
        form.refresh(region="south")
    # The session, the tools in force, the record, and the files of the field that appears.
    assert len(found) == 4, found
    with statements(services) as found:
        form.refresh(region="north", score="81")
    assert len(found) == 3, found


def test_fields_carry_where_to_ask_only_if_something_depends_on_them(olga):
    html = olga.get(NEW).text
    asking = set(re.findall(r'data-field="(\w+)"[^>]*? data-asks', html))
    assert {"region", "channels", "score"} <= asking
    assert not {"merchant", "owner", "labels", "site"} & asking
