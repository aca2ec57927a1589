import pytest

from runtime.hooks.answers import HookFailed, Refusal
from runtime.hooks.runner import HookLimits, HookRunner


def test_without_hooks_there_is_no_process(make_runner, context):
    runner = make_runner()
    assert runner.before(context).empty
    assert (runner.names(), runner.problems(), runner.pids()) == ((), (), [])


def test_files_without_hooks_keep_no_process(make_runner, context):
    runner = make_runner("x = 1")
    assert runner.before(context).empty
    assert runner.pids() == []


def test_none_looks_for_nothing(context):
    runner = HookRunner.none()
    assert not runner.has_before("update", "disputes", "dispute")
    assert runner.before(context).empty


def test_a_hook_sees_the_change(make_runner, context):
    runner = make_runner("""
        @hook.before("transition", tool="disputes", form="dispute", name="submit")
        def look(change):
            change.refuse(repr([
                change.event, change.tool, change.form, change.record_id, dict(change.record),
                change.changes["amount"], change.actor, change.state, change.transition_name,
                change.comment_text, change.at, change.version, change.attempt,
            ]))
        """)
    given = context | {"event": "transition", "transition": "submit", "comment": "At last"}
    (refusal,) = runner.before(given).refusals
    assert refusal.message == repr(
        ["transition", "disputes", "dispute", "0abcdefghjkmn", context["record"]]
    )[:-1] + (
        ", Difference(old='10.00', new='12.50'), 'maya', 'gathering', 'submit', 'At last', "
        "'2026-11-23T15:00:00Z', 3, 1]"
    )


def test_hooks_run_in_order_and_see_what_was_set(make_runner, context):
    runner = make_runner("""
        @hook.before("update", tool="disputes")
        def first(change):
            change.set("amount", "99.00")

        @hook.before("update")
        def second(change):
            change.refuse(f"It is {change.record['amount']}", field="amount")
            change.refuse("And late")
        """)
    answer = runner.before(context)
    assert answer.values == {"amount": "99.00"}
    assert answer.refusals == (
        Refusal("It is 99.00", "amount", "hooks.second"),
        Refusal("And late", None, "hooks.second"),
    )


def test_only_hooks_of_the_place_run(make_runner):
    runner = make_runner("""
        @hook.before("update", tool="disputes", form="dispute")
        def one(change): ...
        @hook.before("update", tool="refunds")
        def two(change): ...
        @hook.before("transition", tool="disputes", form="dispute", name="submit")
        def three(change): ...
        @hook.after("update", tool="disputes")
        def four(change): ...
        """)
    assert runner.matching_before("update", "disputes", "dispute") == ["hooks.one"]
    assert runner.matching_before("update", "refunds", "anything") == ["hooks.two"]
    assert runner.matching_before("transition", "disputes", "dispute", "accept") == []
    assert runner.matching_before("transition", "disputes", "dispute", "submit") == ["hooks.three"]
    assert runner.matching_after("update", "disputes", "evidence") == ["hooks.four"]
    assert runner.matching_after("create", "disputes", "evidence") == []


def test_an_after_hook_answers_with_values_comment_and_transition(make_runner, context):
    runner = make_runner("""
        @hook.after("update")
        def send(change):
            change.set("network", None)
            change.comment(f"Sent {change.idempotency_key}, try {change.attempt}")
            change.transition("won")
        """)
    answer = runner.after("hooks.send", context | {"idempotency_key": "k1", "attempt": 4})
    assert answer.values == {"network": None}
    assert answer.comments == ("Sent k1, try 4",)
    assert answer.transition == "won"


def test_an_action_gets_its_arguments(make_runner, context):
    runner = make_runner("""
        @hook.action("disputes.refetch")
        def refetch(change):
            change.set("source", change.arguments["from"])
        """)
    answer = runner.action(
        "disputes.refetch", context | {"event": "action", "arguments": {"from": "bank"}}
    )
    assert answer.values == {"source": "bank"}
    assert runner.action_names() == ("disputes.refetch",)


def test_an_unknown_name_is_a_failure_that_retrying_does_not_cure(make_runner, context):
    runner = make_runner("@hook.after('update')\ndef send(change): ...")
    with pytest.raises(HookFailed, match="no hook has this name") as caught:
        runner.action("disputes.refetch", context)
    assert caught.value.final


