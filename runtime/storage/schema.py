"""The fixed tables, as models.

Tables of records have their own module, `record_table`, and those that only the making of tools
needs stand in `spec_schema`.

`tenant_id` leads every key, so that tenants can later be spread over databases.  Ids are made
by the application; moments are microseconds since the epoch.
"""

from typing import Annotated, Any, Final

from sqlalchemy import JSON, BigInteger, Identity, Index, Integer, LargeBinary, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

TENANT: Final = 1
"""There is one tenant so far."""

Long = BigInteger().with_variant(Integer(), "sqlite")
Document = JSON().with_variant(JSONB(), "postgresql")

Tenant = Annotated[int, mapped_column(Integer, primary_key=True, default=TENANT)]
Id = Annotated[int, mapped_column(Long, primary_key=True, autoincrement=False)]
TextKey = Annotated[str, mapped_column(Text, primary_key=True)]


class Base(DeclarativeBase):
    """Maps Python types to columns in one place."""

    type_annotation_map = {int: Long, str: Text, bytes: LargeBinary, dict[str, Any]: Document}  # noqa: RUF012


class AccountRow(Base):
    __tablename__ = "account"
    __table_args__ = (Index("account_name", "tenant_id", "name", unique=True),)
    tenant_id: Mapped[Tenant]
    id: Mapped[Id]
    name: Mapped[str]
    title: Mapped[str]
    email: Mapped[str]
    password_hash: Mapped[str]
    is_admin: Mapped[bool]
    is_active: Mapped[bool]
    rights_version: Mapped[int]
    settings: Mapped[dict[str, Any]]
    created_at: Mapped[int]


class MembershipRow(Base):
    __tablename__ = "membership"
    tenant_id: Mapped[Tenant]
    account_id: Mapped[Id]
    tool: Mapped[TextKey]
    role: Mapped[TextKey]


class SessionRow(Base):
    __tablename__ = "web_session"
    __table_args__ = (
        Index("web_session_expires", "expires_at"),
        Index("web_session_account", "tenant_id", "account_id"),
    )
    tenant_id: Mapped[Tenant]
    id_hash: Mapped[bytes] = mapped_column(primary_key=True)
    account_id: Mapped[int | None]
    data: Mapped[str]
    created_at: Mapped[int]
    seen_at: Mapped[int]
    expires_at: Mapped[int]


class TokenRow(Base):
    __tablename__ = "api_token"
    __table_args__ = (Index("api_token_hash", "tenant_id", "token_hash", unique=True),)
    tenant_id: Mapped[Tenant]
    id: Mapped[Id]
    account_id: Mapped[int]
    token_hash: Mapped[bytes]
    title: Mapped[str]
    created_at: Mapped[int]
    expires_at: Mapped[int | None]
    last_used_at: Mapped[int | None]
    revoked_at: Mapped[int | None]


class ToolRow(Base):
    __tablename__ = "tool"
    __table_args__ = (Index("tool_key", "tenant_id", "key", unique=True),)
    tenant_id: Mapped[Tenant]
    id: Mapped[Id]
    key: Mapped[str]
    title: Mapped[str]
    current_version: Mapped[int]
    created_at: Mapped[int]
    migrated_version: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    """The last version that records had to follow: nothing is written under an older one."""
    settling: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    """The job that still puts records into the form of the version in force; 0: none."""
    newest_version: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    """The highest number that was given to a version."""
    pilot_version: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    """The version that some work by before all do; 0: none."""


class ToolVersionRow(Base):
    __tablename__ = "tool_version"
    tenant_id: Mapped[Tenant]
    tool_id: Mapped[Id]
    version: Mapped[Id]
    digest: Mapped[str]
    document: Mapped[str]
    published_at: Mapped[int]
    published_by: Mapped[str]
    note: Mapped[str]
    migration: Mapped[str | None]
    """How records followed the tool to this version."""


class FormRow(Base):
    __tablename__ = "form"
    __table_args__ = (Index("form_key", "tenant_id", "tool_id", "key", unique=True),)
    tenant_id: Mapped[Tenant]
    id: Mapped[Id]
    tool_id: Mapped[int]
    key: Mapped[str]


class CounterRow(Base):
    __tablename__ = "counter"
    tenant_id: Mapped[Tenant]
    form_id: Mapped[Id]
    key: Mapped[TextKey]
    value: Mapped[int]


