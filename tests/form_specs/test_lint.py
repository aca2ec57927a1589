"""Tools that are allowed and go wrong at work."""

import json
from copy import deepcopy
from pathlib import Path

import pytest

from form_specs.check import check_text, examine, judged
from form_specs.exact_json import dumps
from form_specs.lint import lint
from form_specs.lint.aside import is_aside
from form_specs.problem import Severity

EXAMPLES = sorted((Path(__file__).parents[2] / "form_specs" / "examples").glob("*.json"))

TOOL = {
    "ops": "1",
    "kind": "tool",
    "key": "claims",
    "title": "Claims",
    "forms": [
        {
            "key": "claim",
            "title": "Claim",
            "plural": "Claims",
            "schema": {
                "type": "object",
                "properties": {
                    "iban": {
                        "type": "string",
                        "title": "IBAN",
                        "x-ops": {"type": "text", "sensitive": True},
                    }
                },
            },
        }
    ],
    "workflows": [
        {
            "form": "claim",
            "initial": "new",
            "states": [
                {"key": "new", "title": "New", "category": "new"},
                {"key": "paid", "title": "Paid", "category": "done"},
            ],
            "transitions": [
                {"key": "pay", "title": "Pay", "from": ["new"], "to": "paid", "roles": ["lead"]}
            ],
        }
    ],
    "views": [
        {"key": "all", "title": "All", "type": "table", "form": "claim", "columns": ["@state"]}
    ],
    "roles": [
        {
            "key": "clerk",
            "title": "Clerk",
            "grants": [{"form": "claim", "can": ["read", "create", "edit"]}],
        },
        {"key": "lead", "title": "Lead", "grants": [{"form": "claim", "can": ["read", "edit"]}]},
    ],
}


@pytest.fixture
def found(catalog):
    """`found(change)`: pointer and message of each warning about the tool once it was changed."""

    def linted(change):
        document = deepcopy(TOOL)
        change(document)
        problems, tool = examine(document, catalog)
        assert not any(p.severity is Severity.ERROR for p in problems), problems
        warnings = lint(tool)
        assert all(p.severity is Severity.WARNING and p.hint and p.kind for p in warnings)
        return [(warning.pointer, warning.message) for warning in warnings]

    return linted


def test_a_sound_tool_is_not_warned_about(found):
    assert found(lambda _document: None) == []


def test_a_transition_that_nobody_can_take(found):
    def blind(document):
        document["roles"][1]["grants"][0]["can"] = ["comment"]

    at, message = found(blind)[0]
    assert at == "/workflows/0/transitions/0"
    assert message == "nobody can take 'Pay': none of the roles that it names may see Claims"

    def idle(document):
        document["workflows"][0]["transitions"][0]["roles"] = []
        for role in document["roles"]:
            role["grants"][0]["can"] = ["read"]

    assert found(idle)[0][1] == "nobody can take 'Pay': no role may edit Claims"


def creating_leads(document):
    document["roles"][1]["grants"][0]["can"].append("create")


def test_who_makes_a_record_may_close_it(found):
    assert found(creating_leads) == [
        ("/workflows/0/transitions/0", "Lead may make a record and take 'Pay' with it as well")
    ]


def test_a_guard_that_asks_who_it_is_will_do(found):
    def guarded(document):
        creating_leads(document)
        condition = {"not": {"user": {"is": "@created_by"}}}
        document["workflows"][0]["transitions"][0]["guards"] = [
            {"condition": condition, "message": "Somebody else"}
        ]

    assert found(guarded) == []


@pytest.mark.parametrize("right", [None, "read", "masked", "hidden"])
def test_a_sensitive_column(found, right):
    def shown(document):
        document["views"][0]["columns"] = ["iban"]
        document["views"][0]["roles"] = ["clerk"]
        if right:
            document["roles"][0]["grants"][0]["fields"] = {"iban": right}

    wanted = right in (None, "read")
    message = "'IBAN' is sensitive and stands unmasked here for Clerk"
    assert found(shown) == ([("/views/0/columns/0", message)] if wanted else [])


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_examples_are_not_warned_about(path, catalog):
    document = json.loads(path.read_text("utf-8"))
    if document.get("kind") == "tool":
        assert lint(examine(document, catalog)[1]) == []


# -- who may do what ---------------------------------------------------------------------


def test_a_view_that_nobody_sees(found):
    def closed(document):
        document["views"][0]["roles"] = ["lead"]
        document["roles"][1]["grants"] = []

    assert ("/views/0", "nobody sees 'All': none of its roles may read Claims") in found(closed)

    def blind(document):
        document["views"][0] |= {"sort": ["iban"], "roles": ["clerk"]}
        document["roles"][0]["grants"][0]["fields"] = {"iban": "masked"}

    message = "nobody sees 'All': it filters or sorts by what they may not read"
    assert found(blind) == [("/views/0", message)]


