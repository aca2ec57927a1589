"""The demo's stories: the same each time, plausible in their order, times and values."""

from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random

import puremagic
import pytest

from opswright.demo.cases import tracking_number
from opswright.demo.hooks.disputes import CARRIERS, tracking_problem
from opswright.demo.merchants import make_merchants
from opswright.demo.papers import make_papers
from opswright.demo.people import COLLEAGUES
from opswright.demo.plot import IN_HAND, Fate
from opswright.demo.seed import make_stories
from opswright.demo.story import Verb
from tests.examples.conftest import NOW

MOVED = {
    "start": Fate.GATHERING,
    "ask_merchant": Fate.WAITING,
    "resume": Fate.GATHERING,
    "prepare": Fate.READY,
    "submit": Fate.SUBMITTED,
    "resolve_won": Fate.WON,
    "resolve_lost": Fate.LOST,
    "accept": Fate.ACCEPTED,
}


@pytest.fixture(scope="module")
def stories():
    return make_stories(1, 600, NOW)


def state_of(story) -> Fate:
    moves = [MOVED[step.transition] for step in story if step.transition]
    return moves[-1] if moves else Fate.NEW


def test_the_same_seed_tells_the_same_stories(stories):
    assert make_stories(1, 600, NOW) == stories
    assert make_stories(2, 600, NOW) != stories


def test_a_story_begins_with_its_creation_and_goes_forward(stories):
    for story in stories:
        assert [step.verb for step in story].count(Verb.CREATE) == 1
        assert story[0].verb is Verb.CREATE
        assert all(one.at < other.at for one, other in pairwise(story))
        assert story[-1].at < NOW


def test_most_work_is_closed_and_some_of_every_kind_is_open(stories):
    found = Counter(map(state_of, stories))
    assert set(found) == set(Fate)
    assert 4 <= sum(found[state] for state in IN_HAND) <= 130
    assert found[Fate.WON] + found[Fate.LOST] + found[Fate.ACCEPTED] > len(stories) / 2


def test_few_records_still_show_every_open_state():
    assert {state_of(story) for story in make_stories(1, 50, NOW)} >= set(IN_HAND)


def test_people_work_in_working_hours(stories):
    people = {person.name for person in COLLEAGUES}
    worked = [step.at for story in stories for step in story if step.actor in people]
    assert all(at.weekday() < 5 and 7 <= at.hour < 19 for at in worked)


def test_evidence_is_filed_before_the_deadline(stories):
    for story in stories:
        due = datetime.fromisoformat(story[0].values["due_by"])
        assert all(step.at < due for step in story if step.transition == "submit")


def test_open_work_is_due_around_now(stories):
    due = [
        datetime.fromisoformat(story[0].values["due_by"])
        for story in stories
        if state_of(story) in IN_HAND
    ]
    assert min(due) > NOW - timedelta(days=2)
    assert any(NOW < moment < NOW + timedelta(hours=48) for moment in due)
    assert max(due) < NOW + timedelta(days=21)


def test_amounts_look_like_charges(stories):
    amounts = sorted(float(story[0].values["amount"]["amount"]) for story in stories)
    assert amounts[0] > 0
    assert 100 < amounts[len(amounts) // 2] < 500
    assert 0.005 < sum(amount > 5000 for amount in amounts) / len(amounts) < 0.08


def test_files_and_words_fit_the_reason(stories):
    for story in stories:
        reason = story[0].values["reason"]
        assert all(reason in paper.reasons for step in story for paper in step.papers)


def test_services_show_no_parcels(stories):
    merchants = {merchant.name: merchant for merchant in make_merchants(Random(1))}
    for story in stories:
        merchant = merchants[story[0].values["merchant"]]
        shown = [paper for step in story for paper in step.papers if paper.of_delivery]
        assert merchant.trade.ships or not shown


def test_a_few_dozen_papers_serve_all_records(stories):
    used = {paper.name: paper for story in stories for step in story for paper in step.papers}
    assert 24 <= len(used) <= 48


@pytest.mark.parametrize("paper", make_papers(Random(3))[::6], ids=lambda paper: paper.name)
def test_papers_are_what_their_names_say(paper):
    kind = {"application/pdf": ".pdf", "image/png": ".png"}.get(paper.mime)
    if kind:
        assert puremagic.from_string(paper.content) == kind
    else:
        assert paper.content.decode("utf-8").isprintable() is False  # lines of text
    assert 100 < len(paper.content) < 20_000


@pytest.mark.parametrize("carrier", CARRIERS)
def test_tracking_numbers_are_right(carrier):
    random = Random(5)
    numbers = [tracking_number(random, carrier) for _ in range(50)]
    assert [number for number in numbers if tracking_problem(carrier, number)] == []


def test_merchants_have_unusual_names_among_them():
    names = [merchant.name for merchant in make_merchants(Random(1))]
    assert len(set(names)) == len(names) == 300
    assert {"O'Brien & Søn", "متجر النخيل", "Café Zoë ☕"} <= set(names)
