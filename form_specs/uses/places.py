"""Every place of the meta-schemas that names a part of the tool, and what using it there is called."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from form_specs.language import marked


@dataclass(frozen=True, slots=True)
class NamingPlace:
    """A place in a document where a part is named."""

    what: str
    """The kind of part: form, field, path (a field or system field), sort, state, role, list, layout, and
    of tests also transition, action and view."""
    words: str
    """What using it there is called; `%(view)s` and the like are the titles of the parts around."""
    form: tuple[str, ...] = ()
    """Where the object that holds it says whose field is meant, if not the form around."""


@dataclass(frozen=True, slots=True)
class AskingPlace:
    """A place in a document where a condition stands."""

    words: str


_P: Final = "/properties"

NAMING: Final[Mapping[str, NamingPlace]] = {
    f"action {_P}/form": NamingPlace("form", marked("form of the action %(action)s")),
    f"action {_P}/roles/items": NamingPlace("role", marked("role of the action %(action)s")),
    f"field {_P}/dependsOn": NamingPlace(
        "field", marked("what the choices of %(field)s depend on")
    ),
    f"field /$defs/fromList{_P}/list": NamingPlace("list", marked("choices of %(field)s")),
    f"field /$defs/fromRecords{_P}/records{_P}/form": NamingPlace(
        "form", marked("choices of %(field)s")
    ),
    f"field /$defs/fromRecords{_P}/records{_P}/value": NamingPlace(
        "field", marked("value of the choices of %(field)s")
    ),
    f"field /$defs/fromRecords{_P}/records{_P}/title": NamingPlace(
        "field", marked("title of the choices of %(field)s")
    ),
    f"field /$defs/fromRecords{_P}/match": NamingPlace(
        "field", marked("what the choices of %(field)s must match"), ("records", "form")
    ),
    f"field /$defs/link{_P}/form": NamingPlace("form", marked("where %(field)s leads")),
    f"field /$defs/link{_P}/match": NamingPlace(
        "field", marked("what the choices of %(field)s must match")
    ),
    f"field /$defs/link{_P}/show/items": NamingPlace("field", marked("preview of %(field)s")),
    f"form {_P}/titleField": NamingPlace("field", marked("title of a %(form)s")),
    f"form {_P}/subtitleFields/items": NamingPlace("field", marked("subtitle of a %(form)s")),
    f"form {_P}/schema{_P}/required/items": NamingPlace(
        "field", marked("required in every %(form)s")
    ),
    f"form {_P}/rules/items{_P}/field": NamingPlace("field", marked("rule of %(form)s")),
    "layout /$defs/fields/items/anyOf/0": NamingPlace(
        "field", marked("layout %(layout)s of %(form)s")
    ),
    f"layout /$defs/fields/items/anyOf/1{_P}/field": NamingPlace(
        "field", marked("layout %(layout)s of %(form)s")
    ),
    f"list {_P}/editors/items": NamingPlace("role", marked("editor of the list %(list)s")),
    f"role {_P}/grants/items{_P}/form": NamingPlace("form", marked("rights of %(role)s")),
    f"role {_P}/grants/items{_P}/fields/propertyNames": NamingPlace(
        "field", marked("right of %(role)s to the field")
    ),
    f"test /$defs/step{_P}/as": NamingPlace("role", marked("who acts in the test %(test)s")),
    f"test /$defs/step{_P}/form": NamingPlace("form", marked("step of the test %(test)s")),
    f"test /$defs/step{_P}/values/propertyNames": NamingPlace(
        "field", marked("value in the test %(test)s")
    ),
    f"test /$defs/step{_P}/transition": NamingPlace(
        "transition", marked("step of the test %(test)s")
    ),
    f"test /$defs/step{_P}/action": NamingPlace("action", marked("step of the test %(test)s")),
    f"test /$defs/expectation{_P}/fields/items": NamingPlace(
        "field", marked("expected by the test %(test)s")
    ),
    f"test /$defs/expectation{_P}/state": NamingPlace(
        "state", marked("expected by the test %(test)s")
    ),
    f"test /$defs/expectation{_P}/values/propertyNames": NamingPlace(
        "field", marked("expected by the test %(test)s")
    ),
    f"test /$defs/expectation{_P}/in/items": NamingPlace(
        "view", marked("expected by the test %(test)s")
    ),
    f"test /$defs/expectation{_P}/notIn/items": NamingPlace(
        "view", marked("expected by the test %(test)s")
    ),
    f"test /$defs/expectation{_P}/visibleTo/items": NamingPlace(
        "role", marked("expected by the test %(test)s")
    ),
    f"test /$defs/expectation{_P}/hiddenFrom/items": NamingPlace(
        "role", marked("expected by the test %(test)s")
    ),
    f"view {_P}/form": NamingPlace("form", marked("form of the view %(view)s")),
    f"view {_P}/columns/items": NamingPlace("path", marked("column of the view %(view)s")),
    f"view {_P}/looks/propertyNames": NamingPlace(
        "path", marked("look of a column of the view %(view)s")
    ),
    f"view {_P}/sort/items": NamingPlace("sort", marked("order of the view %(view)s")),
    f"view {_P}/quickFilters/items": NamingPlace(
        "path", marked("quick filter of the view %(view)s")
    ),
    f"view {_P}/roles/items": NamingPlace("role", marked("role that sees the view %(view)s")),
    f"workflow {_P}/form": NamingPlace("form", marked("form of the workflow")),
    f"workflow {_P}/initial": NamingPlace("state", marked("state in which a %(form)s begins")),
    f"workflow {_P}/transitions/items{_P}/from/items": NamingPlace(
        "state", marked("where %(transition)s starts")
    ),
    f"workflow {_P}/transitions/items{_P}/to": NamingPlace(
        "state", marked("where %(transition)s leads")
    ),
    f"workflow {_P}/transitions/items{_P}/roles/items": NamingPlace(
        "role", marked("role that may take %(transition)s")
    ),
    f"workflow {_P}/transitions/items{_P}/require/items": NamingPlace(
        "field", marked("required by %(transition)s")
    ),
    f"workflow {_P}/transitions/items{_P}/fields/items": NamingPlace(
        "field", marked("asked for by %(transition)s")
    ),
    f"workflow {_P}/transitions/items{_P}/layout": NamingPlace(
        "layout", marked("dialog of %(transition)s")
    ),
}

ASKING: Final[Mapping[str, AskingPlace]] = {
    f"action {_P}/when": AskingPlace(marked("when the action %(action)s is there")),
    f"field {_P}/showWhen": AskingPlace(marked("when %(field)s is shown")),
    f"field {_P}/requireWhen": AskingPlace(marked("when %(field)s is required")),
    f"field {_P}/readOnlyWhen": AskingPlace(marked("when %(field)s is read-only")),
    f"field /$defs/rule{_P}/condition": AskingPlace(marked("rule of %(field)s")),
    f"field /$defs/fromRecords{_P}/records{_P}/filter": AskingPlace(
        marked("which choices %(field)s offers")
    ),
    f"field /$defs/link{_P}/filter": AskingPlace(marked("which records %(field)s offers")),
    f"form {_P}/rules/items{_P}/condition": AskingPlace(marked("rule of %(form)s")),
    f"layout /$defs/section{_P}/showWhen": AskingPlace(marked("when a part of %(form)s is drawn")),
    f"layout /$defs/tab{_P}/showWhen": AskingPlace(marked("when a part of %(form)s is drawn")),
    f"layout /$defs/step{_P}/showWhen": AskingPlace(marked("when a part of %(form)s is drawn")),
    f"layout /$defs/note{_P}/showWhen": AskingPlace(marked("when a part of %(form)s is drawn")),
    f"role {_P}/grants/items{_P}/rows": AskingPlace(marked("which records %(role)s sees")),
    f"view {_P}/filter": AskingPlace(marked("filter of the view %(view)s")),
    f"workflow {_P}/transitions/items{_P}/guards/items{_P}/condition": AskingPlace(
        marked("guard of %(transition)s")
    ),
}

SPEAKING: Final[Mapping[str, AskingPlace]] = {
    f"field {_P}/computed{_P}/formula": AskingPlace(marked("formula of %(field)s")),
    f"layout /$defs/note{_P}/note": AskingPlace(marked("note on a layout of %(form)s")),
}
"""Where formulas stand, and texts with formulas in braces."""

IDENTITIES: Final = frozenset(
    (
        *(
            f"{kind} {_P}/key"
            for kind in ("tool", "form", "view", "action", "role", "list", "test")
        ),
        f"workflow {_P}/states/items{_P}/key",
        f"workflow {_P}/transitions/items{_P}/key",
        f"tool {_P}/teams/items{_P}/key",
        f"form {_P}/schema{_P}/properties/propertyNames",
        f"form {_P}/layouts/propertyNames",
        f"field {_P}/was/items",
    )
)
"""Where a part is not used but is: its own key."""

TITLED: Final[Mapping[str, str]] = {
    "form ": "form",
    "view ": "view",
    "action ": "action",
    "role ": "role",
    "list ": "list",
    "test ": "test",
    f"workflow {_P}/transitions/items": "transition",
}
"""Where a part begins whose title the words may hold."""
