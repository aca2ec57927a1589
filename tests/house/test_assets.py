import gzip
import json
import re

import pytest

from runtime.web.site.assets import dist, read_bundle
from tests.house.sources import PACKAGES, ROOT, name_of, written_files

# An unnamed tool or form gets its icon from the spec: those are looked for in the examples.
ASSET = re.compile(r"""\basset\(\s*["']([^"']+)["']""")
ICON = re.compile(r"""\bicon\(\s*["']([a-z0-9-]+)["']""")
FIRST_LOAD = ("app.css", "app.js", "icons.svg", "inter-latin-wght-normal.woff2")
PAGE_ITSELF = 20_000
BUDGET = 150_000 - PAGE_ITSELF
DRAWING = [
    path for path in written_files(".html", ".py", folders=PACKAGES) if path.name != "assets.py"
]


@pytest.fixture(scope="module")
def bundle():
    return read_bundle(dist())


def test_every_named_asset_and_icon_is_bundled(bundle):
    missing = {}
    for path in DRAWING:
        text = path.read_text(encoding="utf-8")
        assets = set(ASSET.findall(text)) - set(bundle.urls)
        icons = set(ICON.findall(text)) - set(bundle.icons)
        if assets or icons:
            missing[name_of(path)] = assets | icons
    assert missing == {}


@pytest.mark.parametrize(
    "path", sorted((ROOT / "form_specs" / "examples").glob("*.json")), ids=name_of
)
def test_the_icons_of_the_examples_are_bundled(path, bundle):
    assert json.loads(path.read_text()).get("icon", "layers") in bundle.icons


def test_what_every_page_loads_is_small(bundle):
    contents = [
        bundle.paths[bundle.urls[name].rpartition("/")[2]].read_bytes() for name in FIRST_LOAD
    ]
    assert sum(min(len(each), len(gzip.compress(each))) for each in contents) <= BUDGET


def test_the_licences_of_the_libraries_are_there(bundle):
    text = bundle.paths["LICENCES.txt"].read_text(encoding="utf-8")
    assert "htmx.org 4" in text
    assert "lucide-static 1" in text
