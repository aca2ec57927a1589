"""Runs hooks for the write gate and the outbox; many threads share one `HookRunner`."""

import logging
import re
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Final

from form_specs.model import JsonObject
from runtime.config import Settings
from runtime.hooks.answers import (
    HookAnswer,
    HookContext,
    HookFailed,
    HookInfo,
    HookProblem,
    Refusal,
)
from runtime.hooks.arguments import sound
from runtime.hooks.guards import Guards
from runtime.hooks.pool import HostPool, HostsBusyError
from runtime.hooks.process import HostGoneError, HostProcess, Sources

__all__ = ["HookAnswer", "HookContext", "HookFailed", "HookLimits", "HookRunner"]

log = logging.getLogger("opswright.hooks")

ENTRY_POINTS: Final = "opswright.hooks"
_NOTHING: Final = HookAnswer()
_ALONE: Final = ("action", "choices")
"""Points that belong to no event of a record."""
_LOOK_AGAIN_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class HookLimits:
    """How long hooks may take and how many processes may run them."""

    before_seconds: float = 2.0
    """All before-hooks of one change together."""
    after_seconds: float = 60.0
    action_seconds: float = 10.0
    choices_seconds: float = 2.0
    start_seconds: float = 30.0
    """Loading all modules of hooks, once per process."""
    wait_seconds: float = 5.0
    """How long a save waits for a process that is busy with another save."""
    before_hosts: int = 2
    after_hosts: int = 5
    """As many as a worker has threads, and one for the ticker."""
    action_hosts: int = 2
    choices_hosts: int = 1


@dataclass(frozen=True, slots=True)
class _Loaded:
    """One generation of hooks: what was found and the processes that hold it."""

    hooks: tuple[HookInfo, ...]
    problems: tuple[HookProblem, ...]
    pools: Mapping[str, HostPool]
    stamp: object
    missing: tuple[HookInfo, ...] = ()
    """Before-hooks that were there before their file broke."""

    def close(self) -> None:
        for pool in self.pools.values():
            pool.close()


