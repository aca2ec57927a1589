"""What is shown of the pilot that a tool has, and of who could be in one."""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import Final, NamedTuple

from flask import request

from builder.bench import Bench
from builder.publishing.pilots.contexts import FigureRow, PilotChoice, PilotPart, PilotPerson
from builder.publishing.pilots.figures import Figures, Measured, measured
from form_specs.digest import digest
from form_specs.language import _, counted, marked
from form_specs.model import JsonObject
from runtime.access import TEAM
from runtime.compiling.tool import CompiledTool
from runtime.pilot_records import OfferedView
from runtime.storage import accounts, pilots, tools
from runtime.storage.pilots import Pilot, PilotOutcome
from runtime.web.contexts import Option
from runtime.web.site.context import current_services, here
from runtime.web.site.times import length, moment, relative

_REASONS_SHOWN: Final = 8
_NAMED: Final = 4


def running(bench: Bench) -> Pilot | None:
    """The pilot that the tool of a bench has now."""
    return pilots.running(here().conn, bench.tool)


def pilot_part(bench: Bench, pilot: Pilot) -> PilotPart:
    """The pilot that runs, with how it goes."""
    context, place = here(), str(pilot.version)
    version = tools.version(context.conn, pilot.tool_id, pilot.version)
    names = accounts.titles(context.conn, {pilot.started_by, *pilot.people})
    found, at = measured(context.conn, pilot), moment(pilot.started_at)
    title = view_title(pilot)
    tool = context.services.published.version(context.conn, pilot.tool_id, pilot.version)
    return PilotPart(
        number=pilot.version,
        current=bench.standing.version,
        who=who_has_it(pilot, names, title),
        by=names.get(pilot.started_by, pilot.started_by),
        note=version.info.note if version else "",
        at=at,
        at_text=relative(at, datetime.now(UTC)),
        rows=[*_rows(found)],
        compared=title,
        refusals=[*_refusals(found, tool)],
        differs=version is not None and version.info.digest != digest(bench.document),
        choice=_choice_again(bench, pilot),
        change_url=bench.url("publish", f"pilot/{place}"),
        adopt_url=bench.url("publish", f"pilot/{place}/adopt"),
        withdraw_url=bench.url("publish", f"pilot/{place}/withdraw"),
        compare_url=bench.url(
            "versions", "compare", **{"from": str(bench.standing.version), "to": place}
        ),
    )


def _choice_again(bench: Bench, pilot: Pilot) -> PilotChoice:
    """Who has it, or who was chosen just now where that was refused."""
    if "share" in request.form:
        chosen = request.form.getlist("people")
        return choice_of(bench, chosen, _typed_share(), open_=True)
    return choice_of(bench, pilot.people, Share(str(pilot.share), pilot.view))


def view_title(pilot: Pilot) -> str:
    """What the list of a pilot's records is called; empty: it has none."""
    if not pilot.view:
        return ""
    version = tools.version(here().conn, pilot.tool_id, pilot.version)
    views = version.document.get("views", ()) if version else ()
    return next((v["title"] for v in views if v["key"] == pilot.view), pilot.view)


def who_has_it(pilot: Pilot, titles: Mapping[str, str], view: str) -> str:
    """The people and records of a pilot, in words; `view` is the title of its list."""
    people = sorted(titles.get(name, name) for name in pilot.people)
    named = ", ".join(people[:_NAMED])
    more = len(people) - _NAMED
    if more > 0:
        named = counted("%(named)s and one more", "%(named)s and %(num)s more", more) % {
            "named": named
        }
    records = _("%(share)s of each 100 records", share=pilot.share) if pilot.share else ""
    if records and view:
        records = _("%(share)s of each 100 of %(view)s", share=pilot.share, view=view)
    if named and records:
        return _("%(one)s and %(other)s", one=named, other=records)
    return named or records


def tried_by(pilot: Pilot, titles: Mapping[str, str]) -> str:
    """Who had a version before all others, and how that ended."""
    who = who_has_it(pilot, titles, view_title(pilot))
    if not pilot.ended_at:
        return _("Tried by %(who)s", who=who)
    at = relative(moment(pilot.ended_at), datetime.now(UTC))
    by = titles.get(pilot.ended_by, pilot.ended_by)
    if pilot.outcome is PilotOutcome.ADOPTED:
        return _("Tried by %(who)s; given to all by %(by)s, %(at)s", who=who, by=by, at=at)
    return _("Tried by %(who)s; taken back by %(by)s, %(at)s", who=who, by=by, at=at)


