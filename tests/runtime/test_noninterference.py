"""What somebody may not know makes no difference to anything that they are told.

Two worlds are built in the same steps, with the same ids and times.  They differ in what an
operator and a viewer may not know: a hidden value, a masked one, a record out of their rows.
Every page and every answer of the API, errors included, must then be equal to the byte.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask

from opswright.application import create_app
from runtime.accounts import token_hash
from runtime.gate import Gate, Origin, Upload
from runtime.hooks.runner import HookRunner
from runtime.services import Services
from runtime.storage import accounts, tokens
from runtime.storage.ids import decode_id, encode_id
from runtime.storage.record_writer import RecordWriter
from runtime.storage.tokens import NewToken
from tests.runtime.browsing import FRAGMENT, Browser
from tests.runtime.opening import Desk, furnished_url, open_refunds
from tests.runtime.places import Place, address, ask, endpoints

SEED = Origin("seed")
READERS = ("olga", "vera")


class CountingIds:
    """Ids that are the same whenever the same things are made in the same order."""

    def __init__(self, first: int) -> None:
        self.last = first

    def next(self) -> int:
        self.last += 1 << 12
        return self.last


class SteppingClock:
    """A second later each time it is asked."""

    def __init__(self) -> None:
        self.now = datetime(2025, 3, 1, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@dataclass(frozen=True)
class Unknown:
    """What nobody but leads may know in one world."""

    secret: str = "alpha"
    changed_secret: str = "beta"
    card: str = "4417000011112222"
    elsewhere: str = "Headquarters"
    elsewhere_state: str = "start"


class World:
    """A small history in which an operator and a viewer see one refund of two."""

    def __init__(self, services: Services, unknown: Unknown) -> None:
        self.unknown = unknown
        # What is out of sight takes nothing of what the rest is counted by.
        self.aside = Desk(_counting(services, 1 << 39))
        self.services = _counting(services, 1 << 40)
        self.app: Flask = create_app(self.services)
        self.app.testing = True
        self.desk = Desk(self.services)
        self.tokens = {name: services.accounts.add_token(name)[1] for name in READERS}
        self.elsewhere = self._elsewhere()
        self.place = self._known()

    def _elsewhere(self) -> Place:
        """A refund of the head office, which only leads know of."""
        unknown, desk, lena = self.unknown, self.aside, self.aside.access("lena")
        values = desk.typed(merchant=unknown.elsewhere, region="hq", secret="elsewhere", score=9)
        made = desk.gate.create(lena, values, SEED)
        desk.gate.comment(lena, made.record_id, f"About {unknown.elsewhere}", SEED)
        if unknown.elsewhere_state:
            desk.gate.transition(lena, made.record_id, unknown.elsewhere_state, SEED)
        return Place(encode_id(made.record_id), encode_id(made.record_id))

    def _known(self) -> Place:
        """A refund that is seen, with a secret and a card number that are not."""
        unknown, desk, lena = self.unknown, self.desk, self.desk.access("lena")
        values = desk.typed(
            merchant="Corner shop",
            secret=unknown.secret,
            card=unknown.card,
            score=7,
            due_on="2025-04-01",
        )
        made = desk.gate.create(lena, values, SEED)
        changed = desk.typed(secret=unknown.changed_secret, notes="Seen by all")
        desk.gate.update(lena, made.record_id, changed, SEED, version=1)
        desk.gate.comment(desk.access("olga"), made.record_id, "Hello", SEED)
        kept = self.services.files.write(BytesIO(b"12.50"), limit=100)
        upload = Upload("receipt.txt", kept.sha256, kept.size, "text/plain")
        attached = desk.gate.attach(lena, made.record_id, [upload], SEED)
        return Place(encode_id(made.record_id), encode_id(attached.attachment_ids[0]))


def _counting(services: Services, first: int) -> Services:
    """The services with ids and a clock that are the same in every world."""
    ids: Any = CountingIds(first)
    writer = RecordWriter(services.db, ids, services.audit_key)
    gate = Gate(services.db, writer, ids, HookRunner.none(), SteppingClock())
    return replace(services, ids=ids, gate=gate)


Make = Callable[[Unknown], World]


@pytest.fixture(params=["sqlite", "postgresql"])
def make_world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Make]:
    made: list[Services] = []

    def make(unknown: Unknown) -> World:
        folder = tmp_path_factory.mktemp("world")
        url = furnished_url(request.param, folder, lambda: request.getfixturevalue("postgres_url"))
        made.append(open_refunds(url, folder))
        return World(made[-1], unknown)

    yield make
    for services in made:
        services.close()


# -- what is asked --------------------------------------------------------------------------

FIELDS = (
    *("number", "merchant", "email", "amount", "margin", "score", "due_on", "region", "labels"),
    *("owner", "notes", "extra", "papers", "origin", "secret", "card", "nothing"),
    *("@state", "@created_at", "@updated_by", "@id", "@version"),
)
WORDS = (
    *("alpha", "beta", "gamma", "omega", "4417000011112222", "5500", "Headquarters", "Branch"),
    *("elsewhere", "corner", "RF-0001", "RF-0002", "hq"),
)


def queries() -> Iterator[str]:
    """Every filter, sort and search that could tell something."""
    for field in FIELDS:
        for test in (
            "empty",
            "present",
            "eq:alpha",
            "gt:4",
            "starts_with:b",
            "in:alpha,beta",
            "nonsense:1",
        ):
            yield urlencode({"filter": f"{field}:{test}"})
        yield urlencode({"sort": field})
        yield urlencode({"sort": f"-{field}"})
    for word in WORDS:
        yield urlencode({"q": word})
        yield urlencode({"filter": f"card:contains:{word}"})
    for condition in (
        '{"field": "secret", "op": "eq", "value": "alpha"}',
        '{"not": {"any": [{"field": "secret", "op": "empty"}, {"field": "score", "op": "gt", "value": 1}]}}',
        '{"field": "notes", "op": "eq", "value": {"field": "secret"}}',
        '{"user": {"is": "secret"}}',
        '{"user": {"is": "@created_by"}}',
        '{"field": "secret", "op": "no", "value": [[[]]]}',
    ):
        yield urlencode({"filter": condition})
    for edit in ("secret", "card", "merchant"):
        yield urlencode({"edit": edit})
        yield urlencode({"field": edit, "op": "eq", "value": "alpha"})


def places_of(world: World) -> Iterator[str]:
    """Every page there is."""
    for method, endpoint in endpoints(world.app):
        if method == "GET" and not endpoint.startswith("api."):
            for place in (world.place, world.elsewhere):
                yield address(world.app, endpoint, place)
    record = address(world.app, "web.record", world.place)
    for more in ("?show=changes", "?show=comments", "?view=all&n=1", "?view=known", "?before=0"):
        yield record + more
    for view in ("all", "queue", "known"):
        yield f"/t/refunds/v/{view}"
        yield f"{record}?view={view}&sort=-score"
    for word in WORDS:
        yield f"/palette?{urlencode({'q': word, 'at': record})}"
    yield f"/palette?q={world.elsewhere.record}"


def list_requests(world: World) -> Iterator[str]:
    """Every list that can be asked for, and a record's place in each."""
    record = address(world.app, "web.record", world.place)
    for query in queries():
        yield f"/t/refunds/v/all?{query}"
        yield f"{record}?view=all&{query}"


