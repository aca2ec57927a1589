"""What builders say of a draft or a version, beside it."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from flask import g

from builder.bench import Bench
from form_specs.language import _, marked
from runtime.storage import spec_remarks
from runtime.storage.spec_remarks import Remark, RemarkKind
from runtime.web.site.context import current_services, here
from runtime.web.site.times import moment, relative

LONGEST: Final = 2_000
_WORDS: Final = {
    RemarkKind.ASKED: marked("asks for a second look"),
    RemarkKind.APPROVED: marked("agrees"),
    RemarkKind.RETURNED: marked("sends it back"),
}


@dataclass(frozen=True, slots=True)
class RemarkItem:
    """What somebody said, as pages show it."""

    by: str
    words: str
    """What they did by it; empty: they only said something."""
    body: str
    at: datetime
    at_text: str


def of_tool(bench: Bench) -> list[Remark]:
    """Everything that was said of a tool, the latest first."""
    return spec_remarks.listed(here().conn, bench.tool)


def items(remarks: Sequence[Remark]) -> list[RemarkItem]:
    """Remarks as pages show them, the first one first."""
    titles = here().titles({remark.account for remark in remarks})
    found = []
    for remark in reversed(remarks):
        at = moment(remark.at)
        found.append(
            RemarkItem(
                titles.get(remark.account, remark.account),
                _(_WORDS[remark.kind]) if remark.kind in _WORDS else "",
                remark.body,
                at,
                relative(at, datetime.now(UTC)),
            )
        )
    return found


def add(bench: Bench, kind: RemarkKind, body: str, *, version: int, sequence: int) -> None:
    """Says something in the name of the person."""
    services = current_services()
    at = time.time_ns() // 1000
    number, text = services.ids.next(), body.strip()[:LONGEST]
    remark = Remark(number, bench.tool, version, sequence, g.person.name, at, kind, text)
    with services.db.write() as conn:
        spec_remarks.add(conn, remark)
