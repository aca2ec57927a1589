"""A change on its way through the gate, and what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from components.values.texts import clean_text
from form_specs.conditions import BEFORE
from form_specs.hops import is_hop
from form_specs.model import JsonObject, Transition
from form_specs.problem import Severity
from runtime.access import FormAccess
from runtime.compiling.form import CompiledForm
from runtime.compiling.hops import Hops, NoHops, followed
from runtime.compiling.reactions import Evaluation, Finding
from runtime.linked import Behind
from runtime.storage.attachments import Attachment
from runtime.storage.records import StoredRecord

LONGEST_REMARK = 10_000
"""Characters of a comment or a reason."""


class Op(StrEnum):
    """What happens to a record; also the `op` of the event that tells of it."""

    CREATE = "create"
    UPDATE = "update"
    TRANSITION = "transition"
    DELETE = "delete"
    RESTORE = "restore"
    COMMENT = "comment"
    ATTACH = "attach"
    DETACH = "detach"
    ACTION = "action"
    """A hook was run by its button; what it changed has events of its own."""
    FOLLOW = "follow"
    """The record came into the form of a new version of its tool."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a change comes from: for the event, for idempotency, against endless hooks."""

    source: str
    """`page`, `api`, `hook`, `cli`, `import` or `migration`."""
    request_id: str = ""
    idempotency_key: str | None = None
    ignored: int = 0
    """How many posted fields were dropped because the person may not write them."""
    depth: int = 0
    """How many after-hooks led here, one out of the other."""
    sent: bytes = b""
    """A digest of what was sent, for idempotency; without it that of the typed values counts."""
    batch: str = ""
    """The id of the batch that the change is a part of."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that already stands in the file store and is about to be attached."""

    name: str
    sha256: str
    size: int
    mime: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a change that went through."""

    record_id: int
    version: int
    replayed: bool = False
    """The same idempotency key had been here before: this is its first answer."""
    merged: tuple[str, ...] = ()
    """Fields that somebody else changed meanwhile and that were kept as they set them."""
    comment_id: int | None = None
    attachment_ids: tuple[int, ...] = ()
    warnings: tuple[Finding, ...] = ()
    """What rules say that warn: the change went through all the same."""
    record: StoredRecord | None = field(default=None, compare=False)
    """The record as it was written; none where the answer is an earlier one."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an update is to set, and on which version of the record it was thought of."""

    values: Mapping[str, Any]
    """Typed; `ABSENT` clears a field."""
    version: int
    merge: bool = False
    uploads: Mapping[str, Sequence[Upload]] = field(default_factory=dict)
    action: str | None = None
    seen: StoredRecord | None = None
    """The record where it has just been read."""


@dataclass
class Change:
    """The working state of one change: what the record was and what it is to become."""

    op: Op
    access: FormAccess
    origin: Origin
    record_id: int
    before: StoredRecord | None
    document: dict[str, Any]
    """The document as it will be, in the store's form."""
    values: Mapping[str, Any] = field(default_factory=dict)
    """What was asked for, typed; `ABSENT` clears a field."""
    transition: Transition | None = None
    comment: str | None = None
    uploads: Mapping[str, Sequence[Upload]] = field(default_factory=dict)
    attachments: Sequence[Attachment] = ()
    """What becomes of the uploads."""
    reason: str | None = None
    detached: Attachment | None = None
    """What is taken off the record."""
    action: str | None = None
    """The key of the action that is behind the change."""
    titles: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """What newly chosen values are called, by field and key, where only this record will know it."""
    merged: tuple[str, ...] = ()
    asked: bytes = b""
    """A digest of the request as it came, so that a reused idempotency key is noticed."""
    dropped: frozenset[str] = frozenset()
    """Fields, and parts inside them, that were asked for and left out: a condition hides or locks them."""
    locked: frozenset[str] = frozenset()
    """Fields, and parts inside them, that were set and that a condition makes read-only: refused."""
    behind: Behind | None = None
    """What conditions find behind the record's links; none: nothing asks."""
    begins: str | None = None
    """The state that a new record is to begin in; none: the one in which all begin."""
    way: "tuple[Change, ...]" = ()
    """The transitions that brought a new record to that state before it was written."""
    foreseen: bool = False
    """Asked before anybody acts: then nothing may follow from linked records that the person cannot read."""

    def __post_init__(self) -> None:
        self.evaluation = Evaluation(self.document)
        """How the form stands with the record as it will be."""

    @property
    def form(self) -> CompiledForm:
        return self.access.form

    @property
    def state(self) -> str | None:
        """The state that the record will be in."""
        if self.transition is not None:
            return self.transition.target
        if self.before is not None:
            return self.before.state
        if self.way:
            return self.way[-1].state
        return self.form.workflow.initial if self.form.workflow else None

    @property
    def old_document(self) -> Mapping[str, Any]:
        return self.before.document if self.before else {}

    @property
    def diff(self) -> dict[str, list[Any]]:
        """Field by field what was and what will be; `null` stands for absent."""
        old, new = self.old_document, self.document
        return {
            key: [old.get(key), new.get(key)]
            for key in (*old, *(key for key in new if key not in old))
            if old.get(key) != new.get(key)
        }

    @property
    def facts(self) -> dict[str, Any]:
        """What conditions see: the new document with the record's system fields as they are."""
        was = self.form.facts(self.before) if self.before else {}
        found = {**self.document, **self.form.system_facts(self.before), BEFORE: was}
        return followed(found, self.form.operands.steps, self.hops)

    @property
    def hops(self) -> Hops:
        """What the change is judged by of linked records."""
        if self.behind is None:
            return NoHops()
        return self.behind.known.hops(self.access) if self.foreseen else self.behind.hops

    def knows(self, read: str) -> bool:
        """Whether the person may know something that a condition asks about."""
        if self.behind is None or not is_hop(read):
            return self.access.reads(read)
        return self.behind.knows(self.document, self.access)(read)

    @property
    def cleared(self) -> list[str]:
        """Fields that lose their value because a condition hides them."""
        old, new = self.old_document, self.document
        lost = {key for key in self.evaluation.hidden if key in old and key not in new}
        return sorted(lost | self.evaluation.settled.cleared)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What rules say that warn, as far as the person may know what they ask about."""
        return self.evaluation.known(Severity.WARNING, self.knows)

    def event_data(self) -> JsonObject:
        """What the event keeps beside who, when, which record and which fields."""
        data: JsonObject = {"source": self.origin.source}
        if self.origin.batch:
            data["batch"] = self.origin.batch
        if self.transition is not None and self.before is not None:
            data |= {
                "transition": self.transition.key,
                "from": self.before.state,
                "to": self.transition.target,
            }
        optional: JsonObject = {
            "to": self.way[-1].state if self.way else None,
            "way": [step.transition.key for step in self.way if step.transition] or None,
            "action": self.action,
            "reason": remark(self.reason) or None,
            "ignored": self.origin.ignored + len(self.dropped) or None,
            "cleared": [*self.cleared] or None,
            "merged": [*self.merged] or None,
        }
        return data | {key: value for key, value in optional.items() if value}


def remark(text: str | None) -> str:
    """A comment or reason as it is kept; raises `InvalidValueError` for what is no text."""
    return clean_text(text, lines=True).strip() if text else ""
