"""From what people call linked records and listed choices to the keys that fields hold."""

from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy import Connection

from components.base import FieldType, InvalidValueError, Wanted
from form_specs.language import _
from form_specs.model import Right
from runtime.access import FormAccess
from runtime.choosing import Directory
from runtime.compiling.form import CompiledForm
from runtime.storage import accounts
from runtime.storage.ids import decode_id, encode_id
from runtime.storage.records import RecordReader

_MOST_CHOICES: Final = 2_000
_SEPARATOR: Final = ";"
_PERSON: Final = "user"


class Resolver:
    """Looks titles up, each once; what two records are called is nobody's name."""

    def __init__(
        self, reader: RecordReader, conn: Connection, access: FormAccess, directory: Directory
    ) -> None:
        self._reader = reader
        self._conn = conn
        self._access = access
        self._directory = directory
        self._known: dict[str, dict[str, str]] = {}
        self._nobody: set[str] = set()

    def resolves(self, of: FieldType) -> bool:
        """Whether a field's keys are called by titles that stand elsewhere."""
        chosen = of.spec.source is not None and not of.spec.depends_on
        return of.name == _PERSON or of.spec.link is not None or chosen

    def refusal(self, of: FieldType, text: str) -> str:
        """Why a cell cannot be taken although the field itself could read it; empty: it can."""
        if of.name != _PERSON or text.strip().casefold() not in self._nobody:
            return ""
        return _(
            "Nobody here is called “%(text)s”: write the user name, e-mail address or name of "
            "somebody who has an account",
            text=text[:60],
        )

    def keys(self, of: FieldType, texts: Iterable[str]) -> Mapping[str, str]:
        """By cell what stands there in keys, as far as it can be found; else the cell is left as it is."""
        known = self._known.setdefault(of.key, {})
        new = {text for text in texts if text not in known}
        if new:
            parts = {text: self._parts(of, text) for text in new}
            found = self._found(of, {part for some in parts.values() for part in some})
            for text, some in parts.items():
                known[text] = _SEPARATOR.join(found.get(part, part) for part in some)
        return known

    @staticmethod
    def _parts(of: FieldType, text: str) -> list[str]:
        if not of.multiple:
            return [text.strip()]
        return [part.strip() for part in text.split(_SEPARATOR) if part.strip()]

    def _found(self, of: FieldType, titles: set[str]) -> dict[str, str]:
        if of.name == _PERSON:
            return self._people(titles)
        if of.spec.link is not None:
            return self._linked(of.spec.link.form, {t for t in titles if not _is_id(t)})
        offered = self._directory.offers(of, Wanted(limit=_MOST_CHOICES)).items
        keys = {named.key for named in offered}
        by_title = {named.title.casefold(): named.key for named in reversed(offered)}
        return {
            title: by_title[title.casefold()]
            for title in titles
            if title not in keys and title.casefold() in by_title
        }

    def _people(self, texts: set[str]) -> dict[str, str]:
        """The names of accounts; who has none is remembered."""
        names = accounts.called(self._conn, texts)
        self._nobody |= {text.casefold() for text in texts} - names.keys()
        return {text: names[text.casefold()] for text in texts if text.casefold() in names}

    def _linked(self, key: str, titles: set[str]) -> dict[str, str]:
        """The ids of records of another form by their titles, or by a unique value of theirs."""
        access = self._access.beside(key)
        if not access.can(Right.READ):
            return {}
        found: dict[str, str] = {}
        for named in _naming(access.form):
            if access.asks(named.key) and (left := titles - found.keys()):
                found |= self._by(access, named, left)
        return found

    def _by(self, access: FormAccess, named: FieldType, titles: set[str]) -> dict[str, str]:
        stored: dict[object, str] = {}
        for title in titles:
            try:
                stored[named.to_store(named.from_cells([title]))] = title
            except (InvalidValueError, TypeError):
                continue
        records = self._reader.holding(
            *(self._conn, access.form.form_id, named.sort_path, named.kind, stored),
            rows=access.rows,
            lifted=access.form.lifted,
        )
        found: dict[str, str] = {}
        several: set[str] = set()
        for record in records:
            title = stored.get(record.document.get(named.key), "")
            if title in found:
                several.add(title)
            found[title] = encode_id(record.id)
        return {title: key for title, key in found.items() if title and title not in several}


def _naming(form: CompiledForm) -> list[FieldType]:
    """The fields by which people name a record: its title, then what is unique."""
    fields = form.fields.values()
    title = [field for field in fields if field.key == form.spec.title_field]
    unique = [field for field in fields if field.spec.unique and field not in title]
    return [field for field in (*title, *unique) if field.sort_path == (field.key,)]


def _is_id(text: str) -> bool:
    try:
        decode_id(text)
    except ValueError:
        return False
    return True
