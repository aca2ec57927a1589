"""The draft of a tool to be, whatever it is made from."""

from flask import g

from builder.bench import root_of
from builder.drafting.desk import Desk
from form_specs.model import JsonObject
from runtime.web.site.context import current_services


def begin_draft(document: JsonObject, said: str) -> str:
    """Makes a document the draft of the tool of its key; the address of its builder.

    `said` is what the history calls it: "From loans.csv".  A draft that was begun under the same key
    becomes this one, which can be undone.
    """
    key = str(document["key"])
    Desk(current_services().db, key).begin(document, g.person.name, said)
    return root_of(key)