def api_requests(world: World) -> Iterator[str]:
    for method, endpoint in endpoints(world.app):
        if method == "GET" and endpoint.startswith("api."):
            for place in (world.place, world.elsewhere):
                yield address(world.app, endpoint, place)
    records = address(world.app, "api.list_records", world.place)
    for query in queries():
        yield f"{records}?{query}&count=true&limit=1"


# -- what is told ---------------------------------------------------------------------------

PINNED = re.compile(
    rb'name="csrf_token"\s+value="[^"]*"|"X-CSRFToken": "[^"]*"|name="_key"\s+value="[^"]*"|nonce[=-]["\']?[\w-]+'
    rb'|urn:opswright:request:\w+|content="[^"]*"\s+name="csrf|\bIj[\w.-]{60,}'
    rb"|(?<=data-relative>)[^<]*"
)


def told(answer: Any) -> tuple[int, dict[str, str], bytes]:
    """An answer without what is drawn by lot each time."""
    headers = {
        name: PINNED.sub(b"", value.encode()).decode()
        for name, value in answer.headers.items()
        if name not in ("X-Request-Id", "Set-Cookie")
    }
    headers.pop("Content-Length", None)
    return answer.status_code, headers, PINNED.sub(b"", answer.data)


def difference(one: Any, other: Any) -> Any:
    """Where two answers begin to differ; nothing where they do not."""
    if one[:2] != other[:2]:
        return one[:2], other[:2]
    pairs = zip(one[2].splitlines(), other[2].splitlines(), strict=False)
    lines = [pair for pair in pairs if pair[0] != pair[1]]
    return lines[:2] or (one[2] != other[2] and "one is longer")


