"""Keys for tools to be."""

import re
from pathlib import PurePath
from typing import Final

from form_specs.language import _, marked
from form_specs.sheets.naming import key_of
from runtime.storage import tools
from runtime.web.site.context import here

KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
KEY_RULE: Final = marked(
    "A key has small letters, digits and _, and starts with a letter: payout_holds"
)


def key_problem(key: str) -> str:
    """Why a new tool cannot have a key; empty where it can."""
    if not KEY.fullmatch(key):
        return _(KEY_RULE)
    if tools.by_key(here().conn, key) is not None:
        return _("There is a tool '%(key)s' already", key=key)
    return ""


def title_of(name: str) -> str:
    """What a tool is called that is made of a file: `crm-export_2024.xlsx` is "Crm export 2024"."""
    words = PurePath(name.replace("\\", "/")).stem.replace("_", " ").replace("-", " ").split()
    title = " ".join(words)[:100] or _("New tool")
    return title[:1].upper() + title[1:]


def free_key(title: str) -> str:
    """A key for a new tool, unlike those of all tools that there are."""
    taken = {tool.key for tool in tools.listed(here().conn)}
    return key_of(title, taken, "tool")
