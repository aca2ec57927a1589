"""Handlers of the pages on which a migration is watched."""

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from flask import Response as FlaskResponse
from flask import abort, flash, g, url_for
from werkzeug.wrappers import Response

from builder.contexts import MigrationItem, MigrationPage, MigrationsPage, RejectItem
from builder.publishing.rejected import reject_item
from builder.publishing.spec_prospects import pretty_steps
from builder.publishing.steps_said import steps_said
from form_specs.language import _, counted, marked
from runtime.access import FormAccess
from runtime.published import MIGRATION
from runtime.storage import accounts, jobs, tools
from runtime.storage.ids import decode_id, encode_id
from runtime.storage.jobs import Job
from runtime.storage.records import RecordReader
from runtime.storage.tools import Tool
from runtime.web.contexts import Link
from runtime.web.site.context import current_services, here, id_or_404
from runtime.web.site.htmx import see_other
from runtime.web.site.rendering import draw
from runtime.web.site.times import moment, relative
from runtime.web.titles import who_acted

_STATES: Final[Mapping[str, tuple[str, str]]] = {
    "waiting": (marked("Waiting"), "gray"),
    "running": (marked("Running"), "blue"),
    "stopping": (marked("Stopping"), "amber"),
    "done": (marked("Done"), "green"),
    "failed": (marked("Failed"), "red"),
    "cancelled": (marked("Cancelled"), "gray"),
}
_ENDED: Final = ("done", "failed", "cancelled")
_REJECTS_SHOWN: Final = 50


def migrations(tool: str) -> Response:
    """All migrations of a tool, the newest first."""
    found = _tool_or_404(tool)
    listed = [j for j in jobs.listed(here().conn, MIGRATION) if j.arguments["tool"] == tool]
    page = MigrationsPage(_("Migrations"), _trail(found), [_item(job) for job in listed])
    return draw("builder/migrations.html", page, title=f"{found.title} · {page.title}")


def migration(tool: str, job: str) -> Response:
    """How far a migration is; asked again and again by the page itself."""
    found, running = _tool_or_404(tool), _job_or_404(tool, job)
    page = _page(found, running)
    return draw(
        "builder/migration.html", page, title=f"{found.title} · {page.title}", block="progress"
    )


def cancel(tool: str, job: str) -> Response:
    """Asks for the end of a migration, which leaves everything as it was."""
    _tool_or_404(tool)
    if current_services().migrations.cancel(_job_or_404(tool, job).id):
        flash(_("It stops before the next record, and nothing has changed"), "success")
    else:
        flash(_("It is too late: the new version is in force"), "error")
    return see_other(url_for("build.migration", tool=tool, job=job))


def rejects(tool: str, job: str) -> Response:
    """The records that could not follow, as a file; of each only what the person may know."""
    _tool_or_404(tool)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("form", "record", "reason"))
    writer.writerows(
        (form, item.key, item.reason) for form, item in _rejected(tool, _job_or_404(tool, job))
    )
    response = FlaskResponse(text.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{tool}-rejects.csv"'
    return response


def _tool_or_404(key: str) -> Tool:
    found = tools.by_key(here().conn, key)
    if found is None or not found.current_version or not g.person.builds(key):
        abort(404)
    return found


def _job_or_404(tool: str, job: str) -> Job:
    found = current_services().migrations.get(here().conn, id_or_404(job))
    if found is None or found.arguments["tool"] != tool:
        abort(404)
    return found


def _trail(tool: Tool) -> list[Link]:
    spec = url_for("build.overview", tool=tool.key)
    return [Link(_("Tools"), url_for("build.tools")), Link(tool.title, spec)]


def _page(tool: Tool, job: Job) -> MigrationPage:
    key = encode_id(job.id)
    item = _item(job)
    ended, result = job.status in _ENDED, job.result or {}
    rejected = [item for _of, item in _rejected(tool.key, job)]
    place: dict[str, Any] = {"tool": tool.key, "job": key}
    settling = result.get("phase") == "settle"
    return MigrationPage(
        title=_("To version %(number)s", number=item.version),
        trail=[*_trail(tool), Link(_("Migrations"), url_for("build.migrations", tool=tool.key))],
        item=item,
        poll_url="" if ended else url_for("build.migration", **place),
        done=job.progress,
        total=job.total or 0,
        message=job.message,
        cancel_url="" if ended or settling else url_for("build.cancel_migration", **place),
        rejects=rejected[:_REJECTS_SHOWN],
        rejects_url=url_for("build.rejects", **place) if rejected else "",
        spec_url=url_for("build.overview", tool=tool.key),
        steps=pretty_steps(job.arguments["migration"]),
        said=_said(tool, job),
    )


def _said(tool: Tool, job: Job) -> list[str]:
    """What is done to each record, in words."""
    migration, after = job.arguments["migration"], job.arguments["document"]
    before = tools.version(here().conn, tool.id, int(migration["from"]))
    return steps_said(migration["steps"], before.document if before else after, after)


def _item(job: Job) -> MigrationItem:
    state, color = _STATES[job.status]
    at = moment(job.created_at)
    titles = accounts.titles(here().conn, {job.created_by})
    return MigrationItem(
        url=url_for("build.migration", tool=job.arguments["tool"], job=encode_id(job.id)),
        version=int(job.arguments["migration"]["to"]),
        state=_(state),
        color=color,
        by=who_acted(job.created_by, titles).title,
        at=at,
        at_text=relative(at, datetime.now(UTC)),
        words=_words(job),
    )


def _words(job: Job) -> str:
    result = job.result or {}
    if job.status == "done":
        words = counted(
            "%(changed)s of one record changed",
            "%(changed)s of %(num)s records changed",
            result["records"],
            changed=f"{result['changed']:,}",
            num=f"{result['records']:,}",
        )
        left = result["rejected"]
        if not left:
            return words
        return counted(
            "%(words)s, one stays as it was",
            "%(words)s, %(num)s stay as they were",
            left,
            words=words,
            num=f"{left:,}",
        )
    if job.status == "failed":
        return _("Nothing has changed. %(why)s", why=job.message)
    if job.status == "cancelled":
        return _("Nothing has changed")
    if result.get("phase") == "settle":
        number = result["version"]
        return _("Version %(number)s is in force; records are being rewritten", number=number)
    return _("The version before is in force until all records are ready")


def _rejected(tool: str, job: Job) -> Iterator[tuple[str, RejectItem]]:
    """The records that could not follow, by form: each as far as the person may know it."""
    compiled = next((t for t in here().tools if t.key == tool), None)
    for reject in (job.result or {}).get("rejects", ()):
        access = here().access.form(compiled, reject["form"]) if compiled else None
        yield reject["form"], _reject(access, reject)


def _reject(access: FormAccess | None, reject: Mapping[str, Any]) -> RejectItem:
    reasons = [(reason["field"], str(reason["message"])) for reason in reject["reasons"]]
    if access is not None:
        reader, number = RecordReader(current_services().db), decode_id(reject["id"])
        stored = reader.get(here().conn, access.form.form_id, number, rows=access.rows)
        access = access.over(stored) if stored is not None else None
    return reject_item(access, reject["id"], reasons)
