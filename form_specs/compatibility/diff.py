"""The comparison of two whole documents, and the tables that it goes by."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from form_specs.catalog import Catalog
from form_specs.compatibility import fields, record_schema, rights, workflows
from form_specs.compatibility.change import Affected, Change, Comparison, Impact, ordered
from form_specs.compatibility.place import (
    At,
    Pair,
    Raw,
    Rules,
    by_key,
    child,
    differences,
    keyed,
    plain,
    retitled,
    silent,
)
from form_specs.language import _, marked


def compare(old: Raw, new: Raw, catalog: Catalog) -> Comparison:
    """Every change between two checked documents of one tool.

    Raises `ValueError` for documents of different tools: their keys say nothing about each other.
    """
    if old["key"] != new["key"]:
        raise ValueError(f"'{old['key']}' and '{new['key']}' are different tools")
    at = At(Pair(old, new, catalog), old=old, new=new)
    return Comparison(str(new["key"]), ordered(list(differences(at, TOOL))))


def _form_added(at: At) -> Iterator[Change]:
    yield at.change(Impact.SAFE, _("form added"))


def _form_removed(at: At) -> Iterator[Change]:
    key = str(at.old["key"])
    affected = Affected(key, lambda: lambda _record, _state: True, marked("are out of reach then"))
    yield at.change(Impact.BREAKING, _("form removed"), affected=affected)


def _forms(at: At, old: Any, new: Any) -> Iterator[Change]:
    before, after = by_key(old), by_key(new)
    for key in dict.fromkeys((*before, *after)):
        part = child(at, "forms", key, before.get(key, {}), after.get(key, {}))
        part = part.inside(form=key)
        if key not in before:
            yield from _form_added(part)
        elif key not in after:
            yield from _form_removed(part)
        else:
            yield from differences(part, FORM)


def _workflows(at: At, old: Any, new: Any) -> Iterator[Change]:
    before, after = by_key(old, "form"), by_key(new, "form")
    for key in dict.fromkeys((*before, *after)):
        title = str((at.pair.form(key, new=True) or at.pair.form(key)).get("title", key))
        part = child(at, "workflows", key, before.get(key, {}), after.get(key, {}))
        part = part.inside(subject=title)
        if key not in before:
            yield from workflows.added(part)
        elif key not in after:
            yield from workflows.removed(part)
        elif before[key] != after[key]:
            yield from workflows.compared(part)


FORM: Rules = {
    "key": silent,
    "title": retitled(marked("title")),
    "plural": retitled(marked("plural")),
    "titleField": plain(Impact.SAFE, marked("the field that names a record")),
    "subtitleFields": plain(Impact.SAFE, marked("the fields below the title")),
    "schema": record_schema.record_schema,
    "layouts": plain(Impact.SAFE, marked("layout")),
    "layoutTitles": plain(Impact.SAFE, marked("the titles of layouts")),
    "rules": plain(Impact.NOTICE, marked("what must hold between fields at the next edit")),
}
TOOL: Rules = {
    "$schema": silent,
    "ops": plain(Impact.BREAKING, marked("the dialect")),
    "kind": plain(Impact.BREAKING, marked("the kind of document")),
    "key": plain(Impact.BREAKING, marked("the tool's key")),
    "title": retitled(marked("the tool's title")),
    "description": plain(Impact.SAFE, marked("the tool's description")),
    "icon": plain(Impact.SAFE, marked("the tool's icon")),
    "locale": plain(Impact.NOTICE, marked("the tool's language")),
    "review": plain(Impact.NOTICE, marked("whether each version needs a second look")),
    "setAside": plain(Impact.SAFE, marked("the warnings that are set aside")),
    "forms": _forms,
    "workflows": _workflows,
    "views": keyed(
        "views",
        rights.VIEW,
        added=rights.part_added(marked("view added")),
        removed=rights.part_removed(marked("view removed; what leads to it leads nowhere")),
    ),
    "actions": keyed(
        "actions",
        rights.ACTION,
        added=rights.part_added(marked("action added")),
        removed=rights.part_removed(marked("action removed; what leads to it leads nowhere")),
    ),
    "roles": keyed("roles", rights.ROLE, added=rights.role_added, removed=rights.role_removed),
    "lists": keyed(
        "lists",
        rights.LIST,
        added=rights.part_added(marked("list added")),
        removed=rights.part_removed(marked("list removed; what leads to it leads nowhere")),
    ),
    "teams": plain(Impact.REVIEW, marked("the tool's teams")),
    "tests": plain(Impact.SAFE, marked("the tool's tests")),
    "messages": plain(Impact.SAFE, marked("translations")),
}

TABLES: Final[Mapping[str, Rules]] = {
    "Tool": TOOL,
    "Form": FORM,
    "Record schema": record_schema.RECORD_SCHEMA,
    "Property": fields.PROPERTY,
    "Field": fields.FIELD,
    "Choice": fields.CHOICE,
    "Workflow": workflows.WORKFLOW,
    "State": workflows.STATE,
    "Transition": workflows.TRANSITION,
    "Guard": workflows.GUARD,
    "View": rights.VIEW,
    "Action": rights.ACTION,
    "Role": rights.ROLE,
    "List": rights.LIST,
    "Grant": rights.GRANT,
}
"""By title of the part in its meta-schema: every keyword that a spec may hold has its rule here."""

COMPARED_WHOLE: Final = frozenset({"condition", "layout", "test", "common", "migration"})
"""Meta-schemas of parts that the keyword which holds them compares as one."""