class EventRow(Base):
    """What happened to a record: written once, never changed."""

    __tablename__ = "event"
    __table_args__ = (
        Index("event_seq", "tenant_id", "seq", unique=True),
        Index("event_record", "tenant_id", "form_id", "record_id", "seq"),
        Index("event_order", "txid", "position"),
        {"sqlite_autoincrement": True},
    )
    position: Mapped[int] = mapped_column(Long, Identity(always=True), primary_key=True)
    tenant_id: Mapped[int] = mapped_column(Integer, default=TENANT)
    seq: Mapped[int]
    txid: Mapped[int] = mapped_column(server_default=text("0"))
    """The writing transaction on PostgreSQL, where positions are not in commit order; else 0."""
    at: Mapped[int]
    form_id: Mapped[int]
    record_id: Mapped[int]
    version: Mapped[int]
    actor: Mapped[str]
    op: Mapped[str]
    request_id: Mapped[str | None]
    spec_version: Mapped[int]
    data: Mapped[dict[str, Any]]
    document_hash: Mapped[bytes]
    """SHA-256 of the record as it stood after the event."""
    mac: Mapped[bytes]
    """HMAC of the event: protects it until the next seal does."""


class SealRow(Base):
    """A batch of events, hashed and chained to the batch before."""

    __tablename__ = "event_seal"
    tenant_id: Mapped[Tenant]
    id: Mapped[Id]
    upto_txid: Mapped[int]
    upto_position: Mapped[int]
    events: Mapped[int]
    leaves: Mapped[bytes]
    """For each event its seq (8 bytes) and hash (32 bytes), in order."""
    prev_hash: Mapped[bytes]
    hash: Mapped[bytes]
    signature: Mapped[bytes]
    sealed_at: Mapped[int]


class OutboxRow(Base):
    __tablename__ = "outbox"
    __table_args__ = (
        Index(
            "outbox_due",
            "next_at",
            sqlite_where=text("status IN ('pending', 'running')"),
            postgresql_where=text("status IN ('pending', 'running')"),
        ),
        Index("outbox_status", "tenant_id", "status"),
        Index(
            "outbox_record",
            "form_id",
            "record_id",
            sqlite_where=text("status IN ('pending', 'running')"),
            postgresql_where=text("status IN ('pending', 'running')"),
        ),
    )
    tenant_id: Mapped[Tenant]
    id: Mapped[Id]
    event_seq: Mapped[int]
    tool: Mapped[str]
    form_id: Mapped[int]
    record_id: Mapped[int]
    hook: Mapped[str]
    payload: Mapped[dict[str, Any]]
    status: Mapped[str]
    tries: Mapped[int]
    next_at: Mapped[int]
    """When it is due; while it runs, when its lease ends."""
    last_error: Mapped[str | None]
    idempotency_key: Mapped[str]
    created_at: Mapped[int]
    done_at: Mapped[int | None]


class IdempotencyRow(Base):
    __tablename__ = "idempotency"
    __table_args__ = (Index("idempotency_created", "created_at"),)
    tenant_id: Mapped[Tenant]
    key: Mapped[TextKey]
    request_hash: Mapped[bytes]
    status: Mapped[int | None]
    body: Mapped[bytes | None]
    created_at: Mapped[int]


class AttachmentRow(Base):
    __tablename__ = "attachment"
    __table_args__ = (
        Index("attachment_record", "tenant_id", "form_id", "record_id"),
        Index("attachment_file", "tenant_id", "sha256"),
    )
    tenant_id: Mapped[Tenant]
    id: Mapped[Id]
    form_id: Mapped[int]
    record_id: Mapped[int | None]
    field: Mapped[str | None]
    sha256: Mapped[str]
    size: Mapped[int]
    mime: Mapped[str]
    name: Mapped[str]
    state: Mapped[str]
    created_by: Mapped[str]
    created_at: Mapped[int]
    deleted_at: Mapped[int | None]


class CommentRow(Base):
    __tablename__ = "comment"
    __table_args__ = (Index("comment_record", "tenant_id", "form_id", "record_id", "id"),)
    tenant_id: Mapped[Tenant]
    id: Mapped[Id]
    form_id: Mapped[int]
    record_id: Mapped[int]
    author: Mapped[str]
    at: Mapped[int]
    body: Mapped[str]
    deleted_at: Mapped[int | None]


class DraftRow(Base):
    __tablename__ = "draft"
    tenant_id: Mapped[Tenant]
    account: Mapped[TextKey]
    scope: Mapped[TextKey]
    data: Mapped[dict[str, Any]]
    base_version: Mapped[int | None]
    updated_at: Mapped[int]


