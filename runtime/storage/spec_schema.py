"""The fixed tables that serve the making of tools: drafts, remarks, previews, pilots."""

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from runtime.storage.schema import Base, Id, Tenant, TextKey


class SpecDraftRow(Base):
    """The spec of a tool as its builders are changing it: one for each tool, shared by all of them."""

    __tablename__ = "spec_draft"
    tenant_id: Mapped[Tenant]
    tool: Mapped[TextKey]
    document: Mapped[str]
    base_version: Mapped[int]
    """The version it is a change of; 0: the tool was never published."""
    sequence: Mapped[int]
    """Of the last entry of its log; it grows with each."""
    text: Mapped[str | None]
    """A text that is no JSON yet, beside the last document that was."""
    text_by: Mapped[str | None]
    steps: Mapped[str | None]
    """How records are to follow, as somebody wrote it; none: as publishing offers it."""
    created_at: Mapped[int]
    updated_at: Mapped[int]
    updated_by: Mapped[str]


class DraftEditRow(Base):
    """The log of a draft: each change with what takes it back; undoing and redoing are entries too."""

    __tablename__ = "draft_edit"
    __table_args__ = (
        Index("draft_edit_person", "tenant_id", "tool", "account", "sequence"),
        Index("draft_edit_once", "tenant_id", "tool", "once", unique=True),
    )
    tenant_id: Mapped[Tenant]
    tool: Mapped[TextKey]
    sequence: Mapped[Id]
    account: Mapped[str]
    at: Mapped[int]
    kind: Mapped[str]
    """edit, undo, redo or follow: the draft followed its tool to a version published elsewhere."""
    of: Mapped[int | None]
    """The edit that is undone or redone."""
    label: Mapped[str]
    edit: Mapped[str]
    inverse: Mapped[str]
    undone: Mapped[bool]
    once: Mapped[str | None]
    """The key by which an edit that is sent twice is done once."""


class DraftPresenceRow(Base):
    """Who has the builder of a tool open."""

    __tablename__ = "draft_presence"
    tenant_id: Mapped[Tenant]
    tool: Mapped[TextKey]
    account: Mapped[TextKey]
    place: Mapped[str]
    seen_at: Mapped[int]


class SpecRemarkRow(Base):
    """What a builder said of a draft or a version of a tool."""

    __tablename__ = "spec_remark"
    __table_args__ = (Index("spec_remark_tool", "tenant_id", "tool", "id"),)
    tenant_id: Mapped[Tenant]
    id: Mapped[Id]
    tool: Mapped[str]
    version: Mapped[int]
    """The version that it is about, or that the draft is a change of."""
    sequence: Mapped[int]
    """The state of the draft that it is about; 0: it is about the version."""
    account: Mapped[str]
    at: Mapped[int]
    kind: Mapped[str]
    body: Mapped[str]


class SpecTrialRow(Base):
    """Where somebody tries the draft of a tool; `runtime.storage.spec_trials` says what is what."""

    __tablename__ = "spec_trial"
    tenant_id: Mapped[Tenant]
    tool: Mapped[TextKey]
    account: Mapped[TextKey]
    place: Mapped[str]
    basis: Mapped[str]
    shown: Mapped[str]
    role: Mapped[str]
    records: Mapped[int]
    made_at: Mapped[int]
    used_at: Mapped[int]


class ToolPilotRow(Base):
    """A version that some people or records got before all others."""

    __tablename__ = "tool_pilot"
    tenant_id: Mapped[Tenant]
    tool_id: Mapped[Id]
    version: Mapped[Id]
    people: Mapped[str]
    """Their names, as a JSON list."""
    share: Mapped[int]
    """Of each hundred records."""
    view: Mapped[str] = mapped_column(default="", server_default=text("''"))
    """The key of the list of whose records; empty: of all records of the tool."""
    started_at: Mapped[int]
    started_by: Mapped[str]
    ended_at: Mapped[int]
    """0: it runs."""
    ended_by: Mapped[str]
    outcome: Mapped[str]


class PilotRecordRow(Base):
    """A record that was opened in the list of whose records a pilot has a share."""

    __tablename__ = "pilot_record"
    tenant_id: Mapped[Tenant]
    tool_id: Mapped[Id]
    pilot: Mapped[Id]
    """The version on trial."""
    record_id: Mapped[Id]
    at: Mapped[int]
    """When it was opened there first."""


class PilotRefusalRow(Base):
    """How often a save was refused while a pilot ran, by either version, and for what."""

    __tablename__ = "pilot_refusal"
    tenant_id: Mapped[Tenant]
    tool_id: Mapped[Id]
    pilot: Mapped[Id]
    """The version on trial then."""
    version: Mapped[Id]
    """The version that refused."""
    form: Mapped[TextKey]
    field: Mapped[TextKey]
    """Empty: the record as a whole."""
    check: Mapped[TextKey]
    times: Mapped[int]
