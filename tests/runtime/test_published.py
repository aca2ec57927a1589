"""Published tools: what is in force, once for all; a broken one hurts nobody but itself."""

import json

import pytest

from builder.spec_folder import publish_folder
from components.registry import Registry
from form_specs.from_schema.tool import tool_from_schema
from opswright.application import create_app
from runtime.compiling.tool import CompiledTool
from runtime.gate import Origin, RefusedError
from runtime.published import InvalidSpecError
from tests.runtime.browsing import Browser, texts_of
from tests.runtime.opening import Desk


def tool(services, key="refunds"):
    with services.db.read() as conn:
        return services.published.tool(conn, key)


def test_a_version_is_compiled_once(make_services):
    services = make_services()
    assert tool(services) is tool(services)


def test_publishing_the_same_again_changes_nothing(make_services, make_tool):
    services = make_services()
    again = services.published.publish(make_tool(), by="test")
    assert (again.is_new, again.tool.version) == (False, 1)


def test_numbers_of_a_spec_may_be_as_long_as_they_like(make_services):
    most = 10**30 + 1
    schema = {"properties": {"n": {"type": "integer", "maximum": most}}}
    document, _ = tool_from_schema(schema, "things", Registry.discover().catalog())
    services = make_services("sqlite")
    services.published.publish(document, by="system")

    with services.db.read() as conn:
        tool = services.published.tool(conn, "things")
    judge = tool.forms["things"].judge
    assert judge.problems({"n": most}) == []
    assert judge.problems({"n": most + 1}) != []


def test_a_new_version_is_in_force_at_once_and_leaves_records_alone(make_services, make_tool):
    services = make_services()
    desk = Desk(services)
    made = desk.gate.create(desk.access("olga"), desk.typed(merchant="Shop"), Origin("seed"))

    def rename(document):
        document["forms"][0]["schema"]["properties"]["score"]["maximum"] = 10

    changed = services.published.publish(make_tool(rename), by="test")
    assert (changed.is_new, changed.tool.version) == (True, 2)
    record = desk.gate.record(desk.access("olga"), made.record_id)
    assert (record.spec_version, record.document["merchant"]) == (1, "Shop")
    with pytest.raises(RefusedError, match="10"):
        desk.gate.update(
            desk.access("olga"), made.record_id, desk.typed(score=11), Origin("seed"), version=1
        )
    desk.gate.update(
        desk.access("olga"), made.record_id, desk.typed(score=9), Origin("seed"), version=1
    )
    assert desk.gate.record(desk.access("olga"), made.record_id).spec_version == 2


def test_a_broken_spec_is_refused_with_all_its_problems(make_services, make_tool):
    services = make_services()

    def break_it(document):
        document["roles"][0]["grants"][0]["fields"]["nothing"] = "hidden"
        document["views"][0]["columns"].append("nothing_either")

    with pytest.raises(InvalidSpecError) as refused:
        services.published.publish(make_tool(break_it), by="test")
    assert len(refused.value.problems) >= 2
    assert tool(services).version == 1


@pytest.mark.parametrize(
    "damage",
    [
        lambda document: document["forms"][0]["schema"]["properties"]["score"]["x-ops"].update(
            type="hologram"
        ),
        lambda document: document["views"][1].update(
            filter={"field": "gone", "op": "eq", "value": 1}
        ),
        lambda document: document.pop("forms"),
    ],
    ids=["a type that is not installed", "a condition on nothing", "no forms"],
)
def test_a_tool_that_cannot_be_run_any_more_leaves_the_others_alone(
    make_services, make_tool, damage
):
    """As after an upgrade that took a plugin away."""
    services = make_services()

    def another(document):
        document.update(key="other", title="Other refunds")

    services.published.publish(make_tool(another), by="test")
    broken = make_tool()
    damage(broken)
    with services.db.write() as conn:
        conn.exec_driver_sql(
            "UPDATE tool_version SET document = ? WHERE tool_id = ?",
            (json.dumps(broken), tool(services).tool_id),
        )
    services.published._compiled.clear()
    app = create_app(services)
    app.testing = True
    ada = Browser(app, "ada")
    home = texts_of(ada.get("/").text)
    assert "Other refunds" in home
    assert "cannot be run" in home
    assert ada.get("/t/other/v/all").status_code == 200
    assert ada.get("/t/refunds/v/all").status_code == 404
    assert tool(services) is None
    assert "cannot be run" not in texts_of(Browser(app, "lena").get("/").text)


def test_home_tells_administrators_of_specs_that_were_not_published(make_services, tmp_path):
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "broken.json").write_text('{"ops": "1",\n "kind": 5}')
    services = make_services(specs=tmp_path / "specs")
    app = create_app(services)
    app.testing = True
    app.config["SPEC_PROBLEMS"] = publish_folder(services)
    assert app.config["SPEC_PROBLEMS"]
    assert "broken.json" in texts_of(Browser(app, "ada").get("/").text)
    assert "broken.json" not in texts_of(Browser(app, "lena").get("/").text)


def test_a_tool_that_cannot_be_said_in_a_language_is_said_as_it_was_written(
    make_services, make_tool, monkeypatch
):
    services = make_services()
    services.published.publish(make_tool(), by="test")
    build = CompiledTool.build

    def fails(*args, **more):
        if "ro" in (*args, *more.values()):
            raise ValueError("no such language")
        return build(*args, **more)

    monkeypatch.setattr(CompiledTool, "build", fails)
    in_force = services.published
    with services.db.read() as conn:
        assert in_force._said_in(conn, tool(services), "ro").spec.title == tool(services).spec.title
