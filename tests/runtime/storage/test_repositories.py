"""The small repositories: people, sessions, tokens, tools, and what hangs on records."""

from typing import Any

import pytest
from sqlalchemy import event

from runtime.storage import (
    accounts,
    attachments,
    comments,
    drafts,
    idempotency,
    jobs,
    sessions,
    tokens,
    tools,
)
from runtime.storage.accounts import AccountExists, NewAccount
from runtime.storage.attachments import Attachment
from runtime.storage.comments import Comment
from runtime.storage.database import Database
from runtime.storage.drafts import Draft
from runtime.storage.idempotency import Replay
from runtime.storage.jobs import NewJob
from runtime.storage.tokens import NewToken
from runtime.storage.tools import NewVersion

MAYA = NewAccount("maya", "Maya Ortiz", "maya@example.com", "hash")


@pytest.fixture
def statements(own_db: Database) -> list[str]:
    """The SQL that runs on reading connections from here on."""
    found: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        found.append(statement)

    event.listen(own_db._reading, "before_cursor_execute", note)
    return found


def test_accounts_are_found_by_name_and_id(own_db: Database):
    with own_db.write() as conn:
        maya = accounts.add(conn, 1, MAYA, at=5)
        accounts.add(conn, 2, NewAccount("ben", "Ben", is_admin=True), at=6)
        with pytest.raises(AccountExists):
            accounts.add(conn, 3, MAYA, at=7)
        assert accounts.by_name(conn, "maya") == maya
        assert accounts.by_id(conn, 1) == maya
        assert accounts.by_name(conn, "Maya") is None
        assert [account.name for account in accounts.listed(conn)] == ["ben", "maya"]
        assert accounts.titles(conn, ["maya", "gone"]) == {"maya": "Maya Ortiz"}
        assert accounts.titles(conn, []) == {}


def test_a_change_of_rights_raises_their_version(own_db: Database):
    with own_db.write() as conn:
        accounts.add(conn, 1, MAYA, at=5)
        assert accounts.change(conn, 1, title="M. Ortiz", settings={"theme": "dark"})
        maya = accounts.by_id(conn, 1)
        assert maya is not None
        assert (maya.title, maya.settings, maya.rights_version) == (
            "M. Ortiz",
            {"theme": "dark"},
            1,
        )
        accounts.change(conn, 1, is_active=False)
        accounts.grant(conn, 1, "disputes", "lead")
        accounts.grant(conn, 1, "disputes", "lead")
        accounts.grant(conn, 1, "disputes", "operator")
        accounts.revoke(conn, 1, "disputes", "operator")
        maya = accounts.by_id(conn, 1)
        assert maya is not None
        assert (maya.is_active, maya.rights_version) == (False, 5)
        assert accounts.memberships(conn, 1) == {("disputes", "lead")}
        assert accounts.members(conn, "disputes") == []
        accounts.change(conn, 1, is_active=True)
        assert accounts.members(conn, "disputes") == [("maya", "M. Ortiz", "lead")]
        assert not accounts.change(conn, 9, title="x")
        with pytest.raises(ValueError, match="name"):
            accounts.change(conn, 1, name="eve")


def test_a_session_comes_with_account_and_roles_in_one_statement(
    own_db: Database, statements: list[str]
):
    with own_db.write() as conn:
        maya = accounts.add(conn, 1, MAYA, at=5)
        accounts.grant(conn, 1, "disputes", "lead")
        accounts.grant(conn, 1, "disputes", "operator")
        sessions.save(conn, b"hash", 1, {"csrf": "x"}, now=10, expires_at=20)
        sessions.save(conn, b"anon", None, {}, now=10, expires_at=20)
    with own_db.read() as conn:
        found = sessions.load(conn, b"hash", now=15)
        assert len(statements) == 1
        assert found is not None
        assert found.account is not None
        assert found.account == accounts.by_id(conn, 1)
        assert found.account.is_admin is False
        assert found.account.name == maya.name
        assert found.memberships == {("disputes", "lead"), ("disputes", "operator")}
        assert (found.data, found.created_at, found.expires_at) == ({"csrf": "x"}, 10, 20)
        anonymous = sessions.load(conn, b"anon", now=15)
        assert anonymous is not None
        assert (anonymous.account, anonymous.memberships) == (None, frozenset())
        assert sessions.load(conn, b"hash", now=20) is None
        assert sessions.load(conn, b"other", now=15) is None


