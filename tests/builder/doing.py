"""How tests do commands of the builder: to a document alone, and by the forms of a page."""

from typing import Any

from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from builder.commanding import commands, parameters
from components.registry import Registry
from form_specs.editing import apply
from runtime.services import Services
from runtime.storage import spec_drafts
from tests.runtime.browsing import Browser, forms_of
from tests.runtime.refunds import TOOL

EDIT = f"/build/{TOOL}/edit"
CATALOG = Registry.discover().catalog()


def done(document: Any, name: str, /, **given: Any) -> Any:
    """The document after a command, which leaves the given one as it is and can be taken back."""
    edit = commands()[name](document, CATALOG, parameters(given))
    after, back = apply(document, edit)
    assert apply(after, back)[0] == document
    assert not edit.operations or edit.label
    return after


def form_on(page: str, form_id: str) -> MultiDict[str, str]:
    """The form of that id on a page, as drawn."""
    at = page.index(f'id="{form_id}"')
    form = page[page.rindex("<form", 0, at) : page.index("</form>", at)] + "</form>"
    return forms_of(form)[EDIT]


def press(browser: Browser, path: str, form_id: str, /, **more: Any) -> TestResponse:
    """Sends a form of a page with some inputs filled in and a button pressed."""
    form = form_on(browser.get(path).text, form_id)
    for name, value in more.items():
        form.setlist(name, value if isinstance(value, list) else [value])
    return browser.post(EDIT, form)


def draft_of(services: Services, tool: str = TOOL) -> Any:
    """The draft of the refunds tool, or of another."""
    with services.db.read() as conn:
        found = spec_drafts.load(conn, tool)
    return found.document if found else None
