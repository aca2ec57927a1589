"""Tabs, folds, notes, steps and layouts of a name, as pages draw them and take them back."""

import re
from io import BytesIO

import pytest
from werkzeug.datastructures import MultiDict

from runtime.accounts import Joining
from runtime.app import create_app
from runtime.config import load_settings
from runtime.services import open_services
from runtime.storage.ids import decode_id
from runtime.storage.records import RecordReader
from tests.runtime.browsing import FRAGMENT, Browser, forms_of, texts_of
from tests.runtime.hiring import FORM, TOOL, hiring_tool
from tests.runtime.invoices import computed
from tests.runtime.opening import pages_of, serving, token_of

NEW = f"{FORM}/new"
RECORDS = f"/api/v1/tools/{TOOL}/forms/applicant/records"


@pytest.fixture(scope="module")
def services(tmp_path_factory):
    people = [
        Joining("rita", "correct horse", roles=((TOOL, "recruiter"),)),
        Joining("ada", "correct horse", is_admin=True),
    ]
    folder = tmp_path_factory.mktemp("hiring")
    with serving(folder, hiring_tool(), *people) as found:
        yield found


@pytest.fixture(scope="module")
def app(services):
    return pages_of(services)


@pytest.fixture(scope="module")
def rita(app):
    return Browser(app, "rita")


@pytest.fixture(scope="module")
def headers(services):
    return token_of(services, "ada")


@pytest.fixture
def make(app, headers):
    """`make(**data)`: the path of a new applicant."""

    def make(**data):
        content = {"data": {"name": "Ada", "position": "engineer", **data}}
        answer = app.test_client().post(RECORDS, json=content, headers=headers)
        assert answer.status_code == 201, answer.json
        return f"{FORM}/{answer.json['id']}"

    return make


@pytest.fixture
def data_of(app, headers):
    def data_of(path):
        answer = app.test_client().get(f"{RECORDS}/{path.split('/')[5]}", headers=headers)
        return answer.json["data"]

    return data_of


def tabs_in(html):
    """The titles of the tabs that are shown."""
    items = re.findall(r"<li>\s*<a class=\"form-tab.*?</li>", html, re.DOTALL)
    shown = [item for item in items if "data-off" not in item]
    return [re.sub("<[^>]+>", "", re.search(r"data-tab>(.*?)</a>", i, re.DOTALL)[1]) for i in shown]


# -- tabs, folds, notes ---------------------------------------------------------------------


def test_tabs_are_links_to_parts_that_are_all_in_the_page(rita, make):
    html = rita.get(make()).text
    assert tabs_in(html) == ["Work", "Money", "Papers"]
    for tab in re.findall(r'href="#(tab-\d+)"', html):
        assert f'id="{tab}"' in html
    for key in ("position", "salary", "papers", "remark"):
        assert f'id="f-{key}' in html


def test_what_is_shown_on_a_condition_comes_and_goes_with_it(rita, make):
    html = rita.get(make(urgent=True, email="a@example.com")).text
    assert tabs_in(html) == ["Work", "Money", "Papers", "Hurry"]
    assert "Urgent: call today." in texts_of(html)
    assert "Urgent: call today." not in texts_of(rita.get(make()).text)


def test_a_tab_with_an_error_is_in_front_and_marked(rita, make):
    path = make()
    sent = rita.form(path)
    sent["score"] = "1000"
    html = rita.post(path, sent).text
    assert re.search(r"form-tab front wrong[^>]*>Money", html, re.DOTALL)
    assert "(1 to put right)" in html
    assert not re.search(r"form-tab front[^>]*>Work", html, re.DOTALL)


def test_a_fold_is_open_only_where_something_in_it_is_wrong(rita, make):
    path = make()
    assert re.search(r"<details class=\"section folds\" id=\"section-\d+\">", rita.get(path).text)
    sent = rita.form(path)
    sent["remark"] = "x" * 201
    assert re.search(
        r"<details class=\"section folds\" id=\"section-\d+\" open>", rita.post(path, sent).text
    )


