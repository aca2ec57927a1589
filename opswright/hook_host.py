"""The hook process: loads engineers' hooks and runs them, one call at a time.

Started by `runtime/hooks/process.py` with three pipes of its own: requests come in on one, answers go out
on another (one JSON object per line each), and the third ends when the parent is gone.  So
whatever a hook prints, it cannot be taken for an answer.  Only the standard library and
`opswright.hooks` are imported: each process costs its memory.
"""

import contextlib
import importlib
import importlib.util
import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from opswright.hooks import Change, Choosing, Declaration, GiveUp, HookPoint, RetryLater, hook

FILES_PACKAGE = "opswright_hook_files"
_LONGEST_REASON = 500
_GIVEN = frozenset(
    [
        "point",
        "tool",
        "form",
        "record",
        "record_id",
        "version",
        "actor",
        "state",
        "previous_state",
        "at",
        "attempt",
        "idempotency_key",
        "arguments",
    ]
)
_MOST_CHOICES = 2000
_LONGEST_CHOICE = 200
_COLORS = ("blue", "green", "amber", "red", "violet", "gray")
_BUSY_STATUSES = frozenset({408, 425, 429})

Send = Callable[[Mapping[str, Any]], None]


def main() -> None:
    """Run the process until its parent closes the pipes; `sys.argv[1]` is the configuration."""
    config = json.loads(sys.argv[1])
    for descriptor in (config["requests"], config["answers"], config["lifeline"]):
        os.set_inheritable(descriptor, False)  # a hook's own children must not hold them open
    threading.Thread(target=_end_with_parent, args=(config["lifeline"],), daemon=True).start()
    send = _sender(config["answers"])
    problems = _load(config["modules"], config["files"], send)
    found = hook.declared()
    send({"manifest": [_described(item) for item in found], "problems": problems})
    with open(config["requests"], encoding="utf-8") as requests:  # noqa: PTH123 - a descriptor
        for line in requests:
            send(_answer(json.loads(line), found, send))
            for stream in (sys.stdout, sys.stderr):
                with contextlib.suppress(Exception):  # a hook may have closed or replaced it
                    stream.flush()


def _sender(descriptor: int) -> Send:
    def send(message: Mapping[str, Any]) -> None:
        line = json.dumps(message, separators=(",", ":")).encode() + b"\n"
        while line:
            line = line[os.write(descriptor, line) :]

    return send


def _end_with_parent(lifeline: int) -> None:
    """Wait for the parent's end, even while a hook hangs, then end this process and its children."""
    while os.read(lifeline, 1):
        pass
    os.killpg(0, signal.SIGKILL)


# -- loading ----------------------------------------------------------------------------


def _load(modules: list[str], files: list[str], send: Send) -> list[dict[str, Any]]:
    """Import every source; what fails is reported and leaves the others alone."""
    problems = []
    for source in [*modules, *files]:
        send({"loading": source})
        before = hook.declared()
        try:
            if source in files:
                _load_file(Path(source))
            else:
                importlib.import_module(source)
        except BaseException as error:  # also SystemExit at import
            hook.forget(hook.declared()[len(before) :])
            problems.append(_problem(source, error))
    return problems


def _load_file(path: Path) -> None:
    if str(path.parent) not in sys.path:
        sys.path.append(str(path.parent))  # so that hook files may import a shared one
    name = f"{FILES_PACKAGE}.{path.stem}"  # never shadows a real module such as `email`
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)


def _problem(source: str, error: BaseException) -> dict[str, Any]:
    file, line = _place(error.__traceback__, source)
    if isinstance(error, SyntaxError) and error.filename:
        file, line = error.filename, error.lineno or 0
    return {"module": source, "file": file, "line": line, "message": _last_line(error)}


def _place(trace: TracebackType | None, fallback: str) -> tuple[str, int]:
    """The innermost frame that is not the import machinery's."""
    file, line = fallback, 0
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if not name.startswith("<frozen") and name != __file__:
            file, line = name, trace.tb_lineno
        trace = trace.tb_next
    return file, line


def _last_line(error: BaseException) -> str:
    """`ValueError: the text`, cut to a line that fits a page."""
    try:
        text = str(error)
    except Exception:  # a hook's exception may have a broken __str__
        text = "(its message cannot be shown)"
    line = f"{type(error).__name__}: {' '.join(text.split())}" if text else type(error).__name__
    return line[:_LONGEST_REASON]


def _described(item: Declaration) -> dict[str, Any]:
    return {
        "name": item.name,
        "point": item.point.value,
        "tool": item.tool,
        "form": item.form,
        "transition": item.transition,
        "qualified": f"{item.function.__module__}.{item.function.__qualname__}".removeprefix(
            f"{FILES_PACKAGE}."
        ),
        "file": item.file,
        "line": item.line,
        "parameters": item.parameters,
    }


# -- running ----------------------------------------------------------------------------


