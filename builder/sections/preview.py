"""Trying the draft: the copy that the person has, what would have been done outside, and the ways in and out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from flask import flash, g, request
from werkzeug.wrappers import Response

from builder.bench import Bench, bench_or_404
from builder.frame import ProblemLink, problem_link
from builder.section import Page, Route, Section, SectionPage
from builder.trial.mount import current_trials, entrance, words_of
from builder.trial.trials import Trial, hindrance
from form_specs.language import _, marked
from runtime.storage import outbox
from runtime.storage.ids import encode_id
from runtime.storage.outbox import Delivery
from runtime.storage.standing import state_counts
from runtime.web.contexts import Link
from runtime.web.site.htmx import see_other
from runtime.web.site.protection import safe_next
from runtime.web.site.times import moment, relative

_SHOWN: Final = 100
_POINTS: Final[Mapping[str, str]] = {
    "before": marked("would have been asked first"),
    "action": marked("would have run by a button"),
    "after": marked("would have heard of it"),
}
_EVENTS: Final[Mapping[str, str]] = {
    "create": marked("created"),
    "update": marked("changed"),
    "transition": marked("moved"),
    "delete": marked("deleted"),
    "action": marked("a button was pressed"),
}


@dataclass(frozen=True, slots=True)
class NotRun:
    """One hook that was not run."""

    hook: str
    words: str
    event: str
    record: Link | None
    at: datetime
    at_text: str


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """The copy that somebody has."""

    open_url: str
    reset_url: str
    hindrance: str
    """Why the draft cannot run; empty where it can."""
    problems: Sequence[ProblemLink]
    words: str = ""
    """What the copy holds; empty: there is none yet."""
    made: datetime | None = None
    made_text: str = ""
    forms: Sequence[tuple[str, int]] = ()
    """(title, records) of each form."""
    not_run: Sequence[NotRun] = ()


def draw(bench: Bench) -> SectionPage:
    """What the copy holds, and what would have been done outside."""
    trial = current_trials().found(bench, g.person)
    more = _of(bench, trial) if trial else {}
    content = PreviewPage(
        open_url=entrance(bench.tool),
        reset_url=bench.url("preview", "reset"),
        hindrance=hindrance(bench),
        problems=[problem_link(bench, p) for p in bench.examined.problems if p.is_error],
        **more,
    )
    return SectionPage("builder/preview.html", _("Preview"), content)


def _of(bench: Bench, trial: Trial) -> dict[str, Any]:
    tool, made = trial.tool(), moment(trial.row.made_at)
    with trial.services.db.read() as conn:
        counts = {
            key: sum(state_counts(conn, form.form_id).values()) for key, form in tool.forms.items()
        }
        noted = outbox.latest(conn, _SHOWN)
    root = f"{entrance(bench.tool)}f"
    return {
        "words": words_of(trial),
        "made": made,
        "made_text": relative(made, datetime.now(UTC)),
        "forms": [(tool.forms[key].spec.plural, number) for key, number in counts.items()],
        "not_run": [_not_run(root, delivery) for delivery in noted],
    }


def _not_run(root: str, delivery: Delivery) -> NotRun:
    told, at = delivery.payload, moment(delivery.created_at)
    record = encode_id(delivery.record_id)
    event = str(told.get("event", ""))
    return NotRun(
        hook=delivery.hook,
        words=_(_POINTS[str(told.get("point", "after"))]),
        event=_(_EVENTS[event]) if event in _EVENTS else event,
        record=Link(record, f"{root}/{told['form']}/{record}") if delivery.record_id else None,
        at=at,
        at_text=relative(at, datetime.now(UTC)),
    )


def reset(tool: str) -> Response:
    """Forgets what was tried; the next page begins with fresh copies."""
    bench_or_404(tool)
    current_trials().drop(tool, g.person)
    flash(_("The preview begins anew, with fresh copies"), "success")
    return see_other(entrance(tool))


def choose_role(tool: str) -> Response:
    """Tries the draft in another role."""
    bench = bench_or_404(tool)
    current_trials().set_role(bench, g.person, request.form.get("role", ""))
    return see_other(safe_next(request.form.get("next")) or entrance(tool))


SECTION = Section(
    name="preview",
    title=marked("Preview"),
    icon="play",
    order=85,
    is_tab=False,
    pages=(Page("", "preview", draw),),
    routes=(Route("reset", "reset_trial", reset), Route("role", "trial_role", choose_role)),
)
