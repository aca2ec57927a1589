"""What conditions and formulas of a record ask of the records that it links to."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

from form_specs.hops import is_hop

Facts = Mapping[str, Any]
"""A record as conditions see it."""


class Hops(Protocol):
    """What conditions and formulas of a record find behind its links."""

    def follow(self, link: str, key: Any) -> Facts | None:
        """The record that the field `link` leads to while it holds `key`; none where there is none."""
        ...

    def withholds(self, read: str, facts: Facts) -> bool:
        """Whether something read of a linked record is kept from whoever asks."""
        ...


class NoHops:
    """For those who judge a record where no other can be looked up: nothing is known of linked ones."""

    def follow(self, link: str, key: Any) -> Facts | None:
        return None

    def withholds(self, read: str, facts: Facts) -> bool:
        return is_hop(read)


class Followed(Mapping[str, Any]):
    """The records behind the links of one record, each looked up when it is asked for.

    So it is the record that a link leads to at that moment: none, once the link is hidden.
    """

    def __init__(self, facts: Facts, hops: Hops) -> None:
        self._facts = facts
        self._hops = hops

    def __getitem__(self, link: str) -> Facts:
        found = self._hops.follow(link, self._facts.get(link))
        if found is None:
            raise KeyError(link)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def followed(facts: Facts, steps: Iterable[str], hops: Hops) -> dict[str, Any]:
    """The facts about a record with what its links lead to, as long as it holds them.

    `steps` are those by which paths lead there.
    """
    found = dict(facts)
    found |= dict.fromkeys(steps, Followed(found, hops))
    return found