def hurry(document, **more):
    action = {"key": "hurry", "title": "Hurry", "type": "set_values", "form": "claim"}
    document["actions"] = [action | {"options": {"values": {"iban": "x"}}} | more]


def test_a_button_that_nobody_may_press(found):
    def pressed(document):
        hurry(document)
        for role in document["roles"]:
            role["grants"][0]["can"] = ["read"]

    message = "nobody can press 'Hurry': no role may edit Claims"
    assert ("/actions/0", message) in found(pressed)
    assert found(lambda document: hurry(document, roles=["lead"])) == []


def test_a_step_that_asks_for_what_nobody_may_fill_in(found):
    def asking(document):
        document["workflows"][0]["transitions"][0] |= {"require": ["iban"], "fields": ["iban"]}
        document["roles"][1]["grants"][0]["fields"] = {"iban": "read"}

    at = "/workflows/0/transitions/0/require/0"
    message = "'Pay' needs 'IBAN', which nobody who may take it may fill in"
    assert (at, message) in found(asking)

    def filled_before(document):
        asking(document)
        del document["workflows"][0]["transitions"][0]["fields"]

    assert found(filled_before) == []

    def never(document):
        filled_before(document)
        document["roles"][0]["grants"][0]["fields"] = {"iban": "read"}

    assert found(never) == [(at, "'Pay' needs 'IBAN', which nobody at all may fill in")]


# -- conditions that decide nothing ------------------------------------------------------


def guarded(*conditions):
    def change(document):
        way = document["workflows"][0]["transitions"][0]
        way["guards"] = [{"condition": condition, "message": "No"} for condition in conditions]

    return change


def of(field, op, *value):
    return {"field": field, "op": op} | ({"value": value[0]} if value else {})


GUARD = "/workflows/0/transitions/0/guards/0/condition"
NEVER = (GUARD, "'Pay' can never be taken: this guard can never hold")
ALWAYS = (GUARD, "this guard keeps nobody from 'Pay': it always holds")


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ({"all": [of("iban", "eq", "a"), of("iban", "eq", "b")]}, NEVER),
        ({"all": [of("iban", "eq", "a"), of("iban", "empty")]}, NEVER),
        ({"all": [of("iban", "present"), {"not": of("iban", "present")}]}, NEVER),
        ({"all": [of("iban", "eq", "a"), of("iban", "ne", "a")]}, NEVER),
        ({"all": [of("@version", "gt", 5), of("@version", "lt", 5)]}, NEVER),
        (of("@state", "eq", "paid"), NEVER),
        (of("@state", "eq", "new"), ALWAYS),
        ({"any": [of("iban", "empty"), of("iban", "present")]}, ALWAYS),
        ({"any": [of("@version", "ge", 5), of("@version", "lt", 5)]}, ALWAYS),
        ({"any": [of("iban", "ne", "a"), of("iban", "ne", "b")]}, ALWAYS),
        (
            {
                "all": [
                    of("iban", "in", ["a", "b"]),
                    {"any": [of("iban", "eq", "c"), of("iban", "empty")]},
                ]
            },
            NEVER,
        ),
        ({"all": [of("iban", "in", ["a", "b"]), of("iban", "ne", "a")]}, None),
        ({"all": [of("iban", "contains", "a"), of("iban", "contains", "b")]}, None),
        ({"any": [of("iban", "eq", "a"), of("iban", "ne", "b")]}, None),
        ({"all": [of("@version", "ge", 5), of("@version", "le", 5)]}, None),
        ({"not": {"user": {"is": "@created_by"}}}, None),
    ],
)
def test_a_guard_that_can_never_hold_or_always_does(found, condition, said):
    assert found(guarded(condition)) == ([said] if said else [])


def test_conditions_elsewhere_are_told_in_their_own_words(found):
    nothing = {"all": [of("iban", "eq", "a"), of("iban", "eq", "b")]}

    def everywhere(document):
        form = document["forms"][0]
        ops = form["schema"]["properties"]["iban"]["x-ops"]
        ops["showWhen"] = of("@state", "in", ["new", "paid"])
        ops["requireWhen"] = nothing
        form["rules"] = [{"condition": nothing, "message": "No"}]
        document["views"].append(
            document["views"][0]
            | {"key": "none", "title": "None", "filter": nothing, "sort": ["iban"]}
        )
        document["roles"][0]["grants"][0]["rows"] = nothing
        hurry(document, when=nothing, roles=["lead"])

    field = "/forms/0/schema/properties/iban/x-ops"
    assert found(everywhere) == [
        (f"{field}/showWhen", "this is always shown: the condition always holds"),
        (f"{field}/requireWhen", "this is never required: the condition can never hold"),
        (
            "/forms/0/rules/0/condition",
            "this rule refuses every record: its condition can never hold",
        ),
        ("/views/1/filter", "no record is ever in 'None': its filter can never hold"),
        ("/actions/0/when", "'Hurry' is never there: its condition can never hold"),
        (
            "/roles/0/grants/0/rows",
            "'Clerk' never sees a record here: the condition can never hold",
        ),
    ]


