"""Imports the product once and forks commands for `client`, until its standard input ends."""

import gc
import os
import pkgutil
import select
import signal
import socket
import sys
import threading
from contextlib import suppress
from importlib import import_module, invalidate_caches

from components.registry import Registry
from opswright import cli


def serve(place: str) -> None:
    """Answers clients; returns only in a command's process, which is then as one just started."""
    for module in pkgutil.iter_modules(cli.__path__, "opswright.cli."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    Registry.discover()
    gc.freeze()
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(place)
    listener.listen()
    print("ready", flush=True)  # noqa: T201
    while True:
        ready, _, _ = select.select([listener, sys.stdin], [], [])
        if sys.stdin in ready:
            os._exit(0)
        connection, _ = listener.accept()
        if os.fork():
            connection.close()
            _bury()
            continue
        listener.close()
        if _began(connection):
            return


def _bury() -> None:
    """Waits for those that have ended."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _began(connection: socket.socket) -> bool:
    """True in the command's process; the one that stays with the client ends with the command."""
    size, files, _, _ = socket.recv_fds(connection, 4, 3)
    text = connection.recv(int.from_bytes(size, "big"), socket.MSG_WAITALL)
    command = os.fork()
    if not command:
        connection.close()
        _become(text.decode("utf-8", "surrogateescape").split("\0"), files)
        return True
    for file in (*files, 0, 1):
        os.close(file)
    threading.Thread(target=_hand_on, args=(connection, command), daemon=True).start()
    _, status = os.waitpid(command, 0)
    with suppress(BrokenPipeError):
        connection.sendall(str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


def _hand_on(connection: socket.socket, command: int) -> None:
    """Signals the command as the client was, and kills it when the client is no more."""
    with suppress(ProcessLookupError):
        while number := connection.recv(1):
            os.kill(command, number[0])
        os.kill(command, signal.SIGKILL)


def _become(words: list[str], files: list[int]) -> None:
    folder, count, *rest = words
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.chdir(folder)
    sys.argv[1:] = rest[: int(count)]
    os.environ.clear()
    os.environ.update(variable.split("=", 1) for variable in rest[int(count) :])
    found_in = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    sys.path[:1] = [path for path in found_in if path]
    invalidate_caches()


if __name__ == "__main__":
    serve(sys.argv[1])
    cli.main()
