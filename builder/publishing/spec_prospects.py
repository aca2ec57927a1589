"""What a spec's page says of a checked text that could be published: changes, migration, dry run."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import orjson
from flask import request, url_for

from builder.contexts import ChangeItem, RehearsalPart, RejectItem, SampleItem
from builder.publishing.impact import Reach, before_of, right_items, uses_words
from builder.publishing.publish import Prospect, prospect
from builder.publishing.rejected import reject_item
from builder.publishing.steps_said import is_open, steps_said
from form_specs.compatibility import Change, Impact
from form_specs.editing import Address
from form_specs.language import _, marked
from form_specs.load import load
from form_specs.model import JsonObject
from form_specs.source import SourceError, parse_source
from runtime.access import FormAccess
from runtime.migrating.rehearsal import Rejected, Sample
from runtime.storage.ids import encode_id
from runtime.storage.records import RecordReader
from runtime.web.site.context import current_services, here

COUNTED: Final = 20_000
"""How many records of each form a page looks at; the command line looks at all."""
_REJECTS_SHOWN: Final = 20
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


def asked_steps(kept: str = "") -> str:
    """The text of the steps that was posted, else the one that is kept with the draft."""
    return request.form.get("migration", kept).replace("\r\n", "\n")


def asked_migration(kept: str = "") -> JsonObject | None:
    """The migration that was posted or is kept, or none; raises `UnreadableMigration`."""
    text = asked_steps(kept).strip()
    if not text:
        return None
    try:
        found = parse_source(text.encode("utf-8", "surrogatepass")).document
    except SourceError as error:
        raise UnreadableMigration(f"The migration cannot be read: {error}") from error
    if not isinstance(found, dict):
        raise UnreadableMigration("A migration is an object")
    return found


def asked_prospect(
    document: JsonObject, known: Mapping[str, Any] | None = None, kept: str = ""
) -> Prospect:
    """What publishing the text with the posted or `kept` migration and acceptances would do.

    `known` is what a replay counted of all records.
    """
    accepted, migration = request.form.getlist("accept"), asked_migration(kept)
    return prospect(current_services(), document, migration, accepted, most=COUNTED, known=known)


def said_of(found: Prospect, url_of: Callable[[Address], str], kept: str = "") -> dict[str, Any]:
    """What the page says of a prospect; `kept` are the steps that somebody wrote for it."""
    open_names = {change.name for change in found.open} | set(found.accepted)
    reach = Reach(before_of(found), load(found.document), url_of)
    text = asked_steps(kept)
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
        **(_steps(found, given=bool(text)) if asks else {}),
        "migration_problems": [f"{p.pointer}: {p.message}. {p.hint}" for p in found.problems],
    }


def _steps(found: Prospect, *, given: bool) -> dict[str, Any]:
    """The steps in words, and whether somebody has to complete or to mend them."""
    steps = found.steps if given else found.draft["steps"]
    listed = steps if isinstance(steps, list) else []
    said = steps_said(listed, dict(before_of(found).document), found.document)
    return {"steps": said, "steps_open": is_open(listed) or bool(found.problems)}


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


# -- dry run ------------------------------------------------------------------------------


def rehearsal_part(found: Prospect) -> RehearsalPart:
    """The dry run as the page shows it: of records only what the person may read of them."""
    rehearsal = found.rehearsal(COUNTED)
    seen = _Seen(found)
    samples = (seen.sample(sample) for sample in rehearsal.samples)
    return RehearsalPart(
        rehearsal.words,
        [sample for sample in samples if sample is not None],
        [seen.reject(reject) for reject in rehearsal.rejects[:_REJECTS_SHOWN]],
    )


class _Seen:
    """Samples and rejects through the eyes of the person: building gives no right to records."""

    def __init__(self, found: Prospect) -> None:
        self._tool = next((t for t in here().tools if t.key == found.comparison.tool), None)
        self._reader = RecordReader(current_services().db)

    def _access(self, form: str, record_id: int) -> FormAccess | None:
        access = here().access.form(self._tool, form) if self._tool else None
        if access is None:
            return None
        number, rows = access.form.form_id, access.rows
        stored = self._reader.get(here().conn, number, record_id, rows=rows)
        return access.over(stored) if stored else None

    def sample(self, sample: Sample) -> SampleItem | None:
        access = self._access(sample.form, sample.record_id)
        if access is None:
            return None
        key = encode_id(sample.record_id)
        url = url_for("web.record", tool=access.form.tool_key, form=sample.form, record=key)
        lines = (_lines(access, part) for part in (sample.before, sample.after))
        return SampleItem(key, url, *lines)

    def reject(self, reject: Rejected) -> RejectItem:
        access = self._access(reject.form, reject.record_id)
        reasons = [(obstacle.field, obstacle.message) for obstacle in reject.obstacles]
        return reject_item(access, encode_id(reject.record_id), reasons)


def _lines(access: FormAccess, part: JsonObject) -> list[str]:
    fields = access.form.fields
    return [
        f"{fields[key].spec.title if key in fields else key.removeprefix('@')}: {value}"
        for key, value in part.items()
        if key.startswith("@") or key not in fields or access.reads(key)
    ] or ["(nothing)"]
