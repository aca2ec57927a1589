"""What stands around every page of the builder: state, sections, problems, who else is here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import uuid4
from zlib import crc32

from flask import g, url_for

from builder.bench import Bench
from builder.drafting.examined import PlacedProblem, count_changes
from builder.section import Section, sections
from builder.telling import Asked, asked_places, part_words
from form_specs.conditions.binding import microseconds
from form_specs.language import _, counted
from runtime.storage import spec_drafts, tools
from runtime.web.site.context import here
from runtime.web.site.times import moment, relative

PRESENT: Final = timedelta(seconds=40)
"""Who was not seen for so long is not here."""
_PROBLEMS_SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class SectionTab:
    """One section in the row of sections."""

    title: str
    url: str
    icon: str
    active: bool
    count: str = ""
    problems: str = ""
    """How many things are wrong in it; empty: none."""


@dataclass(frozen=True, slots=True)
class ProblemLink:
    """One thing wrong with the draft, and where it is put right."""

    place: str
    message: str
    hint: str
    url: str
    is_error: bool


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody else who has the builder of the tool open."""

    title: str
    section: str


@dataclass(frozen=True, slots=True)
class Turn:
    """Undo or redo: where it is asked for, and what it would do."""

    url: str
    label: str
    """Empty: there is nothing to undo or redo."""


@dataclass(frozen=True, slots=True)
class ClashNote:
    """Places that somebody else changed meanwhile; what was asked for is asked again or dropped."""

    label: str
    places: Sequence[Asked]
    again: Sequence[tuple[str, str]]
    """The posted form once more, on the draft as it is now."""
    action: str


@dataclass(frozen=True, slots=True)
class FollowNote:
    """A version that was published elsewhere does not agree with the draft."""

    version: int
    places: Sequence[Asked]
    action: str


@dataclass(frozen=True, slots=True)
class Frame:
    """The frame of a page of the builder."""

    tool: str
    title: str
    icon: str
    page: str
    root: str
    sequence: int
    state: str
    """Changes whenever something on the page would."""
    once: str
    version: int
    is_draft: bool
    words: str
    kept: datetime | None
    changes: int
    undo: Turn
    redo: Turn
    tabs: Sequence[SectionTab]
    problems: Sequence[ProblemLink]
    problem_words: str
    errors: int
    people: Sequence[Present]
    last: str
    """What somebody else did last; empty: nobody did."""
    last_at: datetime | None
    last_ago: str
    edit_url: str
    state_url: str
    publish_url: str
    try_url: str
    tool_url: str
    back_url: str
    clash: ClashNote | None
    follow: FollowNote | None
    refused: str
    unread: str
    """Who kept a text that is no JSON beside the document; empty: nobody."""
    unread_url: str


def frame_of(bench: Bench, section: Section) -> Frame:
    """What stands around a page of a section."""
    standing = bench.standing
    document = bench.document
    kept = moment(standing.draft.updated_at) if standing.draft else None
    last = _last(bench)
    problems = [problem_link(bench, problem) for problem in bench.examined.problems]
    return Frame(
        tool=bench.tool,
        title=str(document.get("title") or bench.tool),
        icon=icon_of(document),
        page=bench.page,
        root=bench.root,
        sequence=standing.sequence,
        state=state_of(bench.tool),
        once=uuid4().hex,
        version=standing.version,
        is_draft=standing.is_changed,
        words=draft_words(bench),
        kept=kept if standing.is_changed else None,
        changes=_changes(bench),
        undo=_turn(bench, "undo"),
        redo=_turn(bench, "redo"),
        tabs=[_tab(bench, each, section) for each in sections() if each.is_tab],
        problems=problems[:_PROBLEMS_SHOWN],
        problem_words=_problem_words(bench.examined.problems),
        errors=bench.examined.errors,
        people=_people(bench),
        last=last[0],
        last_at=last[1],
        last_ago=relative(last[1], datetime.now(UTC)) if last[1] else "",
        edit_url=f"{bench.root}edit",
        state_url=f"{bench.root}state",
        publish_url=bench.url("publish"),
        try_url=f"{bench.root}try/t/{bench.tool}/",
        tool_url=url_for("web.tool", tool=bench.tool) if standing.version else "",
        back_url=url_for("build.tools"),
        clash=None,
        follow=_follow(bench),
        refused=bench.refused,
        unread=_unread(bench),
        unread_url=bench.url("text"),
    )


