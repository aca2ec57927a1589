"""Taking a whole document into a draft: what it changes of the version in force is added to what the draft has."""

from collections.abc import Sequence
from typing import Any

from builder.drafting.desk import ClashError, Desk, Make, Seen, Standing
from form_specs.editing import Address, Edit, changes, merge
from form_specs.exact_json import loads
from form_specs.language import _
from form_specs.model import JsonObject
from form_specs.ordering import in_order


def taking(base: Any, document: JsonObject, mine: Sequence[Address] = ()) -> Make:
    """The edit that takes a document in, which was written beside `base`; its own stands at `mine`.

    The edit raises `ClashError` where the draft changed the same places to something else.
    """
    label = _("Take a file in")

    def make(draft: JsonObject) -> Edit:
        # How a file orders the members of its parts is no change of the tool.
        merged, conflicts = merge(in_order(base), in_order(document), in_order(draft), mine)
        left = [conflict for conflict in conflicts if conflict.at not in mine]
        if left:
            raise ClashError(label, left)
        return changes(draft, in_order(merged, like=draft), label)

    return make


def base_of(standing: Standing) -> Any:
    """What a file is taken to be written beside: the version in force; nothing yet: the draft itself."""
    return loads(standing.base or standing.text)


def take(desk: Desk, standing: Standing | None, document: JsonObject, by: str) -> int | None:
    """Takes a document into the draft of its tool, which is begun where there is none; the entry, if any.

    Raises `ClashError`.
    """
    if standing is None:
        desk.begin(document, by, _("Take a file in"))
        return None
    make = taking(base_of(standing), document)
    return desk.edit(make, by, Seen(standing.sequence))
