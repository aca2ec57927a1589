"""What engineers write hooks with: `hook`, the decorators, and `Change`, what a hook is given.

    from opswright import Change, hook

    @hook.before("update", tool="disputes", form="dispute")
    def limits(change: Change) -> None:
        if change.record.get("win_likelihood", 0) > 100:
            change.refuse("A likelihood is at most 100", field="win_likelihood")

Only the standard library is imported here, so that a hook process starts fast and small.
"""

import inspect
import math
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple, TypeAlias, TypeVar

BeforeEvent: TypeAlias = Literal["create", "update", "transition", "delete"]
AfterEvent: TypeAlias = Literal["create", "update", "transition", "delete", "comment"]

_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_ACTION = re.compile(r"[a-z][a-z0-9_]{0,39}(\.[a-z][a-z0-9_]{0,39}){0,3}")
_DEEPEST: Final = 32
_JSON_SCALARS: Final = (str, bool, int, type(None))


class HookPoint(StrEnum):
    """Every moment at which a hook may run; nothing else can be hooked.

    A *before* hook runs inside the save, within 2 seconds, and may refuse or amend it; when
    it fails, the save is refused.  An *after* hook runs once the save is stored, from the
    outbox, at least once, with retries.  An *action* runs when somebody presses its button.
    *Choices* are asked for when a form is drawn or saved and the last answer has grown old.
    """

    BEFORE_CREATE = "before.create"
    BEFORE_UPDATE = "before.update"
    BEFORE_TRANSITION = "before.transition"
    BEFORE_DELETE = "before.delete"
    AFTER_CREATE = "after.create"
    AFTER_UPDATE = "after.update"
    AFTER_TRANSITION = "after.transition"
    AFTER_DELETE = "after.delete"
    AFTER_COMMENT = "after.comment"
    ACTION = "action"
    CHOICES = "choices"

    @property
    def moment(self) -> str:
        """`before`, `after`, `action` or `choices`."""
        return self.value.partition(".")[0]

    @property
    def event(self) -> str:
        """What happens to the record: `create`, `update`, `transition`, `delete`, `comment`, `action`; or `choices`."""
        return self.value.rpartition(".")[2]


class HookDeclarationError(TypeError):
    """A decorator that names something that does not exist, or a function that cannot be a hook."""


class HookUsageError(TypeError):
    """A hook asked for something that its moment or the value does not allow."""


class GiveUp(Exception):  # noqa: N818 - read as an order: raise GiveUp("account closed")
    """Raised in an after-hook: trying again is useless, keep the delivery as failed with this reason."""


class RetryLater(Exception):  # noqa: N818 - read as an order: raise RetryLater("busy", seconds=30)
    """Raised in an after-hook: try again, not before `seconds` from now."""

    def __init__(self, message: str, seconds: float) -> None:
        super().__init__(message)
        self.seconds = seconds


class Difference(NamedTuple):
    """One field before and after; `None` where it held nothing."""

    old: Any
    new: Any


class Refusal(NamedTuple):
    """Why a save may not be: a sentence for people, and the field that shows it (none: the form)."""

    message: str
    field: str | None = None


