"""The card disputes example: compiled as the runtime compiles it, and seeded as the demo does."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from components.registry import Registry
from opswright.demo import HOOKS, example, prepare
from opswright.demo.accounts import TOOL, persons
from runtime.access import Access, FormAccess, Person
from runtime.compiling.form import CompiledForm
from runtime.compiling.tool import CompiledTool
from runtime.config import load_settings
from runtime.reading import ListRequest, Records
from runtime.services import Services, open_services

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
RECORDS = 50


@pytest.fixture(scope="session")
def registry() -> Registry:
    return Registry.discover()


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The spec that is looked at; a module may look at another one that must do the same."""
    return example()


@pytest.fixture(scope="module")
def disputes(registry: Registry, document: dict[str, Any]) -> CompiledTool:
    return CompiledTool.build(document, registry, tool_id=1, version=1, form_ids={"dispute": 1})


@pytest.fixture(scope="module")
def dispute(disputes: CompiledTool) -> CompiledForm:
    return disputes.forms["dispute"]


@pytest.fixture(scope="module")
def access_of(disputes: CompiledTool) -> Callable[[str], FormAccess]:
    """Makes the access of somebody with one role, or of somebody of the demo by name."""

    def make(name: str) -> FormAccess:
        role = Person(name, name, roles=frozenset({("disputes", name)}))
        access = Access(persons().get(name, role)).form(disputes, "dispute")
        assert access is not None
        access.now = NOW
        return access

    return make


@pytest.fixture
def record() -> dict[str, Any]:
    """A dispute ready to be submitted, in JSON form."""
    return {
        "reference": "DSP-020407",
        "charge": "ch_3Pq8Lk2eZvKYlo2C",
        "merchant": "Lumen Studio",
        "amount": {"amount": "8450.00", "currency": "USD"},
        "network": "visa",
        "reason": "fraudulent",
        "due_by": "2026-11-24T17:00:00Z",
        "opened_on": "2026-11-10",
        "charged_on": "2026-10-21",
        "priority": "high",
        "owner": "operator",
        "decision": "contest",
        "card_checks": "match",
        "carrier": "ups",
        "shipping_tracking": "1Z 999 AA1 01 2345 6784",
        "shipped_on": "2026-10-22",
        "delivered_on": "2026-10-28",
        "rebuttal": "The cardholder placed the order from the device used for four earlier orders.",
        "card_last4": "4417",
        "cardholder_email": "jane@mail.example",
    }


# -- the demo in a database ------------------------------------------------------------------


def opened(folder, **settings: object) -> Services:
    return open_services(load_settings({}, {"data": folder, "hooks": HOOKS, **settings}))


@pytest.fixture(scope="module")
def said() -> list[str]:
    """What seeding told the terminal."""
    return []


@pytest.fixture(scope="module")
def services(tmp_path_factory, said):
    """Services on a database with the demo in it, with its hooks, for the tests of one module."""
    found = opened(tmp_path_factory.mktemp("demo"))
    prepare(found, records=RECORDS, now=NOW, say=said.append)
    yield found
    found.close()


@pytest.fixture
def acting(services):
    """Makes the access of somebody of the demo by name, at the moment of seeding."""

    def make(name: str):
        with services.db.read() as conn:
            tool = services.published.tool(conn, TOOL)
        access = Access(persons()[name]).form(tool, "dispute")
        access.now = NOW
        return access

    return make


@pytest.fixture
def listed(services, acting):
    """Lists what somebody sees in a view, or in no view at all."""

    def list_(name: str, view: str | None = None):
        access = acting(name)
        spec = access.form.views[view] if view else None
        with services.db.read() as conn:
            request = ListRequest(limit=200)
            return list(Records(services.db).page(conn, access, request, spec).records)

    return list_