def test_sessions_change_and_end(own_db: Database):
    with own_db.write() as conn:
        accounts.add(conn, 1, MAYA, at=5)
        sessions.save(conn, b"a", None, {}, now=10, expires_at=20)
        sessions.save(conn, b"a", 1, {"n": 1}, now=11, expires_at=30)
        sessions.touch(conn, b"a", now=12, expires_at=40)
        found = sessions.load(conn, b"a", now=12)
        assert found is not None
        assert (found.created_at, found.seen_at, found.expires_at) == (10, 12, 40)
        assert found.data == {"n": 1}
        accounts.change(conn, 1, is_active=False)
        closed = sessions.load(conn, b"a", now=12)
        assert closed is not None
        assert closed.account is None
        sessions.remove(conn, b"a")
        sessions.save(conn, b"b", 1, {}, now=10, expires_at=20)
        sessions.save(conn, b"c", None, {}, now=10, expires_at=20)
        sessions.remove_for_account(conn, 1)
        assert sessions.load(conn, b"b", now=12) is None
        assert sessions.purge(conn, now=19) == 0
        assert sessions.purge(conn, now=20) == 1


def test_tokens_hold_until_revoked_or_expired(own_db: Database, statements: list[str]):
    with own_db.write() as conn:
        accounts.add(conn, 1, MAYA, at=5)
        accounts.grant(conn, 1, "disputes", "lead")
        tokens.add(conn, NewToken(1, 1, b"one", "Import"), at=10)
        tokens.add(conn, NewToken(2, 1, b"two", "Export", expires_at=20), at=10)
        tokens.used(conn, 1, at=11)
    with own_db.read() as conn:
        use = tokens.load(conn, b"one", now=15)
        assert len(statements) == 1
        assert use is not None
        assert (use.token_id, use.account.name, use.last_used_at) == (1, "maya", 11)
        assert use.memberships == {("disputes", "lead")}
        assert tokens.load(conn, b"two", now=19) is not None
        assert tokens.load(conn, b"two", now=20) is None
        assert [token.title for token in tokens.listed(conn, 1)] == ["Export", "Import"]
    with own_db.write() as conn:
        assert tokens.revoke(conn, 1, at=16)
        assert not tokens.revoke(conn, 1, at=17)
        assert tokens.load(conn, b"one", now=18) is None
        accounts.change(conn, 1, is_active=False)
        assert tokens.load(conn, b"two", now=18) is None


def test_tools_are_published_in_versions(own_db: Database):
    with own_db.write() as conn:
        tool = tools.add(conn, 7, "disputes", "Disputes", at=1)
        assert tools.by_key(conn, "disputes") == tool
        assert tools.by_key(conn, "other") is None
        assert tools.in_force(conn) == []
        for number in (1, 2):
            new = NewVersion({"n": number}, f"digest {number}", f"Title {number}", "maya", "why")
            assert tools.publish(conn, 7, new, at=number) == number
        assert [(each.key, each.version) for each in tools.in_force(conn)] == [("disputes", 2)]
        assert [found.title for found in tools.listed(conn)] == ["Title 2"]
        assert [info.version for info in tools.versions(conn, 7)] == [2, 1]
        first = tools.version(conn, 7, 1)
        assert first is not None
        assert (first.document, first.info.digest, first.info.note) == ({"n": 1}, "digest 1", "why")
        assert tools.version(conn, 7, 3) is None


def test_forms_get_short_numbers_and_tables(own_db: Database):
    with own_db.write() as conn:
        tools.add(conn, 7, "a", "A", at=1)
        tools.add(conn, 8, "b", "B", at=1)
        assert tools.ensure_forms(conn, 7, ["x", "y"]) == {"x": 1, "y": 2}
        assert tools.ensure_forms(conn, 8, ["x"]) == {"x": 3}
        assert tools.ensure_forms(conn, 7, ["y", "z"]) == {"x": 1, "y": 2, "z": 4}
        assert tools.forms(conn, 7) == {"x": 1, "y": 2, "z": 4}
        assert conn.exec_driver_sql("SELECT count(*) FROM rec_4").scalar() == 0


