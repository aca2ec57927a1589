"""A function that fails loses nothing: the last good answer stays, or words say what to do."""

from datetime import UTC, datetime, timedelta

import pytest

from components.base import Wanted
from runtime.choosing import ChoiceAnswers, Directory
from runtime.gate import RefusedError
from runtime.storage.records import RecordReader
from tests.runtime.cases import Cases, open_cases

CALLS = """
import pathlib
@hook.choices("fx.currencies")
def currencies(asked: Choosing):
    place = pathlib.Path({folder!r})
    (place / "calls").open("a").write("x")
    if (place / "broken").exists():
        raise RuntimeError("no rates today")
    return ["EUR", "USD"]
"""


@pytest.fixture
def shop(tmp_path):
    """The tool with a function that counts its calls and fails while `broken` exists."""
    services = open_cases("", tmp_path, hooks=CALLS.format(folder=str(tmp_path)))
    yield Cases(services), tmp_path
    services.close()


def _offers(cases, *, after=timedelta()):
    """What the field offers when so much time has passed."""
    services = cases.services
    answers = ChoiceAnswers(services.db, services.hooks, lambda: datetime.now(UTC) + after)
    access = cases.access("lena")
    with services.db.read() as conn:
        directory = Directory(RecordReader(services.db), conn, access, answers)
        return directory.offers(access.form.fields["currency"], Wanted())


def _calls(folder):
    return len((folder / "calls").read_text())


def test_an_answer_is_used_again_as_long_as_the_spec_says(shop):
    cases, folder = shop
    for _ in range(3):
        assert [item.key for item in _offers(cases).items] == ["EUR", "USD"]
    assert _calls(folder) == 1
    _offers(cases, after=timedelta(minutes=61))
    assert _calls(folder) == 2


def test_the_last_good_answer_stays_when_the_function_fails(shop):
    cases, folder = shop
    _offers(cases)
    (folder / "broken").touch()
    found = _offers(cases, after=timedelta(hours=2))
    assert [item.key for item in found.items] == ["EUR", "USD"]
    assert found.problem == "The choices could not be fetched anew"


def test_without_any_answer_the_save_is_refused_and_told_why(shop):
    cases, folder = shop
    (folder / "broken").touch()
    with pytest.raises(RefusedError, match=r"cannot be fetched now \(no rates today\)\. Try again"):
        cases.make("case", title="x", currency="EUR")
    cases.make("case", title="x")
    assert "no rates today" in _offers(cases).problem


def test_a_function_that_failed_is_left_alone_for_a_while(shop):
    cases, folder = shop
    (folder / "broken").touch()
    for _ in range(3):
        with pytest.raises(RefusedError):
            cases.make("case", title="x", currency="EUR")
    assert _calls(folder) == 1


def test_what_was_chosen_before_is_not_asked_again(shop):
    cases, folder = shop
    case = cases.make("case", title="x", currency="EUR")
    (folder / "broken").touch()
    cases.change("case", case, title="y")
    assert cases.data("case", case) == {"title": "y", "currency": "EUR"}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("return 5", "not iterable"),
        ("return [5]", "cannot unpack"),
        ("return [('a',)]", "not enough values"),
        ("return [{'key': ''}]", "key is a text"),
        ("return [{'key': 'a', 'color': 'pink'}]", "a colour is one of"),
        ("return [str(n) for n in range(2001)]", "2,000 are the most"),
        ("import time; time.sleep(30)", "took longer"),
    ],
)
def test_an_answer_that_makes_no_sense_is_the_functions_failure(tmp_path, body, words):
    code = f'@hook.choices("fx.currencies")\ndef given(asked):\n    {body}\n'
    services = open_cases("", tmp_path, hooks=code)
    try:
        assert words in _offers(Cases(services)).problem
    finally:
        services.close()


def test_a_name_that_no_function_has_is_told(tmp_path):
    services = open_cases("", tmp_path)
    try:
        assert "no hook has this name" in _offers(Cases(services)).problem
    finally:
        services.close()