@dataclass(kw_only=True, slots=True)
class Change:
    """What happened to one record, and what the hook answers.

    Values are in their JSON form, as in the API: a decimal is text with its decimals
    (`"1234.50"`), money is `{"amount": "1234.50", "currency": "EUR"}`, a date is
    `"2026-11-24"`, a moment is `"2026-11-24T17:00:00Z"`, a choice is its key.  A field without
    a value is missing.  In a unit test make one by hand:
    `Change(point=HookPoint.BEFORE_UPDATE, tool="disputes", form="dispute", record={...})`.
    """

    point: HookPoint
    """When the hook runs; `event` is its second half."""
    tool: str
    """Key of the tool."""
    form: str
    """Key of the form that the record belongs to."""
    record: Mapping[str, Any]
    """The record as it will be (before) or as it is now (after), by field key; read-only: use `set`."""
    previous: Mapping[str, Any] | None = None
    """The record as it was; `None` when it is being created."""
    record_id: str = ""
    """The record's id as shown in addresses; empty in a before-create hook."""
    version: int = 0
    """The record's version that this change starts from (before) or made (after)."""
    actor: str = "system"
    """Who did it: a user's name, or `system`, `cli`, `hook:NAME`."""
    state: str | None = None
    """The workflow state the record will be in, or is in; `None` without a workflow."""
    previous_state: str | None = None
    """The workflow state it came from."""
    transition_name: str | None = None
    """Key of the transition being taken; `None` unless the event is `transition`."""
    comment_text: str | None = None
    """The comment that was written, or that came with the transition."""
    at: str = ""
    """When it happened, UTC, as `"2026-11-24T17:00:00Z"`."""
    attempt: int = 1
    """Which try of an after-hook this is; 1 at first."""
    idempotency_key: str = ""
    """The same in every try of one after-hook for one change: send it along with outside effects."""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    """What the action's spec passes to its hook (`with`)."""
    hook_name: str = ""
    """Name of the hook that is running."""
    refusals: list[Refusal] = field(default_factory=list)
    """What `refuse` collected."""
    values: dict[str, Any] = field(default_factory=dict)
    """What `set` collected, by field."""
    comments: list[str] = field(default_factory=list)
    """What `comment` collected."""
    next_transition: str | None = None
    """What `transition` asked for."""

    def __post_init__(self) -> None:
        self.point = HookPoint(self.point)
        self.record = MappingProxyType(dict(self.record))
        if self.previous is not None:
            self.previous = MappingProxyType(dict(self.previous))

    @property
    def event(self) -> str:
        """`create`, `update`, `transition`, `delete`, `comment` or `action`."""
        return self.point.event

    @property
    def changes(self) -> dict[str, Difference]:
        """The fields whose value differs, with their old and new value."""
        old, new = self.previous or {}, self.record
        keys = [*new, *(key for key in old if key not in new)]
        return {
            key: Difference(old.get(key), new.get(key))
            for key in keys
            if old.get(key) != new.get(key)
        }

    def refuse(self, message: str, field: str | None = None) -> None:
        """Refuse the save with a sentence for the person who pressed Save; may be called several times.

        The hook goes on, so that one save can show all its reasons; `return` to stop early.
        """
        if self.point.moment == "after":
            raise HookUsageError("an after-hook cannot refuse: the change is stored already")
        if not isinstance(message, str) or not message.strip():
            raise HookUsageError("refuse() takes the reason as a text that is not empty")
        self.refusals.append(Refusal(message, _checked_key(field) if field is not None else None))

    def set(self, field: str, value: Any) -> None:
        """Give `field` a value in its JSON form; `None` empties it.

        In a before-hook it becomes part of this save and is checked like what people type.  In
        an after-hook and an action it is a change of its own, made by `hook:NAME`.
        """
        key = _checked_key(field)
        if self.point is HookPoint.BEFORE_DELETE:
            raise HookUsageError("a before-delete hook cannot set values: the record goes away")
        problem = _json_problem(value)
        if problem:
            raise HookUsageError(f"set({key!r}): {problem}")
        self.values[key] = value
        updated = dict(self.record)
        if value is None:
            updated.pop(key, None)
        else:
            updated[key] = value
        self.record = MappingProxyType(updated)

    def comment(self, text: str) -> None:
        """Write a comment on the record's timeline, by `hook:NAME`."""
        self._needs_stored("comment")
        if not isinstance(text, str) or not text.strip():
            raise HookUsageError("comment() takes a text that is not empty")
        self.comments.append(text)

    def transition(self, name: str) -> None:
        """Take the transition with this key once the hook has ended, by `hook:NAME`."""
        self._needs_stored("transition")
        self.next_transition = _checked_key(name)

    def log(self, message: object) -> None:
        """Write a line to the server's log, under the hook's name."""
        sys.stderr.write(f"{self.hook_name or 'hook'}: {message}\n")
        sys.stderr.flush()

    def _needs_stored(self, what: str) -> None:
        if self.point.moment == "before":
            raise HookUsageError(
                f"a before-hook cannot {what}: nothing is stored yet; use an after-hook"
            )


