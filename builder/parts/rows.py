"""The parts of one kind as rows of a page: views, actions, lists."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from builder.bench import Bench
from form_specs.checks.raw import objects, text
from form_specs.editing import Address, names_of
from form_specs.language import _
from form_specs.uses import all_uses

KINDS: Final = {"views": "view", "actions": "action", "lists": "list", "tests": "test"}
"""What a part of each list of the document is called where its uses are found."""


@dataclass(frozen=True, slots=True)
class PartRow:
    """One part: what it is, where it is changed, what goes with it."""

    name: str
    """By which commands find it."""
    title: str
    form: str
    words: str
    url: str
    errors: int
    uses: Sequence[str]
    """What else names it, in words."""
    first: bool
    last: bool


def form_titles(bench: Bench) -> dict[str, str]:
    """What the forms of a tool are called, by key."""
    forms = (form for _at, form in objects(bench.document, "forms", ""))
    return {key: text(form, "title") or key for form in forms if (key := text(form, "key"))}


def part_rows(
    bench: Bench, kind: str, words: Callable[[Bench, Mapping[str, Any]], str]
) -> list[PartRow]:
    """The parts in the order of the document."""
    raw = bench.document.get(kind)
    found = raw if isinstance(raw, list) else []
    forms, uses = form_titles(bench), _uses(bench, kind)
    rows = []
    for number, (name, part) in enumerate(zip(names_of(found), found, strict=True)):
        known = part if isinstance(part, Mapping) else {}
        form = text(known, "form") or ""
        problems = bench.examined.problems_at(kind, name)
        rows.append(
            PartRow(
                name,
                text(known, "title") or text(known, "key") or _("Something unreadable"),
                forms.get(form, form),
                words(bench, known),
                bench.url_of((kind, name)),
                sum(problem.is_error for problem in problems),
                [*uses.get(text(known, "key") or "", ())],
                first=number == 0,
                last=number == len(found) - 1,
            )
        )
    return rows


def place_in(kind: str, at: Address, marked: Collection[str]) -> str | None:
    """Where in the section of a kind a part is changed; `marked` are the members with a place of their own."""
    if at[:1] != (kind,):
        return None
    if len(at) == 1:
        return ""
    if "/" in at[1]:
        return None  # no address can hold it: such a key is put right in the text
    part = at[2] if len(at) > 2 else ""
    return quote(at[1], safe="") + (f"#part-{part}" if part in marked else "")


def _uses(bench: Bench, kind: str) -> dict[str, dict[str, None]]:
    """Where the parts of a kind are used, in words, each said once, by key."""
    found: dict[str, dict[str, None]] = {}
    for use in all_uses(bench.document, bench.catalog):
        if use.target.kind == KINDS[kind]:
            found.setdefault(use.target.key, {})[use.words] = None
    return found
