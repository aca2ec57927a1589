"""How the tests of pages and gate open a real application on a database of their own."""

import textwrap
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import lru_cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
from flask import Flask
from sqlalchemy import make_url

from components.registry import Registry
from runtime.access import Access, FormAccess, Person, program
from runtime.accounts import Joining
from runtime.app import create_app
from runtime.compiling.tool import CompiledTool
from runtime.config import load_settings
from runtime.services import Services, open_services
from runtime.storage import accounts
from tests.runtime.refunds import PEOPLE, REFUND, TOOL, refunds_tool

PASSWORD = "correct horse"
KEY = "0123456789abcdef0123456789abcdef"
_DATABASES = count(1)


def open_refunds(url: str, folder: Path, *, hooks: str | None = None, **settings: Any) -> Services:
    """Services on a database that has the refunds tool and its people; `hooks` as below."""
    services = open_services_on(url, folder, hooks=hooks, **settings)
    with services.db.read() as conn:
        fresh = accounts.by_name(conn, "ada") is None
    if fresh:
        _furnish(services)
    return services


def open_services_on(
    url: str, folder: Path, *, hooks: str | None = None, **settings: Any
) -> Services:
    """Services on a database as it is.

    `hooks` is the code of a hook file; without it no hook runs.
    """
    if hooks is not None:
        (folder / "hooks").mkdir(exist_ok=True)
        code = "from opswright import *\n" + textwrap.dedent(hooks)
        (folder / "hooks" / "refunds.py").write_text(code, "utf-8")
        settings["hooks"] = folder / "hooks"
    wanted = {"data": folder, "database_url": url, "secret_key": KEY, **settings}
    return open_services(load_settings({}, wanted), with_hooks=hooks is not None)


@contextmanager
def serving(
    folder: Path, document: Any, *people: Joining, registry: Registry | None = None
) -> Iterator[Services]:
    """Services in a folder with one tool in force and its people, closed in the end."""
    settings = load_settings({}, {"data": folder})
    services = open_services(settings, with_hooks=False, registry=registry)
    with closing(services):
        services.published.publish(document, by="system")
        for joining in people:
            services.accounts.add(joining)
        yield services


def pages_of(services: Services) -> Flask:
    """The application for a browser of the tests."""
    made = create_app(services)
    made.testing = True
    return made


def token_of(services: Services, name: str) -> dict[str, str]:
    """The headers of a program that calls the API as somebody."""
    return {"Authorization": f"Bearer {services.accounts.add_token(name)[1]}"}


def _furnish(services: Services) -> None:
    services.published.publish(refunds_tool(), by="system")
    for name, roles in PEOPLE.items():
        held = tuple((TOOL, role) for role in roles)
        services.accounts.add(Joining(name, PASSWORD, title=f"{name.title()} Ops", roles=held))
    services.accounts.add(Joining("ada", PASSWORD, title="Ada Min", is_admin=True))


@lru_cache
def _furnished_file() -> bytes:
    """A SQLite file with tool and people: copying it is faster than making them."""
    with TemporaryDirectory() as folder:
        services = open_refunds("", Path(folder))
        services.close()
        return (Path(folder) / "opswright.db").read_bytes()


@lru_cache
def _furnished_template(server: str) -> str:
    """The name of a PostgreSQL database with tool and people, to be copied."""
    _execute(server, "CREATE DATABASE refunds_template")
    with TemporaryDirectory() as folder:
        open_refunds(_at(server, "refunds_template"), Path(folder)).close()
    return "refunds_template"


def furnished_url(dialect: str, folder: Path, server: Callable[[], str]) -> str:
    """The URL of a database with the refunds tool and its people that nobody else uses."""
    if dialect == "sqlite":
        (folder / "opswright.db").write_bytes(_furnished_file())
        return ""
    template, name = _furnished_template(server()), f"refunds_{next(_DATABASES)}"
    _execute(server(), f"CREATE DATABASE {name} TEMPLATE {template}")
    return _at(server(), name)


def fresh_url(dialect: str, server: Callable[[], str]) -> str:
    """The URL of an empty database that nobody else uses; on SQLite a file beside the data."""
    if dialect == "sqlite":
        return ""
    name = f"fresh_{next(_DATABASES)}"
    _execute(server(), f"CREATE DATABASE {name}")
    return _at(server(), name)


def _at(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _execute(server: str, statement: str) -> None:
    with psycopg.connect(server, autocommit=True) as conn:
        conn.execute(statement)  # type: ignore[call-overload]


class Desk:
    """The refunds tool as the gate sees it: accesses by name, typed values from JSON."""

    def __init__(self, services: Services, form: str = REFUND) -> None:
        self.services = services
        self.gate = services.gate
        self.form = form

    @property
    def tool(self) -> CompiledTool:
        with self.services.db.read() as conn:
            found = self.services.published.tool(conn, TOOL)
        assert found is not None
        return found

    def access(self, name: str, roles: Sequence[str] | None = None) -> FormAccess:
        """What somebody may do with the form; `roles` in place of those in `PEOPLE`."""
        held = PEOPLE.get(name, ()) if roles is None else roles
        person = Person(name, name.title(), name == "ada", frozenset((TOOL, role) for role in held))
        found = Access(person).form(self.tool, self.form)
        assert found is not None
        return found

    def program(self, name: str = "system") -> FormAccess:
        """What a program may do with the form: everything."""
        found = Access(program(name)).form(self.tool, self.form)
        assert found is not None
        return found

    def typed(self, **data: Any) -> dict[str, Any]:
        """Typed values from the JSON of a record."""
        fields = self.tool.forms[self.form].fields
        return {key: fields[key].parse(value) for key, value in data.items()}
