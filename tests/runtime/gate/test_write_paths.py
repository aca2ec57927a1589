"""Every way in which a record can change goes through the gate.

Each route, command and answer that changes anything is performed once while the database
itself watches.  A route or command that is not in the tables below fails: say there what it
does to records.
"""

import ast
import inspect
import json
import re
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from sqlalchemy.exc import IntegrityError

import runtime
from opswright.cli import cli
from opswright.demo import prepare
from runtime.gate import Gate
from runtime.storage.errors import StorageError
from runtime.storage.ids import decode_id
from runtime.storage.verifying import verify
from tests.runtime.browsing import Browser
from tests.runtime.gate.conftest import PAGE, stored
from tests.runtime.gate.watch import Watch
from tests.runtime.gate.world import World
from tests.runtime.opening import furnished_url, open_refunds
from tests.runtime.refunds import refunds_tool

ROOT = Path(runtime.__file__).parent.parent
HOOKS = """
    @hook.after("update", tool="refunds", form="refund")
    def follow(change):
        change.set("origin", "followed")
        change.comment("Looked into it")
        change.transition("start")

    @hook.action("refunds.refetch")
    def refetch(change):
        change.set("origin", "fetched")
"""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("paths")
    url = furnished_url(request.param, folder, lambda: request.getfixturevalue("postgres_url"))
    services = open_refunds(url, folder, hooks=HOOKS)
    yield World(services)
    services.close()


_F = "/t/refunds/f/refund"


def _rows(world: World) -> tuple[BytesIO, str]:
    return BytesIO(b"merchant\nOne\nTwo\n"), "rows.csv"


def _file(world: World) -> tuple[BytesIO, str]:
    return BytesIO(b"12.50"), "a.txt"


