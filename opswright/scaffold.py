"""The files that `opswright hook new NAME` writes: a hook to start from, and its test."""

import re
from pathlib import Path
from typing import Final

_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")

_HOOK: Final = '''"""Hooks of {tool}: see docs/engineers/hooks.md for all that a hook can do."""

from opswright import Change, hook


@hook.before("update", tool="{tool}", form="{form}")
def refuse_without_reason(change: Change) -> None:
    """A value may not be emptied once it is there."""
    for field, difference in change.changes.items():
        if difference.old is not None and difference.new is None:
            change.refuse("This may be changed, not emptied", field=field)


@hook.after("create", tool="{tool}", form="{form}")
def welcome(change: Change) -> None:
    """Runs once the record is stored; the same idempotency key in every try."""
    change.log(f"{{change.actor}} made {{change.record_id}} ({{change.idempotency_key}})")
    change.comment("Received")
'''

_TEST: Final = '''"""Tests of {name}.py: a hook is a plain function, so no server is needed."""

from {name} import refuse_without_reason, welcome
from opswright import Change, HookPoint


def make_change(point: HookPoint, record: dict, previous: dict | None = None) -> Change:
    return Change(point=point, tool="{tool}", form="{form}", record=record, previous=previous)


def test_emptying_a_field_is_refused() -> None:
    change = make_change(HookPoint.BEFORE_UPDATE, {{}}, {{"title": "Old"}})
    refuse_without_reason(change)
    assert [refusal.field for refusal in change.refusals] == ["title"]


def test_changing_a_field_is_allowed() -> None:
    change = make_change(HookPoint.BEFORE_UPDATE, {{"title": "New"}}, {{"title": "Old"}})
    refuse_without_reason(change)
    assert change.refusals == []


def test_a_new_record_gets_a_comment() -> None:
    change = make_change(HookPoint.AFTER_CREATE, {{"title": "New"}})
    welcome(change)
    assert change.comments == ["Received"]
'''


def hook_files(name: str, *, tool: str = "disputes", form: str = "dispute") -> dict[str, str]:
    """The texts of a new hook file and its test, by file name.

    Raises `ValueError` where `name`, `tool` or `form` is no key.
    """
    for key in (name, tool, form):
        if not _NAME.fullmatch(key):
            raise ValueError(
                f"{key!r} cannot be used: small letters, digits and _, starting with a letter"
            )
    words = {"name": name, "tool": tool, "form": form}
    return {f"{name}.py": _HOOK.format(**words), f"test_{name}.py": _TEST.format(**words)}


def write_hook(
    folder: Path, name: str, *, tool: str = "disputes", form: str = "dispute"
) -> list[Path]:
    """Write a new hook and its test into `folder`; the paths written.

    Raises `FileExistsError`, having written nothing, where one of the files is there, and
    `ValueError` as `hook_files` does.
    """
    files = {folder / file: text for file, text in hook_files(name, tool=tool, form=form).items()}
    for path in files:
        if path.exists():
            raise FileExistsError(f"{path} exists; choose another name")
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in files.items():
        path.write_text(text, "utf-8")
    return list(files)
