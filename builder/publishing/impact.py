"""What a change means to those who work with the tool: which records, which parts, whose rights."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import url_for

from builder.contexts import RightItem
from builder.publishing.publish import Prospect
from form_specs.compatibility import Change, Turn, rights_changed
from form_specs.editing import Address
from form_specs.language import counted
from form_specs.load import load
from form_specs.model import JsonObject, ToolSpec, ViewSpec
from form_specs.problem import steps_of
from form_specs.uses import Target, Use, all_uses
from runtime.access import FormAccess
from runtime.filters import format_filter
from runtime.web.contexts import Link
from runtime.web.site.context import current_services, here

_LINKED = ("views", "actions", "roles")
_GONE = {"forms": "form", "roles": "role", "lists": "list", "teams": "team"}


@dataclass(frozen=True)
class Reach:
    """What two versions of a tool know of each other."""

    before: ToolSpec
    after: ToolSpec
    url_of: Callable[[Address], str]
    """Where a part of the new version is changed."""

    @cached_property
    def _uses(self) -> Sequence[Use]:
        return all_uses(self.before.document, current_services().registry.catalog())

    def uses(self, change: Change) -> list[Link]:
        """What used a part that a change takes away, each once; parts that are still there are linked."""
        target = self._gone(change)
        if target is None:
            return []
        found: dict[str, str] = {}
        for use in self._uses:
            if use.target == target and not use.place.startswith("layout"):
                found.setdefault(use.words, self._part_url(use))
        return [Link(words, url) for words, url in found.items()]

    def _gone(self, change: Change) -> Target | None:
        """The part that a change takes away; none: it takes away none."""
        match steps_of(change.pointer):
            case [section, key] if section in _GONE:
                there = getattr(self.after, section)
                return None if key in there else Target(_GONE[section], key)
            case ["forms", form, "fields", key]:
                there = self.after.forms[form].fields if form in self.after.forms else ()
                return None if key in there else Target("field", key, form)
            case ["workflows", form, "states", key]:
                workflow = self.after.workflows.get(form)
                kept = workflow is not None and key in workflow.states
                return None if kept else Target("state", key, form)
        return None

    def _part_url(self, use: Use) -> str:
        """Where the part is changed that used it; empty where it is gone as well."""
        section, number = (*steps_of(use.pointer), "", "")[:2]
        if section not in _LINKED:
            return ""
        parts: Any = self.before.document[section]
        key = parts[int(number)]["key"]
        return self.url_of((section, key)) if key in getattr(self.after, section) else ""

    def records_url(self, change: Change) -> str:
        """The list of the records that a change concerns, for who may see them; empty: there is none."""
        affected = change.affected
        if affected is None or affected.where is None or change.number == 0:
            return ""
        tool = next((tool for tool in here().tools if tool.key == self.after.key), None)
        access = here().access.form(tool, affected.form) if tool else None
        view = _plain_view(access) if access else None
        if access is None or view is None or not _asks(access, affected.where):
            return ""
        place: dict[str, Any] = {"tool": self.after.key, "view": view.key}
        return url_for("web.view", **place, filter=format_filter(access, affected.where))


def _plain_view(access: FormAccess) -> ViewSpec | None:
    """The view that leaves least out; none: the person has none."""
    views = access.views()
    return next((view for view in views if view.filter is None), next(iter(views), None))


def _asks(access: FormAccess, where: JsonObject) -> bool:
    """Whether a list can be asked that by the person."""
    path, op = str(where["field"]), str(where["op"])
    operands = access.form.operands
    return path in operands and access.asks(path) and op in operands.operators(path)


def uses_words(uses: Sequence[Link]) -> str:
    """How many places used what is gone."""
    return counted("Used in one place", "Used in %(num)s places", len(uses)) if uses else ""


def before_of(found: Prospect) -> ToolSpec:
    """The tool in force; the new one where there is none yet."""
    with found.services.db.read() as conn:
        tool = found.services.published.tool(conn, str(found.document["key"]))
    return tool.spec if tool else load(found.document)


# -- rights -------------------------------------------------------------------------------


def right_items(before: ToolSpec, after: ToolSpec) -> list[RightItem]:
    """Whose rights change, a role each."""
    found = rights_changed(before, after)
    return [
        RightItem(
            role,
            *(
                [change.right for change in found if (change.role, change.turn) == (role, turn)]
                for turn in (Turn.GAINED, Turn.LOST, Turn.CHANGED)
            ),
        )
        for role in dict.fromkeys(change.role for change in found)
    ]