ROUTES: dict[tuple[str, str], tuple[int, Callable[[World, str], int]]] = {
    # Of files that come in: what they do to records is performed below.
    ("POST", "web.plan_import"): (0, lambda w, r: w.post(f"{_F}/imports/{r}/plan")),
    ("POST", "web.discard_import"): (0, lambda w, r: w.post(f"{_F}/imports/{r}/discard")),
    ("POST", "web.cancel_batch"): (0, lambda w, r: w.post(f"{_F}/imports/{r}/cancel")),
    ("POST", "web.read_import"): (0, lambda w, r: w.post(f"{_F}/import", file=_rows(w))),
    ("POST", "web.fix_row"): (0, lambda w, r: w.post(f"{_F}/imports/{r}/rows/2")),
    ("POST", "web.revert_batch"): (0, lambda w, r: w.post(f"{_F}/imports/{r}/revert")),
    ("POST", "web.export_view"): (0, lambda w, r: w.post("/t/refunds/v/all/export")),
    ("POST", "api.import_file"): (2, lambda w, r: w.send_rows()),
    ("POST", "api.revert_batch"): (0, lambda w, r: w.call("POST", f"/batches/{r}/revert")),
    # Of sessions, drafts and looks: no record changes.
    ("POST", "web.sign_in"): (0, lambda w, r: w.post("/sign-in", name="x", password="y")),
    ("POST", "web.theme"): (0, lambda w, r: w.post("/theme", theme="dark")),
    ("POST", "web.language"): (0, lambda w, r: w.post("/language", language="ro")),
    ("POST", "web.end_look"): (0, lambda w, r: w.post("/look/end")),
    ("POST", "web.preview"): (0, lambda w, r: w.post(f"{_F}/preview/notes", notes="x")),
    ("POST", "web.refresh_new"): (0, lambda w, r: w.post(f"{_F}/new/refresh", merchant="x")),
    ("POST", "web.refresh"): (0, lambda w, r: w.post(f"{_F}/{r}/refresh", merchant="x")),
    ("POST", "web.refresh_transition"): (
        0,
        lambda w, r: w.post(f"{_F}/{r}/transitions/hold/refresh", _comment="x"),
    ),
    ("POST", "web.create_draft"): (0, lambda w, r: w.post(f"{_F}/new/draft", merchant="x")),
    ("POST", "web.discard_create_draft"): (0, lambda w, r: w.post(f"{_F}/new/draft/discard")),
    ("POST", "web.draft"): (0, lambda w, r: w.post(f"{_F}/{r}/draft", merchant="x")),
    ("POST", "web.discard_draft"): (0, lambda w, r: w.post(f"{_F}/{r}/draft/discard")),
    ("POST", "web.comment_draft"): (0, lambda w, r: w.post(f"{_F}/{r}/comments/draft", body="x")),
    ("POST", "web.transition_draft"): (
        0,
        lambda w, r: w.post(f"{_F}/{r}/transitions/hold/draft", _comment="x"),
    ),
    # Of links and lists, which the tool has none of: they make their changes through the gate's own verbs.
    ("POST", "web.save_made"): (0, lambda w, r: w.post(f"{_F}/make/region")),
    ("POST", "web.keep_and_make"): (0, lambda w, r: w.post(f"{_F}/{r}/make/region")),
    ("POST", "web.keep_new_and_make"): (0, lambda w, r: w.post(f"{_F}/new/make/region")),
    ("POST", "web.save_list"): (0, lambda w, r: w.post("/t/refunds/lists/none")),
    # Of the outbox: what its hook answers is performed below.
    ("POST", "web.retry_delivery"): (
        0,
        lambda w, r: Browser(w.app, "ada").post(f"/admin/automations/{r}/retry").status_code,
    ),
    # Of specs.
    ("POST", "build.start"): (0, lambda w, r: w.build("/build/", key="gadgets")),
    ("POST", "build.edit"): (
        0,
        lambda w, r: w.build("/build/refunds/edit", _command="tool.title", title="Money"),
    ),
    ("POST", "build.look"): (0, lambda w, r: w.build("/build/refunds/roles/lead/look")),
    ("POST", "build.try_it"): (
        0,
        lambda w, r: w.build(f"/build/refunds/try/t/refunds/f/refund/{r}", merchant="Only tried"),
    ),
    ("POST", "build.reset_trial"): (0, lambda w, r: w.build("/build/refunds/preview/reset")),
    ("POST", "build.trial_role"): (
        0,
        lambda w, r: w.build("/build/refunds/preview/role", role="lead"),
    ),
    ("POST", "build.undo"): (0, lambda w, r: w.build("/build/refunds/undo")),
    ("POST", "build.redo"): (0, lambda w, r: w.build("/build/refunds/redo")),
    ("POST", "build.discard"): (0, lambda w, r: w.build("/build/refunds/discard")),
    ("POST", "build.follow"): (0, lambda w, r: w.build("/build/refunds/follow")),
    ("POST", "build.keep_text"): (
        0,
        lambda w, r: w.build("/build/refunds/text/", document=json.dumps(refunds_tool())),
    ),
    ("POST", "build.forget_text"): (0, lambda w, r: w.build("/build/refunds/text/forget")),
    ("POST", "build.lint_text"): (0, lambda w, r: w.build("/build/refunds/text/lint")),
    ("POST", "build.read_spec_file"): (0, lambda w, r: w.build("/build/refunds/text/file")),
    ("POST", "build.take_spec_file"): (0, lambda w, r: w.build("/build/refunds/text/file/take")),
    ("POST", "build.restore"): (0, lambda w, r: w.build("/build/refunds/versions/1/restore")),
    ("POST", "build.do_publish"): (0, lambda w, r: w.publish_draft()),
    ("POST", "build.read_file"): (0, lambda w, r: w.build("/build/from-file")),
    ("POST", "build.keep"): (0, lambda w, r: w.build("/build/from-file/keep")),
    ("POST", "build.change_sheet"): (0, lambda w, r: w.build(f"/build/from-file/sheet/{r}")),
    ("POST", "build.remark"): (
        0,
        lambda w, r: w.build("/build/refunds/versions/remarks", body="x"),
    ),
    ("POST", "build.keep_steps"): (
        0,
        lambda w, r: w.build("/build/refunds/publish/steps", migration="{}"),
    ),
    ("POST", "build.review"): (0, lambda w, r: w.build("/build/refunds/publish/review")),
    ("POST", "build.change_pilot"): (0, lambda w, r: w.build("/build/refunds/publish/pilot/2")),
    ("POST", "build.adopt_pilot"): (
        0,
        lambda w, r: w.build("/build/refunds/publish/pilot/2/adopt"),
    ),
    ("POST", "build.withdraw_pilot"): (
        0,
        lambda w, r: w.build("/build/refunds/publish/pilot/2/withdraw"),
    ),
    ("POST", "build.start_replay"): (0, lambda w, r: w.replay()),
    ("POST", "build.cancel_replay"): (0, lambda w, r: w.replay(cancel=True)),
    ("POST", "build.ask_condition"): (0, lambda w, r: w.build("/build/refunds/condition/asked")),
    ("POST", "build.try_formula"): (0, lambda w, r: w.build("/build/refunds/formula/try")),
    ("POST", "build.trial_formula"): (0, lambda w, r: w.build("/build/refunds/formula/trial")),
    ("POST", "build.cancel_migration"): (0, lambda w, r: w.cancel_migration()),
    ("POST", "web.sign_out"): (
        0,
        lambda w, r: Browser(w.app, "otto").post("/sign-out").status_code,
    ),
    # Of records: one change each.
    ("POST", "web.create"): (1, lambda w, r: w.post(f"{_F}/new", merchant="New")),
    ("POST", "web.save"): (1, lambda w, r: w.post(f"{_F}/{r}", score="7", _version="1")),
    ("POST", "web.transition"): (1, lambda w, r: w.post(f"{_F}/{r}/transitions/start")),
    ("POST", "web.act"): (1, lambda w, r: w.post(f"{_F}/{r}/actions/hurry")),
    ("POST", "web.comment"): (1, lambda w, r: w.post(f"{_F}/{r}/comments", body="Hello")),
    ("POST", "web.upload"): (1, lambda w, r: w.post(f"{_F}/{r}/files", file=_file(w))),
    ("POST", "web.remove_file"): (
        2,
        lambda w, r: w.post(f"{_F}/{r}/files/{w.file_of(r)}/remove"),
    ),
    ("POST", "web.delete"): (1, lambda w, r: w.post(f"{_F}/{r}/delete", reason="Twice")),
    ("POST", "web.restore"): (
        2,
        lambda w, r: w.post(f"{_F}/{r}/delete") and w.post(f"{_F}/{r}/restore"),
    ),
    ("POST", "api.create_record"): (
        1,
        lambda w, r: w.call("POST", "", {"data": {"merchant": "x"}}),
    ),
    ("PATCH", "api.patch_record"): (
        1,
        lambda w, r: w.call("PATCH", f"/{r}", {"data": {"score": 3}}, 1),
    ),
    ("DELETE", "api.delete_record"): (1, lambda w, r: w.call("DELETE", f"/{r}")),
    ("POST", "api.take_transition"): (1, lambda w, r: w.call("POST", f"/{r}/transitions/start")),
    ("POST", "api.run_action"): (1, lambda w, r: w.call("POST", f"/{r}/actions/hurry")),
    ("POST", "api.add_comment"): (1, lambda w, r: w.call("POST", f"/{r}/comments", {"body": "Hi"})),
}
"""(method, endpoint): how many changes of records performing it makes, and how it is performed."""


