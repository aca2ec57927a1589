"""Where the pages of a copy stand: below the builder of its tool, for its builders alone."""

from io import BytesIO
from typing import Any, Final

from flask import current_app, flash, g, request
from werkzeug.wrappers import Response

from builder.bench import Bench, bench_or_404, root_of
from builder.frame import draft_words
from builder.trial.hooks import unasked_words
from builder.trial.trials import Trial, Trials
from form_specs.language import _, counted
from runtime.trial_app import Brought, answer
from runtime.web.contexts import Option, TrialBar
from runtime.web.identity import current_session
from runtime.web.site.htmx import see_other
from runtime.web.site.protection import csrf

_READING: Final = ("GET", "HEAD")


def current_trials() -> Trials:
    """The copies that this process has open."""
    found: Trials = current_app.extensions["trials"]
    return found


@csrf.exempt  # type: ignore[untyped-decorator]
def try_it(tool: str, below: str = "") -> Response:
    """What the draft's own pages answer, on the copy of whoever asks.

    They ask for the token of a form themselves, so that what is posted is read once, by them.
    """
    bench = bench_or_404(tool)
    trials = current_trials()
    trial = trials.of(bench, g.person)
    if trial is None:
        return see_other(bench.url("preview"))
    if trial.told:
        flash(trial.told, "info")
    if request.method not in _READING and trials.is_full(trial):
        flash(_("This preview is full: begin anew with fresh copies"), "error")
        return see_other(bench.url("preview"))
    brought = Brought(
        trial.services,
        trial.person(g.person),
        bar_of(bench, trial, below),
        current_session(),
        _outside(),
    )
    trials.app.testing = current_app.testing
    return answer(trials.app, _environ(), brought, f"/build/{tool}/try")


def _environ() -> dict[str, Any]:
    """This request, with its body as nobody had read it."""
    environ = dict(request.environ)
    if request.mimetype == "application/x-www-form-urlencoded":
        environ["wsgi.input"] = BytesIO(request.get_data())
    return environ


def _outside() -> Any:
    adapter = current_app.create_url_adapter(request)
    assert adapter is not None

    def address(endpoint: str, values: dict[str, Any]) -> str:
        given = {key: value for key, value in values.items() if not key.startswith("_")}
        return adapter.build(endpoint, given)

    return address


def entrance(tool: str) -> str:
    """The address of a copy's pages."""
    return f"{root_of(tool)}try/t/{tool}/"


def bar_of(bench: Bench, trial: Trial, below: str = "") -> TrialBar:
    """What stands above a page of a copy, by its address below that of the copy."""
    roles = trial.tool().spec.roles
    role = trial.row.role if trial.row.role in roles else ""
    return TrialBar(
        words=f"{draft_words(bench)}, {words_of(trial)}",
        warning=trial.warning,
        roles=[
            Option("", _("every role"), not role),
            *(Option(key, spec.title, key == role) for key, spec in roles.items()),
        ],
        role_url=bench.url("preview", "role"),
        reset_url=bench.url("preview", "reset"),
        about_url=bench.url("preview"),
        leave_url=bench.root,
        unasked=unasked_words(trial.services.hooks, bench.tool, below),
    )


def words_of(trial: Trial) -> str:
    """What a copy holds."""
    if not trial.row.records:
        return _("on made-up records")
    return counted("on one copied record", "on %(num)s copied records", trial.row.records)
