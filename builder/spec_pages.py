"""The spec of a tool as a page: its text, its problems, what it would change, its versions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from flask import url_for

from builder.applying import Proposal, proposal
from builder.contexts import BuiltTool, SpecPage, SpecProblem, VersionItem
from form_specs.check import check_text
from form_specs.problem import LocatedProblem, Severity
from runtime.storage import accounts, tools
from runtime.storage.tools import Tool, VersionInfo
from runtime.web.context import current_services, here
from runtime.web.contexts import Link
from runtime.web.times import moment, relative

_MOST_ROWS = 40
_WORDS = {"+": "Adds", "-": "Takes away", "~": "Changes"}


@dataclass(frozen=True)
class SpecText:
    """A text that may be a spec, and what the check says of it."""

    text: str
    document: Any
    problems: Sequence[LocatedProblem]

    @classmethod
    def checked(cls, text: str) -> "SpecText":
        """Checks a text as somebody typed or sent it."""
        plain = text.replace("\r\n", "\n")
        catalog = current_services().registry.catalog()
        document, problems = check_text(plain.encode("utf-8", "surrogatepass"), "spec", catalog)
        return cls(plain, document, problems)

    @property
    def errors(self) -> list[LocatedProblem]:
        """What keeps it from being published."""
        return [problem for problem in self.problems if problem.severity is Severity.ERROR]

    def problem_items(self) -> list[SpecProblem]:
        """The problems as the page lists them."""
        return [
            SpecProblem(p.line, p.column, p.message, p.hint, p.severity is Severity.ERROR)
            for p in self.problems
        ]


def pretty(document: Mapping[str, Any]) -> str:
    """A document as the text that people edit; keys keep their order."""
    return orjson.dumps(document, option=orjson.OPT_INDENT_2).decode()


def changes_in_words(found: Proposal) -> list[str]:
    """What publishing would do, a sentence each."""
    if found.before is None:
        return ["Publishes a new tool"]
    if not found.changed:
        return [f"Nothing: version {found.before.version} is the same"]
    parts = [f"{_WORDS[part[0]]} the {part[2:]}" for part in found.parts]
    return parts or ["Changes titles or texts of the tool itself"]


def spec_page(tool: Tool, text: str, **more: Any) -> SpecPage:
    """The page of a tool that was published before."""
    shown = more.pop("shown", tool.current_version)
    return SpecPage(
        title=tool.title,
        trail=[Link("Tools", url_for("build.tools"))],
        action=url_for("build.change", tool=tool.key),
        text=text,
        rows=min(_MOST_ROWS, text.count("\n") + 2),
        based_on=more.pop("based_on", tool.current_version),
        versions=_versions(tool, shown),
        tool_url=url_for("web.tool", tool=tool.key),
        download_url=url_for("build.download", tool=tool.key),
        **more,
    )


def new_spec_page(key: str, text: str, **more: Any) -> SpecPage:
    """The page of a tool to be."""
    return SpecPage(
        title=f"New tool {key}",
        trail=[Link("Tools", url_for("build.tools"))],
        action=url_for("build.change", tool=key),
        text=text,
        rows=min(_MOST_ROWS, text.count("\n") + 2),
        based_on=0,
        **more,
    )


def judged(checked: SpecText) -> dict[str, Any]:
    """What the page says of a checked text."""
    if checked.errors:
        count = len(checked.errors)
        said = f"{count} thing{'s' if count > 1 else ''} to mend before it can be published"
        return {"problems": checked.problem_items(), "error": said}
    found = proposal(current_services(), checked.document)
    return {
        "problems": checked.problem_items(),
        "said": "Nothing is wrong with it",
        "changes": changes_in_words(found),
    }


def _versions(tool: Tool, shown: int) -> list[VersionItem]:
    conn = here().conn
    found = tools.versions(conn, tool.id)
    titles = accounts.titles(conn, {info.published_by for info in found})
    return [_version(tool, info, shown, titles) for info in found]


def _version(tool: Tool, info: VersionInfo, shown: int, titles: Mapping[str, str]) -> VersionItem:
    at = moment(info.published_at)
    return VersionItem(
        number=info.version,
        url=url_for("build.spec", tool=tool.key, version=info.version),
        at=at,
        at_text=relative(at, datetime.now(UTC)),
        by=titles.get(info.published_by, info.published_by),
        note=info.note,
        in_force=info.version == tool.current_version,
        shown=info.version == shown,
    )


def built_tools() -> list[BuiltTool]:
    """The published tools that the person may change."""
    conn, person = here().conn, here().person
    found = []
    for tool in tools.listed(conn):
        if not tool.current_version or not person.builds(tool.key):
            continue
        current = next(
            v for v in tools.versions(conn, tool.id) if v.version == tool.current_version
        )
        at = moment(current.published_at)
        url = url_for("build.spec", tool=tool.key)
        by = accounts.titles(conn, {current.published_by}).get(
            current.published_by, current.published_by
        )
        found.append(
            BuiltTool(
                tool.title,
                tool.key,
                url,
                current.version,
                at,
                relative(at, datetime.now(UTC)),
                by,
            )
        )
    return found
