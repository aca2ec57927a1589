"""Rules, fields and views that ask about the rows of a list and about what is inside a group."""

from collections.abc import Iterator

import pytest

from form_specs.conditions.wording import sentence
from runtime.gate import RefusedError
from runtime.reading import ListRequest, QueryError, Records
from runtime.services import Services
from tests.runtime.conftest import BOTH
from tests.runtime.gate.conftest import PAGE, codes, stored
from tests.runtime.opening import Desk, furnished_url, open_refunds
from tests.runtime.reacting import rule
from tests.runtime.refunds import refunds_tool

pytestmark = BOTH
LARGE = {"some": "lines", "match": {"field": "value", "op": "gt", "value": 100}}


def rows_tool():
    """The refunds tool with lines, a group, and what asks about them."""
    tool = refunds_tool()
    form = tool["forms"][0]
    form["schema"]["properties"] |= {
        "lines": {
            "type": "array",
            "title": "Lines",
            "maxItems": 20,
            "items": {
                "type": "object",
                "properties": {
                    "payout": {"type": "string", "title": "Payout", "x-ops": {"type": "text"}},
                    "value": {"type": "integer", "title": "Value", "x-ops": {"type": "integer"}},
                },
            },
            "x-ops": {"type": "repeat"},
        },
        "box": {
            "type": "object",
            "title": "Box",
            "properties": {
                "size": {"type": "integer", "title": "Size", "x-ops": {"type": "integer"}},
            },
            "x-ops": {"type": "group"},
        },
        "approver": {
            "type": "string",
            "title": "Approver",
            "maxLength": 80,
            "x-ops": {
                "type": "text",
                "showWhen": {"any": [LARGE, {"field": "box.size", "op": "ge", "value": 9}]},
                "requireWhen": LARGE,
            },
        },
    }
    named = {"every": "lines", "match": {"field": "payout", "op": "present"}}
    form.setdefault("rules", []).append(rule(named, "Each line names its payout", field="lines"))
    view = {"key": "large", "title": "Large", "type": "table", "form": "refund", "columns": ["merchant"]}  # fmt: skip
    tool["views"].append({**view, "filter": LARGE})
    return tool


@pytest.fixture(scope="module")
def services(request, tmp_path_factory) -> Iterator[Services]:
    folder = tmp_path_factory.mktemp("rows")
    url = furnished_url(request.param, folder, lambda: request.getfixturevalue("postgres_url"))
    found = open_refunds(url, folder)
    found.published.publish(rows_tool(), by="test")
    yield found
    found.close()


def line(payout, value):
    return {"payout": payout, "value": value}


def test_rows_and_groups_decide_what_is_shown_and_needed(desk, make_refund):
    small = make_refund(lines=[line("a", 1)], approver="Ada")
    assert "approver" not in small.document
    with pytest.raises(RefusedError) as refused:
        make_refund(lines=[line("a", 1), line("b", 101)])
    assert codes(refused) == [("required", "required", "approver")]
    assert refused.value.reasons[0].message == (
        "Fill in Approver: it is needed when in some of Lines Value is above 100"
    )
    assert "approver" in make_refund(box={"size": 9}, approver="Ada").document
    assert desk.tool.forms["refund"].reasons.shown("approver") == (
        "Approver is shown when in some of Lines Value is above 100 or Box, Size is at least 9"
    )


def test_a_rule_holds_for_every_row(make_refund):
    with pytest.raises(RefusedError) as refused:
        make_refund(lines=[line("a", 1), {"value": 2}])
    assert codes(refused) == [("rule", "rule", "lines")]
    make_refund(lines=[])


def test_a_view_and_a_filter_find_records_by_their_rows(desk: Desk, make_refund):
    wanted = make_refund(lines=[line("a", 5), line("b", 500)], approver="Ada")
    make_refund(lines=[line("a", 99)])
    access = desk.access("olga")
    asked = {"every": "lines", "match": {"field": "value", "op": "ge", "value": 5}}
    with desk.services.db.read() as conn:
        records = Records(desk.services.db)
        view = access.form.views["large"]
        found = records.page(conn, access, ListRequest(), view).records
        assert wanted.id in {record.stored.id for record in found}
        assert all(
            any(row["value"] > 100 for row in record.stored.document["lines"]) for record in found
        )
        page = records.page(conn, access, ListRequest((asked, LARGE)), None).records
        assert wanted.id in {record.stored.id for record in page}
        with pytest.raises(QueryError, match="there is no field 'secret'"):
            hidden = {"some": "secret", "match": {"field": "value", "op": "empty"}}
            records.page(conn, access, ListRequest((hidden,)), None)
    assert stored(desk, wanted.id) == wanted


def test_a_change_of_rows_is_a_change(desk: Desk, make_refund):
    refund = make_refund(lines=[line("a", 200)], approver="Ada")
    values = desk.typed(lines=[line("a", 2)])
    desk.gate.update(desk.access("olga"), refund.id, values, PAGE, version=1)
    assert "approver" not in stored(desk, refund.id).document


def test_lists_of_plain_values_are_asked_entry_by_entry(desk, request):
    tool = rows_tool()
    form = tool["forms"][0]
    size = {"type": "integer", "x-ops": {"type": "integer"}}
    sizes = {"type": "array", "title": "Sizes", "maxItems": 9, "items": size}
    form["schema"]["properties"]["sizes"] = {**sizes, "x-ops": {"type": "repeat"}}
    small = {"every": "sizes", "match": {"field": "_value", "op": "le", "value": 9}}
    form["rules"].append(rule(small, "At most 9", field="sizes"))
    desk.services.published.publish(tool, by="test")
    request.addfinalizer(lambda: desk.services.published.publish(rows_tool(), by="test"))
    made = {}
    for sizes in ([6], [1, 7], [1], []):
        values = desk.typed(merchant="Shop", sizes=sizes)
        outcome = desk.gate.create(desk.access("lena"), values, PAGE)
        made[outcome.record_id] = sizes
    with desk.services.db.read() as conn:
        access = desk.access("lena")
        large = {"some": "sizes", "match": {"field": "_value", "op": "gt", "value": 5}}
        page = Records(desk.services.db).page(conn, access, ListRequest((large,)), None)
    assert [made[record.stored.id] for record in page.records] == [[1, 7], [6]]
    with pytest.raises(RefusedError) as refused:
        desk.gate.create(desk.access("lena"), desk.typed(merchant="Shop", sizes=[10]), PAGE)
    assert codes(refused) == [("rule", "rule", "sizes")]
    condition = desk.tool.forms["refund"].spec.rules[-1].condition
    said = "in each of Sizes the entry is at most 9"
    assert sentence(condition, desk.tool.forms["refund"].words) == said
