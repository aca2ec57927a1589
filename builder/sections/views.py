"""Views: the ways to look at many records, in the order of the menu, each drawn on real records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from builder.bench import Bench
from builder.parts.conditions import ConditionPart, condition_part
from builder.parts.drawn import DrawnView, ViewDrawing
from builder.parts.fields import FormFields
from builder.parts.items import ItemList, RoleBox, items_of, role_boxes, roles_words
from builder.parts.kinds import published_view_url, view_types, with_unknown
from builder.parts.looks import LookRow, look_rows
from builder.parts.options import OptionInput, option_inputs
from builder.parts.rows import PartRow, form_titles, part_rows, place_in
from builder.parts.wording import words_for
from builder.publishing.view_times import ViewTime, time_of
from builder.section import Page, PartGoneError, Section, SectionPage, count_of
from form_specs.checks.raw import object_at, text
from form_specs.editing import Address, find, has, indexed
from form_specs.language import _, counted, marked


@dataclass(frozen=True, slots=True)
class ViewsPage:
    """The views of a tool."""

    rows: Sequence[PartRow]
    forms: Sequence[tuple[str, str]]
    """For a new one."""
    types: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class ViewPage:
    """The editor of one view."""

    key: str
    title: str
    form: str
    type: str
    types: Sequence[tuple[str, str]]
    drawn: DrawnView
    time: ViewTime | None
    """What reading it took when the draft was tried; none: it was not, or is another by now."""
    problems: Sequence[Any]
    """What is wrong with the view itself, and not with something in a list of it."""
    lists: Sequence[ItemList]
    looks: Sequence[LookRow]
    filter: ConditionPart
    roles: Sequence[RoleBox]
    role_problems: Sequence[Any]
    options: Sequence[OptionInput]
    rest_url: str
    """Where the rest of it is changed: its text."""
    open_url: str


def draw(bench: Bench) -> SectionPage:
    """All views."""
    content = ViewsPage(
        rows=part_rows(bench, "views", _words),
        forms=[*form_titles(bench).items()],
        types=view_types(bench),
    )
    return SectionPage("builder/views.html", _("Views"), content)


def _words(bench: Bench, view: Mapping[str, Any]) -> str:
    """A little of what a view shows."""
    columns = view.get("columns")
    said = [
        counted("One column", "%(num)s columns", len(columns) if isinstance(columns, list) else 0)
    ]
    if "filter" in view:
        said.append(_filter_words(bench, view))
    everybody = _("all who may read the form")
    said.append(roles_words(bench.document, view.get("roles"), everybody))
    return " · ".join(said)


def _filter_words(bench: Bench, view: Mapping[str, Any]) -> str:
    """Which records a view shows; a filter that is still to be put right cannot be said."""
    key = text(view, "key")
    if key is None or bench.examined.problems_at("views", key, "filter"):
        return _("some records")
    words = words_for(bench.examined.tool, text(view, "form") or "", view["filter"])
    return words or _("some records")


def draw_one(bench: Bench, view: str) -> SectionPage:
    """The editor of one view."""
    at = ("views", view)
    if not has(bench.document, at) or not isinstance(raw := find(bench.document, at), dict):
        raise PartGoneError(view)
    title = text(raw, "title") or view
    return SectionPage("builder/view.html", title, _view_page(bench, at, raw))


def _view_page(bench: Bench, at: Address, raw: Mapping[str, Any]) -> ViewPage:
    form, type_ = text(raw, "form") or "", text(raw, "type") or ""
    return ViewPage(
        key=at[1],
        title=text(raw, "title") or "",
        form=form_titles(bench).get(form, form),
        type=type_,
        types=with_unknown(view_types(bench), type_),
        drawn=ViewDrawing(bench, at[1], raw).drawn(),
        time=time_of(bench, at[1]),
        problems=[p for p in bench.examined.problems_at(*at) if _is_own(p.at)],
        lists=_lists(bench, at, raw),
        looks=look_rows(bench, at, raw),
        filter=condition_part(bench, (*at, "filter"), raw),
        roles=role_boxes(bench.document, raw.get("roles")),
        role_problems=bench.examined.problems_at(*at, "roles"),
        options=_options(bench, at, raw),
        rest_url=bench.url("text", at=indexed(bench.document, at)),
        open_url=published_view_url(bench, at[1]),
    )


_ELSEWHERE = ("columns", "sort", "quickFilters", "looks", "filter", "roles", "options")


def _is_own(at: Address) -> bool:
    """Not about something that stands elsewhere on the page with its problem."""
    return len(at) < 3 or at[2] not in _ELSEWHERE or (len(at) == 3 and at[2] in _ELSEWHERE[:3])


def _lists(bench: Bench, at: Address, raw: Mapping[str, Any]) -> list[ItemList]:
    fields = FormFields.of(bench.examined.tool, text(raw, "form") or "")

    def items(member: str) -> Any:
        return items_of(bench, (*at, member), raw, fields.title)

    columns, sort, quick = map(items, ("columns", "sort", "quickFilters"))
    taken = [{item.name for item in each} for each in (columns, sort, quick)]
    return [
        ItemList("columns", _("Columns"), "", columns, fields.columns(taken[0]), _("Add a column")),
        ItemList(
            *("sort", _("Sorted by"), _("As nothing is said: by what was made last")),
            *(sort, fields.sortable(taken[1]), _("Add a field to sort by")),
            turns=True,
        ),
        ItemList(
            *("quickFilters", _("Quick filters"), _("Offered first above the list")),
            *(quick, fields.filterable(taken[2]), _("Add a quick filter")),
        ),
    ]


def _options(bench: Bench, at: Address, raw: Mapping[str, Any]) -> list[OptionInput]:
    type_, options = text(raw, "type"), object_at(raw, "options")
    schema = bench.catalog.view_options(type_) if type_ in bench.catalog.view_types else {}
    names = (*options, *object_at(schema, "properties"))
    problems = {name: bench.examined.problems_at(*at, "options", name) for name in names}
    return option_inputs(schema, options, problems)


def _place(_document: Any, at: Address) -> str | None:
    return place_in("views", at, _ELSEWHERE)


SECTION = Section(
    name="views",
    title=marked("Views"),
    icon="table-2",
    order=20,
    pages=(Page("", "views", draw), Page("<view>", "view", draw_one)),
    owns=("views",),
    place=_place,
    count=count_of("views"),
)
