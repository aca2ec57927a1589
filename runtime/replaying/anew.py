"""Documents of one form as a version to come would hold them, as far as that needs no migration."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from components.base import InvalidValueError
from runtime.compiling.form import CompiledForm


@dataclass(frozen=True)
class Anew:
    """One form in force and as it would be."""

    old: CompiledForm
    new: CompiledForm

    @cached_property
    def gone(self) -> Mapping[str, str]:
        """The fields that there are no more, with their titles."""
        fields = self.old.fields
        return {k: fields[k].spec.title for k in fields if k not in self.new.fields}

    @cached_property
    def retyped(self) -> tuple[str, ...]:
        """The fields of another type than before."""
        shared = (key for key in self.new.fields if key in self.old.fields)
        return tuple(
            k for k in shared if self.new.fields[k].spec.type != self.old.fields[k].spec.type
        )

    def kept(self, document: Mapping[str, Any]) -> Mapping[str, Any]:
        """The document without the fields that there are no more."""
        if self.gone.keys().isdisjoint(document):
            return document
        return {key: value for key, value in document.items() if key not in self.gone}

    def typed(self, document: Mapping[str, Any]) -> Mapping[str, Any]:
        """The document with values of fields of another type as that type keeps them."""
        wanted = [key for key in self.retyped if key in document]
        if not wanted:
            return document
        found = dict(document)
        record = self.old.to_record({key: document[key] for key in wanted})
        for key in wanted:
            field = self.new.fields[key]
            try:
                found[key] = field.to_store(field.parse(record[key]))
            except (InvalidValueError, TypeError, ValueError):
                del found[key]
        return found
