"""What the values of fields are called that do not say it themselves: people, chosen keys, linked records."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask import url_for

from components.base import FieldType, Named
from form_specs.language import _, marked
from runtime.access import FormAccess
from runtime.choosing import Directory
from runtime.compiling.form import Broken, CompiledForm
from runtime.compiling.inside import held_in
from runtime.reading import RecordView
from runtime.storage.events import Event
from runtime.web.contexts import Person

_Names = Mapping[str, Named]

_PROGRAMS = {
    "system": "Opswright",
    "cli": marked("Command line"),
    "migration": marked("A migration"),
}


@dataclass(frozen=True)
class Chosen:
    """What chosen keys are called: the same for all records, or as each record was saved with it."""

    named: Mapping[FieldType, _Names] = field(default_factory=dict)
    kept: Mapping[FieldType, Mapping[int, _Names]] = field(default_factory=dict)

    def names(self, of: FieldType, record: int | None) -> _Names:
        """By key what the values of a field are called in a record."""
        kept = self.kept.get(of, {}).get(record, {}) if record is not None else {}
        return {**self.named.get(of, {}), **kept}


class Titles(dict[str, str]):
    """The titles of people by account name and, beside them, those of one record's chosen keys."""

    def __init__(
        self, people: Mapping[str, str], chosen: Chosen | None = None, record: int | None = None
    ) -> None:
        super().__init__(people)
        self.chosen = chosen or Chosen()
        self.record = record

    def names(self, of: FieldType) -> _Names:
        """By key what the values of a field are called."""
        return self.chosen.names(of, self.record)


def names_in(titles: Mapping[str, str], of: FieldType) -> _Names:
    """What is known of the keys of a field."""
    return titles.names(of) if isinstance(titles, Titles) else {}


def is_looked_up(of: FieldType) -> bool:
    """Whether the titles of a field's values stand elsewhere."""
    return type(of).keys is not FieldType.keys and bool(of.spec.link or of.spec.source)


def chosen_in(
    directory: Directory,
    records: Sequence[RecordView],
    keys: Iterable[str],
    events: Iterable[Event] = (),
) -> Chosen:
    """What is chosen in some fields of some records and of one record's history.

    At most one statement for each form that is linked to, one for all lists, one for what was kept.
    """
    access = directory.access
    wanted, ties = frozenset(keys), access.form.ties.all
    fields = [
        of
        for of, tie in ties.items()
        if tie.owner in wanted and is_looked_up(of) and access.reads(tie.owner)
    ]
    if not fields:
        return Chosen()
    asked = {of: _keys_of(access, of, records, events) for of in fields}
    named: dict[FieldType, _Names] = {
        of: _with_previews(access, of, names) for of, names in directory.linked(asked).items()
    }
    for of in fields:
        if of.spec.source is not None and of.spec.source.list and asked[of]:
            named[of] = directory.named(of, asked[of])
    kept = directory.kept(fields, [record.stored.id for record in records])
    return Chosen(named, kept)


def chosen_now(directory: Directory, values: Mapping[str, Any]) -> Chosen:
    """What is chosen in a record to be, as it is offered now: nothing was kept of it yet."""
    access = directory.access
    ties, document = access.form.ties, access.form.to_document(values)
    named: dict[FieldType, dict[str, Named]] = {}
    for of in filter(is_looked_up, ties.all):
        if not access.reads(ties.all[of].owner):
            continue
        found = named.setdefault(of, {})
        for held in ties.held(document, (of,)):
            keys, depends = of.keys(held.value), ties.depends_texts(held, document)
            found |= directory.named(of, keys)
            kept = directory.titles_to_keep(of, keys, depends)
            found |= {key: Named(key, title) for key, title in kept.items()}
    return Chosen(named)


def _with_previews(access: FormAccess, of: FieldType, names: _Names) -> _Names:
    """Linked records with where a short view of each is found, below the field that links."""
    return {key: with_preview(access.form, of, name) for key, name in names.items()}


def with_preview(form: CompiledForm, of: FieldType, name: Named) -> Named:
    """A linked record with where its short view is found, as far as it can be looked at."""
    if not name.url or not of.spec.link:
        return name
    where: dict[str, Any] = {
        "tool": form.tool_key,
        "form": form.key,
        "field": form.ties.all[of].name,
    }
    return replace(name, preview=url_for("web.card", **where, record=name.key))


def _keys_of(
    access: FormAccess, of: FieldType, records: Iterable[RecordView], events: Iterable[Event]
) -> Collection[str]:
    found: dict[str, None] = {}
    owner = access.form.ties.all[of].owner
    for record in records:
        value = record.value(owner)
        if value is not None and not isinstance(value, Broken):
            found |= dict.fromkeys(_held_keys(access, of, value))
    for event in events:
        for side in event.data.get("diff", {}).get(owner, ()):
            if side is not None:
                value = access.form.readable(owner, side)
                found |= dict.fromkeys(_held_keys(access, of, value))
    return found


def _held_keys(access: FormAccess, of: FieldType, value: Any) -> Iterator[str]:
    """The keys that a field holds in the value of the form's field which it stands in."""
    owner = access.form.fields[access.form.ties.all[of].owner]
    return (key for held in held_in(owner, value, (of,)) for key in of.keys(held.value))


def who_acted(actor: str, titles: Mapping[str, str]) -> Person:
    """An actor as people know it: a person by title, a program by what it is."""
    if actor.startswith("hook:"):
        title = _("Automation %(name)s", name=actor.removeprefix("hook:"))
        return Person(actor, title, is_program=True)
    if actor in _PROGRAMS and actor not in titles:
        return Person(actor, _(_PROGRAMS[actor]), is_program=True)
    return Person(actor, titles.get(actor) or actor)
