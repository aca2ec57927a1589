"""Editing a spec: small operations on its document, each with its inverse; differences; merges.

A document is plain JSON and is never changed in place: applying an edit gives a new document that
shares what the edit left alone, in the order in which it stood.  Parts are addressed by their keys,
never by where they stand in a list, so that the edits of two people meet by what they mean.
"""

from form_specs.editing.difference import changes
from form_specs.editing.merging import Conflict, merge
from form_specs.editing.operations import (
    Edit,
    Insert,
    Move,
    Operation,
    RefusedEdit,
    Remove,
    Set,
    apply,
    edit_from_json,
    edit_to_json,
)
from form_specs.editing.places import (
    Address,
    address_of,
    find,
    has,
    indexed,
    keyed,
    names_of,
    same,
)

__all__ = [
    "Address",
    "Conflict",
    "Edit",
    "Insert",
    "Move",
    "Operation",
    "RefusedEdit",
    "Remove",
    "Set",
    "address_of",
    "apply",
    "changes",
    "edit_from_json",
    "edit_to_json",
    "find",
    "has",
    "indexed",
    "keyed",
    "merge",
    "names_of",
    "same",
]
