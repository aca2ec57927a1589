"""The pages for people, and what stands in their fences.

A fence may say what its text is for: ```` ```json file=orders.json ```` is a file that the page's
commands find, with `broken` one that has problems on purpose.
"""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
TYPE_PAGES = tuple(sorted((ROOT / "components" / "fields").glob("*/README.md")))
PAGES = (ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md")), *TYPE_PAGES)
EVERYTHING = "\n".join(page.read_text("utf-8") for page in PAGES)

_FENCE = re.compile(
    r"^```(?P<language>[\w-]*)(?P<more>[^\n`]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)


@dataclass(frozen=True)
class Fence:
    """One fenced block."""

    language: str
    words: tuple[str, ...]
    text: str

    @property
    def file(self) -> str | None:
        """The name of the file that the block is."""
        named = (word.partition("=") for word in self.words)
        return next((name for key, _, name in named if key == "file"), None)


def fences(page: Path) -> list[Fence]:
    """The fenced blocks of a page in their order."""
    found = _FENCE.finditer(page.read_text("utf-8"))
    return [
        Fence(match["language"], tuple(match["more"].split()), match["text"]) for match in found
    ]


def between(page: Path, mark: str) -> str:
    """What stands between the two marks of that name."""
    text = page.read_text("utf-8")
    return text.partition(f"<!-- {mark} -->")[2].partition(f"<!-- /{mark} -->")[0].strip()


def page_name(page: Path) -> str:
    """A page as test ids show it."""
    return page.relative_to(ROOT).as_posix()
