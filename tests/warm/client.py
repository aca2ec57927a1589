"""Has a command forked, hands its signals on, and ends as it does."""

import os
import signal
import socket
import sys

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def main(place: str) -> None:
    """Runs the command with the arguments of this process."""
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(place)
    folder = os.getcwd()  # noqa: PTH109 - pathlib takes longer to import than all the rest
    words = [folder, str(len(sys.argv) - 1), *sys.argv[1:]]
    words += [f"{name}={value}" for name, value in os.environ.items()]
    asked = "\0".join(words).encode("utf-8", "surrogateescape")
    for each in SIGNALS:
        signal.signal(each, lambda number, _frame: connection.sendall(bytes([number])))
    socket.send_fds(connection, [len(asked).to_bytes(4, "big")], [0, 1, 2])
    connection.sendall(asked)
    code = int(connection.recv(16) or b"1")
    if code < 0:
        signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code)
