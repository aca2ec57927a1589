"""A small tool whose fields choose from everywhere: lists, records, hooks, each other.

Cases are about merchants.  Operators never learn of merchants of the region `hq`, nor of any
merchant's `rating`.  Countries and cities are lists that leads change; a city goes with a country.
"""

from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

from components.base import ABSENT
from runtime.access import Access, FormAccess, Person, program
from runtime.accounts import Joining
from runtime.choosing import Directory
from runtime.compiling.tool import CompiledTool
from runtime.gate import Origin
from runtime.services import Services
from runtime.storage import accounts, events
from runtime.storage.events import Event
from runtime.storage.ids import decode_id, encode_id
from runtime.storage.records import RecordReader, StoredRecord
from tests.runtime.opening import PASSWORD, open_services_on

TOOL = "cases"
PEOPLE: dict[str, tuple[str, ...]] = {"olga": ("operator",), "lena": ("lead",), "nils": ()}
SEED = Origin("seed")

HOOKS = """
@hook.choices("fx.currencies")
def currencies(asked: Choosing):
    if asked.depends:
        return [("CHF", "Swiss franc")] if asked.depends == ("ch",) else [("EUR", "Euro")]
    return [{"key": "EUR", "title": "Euro", "color": "blue"}, ("RON", "Leu"), "USD"]
"""


def _text(title: str, **ops: Any) -> dict[str, Any]:
    return {"type": "string", "title": title, "maxLength": 200, "x-ops": {"type": "text", **ops}}


def _chosen(title: str, choices: Any, **ops: Any) -> dict[str, Any]:
    return {
        "type": "string",
        "title": title,
        "x-ops": {"type": "choice", "choices": choices, **ops},
    }


def _link(title: str, form: str, **link: Any) -> dict[str, Any]:
    return {
        "type": "string",
        "title": title,
        "x-ops": {"type": "link", "link": {"form": form, **link}},
    }


def _links(title: str, form: str, **link: Any) -> dict[str, Any]:
    return {
        "type": "array",
        "items": {"type": "string"},
        "uniqueItems": True,
        "maxItems": 20,
        "title": title,
        "x-ops": {"type": "links", "link": {"form": form, **link}},
    }


_ACTIVE = {"field": "status", "op": "ne", "value": "closed"}

MERCHANT: dict[str, Any] = {
    "name": _text("Name"),
    "country": _chosen("Country", {"list": "countries"}),
    "status": {
        "enum": ["open", "closed"],
        "title": "Status",
        "default": "open",
        "x-ops": {
            "type": "choice",
            "choices": [{"key": "open", "title": "Open"}, {"key": "closed", "title": "Closed"}],
        },
    },
    "region": _text("Region"),
    "rating": _text("Rating"),
    "code": _text("Code"),
}

CASE: dict[str, Any] = {
    "title": _text("Title"),
    "merchant": _link(
        "Merchant",
        "merchant",
        filter=_ACTIVE,
        show=["country", "rating"],
        inverse={"title": "Cases of this merchant"},
    ),
    "backup": _link("Backup merchant", "merchant", onDelete="clear"),
    "former": _link("Former merchant", "merchant", onDelete="keep"),
    "related": _links("Related cases", "case", onDelete="clear"),
    "country": _chosen("Country", {"list": "countries"}),
    "city": _chosen("City", {"list": "cities"}, dependsOn="country"),
    "currency": _chosen("Currency", {"hook": "fx.currencies", "cache": "PT1H"}),
    "shop_code": _chosen(
        "Shop",
        {"records": {"form": "merchant", "value": "code", "filter": _ACTIVE}, "match": "country"},
        dependsOn="country",
    ),
    "reason": _chosen(
        "Reason",
        [
            {"key": "fraud", "title": "Fraud"},
            {"key": "late", "title": "Came late", "match": ["ro"]},
        ],
        orOther=True,
        dependsOn="country",
    ),
    "places": {
        "type": "array",
        "items": {"type": "string"},
        "uniqueItems": True,
        "maxItems": 10,
        "title": "Places",
        "x-ops": {"type": "multi_choice", "choices": {"list": "cities"}},
    },
    "local": {
        "type": "string",
        "title": "Local merchant",
        "x-ops": {
            "type": "link",
            "link": {"form": "merchant", "match": "country", "onDelete": "keep"},
            "dependsOn": "country",
        },
    },
}

_LISTS: list[dict[str, Any]] = [
    {
        "key": "countries",
        "title": "Countries",
        "editors": ["lead"],
        "choices": [
            {"key": "ro", "title": "Romania", "color": "blue"},
            {"key": "ch", "title": "Switzerland"},
            {"key": "su", "title": "Soviet Union", "retired": True},
        ],
    },
    {
        "key": "cities",
        "title": "Cities",
        "editors": ["lead"],
        "choices": [
            {"key": "cluj", "title": "Cluj", "match": ["ro"]},
            {"key": "basel", "title": "Basel", "match": ["ch"]},
            {"key": "anywhere", "title": "Anywhere"},
        ],
    },
]


