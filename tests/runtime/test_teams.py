"""Teams: who is in one, what one's own are, and what a record of a team is to whom."""

import pytest

from form_specs.check import check
from runtime.access import Person
from runtime.accounts import Amendment, Joining
from runtime.app import create_app
from runtime.config import load_settings
from runtime.services import open_services
from tests.contracts.conftest import REGISTRY
from tests.runtime.browsing import Browser, texts_of

RECORDS = "/api/v1/tools/cases/forms/case/records"


def cases_tool():
    return {
        "ops": "1",
        "kind": "tool",
        "key": "cases",
        "title": "Cases",
        "teams": [{"key": "day", "title": "Day shift"}, {"key": "night", "title": "Night shift"}],
        "forms": [
            {
                "key": "case",
                "title": "Case",
                "titleField": "name",
                "schema": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {
                        "name": {"type": "string", "title": "Name", "x-ops": {"type": "text"}},
                        "team": {"type": "string", "title": "Team", "x-ops": {"type": "team"}},
                    },
                },
            }
        ],
        "views": [
            {"key": "all", "title": "All", "type": "table", "form": "case", "columns": ["name", "team"]}
        ],
        "roles": [
            {
                "key": "clerk",
                "title": "Clerk",
                "grants": [
                    {
                        "form": "case",
                        "can": ["read", "create", "edit"],
                        "rows": {"any": [{"field": "team", "op": "eq", "value": {"user": "team"}},
                                         {"user": {"team": "day"}}]},
                    }
                ],
            }
        ],
    }  # fmt: skip


@pytest.fixture
def services(tmp_path):
    found = open_services(load_settings({}, {"data": tmp_path}), with_hooks=False)
    found.published.publish(cases_tool(), by="system")
    clerk, night = ("cases", "clerk"), ("cases", "team/night")
    found.accounts.add(Joining("nora", "correct horse", roles=(clerk, night)))
    found.accounts.add(Joining("dan", "correct horse", roles=(clerk, ("cases", "team/day"))))
    found.accounts.add(Joining("zoe", "correct horse", roles=(clerk,)))
    found.accounts.add(Joining("guest", "correct horse", roles=(night,)))
    yield found
    found.close()


@pytest.fixture
def call(services):
    app = create_app(services)
    tokens = {name: services.accounts.add_token(name)[1] for name in ("nora", "dan", "zoe")}

    def called(name, method="GET", **more):
        headers = {"Authorization": f"Bearer {tokens[name]}"}
        return app.test_client().open(RECORDS, method=method, headers=headers, **more)

    return called


@pytest.fixture
def named(call):
    for name, team in (("one", "night"), ("two", "day")):
        made = call("dan", "POST", json={"data": {"name": name, "team": team}})
        assert made.status_code == 201, made.json

    def listed(who, **query):
        answer = call(who, query_string=query)
        assert answer.status_code == 200, answer.json
        return sorted(record["data"]["name"] for record in answer.json["records"])

    return listed


def test_rows_of_a_team_are_seen_by_those_who_are_in_it(named):
    assert named("nora") == ["one"]
    assert named("dan") == ["one", "two"]
    assert named("zoe") == []


def test_ones_own_teams_are_a_filter(named):
    assert named("dan", filter="team:eq:@mine") == ["two"]
    assert named("dan", filter="team:in:@mine,night") == ["one", "two"]


def test_who_joins_a_team_sees_its_records_at_once(services, named):
    services.accounts.change("zoe", Amendment(granted=(("cases", "team/night"),)))
    assert named("zoe") == ["one"]


def test_a_team_that_there_is_not_is_refused_in_words(call):
    answer = call("dan", "POST", json={"data": {"name": "three", "team": "noon"}})
    assert answer.status_code == 422
    assert "Choose one of day, night" in str(answer.json)


def test_pages_call_teams_by_their_titles(services, named):
    browser = Browser(create_app(services), "dan")
    page = texts_of(browser.get("/t/cases/v/all").text)
    assert "Night shift" in page
    form = browser.get("/t/cases/f/case/new").text
    assert '<option value="night">Night shift</option>' in form
    menu = browser.get("/t/cases/v/all?edit=team").text
    assert "My teams" in menu
    chips = texts_of(browser.get("/t/cases/v/all?filter=team:eq:@mine").text)
    assert "Team is one of mine" in chips


def test_a_team_alone_gives_no_part_in_a_tool():
    guest = Person("guest", "Guest", roles=frozenset({("cases", "team/night")}))
    assert guest.teams_in("cases") == {"night"}
    assert guest.teams_in("other") == set()


def test_check_knows_the_teams():
    tool = cases_tool()
    tool["roles"][0]["grants"][0]["rows"] = {"user": {"team": "nigt"}}
    tool["forms"][0]["schema"]["properties"]["team"]["default"] = "noon"
    tool["teams"].append({"key": "day", "title": "Day again"})
    found = {problem.pointer: str(problem.message) for problem in check(tool, REGISTRY.catalog())}
    assert found["/roles/0/grants/0/rows/user/team"] == "there is no team 'nigt'"
    assert found["/forms/0/schema/properties/team/default"] == "Choose one of day, night"
    assert found["/teams/2/key"] == "the key 'day' stands in 'teams' twice"
