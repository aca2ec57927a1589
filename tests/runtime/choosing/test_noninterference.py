"""What somebody may not know of linked records changes nothing in what they are answered."""

import re
from copy import deepcopy

import pytest

from components.base import Wanted
from opswright.application import create_app
from runtime.storage.ids import decode_id
from tests.runtime.browsing import FRAGMENT, Browser
from tests.runtime.cases import Cases
from tests.runtime.hopping import hopping_tool

CASE, MERCHANT = "/t/cases/f/case", "/t/cases/f/merchant"
API = "/api/v1/tools/cases/forms"
_OWN = re.compile(
    r'nonce="[^"]*"|name="csrf_token"[^>]*>|name="_key"[^>]*>|X-CSRFToken[^}]*}|urn:opswright:request:\w+'
    r"|value=\"[\w.-]+-comment\""
)


@pytest.fixture
def world(own_cases: Cases):
    """A case that links to a merchant out of olga's sight and to one whose rating she may not know."""
    cases = own_cases
    hidden = cases.make("merchant", name="Alpha hidden", region="hq", country="ro", code="ALP")
    shown = cases.make("merchant", name="Shown", rating="alpha", country="ro", code="SHO")
    case = cases.make("case", title="Case", merchant=hidden, backup=shown, country="ro")
    app = create_app(cases.services)
    token = cases.services.accounts.add_token("olga")[1]
    return cases, Browser(app, "olga"), token, (hidden, shown, case)


def _answers(browser, token, ids):
    """All that olga can ask about, as it is answered."""
    hidden, shown, case = ids
    headers = {"Authorization": f"Bearer {token}"}
    pages = [
        *(f"{CASE}/{case}", f"{CASE}/new", f"{MERCHANT}/{shown}", f"{MERCHANT}/{hidden}"),
        *("/t/cases/v/cases", "/t/cases/v/merchants", "/t/cases/v/cases?edit=merchant"),
        *(
            f"/t/cases/v/cases?filter=merchant:eq:{hidden}",
            "/t/cases/v/cases?filter=merchant:present",
        ),
        *(f"{CASE}/choices/merchant?q=alpha", f"{CASE}/choices/merchant?q=beta"),
        *(f"{CASE}/choices/shop_code?depends=ro", f"{CASE}/choices/merchant"),
        *(f"{CASE}/cards/merchant/{hidden}", f"{CASE}/cards/backup/{shown}"),
    ]
    asked = [
        *(
            f"{API}/case/records",
            f"{API}/case/records/{case}",
            f"{API}/case/records?q=alpha&count=true",
        ),
        *(f"{API}/case/choices/merchant", f"{API}/case/choices/shop_code?depends=ro"),
        *(f"{API}/merchant/records?count=true", f"{API}/merchant/records/{hidden}"),
    ]
    found = [(path, browser.get(path)) for path in pages]
    found += [(path, browser.get(path, headers=FRAGMENT)) for path in pages]
    found += [(path, browser.client.get(path, headers=headers)) for path in asked]
    body = {"data": {"title": "Tried", "merchant": hidden}}
    found.append(("post", browser.client.post(f"{API}/case/records", json=body, headers=headers)))
    typed = {"title": "", "merchant": hidden}
    found.append(("form", browser.post(f"{CASE}/new", typed)))
    return [(path, answer.status_code, _OWN.sub("", answer.text)) for path, answer in found]


def _compare(before, after):
    for (path, *was), (_, *now) in zip(before, after, strict=True):
        assert was == now, path


def test_the_name_of_a_record_out_of_sight_is_told_nowhere(world):
    cases, browser, token, ids = world
    before = _answers(browser, token, ids)
    cases.change("merchant", ids[0], name="Beta hidden", code="BET", country="ch")
    _compare(before, _answers(browser, token, ids))
    assert not any("Alpha hidden" in text for *_, text in before)


def test_a_hidden_field_of_a_linked_record_is_told_nowhere(world):
    cases, browser, token, ids = world
    before = [a for a in _answers(browser, token, ids) if "/merchant/" not in a[0]]
    shown = cases.stored("merchant", ids[1])
    with cases.services.db.write() as conn:
        # Past the gate, so that nothing else of the record changes.
        table = f"rec_{shown.form_id}"
        sql = f"UPDATE {table} SET data = replace(data, 'alpha', 'gamma') WHERE id = {decode_id(ids[1])}"
        assert conn.exec_driver_sql(sql).rowcount == 1
    after = [a for a in _answers(browser, token, ids) if "/merchant/" not in a[0]]
    _compare(before, after)


