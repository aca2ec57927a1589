"""What fields are to do on conditions, kept until all fields are known by name."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from form_specs.imports.logic import Condition, Truth, Untranslatable, all_of, any_of, negated
from form_specs.imports.notes import Note, shown
from form_specs.imports.outline import Item
from form_specs.language import _


@dataclass
class Wishes:
    """The conditions of one field, from its own words and from all that stands around it."""

    item: Item
    show: Truth = True
    require: Truth = False
    fixed: Truth = False
    places: dict[str, str] = field(default_factory=dict)

    def settle(self, *, keep: bool = False) -> None:
        """Writes them into the item; a field that may be hidden is required only while it is shown."""
        if self.item.type == "computed":
            self.item.required, self.require, self.fixed = False, False, False
        if isinstance(self.show, dict):
            self.item.put("showWhen", self.show, self.place("show"))
            if keep:
                self.item.put("whenHidden", "keep", self.place("show"))
            self.require = self.require or self.item.required
            self.item.required = False
        self.settle_required()
        if isinstance(self.fixed, dict):
            self.item.put("readOnlyWhen", self.fixed, self.place("fixed"))
            self.item.put("lock", "page", self.place("fixed"))
        elif self.fixed:
            self.item.lock(self.place("fixed"))

    def settle_required(self) -> None:
        require = all_of([self.show, self.require]) if self.require is not False else False
        if isinstance(require, dict):
            self.item.put("requireWhen", require, self.place("require"))
        elif require:
            self.item.required = True

    def place(self, name: str) -> str:
        return self.places.get(name, self.item.place)


def translated(
    make: Callable[[], Truth], place: str, text: Any, notes: list[Note], instead: str
) -> Truth | None:
    """A condition, or none where it does not translate, which is noted.

    `instead` says what holds without it.
    """
    try:
        return make()
    except Untranslatable as error:
        message = _("%(given)s is not carried over: %(error)s", given=shown(text), error=error)
        notes.append(Note(place, message, instead))
        return None


def rule(condition: Condition, message: str, severity: str = "error") -> dict[str, Any]:
    """A rule of a field as `x-ops` holds it."""
    found = {"condition": condition, "message": message[:200]}
    return found if severity == "error" else found | {"severity": severity}


__all__ = ["Condition", "Truth", "Wishes", "all_of", "any_of", "negated", "rule", "translated"]
