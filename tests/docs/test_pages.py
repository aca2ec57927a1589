"""Links, examples and commands of all pages."""

import json
import re
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from components.registry import Registry
from form_specs.check import check
from runtime.access import Access, program
from runtime.config import load_settings
from runtime.gate import Origin
from runtime.services import open_services
from tests.cluster import postgresql_is_installed, private_cluster
from tests.docs.pages import DOCS, EVERYTHING, PAGES, ROOT, Fence, fences, page_name
from tests.docs.plugin import announce
from tests.docs.terminal import commands, run

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
TYPED = [page for page in PAGES if any(block.language == "console" for block in fences(page))]
DISPUTE = {
    "merchant": "Northwind Outfitters",
    "amount": {"amount": "249.90", "currency": "EUR"},
    "network": "visa",
    "reason": "not_received",
    "due_by": "2036-12-01T17:00:00Z",
    "opened_on": "2026-11-20",
    "card_last4": "4417",
}

by_page = pytest.mark.parametrize("page", PAGES, ids=page_name)


def links(page: Path) -> list[str]:
    text = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    return [link for link in LINK.findall(text) if not link.startswith(("http://", "https://"))]


@by_page
def test_every_link_and_picture_leads_somewhere(page):
    missing = []
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            missing.append(link)
    assert missing == []


def anchors(page: Path) -> set[str]:
    """The anchors that a page's headings make."""
    headings = (heading.lower() for heading in HEADING.findall(page.read_text("utf-8")))
    return {re.sub(r"[^\w -]", "", heading).replace(" ", "-") for heading in headings}


def test_every_page_is_listed():
    listed = {(DOCS / link).resolve() for link in links(DOCS / "README.md")}
    assert set(DOCS.rglob("*.md")) - {DOCS / "README.md"} - listed == set()


def test_every_picture_is_shown():
    pictures = (DOCS / "pictures").glob("*.png")
    assert [each.name for each in pictures if f"pictures/{each.name}" not in EVERYTHING] == []


@by_page
def test_pages_name_no_place_that_is_not_theirs(page):
    text = page.read_text("utf-8")
    assert re.findall(r"\bissue #?\d+\b|/work/|\bTODO\b", text) == []


def specs() -> Iterator[Any]:
    for page in PAGES:
        for block in fences(page):
            if block.file and '"kind": "tool"' in block.text:
                yield pytest.param(page, block, id=f"{page_name(page)}: {block.file}")


@pytest.mark.parametrize(("page", "block"), [*specs()])
def test_specs_are_fine_or_broken_as_the_page_says(page, block, tmp_path, monkeypatch):
    files = written(page, tmp_path)
    if announce(tmp_path, files):
        monkeypatch.syspath_prepend(str(tmp_path))
    problems = check(json.loads(block.text), Registry.discover().catalog())
    assert bool(problems) is ("broken" in block.words), problems


def written(page: Path, folder: Path) -> dict[str, str]:
    """The files of a page, written into a folder; their texts by name."""
    files = {block.file: block.text for block in fences(page) if block.file}
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return files


# -- commands -------------------------------------------------------------------------------


@contextmanager
def with_records(folder: Path) -> Iterator[dict[str, str]]:
    """A data folder with three disputes."""
    settings = load_settings({}, {"data": folder / ".opswright"})
    services = open_services(settings, with_hooks=False)
    spec = json.loads((ROOT / "form_specs" / "examples" / "disputes.json").read_text("utf-8"))
    tool = services.published.publish(spec, by="cli").tool
    access = Access(program("cli")).form(tool, "dispute")
    assert access is not None
    for number in range(3):
        values = access.form.schema_class().load(DISPUTE | {"charge": f"ch_{number:010d}"})
        services.gate.create(access, values, Origin("cli"))
    services.close()
    yield {}


@contextmanager
def with_servers(folder: Path) -> Iterator[dict[str, str]]:
    """PostgreSQL and Redis in place of those that the page names."""
    if not postgresql_is_installed():
        pytest.skip("PostgreSQL is not installed")
    with ExitStack() as stack:
        socket_folder = make_url(stack.enter_context(private_cluster())).query["host"]
        redis = free_port()
        server = subprocess.Popen(
            ["redis-server", "--port", str(redis), "--bind", "127.0.0.1", "--save", ""],
            stdout=subprocess.DEVNULL,
        )
        stack.callback(server.wait)
        stack.callback(server.kill)
        wait_for(redis)
        yield {
            "@db.example.com/opswright": f"@/opswright?host={socket_folder}",
            "db.example.com": str(socket_folder),
            "redis.example.com:6379": f"127.0.0.1:{redis}",
            "/srv/opswright": str(folder),
            "8000": str(free_port()),
            "8001": str(free_port()),
        }


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


def wait_for(port: int) -> None:
    for _ in range(500):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError(f"nothing listens on port {port}")


@contextmanager
def with_nothing(_folder: Path) -> Iterator[dict[str, str]]:
    yield {}


NEEDS: dict[str, Callable[[Path], Any]] = {
    "audit.md": with_records,
    "backup.md": with_records,
    "postgresql.md": with_servers,
}
"""What the commands of a page find when they begin; gives what stands for the names in the page."""


def typed_on(page: Path, names: dict[str, str]) -> list[Fence]:
    """The blocks of a page with other names in them."""
    found = []
    for block in fences(page):
        text = block.text
        for name, meant in names.items():
            text = text.replace(name, meant)
        found.append(Fence(block.language, block.words, text))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("page", TYPED, ids=page_name)
def test_commands_do_what_the_page_says(page, tmp_path):
    with NEEDS.get(page.name, with_nothing)(tmp_path) as names:
        files = written(page, tmp_path)
        environment = {"PYTHONPATH": str(tmp_path)} if announce(tmp_path, files) else {}
        run(commands(typed_on(page, names)), tmp_path, environment)


@by_page
def test_what_looks_like_a_terminal_is_run(page):
    others = [block for block in fences(page) if block.language != "console"]
    assert [block for block in others if re.search(r"^\$ ", block.text, re.MULTILINE)] == []
