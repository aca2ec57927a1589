"""What goes to a hook process and what comes back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from form_specs.model import JsonObject, JsonValue

HookContext: TypeAlias = Mapping[str, JsonValue]
"""One change as JSON, as the gate tells it and as the outbox keeps it.

`event`, `tool`, `form` and `record` must be there; `previous`, `record_id`, `version`, `actor`,
`state`, `previous_state`, `transition` (its key), `comment` (its text), `at`, `attempt`,
`idempotency_key` and `arguments` may be.  What hooks see of them stands at `opswright.Change`.
"""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a hook refuses a save: a sentence, and the field that shows it."""

    message: str
    field: str | None = None
    hook: str = ""


@dataclass(frozen=True, slots=True)
class HookAnswer:
    """What hooks asked for; the write gate checks and applies it."""

    refusals: tuple[Refusal, ...] = ()
    values: Mapping[str, JsonValue] = field(default_factory=dict)
    """New values by field key, in JSON form; `None` empties the field."""
    comments: tuple[str, ...] = ()
    transition: str | None = None
    """Key of the transition to take."""

    @property
    def empty(self) -> bool:
        return not (self.refusals or self.values or self.comments or self.transition)


@dataclass(frozen=True, slots=True)
class HookInfo:
    """One hook as found: for matching, for `doctor`, for builders who pick one."""

    name: str
    point: str
    """A value of `opswright.HookPoint`."""
    tool: str | None
    form: str | None
    transition: str | None
    qualified: str
    file: str
    line: int
    parameters: JsonObject | None = None
    """Of an action: the JSON Schema of its arguments; none: it takes any."""

    def fits(self, event: str, tool: str, form: str, transition: str | None) -> bool:
        """Whether the hook wants to hear of this event (its moment is not looked at)."""
        return (
            self.point.rpartition(".")[2] == event
            and self.tool in (None, tool)
            and self.form in (None, form)
            and self.transition in (None, transition)
        )


@dataclass(frozen=True, slots=True)
class HookProblem:
    """A module of hooks that could not be loaded; the others were."""

    module: str
    file: str
    line: int
    message: str


class HookFailed(Exception):  # noqa: N818 - the name the rest of the product knows it by
    """A hook raised, hung, died or answered nonsense.

    `hook` is its name, `reason` says in words what happened.  `final`: trying again is
    useless.  `retry_after`: not before that many seconds.
    """

    def __init__(
        self, hook: str, reason: str, *, final: bool = False, retry_after: float | None = None
    ) -> None:
        super().__init__(f"{hook}: {reason}")
        self.hook = hook
        self.reason = reason
        self.final = final
        self.retry_after = retry_after
