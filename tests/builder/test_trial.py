"""A builder tries the draft as the real tool, on copies of real records."""

import json
import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from builder.trial.copying import copies_for
from builder.trial.samples import make_up
from form_specs.conditions.binding import microseconds
from opswright.application import create_app
from runtime.access import BUILDER, Person
from runtime.accounts import Amendment, Joining
from runtime.gate import Origin
from runtime.reading import Records
from runtime.storage import accounts, outbox, spec_trials, trial_places
from runtime.storage.ids import encode_id
from runtime.storage.trial_places import UNUSED, TrialPlaces
from tests.builder.drafting import keep_text, publish
from tests.runtime.browsing import FRAGMENT, Browser, forms_of, texts_of
from tests.runtime.opening import PASSWORD, Desk, furnished_url, open_refunds, serving
from tests.runtime.places import make_place
from tests.runtime.refunds import TOOL, refunds_tool

ROOT = f"/build/{TOOL}/"
TRY = f"{ROOT}try"
LIST = f"{TRY}/t/{TOOL}/v/all"
NEW = f"{TRY}/t/{TOOL}/f/refund/new"
ABOUT = f"{ROOT}preview/"
CLEO = Person("cleo", "Cleo", roles=frozenset({("shops", "clerk")}))
SHOP_FORMS = ("order", "shop")


@pytest.fixture
def lead(browser_of, refunds):
    """Rex builds the tool and is a lead in it."""
    refunds.accounts.change("rex", Amendment(granted=((TOOL, "lead"),)))
    return browser_of("rex")


def events(services):
    with services.db.read() as conn:
        return conn.execute(text("SELECT count(*) FROM event")).scalar_one()


def make(browser, merchant, **more):
    form = browser.form(NEW)
    for name, value in {"merchant": merchant, **more}.items():
        form[name] = value
    return browser.post(NEW, form)


def draft(browser, **changed):
    document = refunds_tool() | changed
    answer = keep_text(browser, TOOL, json.dumps(document))
    assert answer.status_code == 303, texts_of(answer.text)
    return document


def kept_bytes(services):
    """All that stands in the places of previews."""
    folder = services.settings.data / "trials"
    return b"".join(path.read_bytes() for path in folder.iterdir())


def place_of(services, account="rex"):
    with services.db.read() as conn:
        return spec_trials.find(conn, TOOL, account)


def test_the_draft_runs_on_copies_and_changes_nothing_real(lead, refunds):
    real = make_place(refunds, merchant="Corner shop")
    before = events(refunds)
    page = lead.get(ROOT).text
    entrance = re.search(r'class="btn bench-try"\s+href="([^"]+)"', page)[1]
    assert lead.get(entrance).location == LIST
    page = lead.get(LIST)
    assert "Preview: As in version 1, on one copied record." in texts_of(page.text)
    assert "Corner shop" in page.text
    assert "script-src 'self' 'nonce-" in page.headers["Content-Security-Policy"]
    assert page.headers["Cache-Control"] == "no-store"

    made = make(lead, "Only tried")
    assert made.location.startswith(f"{TRY}/t/{TOOL}/f/refund/")
    assert "Only tried" in lead.get(LIST).text
    record = f"{TRY}/t/{TOOL}/f/refund/{real.record}"
    form = lead.form(record)
    form["merchant"] = "Renamed"
    assert lead.post(record, form).status_code == 303
    moved = lead.post(
        f"{record}/transitions/start", lead.form(record, f"{record}/transitions/start")
    )
    assert moved.status_code == 303
    assert "Open" in texts_of(lead.get(record).text)
    # The file is the real one's, and only looked at.
    assert lead.get(f"{record}/files/{real.attachment}").data == b"12.50"

    assert events(refunds) == before
    assert "Corner shop" in lead.get(f"/t/{TOOL}/v/all").text
    assert "Only tried" not in lead.get(f"/t/{TOOL}/v/all").text
    assert lead.get(f"{TRY}/palette?q=Renamed").text.count("Renamed") >= 1


