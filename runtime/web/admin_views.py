"""Handlers of the administrators' pages: what automations owe, and trying it again."""

from datetime import UTC, datetime

from flask import abort, flash, g, url_for
from werkzeug.wrappers import Response

from form_specs.conditions.binding import microseconds
from runtime.gate.acting import form_of
from runtime.storage import outbox
from runtime.storage.ids import encode_id
from runtime.storage.outbox import ListedDelivery
from runtime.web.context import current_services, here, id_or_404
from runtime.web.contexts import DeliveriesPage, OwedDelivery
from runtime.web.htmx import see_other
from runtime.web.rendering import draw
from runtime.web.times import moment, relative


def _administrators_only() -> None:
    if not g.person.is_admin:
        # What is for administrators does not exist for others.
        abort(404)


def deliveries() -> Response:
    """What after-hooks have not done yet, the given-up ones first."""
    _administrators_only()
    conn = here().conn
    pending = outbox.listed(conn, "pending")
    owed = [*outbox.listed(conn, "dead"), *(item for item in pending if item.tries)]
    now = datetime.now(UTC)
    page = DeliveriesPage(
        deliveries=[_owed(item, now) for item in owed],
        waiting=sum(1 for item in pending if not item.tries),
        problems=[
            f"{problem.file}, line {problem.line}: {problem.message}"
            for problem in current_services().hooks.problems()
        ],
    )
    return draw("deliveries.html", page, title="Automations")


def _owed(item: ListedDelivery, now: datetime) -> OwedDelivery:
    form = form_of(here().tools, item.form_id)
    record = encode_id(item.record_id)
    at = moment(item.created_at)
    failed = item.status == "dead"
    tries = f"{item.tries} {'time' if item.tries == 1 else 'times'}"
    return OwedDelivery(
        hook=item.hook,
        tool=item.tool,
        record=record,
        record_url=url_for("web.record", tool=item.tool, form=form.key, record=record)
        if form
        else "",
        failed=failed,
        state=f"Given up, tried {tries}" if failed else f"Tried {tries}, goes on by itself",
        reason=item.last_error or "",
        at=at,
        at_text=relative(at, now),
        retry_url=url_for("web.retry_delivery", delivery=encode_id(item.id)) if failed else "",
    )


def retry(delivery: str) -> Response:
    """Owes a given-up delivery again."""
    _administrators_only()
    now = microseconds(datetime.now(UTC))
    with current_services().db.write() as conn:
        revived = outbox.revive(conn, id_or_404(delivery), now)
    if revived:
        flash("It is tried again within seconds", "success")
    else:
        flash("It is not tried again: a later change of the same record was delivered", "error")
    return see_other(url_for("web.deliveries"))
