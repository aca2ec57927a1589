"""A record's history tells values as they were meant when they were written."""

from copy import deepcopy

import pytest

from runtime.app import create_app
from runtime.config import load_settings
from runtime.gate import Origin
from runtime.services import open_services
from runtime.storage.ids import encode_id
from tests.runtime.browsing import Browser, texts_of
from tests.runtime.opening import KEY, Desk, furnished_url
from tests.runtime.refunds import REFUND, TOOL, refunds_tool

PATH = f"/t/{TOOL}/f/{REFUND}"


@pytest.fixture
def services(tmp_path):
    furnished_url("sqlite", tmp_path, lambda: "")
    found = open_services(
        load_settings({}, {"data": tmp_path, "secret_key": KEY}), with_hooks=False
    )
    yield found
    found.close()


@pytest.fixture
def changed(services):
    """A record that was made under one version of the tool, which is another by now."""
    desk = Desk(services)
    access = desk.program("lena")
    made = services.gate.create(access, desk.typed(merchant="Northwind"), Origin("page"))
    values = desk.typed(margin="12.50", region="south", card="4417")
    services.gate.update(access, made.record_id, values, Origin("page"), version=1)
    document = deepcopy(refunds_tool())
    properties = document["forms"][0]["schema"]["properties"]
    properties["margin"]["title"] = "Spread"
    properties["margin"]["pattern"] = "^-?[0-9]{1,14}(\\.[0-9]{1,4})?$"
    properties["margin"]["x-ops"]["options"] = {"scale": 4}
    properties["region"]["x-ops"]["choices"][1]["title"] = "Tropics"
    services.published.publish(document, by="builder")
    return encode_id(made.record_id)


def history(services, name, record):
    said: str = texts_of(
        Browser(create_app(services), name).get(f"{PATH}/{record}?show=changes").text
    )
    return said[said.rindex("Activity") :]


def test_values_are_told_through_the_form_they_were_written_under(services, changed):
    said = history(services, "lena", changed)
    assert "Margin: 12.50" in said
    assert "Spread: 0.1250" not in said
    assert "Region: North → South" in said


def test_what_one_may_not_read_now_is_not_told_of_then(services, changed):
    assert "4417" in history(services, "lena", changed)
    assert "4417" not in history(services, "olga", changed)


def test_a_version_that_cannot_be_run_is_told_through_the_form_of_today(
    services, changed, monkeypatch
):
    monkeypatch.setattr(services.published, "former", lambda *_: None)
    assert "Region: North → Tropics" in history(services, "lena", changed)
