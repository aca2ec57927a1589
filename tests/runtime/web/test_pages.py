"""Pages: each fragment is a part of its page, looking changes nothing, and cost does not grow."""

import re
from collections import Counter
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from runtime.gate import Origin
from runtime.storage.ids import decode_id
from tests.runtime.browsing import FRAGMENT, Browser
from tests.runtime.conftest import BOTH
from tests.runtime.opening import Desk
from tests.runtime.places import address, ask, endpoints, make_place

pytestmark = BOTH


@pytest.fixture(scope="module")
def place(services):
    found = make_place(services, score=4, due_on="2026-12-01", secret="s", card="4417")
    desk = Desk(services)
    for number in range(3):
        desk.gate.comment(
            desk.access("olga"), decode_id(found.record), f"Comment {number}", Origin("seed")
        )
    return found


def test_an_address_with_a_slash_too_many_leads_to_the_page(app, place):
    vera = Browser(app, "vera")
    answer = vera.get("/t/refunds/v/all/?q=caf%C3%A9")
    assert (answer.status_code, answer.location) == (308, "/t/refunds/v/all?q=caf%C3%A9")
    assert vera.get("/nothing/here/").status_code == 404
    assert vera.post(f"/t/refunds/f/refund/{place.record}/").status_code == 404


# -- looking --------------------------------------------------------------------------------

QUERIES = {
    "web.view": (
        *("?filter=region:eq:north", "?filter=score:gt:1&sort=-score", "?q=shop", "?q=%22%27%25"),
        *("?edit=region", "?edit=score&field=score&op=gt&value=3", "?edit=", "?cursor=nonsense"),
        *("?filter=nothing:eq:1", "?sort=nothing", "?filter={", "?sort=-", "?n=x&before=y"),
    ),
    "web.record": (
        *("?show=comments", "?show=changes", "?view=all&n=1", "?view=nothing", "?before=zzz"),
        *("?before=" + "9" * 30, "?before=0000000000001", "?view=all&n=" + "9" * 30, "?n=-1"),
    ),
    "web.palette": (
        "?q=shop",
        "?q=%23rf",
        "?q=%3Enew",
        "?at=/t/refunds/f/refund/{record}",
        "?q={record}",
    ),
    "web.new": ("?merchant=x",),
}


def addresses(app, place):
    for method, endpoint in endpoints(app):
        if method != "GET":
            continue
        path = address(app, endpoint, place)
        for query in ("", *QUERIES.get(endpoint, ())):
            yield path + query.replace("{record}", place.record)


def counted(services):
    """The rows of every table but of who is on a bench or tries a draft just now, and the newest event."""
    with services.db.read() as conn:
        names = "SELECT name FROM sqlite_master WHERE type = 'table'"
        if services.db.dialect == "postgresql":
            names = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        found = (name for (name,) in conn.exec_driver_sql(names) if not name.startswith("sqlite"))
        tables = [name for name in found if name not in ("draft_presence", "spec_trial")]
        rows = {
            name: conn.exec_driver_sql(f'SELECT count(*) FROM "{name}"').scalar_one()
            for name in tables
        }
        return rows, conn.exec_driver_sql("SELECT max(seq) FROM event").scalar_one()


def test_looking_at_everything_changes_nothing(app, services, place):
    """Every GET of every route, for somebody who may all, as a page and as a fragment."""
    ada, olga = Browser(app, "ada"), Browser(app, "olga")
    token = {"Authorization": f"Bearer {services.accounts.add_token('ada')[1]}"}
    ada.get("/api/v1/tools", headers=token)
    before = counted(services)
    for path in addresses(app, place):
        for answer in (
            ada.get(path, headers=token),
            olga.get(path, headers=FRAGMENT),
            olga.client.head(path, buffered=True),
        ):
            assert answer.status_code < 500, path
    assert counted(services) == before


# -- fragments ------------------------------------------------------------------------------

PINNED = re.compile(
    r'name="csrf_token" value="[^"]*"|name="_key" value="[^"]*"|nonce="[^"]*"|"X-CSRFToken": "[^"]*"'
    # In a dialog the palette's hits are options and a step posts by script; on a page of their
    # own they are links and a plain form.
    r'| role="listbox" aria-label="Results"| role="option" aria-selected="false" tabindex="-1"'
    r'| hx-post="[^"]*/transitions/[^"]*" hx-target="#record" [^>]*swap:innerHTML"'
    # "now" becomes "1 min" between two looks.
    r"|(?<= data-relative>)[^<]*"
)


def pinned(html):
    """A page without what is new each time it is drawn."""
    return re.sub(r"\s+", " ", PINNED.sub("", html)).strip()


