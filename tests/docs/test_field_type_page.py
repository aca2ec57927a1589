"""The example of a field type: it is announced, keeps the contract, and works in pages."""

import importlib
import sys

import pytest
from werkzeug.datastructures import MultiDict

from components.base import FieldType
from components.registry import Registry
from form_specs.load import field_spec
from runtime.accounts import Joining
from runtime.app import create_app
from runtime.config import load_settings
from runtime.services import open_services
from tests.contracts import test_field_types as contract
from tests.docs.pages import DOCS, fences
from tests.docs.plugin import announce
from tests.runtime.browsing import Browser

PAGE = DOCS / "engineers" / "adding-a-field-type.md"
FILES = {block.file: block.text for block in fences(PAGE) if block.file}


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """The page's package, where Python finds it."""
    for name, text in FILES.items():
        path = tmp_path / "package" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    announce(tmp_path / "package", FILES)
    monkeypatch.syspath_prepend(str(tmp_path / "package"))
    importlib.invalidate_caches()
    yield
    sys.modules.pop("lei_field", None)


@pytest.fixture
def tool():
    return contract.orjson.loads(FILES["companies.json"])


@pytest.fixture
def property_(tool):
    return tool["forms"][0]["schema"]["properties"]["lei"]


@pytest.fixture
def field(installed, property_) -> FieldType:
    return Registry.discover().field(field_spec("x", property_, required=False))


def test_it_is_as_short_as_the_page_says():
    code = FILES["lei_field/__init__.py"].splitlines()
    assert len([line for line in code if line.strip()]) <= 30


def test_it_keeps_the_contract(field, property_):
    contract.test_examples_are_valid_and_come_back_from_every_station(field, property_)
    contract.test_examples_come_back_from_a_form_post(field, property_)
    contract.test_examples_come_back_from_marshalling(field, property_)
    contract.test_nothing_typed_is_no_value(field)
    contract.test_null_is_no_value_but_where_the_field_allows_it(field)
    contract.test_texts_that_are_wrong_are_drawn_again_as_typed(field)
    contract.test_operators_are_those_of_conditions(field)
    contract.test_every_operator_makes_a_condition_that_holds_where_it_should(field, property_)
    contract.test_literals_that_do_not_fit_are_refused_in_words(field)


def test_hostile_texts_do_no_harm(field):
    contract.test_hostile_text_is_refused_or_kept_exactly(field)
    contract.test_hostile_json_is_refused_or_kept_exactly(field)


def test_impossible_texts_are_refused(field):
    contract.test_text_that_no_database_should_see_is_refused(field)


def test_wrong_check_digits_are_refused(field):
    assert field.parse_text(["5493001kjtiigc8y1r12"]) == "5493001KJTIIGC8Y1R12"
    with pytest.raises(ValueError, match="Write an LEI"):
        field.parse_text(["5493001KJTIIGC8Y1R13"])


def test_pages_draw_it(installed, tool, tmp_path):
    services = open_services(load_settings({}, {"data": tmp_path}), with_hooks=False)
    services.published.publish(tool, by="cli")
    services.accounts.add(Joining("cleo", "correct horse", roles=(("companies", "clerk"),)))
    app = create_app(services)
    app.testing = True
    browser = Browser(app, "cleo")
    sent = MultiDict(browser.form("/t/companies/f/company/new"))
    sent["lei"] = "5493001KJTIIGC8Y1R13"
    refused = browser.post("/t/companies/f/company/new", sent)
    assert refused.status_code == 422
    assert "Write an LEI" in refused.text
    sent["lei"] = "5493 001k jtii gc8y 1r12"
    answer = browser.post("/t/companies/f/company/new", sent)
    assert answer.status_code == 303
    assert "5493001KJTIIGC8Y1R12" in browser.get(answer.location).text
    assert "5493001KJTIIGC8Y1R12" in browser.get("/t/companies/v/all").text
    services.close()
