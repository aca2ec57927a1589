"""A directory for many records at once: what was asked of it once is not looked up again."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from components.base import FieldType
from runtime.choosing.directory import Directory
from runtime.choosing.judging import Misfit


class RememberingDirectory(Directory):
    """Answers as of the first time that it was asked: for one transaction, or one look."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._misfits: dict[tuple[object, ...], tuple[Misfit, ...]] = {}
        self._titles: dict[tuple[object, ...], Mapping[str, str]] = {}
        self._strangers: dict[frozenset[str], frozenset[str]] = {}

    def misfits(
        self,
        field: FieldType,
        keys: Collection[str],
        depends: tuple[str, ...],
        *,
        held: bool = False,
    ) -> Iterator[Misfit]:
        """As a directory; each combination is looked up once."""
        asked = (field.key, tuple(keys), depends, held)
        if asked not in self._misfits:
            self._misfits[asked] = tuple(super().misfits(field, keys, depends, held=held))
        yield from self._misfits[asked]

    def titles_to_keep(
        self, field: FieldType, keys: Collection[str], depends: tuple[str, ...]
    ) -> Mapping[str, str]:
        """As a directory; each combination is looked up once."""
        asked = (field.key, tuple(keys), depends)
        if asked not in self._titles:
            self._titles[asked] = super().titles_to_keep(field, keys, depends)
        return self._titles[asked]

    def strangers(self, names: Collection[str]) -> frozenset[str]:
        """As a directory; the same names are looked up once."""
        asked = frozenset(names)
        if asked not in self._strangers:
            self._strangers[asked] = super().strangers(asked)
        return self._strangers[asked]