def test_a_record_out_of_sight_and_one_that_is_not_there_are_refused_alike(world):
    cases, browser, token, (hidden, _, _) = world
    headers = {"Authorization": f"Bearer {token}"}

    def refused(merchant):
        body = {"data": {"title": "Tried", "merchant": merchant}}
        answer = browser.client.post(f"{API}/case/records", json=body, headers=headers)
        return answer.status_code, _OWN.sub("", answer.text)

    assert refused(hidden) == refused("0000000000007")
    deleted = cases.make("merchant", name="Deleted")
    cases.delete("merchant", deleted)
    assert refused(deleted) == refused(hidden)


def test_a_filter_on_what_one_may_not_read_offers_nothing(own_cases):
    """Else what is offered would tell of the field that the filter asks about."""
    document = deepcopy(own_cases.tool.spec.document)
    link = document["forms"][0]["schema"]["properties"]["backup"]["x-ops"]["link"]
    link["filter"] = {"field": "rating", "op": "eq", "value": "A"}
    own_cases.services.published.publish(document, by="system")
    own_cases.make("merchant", name="Rated", rating="A")
    for name, count in (("lena", 1), ("olga", 0)):
        with own_cases.directory(name) as directory:
            field = directory.access.form.fields["backup"]
            found = directory.offers(field, Wanted())
        assert len(found.items) == count
        assert bool(found.problem) is (name == "olga")


# -- what conditions, formulas and columns find behind links ----------------------------------


@pytest.fixture
def hopping(own_cases: Cases):
    """Two cases, backed by a merchant whose rating olga may not know and by one out of her sight."""
    cases = own_cases
    cases.services.published.publish(hopping_tool(), by="system")
    shown = cases.make("merchant", name="Shown", rating="alpha", code="SHO")
    hidden = cases.make("merchant", name="Alpha hidden", region="hq", rating="alpha")
    made = [cases.make("case", title="Case", backup=key) for key in (shown, hidden)]
    app = create_app(cases.services)
    return cases, app, cases.services.accounts.add_token("olga")[1], (shown, hidden, *made)


def _beheld(app, token, ids):
    """All that olga is told of the two cases, of lists of them, and of forms that she fills in."""
    shown, hidden, *made = ids
    browser, headers = Browser(app, "olga"), {"Authorization": f"Bearer {token}"}
    pages = ["/t/cases/v/backed", "/t/cases/v/closed", "/t/cases", f"{CASE}/new"]
    pages += [f"/t/cases/v/backed?filter=backup.{part}" for part in ASKED]
    pages += ["/t/cases/v/backed?sort=backup.rating", "/t/cases/v/backed?edit=backup.rating"]
    for case in made:
        ways = [f"{CASE}/{case}/transitions/{way}" for way in ("close", "praise")]
        pages += [f"{CASE}/{case}", *ways]
    found = [(path, browser.get(path)) for path in pages]
    found += [(path, browser.get(path, headers=FRAGMENT)) for path in pages]
    asked = [f"{API}/case/records", *(f"{API}/case/records/{case}" for case in made)]
    asked += [f"{API}/case/records?filter=backup.{part}" for part in ASKED]
    found += [(path, browser.client.get(path, headers=headers)) for path in asked]
    for case in made:
        for typed in ({"backup": shown}, {"backup": hidden}, {"backup": shown, "remark": "x"}):
            path = f"{CASE}/{case}/refresh"
            found.append((path, browser.post(path, {"title": "Case", **typed}, headers=FRAGMENT)))
    return [(path, answer.status_code, _OWN.sub("", answer.text)) for path, answer in found]


ASKED = ("rating:eq:alpha", "rating:present", "name:contains:a", "status:eq:closed", "@state:empty")


def test_no_condition_formula_or_column_tells_a_hidden_field_of_a_linked_record(hopping):
    cases, app, token, ids = hopping
    before = _beheld(app, token, ids)
    linked = cases.stored("merchant", ids[0])
    with cases.services.db.write() as conn:
        # Past the gate, so that nothing else of the record changes.
        sql = f"UPDATE rec_{linked.form_id} SET data = replace(data, '\"alpha\"', '\"worst\"')"
        assert conn.exec_driver_sql(sql).rowcount == 2
    _compare(before, _beheld(app, token, ids))
    assert "Rated worst" in Browser(app, "lena").get(f"{CASE}/{ids[2]}").text


def test_no_condition_formula_or_column_tells_of_a_linked_record_out_of_sight(hopping):
    cases, app, token, ids = hopping
    before = _beheld(app, token, ids)
    seen = Browser(app, "lena").get(f"{CASE}/{ids[3]}").text
    cases.change("merchant", ids[1], name="Beta hidden", status="closed", code="BET", rating="x")
    _compare(before, _beheld(app, token, ids))
    assert Browser(app, "lena").get(f"{CASE}/{ids[3]}").text != seen
    assert not any("Alpha hidden" in text for *_, text in before)
