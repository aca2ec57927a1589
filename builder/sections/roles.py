"""Roles: who may do what, as a matrix, and each role by itself."""

from collections.abc import Mapping
from typing import Any

from flask import abort, request, url_for
from werkzeug.wrappers import Response

from builder.bench import Bench, bench_or_404
from builder.commanding import KEY
from builder.flow.cells import RightsOf
from builder.flow.matrix import RolePage, RolesPage, looked_at
from builder.section import Page, PartGoneError, Route, Section, SectionPage, count_of
from form_specs.checks.raw import objects, text
from form_specs.editing import Address
from form_specs.language import _, marked
from runtime.web.site.htmx import see_other
from runtime.web.site.viewing import begin


def draw_matrix(bench: Bench) -> SectionPage:
    """What all roles may do with one form."""
    forms = [key for _at, raw in objects(bench.document, "forms", "") if (key := text(raw, "key"))]
    asked = bench.args.get("form", "")
    form = asked if asked in forms else next(iter(forms), "")
    return SectionPage("builder/roles.html", _("Roles"), RolesPage(bench, form))


def draw_role(bench: Bench, role: str) -> SectionPage:
    """One role."""
    raw = RightsOf(bench.document, "").roles.get(role)
    if raw is None:
        raise PartGoneError
    content = RolePage(bench, role, raw)
    return SectionPage("builder/role.html", content.title, content)


def look(tool: str, role: str) -> Response:
    """Opens the tool as a role, or as one person who has it."""
    bench = bench_or_404(tool)
    found = looked_at(tool, role)
    page = RolePage(bench, role, {})
    account = request.form.get("account", "")
    if found is None or not page.looks or account not in ("", *dict(page.people)):
        abort(404)
    begin(found, role, account, bench.url("roles", f"{role}/"))
    return see_other(url_for("web.tool", tool=tool))


def _place(document: Any, at: Address) -> str | None:
    """Where a role, or what it may do with a form, is changed."""
    if not at or at[0] != "roles":
        return None
    if len(at) == 1:
        return ""
    found = RightsOf(document if isinstance(document, Mapping) else {}, "").roles
    if at[1] not in found:
        return None
    if at[2:3] == ("grants",) and at[4:5] in (("can",), ("fields",)) and KEY.fullmatch(at[3]):
        return f"?form={at[3]}"
    return f"{at[1]}/"


SECTION = Section(
    name="roles",
    title=marked("Roles"),
    icon="users",
    order=50,
    pages=(Page("", "roles", draw_matrix), Page("<role>/", "role", draw_role)),
    routes=(Route("<role>/look", "look", look),),
    owns=("roles",),
    place=_place,
    count=count_of("roles"),
)
