"""A version on trial with a share of one list: decided where a record is opened in it, and kept."""

from contextlib import closing
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import func, select

from builder.publishing.pilots.figures import measured
from runtime.gate import Origin
from runtime.pilot_records import offered_views
from runtime.piloting import CannotPilotError, Chosen
from runtime.services import open_services
from runtime.storage import pilots
from runtime.storage.ids import decode_id, encode_id
from runtime.storage.pilots import takes_record
from runtime.storage.spec_schema import PilotRecordRow
from tests.runtime.browsing import Browser
from tests.runtime.opening import Desk, pages_of, token_of
from tests.runtime.refunds import REFUND, TOOL, refunds_tool
from tests.runtime.test_piloting import NOTE, saved, shows

FORM = f"/t/{TOOL}/f/{REFUND}"


def listing(key, **condition):
    return {"key": key, "title": key.title(), "type": "table", "form": REFUND} | {
        "columns": ["merchant"],
        "filter": condition,
    }


VIEWS = [
    listing("south", field="region", op="eq", value="south"),
    listing("due", field="due_on", op="ge", value={"today": {}}),
    listing("mine", field="owner", op="eq", value={"user": "id"}),
]


def with_lists():
    tool = refunds_tool()
    tool["views"] = [*tool["views"], *deepcopy(VIEWS)]
    return tool


def renewed():
    tool = with_lists()
    form = tool["forms"][0]
    form["schema"]["properties"]["memo"] = NOTE
    for layout in form["layouts"].values():
        layout[0]["fields"] = [*layout[0]["fields"], "memo"]
    return tool


@pytest.fixture(params=["sqlite", "postgresql"])
def own(request, make_services):
    services = make_services(request.param)
    services.published.publish(with_lists(), by="ada")
    return services


@pytest.fixture
def app(own):
    return pages_of(own)


def add(own, **data):
    desk = Desk(own)
    values = desk.typed(merchant="Shop", **data)
    made = desk.gate.create(desk.access("lena"), values, Origin("seed"))
    return f"{FORM}/{encode_id(made.record_id)}"


def add_taken(own, version, share, taken, **data):
    """A record that is in the share of a version, or is not."""
    return next(
        path
        for path in iter(lambda: add(own, **data), None)
        if takes_record(version, share, number(path)) is taken
    )


def number(path):
    return decode_id(path.rsplit("/", 1)[1])


def start(own, view="south", share=100, people=()):
    return own.piloting.start(renewed(), "ada", Chosen(frozenset(people), share, view))


def opened(own):
    with own.db.read() as conn:
        return conn.execute(select(func.count()).select_from(PilotRecordRow)).scalar_one()


# -- which records --------------------------------------------------------------------------


def test_records_of_the_list_go_by_the_version_on_trial_and_no_others(own, app):
    inside, outside = add(own, region="south"), add(own, region="north")
    start(own)
    assert [shows(app, "otto", path) for path in (inside, outside)] == [True, False]
    assert not shows(app, "otto", f"{FORM}/new")


def test_a_record_that_was_opened_in_the_list_keeps_its_version_when_it_leaves(own, app):
    record = add(own, region="south")
    start(own)
    saved(app, "otto", record, region="north")
    assert shows(app, "otto", record)
    assert shows(app, "lena", record), "for everybody who may open it"


def test_a_record_that_left_before_anybody_opened_it_stays_with_all_others(own, app):
    record = add(own, region="south")
    start(own)
    desk = Desk(own)
    changed = desk.typed(region="north")
    desk.gate.update(desk.access("lena"), number(record), changed, Origin("api"), version=1)
    assert not shows(app, "otto", record)
    assert opened(own) == 0


def test_a_record_that_comes_into_the_list_goes_by_the_version_from_then_on(own, app):
    record = add(own, region="north")
    start(own)
    assert not shows(app, "otto", record)
    saved(app, "otto", record, region="south")
    assert shows(app, "otto", record)
    saved(app, "otto", record, region="north")
    assert shows(app, "otto", record)


def test_a_record_that_leaves_the_list_as_days_pass_keeps_its_version(own, app):
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    seen, unseen = add(own, due_on=tomorrow), add(own, due_on=tomorrow)
    start(own, "due")
    assert shows(app, "otto", seen)

    def later():
        return datetime.now(UTC) + timedelta(days=9)

    with closing(open_services(own.settings, with_hooks=False, clock=later)) as other:
        assert [shows(pages_of(other), "otto", path) for path in (seen, unseen)] == [True, False]


def test_another_process_knows_what_was_decided(own, app):
    record = add(own, region="south")
    start(own)
    saved(app, "otto", record, region="north")
    with closing(open_services(own.settings, with_hooks=False)) as other:
        assert shows(pages_of(other), "otto", record)


def test_it_is_a_share_of_the_list(own, app):
    version, share = 3, 30
    taken, left = (add_taken(own, version, share, each, region="south") for each in (True, False))
    assert start(own, share=share).version == version
    assert [shows(app, "otto", path) for path in (taken, left)] == [True, False]


