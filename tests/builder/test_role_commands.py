"""What the Roles section does to a draft: a matrix is left as it was looked at, and only what changed is changed."""

import pytest

from builder.commanding import WrongInput, commands, parameters
from builder.flow.cells import RightsOf, with_cells
from components.registry import Registry
from form_specs.editing import apply
from tests.runtime.refunds import refunds_tool

CATALOG = Registry.discover().catalog()
FORM = "refund"


def done(name, document=None, **given):
    """The document after a command, which its inverse takes back to the byte."""
    before = document or refunds_tool()
    edit = commands()[name](before, CATALOG, parameters(given))
    after, back = apply(before, edit)
    assert apply(after, back)[0] == before
    return after


def posted(document=None, **cells):
    """The matrix of refunds as a browser sends it, some cells changed."""
    shown = dict(RightsOf(document or refunds_tool(), FORM).cells) | cells
    return {"form": FORM} | {
        name: "1" if cell is True else cell for name, cell in shown.items() if cell is not False
    }


def matrix(document=None, **cells):
    return done("role.matrix", document, **posted(document, **cells))


def role(document, key):
    return next(each for each in document["roles"] if each["key"] == key)


def grant(document, key, form=FORM):
    return next((each for each in role(document, key)["grants"] if each["form"] == form), None)


def way(document, key):
    return next(w for w in document["workflows"][0]["transitions"] if w["key"] == key)


# -- the matrix ---------------------------------------------------------------------------


def test_a_matrix_left_as_it_is_changes_nothing():
    assert matrix() == refunds_tool()


def test_a_right_is_given_and_taken():
    after = matrix(**{"can:export:viewer": True})
    assert grant(after, "viewer")["can"] == ["read", "export"]
    assert matrix(after, **{"can:export:viewer": False}) == refunds_tool()


def test_taking_the_last_right_takes_the_grant():
    assert grant(matrix(**{"can:create:reporter": False}), "reporter") is None


def test_a_role_without_a_grant_gets_one():
    before = done("role.add", title="Reviewer")
    after = matrix(before, **{"can:read:reviewer": True})
    assert grant(after, "reviewer") == {"form": FORM, "can": ["read"]}


def test_a_field_is_hidden_masked_and_open_again():
    after = matrix(**{"field:notes:viewer": "masked"})
    assert grant(after, "viewer")["fields"]["notes"] == "masked"
    assert matrix(after, **{"field:notes:viewer": "write"}) == refunds_tool()


def test_which_records_a_role_sees_stays():
    after = matrix(**{"can:export:operator": False})
    assert grant(after, "operator")["rows"] == grant(refunds_tool(), "operator")["rows"]


def test_a_transition_that_named_nobody_names_all_who_could_take_it():
    after = matrix(**{"way:start:lead": False})
    assert way(after, "start")["roles"] == ["operator"]


def test_who_was_not_able_is_named_beside_those_who_were():
    after = matrix(**{"way:start:viewer": True})
    assert way(after, "start")["roles"] == ["operator", "viewer", "lead"]


def test_a_list_is_never_emptied_since_that_means_everybody():
    with pytest.raises(WrongInput, match="Pay"):
        matrix(**{"way:pay:lead": False})


def test_views_and_actions_have_cells_too():
    after = matrix(**{"view:queue:viewer": False, "action:hurry:operator": False})
    assert next(v for v in after["views"] if v["key"] == "queue")["roles"] == ["operator", "lead"]
    assert next(a for a in after["actions"] if a["key"] == "hurry")["roles"] == ["lead"]


def test_a_whole_row():
    after = done("role.matrix", **posted(), whole="row:can:comment:on")
    assert all(
        "comment" in grant(after, key)["can"] for key in ("operator", "viewer", "lead", "reporter")
    )


def test_a_whole_column():
    after = done("role.matrix", **posted(), whole="column:can:viewer:off")
    assert grant(after, "viewer") is None


def test_all_fields_of_a_role_at_once():
    after = done("role.matrix", **posted() | {"column-field:viewer": "read"})
    assert set(grant(after, "viewer")["fields"].values()) == {"read"}


def test_one_field_for_every_role_at_once():
    after = done("role.matrix", **posted() | {"row-field:notes": "masked"})
    assert {grant(after, key)["fields"]["notes"] for key in ("operator", "viewer", "lead")} == {
        "masked"
    }


def test_several_cells_are_one_edit_that_says_how_many():
    given = posted(**{"can:export:viewer": True, "can:delete:viewer": True})
    edit = commands()["role.matrix"](refunds_tool(), CATALOG, parameters(given))
    assert edit.label == "Change 2 rights to Refund"


@pytest.mark.parametrize("name", [*RightsOf(refunds_tool(), FORM).cells])
def test_each_cell_says_after_a_change_what_it_was_set_to(name):
    rights = RightsOf(refunds_tool(), FORM)
    cell = rights.cells[name]
    other = ("read" if cell != "read" else "hidden") if isinstance(cell, str) else not cell
    if name in ("way:pay:lead", "action:refetch:lead"):
        return  # the only one that is named
    after = RightsOf(with_cells(refunds_tool(), FORM, {name: other}), FORM)
    assert after.cells.get(name, "write" if isinstance(cell, str) else False) == other


# -- roles --------------------------------------------------------------------------------


def test_roles_are_renamed_described_and_moved():
    assert role(done("role.title", role="lead", title="Head"), "lead")["title"] == "Head"
    described = done("role.description", role="lead", description="Pays")
    assert role(described, "lead")["description"] == "Pays"
    assert "description" not in role(done("role.description", described, role="lead"), "lead")
    assert next(r["key"] for r in done("role.move", role="viewer", by="up")["roles"]) == "viewer"


def test_a_copy_has_the_same_rights_to_records_and_is_named_nowhere():
    after = done("role.duplicate", role="operator")
    made = after["roles"][1]
    assert (made["key"], made["title"]) == ("operator_2", "Operator (copy)")
    assert made["grants"] == role(after, "operator")["grants"]
    assert "operator_2" not in str(after["workflows"])


def test_a_role_goes_out_of_where_others_are_named_and_stays_where_it_is_alone():
    after = done("role.remove", role="operator")
    assert way(after, "hold")["roles"] == ["lead"]
    alone = done("role.remove", role="lead")
    assert way(alone, "pay")["roles"] == ["lead"]


def test_a_role_that_is_gone_is_said():
    with pytest.raises(WrongInput, match="gone"):
        done("role.remove", role="nobody")
