"""The choices that engineers' functions give: asked again when an answer has grown old, kept for all processes."""

import logging
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson
from sqlalchemy import Connection

from form_specs.choices import choice_of
from form_specs.conditions.binding import microseconds
from form_specs.language import _
from form_specs.model import Choice, FieldSpec
from runtime.compiling.form import CompiledForm
from runtime.hooks.answers import HookFailed
from runtime.hooks.runner import HookRunner
from runtime.storage import hook_choices
from runtime.storage.database import Database
from runtime.storage.errors import StorageError
from runtime.storage.hook_choices import StoredAnswer

log = logging.getLogger("opswright.choosing")

_REST_SECONDS: Final = 10.0
"""How long a function that failed is left alone, so that pages do not wait for it each time."""
_RAISED: Final = re.compile(r"raised \w+: (.+?)(?: \([^() ]+:\d+\))?", re.DOTALL)
_SECOND: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known of a function's choices: none where it never answered; `problem` says why it is old."""

    choices: tuple[Choice, ...] | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class _Asked:
    tool_id: int
    hook: str
    depends: str


class ChoiceAnswers:
    """Asks functions for choices and keeps their last good answers; threads share one."""

    def __init__(self, db: Database, hooks: HookRunner, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._hooks = hooks
        self._clock = clock
        self._asking: dict[_Asked, threading.Lock] = {}
        self._failed: dict[_Asked, tuple[float, str]] = {}
        self._guard = threading.Lock()

    def of(
        self,
        conn: Connection,
        form: CompiledForm,
        spec: FieldSpec,
        depends: tuple[str, ...],
        *,
        writing: bool = False,
    ) -> Answer:
        """The choices of a field, asked for now where the last answer is older than it may be.

        `writing`: `conn` is in a write transaction, which then keeps the answer.
        """
        assert spec.source is not None
        source = spec.source
        asked = _Asked(form.tool_id, source.hook, orjson.dumps(depends).decode())
        known = self._kept(conn, asked, source.keep_seconds)
        if isinstance(known, Answer):
            return known
        with self._lock(asked):
            known = self._kept(conn, asked, source.keep_seconds)
            if isinstance(known, Answer):
                return known
            context = {
                "tool": form.tool_key,
                "form": form.key,
                "field": spec.key,
                "depends": list(depends),
            }
            return self._fetched(conn if writing else None, asked, context, known)

    def _kept(self, conn: Connection, asked: _Asked, seconds: int) -> Answer | StoredAnswer | None:
        """The answer that still counts; else the old one, or none."""
        stored = hook_choices.load(conn, asked.tool_id, asked.hook, asked.depends)
        now = microseconds(self._clock())
        if stored is not None and now - stored.fetched_at < seconds * _SECOND:
            return Answer(_choices(stored.choices))
        failed = self._failed.get(asked)
        if failed is not None and time.monotonic() < failed[0]:
            return _old(stored, failed[1])
        return stored

    def _fetched(
        self,
        conn: Connection | None,
        asked: _Asked,
        context: dict[str, Any],
        stored: StoredAnswer | None,
    ) -> Answer:
        try:
            raw = self._hooks.choices(asked.hook, context)
        except HookFailed as failure:
            log.warning("choices of %s: %s", failure.hook, failure.reason)
            self._failed[asked] = (time.monotonic() + _REST_SECONDS, failure.reason)
            return _old(stored, failure.reason)
        self._failed.pop(asked, None)
        self._keep(conn, asked, StoredAnswer(raw, microseconds(self._clock())))
        return Answer(_choices(raw))

    def _keep(self, conn: Connection | None, asked: _Asked, answer: StoredAnswer) -> None:
        key = (asked.tool_id, asked.hook, asked.depends)
        if conn is not None:
            hook_choices.save(conn, *key, answer)
            return
        try:
            with self._db.write() as own:
                hook_choices.save(own, *key, answer)
        except StorageError as error:
            # The answer is good for this page; the next one asks again.
            log.warning("an answer of %s was not kept: %s", asked.hook, error)

    def _lock(self, asked: _Asked) -> threading.Lock:
        with self._guard:
            if len(self._asking) > 1000:
                self._asking.clear()
                self._failed.clear()
            return self._asking.setdefault(asked, threading.Lock())


def _choices(raw: list[dict[str, Any]]) -> tuple[Choice, ...]:
    return tuple(map(choice_of, raw))


def _plain(reason: str) -> str:
    """What the function itself said, without the names of its code: those stand in the log."""
    raised = _RAISED.fullmatch(reason)
    return raised[1] if raised else reason


def _old(stored: StoredAnswer | None, reason: str) -> Answer:
    if stored is None:
        return Answer(
            None,
            _(
                "The choices cannot be fetched now (%(reason)s). Try again in a moment",
                reason=_plain(reason),
            ),
        )
    return Answer(_choices(stored.choices), _("The choices could not be fetched anew"))
