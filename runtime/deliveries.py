"""What an after-hook asked for is done through the gate, in the transaction of its outbox row."""

from collections.abc import Iterable

from sqlalchemy import Connection

from runtime.compiling.form import CompiledForm
from runtime.gate import Gate, RecordNotFoundError, RefusedError, StaleError
from runtime.gate.acting import apply_answer, form_of, hook_access
from runtime.gate.change import Origin
from runtime.hooks.answers import HookAnswer, HookFailed
from runtime.published import Published
from runtime.storage import tools
from runtime.storage.outbox import Delivery
from runtime.storage.records import StoredRecord
from runtime.storage.tools import InForce


class HookAnswers:
    """Applies the answers of after-hooks."""

    def __init__(self, gate: Gate, published: Published) -> None:
        self._gate = gate
        self._published = published

    def __call__(self, conn: Connection, delivery: Delivery, answer: HookAnswer) -> None:
        """Does what the hook asked for; raises `HookFailed`, final where it can never be done."""
        in_force = tools.in_force(conn)
        form = form_of(self._published.tools_for("", conn, in_force), delivery.form_id)
        if form is None:
            raise HookFailed(delivery.hook, "its form is gone", final=True)
        depth = delivery.payload.get("depth", 0)
        origin = Origin("hook", depth=depth if isinstance(depth, int) else 0)
        with self._gate.within(conn):
            try:
                record = self._gate.record(hook_access(form, delivery.hook), delivery.record_id)
                form = self._on_trial(conn, in_force, form, record) or form
                apply_answer(self._gate, form, record, delivery.hook, answer, origin)
            except RecordNotFoundError:
                raise HookFailed(delivery.hook, "its record is gone", final=True) from None
            except RefusedError as refused:
                raise HookFailed(
                    delivery.hook, f"it was refused: {refused}", final=True
                ) from refused
            except StaleError as stale:
                raise HookFailed(delivery.hook, "the record was changed meanwhile") from stale

    def _on_trial(
        self,
        conn: Connection,
        in_force: Iterable[InForce],
        form: CompiledForm,
        record: StoredRecord,
    ) -> CompiledForm | None:
        """The form by the version on trial, where the record was last written by that."""
        if not any(
            each.key == form.tool_key and each.pilot == record.spec_version for each in in_force
        ):
            return None
        return self._published.version(conn, form.tool_id, record.spec_version).forms.get(form.key)
