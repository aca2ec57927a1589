"""Changing the draft of a tool that several builders share.

Whoever changes it says which state they saw.  What others did since is kept: both changes come
together where they meet by meaning, and only a place that both changed is asked.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

from sqlalchemy import Connection

from form_specs.conditions.binding import microseconds
from form_specs.editing import (
    Address,
    Conflict,
    Edit,
    RefusedEdit,
    apply,
    changes,
    edit_from_json,
    merge,
)
from form_specs.exact_json import dumps
from form_specs.language import _
from form_specs.model import JsonObject
from runtime.storage import spec_drafts, tools
from runtime.storage.database import Database
from runtime.storage.spec_drafts import FOLLOW, REDO, UNDO, Doing, Entry, SpecDraft

Make: TypeAlias = Callable[[JsonObject], Edit]
"""From the document that somebody saw to what they want done to it."""


class ClashError(Exception):
    """Somebody else changed the same places; nothing was done."""

    def __init__(self, label: str, conflicts: Sequence[Conflict], by: str = "") -> None:
        super().__init__(_("Somebody else changed this meanwhile"))
        self.label = label
        self.conflicts = tuple(conflicts)
        self.by = by
        """Who changed the draft last."""


class NothingLeftError(Exception):
    """There is nothing of one's own to undo or redo."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The state that somebody had before them: after which entry, and what they did since."""

    sequence: int
    own: tuple[int, ...] = ()
    """Entries of their own that came after it, which they know of."""
    mine: tuple[Address, ...] = ()
    """Places where they know of what others did since, and want their own to stand."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A draft as it stands."""

    tool: str
    version: int
    """The version in force; 0: none yet."""
    base: str
    """The document in force, as text; empty: none yet."""
    text: str
    """The document of the draft, or that in force where there is no draft."""
    draft: SpecDraft | None
    conflicts: tuple[Conflict, ...] = ()
    """Where the draft and a version that was published elsewhere do not agree."""

    @property
    def sequence(self) -> int:
        """The last entry of the log; 0: none yet."""
        return self.draft.sequence if self.draft else 0

    @property
    def steps(self) -> str:
        """How records are to follow to the draft, as somebody wrote it; empty: nobody did."""
        draft = self.draft
        is_fit = draft is not None and draft.base_version == self.version
        return draft.steps or "" if draft is not None and is_fit else ""

    @property
    def is_changed(self) -> bool:
        """Whether the draft differs from what is in force."""
        return self.text != self.base


