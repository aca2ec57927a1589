"""Looking as somebody else: never more than both may see."""

from itertools import product

import pytest

from form_specs.model import Right
from runtime.access import Access, FormAccess, Person
from runtime.gate import Origin
from runtime.reading import ListRequest, Records
from runtime.viewing import SharedAccess, ViewingAccess
from tests.runtime.opening import Desk, furnished_url, open_refunds
from tests.runtime.refunds import TOOL

NAMES = ("olga", "vera", "lena", "rita", "ada")
BUILT_UPON = frozenset({"can", "reads_former", "writes", "extends", "may_run", "views"})
"""What asks only what is shared, so that it is shared itself."""


@pytest.fixture
def desk(tmp_path):
    services = open_refunds(furnished_url("sqlite", tmp_path, str), tmp_path)
    yield Desk(services)
    services.close()


def public(cls):
    return {name for name in vars(cls) if not name.startswith("_")}


def test_every_answer_of_an_access_is_one_that_both_give():
    """A new way to ask an access has to say here how two of them answer it."""
    assert public(FormAccess) - BUILT_UPON == public(SharedAccess)


def pairs(desk):
    """Everybody who is looked as, with everybody who looks."""
    for seen, own in product(NAMES, NAMES):
        both = (desk.access(seen), desk.access(own))
        yield (seen, own), both, SharedAccess(*both)


def test_nothing_is_seen_that_one_of_them_does_not_see(desk):
    for names, both, shared in pairs(desk):
        assert shared.rights == both[0].rights & both[1].rights
        for key in (*shared.form.fields, "@state", "@created_by"):
            for ask in ("reads", "asks", "sees", "writes"):
                answers = [getattr(access, ask)(key) for access in both]
                assert getattr(shared, ask)(key) == all(answers), (names, ask, key)
        for way in shared.form.workflow.transitions.values():
            assert shared.may_take(way) == all(access.may_take(way) for access in both), names


def test_the_records_are_those_of_both(desk):
    lena, origin = desk.access("lena"), Origin("seed")
    for region in ("north", "hq"):
        desk.gate.create(lena, desk.typed(merchant=region, region=region), origin)
    with desk.services.db.read() as conn:
        for names, both, shared in pairs(desk):
            found = [shown(desk, conn, access) for access in (*both, shared)]
            assert found[2] == found[0] & found[1], names


def shown(desk, conn, access):
    if not access.can(Right.READ):
        return set()
    records = Records(desk.services.db).page(conn, access, ListRequest()).records
    assert all(access.includes(record.stored) for record in records)
    return {record.stored.id for record in records}


def test_what_is_ones_own_is_asked_by_ones_own_name(desk):
    shared = SharedAccess(desk.access("lena"), desk.access("vera"))
    assert shared.person.name == "vera"
    assert shared.env.user == "lena"


def test_other_tools_are_as_ever(desk):
    vera = Person("vera", "Vera", roles=frozenset({(TOOL, "viewer")}))
    lead = Person("vera", "Lead", roles=frozenset({(TOOL, "lead")}))
    elsewhere = ViewingAccess(vera, lead, "another")
    assert not isinstance(elsewhere.form(desk.tool, "refund"), SharedAccess)
    assert isinstance(ViewingAccess(vera, lead, TOOL).form(desk.tool, "refund"), SharedAccess)


def test_who_has_no_rights_sees_nothing_as_anybody(desk):
    nils = Person("nils", "Nils")
    lead = Person("nils", "Lead", roles=frozenset({(TOOL, "lead")}))
    found = ViewingAccess(nils, lead, TOOL)
    assert found.forms(desk.tool) == ()
    assert not found.knows(desk.tool)


def test_an_administrator_sees_what_the_role_sees(desk):
    ada = Person("ada", "Ada", is_admin=True)
    viewer = Person("ada", "Viewer", roles=frozenset({(TOOL, "viewer")}))
    found = ViewingAccess(ada, viewer, TOOL).form(desk.tool, "refund")
    alone = Access(viewer).form(desk.tool, "refund")
    assert (found.rights, dict(found.fields)) == (alone.rights, dict(alone.fields))
    assert found.rows is not None
    assert not found.unrestricted
