"""Every field type in the browser: typed in, saved, found again; by keyboard; looked at in all lights.

The tool has a field for every property that documents a type, so a type that is added later is
filled in, saved and looked at as well.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from components.base import FieldType, NumberedFieldType
from components.forms import form_class
from components.registry import Registry
from form_specs.load import field_spec, teams_of
from runtime.accounts import Joining
from runtime.config import load_settings
from runtime.services import open_services
from tests.contracts.test_in_a_tool import unsigned
from tests.gallery import GALLERY, PIECE, RECORDS, gallery_properties, gallery_tool, writable
from tests.journeys.conftest import DESK, PHONE, Visit
from tests.journeys.serving import Server
from tests.journeys.test_every_page import check as check  # noqa: PLC0414 - a fixture
from tests.runtime.test_made_by_the_server import PNG

REGISTRY = Registry.discover()
PROPERTIES = gallery_properties(REGISTRY)
NEW = f"/t/{GALLERY}/f/{PIECE}/new"
PASSWORD = "walk through the gallery"


@dataclass(frozen=True)
class Gallery:
    """The running tool, and a token of its keeper."""

    server: Server
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gallery]:
    folder = tmp_path_factory.mktemp("gallery") / "data"
    folder.mkdir()
    services = open_services(load_settings({}, {"data": folder}), with_hooks=False)
    services.published.publish(gallery_tool(REGISTRY), by="system")
    for name, role in (("kim", "keeper"), ("rea", "reader"), ("maya", "keeper")):
        services.accounts.add(Joining(name, PASSWORD, roles=((GALLERY, role),)))
    token = services.accounts.add_token("kim")[1]
    services.close()
    server = Server(folder)
    yield Gallery(server.start(), token)
    server.stop()


@pytest.fixture
def come(visit: Visit, gallery: Gallery) -> Callable[..., Page]:
    """A page of the gallery, for somebody who has signed in."""

    def came(name: str, **how: Any) -> Page:
        return visit(name, server=gallery.server, **how)

    return came


def bound(key: str) -> FieldType:
    teams = teams_of(gallery_tool(REGISTRY))
    return REGISTRY.field(field_spec(key, PROPERTIES[key], required=False, teams=teams))


def fill(page: Page, field: FieldType) -> None:
    """Types the first example of a field's page into its inputs."""
    box = page.locator(f'[data-field="{field.key}"]')
    if field.uploads:
        picture = {"name": "damage.png", "mimeType": "image/png", "buffer": PNG}
        box.locator(f'[name="{field.key}/-"]').set_input_files(picture)
        if not field.parts:
            return
    value = field.parse(PROPERTIES[field.key]["examples"][0])
    drawn = form_class([field])(None, {field.key: value}).control(field.key)
    for name, text in (pair for control in drawn.walk() for pair in control.pairs):
        put(box.locator(f'[name="{name}"]:not([type=hidden])'), text)


def put(controls: Locator, text: str) -> None:
    """Types, ticks or chooses a text, whichever the controls of one name are made for."""
    if not controls.count():
        return
    first = controls.first
    kind = first.evaluate("control => control.type")
    if kind in ("checkbox", "radio"):
        for control in controls.all() if text else ():
            if control.get_attribute("value") == text:
                control.check()
    elif kind.startswith("select"):
        first.select_option(text, force=True)
    else:
        first.fill(text)


def saved(gallery: Gallery, page: Page) -> dict[str, Any]:
    """What the API says of the record whose page is open."""
    address = f"{RECORDS}/{page.url.rpartition('/')[2]}"
    answer = page.request.get(address, headers=gallery.headers)
    found: dict[str, Any] = answer.json()["data"]
    return found


def test_what_is_typed_into_every_field_is_found_after_saving(come: Any, gallery: Gallery):
    page = come("kim")
    page.goto(NEW)
    # How rows and alternatives come about before they are typed into, their own journeys show.
    fields = [field for field in map(bound, PROPERTIES) if not field.holds_fields]
    sent = [field.key for field in fields if field.key in writable(REGISTRY)]
    for field in fields:
        if field.uploads or field.key in sent:
            fill(page, field)
    page.get_by_role("button", name="Create piece").click()
    expect(page).not_to_have_url(re.compile("/new$"), timeout=30_000)
    data = saved(gallery, page)
    expected = {key: PROPERTIES[key]["examples"][0] for key in sent}
    for key, example in expected.items():
        if bound(key).multiple:
            # Boxes come in the order of the page, not of the example.
            data[key], expected[key] = sorted(data[key]), sorted(example)
    assert {key: unsigned(data[key]) for key in expected} == unsigned(expected)
    for field in fields:
        if isinstance(field, NumberedFieldType) or field.uploads:
            assert data[field.key]


