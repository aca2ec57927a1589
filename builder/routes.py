"""The builder's addresses, and its place in the side bar."""

from flask import Blueprint, Flask, g, request, url_for

from builder import views
from runtime.access import BUILDER, EVERY_TOOL
from runtime.web.contexts import NavItem, NavSection


def install_builder(app: Flask) -> None:
    """Adds the builder's pages to an application."""
    app.register_blueprint(_pages())
    app.extensions.setdefault("navigation", []).append(_navigation)


def _pages() -> Blueprint:
    blueprint = Blueprint("build", __name__, url_prefix="/build")
    blueprint.add_url_rule("/", "tools", views.tool_list, methods=["GET"])
    blueprint.add_url_rule("/", "start", views.start, methods=["POST"])
    blueprint.add_url_rule("/<tool>/", "spec", views.spec, methods=["GET"])
    blueprint.add_url_rule("/<tool>/", "change", views.change, methods=["POST"])
    blueprint.add_url_rule("/<tool>/spec.json", "download", views.download, methods=["GET"])
    return blueprint


def _navigation() -> NavSection:
    """Where builders find their way in; empty for everybody else."""
    builds = g.person.builds(EVERY_TOOL) or any(role == BUILDER for _tool, role in g.person.roles)
    if not builds:
        return NavSection("", ())
    active = request.blueprint == "build"
    return NavSection("Build", [NavItem("Tools", url_for("build.tools"), "wrench", active=active)])
