"""Drafts of specs: one for each tool, shared by its builders, with the log of all that was done to it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import Connection, delete, func, insert, select, update

from form_specs.editing import Edit, apply, edit_from_json, edit_to_json
from form_specs.exact_json import dumps, loads
from runtime.storage.schema import TENANT
from runtime.storage.spec_schema import DraftEditRow, DraftPresenceRow, SpecDraftRow
from runtime.storage.upsert import insert_new, upsert

EDIT: Final = "edit"
UNDO: Final = "undo"
REDO: Final = "redo"
FOLLOW: Final = "follow"


@dataclass(frozen=True, slots=True)
class SpecDraft:
    """A spec on its way."""

    tool: str
    text: str
    """The document as it is kept: compact JSON."""
    base_version: int
    """The version that it is a change of; 0: none yet."""
    sequence: int
    updated_at: int
    updated_by: str
    unread: str | None = None
    """A text that is no JSON yet, beside the last document that was."""
    unread_by: str | None = None
    steps: str | None = None
    """How records are to follow from its base version, as somebody wrote it."""

    @property
    def document(self) -> dict[str, Any]:
        """The document, of the caller's own."""
        found: dict[str, Any] = loads(self.text)
        return found


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was done to a draft."""

    sequence: int
    account: str
    at: int
    kind: str
    label: str
    of: int | None = None
    """The edit that it undoes or redoes."""
    undone: bool = False


@dataclass(frozen=True, slots=True)
class Doing:
    """Something to be done to a draft."""

    account: str
    at: int
    edit: Edit
    kind: str = EDIT
    of: int | None = None
    once: str | None = None
    """What makes the same edit, sent twice, be done once."""
    base_version: int | None = None
    """The version that the draft is a change of from here on."""


_DRAFT: Final = (
    *(SpecDraftRow.tool, SpecDraftRow.document, SpecDraftRow.base_version, SpecDraftRow.sequence),
    *(SpecDraftRow.updated_at, SpecDraftRow.updated_by, SpecDraftRow.text, SpecDraftRow.text_by),
    SpecDraftRow.steps,
)
_ENTRY: Final = (
    *(DraftEditRow.sequence, DraftEditRow.account, DraftEditRow.at, DraftEditRow.kind),
    *(DraftEditRow.label, DraftEditRow.of, DraftEditRow.undone),
)


def load(conn: Connection, tool: str, *, to_change: bool = False) -> SpecDraft | None:
    """The draft of a tool; those who mean to change it take turns."""
    query = select(*_DRAFT).where(SpecDraftRow.tenant_id == TENANT, SpecDraftRow.tool == tool)
    row = conn.execute(query.with_for_update() if to_change else query).one_or_none()
    return None if row is None else SpecDraft(*row)


def state(conn: Connection, tool: str) -> tuple[int, int]:
    """(sequence, moment of the last change) of a draft, without its document; zeros: there is none."""
    query = select(SpecDraftRow.sequence, SpecDraftRow.updated_at)
    row = conn.execute(
        query.where(SpecDraftRow.tenant_id == TENANT, SpecDraftRow.tool == tool)
    ).one_or_none()
    return (0, 0) if row is None else (row[0], row[1])


def listed(conn: Connection, most: int = 500) -> list[SpecDraft]:
    """The drafts that there are, the latest first."""
    query = select(*_DRAFT).where(SpecDraftRow.tenant_id == TENANT)
    rows = conn.execute(query.order_by(SpecDraftRow.updated_at.desc()).limit(most))
    return [SpecDraft(*row) for row in rows]


def begin(
    conn: Connection, tool: str, document: Mapping[str, Any], base_version: int, by: str, at: int
) -> SpecDraft:
    """A new draft, unless another builder began one meanwhile: then that one."""
    insert_new(
        conn,
        SpecDraftRow,
        {
            "tenant_id": TENANT,
            "tool": tool,
            "document": dumps(document).decode(),
            "base_version": base_version,
            # No draft of the same tool that is gone had as high a number.
            "sequence": at // 1_000_000,
            "text": None,
            "text_by": None,
            "steps": None,
            "created_at": at,
            "updated_at": at,
            "updated_by": by,
        },
    )
    found = load(conn, tool, to_change=True)
    assert found is not None
    return found


def do(conn: Connection, draft: SpecDraft, document: Any, doing: Doing) -> tuple[SpecDraft, Any]:
    """Apply an edit to a draft, whose document is given, and note it; the draft after it, and its document.

    Raises `RefusedEdit`.
    """
    after, inverse = apply(document, doing.edit)
    sequence = draft.sequence + 1
    conn.execute(
        insert(DraftEditRow).values(
            tenant_id=TENANT,
            tool=draft.tool,
            sequence=sequence,
            account=doing.account,
            at=doing.at,
            kind=doing.kind,
            of=doing.of,
            label=doing.edit.label,
            edit=dumps(edit_to_json(doing.edit)).decode(),
            inverse=dumps(edit_to_json(inverse)).decode(),
            undone=False,
            once=doing.once,
        )
    )
    if doing.of is not None:
        conn.execute(
            update(DraftEditRow)
            .where(*_log(draft.tool), DraftEditRow.sequence == doing.of)
            .values(undone=doing.kind == UNDO)
        )
    changed = replace(
        draft,
        text=dumps(after).decode(),
        base_version=draft.base_version if doing.base_version is None else doing.base_version,
        steps=draft.steps if doing.base_version is None else None,
        sequence=sequence,
        updated_at=doing.at,
        updated_by=doing.account,
    )
    _write(conn, changed)
    return changed, after


def _write(conn: Connection, draft: SpecDraft) -> None:
    conn.execute(
        update(SpecDraftRow)
        .where(SpecDraftRow.tenant_id == TENANT, SpecDraftRow.tool == draft.tool)
        .values(
            document=draft.text,
            base_version=draft.base_version,
            sequence=draft.sequence,
            text=draft.unread,
            text_by=draft.unread_by,
            steps=draft.steps,
            updated_at=draft.updated_at,
            updated_by=draft.updated_by,
        )
    )


def keep_unread(conn: Connection, draft: SpecDraft, text: str | None, by: str, at: int) -> None:
    """Keep a text that cannot be read beside the document; none: it is not wanted any more."""
    kept = replace(draft, unread=text, unread_by=by if text is not None else None)
    _write(conn, replace(kept, updated_at=at, updated_by=by))


def based_on(conn: Connection, tool: str, version: int) -> None:
    """Note that a draft is a change of another version from here on."""
    conn.execute(
        update(SpecDraftRow)
        .where(SpecDraftRow.tenant_id == TENANT, SpecDraftRow.tool == tool)
        .values(base_version=version, steps=None)
    )


def keep_steps(conn: Connection, tool: str, steps: str | None) -> None:
    """Keep how records are to follow with the draft; none: as publishing offers it."""
    conn.execute(
        update(SpecDraftRow)
        .where(SpecDraftRow.tenant_id == TENANT, SpecDraftRow.tool == tool)
        .values(steps=steps)
    )


def discard(conn: Connection, tool: str) -> None:
    """Forget a draft and its log."""
    for row in (SpecDraftRow, DraftEditRow, DraftPresenceRow):
        conn.execute(delete(row).where(row.tenant_id == TENANT, row.tool == tool))


# -- the log ------------------------------------------------------------------------------


def _log(tool: str) -> tuple[Any, ...]:
    return (DraftEditRow.tenant_id == TENANT, DraftEditRow.tool == tool)


def before(conn: Connection, draft: SpecDraft, document: Any, sequence: int) -> Any:
    """The document of a draft as it was after the entry `sequence`, from what it is now."""
    query = select(DraftEditRow.inverse).where(*_log(draft.tool), DraftEditRow.sequence > sequence)
    for (inverse,) in conn.execute(query.order_by(DraftEditRow.sequence.desc())):
        document, _ = apply(document, edit_from_json(loads(inverse)))
    return document


def since(conn: Connection, tool: str, sequence: int) -> list[tuple[int, dict[str, Any]]]:
    """(entry, edit) of what was done to a draft after the entry `sequence`, in order."""
    query = select(DraftEditRow.sequence, DraftEditRow.edit).where(
        *_log(tool), DraftEditRow.sequence > sequence
    )
    rows = conn.execute(query.order_by(DraftEditRow.sequence))
    return [(number, loads(edit)) for number, edit in rows]


def log(conn: Connection, tool: str, most: int = 100) -> list[Entry]:
    """What was done to a draft, the latest first."""
    query = select(*_ENTRY).where(*_log(tool)).order_by(DraftEditRow.sequence.desc()).limit(most)
    return [Entry(*row) for row in conn.execute(query)]


def done_once(conn: Connection, tool: str, once: str) -> bool:
    """Whether an edit with that key was done already."""
    query = select(DraftEditRow.sequence).where(*_log(tool), DraftEditRow.once == once)
    return conn.execute(query).first() is not None


def to_undo(conn: Connection, tool: str, account: str) -> Entry | None:
    """The last edit of somebody's own that stands."""
    return _own(conn, tool, account, DraftEditRow.undone.is_(False), DraftEditRow.sequence.desc())


