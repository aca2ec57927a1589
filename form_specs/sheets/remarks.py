"""Sentences about a spreadsheet, kept until somebody reads them in a language of theirs."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from form_specs.language import _


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence: its English text as the catalogues know it, and what stands in it."""

    text: str
    values: Mapping[str, str | int] = field(default_factory=dict)

    def __str__(self) -> str:
        return _(self.text) % self.values if self.values else _(self.text)
