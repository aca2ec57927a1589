"""Values that the server has a part in: who ticked and signed and when, which files are held."""

import re
from io import BytesIO

import pytest

from components.forms import form_class
from form_specs.load import field_spec
from runtime.accounts import Joining
from tests.contracts.conftest import REGISTRY
from tests.gallery import GALLERY, PIECE, RECORDS, gallery_tool
from tests.runtime.browsing import Browser, texts_of
from tests.runtime.opening import pages_of, serving, token_of

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c4944415408d763f8cfc000000301010018dd8db00000000049454e44ae426082"
)
NEW = f"/t/{GALLERY}/f/{PIECE}/new"


@pytest.fixture(scope="module")
def services(tmp_path_factory):
    people = [
        Joining(name, "correct horse", title=f"{name.title()} Doe", roles=((GALLERY, "keeper"),))
        for name in ("kim", "lou")
    ]
    folder = tmp_path_factory.mktemp("made")
    with serving(folder, gallery_tool(REGISTRY), *people, registry=REGISTRY) as found:
        yield found


@pytest.fixture(scope="module")
def app(services):
    return pages_of(services)


@pytest.fixture(scope="module")
def kim(app):
    return Browser(app, "kim")


@pytest.fixture(scope="module")
def lou(app):
    return Browser(app, "lou")


@pytest.fixture(scope="module")
def call(app, services):
    headers = token_of(services, "kim")

    def called(method, path, **more):
        sent = {**headers, **more.pop("headers", {})}
        return app.test_client().open(path, method=method, headers=sent, **more)

    return called


@pytest.fixture
def make(kim, call):
    """A record made through the page, from what is typed and chosen: its address, and its data."""

    def made(**typed):
        form = kim.form(NEW)
        for name, value in typed.items():
            form.setlist(name, value if isinstance(value, list) else [value])
        answer = kim.post(NEW, form)
        assert answer.status_code == 303, texts_of(answer.text)
        return answer.location

    return made


def data_of(call, address):
    answer = call("GET", f"{RECORDS}/{address.rpartition('/')[2]}")
    assert answer.status_code == 200
    return answer.json["data"]


def save(browser, address, **typed):
    form = browser.form(address)
    for name, value in typed.items():
        form.setlist(name, value if isinstance(value, list) else [value])
    answer = browser.post(address, form)
    assert answer.status_code == 303, texts_of(answer.text)


def names_of(field):
    """The names of the inputs of a field, its own first."""
    spec = next(iter(gallery_tool(REGISTRY)["forms"]))["schema"]["properties"][field]
    bound = REGISTRY.field(field_spec(field, spec, required=False))
    return form_class([bound])().control(field).names


def photo(name="damage.png", content=PNG):
    return (BytesIO(content), name)


def test_a_picture_is_shown_where_its_record_is(make, kim, call):
    address = make(**{"image/-": photo()})
    kept = data_of(call, address)["image"]
    assert (kept["name"], kept["type"], kept["size"]) == ("damage.png", "image/png", len(PNG))
    page = kim.get(address).text
    assert 'class="thumbnail"' in page
    url = page.partition('class="thumbnail" src="')[2].partition('"')[0]
    served = kim.get(url)
    assert served.data == PNG
    assert served.mimetype == "image/png"
    assert served.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_another_picture_takes_the_place_of_the_one_before(make, kim, call):
    address = make(**{"image/-": photo()})
    first = data_of(call, address)["image"]["id"]
    save(kim, address, **{"image/-": photo("second.png")})
    second = data_of(call, address)["image"]
    assert second["name"] == "second.png"
    assert first not in kim.get(address).text
    save(kim, address, image=[""])
    assert "image" not in data_of(call, address)


def test_what_is_no_picture_is_refused_and_said(kim):
    form = kim.form(NEW)
    form.add("image/-", photo("notes.txt", b"only words"))
    answer = kim.post(NEW, form)
    assert answer.status_code == 422
    assert "notes.txt: only files of the kind image/… may be attached here" in texts_of(answer.text)