def to_redo(conn: Connection, tool: str, account: str) -> Entry | None:
    """The edit of somebody's own that was undone last, as long as nothing new of theirs stands."""
    last = to_undo(conn, tool, account)
    newer = DraftEditRow.sequence > (last.sequence if last else 0)
    return _own(
        conn, tool, account, DraftEditRow.undone.is_(True) & newer, DraftEditRow.sequence.asc()
    )


def _own(conn: Connection, tool: str, account: str, which: Any, order: Any) -> Entry | None:
    mine = (DraftEditRow.account == account, DraftEditRow.kind == EDIT)
    row = conn.execute(select(*_ENTRY).where(*_log(tool), *mine, which).order_by(order).limit(1))
    found = row.first()
    return None if found is None else Entry(*found)


def last_about(conn: Connection, tool: str, entry: Entry) -> int:
    """The entry by which an edit came to stand, or not to stand, as it does now."""
    query = select(func.max(DraftEditRow.sequence)).where(
        *_log(tool), DraftEditRow.of == entry.sequence
    )
    return conn.execute(query).scalar() or entry.sequence


# -- who is here --------------------------------------------------------------------------


def here(conn: Connection, tool: str, since: int) -> list[tuple[str, str]]:
    """(account, place) of those who had a draft open since a moment."""
    row = DraftPresenceRow
    query = select(row.account, row.place).where(
        row.tenant_id == TENANT, row.tool == tool, row.seen_at >= since
    )
    return [(account, place) for account, place in conn.execute(query.order_by(row.account))]


def seen_at(conn: Connection, tool: str, account: str) -> tuple[int, str]:
    """When and where somebody was last noted to have a draft open."""
    row = DraftPresenceRow
    query = select(row.seen_at, row.place).where(
        row.tenant_id == TENANT, row.tool == tool, row.account == account
    )
    found = conn.execute(query).one_or_none()
    return (0, "") if found is None else (found[0], found[1])


def note_presence(conn: Connection, tool: str, account: str, place: str, at: int) -> None:
    """Note that somebody has a draft open, and which part of it."""
    key = {"tenant_id": TENANT, "tool": tool, "account": account}
    upsert(conn, DraftPresenceRow, key, {"place": place, "seen_at": at})
