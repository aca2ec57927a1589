"""How many records and past changes a second a draft judges.

The form has 12 fields with rules, guards and rows; of the changes a quarter are steps and saves.
"""

import time
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any, Final

from benchmarks.engines import Engine
from benchmarks.timing import Row
from form_specs.conditions import Env
from runtime.access import FormAccess, program
from runtime.gate import Origin, Outcome
from runtime.replaying.finding import Report
from runtime.replaying.job import Wanted, judge
from runtime.replaying.looking_back import LookingBack, people_of
from runtime.replaying.outlook import Outlook
from runtime.replaying.past import PastChange
from runtime.services import Services
from runtime.storage.records import StoredRecord

_WANTED: Final = 20_000
"""A second of processor time."""
_MOST: Final = 20_000
"""Records: what is judged of each does not depend on how many there are."""
_BATCH: Final = 500
_CLI: Final = Origin("cli")
_FIELDS: Final[dict[str, Any]] = {
    **{
        f"text_{i}": {
            "type": "string",
            "title": f"Text {i}",
            "maxLength": 80,
            "x-ops": {"type": "text"},
        }
        for i in range(6)
    },
    **{
        f"count_{i}": {
            "type": "integer",
            "title": f"Count {i}",
            "minimum": 0,
            "x-ops": {"type": "integer"},
        }
        for i in range(4)
    },
    "amount": {
        "type": "string",
        "title": "Amount",
        "pattern": "^-?[0-9]{1,16}(\\.[0-9]{1,2})?$",
        "x-ops": {"type": "decimal"},
    },
    "region": {
        "enum": ["north", "south"],
        "title": "Region",
        "x-ops": {
            "type": "choice",
            "choices": [{"key": "north", "title": "North"}, {"key": "south", "title": "South"}],
        },
    },
}


def _tool() -> dict[str, Any]:
    rule = {"field": "count_0", "op": "le", "value": 1_000_000}
    schema = {"type": "object", "additionalProperties": False, "properties": deepcopy(_FIELDS)}
    form = {"key": "case", "title": "Case", "plural": "Cases", "schema": schema}
    return {
        "ops": "1",
        "kind": "tool",
        "key": "replayed",
        "title": "Replayed",
        "forms": [form | {"rules": [{"condition": rule, "message": "Too many"}]}],
        "workflows": [
            {
                "form": "case",
                "initial": "new",
                "states": [
                    {"key": "new", "title": "New", "category": "new"},
                    {"key": "done", "title": "Done", "category": "done"},
                ],
                "transitions": [{"key": "end", "title": "End", "from": ["new"], "to": "done"}],
            }
        ],
        "roles": [
            {"key": "clerk", "title": "Clerk", "grants": [{"form": "case", "can": ["read"]}]}
        ],
    }


def _draft() -> dict[str, Any]:
    """The tool with a field required, a limit, a rule, a guard and rows that are others."""
    document = _tool()
    form = document["forms"][0]
    form["schema"]["required"] = ["text_5"]
    form["schema"]["properties"]["count_1"]["maximum"] = 990
    form["rules"].append(
        {"condition": {"field": "count_2", "op": "le", "value": 995}, "message": "Too much"}
    )
    guard = {"field": "count_3", "op": "lt", "value": 990}
    way = document["workflows"][0]["transitions"][0]
    way["guards"] = [{"condition": guard, "message": "Too many"}]
    document["roles"][0]["grants"][0]["rows"] = {"field": "region", "op": "eq", "value": "north"}
    return document


def measure(made: Engine, records: int) -> Iterator[Row]:
    """The judging alone, then the whole job with reading and keeping."""
    records = min(records, _MOST)
    with made.store("replayed").opened() as services:
        _fill(services, records)
        what = f"Judging {records:,} records by a draft"
        with services.db.read() as conn:
            old, new, _comparison = services.replays.versions(conn, _draft())
            number, batches, after = old.forms["case"].form_id, [], -1
            while batch := services.replays.reader.scan(conn, number, after, _BATCH):
                batches.append(batch)
                after = batch[-1].id
        outlook = Outlook(old.forms["case"], new.forms["case"], Env("", frozenset(), _now()))
        alone = min(_judged(services, outlook, batches) for _ in range(3))
        yield Row.reached(what, "one core", records / alone, _WANTED)
        yield from _past(services, made.name)
        services.replays.start(Wanted("replayed", _draft(), 1), "benchmark")
        started = time.perf_counter()
        services.replays.work()
        taken = time.perf_counter() - started
        yield Row.told(f"{what}, the whole job", made.name, f"{records / taken:,.0f} a second")


def _past(services: Services, where: str) -> Iterator[Row]:
    """The judging of past changes alone, then the whole of it with reading."""
    with services.db.read() as conn:
        old, new, _comparison = services.replays.versions(conn, _draft())
        people = people_of(conn, "replayed")
    looking = LookingBack(services.db, (old, new), "case", people)
    batches = [*looking.batches(Report(), 0)]
    changes = sum(map(len, batches))
    what = f"Judging {changes:,} past changes by a draft"
    alone = min(_looked_back(looking, batches) for _ in range(3))
    yield Row.reached(what, "one core", changes / alone, _WANTED)
    started, report = time.perf_counter(), Report()
    for _piece in looking.pieces(report, 0):
        pass
    taken = time.perf_counter() - started
    yield Row.told(f"{what}, with reading", where, f"{changes / taken:,.0f} a second")


def _looked_back(looking: LookingBack, batches: list[list[PastChange]]) -> float:
    started, report = time.process_time(), Report()
    for batch in batches:
        looking.judge(report, batch)
    assert report.touched
    return time.process_time() - started


def _now() -> datetime:
    return datetime.now(UTC)


def _judged(services: Services, outlook: Outlook, batches: list[list[StoredRecord]]) -> float:
    started, report = time.process_time(), Report()
    for batch in batches:
        judge(services.replays, report, outlook, batch)
    assert report.failing
    return time.process_time() - started


def _fill(services: Services, records: int) -> None:
    form = services.published.publish(_tool(), by="benchmark").tool.forms["case"]
    access = FormAccess(form, program("benchmark"))
    parsed = [{k: form.fields[k].parse(_value(k, n)) for k in _FIELDS} for n in range(records)]
    for start in range(0, records, _BATCH):
        with services.gate.transaction():
            made = services.gate.create_many(access, parsed[start : start + _BATCH], _CLI)
            for outcome in made[::6]:
                assert isinstance(outcome, Outcome)
                services.gate.transition(access, outcome.record_id, "end", _CLI)
                values = {"count_1": 5}
                services.gate.update(access, outcome.record_id, values, _CLI, version=2)


def _value(key: str, number: int) -> Any:
    if key.startswith("text"):
        return f"What {key} says of {number}"
    if key.startswith("count"):
        return number % 1000
    return f"{number}.50" if key == "amount" else ("north", "south")[number % 2]