def test_notes_hold_values_as_nothing_but_text(rita, make):
    html = rita.get(make(name="*Bob* <script>x</script> [y](https://z.example)")).text
    note = re.search(r'<div class="note success"[^>]*>(.*?)<input', html, re.DOTALL)[1]
    assert "<em>" not in note
    assert "<script>" not in note
    assert "<a " not in note
    assert "<strong>*Bob* &lt;script&gt;" in note
    assert "applies as Engineer." in note


def test_notes_tell_nothing_that_the_person_may_not_read(services, app, make):
    document = hiring_tool()
    document["forms"][0]["layouts"]["default"][0]["fields"][0]["note"] = "It is {{ secret }}!"
    services.published.publish(document, by="system")
    path = make(secret="hidden gem")
    assert "hidden gem" in Browser(app, "ada").get(path).text
    assert "It is !" in texts_of(Browser(app, "rita").get(path).text)
    services.published.publish(hiring_tool(), by="system")


# -- while it is filled in --------------------------------------------------------------------


def refreshed(browser, path, **changes):
    """What the page is told when something in its form has changed."""
    sent = browser.form(path)
    for name, value in changes.items():
        sent.setlist(name, value if isinstance(value, list) else [value])
    return browser.post(f"{path}/refresh", sent, headers=FRAGMENT)


def test_parts_come_and_go_while_the_form_is_filled_in(rita, make):
    path = make(email="a@example.com")
    answer = refreshed(rita, path, urgent=["", "true"])
    assert answer.status_code == 200
    (tab,) = re.findall(r'id="(tab-\d+)-state" hx-swap-oob="true"\s+hidden', answer.text)
    assert f'id="{tab}-panel-state"' in answer.text
    assert "Urgent: call today." in texts_of(answer.text)
    page = rita.get(path).text
    assert re.search(rf'id="{tab}-state"\s+data-off', page)
    assert 'id="f-why_urgent"' in page  # there already, so that nothing typed is ever lost


def test_notes_say_what_stands_in_the_form(rita, make):
    answer = refreshed(rita, make(), name="Zoe", position="designer")
    assert "Zoe applies as Designer." in texts_of(answer.text)


def test_nothing_is_drawn_anew_where_nothing_changed(rita, make):
    assert refreshed(rita, make()).status_code == 204
    assert refreshed(rita, make(), remark="new").status_code == 204


def test_a_step_is_asked_as_a_step(rita):
    sent = rita.form(NEW)
    assert rita.post(f"{NEW}/refresh", sent, headers=FRAGMENT).status_code == 204
    sent["urgent"] = "true"
    answer = rita.post(f"{NEW}/refresh", sent)
    assert answer.status_code == 200
    assert heading(answer.text) == "Person"
    assert "Step 1 of 5" in answer.text


def test_a_step_whose_first_section_is_called_as_it_is_says_so_once(make_services):
    tool = hiring_tool()
    work = tool["forms"][0]["layouts"]["create"][2]
    work["parts"][0]["section"] = work["step"] = "Position"
    made = make_services("sqlite")
    made.published.publish(tool, by="system")
    ada_app = create_app(made)
    ada_app.testing = True
    ada = Browser(ada_app, "ada")
    sent = MultiDict(forms_of(ada.get(NEW).text)[NEW])
    sent["name"], sent["email"] = "Dora", "dora@example.com"
    answer, _ = go(ada, sent, "next")
    assert heading(answer.text) == "Position"
    assert len(re.findall(r"<h2[^>]*>Position</h2>", answer.text)) == 1
    assert len(re.findall(r"<h2[^>]*>Money</h2>", answer.text)) == 1


# -- layouts by their names -----------------------------------------------------------------