REFUSED = {
    "build.undo",
    "build.redo",
    *("web.sign_in", "web.preview", "build.read_file", "build.keep"),
    "build.change_sheet",
    *("build.change_pilot", "build.adopt_pilot", "build.withdraw_pilot"),
    *("build.review", "build.try_formula", "build.trial_formula", "build.ask_condition"),
    *("build.read_spec_file", "build.take_spec_file"),
    *("web.plan_import", "web.discard_import", "web.cancel_batch", "web.fix_row"),
    *("web.revert_batch", "api.revert_batch"),
    *("web.save_made", "web.keep_and_make", "web.keep_new_and_make", "web.save_list"),
}
"""What the tool has nothing for, or what is asked without what it takes."""


def test_every_route_that_changes_something_is_in_the_table(world):
    found = {
        (method, rule.endpoint)
        for rule in world.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}
    }
    assert found == ROUTES.keys()


@pytest.mark.parametrize(("method", "endpoint"), ROUTES)
def test_a_route_changes_records_through_the_gate(world, method, endpoint):
    changes, perform = ROUTES[method, endpoint]
    refund = world.refund()
    before = world.watch.prove()
    status = perform(world, refund)
    assert world.watch.prove() - before == changes, status
    assert status < 400 or endpoint in REFUSED