def _answer(request: dict[str, Any], found: tuple[Declaration, ...], send: Send) -> dict[str, Any]:
    """Run the hooks that the request names, in its order, on one change."""
    if request["change"]["point"] == HookPoint.CHOICES:
        return _choices(request, found, send)
    change = _change(request["change"])
    refusals: list[dict[str, Any]] = []
    for name in request["hooks"]:
        declaration = _find(found, name, change)
        if declaration is None:
            return _failed(name, "is not loaded any more")
        send({"running": name})
        change.hook_name = name
        failure = _run(declaration, change)
        if failure is not None:
            return failure
        refusals += [
            {"message": r.message, "field": r.field, "hook": name} for r in change.refusals
        ]
        change.refusals.clear()
    return {
        "refusals": refusals,
        "values": change.values,
        "comments": change.comments,
        "transition": change.next_transition,
    }


def _choices(request: dict[str, Any], found: tuple[Declaration, ...], send: Send) -> dict[str, Any]:
    """Ask one function for choices; its answer as keys, titles and colours."""
    name, context = request["hooks"][0], request["change"]
    asked = (item for item in found if item.name == name and item.point is HookPoint.CHOICES)
    declaration = next(asked, None)
    if declaration is None:
        return _failed(name, "is not loaded any more")
    send({"running": name})
    given = Choosing(
        tool=context["tool"],
        form=context["form"],
        field=context["field"],
        depends=tuple(context["depends"]),
    )
    try:
        answer: Any = declaration.function(given)  # type: ignore[arg-type]
        choices = [_choice(item) for item in answer]
    except BaseException as error:  # also SystemExit and KeyboardInterrupt
        return _raised(name, error)
    if len(choices) > _MOST_CHOICES:
        return _failed(name, f"gave {len(choices):,} choices; {_MOST_CHOICES:,} are the most")
    return {"choices": choices}


def _choice(item: Any) -> dict[str, Any]:
    """One choice, however it was written; raises `TypeError`."""
    if isinstance(item, str):
        found = {"key": item, "title": item}
    elif isinstance(item, Mapping):
        found = {name: item[name] for name in ("key", "title", "color") if name in item}
        found.setdefault("title", found.get("key", ""))
    else:
        key, title = item
        found = {"key": key, "title": title}
    for name in ("key", "title"):
        if not isinstance(found.get(name), str) or not 0 < len(found[name]) <= _LONGEST_CHOICE:
            raise TypeError(f"{item!r} is no choice: {name} is a text of 1 to {_LONGEST_CHOICE}")
    if found.get("color", "gray") not in _COLORS:
        raise TypeError(f"{item!r} is no choice: a colour is one of {', '.join(_COLORS)}")
    return found


def _change(context: dict[str, Any]) -> Change:
    """From the server's words to what a hook is given; what this release does not know is left out."""
    named = {key: value for key, value in context.items() if key in _GIVEN and value is not None}
    named["previous"] = context.get("previous") or None
    named["transition_name"] = context.get("transition")
    named["comment_text"] = context.get("comment")
    return Change(**named)


def _find(found: tuple[Declaration, ...], name: str, change: Change) -> Declaration | None:
    for item in found:
        if (
            item.name == name
            and item.point is change.point
            and item.tool in (None, change.tool)
            and item.form in (None, change.form)
            and item.transition in (None, change.transition_name)
        ):
            return item
    return None


def _run(declaration: Declaration, change: Change) -> dict[str, Any] | None:
    """Call the hook; the failure to report, or none."""
    try:
        returned: object = declaration.function(change)  # type: ignore[arg-type]
    except GiveUp as error:
        return _failed(declaration.name, str(error) or "gave up", final=True)
    except RetryLater as error:
        return _failed(declaration.name, str(error), retry_after=float(error.seconds))
    except BaseException as error:  # also SystemExit and KeyboardInterrupt
        return _raised(declaration.name, error)
    if returned is None:
        return None
    said = (
        f"returned {type(returned).__name__}; a hook answers through change.refuse and change.set"
    )
    if declaration.point.moment == "after":  # its effect has happened: failing would repeat it
        change.log(said)
        return None
    return _failed(declaration.name, said)


def _raised(name: str, error: BaseException) -> dict[str, Any]:
    import traceback  # noqa: PLC0415 - megabytes that a host without failures never needs

    traceback.print_exception(error)
    file, line = _place(error.__traceback__, "")
    where = f" ({Path(file).name}:{line})" if file else ""
    final, retry_after = _http_verdict(error)
    return _failed(name, f"raised {_last_line(error)}{where}", final=final, retry_after=retry_after)


def _http_verdict(error: BaseException) -> tuple[bool, float | None]:
    """(try never again, seconds to wait) from an HTTP client's exception, whichever client it is."""
    answer = getattr(error, "response", None) or error
    status = getattr(answer, "status_code", None) or getattr(answer, "code", None)
    if not isinstance(status, int) or not 400 <= status <= 599:
        return False, None
    headers = getattr(answer, "headers", None) or {}
    wait = None
    with contextlib.suppress(Exception):  # a missing header, or the date form of it
        wait = min(max(float(headers["Retry-After"]), 0.0), 86_400.0)
    return status < 500 and status not in _BUSY_STATUSES, wait


def _failed(
    name: str, reason: str, *, final: bool = False, retry_after: float | None = None
) -> dict[str, Any]:
    return {
        "failed": name,
        "reason": reason[:_LONGEST_REASON],
        "final": final,
        "retry_after": retry_after,
    }
