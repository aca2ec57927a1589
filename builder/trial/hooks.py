"""Hooks while a draft is tried: none is run, and it is told which would have been.

Only functions that offer choices are asked: they are told of no record, and answer what forms show.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from flask import Response, flash, g, has_request_context

from form_specs.conditions.binding import microseconds
from form_specs.language import _, counted
from runtime.hooks.answers import HookAnswer, HookContext, HookInfo, HookProblem
from runtime.hooks.runner import HookRunner
from runtime.storage import outbox
from runtime.storage.ids import decode_id, encode_id
from runtime.storage.outbox import NewDelivery
from runtime.web.site.context import current_services
from runtime.web.site.htmx import told_too, wants_fragment

Told = tuple[str, str, HookContext]
"""Where it would have run (`before` or `action`), which hook, and what it would have been told."""
_NOTHING: Final = HookAnswer()


class NotedHooks(HookRunner):
    """Knows the hooks of the product and runs none of them."""

    def __init__(self, real: HookRunner) -> None:
        super().__init__(modules=())
        self._real = real

    def hooks(self) -> tuple[HookInfo, ...]:
        return self._real.hooks()

    def problems(self) -> tuple[HookProblem, ...]:
        return ()

    def missing(self) -> tuple[HookInfo, ...]:
        return ()

    def before(self, context: HookContext) -> HookAnswer:
        transition = context.get("transition")
        where = (str(context["event"]), str(context["tool"]), str(context["form"]))
        for name in self.matching_before(*where, str(transition) if transition else None):
            _note("before", name, context)
        return _NOTHING

    def action(self, name: str, context: HookContext) -> HookAnswer:
        _note("action", name, context)
        return _NOTHING

    def choices(self, name: str, context: HookContext) -> list[dict[str, object]]:
        return self._real.choices(name, context)


def unasked_words(hooks: HookRunner, tool: str, below: str) -> str:
    """Which hooks would be asked first about what the page at an address does; empty: none."""
    parts = below.strip("/").split("/")
    if parts[2:3] != ["f"] or len(parts) < 5:
        return ""
    form, record, *act = parts[3:]
    event, name = "create" if record == "new" else "update", None
    if act[:1] == ["transitions"] and len(act) > 1:
        event, name = "transition", act[1]
    elif act[:1] == ["delete"]:
        event = "delete"
    names = hooks.matching_before(event, tool, form, name)
    if not names:
        return ""
    return _(
        "At work %(hooks)s would be asked first and might refuse it or change what was entered; "
        "in a preview no hook is asked.",
        hooks=", ".join(f"“{hook}”" for hook in names),
    )


def _note(point: str, name: str, context: HookContext) -> None:
    if has_request_context():
        g.setdefault("told", []).append((point, name, context))


def owe(deliveries: Iterable[int]) -> None:
    """Notes after-hooks that would hear of what was saved; what they would be told stands in the outbox."""
    if has_request_context():
        g.owed = g.get("owed", 0) + len([*deliveries])


def tell(response: Response) -> Response:
    """Says what was not run, and keeps it with what after-hooks would be told."""
    told: list[Told] = g.get("told", [])
    if told:
        _keep(told)
    if number := len(told) + g.get("owed", 0):
        text = counted(
            "One hook was not run: this is a preview",
            "%(num)s hooks were not run: this is a preview",
            number,
        )
        if asked := dict.fromkeys(name for point, name, _context in told if point == "before"):
            named = ", ".join(f"“{name}”" for name in asked)
            text = f"{text}. " + _(
                "At work %(hooks)s might have refused it or changed it", hooks=named
            )
        # What is swapped into a page says so itself; else the next page does.
        if wants_fragment() and "HX-Redirect" not in response.headers:
            told_too(response, text)
        else:
            flash(text, "info")
    return response


def _keep(told: Iterable[Told]) -> None:
    services, now = current_services(), microseconds(datetime.now(UTC))
    with services.db.write() as conn:
        tools = services.published.tools(conn)
        forms = {
            (tool.key, key): form.form_id for tool in tools for key, form in tool.forms.items()
        }
        outbox.enqueue_all(conn, [_row(services.ids.next(), forms, *one) for one in told], now)


def _row(
    number: int, forms: dict[tuple[str, str], int], point: str, name: str, context: HookContext
) -> NewDelivery:
    record, tool = context.get("record_id"), str(context["tool"])
    return NewDelivery(
        id=number,
        event_seq=number,
        tool=tool,
        form_id=forms[tool, str(context["form"])],
        record_id=decode_id(str(record)) if record else 0,
        hook=name,
        payload={**context, "point": point},
        idempotency_key=encode_id(number),
    )