def test_a_required_field_in_a_part_that_is_not_always_drawn(found):
    shown = of("@created_by", "eq", "ada")
    section = {"section": "Account", "fields": ["iban"], "showWhen": shown}

    def sometimes(document):
        form = document["forms"][0]
        form["schema"]["required"] = ["iban"]
        form["layouts"] = {"default": [section]}

    message = "'IBAN' is required, but this part is not always drawn"
    assert found(sometimes) == [("/forms/0/layouts/default/0", message)]

    def behind_a_tab(document):
        sometimes(document)
        tab = {"tab": "Bank", "parts": [section | {"section": "In"}], "showWhen": shown}
        del tab["parts"][0]["showWhen"]
        document["forms"][0]["layouts"] = {"default": [tab]}

    assert found(behind_a_tab) == [("/forms/0/layouts/default/0", message)]

    def given(document):
        sometimes(document)
        document["forms"][0]["schema"]["properties"]["iban"]["default"] = "none"

    assert found(given) == []


# -- lists of work -----------------------------------------------------------------------


def test_a_queue_in_no_order_and_a_state_in_no_view(found):
    def queue(document):
        document["views"][0]["filter"] = of("@state", "eq", "new")

    assert found(queue) == [
        ("/views/0", "'All' is in no order: what comes first in it is the newest record"),
        ("/workflows/0/states/1", "records in 'Paid' stand in no view"),
    ]

    def sorted_and_seen(document):
        queue(document)
        document["views"][0]["sort"] = ["@created_at"]
        other = {"key": "rest", "title": "Rest", "filter": {"not": of("@state", "eq", "new")}}
        document["views"].append(document["views"][0] | other)

    assert found(sorted_and_seen) == []


# -- set aside ---------------------------------------------------------------------------


def test_a_warning_is_set_aside_by_its_place_and_kind(catalog):
    document = deepcopy(TOOL)
    document["views"][0]["filter"] = of("@state", "in", ["new", "paid"])
    document["views"][0]["sort"] = ["@id"]
    problems, _tool = judged(document, catalog)
    (warning,) = [problem for problem in problems if problem.kind == "always"]
    assert not is_aside(document, warning)
    document["setAside"] = {"views/all/filter: always": "More states will come"}
    assert is_aside(document, warning)
    assert not [p for p in check_text(dumps(document), "f", catalog)[1] if "always" in p.message]


# -- choices -----------------------------------------------------------------------------


def test_two_choices_with_one_title(catalog):
    document = deepcopy(TOOL)
    properties = document["forms"][0]["schema"]["properties"]
    choices = [
        {"key": "de", "title": "Berlin", "match": ["de"]},
        {"key": "us", "title": "berlin ", "match": ["us"]},
        {"key": "us2", "title": "Berlin", "match": ["us"]},
        {"key": "old", "title": "Berlin", "retired": True},
    ]
    keys = [choice["key"] for choice in choices]
    properties["country"] = {"type": "string", "x-ops": {"type": "text"}}
    properties["city"] = {
        "type": "string",
        "enum": keys,
        "x-ops": {"type": "choice", "choices": choices, "dependsOn": "country"},
    }
    two = [{"key": "a", "title": "Other"}, {"key": "b", "title": "Other"}]
    document["lists"] = [{"key": "why", "title": "Why", "choices": two}]
    alike = [p for p in judged(document, catalog)[0] if p.kind == "alike"]
    assert [p.pointer for p in alike] == [
        "/lists/0/choices/1",
        "/forms/0/schema/properties/city/x-ops/choices/2",
    ]
    assert "'us' and 'us2'" in alike[1].message


# -- whom it is said to ------------------------------------------------------------------


def test_people_who_build_with_pages_read_titles(catalog):
    document = deepcopy(TOOL)
    schema = document["forms"][0]["schema"]
    schema["required"] = ["iban"]
    schema["properties"]["iban"]["x-ops"]["showWhen"] = of("@version", "gt", 1)
    for titled, name in ((False, "iban"), (True, "IBAN")):
        (problem,) = judged(document, catalog, titled=titled)[0]
        assert problem.message == f"'{name}' is required in every record, yet not always shown"
