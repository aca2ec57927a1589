"""Conditions, formulas and columns look into the record that a field links to: one link, one look-up."""

import pytest

from opswright.application import create_app
from runtime.compiling.effective import effective_schema
from runtime.gate import Origin, RefusedError
from runtime.storage.ids import decode_id
from tests.runtime.browsing import Browser, texts_of
from tests.runtime.hopping import hopping_tool, open_hopping
from tests.runtime.web.test_pages import cost, statements
from tests.runtime.web.test_refresh import Form

CASE = "/t/cases/f/case"
API = "/api/v1/tools/cases/forms/case/records"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def cases(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("hopping")
    found = open_hopping(request.param, folder, lambda: request.getfixturevalue("postgres_url"))
    yield found
    found.services.close()


@pytest.fixture(scope="module")
def app(cases):
    return create_app(cases.services)


@pytest.fixture
def lena(app):
    return Browser(app, "lena")


@pytest.fixture
def olga(app):
    return Browser(app, "olga")


def shop(cases, **data):
    return cases.make("merchant", **{"name": "Corner", "code": "C", **data})


def refusal(cases, *, by="lena", **data):
    """The messages of a refused new case."""
    with pytest.raises(RefusedError) as caught:
        cases.make("case", by=by, **{"title": "Case", **data})
    return [reason.message for reason in caught.value.reasons]


# -- what a save makes of it ------------------------------------------------------------------


def test_a_field_is_kept_only_while_the_linked_record_calls_for_it(cases):
    opened, closed = shop(cases), shop(cases, status="closed")
    record = cases.make("case", title="Case", backup=closed, why_closed="Moved away")
    assert cases.data("case", record)["why_closed"] == "Moved away"
    cases.change("case", record, backup=opened)
    assert "why_closed" not in cases.data("case", record)
    cases.change("case", record, why_closed="Dropped")
    assert "why_closed" not in cases.data("case", record)


def test_a_field_is_required_by_what_is_linked(cases):
    assert refusal(cases, backup=shop(cases, status="closed")) == [
        "Fill in Why closed: it is needed when Backup merchant's status is Closed"
    ]
    cases.make("case", title="Fine", backup=shop(cases))


def test_a_rule_asks_about_the_linked_record_as_it_is_then(cases):
    moon = shop(cases, region="moon")
    assert refusal(cases, backup=moon) == ["No shop is on the moon"]
    cases.change("merchant", moon, region="earth")
    record = cases.make("case", title="Case", backup=moon)
    cases.change("merchant", moon, region="moon")
    with pytest.raises(RefusedError, match="on the moon"):
        cases.change("case", record, title="Other")


def test_a_field_is_locked_by_what_is_linked(cases):
    closed = shop(cases, status="closed")
    record = cases.make("case", title="Case", backup=closed, why_closed="x")
    cases.change("case", record, remark="Dropped, as a page would")
    assert "remark" not in cases.data("case", record)


def test_a_guard_asks_about_the_linked_record(cases):
    backup = shop(cases)
    record = cases.make("case", title="Case", backup=backup)
    cases.change("merchant", backup, status="closed")
    access, number = cases.access("lena"), decode_id(record)
    with pytest.raises(RefusedError, match="The backup is closed"):
        cases.gate.transition(access, number, "close", Origin("api"))
    cases.change("merchant", backup, status="open")
    assert cases.gate.transition(access, number, "close", Origin("api")).record.state == "done"


def test_an_action_asks_about_the_linked_record(cases, lena):
    record = cases.make("case", title="Case", backup=shop(cases, rating="alpha"))
    other = cases.make("case", title="Case", backup=shop(cases, rating="beta"))
    access = cases.access("lena")
    cases.gate.act(access, decode_id(record), "rate", Origin("api"))
    assert cases.data("case", record)["title"] == "Marked"
    with pytest.raises(RefusedError, match="Backup merchant's rating is"):
        cases.gate.act(access, decode_id(other), "rate", Origin("api"))
    assert "/actions/rate" in lena.get(f"{CASE}/{record}").text
    assert "/actions/rate" not in lena.get(f"{CASE}/{other}").text


def test_a_link_that_is_deleted_or_empty_is_absent(cases):
    gone = shop(cases, rating="worst")
    with pytest.raises(RefusedError, match="among the worst"):
        cases.make("case", title="Case", backup=gone)
    cases.make("case", title="Without")
    cases.delete("merchant", gone)
    with pytest.raises(RefusedError, match="There is no such merchant"):
        cases.make("case", title="Case", backup=gone)


def test_a_save_reads_each_linked_record_once(cases):
    backup = shop(cases)
    with statements(cases.services) as found:
        cases.make("case", title="Case", backup=backup)
    asked = [s for s in found if f"rec_{cases.tool.forms['merchant'].form_id}" in s]
    # For the conditions, for what the link may hold, and again in the transaction.
    assert len(asked) == 3


def test_a_save_without_a_link_reads_no_other_record(cases):
    with statements(cases.services) as found:
        cases.make("case", title="Case")
    assert not [s for s in found if f"rec_{cases.tool.forms['merchant'].form_id}" in s]


def test_who_may_not_read_what_a_rule_asks_is_refused_without_a_word_of_it(cases):
    worst = shop(cases, rating="worst")
    assert refusal(cases, backup=worst) == ["The backup is among the worst"]
    told = refusal(cases, by="olga", backup=worst)
    assert told == ["Something that you may not see speaks against it"]


# -- computed values --------------------------------------------------------------------------


def data_of(app, cases, name, record):
    token = cases.services.accounts.add_token(name)[1]
    answer = app.test_client().get(f"{API}/{record}", headers={"Authorization": f"Bearer {token}"})
    return answer.json["data"]


def test_a_live_value_follows_the_linked_record(cases, app):
    backup = shop(cases, name="Corner shop")
    record = cases.make("case", title="Case", backup=backup)
    assert data_of(app, cases, "lena", record)["shout"] == "CORNER SHOP"
    events = len(cases.history("case", record))
    cases.change("merchant", backup, name="Market")
    assert data_of(app, cases, "lena", record)["shout"] == "MARKET"
    assert len(cases.history("case", record)) == events
    assert "shout" not in cases.data("case", record)


def test_what_follows_from_a_secret_of_the_linked_record_is_one_itself(cases, app):
    record = cases.make("case", title="Case", backup=shop(cases, rating="alpha"))
    assert data_of(app, cases, "lena", record)["praise"] == "Rated alpha"
    assert "praise" not in data_of(app, cases, "olga", record)


def test_what_follows_from_a_record_out_of_sight_is_not_there(cases, app):
    hidden = shop(cases, region="hq")
    record = cases.make("case", title="Case", backup=hidden)
    assert data_of(app, cases, "lena", record)["shout"] == "CORNER"
    assert "shout" not in data_of(app, cases, "olga", record)


def test_a_form_shows_at_once_what_follows_from_another_link(cases, lena):
    one, other = shop(cases, name="One"), shop(cases, name="Other")
    record = cases.make("case", title="Case", backup=one)
    form = Form(lena, f"{CASE}/{record}")
    assert "f-shout-field" in form.refresh(backup=other)
    assert "OTHER" in texts_of(form.html)


# -- pages ------------------------------------------------------------------------------------


def test_a_form_reacts_when_its_link_changes(cases, lena):
    opened, closed = shop(cases), shop(cases, name="Shut", status="closed")
    record = cases.make("case", title="Case", backup=opened)
    page = lena.get(f"{CASE}/{record}").text
    assert "Why closed is shown when Backup merchant's status is Closed" in texts_of(page)
    form = Form(lena, f"{CASE}/{record}")
    assert {"f-why_closed-field", "f-remark-field"} <= {*form.refresh(backup=closed)}
    assert 'name="why_closed"' in form.html
    assert form.said.startswith("Shown now: Why closed")
    assert "Backed by Closed Shut" in texts_of(form.html)
    assert "Remark cannot be changed while Backup merchant's status is Closed" in texts_of(
        form.html
    )


def test_a_refresh_looks_a_linked_record_up_once(cases, lena):
    record = cases.make("case", title="Case", backup=shop(cases))
    form = Form(lena, f"{CASE}/{record}")
    form.refresh(backup=shop(cases, name="Other"))
    with statements(cases.services) as found:
        form.refresh(backup=shop(cases, name="Third"))
    by_key = f"rec_{cases.tool.forms['merchant'].form_id}.id IN ("
    # For what conditions ask, and for what the link is called.
    assert len([s for s in found if by_key in s and "INSERT" not in s]) <= 2


def test_what_is_wrong_with_a_step_is_told_beside_its_button(cases, lena):
    backup = shop(cases)
    record = cases.make("case", title="Case", backup=backup)
    cases.change("merchant", backup, status="closed")
    assert "The backup is closed" in lena.get(f"{CASE}/{record}").text


def test_warnings_of_a_record_ask_about_the_linked_one(cases, lena, olga):
    record = cases.make("case", title="Case", backup=shop(cases, code=" "), by="lena")
    assert "The backup has no code" not in lena.get(f"{CASE}/{record}").text
    codeless = cases.make("merchant", name="Codeless")
    record = cases.make("case", title="Case", backup=codeless)
    assert "The backup has no code" in lena.get(f"{CASE}/{record}").text
    hidden = cases.make("merchant", name="Codeless", region="hq")
    record = cases.make("case", title="Case", backup=hidden)
    assert "The backup has no code" in lena.get(f"{CASE}/{record}").text
    assert "The backup has no code" not in olga.get(f"{CASE}/{record}").text


# -- lists ------------------------------------------------------------------------------------


def row_of(page, record):
    """The texts of one row's cells."""
    start = page.index(f"/f/case/{record}?")
    begin, end = page.rindex("<tr", 0, start), page.index("</tr>", start)
    return texts_of(page[begin:end])


def test_a_list_shows_fields_of_linked_records(cases, lena, olga):
    record = cases.make("case", title="Listed", backup=shop(cases, name="Grocer", rating="beta"))
    page = lena.get("/t/cases/v/backed").text
    for heading in (
        "Backup merchant's name",
        "Backup merchant's status",
        "Backup merchant's rating",
    ):
        assert heading in texts_of(page)
    for text in ("Grocer", "Open", "beta", "GROCER", "Lena"):
        assert text in row_of(page, record)
    seen = olga.get("/t/cases/v/backed").text
    assert "Grocer" in row_of(seen, record)
    assert "Backup merchant's rating" not in texts_of(seen)
    assert "beta" not in row_of(seen, record)


def test_a_linked_record_out_of_sight_leaves_its_cells_empty(cases, lena, olga):
    record = cases.make("case", title="Listed", backup=shop(cases, name="Secret shop", region="hq"))
    assert "Secret shop" in row_of(lena.get("/t/cases/v/backed").text, record)
    assert "secret shop" not in row_of(olga.get("/t/cases/v/backed").text, record).lower()


def test_a_linked_column_is_written_in_its_format(cases, lena):
    document = hopping_tool()
    backed = next(view for view in document["views"] if view["key"] == "backed")
    backed["looks"] = {"backup.status": {"format": "badge", "width": "narrow"}}
    cases.services.published.publish(document, by="system")
    cases.make("case", title="Case", backup=shop(cases))
    page = lena.get("/t/cases/v/backed").text
    assert '<td class="w-narrow"><span class="pill gray">Open</span></td>' in page


def test_a_list_with_linked_columns_costs_the_same_however_many_records_there_are(cases, lena):
    def more(number):
        for at in range(number):
            cases.make("case", title=f"Costs {at}", backup=shop(cases, name=f"Costs {at}"))

    more(3)
    few = cost(cases.services, lena, "/t/cases/v/backed")
    more(20)
    many = cost(cases.services, lena, "/t/cases/v/backed")
    assert sum(many.values()) == sum(few.values()) <= 9


def test_a_view_filters_by_linked_records(cases, lena):
    closed = shop(cases, name="Gone for good", status="closed")
    record = cases.make("case", title="Shut", backup=closed, why_closed="x")
    other = cases.make("case", title="Still open", backup=shop(cases))
    page = lena.get("/t/cases/v/closed").text
    assert record in page
    assert other not in page
    cases.change("merchant", closed, status="open")
    assert record not in lena.get("/t/cases/v/closed").text


def test_a_view_whose_filter_reaches_records_out_of_sight_does_not_exist(olga, lena):
    assert lena.get("/t/cases/v/closed").status_code == 200
    assert olga.get("/t/cases/v/closed").status_code == 404


def test_people_filter_by_linked_fields_that_they_may_read_in_all_records(cases, lena, olga):
    record = cases.make("case", title="Filtered", backup=shop(cases, name="Filter me"))
    address = "/t/cases/v/backed?filter=backup.name:starts_with:filter"
    page = lena.get(address).text
    assert record in page
    assert "Backup merchant's name starts with filter" in texts_of(page)
    menu = lena.get("/t/cases/v/backed?edit=backup.status").text
    assert 'value="closed"' in menu
    assert "Closed" in texts_of(lena.get("/t/cases/v/backed?filter=backup.status:in:closed").text)
    assert "there is no field 'backup.name'" in texts_of(olga.get(address).text)
    for path in (STATE_FILTER, "backup.@state:present"):
        assert lena.get(f"/t/cases/v/backed?filter={path}").status_code == 200


STATE_FILTER = "backup.@created_by:in:lena"


def test_nobody_sorts_by_a_linked_field(cases, lena, olga):
    page = lena.get("/t/cases/v/backed?sort=backup.name").text
    assert "'backup.name' cannot be sorted by" in texts_of(page)
    assert "sort=backup.name" not in lena.get("/t/cases/v/backed").text
    assert "there is no field 'backup.name'" in texts_of(
        olga.get("/t/cases/v/backed?sort=backup.name").text
    )


def test_the_api_filters_by_linked_fields(cases, app):
    record = cases.make("case", title="Asked", backup=shop(cases, name="By the API"))
    for name, status in (("lena", 200), ("olga", 422)):
        token = cases.services.accounts.add_token(name)[1]
        answer = app.test_client().get(
            f"{API}?filter=backup.name:eq:By the API", headers={"Authorization": f"Bearer {token}"}
        )
        assert answer.status_code == status
        if status == 200:
            assert [found["id"] for found in answer.json["records"]] == [record]
            assert answer.json["records"][0]["data"]["shout"] == "BY THE API"


# -- for other validators ---------------------------------------------------------------------


def test_the_exported_schema_says_what_only_the_server_can_judge(cases):
    comment = effective_schema(cases.tool.forms["case"])["$comment"]
    assert "it asks about a linked record, 'backup.status'" in comment
