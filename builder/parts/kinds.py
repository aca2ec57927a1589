"""The types that a part may be of, and where it is seen when it is published."""

from flask import url_for

from builder.bench import Bench
from form_specs.language import _
from runtime.web.site.context import current_services, here


def view_types(bench: Bench) -> list[tuple[str, str]]:
    """(name, title) of each way to show records."""
    types = current_services().registry.view_types
    return [(name, _(types[name].title)) for name in bench.catalog.view_types]


def action_types(bench: Bench) -> list[tuple[str, str]]:
    """(name, title) of each kind of action; those that need an engineer come last."""
    types = current_services().registry.action_types
    names = sorted(bench.catalog.action_types, key=lambda name: name == "run_hook")
    return [(name, _(types[name].title)) for name in names]


def with_unknown(types: list[tuple[str, str]], own: str) -> list[tuple[str, str]]:
    """The same with the type that a part is of, where that is none."""
    if own in dict(types):
        return types
    return [(own, _("%(type)s (no such type)", type=own)), *types]


def published_view_url(bench: Bench, key: str) -> str:
    """Where a view is looked at as it is in force; empty where it is not."""
    tool = next((tool for tool in here().tools if tool.key == bench.tool), None)
    if tool is None or key not in tool.spec.views:
        return ""
    return url_for("web.view", tool=bench.tool, view=key)
