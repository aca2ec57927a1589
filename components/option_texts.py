"""The texts of option schemas that people read, for `make texts`: Babel calls `extract`."""

import json
from collections.abc import Iterator, Mapping
from typing import IO, Any

from form_specs.schema_texts import lined


def extract(
    file: IO[bytes], _keywords: Any, _tags: Any, **_settings: Any
) -> Iterator[tuple[int, None, str, list[str]]]:
    """Titles and descriptions of options, and of what they can be."""
    text = file.read().decode()
    yield from lined(_texts(json.loads(text)), text)


def _texts(schema: Mapping[str, Any]) -> Iterator[str]:
    for option in schema.get("properties", {}).values():
        for part in (option, *option.get("oneOf", ())):
            yield from (part[name] for name in ("title", "description") if name in part)