class HookRunner:
    """Finds hooks by entry point and in a folder, and runs them in child processes.

    A hook that raises, hangs, dies or answers nonsense becomes `HookFailed`; the server is
    never hurt.  Without any source of hooks no process is started.  `reload` looks for
    changed files each second (for development).
    """

    def __init__(
        self,
        folder: Path | None = None,
        *,
        modules: Sequence[str] | None = None,
        limits: HookLimits | None = None,
        reload: bool = False,
        guards: Guards | None = None,
    ) -> None:
        self._guards = guards or Guards(None)
        self._folder = folder
        self._modules = modules
        self._limits = limits or HookLimits()
        self._reload = reload
        self._loaded: _Loaded | None = None
        self._looked = 0.0
        self._closed = False
        self._loading = threading.Lock()

    @classmethod
    def from_settings(cls, settings: Settings, *, reload: bool = False) -> "HookRunner":
        """The runner that a deployment's settings ask for; nothing is started yet."""
        limits = HookLimits(
            before_seconds=settings.before_hook_seconds, after_seconds=settings.after_hook_seconds
        )
        guards = Guards(None if settings.pass_broken_hooks else settings.data)
        return cls(settings.hooks, limits=limits, reload=reload, guards=guards)

    @classmethod
    def none(cls) -> "HookRunner":
        """A runner without any hook."""
        return cls(modules=())

    # -- what there is ------------------------------------------------------------------

    def start(self) -> None:
        """Load the hooks in the background, so that the first save need not wait."""
        threading.Thread(target=self._start, name="hook-start", daemon=True).start()

    def close(self) -> None:
        """End every hook process."""
        with self._loading:
            self._closed = True
            loaded, self._loaded = self._loaded, None
        if loaded:
            loaded.close()

    def hooks(self) -> tuple[HookInfo, ...]:
        """Every hook found, in the order in which they run; waits for loading.

        Raises `HookFailed` where no process could be started.
        """
        return self._current().hooks

    def problems(self) -> tuple[HookProblem, ...]:
        """The modules that could not be loaded, each with its reason and place."""
        return self._current().problems

    def missing(self) -> tuple[HookInfo, ...]:
        """Before-hooks whose file does not load any more: what they judged is refused."""
        return self._current().missing

    def missing_before(
        self, event: str, tool: str, form: str, name: str | None = None
    ) -> tuple[HookInfo, ...]:
        """Those of them that would have judged a change."""
        return tuple(item for item in self.missing() if item.fits(event, tool, form, name))

    def names(self) -> tuple[str, ...]:
        """The names of all hooks, each once."""
        return tuple(dict.fromkeys(item.name for item in self.hooks()))

    def action_names(self) -> tuple[str, ...]:
        """The names that an action of type `run_hook` may give."""
        return tuple(item.name for item in self.hooks() if item.point == "action")

    def parameters(self) -> dict[str, JsonObject]:
        """The JSON Schemas of the arguments of those actions that declare one, by name."""
        return {item.name: item.parameters for item in self.hooks() if item.parameters is not None}

    def choice_names(self) -> tuple[str, ...]:
        """The names that the choices of a field may give as their hook."""
        return tuple(item.name for item in self.hooks() if item.point == "choices")

    def pids(self) -> list[int]:
        """Of the hook processes that run now; none are started by asking."""
        loaded = self._loaded
        return [pid for pool in loaded.pools.values() for pid in pool.pids()] if loaded else []

    def matching_before(
        self, event: str, tool: str, form: str, name: str | None = None
    ) -> list[str]:
        """Names of the hooks that a change must pass; `name` is the transition's key."""
        return self._matching("before", event, tool, form, name)

    def has_before(self, event: str, tool: str, form: str, name: str | None = None) -> bool:
        """Whether a change has any before-hook: costs nothing where there are none."""
        return bool(self.matching_before(event, tool, form, name))

    def matching_after(
        self, event: str, tool: str, form: str, name: str | None = None
    ) -> list[str]:
        """Names of the hooks that want an outbox row for this change."""
        return self._matching("after", event, tool, form, name)

    # -- running ------------------------------------------------------------------------

    def before(self, context: HookContext) -> HookAnswer:
        """Run all before-hooks of a change, each seeing the values that those before it set.

        Raises `HookFailed` where one did not answer: the save must be refused then.
        """
        where = (str(context["event"]), str(context["tool"]), str(context["form"]))
        transition = context.get("transition")
        names = self.matching_before(*where, str(transition) if transition else None)
        if not names:
            return _NOTHING
        return self._run("before", names, context, self._limits.before_seconds)

    def after(self, name: str, context: HookContext) -> HookAnswer:
        """Run one after-hook; raises `HookFailed`."""
        return self._run("after", [name], context, self._limits.after_seconds)

    def action(self, name: str, context: HookContext) -> HookAnswer:
        """Run the hook of a button; raises `HookFailed`, also where there is none of that name."""
        if name not in self.action_names():
            raise HookFailed(name, "no hook has this name", final=True)
        return self._run("action", [name], context, self._limits.action_seconds)

    def choices(self, name: str, context: HookContext) -> list[dict[str, Any]]:
        """Ask a function for choices, each with key, title and maybe colour.

        `context` holds tool, form, field and depends.  Raises `HookFailed`, also where there is
        no function of that name.
        """
        if all((item.name, item.point) != (name, "choices") for item in self.hooks()):
            raise HookFailed(name, "no hook has this name", final=True)
        raw = self._called("choices", [name], context, self._limits.choices_seconds)
        found = raw.get("choices")
        if not isinstance(found, list):
            raise HookFailed(name, "answered something unreadable")
        return found

    def _run(
        self, moment: str, names: list[str], context: HookContext, seconds: float
    ) -> HookAnswer:
        return _answer(self._called(moment, names, context, seconds), names)

    def _called(
        self, moment: str, names: list[str], context: HookContext, seconds: float
    ) -> dict[str, Any]:
        point = moment if moment in _ALONE else f"{moment}.{context['event']}"
        change = {**context, "point": point}
        loaded = self._current()
        pool = loaded.pools.get(moment)
        if pool is None:
            raise HookFailed(names[0], "is not loaded")
        last = pool.size
        for attempt in range(last + 1):
            try:
                with pool.borrow(self._limits.wait_seconds + seconds) as host:
                    return host.call(names, change, seconds)
            except HostsBusyError:
                raise HookFailed(names[0], "could not start: all hook processes are busy") from None
            except HostGoneError as error:  # it died idle: no hook has run, so another try is safe
                if attempt == last:
                    raise HookFailed(names[0], f"could not start: {error.reason}") from None
            except OSError as error:
                raise HookFailed(names[0], f"could not start: {error}") from error
        raise AssertionError("unreachable")  # pragma: no cover

    def _matching(
        self, moment: str, event: str, tool: str, form: str, name: str | None
    ) -> list[str]:
        found = (
            item.name
            for item in self.hooks()
            if item.point.startswith(moment) and item.fits(event, tool, form, name)
        )
        return list(dict.fromkeys(found))

    # -- loading ------------------------------------------------------------------------

    def _start(self) -> None:
        try:
            self._current()
        except HookFailed as error:
            log.exception("hooks could not be loaded: %s", error.reason)

    def _current(self) -> _Loaded:
        loaded = self._loaded
        if loaded is not None and not self._stale(loaded):
            return loaded
        with self._loading:
            loaded = self._loaded
            if self._closed:
                raise HookFailed("hooks", "the server is stopping")
            if loaded is None or self._stale(loaded):
                fresh = self._load()
                self._loaded, old = fresh, loaded
                self._looked = time.monotonic()
                if old is not None:
                    old.close()
                return fresh
            return loaded

    def _stale(self, loaded: _Loaded) -> bool:
        if not self._reload or time.monotonic() < self._looked + _LOOK_AGAIN_SECONDS:
            return False
        self._looked = time.monotonic()
        return _stamp(self._sources()) != loaded.stamp

    def _sources(self) -> Sources:
        modules = self._modules
        if modules is None:
            modules = sorted({point.module for point in entry_points(group=ENTRY_POINTS)})
        return Sources(tuple(modules), tuple(_hook_files(self._folder)))

    def _load(self) -> _Loaded:
        sources = self._sources()
        stamp = _stamp(sources)
        problems: list[HookProblem] = []
        if self._folder is not None and not self._folder.exists():
            problems.append(
                HookProblem("", str(self._folder), 0, "the folder of hooks does not exist")
            )
        if not sources:
            missing = self._guards.missing((), problems)
            return _Loaded((), _reported(problems), {}, stamp, missing)
        host, manifest, sources = self._first_host(sources, problems)
        declared = [HookInfo(**item) for item in manifest["manifest"]]
        hooks = tuple(sound(item, problems) for item in declared)
        problems += [HookProblem(**item) for item in manifest["problems"]]
        pools = self._pools(hooks, sources)
        adopter = pools.get("before") or pools.get("after") or pools.get("action")
        adopter = adopter or pools.get("choices")
        if adopter:
            adopter.adopt(host)
        else:
            host.end()
        missing = self._guards.missing(hooks, problems)
        return _Loaded(hooks, _reported(problems), pools, stamp, missing)

    def _first_host(
        self, sources: Sources, problems: list[HookProblem]
    ) -> tuple[HostProcess, dict[str, Any], Sources]:
        """A process with all sources but those that end or hang the process that loads them."""
        while True:
            try:
                host = HostProcess(sources)
            except OSError as error:
                raise HookFailed("hooks", f"no hook process could be started: {error}") from error
            try:
                return host, host.manifest(self._limits.start_seconds), sources
            except HostGoneError as error:
                host.end()
                if error.loading is None:
                    reason = f"no hook process could be started: it {error.reason}"
                    raise HookFailed("hooks", reason) from error
                problems.append(HookProblem(error.loading, error.loading, 0, error.reason))
                sources = sources.without(error.loading)

    def _pools(self, hooks: tuple[HookInfo, ...], sources: Sources) -> dict[str, HostPool]:
        sizes = {
            "before": self._limits.before_hosts,
            "after": self._limits.after_hosts,
            "action": self._limits.action_hosts,
            "choices": self._limits.choices_hosts,
        }
        seconds = self._limits.start_seconds

        def start() -> HostProcess:
            host = HostProcess(sources)
            try:
                host.manifest(seconds)
            except HostGoneError:
                host.end()
                raise
            return host

        moments = {item.point.partition(".")[0] for item in hooks}
        return {m: HostPool(size, start) for m, size in sizes.items() if m in moments}