def test_a_file_for_a_field_goes_through_the_gate(world):
    refund = world.refund()
    before = world.watch.prove()
    assert world.post(f"{_F}/{refund}/files?field=papers", file=_file(world)) == 201
    assert world.watch.prove() == before + 1


def test_a_button_that_runs_a_hook_goes_through_the_gate(world):
    refund = world.refund()
    before = world.watch.prove()
    assert world.post(f"{_F}/{refund}/actions/refetch") == 303
    assert world.watch.prove() == before + 2


def test_a_file_comes_in_is_put_right_and_taken_back_through_the_gate(world):
    file = BytesIO(b"merchant,score\nOne,1\nTwo,x\n"), "rows.csv"
    at = world.browser.post(f"{_F}/import", {"file": file}).location
    before = world.watch.prove()
    assert world.post(f"{at}/plan", do="start") == 303
    assert world.watch.prove() == before + 1
    assert world.post(f"{at}/rows/3", **{"cell/1": "2"}) == 303
    assert world.watch.prove() == before + 2
    assert world.post(f"{at}/revert") == 303
    assert world.watch.prove() == before + 4


def test_what_hooks_answer_goes_through_the_gate(world):
    world.deliver()
    refund = world.refund()
    world.post(f"{_F}/{refund}", score="7", _version="1")
    before = world.watch.prove()
    world.deliver()
    # A value, a comment, a step.
    assert world.watch.prove() == before + 3
    assert stored(world.desk, decode_id(refund)).document["origin"] == "followed"


# -- the gate's own verbs -------------------------------------------------------------------

VERBS: dict[str, int] = {
    "create": 1,
    "create_many": 3,
    "update": 1,
    "transition": 1,
    "delete": 1,
    "restore": 2,
    "comment": 1,
    "attach": 1,
    "detach": 2,
    "act": 1,
    # Takes in what stands elsewhere; performed by the tests of previews.
    "copy": 0,
    # Says who is told of refusals.
    "tell_of_refusals": 0,
    # Moves what a migration prepared; performed by the tests of migrations.
    "follow": 0,
    # These change nothing by themselves.
    "transaction": 0,
    "within": 0,
    "record": 0,
    "behind": 0,
    "directory": 0,
    "obstacles": 0,
    "create_obstacles": 0,
    "delete_obstacles": 0,
    "create_many_obstacles": 0,
    "update_obstacles": 0,
    "asks_hooks": 0,
    "action_obstacles": 0,
}


def test_every_verb_of_the_gate_is_in_the_table():
    public = {
        name for name, _ in inspect.getmembers(Gate, inspect.isfunction) if not name.startswith("_")
    }
    assert public == VERBS.keys()


@pytest.mark.parametrize("verb", [verb for verb, changes in VERBS.items() if changes])
def test_a_verb_of_the_gate_makes_one_event_for_each_change(world, verb):
    desk, gate = world.desk, world.desk.gate
    lena, id_ = desk.access("lena"), decode_id(world.refund())
    before = world.watch.prove()
    if verb == "restore":
        gate.delete(lena, id_, PAGE)
    file = gate.attach(lena, id_, [world.upload()], PAGE) if verb == "detach" else None
    {
        "create": lambda: gate.create(lena, desk.typed(merchant="x"), PAGE),
        "create_many": lambda: gate.create_many(
            lena, [desk.typed(merchant=name) for name in ("x", "y", "z")], PAGE
        ),
        "update": lambda: gate.update(lena, id_, desk.typed(score=1), PAGE, version=1),
        "transition": lambda: gate.transition(lena, id_, "start", PAGE, comment="Now"),
        "delete": lambda: gate.delete(lena, id_, PAGE),
        "restore": lambda: gate.restore(lena, id_, PAGE),
        "comment": lambda: gate.comment(lena, id_, "Hello", PAGE),
        "attach": lambda: gate.attach(lena, id_, [world.upload()], PAGE),
        "detach": lambda: gate.detach(lena, id_, file.attachment_ids[0], PAGE),
        "act": lambda: gate.act(lena, id_, "hurry", PAGE),
    }[verb]()
    assert world.watch.prove() - before == VERBS[verb]


# -- commands -------------------------------------------------------------------------------

