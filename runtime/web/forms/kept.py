"""Text that somebody typed into a field which is hidden by now: the form carries it along.

It is posted under a name of its own, so that it counts for nothing while the field is hidden,
and stands in the input again when the field comes back.
"""

from typing import Final

from werkzeug.datastructures import MultiDict

from components.controls.control import Input
from components.controls.posts import is_within, owner_of
from components.forms import RecordForm
from runtime.web.contexts import Hidden

KEPT: Final = "_kept."


def with_kept(post: MultiDict[str, str]) -> MultiDict[str, str]:
    """A post with the text that it carries along for fields that have no input in it."""
    if not any(name.startswith(KEPT) for name in post):
        return post
    found = MultiDict([pair for pair in post.items(multi=True) if not pair[0].startswith(KEPT)])
    for name in post:
        if name.startswith(KEPT) and name.removeprefix(KEPT) not in post:
            found.setlist(name.removeprefix(KEPT), post.getlist(name))
    return found


def carried(form: RecordForm, key: str) -> list[Hidden]:
    """What was typed into a field and all that is inside it, to be posted along while it is hidden."""
    post = form.post
    if post is None or not any(
        text for control in form.control(key).walk() for text in control.texts
    ):
        return []
    names = [name for name in post if owner_of(name) == key]
    return [Hidden(f"{KEPT}{name}", text) for name in names for text in post.getlist(name)]


def carried_inside(form: RecordForm, control: Input) -> list[Hidden]:
    """What was typed into a control inside another one, to be posted along while it is not drawn."""
    post = form.post
    if post is None or not any(text for each in control.walk() for text in each.texts):
        return []
    names = [name for name in post if is_within(name, control.name)]
    return [Hidden(f"{KEPT}{name}", text) for name in names for text in post.getlist(name)]
