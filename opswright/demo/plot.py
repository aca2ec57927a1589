"""What happens to a demo dispute, step by step, before it has dates and words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from random import Random
from typing import Final

from opswright.demo.cases import Case
from opswright.demo.people import COLLEAGUES, Colleague, with_role

FEED: Final = "system"
"""Who brings the notices of the networks in, at any hour."""
FILING: Final = "hook:disputes.send_to_network"
DECISIONS: Final = "hook:disputes.refetch"


class Fate(StrEnum):
    """Where a dispute stands today: its state."""

    NEW = "new"
    GATHERING = "gathering"
    WAITING = "waiting_merchant"
    READY = "ready"
    SUBMITTED = "submitted"
    WON = "won"
    LOST = "lost"
    ACCEPTED = "accepted"


IN_HAND: Final = (Fate.NEW, Fate.GATHERING, Fate.WAITING, Fate.READY)
"""The states in which somebody has something to do."""


class What(StrEnum):
    """One kind of thing that happens."""

    NOTICE = "notice"
    ASSIGN = "assign"
    START = "start"
    ASK = "ask"
    ANSWER = "answer"
    EVIDENCE = "evidence"
    PREPARE = "prepare"
    SUBMIT = "submit"
    RECEIPT = "receipt"
    DECISION = "decision"
    ACCEPT = "accept"
    REMARK = "remark"
    SECOND_OPINION = "second_opinion"
    ECHO = "echo"


@dataclass(frozen=True, slots=True)
class Beat:
    """One thing that happens, by whom, and how long after the one before."""

    what: What
    actor: str
    after: timedelta = timedelta()
    owner: str = ""
    """Who gets the dispute, where it is given to somebody."""

    @property
    def by_program(self) -> bool:
        return self.actor in (FEED, FILING, DECISIONS)


_CONTESTED: Final = (Fate.READY, Fate.SUBMITTED, Fate.WON, Fate.LOST)
_WORKERS: Final = tuple(person for person in COLLEAGUES if person.share)
_EVIDENCE: Final = {Fate.SUBMITTED: 0.45, Fate.WON: 0.6, Fate.LOST: 0.25}
"""How often more than a rebuttal is gathered, where nothing demands it."""
_EXTERNAL: Final = frozenset(person.name for person in with_role("agent_external"))
_LARGE: Final = 500_000
"""Cents above which a loss is accepted by a lead or an approver only."""


def plot(random: Random, fate: Fate, case: Case) -> list[Beat]:
    """What happens to `case` until it stands where `fate` says."""
    beats = [Beat(What.NOTICE, FEED)]
    if fate is Fate.NEW:
        return [*beats, *_untouched(random)]
    owner = random.choices(_WORKERS, [person.share for person in _WORKERS])[0]
    first_touch = _hours(random.expovariate(1 / 9))
    beats.append(Beat(What.START, owner.name, first_touch, owner=owner.name))
    if fate is Fate.ACCEPTED:
        return [*beats, *_accepting(random, case, owner)]
    beats += _gathering(random, fate, case, owner)
    if fate in _CONTESTED:
        beats += _contesting(random, fate, owner)
    return beats


def _hours(number: float) -> timedelta:
    return timedelta(hours=number)


def _untouched(random: Random) -> Iterator[Beat]:
    if random.random() < 0.15:
        owner = random.choices(_WORKERS, [person.share for person in _WORKERS])[0].name
        lead = random.choice(with_role("lead")).name
        yield Beat(What.ASSIGN, lead, _hours(random.uniform(0.5, 6)), owner=owner)
    if random.random() < 0.12:
        yield _remark(random, random.choice(with_role("lead")).name, 3)


def _gathering(random: Random, fate: Fate, case: Case, owner: Colleague) -> Iterator[Beat]:
    if fate in IN_HAND and random.random() < 0.4:
        yield _remark(random, _colleague_of(random, owner), 5)
    if fate is Fate.WAITING or random.random() < 0.16:
        yield Beat(What.ASK, owner.name, _hours(random.uniform(0.3, 20)))
        if fate is Fate.WAITING:
            return
        yield Beat(What.ANSWER, owner.name, _hours(random.uniform(14, 96)))
    if fate is Fate.GATHERING and random.random() < 0.35:
        return
    if case.needs_proof or random.random() < _EVIDENCE.get(fate, 0.7):
        yield Beat(What.EVIDENCE, owner.name, _hours(random.uniform(0.2, 30)))


def _contesting(random: Random, fate: Fate, owner: Colleague) -> Iterator[Beat]:
    yield Beat(What.PREPARE, owner.name, _hours(random.uniform(0.2, 26)))
    if fate in IN_HAND or random.random() < 0.14:
        yield _remark(random, _colleague_of(random, owner), 4)
    if fate is Fate.READY:
        return
    sender = random.choice(with_role("analyst")) if owner.name in _EXTERNAL else owner
    yield Beat(What.SUBMIT, sender.name, _hours(random.uniform(0.1, 22)))
    yield Beat(What.RECEIPT, FILING, timedelta(seconds=2))
    if fate is Fate.SUBMITTED:
        return
    yield Beat(What.DECISION, DECISIONS, timedelta(days=random.uniform(14, 40)))
    if random.random() < 0.08:
        yield Beat(What.ECHO, _colleague_of(random, owner), _hours(random.uniform(0.2, 20)))


def _accepting(random: Random, case: Case, owner: Colleague) -> Iterator[Beat]:
    decides = owner.name
    if case.cents > _LARGE or owner.name in _EXTERNAL:
        yield Beat(What.SECOND_OPINION, owner.name, _hours(random.uniform(0.5, 5)))
        decides = random.choice((*with_role("approver"), *with_role("lead"))).name
    elif random.random() < 0.2:
        yield _remark(random, _colleague_of(random, owner), 8)
    yield Beat(What.ACCEPT, decides, _hours(random.uniform(0.5, 60)))


def _remark(random: Random, author: str, within: float) -> Beat:
    return Beat(What.REMARK, author, _hours(random.uniform(0.2, within)))


def _colleague_of(random: Random, owner: Colleague) -> str:
    """Somebody of the house who may comment: a lead or another analyst."""
    house = (*with_role("lead"), *with_role("analyst"))
    return random.choice([person for person in house if person.name != owner.name]).name