COMMANDS = {
    # Serve what is tested above, and deliver what is tested above.
    "serve": None,
    "worker": None,
    # Publishes and seeds; its seeding is performed below.
    "demo": None,
    "new": ["new", "gadgets"],
    "check": ["check", "form_specs/examples/disputes.json"],
    "apply": ["apply", "form_specs/examples/disputes.json", "--publish"],
    "diff": ["diff", "refunds@1", "refunds"],
    "test": ["test", "form_specs/examples/disputes.json"],
    "export": ["export", "refunds"],
    # Their own tests start one first.
    "pilot start": None,
    "pilot adopt": None,
    "pilot show": ["pilot", "show", "refunds"],
    "pilot withdraw": ["pilot", "withdraw", "refunds"],
    # Their own tests bring rows in, and out.
    "records import": None,
    "records export": None,
    "translations": ["translations", "form_specs/examples/disputes.json", "ro"],
    "hook new": None,
    "user add": ["user", "add", "zoe", "--password", "battery staple"],
    "user list": ["user", "list"],
    "user change": ["user", "change", "otto", "--title", "Otto"],
    "token add": ["token", "add", "lena"],
    "token list": ["token", "list"],
    "token revoke": ["token", "revoke", "0000000000001"],
    "migrate": ["migrate"],
    "audit verify": ["audit", "verify"],
    "audit rebase": ["audit", "rebase"],
    "audit checkpoint": ["audit", "checkpoint"],
    "doctor": ["doctor"],
}
"""None of the commands writes a record of its own; each that ends by itself is performed."""


def commands(group: click.Group, context: click.Context, path: str = "") -> Iterator[str]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, context, f"{path}{name} ")
        else:
            yield f"{path}{name}"


def test_every_command_is_in_the_table():
    assert set(commands(cli, click.Context(cli))) == COMMANDS.keys()


@pytest.mark.parametrize("name", [name for name, words in COMMANDS.items() if words])
def test_a_command_changes_no_record_past_the_gate(world, name, monkeypatch):
    monkeypatch.chdir(ROOT)
    settings = world.services.settings
    monkeypatch.setenv("OPSWRIGHT_DATA", str(settings.data))
    monkeypatch.setenv("OPSWRIGHT_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("OPSWRIGHT_SECRET_KEY", settings.secret_key)
    before = world.watch.prove()
    result = CliRunner().invoke(cli, COMMANDS[name] or [])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert world.watch.prove() == before


def test_the_demo_is_seeded_through_the_gate(make_services):
    services = make_services()
    prepare(services, records=0, say=lambda _text: None)
    watch = Watch(services)
    prepare(services, records=3, say=lambda _text: None)
    assert watch.prove() > 3


# -- nothing else ---------------------------------------------------------------------------


def test_the_log_of_all_that_proves_whole(world):
    report = verify(world.services.db, world.services.audit_key)
    assert report.findings == []


def test_the_watch_sees_a_write_past_the_gate(make_services):
    services = make_services()
    world = World(services)
    number = decode_id(world.refund())
    form_id = world.desk.tool.forms["refund"].form_id
    for statement in (
        f"UPDATE rec_{form_id} SET state = 'paid' WHERE id = {number}",
        f"UPDATE rec_{form_id} SET state = 'paid', last_event = 12345 WHERE id = {number}",
    ):
        with pytest.raises((IntegrityError, StorageError)), services.db.write() as conn:
            conn.exec_driver_sql(statement)
    assert stored(world.desk, number).state == "new"


def test_only_the_gates_commit_makes_a_permit():
    """What a `RecordWriter` asks for is made in one place; the linter forbids importing it elsewhere."""
    makers = [
        path.relative_to(ROOT).as_posix()
        for package in ("opswright", "builder", "runtime", "components", "form_specs")
        for path in sorted((ROOT / package).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "WritePermit"
    ]
    assert makers == ["runtime/gate/commit.py"]


def test_no_module_but_the_storage_writes_sql_of_records():
    """Tables of records are named in the storage only."""
    named = re.compile(r"\brec_\{|\brec_text_|INSERT INTO|UPDATE rec")
    found = [
        path.relative_to(ROOT).as_posix()
        for package in ("opswright", "builder", "runtime", "components", "form_specs")
        for path in sorted((ROOT / package).rglob("*.py"))
        if named.search(path.read_text("utf-8"))
    ]
    assert [path for path in found if not path.startswith("runtime/storage/")] == []
