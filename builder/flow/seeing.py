"""What a role sees of a form's records, in words: "Disputes where Owner is the person themselves: 412 of 5,000"."""

from collections.abc import Mapping
from typing import Any

from builder.bench import Bench
from builder.logic.asking import place_of
from builder.parts.wording import words_for
from form_specs.checks.raw import objects, text, texts
from form_specs.conditions import ConditionError, Env
from form_specs.language import _, digits
from runtime.reading import QueryError
from runtime.web.site.context import here


def seen_words(bench: Bench, role: str, form: str, grant: Mapping[str, Any] | None) -> str:
    """What a role sees; counted as far as the builder may read the records, as if it were themselves."""
    rights = [right for _at, right in texts(grant or {}, "can", "")]
    plural = _plural(bench, form)
    if grant is None or not rights:
        return _("Does not know that there are %(records)s", records=plural)
    if "read" not in rights:
        return _("Hands in %(records)s without seeing any", records=plural)
    if "rows" not in grant:
        return _("Sees all %(records)s", records=plural)
    condition = words_for(bench.examined.tool, form, grant["rows"])
    said = _("Sees %(records)s where %(condition)s", records=plural, condition=condition)
    counted = _counted(bench, role, form, grant["rows"])
    return f"{said}: {counted}" if counted else said


def _plural(bench: Bench, form: str) -> str:
    found = (raw for _at, raw in objects(bench.document, "forms", "") if text(raw, "key") == form)
    raw = next(found, {})
    return text(raw, "plural") or text(raw, "title") or form


def _counted(bench: Bench, role: str, form: str, rows: Any) -> str:
    place = place_of(bench.tool, form)
    if place is None:
        return ""
    access = place.access
    env = Env(user=access.person.name, roles=frozenset((role,)), now=access.now)
    try:
        shares = here().records.shares(here().conn, access, [(rows, env)])
    except (QueryError, ConditionError):
        return ""
    met, number = digits(shares.met[0]), digits(shares.number)
    if shares.capped:
        return _("%(met)s of the newest %(number)s", met=met, number=number)
    return _("%(met)s of %(number)s", met=met, number=number)
