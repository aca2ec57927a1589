"""Counting on real records: it can only lower a class, and the words say that it did."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from form_specs.compatibility.change import Change, Comparison, Impact, RecordTest
from form_specs.language import _, counted, digits


@dataclass
class _Counter:
    test: RecordTest
    number: int = 0
    open: int = 0


@dataclass
class Tally:
    """Counts, for all changes at once, the records of a tool that they concern.

    Show it every record (`see`); say by `complete` whether those were all there are.
    """

    comparison: Comparison
    complete: bool = True
    records: dict[str, int] = field(default_factory=dict)
    """How many records of each form were looked at."""

    def __post_init__(self) -> None:
        self._counters = [
            _Counter(change.affected.start()) if change.affected else None
            for change in self.comparison.changes
        ]

    @property
    def forms(self) -> tuple[str, ...]:
        """The forms whose records matter."""
        return tuple(dict.fromkeys(c.affected.form for c in self.comparison.changes if c.affected))

    def see(
        self,
        form: str,
        records: Iterable[tuple[Mapping[str, Any], str | None]],
        final: frozenset[str] = frozenset(),
    ) -> None:
        """Looks at some records of a form with their states, of which `final` are the last ones."""
        counters = [
            counter
            for change, counter in zip(self.comparison.changes, self._counters, strict=True)
            if counter and change.affected and change.affected.form == form
        ]
        for record, state in records:
            self.records[form] = self.records.get(form, 0) + 1
            for counter in counters:
                if counter.test(record, state):
                    counter.number += 1
                    counter.open += state not in final

    def result(self) -> Comparison:
        """The comparison with counts in its words, and classes lowered where nothing is affected."""
        pairs = zip(self.comparison.changes, self._counters, strict=True)
        changes = [self._counted(change, counter) for change, counter in pairs]
        return self.comparison.with_changes(changes)

    def _counted(self, change: Change, counter: _Counter | None) -> Change:
        if change.affected is None or counter is None:
            return change
        total = self.records.get(change.affected.form, 0)
        if counter.number:
            words = _words(counter.number, counter.open, change.affected.words)
            if not self.complete:
                words = _(
                    "%(counted)s (among the first %(total)s)", counted=words, total=digits(total)
                )
            return replace(change, count=words, number=counter.number)
        if not self.complete:
            words = _(
                "none of the first %(total)s records is affected; not all were looked at",
                total=digits(total),
            )
            return replace(change, count=words)
        grave = change.impact.rank > Impact.REVIEW.rank
        words = counted(
            "0 of one record affected",
            "0 of %(num)s records affected",
            total,
            num=digits(total),
        )
        if grave:
            words = _("%(counted)s: safe here", counted=words)
        return replace(
            change,
            count=words,
            number=0,
            impact=Impact.SAFE if grave else change.impact,
            lowered_from=change.impact if grave else None,
        )


def _words(number: int, still_open: int, words: str) -> str:
    if still_open == number:
        records = counted(
            "%(count)s open record", "%(count)s open records", number, count=digits(number)
        )
        return f"{records} {_doing(words, number)}"
    records = counted("%(count)s record", "%(count)s records", number, count=digits(number))
    said = f"{records} {_doing(words, number)}"
    if not still_open:
        return _("%(records)s (none of them open)", records=said)
    return _("%(records)s (%(open)s of them open)", records=said, open=digits(still_open))


def _doing(words: str, number: int) -> str:
    """What records do: in English one does it otherwise than many, elsewhere it is said of any number."""
    said = _(words)
    return _singular(said) if number == 1 and said == words else said


def _singular(words: str) -> str:
    verb_, _, rest = words.partition(" ")
    known = {"hold": "holds", "lack": "lacks", "are": "is", "share": "shares", "break": "breaks"}
    return f"{known.get(verb_, verb_)} {rest}".strip()