def icon_of(document: Any) -> str:
    """The icon of a tool, where the document names one that is a name."""
    found = document.get("icon")
    return found if isinstance(found, str) and found.isascii() else "layers"


def _changes(bench: Bench) -> int:
    standing = bench.standing
    if not standing.base or not standing.is_changed:
        return 0
    return count_changes(standing.base, standing.text, bench.catalog)


def draft_words(bench: Bench) -> str:
    """How far the draft is from what is in force."""
    standing, number = bench.standing, _changes(bench)
    if not standing.version:
        return _("Draft, not published yet")
    if not number:
        return _("As in version %(number)s", number=standing.version)
    return counted(
        "Draft, one change since version %(version)s",
        "Draft, %(num)s changes since version %(version)s",
        number,
        version=standing.version,
    )


def _turn(bench: Bench, kind: str) -> Turn:
    find = spec_drafts.to_undo if kind == "undo" else spec_drafts.to_redo
    entry = find(here().conn, bench.tool, g.person.name) if bench.standing.draft else None
    label = (entry.label or _("the last change")) if entry else ""
    return Turn(f"{bench.root}{kind}", label)


def _tab(bench: Bench, section: Section, shown: Section) -> SectionTab:
    number = section.count(bench.document) if section.count else None
    wrong = sum(p.is_error for p in bench.examined.problems if p.at[:1] and p.at[0] in section.owns)
    return SectionTab(
        _(section.title),
        f"{bench.root}{section.path}",
        section.icon,
        active=section is shown,
        count="" if number is None else str(number),
        problems=str(wrong) if wrong else "",
    )


def problem_link(bench: Bench, problem: PlacedProblem) -> ProblemLink:
    """A problem of the draft as pages show it."""
    return ProblemLink(
        part_words(bench.document, problem.at),
        problem.problem.message,
        problem.problem.hint,
        bench.url_of(problem.at),
        problem.is_error,
    )


def _problem_words(problems: Sequence[PlacedProblem]) -> str:
    errors = sum(problem.is_error for problem in problems)
    warnings = len(problems) - errors
    said = []
    if errors:
        said.append(counted("One problem", "%(num)s problems", errors))
    if warnings:
        said.append(counted("One warning", "%(num)s warnings", warnings))
    return " · ".join(said) or _("No problems")


def _present(tool: str) -> list[tuple[str, str]]:
    """(name, section) of the others who are here."""
    since = microseconds(datetime.now(UTC) - PRESENT)
    found = spec_drafts.here(here().conn, tool, since)
    return [(name, place) for name, place in found if name != g.person.name]


def _people(bench: Bench) -> list[Present]:
    found = _present(bench.tool)
    titles = here().titles({name for name, _place in found})
    names = {section.name: _(section.title) for section in sections()}
    return [Present(titles.get(name, name), names.get(place, "")) for name, place in found]


def _last(bench: Bench) -> tuple[str, datetime | None]:
    """What somebody else did last, if it was lately."""
    if not bench.standing.draft:
        return "", None
    entry = next(iter(spec_drafts.log(here().conn, bench.tool, 1)), None)
    if entry is None or entry.account in ("", g.person.name):
        return "", None
    who = here().titles({entry.account}).get(entry.account, entry.account)
    said = {"undo": _("undid"), "redo": _("did again")}.get(entry.kind, "")
    what = f"{said} {entry.label}".strip() or _("changed the draft")
    return f"{who}: {what}", moment(entry.at)


def state_of(tool: str) -> str:
    """A text that is another one whenever the frame or the draft is; cheap to find out."""
    conn = here().conn
    sequence, updated = spec_drafts.state(conn, tool)
    published = tools.by_key(conn, tool)
    people = ",".join(f"{name} {place}" for name, place in _present(tool))
    version = published.current_version if published else 0
    return f"{sequence}.{updated}.{version}.{crc32(people.encode())}"


def _follow(bench: Bench) -> FollowNote | None:
    standing = bench.standing
    if not standing.conflicts:
        return None
    places = asked_places(bench.document, standing.conflicts)
    return FollowNote(standing.version, places, f"{bench.root}follow")


def _unread(bench: Bench) -> str:
    draft = bench.standing.draft
    if draft is None or draft.unread is None:
        return ""
    name = draft.unread_by or ""
    return here().titles({name}).get(name, name) or _("Somebody")
