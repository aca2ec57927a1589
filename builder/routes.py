"""The builder's addresses, and its place in the side bar."""

from flask import Blueprint, Flask, g, request, url_for

from builder import bench_views, importing, views
from builder.publishing import migration_pages
from builder.scenarios.records import record_links
from builder.section import sections
from builder.sheets import pages as sheet_pages
from builder.trial.mount import try_it
from builder.trial.trials import Trials
from form_specs.language import _
from runtime.access import BUILDER, EVERY_TOOL
from runtime.web.contexts import NavItem, NavSection


def install_builder(app: Flask) -> None:
    """Adds the builder's pages to an application."""
    app.register_blueprint(_pages())
    app.extensions["trials"] = Trials(app.extensions["opswright"])
    app.extensions.setdefault("navigation", []).append(_navigation)
    app.extensions.setdefault("record_links", []).append(record_links)


def _pages() -> Blueprint:
    blueprint = Blueprint("build", __name__, url_prefix="/build")
    blueprint.add_url_rule("/", "tools", views.tool_list, methods=["GET"])
    blueprint.add_url_rule("/", "start", views.start, methods=["POST"])
    blueprint.add_url_rule("/from-file", "choose_file", importing.choose_file, methods=["GET"])
    blueprint.add_url_rule("/from-file", "read_file", importing.read_file, methods=["POST"])
    blueprint.add_url_rule("/from-file/keep", "keep", importing.keep, methods=["POST"])
    one_sheet = "/from-file/sheet/<sheet>"
    blueprint.add_url_rule(one_sheet, "sheet", sheet_pages.sheet, methods=["GET"])
    blueprint.add_url_rule(one_sheet, "change_sheet", sheet_pages.change_sheet, methods=["POST"])
    _add_sections(blueprint)
    for rule in ("/<tool>/try/<path:below>", "/<tool>/try/"):
        blueprint.add_url_rule(rule, "try_it", try_it, methods=["GET", "POST"])
    blueprint.add_url_rule(
        "/<tool>/migrations/", "migrations", migration_pages.migrations, methods=["GET"]
    )
    one = "/<tool>/migrations/<job>"
    blueprint.add_url_rule(one, "migration", migration_pages.migration, methods=["GET"])
    blueprint.add_url_rule(
        f"{one}/cancel", "cancel_migration", migration_pages.cancel, methods=["POST"]
    )
    blueprint.add_url_rule(
        f"{one}/rejects.csv", "rejects", migration_pages.rejects, methods=["GET"]
    )
    blueprint.add_url_rule("/<tool>/spec.json", "download", views.download, methods=["GET"])
    return blueprint


def _add_sections(blueprint: Blueprint) -> None:
    """What all sections share, and the pages of each."""
    blueprint.add_url_rule("/<tool>/state", "state", bench_views.state, methods=["GET"])
    for name in ("edit", "undo", "redo", "discard", "follow"):
        handler = getattr(bench_views, name)
        blueprint.add_url_rule(f"/<tool>/{name}", name, handler, methods=["POST"])
    for section in sections():
        root = f"/<tool>/{section.path}"
        for page in section.pages:
            blueprint.add_url_rule(root + page.rule, page.name, bench_views.page, methods=["GET"])
        for route in section.routes:
            rule = root + route.rule
            blueprint.add_url_rule(rule, route.name, route.handler, methods=[*route.methods])


def _navigation() -> NavSection:
    """Where builders find their way in; empty for everybody else."""
    builds = g.person.builds(EVERY_TOOL) or any(role == BUILDER for _tool, role in g.person.roles)
    if not builds:
        return NavSection("", ())
    active = request.blueprint == "build"
    return NavSection(
        _("Build"), [NavItem(_("Tools"), url_for("build.tools"), "wrench", active=active)]
    )
