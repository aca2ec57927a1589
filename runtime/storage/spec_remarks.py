"""What builders say of a draft or a version of a tool; remarks are added and never altered."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection, insert, select

from runtime.storage.schema import TENANT
from runtime.storage.spec_schema import SpecRemarkRow


class RemarkKind(StrEnum):
    """What a remark is."""

    COMMENT = "comment"
    ASKED = "asked"
    """Somebody wants a second person to look at the draft."""
    APPROVED = "approved"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody said."""

    id: int
    tool: str
    version: int
    """The version that it is about, or that the draft is a change of."""
    sequence: int
    """The state of the draft that it is about; 0: it is about the version."""
    account: str
    at: int
    kind: RemarkKind
    body: str


_REMARK: Final = (
    *(SpecRemarkRow.id, SpecRemarkRow.tool, SpecRemarkRow.version, SpecRemarkRow.sequence),
    *(SpecRemarkRow.account, SpecRemarkRow.at, SpecRemarkRow.kind, SpecRemarkRow.body),
)


def add(conn: Connection, remark: Remark) -> None:
    """A new remark."""
    values = {name: getattr(remark, name) for name in Remark.__dataclass_fields__}
    conn.execute(insert(SpecRemarkRow).values(tenant_id=TENANT, **values))


def listed(conn: Connection, tool: str, most: int = 500) -> list[Remark]:
    """What was said of a tool, the latest first."""
    row = SpecRemarkRow
    query = select(*_REMARK).where(row.tenant_id == TENANT, row.tool == tool)
    found = conn.execute(query.order_by(row.id.desc()).limit(most))
    return [Remark(*values[:6], RemarkKind(values[6]), values[7]) for values in found]