def compare(
    one: World, other: World, name: str, paths: Iterator[str], headers: Mapping[str, str]
) -> int:
    """Asserts that both worlds say the same to somebody who may not know; how often they were asked."""
    browsers = [Browser(world.app, name) for world in (one, other)]
    asked = 0
    for path in paths:
        mine, theirs = (told(browser.get(path, headers=headers)) for browser in browsers)
        assert not difference(mine, theirs), (name, path)
        asked += 1
    return asked


ALL_DIFFERENT = Unknown("omega", "gamma", "5500", "Branch", "")
DIFFERENT = {
    "a hidden value": Unknown(secret="omega"),
    "a hidden value that changed": Unknown(changed_secret="gamma"),
    "a masked value": Unknown(card="5500"),
    "a record out of sight": Unknown(elsewhere="Branch", elsewhere_state=""),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", READERS)
def test_what_is_not_known_makes_no_difference(make_world, name):
    one, other = make_world(Unknown()), make_world(ALL_DIFFERENT)
    bearer = {"Authorization": f"Bearer {one.tokens[name]}"}
    with other.services.db.write() as conn:
        account = accounts.by_name(conn, name)
        new = NewToken(1, account.id, token_hash(one.tokens[name]), "the same", None)
        tokens.add(conn, new, 1)
    assert compare(one, other, name, api_requests(one), bearer) > 200
    assert compare(one, other, name, places_of(one), {}) > 50
    assert compare(one, other, name, places_of(one), FRAGMENT) > 50
    # Pages ask what the API asks, so that it is enough to draw all of them on one database.
    if one.services.db.dialect == "sqlite":
        assert compare(one, other, name, list_requests(one), FRAGMENT) > 400


def looking(world: World, account: str) -> Browser:
    """A viewer who builds the tool, and looks at it as a lead, who knows everything."""
    with world.services.db.write() as conn:
        accounts.grant(conn, accounts.by_name(conn, "vera").id, "refunds", "@builder")
    browser = Browser(world.app, "vera")
    begun = browser.post("/build/refunds/roles/lead/look", {"account": account})
    assert begun.location == "/t/refunds/"
    return browser


@pytest.mark.slow
@pytest.mark.parametrize("account", ["", "lena"], ids=["the role", "the person"])
def test_who_looks_as_somebody_that_knows_more_is_told_no_more(make_world, account):
    one, other = make_world(Unknown()), make_world(ALL_DIFFERENT)
    browsers = [looking(world, account) for world in (one, other)]
    paths = [path for path in places_of(one) if not path.startswith("/build/")]
    if one.services.db.dialect == "sqlite" and account:
        paths += [path for index, path in enumerate(list_requests(one)) if not index % 4]
    for path in paths:
        mine, theirs = (told(browser.get(path)) for browser in browsers)
        assert not difference(mine, theirs), path
    assert b"You look as" in browsers[0].get("/t/refunds/v/all").data


def test_those_who_know_see_the_difference(make_world):
    """The comparison itself can tell: to a lead the worlds differ in every one of these ways."""
    known = make_world(Unknown())
    for different in DIFFERENT.values():
        other = make_world(different)
        path = address(known.app, "web.record", known.place)
        pages = [
            [told(Browser(world.app, "lena").get(at)) for at in (path, "/t/refunds/v/all")]
            for world in (known, other)
        ]
        assert pages[0] != pages[1]


# -- what is done ---------------------------------------------------------------------------


def steps(world: World) -> Iterator[tuple[str, Any]]:
    """What an operator tries, one after the other, and is told."""
    record = address(world.app, "web.record", world.place)
    data: dict[str, Any]
    for path, data in (
        (record, {"_version": "1", "score": "8", "notes": "Mine"}),
        (record, {"_version": "1", "score": "8", "merchant": "Mine", "secret": "alpha"}),
        (record, {"_version": "2", "score": "800", "secret": "beta", "card": "1"}),
        (f"{record}/transitions/start", {"secret": "alpha"}),
        (f"{record}/transitions/hold", {}),
        (f"{record}/transitions/pay", {}),
        (f"{record}/actions/hurry", {}),
        (f"{record}/actions/refetch", {}),
        (f"{record}/comments", {"body": "Mine"}),
        (f"{record}/delete", {}),
        ("/t/refunds/f/refund/new", {"merchant": "New", "secret": "alpha", "card": "x"}),
    ):
        yield path, Browser(world.app, "olga").post(path, data)
        yield path, Browser(world.app, "olga").get(record)
    client = world.app.test_client()
    headers = {"Authorization": f"Bearer {world.tokens['olga']}"}
    api = address(world.app, "api.record", world.place)
    for method, path, body in (
        ("PATCH", api, {"data": {"score": 1}}),
        ("PATCH", api, {"data": {"secret": "alpha"}}),
        ("PATCH", api, {"data": {"card": "4417000011112222"}}),
        ("PATCH", api, {"data": {"secret": "x" * 900, "nothing": 1, "score": 900}}),
        ("POST", f"{api}/transitions/resume", {"data": {"secret": "alpha"}}),
        ("POST", f"{api}/transitions/hold", {"comment": "x"}),
        ("DELETE", api, None),
    ):
        for version in ('"1"', "*", '"99"'):
            answer = client.open(
                path, method=method, json=body, headers=headers | {"If-Match": version}
            )
            yield f"{method} {path} {body} {version}", answer
    for method, endpoint in endpoints(world.app):
        if method != "GET" and endpoint not in ("web.sign_out", "web.sign_in"):
            more = {"headers": headers} if endpoint.startswith("api.") else {}
            for place in (world.elsewhere, world.place):
                yield endpoint, ask(Browser(world.app, "olga"), method, endpoint, place, **more)


def test_what_is_done_is_answered_alike(make_world):
    one, other = make_world(Unknown()), make_world(ALL_DIFFERENT)
    for (what, mine), (_, theirs) in zip(steps(one), steps(other), strict=True):
        assert not difference(told(mine), told(theirs)), what
    # And what comes of it is told alike.
    for name in READERS:
        assert compare(one, other, name, places_of(one), {}) > 50


# -- files of a hidden field ----------------------------------------------------------------


def test_the_names_of_files_in_a_hidden_field_are_not_told(make_services, make_tool):
    def hide_papers(tool):
        tool["roles"][0]["grants"][0]["fields"]["papers"] = "hidden"

    services = make_services()
    services.published.publish(make_tool(hide_papers), by="test")
    desk, app = Desk(services), create_app(services)
    kept = services.files.write(BytesIO(b"x"), limit=10)
    upload = Upload("contract-with-x.txt", kept.sha256, kept.size, "text/plain")
    made = desk.gate.create(
        desk.access("lena"), desk.typed(merchant="Shop"), SEED, uploads={"papers": [upload]}
    )
    paper = desk.gate.record(desk.access("lena"), made.record_id).document["papers"]
    left = desk.typed(papers=[]) if not paper else {"papers": []}
    desk.gate.update(desk.access("lena"), made.record_id, left, SEED, version=1)
    token = {"Authorization": f"Bearer {services.accounts.add_token('olga')[1]}"}
    place = Place(encode_id(made.record_id), encode_id(made.attachment_ids[0]))
    app.testing = True
    browser = Browser(app, "olga")
    for endpoint in ("web.record", "api.record", "api.list_events", "web.file"):
        answer = browser.get(address(app, endpoint, place), headers=token)
        assert b"contract" not in answer.data, endpoint
        assert b"papers" not in answer.data.lower(), endpoint
    assert decode_id(place.record) == made.record_id
