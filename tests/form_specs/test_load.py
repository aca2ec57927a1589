from form_specs.load import load
from form_specs.model import (
    Color,
    CommentRule,
    FieldRight,
    Placement,
    Right,
    SortKey,
    StateCategory,
)


def test_a_form_knows_its_fields_layouts_and_rules(tool):
    form = load(tool).forms["hold"]

    assert list(form.fields)[:2] == ["merchant", "reason"]
    assert (form.title_field, form.subtitle_fields) == ("merchant", ("reason",))
    assert form.layout("create") == form.layouts["default"]
    assert form.layout("default")[0].items[0] == Placement("merchant", 2)
    assert form.rules[0].field == "count"


def test_a_field_keeps_its_schema_apart_from_what_the_product_adds(tool):
    field = load(tool).forms["hold"].fields["reason"]

    assert field.schema == {"title": "Choice", "type": "string", "enum": ["risk", "legal"]}
    assert [(c.key, c.color) for c in field.choices] == [
        ("risk", Color.AMBER),
        ("legal", Color.GRAY),
    ]
    assert field.required
    assert load(tool).forms["hold"].fields["owner"].default == {"user": "id"}


def test_a_workflow_knows_what_leaves_a_state(tool):
    workflow = load(tool).workflows["hold"]

    (way,) = workflow.leaving("open")
    assert (way.target, way.comment, way.require) == (
        "released",
        CommentRule.OPTIONAL,
        ("release_on",),
    )
    assert workflow.states["open"].category is StateCategory.NEW
    assert workflow.states["released"].final


def test_views_actions_and_roles_are_found_by_key(tool):
    spec = load(tool)

    assert spec.views["mine"].sort == (SortKey("due_by", descending=True),)
    assert spec.views["mine"].quick_filters == ("reason",)
    assert spec.actions["urgent"].options == {"values": {"urgent": True}}
    grant = spec.roles["analyst"].grants["hold"]
    assert grant.can == {Right.READ, Right.CREATE, Right.EDIT}
    assert grant.fields == {"count": FieldRight.READ}


def test_what_a_document_leaves_out_has_its_default(tool):
    form = tool["forms"][0]
    for key in ("layouts", "plural", "titleField", "rules", "subtitleFields"):
        del form[key]
    del form["schema"]["properties"]["count"]["title"]

    spec = load(tool)

    loaded = spec.forms["hold"]
    assert (spec.locale, spec.icon) == ("en", "layers")
    assert (loaded.plural, loaded.fields["count"].title) == ("Hold", "count")
    assert [p.field for s in loaded.layouts["default"] for p in s.items] == list(loaded.fields)
    assert spec.document is tool
