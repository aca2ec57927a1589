"""What hook files guarded when they were last loaded well, so that a broken one is missed.

A hook file that does not load takes its before-hooks with it.  Which changes they judged is
known from the last good load, noted in the data folder.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson

from runtime.hooks.answers import HookInfo, HookProblem

log = logging.getLogger("opswright.hooks")

_NAME = "hook-guards.json"
_FIELDS = frozenset(HookInfo.__dataclass_fields__)


class Guards:
    """The note of before-hooks by the file they came from."""

    def __init__(self, folder: Path | None) -> None:
        self._path = folder / _NAME if folder is not None else None

    def missing(
        self, hooks: Iterable[HookInfo], problems: Iterable[HookProblem]
    ) -> tuple[HookInfo, ...]:
        """The before-hooks that files which do not load now had when they last did.

        Also notes what those have that do load.
        """
        known = self._read()
        now: dict[str, list[HookInfo]] = {}
        for item in hooks:
            if item.point.startswith("before"):
                now.setdefault(item.file, []).append(item)
        broken = {name for problem in problems for name in (problem.file, problem.module) if name}
        lost = {file: known[file] for file in broken & known.keys() if file not in now}
        self._write({**lost, **now}, known)
        return tuple(item for items in lost.values() for item in items)

    def _read(self) -> dict[str, list[HookInfo]]:
        if self._path is None:
            return {}
        try:
            raw = orjson.loads(self._path.read_bytes())
            return {str(file): [_info(item) for item in items] for file, items in raw.items()}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, TypeError, AttributeError) as error:
            log.warning("%s cannot be read: %s", self._path, error)
            return {}

    def _write(
        self, found: Mapping[str, list[HookInfo]], known: Mapping[str, list[HookInfo]]
    ) -> None:
        if self._path is None or found == known:
            return
        content = {file: [asdict(item) for item in items] for file, items in found.items()}
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            beside = self._path.with_suffix(".new")
            beside.write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2))
            beside.replace(self._path)
        except OSError as error:
            log.warning("%s cannot be written: %s", self._path, error)


def _info(raw: Mapping[str, Any]) -> HookInfo:
    return HookInfo(**{key: value for key, value in raw.items() if key in _FIELDS})