def test_a_layout_is_opened_by_its_name_and_saves_what_it_draws(rita, make, data_of):
    path = make(remark="kept", score=7)
    address = f"{path}?layout=intake"
    sent = rita.form(address, address)
    assert "name" in sent
    assert "remark" not in sent
    sent["name"] = "Bea"
    answer = rita.post(address, sent)
    assert answer.status_code == 303
    assert answer.location.endswith("?layout=intake")
    assert data_of(path) == {"name": "Bea", "position": "engineer", "remark": "kept", "score": 7}
    assert rita.get(f"{path}?layout=nowhere").status_code == 404


def test_a_record_is_made_by_a_layout_of_a_name(rita, data_of):
    address = f"{NEW}?layout=intake"
    sent = rita.form(address, address)
    sent["name"], sent["position"] = "C", "designer"
    refused = rita.post(address, sent)
    assert refused.status_code == 422
    again = forms_of(refused.text)[address]
    assert again["position"] == "designer"
    again["name"] = "Cleo"
    made = rita.post(address, again)
    assert made.status_code == 303
    assert data_of(made.location)["name"] == "Cleo"


def test_a_transition_is_asked_by_its_layout(rita, make, data_of):
    path = make(salary={"amount": "100.00", "currency": "EUR"})
    step = f"{path}/transitions/hire"
    page = texts_of(rita.get(step).text)
    assert "To decide" in page
    assert "Wants €100.00." in page
    sent = rita.form(step)
    assert {"score", "remark"} <= set(sent)
    refused = rita.post(step, sent)
    assert refused.status_code == 422
    assert "Score is missing" in texts_of(refused.text)
    sent["score"], sent["remark"] = "80", "good"
    assert rita.post(step, sent).status_code == 303
    assert data_of(path)["score"] == 80


# -- step by step ---------------------------------------------------------------------------


def go(browser, sent, where, **more):
    """Presses a button of a step; gives the answer and its form."""
    sent["_go"] = where
    answer = browser.post(NEW, sent, **more)
    return answer, MultiDict(forms_of(answer.text).get(NEW, {}))


def heading(html):
    return re.search(r"<h2 tabindex=\"-1\" data-focus>(.*?)</h2>", html)[1]


def test_a_form_of_steps_goes_from_the_first_to_the_last(rita, data_of):
    first = rita.get(NEW).text
    assert "Step 1 of 4" in first
    assert heading(first) == "Person"
    sent = MultiDict(forms_of(first)[NEW])
    assert "position" not in sent
    sent["name"], sent["email"] = "Dora", "dora@example.com"
    answer, sent = go(rita, sent, "next")
    assert answer.status_code == 200
    assert heading(answer.text) == "Work"
    assert sent["name"] == "Dora"
    sent["position"] = "engineer"
    sent.setlist("skills", ["", "python", "sql"])
    sent["salary/amount"], sent["salary/currency"] = "50000", "EUR"
    _, sent = go(rita, sent, "next")
    sent["remark"] = "From a fair"
    answer, sent = go(rita, sent, "next")
    assert heading(answer.text) == "Check"
    shown = texts_of(answer.text)
    for text in (
        "Dora",
        "dora@example.com",
        "Engineer",
        "Python",
        "€50,000.00",
        "From a fair",
    ):
        assert text in shown
    answer, _ = go(rita, sent, "create")
    assert answer.status_code == 303
    assert data_of(answer.location) == {
        "name": "Dora",
        "email": "dora@example.com",
        "position": "engineer",
        "skills": ["python", "sql"],
        "salary": {"amount": "50000.00", "currency": "EUR"},
        "remark": "From a fair",
    }


