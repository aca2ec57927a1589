"""What a spec's page says of a checked text that could be published: its changes, its migration."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson
from flask import request

from builder.bench import Bench
from builder.contexts import ChangeItem
from builder.drafting.taking import base_of
from builder.publishing.hindered import hindered
from builder.publishing.impact import Reach, before_of, right_items, uses_words
from builder.publishing.publish import Prospect, prospect
from builder.publishing.step_inputs import STEP, StepInputs
from form_specs.compatibility import Change, Impact
from form_specs.language import _, marked
from form_specs.load import load
from form_specs.migrations import is_open
from form_specs.model import JsonObject, ToolSpec
from form_specs.source import SourceError, parse_source
from runtime.web.site.context import current_services

COUNTED: Final = 20_000
"""How many records of each form a page looks at; the command line looks at all."""
WORDS: Final[Mapping[Impact, str]] = {
    Impact.SAFE: marked("safe"),
    Impact.NOTICE: marked("notice"),
    Impact.REVIEW: marked("review"),
    Impact.MIGRATION: marked("migration"),
    Impact.BREAKING: marked("breaking"),
}
COLORS: Final[Mapping[Impact, str]] = {
    Impact.SAFE: "green",
    Impact.NOTICE: "blue",
    Impact.REVIEW: "violet",
    Impact.MIGRATION: "amber",
    Impact.BREAKING: "red",
}


class UnreadableMigration(ValueError):  # noqa: N818 - it says what it is
    """A text that is no migration."""


def asked_steps(bench: Bench, kept: str = "") -> str:
    """The text of the steps that was posted, with what was said in their inputs; else the one that is `kept`."""
    text = request.form.get("migration", kept).replace("\r\n", "\n")
    if not any(name.startswith(STEP) for name in request.form) or hindered(bench):
        return text
    try:
        migration = _read(text)
    except UnreadableMigration:
        return text
    steps = migration.get("steps")
    if not isinstance(steps, list):
        return text
    inputs = _inputs(load(base_of(bench.standing)), load(bench.document))
    answered = inputs.answered(steps)
    return text if answered == steps else pretty_steps({**migration, "steps": answered})


def _inputs(before: ToolSpec, after: ToolSpec) -> StepInputs:
    catalog = current_services().registry.catalog()
    return StepInputs(before, after, catalog, dict(request.form.lists()))


def asked_migration(bench: Bench, kept: str = "") -> JsonObject | None:
    """The migration that was posted or is kept, or none; raises `UnreadableMigration`."""
    text = asked_steps(bench, kept).strip()
    return _read(text) if text else None


def _read(text: str) -> JsonObject:
    try:
        found = parse_source(text.encode("utf-8", "surrogatepass")).document
    except SourceError as error:
        raise UnreadableMigration(
            _("The migration cannot be read: %(error)s", error=error)
        ) from error
    if not isinstance(found, dict):
        raise UnreadableMigration(_("A migration is an object"))
    return found


def asked_prospect(
    bench: Bench, known: Mapping[str, Any] | None = None, kept: str = ""
) -> Prospect:
    """What publishing the draft with the posted or `kept` migration and acceptances would do.

    `known` is what a replay counted of all records.
    """
    accepted, migration = request.form.getlist("accept"), asked_migration(bench, kept)
    services = current_services()
    return prospect(services, bench.document, migration, accepted, most=COUNTED, known=known)


def said_of(bench: Bench, found: Prospect) -> dict[str, Any]:
    """What the page says of a prospect."""
    open_names = {change.name for change in found.open} | set(found.accepted)
    reach = Reach(before_of(found), load(found.document), bench.url_of)
    text = asked_steps(bench, bench.standing.steps)
    offered = pretty_steps(found.draft)
    asks = bool(text.strip()) or any(change.step is not None for change in found.open)
    return {
        "impacts": [
            _item(change, open_names, found.accepted, reach) for change in found.comparison.changes
        ],
        "rights": right_items(reach.before, reach.after),
        "asks_migration": asks,
        "migration": text or (offered if asks else ""),
        "offered": offered if asks else "",
        **(_steps(found, reach, given=bool(text)) if asks else {}),
    }


def _steps(found: Prospect, reach: Reach, *, given: bool) -> dict[str, Any]:
    """The steps as inputs, and whether somebody has to complete or to mend their text."""
    steps = found.steps if given else found.draft["steps"]
    listed = steps if isinstance(steps, list) else []
    items = _inputs(reach.before, reach.after).items(listed, found.problems)
    said = {place for item in items for place in item.places}
    rest = [problem for problem in found.problems if problem.pointer not in said]
    unasked = [step for step, item in zip(listed, items, strict=True) if not item.inputs]
    return {
        "steps": items,
        "steps_open": any(isinstance(step, dict) and is_open(step) for step in unasked)
        or bool(rest),
        "migration_problems": [f"{p.pointer}: {p.message}. {p.hint}" for p in rest],
    }


def pretty_steps(migration: Mapping[str, Any]) -> str:
    """A migration as people edit it."""
    return orjson.dumps(migration, option=orjson.OPT_INDENT_2).decode()


def _item(change: Change, named: set[str], accepted: Sequence[str], reach: Reach) -> ChangeItem:
    name = change.name if change.name in named and change.impact.rank > Impact.REVIEW.rank else ""
    return ChangeItem(
        change.sentence,
        change.impact.value,
        COLORS[change.impact],
        _(WORDS[change.impact]),
        name,
        accepted=change.name in accepted,
        records_url=reach.records_url(change),
        uses=(uses := reach.uses(change)),
        uses_words=uses_words(uses),
    )
