"""A builder looks at the tool as a role or a person."""

import pytest
from sqlalchemy import text

from runtime.accounts import Amendment
from runtime.storage.verifying import verify
from tests.runtime.browsing import forms_of, texts_of
from tests.runtime.places import make_place
from tests.runtime.refunds import TOOL

ROLE = f"/build/{TOOL}/roles/viewer/"
LIST = f"/t/{TOOL}/v/all"


@pytest.fixture
def builder(browser_of, refunds):
    """Rex builds the tool and is a lead in it."""
    refunds.accounts.change("rex", Amendment(granted=((TOOL, "lead"),)))
    return browser_of("rex")


def look(browser, role="viewer", account=""):
    return browser.post(f"/build/{TOOL}/roles/{role}/look", {"account": account})


def test_the_tool_opens_as_the_role_sees_it(builder, refunds):
    make_place(refunds, merchant="Corner shop", secret="hush")
    make_place(refunds, merchant="Headquarters", region="hq")
    before = builder.get(LIST).text
    assert "Headquarters" in before
    assert "hush" in before
    assert f"/build/{TOOL}/roles/viewer/look" in forms_of(builder.get(ROLE).text)
    assert look(builder).location == f"/t/{TOOL}/"
    page = builder.get(LIST).text
    assert "You look as Viewer." in texts_of(page)
    assert "Corner shop" in page
    assert "Headquarters" not in page
    assert "hush" not in page


def test_it_ends_with_one_click_where_it_began(builder, refunds):
    make_place(refunds, merchant="Headquarters", region="hq")
    look(builder)
    assert "/look/end" in forms_of(builder.get(LIST).text)
    assert builder.post("/look/end").location == ROLE
    page = builder.get(LIST).text
    assert "You look as" not in page
    assert "Headquarters" in page


def test_nothing_can_be_changed(builder, refunds):
    place = make_place(refunds, merchant="Corner shop")
    record = f"/t/{TOOL}/f/refund/{place.record}"
    look(builder, "lead")
    for path, data in (
        (record, {"_version": "1", "notes": "Mine"}),
        (f"{record}/transitions/start", {}),
        (f"{record}/comments", {"body": "Mine"}),
        (f"{record}/delete", {}),
        (f"{record}/draft", {"notes": "Mine"}),
        (f"/t/{TOOL}/f/refund/new", {"merchant": "New"}),
        (f"{LIST}/export", {"format": "csv"}),
    ):
        answer = builder.post(path, data)
        assert answer.status_code == 403, path
        assert "End looking first" in answer.text
    assert "Mine" not in builder.get(record).text


def test_what_is_typed_meanwhile_is_not_kept(builder, refunds):
    place = make_place(refunds, merchant="Corner shop")
    pages = (f"/t/{TOOL}/f/refund/{place.record}", f"/t/{TOOL}/f/refund/new")
    assert all("data-draft-url" in builder.get(page).text for page in pages)
    look(builder, "lead")
    assert not any("data-draft-url" in builder.get(page).text for page in pages)


def test_one_looks_as_a_person_who_has_the_role(builder):
    assert "As Vera" in texts_of(builder.get(ROLE).text)
    assert look(builder, account="vera").status_code == 303
    assert "You look as Vera" in texts_of(builder.get(LIST).text)


@pytest.mark.parametrize(
    ("role", "account"), [("nothing", ""), ("viewer", "lena"), ("viewer", "nobody")]
)
def test_one_looks_only_as_roles_there_are_and_those_who_have_them(builder, role, account):
    assert look(builder, role, account).status_code == 404


def test_who_has_no_rights_to_the_records_cannot_look(browser_of):
    assert look(browser_of("bo")).status_code == 404
    assert "if you have rights to its records yourself" in browser_of("bo").get(ROLE).text


def test_who_does_not_build_cannot_look(browser_of):
    assert look(browser_of("lena")).status_code == 404


def test_it_ends_when_one_no_longer_builds(builder, refunds):
    look(builder)
    refunds.accounts.change("rex", Amendment(revoked=((TOOL, "@builder"),)))
    assert "You look as" not in builder.get(LIST).text


def test_the_builder_stays_ones_own(builder):
    look(builder)
    assert "You look as" not in builder.get(ROLE).text


def test_the_log_says_who_looked_as_whom(builder, refunds):
    look(builder, account="vera")
    with refunds.db.read() as conn:
        found = conn.execute(text("SELECT actor, data FROM event WHERE op = 'view_as'")).all()
    assert verify(refunds.db, refunds.audit_key).findings == []
    assert found
    assert {actor for actor, _data in found} == {"rex"}
    assert all("vera" in str(data) for _actor, data in found)