def test_the_manifest_says_where_each_hook_stands(make_runner, tmp_path):
    runner = make_runner("\n@hook.after('update', tool='disputes')\ndef send(change): ...")
    (found,) = runner.hooks()
    assert (found.name, found.qualified) == ("hooks.send", "hooks.send")
    assert (found.file, found.line) == (str(tmp_path / "hooks" / "hooks.py"), 3)


def test_a_broken_module_is_reported_and_the_others_load(make_runner, context, tmp_path):
    runner = make_runner(
        good="@hook.before('update')\ndef fine(change): change.set('note', 'ok')",
        raising="\ndef deep():\n    raise ValueError('no such bank')\ndeep()",
        syntax="def f(:",
        declared="@hook.before('updated')\ndef f(change): ...",
        half="@hook.before('update')\ndef f(change): ...\nimport no_such_module",
        quits="raise SystemExit(4)",
    )
    assert runner.names() == ("good.fine",)
    assert runner.before(context).values == {"note": "ok"}
    found = {problem.module: problem for problem in runner.problems()}
    folder = tmp_path / "hooks"
    assert sorted(found) == [
        str(folder / f"{name}.py") for name in ("declared", "half", "quits", "raising", "syntax")
    ]
    raising = found[str(folder / "raising.py")]
    assert (raising.file, raising.line) == (str(folder / "raising.py"), 4)
    assert raising.message == "ValueError: no such bank"
    assert found[str(folder / "syntax.py")].line == 2
    assert "there is no before-hook on 'updated'" in found[str(folder / "declared.py")].message


def test_a_module_that_kills_or_hangs_its_process_is_left_out(make_runner, context):
    runner = make_runner(
        deadly="import os\nos._exit(7)",
        good="@hook.before('update')\ndef fine(change): change.set('note', 'ok')",
        limits=HookLimits(start_seconds=1.5),
        hanging="import time\ntime.sleep(60)",
    )
    assert runner.before(context).values == {"note": "ok"}
    reasons = {problem.module.rpartition("/")[2]: problem.message for problem in runner.problems()}
    assert reasons == {
        "deadly.py": "ended its process (exit code 7)",
        "hanging.py": "did not end loading within 1.5 s",
    }


def test_tests_and_private_files_are_no_hooks(make_runner):
    runner = make_runner(
        test_limits="raise AssertionError",
        conftest="raise AssertionError",
        _shared="LIMIT = 7",
        rules="from _shared import LIMIT\n@hook.before('update')\ndef limit(change): ...",
    )
    assert runner.names() == ("rules.limit",)
    assert runner.problems() == ()


def test_a_file_may_be_called_like_a_standard_module(make_runner, context):
    runner = make_runner(
        email="import json\n@hook.before('update')\ndef f(change): change.set('note', json.dumps(1))",
        json="@hook.before('create')\ndef g(change): ...",
    )
    assert runner.before(context).values == {"note": "1"}


def test_a_missing_folder_is_reported(tmp_path):
    runner = HookRunner(tmp_path / "nowhere", modules=())
    assert [problem.message for problem in runner.problems()] == [
        "the folder of hooks does not exist"
    ]


def test_hooks_of_an_installed_package_are_found(tmp_path, monkeypatch, context):
    (tmp_path / "acme_hooks.py").write_text(
        "from opswright import hook\n@hook.before('update')\ndef f(change): change.set('note', 'acme')"
    )
    package = tmp_path / "acme_hooks-1.0.dist-info"
    package.mkdir()
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-hooks\nVersion: 1.0\n")
    (package / "entry_points.txt").write_text("[opswright.hooks]\nacme = acme_hooks\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    runner = HookRunner()
    try:
        assert runner.names() == ("acme_hooks.f",)
        assert runner.before(context).values == {"note": "acme"}
    finally:
        runner.close()


def test_changed_files_are_loaded_again_in_development(make_runner, context, monkeypatch):
    monkeypatch.setattr("runtime.hooks.runner._LOOK_AGAIN_SECONDS", 0.0)
    code = "@hook.before('update')\ndef f(change): change.set('note', '{}')"
    runner = make_runner(code.format("one"), reload=True)
    assert runner.before(context).values == {"note": "one"}
    make_runner(code.format("another"))
    assert runner.before(context).values == {"note": "another"}
    assert len(runner.pids()) == 1


def test_a_large_record_passes_both_ways(make_runner, context):
    runner = make_runner("""
        @hook.before("update")
        def copy(change):
            change.set("copy", change.record["text"])
        """)
    text = "ß\u2028\n🂡" * 100_000
    answer = runner.before(context | {"record": {"text": text}})
    assert answer.values == {"copy": text}
