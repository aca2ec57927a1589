"""Who gets which answer from which route: every route there is, for everybody there is.

A new route without a row here fails.
"""

import pytest

from runtime.gate import Origin
from runtime.storage import accounts, spec_drafts
from runtime.storage.ids import decode_id
from tests.runtime.browsing import Browser
from tests.runtime.opening import Desk
from tests.runtime.places import Place, address, ask, endpoints, make_place

WHO = (None, "nils", "vera", "olga", "lena", "ada")
"""Nobody; somebody without a role; who may look; who may edit; who may all; the administrator."""

ROUTES = {
    # The doors, which are open.
    "GET web.sign_in": "200 200 200 200 200 200",
    "POST web.sign_in": "400 422 422 422 422 422",
    "GET health.healthz": "200 200 200 200 200 200",
    "GET assets.send_asset": "404 404 404 404 404 404",
    "GET api.describe": "200 200 200 200 200 200",
    # One's own.
    "GET web.home": "303 200 200 200 200 200",
    "GET web.account": "303 200 200 200 200 200",
    "GET web.palette": "303 200 200 200 200 200",
    "POST web.sign_out": "401 303 303 303 303 303",
    "POST web.theme": "401 303 303 303 303 303",
    "POST web.language": "401 303 303 303 303 303",
    "POST web.end_look": "401 303 303 303 303 303",
    "GET api.tools": "401 200 200 200 200 200",
    # Looking at a tool and its records.
    "GET web.tool": "303 404 302 302 302 302",
    "GET web.view": "303 404 200 200 200 200",
    "GET web.counts": "303 404 200 200 200 200",
    "GET web.record": "303 404 200 200 200 200",
    "GET web.file": "303 404 200 200 200 200",
    "GET web.ask_transition": "303 404 200 200 200 200",
    "GET web.choices": "303 404 200 200 200 200",
    "GET api.list_choices": "401 404 200 200 200 200",
    # The tool has neither links nor lists nor keywords: `tests/runtime/web` has them.
    "GET web.card": "303 404 404 404 404 404",
    "GET web.make": "303 404 404 404 404 404",
    "POST web.save_made": "401 404 404 404 404 404",
    "POST web.keep_and_make": "401 404 404 404 404 404",
    "POST web.keep_new_and_make": "401 404 404 404 404 404",
    "GET web.edit_list": "303 404 404 404 404 404",
    "POST web.save_list": "401 404 404 404 404 404",
    "GET web.words": "303 404 404 404 404 404",
    # Its fields are typed as they are shown: `tests/contracts/test_in_a_tool.py` has one that is not.
    "POST web.preview": "401 404 404 404 404 404",
    "GET api.tool": "401 404 200 200 200 200",
    "GET api.list_records": "401 404 200 200 200 200",
    "GET api.record": "401 404 200 200 200 200",
    "GET api.list_events": "401 404 200 200 200 200",
    "GET api.list_comments": "401 404 200 200 200 200",
    # Changing records.
    "GET web.new": "303 404 403 200 200 200",
    "POST web.create": "401 404 403 303 303 303",
    "POST web.save": "401 404 403 303 303 303",
    "POST web.transition": "401 404 403 303 303 303",
    "POST web.act": "401 404 403 303 303 303",
    "POST web.comment": "401 404 403 303 303 303",
    "POST web.upload": "401 404 403 303 303 303",
    "POST web.remove_file": "401 404 403 303 303 303",
    "GET web.ask_delete": "303 404 403 403 200 200",
    "POST web.delete": "401 404 403 403 303 303",
    "POST web.restore": "401 404 403 403 303 303",
    "POST api.create_record": "401 404 403 201 201 201",
    "PATCH api.patch_record": "401 404 403 200 200 200",
    "DELETE api.delete_record": "401 404 403 403 204 204",
    "POST api.take_transition": "401 404 403 200 200 200",
    "POST api.run_action": "401 404 403 200 200 200",
    "POST api.add_comment": "401 404 403 201 201 201",
    # Files of records, in and out.  No batch has the id of the record: the pages' own tests have some.
    "GET web.import_file": "303 404 404 404 200 200",
    "POST web.read_import": "401 404 404 404 422 422",
    "GET web.imports": "303 404 404 404 200 200",
    "GET web.batch": "303 404 404 404 404 404",
    "GET web.batch_rejects": "303 404 404 404 404 404",
    "POST web.plan_import": "401 404 404 404 404 404",
    "POST web.discard_import": "401 404 404 404 404 404",
    "POST web.cancel_batch": "401 404 404 404 404 404",
    "POST web.fix_row": "401 404 404 404 404 404",
    "POST web.revert_batch": "401 404 404 404 404 404",
    "POST web.export_view": "401 404 404 200 200 200",
    "POST api.import_file": "401 404 403 403 415 415",
    "GET api.list_batches": "401 404 403 403 200 200",
    "GET api.read_batch": "401 404 404 404 404 404",
    "POST api.revert_batch": "401 404 404 404 404 404",
    # What is typed and not saved.
    "POST web.draft": "401 404 403 204 204 204",
    "POST web.create_draft": "401 404 403 204 204 204",
    "POST web.comment_draft": "401 404 403 204 204 204",
    "POST web.transition_draft": "401 404 403 204 204 204",
    "POST web.discard_draft": "401 404 303 303 303 303",
    "POST web.discard_create_draft": "401 404 303 303 303 303",
    "POST web.refresh": "401 404 403 200 200 200",
    "POST web.refresh_new": "401 404 403 200 200 200",
    "POST web.refresh_transition": "401 404 403 200 200 200",
    # For builders and administrators.
    "GET build.tools": "303 404 404 404 404 200",
    "POST build.start": "401 404 404 404 404 422",
    "GET build.choose_file": "303 404 404 404 404 200",
    "POST build.read_file": "401 404 404 404 404 422",
    "POST build.keep": "401 404 404 404 404 422",
    "GET build.sheet": "303 404 404 404 404 404",
    "POST build.change_sheet": "401 404 404 404 404 404",
    "GET build.overview": "303 404 404 404 404 200",
    "GET build.forms": "303 404 404 404 404 200",
    "GET build.form": "303 404 404 404 404 200",
    "GET build.views": "303 404 404 404 404 200",
    "GET build.view": "303 404 404 404 404 200",
    "GET build.actions": "303 404 404 404 404 200",
    "GET build.action": "303 404 404 404 404 200",
    "GET build.lists": "303 404 404 404 404 200",
    "GET build.workflows": "303 404 404 404 404 200",
    "GET build.workflow": "303 404 404 404 404 200",
    "GET build.workflow_state": "303 404 404 404 404 200",
    "GET build.workflow_transition": "303 404 404 404 404 200",
    "GET build.roles": "303 404 404 404 404 200",
    "GET build.role": "303 404 404 404 404 200",
    "GET build.tests": "303 404 404 404 404 200",
    "GET build.record_test": "303 404 404 404 404 200",
    "GET build.file": "303 404 404 404 404 200",
    "POST build.read_spec_file": "401 404 404 404 404 422",
    "POST build.take_spec_file": "401 404 404 404 404 422",
    # What stands nowhere, or not any more, leads back to where such things stand.
    "GET build.choice_list": "303 404 404 404 404 303",
    "GET build.condition": "303 404 404 404 404 303",
    "GET build.formula": "303 404 404 404 404 303",
    "GET build.test": "303 404 404 404 404 303",
    "GET build.rules": "303 404 404 404 404 303",
    "GET build.replay": "303 404 404 404 404 303",
    "POST build.ask_condition": "401 404 404 404 404 404",
    "POST build.try_formula": "401 404 404 404 404 404",
    "POST build.trial_formula": "401 404 404 404 404 404",
    "POST build.look": "401 404 404 404 404 303",
    "GET build.text": "303 404 404 404 404 200",
    "GET build.help_text": "303 404 404 404 404 200",
    "GET build.versions": "303 404 404 404 404 200",
    "GET build.version": "303 404 404 404 404 200",
    "GET build.compared": "303 404 404 404 404 200",
    "POST build.remark": "401 404 404 404 404 303",
    "GET build.publish": "303 404 404 404 404 200",
    # What the draft's own pages answer on a copy.
    "GET build.try_it": "303 404 404 404 404 200",
    "POST build.try_it": "401 404 404 404 404 422",
    "GET build.preview": "303 404 404 404 404 200",
    "POST build.reset_trial": "401 404 404 404 404 303",
    "POST build.trial_role": "401 404 404 404 404 303",
    "GET build.state": "303 404 404 404 404 200",
    "POST build.edit": "401 404 404 404 404 404",
    "POST build.undo": "401 404 404 404 404 409",
    "POST build.redo": "401 404 404 404 404 409",
    "POST build.discard": "401 404 404 404 404 303",
    "POST build.follow": "401 404 404 404 404 303",
    "POST build.keep_text": "401 404 404 404 404 422",
    "POST build.forget_text": "401 404 404 404 404 303",
    "POST build.lint_text": "401 404 404 404 404 200",
    "POST build.restore": "401 404 404 404 404 303",
    "POST build.do_publish": "401 404 404 404 404 409",
    "POST build.keep_steps": "401 404 404 404 404 204",
    "POST build.review": "401 404 404 404 404 409",
    "POST build.change_pilot": "401 404 404 404 404 422",
    "POST build.adopt_pilot": "401 404 404 404 404 422",
    "POST build.withdraw_pilot": "401 404 404 404 404 422",
    "POST build.start_replay": "401 404 404 404 404 303",
    "POST build.cancel_replay": "401 404 404 404 404 404",
    "GET build.download": "303 404 404 404 404 200",
    "GET build.migrations": "303 404 404 404 404 200",
    "GET build.migration": "303 404 404 404 404 404",
    "GET build.rejects": "303 404 404 404 404 404",
    "POST build.cancel_migration": "401 404 404 404 404 404",
    "GET web.deliveries": "303 404 404 404 404 200",
    "POST web.retry_delivery": "401 404 404 404 404 303",
}


