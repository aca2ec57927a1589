"""Pilots: some work by the next version, all others by the one in force, on the same records."""

from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.registry import Registry
from form_specs.compatibility import hindrances
from runtime.gate import Origin
from runtime.hooks.answers import HookAnswer, HookFailed
from runtime.migrating.plans import Planner
from runtime.piloting import CannotPilotError, Chosen, NoPilotError
from runtime.published import MigrationRunningError, PilotRunningError, PublishedMeanwhileError
from runtime.storage import pilots, tools
from runtime.storage.ids import decode_id, encode_id
from runtime.storage.outbox import Delivery
from runtime.storage.pilots import takes_record
from tests.runtime.browsing import Browser
from tests.runtime.opening import Desk, pages_of, token_of
from tests.runtime.refunds import REFUND, TOOL, refunds_tool

NOTE = {"type": "string", "title": "Note to self", "maxLength": 80, "x-ops": {"type": "text"}}


def noted(**properties):
    """The refunds tool with a field more, and whatever else."""
    tool = deepcopy(refunds_tool())
    tool["title"] = "Refunds, renewed"
    form, more = tool["forms"][0], {"memo": NOTE, **properties}
    form["schema"]["properties"] |= more
    for layout in form["layouts"].values():
        layout[0]["fields"] = [*layout[0]["fields"], *more]
    return tool


@pytest.fixture(params=["sqlite", "postgresql"])
def own(request, make_services):
    return make_services(request.param)


@pytest.fixture
def app(own):
    return pages_of(own)


@pytest.fixture
def record(own):
    desk = Desk(own)
    made = desk.gate.create(desk.access("lena"), desk.typed(merchant="Shop"), Origin("seed"))
    return f"/t/{TOOL}/f/{REFUND}/{encode_id(made.record_id)}"


def start(own, document=None, people=("olga",), share=0, view="", **more):
    chosen = Chosen(frozenset(people), share, view)
    return own.piloting.start(document or noted(), "ada", chosen, **more)


def shows(app, name, path):
    return 'name="memo"' in Browser(app, name).get(path).text


def titles(app, name):
    return "Refunds, renewed" in Browser(app, name).get("/").text


# -- who has it -----------------------------------------------------------------------------


def test_the_named_people_work_by_the_new_version_and_nobody_else(own, app, record):
    pilot = start(own)
    assert pilot.version == 2
    assert [shows(app, name, record) for name in ("olga", "otto", "lena")] == [True, False, False]
    assert [titles(app, name) for name in ("olga", "otto")] == [True, False]
    assert shows(app, "olga", f"/t/{TOOL}/f/{REFUND}/new")


def test_a_share_of_the_records_is_worked_on_by_the_new_version(own, app, record):
    start(own, people=(), share=100)
    assert shows(app, "otto", record)
    assert not shows(app, "otto", f"/t/{TOOL}/f/{REFUND}/new")
    assert not titles(app, "otto"), "lists and home stay as they are for everybody"


def test_a_share_of_none_takes_no_record(own, app, record):
    start(own, share=0)
    assert not shows(app, "otto", record)


@given(st.integers(1, 9), st.integers(0, 99), st.integers(1, 2**60))
def test_a_greater_share_keeps_every_record_of_a_smaller_one(version, share, record):
    assert not takes_record(version, 0, record)
    assert takes_record(version, 100, record)
    if takes_record(version, share, record):
        assert takes_record(version, share + 1, record)


def test_a_share_is_about_as_large_as_it_says():
    taken = sum(takes_record(7, 20, number * 4096 + 17) for number in range(5000))
    assert 850 < taken < 1150


def test_what_a_field_offers_is_asked_for_by_the_version_of_its_record(own, app, record):
    color = {
        "enum": ["red"],
        "title": "Color",
        "x-ops": {"type": "choice", "choices": [{"key": "red", "title": "Red"}], "widget": "list"},
    }
    start(own, noted(color=color), (), 100)
    browser, shown = Browser(app, "otto"), record.rsplit("/", 1)[1]
    offered = f"/t/{TOOL}/f/{REFUND}/choices/color"
    assert browser.get(offered).status_code == 404
    assert browser.get(f"{offered}?beside={shown}").status_code == 200
    assert browser.get(f"/t/{TOOL}/f/{REFUND}/new?beside={shown}").text.count('name="color"') == 0


def test_the_api_goes_by_the_same_version_as_the_pages(own, app, record):
    start(own)
    path = f"/api/v1/tools/{TOOL}/forms/{REFUND}/records/{record.rsplit('/', 1)[1]}"
    client = app.test_client()

    def patched(name):
        headers = token_of(own, name)
        etag = client.get(path, headers=headers).headers["ETag"]
        changed = {"data": {"memo": "by the API"}}
        return client.patch(path, json=changed, headers=headers | {"If-Match": etag}).status_code

    assert (patched("olga"), patched("otto")) == (200, 422)


# -- side by side ---------------------------------------------------------------------------