class Desk:
    """The draft of one tool."""

    def __init__(self, db: Database, tool: str) -> None:
        self._db = db
        self.tool = tool

    # -- reading --------------------------------------------------------------------------

    def standing(self, conn: Connection) -> Standing | None:
        """The draft, brought up to date with what is in force where they agree; none: no such tool."""
        draft = spec_drafts.load(conn, self.tool)
        version, published = self._in_force(conn)
        base = "" if published is None else dumps(published).decode()
        if draft is None:
            return Standing(self.tool, version, base, base, None) if base else None
        if published is None or version == draft.base_version:
            return Standing(self.tool, version, base, draft.text, draft)
        merged, conflicts = self._followed(conn, draft, published)
        text = draft.text if conflicts else dumps(merged).decode()
        return Standing(self.tool, version, base, text, draft, conflicts)

    def _in_force(self, conn: Connection) -> tuple[int, JsonObject | None]:
        found = tools.by_key(conn, self.tool)
        if found is None or not found.current_version:
            return 0, None
        stored = tools.version(conn, found.id, found.current_version)
        return (found.current_version, stored.document) if stored else (0, None)

    def _followed(
        self,
        conn: Connection,
        draft: SpecDraft,
        published: JsonObject,
        keep: Sequence[Address] = (),
    ) -> tuple[Any, tuple[Conflict, ...]]:
        found = tools.by_key(conn, self.tool)
        stored = tools.version(conn, found.id, draft.base_version) if found else None
        base = stored.document if stored else {}
        return merge(base, draft.document, published, keep)

    # -- changing -------------------------------------------------------------------------

    def edit(self, make: Make, by: str, seen: Seen, once: str | None = None) -> int | None:
        """Does what `make` says of the document that somebody saw; its entry, or none: it changes nothing.

        Raises `ClashError`, `RefusedEdit`, `LookupError` where there is no such tool, and whatever
        `make` raises.
        """
        with self._db.write() as conn:
            draft, document = self._open(conn, by)
            if once is not None and spec_drafts.done_once(conn, self.tool, once):
                return None
            before = self._before(conn, draft, document, seen)
            edit = make(before)
            if before is not document:
                edit = self._met(draft, edit, before, document, seen)
            if not edit:
                return None
            doing = Doing(by, _now(), edit, once=once)
            return spec_drafts.do(conn, draft, document, doing)[0].sequence

    def _before(self, conn: Connection, draft: SpecDraft, document: Any, seen: Seen) -> Any:
        """The document that somebody saw: without what others did since."""
        since = spec_drafts.since(conn, self.tool, seen.sequence)
        if all(number in seen.own for number, _edit in since):
            return document
        before = spec_drafts.before(conn, draft, document, seen.sequence)
        for number, raw in since:
            if number in seen.own:
                try:
                    before, _ = apply(before, edit_from_json(raw))
                except RefusedEdit:
                    break
        return before

    @staticmethod
    def _met(draft: SpecDraft, edit: Edit, before: Any, document: Any, seen: Seen) -> Edit:
        """An edit of what somebody saw as one of what is there; raises `ClashError`."""
        mine, _inverse = apply(before, edit)
        merged, conflicts = merge(before, mine, document, seen.mine)
        if any(conflict.at not in seen.mine for conflict in conflicts):
            raise ClashError(edit.label, conflicts, draft.updated_by)
        return changes(document, merged, edit.label)

    def undo(self, by: str) -> tuple[Entry, int]:
        """Takes back the last edit of somebody's own, by a new entry; raises `NothingLeftError`, `ClashError`."""
        return self._turned(by, UNDO)

    def redo(self, by: str) -> tuple[Entry, int]:
        """Does again what somebody undid last, by a new entry; raises `NothingLeftError`, `ClashError`."""
        return self._turned(by, REDO)

    def _turned(self, by: str, kind: str) -> tuple[Entry, int]:
        find = spec_drafts.to_undo if kind == UNDO else spec_drafts.to_redo
        with self._db.write() as conn:
            draft, document = self._open(conn, by)
            entry = find(conn, self.tool, by)
            if entry is None:
                raise NothingLeftError
            last = spec_drafts.last_about(conn, self.tool, entry)
            after = spec_drafts.before(conn, draft, document, last)
            before = spec_drafts.before(conn, draft, document, last - 1)
            merged, conflicts = merge(after, before, document)
            if conflicts:
                raise ClashError(entry.label, conflicts, draft.updated_by)
            edit = changes(document, merged, entry.label)
            doing = Doing(by, _now(), edit, kind, entry.sequence)
            return entry, spec_drafts.do(conn, draft, document, doing)[0].sequence

    def _open(self, conn: Connection, by: str) -> tuple[SpecDraft, JsonObject]:
        """The draft to be changed, begun where there is none and brought up to date where it agrees."""
        version, published = self._in_force(conn)
        draft = spec_drafts.load(conn, self.tool, to_change=True)
        if draft is None:
            if published is None:
                raise LookupError(self.tool)
            draft = spec_drafts.begin(conn, self.tool, published, version, by, _now())
        if published is None or draft.base_version == version:
            return draft, draft.document
        merged, conflicts = self._followed(conn, draft, published)
        return (draft, draft.document) if conflicts else self._follow(conn, draft, merged, version)

    def _follow(
        self, conn: Connection, draft: SpecDraft, merged: Any, version: int
    ) -> tuple[SpecDraft, JsonObject]:
        label = _("Version %(number)s was published", number=version)
        edit = changes(draft.document, merged, label)
        doing = Doing("", _now(), edit, FOLLOW, base_version=version)
        return spec_drafts.do(conn, draft, draft.document, doing)

    def follow(self, by: str, version: int, mine: Sequence[Address]) -> None:
        """Brings the draft to the version in force, keeping the draft's own at the places `mine`.

        Raises `ClashError` where another version than `version` is in force by now.
        """
        with self._db.write() as conn:
            in_force, published = self._in_force(conn)
            draft = spec_drafts.load(conn, self.tool, to_change=True)
            if draft is None or published is None or in_force == draft.base_version:
                return
            merged, conflicts = self._followed(conn, draft, published, mine)
            if in_force != version:
                raise ClashError("", conflicts)
            self._follow(conn, draft, merged, version)

    def begin(self, document: JsonObject, by: str, said: str) -> None:
        """A draft of a tool to be; one that was begun before becomes it, and can be undone to."""
        with self._db.write() as conn:
            draft = spec_drafts.load(conn, self.tool, to_change=True)
            if draft is None:
                spec_drafts.begin(conn, self.tool, document, 0, by, _now())
                return
            edit = changes(draft.document, document, said)
            spec_drafts.do(conn, draft, draft.document, Doing(by, _now(), edit))

    def discard(self, by: str) -> None:
        """Back to what is in force, which can be undone; a draft of nothing published is forgotten."""
        with self._db.write() as conn:
            draft, document = self._open(conn, by)
            version, published = self._in_force(conn)
            if published is None:
                spec_drafts.discard(conn, self.tool)
                return
            edit = changes(document, published, _("Discard all changes"))
            doing = Doing(by, _now(), edit, base_version=version)
            spec_drafts.keep_unread(
                conn, spec_drafts.do(conn, draft, document, doing)[0], None, by, doing.at
            )

    def keep_unread(self, text: str | None, by: str) -> None:
        """Keeps a text that cannot be read beside the document; none: it is not wanted any more."""
        with self._db.write() as conn:
            draft, _document = self._open(conn, by)
            if draft.unread != text:
                spec_drafts.keep_unread(conn, draft, text, by, _now())

    def keep_steps(self, steps: str) -> None:
        """Keeps how records are to follow with the draft; empty: as publishing offers it."""
        with self._db.write() as conn:
            spec_drafts.keep_steps(conn, self.tool, steps or None)

    def published(self, version: int) -> None:
        """Notes that the draft was published as a version."""
        with self._db.write() as conn:
            if spec_drafts.load(conn, self.tool, to_change=True) is not None:
                spec_drafts.based_on(conn, self.tool, version)


def _now() -> int:
    return microseconds(datetime.now(UTC))
