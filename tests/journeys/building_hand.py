"""The hands of somebody who builds a tool: each does one thing through the controls of a page.

What is wanted comes in as the document says it; the hands only know where on the pages it is said.
Whatever says so already is left alone, so that a page that lacks a control fails by its name.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Locator, Page

_ANSWERED = """control => { window.answered = new Promise((done, failed) => {
  const heard = ({ detail }) => {
    if (detail.sent !== control.form.id) return;
    document.removeEventListener("bench:changed", heard);
    done();
  };
  document.addEventListener("bench:changed", heard);
  setTimeout(() => failed(new Error(`no answer to ${control.form.id}`)), 20_000);
}); }"""


class Hand:
    """Somebody at the bench of one tool."""

    def __init__(self, page: Page, tool: str) -> None:
        self.page = page
        self.root = f"/build/{tool}/"
        self.edits = 0

    def open(self, path: str, **query: Any) -> None:
        """Goes to a page of the bench by its address."""
        asked = f"?{urlencode(query, doseq=True)}" if query else ""
        self.page.goto(f"{self.root}{path}{asked}", wait_until="commit")
        self.page.wait_for_selector("html.js #bench-section", state="attached")

    def unfold(self, selector: str) -> None:
        """Opens what is folded in a part of the page."""
        folded = self.page.locator(f"{selector} details:not([data-menu])")
        folded.evaluate_all("all => { for (const each of all) each.open = true; }")

    def edit(self, control: Locator, act: Callable[[], Any]) -> None:
        """Does something with a control and waits until the page shows what came of it."""
        control.evaluate(_ANSWERED)
        act()
        self.page.evaluate("window.answered")
        self.edits += 1

    def press(self, selector: str) -> None:
        """Presses a button that edits, and stays on the page."""
        button = self.page.locator(selector).first
        self.edit(button, lambda: button.evaluate("button => button.click()"))

    def follow(self, selector: str, below: str) -> None:
        """Presses a button that adds something and leads to its page."""
        self.page.locator(selector).first.click()
        self.page.wait_for_url(f"**{self.root}{below}")
        self.page.wait_for_selector("html.js #bench-section", state="attached")
        self.edits += 1

    def leave(self, selector: str) -> None:
        """Presses a button that takes away what the page is about."""
        with self.page.expect_navigation():
            self.page.locator(selector).first.evaluate("button => button.click()")
        self.edits += 1

    def write(self, selector: str, text: str) -> None:
        """Writes into an input, leaves it, and waits for the answer; not where it says so already."""
        found = self.page.locator(selector)
        if found.input_value() != text:
            self.edit(found, lambda: (found.fill(text), found.blur()))

    def choose(self, selector: str, value: str) -> None:
        """Chooses from a list."""
        found = self.page.locator(selector)
        if found.input_value() != value:
            self.edit(found, lambda: found.select_option(value))

    def tick(self, selector: str, wanted: bool = True) -> None:
        """Ticks a box, or takes its tick away."""
        self._tick(self.page.locator(selector), wanted)

    def tick_all(self, boxes: str, wanted: Iterable[str]) -> None:
        """Of some boxes, leaves those ticked that are wanted."""
        known = set(wanted)
        states = self.page.locator(boxes).evaluate_all(
            "all => all.map(box => [box.value, box.checked])"
        )
        for value, checked in states:
            if checked != (value in known):
                self._tick(self.page.locator(f'{boxes}[value="{value}"]'), not checked)

    def _tick(self, box: Locator, wanted: bool) -> None:
        if box.is_checked() != wanted:
            self.edit(box, lambda: box.evaluate("box => box.click()"))

    def formula(self, at: str, text: str, result: str) -> None:
        """Writes a formula on its page, says what the field holds, and keeps both."""
        self.open("formula/", at=at)
        self.page.locator("#formula-result").select_option(result)
        editor = self.page.locator(".cm-content")
        editor.focus()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(text)
        self.edit(
            self.page.locator("#formula-text"), lambda: self.page.keyboard.press("ControlOrMeta+s")
        )

    # -- conditions ----------------------------------------------------------------------------

    def condition(self, at: str, wanted: Mapping[str, Any], form: str = "condition") -> None:
        """Builds a condition on its page, row by row."""
        self.open("condition/", at=at)
        _Rows(self, form).group("r", wanted)


class _Rows:
    """The rows of the editor of conditions."""

    def __init__(self, hand: Hand, form: str) -> None:
        self.hand = hand
        self.form = form

    def _id(self, kind: str, name: str) -> str:
        return f"#{self.form}-{kind}-{name.replace('.', '-').replace(':', '-')}"

    def _field(self, name: str) -> str:
        return f"#{self.form}-{name.replace('.', '-')}-field"

    def group(self, name: str, wanted: Mapping[str, Any]) -> None:
        """Makes a group say what is wanted, from nothing or from one row."""
        join, parts = _joined(wanted)
        there = self.hand.page.locator(f"{self._id('parts', name)} > .logic-parts > li").count()
        for number, part in enumerate(parts):
            row = f"{name}.{number}"
            if number >= there:
                kind = "group" if len(_joined(part)[1]) > 1 or "not" in part else "add"
                self.hand.press(self._id(kind, name))
            if number == 1:
                self.join(name, join)
            if len(_joined(part)[1]) > 1 or "not" in part:
                self.group(row, part)
            else:
                self.row(row, part)
        if len(parts) == 1 and join != "all":
            self.join(name, join)

    def join(self, name: str, join: str) -> None:
        self.hand.choose(self._id("join", name), join)

    def row(self, name: str, wanted: Mapping[str, Any]) -> None:
        """Makes a row say one comparison, or one test of who asks."""
        if "user" in wanted:
            ((what, who),) = wanted["user"].items()
            self.hand.choose(self._field(name), f"user:{what}")
            return self.value(f"{name}:0", "eq", who)
        self.hand.choose(self._field(name), wanted["field"])
        self.hand.choose(self._id("op", name), wanted["op"])
        if "value" in wanted:
            self.value(f"{name}:0", wanted["op"], wanted["value"])
        return None

    def value(self, name: str, op: str, wanted: Any) -> None:
        """Makes a row compare with a value, another field, or a moment."""
        source, moved = _source(wanted)
        selector = self._id("value", name)
        if source != "value":
            self.hand.choose(self._id("source", name), source)
        if source == "field":
            self.hand.choose(f"{selector}-other", wanted["field"])
        elif source in ("today", "now"):
            for unit, amount in moved.items():
                self.hand.write(f"{selector}-amount", str(amount))
                self.hand.choose(self._id("unit", name), unit)
        elif source == "value" and op in ("in", "not_in"):
            self.hand.tick_all(f"[name='value@{name}']", wanted)
        elif source == "value":
            self._plain(selector, str(wanted))

    def _plain(self, selector: str, wanted: str) -> None:
        chosen = self.hand.page.locator(selector).evaluate("input => input.tagName === 'SELECT'")
        (self.hand.choose if chosen else self.hand.write)(selector, wanted)


def _joined(wanted: Mapping[str, Any]) -> tuple[str, Sequence[Mapping[str, Any]]]:
    """How the parts of a condition are joined, and the parts; one alone is its own part."""
    if "not" in wanted:
        inner = wanted["not"]
        return "not any", inner.get("any", [inner])
    for join in ("all", "any"):
        if join in wanted:
            return join, wanted[join]
    return "all", [wanted]


def _source(wanted: Any) -> tuple[str, Mapping[str, Any]]:
    if not isinstance(wanted, Mapping):
        return "value", {}
    if "user" in wanted:
        return "me", {}
    name = next(iter(wanted))
    return name, wanted[name] if isinstance(wanted[name], Mapping) else {}