@pytest.mark.parametrize("name", ["lena", "olga", "vera"])
def test_a_fragment_is_a_part_of_its_page(app, place, name):
    browser = Browser(app, name)
    fragments = 0
    for path in addresses(app, place):
        whole = browser.get(path)
        part = browser.get(path, headers=FRAGMENT)
        if part.status_code != 200 or not part.content_type.startswith("text/html"):
            continue
        if "<html" in part.text:
            assert pinned(part.text) == pinned(whole.text), path
            continue
        fragments += 1
        assert pinned(part.text) in pinned(whole.text), path
    assert fragments > 10


def test_a_boosted_link_gets_a_whole_page(app, place):
    headers = {"HX-Request": "true", "HX-Request-Type": "full", "HX-Boosted": "true"}
    answer = Browser(app, "lena").get(address(app, "web.record", place), headers=headers)
    assert answer.text.startswith("<!")


def test_a_fragments_address_opened_by_hand_is_a_page(app, place):
    for endpoint in ("web.counts", "web.palette", "web.ask_transition", "web.ask_delete"):
        answer = ask(Browser(app, "lena"), "GET", endpoint, place)
        assert answer.text.startswith("<!"), endpoint


# -- cost -----------------------------------------------------------------------------------


@contextmanager
def statements(services):
    """Collects the statements that are run inside."""
    found = []

    def note(_conn, _cursor, statement, *_):
        found.append(statement)

    engines = (services.db._reading, services.db._writing)
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)


def cost(services, browser, path):
    browser.get(path)
    with statements(services) as found:
        assert browser.get(path).status_code == 200
    return Counter(found)


@pytest.mark.parametrize("name", ["lena", "olga"])
@pytest.mark.parametrize(
    "query",
    ["", "?filter=region:eq:north&sort=-score", "?q=bulk"],
    ids=["all", "filtered", "found"],
)
def test_a_list_costs_the_same_with_5_and_with_200_records(app, services, query, name):
    desk, browser = Desk(services), Browser(app, name)
    path = f"/t/refunds/v/all{query}"

    def fill(count):
        with desk.gate.transaction():
            for number in range(count):
                values = desk.typed(merchant=f"Bulk {number}", score=number % 90, owner="otto")
                desk.gate.create(desk.access("lena"), values, Origin("seed"))

    fill(5)
    few = cost(services, browser, path)
    fill(200)
    many = cost(services, browser, path)
    assert many == few
    assert sum(few.values()) <= 8


def test_a_record_costs_the_same_with_1_and_with_40_comments(app, services):
    desk, place = Desk(services), make_place(services, owner="otto")
    browser = Browser(app, "olga")
    path = address(app, "web.record", place)

    def say(count):
        for number in range(count):
            name = ("olga", "otto", "lena")[number % 3]
            desk.gate.comment(
                desk.access(name), decode_id(place.record), f"Comment {number}", Origin("seed")
            )

    say(1)
    few = cost(services, browser, path)
    say(39)
    many = cost(services, browser, path)
    assert many == few
    assert sum(few.values()) <= 14


def test_home_costs_the_same_however_much_there_is(app, services):
    browser = Browser(app, "lena")
    make_place(services)
    few = cost(services, browser, "/")
    for _ in range(20):
        make_place(services)
    assert cost(services, browser, "/") == few


def test_a_save_reads_its_record_once(app, services):
    browser = Browser(app, "lena")
    path = address(app, "web.record", make_place(services))
    form = browser.form(path)
    form["score"] = "61"
    with statements(services) as found:
        assert browser.post(path, form, token=False).status_code == 303
    assert len([each for each in found if re.match(r"SELECT rec\w*\.", each)]) == 1
    assert len(found) <= 11


# -- what stands on a page ------------------------------------------------------------------


def test_a_view_without_a_column_that_may_be_seen_shows_its_records(app, place):
    """Every column of the view is hidden from the role: the record can still be opened."""
    answer = Browser(app, "olga").get("/t/refunds/v/all?filter=score:eq:4")
    assert place.record in answer.text


def test_a_long_history_goes_on(app, services):
    desk, place = Desk(services), make_place(services)
    for number in range(45):
        desk.gate.comment(
            desk.access("lena"), decode_id(place.record), f"Number {number}.", Origin("seed")
        )
    browser = Browser(app, "lena")
    html = browser.get(address(app, "web.record", place)).text
    assert "Number 44." in html
    assert "Number 3." not in html
    older = re.search(r'class="btn ghost older"\s+href="([^"]+)"', html)[1].replace("&amp;", "&")
    html = browser.get(older).text
    assert "Number 3." in html
    assert "Number 44." not in html
