"""Every command but those that go on running: what it prints and how it exits."""

import os
import re
import subprocess
import sys

import orjson
import pytest

from opswright.cli import cli
from runtime.config import described

COMMANDS = [
    *("serve", "worker", "demo", "new", "check", "apply", "test", "export", "hook new", "user add"),
    *("user change",),
    *("user list", "token add", "token list", "token revoke", "migrate", "audit verify"),
    *("audit checkpoint", "doctor"),
]


def test_help_is_instant_and_names_every_command(home):
    """In a process that has imported nothing; its own time, however busy the machine is."""
    before = os.times().children_user
    done = subprocess.run(
        [sys.executable, "-m", "opswright.cli", "--help"],
        env=home.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert os.times().children_user - before < 0.7
    assert done.returncode == 0
    assert all(f"  {command.split()[0]} " in done.stdout for command in COMMANDS)
    assert list(cli.commands) == []


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(home, command):
    done = home(*command.split(), "--help")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"Usage: opswright {command}")


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["chek"], "Did you mean 'check'?"),
        (["--nonsense"], "No such option"),
        (["check"], "Missing argument"),
        (["check", "missing.json"], "missing.json"),
        (["user", "add", "x", "--role", "orders"], "TOOL:ROLE"),
        (["serve", "--port", "99999"], "--port"),
        (["token", "revoke", "nonsense"], "no id of a token"),
        (["hook", "new", "Bad-Name"], "cannot be used"),
    ],
)
def test_wrong_use_exits_with_2_and_says_how(home, arguments, hint):
    done = home(*arguments)
    assert done.returncode == 2
    assert hint in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("environment", "code", "hint"),
    [
        ({"OPSWRIGHT_THREADS": "many"}, 2, "OPSWRIGHT_THREADS"),
        ({"OPSWRIGHT_CONFIG": "nowhere.toml"}, 2, "nowhere.toml"),
        ({"OPSWRIGHT_SECRET_KEY": "short"}, 2, "OPSWRIGHT_SECRET_KEY"),
        ({"OPSWRIGHT_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}, 1, "database"),
        ({"OPSWRIGHT_DATABASE_URL": "sqlite:////proc/no/such.db"}, 1, "/proc/no"),
        ({"OPSWRIGHT_DATABASE_URL": "nonsense"}, 2, "OPSWRIGHT_DATABASE_URL"),
        ({"OPSWRIGHT_DATABASE_URL": "mysql://a/b"}, 2, "OPSWRIGHT_DATABASE_URL"),
    ],
)
def test_what_cannot_work_is_one_clear_line(home, environment, code, hint):
    done = home("user", "list", **environment)
    assert done.returncode == code, done.stderr
    assert hint in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr


def test_migrate_is_harmless_twice(home):
    assert home("migrate").stdout == "The database is up to date now\n"
    assert home("migrate").stdout == "The database was up to date\n"


# -- specs ----------------------------------------------------------------------------------


def test_new_prints_a_spec_that_is_fine(home):
    done = home("new", "incidents")
    assert done.returncode == 0, done.stderr
    (home.folder / "incidents.json").write_text(done.stdout)
    assert orjson.loads(done.stdout)["key"] == "incidents"
    assert home("check", "incidents.json").stdout == "1 spec is fine\n"


def test_new_makes_a_spec_from_a_json_schema(home):
    schema = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "age": {"type": "integer", "minimum": 0}},
        "required": ["name"],
    }
    (home.folder / "person.schema.json").write_bytes(orjson.dumps(schema))
    done = home("new", "people", "--from", "person.schema.json")
    assert done.returncode == 0, done.stderr
    (home.folder / "people.json").write_text(done.stdout)
    assert home("apply", "people.json", "--publish").returncode == 0
    properties = orjson.loads(done.stdout)["forms"][0]["schema"]["properties"]
    assert {key: p["x-ops"]["type"] for key, p in properties.items()} == {
        "name": "text",
        "age": "integer",
    }


