"""The bundled CSS, scripts, fonts and icons: their URLs, and the route that serves them.

`hatch_build.py` writes them to `dist/` beside this module, each name with a hash of its content,
so that a browser may keep a file for good; `dist/manifest.json` leads from the plain names to
those.  In templates: `{{ asset("app.css") }}` and `<use href="{{ icon("search") }}">`.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final

import orjson
from flask import Blueprint, Flask, Response, abort, current_app, request

PREFIX: Final = "/assets"
YEAR: Final = 365 * 24 * 3600
MEDIA_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}
ENCODINGS: Final = {"br": ".br", "gzip": ".gz"}
"""Content codings by preference, and how the copies made with them end."""


class AssetsMissingError(RuntimeError):
    """The assets were never bundled, or a name is not among them; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """What one run of the bundler made; never changes."""

    urls: Mapping[str, str]
    """From a plain name ("app.css") to the path under the application's root."""
    icons: Mapping[str, str]
    """From an icon's name to its place in the sprite."""
    paths: Mapping[str, Path]
    """Every file that may be served, by its hashed name, compressed copies included."""
    modified: int
    """The manifest's time, to notice a newer bundle while developing."""


def dist() -> Path:
    """Where the bundle stands, in a checkout as in an installed wheel."""
    return Path(str(files("runtime.web"))) / "dist"


def read_bundle(folder: Path) -> Bundle:
    """Read a bundle from disk; raises `AssetsMissingError` where there is none."""
    try:
        raw = (folder / "manifest.json").read_bytes()
    except FileNotFoundError:
        raise AssetsMissingError(f"{folder} holds no assets: run make assets") from None
    manifest = orjson.loads(raw)
    urls = {name: f"{PREFIX}/{hashed}" for name, hashed in manifest["files"].items()}
    return Bundle(
        urls=urls,
        icons={name: f"{urls['icons.svg']}#{name}" for name in manifest["icons"]},
        paths={entry.name: Path(entry.path) for entry in os.scandir(folder) if entry.is_file()},
        modified=(folder / "manifest.json").stat().st_mtime_ns,
    )


def install_assets(app: Flask) -> None:
    """Serve the bundle below `/assets` and give templates `asset` and `icon`.

    Raises `AssetsMissingError` where nothing is bundled.  In debug mode a newer bundle is
    taken up at the next request.
    """
    app.extensions["assets"] = read_bundle(dist())
    app.register_blueprint(make_blueprint())
    app.jinja_env.globals.update(asset=asset, icon=icon)
    if app.debug:
        app.before_request(reread_bundle)


def reread_bundle() -> None:
    """Take up a newer bundle."""
    if (dist() / "manifest.json").stat().st_mtime_ns != current_bundle().modified:
        current_app.extensions["assets"] = read_bundle(dist())


def current_bundle() -> Bundle:
    """The bundle of the running application."""
    bundle: Bundle = current_app.extensions["assets"]
    return bundle


ROOT: Final = "opswright.root"
"""In a request's environment: where the product begins, if the application stands further down."""


def site_root() -> str:
    """The address that the product's own begin with."""
    found: str = request.environ.get(ROOT, request.root_path)
    return found


def asset(name: str) -> str:
    """The URL path of a bundled file by its plain name; raises `AssetsMissingError`."""
    try:
        return site_root() + current_bundle().urls[name]
    except KeyError:
        raise AssetsMissingError(f'There is no asset "{name}"') from None


def icon(name: str, fallback: str = "") -> str:
    """The URL of an icon in the sprite, for `<use href>`.

    `fallback` is the icon to show where `name` comes from a spec and may be unknown; without
    it an unknown name raises `AssetsMissingError`.
    """
    icons = current_bundle().icons
    try:
        return site_root() + (icons.get(name) or icons[fallback or name])
    except KeyError:
        raise AssetsMissingError(
            f'There is no icon "{name}": add it to assets/icons.json'
        ) from None


def make_blueprint() -> Blueprint:
    """The route of the files."""
    blueprint = Blueprint("assets", __name__, url_prefix=PREFIX)
    blueprint.get("/<name>")(send_asset)
    return blueprint


def send_asset(name: str) -> Response:
    """A bundled file in the best coding the browser takes, to be kept for a year."""
    paths = current_bundle().paths
    media_type = MEDIA_TYPES.get(Path(name).suffix)
    if name not in paths or media_type is None or name == "manifest.json":
        abort(404)
    coding = next(
        (c for c, end in ENCODINGS.items() if name + end in paths and request.accept_encodings[c]),
        None,
    )
    content = paths[name + ENCODINGS[coding] if coding else name].read_bytes()
    response = Response(content, content_type=media_type)
    response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    response.headers["Vary"] = "Accept-Encoding"
    if coding:
        response.headers["Content-Encoding"] = coding
    return response
