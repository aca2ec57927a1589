"""What there is to do, tool by tool."""

from flask import current_app, g, url_for

from components.values.limits import and_more
from form_specs.language import _
from form_specs.model import Right, SortKey
from runtime.access import FormAccess
from runtime.compiling.tool import CompiledTool
from runtime.reading import ListRequest, RecordView
from runtime.storage.ids import encode_id
from runtime.web.contexts import (
    BrokenTool,
    HomePage,
    HomeTool,
    HomeView,
    Link,
    RecentRecord,
)
from runtime.web.lists.tables import counted
from runtime.web.records.record_pages import reference_of
from runtime.web.site.context import current_services, here
from runtime.web.site.times import moment, relative
from runtime.web.titles import who_acted

_RECENT = 8
_MOST_REASONS = 5


def home_page() -> HomePage:
    """The page's context: every tool with its views and what waits in them."""
    context = here()
    first = g.person.title.split()[0] if g.person.title else g.person.name
    drawn = [_tool(tool) for tool in context.tools]
    recent = [record for tool in context.tools for record in _recent(tool)]
    recent.sort(key=lambda record: record.at, reverse=True)
    return HomePage(
        greeting=_("Hello, %(name)s", name=first),
        tools=drawn,
        recent=recent[:_RECENT],
        broken=_broken(),
    )


def _tool(tool: CompiledTool) -> HomeTool:
    accesses = here().access.forms(tool)
    pairs = [(access, view) for access in accesses for view in access.views()]
    numbers = here().records.counts(here().conn, pairs)
    return HomeTool(
        title=tool.spec.title,
        description=tool.spec.description,
        icon=tool.spec.icon,
        url=url_for("web.tool", tool=tool.key),
        views=[
            HomeView(view.title, url_for("web.view", tool=tool.key, view=view.key), counted(number))
            for (_, view), number in zip(pairs, numbers, strict=True)
        ],
        create=[_create(tool, access) for access in accesses if access.can(Right.CREATE)],
    )


def _create(tool: CompiledTool, access: FormAccess) -> Link:
    url = url_for("web.new", tool=tool.key, form=access.form.key)
    return Link(_("New %(title)s", title=access.form.spec.title.lower()), url, "plus")


def _recent(tool: CompiledTool) -> list[RecentRecord]:
    """The records of a tool that were changed last."""
    context = here()
    asked = ListRequest(sort=(SortKey("@updated_at", descending=True),), limit=_RECENT)
    found: list[RecordView] = []
    for access in context.access.forms(tool):
        if access.can(Right.READ):
            found += context.records.page(context.conn, access, asked).records
    titles = context.titles({record.stored.updated_by for record in found})
    return [_recent_record(tool, record, titles) for record in found]


def _recent_record(tool: CompiledTool, record: RecordView, titles: dict[str, str]) -> RecentRecord:
    stored, form = record.stored, record.access.form
    state = form.workflow.states.get(stored.state or "") if form.workflow else None
    at = moment(stored.updated_at)
    return RecentRecord(
        title=record.title,
        url=url_for("web.record", tool=tool.key, form=form.key, record=encode_id(stored.id)),
        reference=reference_of(record),
        tool=tool.spec.title,
        state=state.title if state else "",
        state_color=state.color.value if state else "gray",
        at=at,
        at_text=relative(at, record.access.now),
        by=who_acted(stored.updated_by, titles),
    )


def _broken() -> list[BrokenTool]:
    """What could not be published, loaded or run, for those who can mend it."""
    if not g.person.is_admin:
        return []
    problems = current_app.config.get("SPEC_PROBLEMS", ())
    found: dict[str, list[str]] = {}
    for problem in problems:
        found.setdefault(problem.title, []).append(problem.reason)
    specs = [BrokenTool(title, _first(reasons)) for title, reasons in found.items()]
    hooks = [
        BrokenTool(
            _("The hooks in %(module)s", module=problem.module),
            [_("line %(line)s: %(message)s", line=problem.line, message=problem.message)],
        )
        for problem in current_services().hooks.problems()
    ]
    unusable = current_services().published.broken(here().conn)
    return [BrokenTool(key, [reason]) for key, reason in unusable] + specs + hooks


def _first(reasons: list[str]) -> list[str]:
    """As many reasons as somebody reads at one go, and how many more there are."""
    more = len(reasons) - _MOST_REASONS
    return [*reasons[:_MOST_REASONS], and_more(more)] if more > 0 else reasons
