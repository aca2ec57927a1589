"""A spec as text: read as somebody typed it, and what the check says of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orjson import OPT_INDENT_2

from form_specs.check import check_text
from form_specs.exact_json import dumps
from form_specs.problem import LocatedProblem, Severity
from form_specs.source import SourceError, parse_source
from runtime.web.site.context import current_services


@dataclass(frozen=True)
class SpecText:
    """A text that may be a spec, and what the check says of it."""

    text: str
    document: Any
    problems: Sequence[LocatedProblem]

    @classmethod
    def checked(cls, text: str) -> "SpecText":
        """Checks a text as somebody typed or sent it."""
        plain = text.replace("\r\n", "\n").replace("\0", "\ufffd")
        catalog = current_services().registry.catalog()
        document, problems = check_text(plain.encode("utf-8", "surrogatepass"), "spec", catalog)
        return cls(plain, document, problems)

    @classmethod
    def renamed(cls, document: Mapping[str, Any], key: str) -> "SpecText":
        """Checks a document under another key, where one is given."""
        return cls.checked(pretty({**document, "key": key} if key else document))

    @property
    def errors(self) -> list[LocatedProblem]:
        """What keeps it from being published."""
        return [problem for problem in self.problems if problem.severity is Severity.ERROR]

    def line_of(self, pointer: str) -> int:
        """The line on which a part stands; 0: nobody asked, or it cannot be told."""
        if not pointer:
            return 0
        try:
            source = parse_source(self.text.encode("utf-8", "surrogatepass"))
        except SourceError:
            return 0
        return source.position(pointer, at_key=True).line


def pretty(document: Mapping[str, Any]) -> str:
    """A document as the text that people edit; keys keep their order."""
    return dumps(document, option=OPT_INDENT_2).decode()