@dataclass(frozen=True, kw_only=True, slots=True)
class Choosing:
    """Whose choices a function is asked for.

    It answers for everybody alike: who will choose is not told, since the answer is kept and
    shown to others.
    """

    tool: str
    """Key of the tool."""
    form: str
    """Key of the form."""
    field: str
    """Key of the field that offers the choices."""
    depends: tuple[str, ...] = ()
    """What the field of `dependsOn` holds, as its input writes it; empty where it holds nothing."""


HookFunction: TypeAlias = Callable[[Change], None]
Choice: TypeAlias = str | tuple[str, str] | Mapping[str, Any]
"""A key; a key and its title; or `{"key", "title", "color"}`, the colour one of those of a spec."""
ChoicesFunction: TypeAlias = Callable[[Choosing], Iterable[Choice]]
F = TypeVar("F", bound=HookFunction)
C = TypeVar("C", bound=ChoicesFunction)


@dataclass(frozen=True, slots=True)
class Declaration:
    """One decorated function at one point."""

    name: str
    """How the outbox, the log and `hook:NAME` call it: `module.function`, or the action's name."""
    point: HookPoint
    tool: str | None
    form: str | None
    transition: str | None
    function: HookFunction | ChoicesFunction
    file: str
    line: int
    parameters: Mapping[str, Any] | None = None
    """Of an action: the JSON Schema of its arguments; none: it takes any."""


class Hooks:
    """The decorators; `hook` is the one instance that engineers use."""

    def __init__(self) -> None:
        self._declared: list[Declaration] = []

    def before(
        self,
        event: BeforeEvent,
        *,
        tool: str | None = None,
        form: str | None = None,
        name: str | None = None,
    ) -> Callable[[F], F]:
        """Run inside the save, before it is stored; may `refuse` and `set`.

        Without `tool` (or `form`) it runs for all of them.  `name` is the key of the
        transition, for `"transition"` only.  Raises `HookDeclarationError` at import.
        """
        return self._at("before", event, tool, form, name)

    def after(
        self,
        event: AfterEvent,
        *,
        tool: str | None = None,
        form: str | None = None,
        name: str | None = None,
    ) -> Callable[[F], F]:
        """Run once the save is stored, at least once, with retries; may `set`, `comment`, `transition`.

        The arguments are those of `before`.  Raises `HookDeclarationError` at import.
        """
        return self._at("after", event, tool, form, name)

    def action(self, name: str, *, parameters: Mapping[str, Any] | None = None) -> Callable[[F], F]:
        """Run when somebody presses the button of an action of type `run_hook` that names `name`.

        `parameters` is the JSON Schema of the object that `change.arguments` will be: builders fill
        it in as a form, publishing checks what the spec passes, and so does each press.  Raises
        `HookDeclarationError` at import.
        """
        if parameters is not None:
            _check_parameters(name, parameters)
        if not isinstance(name, str) or not _ACTION.fullmatch(name):
            raise HookDeclarationError(
                f'{name!r} is no action name; write it like "disputes.refetch" (a-z, 0-9, _)'
            )

        def declare(function: F) -> F:
            located = _located(function)
            made = Declaration(name, HookPoint.ACTION, None, None, None, *located, parameters)
            self._add(made)
            return function

        return declare

    def choices(self, name: str) -> Callable[[C], C]:
        """Give the choices of fields whose spec says `"choices": {"hook": name}`.

        The function takes a `Choosing` and returns at most 2,000 choices, within 2 seconds; its
        answer is used again for as long as the field's `cache` says.  Where it fails, the last
        answer stays.  Raises `HookDeclarationError` at import.
        """
        if not isinstance(name, str) or not _ACTION.fullmatch(name):
            raise HookDeclarationError(
                f'{name!r} is no name of choices; write it like "fx.currencies" (a-z, 0-9, _)'
            )

        def declare(function: C) -> C:
            self._add(Declaration(name, HookPoint.CHOICES, None, None, None, *_located(function)))
            return function

        return declare

    def declared(self) -> tuple[Declaration, ...]:
        """All that was declared in this process, in the order of import."""
        return tuple(self._declared)

    def forget(self, declarations: Iterable[Declaration]) -> None:
        """Take declarations back: those of a module whose import failed half way."""
        gone = set(map(id, declarations))
        self._declared = [item for item in self._declared if id(item) not in gone]

    def _at(
        self, moment: str, event: str, tool: str | None, form: str | None, name: str | None
    ) -> Callable[[F], F]:
        point = _point(moment, event)
        for key in (tool, form, name):
            if key is not None:
                _declared_key(key)
        if form is not None and tool is None:
            raise HookDeclarationError(f'form="{form}" needs its tool: tool="…", form="{form}"')
        if name is not None and event != "transition":
            raise HookDeclarationError(f'name="{name}" belongs to "transition", not to "{event}"')

        def declare(function: F) -> F:
            checked, file, line = _located(function)
            module = function.__module__.rpartition(".")[2]
            self._add(
                Declaration(
                    f"{module}.{checked.__name__}", point, tool, form, name, function, file, line
                )
            )
            return function

        return declare

    def _add(self, new: Declaration) -> None:
        for index, known in enumerate(self._declared):
            if known.name != new.name:
                continue
            if (known.file, known.line) != (new.file, new.line):
                raise HookDeclarationError(
                    f"two hooks are called {new.name}: {known.file}:{known.line} "
                    f"and {new.file}:{new.line}; rename one"
                )
            if _place(known) == _place(new):  # the same module imported again
                self._declared[index] = new
                return
        self._declared.append(new)