def saved(app, name, path, **values):
    browser = Browser(app, name)
    form = browser.form(path)
    for key, value in values.items():
        form[key] = value
    answer = browser.post(path, form)
    assert answer.status_code == 303, answer.text


def test_what_only_some_know_survives_the_saves_of_all_others(own, app, record):
    start(own)
    saved(app, "olga", record, memo="Look again")
    saved(app, "otto", record, score="7")
    form = Browser(app, "olga").form(record)
    assert (form["memo"], form["score"]) == ("Look again", "7")


def test_each_event_names_the_version_it_was_done_by(own, app, record):
    pilot = start(own)
    saved(app, "olga", record, memo="Look again")
    saved(app, "otto", record, score="7")
    saved(app, "otto", record, score="8")
    with own.db.read() as conn:
        found = pilots.work(conn, pilot, tools.forms(conn, pilot.tool_id).values())
    assert {v: (w.changes, w.records, w.people) for v, w in found.items()} == {
        1: (2, 1, 1),
        2: (1, 1, 1),
    }


def answered(own, path, answer):
    """What a function that was told of a change asked for is done."""
    record_id = decode_id(path.rsplit("/", 1)[1])
    delivery = dict.fromkeys(Delivery.__dataclass_fields__, 1)
    delivery |= {"tool": TOOL, "form_id": Desk(own).tool.forms[REFUND].form_id, "hook": "bank"}
    delivery |= {"record_id": record_id, "payload": {}, "idempotency_key": "k"}
    with own.db.write() as conn:
        own.answers(conn, Delivery(**delivery), answer)


def test_what_a_function_asks_for_is_done_by_the_version_that_the_record_was_saved_by(
    own, app, record
):
    start(own)
    saved(app, "olga", record, memo="Look again")
    answered(own, record, HookAnswer(values={"memo": "Looked"}))
    assert Browser(app, "olga").form(record)["memo"] == "Looked"
    saved(app, "otto", record, score="7")
    with pytest.raises(HookFailed, match="There is no field 'memo'"):
        answered(own, record, HookAnswer(values={"memo": "Once more"}))


def test_refused_saves_are_counted_by_version_and_never_told_in_words(own, app, record):
    pilot = start(own)
    for name, times in (("olga", 2), ("otto", 1)):
        browser = Browser(app, name)
        for _ in range(times):
            form = browser.form(record)
            form["score"] = "1000"
            assert browser.post(record, form).status_code == 422
    with own.db.read() as conn:
        found = pilots.refusals(conn, pilot)
    told = {(r.version, r.form, r.field, r.check, r.times) for r in found}
    assert told == {
        *((2, REFUND, "", "save", 2), (2, REFUND, "score", "field", 2)),
        *((1, REFUND, "", "save", 1), (1, REFUND, "score", "field", 1)),
    }


def test_without_a_pilot_nothing_is_counted(own, app, record):
    browser = Browser(app, "otto")
    form = browser.form(record)
    form["score"] = "1000"
    assert browser.post(record, form).status_code == 422
    pilot = start(own)
    with own.db.read() as conn:
        assert pilots.refusals(conn, pilot) == []


# -- its end --------------------------------------------------------------------------------


def test_adopting_gives_it_to_all_and_taking_it_back_to_nobody(own, app, record):
    first = start(own)
    own.piloting.withdraw(TOOL, first.version, "ada")
    assert not shows(app, "olga", record)
    second = start(own)
    assert second.version == 3, "a number is given once"
    own.piloting.adopt(TOOL, second.version, "ada")
    assert shows(app, "otto", record)
    assert titles(app, "otto")
    with own.db.read() as conn:
        tool = tools.by_key(conn, TOOL)
        ended = pilots.listed(conn, tool.id)
    assert (tool.current_version, tool.pilot_version, tool.title) == (3, 0, "Refunds, renewed")
    assert [(p.version, p.outcome, p.ended_by) for p in ended.values()] == [
        (2, "withdrawn", "ada"),
        (3, "adopted", "ada"),
    ]


def test_what_was_saved_stays_when_it_is_taken_back_and_shows_when_it_comes_again(own, app, record):
    pilot = start(own)
    saved(app, "olga", record, memo="Look again")
    own.piloting.withdraw(TOOL, pilot.version, "ada")
    saved(app, "olga", record, score="9")
    own.published.publish(noted(), by="ada")
    assert Browser(app, "otto").form(record)["memo"] == "Look again"


def test_who_is_in_it_can_be_changed_while_it_runs(own, app, record):
    pilot = start(own)
    own.piloting.change(TOOL, pilot.version, Chosen(frozenset({"otto"})))
    assert [shows(app, name, record) for name in ("olga", "otto")] == [False, True]


def test_one_that_has_ended_cannot_be_ended_again(own):
    pilot = start(own)
    own.piloting.withdraw(TOOL, pilot.version, "ada")
    for end in (own.piloting.withdraw, own.piloting.adopt):
        with pytest.raises(NoPilotError):
            end(TOOL, pilot.version, "ada")
    with pytest.raises(NoPilotError):
        own.piloting.change(TOOL, pilot.version, Chosen())


