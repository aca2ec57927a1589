"""The life of each demo dispute, told as steps: who did what, when, before any of it is stored.

Everything is drawn from one `Random`, so the same seed and the same moment tell the same
stories.  A story is plotted (what happens, how long after what came before), then dated
backwards from its last step, so that open work was touched lately, and only then filled with
facts and words.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from random import Random
from typing import Any, Final, TypeAlias

from opswright.demo import texts
from opswright.demo.cases import Case, evidence, notice, statement
from opswright.demo.merchants import Merchant
from opswright.demo.papers import Paper
from opswright.demo.plot import IN_HAND, Beat, Fate, What, plot
from opswright.demo.timing import dated, deadline


class Verb(StrEnum):
    """What a step does to the record."""

    CREATE = "create"
    EDIT = "edit"
    MOVE = "move"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that somebody does with a dispute."""

    verb: Verb
    actor: str
    at: datetime
    values: Mapping[str, Any] = field(default_factory=dict)
    """Fields in their JSON form."""
    transition: str = ""
    text: str = ""
    """The comment, or the one that goes with the transition."""
    papers: tuple[Paper, ...] = ()


@dataclass(frozen=True, slots=True)
class _Scene:
    """What a step is filled from."""

    random: Random
    case: Case
    fate: Fate
    beat: Beat
    at: datetime
    opened: datetime
    due_by: datetime
    papers: Sequence[Paper]

    def step(self, verb: Verb, **rest: Any) -> Step:
        return Step(verb, self.beat.actor, self.at, **rest)


Story: TypeAlias = tuple[Step, ...]

_FAVOUR: Final[Mapping[Fate, float]] = {Fate.WON: 0.8, Fate.LOST: 0.2, Fate.ACCEPTED: 0.1}
"""How well a dispute looks from the start, where its end is known: nobody wins by chance."""


def draw_fates(random: Random, count: int) -> list[Fate]:
    """A fate for each of `count` disputes: a queue of workable size, the rest closed."""
    in_hand = min(130, max(4, count // 6))
    with_network = min(260, max(2, count // 10))
    fates = random.choices(IN_HAND, (30, 38, 20, 12), k=in_hand)
    fates[: len(IN_HAND)] = IN_HAND
    fates += [Fate.SUBMITTED] * with_network
    closed = (Fate.WON, Fate.LOST, Fate.ACCEPTED)
    fates += random.choices(closed, (28, 31, 41), k=max(0, count - len(fates)))
    return fates[:count]


def tell(
    random: Random, fate: Fate, merchant: Merchant, papers: Sequence[Paper], now: datetime
) -> Story:
    """The whole story of one dispute that ends in `fate`, in order of time and before `now`."""
    # Large ones take longer, so there are more of them in hand than their share.
    case = Case.draw(random, merchant, large=0.11 if fate in IN_HAND else 0.045)
    beats = plot(random, fate, case)
    moments = dated(random, fate, beats, now)
    due_by = deadline(random, fate, beats, moments, now)
    scenes = (
        _Scene(random, case, fate, beat, at, moments[0], due_by, papers)
        for beat, at in zip(beats, moments, strict=True)
    )
    return tuple(_FILLED[scene.beat.what](scene) for scene in scenes)


def _notice(scene: _Scene) -> Step:
    favour = _FAVOUR.get(scene.fate, 0.5)
    values = notice(scene.random, scene.case, scene.opened, scene.due_by, favour)
    return scene.step(Verb.CREATE, values=values)


def _assign(scene: _Scene) -> Step:
    return scene.step(Verb.EDIT, values={"owner": scene.beat.owner})


def _start(scene: _Scene) -> Step:
    return scene.step(Verb.MOVE, values={"owner": scene.beat.owner}, transition="start")


def _ask(scene: _Scene) -> Step:
    return scene.step(Verb.MOVE, transition="ask_merchant", text=texts.question(scene.random))


def _answer(scene: _Scene) -> Step:
    return scene.step(Verb.MOVE, transition="resume", text=texts.answer(scene.random))


def _evidence(scene: _Scene) -> Step:
    values = evidence(scene.random, scene.case, scene.opened, scene.at)
    papers = scene.case.fitting(scene.random, scene.papers)
    return scene.step(Verb.EDIT, values=values, papers=papers)


def _prepare(scene: _Scene) -> Step:
    values = statement(scene.random, scene.case, scene.opened)
    return scene.step(Verb.MOVE, values=values, transition="prepare")


def _submit(scene: _Scene) -> Step:
    return scene.step(Verb.MOVE, transition="submit")


def _receipt(scene: _Scene) -> Step:
    code = {"visa": "VROL", "mastercard": "MCOM", "amex": "AXDR"}.get(scene.case.network, "CARD")
    reference = f"{code}-{scene.random.getrandbits(40):010X}"
    return scene.step(Verb.EDIT, values={"network_reference": reference})


def _decision(scene: _Scene) -> Step:
    return scene.step(
        Verb.MOVE,
        values={"outcome": scene.fate.value},
        transition=f"resolve_{scene.fate}",
        text=f"The network decided: {scene.fate}.",
    )


def _accept(scene: _Scene) -> Step:
    reason = texts.accept_reason(scene.random)
    values = {"decision": "accept", "accept_reason": reason}
    return scene.step(Verb.MOVE, values=values, transition="accept")


def _remark(scene: _Scene) -> Step:
    return scene.step(Verb.COMMENT, text=texts.remark(scene.random))


def _echo(scene: _Scene) -> Step:
    return scene.step(Verb.COMMENT, text=texts.echo(scene.random, won=scene.fate is Fate.WON))


def _second_opinion(scene: _Scene) -> Step:
    return scene.step(Verb.COMMENT, text=texts.second_opinion(scene.random))


_FILLED: Final[Mapping[What, Callable[[_Scene], Step]]] = {
    What.NOTICE: _notice,
    What.ASSIGN: _assign,
    What.START: _start,
    What.ASK: _ask,
    What.ANSWER: _answer,
    What.EVIDENCE: _evidence,
    What.PREPARE: _prepare,
    What.SUBMIT: _submit,
    What.RECEIPT: _receipt,
    What.DECISION: _decision,
    What.ACCEPT: _accept,
    What.REMARK: _remark,
    What.SECOND_OPINION: _second_opinion,
    What.ECHO: _echo,
}
