import gzip

import pytest
from flask import Flask

from runtime.web.site.assets import AssetsMissingError, asset, icon, install_assets, read_bundle


@pytest.fixture
def app():
    app = Flask("assets-test")
    install_assets(app)
    return app


@pytest.fixture
def stylesheet(app):
    with app.test_request_context():
        return asset("app.css")


def test_a_file_may_be_kept_for_good(app, stylesheet):
    response = app.test_client().get(stylesheet)
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.headers["Content-Type"] == "text/css; charset=utf-8"


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [("gzip, deflate, br", "br"), ("gzip", "gzip"), ("br;q=0, gzip", "gzip"), ("", None)],
)
def test_a_file_comes_in_the_best_coding_the_browser_takes(app, stylesheet, accepted, coding):
    response = app.test_client().get(stylesheet, headers={"Accept-Encoding": accepted})
    assert response.headers.get("Content-Encoding") == coding
    assert response.headers["Vary"] == "Accept-Encoding"


def test_the_compressed_copy_is_the_file(app, stylesheet):
    client = app.test_client()
    packed = client.get(stylesheet, headers={"Accept-Encoding": "gzip"}).data
    assert gzip.decompress(packed) == client.get(stylesheet).data


@pytest.mark.parametrize("name", ["manifest.json", ".stamp", "nothing.css", "..%2fassets.py"])
def test_nothing_else_is_served(app, name):
    assert app.test_client().get(f"/assets/{name}").status_code == 404


def test_urls_stand_below_the_path_the_product_is_mounted_at(app):
    with app.test_request_context(environ_overrides={"SCRIPT_NAME": "/ops"}):
        assert asset("app.css").startswith("/ops/assets/app-")
        assert icon("layers").startswith("/ops/assets/icons-")


def test_an_icon_is_a_symbol_of_the_sprite(app):
    with app.test_request_context():
        url, _, name = icon("layers").partition("#")
    sprite = app.test_client().get(url).text
    assert f'<symbol id="{name}"' in sprite


def test_an_icon_that_a_spec_names_may_be_unknown(app):
    with app.test_request_context():
        assert icon("no-such-icon", fallback="layers") == icon("layers")


def test_an_unknown_name_is_an_error(app):
    with app.test_request_context():
        with pytest.raises(AssetsMissingError, match=r"assets/icons\.json"):
            icon("no-such-icon")
        with pytest.raises(AssetsMissingError, match=r"no\.css"):
            asset("no.css")


def test_a_missing_bundle_says_what_to_do(tmp_path):
    with pytest.raises(AssetsMissingError, match="make assets"):
        read_bundle(tmp_path)
