"""The tool that is measured, as its document says it: `tool.json`."""

import json
from pathlib import Path
from typing import Any, Final

DOCUMENT: Final[dict[str, Any]] = json.loads(
    Path(__file__).with_name("tool.json").read_text("utf-8")
)
TOOL: Final = "claims"
FORM: Final = "claim"
VIEW: Final = "work"
CHOICES: Final[dict[str, list[tuple[str, str]]]] = {
    key: [(choice["key"], choice["title"]) for choice in found["x-ops"]["choices"]]
    for key, found in DOCUMENT["forms"][0]["schema"]["properties"].items()
    if "choices" in found["x-ops"]
}
"""(key, title) of what each choice field may hold, for the peers."""