def test_comments_stay_until_removed(own_db: Database):
    one, two = (Comment(n, 1, 2, "maya", 10 + n, f"text {n}") for n in (1, 2))
    with own_db.write() as conn:
        comments.add(conn, one)
        comments.add(conn, two)
        assert comments.listed(conn, 1, 2) == [two, one]
        assert comments.listed(conn, 1, 3) == []
        assert comments.get(conn, 1) == one
        assert comments.remove(conn, 1, at=20)
        assert not comments.remove(conn, 1, at=21)
        assert comments.get(conn, 1) is None
        assert comments.listed(conn, 1, 2) == [two]


def test_attachments_are_bound_once(own_db: Database):
    def make(number: int, record_id: int | None) -> Attachment:
        return Attachment(
            *(number, 1, record_id, "files", "a" * 64, 5, "text/plain", "a.txt"),
            *("clean", "maya", 10),
        )

    with own_db.write() as conn:
        attachments.add(conn, make(1, 2))
        attachments.add(conn, make(2, None))
        assert attachments.listed(conn, 1, 2) == [make(1, 2)]
        assert attachments.bind(conn, [1, 2], 1, 3) == 1
        assert attachments.bind(conn, [2], 1, 4) == 0
        assert attachments.get(conn, 2) == make(2, 3)
        assert attachments.get_many(conn, [1, 2, 3]) == [make(1, 2), make(2, 3)]
        assert attachments.remove(conn, 2, at=20)
        assert not attachments.remove(conn, 2, at=20)
        assert attachments.get(conn, 2) is None
        assert attachments.referenced(conn) == {"a" * 64}


def test_a_draft_replaces_the_one_before(own_db: Database):
    draft = Draft("maya", "disputes/dispute/new", {"merchant": "Acme"}, None, 10)
    with own_db.write() as conn:
        drafts.save(conn, draft)
        assert drafts.load(conn, "maya", draft.scope) == draft
        later = Draft("maya", draft.scope, {"merchant": "Zeta"}, 3, 11)
        drafts.save(conn, later)
        assert drafts.load(conn, "maya", draft.scope) == later
        assert drafts.load(conn, "ben", draft.scope) is None
        drafts.remove(conn, "maya", draft.scope)
        assert drafts.load(conn, "maya", draft.scope) is None
        drafts.save(conn, later)
        assert drafts.purge(conn, before=11) == 0
        assert drafts.purge(conn, before=12) == 1


def test_an_idempotency_key_is_used_once(own_db: Database):
    with own_db.write() as conn:
        assert idempotency.begin(conn, "k", b"hash", now=10) is None
        assert idempotency.begin(conn, "k", b"hash", now=11) == Replay(True, None, None)
        idempotency.finish(conn, "k", 201, b"{}")
        assert idempotency.begin(conn, "k", b"hash", now=12) == Replay(True, 201, b"{}")
        assert idempotency.begin(conn, "k", b"other", now=12) == Replay(False, 201, b"{}")
        assert idempotency.purge(conn, before=10) == 0
        assert idempotency.purge(conn, before=11) == 1


def test_jobs_go_from_waiting_to_done(own_db: Database):
    with own_db.write() as conn:
        jobs.add(conn, NewJob(1, "import", {"form": "x"}, "maya"), at=5)
        jobs.add(conn, NewJob(2, "import", {}, "maya"), at=6)
        assert jobs.waiting(conn) == [1, 2]
        assert not jobs.finish(conn, 1, {}, at=7)
        assert jobs.start(conn, 1, at=7)
        assert not jobs.start(conn, 1, at=8)
        assert jobs.progress(conn, 1, 5, 10, "half")
        running = jobs.get(conn, 1)
        assert running is not None
        assert (running.status, running.progress, running.total) == ("running", 5, 10)
        assert (running.message, running.arguments, running.started_at) == (
            "half",
            {"form": "x"},
            7,
        )
        assert jobs.finish(conn, 1, {"rows": 10}, at=9)
        assert jobs.start(conn, 2, at=9)
        assert jobs.fail(conn, 2, "no such file", at=10)
        done, failed = jobs.get(conn, 1), jobs.get(conn, 2)
        assert done is not None
        assert failed is not None
        assert (done.status, done.result, done.done_at) == ("done", {"rows": 10}, 9)
        assert (failed.status, failed.message) == ("failed", "no such file")
        assert jobs.get(conn, 3) is None