def test_the_next_edit_is_seen_at_the_next_page(lead, refunds):
    make_place(refunds, merchant="Corner shop")
    lead.get(LIST)
    make(lead, "Only tried")
    draft(lead, title="Money back")
    page = lead.get(LIST).text
    assert "Money back" in page
    assert "Only tried" in page
    assert "Money back" not in lead.get(f"/t/{TOOL}/v/all").text
    # What is wrong with it is said, and what ran last goes on.
    draft(lead, title="Money once more", views=[{"key": "all"}])
    page = lead.get(LIST).text
    assert "The draft has mistakes that are to be mended first." in texts_of(page)
    assert "Money back" in page
    said = lead.get(ABOUT).text
    assert "The draft has mistakes" in said
    assert f'href="{ROOT}views/' in said[said.index("bench-section") :]


def test_a_draft_that_never_could_run_leads_to_what_is_to_be_mended(lead):
    draft(lead, views=[{"key": "all"}])
    assert lead.get(LIST).location == ABOUT
    assert "The draft has mistakes" in lead.get(ABOUT).text


def widened():
    """The tool, with all that its leads may do given to viewers too."""
    roles = refunds_tool()["roles"]
    whole = next(role for role in roles if role["key"] == "lead")["grants"]
    return [role | {"grants": whole} if role["key"] == "viewer" else role for role in roles]


def test_a_draft_gives_nobody_what_they_may_not_read(browser_of, refunds):
    refunds.accounts.change("rex", Amendment(granted=((TOOL, "viewer"),)))
    make_place(refunds, merchant="Corner shop", secret="hush-hush", card="4111-2222")
    make_place(refunds, merchant="Headquarters", region="hq")
    browser = browser_of("rex")
    draft(browser, roles=widened())
    page = browser.get(LIST).text
    assert "Corner shop" in page
    assert "Headquarters" not in page
    kept = kept_bytes(refunds)
    assert b"Corner shop" in kept
    assert not [word for word in (b"hush", b"4111", b"Headquarters") if word in kept]
    # No password, address or right of anybody is taken along.
    with refunds.db.read() as conn:
        secrets = [found.password_hash for found in accounts.listed(conn)]
    assert not [word for word in secrets if word and word.encode() in kept]


def test_who_may_read_no_record_gets_made_up_ones(browser_of, refunds):
    make_place(refunds, merchant="Corner shop")
    browser = browser_of("rex")
    page = browser.get(LIST).text
    assert "Preview: As in version 1, on made-up records." in texts_of(page)
    assert "Merchant 1" in page
    assert b"Corner shop" not in kept_bytes(refunds)


def test_rights_that_are_lost_are_lost_at_once(browser_of, refunds):
    refunds.accounts.change("rex", Amendment(granted=((TOOL, "lead"),)))
    make_place(refunds, merchant="Headquarters", region="hq")
    browser = browser_of("rex")
    assert "Headquarters" in browser.get(LIST).text
    refunds.accounts.change("rex", Amendment(revoked=((TOOL, "lead"),)))
    assert "Headquarters" not in browser.get(LIST).text
    assert b"Headquarters" not in kept_bytes(refunds)
    refunds.accounts.change("rex", Amendment(revoked=((TOOL, BUILDER),)))
    asked = (LIST, NEW, ABOUT, f"{TRY}/", f"{TRY}/palette")
    assert {browser.get(path).status_code for path in asked} == {404}
    assert browser.post(NEW, {"merchant": "x"}).status_code == 404


def test_a_copy_is_ones_own(browser_of, lead, refunds):
    refunds.accounts.change("bo", Amendment(granted=((TOOL, "lead"),)))
    make_place(refunds, merchant="Corner shop")
    make(lead, "Only tried by Rex")
    assert "Only tried by Rex" not in browser_of("bo").get(LIST).text
    assert browser_of("olga").get(LIST).status_code == 404


def test_forms_ask_for_their_token(lead):
    lead.get(LIST)
    assert lead.post(NEW, {"merchant": "x"}, token=False).status_code == 400
    foreign = {"Origin": "https://elsewhere.example"}
    assert lead.post(NEW, {"merchant": "x"}, headers=foreign).status_code == 400
    assert lead.post(f"{ABOUT}reset", token=False).status_code == 400