class ChoiceListRow(Base):
    """A tool's list of choices as its editors left it; lists that nobody changed have no row."""

    __tablename__ = "choice_list"
    tenant_id: Mapped[Tenant]
    tool_id: Mapped[Id]
    key: Mapped[TextKey]
    id: Mapped[int]
    """What its events call it."""
    version: Mapped[int]
    choices: Mapped[str]
    updated_at: Mapped[int]
    updated_by: Mapped[str]


class KeptTitleRow(Base):
    """What a chosen value was called when a record was saved with it."""

    __tablename__ = "kept_title"
    tenant_id: Mapped[Tenant]
    form_id: Mapped[Id]
    record_id: Mapped[Id]
    field: Mapped[TextKey]
    key: Mapped[TextKey]
    title: Mapped[str]


class HookChoicesRow(Base):
    """The last good answer of a function that gives choices."""

    __tablename__ = "hook_choices"
    tenant_id: Mapped[Tenant]
    tool_id: Mapped[Id]
    hook: Mapped[TextKey]
    depends: Mapped[TextKey]
    choices: Mapped[str]
    fetched_at: Mapped[int]


class IndexRow(Base):
    """One index of a record table on its way: wanted, building, ready, dropping or failed."""

    __tablename__ = "index_state"
    tenant_id: Mapped[Tenant]
    form_id: Mapped[Id]
    name: Mapped[TextKey]
    kind: Mapped[str]
    purpose: Mapped[str]
    expr: Mapped[str]
    """What follows the index's name and table: the exact text that queries are rendered from."""
    generation: Mapped[int]
    state: Mapped[str]
    error: Mapped[str | None]
    retry_at: Mapped[int]
    built_at: Mapped[int | None]


class JobRow(Base):
    __tablename__ = "job"
    __table_args__ = (Index("job_status", "tenant_id", "status"),)
    tenant_id: Mapped[Tenant]
    id: Mapped[Id]
    kind: Mapped[str]
    arguments: Mapped[dict[str, Any]]
    status: Mapped[str]
    progress: Mapped[int]
    total: Mapped[int | None]
    message: Mapped[str]
    result: Mapped[dict[str, Any] | None]
    created_by: Mapped[str]
    created_at: Mapped[int]
    started_at: Mapped[int | None]
    done_at: Mapped[int | None]
    lease_until: Mapped[int | None]
    """Until when whoever runs it is believed to be alive."""


class LiftRow(Base):
    """A record as the next version of its tool has it, while it waits to become so."""

    __tablename__ = "record_lift"
    tenant_id: Mapped[Tenant]
    form_id: Mapped[Id]
    record_id: Mapped[Id]
    job_id: Mapped[int]
    version: Mapped[int]
    """The record's version that it was made of: it says nothing about any other."""
    data: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
    )
    """The lifted document; none: the record stays as it is."""
    state: Mapped[str | None]
    rejected: Mapped[str | None]
    """Why the record could not be lifted, as JSON."""


class BatchRow(Base):
    """Records that came in together, or an earlier batch that was taken back."""

    __tablename__ = "batch"
    __table_args__ = (Index("batch_form", "tenant_id", "form_id", "id"),)
    tenant_id: Mapped[Tenant]
    id: Mapped[Id]
    form_id: Mapped[int]
    name: Mapped[str]
    kind: Mapped[str]
    status: Mapped[str]
    plan: Mapped[str]
    """What is to be done, as JSON."""
    result: Mapped[str]
    """How far it is and what came of it, as JSON."""
    reverts: Mapped[int | None]
    """The batch that this one takes back."""
    created_by: Mapped[str]
    created_at: Mapped[int]


class BatchRecordRow(Base):
    """That a record was made or changed by a batch, and the version that it had after that."""

    __tablename__ = "batch_record"
    __table_args__ = ({"sqlite_with_rowid": False},)
    tenant_id: Mapped[Tenant]
    batch_id: Mapped[Id]
    record_id: Mapped[Id]
    version: Mapped[int]


class BatchRejectRow(Base):
    """A row of a file that could not come in: its cells, and all that speaks against it."""

    __tablename__ = "batch_reject"
    __table_args__ = ({"sqlite_with_rowid": False},)
    tenant_id: Mapped[Tenant]
    batch_id: Mapped[Id]
    line: Mapped[Id]
    cells: Mapped[str]
    problems: Mapped[str]
