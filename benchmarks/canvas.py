"""The form editor: one edit of a form of a hundred fields, beside drawing its canvas once."""

import gzip
import re
from collections.abc import Callable
from html import unescape
from itertools import cycle
from pathlib import Path
from typing import Final

from benchmarks.form import Door, form_tool, served, token_in
from benchmarks.store import PASSWORD, Store
from benchmarks.timing import Row, alternating
from opswright.application import create_app
from runtime.access import BUILDER, EVERY_TOOL
from runtime.accounts import Joining

_WHO: Final = "bo"
_FIELDS, _CONDITIONS = 100, 30
_KEY: Final = "of100"
_CANVAS: Final = f"/build/{_KEY}/forms/form/"
_FIELD: Final = f"{_CANVAS}?at=/fields/f1"
_TIMES, _BYTES = 2.0, 60_000
"""At most so many times a drawing; at most so many bytes as they are sent."""

Ask = Callable[[], tuple[int, str]]


def measure(folder: Path, rounds: int, port: int) -> list[Row]:
    """The ratios on SQLite; how many records there are plays no part in them."""
    with Store(folder).opened() as services:
        services.published.publish(form_tool(_KEY, _FIELDS, _CONDITIONS), by="benchmark")
        roles = ((EVERY_TOOL, BUILDER),)
        services.accounts.add(Joining(_WHO, PASSWORD, title="Bo Builder", roles=roles))
        with served(create_app(services), port):
            return _measured(_signed_in(port), rounds)


def _signed_in(port: int) -> Door:
    door = Door(port)
    token = token_in(door.ask("/sign-in")[1])
    door.ask("/sign-in", {"csrf_token": token, "name": _WHO, "password": PASSWORD})
    return door


def _measured(door: Door, rounds: int) -> list[Row]:
    renamed = _renaming(door)
    status, answer = renamed()
    if status != 200 or "<hx-partial" not in answer:
        raise RuntimeError(f"the edit was answered with {status}")
    sent = len(gzip.compress(answer.encode(), 6))
    times = alternating({"edit": renamed, "draw": door.ready(_CANVAS)}, rounds)
    size = f"{_FIELDS} fields"
    return [
        Row.compared(
            f"An edit on the canvas of a form, {size}",
            *("sqlite", times["edit"], times["draw"]),
            at_most=_TIMES,
            name="drawing it once",
        ),
        Row.limited("What an edit answers, compressed", "sqlite", sent / 1000, _BYTES / 1000, "kB"),
    ]


def _renaming(door: Door) -> Ask:
    """The field gets another title each time, by the inspector's own form."""
    titles = cycle(("One title", "Another title"))

    def renamed() -> tuple[int, str]:
        form = [(name, next(titles) if name == "value" else value) for name, value in inputs]
        return door.ask(f"/build/{_KEY}/edit", form)

    inputs = _title_form(door.ask(_FIELD)[1])
    return renamed


def _title_form(html: str) -> list[tuple[str, str]]:
    """What the form sends in which the title of a field is changed."""
    at = html.index('name="name" value="/title"')
    form = html[html.rindex("<form", 0, at) : html.index("</form>", at)]
    inputs = re.findall(r"<input[^>]*>", form)
    found = [(_said(each, "name"), unescape(_said(each, "value"))) for each in inputs]
    return [(name, value) for name, value in found if name]


def _said(tag: str, attribute: str) -> str:
    found = re.search(rf'\b{attribute}="([^"]*)"', tag)
    return found[1] if found else ""