def test_a_version_that_cannot_be_run_leaves_its_people_with_the_one_in_force(own, app, record):
    pilot = start(own)
    with own.db.write() as conn:
        conn.exec_driver_sql(
            f"UPDATE tool_version SET document = '{{}}' WHERE version = {pilot.version}"
        )
    assert not shows(app, "olga", record)
    assert Browser(app, "ada").get("/").text.count("Version 2 cannot be run") == 1


# -- one change at a time -------------------------------------------------------------------


def test_nothing_else_is_published_while_it_runs(own):
    start(own)
    with pytest.raises(PilotRunningError):
        own.published.publish(refunds_tool() | {"title": "Other"}, by="ada")
    with pytest.raises(PilotRunningError):
        start(own, refunds_tool() | {"title": "Other"})
    plan = _plan(own)
    with pytest.raises(PilotRunningError):
        own.migrations.start(plan, "ada")


def _plan(own):
    planner = Planner(own.published, own.registry)
    step = {"do": "fill", "form": REFUND, "field": "score", "value": 5}
    migration = {"ops": "1", "kind": "migration", "tool": TOOL, "from": 1, "to": 2, "steps": [step]}
    with own.db.read() as conn:
        return planner.plan(conn, refunds_tool() | {"title": "Other"}, migration)


def test_none_starts_while_records_follow_or_on_an_older_version(own):
    own.migrations.start(_plan(own), "ada")
    with pytest.raises(MigrationRunningError):
        start(own)
    with pytest.raises(PublishedMeanwhileError):
        start(own, based_on=9)


def test_a_migration_goes_from_the_version_in_force_past_one_that_was_taken_back(own, app, record):
    saved(app, "olga", record, score="4")
    pilot = start(own)
    saved(app, "olga", record, memo="Look again")
    own.piloting.withdraw(TOOL, pilot.version, "ada")
    plan = _plan(own)
    assert (plan.old.version, plan.new.version, plan.migration["to"]) == (1, 3, 3)
    assert [(stage.old.version, stage.new.version) for stage in plan.stages] == [(1, 3)]


def test_a_tool_that_was_never_published_has_none(own):
    with pytest.raises(NoPilotError):
        start(own, refunds_tool() | {"key": "another"})


# -- what can be tried by some --------------------------------------------------------------


def _hindered(change, **more):
    new = deepcopy(refunds_tool())
    change(new)
    catalog = Registry.discover().catalog()
    return [found.text for found in hindrances(refunds_tool(), new, catalog, **more)]


def _properties(tool):
    return tool["forms"][0]["schema"]["properties"]


def _require(tool):
    tool["forms"][0]["schema"]["required"].append("score")


def _compute(tool):
    computed = {"formula": "score * 2"}
    _properties(tool)["double"] = {
        "type": "integer",
        "title": "Double",
        "readOnly": True,
        "x-ops": {"type": "integer", "computed": computed},
    }


def _choose(tool):
    region = _properties(tool)["region"]
    region["enum"].append("east")
    region["x-ops"]["choices"].append({"key": "east", "title": "East"})


def _add_state(tool):
    states = tool["workflows"][0]["states"]
    states.append({"key": "odd", "title": "Odd", "color": "gray", "category": "open"})


def _widen(tool):
    _properties(tool)["merchant"]["maxLength"] = 400


def _grant(tool):
    role = next(role for role in tool["roles"] if role["key"] == "viewer")
    role["grants"][0]["can"] = [*role["grants"][0]["can"], "delete"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_require, "All records would have to follow"),
        (_choose, "choice added. Those without the new version could not save"),
        (_add_state, "state added. Those without the new version could not save"),
        (_widen, "Those without the new version could not save"),
        (_compute, "Double is computed and stored"),
    ],
)
def test_what_the_others_could_not_work_with_is_for_all_or_nobody(change, said):
    assert any(said in text for text in _hindered(change))


def test_rights_can_be_tried_by_people_and_not_on_some_records():
    assert _hindered(_grant) == []
    assert any("Rights belong to people" in text for text in _hindered(_grant, by_record=True))


@pytest.mark.parametrize(
    "change",
    [
        lambda tool: _properties(tool).update(memo=NOTE),
        lambda tool: tool["views"][0].update(title="Another title"),
        lambda tool: tool["workflows"][0]["transitions"][0].update(title="Another way"),
        lambda tool: tool["forms"][0].update(rules=[]),
    ],
    ids=["field", "view", "transition", "rules"],
)
def test_what_all_can_work_with_can_be_tried_by_some(change):
    assert _hindered(change, by_record=True) == []


def test_a_version_that_does_harm_is_refused_with_all_reasons(own):
    changed = deepcopy(refunds_tool())
    _require(changed)
    _choose(changed)
    with pytest.raises(CannotPilotError) as caught:
        start(own, changed)
    assert len(caught.value.hindrances) == 2