def _form(key: str, title: str, plural: str, properties: dict[str, Any], *required: str) -> Any:
    return {
        "key": key,
        "title": title,
        "plural": plural,
        "titleField": next(iter(properties)),
        "schema": {
            "type": "object",
            "additionalProperties": False,
            "required": list(required),
            "properties": properties,
        },
    }


def _view(key: str, title: str, form: str, *columns: str) -> dict[str, Any]:
    return {"key": key, "title": title, "type": "table", "form": form, "columns": list(columns)}


_EVERYTHING = ["read", "create", "edit", "delete", "comment", "attach"]
_OUTSIDE_HQ = {"field": "region", "op": "ne", "value": "hq"}

_DOCUMENT: dict[str, Any] = {
    "ops": "1",
    "kind": "tool",
    "key": TOOL,
    "title": "Cases",
    "forms": [
        _form("case", "Case", "Cases", CASE, "title"),
        _form("merchant", "Merchant", "Merchants", MERCHANT, "name"),
    ],
    "views": [
        _view("cases", "All cases", "case", "title", "merchant", "related", "city", "currency"),
        _view("merchants", "All merchants", "merchant", "name", "country"),
    ],
    "roles": [
        {
            "key": "operator",
            "title": "Operator",
            "grants": [
                {"form": "case", "can": ["read", "create", "edit"]},
                {
                    "form": "merchant",
                    "can": ["read", "create", "delete"],
                    "rows": _OUTSIDE_HQ,
                    "fields": {"rating": "hidden"},
                },
            ],
        },
        {
            "key": "lead",
            "title": "Lead",
            "grants": [
                {"form": "case", "can": _EVERYTHING},
                {"form": "merchant", "can": _EVERYTHING},
            ],
        },
    ],
    "lists": _LISTS,
}


def cases_tool() -> dict[str, Any]:
    """The tool's document, to be changed at will."""
    return deepcopy(_DOCUMENT)


def open_cases(url: str, folder: Path, **settings: Any) -> Services:
    """Services on a database that has the cases tool and its people."""
    services = open_services_on(url, folder, **settings)
    with services.db.read() as conn:
        fresh = accounts.by_name(conn, "ada") is None
    if fresh:
        services.published.publish(cases_tool(), by="system")
        for name, roles in PEOPLE.items():
            held = tuple((TOOL, role) for role in roles)
            services.accounts.add(Joining(name, PASSWORD, title=name.title(), roles=held))
        services.accounts.add(Joining("ada", PASSWORD, title="Ada Min", is_admin=True))
    return services


class Cases:
    """The tool as the gate sees it: make records from JSON, read them, ask who may what."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.gate = services.gate

    @property
    def tool(self) -> CompiledTool:
        with self.services.db.read() as conn:
            found = self.services.published.tool(conn, TOOL)
        assert found is not None
        return found

    def access(
        self, name: str, form: str = "case", roles: Sequence[str] | None = None
    ) -> FormAccess:
        held = PEOPLE.get(name, ()) if roles is None else roles
        person = Person(name, name.title(), name == "ada", frozenset((TOOL, r) for r in held))
        found = Access(program(name) if name == "system" else person).form(self.tool, form)
        assert found is not None
        return found

    def typed(self, form: str, data: dict[str, Any]) -> dict[str, Any]:
        fields = self.tool.forms[form].fields
        return {key: fields[key].parse(value) for key, value in data.items()}

    def make(self, form: str, by: str = "lena", **data: Any) -> str:
        """A new record; its id as the API shows it."""
        made = self.gate.create(self.access(by, form), self.typed(form, data), SEED)
        return encode_id(made.record_id)

    def change(self, form: str, record: str, by: str = "lena", **data: Any) -> None:
        wanted = {k: v for k, v in data.items() if v is not None}
        values = self.typed(form, wanted) | {k: ABSENT for k, v in data.items() if v is None}
        version = self.stored(form, record).version
        access = self.access(by, form)
        self.gate.update(access, decode_id(record), values, Origin("page"), version=version)

    def delete(self, form: str, record: str, by: str = "lena") -> None:
        self.gate.delete(self.access(by, form), decode_id(record), Origin("page"))

    def stored(self, form: str, record: str) -> StoredRecord:
        reader = RecordReader(self.services.db)
        with self.services.db.read() as conn:
            number = self.tool.forms[form].form_id
            found = reader.get(conn, number, decode_id(record), include_deleted=True)
        assert found is not None
        return found

    def data(self, form: str, record: str) -> dict[str, Any]:
        return self.stored(form, record).document

    def history(self, form: str, record: str) -> list[Event]:
        with self.services.db.read() as conn:
            number = self.tool.forms[form].form_id
            return events.history(conn, number, decode_id(record))[::-1]

    def directory(self, name: str, form: str = "case") -> "Open":
        return Open(self, self.access(name, form))


class Open:
    """A directory on a connection of its own, for one `with` block."""

    def __init__(self, cases: Cases, access: FormAccess) -> None:
        self._cases = cases
        self._access = access

    def __enter__(self) -> Directory:
        self._reading = self._cases.services.db.read()
        conn = self._reading.__enter__()
        return self._cases.gate.directory(conn, self._access)

    def __exit__(self, *error: Any) -> None:
        self._reading.__exit__(*error)