def test_a_list_without_a_condition_means_the_records_of_its_form(own, app):
    record = add(own, region="north")
    start(own, "all")
    assert shows(app, "otto", record)


def test_the_api_goes_by_the_same_version(own, app):
    record = add(own, region="south")
    start(own)
    client, headers = app.test_client(), token_of(own, "otto")
    path = f"/api/v1/tools/{TOOL}/forms/{REFUND}/records/{record.rsplit('/', 1)[1]}"

    def patched(**data):
        etag = client.get(path, headers=headers).headers["ETag"]
        sent = headers | {"If-Match": etag}
        return client.patch(path, json={"data": data}, headers=sent).status_code

    assert patched(memo="In the list", region="north") == 200
    assert patched(memo="Outside") == 200
    outside = add(own, region="north").rsplit("/", 1)[1]
    path = path.rsplit("/", 1)[0] + f"/{outside}"
    assert patched(memo="Never there") == 422


# -- who else, and its end --------------------------------------------------------------------


def test_people_and_a_share_of_a_list_go_together(own, app):
    inside, outside = add(own, region="south"), add(own, region="north")
    start(own, people=["olga"])
    assert [shows(app, "olga", path) for path in (inside, outside)] == [True, True]
    assert [shows(app, "otto", path) for path in (inside, outside)] == [True, False]


def test_all_goes_back_when_it_is_taken_back_and_nothing_is_left_of_it(own, app):
    record = add(own, region="south")
    pilot = start(own)
    assert shows(app, "otto", record)
    assert opened(own) == 1
    own.piloting.withdraw(TOOL, pilot.version, "ada")
    assert opened(own) == 0
    assert not shows(app, "otto", record)
    again = start(own)
    assert again.version == pilot.version + 1
    assert shows(app, "otto", record)
    own.piloting.adopt(TOOL, again.version, "ada")
    assert opened(own) == 0
    assert shows(app, "otto", add(own, region="north"))


def test_another_list_keeps_what_was_decided_by_the_first(own, app):
    record, other = add(own, region="south"), add(own, region="north")
    pilot = start(own)
    saved(app, "otto", record, region="north")
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    own.piloting.change(TOOL, pilot.version, Chosen(share=100, view="due"))
    assert [shows(app, "otto", path) for path in (record, other)] == [True, False]
    assert shows(app, "otto", add(own, due_on=tomorrow))


# -- what is compared -------------------------------------------------------------------------


def test_the_share_is_compared_with_the_others_of_its_list(own, app):
    version, share = 3, 30
    taken, left = (add_taken(own, version, share, each, region="south") for each in (True, False))
    outside = add(own, region="north")
    pilot, scores = start(own, share=share), count(1)
    for path in (taken, left, left, outside):
        saved(app, "otto", path, score=str(next(scores)))
    for path in (taken, left, outside):
        form = Browser(app, "otto").form(path)
        form["score"] = "1000"
        assert Browser(app, "otto").post(path, form).status_code == 422
    with own.db.read() as conn:
        found = measured(conn, pilot)
    tried, others = found.tried, found.others
    assert (tried.records, tried.changes, tried.refused) == (1, 1, 1)
    assert (others.records, others.changes, others.refused) == (1, 2, 1)


def test_steps_count_from_when_a_record_was_opened_in_the_list(own, app):
    record = add(own, region="north")
    pilot = start(own)

    def step(name, **typed):
        sent = {"_version": Browser(app, "lena").form(record)["_version"], **typed}
        done = Browser(app, "lena").post(f"{record}/transitions/{name}", sent)
        assert done.status_code == 303, done.text

    step("start")
    saved(app, "lena", record, region="south")
    assert shows(app, "lena", record)
    step("hold", due_on="2027-01-01", _comment="Waits for papers")
    with own.db.read() as conn:
        found = measured(conn, pilot)
    assert (found.tried.moves, found.others.moves) == (1, 0)
    assert found.tried.wait is not None, "since the step before, though that was no part of it"


# -- which lists ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("view", "share", "said"),
    [
        ("mine", 10, "No share of Mine: which records stand in it depends on who looks"),
        ("known", 10, "it asks for Secret, which Operator may not know"),
        ("gone", 10, "The version in force has no list 'gone'"),
        ("south", 0, "Say how many of each 100 records of the list are meant"),
    ],
)
def test_a_list_of_which_no_share_can_be_had_says_why(own, view, share, said):
    with pytest.raises(CannotPilotError) as caught:
        start(own, view, share, people=["olga"])
    assert said in str(caught.value)
    pilot = start(own, "south", 10)
    with pytest.raises(CannotPilotError):
        own.piloting.change(TOOL, pilot.version, Chosen(share=share, view=view))
    with own.db.read() as conn:
        assert pilots.running(conn, TOOL) == pilot


def test_the_lists_of_the_version_in_force_are_offered(own):
    with own.db.read() as conn:
        tool = own.published.tool(conn, TOOL)
    offered = {each.view.key: not each.hindrance for each in offered_views(tool)}
    assert offered == {
        "all": True,
        "queue": True,
        "known": False,
        "memos": True,
        "south": True,
        "due": True,
        "mine": False,
    }