def test_new_takes_a_folder_of_schemas_that_refer_to_one_another(home):
    folder = home.folder / "schemas"
    (folder / "parts").mkdir(parents=True)
    (folder / "order.json").write_text('{"properties": {"to": {"$ref": "parts/party.json"}}}')
    (folder / "parts" / "party.json").write_text('{"properties": {"name": {"type": "string"}}}')

    alone = home("new", "orders", "--from", "schemas/order.json")
    assert alone.returncode == 1
    assert "'parts/party.json' leads out of this document" in alone.stderr
    done = home("new", "orders", "--from", "schemas")
    assert orjson.loads(done.stdout)["forms"][0]["schema"]["properties"].keys() == {"to"}
    party = home("new", "parties", "--from", "schemas", "--main", "party.json")
    assert orjson.loads(party.stdout)["forms"][0]["schema"]["properties"].keys() == {"name"}


def test_new_says_what_it_cannot_read(home):
    (home.folder / "bad.json").write_text('{"type": "object",}')
    done = home("new", "people", "--from", "bad.json")
    assert done.returncode == 1
    assert "bad.json:1:19" in done.stderr
    (home.folder / "list.json").write_text("[]")
    assert home("new", "people", "--from", "list.json").returncode == 1


def test_new_reads_other_languages_and_lists_what_it_left_out(home):
    rows = ["type,name,label", "text,who,Who?", "deviceid,device,"]
    (home.folder / "loans.csv").write_text("\n".join(rows))
    done = home("new", "loans", "--from", "loans.csv")
    assert done.returncode == 0
    assert list(orjson.loads(done.stdout)["forms"][0]["schema"]["properties"]) == ["who"]
    assert done.stderr.startswith("Note: survey, row 3: there is no field for the type 'deviceid'")

    made = orjson.loads(home("new", "loans", "--from", "loans.csv", "--json").stdout)
    assert made["format"] == "xlsform"
    assert made["notes"][0]["place"] == "survey, row 3"
    assert made["spec"]["key"] == "loans"


def test_new_takes_the_look_from_a_second_file_and_the_language_by_name(home):
    schema = {"type": "object", "properties": {"a": {"type": "string"}}}
    (home.folder / "a.json").write_bytes(orjson.dumps(schema))
    (home.folder / "ui.json").write_bytes(orjson.dumps({"a": {"ui:widget": "textarea"}}))
    done = home("new", "notes", "--from", "a.json", "--ui", "ui.json", "--format", "rjsf")
    assert done.returncode == 0, done.stderr
    assert '"long_text"' in done.stdout


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["--ui", "a.json"], 2, "give that too"),
        (["--from", "a.json", "--format", "word"], 2, "is not one of"),
        (["--from", "gone.json"], 2, "does not exist"),
        (["--from", "a.json", "--format", "fhir"], 1, "It is no Questionnaire"),
        (["--from", "a.json", "--ui", "bad.json"], 1, "bad.json:1:2"),
        (["--from", "bad.xlsx"], 1, "bad.xlsx: This is no whole .xlsx workbook"),
        (["--from", "a.json", "--main", "b.json"], 2, "--main names a file of the folder"),
    ],
)
def test_new_says_what_is_wrong_with_what_it_was_given(home, args, code, said):
    (home.folder / "a.json").write_text("{}")
    (home.folder / "bad.json").write_text("{")
    (home.folder / "bad.xlsx").write_bytes(b"PK\x03\x04")
    done = home("new", "loans", *args)
    assert done.returncode == code
    assert said in done.stderr
    assert done.stdout == ""


def test_check_says_where_everything_wrong_stands(home):
    (home.folder / "bad.json").write_text('{\n  "ops": "1",\n  "kind": "tool",\n  "kye": "x"\n}\n')
    done = home("check", "bad.json")
    assert done.returncode == 1
    assert re.search(r"^bad\.json:4:3: /kye: .*\(.*key.*\)$", done.stdout, re.MULTILINE), (
        done.stdout
    )
    as_json = home("check", "bad.json", "--json")
    assert as_json.returncode == 1
    report = orjson.loads(as_json.stdout)
    assert report["ok"] is False
    wrong = next(p for p in report["problems"] if p["pointer"] == "/kye")
    assert (wrong["file"], wrong["line"], wrong["column"]) == ("bad.json", 4, 3)