@pytest.fixture(scope="module")
def tokens(services):
    return {name: services.accounts.add_token(name)[1] for name in WHO if name}


def test_every_route_has_a_row(app):
    assert {f"{method} {endpoint}" for method, endpoint in endpoints(app)} == ROUTES.keys()


def asked(app, services, tokens, route, name, **data):
    """The status of one request of one person for a record of their own making."""
    method, endpoint = route.split()
    place = make_place(services, **data)
    if endpoint == "web.restore":
        desk = Desk(services)
        desk.gate.delete(desk.access("lena"), decode_id(place.record), Origin("seed"))
    if endpoint.startswith("build."):
        with services.db.write() as conn:
            spec_drafts.discard(
                conn, place.tool
            )  # or one route's draft decides what the next one says
    return ask(Browser(app, name), method, endpoint, place, headers=bearer(tokens, endpoint, name))


def bearer(tokens, endpoint, name):
    if name is None or not endpoint.startswith("api."):
        return {}
    return {"Authorization": f"Bearer {tokens[name]}"}


@pytest.mark.parametrize("route", ROUTES)
def test_a_route_answers_each_as_it_should(app, services, tokens, route):
    found = [asked(app, services, tokens, route, name).status_code for name in WHO]
    assert " ".join(map(str, found)) == ROUTES[route]


