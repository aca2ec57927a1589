"""Drawing pages: a whole page, or one block of it for htmx."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, current_app, make_response
from jinja2 import ChoiceLoader, FunctionLoader, PackageLoader, StrictUndefined
from jinja2_fragments.flask import render_block

from components.base import FieldType
from runtime.web.assets import install_assets
from runtime.web.contexts import CellMacro, FormMacro
from runtime.web.htmx import wants_fragment
from runtime.web.shell import page_shell

if TYPE_CHECKING:
    from runtime.services import Services

Macro = Callable[..., Any]


def install_templates(app: Flask) -> None:
    """Page frames from `templates`, parts from `components` and from other packages' types.

    A misspelt name is an error.
    """
    services: Services = app.extensions["opswright"]
    folders = services.registry.template_folders()
    app.jinja_loader = ChoiceLoader(
        [PackageLoader("templates", "."), PackageLoader("components", "."), _part_loader(folders)]
    )
    app.jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    install_assets(app)


def _part_loader(folders: Mapping[str, Path]) -> FunctionLoader:
    """Finds the templates of a type in its own folder, wherever its package stands."""

    def load(name: str) -> tuple[str, str, Callable[[], bool]] | None:
        prefix, _, file = name.rpartition("/")
        path = folders[prefix] / file if prefix in folders else None
        if path is None or not path.is_file():
            return None
        return path.read_text("utf-8"), str(path), lambda: True

    return FunctionLoader(load)


def draw(
    template: str,
    page: Any,
    *,
    title: str,
    block: str | None = None,
    status: int = 200,
    **shell: Any,
) -> Response:
    """The answer with `page` in `template`; only its `block` where htmx swaps a part in."""
    context = {"shell": page_shell(title, **shell), "page": page}
    if block is not None and wants_fragment():
        html = render_block(template, block, **context)
    else:
        env = current_app.jinja_env
        html = env.get_template(template).render(**context)
    response = make_response(html, status)
    response.headers["X-Page-Title"] = title.encode("ascii", "replace").decode()
    return response


def cell_macro(field: FieldType) -> CellMacro:
    """The macro that draws a field's value in a table."""
    return _macro(f"{field.template}/cell.html", "cell")


def system_cell(name: str) -> CellMacro:
    """The macro of a system column: `state`, `moment`, `person`, `reference`, `plain`, `masked`."""
    return _macro("macros/cells.html", name)


def detail_macro(field: FieldType) -> CellMacro:
    """The macro that draws a field's value on a page where it cannot be edited."""
    return _macro(f"{field.template}/detail.html", "detail")


def form_macro(field: FieldType) -> FormMacro:
    """The macro that draws a field's inputs."""
    return _macro(f"{field.template}/form.html", "form")


def _macro(template: str, name: str) -> Macro:
    """A macro of a template; templates are compiled and their modules kept by Jinja."""
    macro: Macro = getattr(current_app.jinja_env.get_template(template).module, name)
    return macro
