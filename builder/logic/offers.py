"""Which values a row offers to choose from."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, Protocol, TypeAlias

from builder.logic.leaves import ME, ValueInputs
from builder.logic.literals import LISTED
from builder.logic.vocabulary import Asked, Vocabulary
from form_specs.checks.raw import objects, text
from form_specs.language import _

Options: TypeAlias = Sequence[tuple[str, str]]
"""What may be chosen: what is posted, and what people read."""

_TYPED: Final = ("contains", "starts_with", "within", "overlaps", "done_count")
"""Operators whose values are typed even where those of the field are chosen."""


class Offers(Protocol):
    """What values there are that stand in no spec: people, records."""

    def people(self) -> Options:
        """Whoever may be meant, by name."""
        ...

    def records(self, asked: Asked, chosen: Iterable[str]) -> Options:
        """Records that a field may hold, those chosen among them; empty: they cannot be listed."""
        ...


class NoOffers:
    """Nobody and no records are known."""

    def people(self) -> Options:
        return ()

    def records(self, asked: Asked, chosen: Iterable[str]) -> Options:
        return ()


def options_of(
    asked: Asked, op: str, value: ValueInputs, vocabulary: Vocabulary, offers: Offers
) -> Options:
    """What may be chosen for a value, what is chosen already among it; empty: it is typed."""
    if op in _TYPED:
        return ()
    found = _offered(asked, value, vocabulary, offers)
    if asked.measure == "user" and op in LISTED and found:
        found = [(ME, _("Whoever is asking")), *found]
    return with_chosen(found, value.texts) if found else ()


def with_chosen(options: Options, chosen: Iterable[str]) -> Options:
    """With what is chosen and not among what may be: it is never changed silently."""
    known = {key for key, _title in options}
    missing = [(key, key) for key in chosen if key and key not in known]
    return [*missing, *options]


def _offered(asked: Asked, value: ValueInputs, vocabulary: Vocabulary, offers: Offers) -> Options:
    named: Mapping[str, Callable[[], Options]] = {
        "user:role": lambda: vocabulary.roles,
        "user:team": lambda: vocabulary.teams,
        "user:is": lambda: vocabulary.people,
        "state": lambda: _states(asked, vocabulary),
        "user": offers.people,
    }
    if asked.measure in named:
        return named[asked.measure]()
    field = asked.field
    if field is None or asked.input != "options":
        return ()
    if field.spec.link is not None or (field.spec.source and not field.spec.source.list):
        return offers.records(asked, value.texts)
    if field.spec.source is not None:
        return _of_list(field.spec.source.list, vocabulary)
    return [(choice.key, choice.title) for choice in field.filter_options()]


def _states(asked: Asked, vocabulary: Vocabulary) -> Options:
    """The states of the form, or of the one that a link leads to."""
    if asked.path == "@state":
        return vocabulary.states
    there = vocabulary.words.links.get(asked.path.partition(".")[0])
    workflow = there().workflow if there else None
    return [(state.key, state.title) for state in workflow.states.values()] if workflow else ()


def _of_list(key: str, vocabulary: Vocabulary) -> Options:
    """The choices of a list of the tool."""
    for _at, raw in objects(vocabulary.tool.document, "lists", ""):
        if text(raw, "key") == key:
            choices = objects(raw, "choices", "")
            return [(text(c, "key") or "", text(c, "title") or "") for _below, c in choices]
    return ()