def below(app, variable):
    """The routes whose address names a tool, or a record."""
    rules = {rule.endpoint: rule for rule in app.url_map.iter_rules()}
    return [
        route
        for route in ROUTES
        # A builder's page of a tool that is not there yet makes one.
        if variable in rules[route.split()[1]].rule and "build." not in route
    ]


def test_a_record_out_of_ones_rows_does_not_exist(app, services, tokens):
    for route in [*below(app, "<record>"), *below(app, "<record_id>")]:
        for name in ("vera", "olga"):
            answer = asked(app, services, tokens, route, name, region="hq")
            assert answer.status_code == 404, route
            assert b"Shop" not in answer.data


def test_what_is_not_there_is_404_for_everybody(app, services, tokens):
    there = make_place(services)
    elsewhere = (
        Place(there.record, there.attachment, tool="nothing"),
        Place(there.record, there.attachment, form="nothing"),
        Place("0" * 13, there.attachment),
        Place("not an id", there.attachment),
    )
    for route in below(app, "/<tool>/"):
        method, endpoint = route.split()
        for place in elsewhere:
            if address(app, endpoint, place) == address(app, endpoint, there):
                continue
            for name in ("olga", "ada"):
                headers = bearer(tokens, endpoint, name)
                answer = ask(Browser(app, name), method, endpoint, place, headers=headers)
                assert answer.status_code == 404, (route, place)


def test_a_right_is_lost_at_once(app, services, tokens):
    """Rights are read in every request: what was allowed a moment ago is not."""
    place, browser = make_place(services), Browser(app, "otto")
    token = {"Authorization": f"Bearer {services.accounts.add_token('otto')[1]}"}
    routes = [("GET", "web.record"), ("POST", "web.comment"), ("GET", "api.record")]

    def codes():
        return [
            ask(browser, method, endpoint, place, headers=token).status_code
            for method, endpoint in routes
        ]

    assert codes() == [200, 303, 200]
    with services.db.write() as conn:
        account = accounts.by_name(conn, "otto")
        accounts.revoke(conn, account.id, "refunds", "operator")
        accounts.grant(conn, account.id, "refunds", "viewer")
    assert codes() == [200, 403, 200]
    with services.db.write() as conn:
        accounts.revoke(conn, account.id, "refunds", "viewer")
    assert codes() == [404, 404, 404]
    with services.db.write() as conn:
        accounts.change(conn, account.id, is_active=False)
    assert codes() == [303, 401, 401]
