"""Drawing pages: a whole page, or one block of it for htmx."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, make_response
from jinja2 import (
    BytecodeCache,
    ChoiceLoader,
    FileSystemBytecodeCache,
    FunctionLoader,
    PackageLoader,
    StrictUndefined,
)
from jinja2.bccache import Bucket
from jinja2_fragments.flask import render_block

from components.base import FieldType
from components.registry import Registry
from runtime.web.contexts import CellMacro, FormMacro, RefreshPart
from runtime.web.site.assets import install_assets
from runtime.web.site.htmx import wants_fragment
from runtime.web.site.shell import page_shell

Macro = Callable[..., Any]


def install_templates(app: Flask, registry: Registry) -> None:
    """Page frames from `templates`, parts from `components` and from other packages' types.

    A misspelt name is an error.
    """
    folders = registry.template_folders()
    app.jinja_loader = ChoiceLoader(
        [PackageLoader("templates", "."), PackageLoader("components", "."), _part_loader(folders)]
    )
    app.jinja_options = {
        "undefined": StrictUndefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
        "bytecode_cache": _compiled_templates(),
    }
    install_assets(app)


class _Compiled(FileSystemBytecodeCache):
    """Compiled templates in files; where they cannot be written, they are compiled again."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().dump_bytecode(bucket)


def _compiled_templates() -> BytecodeCache | None:
    """This account's folder among temporary files, so that no start compiles what another has.

    None where there is no folder that is safe from others.
    """
    try:
        return _Compiled(pattern=f"opswright-{version('jinja2')}-%s")
    except (OSError, RuntimeError):
        return None


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
    response.headers["X-Page-Title"] = _in_a_header(title)
    return response


def draw_changes(part: RefreshPart) -> Response:
    """What changes in a form that stands already.

    By a macro: a template that is rendered looks its imports up each time.
    """
    return make_response(str(_macro("macros/refresh.html", "changes")(part)))


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


def _in_a_header(text: str) -> str:
    """A text as a header may hold it: without control characters, other letters as question marks."""
    plain = text.encode("ascii", "replace").decode()
    return " ".join("".join(sign if sign.isprintable() else " " for sign in plain).split())
