"""What the meta-schemas say of their parts, for `make texts`: Babel calls `extract`."""

import json
from collections.abc import Iterable, Iterator
from typing import IO, Any


def extract(
    file: IO[bytes], _keywords: Any, _tags: Any, **_settings: Any
) -> Iterator[tuple[int, None, str, list[str]]]:
    """Titles and descriptions, which people read as help and as what would be right."""
    text = file.read().decode()
    yield from lined(_texts(json.loads(text)), text)


def lined(texts: Iterable[str], whole: str) -> Iterator[tuple[int, None, str, list[str]]]:
    """Each text with the first line of a JSON document that holds it, as Babel wants it."""
    lines = whole.splitlines()
    for text in texts:
        written = json.dumps(text, ensure_ascii=False)
        line = next((n for n, found in enumerate(lines, 1) if written in found), 1)
        yield line, None, text, []


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for item in part:
            yield from _texts(item)
    if isinstance(part, dict):
        said = (part.get(name) for name in ("title", "description"))
        yield from (text for text in said if isinstance(text, str) and not _is_name(text))
        for below in part.values():
            yield from _texts(below)


def _is_name(title: str) -> bool:
    """Whether it is a keyword of JSON Schema, which is called the same in every language."""
    return not title[0].isupper() and " " not in title
