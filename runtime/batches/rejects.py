"""The rows that could not come in, as a file that can come in again once it is put right."""

from collections.abc import Iterator
from typing import Final

from form_specs.language import _
from runtime.access import FormAccess
from runtime.batches.guarding import guarded, unguarded
from runtime.batches.plans import Plan
from runtime.batches.typing_rows import Problem
from runtime.storage import batches
from runtime.storage.batches import Batch
from runtime.storage.database import Database

_AT_ONCE: Final = 500


def reject_rows(db: Database, batch: Batch, most: int | None = None) -> Iterator[list[str]]:
    """The headings, then each row as it came in, with a column that says all that is wrong with it."""
    plan = Plan.from_json(batch.plan)
    width = len(plan.titles)
    yield [*plan.titles, _("Row"), _("Problems")]
    after, left = 0, most
    while left is None or left > 0:
        size = _AT_ONCE if left is None else min(left, _AT_ONCE)
        with db.read() as conn:
            found = batches.rejects(conn, batch.id, after, size)
        for reject in found:
            known = [guarded(unguarded(cell)) for cell in reject.cells[:width]]
            cells = [*known, *[""] * (width - len(known))]
            yield [*cells, str(reject.line), guarded(told_together(plan, reject.problems))]
        if len(found) < size:
            return
        after, left = found[-1].line, None if left is None else left - size


def told_together(plan: Plan, problems: list[Problem]) -> str:
    """All that is wrong with a row, each with the column that it is about."""
    return "; ".join(
        f"{title}: {told['message']}"
        if (title := title_of(plan, told["field"]))
        else told["message"]
        for told in problems
    )


def title_of(plan: Plan, key: str | None) -> str:
    """What the file calls the column of a field; empty: it has none for it."""
    place = place_of(plan, key)
    return "" if place is None else plan.titles[place]


def place_of(plan: Plan, key: str | None) -> int | None:
    """Where the first column of a field stands in the file."""
    if key is None:
        return None
    for place, name in enumerate(plan.targets):
        if name == key or name.startswith(f"{key}."):
            return place
    return None


def known_problems(access: FormAccess, problems: list[Problem]) -> list[Problem]:
    """The problems as somebody may know them: what is about a field that they do not see is not told."""
    return [
        told
        if told["field"] is None or access.sees(told["field"])
        else {"field": None, "message": _("Something that you may not see speaks against it")}
        for told in problems
    ]