def _check_parameters(name: str, schema: object) -> None:
    """Only its outermost shape: the server, which has a validator, judges the rest."""
    is_object = isinstance(schema, dict) and schema.get("type") == "object"
    if not is_object or not isinstance(schema.get("properties"), dict):  # type: ignore[attr-defined]
        raise HookDeclarationError(
            f"parameters of {name} is no JSON Schema of an object: "
            'write {"type": "object", "properties": {…}}'
        )
    problem = _json_problem(schema)
    if problem:
        raise HookDeclarationError(f"parameters of {name}: {problem}")


def _place(item: Declaration) -> tuple[str, str | None, str | None, str | None]:
    return (item.point, item.tool, item.form, item.transition)


def _point(moment: str, event: object) -> HookPoint:
    try:
        return HookPoint(f"{moment}.{event}")
    except ValueError:
        events = ", ".join(f'"{p.event}"' for p in HookPoint if p.moment == moment)
        raise HookDeclarationError(
            f"there is no {moment}-hook on {event!r}; {moment}-hooks run on {events}"
        ) from None


def _declared_key(key: object) -> None:
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise HookDeclarationError(
            f"{key!r} is no key; keys are small letters, digits and _, starting with a letter"
        )


def _located(function: Any) -> tuple[Any, str, int]:
    """The function, its file and line; raises `HookDeclarationError` where it cannot be a hook."""
    shown = getattr(function, "__qualname__", repr(function))
    if not inspect.isfunction(function):
        raise HookDeclarationError(f"{shown} is no function; a hook is a function of one argument")
    if inspect.iscoroutinefunction(function) or inspect.isgeneratorfunction(function):
        raise HookDeclarationError(f"{shown} is async or a generator; a hook is a plain function")
    try:
        inspect.signature(function).bind(None)
    except TypeError:
        raise HookDeclarationError(
            f"{shown}{inspect.signature(function)} must take one argument: def {function.__name__}"
            "(change: Change) -> None"
        ) from None
    return function, function.__code__.co_filename, function.__code__.co_firstlineno


def _checked_key(key: object) -> str:
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise HookUsageError(f"{key!r} is no key of a field or transition")
    return key


def _json_problem(value: Any, depth: int = 0) -> str | None:
    """Why `value` is no JSON value, in words; none where it is."""
    if isinstance(value, _JSON_SCALARS):
        return None
    if isinstance(value, float):
        return None if math.isfinite(value) else f"{value} is no number that JSON knows"
    if depth >= _DEEPEST:
        return f"more than {_DEEPEST} levels deep"
    if isinstance(value, list):
        parts = value
    elif isinstance(value, dict) and all(isinstance(key, str) for key in value):
        parts = list(value.values())
    else:
        return (
            f"{type(value).__name__} is no JSON value; write a decimal as text ('12.50'), "
            "a date as '2026-11-24', a moment as '2026-11-24T17:00:00Z'"
        )
    return next(filter(None, (_json_problem(part, depth + 1) for part in parts)), None)


hook: Final = Hooks()
"""The decorators `hook.before`, `hook.after` and `hook.action`."""
