"""The published versions of a tool: who, when and why, and any of them brought back into the draft."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import abort, flash, g, request, url_for
from werkzeug.wrappers import Response

from builder.bench import Bench, bench_or_404
from builder.drafting.desk import Seen
from builder.publishing.comparing import ComparedPart, SaidChange, in_words, side_by_side
from builder.publishing.pilots.drawing import tried_by
from builder.publishing.remarks import RemarkItem, add, items, of_tool
from builder.section import Page, Route, Section, SectionPage
from builder.spec_text.texts import pretty
from form_specs.editing import Edit, changes
from form_specs.language import _, counted, marked
from form_specs.model import JsonObject
from runtime.storage import accounts, pilots, tools
from runtime.storage.pilots import Pilot, PilotOutcome
from runtime.storage.spec_remarks import Remark, RemarkKind
from runtime.storage.tools import Tool, ToolVersion, VersionInfo
from runtime.web.site.context import here
from runtime.web.site.htmx import see_other
from runtime.web.site.times import moment, relative


@dataclass(frozen=True, slots=True)
class VersionItem:
    """One published version."""

    number: int
    url: str
    at: datetime
    at_text: str
    by: str
    note: str
    status: str
    """Whether it is in force, on trial, or was only tried; empty: it was in force."""
    color: str
    tried: str
    """Who had it before all others, and until when; empty: all got it at once."""
    shown: bool
    restore_url: str
    compare_url: str
    """Beside the one before it; empty: it is the first."""
    remarks: str
    """How many remarks there are; empty: none."""


@dataclass(frozen=True, slots=True)
class VersionsPage:
    """The versions of a tool, one of which may be shown."""

    items: Sequence[VersionItem]
    migrations_url: str
    download_url: str
    compare_url: str
    choices: Sequence[tuple[int, str]]
    """What can be compared: 0 is the draft."""
    remark_url: str
    remarks: Sequence[RemarkItem]
    """What was said of the version that is shown, or of the draft."""
    remarks_title: str
    number: int = 0
    """The one that is shown; 0: none."""
    text: str = ""
    sequence: int = 0


@dataclass(frozen=True, slots=True)
class ComparePage:
    """Two versions side by side."""

    compare_url: str
    choices: Sequence[tuple[int, str]]
    before: int
    after: int
    before_title: str
    after_title: str
    words: Sequence[SaidChange]
    parts: Sequence[ComparedPart]
    unsaid: str
    """Why there are no words; empty: there are."""


def draw(bench: Bench) -> SectionPage:
    """All versions, the newest first."""
    return SectionPage("builder/versions.html", _("Versions"), _page(bench))


def draw_one(bench: Bench, number: int) -> SectionPage:
    """The text of one version."""
    stored = _stored_or_404(bench.tool, number)
    content = _page(bench, number, pretty(stored.document))
    return SectionPage("builder/versions.html", _("Version %(number)s", number=number), content)


def draw_compared(bench: Bench) -> SectionPage:
    """Any two versions side by side, the draft among them."""
    in_force = bench.standing.version
    before, after = bench.args.get("from", in_force, int), bench.args.get("to", 0, int)
    was, now = _document_or_404(bench, before), _document_or_404(bench, after)
    broken = bench.examined.errors > 0 and 0 in (before, after)
    content = ComparePage(
        compare_url=bench.url("versions", "compare"),
        choices=_choices(bench),
        before=before,
        after=after,
        before_title=_title(before),
        after_title=_title(after),
        words=() if broken else in_words(was, now, bench.catalog),
        parts=side_by_side(was, now),
        unsaid=_("Once the draft has no errors, the changes stand here in words") if broken else "",
    )
    return SectionPage("builder/compared.html", _("Compared"), content)


def _document_or_404(bench: Bench, number: int) -> JsonObject:
    return _stored_or_404(bench.tool, number).document if number else bench.document


def _title(number: int) -> str:
    return _("Version %(number)s", number=number) if number else _("The draft")


def _choices(bench: Bench) -> list[tuple[int, str]]:
    tool = tools.by_key(here().conn, bench.tool)
    found = tools.versions(here().conn, tool.id) if tool else []
    return [(0, _title(0)), *((info.version, _title(info.version)) for info in found)]


def remark(tool: str) -> Response:
    """Says something of a version or of the draft."""
    bench = bench_or_404(tool)
    number, body = request.form.get("version", 0, int), request.form.get("body", "")
    if number:
        _stored_or_404(tool, number)
    if body.strip():
        version, sequence = (
            number or bench.standing.version,
            0 if number else bench.standing.sequence,
        )
        add(bench, RemarkKind.COMMENT, body, version=version, sequence=sequence)
    return see_other(bench.url("versions", str(number) if number else ""))


def restore(tool: str, number: int) -> Response:
    """Makes of the draft what a version was; it can be undone."""
    bench, stored = bench_or_404(tool), _stored_or_404(tool, number)

    def make(before: JsonObject) -> Edit:
        label = _("Bring back version %(number)s", number=number)
        return changes(before, stored.document, label)

    bench.desk.edit(make, g.person.name, Seen(request.form.get("_sequence", 0, int)))
    flash(_("The draft is as version %(number)s was", number=number), "success")
    return see_other(bench.root)


def _stored_or_404(tool: str, number: int) -> ToolVersion:
    conn = here().conn
    found = tools.by_key(conn, tool)
    stored = tools.version(conn, found.id, number) if found else None
    if stored is None:
        abort(404)
    return stored


def _page(bench: Bench, shown: int = 0, text: str = "") -> VersionsPage:
    conn = here().conn
    tool = tools.by_key(conn, bench.tool)
    found = tools.versions(conn, tool.id) if tool else []
    tried = pilots.listed(conn, tool.id) if tool else {}
    names = {name for pilot in tried.values() for name in (*pilot.people, pilot.ended_by)}
    titles = accounts.titles(conn, {info.published_by for info in found} | names)
    published = bool(tool and tool.current_version)
    said = of_tool(bench)
    counts = Counter(remark.version for remark in said if not remark.sequence)
    about = [r for r in said if _is_about(bench, r, shown)]
    return VersionsPage(
        items=[_item(tool, i, shown, titles, counts, tried.get(i.version)) for i in found]
        if tool
        else [],
        compare_url=bench.url("versions", "compare"),
        choices=_choices(bench),
        remark_url=bench.url("versions", "remarks"),
        remarks=items(about),
        remarks_title=_title(shown),
        migrations_url=url_for("build.migrations", tool=bench.tool) if published else "",
        download_url=url_for("build.download", tool=bench.tool) if published else "",
        number=shown,
        text=text,
        sequence=bench.standing.sequence,
    )


def _is_about(bench: Bench, remark: Remark, shown: int) -> bool:
    """Whether a remark is about the version that is shown, or else about the draft."""
    if shown:
        return remark.version == shown and not remark.sequence
    return bool(remark.sequence) and remark.version == bench.standing.version


def _item(
    tool: Tool,
    info: VersionInfo,
    shown: int,
    titles: Mapping[str, str],
    counts: Mapping[int, int],
    pilot: Pilot | None,
) -> VersionItem:
    at = moment(info.published_at)
    status, color = _status(tool, info.version, pilot)
    place: dict[str, Any] = {"tool": tool.key, "number": info.version}
    return VersionItem(
        number=info.version,
        url=url_for("build.version", **place),
        at=at,
        at_text=relative(at, datetime.now(UTC)),
        by=titles.get(info.published_by, info.published_by),
        note=info.note,
        status=status,
        color=color,
        tried=tried_by(pilot, titles) if pilot else "",
        shown=info.version == shown,
        restore_url=url_for("build.restore", **place),
        compare_url=_before_url(tool, info.version),
        remarks=counted("One remark", "%(num)s remarks", count)
        if (count := counts[info.version])
        else "",
    )


def _status(tool: Tool, number: int, pilot: Pilot | None) -> tuple[str, str]:
    """(words, colour) of how a version stands."""
    if number == tool.current_version:
        return _("in force"), "green"
    if pilot is not None and pilot.outcome is PilotOutcome.RUNNING:
        return _("on trial"), "amber"
    if pilot is not None and pilot.outcome is PilotOutcome.WITHDRAWN:
        return _("tried and taken back"), "gray"
    return "", ""


def _before_url(tool: Tool, number: int) -> str:
    """Where a version is beside the one before it; empty: it is the first."""
    if number < 2:
        return ""
    asked: dict[str, Any] = {"tool": tool.key, "from": number - 1, "to": number}
    return url_for("build.compared", **asked)


SECTION = Section(
    name="versions",
    title=marked("Versions"),
    icon="history",
    order=80,
    pages=(
        Page("", "versions", draw),
        Page("<int:number>", "version", draw_one),
        Page("compare", "compared", draw_compared),
    ),
    routes=(
        Route("<int:number>/restore", "restore", restore),
        Route("remarks", "remark", remark),
    ),
)