def test_check_looks_at_every_file(home, write_spec):
    aside = {"workflows/order/transitions/send: self_approval": "Few people work here"}
    write_spec("good.json", setAside=aside)
    (home.folder / "bad.json").write_text("{")
    done = home("check", "good.json", "bad.json")
    assert done.returncode == 1
    assert "bad.json:1:2" in done.stdout
    assert "good.json" not in done.stdout
    assert home.json("check", "good.json") == {"ok": True, "problems": []}
    write_spec("warned.json")
    (warned,) = home.json("check", "warned.json")["problems"]
    assert "Lead may make a record and take 'Send' with it as well" in warned["message"]


def test_apply_changes_nothing_before_it_is_told_to(home, write_spec):
    write_spec()
    assert "a new tool; --publish publishes it" in home("apply", "orders.json").stdout
    assert home("export", "orders").returncode == 1
    assert "published as version 1" in home("apply", "orders.json", "--publish").stdout
    assert "nothing changes, version 1" in home("apply", "orders.json", "--publish").stdout


def test_apply_tells_what_differs(home, write_spec):
    write_spec()
    home("apply", "orders.json", "--publish")
    write_spec(views=[], title="All orders")
    (told,) = home.json("apply", "orders.json")["tools"]
    assert (told["tool"], told["version"], told["change"]) == ("orders", 1, "changed")
    assert (told["parts"], told["class"]) == (["- view all"], "notice")
    assert home.json("apply", "orders.json", "--publish")["tools"][0]["version"] == 2


def test_apply_publishes_nothing_where_one_is_broken(home, write_spec):
    write_spec()
    (home.folder / "bad.json").write_text("{}")
    done = home("apply", "orders.json", "bad.json", "--publish")
    assert done.returncode == 1
    assert "bad.json:1:1" in done.stdout
    assert home("export", "orders").returncode == 1


def test_export_prints_the_spec_as_it_was_published(home, write_spec):
    path = write_spec()
    home("apply", "orders.json", "--publish")
    exported = home("export", "orders")
    assert exported.returncode == 0
    assert orjson.loads(exported.stdout) == orjson.loads(path.read_text())
    assert home("export", "orders").stdout == exported.stdout
    missing = home("export", "nothing")
    assert (missing.returncode, missing.stderr) == (
        1,
        "Error: There is no published tool 'nothing'\n",
    )


def test_hook_new_writes_a_hook_and_its_test(home):
    done = home("hook", "new", "limits", "--tool", "orders", "--form", "order", "--folder", "hooks")
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["hooks/limits.py", "hooks/test_limits.py"]
    assert 'tool="orders"' in (home.folder / "hooks/limits.py").read_text()
    assert home("hook", "new", "limits", "--folder", "hooks").returncode == 2


# -- people ---------------------------------------------------------------------------------


def test_user_add_makes_and_prints_a_password_where_nobody_types_one(home):
    done = home("user", "add", "maya", "--admin", "--title", "Maya O.")
    assert done.returncode == 0, done.stderr
    assert re.search(r"^Password: \S{12,}$", done.stdout, re.MULTILINE)
    listed = home.json("user", "list")
    assert listed == [
        {
            "name": "maya",
            "title": "Maya O.",
            "email": "",
            "admin": True,
            "active": True,
            "roles": [],
        }
    ]


def test_user_change_changes_what_is_named_and_nothing_else(home, write_spec):
    write_spec()
    home("apply", "orders.json", "--publish")
    home("user", "add", "maya", "--password", "correct horse", "--title", "Maya", "--admin")
    home("user", "change", "maya", "--no-admin", "--grant", "orders:clerk", "--close")
    (maya,) = home.json("user", "list")
    assert (maya["title"], maya["admin"], maya["active"]) == ("Maya", False, False)
    assert maya["roles"] == ["orders:clerk"]
    home("user", "change", "maya", "--revoke", "orders:clerk", "--reopen", "--title", "Maya O.")
    (maya,) = home.json("user", "list")
    assert (maya["title"], maya["active"], maya["roles"]) == ("Maya O.", True, [])


