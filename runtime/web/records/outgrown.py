"""What was typed into fields that a tool lost while somebody was typing: it is told, not dropped."""

from collections.abc import Mapping
from typing import Any, Final

from werkzeug.datastructures import MultiDict

from components.base import ABSENT
from components.controls.posts import owner_of
from components.values import same
from form_specs.language import _
from runtime.access import FormAccess
from runtime.compiling.form import Broken, read_stored
from runtime.storage import tools
from runtime.web.contexts import FormError
from runtime.web.site.context import here, tool_or_404

DRAWN_BY: Final = "_spec"
"""The name under which a form says by which version of its tool it was drawn."""
_LONGEST = 500
"""Characters that are said of a text; the page that it was typed on may still be open."""


def outgrown(
    access: FormAccess, post: MultiDict[str, str], stored: Mapping[str, Any]
) -> list[FormError]:
    """What of a post or a draft cannot be saved since the tool has no such field any more.

    `stored` is the record as it stands, empty for a new one: who changed nothing of such a field
    loses nothing, for what a record holds stays in it.
    """
    drawn_by = post.get(DRAWN_BY, type=int)
    if drawn_by is None or drawn_by == access.form.tool_version:
        return []
    before = _former(access, drawn_by)
    if before is None:
        return []
    named = {owner_of(name) for name in post}
    gone = [
        key
        for key in before.form.fields
        if key in named - access.form.fields.keys()
        if before.writes(key)
    ]
    return [error for key in gone if (error := _told(before, key, post, stored)) is not None]


def _former(access: FormAccess, number: int) -> FormAccess | None:
    """What the person could do by another version; none: there is none that can be read."""
    tool = tool_or_404(access.form.tool_key)
    if tools.version(here().conn, tool.tool_id, number) is None:
        return None
    former = here().services.published.former(here().conn, tool, number)
    return here().access.form(former, access.form.key) if former else None


def _told(
    before: FormAccess, key: str, post: MultiDict[str, str], stored: Mapping[str, Any]
) -> FormError | None:
    field = before.form.fields[key]
    was = read_stored(field, stored[key]) if key in stored else ABSENT
    control = before.form.form_class(post, {}).control(key)
    if control.failed or isinstance(was, Broken):
        typed = ", ".join(filter(None, post.getlist(key)))
    elif control.data is ABSENT or same(was, control.data):
        return None
    else:
        typed = field.display(control.data)
    text = _(
        "The tool was changed while you typed: it has no %(title)s any more, and this cannot be "
        "saved: “%(typed)s”. Copy it if it is needed elsewhere; saving again goes without it",
        title=field.spec.title,
        typed=typed[:_LONGEST],
    )
    return FormError(text)
