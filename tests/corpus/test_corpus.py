"""Schemas in the styles found in the wild, each with records that are valid and that are not.

Every one becomes a form: valid records come back equal from the store, invalid ones are refused
where the schema complains.
"""

import json
from collections import Counter
from pathlib import Path

import pytest
from marshmallow import ValidationError

from components.judging.findings import Reading
from components.judging.levels import Levels
from components.judging.validator import engine
from components.registry import Registry
from form_specs.exact_json import dumps, loads
from form_specs.from_schema.tool import tool_from_schema
from form_specs.source import parse_source
from runtime.accounts import Joining
from runtime.app import create_app
from runtime.compiling.tool import CompiledTool
from runtime.config import load_settings
from runtime.services import open_services

REGISTRY = Registry.discover()
CORPUS = {
    path.stem: parse_source(path.read_bytes(), exact=True, max_depth=200).document
    for path in sorted(Path(__file__).parent.glob("*.json"))
}
CATALOG = REGISTRY.catalog()
STORED_OTHERWISE = (
    "exact-numbers",
    "exact-texts",
    "exact-moments",
    "names-of-all-kinds",
    "nullable-profile",
)


def compiled(schema):
    """The form of a schema, as it is after a spec was printed, read and published."""
    document, _ = tool_from_schema(schema, "thing", CATALOG)
    printed = parse_source(json.dumps(document, indent=2).encode()).document
    tool = CompiledTool.build(printed, REGISTRY, tool_id=1, version=1, form_ids={"thing": 1})
    return tool.forms["thing"]


def stored(form, record):
    """The record as it comes back from the store; none where the form refuses it."""
    try:
        values = form.schema_class().load(record)
    except ValidationError:
        return None
    document = loads(dumps(form.to_document(values)))
    back = form.to_record(document)
    return None if form.judge.problems(back) else back


def same(left, right):
    """Whether two values are the same JSON: 1 and 1.0 are, 1 and true are not."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[k], right[k]) for k in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return left == right


@pytest.mark.parametrize("name", CORPUS)
def test_valid_records_come_back_equal_and_invalid_ones_are_refused_at_their_place(name):
    case = CORPUS[name]
    form = compiled(case["schema"])

    for record in case["valid"]:
        assert same(stored(form, record), record), record
    for wrong in case["invalid"]:
        problems = form.judge.problems(wrong["data"])
        assert wrong["at"] in [problem.pointer for problem in problems], (wrong, problems)


@pytest.mark.parametrize("name", CORPUS)
def test_what_is_wrong_is_the_same_when_it_is_looked_for_level_by_level(name):
    schema = compiled(CORPUS[name]["schema"]).spec.schema
    levels, whole = Levels(schema), engine(schema)
    for wrong in CORPUS[name]["invalid"]:
        record = wrong["data"]
        at_once = Reading(schema, record, whole.iter_errors(record)).findings
        by_level = levels.look(record).findings
        assert Counter(map(_told, by_level)) == Counter(map(_told, at_once)), record


def _told(finding):
    return finding.path, finding.keyword, repr(finding.instance)


def test_the_corpus_is_large_enough_to_mean_something():
    assert len(CORPUS) >= 40
    assert sum(len(case["valid"]) + len(case["invalid"]) for case in CORPUS.values()) >= 250


class Bearer:
    """An administrator of a server on which every schema of the corpus is published."""

    def __init__(self, services, names):
        for name in names:
            document, _ = tool_from_schema(CORPUS[name]["schema"], name.replace("-", "_"), CATALOG)
            services.published.publish(document, by="system")
        self._client = create_app(services).test_client()
        services.accounts.add(Joining("ada", "correct horse", is_admin=True))
        token = services.accounts.add_token("ada")[1]
        self._headers = {"Authorization": f"Bearer {token}"}

    def create(self, tool, text):
        """The answer to a new record, whose data stands in `text` as it is sent."""
        body = b'{"data": ' + text + b"}"
        more = {"data": body, "content_type": "application/json", "headers": self._headers}
        return self._client.post(f"/api/v1/tools/{tool}/forms/{tool}/records", **more)

    def data(self, address):
        """The data of a record, every number as it was sent."""
        return loads(self._client.get(address, headers=self._headers).data)["data"]


@pytest.fixture(scope="module")
def bearers(request, tmp_path_factory):
    """From a database to the bearer on it, each made once, whatever the order of the tests."""
    made = {}

    def bearer(dialect):
        if dialect not in made:
            url = request.getfixturevalue("postgres_url") if dialect == "postgresql" else ""
            wanted = {"database_url": url, "api_limit": "100000 per 1 minute"}
            folder = tmp_path_factory.mktemp("corpus")
            services = open_services(
                load_settings({}, {"data": folder, **wanted}), with_hooks=False
            )
            request.addfinalizer(services.close)
            made[dialect] = Bearer(services, STORED_OTHERWISE if url else CORPUS)
        return made[dialect]

    return bearer


def _on_both():
    """All on SQLite, and on PostgreSQL those whose values a store may write in another way."""
    yield from (("sqlite", name) for name in CORPUS)
    yield from (("postgresql", name) for name in STORED_OTHERWISE)


@pytest.mark.parametrize(("dialect", "name"), [*_on_both()])
def test_the_api_takes_what_is_valid_and_says_where_the_rest_is_wrong(bearers, dialect, name):
    bearer = bearers(dialect)
    case, tool = CORPUS[name], name.replace("-", "_")
    for record in case["valid"]:
        answer = bearer.create(tool, dumps(record))
        assert answer.status_code == 201, (record, answer.json)
        assert same(bearer.data(answer.location), record), record
    for wrong in case["invalid"]:
        answer = bearer.create(tool, dumps(wrong["data"]))
        assert answer.status_code == 422, wrong
        pointers = [fault.get("pointer", "/data") for fault in answer.json["errors"]]
        assert f"/data{wrong['at']}" in pointers, (wrong, answer.json)
