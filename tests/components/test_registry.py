import sys
from pathlib import Path

import pytest

from components.base import FieldType
from components.fields.text import TextType
from components.registry import Registry, RegistryError
from form_specs.model import FieldSpec
from tests.contracts.shade import ShadeType

PLUGIN = """
from components.fields.text import TextType as _Text

class MottoType(_Text):
    name = "motto"
    title = "Motto"
    description = "Words to live by"
"""
OPTIONS = '{"type": "object", "properties": {}, "additionalProperties": false}'


@pytest.fixture
def make_plugin(tmp_path, monkeypatch):
    """An installed package, with the files given, that announces one entry point."""
    count = 0

    def make(files: dict[str, str], point: str, group: str = "opswright.field_types") -> Path:
        nonlocal count
        count += 1
        folder = tmp_path / f"plugin{count}"
        about = folder / "motto_plugin-1.0.dist-info"
        about.mkdir(parents=True)
        (about / "METADATA").write_text("Metadata-Version: 2.1\nName: motto-plugin\nVersion: 1.0\n")
        (about / "entry_points.txt").write_text(f"[{group}]\nmotto = {point}\n")
        for name, text in files.items():
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        monkeypatch.syspath_prepend(str(folder))
        monkeypatch.delitem(sys.modules, "motto_plugin", raising=False)
        return folder

    yield make
    sys.modules.pop("motto_plugin", None)


def _files(*, without: str = "", **changed: str) -> dict[str, str]:
    files = {
        "motto_plugin/__init__.py": PLUGIN,
        "motto_plugin/options.schema.json": OPTIONS,
        **{f"motto_plugin/{name}.html": "" for name in ("form", "cell", "detail")},
        **{f"motto_plugin/{name}": text for name, text in changed.items()},
    }
    return {name: text for name, text in files.items() if not without or not name.endswith(without)}


def test_built_in_types_are_found_by_their_folder():
    folders = {
        found.parent.name
        for found in (Path(__file__).parents[2] / "components" / "fields").glob("*/__init__.py")
    }
    assert Registry.discover().field_types.keys() == folders
    assert len(folders) >= 20


def test_types_of_other_packages_come_in_by_the_same_door(make_plugin):
    folder = make_plugin(_files(), "motto_plugin:MottoType")
    registry = Registry.discover()
    field = registry.field(FieldSpec("x", "motto", "X", {"type": "string"}))
    assert field.parse_text(["carpe diem"]) == "carpe diem"
    assert registry.template_folders()["fields/motto"] == (folder / "motto_plugin").resolve()
    assert registry.catalog().field_options("motto") == {
        "type": "object",
        "properties": {},
        "additionalProperties": False,
    }


@pytest.mark.parametrize(
    ("files", "point", "message"),
    [
        (_files(without="cell.html"), "motto_plugin:MottoType", r"template cell\.html is missing"),
        (_files(without="options.schema.json"), "motto_plugin:MottoType", "json is missing"),
        (_files(**{"options.schema.json": "{"}), "motto_plugin:MottoType", "json is broken"),
        (_files(**{"options.schema.json": "[]"}), "motto_plugin:MottoType", "json is broken"),
        (
            _files(**{"options.schema.json": '{"type": "nonsense"}'}),
            "motto_plugin:MottoType",
            "json is broken",
        ),
        (_files(), "motto_plugin:Missing", "cannot be loaded"),
        (_files(**{"__init__.py": "1 / 0"}), "motto_plugin:MottoType", "division by zero"),
        (_files(**{"__init__.py": "MottoType = 5"}), "motto_plugin:MottoType", "is no FieldType"),
    ],
)
def test_a_broken_plugin_stops_the_start_and_is_named(make_plugin, files, point, message):
    make_plugin(files, point)
    with pytest.raises(RegistryError, match=message) as caught:
        Registry.discover()
    assert (
        "motto" in str(caught.value) or "MottoType" in str(caught.value) or "5" in str(caught.value)
    )


