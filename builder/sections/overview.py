"""The overview: what is in a tool, its head, and what would be published."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from builder.bench import Bench
from builder.section import Page, Section, SectionPage, sections
from form_specs.checks.raw import objects, text
from form_specs.editing import Address
from form_specs.language import _, counted, marked
from runtime.web.site.assets import current_bundle
from runtime.web.site.context import current_services
from runtime.web.site.language import own_name, product_languages

_HEAD: Final = ("title", "description", "icon", "locale")
_KINDS: Final = {
    "forms": (marked("Forms"), "file-text"),
    "workflows": (marked("Workflows"), "git-merge"),
    "views": (marked("Views"), "table-2"),
    "actions": (marked("Actions"), "zap"),
    "roles": (marked("Roles"), "users"),
    "teams": (marked("Teams"), "briefcase"),
    "lists": (marked("Lists"), "list"),
    "tests": (marked("Tests"), "flask-conical"),
}


@dataclass(frozen=True, slots=True)
class PartItem:
    """One part of the tool."""

    title: str
    words: str
    url: str
    is_wrong: bool


@dataclass(frozen=True, slots=True)
class PartGroup:
    """The parts of one kind."""

    title: str
    icon: str
    url: str
    parts: Sequence[PartItem]


@dataclass(frozen=True, slots=True)
class Overview:
    """What the overview shows."""

    key: str
    title: str
    description: str
    icon: str
    locale: str
    icons: Sequence[tuple[str, str]]
    languages: Sequence[tuple[str, str]]
    groups: Sequence[PartGroup]
    problems: Mapping[str, Sequence[Any]]
    """What is wrong with the head, by member."""
    discard_url: str
    may_discard: bool


def draw(bench: Bench) -> SectionPage:
    """The overview of a tool."""
    document = bench.document
    content = Overview(
        key=bench.tool,
        icons=_icons(document),
        languages=_languages(document),
        groups=[_group(bench, kind) for kind in _KINDS if document.get(kind)],
        problems={name: bench.examined.problems_at(name) for name in _HEAD},
        discard_url=f"{bench.root}discard",
        may_discard=bench.standing.is_changed,
        **{name: text(document, name) or "" for name in _HEAD},
    )
    return SectionPage("builder/overview.html", _("Overview"), content)


def _icons(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    known = {name: name for name in ("", *current_bundle().icons)} | {"": _("The usual one")}
    own = text(document, "icon") or ""
    return [*({own: own} | known).items()]


def _languages(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    own = text(document, "locale") or ""
    names = dict.fromkeys((*product_languages(), "de", "fr", "es", "it", "nl", "pl", "pt"))
    known = {name: f"{own_name(name)} ({name})" for name in names}
    return [("", _("English, as nothing is said")), *({own: own} | known if own else known).items()]


def _group(bench: Bench, kind: str) -> PartGroup:
    title, icon = _KINDS[kind]
    parts = [_part(bench, kind, part) for _at, part in objects(bench.document, kind, "")]
    section = next((s for s in sections() if kind in s.owns), None)
    return PartGroup(_(title), icon, bench.url(section.name) if section else "", parts)


def _part(bench: Bench, kind: str, part: Mapping[str, Any]) -> PartItem:
    name = text(part, "key") or text(part, "form") or ""
    at = (kind, name)
    title = text(part, "title") or _form_title(bench, part) or name
    wrong = any(problem.is_error for problem in bench.examined.problems_at(*at))
    return PartItem(title, _part_words(bench, kind, part), bench.url_of(at), wrong)


def _form_title(bench: Bench, part: Mapping[str, Any]) -> str:
    forms = {text(f, "key"): text(f, "title") for _at, f in objects(bench.document, "forms", "")}
    return forms.get(text(part, "form")) or ""


def _part_words(bench: Bench, kind: str, part: Mapping[str, Any]) -> str:
    """A little of what is in a part."""
    if kind == "forms":
        schema = part.get("schema")
        fields = schema.get("properties") if isinstance(schema, Mapping) else None
        return counted("One field", "%(num)s fields", len(fields or ()))
    if kind == "workflows":
        return counted("One state", "%(num)s states", _length(part, "states"))
    if kind == "lists":
        return counted("One choice", "%(num)s choices", _length(part, "choices"))
    if kind == "tests":
        return counted("One step", "%(num)s steps", _length(part, "steps"))
    return _type_title(bench, kind, text(part, "type") or "")


def _type_title(bench: Bench, kind: str, name: str) -> str:
    """What a type of view or action is called; its name, where nobody knows it."""
    registry = current_services().registry
    known = {"views": registry.view_types, "actions": registry.action_types}.get(kind, {})
    return known[name].title if name in known else name


def _length(part: Mapping[str, Any], name: str) -> int:
    found = part.get(name)
    return len(found) if isinstance(found, list) else 0


def _place(_document: Any, at: Address) -> str | None:
    """The head of the document is changed here."""
    return f"#tool-{at[0]}" if at and at[0] in _HEAD else None


SECTION = Section(
    name="overview",
    title=marked("Overview"),
    icon="house",
    order=0,
    pages=(Page("", "overview", draw),),
    owns=_HEAD,
    place=_place,
)