def test_a_step_is_judged_alone_before_the_next_comes(rita):
    sent = rita.form(NEW)
    sent["email"] = "no address"
    answer, sent = go(rita, sent, "next")
    assert answer.status_code == 422
    assert heading(answer.text) == "Person"
    assert "Write an e-mail address" in texts_of(answer.text)
    assert "Position" not in texts_of(answer.text).partition("Write an e-mail")[2]
    sent["email"] = ""
    answer, sent = go(rita, sent, "next")
    assert answer.status_code == 422
    assert "Name" in texts_of(answer.text)
    sent["name"], sent["urgent"] = "Eve", "true"
    answer, sent = go(rita, sent, "next")
    assert "An urgent one needs an e-mail address" in texts_of(answer.text)


def test_nothing_typed_is_lost_on_the_way_back_even_what_is_wrong(rita):
    sent = rita.form(NEW)
    sent["name"] = "Finn"
    _, sent = go(rita, sent, "next")
    sent["score"] = "many"
    answer, sent = go(rita, sent, "back")
    assert answer.status_code == 200
    assert heading(answer.text) == "Person"
    assert sent["name"] == "Finn"
    answer, sent = go(rita, sent, "next")
    assert sent["score"] == "many"
    assert 'value="many"' in answer.text


def test_a_step_that_is_not_shown_is_passed_over(rita):
    sent = rita.form(NEW)
    sent["name"], sent["email"], sent["urgent"] = "Gil", "gil@example.com", "true"
    answer, sent = go(rita, sent, "next")
    assert heading(answer.text) == "Hurry"
    assert "Step 2 of 5" in answer.text
    _, sent = go(rita, sent, "back")
    sent.setlist("urgent", [""])
    answer, _ = go(rita, sent, "next")
    assert heading(answer.text) == "Work"
    assert "Step 2 of 4" in answer.text


def test_the_end_leads_back_to_any_step(rita):
    sent = rita.form(NEW)
    sent["name"] = "Hal"
    _, sent = go(rita, sent, "next")
    sent["position"] = "designer"
    _, sent = go(rita, sent, "next")
    answer, sent = go(rita, sent, "next")
    numbers = re.findall(r'name="_go"\s+value="(\d+)"', answer.text)
    assert numbers == ["0", "2", "3"]
    answer, sent = go(rita, sent, numbers[1])
    assert heading(answer.text) == "Work"
    assert sent["name"] == "Hal"
    assert sent["position"] == "designer"


def test_what_the_gate_refuses_at_the_end_leads_to_the_step_where_it_is(rita):
    sent = rita.form(NEW)
    sent["name"] = "Ida"
    sent["_step"] = "4"
    sent["score"] = "1000"
    answer, again = go(rita, sent, "create")
    assert answer.status_code == 422
    assert heading(answer.text) == "Work"
    assert again["name"] == "Ida"


def test_files_are_chosen_at_the_end(rita, data_of):
    sent = rita.form(NEW)
    sent["name"] = "Jo"
    _, sent = go(rita, sent, "next")
    sent["position"] = "designer"
    answer, sent = go(rita, sent, "next")
    assert "papers/-" not in answer.text
    answer, sent = go(rita, sent, "next")
    assert 'name="papers/-"' in answer.text
    sent["papers/-"] = (BytesIO(b"hello"), "letter.txt")
    answer, _ = go(rita, sent, "create", content_type="multipart/form-data")
    assert answer.status_code == 303
    assert [file["name"] for file in data_of(answer.location)["papers"]] == ["letter.txt"]


def test_odd_steps_do_no_harm(rita):
    for step, where in (("-1", "next"), ("9999999", "back"), ("x", "99999999999"), ("2", "²")):
        sent = rita.form(NEW)
        sent["_step"] = step
        answer, _ = go(rita, sent, where)
        assert answer.status_code in (200, 422)


def test_a_draft_comes_back_at_its_step(app, services):
    services.accounts.add(Joining("kim", "correct horse", roles=((TOOL, "recruiter"),)))
    kim = Browser(app, "kim")
    sent = kim.form(NEW)
    sent["name"] = "Lou"
    _, sent = go(kim, sent, "next")
    sent["score"] = "12"
    assert kim.post(f"{NEW}/draft", sent).status_code in (200, 204)
    html = kim.get(NEW).text
    assert heading(html) == "Work"
    assert forms_of(html)[NEW]["name"] == "Lou"
    assert forms_of(html)[NEW]["score"] == "12"


