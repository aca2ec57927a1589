"""Lists: choices that several fields share, as they start, and who changes them in the running tool."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from builder.bench import Bench
from builder.commands.lists import COLORS
from builder.drafting.examined import PlacedProblem
from builder.forms.matching import Matching, depending, matching_of
from builder.parts.items import RoleBox, role_boxes, roles_words
from builder.parts.rows import PartRow, part_rows, place_in
from builder.section import Page, PartGoneError, Section, SectionPage, count_of
from form_specs.checks.raw import object_at, objects, text
from form_specs.editing import Address, find, has, indexed, names_of
from form_specs.exact_json import loads
from form_specs.language import _, counted, marked
from form_specs.problem import pointer_of
from runtime.gate.listing import may_edit
from runtime.web.site.context import here
from runtime.web.site.language import own_name

_ELSEWHERE = ("choices", "editors")
_COLOR_TITLES = {
    "blue": marked("Blue"),
    "green": marked("Green"),
    "amber": marked("Amber"),
    "red": marked("Red"),
    "violet": marked("Violet"),
    "gray": marked("Gray"),
}


@dataclass(frozen=True, slots=True)
class ListsPage:
    """The lists of a tool."""

    rows: Sequence[PartRow]


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    """One choice of a list."""

    name: str
    key: str
    title: str
    color: str
    retired: bool
    said: str
    """What it is called in the language that is shown beside."""
    is_new: bool
    """It is not in force yet, so that no record can hold it."""
    problems: Sequence[PlacedProblem]
    match: Sequence[tuple[str, str]]
    """The values of another field for which it is offered; empty: always."""
    first: bool
    last: bool


@dataclass(frozen=True, slots=True)
class ListPage:
    """The editor of one list."""

    key: str
    title: str
    choices: Sequence[ChoiceRow]
    colors: Sequence[tuple[str, str]]
    problems: Sequence[PlacedProblem]
    editors: Sequence[RoleBox]
    editor_problems: Sequence[PlacedProblem]
    uses: Sequence[str]
    matching: Matching | None
    """The field that its choices have to fit somewhere."""
    language: str
    """The language that the choices are translated into on this page; empty: none."""
    languages: Sequence[tuple[str, str, str]]
    """(key, name, address of the page with it) of each other language of the tool."""
    running_url: str
    """Where the list is changed in the running tool; empty: it is not there, or not for this person."""
    rest_url: str


def draw(bench: Bench) -> SectionPage:
    """All lists."""
    rows = part_rows(bench, "lists", _words)
    return SectionPage("builder/lists.html", _("Lists"), ListsPage(rows))


def _words(bench: Bench, found: Mapping[str, Any]) -> str:
    number = sum(1 for _each in objects(found, "choices", ""))
    said = counted("One choice", "%(num)s choices", number)
    nobody = _("nobody changes it in the running tool")
    return f"{said} · {roles_words(bench.document, found.get('editors'), nobody)}"


def draw_one(bench: Bench, name: str) -> SectionPage:
    """The editor of one list."""
    at = ("lists", name)
    if not has(bench.document, at) or not isinstance(raw := find(bench.document, at), dict):
        raise PartGoneError(name)
    title = text(raw, "title") or name
    return SectionPage("builder/choice_list.html", title, _list_page(bench, at, raw))


def _list_page(bench: Bench, at: Address, raw: Mapping[str, Any]) -> ListPage:
    problems = bench.examined.problems_at(*at)
    messages = object_at(bench.document, "messages")
    language = bench.args.get("in", "")
    language = language if language in messages else ""
    rows = {row.name: row for row in part_rows(bench, "lists", _words)}
    fields = depending(bench.document, at[1])
    matching = next((matching_of(bench.document, *field) for field in fields), None)
    return ListPage(
        key=at[1],
        title=text(raw, "title") or "",
        choices=_choices(bench, at, raw, language, matching or Matching("")),
        colors=[(color, _(_COLOR_TITLES[color])) for color in COLORS],
        problems=[p for p in problems if len(p.at) < 4 and p.at[2:3] != ("editors",)],
        editors=role_boxes(bench.document, raw.get("editors")),
        editor_problems=bench.examined.problems_at(*at, "editors"),
        uses=rows[at[1]].uses,
        matching=matching,
        language=language,
        languages=[
            (key, own_name(key), bench.url("lists", at[1], **{"in": key})) for key in messages
        ],
        running_url=_running_url(bench, at[1]),
        rest_url=bench.url("text", at=indexed(bench.document, at)),
    )


def _choices(
    bench: Bench, at: Address, raw: Mapping[str, Any], language: str, matching: Matching
) -> list[ChoiceRow]:
    said = object_at(object_at(bench.document, "messages"), language) if language else {}
    in_force = _in_force(bench, at[1])
    stands = raw.get("choices")
    found = stands if isinstance(stands, list) else []
    rows = []
    for number, (name, item) in enumerate(zip(names_of(found), found, strict=True)):
        choice = item if isinstance(item, Mapping) else {}
        place = (*at, "choices", name)
        key = text(choice, "key") or ""
        rows.append(
            ChoiceRow(
                name,
                key,
                text(choice, "title") or "",
                text(choice, "color") or "gray",
                choice.get("retired") is True,
                text(said, pointer_of((*place, "title"))) or "",
                key not in in_force,
                bench.examined.problems_at(*place),
                matching.chosen(choice),
                first=number == 0,
                last=number == len(found) - 1,
            )
        )
    return rows


def _in_force(bench: Bench, key: str) -> set[str]:
    """The keys of a list's choices as it was published last."""
    base = loads(bench.standing.base) if bench.standing.base else {}
    found = (part for _at, part in objects(base, "lists", "") if text(part, "key") == key)
    return {
        text(choice, "key") or "" for part in found for _at, choice in objects(part, "choices", "")
    }


def _running_url(bench: Bench, key: str) -> str:
    tool = next((tool for tool in here().tools if tool.key == bench.tool), None)
    spec = tool.spec.lists.get(key) if tool else None
    if tool is None or spec is None or not may_edit(here().person, tool, spec):
        return ""
    return url_for("web.edit_list", tool=bench.tool, name=key)


def _place(_document: Any, at: Address) -> str | None:
    return place_in("lists", at, _ELSEWHERE)


SECTION = Section(
    name="lists",
    title=marked("Lists"),
    icon="list",
    order=60,
    pages=(Page("", "lists", draw), Page("<name>", "choice_list", draw_one)),
    owns=("lists",),
    place=_place,
    count=count_of("lists"),
)
