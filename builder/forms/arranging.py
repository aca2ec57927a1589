"""Changing a layout: a copy of it, out of which parts are taken and into which they are put."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from builder.forms.outline import DEFAULT, FIELDS, GROUPS, PARTS, FormOutline, parts_of
from form_specs.checks.raw import object_at
from form_specs.editing import Address, Edit, Insert, Set, apply, names_of
from form_specs.language import _
from form_specs.model import JsonObject

Spot = tuple[list[Any], int]
"""A list, and where in it something stands."""


class CannotPlace(ValueError):  # noqa: N818 - it says what it is
    """Something cannot stand where it was to be put."""


class Arranged:
    """One layout of a form on its way to another; the document stays as it is."""

    def __init__(self, form: FormOutline) -> None:
        self.form = form
        self.parts: list[Any] = deepcopy(parts_of(form.raw, form.layout))

    # -- finding --------------------------------------------------------------------------

    def spot(self, at: Address) -> Spot | None:
        """Where something stands; none: it is not placed."""
        if at[:1] == (FIELDS,):
            return self._placement(self.parts, at[1])
        return self._part(at)

    def _part(self, at: Address) -> Spot | None:
        found: Any = self.parts
        spot: Spot | None = None
        for step in at[1:]:
            if isinstance(found, list):
                names = names_of(found)
                if step not in names:
                    return None
                spot = (found, names.index(step))
                found = found[spot[1]]
            else:
                found = found.get(step) if isinstance(found, Mapping) else None
        return spot

    def _placement(self, items: Any, key: str) -> Spot | None:
        for index, item in enumerate(items if isinstance(items, list) else ()):
            if item == key or (isinstance(item, Mapping) and item.get("field") == key):
                return items, index
            if isinstance(item, Mapping):
                for below in ("fields", "parts"):
                    if (found := self._placement(item.get(below), key)) is not None:
                        return found
        return None

    def raw(self, at: Address) -> Any:
        """What stands somewhere, to be changed in place; none: nothing does."""
        spot = self.spot(at)
        return spot[0][spot[1]] if spot else None

    # -- changing -------------------------------------------------------------------------

    def take(self, at: Address) -> Any:
        """Takes something out; a field that is not placed is named, a part that is gone is none."""
        spot = self.spot(at)
        if spot is not None:
            return spot[0].pop(spot[1])
        return at[1] if at[:1] == (FIELDS,) else None

    def put(self, item: Any, into: Any, before: Any = None) -> None:
        """Puts something into a part (none: the layout itself), before another item of its list or at its end.

        Raises `CannotPlace`.
        """
        target = self.list_for(item, into, before)
        index = next((i for i, each in enumerate(target) if each is before), len(target))
        target.insert(index, item)

    def list_for(self, item: Any, into: Any, before: Any = None) -> list[Any]:
        """The list in which an item of its kind stands in a part; raises `CannotPlace`."""
        if _is_group(item):
            if into is not None:
                raise CannotPlace(_("Tabs and steps stand side by side, not in one another"))
            return self.parts
        if _is_section(item):
            return self._sections_of(into)
        return self._fields_of(into, before)

    def _sections_of(self, into: Any) -> list[Any]:
        """The list of sections in a part; fields that stand in a tab by themselves become a section."""
        if into is None:
            return self.parts
        if _is_section(into):
            raise CannotPlace(_("A section cannot stand in another section"))
        if not isinstance(into.get("parts"), list):
            title = next(into[kind] for kind in GROUPS if kind in into)
            section = {"section": title, **_out_of(into, "columns")}
            into["parts"] = [{**section, "fields": into.pop("fields", [])}]
        sections: list[Any] = into["parts"]
        return sections

    def _fields_of(self, into: Any, before: Any) -> list[Any]:
        """The list of fields in a part: of one with sections, that of its last, or where `before` stands."""
        if into is not None and (_is_section(into) or not isinstance(into.get("parts"), list)):
            fields: list[Any] = into.setdefault("fields", [])
            return fields
        inside = self.parts if into is None else into["parts"]
        index = next((i for i, each in enumerate(inside) if each is before), len(inside))
        if not inside:
            inside.append({"section": self.form.title, "fields": []})
        return self._fields_of(inside[max(index - 1, 0)], None)

    # -- done -----------------------------------------------------------------------------

    def applied(self, document: JsonObject) -> JsonObject:
        """The document with the layout as it is now."""
        at = (*self.form.at, "layouts")
        layouts = object_at(self.form.raw, "layouts")
        made = {**layouts, self.form.layout: self.parts}
        if "layouts" in self.form.raw:
            operation: Set | Insert = Set(at, made)
        else:
            operation = Insert(self.form.at, made, "layouts", after="schema")
        after: JsonObject = apply(document, Edit("", (operation,)))[0]
        return after

    def address_of(self, item: Any) -> Address:
        """How what stands on the layout now is selected."""
        if isinstance(item, str):
            return (FIELDS, item)
        if isinstance(item, Mapping) and "field" in item:
            return (FIELDS, item["field"])
        return (PARTS, *(_way(self.parts, item) or ()))


def is_implied(form: FormOutline) -> bool:
    """Whether the layout is written nowhere, so that it shows all fields in their order."""
    return form.layout == DEFAULT and DEFAULT not in object_at(form.raw, "layouts")


def _way(items: Any, wanted: Any) -> Address | None:
    for name, item in zip(names_of(items), items, strict=True):
        if item is wanted:
            return (name,)
        for below in ("fields", "parts"):
            inner = item.get(below) if isinstance(item, Mapping) else None
            if isinstance(inner, list) and (way := _way(inner, wanted)) is not None:
                return (name, below, *way)
    return None


def _is_section(item: Any) -> bool:
    return isinstance(item, Mapping) and "section" in item


def _is_group(item: Any) -> bool:
    return isinstance(item, Mapping) and any(kind in item for kind in GROUPS)


def _out_of(part: JsonObject, *names: str) -> JsonObject:
    return {name: part.pop(name) for name in names if name in part}
