"""Accounts: signing in, passwords, tokens."""

import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.accounts import AccountError, Accounts, Amendment, Joining
from runtime.storage import accounts as account_rows
from runtime.storage.database import Database, open_database
from runtime.storage.ids import IdMaker


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    found = open_database(f"sqlite:///{tmp_path / 'accounts.db'}")
    found.migrate()
    yield found
    found.close()


@pytest.fixture
def accounts(db: Database) -> Accounts:
    return Accounts(db, IdMaker(1))


def test_an_account_signs_in_with_its_password_only(accounts):
    made = accounts.add(Joining("maya", "correct horse", title="Maya O."))
    found = accounts.sign_in("maya", "correct horse")
    assert found is not None
    assert (found.id, found.title) == (made.id, "Maya O.")
    for name, password in (
        ("maya", "wrong horse"),
        ("Maya", "correct horse"),
        ("noone", ""),
        ("", ""),
    ):
        assert accounts.sign_in(name, password) is None


def test_a_password_is_never_stored(accounts, db):
    accounts.add(Joining("maya", "correct horse"))
    with db.read() as conn:
        kept = account_rows.by_name(conn, "maya").password_hash
    assert kept.startswith("$argon2id$")
    assert "horse" not in kept


def test_a_closed_account_does_not_sign_in(accounts, db):
    made = accounts.add(Joining("maya", "correct horse"))
    with db.write() as conn:
        account_rows.change(conn, made.id, is_active=False)
    assert accounts.sign_in("maya", "correct horse") is None


def test_an_unknown_name_takes_as_long_as_a_wrong_password(accounts):
    accounts.add(Joining("maya", "correct horse"))
    accounts.sign_in("warm", "up")

    def took(name: str) -> float:
        times = []
        for _ in range(5):
            begin = time.thread_time()  # of this thread alone, however busy the machine is
            accounts.sign_in(name, "wrong horse")
            times.append(time.thread_time() - begin)
        return statistics.median(times)

    known, unknown = took("maya"), took("nobody")
    assert 0.5 < known / unknown < 2


@pytest.mark.parametrize(
    "password", ["", "short", "1234567", "password", "PASSWORD", "maya.okafor", "x" * 1001]
)
def test_a_weak_password_is_refused(accounts, password):
    with pytest.raises(AccountError):
        accounts.add(Joining("maya.okafor", password))
    assert accounts.listed() == []


@pytest.mark.parametrize("name", ["", "a b", "system", "hook:x", "-x", "ä", "x" * 65, "a\n"])
def test_a_name_that_cannot_be_is_refused(accounts, name):
    with pytest.raises(AccountError):
        accounts.add(Joining(name, "correct horse"))


def test_a_name_is_given_once_in_any_case(accounts):
    accounts.add(Joining("maya", "correct horse"))
    for name in ("maya", "MAYA"):
        with pytest.raises(AccountError, match="already"):
            accounts.add(Joining(name, "correct horse"))


def test_a_password_can_be_changed(accounts):
    accounts.add(Joining("maya", "correct horse"))
    accounts.change("maya", Amendment(password="battery staple"))
    assert accounts.sign_in("maya", "correct horse") is None
    assert accounts.sign_in("maya", "battery staple") is not None
    with pytest.raises(AccountError):
        accounts.change("nobody", Amendment(password="battery staple"))


def test_a_token_is_kept_as_a_hash_only(accounts, db):
    accounts.add(Joining("maya", "correct horse"))
    token_id, token = accounts.add_token("maya", "Nightly")
    assert token.startswith("ops_")
    assert len(token) > 40
    with db.read() as conn:
        rows = conn.exec_driver_sql("SELECT * FROM api_token").all()
    assert token not in str(rows)
    assert [(name, item.id, item.title) for name, item in accounts.tokens(["maya"])] == [
        ("maya", token_id, "Nightly")
    ]
    assert accounts.revoke_token(token_id)
    assert not accounts.revoke_token(token_id)
    with pytest.raises(AccountError):
        accounts.add_token("nobody")


def test_accounts_that_use_a_known_password_are_found(accounts):
    accounts.add(Joining("maya", "correct horse"))
    accounts.add(Joining("jon", "battery staple"))
    assert accounts.using("correct horse", ["maya", "jon", "nobody"]) == ["maya"]
