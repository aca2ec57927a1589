"""Who may do what: by role, by record, by field; and what several roles of one person add up to."""

import pytest

from form_specs.model import FieldRight, Right
from opswright.application import create_app
from runtime.access import Access, Person
from runtime.accounts import Joining
from runtime.gate import Origin, RefusedError
from runtime.reading import ListRequest, QueryError, Records, RecordView
from runtime.storage.ids import encode_id
from tests.runtime.browsing import Browser, texts_of
from tests.runtime.conftest import BOTH
from tests.runtime.opening import Desk, furnished_url, open_refunds
from tests.runtime.places import Place, address, make_place
from tests.runtime.refunds import refunds_tool

SEED = Origin("seed")


# -- one role -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "rights"),
    [
        ("vera", "read"),
        ("olga", "read create edit comment attach export"),
        ("rita", "create"),
        ("lena", "read create edit delete comment attach import export"),
        ("ada", "read create edit delete comment attach import export"),
    ],
)
def test_a_role_gives_its_rights(desk, name, rights):
    assert desk.access(name).rights == {Right(right) for right in rights.split()}


def test_a_form_without_a_right_does_not_exist(desk):
    nobody = Access(Person("nils", "Nils"))
    assert nobody.form(desk.tool, "refund") is None
    assert nobody.forms(desk.tool) == ()
    assert not nobody.knows(desk.tool)
    assert Access(Person("ada", "Ada", is_admin=True)).form(desk.tool, "nothing") is None


def test_a_role_of_another_tool_gives_nothing(desk):
    stranger = Person("nils", "Nils", roles=frozenset({("other", "lead"), ("refunds", "nothing")}))
    assert Access(stranger).forms(desk.tool) == ()


@pytest.mark.parametrize(
    ("key", "right", "reads", "sees", "writes"),
    [
        ("merchant", FieldRight.WRITE, True, True, True),
        ("margin", FieldRight.READ, True, True, False),
        ("card", FieldRight.MASKED, False, True, False),
        ("secret", FieldRight.HIDDEN, False, False, False),
        ("origin", FieldRight.WRITE, True, True, False),
    ],
)
def test_a_field_has_one_of_four_rights(desk, key, right, reads, sees, writes):
    access = desk.access("olga")
    assert access.fields[key] is right
    assert (access.reads(key), access.sees(key), access.writes(key)) == (reads, sees, writes)
    assert access.asks(key) is reads


def test_an_administrator_and_a_program_know_all(desk):
    for access in (desk.access("ada"), desk.program()):
        assert access.knows_all
        assert access.asks("secret")
        assert access.rows is None
    assert desk.program().writes("origin")
    assert not desk.access("ada").writes("origin")


def test_a_view_that_would_tell_of_a_field_does_not_exist(desk):
    assert [view.key for view in desk.access("olga").views()] == ["all", "queue"]
    assert [view.key for view in desk.access("lena").views()] == ["all", "queue", "known"]


# -- several roles --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def roles(request, tmp_path_factory):
    """The desk of a tool whose roles look at different rows and fields."""
    folder = tmp_path_factory.mktemp("roles")
    dialect = getattr(request, "param", "sqlite")
    url = furnished_url(dialect, folder, lambda: request.getfixturevalue("postgres_url"))
    services = open_refunds(url, folder)
    tool = refunds_tool()

    def role(key, region, can, **fields):
        rows = {"field": "region", "op": "eq", "value": region} if region else None
        grant = {"form": "refund", "can": can, "fields": fields}
        grant |= {"rows": rows} if rows else {}
        tool["roles"].append({"key": key, "title": key.title(), "grants": [grant]})

    role("northerner", "north", ["read", "edit", "comment"])
    role("southerner", "south", ["read"], secret="hidden", card="masked")
    role("watcher", None, ["read"], secret="hidden", card="masked")
    role("commenter", None, ["comment"])
    tool["workflows"][0]["transitions"][0]["roles"] = ["northerner"]
    services.published.publish(tool, by="test")
    yield Desk(services)
    services.close()


@pytest.fixture(scope="module")
def regions(roles):
    """A refund of each region."""
    lena = roles.access("lena")
    return {
        region: roles.gate.record(
            lena,
            roles.gate.create(
                lena,
                roles.typed(merchant=f"Shop {region}", region=region, secret=region, card="4417"),
                SEED,
            ).record_id,
        )
        for region in ("north", "south", "hq")
    }


def listed(desk, access, **asked):
    records = Records(desk.services.db)
    with desk.services.db.read() as conn:
        return records.page(conn, access, ListRequest(**asked)).records


def titles(desk, access, **asked):
    return sorted(record.title.removeprefix("Shop ") for record in listed(desk, access, **asked))


@pytest.mark.parametrize(
    ("held", "seen"),
    [
        (["northerner"], ["north"]),
        (["northerner", "southerner"], ["north", "south"]),
        (["northerner", "watcher"], ["hq", "north", "south"]),
        # Who may comment on all records may still read only the rows of another role.
        (["northerner", "commenter"], ["north"]),
        (["commenter"], []),
    ],
    ids=str,
)
@pytest.mark.parametrize("roles", ["sqlite", "postgresql"], indirect=True, scope="module")
def test_the_rows_of_the_roles_that_read_add_up(roles, regions, held, seen):
    person = Person("mia", "Mia", roles=frozenset(("refunds", role) for role in held))
    access = Access(person).form(roles.tool, "refund")
    assert (titles(roles, access) if access else []) == seen