def test_htmx_is_given_the_form_alone(rita):
    sent = rita.form(NEW)
    sent["name"] = "Mia"
    answer, _ = go(rita, sent, "next", headers=FRAGMENT)
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<div id="form-part"')


def test_a_role_sees_no_step_of_what_it_may_not_see(rita):
    assert "secret" not in rita.get(NEW).text


def test_rows_are_carried_from_step_to_step(tmp_path):
    document = hiring_tool()
    form = document["forms"][0]
    row = {
        "at": {"type": "string", "title": "At", "maxLength": 50, "x-ops": {"type": "text"}},
        "years": {"type": "integer", "title": "Years", "x-ops": {"type": "integer"}},
    }
    form["schema"]["properties"] |= {
        "jobs": {
            "type": "array",
            "title": "Jobs",
            "maxItems": 9,
            "items": {"type": "object", "additionalProperties": False, "properties": row},
            "x-ops": {"type": "repeat"},
        },
        "years": computed("Years in all", {"type": "integer"}, "integer", "sum(jobs.years)"),
    }
    form["layouts"]["create"][0]["fields"].append("jobs")
    form["layouts"]["create"][2]["parts"][0]["fields"].append("years")
    services = open_services(load_settings({}, {"data": tmp_path}), with_hooks=False)
    services.published.publish(document, by="system")
    services.accounts.add(Joining("ada", "correct horse", is_admin=True))
    ada = Browser(create_app(services), "ada")
    sent = ada.form(NEW)
    sent["name"] = "Rowena"
    sent.setlist("jobs", ["", "0", "1"])
    sent |= {"jobs/0/at": "Acme", "jobs/0/years": "3", "jobs/1/at": "Beta", "jobs/1/years": "4"}
    answer, sent = go(ada, sent, "next")
    assert "Years in all 7 " in re.sub(r"\s+", " ", texts_of(answer.text))
    sent["position"] = "engineer"
    for where in ("next", "next", "create"):
        answer, sent = go(ada, sent, where)
    assert answer.status_code == 303
    assert rows_of(services, answer.location) == ["Acme", "Beta"]
    services.close()


def rows_of(services, path):
    """The texts of a record's rows as they are stored."""
    with services.db.read() as conn:
        tool = services.published.tool(conn, TOOL)
        form = tool.forms["applicant"]
        record = RecordReader(services.db).get(conn, form.form_id, decode_id(path.split("/")[5]))
    assert record.document["years"] == 7
    return [row["at"] for row in record.document["jobs"]]


def choices_of(page):
    """(title, address) of the layouts that a page offers; the one it is drawn by has a mark."""
    nav = re.search(r'<nav class="segments layouts".*?</nav>', page.text, re.DOTALL)
    found = re.findall(r'href="([^"]*)"( aria-current="true")?>([^<]*)<', nav[0] if nav else "")
    return [(title, url, bool(current)) for url, current, title in found]


def test_a_record_offers_the_layouts_that_show_something_of_it(rita, make):
    path = make()
    offered = [("Usual form", path, True), ("Intake", f"{path}?layout=intake", False)]
    assert choices_of(rita.get(path)) == offered
    current = [current for *_, current in choices_of(rita.get(f"{path}?layout=intake"))]
    assert current == [False, True]


def test_a_new_record_offers_the_layouts_that_ask_for_all_it_needs(rita):
    offered = choices_of(rita.get(NEW))
    assert offered == [("Usual form", NEW, True), ("Intake", f"{NEW}?layout=intake", False)]
    assert choices_of(rita.get(f"{NEW}?layout=intake"))[0][:2] == ("Usual form", NEW)
