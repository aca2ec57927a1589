"""The one that knows what all fields of a form offer: `components.base.Lookup` for one person."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property

from sqlalchemy import Connection

from components.base import FieldType, Named, Offers, Wanted
from form_specs.model import Choice, Color
from runtime.access import FormAccess
from runtime.choosing.answers import Answer, ChoiceAnswers
from runtime.choosing.judging import Misfit, misfits
from runtime.choosing.listed import effective, names_of, offers_of, own_choices, spoken
from runtime.choosing.records import Address, RecordChoices, Target
from runtime.storage import accounts, choice_lists, kept_titles
from runtime.storage.choice_lists import StoredList
from runtime.storage.records import RecordReader


class Directory:
    """The choices and links of one form's fields, as a person may see them, on one connection."""

    def __init__(
        self,
        reader: RecordReader,
        conn: Connection,
        access: FormAccess,
        answers: ChoiceAnswers,
        *,
        address: Address | None = None,
        writing: bool = False,
    ) -> None:
        self.access = access
        self._conn = conn
        self._answers = answers
        self._writing = writing
        self._records = RecordChoices(reader, conn, address)

    # -- what is offered ----------------------------------------------------------------

    def offers(self, field: FieldType, wanted: Wanted) -> Offers:
        """What a field offers to somebody who looks for `wanted`."""
        depending = bool(field.spec.depends_on)
        if self._is_of_records(field):
            target = Target.of(self.access, field)
            return self._records.offers(target, wanted, depending=depending)
        choices, problem = self._choices(field, wanted.depends)
        found = offers_of(choices or (), wanted, depending=depending)
        return Offers(found.items, found.complete, problem)

    @staticmethod
    def _is_of_records(field: FieldType) -> bool:
        source = field.spec.source
        return field.spec.link is not None or (source is not None and bool(source.form))

    def _choices(
        self, field: FieldType, depends: tuple[str, ...]
    ) -> tuple[tuple[Choice, ...] | None, str]:
        """The choices of a field that are known at once, and why they may be old or missing."""
        source = field.spec.source
        if source is None:
            return own_choices(field.spec), ""
        if source.list:
            return self.listed(source.list), ""
        answer = self._answer(field, depends)
        return answer.choices, answer.problem

    def _answer(self, field: FieldType, depends: tuple[str, ...]) -> Answer:
        return self._answers.of(
            self._conn, self.access.form, field.spec, depends, writing=self._writing
        )

    def listed(self, key: str) -> tuple[Choice, ...]:
        """A list of the tool as it is now, in the reader's language."""
        spec = self.access.form.lists[key]
        return spoken(spec, effective(spec, self._lists.get(key)))

    @cached_property
    def _lists(self) -> Mapping[str, StoredList]:
        return choice_lists.of_tool(self._conn, self.access.form.tool_id)

    # -- what the chosen is called ------------------------------------------------------

    def named(self, field: FieldType, keys: Collection[str]) -> Mapping[str, Named]:
        """What keys are called; those of hooks and values of records only while they are offered."""
        source = field.spec.source
        if field.spec.link is not None or (source and source.form and not source.value):
            return self._records.named(Target.of(self.access, field), keys)
        if source is None or source.list:
            return names_of(self._choices(field, ())[0] or (), keys)
        return {}

    def linked(
        self, asked: Mapping[FieldType, Collection[str]]
    ) -> dict[FieldType, dict[str, Named]]:
        """What the records are called that some link fields lead to: one statement for each form."""
        by_form: dict[str, list[FieldType]] = {}
        for field in asked:
            if field.spec.link is not None and asked[field]:
                by_form.setdefault(field.spec.link.form, []).append(field)
        found: dict[FieldType, dict[str, Named]] = {}
        for fields in by_form.values():
            keys = dict.fromkeys(key for field in fields for key in asked[field])
            names = self._records.named(Target.of(self.access, fields[0]), keys)
            for field in fields:
                found[field] = {key: names[key] for key in asked[field] if key in names}
        return found

    def kept(
        self, fields: Iterable[FieldType], records: Iterable[int]
    ) -> dict[FieldType, dict[int, dict[str, Named]]]:
        """The titles that records were saved with, of those fields whose source may forget them."""
        ties = self.access.form.ties.all
        by_key = {ties[field].name: field for field in fields if forgets(field)}
        if not by_key:
            return {}
        rows = kept_titles.of_records(self._conn, self.access.form.form_id, records)
        found: dict[FieldType, dict[int, dict[str, Named]]] = {}
        for (record, key, chosen), title in rows.items():
            field = by_key.get(key)
            if field is not None:
                named = Named(chosen, title, Color.GRAY)
                found.setdefault(field, {}).setdefault(record, {})[chosen] = named
        return found

    # -- what may be chosen -------------------------------------------------------------

    def misfits(
        self,
        field: FieldType,
        keys: Collection[str],
        depends: tuple[str, ...],
        *,
        held: bool = False,
    ) -> Iterator[Misfit]:
        """The keys that the person may not choose, while the field it depends on holds `depends`."""
        if not keys:
            return
        depending = bool(field.spec.depends_on)
        if self._is_of_records(field):
            target = Target.of(self.access, field)
            asked = depends if depending else None
            yield from self._records.misfits(target, keys, asked, held=held)
            return
        choices, problem = self._choices(field, depends)
        if choices is None:
            yield Misfit(next(iter(keys)), "unavailable", problem)
            return
        other = self.access.form.ties.all[field].depended
        yield from misfits(
            {choice.key: choice for choice in choices},
            keys,
            depends if depending else None,
            other.spec.title if other else "",
            free=field.spec.or_other or field.has_free_choices,
        )

    def strangers(self, names: Collection[str]) -> frozenset[str]:
        """Those of some account names that nobody has.

        Where there are no accounts at all, as in the databases that tests of a tool are played
        and drafts are tried in, everybody is known.
        """
        unknown = frozenset(names) - accounts.titles(self._conn, names).keys()
        return unknown if unknown and accounts.exist(self._conn) else frozenset()

    def gone(self, field: FieldType, keys: Collection[str]) -> list[str]:
        """The keys of a link whose records are there for nobody, held until the transaction ends."""
        assert field.spec.link is not None
        return self._records.gone(self.access.form.forms[field.spec.link.form], keys)

    def titles_to_keep(
        self, field: FieldType, keys: Collection[str], depends: tuple[str, ...]
    ) -> Mapping[str, str]:
        """What newly chosen keys are called now, where their source may forget it."""
        if not keys or not forgets(field):
            return {}
        if self._is_of_records(field):
            asked = depends if field.spec.depends_on else None
            return self._records.titles(Target.of(self.access, field), keys, asked)
        choices = self._answer(field, depends).choices or ()
        return {choice.key: choice.title for choice in choices if choice.key in keys}


def forgets(field: FieldType) -> bool:
    """Whether what a field's values are called stands nowhere but in what was kept."""
    source = field.spec.source
    return source is not None and bool(source.hook or source.form)
