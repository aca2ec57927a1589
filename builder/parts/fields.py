"""What the fields of a form are called in a draft, and which of them a part may name."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from form_specs.catalog import CatalogField
from form_specs.checks.context import FormContext, ToolContext
from form_specs.checks.raw import object_at, text
from form_specs.form_words import within
from form_specs.language import _
from form_specs.model import SYSTEM_FIELDS

Options: TypeAlias = list[tuple[str, str]]
"""(path, title)."""

_QUICK: Final = frozenset(("eq", "in", "has", "has_any", "contains", "between"))


@dataclass(frozen=True, slots=True)
class OptionGroup:
    """Fields that are offered together."""

    title: str
    options: Options


@dataclass(frozen=True, slots=True)
class FormFields:
    """The fields of one form of a draft, as far as the form is well formed."""

    form: FormContext | None

    @classmethod
    def of(cls, tool: ToolContext | None, form: str) -> "FormFields":
        """The fields of a form by its key; none where there is no such form."""
        return cls(tool.forms.get(form) if tool else None)

    def title(self, path: str) -> str:
        """What people call a field, a system field or a field of a linked record."""
        if path in SYSTEM_FIELDS:
            return _(SYSTEM_FIELDS[path])
        if self.form is None:
            return path
        if path in self.form.fields:
            return self._own_title(path)
        link, _dot, rest = path.partition(".")
        there = self.form.links.get(link)
        if there is None:
            return path
        title = within(FormFields(there).title(rest))
        return _("%(link)s's %(field)s", link=self._own_title(link), field=title)

    def _own_title(self, key: str) -> str:
        properties = (
            object_at(object_at(self.form.raw, "schema"), "properties") if self.form else {}
        )
        return text(object_at(properties, key), "title") or key

    def columns(self, taken: Collection[str] = ()) -> list[OptionGroup]:
        """What a column can show: fields, system fields, and those of linked records."""
        if self.form is None:
            return []
        own = OptionGroup(_("Fields"), self._options(self.form.known, taken))
        system = OptionGroup(_("Of every record"), self._options(SYSTEM_FIELDS, taken))
        return [group for group in (own, system, *self._linked(taken)) if group.options]

    def _linked(self, taken: Collection[str]) -> Iterator[OptionGroup]:
        links = self.form.links if self.form else {}
        for link, there in links.items():
            stored = [key for key, found in there.known.items() if not found.spec.live]
            system = [key for key in SYSTEM_FIELDS if key != "@id"]
            paths = (f"{link}.{key}" for key in (*stored, *system))
            yield OptionGroup(self._own_title(link), self._options(paths, taken))

    def sortable(self, taken: Collection[str] = ()) -> list[OptionGroup]:
        """What records can be sorted by."""
        return self._own(lambda field: field.sortable, taken)

    def filterable(self, taken: Collection[str] = ()) -> list[OptionGroup]:
        """What a chip can filter by."""
        return self._own(lambda field: bool(_QUICK & set(field.operators)), taken)

    def settable(self, taken: Collection[str] = ()) -> list[OptionGroup]:
        """What an action can set: what people can, too."""
        known = self.form.known if self.form else {}
        keys = (key for key, field in known.items() if not field.spec.computed)
        options = self._options(keys, taken)
        return [OptionGroup(_("Fields"), options)] if options else []

    def _own(
        self, fits: Callable[[CatalogField], bool], taken: Collection[str]
    ) -> list[OptionGroup]:
        known = self.form.known if self.form else {}
        own = self._options((key for key, field in known.items() if fits(field)), taken)
        system = self._options(SYSTEM_FIELDS if self.form else (), taken)
        groups = (OptionGroup(_("Fields"), own), OptionGroup(_("Of every record"), system))
        return [group for group in groups if group.options]

    def _options(self, paths: Iterable[str], taken: Collection[str]) -> Options:
        return [(path, self.title(path)) for path in paths if path not in taken]
