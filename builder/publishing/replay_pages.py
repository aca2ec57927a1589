"""Trying a draft on the records and on what was done to them: asked for, watched, read, cancelled."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import abort, g, request
from werkzeug.wrappers import Response

from builder.bench import Bench, bench_or_404
from builder.bench_answers import drawn_page
from builder.publishing.hindered import hindered
from builder.publishing.replays import (
    DAYS,
    ReplayKind,
    ReplayState,
    kinds_of,
    past_kinds_of,
    state_of,
)
from builder.publishing.view_times import ViewTime, times_of
from builder.section import PartGoneError, SectionPage
from form_specs.language import _
from runtime.replaying.job import Replays, Wanted
from runtime.storage.ids import encode_id
from runtime.storage.jobs import Job
from runtime.web.site.context import current_services, here, id_or_404
from runtime.web.site.htmx import see_other


@dataclass(frozen=True, slots=True)
class ReplayPage:
    """How far a replay is, and what it found."""

    state: ReplayState
    back_url: str
    again_url: str
    days: str
    """How far back it looks."""
    kinds: Sequence[ReplayKind] = ()
    past_kinds: Sequence[ReplayKind] = ()
    times: Sequence[ViewTime] = ()


def draw_replay(bench: Bench, job: str) -> SectionPage:
    """One replay of the draft on the records."""
    found = _replay(bench, job)
    publish_url = bench.url("publish")
    result = found.result if found.status == "done" else None
    content = ReplayPage(
        state=state_of(bench, found),
        back_url=publish_url,
        again_url=bench.url("publish", "replay"),
        days=str(found.arguments.get("days", 0)),
        kinds=kinds_of(bench, result) if result else (),
        past_kinds=past_kinds_of(bench, result) if result else (),
        times=times_of(bench, found) if result else (),
    )
    return SectionPage("builder/replay.html", _("Tried on the records"), content)


def _replay(bench: Bench, job: str) -> Job:
    found = Replays.get(here().conn, bench.tool, id_or_404(job))
    if found is None:
        raise PartGoneError(job)
    return found


def start_replay(tool: str) -> Response:
    """Has all records judged by the draft as it stands, which changes none of them."""
    bench = bench_or_404(tool, f"{bench_or_404(tool).root}publish/")
    if hindered(bench) or not bench.standing.version:
        return drawn_page(bench, 422)
    days = request.form.get("days", DAYS[0], int)
    wanted = Wanted(
        tool, bench.document, bench.standing.sequence, days if days in DAYS else DAYS[0]
    )
    job = current_services().replays.start(wanted, g.person.name)
    return see_other(f"{bench.url('publish')}replay/{encode_id(job)}")


def cancel_replay(tool: str, job: str) -> Response:
    """Asks for the end of a replay."""
    bench = bench_or_404(tool)
    try:
        replay = _replay(bench, job)
    except PartGoneError:
        abort(404)
    current_services().replays.cancel(replay.id)
    return see_other(bench.url("publish"))