def test_every_input_is_reached_by_the_keyboard_alone(come: Any):
    page = come("kim")
    page.goto(NEW)
    shown = page.evaluate(
        """() => [...document.querySelectorAll("form[data-form] :is(input, select, textarea)")]
          .filter((c) => c.type !== "hidden" && c.tabIndex >= 0 && c.checkVisibility())
          .filter((c) => c.type !== "radio" || c.checked)
          .map((c) => c.name)"""
    )
    reached: set[str] = set()
    page.locator(".skip").focus()
    for _ in range(len(shown) * 4):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.name ?? ''"))
    assert set(shown) - reached == set()


def test_a_step_is_ticked_by_space(come: Any):
    page = come("kim")
    page.goto(NEW)
    step = page.get_by_label("Call the merchant", exact=True)
    step.focus()
    page.keyboard.press("Space")
    expect(step).to_be_checked()


def test_a_formatted_text_is_looked_at_before_it_is_saved(come: Any):
    page = come("kim")
    page.goto(NEW)
    page.locator("#f-iban").fill("DE89")
    page.locator("#f-markdown").fill("**bold** <script>alert(1)</script>")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#f-markdown-preview strong")).to_have_text("bold")
    expect(page.locator("#f-markdown-preview")).to_contain_text("<script>")
    # To look is not to send: what was typed stands where it was, and is kept as a draft.
    assert page.locator("#f-markdown").input_value() == "**bold** <script>alert(1)</script>"
    assert page.locator("#f-iban").input_value() == "DE89"


def test_files_of_a_new_record_are_named_and_stay_when_it_is_refused(come: Any, gallery: Gallery):
    page = come("kim")
    page.goto(NEW)
    files = page.locator('[data-field="files"]')
    for name in ("a.txt", "b.txt"):
        chosen = {"name": name, "mimeType": "text/plain", "buffer": name.encode()}
        files.locator("[type=file]").set_input_files(chosen)
    dropped = page.evaluate_handle(
        """() => { const held = new DataTransfer();
          held.items.add(new File(["c"], "c.txt", { type: "text/plain" })); return held; }"""
    )
    files.locator(".drop").dispatch_event("drop", {"dataTransfer": dropped})
    page.locator("#f-email").fill("nobody@")
    page.get_by_role("button", name="Create piece").click()
    expect(page.locator("#error-summary li")).to_have_count(1)
    expect(files.locator(".file")).to_have_count(3)

    files.get_by_role("button", name="Remove b.txt").click()
    page.locator("#f-email").fill("nobody@example.com")
    page.get_by_role("button", name="Create piece").click()
    expect(page).not_to_have_url(re.compile("/new$"), timeout=30_000)
    assert [file["name"] for file in saved(gallery, page)["files"]] == ["a.txt", "c.txt"]


def test_a_signature_is_drawn_on_a_pad(come: Any, gallery: Gallery):
    page = come("kim")
    page.goto(NEW)
    page.get_by_label("Signed for, full name").fill("Kim Doe")
    page.get_by_text("Draw it as well").click()
    pad = page.locator("[data-pad] canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 60, steps=5)
    page.mouse.up()
    drawn = page.locator("#f-signature-new")
    expect(drawn).to_have_js_property("value", "C:\\fakepath\\signature.png")
    page.get_by_role("button", name="Create piece").click()
    expect(page).not_to_have_url(re.compile("/new$"), timeout=30_000)
    expect(page.get_by_alt_text("The drawn signature")).to_be_visible()
    assert saved(gallery, page)["signature"]["image"]["type"] == "image/png"


def test_wrong_texts_stay_in_their_inputs(come: Any, check: Any):
    page = come("kim")
    page.goto(NEW)
    wrong = "?!"
    typed = page.locator("form[data-form] .input:is([type=text], [type=tel]):visible")
    typed = typed.and_(page.locator('[name]:not([name*="/"])'))
    count = typed.count()
    for index in range(count):
        typed.nth(index).fill(wrong)
    page.get_by_role("button", name="Create piece").click()
    expect(page.locator("#error-summary")).to_be_visible()
    assert [typed.nth(index).input_value() for index in range(count)] == [wrong] * count
    check("errors", page)


@pytest.mark.parametrize(
    ("size", "scheme"),
    [(DESK, "light"), (DESK, "dark"), (PHONE, "light")],
    ids=["light", "dark", "phone"],
)
def test_every_type_is_fit_to_look_at(
    come: Any, gallery: Gallery, check: Any, size: Any, scheme: str
):
    page = come("kim", size=size, scheme=scheme)
    data = {key: PROPERTIES[key]["examples"][0] for key in writable(REGISTRY)}
    made = page.request.post(RECORDS, data={"data": data}, headers=gallery.headers).json()
    address = f"/t/{GALLERY}/f/{PIECE}/{made['id']}"
    page.goto(address)
    check("record", page)
    reader = come("rea", size=size, scheme=scheme)
    reader.goto(address)
    check("read-only record", reader)
    reader.goto(f"/t/{GALLERY}/v/all?edit=location")
    check("filter", reader)
