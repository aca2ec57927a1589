"""The tools that a builder may change, and those that were begun and not published."""

from datetime import UTC, datetime

from flask import g, url_for
from sqlalchemy import Connection

from builder.contexts import BegunTool, BuiltTool
from form_specs.checks.raw import text
from form_specs.exact_json import dumps, loads
from runtime.storage import accounts, spec_drafts, spec_remarks, tools
from runtime.storage.spec_drafts import SpecDraft
from runtime.storage.spec_remarks import RemarkKind
from runtime.storage.tools import Tool
from runtime.web.site.context import here
from runtime.web.site.times import moment, relative


def begun_tools() -> list[BegunTool]:
    """The drafts of tools that were never published, the latest first."""
    now, conn = datetime.now(UTC), here().conn
    published = {tool.key for tool in tools.listed(conn) if tool.current_version}
    return [
        BegunTool(
            draft.tool, _title(draft), url_for("build.overview", tool=draft.tool),
            moment(draft.updated_at), relative(moment(draft.updated_at), now),
        )
        for draft in spec_drafts.listed(conn)
        if draft.tool not in published and g.person.builds(draft.tool)
    ]  # fmt: skip


def built_tools() -> list[BuiltTool]:
    """The published tools that the person may change."""
    conn, person = here().conn, here().person
    drafts = {draft.tool: draft for draft in spec_drafts.listed(conn)}
    found = []
    for tool in tools.listed(conn):
        if not tool.current_version or not person.builds(tool.key):
            continue
        current = next(
            v for v in tools.versions(conn, tool.id) if v.version == tool.current_version
        )
        at = moment(current.published_at)
        url = url_for("build.overview", tool=tool.key)
        by = accounts.titles(conn, {current.published_by}).get(
            current.published_by, current.published_by
        )
        found.append(
            BuiltTool(
                tool.title,
                tool.key,
                url,
                current.version,
                at,
                relative(at, datetime.now(UTC)),
                by,
                _is_changed(drafts.get(tool.key), tool, conn),
                _look_url(drafts.get(tool.key), tool, conn),
            )
        )
    return found


def _title(draft: SpecDraft) -> str:
    """What a draft of any shape calls itself."""
    return text(loads(draft.text), "title") or draft.tool


def _is_changed(draft: SpecDraft | None, tool: Tool, conn: Connection) -> bool:
    """Whether a draft differs from what is in force."""
    if draft is None:
        return False
    stored = tools.version(conn, tool.id, tool.current_version)
    return stored is not None and dumps(stored.document).decode() != draft.text


def _look_url(draft: SpecDraft | None, tool: Tool, conn: Connection) -> str:
    """Where somebody else waits for a second look at the draft as it is now; empty: nobody does."""
    if draft is None:
        return ""
    state = (tool.current_version, draft.sequence)
    said = (
        remark
        for remark in spec_remarks.listed(conn, tool.key)
        if (remark.version, remark.sequence) == state and remark.kind is not RemarkKind.COMMENT
    )
    latest = next(said, None)
    if latest is None or latest.kind is not RemarkKind.ASKED or latest.account == g.person.name:
        return ""
    return url_for("build.publish", tool=tool.key)
