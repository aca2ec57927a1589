"""Shared drafts of specs: what was done, taken back, and seen as it was."""

import json

import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory

from form_specs.editing import Edit, RefusedEdit, Set
from runtime.storage import drafts, spec_drafts
from runtime.storage.database import Database
from runtime.storage.drafts import Draft
from runtime.storage.migrations.run import alembic_config
from runtime.storage.spec_drafts import REDO, UNDO, Doing, Entry

TOOL = "holds"
CARRYING = "0004"
"""The migration that carries drafts over."""


def setting(value, account="maya", **more):
    return Doing(account, 9, Edit(f"To {value}", (Set(("title",), value),)), **more)


@pytest.fixture
def draft(own_db: Database):
    with own_db.write() as conn:
        return spec_drafts.begin(conn, TOOL, {"z": 1, "title": "a"}, 3, "maya", 5_000_000)


def done(db, *doings):
    """The draft after some things done to it one after the other."""
    for doing in doings:
        with db.write() as conn:
            found = spec_drafts.load(conn, TOOL, to_change=True)
            spec_drafts.do(conn, found, found.document, doing)
    with db.read() as conn:
        return spec_drafts.load(conn, TOOL)


def test_a_draft_is_begun_once(own_db, draft):
    with own_db.write() as conn:
        again = spec_drafts.begin(conn, TOOL, {"title": "other"}, 4, "ben", 9_000_000)
    assert again == draft
    assert (draft.document, draft.base_version, draft.sequence) == ({"z": 1, "title": "a"}, 3, 5)
    assert list(draft.document) == ["z", "title"]


def test_each_edit_is_noted_and_each_state_can_be_seen_again(own_db, draft):
    after = done(own_db, setting("b"), setting("c", "ben"))
    assert (after.document["title"], after.sequence, after.updated_by) == ("c", 7, "ben")
    with own_db.read() as conn:
        states = [spec_drafts.before(conn, after, after.document, number) for number in (5, 6, 7)]
        assert [state["title"] for state in states] == ["a", "b", "c"]
        assert states[0] == draft.document
        assert spec_drafts.log(conn, TOOL) == [
            Entry(7, "ben", 9, "edit", "To c"),
            Entry(6, "maya", 9, "edit", "To b"),
        ]
        assert spec_drafts.state(conn, TOOL) == (7, 9)


def test_everybody_undoes_and_redoes_what_is_their_own(own_db, draft):
    done(own_db, setting("b"), setting("c", "ben"), setting("d"))

    def own(account):
        with own_db.read() as conn:
            pair = (f(conn, TOOL, account) for f in (spec_drafts.to_undo, spec_drafts.to_redo))
            return tuple(entry and entry.label for entry in pair)

    assert (own("maya"), own("ben"), own("rex")) == (("To d", None), ("To c", None), (None, None))
    done(own_db, setting("c", kind=UNDO, of=8))
    assert own("maya") == ("To b", "To d")
    done(own_db, setting("a", kind=UNDO, of=6))
    assert own("maya") == (None, "To b")
    done(own_db, setting("b", kind=REDO, of=6))
    assert own("maya") == ("To b", "To d")
    with own_db.read() as conn:
        assert spec_drafts.last_about(conn, TOOL, spec_drafts.to_undo(conn, TOOL, "maya")) == 11
    done(own_db, setting("e"))
    assert own("maya") == ("To e", None)


def test_what_is_sent_twice_is_known(own_db, draft):
    done(own_db, setting("b", once="k"))
    with own_db.read() as conn:
        assert spec_drafts.done_once(conn, TOOL, "k")
        assert not spec_drafts.done_once(conn, TOOL, "l")
    with pytest.raises(sa.exc.IntegrityError):
        done(own_db, setting("c", once="k"))


def test_an_edit_that_cannot_be_done_leaves_no_trace(own_db, draft):
    with pytest.raises(RefusedEdit):
        done(own_db, Doing("maya", 9, Edit("", (Set(("views", "x"), 1),))))
    with own_db.read() as conn:
        assert spec_drafts.load(conn, TOOL) == draft
        assert spec_drafts.log(conn, TOOL) == []


def test_a_text_that_cannot_be_read_stands_beside_the_document(own_db, draft):
    for text, by in (('{"title":', "ben"), (None, None)):
        with own_db.write() as conn:
            spec_drafts.keep_unread(conn, draft, text, "ben", 7)
            found = spec_drafts.load(conn, TOOL)
        assert (found.unread, found.unread_by, found.document) == (text, by, draft.document)


def test_a_draft_is_discarded_with_its_log(own_db, draft):
    done(own_db, setting("b"))
    with own_db.write() as conn:
        spec_drafts.based_on(conn, TOOL, 4)
        assert spec_drafts.listed(conn)[0].base_version == 4
        spec_drafts.discard(conn, TOOL)
        assert spec_drafts.load(conn, TOOL) is None
        assert (spec_drafts.listed(conn), spec_drafts.log(conn, TOOL)) == ([], [])
        assert spec_drafts.state(conn, TOOL) == (0, 0)


def test_who_is_here_is_who_was_seen_lately(own_db, draft):
    with own_db.write() as conn:
        spec_drafts.note_presence(conn, TOOL, "maya", "views", 10)
        spec_drafts.note_presence(conn, TOOL, "ben", "forms", 20)
        spec_drafts.note_presence(conn, TOOL, "maya", "text", 30)
        assert spec_drafts.here(conn, TOOL, 15) == [("ben", "forms"), ("maya", "text")]
        assert spec_drafts.here(conn, TOOL, 25) == [("maya", "text")]
        assert spec_drafts.seen_at(conn, TOOL, "ben") == (20, "forms")
        assert spec_drafts.seen_at(conn, TOOL, "rex") == (0, "")


def test_drafts_of_one_person_each_are_carried_over(own_db):
    texts = {
        "maya": '{"z": 1, "key": "holds", "title": "Old"}',
        "ben": '{"key": "holds", "title": "New"}',
    }
    with own_db.write() as conn:
        for at, (account, text) in enumerate(texts.items(), 1):
            drafts.save(conn, Draft(account, "build/holds", {"document": text}, None, at))
        drafts.save(conn, Draft("rex", "build/broken", {"document": '{"key":'}, None, 3))
        drafts.save(conn, Draft("rex", "holds/hold/new", {"a": ["b"]}, None, 3))
        with Operations.context(MigrationContext.configure(conn)):
            ScriptDirectory.from_config(alembic_config()).get_revision(
                CARRYING
            ).module._carry_over()
        found = spec_drafts.load(conn, "holds")
        assert json.loads(found.text) == json.loads(texts["ben"])
        assert spec_drafts.before(conn, found, found.document, found.sequence - 1) == json.loads(
            texts["maya"]
        )
        assert spec_drafts.to_undo(conn, "holds", "ben").label == "Text"
        broken = spec_drafts.load(conn, "broken")
        assert (broken.unread, broken.unread_by, broken.document["key"]) == (
            '{"key":',
            "rex",
            "broken",
        )
        assert drafts.begun(conn, "rex", "") == [("holds/hold/new", 3)]
