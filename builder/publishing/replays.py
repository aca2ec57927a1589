"""What a replay of the draft on the records found, through the eyes of who looks at it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from flask import url_for

from builder.bench import Bench
from form_specs.conditions.binding import microseconds
from form_specs.language import _, counted, digits, marked
from form_specs.model import JsonObject
from runtime.access import FormAccess
from runtime.compiling.form import Broken
from runtime.replaying.finding import Effect, Found, Group, Report
from runtime.replaying.job import MOST_CHANGES, Replays
from runtime.storage.ids import encode_id
from runtime.storage.jobs import Job
from runtime.storage.records import RecordReader, StoredRecord
from runtime.web.contexts import Link
from runtime.web.site.context import current_services, here
from runtime.web.site.times import moment, relative

_BELIEVED: Final = 3_600_000_000
"""For how long what was counted may lower a class, in microseconds: records are made meanwhile."""
_TITLES: Final[Mapping[Effect, str]] = {
    Effect.FAILS: marked("Could not be saved as they are"),
    Effect.STRANDED: marked("Are in a state that is gone"),
    Effect.LOSES: marked("Would lose a value"),
    Effect.COMPUTES: marked("A formula gives another value"),
    Effect.STUCK: marked("Could not move any more"),
    Effect.VANISHES: marked("Would vanish"),
    Effect.APPEARS: marked("Would appear"),
    Effect.FREED: marked("Could move on where they cannot now"),
}
_PAST: Final[Mapping[Effect, str]] = {
    Effect.REFUSED: marked("Would have been refused"),
    Effect.BARRED: marked("Whoever did it could not have"),
    Effect.UNOFFERED: marked("The step would not have been there"),
    Effect.ELSEWHERE: marked("Would have led elsewhere"),
    Effect.LOSES: marked("Would have lost a value"),
}
DAYS: Final = (30, 7, 90, 0)
"""How far back past changes are tried: what is offered, the first unless something else is asked for."""
_ENDED: Final = ("done", "failed", "cancelled")


@dataclass(frozen=True, slots=True)
class ReplaySample:
    """A record with another computed value."""

    record: str
    url: str
    before: Sequence[str]
    after: Sequence[str]


@dataclass(frozen=True, slots=True)
class ReplayGroup:
    """The records with which the same would happen for the same reason."""

    text: str
    words: str
    records: Sequence[Link]
    """The first of those that the person may see."""
    samples: Sequence[ReplaySample]


@dataclass(frozen=True, slots=True)
class ReplayKind:
    """What would happen, with its reasons."""

    title: str
    groups: Sequence[ReplayGroup]


@dataclass(frozen=True, slots=True)
class ReplayState:
    """A replay as it stands."""

    url: str
    words: str
    is_running: bool
    is_stale: bool
    """The draft, or the version in force, is another by now."""
    done: int
    total: int
    at: datetime
    at_text: str
    past_words: str = ""
    """What is said of past changes; empty: none were tried."""
    progress_words: str = ""
    cancel_url: str = ""


def days_offered() -> list[tuple[str, str]]:
    """How far back past changes may be tried, as the options of an input."""
    said = (
        _("What was done in the last %(days)s days", days=days)
        if days
        else _("Nothing that was done")
        for days in DAYS
    )
    return [(str(days), text) for days, text in zip(DAYS, said, strict=True)]


def latest(bench: Bench) -> Job | None:
    """The last replay of the tool that was not cancelled."""
    job = Replays.latest(here().conn, bench.tool)
    return None if job is None or job.status == "cancelled" else job


def is_of(bench: Bench, job: Job) -> bool:
    """Whether a replay is about the draft as it stands."""
    same = bool(job.arguments["sequence"] == bench.standing.sequence)
    found = job.result or {}
    version = int(found.get("version", bench.standing.version))
    return same and version == bench.standing.version


def counts_known(bench: Bench) -> Mapping[str, Any] | None:
    """What a replay of this very draft counted within the last hour; none: there is none."""
    job = latest(bench)
    if job is None or job.status != "done" or not is_of(bench, job):
        return None
    since = microseconds(datetime.now(UTC)) - _BELIEVED
    return job.result["counts"] if job.result and (job.done_at or 0) > since else None


def state_of(bench: Bench, job: Job) -> ReplayState:
    """What is said of a replay."""
    url = f"{bench.url('publish')}replay/{encode_id(job.id)}"
    running = job.status not in _ENDED
    at = moment(job.done_at or job.created_at)
    done, total = digits(job.progress), digits(job.total or job.progress)
    return ReplayState(
        url=url,
        words=_words(job),
        is_running=running,
        is_stale=not is_of(bench, job),
        done=job.progress,
        total=job.total or 0,
        at=at,
        at_text=relative(at, datetime.now(UTC)),
        past_words=_past_words(job),
        progress_words=_progress_words(job, done, total),
        cancel_url=f"{url}/cancel" if running else "",
    )


def _words(job: Job) -> str:
    if job.status == "failed":
        return _("It could not be done: %(why)s", why=job.message)
    if job.status == "cancelled":
        return _("It was cancelled")
    if job.status != "done" or job.result is None:
        return _("Records are judged by the draft; none of them is changed")
    records, touched = job.result["records"], job.result["touched"]
    if not touched:
        return counted(
            "Nothing would happen to the only record there is",
            "Nothing would happen to any of %(num)s records",
            records,
            num=digits(records),
        )
    said = counted(
        "%(count)s of %(total)s records is touched",
        "%(count)s of %(total)s records are touched",
        touched,
        count=digits(touched),
        total=digits(records),
    )
    failing = job.result["failing"]
    more = counted(
        "%(count)s could not be saved as it is",
        "%(count)s could not be saved as they are",
        failing,
        count=digits(failing),
    )
    return f"{said}; {more}" if failing else said


def _progress_words(job: Job, done: str, total: str) -> str:
    if job.total is None:
        return _("Waiting for its turn")
    if job.arguments.get("days"):
        return _("%(done)s of %(total)s records and past changes", done=done, total=total)
    return _("%(done)s of %(total)s records", done=done, total=total)


def _past_words(job: Job) -> str:
    past = Found.from_json(job.result or {}).past
    days = job.arguments.get("days")
    if job.status != "done" or past is None or not days:
        return ""
    if not past.report.records:
        return _("Nothing was done in the last %(days)s days", days=days)
    total = digits(past.report.records)
    if past.number == MOST_CHANGES:
        since = _("the last %(total)s changes", total=total)
    else:
        since = counted(
            "%(total)s change of the last %(days)s days",
            "%(total)s changes of the last %(days)s days",
            past.report.records,
            total=total,
            days=days,
        )
    if not past.report.touched:
        return _("None of %(changes)s would have been otherwise", changes=since)
    count = digits(past.report.touched)
    return _("%(count)s of %(changes)s would have been otherwise", count=count, changes=since)


def kinds_of(bench: Bench, result: JsonObject) -> list[ReplayKind]:
    """What a replay found of the records, the gravest first."""

    def words(number: int) -> str:
        return counted("%(count)s record", "%(count)s records", number, count=digits(number))

    return _kinds(bench, Report.from_json(result), _TITLES, words)


def past_kinds_of(bench: Bench, result: JsonObject) -> list[ReplayKind]:
    """What a replay found of past changes, the gravest first."""

    def words(number: int) -> str:
        return counted("%(count)s change", "%(count)s changes", number, count=digits(number))

    past = Found.from_json(result).past
    return _kinds(bench, past.report, _PAST, words) if past else []


def _kinds(
    bench: Bench, report: Report, titles: Mapping[Effect, str], words: Callable[[int], str]
) -> list[ReplayKind]:
    groups = report.groups.values()
    eyes = _Eyes(bench)
    found = []
    for effect, title in titles.items():
        mine = sorted((g for g in groups if g.effect is effect), key=lambda group: -group.number)
        if mine:
            drawn = [
                ReplayGroup(g.text, words(g.number), [*eyes.links(g)], [*eyes.samples(g)])
                for g in mine
            ]
            found.append(ReplayKind(_(title), drawn))
    return found


class _Eyes:
    """Records through the eyes of the person: building gives no right to them."""

    def __init__(self, bench: Bench) -> None:
        self._tool = next((tool for tool in here().tools if tool.key == bench.tool), None)
        self._reader = RecordReader(current_services().db)

    def _seen(self, group: Group) -> Iterator[tuple[FormAccess, StoredRecord]]:
        access = here().access.form(self._tool, group.form) if self._tool else None
        if access is None:
            return
        found = self._reader.get_many(here().conn, access.form.form_id, group.ids, rows=access.rows)
        for stored in found.values():
            yield access.over(stored), stored

    def links(self, group: Group) -> Iterator[Link]:
        """The records that the person may open."""
        for access, stored in self._seen(group):
            yield self._link(access, stored)

    @staticmethod
    def _link(access: FormAccess, stored: StoredRecord) -> Link:
        key, form = encode_id(stored.id), access.form
        title = form.spec.title_field
        name = form.title_of(stored.document, key) if title and access.reads(title) else key
        url = url_for("web.record", tool=form.tool_key, form=form.key, record=key)
        return Link(name, url)

    def samples(self, group: Group) -> Iterator[ReplaySample]:
        """The computed values that the person may read."""
        seen = {stored.id: (access, stored) for access, stored in self._seen(group)}
        for record_id, before, after in group.samples:
            access, stored = seen.get(record_id, (None, None))
            if access is None or stored is None or not access.reads(group.field):
                continue
            was, now = (_shown(access, group.field, value) for value in (before, after))
            link = self._link(access, stored)
            yield ReplaySample(link.title, link.url, [was], [now])


def _shown(access: FormAccess, key: str, value: Any) -> str:
    if value is None:
        return _("(nothing)")
    typed = access.form.value(key, value)
    return str(value) if isinstance(typed, Broken) else access.form.fields[key].display(typed)
