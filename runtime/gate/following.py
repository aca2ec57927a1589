"""Records that come into the form of a new version of their tool, and writers that come too late for it.

A record waits with its lifted document beside it, and everybody has read that document since the
version came into force.  It takes the document for its own in the background, or at once when
somebody changes it: first this step with its event, then the change.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from form_specs.language import _
from runtime.access import FormAccess
from runtime.compiling.form import CompiledForm
from runtime.gate.change import Op
from runtime.gate.refusal import Check, Reason, RefusedError
from runtime.storage import lifts, tools
from runtime.storage.events import Cause
from runtime.storage.permit import WritePermit
from runtime.storage.record_writer import Content, RecordWriter, UniqueField
from runtime.storage.records import RecordReader, StoredRecord

ACTOR = "migration"


class Following:
    """Writes the lifted document of a record in place of the old one."""

    def __init__(self, reader: RecordReader, writer: RecordWriter, permit: WritePermit) -> None:
        self._reader = reader
        self._writer = writer
        self._permit = permit

    def __call__(self, conn: Connection, form: CompiledForm, record_id: int, now: int) -> bool:
        """Whether the record waited, and does so no more."""
        if not form.lifted:
            return False
        lift = lifts.take(conn, form.form_id, record_id)
        before = self._reader.get(conn, form.form_id, record_id, include_deleted=True)
        if lift is None or lift.data is None or before is None or before.version != lift.version:
            return False
        content = Content(
            document=lift.data,
            state=lift.state,
            spec_version=form.tool_version,
            search_text=form.search_text(lift.data),
            unique=unique_fields(form),
            lifted=form.lifted,
        )
        self._writer.follow(self._permit, conn, before, content, _cause(before, content, now))
        return True


def _cause(before: StoredRecord, content: Content, now: int) -> Cause:
    data = {"source": "migration", "from_version": before.spec_version}
    if before.state != content.state:
        data |= {"from": before.state, "to": content.state}
    return Cause(op=Op.FOLLOW.value, actor=ACTOR, at=now, data=data)


def unique_fields(form: CompiledForm) -> tuple[UniqueField, ...]:
    """The fields of which no two records may hold the same value."""
    unique = (field for field in form.fields.values() if field.spec.unique)
    return tuple(UniqueField(field.sort_path, field.kind) for field in unique)


def demand_current(conn: Connection, form: CompiledForm) -> None:
    """Refuses what was made for an older version than the one that records follow by now."""
    tools.enter_as_writer(conn, form.form_id)
    if tools.migrated_version(conn, form.tool_key) > form.tool_version:
        text = _(
            "This tool was changed a moment ago, and its records with it. Nothing was saved; "
            "look at it as it is now, then save again"
        )
        raise RefusedError([Reason(Check.STATE, "version", text)])


def since_asked_for(
    access: FormAccess, before: StoredRecord, document: Mapping[str, Any]
) -> dict[str, Any]:
    """The defaults of fields that a newer version of the tool requires and the record never held.

    So nobody is asked for what the spec says anyway; what somebody takes away later stays away.
    """
    form = access.form
    if before.spec_version >= form.tool_version:
        return {}
    missing = {
        key
        for key, field in form.fields.items()
        if field.spec.required and key not in before.document and key not in document
    }
    if not missing:
        return {}
    found = form.initial(access.env)
    return form.to_document({key: found[key] for key in missing & found.keys()})