def test_user_change_says_what_it_cannot_do(home):
    home("user", "add", "maya", "--password", "correct horse")
    assert home("user", "change", "maya").returncode == 2
    assert "no account named nobody" in home("user", "change", "nobody", "--close").stderr
    assert "at least 8" in home("user", "change", "maya", "--password", "short").stderr
    assert "no published tool" in home("user", "change", "maya", "--grant", "none:lead").stderr


def test_user_add_gives_roles_that_are_there(home, write_spec):
    write_spec()
    home("apply", "orders.json", "--publish")
    assert "no published tool" in home("user", "add", "a", "--role", "none:lead").stderr
    assert "has no role" in home("user", "add", "a", "--role", "orders:boss").stderr
    made = home.json("user", "add", "carl", "--password", "correct horse", "--role", "orders:clerk")
    assert made == {"name": "carl", "admin": False, "roles": ["orders:clerk"]}
    assert "orders:clerk" in home("user", "list").stdout


def test_user_add_refuses_weak_passwords_and_taken_names(home):
    weak = home("user", "add", "maya", "--password", "short")
    assert weak.returncode == 1
    assert "8 characters" in weak.stderr
    home("user", "add", "maya", "--password", "correct horse")
    assert home("user", "add", "maya", "--password", "correct horse").returncode == 1


def test_a_token_is_printed_last_and_can_be_revoked(home):
    home("user", "add", "maya", "--password", "correct horse")
    done = home("token", "add", "maya", "--title", "Nightly")
    assert re.fullmatch(r"ops_\S+", done.stdout.splitlines()[-1])
    listed = home.json("token", "list", "maya")
    assert [(item["title"], item["state"]) for item in listed] == [("Nightly", "valid")]
    assert home("token", "revoke", listed[0]["id"]).returncode == 0
    assert home.json("token", "list", "maya")[0]["state"] == "revoked"
    assert home("token", "revoke", listed[0]["id"]).returncode == 1
    assert home("token", "add", "nobody").returncode == 1


# -- audit, doctor --------------------------------------------------------------------------


def test_an_untouched_log_verifies(home):
    assert home.json("audit", "verify")["ok"] is True
    assert home("audit", "checkpoint", "--out", "point.json").returncode == 0
    done = home("audit", "verify", "--checkpoint", "point.json")
    assert done.returncode == 0, done.stdout
    assert "all as written" in done.stdout


def test_doctor_lists_every_setting_and_keeps_secrets(home):
    done = home("doctor")
    assert done.returncode == 0, done.stdout + done.stderr
    assert all(name in done.stdout for name, _default, _doc in described())
    secret = (home.folder / "data" / "secret.key").read_text()
    assert secret not in done.stdout
    report = home.json("doctor")
    assert report["ok"] is True
    assert {finding["what"] for finding in report["findings"]} >= {
        "database",
        "hooks",
        "data folder",
    }


def test_doctor_finds_what_is_wrong(home):
    done = home("doctor", "--json", OPSWRIGHT_SPECS="missing", OPSWRIGHT_HOOKS="missing")
    assert done.returncode == 1
    wrong = {f["what"] for f in orjson.loads(done.stdout)["findings"] if not f["ok"]}
    assert wrong == {"specs folder", "hooks folder", "hooks"}
    (home.folder / "specs").mkdir()
    (home.folder / "specs" / "broken.json").write_text('{"ops": "1",\n "kind": }')
    told = home("doctor", OPSWRIGHT_SPECS="specs")
    assert told.returncode == 1
    assert "broken.json:2:10: error: a value is needed here" in told.stdout
    url = "postgresql://maya:hunter2@127.0.0.1:1/none"
    gone = home("doctor", OPSWRIGHT_DATABASE_URL=url)
    assert gone.returncode == 1
    assert "hunter2" not in gone.stdout + gone.stderr
