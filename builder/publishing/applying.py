"""What a spec would change of the tool that is in force."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from form_specs.digest import digest
from form_specs.language import _, marked
from form_specs.model import JsonObject
from runtime.services import Services
from runtime.storage import tools

_WORDS = {
    "+": marked("Adds the %(what)s"),
    "-": marked("Takes away the %(what)s"),
    "~": marked("Changes the %(what)s"),
}
_SECTIONS = ("forms", "workflows", "views", "actions", "roles", "tests")


@dataclass(frozen=True, slots=True)
class InForce:
    """The version of a tool that runs now."""

    version: int
    document: JsonObject


@dataclass(frozen=True, slots=True)
class Proposal:
    """A spec beside what is in force of its tool."""

    tool: str
    before: InForce | None
    changed: bool
    parts: tuple[str, ...]
    """The parts that differ, as "+ view late", "- role lead", "~ form case"."""

    @property
    def kind(self) -> str:
        """`new`, `changed` or `none`."""
        if self.before is None:
            return "new"
        return "changed" if self.changed else "none"


def in_force(services: Services, key: str) -> InForce | None:
    """The version of a tool in force, or none where it was never published."""
    with services.db.read() as conn:
        tool = tools.by_key(conn, key)
        if tool is None or not tool.current_version:
            return None
        stored = tools.version(conn, tool.id, tool.current_version)
    return InForce(tool.current_version, stored.document) if stored else None


def proposal(services: Services, document: JsonObject) -> Proposal:
    """What a checked spec would change."""
    key = str(document["key"])
    before = in_force(services, key)
    if before is None:
        return Proposal(key, None, True, ())
    changed = digest(before.document) != digest(document)
    return Proposal(key, before, changed, tuple(changed_parts(before.document, document)))


def changes_in_words(found: Proposal) -> list[str]:
    """What publishing would do, a sentence each."""
    if found.before is None:
        return [_("Publishes a new tool")]
    if not found.changed:
        return [
            _("Nothing to publish: version %(number)s is the same", number=found.before.version)
        ]
    parts = [_(_WORDS[part[0]], what=part[2:]) for part in found.parts]
    return parts or [_("Changes titles or texts of the tool itself")]


def changed_parts(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """The forms, views and other parts that differ between two documents of a tool."""
    found: list[str] = []
    for section in _SECTIONS:
        before, after = _by_key(old, section), _by_key(new, section)
        for key in dict.fromkeys((*before, *after)):
            mark = "+" if key not in before else "-" if key not in after else "~"
            if before.get(key) != after.get(key):
                found.append(f"{mark} {section.removesuffix('s')} {key}")
    return found


def _by_key(document: Mapping[str, Any], section: str) -> dict[str, Any]:
    return {part.get("key") or part["form"]: part for part in document.get(section, [])}
