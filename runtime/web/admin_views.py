"""Handlers of the administrators' pages: what automations owe, and trying it again."""

from datetime import UTC, datetime

from flask import abort, flash, g, url_for
from werkzeug.wrappers import Response

from form_specs.conditions.binding import microseconds
from form_specs.language import _, counted
from runtime.gate.acting import form_of
from runtime.storage import outbox
from runtime.storage.ids import encode_id
from runtime.storage.outbox import ListedDelivery
from runtime.web.contexts import DeliveriesPage, OwedDelivery
from runtime.web.site.context import current_services, here, id_or_404
from runtime.web.site.htmx import see_other
from runtime.web.site.rendering import draw
from runtime.web.site.times import moment, relative


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
        problems=_hook_problems(),
    )
    return draw("deliveries.html", page, title=_("Automations"))


def _hook_problems() -> list[str]:
    """What does not load, and which saves are refused for that."""
    hooks = current_services().hooks
    told = [
        _("%(file)s, line %(line)s: %(message)s", file=p.file, line=p.line, message=p.message)
        for p in hooks.problems()
    ]
    names = sorted(
        {f"{item.tool or _('any tool')}, {item.form or _('any form')}" for item in hooks.missing()}
    )
    return told + [_("Saves are refused until it loads: %(name)s", name=name) for name in names]


def _owed(item: ListedDelivery, now: datetime) -> OwedDelivery:
    form = form_of(here().tools, item.form_id)
    record = encode_id(item.record_id)
    at = moment(item.created_at)
    failed = item.status == "dead"
    return OwedDelivery(
        hook=item.hook,
        tool=item.tool,
        record=record,
        record_url=url_for("web.record", tool=item.tool, form=form.key, record=record)
        if form
        else "",
        failed=failed,
        state=_state(item),
        reason=item.last_error or "",
        at=at,
        at_text=relative(at, now),
        retry_url=url_for("web.retry_delivery", delivery=encode_id(item.id)) if failed else "",
    )


def _state(item: ListedDelivery) -> str:
    if item.status == "dead":
        return counted("Given up, tried %(num)s time", "Given up, tried %(num)s times", item.tries)
    return counted(
        "Tried %(num)s time, goes on by itself",
        "Tried %(num)s times, goes on by itself",
        item.tries,
    )


def retry(delivery: str) -> Response:
    """Owes a given-up delivery again."""
    _administrators_only()
    now = microseconds(datetime.now(UTC))
    with current_services().db.write() as conn:
        revived = outbox.revive(conn, id_or_404(delivery), now)
    if revived:
        flash(_("It is tried again within seconds"), "success")
    else:
        flash(_("It is not tried again: a later change of the same record was delivered"), "error")
    return see_other(url_for("web.deliveries"))