def test_only_the_pages_of_the_tool_stand_there(lead, refunds):
    place = make_place(refunds, merchant="Corner shop")
    page = lead.get(LIST).text
    assert "export" not in page
    assert f"{TRY}/account" not in page
    for path in ("/account", "/sign-out", "/theme"):
        assert f'"{path}"' in page
    gone = ("/account", "/sign-in", "/api/v1/tools", "/healthz", "/admin/automations", "/build/")
    forms = f"/t/{TOOL}/f/refund"
    for path in (*gone, f"{forms}/import", f"{forms}/imports"):
        assert lead.get(f"{TRY}{path}").status_code == 404, path
    for path in ("/sign-out", "/theme", f"/t/{TOOL}/v/all/export", f"{forms}/import"):
        assert lead.post(f"{TRY}{path}").status_code == 404, path
    assert lead.get(f"{TRY}/t/other/").status_code == 404
    assert lead.get(f"{TRY}{forms}/{place.record}?view=all").status_code == 200


def test_it_is_tried_in_one_role_or_in_all(lead, refunds):
    place = make_place(refunds, merchant="Headquarters", region="hq")
    record = f"{TRY}/t/{TOOL}/f/refund/{place.record}"
    assert lead.get(record).status_code == 200
    form = forms_of(lead.get(LIST).text)[f"{ABOUT}role"]
    assert form["next"] == LIST
    form["role"] = "viewer"
    assert lead.post(f"{ABOUT}role", form).location == LIST
    assert lead.get(record).status_code == 404
    assert '<option value="viewer" selected>' in lead.get(LIST).text
    form["role"] = ""
    lead.post(f"{ABOUT}role", form)
    assert lead.get(record).status_code == 200


def test_it_begins_anew_with_one_click(lead, refunds):
    make_place(refunds, merchant="Corner shop")
    make(lead, "Only tried")
    place = place_of(refunds).place
    assert f"{ABOUT}reset" in forms_of(lead.get(LIST).text)
    assert lead.post(f"{ABOUT}reset").location == f"{TRY}/t/{TOOL}/"
    page = lead.get(LIST).text
    assert "Corner shop" in page
    assert "Only tried" not in page
    assert TrialPlaces(refunds.db).names() == {place_of(refunds).place} != {place}


def test_a_version_that_is_published_is_copied_anew(lead, refunds):
    make_place(refunds, merchant="Corner shop")
    make(lead, "Only tried")
    draft(lead, title="Money back")
    assert publish(lead, TOOL).status_code == 303
    page = lead.get(LIST).text
    assert "Corner shop" in page
    assert "Only tried" not in page


def with_days_of_origin():
    """The tool whose texts of origin become days: records have to follow."""
    document = refunds_tool()
    document["forms"][0]["schema"]["properties"]["origin"] = {
        "type": "string",
        "format": "date",
        "title": "Origin",
        "x-ops": {"type": "date"},
    }
    return document


def test_records_stand_there_as_they_will_after_publishing(lead, refunds):
    desk = Desk(refunds)
    for merchant, origin in (("Acme", "2026-11-24"), ("Bolt", "once")):
        values = desk.typed(merchant=merchant, origin=origin)
        refunds.gate.create(desk.program(), values, Origin("cli"))
    lead.get(LIST)
    make(lead, "Only tried")

    draft(lead, **with_days_of_origin())

    page = texts_of(lead.get(LIST).text)
    assert "The preview began anew, as what it depends on has changed" in page
    assert "One copied record cannot follow the draft and stands here as it is now" in page
    assert "Only tried" not in page
    records = re.findall(rf'href="({TRY}/t/{TOOL}/f/refund/[0-9a-z]+)\?', lead.get(LIST).text)
    shown = [texts_of(lead.get(record).text) for record in dict.fromkeys(records)]
    pages = [lead.get(record).text for record in dict.fromkeys(records)]
    assert any('type="date"' in page and 'value="2026-11-24"' in page for page in pages)
    bolt = next(text for text in shown if "Bolt" in text)
    assert "once" in bolt or "Unreadable" in bolt
    # What is made from there on is kept as long as records follow in the same way.
    make(lead, "Made later")
    draft(lead, **(with_days_of_origin() | {"title": "Money back"}))
    assert "Made later" in lead.get(LIST).text