def test_a_reference_that_somebody_wrote_is_refused(call):
    made_up = {
        "id": "06a0000000001",
        "name": "a.png",
        "size": 1,
        "type": "image/png",
        "sha256": "0" * 64,
    }
    for data in (
        {"image": made_up},
        {"file": {**made_up, "type": "application/pdf"}},
        {"signature": {"name": "Kim", "image": made_up}},
    ):
        answer = call("POST", RECORDS, json={"data": data})
        assert answer.status_code == 422
        assert re.search("attached, not typed|drawn, not written", str(answer.json))


def test_a_step_says_who_did_it_until_it_is_undone(make, lou, call):
    first, second, _ = names_of("checklist")[1::2]
    address = make(**{first: ["true", ""]})
    (called,) = data_of(call, address)["checklist"]
    assert (called["step"], called["done"], called["by"]) == ("called", True, "kim")
    save(lou, address, **{second: ["true", ""]})
    by = {step["step"]: step["by"] for step in data_of(call, address)["checklist"]}
    assert by == {"called": "kim", "receipts": "lou"}
    save(lou, address, **{first: ["", ""]})
    save(lou, address, **{first: ["true", ""]})
    by = {step["step"]: step["by"] for step in data_of(call, address)["checklist"]}
    assert by == {"called": "lou", "receipts": "lou"}


def test_nobody_ticks_a_step_in_the_name_of_somebody_else(call):
    step = {"step": "called", "done": True, "by": "lou", "at": "2001-01-01T00:00:00Z"}
    made = call("POST", RECORDS, json={"data": {"checklist": [step]}})
    assert made.status_code == 201
    (kept,) = made.json["data"]["checklist"]
    assert kept["by"] == "kim"
    assert kept["at"] > "2026"


def test_lists_ask_for_what_is_left_to_do(call):
    steps = [{"step": key, "done": True} for key in ("called", "receipts", "filed")]
    made = [
        call("POST", RECORDS, json={"data": {"text": "steps", "checklist": steps[:count]}}).json[
            "id"
        ]
        for count in (1, 2, 3)
    ]

    def found(filter_):
        answer = call("GET", RECORDS, query_string={"filter": filter_, "limit": 200})
        return [made.index(r["id"]) + 1 for r in answer.json["records"] if r["id"] in made]

    assert found("checklist:all_done") == [3]
    assert sorted(found("checklist:steps_left")) == [1, 2]
    assert sorted(found("checklist:done_count:2")) == [2, 3]


def test_a_signature_says_who_signed_whatever_is_sent(make, lou, call):
    name = names_of("signature")[1]
    address = make(**{name: "Kim A. Doe"})
    signed = data_of(call, address)["signature"]
    assert (signed["name"], signed["by"]) == ("Kim A. Doe", "kim")
    save(lou, address, text="unrelated")
    assert data_of(call, address)["signature"] == signed
    save(lou, address, **{name: "Lou Doe"})
    again = data_of(call, address)["signature"]
    assert (again["name"], again["by"]) == ("Lou Doe", "lou")


def test_a_signature_may_be_drawn_as_well(make, kim, call):
    name = names_of("signature")[1]
    address = make(**{name: "Kim Doe", "signature/-": photo("signature.png")})
    signed = data_of(call, address)["signature"]
    assert signed["image"]["type"] == "image/png"
    assert "The drawn signature" in kim.get(address).text
    save(kim, address, text="unrelated")
    assert data_of(call, address)["signature"] == signed


def test_a_drawing_without_a_name_is_no_signature(kim):
    form = kim.form(NEW)
    form.add("signature/-", photo("signature.png"))
    answer = kim.post(NEW, form)
    assert answer.status_code == 422
    assert "name" in texts_of(answer.text)
