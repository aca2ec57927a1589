"""The links over which conditions, formulas and columns look into other records."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING

from form_specs.conditions import FormOperands, LinkedOperands
from form_specs.form_words import FormWords
from form_specs.formulas import Scope, linked_scope
from runtime.compiling.computing import Computing
from runtime.storage.expressions import hop_step

if TYPE_CHECKING:
    from runtime.compiling.form import CompiledForm


@dataclass(frozen=True)
class Links:
    """The links of one form, each to one record: those of the form itself, none inside its fields."""

    form: "CompiledForm"

    @cached_property
    def forms(self) -> Mapping[str, "CompiledForm"]:
        """By field that links: the form of the record there."""
        return {
            key: self.form.forms[found.spec.link.form]
            for key, found in self.form.fields.items()
            if found.spec.link and not found.multiple
        }

    @property
    def operands(self) -> Mapping[str, LinkedOperands]:
        """What conditions may ask behind each link."""
        return {
            key: LinkedOperands(
                hop_step(there.form_id, lifted=bool(there.lifted)), partial(_operands_of, there)
            )
            for key, there in self.forms.items()
        }

    @property
    def scopes(self) -> Mapping[str, Scope]:
        """What formulas may read behind each link."""
        return {
            key: linked_scope(
                there.fields,
                [name for name, found in there.fields.items() if found.spec.live],
                there.ties.links.forms,
            )
            for key, there in self.forms.items()
        }

    def computing(self, link: str) -> Computing:
        """The formulas of the form that a field links to."""
        return self.forms[link].computing

    @property
    def words(self) -> Mapping[str, Callable[[], FormWords]]:
        """What is called how behind each link."""
        return {key: partial(_words_of, there) for key, there in self.forms.items()}

    def at(self, path: str) -> "tuple[str, CompiledForm, str] | None":
        """Link, form and path there of what stands in a linked record; none for all else."""
        if not self.form.operands.hops(path):
            return None
        link, _dot, rest = path.partition(".")
        return link, self.forms[link], rest


# Asked for when they are needed, as forms may link to themselves.


def _operands_of(form: "CompiledForm") -> FormOperands:
    return form.operands


def _words_of(form: "CompiledForm") -> FormWords:
    return form.words