def _hook_files(folder: Path | None) -> list[str]:
    """The hook files of a folder in order of name; tests and `_private.py` are none."""
    if folder is None:
        return []
    files = [folder] if folder.is_file() else sorted(folder.glob("*.py"))
    return [
        str(path.resolve()) for path in files if not re.match(r"_|test_|conftest\.py$", path.name)
    ]


def _stamp(sources: Sources) -> object:
    """Differs when a hook file came, went or changed."""
    stats = []
    for file in sources.files:
        try:
            found = Path(file).stat()
        except OSError:
            continue
        stats.append((file, found.st_mtime_ns, found.st_size))
    return sources.modules, tuple(stats)


def _reported(problems: list[HookProblem]) -> tuple[HookProblem, ...]:
    for item in problems:
        log.error("hooks not loaded: %s:%d: %s", item.file or item.module, item.line, item.message)
    return tuple(problems)


def _answer(raw: dict[str, Any], names: list[str]) -> HookAnswer:
    """From a process's line to a typed answer; nonsense is the hook's failure."""
    try:
        return HookAnswer(
            refusals=tuple(Refusal(**item) for item in raw["refusals"]),
            values=dict(raw["values"]),
            comments=tuple(map(str, raw["comments"])),
            transition=str(raw["transition"]) if raw["transition"] else None,
        )
    except (KeyError, TypeError, ValueError):
        raise HookFailed(names[0], "answered something unreadable") from None
