"""Server-side drafts: what was typed and not saved waits for whoever typed it."""

from datetime import UTC, datetime
from typing import Any

from flask import g, request, url_for
from werkzeug.datastructures import MultiDict

from form_specs.conditions.binding import microseconds
from runtime.storage import drafts
from runtime.storage.drafts import Draft
from runtime.web.contexts import DraftNote
from runtime.web.forms.kept import with_kept
from runtime.web.forms.reacting import DRAWN
from runtime.web.site.context import FormPlace, here
from runtime.web.site.times import moment

_LONGEST = 300_000
_OWN = frozenset({"csrf_token", "_key", "_draft", DRAWN})


def scope_of(place: FormPlace, record_id: str) -> str:
    """What a draft belongs to: a form of a tool, and a record or `new`."""
    return f"{place.tool.key}/{place.form.key}/{record_id}"


def kept_at(url: str) -> str:
    """Where a page keeps what is typed; nowhere for who only looks, and may change nothing."""
    return "" if g.get("viewing") else url


def keep_draft(scope: str, fields: MultiDict[str, str], account: str | None = None) -> bool:
    """Keeps what was typed; False where it is too much to keep."""
    data = {
        # No database keeps a NUL, and no field takes one.
        name.replace("\0", ""): [text.replace("\0", "\ufffd") for text in fields.getlist(name)]
        for name in fields
        if name not in _OWN and not name.startswith("_version")
    }
    if sum(len(text) for texts in data.values() for text in texts) > _LONGEST:
        return False
    context = here()
    now = microseconds(datetime.now(UTC))
    version = fields.get("_version", type=int)
    with context.services.db.write() as conn:
        drafts.save(conn, Draft(account or context.person.name, scope, data, version, now))
    return True


def comment_scope(place: FormPlace, record_id: str) -> str:
    """What the draft of a comment belongs to."""
    return f"{scope_of(place, record_id)}/comment"


def step_scope(place: FormPlace, record_id: str, transition: str) -> str:
    """What the draft of a transition's dialog belongs to."""
    return f"{scope_of(place, record_id)}/transitions/{transition}"


def kept_draft(scope: str) -> Draft | None:
    """The person's own draft for `scope`, or none."""
    found: Draft | None = drafts.load(here().conn, here().person.name, scope)
    return found


def kept_pair(one: str, other: str) -> tuple[Draft | None, Draft | None]:
    """The same for two places that stand on one page, read at once."""
    found = drafts.load_pair(here().conn, here().person.name, (one, other))
    return found.get(one), found.get(other)


def draft_post(draft: Draft) -> MultiDict[str, str]:
    """A draft as the post that it would have been."""
    texts: Any = draft.data
    return with_kept(MultiDict([(name, text) for name, values in texts.items() for text in values]))


def draft_note(draft: Draft) -> DraftNote:
    """The line that says what was brought back, with the way to discard it."""
    where = dict(request.view_args or {})
    endpoint = "web.discard_draft" if "record" in where else "web.discard_create_draft"
    return DraftNote(draft_time(draft), url_for(endpoint, **where))


def draft_time(draft: Draft) -> str:
    """When a draft was typed, for people."""
    return f"{moment(draft.updated_at):%H:%M} UTC"
