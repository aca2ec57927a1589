"""The texts of option schemas that people read, for `make texts`: Babel calls `extract`."""

import json
from collections.abc import Iterator, Mapping
from typing import IO, Any


def extract(
    file: IO[bytes], _keywords: Any, _tags: Any, **_settings: Any
) -> Iterator[tuple[int, None, str, list[str]]]:
    """Titles and descriptions of options, and of what they can be."""
    lines = file.read().decode().splitlines()
    for text in _texts(json.loads("\n".join(lines))):
        written = json.dumps(text, ensure_ascii=False)
        line = next((n for n, found in enumerate(lines, 1) if written in found), 1)
        yield line, None, text, []


def _texts(schema: Mapping[str, Any]) -> Iterator[str]:
    for option in schema.get("properties", {}).values():
        for part in (option, *option.get("oneOf", ())):
            yield from (part[name] for name in ("title", "description") if name in part)
