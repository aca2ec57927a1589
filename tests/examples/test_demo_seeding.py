"""The demo as it really is seeded: through the gate, into a real database, with the real hooks."""

from collections import Counter
from datetime import UTC, datetime

import psycopg
import pytest
from sqlalchemy import func, make_url, select

from opswright.demo import prepare, seed
from opswright.demo.accounts import PASSWORD, TOOL, persons
from opswright.demo.people import COLLEAGUES, SIGN_INS
from opswright.demo.plot import IN_HAND, Fate
from runtime.access import BUILDER, EVERY_TOOL, Access
from runtime.reading import ListRequest, Records
from runtime.storage.schema import AttachmentRow, EventRow, OutboxRow
from runtime.storage.sealing import seal
from runtime.storage.verifying import verify
from tests.examples.conftest import NOW, RECORDS, opened


def test_every_record_is_there_and_valid(listed, acting):
    judge = acting("lead").form.judge
    records = listed("lead", "everything")
    assert len(records) == RECORDS
    assert [record.title for record in records if judge.problems(record.data())] == []


def test_numbers_count_up_with_the_days(listed):
    records = sorted(listed("lead"), key=lambda record: record.data()["reference"])
    assert records[0].data()["reference"] == "DSP-000001"
    assert records[-1].data()["reference"] == f"DSP-{RECORDS:06d}"
    created = [record.stored.created_at for record in records]
    assert created == sorted(created)


def test_states_and_their_fields_agree(listed):
    for record in listed("lead"):
        state, data = Fate(record.stored.state), record.data()
        assert (data.get("outcome") or state) == state
        assert ("network_reference" in data) is (state in ("submitted", "won", "lost"))
        assert (data.get("decision") == "accept") is (state is Fate.ACCEPTED)
        assert "win_likelihood" in data


def test_the_before_hook_has_judged_every_record(listed):
    for record in listed("lead"):
        texts = ("rebuttal", "customer_message", "access_log")
        assert record.data()["text_chars"] == sum(len(record.data().get(key, "")) for key in texts)


def test_nothing_happened_in_the_future_and_no_hook_waits(services):
    limit = int(NOW.timestamp() * 1_000_000)
    with services.db.read() as conn:
        latest = conn.execute(select(func.max(EventRow.at))).scalar_one()
        waiting = conn.execute(select(func.count()).select_from(OutboxRow)).scalar_one()
    assert latest < limit
    assert waiting == 0


def test_the_log_can_be_verified(services):
    while seal(services.db, services.audit_key):
        pass
    report = verify(services.db, services.audit_key)
    assert report.findings == []
    assert report.records == RECORDS
    assert report.events > 3 * RECORDS


def test_files_are_kept_once_and_can_be_opened(services):
    with services.db.read() as conn:
        rows = conn.execute(select(AttachmentRow.sha256, AttachmentRow.size)).all()
    assert len(rows) > 5
    for sha256, size in rows:
        with services.files.open(sha256) as file:
            assert len(file.read()) == size


def test_the_second_start_does_nothing(services, said):
    lines, events = len(said), _events(services)
    started = datetime.now(UTC)
    prepare(services, records=RECORDS, say=said.append)
    assert (datetime.now(UTC) - started).total_seconds() < 1
    assert (len(said), _events(services)) == (lines, events)


def _events(services) -> int:
    with services.db.read() as conn:
        return conn.execute(select(func.count()).select_from(EventRow)).scalar_one()


def test_another_database_gets_the_same_disputes(services, listed, tmp_path):
    other = opened(tmp_path)
    prepare(other, records=RECORDS, now=NOW, say=lambda _: None)
    with other.db.read() as conn:
        tool = other.published.tool(conn, TOOL)
        access = Access(persons()["lead"]).form(tool, "dispute")
        found = Records(other.db).page(conn, access, ListRequest(limit=200)).records
    other.close()
    assert _facts(found) == _facts(listed("lead"))


def _facts(records) -> dict[str, object]:
    """What each record holds but the ids of its files."""
    return {
        record.data()["reference"]: (
            record.stored.state,
            record.stored.created_at,
            record.stored.updated_at,
            {key: value for key, value in record.data().items() if key != "evidence_files"},
            [file["sha256"] for file in record.data().get("evidence_files", [])],
        )
        for record in records
    }


def test_it_seeds_on_postgresql_as_well(postgres_url, tmp_path):
    with psycopg.connect(postgres_url, autocommit=True) as conn:
        conn.execute("CREATE DATABASE demo_seeding")
    url = make_url(postgres_url).set(database="demo_seeding")
    text = url.render_as_string(hide_password=False)
    services = opened(tmp_path, database_url=text)
    prepare(services, records=12, now=NOW, say=lambda _: None)
    while seal(services.db, services.audit_key):
        pass
    report = verify(services.db, services.audit_key)
    services.close()
    assert (report.findings, report.records) == ([], 12)


def test_whoever_stops_it_half_way_finds_nothing_and_may_start_again(tmp_path, monkeypatch):
    monkeypatch.setattr(seed, "_TELL_EVERY", 40)

    class Stop(Exception):  # noqa: N818 - stands for Ctrl+C
        pass

    def stop(line: str) -> None:
        if "%" in line:
            raise Stop

    services = opened(tmp_path)
    with pytest.raises(Stop):
        prepare(services, records=20, now=NOW, say=stop)
    assert _events(services) == 0
    prepare(services, records=5, now=NOW, say=lambda _: None)
    assert _events(services) > 5
    services.close()


def test_six_can_sign_in_and_their_colleagues_cannot(services):
    with_password = {
        account.name for account, _ in services.accounts.listed() if account.password_hash
    }
    assert with_password == set(SIGN_INS)
    assert services.accounts.sign_in("operator", PASSWORD)
    assert services.accounts.sign_in("priya", "") is None


def test_everybody_of_the_demo_has_their_role(services):
    held = {account.name: roles for account, roles in services.accounts.listed()}
    builds = {"builder": {(EVERY_TOOL, BUILDER)}}
    assert held == {p.name: p.roles | builds.get(p.name, set()) for p in persons().values()}
    assert len(held) == len(COLLEAGUES)


def test_views_show_what_their_names_say(listed):
    in_hand = {record.id for record in listed("lead", "all_open")}
    states = Counter(record.stored.state for record in listed("lead"))
    assert len(in_hand) == sum(states[state] for state in IN_HAND)
    assert {r.id for r in listed("lead", "due_48h")} <= in_hand
    assert all("owner" not in r.data() for r in listed("lead", "unassigned"))
    assert all(r.data()["owner"] == "priya" for r in listed("priya", "mine"))
    assert len(listed("lead", "closed")) == states["won"] + states["lost"] + states["accepted"]
    due = [record.data()["due_by"] for record in listed("lead", "all_open")]
    assert due == sorted(due)


def test_an_external_agent_sees_little_and_knows_less(listed):
    seen, all_ = listed("noor"), listed("lead")
    assert 0 < len(seen) < len(all_)
    for record in seen:
        assert record.data().get("owner", "noor") == "noor"
        assert not {"cardholder_email", "tags", "win_likelihood"} & set(record.data())


def test_the_auditor_sees_everything_but_the_mail(listed):
    records = listed("auditor")
    assert len(records) == RECORDS
    assert all("cardholder_email" not in record.data() for record in records)
    assert any("cardholder_email" in record.masked for record in records)
