"""How a form stands where fields that become read-only go back to what they were."""

from form_specs.conditions import Env
from runtime.compiling.form import CompiledForm
from runtime.compiling.hops import Facts, Hops
from runtime.compiling.reactions import Evaluation, Knows
from runtime.storage.records import StoredRecord


def settled(  # noqa: PLR0913, PLR0917 - what is proposed, by whom, of what, and what is known of it
    form: CompiledForm,
    proposed: Facts,
    touched: frozenset[str],
    env: Env,
    hops: Hops,
    record: StoredRecord | None = None,
    knows: Knows | None = None,
) -> tuple[Evaluation, frozenset[str]]:
    """How a form stands once each of the `touched` fields that is read-only then is as it was.

    With it the fields, and the parts inside them, that were put back.
    """
    old = record.document if record else {}
    back: frozenset[str] = frozenset()
    while True:
        document = {key: value for key, value in proposed.items() if key not in back}
        document |= {key: old[key] for key in back & form.fields.keys() if key in old}
        found = form.evaluate(document, env, hops, record, knows, restored=back)
        locked = (found.read_only & touched | found.changed_inside(touched)) - back
        if not locked:
            return found, back
        back |= locked
