"""The first tables."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

LONG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def _column(name: str, kind: Any) -> "sa.Column[Any]":
    return sa.Column(name, kind, nullable=False, autoincrement=False)


def _maybe(name: str, kind: Any) -> "sa.Column[Any]":
    return sa.Column(name, kind, nullable=True)


def upgrade() -> None:
    _people()
    _tools()
    _records()
    _work()
    if op.get_bind().dialect.name == "postgresql":
        _postgresql()
    else:
        _sqlite()


def _people() -> None:
    op.create_table(
        "account",
        _column("tenant_id", sa.Integer()),
        _column("id", LONG),
        _column("name", sa.Text()),
        _column("title", sa.Text()),
        _column("email", sa.Text()),
        _column("password_hash", sa.Text()),
        _column("is_admin", sa.Boolean()),
        _column("is_active", sa.Boolean()),
        _column("rights_version", LONG),
        _column("settings", DOCUMENT),
        _column("created_at", LONG),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_index("account_name", "account", ["tenant_id", "name"], unique=True)
    op.create_table(
        "membership",
        _column("tenant_id", sa.Integer()),
        _column("account_id", LONG),
        _column("tool", sa.Text()),
        _column("role", sa.Text()),
        sa.PrimaryKeyConstraint("tenant_id", "account_id", "tool", "role"),
    )
    op.create_table(
        "web_session",
        _column("tenant_id", sa.Integer()),
        _column("id_hash", sa.LargeBinary()),
        _maybe("account_id", LONG),
        _column("data", sa.Text()),
        _column("created_at", LONG),
        _column("seen_at", LONG),
        _column("expires_at", LONG),
        sa.PrimaryKeyConstraint("tenant_id", "id_hash"),
    )
    op.create_index("web_session_account", "web_session", ["tenant_id", "account_id"])
    op.create_index("web_session_expires", "web_session", ["expires_at"])
    op.create_table(
        "api_token",
        _column("tenant_id", sa.Integer()),
        _column("id", LONG),
        _column("account_id", LONG),
        _column("token_hash", sa.LargeBinary()),
        _column("title", sa.Text()),
        _column("created_at", LONG),
        _maybe("expires_at", LONG),
        _maybe("last_used_at", LONG),
        _maybe("revoked_at", LONG),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_index("api_token_hash", "api_token", ["tenant_id", "token_hash"], unique=True)
    op.create_table(
        "draft",
        _column("tenant_id", sa.Integer()),
        _column("account", sa.Text()),
        _column("scope", sa.Text()),
        _column("data", DOCUMENT),
        _maybe("base_version", LONG),
        _column("updated_at", LONG),
        sa.PrimaryKeyConstraint("tenant_id", "account", "scope"),
    )


def _tools() -> None:
    op.create_table(
        "tool",
        _column("tenant_id", sa.Integer()),
        _column("id", LONG),
        _column("key", sa.Text()),
        _column("title", sa.Text()),
        _column("current_version", LONG),
        _column("created_at", LONG),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_index("tool_key", "tool", ["tenant_id", "key"], unique=True)
    op.create_table(
        "tool_version",
        _column("tenant_id", sa.Integer()),
        _column("tool_id", LONG),
        _column("version", LONG),
        _column("digest", sa.Text()),
        _column("document", sa.Text()),
        _column("published_at", LONG),
        _column("published_by", sa.Text()),
        _column("note", sa.Text()),
        sa.PrimaryKeyConstraint("tenant_id", "tool_id", "version"),
    )
    op.create_table(
        "form",
        _column("tenant_id", sa.Integer()),
        _column("id", LONG),
        _column("tool_id", LONG),
        _column("key", sa.Text()),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_index("form_key", "form", ["tenant_id", "tool_id", "key"], unique=True)
    op.create_table(
        "counter",
        _column("tenant_id", sa.Integer()),
        _column("form_id", LONG),
        _column("key", sa.Text()),
        _column("value", LONG),
        sa.PrimaryKeyConstraint("tenant_id", "form_id", "key"),
    )
    op.create_table(
        "index_state",
        _column("tenant_id", sa.Integer()),
        _column("form_id", LONG),
        _column("name", sa.Text()),
        _column("kind", sa.Text()),
        _column("purpose", sa.Text()),
        _column("expr", sa.Text()),
        _column("generation", LONG),
        _column("state", sa.Text()),
        _maybe("error", sa.Text()),
        _column("retry_at", LONG),
        _maybe("built_at", LONG),
        sa.PrimaryKeyConstraint("tenant_id", "form_id", "name"),
    )


def _records() -> None:
    op.create_table(
        "event",
        sa.Column("position", LONG, sa.Identity(always=True), nullable=False),
        _column("tenant_id", sa.Integer()),
        _column("seq", LONG),
        sa.Column("txid", LONG, server_default=sa.text("0"), nullable=False),
        _column("at", LONG),
        _column("form_id", LONG),
        _column("record_id", LONG),
        _column("version", LONG),
        _column("actor", sa.Text()),
        _column("op", sa.Text()),
        _maybe("request_id", sa.Text()),
        _column("spec_version", LONG),
        _column("data", DOCUMENT),
        _column("document_hash", sa.LargeBinary()),
        _column("mac", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("position"),
        sqlite_autoincrement=True,
    )
    op.create_index("event_order", "event", ["txid", "position"])
    op.create_index("event_record", "event", ["tenant_id", "form_id", "record_id", "seq"])
    op.create_index("event_seq", "event", ["tenant_id", "seq"], unique=True)
    op.create_table(
        "event_seal",
        _column("tenant_id", sa.Integer()),
        _column("id", LONG),
        _column("upto_txid", LONG),
        _column("upto_position", LONG),
        _column("events", LONG),
        _column("leaves", sa.LargeBinary()),
        _column("prev_hash", sa.LargeBinary()),
        _column("hash", sa.LargeBinary()),
        _column("signature", sa.LargeBinary()),
        _column("sealed_at", LONG),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_table(
        "comment",
        _column("tenant_id", sa.Integer()),
        _column("id", LONG),
        _column("form_id", LONG),
        _column("record_id", LONG),
        _column("author", sa.Text()),
        _column("at", LONG),
        _column("body", sa.Text()),
        _maybe("deleted_at", LONG),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_index("comment_record", "comment", ["tenant_id", "form_id", "record_id", "id"])
    op.create_table(
        "attachment",
        _column("tenant_id", sa.Integer()),
        _column("id", LONG),
        _column("form_id", LONG),
        _maybe("record_id", LONG),
        _maybe("field", sa.Text()),
        _column("sha256", sa.Text()),
        _column("size", LONG),
        _column("mime", sa.Text()),
        _column("name", sa.Text()),
        _column("state", sa.Text()),
        _column("created_by", sa.Text()),
        _column("created_at", LONG),
        _maybe("deleted_at", LONG),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_index("attachment_file", "attachment", ["tenant_id", "sha256"])
    op.create_index("attachment_record", "attachment", ["tenant_id", "form_id", "record_id"])


def _work() -> None:
    op.create_table(
        "outbox",
        _column("tenant_id", sa.Integer()),
        _column("id", LONG),
        _column("event_seq", LONG),
        _column("tool", sa.Text()),
        _column("form_id", LONG),
        _column("record_id", LONG),
        _column("hook", sa.Text()),
        _column("payload", DOCUMENT),
        _column("status", sa.Text()),
        _column("tries", LONG),
        _column("next_at", LONG),
        _maybe("last_error", sa.Text()),
        _column("idempotency_key", sa.Text()),
        _column("created_at", LONG),
        _maybe("done_at", LONG),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_index(
        "outbox_due",
        "outbox",
        ["next_at"],
        sqlite_where=sa.text("status IN ('pending', 'running')"),
        postgresql_where=sa.text("status IN ('pending', 'running')"),
    )
    op.create_index("outbox_status", "outbox", ["tenant_id", "status"])
    op.create_index(
        "outbox_record",
        "outbox",
        ["form_id", "record_id"],
        sqlite_where=sa.text("status IN ('pending', 'running')"),
        postgresql_where=sa.text("status IN ('pending', 'running')"),
    )
    op.create_table(
        "idempotency",
        _column("tenant_id", sa.Integer()),
        _column("key", sa.Text()),
        _column("request_hash", sa.LargeBinary()),
        _maybe("status", LONG),
        _maybe("body", sa.LargeBinary()),
        _column("created_at", LONG),
        sa.PrimaryKeyConstraint("tenant_id", "key"),
    )
    op.create_index("idempotency_created", "idempotency", ["created_at"])
    op.create_table(
        "job",
        _column("tenant_id", sa.Integer()),
        _column("id", LONG),
        _column("kind", sa.Text()),
        _column("arguments", DOCUMENT),
        _column("status", sa.Text()),
        _column("progress", LONG),
        _maybe("total", LONG),
        _column("message", sa.Text()),
        _maybe("result", DOCUMENT),
        _column("created_by", sa.Text()),
        _column("created_at", LONG),
        _maybe("started_at", LONG),
        _maybe("done_at", LONG),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_index("job_status", "job", ["tenant_id", "status"])


def _sqlite() -> None:
    for table in ("event", "event_seal"):
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def _postgresql() -> None:
    op.execute(_REFUSE)
    for table in ("event", "event_seal"):
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION opswright_refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION opswright_refuse_change()"
        )
    op.execute(_CLOCK)
    op.execute(
        "ALTER TABLE event ALTER COLUMN txid SET DEFAULT "
        "pg_current_xact_id()::text::bigint + opswright_clock_offset()"
    )
    op.execute(_RECORD)
    op.execute(_RECORD_TEXT)


_REFUSE = """
CREATE FUNCTION opswright_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$
"""
# Transaction numbers start anew in another cluster: a restore replaces this function, so that
# events written after it still come after those written before.
_CLOCK = """
CREATE FUNCTION opswright_clock_offset() RETURNS bigint LANGUAGE sql IMMUTABLE
AS 'SELECT 0::bigint'
"""
_RECORD = """
CREATE TABLE record (
  tenant_id int NOT NULL,
  form_id bigint NOT NULL,
  id bigint NOT NULL,
  version int NOT NULL,
  spec_version int NOT NULL,
  state text COLLATE "C",
  created_at bigint NOT NULL,
  created_by text COLLATE "C" NOT NULL,
  updated_at bigint NOT NULL,
  updated_by text COLLATE "C" NOT NULL,
  deleted_at bigint,
  last_event bigint NOT NULL,
  data jsonb NOT NULL,
  PRIMARY KEY (tenant_id, form_id, id)
) PARTITION BY LIST (form_id)
"""
_RECORD_TEXT = """
CREATE TABLE record_text (
  tenant_id int NOT NULL,
  form_id bigint NOT NULL,
  id bigint NOT NULL,
  words tsvector NOT NULL,
  PRIMARY KEY (tenant_id, form_id, id)
) PARTITION BY LIST (form_id)
"""
