"""Plays the stories of the demo through the write gate, in the order in which they happened.

Nothing is written past the gate: each step is made by the person whose step it is, with that
person's rights, at its own moment of the past, and judged by the same rules, guards and
before-hook as a change of today.
"""

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from random import Random
from typing import Any, Final

from opswright import Change, HookPoint
from opswright.demo.accounts import TOOL, persons
from opswright.demo.hooks.disputes import weigh_evidence
from opswright.demo.merchants import make_merchants
from opswright.demo.papers import Paper, make_papers
from opswright.demo.story import Step, Story, Verb, draw_fates, tell
from runtime.access import Access, FormAccess, program
from runtime.compiling.tool import CompiledTool
from runtime.gate import Gate, Origin, Outcome, Upload
from runtime.hooks.answers import HookAnswer, HookContext, Refusal
from runtime.hooks.runner import HookRunner
from runtime.services import Services
from runtime.storage.record_writer import RecordWriter

FORM: Final = "dispute"
_TELL_EVERY: Final = 3_000
"""Steps between two words on how far it is."""


def make_stories(seed: int, records: int, now: datetime) -> list[Story]:
    """The stories of `records` disputes: the same for the same seed and moment."""
    random = Random(seed)  # noqa: S311 - sample data, repeatable on purpose
    merchants = make_merchants(random)
    papers = make_papers(random)
    # A few merchants have most of the disputes, as everywhere.
    weights = [1 / (place + 8) for place in range(len(merchants))]
    fates = draw_fates(random, records)
    random.shuffle(fates)
    chosen = random.choices(merchants, weights, k=records)
    return [
        tell(random, fate, merchant, papers, now)
        for fate, merchant in zip(fates, chosen, strict=True)
    ]


class OwnHooks(HookRunner):
    """The demo's before-hook, run in this process: a child would take a minute for all the steps.

    After-hooks are no business of the past: their answers are part of the stories.
    """

    def __init__(self) -> None:
        super().__init__(modules=())

    def has_before(self, event: str, tool: str, form: str, name: str | None = None) -> bool:
        # Other transitions bring no evidence: the hook would find nothing to set.
        return event in ("create", "update") or name == "prepare"

    def before(self, context: HookContext) -> HookAnswer:
        record: Any = context["record"]
        point = HookPoint(f"before.{context['event']}")
        change = Change(point=point, tool=TOOL, form=FORM, record=record)
        weigh_evidence(change)
        refusals = tuple(Refusal(item.message, item.field) for item in change.refusals)
        return HookAnswer(refusals=refusals, values=change.values)

    def matching_after(
        self, event: str, tool: str, form: str, name: str | None = None
    ) -> list[str]:
        return []


class Clock:
    """Tells the gate the moment of the step that is being played."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@dataclass
class _Told:
    """A record while its story is played."""

    record_id: int = 0
    version: int = 0

    def after(self, outcome: Outcome) -> None:
        self.record_id, self.version = outcome.record_id, outcome.version


@dataclass
class Player:
    """Plays steps; one for one seeding."""

    services: Services
    tool: CompiledTool
    now: datetime
    papers: dict[str, Upload] = field(default_factory=dict)

    def __post_init__(self) -> None:
        services = self.services
        self._clock = Clock(self.now)
        writer = RecordWriter(services.db, services.ids, services.audit_key)
        self._gate = Gate(services.db, writer, services.ids, OwnHooks(), self._clock)
        self._persons = persons()
        self._accesses: dict[str, FormAccess] = {}
        self._fields = self.tool.forms[FORM].fields

    def play(self, stories: list[Story], progress: Callable[[int, int], None]) -> None:
        """Plays all stories at once, step by step in order of time; tells how far it is.

        In one transaction: whoever stops it half way finds nothing of it, and may start again.
        """
        told = [_Told() for _ in stories]
        steps = sorted(
            ((step.at, index, step) for index, story in enumerate(stories) for step in story),
            key=lambda item: item[:2],
        )
        with self._gate.transaction():
            for done, (_, index, step) in enumerate(steps, 1):
                self._play(step, told[index])
                if done % _TELL_EVERY == 0:
                    progress(done, len(steps))

    def _play(self, step: Step, told: _Told) -> None:
        self._clock.now = step.at
        access = self._access(step.actor, step.at)
        told.after(_VERBS[step.verb](self, access, step, told))

    def _access(self, actor: str, at: datetime) -> FormAccess:
        """The person's access at that moment; what does not depend on it is worked out once."""
        known = self._accesses.get(actor)
        if known is None:
            known = self._accesses[actor] = self._access_of(actor)
        access = copy(known)
        access.now = at
        return access

    def _access_of(self, actor: str) -> FormAccess:
        person = self._persons.get(actor) or program(actor)
        access = Access(person).form(self.tool, FORM)
        if access is None or not access.fields:
            raise LookupError(f"{actor} has no role in {TOOL}")
        return access

    def _typed(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {key: self._fields[key].parse(value) for key, value in values.items()}

    def _create(self, access: FormAccess, step: Step, _told: _Told) -> Outcome:
        return self._gate.create(access, self._typed(step.values), Origin("api"))

    def _edit(self, access: FormAccess, step: Step, told: _Told) -> Outcome:
        files = {"evidence_files": [self._upload(paper) for paper in step.papers]}
        return self._gate.update(
            access,
            told.record_id,
            self._typed(step.values),
            _origin(access),
            version=told.version,
            uploads=files if step.papers else None,
        )

    def _move(self, access: FormAccess, step: Step, told: _Told) -> Outcome:
        return self._gate.transition(
            access,
            told.record_id,
            step.transition,
            _origin(access),
            values=self._typed(step.values),
            comment=step.text or None,
        )

    def _comment(self, access: FormAccess, step: Step, told: _Told) -> Outcome:
        return self._gate.comment(access, told.record_id, step.text, _origin(access))

    def _upload(self, paper: Paper) -> Upload:
        """The paper as an upload; its bytes are stored when it is first used."""
        known = self.papers.get(paper.name)
        if known is None:
            known = self.papers[paper.name] = self._stored(paper)
        return known

    def _stored(self, paper: Paper) -> Upload:
        stored = self.services.files.write(BytesIO(paper.content), limit=len(paper.content))
        return Upload(paper.name, stored.sha256, stored.size, paper.mime)


_VERBS: Final[Mapping[Verb, Callable[[Player, FormAccess, Step, _Told], Outcome]]] = {
    Verb.CREATE: Player._create,
    Verb.EDIT: Player._edit,
    Verb.MOVE: Player._move,
    Verb.COMMENT: Player._comment,
}


def _origin(access: FormAccess) -> Origin:
    return Origin("hook" if access.person.is_program else "page")
