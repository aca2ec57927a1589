"""Counts on real records what a comparison can only fear."""

from sqlalchemy import Connection

from form_specs.compatibility import Comparison, Tally
from runtime.compiling.form import CompiledForm
from runtime.compiling.tool import CompiledTool
from runtime.storage.database import Database
from runtime.storage.records import RecordReader

_BATCH = 500


def counted(
    db: Database,
    conn: Connection,
    tool: CompiledTool,
    comparison: Comparison,
    *,
    most: int | None = None,
) -> Comparison:
    """The comparison with how many records of the tool in force each change concerns.

    `most` records of each form are looked at; where there are more, no class is lowered.
    """
    tally = Tally(comparison)
    reader = RecordReader(db)
    for key in tally.forms:
        form = tool.forms.get(key)
        if form is not None and not _count(conn, reader, form, tally, most):
            tally.complete = False
    return tally.result()


def _count(
    conn: Connection, reader: RecordReader, form: CompiledForm, tally: Tally, most: int | None
) -> bool:
    """Shows a form's records to the tally; whether those were all."""
    states = form.workflow.states if form.workflow else {}
    final = frozenset(key for key, state in states.items() if state.final)
    seen, after = 0, -1
    while batch := reader.scan(conn, form.form_id, after, _BATCH):
        if most is not None and seen >= most:
            return False
        tally.see(form.key, ((form.to_record(r.document), r.state) for r in batch), final)
        seen, after = seen + len(batch), batch[-1].id
    return True
