"""Commands that run until they are stopped: `serve` and `worker`."""

import logging
import signal
import threading
from collections.abc import Callable, Sequence
from ipaddress import ip_address
from queue import SimpleQueue
from types import FrameType
from typing import Final, NoReturn

import click
from cheroot.wsgi import Server
from flask import Flask

from builder.spec_folder import FolderProblem, publish_folder
from opswright.application import create_app
from opswright.cli.failures import FoundWrong, UsedWrong
from opswright.cli.logs import configure_logs
from opswright.cli.opening import opened, settings_with
from runtime.background.lifecycle import Background, run_worker
from runtime.config import Settings
from runtime.services import Services
from runtime.storage.breaker import watched

log = logging.getLogger("opswright.serve")

DEMO_NAMES: Final = ("builder", "operator", "lead", "approver", "auditor", "admin")
DEMO_PASSWORD: Final = "demo"  # noqa: S105 - the one that everybody knows, looked for to be refused
_DRAIN_SECONDS: Final = 20
"""For requests; what is left of half a minute is for the background."""
_BACKGROUND_SECONDS: Final = 8
_MAX_HEADERS: Final = 64 * 1024
_WAITING: Final = 128


@click.command()
@click.option("--host", help="Address to listen on (OPSWRIGHT_HOST).")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on (OPSWRIGHT_PORT).")
def serve(host: str | None, port: int | None) -> None:
    """Run the server until SIGTERM or Ctrl+C."""
    settings = settings_with(host=host, port=port)
    configure_logs()
    run_server(settings, prepare=_prepare)


def _prepare(services: Services) -> list[FolderProblem]:
    refuse_demo_accounts(services)
    return publish_folder(services)


def refuse_demo_accounts(services: Services) -> None:
    """Raises where a network would reach accounts whose password everybody knows."""
    host = services.settings.host
    if is_loopback(host):
        return
    known = services.accounts.using(DEMO_PASSWORD, DEMO_NAMES)
    if known:
        raise FoundWrong(
            f"The accounts {', '.join(known)} have the demo's password, so {host} is refused: "
            "use another database, or listen on 127.0.0.1"
        )


def is_loopback(host: str) -> bool:
    """Whether an address is reached from this machine only."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def run_server(
    settings: Settings,
    *,
    prepare: Callable[[Services], list[FolderProblem]],
    path: str = "/",
    demo: Sequence[tuple[str, str]] = (),
) -> None:
    """Serves pages and API and does the background's work, until the process is asked to stop.

    `prepare` answers the specs that were not published.  Prints the address, with `path`, once
    requests are answered.  `demo` holds the (name, title) of accounts that the sign-in page offers.
    """
    _on_stop(_give_up)
    with opened(settings, with_hooks=True) as services, watched(services.db):
        problems = prepare(services)
        services.hooks.start()
        app = create_app(services)
        app.config.update(SPEC_PROBLEMS=problems, DEMO=demo)
        server = _server(app, settings)
        background = Background(services)
        background.start()
        try:
            _serve(server, f"Opswright is ready at {address(settings.host, server)}{path}")
        finally:
            _on_stop(signal.SIG_IGN)
            server.stop()
            background.stop(_BACKGROUND_SECONDS)


def _serve(server: Server, ready: str) -> None:
    """Answers requests until a signal asks to stop.

    The server has a thread of its own: an exception that a signal raises in the middle of its
    queues may leave one of them without a reader, and then it never stops.
    """
    asked: SimpleQueue[None] = SimpleQueue()  # the one queue that a signal handler may put into

    def serve() -> None:
        try:
            server.serve()
        finally:
            asked.put(None)

    _on_stop(lambda _number, _frame: asked.put(None))
    click.echo(ready)
    threading.Thread(target=serve, name="server", daemon=True).start()
    asked.get()


def _on_stop(handler: Callable[[int, FrameType | None], object] | signal.Handlers) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, handler)


def _give_up(_number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)


class LoggingServer(Server):
    """A server whose own errors go to the logs of the product."""

    def error_log(self, msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:
        log.log(level, msg, exc_info=traceback)


def _server(app: Flask, settings: Settings) -> Server:
    """The server, already listening."""
    server = LoggingServer(
        (settings.host.strip("[]"), settings.port),
        app,
        numthreads=settings.threads,
        request_queue_size=_WAITING,
        shutdown_timeout=_DRAIN_SECONDS,
    )
    server.max_request_header_size = _MAX_HEADERS
    try:
        server.prepare()
    except OSError as error:
        raise UsedWrong(f"{settings.host} port {settings.port}: {error}") from error
    return server


def address(host: str, server: Server) -> str:
    """Where the server answers, as people type it."""
    port = server.bind_addr[1]
    name = f"[{host.strip('[]')}]" if ":" in host else host
    return f"http://{name}:{port}"


@click.command()
@click.option("--threads", type=click.IntRange(1, 64), default=4, show_default=True)
@click.pass_context
def worker(ctx: click.Context, threads: int) -> None:
    """Deliver to after-hooks until SIGTERM or Ctrl+C; any number may run, on any machine."""
    configure_logs()
    with opened(with_hooks=True) as services:
        ended = run_worker(services, threads)
    ctx.exit(0 if ended else 1)
