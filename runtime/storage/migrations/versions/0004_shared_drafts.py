"""Drafts of specs that all builders of a tool share; those that were one person's are carried over."""

import json
from collections.abc import Sequence
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_LONG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_SCOPE = "build/"


def upgrade() -> None:
    op.create_table(
        "spec_draft",
        sa.Column("tenant_id", sa.Integer(), primary_key=True),
        sa.Column("tool", sa.Text(), primary_key=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("base_version", _LONG, nullable=False),
        sa.Column("sequence", _LONG, nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("text_by", sa.Text(), nullable=True),
        sa.Column("created_at", _LONG, nullable=False),
        sa.Column("updated_at", _LONG, nullable=False),
        sa.Column("updated_by", sa.Text(), nullable=False),
    )
    op.create_table(
        "draft_edit",
        sa.Column("tenant_id", sa.Integer(), primary_key=True),
        sa.Column("tool", sa.Text(), primary_key=True),
        sa.Column("sequence", _LONG, primary_key=True, autoincrement=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("at", _LONG, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("of", _LONG, nullable=True),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("edit", sa.Text(), nullable=False),
        sa.Column("inverse", sa.Text(), nullable=False),
        sa.Column("undone", sa.Boolean(), nullable=False),
        sa.Column("once", sa.Text(), nullable=True),
    )
    op.create_index("draft_edit_person", "draft_edit", ["tenant_id", "tool", "account", "sequence"])
    op.create_index("draft_edit_once", "draft_edit", ["tenant_id", "tool", "once"], unique=True)
    op.create_table(
        "draft_presence",
        sa.Column("tenant_id", sa.Integer(), primary_key=True),
        sa.Column("tool", sa.Text(), primary_key=True),
        sa.Column("account", sa.Text(), primary_key=True),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("seen_at", _LONG, nullable=False),
    )
    _carry_over()


def _carry_over() -> None:
    """Of several people's drafts of one tool the latest stands; the others are steps before it."""
    found = op.get_bind().execute(
        sa.text(
            "SELECT tenant_id, scope, account, data, updated_at FROM draft"
            " WHERE scope LIKE 'build/%' ORDER BY tenant_id, scope, updated_at"
        )
    )
    for (tenant, scope), rows in groupby(found, key=lambda row: (row[0], row[1])):
        _carry(tenant, scope.removeprefix(_SCOPE), [(row[2], row[3], row[4]) for row in rows])
    op.get_bind().execute(sa.text("DELETE FROM draft WHERE scope LIKE 'build/%'"))


def _carry(tenant: int, tool: str, rows: Sequence[tuple[str, Any, int]]) -> None:
    """One draft; a text that is no spec is kept as the text beside it."""
    first = rows[0][2] // 1_000_000
    document: Any = {"ops": "1", "kind": "tool", "key": tool, "title": tool, "forms": []}
    text, sequence = None, first
    edits = []
    for account, data, at in rows:
        raw = (json.loads(data) if isinstance(data, str) else data)["document"]
        read = _read(raw)
        text = raw if read is None else None
        if read is not None:
            sequence += 1
            named = {"tenant_id": tenant, "tool": tool, "sequence": sequence, "account": account}
            edits.append(named | {"at": at} | _entry(document, read))
            document = read
    if edits:
        op.bulk_insert(_EDITS, edits)
    account, _data, at = rows[-1]
    head = {"tenant_id": tenant, "tool": tool, "document": json.dumps(document, ensure_ascii=False)}
    op.bulk_insert(
        _DRAFTS,
        [
            {
                **head, "base_version": 0, "sequence": sequence, "text": text,
                "text_by": account if text else None, "created_at": rows[0][2],
                "updated_at": at, "updated_by": account,
            }
        ],
    )  # fmt: skip


def _read(text: str) -> Any:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _entry(before: Any, after: Any) -> dict[str, Any]:
    return {
        "kind": "edit", "of": None, "label": "Text", "edit": _whole(after),
        "inverse": _whole(before), "undone": False, "once": None,
    }  # fmt: skip


def _whole(value: Any) -> str:
    operation = {"do": "set", "at": [], "value": value}
    return json.dumps({"label": "Text", "operations": [operation]}, ensure_ascii=False)


_DRAFTS = sa.table(
    "spec_draft",
    *(sa.column(name) for name in ("tenant_id", "tool", "document", "base_version", "sequence")),
    *(sa.column(name) for name in ("text", "text_by", "created_at", "updated_at", "updated_by")),
)
_EDITS = sa.table(
    "draft_edit",
    *(sa.column(name) for name in ("tenant_id", "tool", "sequence", "account", "at", "kind")),
    *(sa.column(name) for name in ("of", "label", "edit", "inverse", "undone", "once")),
)