@pytest.mark.parametrize("group", ["opswright.view_types", "opswright.action_types"])
def test_a_plugin_of_the_wrong_kind_is_refused(make_plugin, group):
    make_plugin(_files(), "motto_plugin:MottoType", group)
    with pytest.raises(RegistryError, match="is no"):
        Registry.discover()


def test_a_name_is_given_once():
    with pytest.raises(RegistryError, match="Two types bear the name 'text'"):
        Registry([TextType, TextType])


@pytest.mark.parametrize("name", ["Text", "1st", "a-b", "a" * 41, "a.b"])
def test_names_are_small_words(name):
    bad = type("BadType", (ShadeType,), {"name": name, "__module__": ShadeType.__module__})
    with pytest.raises(RegistryError, match="is no name"):
        Registry([bad])


@pytest.mark.parametrize("attribute", ["name", "title", "description"])
def test_types_say_what_they_are(attribute):
    bad = type("BadType", (ShadeType,), {attribute: "", "__module__": ShadeType.__module__})
    with pytest.raises(RegistryError, match=f"has no {attribute}"):
        Registry([bad])


def test_a_type_that_lacks_a_method_is_refused_by_its_names():
    half = type("HalfType", (FieldType,), {"name": "half"})
    with pytest.raises(RegistryError, match="lacks display, parse, parse_text, schema_for"):
        Registry([half])


def test_registries_stand_side_by_side():
    one, two = Registry([TextType]), Registry([ShadeType])
    three = one.with_types([ShadeType])
    assert (set(one.field_types), set(two.field_types)) == ({"text"}, {"shade"})
    assert set(three.field_types) == {"text", "shade"}
    with pytest.raises(TypeError):
        one.field_types["text"] = ShadeType


def test_the_catalog_knows_what_checks_ask():
    catalog = Registry.discover().catalog()
    assert "money" in catalog.field_types
    assert catalog.generates("sequence")
    assert not catalog.generates("text")
    assert catalog.has_choices("choice")
    assert not catalog.has_choices("text")
    assert catalog.view_options("table")["properties"].keys() == {"pinned"}
    assert catalog.action_options("run_hook")["required"] == ["hook"]
    assert Registry().catalog().recognised({}) is None


EXACT = {"exact": True}


@pytest.mark.parametrize(
    ("schema", "type_", "options"),
    [
        ({"type": "string"}, "text", EXACT),
        ({"type": "string", "maxLength": 5000}, "long_text", EXACT),
        ({"type": "string", "format": "uri"}, "text", EXACT),
        ({"type": "string", "format": "time"}, "text", EXACT),
        ({"type": "string", "format": "date", "pattern": "^2"}, "text", EXACT),
        ({"enum": ["USD", "EUR"]}, "choice", {}),
        ({"enum": ["a", 1]}, "json", {}),
        ({"type": ["string", "null"]}, "json", {}),
        ({"type": "string", "format": "email"}, "email", EXACT),
        ({"type": "string", "format": "date-time"}, "datetime", EXACT),
        ({"type": "string", "not": {"const": "x"}}, "json", {}),
        ({"type": "array", "items": {"type": "string"}}, "repeat", {"rows": 5000}),
        ({"type": "array", "items": {"type": "string"}, "uniqueItems": True}, "tags", EXACT),
        (
            {"type": "array", "items": {"enum": ["a"]}, "uniqueItems": True, "maxItems": 1},
            "multi_choice",
            {},
        ),
        ({"type": "object"}, "json", {}),
        ({"type": "string", "pattern": "^-?[0-9]{1,14}(\\.[0-9]{1,4})?$"}, "decimal", {"scale": 4}),
        ({"type": "integer", "multipleOf": 5, "title": "N", "default": 5}, "integer", {}),
        ({"type": "number", "enum": [1, 2]}, "json", {}),
        ({"$ref": "#/$defs/x"}, "json", {}),
    ],
)
def test_foreign_schemas_find_the_type_that_takes_what_they_take(schema, type_, options):
    assert Registry.discover().catalog().recognised(schema) == (type_, options)
