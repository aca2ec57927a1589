"""Choices that stand elsewhere, in a form that is filled in step by step."""

import pytest

from opswright.application import create_app
from tests.runtime.browsing import Browser, forms_of, texts_of
from tests.runtime.cases import HOOKS, cases_tool, open_cases

NEW = "/t/cases/f/case/new"
STEPS = [
    {"step": "Where", "fields": ["title", "country", "city"]},
    {"step": "What", "fields": ["currency"]},
]


@pytest.fixture
def lena(tmp_path):
    """The tool whose new cases are made in two steps, and a lead at it."""
    tool = cases_tool()
    form = next(form for form in tool["forms"] if form["key"] == "case")
    all_fields = {"section": "All", "fields": [*form["schema"]["properties"]]}
    form["layouts"] = {"default": [all_fields], "create": STEPS}
    services = open_cases("", tmp_path, hooks=HOOKS)
    services.published.publish(tool, by="system")
    yield Browser(create_app(services), "lena")
    services.close()


def _next(browser, form, **values):
    for name, value in {**values, "_go": "next"}.items():
        form[name] = value
    return browser.post(NEW, form)


def test_a_step_is_not_left_while_a_choice_in_it_does_not_go_with_another(lena):
    answer = _next(lena, lena.form(NEW), title="A case", country="ro", city="basel")

    assert "does not go with what stands in Country" in texts_of(answer.text)
    assert "city" in forms_of(answer.text)[NEW]
    kept = forms_of(answer.text)[NEW]
    assert "Step 2 of 3" in texts_of(_next(lena, kept, city="cluj").text)


def test_the_look_at_everything_calls_choices_by_their_titles(lena):
    second = _next(lena, lena.form(NEW), title="A case", country="ro", city="cluj")
    last = _next(lena, forms_of(second.text)[NEW], currency="EUR")

    shown = texts_of(last.text)
    assert all(title in shown for title in ("Romania", "Cluj", "Euro"))