def test_what_one_role_may_do_the_rows_of_another_do_not_gain(roles, regions):
    mia = roles.access("mia", ["northerner", "watcher"])
    assert mia.can(Right.EDIT)
    changed = roles.typed(score=1)
    roles.gate.update(mia, regions["north"].id, changed, SEED, version=1)
    for region in ("south", "hq"):
        with pytest.raises(RefusedError) as refused:
            roles.gate.update(mia, regions[region].id, changed, SEED, version=1)
        assert refused.value.status == 403
        with pytest.raises(RefusedError):
            roles.gate.comment(mia, regions[region].id, "Hello", SEED)
        with pytest.raises(RefusedError):
            roles.gate.transition(mia, regions[region].id, "start", SEED)


def test_a_field_that_is_known_of_some_records_is_hidden_in_the_others(roles, regions):
    mia = roles.access("mia", ["northerner", "southerner"])
    found = {record.title: record for record in listed(roles, mia)}
    assert found["Shop north"].value("secret") == "north"
    south = found["Shop south"]
    assert (south.value("secret"), south.masked) == (None, {"card"})
    assert not {"secret", "card"} & south.data().keys()


@pytest.mark.parametrize(
    "asked",
    [
        {"filters": ({"field": "secret", "op": "eq", "value": "south"},)},
        {"filters": ({"field": "card", "op": "present"},)},
        {"filters": ({"not": {"any": [{"field": "secret", "op": "empty"}]}},)},
        {"filters": ({"field": "merchant", "op": "eq", "value": {"field": "secret"}},)},
    ],
    ids=str,
)
def test_such_a_field_cannot_be_asked_by(roles, regions, asked):
    """Or the answer would tell of the records in which it is hidden."""
    mia = roles.access("mia", ["northerner", "southerner"])
    with pytest.raises(QueryError, match="there is no field"):
        listed(roles, mia, **asked)
    assert titles(roles, roles.access("mia", ["northerner"]), **asked) in (["north"], [])


def test_no_view_asks_by_such_a_field(roles):
    assert "known" in {view.key for view in roles.access("mia", ["northerner"]).views()}
    both = roles.access("mia", ["northerner", "southerner"])
    assert "known" not in {view.key for view in both.views()}


def test_the_pages_show_it_record_by_record(roles, regions):
    services = roles.services
    held = (("refunds", "northerner"), ("refunds", "southerner"))
    services.accounts.add(Joining("mia", "correct horse", roles=held))
    app = create_app(services)
    app.testing = True
    mia = Browser(app, "mia")
    html = mia.get("/t/refunds/v/all").text
    assert "••••" in html
    pages = {
        region: mia.get(address(app, "web.record", place_of(services, record))).text
        for region, record in regions.items()
        if region != "hq"
    }
    assert 'name="merchant"' in pages["north"]
    assert 'name="merchant"' not in pages["south"]
    assert "Your role may look, not change" in texts_of(pages["south"])
    assert 'data-field="secret"' in pages["north"]
    assert 'data-field="secret"' not in pages["south"]


def place_of(services, record):
    return Place(encode_id(record.id), encode_id(record.id))


# -- reading --------------------------------------------------------------------------------


@BOTH
def test_an_open_forms_other_properties_are_for_those_who_know_all(services, make_tool):
    """They have no right of their own; a role with a hidden field neither sees nor sets them."""
    desk = Desk(services, "memo")
    lead = desk.access("lena")
    values = {"title": "Hello", "unheard_of": {"a": 1}}
    made = desk.gate.create(lead, values, SEED)
    with services.db.read() as conn:
        view = Records(services.db).get(conn, lead, made.record_id)
    assert view.data() == values
    assert view.title == "Hello"


def test_only_who_knows_all_sets_other_properties(make_services, make_tool):
    services = make_services()

    def hide_body(tool):
        tool["roles"][0]["grants"][1]["fields"] = {"body": "hidden"}

    services.published.publish(make_tool(hide_body), by="test")
    desk = Desk(services, "memo")
    made = desk.gate.create(desk.access("lena"), {"title": "x", "extra": 1}, SEED)
    olga = desk.access("olga")
    for key in ("extra", "fresh", "@state"):
        with pytest.raises(RefusedError) as refused:
            desk.gate.update(olga, made.record_id, {key: 2}, SEED, version=1)
        assert refused.value.reasons[0].code == "unknown"
    view = RecordView(olga, desk.gate.record(olga, made.record_id))
    assert view.data() == {"title": "x"}


@pytest.mark.parametrize("name", ["olga", "lena"])
def test_a_list_a_count_and_a_search_agree(services, desk, name):
    for number in range(7):
        make_place(
            services, merchant=f"Agreeing {name} {number}", region="hq" if number % 3 else "north"
        )
    records, access = Records(services.db), desk.access(name)
    with services.db.read() as conn:
        for asked in (
            ListRequest(search=f"agreeing {name}"),
            ListRequest(
                filters=({"field": "merchant", "op": "starts_with", "value": f"Agreeing {name}"},)
            ),
        ):
            page, count = records.page(conn, access, asked), records.count(conn, access, asked)
            assert len(page.records) == count.number == (7 if name == "lena" else 3)