def asked_choice(bench: Bench, document: JsonObject) -> PilotChoice:
    """What is asked for where a draft is to be given to some."""
    piloting = current_services().piloting
    always = [each.text for each in piloting.hindrances(document, by_record=False)]
    by_record = [each.text for each in piloting.hindrances(document, by_record=True)]
    return choice_of(
        bench,
        request.form.getlist("people"),
        _typed_share(),
        hindrances=always,
        only_people=[text for text in by_record if text not in always],
        open_=request.form.get("do") == "pilot",
    )


class Share(NamedTuple):
    """A share as it is typed: of each hundred records of a list, or of all."""

    number: str
    view: str


def _typed_share() -> Share:
    return Share(request.form.get("share", "0"), request.form.get("view", ""))


def choice_of(
    bench: Bench,
    chosen: Collection[str],
    share: Share,
    *,
    hindrances: Iterable[str] = (),
    only_people: Iterable[str] = (),
    open_: bool = False,
) -> PilotChoice:
    """Everybody who works with the tool, who of them is chosen, and its lists."""
    offered = current_services().piloting.offered_views(bench.tool)
    fit = [each for each in offered if not each.hindrance]
    return PilotChoice(
        people=_people(bench, chosen),
        share=share.number,
        views=[
            Option("", _("all records of the tool"), selected=not share.view),
            *(
                Option(each.view.key, _in_form(each, fit), selected=each.view.key == share.view)
                for each in fit
            ),
        ],
        unfit=[f"{each.view.title}: {each.hindrance}" for each in offered if each.hindrance],
        hindrances=[*hindrances],
        only_people=[*only_people],
        open=open_,
    )


def _in_form(offered: OfferedView, among: Collection[OfferedView]) -> str:
    """What a list is called, with its form where lists of several are offered."""
    if len({each.form.key for each in among}) == 1:
        return offered.view.title
    return f"{offered.view.title} ({offered.form.spec.title})"


def _people(bench: Bench, chosen: Collection[str]) -> list[PilotPerson]:
    titles: dict[str, str] = {}
    roles: dict[str, list[str]] = {}
    tool = current_services().published.tool(here().conn, bench.tool)
    said = tool.spec.roles if tool else {}
    for name, title, role in accounts.members(here().conn, bench.tool):
        if not role.startswith(TEAM):
            titles[name] = title
            roles.setdefault(name, []).append(said[role].title if role in said else role)
    found = [
        PilotPerson(name, title, ", ".join(roles[name]), name in chosen)
        for name, title in titles.items()
    ]
    return sorted(found, key=lambda person: person.title.casefold())


# -- how it goes ----------------------------------------------------------------------------


def _rows(found: Measured) -> Iterable[FigureRow]:
    sides = (found.tried, found.others)
    yield _row(_("People at work"), [str(side.people) for side in sides])
    yield _row(_("Records"), [str(side.records) for side in sides])
    yield _row(_("Changes saved"), [str(side.changes) for side in sides])
    yield _row(_("Refused saves"), [_refused(side) for side in sides])
    hint = _("From one step of a record to the next, half of them sooner, half later")
    yield _row(_("Time to the next step"), [_wait(side) for side in sides], hint)
    hint = _("Steps into a state in which the record had been before")
    yield _row(_("Sent back"), [_returned(side) for side in sides], hint)


def _row(title: str, texts: list[str], hint: str = "") -> FigureRow:
    tried, others = texts
    return FigureRow(title, tried, others, hint)


def _refused(side: Figures) -> str:
    tries = side.changes + side.refused
    return _of(side.refused, tries) if tries else "–"


def _returned(side: Figures) -> str:
    return _of(side.returned, side.moves) if side.moves else "–"


def _wait(side: Figures) -> str:
    return length(side.wait) if side.wait is not None else "–"


def _of(part: int, whole: int) -> str:
    return _(
        "%(part)s of %(whole)s (%(percent)s %%)",
        part=part,
        whole=whole,
        percent=round(100 * part / whole),
    )


_CHECKS = {
    "role": marked("not allowed"),
    "state": marked("not possible in that state"),
    "field": marked("a value that does not fit"),
    "rule": marked("a rule between fields"),
    "required": marked("left empty"),
    "comment": marked("no comment"),
    "guard": marked("what has to hold for a step"),
    "condition": marked("not there for that record"),
    "hook": marked("a function refused it"),
    "unique": marked("another record has that value"),
}


def _refusals(found: Measured, tool: CompiledTool) -> Iterable[FigureRow]:
    for each in found.refusals[:_REASONS_SHOWN]:
        form = tool.spec.forms.get(each.form)
        field = form.fields.get(each.field) if form else None
        place = field.title if field else form.title if form else each.form
        why = _(_CHECKS.get(each.check, each.check))
        yield FigureRow(f"{place}: {why}", str(each.tried), str(each.others))