def test_records_follow_by_the_steps_that_are_kept_with_the_draft(lead, refunds):
    desk = Desk(refunds)
    values = desk.typed(merchant="Acme", origin="24.11.2026")
    refunds.gate.create(desk.program(), values, Origin("cli"))
    draft(lead, **with_days_of_origin())
    unread = "One copied record cannot follow the draft"
    assert unread in texts_of(lead.get(LIST).text)

    steps = {"do": "convert", "form": "refund", "field": "origin", "onError": "reject"}
    written = {"ops": "1", "kind": "migration", "tool": TOOL, "from": 1, "to": 2}
    written["steps"] = [steps | {"formats": ["%d.%m.%Y"]}]
    lead.post(f"/build/{TOOL}/publish/steps", {"migration": json.dumps(written), "offered": ""})
    page = lead.get(LIST).text
    assert "The preview began anew" in texts_of(page)
    assert unread not in texts_of(page)


def test_a_copy_that_grew_too_large_takes_nothing_more(lead, refunds, monkeypatch):
    lead.get(LIST)
    monkeypatch.setattr("builder.trial.trials._MOST_BYTES", 1)
    assert make(lead, "Only tried").location == ABOUT
    assert "This preview is full" in lead.get(ABOUT).text


def test_what_nobody_uses_is_taken_away(lead, refunds):
    make_place(refunds, merchant="Corner shop")
    lead.get(LIST)
    places, now = TrialPlaces(refunds.db), microseconds(datetime.now(UTC))
    orphan = trial_places.place_name(1)
    places.make(orphan)
    (refunds.settings.data / "trials" / f"{orphan}.db").touch()
    trial_places.sweep(refunds.db, now)
    assert places.names() == {place_of(refunds).place}
    trial_places.sweep(refunds.db, now + UNUSED + 60_000_000)
    assert places.names() == set()
    assert place_of(refunds) is None
    assert "Corner shop" in lead.get(LIST).text


SHOPS = {
    "ops": "1",
    "kind": "tool",
    "key": "shops",
    "title": "Shops",
    "forms": [
        {
            "key": key,
            "title": key.title(),
            "plural": f"{key.title()}s",
            "titleField": "name",
            "schema": {
                "type": "object",
                "properties": {
                    "name": {
                        "type": "string",
                        "title": "Name",
                        "maxLength": 40,
                        **({"pattern": "^S-[0-9]+$"} if key == "shop" else {}),
                        "x-ops": {"type": "text", "placeholder": "S-100"},
                    },
                    **links,
                },
                "required": ["name", *links],
                "additionalProperties": False,
            },
        }
        for key, links in (
            (
                "order",
                {
                    "shop": {
                        "type": "string",
                        "title": "Shop",
                        "pattern": "^[0-9a-z]{13}$",
                        "x-ops": {"type": "link", "link": {"form": "shop"}},
                    }
                },
            ),
            ("shop", {}),
        )
    ],
    "roles": [
        {
            "key": "clerk",
            "title": "Clerk",
            "grants": [{"form": form, "can": ["read", "create"]} for form in ("order", "shop")],
        }
    ],
}


@pytest.fixture
def shops(tmp_path):
    clerk = Joining("cleo", PASSWORD, title="Cleo", roles=(("shops", "clerk"),))
    with serving(tmp_path, SHOPS, clerk) as services, services.db.read() as conn:
        yield services, services.published.tool(conn, "shops")


def test_made_up_records_link_to_made_up_ones(shops):
    services, tool = shops
    make_up(services.gate, tool, CLEO, tool.forms)
    with services.db.read() as conn:
        found = copies_for(conn, Records(services.db), tool, CLEO).records
    assert {key: len(records) for key, records in found.items()} == dict.fromkeys(SHOP_FORMS, 6)
    named = {encode_id(record.id) for record in found["shop"]}
    assert {record.document["shop"] for record in found["order"]} <= named


