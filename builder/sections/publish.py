"""Publishing a draft: what it would change, what becomes of records, a dry run, and the word for it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, g, request, url_for
from werkzeug.wrappers import Response

from builder.bench import Bench, bench_or_404
from builder.bench_answers import drawn_page
from builder.contexts import ChangeItem, RehearsalPart, RightItem
from builder.drafting.examined import sentences
from builder.drafting.taking import base_of
from builder.frame import ProblemLink, problem_link
from builder.publishing.applying import changes_in_words, proposal
from builder.publishing.asides import Warnings, warnings_of
from builder.publishing.hindered import hindered
from builder.publishing.pilots import doing as pilots
from builder.publishing.pilots.contexts import PilotChoice, PilotPart
from builder.publishing.pilots.drawing import asked_choice, pilot_part, running
from builder.publishing.publish import Prospect, publish
from builder.publishing.rehearsed import rehearsal_part
from builder.publishing.replay_pages import cancel_replay, draw_replay, start_replay
from builder.publishing.replays import ReplayState, counts_known, days_offered, latest, state_of
from builder.publishing.reviewing import Review, review_of
from builder.publishing.spec_prospects import (
    UnreadableMigration,
    asked_prospect,
    asked_steps,
    said_of,
)
from builder.publishing.step_inputs import StepItem
from builder.publishing.view_times import ViewTime, times_of
from builder.scenarios.objecting import objection
from builder.section import Page, Route, Section, SectionPage
from form_specs.language import _, marked
from form_specs.lint.aside import MEMBER
from runtime.published import MIGRATION, BetweenVersionsError, PublishedMeanwhileError
from runtime.storage import jobs
from runtime.storage.ids import encode_id
from runtime.storage.spec_remarks import RemarkKind
from runtime.web.site.context import current_services, here
from runtime.web.site.htmx import see_other

UNEXPLAINED = marked(
    "Write why, for the history: what you accept below cannot be taken back, and whoever misses it "
    "will ask"
)


@dataclass(frozen=True, slots=True)
class PublishPage:
    """What publishing the draft would do, and what stands in its way."""

    action: str
    sequence: int
    may: bool
    """Whether nothing is wrong with the draft, and nothing else is on its way."""
    moving_url: str = ""
    """Where it stands how far records are that follow to another version just now; empty: none do."""
    error: str = ""
    problems: Sequence[ProblemLink] = ()
    warnings: Warnings | None = None
    """What does not keep it from being published, and may go wrong at work."""
    changes: Sequence[str] = ()
    """What publishing would do, in words."""
    impacts: Sequence[ChangeItem] = ()
    """The same, each change with its class, where there is a version before."""
    rights: Sequence[RightItem] = ()
    """What each role gains and loses."""
    asks_migration: bool = False
    """Whether records have to follow, so that steps can be written."""
    migration: str = ""
    offered: str = ""
    """The steps as they would be if nobody wrote any."""
    steps_url: str = ""
    """Where the text of the steps is kept while somebody writes it."""
    steps: Sequence[StepItem] = ()
    """What is done to records, in words and in inputs."""
    steps_open: bool = True
    """Whether somebody has to say something in the text of the steps."""
    migration_problems: Sequence[str] = ()
    rehearsal: RehearsalPart | None = None
    note: str = ""
    migrations_url: str = ""
    review: Review | None = None
    review_url: str = ""
    replay_url: str = ""
    """Where records are asked to be judged by the draft; empty: there are none."""
    replay: ReplayState | None = None
    """The last one."""
    dear: Sequence[ViewTime] = ()
    """The views of which it measured that reading them is dear."""
    replay_days: Sequence[tuple[str, str]] = ()
    """How far back past changes may be tried, as the options of an input."""
    pilot: PilotPart | None = None
    """The version that some work by just now: while it is there, nothing else is published."""
    pilot_choice: PilotChoice | None = None
    """Who could have the draft before all others."""


def draw(bench: Bench) -> SectionPage:
    """What publishing the draft as it stands would do."""
    return SectionPage("builder/publish.html", _("Publish"), _page(bench))


def _page(bench: Bench, found: Prospect | None = None, **more: Any) -> PublishPage:
    said: dict[str, Any] = {}
    stopped, job, pilot = hindered(bench), latest(bench), running(bench)
    if not stopped:
        found = found or _asked(bench, more)
        said = _said(bench, found)
    elif bench.standing.version:
        # What is to be mended does not hide what was changed.
        so_far = sentences(base_of(bench.standing), bench.document, bench.catalog)
        said = {"changes": so_far or ()}
    moving = _moving_url(bench)
    may = not (stopped or moving) and bench.standing.is_changed and pilot is None
    return PublishPage(
        action=bench.url("publish"),
        sequence=bench.standing.sequence,
        may=may,
        moving_url=moving,
        pilot=pilot_part(bench, pilot) if pilot else None,
        pilot_choice=asked_choice(bench, bench.document)
        if may and bench.standing.version
        else None,
        problems=[problem_link(bench, p) for p in bench.examined.problems if p.is_error],
        warnings=None if stopped else warnings_of(bench),
        note=request.form.get("note", ""),
        migrations_url=url_for("build.migrations", tool=bench.tool)
        if bench.standing.version
        else "",
        review=review_of(bench, found) if found else None,
        review_url=bench.url("publish", "review"),
        replay_url=bench.url("publish", "replay") if bench.standing.version and not stopped else "",
        replay=state_of(bench, job) if job else None,
        dear=[time for time in times_of(bench, job) if time.is_dear] if job else (),
        replay_days=days_offered(),
        steps_url=bench.url("publish", "steps"),
        **({"error": stopped} | said | more),
    )


def _moving_url(bench: Bench) -> str:
    """Where records are watched that follow the tool to another version just now; empty: none do."""
    for job in jobs.active(here().conn, MIGRATION):
        if job.arguments["tool"] == bench.tool:
            return url_for("build.migration", tool=bench.tool, job=encode_id(job.id))
    return ""


def _asked(bench: Bench, more: dict[str, Any]) -> Prospect | None:
    try:
        return asked_prospect(bench, counts_known(bench), bench.standing.steps)
    except UnreadableMigration as error:
        more.setdefault("error", str(error))
        return None


def _said(bench: Bench, found: Prospect | None) -> dict[str, Any]:
    if found is None:
        return {"migration": asked_steps(bench, bench.standing.steps), "asks_migration": True}
    if found.version and found.comparison.changes:
        return said_of(bench, found)
    words = changes_in_words(proposal(current_services(), bench.document))
    return {"changes": words, "migration": asked_steps(bench, bench.standing.steps)}


def do(tool: str) -> Response:
    """Rehearses the draft or publishes it."""
    bench = bench_or_404(tool, f"{bench_or_404(tool).root}publish/")
    if hindered(bench):
        return _again(bench, 422)
    if request.form.get("_sequence", -1, int) != bench.standing.sequence:
        text = _(
            "The draft was changed meanwhile. Look at what it would do now, then publish again"
        )
        return _again(bench, 409, error=text)
    _keep_steps(bench)
    try:
        found = asked_prospect(bench, counts_known(bench))
    except UnreadableMigration as error:
        return _again(bench, 422, error=str(error))
    if request.form.get("do") == "rehearse" and not found.problems:
        return _again(bench, 200, found, rehearsal=rehearsal_part(found))
    if request.form.get("do") not in ("publish", "pilot"):
        return _again(bench, 422 if found.problems else 200, found)
    return _published(bench, found, to_some=request.form["do"] == "pilot")


def keep_steps(tool: str) -> Response:
    """Keeps the steps as somebody writes them, or lets them be offered anew."""
    bench = bench_or_404(tool, f"{bench_or_404(tool).root}publish/")
    if request.form.get("do") == "anew":
        bench.desk.keep_steps("")
        return see_other(bench.url("publish"))
    _keep_steps(bench)
    return Response(status=204)


def _keep_steps(bench: Bench) -> None:
    """What is as it was offered is not kept: it follows the draft."""
    if "migration" not in request.form:
        return
    steps, offered = asked_steps(bench).strip(), request.form.get("offered", "")
    is_own = steps != offered.replace("\r\n", "\n").strip()
    if (steps if is_own else "") != bench.standing.steps:
        bench.desk.keep_steps(steps if is_own else "")


def _published(bench: Bench, found: Prospect, *, to_some: bool) -> Response:
    note = request.form.get("note", "").strip()
    review = review_of(bench, found)
    if said := _objection(bench, found, review, note, to_some=to_some):
        return _again(bench, 422, found, error=said)
    note = ". ".join(filter(None, (note, review.in_note)))
    if to_some:
        wrong = pilots.start(bench, found, note)
        return _again(bench, 422, found, error=wrong) if wrong else see_other(bench.url("publish"))
    try:
        done = publish(found, g.person.name, note, based_on=bench.standing.version)
    except (PublishedMeanwhileError, BetweenVersionsError) as error:
        return _again(bench, 409, found, error=str(error))
    if done.job_id is not None:
        flash(_("Records follow to version %(number)s", number=done.version), "success")
        job = encode_id(done.job_id)
        return see_other(url_for("build.migration", tool=bench.tool, job=job))
    bench.desk.published(done.version)
    said = _("Version %(number)s is in force", number=done.version)
    flash(said if done.is_new else _("Nothing had changed"), "success")
    return see_other(bench.root)


def _objection(bench: Bench, found: Prospect, review: Review, note: str, *, to_some: bool) -> str:
    """Why a draft without errors cannot be published as it is; empty where it can."""
    if not found.allowed and not to_some:
        return _("Say below what is to become of the records; then publish again")
    if found.unexplained(note):
        return _(UNEXPLAINED)
    if said := objection(bench.document, current_services().registry, note):
        return said
    if review.is_open:
        return _("A second person has to look at it first: ask for that below")
    return ""


def _again(bench: Bench, status: int, found: Prospect | None = None, **more: Any) -> Response:
    content = _page(bench, found, **more)

    def drawn(_bench: Bench, **_args: Any) -> SectionPage:
        return SectionPage("builder/publish.html", _("Publish"), content)

    return drawn_page(bench, status, drawn)


# -- review -------------------------------------------------------------------------------


def review(tool: str) -> Response:
    """Asks for a second look, or agrees or sends back as the second person."""
    bench = bench_or_404(tool, f"{bench_or_404(tool).root}publish/")
    kind, found = request.form.get("do", ""), _asked(bench, {})
    if hindered(bench) or found is None:
        return _again(bench, 422)
    if request.form.get("_sequence", -1, int) != bench.standing.sequence:
        return _again(bench, 409, error=_("The draft was changed meanwhile. Look at it again"))
    asked = review_of(bench, found)
    allowed = asked.may_ask if kind == RemarkKind.ASKED else asked.may_decide
    if kind not in _SAID or not allowed:
        return _again(bench, 409, error=_("You cannot say that of this draft, or not any more"))
    asked.say(RemarkKind(kind), request.form.get("body", ""))
    flash(_(_SAID[RemarkKind(kind)]), "success")
    return see_other(bench.url("publish"))


_SAID = {
    RemarkKind.ASKED: marked("The others who build this tool see here that you ask"),
    RemarkKind.APPROVED: marked("It may be published as it is now"),
    RemarkKind.RETURNED: marked("It is sent back; the next state of it can be asked for anew"),
}


# -- pilots -------------------------------------------------------------------------------


def change_pilot(tool: str, number: int) -> Response:
    """Gives the version on trial to others than before."""
    return _about_pilot(tool, number, pilots.change)


def adopt_pilot(tool: str, number: int) -> Response:
    """Gives the version on trial to all."""
    return _about_pilot(tool, number, pilots.adopt)


def withdraw_pilot(tool: str, number: int) -> Response:
    """Takes the version on trial back."""
    return _about_pilot(tool, number, pilots.withdraw)


def _about_pilot(tool: str, number: int, do: Callable[[Bench, int], str]) -> Response:
    bench = bench_or_404(tool, f"{bench_or_404(tool).root}publish/")
    wrong = do(bench, number)
    return _again(bench, 422, error=wrong) if wrong else see_other(bench.url("publish"))


_OWNS = ("review", MEMBER)

SECTION = Section(
    name="publish",
    title=marked("Publish"),
    icon="send",
    order=90,
    owns=_OWNS,
    place=lambda _document, at: "" if at[:1] and at[0] in _OWNS else None,
    pages=(Page("", "publish", draw), Page("replay/<job>", "replay", draw_replay)),
    routes=(
        Route("", "do_publish", do),
        Route("review", "review", review),
        Route("steps", "keep_steps", keep_steps),
        Route("pilot/<int:number>", "change_pilot", change_pilot),
        Route("pilot/<int:number>/adopt", "adopt_pilot", adopt_pilot),
        Route("pilot/<int:number>/withdraw", "withdraw_pilot", withdraw_pilot),
        Route("replay", "start_replay", start_replay),
        Route("replay/<job>/cancel", "cancel_replay", cancel_replay),
    ),
)