def test_what_copies_link_to_is_copied_with_them(shops, monkeypatch):
    services, tool = shops
    make_up(services.gate, tool, CLEO, tool.forms)
    monkeypatch.setattr("builder.trial.copying.MOST", 2)
    with services.db.read() as conn:
        copies = copies_for(conn, Records(services.db), tool, CLEO)
    orders, named = copies.records["order"], {encode_id(r.id) for r in copies.records["shop"]}
    # The newest of each form, and the shop of that order, which is the oldest.
    assert (len(orders), len(named)) == (1, 2)
    assert orders[0].document["shop"] in named


HOOKS = """
from pathlib import Path
RAN = Path(__file__).with_name("ran.txt")

@hook.before("create", tool="refunds", form="refund")
def weigh(change):
    RAN.write_text("before")

@hook.before("update", tool="refunds", form="refund")
def look(change):
    RAN.write_text("before")

@hook.after("create", tool="refunds", form="refund")
def tell(change):
    RAN.write_text("after")

@hook.action("refunds.refetch")
def refetch(change):
    RAN.write_text("action")
"""


def test_no_hook_runs_and_it_is_said_which_would_have(tmp_path, staffed_file):
    (tmp_path / "opswright.db").write_bytes(staffed_file)
    services = open_refunds("", tmp_path, hooks=HOOKS)
    services.accounts.change("rex", Amendment(granted=((TOOL, "lead"),)))
    app = create_app(services)
    app.testing = True
    browser = Browser(app, "rex")
    record = make(browser, "Only tried").location
    page = browser.get(record)
    said = texts_of(page.text)
    assert "2 hooks were not run: this is a preview" in said
    assert "might have refused it or changed it" in said
    # Where it matters: above the button that saves, and in the bar that comes up with it.
    assert page.text.index("data-save-bar") < page.text.index("look” would be asked first")
    new = texts_of(browser.get(NEW).text)
    assert "weigh” would be asked first and might refuse it" in new
    assert "in a preview no hook is asked" not in texts_of(browser.get(LIST).text)
    act = f"{record.partition('?')[0]}/actions/refetch"
    answer = browser.post(act, browser.form(record, act), headers=FRAGMENT)
    assert "One hook was not run: this is a preview" in answer.headers["HX-Trigger"]
    said = texts_of(browser.get(ABOUT).text)
    for words in ("weigh would have been asked first", "tell would have heard of it"):
        assert words in said
    assert "refunds.refetch would have run by a button" in said
    assert not (tmp_path / "hooks" / "ran.txt").exists()
    with services.db.read() as conn:
        assert outbox.latest(conn, 10) == []
    services.close()


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_every_process_finds_the_same_copy(dialect, tmp_path, request):
    url = furnished_url(dialect, tmp_path, lambda: request.getfixturevalue("postgres_url"))
    here, there = (open_refunds(url, tmp_path) for _ in range(2))
    roles = ((TOOL, BUILDER), (TOOL, "lead"))
    here.accounts.add(Joining("rex", PASSWORD, title="Rex Refunds", roles=roles))
    real = make_place(here, merchant="Corner shop")
    before = events(here)
    first, second = (Browser(create_app(services), "rex") for services in (here, there))
    assert "Corner shop" in first.get(LIST).text
    make(first, "Only tried")
    assert "Only tried" in second.get(LIST).text
    assert second.get(f"{TRY}/t/{TOOL}/f/refund/{real.record}").status_code == 200
    assert len(TrialPlaces(here.db).names()) == 1
    assert TrialPlaces(here.db).size(place_of(here).place) > 10_000
    second.post(f"{ABOUT}reset")
    assert "Only tried" not in first.get(LIST).text
    assert events(here) == before
    trial_places.sweep(here.db, microseconds(datetime.now(UTC)) + 2 * UNUSED)
    assert TrialPlaces(here.db).names() == set()
    for services in (here, there):
        services.close()
