import subprocess
import sys
from decimal import Decimal

import pytest

from opswright import Change, Difference, HookDeclarationError, HookPoint, HookUsageError
from opswright.hooks import Hooks


@pytest.fixture
def hook():
    return Hooks()


def make_change(point=HookPoint.BEFORE_UPDATE, **given):
    return Change(**{"point": point, "tool": "disputes", "form": "dispute", "record": {}, **given})


def test_a_declaration_knows_its_name_place_and_point(hook):
    @hook.before("update", tool="disputes", form="dispute")
    def limits(change): ...

    (found,) = hook.declared()
    assert (found.name, found.point) == ("test_hooks.limits", HookPoint.BEFORE_UPDATE)
    assert (found.tool, found.form, found.file) == ("disputes", "dispute", __file__)
    assert found.function is limits


def test_one_function_may_stand_at_several_points(hook):
    @hook.after("create", tool="disputes")
    @hook.after("update", tool="disputes")
    @hook.action("disputes.send")
    def send(change): ...

    assert [item.point for item in hook.declared()] == [
        HookPoint.ACTION,
        HookPoint.AFTER_UPDATE,
        HookPoint.AFTER_CREATE,
    ]


def test_hooks_may_be_declared_in_a_loop(hook):
    for tool in ("disputes", "refunds"):

        @hook.before("create", tool=tool)
        def limits(change): ...

    assert [item.tool for item in hook.declared()] == ["disputes", "refunds"]


def test_importing_the_same_code_again_replaces_it(hook):
    source = compile(
        "@hook.before('create')\ndef limits(change): ...\n", "/somewhere/limits.py", "exec"
    )
    for _ in range(2):
        exec(source, {"hook": hook, "__name__": "limits"})
    assert len(hook.declared()) == 1


def test_two_functions_of_one_name_are_refused(hook):
    @hook.before("create", tool="disputes")
    def limits(change): ...

    with pytest.raises(HookDeclarationError, match=r"two hooks are called test_hooks.limits"):

        @hook.before("create", tool="disputes")
        def limits(change): ...


@pytest.mark.parametrize(
    ("declare", "message"),
    [
        (lambda h: h.before("updated"), "there is no before-hook on 'updated'.*\"update\""),
        (lambda h: h.before("comment"), "there is no before-hook on 'comment'"),
        (lambda h: h.after("action"), "there is no after-hook on 'action'"),
        (lambda h: h.before(None), "there is no before-hook on None"),
        (lambda h: h.before("update", tool="Disputes"), "'Disputes' is no key"),
        (lambda h: h.before("update", tool=3), "3 is no key"),
        (lambda h: h.before("update", form="dispute"), "needs its tool"),
        (lambda h: h.before("update", tool="d", name="submit"), 'belongs to "transition"'),
        (lambda h: h.action("Refetch it"), "is no action name"),
        (lambda h: h.action(None), "None is no action name"),
    ],
)
def test_what_does_not_exist_cannot_be_hooked(hook, declare, message):
    with pytest.raises(HookDeclarationError, match=message):
        declare(hook)


async def asynchronous(change): ...


def generator(change):
    yield change


@pytest.mark.parametrize(
    "function",
    [lambda: None, lambda change, other: None, asynchronous, generator, print, Change, 7],
    ids=["none", "two", "async", "generator", "builtin", "class", "number"],
)
def test_a_hook_is_a_plain_function_of_one_argument(hook, function):
    with pytest.raises(HookDeclarationError):
        hook.before("update")(function)
    assert hook.declared() == ()


@pytest.mark.parametrize(
    "parameters",
    [[], {"type": "string"}, {"type": "object"}, {"type": "object", "properties": {"a": {1}}}],
)
def test_what_an_action_takes_is_a_schema_of_an_object(hook, parameters):
    with pytest.raises(HookDeclarationError, match=r"parameters of tool\.act"):
        hook.action("tool.act", parameters=parameters)


def test_every_point_can_be_declared(hook):
    for point in HookPoint:
        if point is HookPoint.ACTION:
            declare = hook.action("tool.act")
        else:
            declare = getattr(hook, point.moment)(point.event)
        exec("def f(change): ...", scope := {"__name__": point.name.lower()})
        declare(scope["f"])
    assert [item.point for item in hook.declared()] == list(HookPoint)


def test_changes_hold_old_and_new_of_what_differs():
    change = make_change(
        record={"amount": "2.00", "network": "visa", "note": "x"},
        previous={"amount": "1.00", "network": "visa", "reason": "general"},
    )
    assert change.changes == {
        "amount": Difference("1.00", "2.00"),
        "note": Difference(None, "x"),
        "reason": Difference("general", None),
    }


def test_all_reasons_to_refuse_are_kept():
    change = make_change()
    change.refuse("Too much", field="amount")
    change.refuse("Not today")
    assert change.refusals == [("Too much", "amount"), ("Not today", None)]


def test_the_next_hook_sees_what_was_set():
    change = make_change(record={"amount": "1.00", "note": "x"})
    change.set("amount", "2.00")
    change.set("note", None)
    assert change.record == {"amount": "2.00"}
    assert change.values == {"amount": "2.00", "note": None}


def test_the_record_cannot_be_written_past_set():
    change = make_change(record={"amount": "1.00"}, previous={"amount": "0.00"})
    with pytest.raises(TypeError):
        change.record["amount"] = "2.00"
    with pytest.raises(TypeError):
        change.previous["amount"] = "2.00"


@pytest.mark.parametrize(
    "value",
    [Decimal("1.5"), float("nan"), float("inf"), {1: 2}, {"a": {2}}, (1,), b"x", object()],
    ids=["decimal", "nan", "infinity", "number as key", "set", "tuple", "bytes", "object"],
)
def test_only_json_values_can_be_set(value):
    change = make_change()
    with pytest.raises(HookUsageError):
        change.set("amount", value)
    assert change.values == {}


def test_a_bottomless_value_is_refused():
    value = []
    value.append(value)
    with pytest.raises(HookUsageError, match="levels deep"):
        make_change().set("amount", value)


@pytest.mark.parametrize(
    ("point", "ask"),
    [
        (HookPoint.AFTER_UPDATE, lambda c: c.refuse("No")),
        (HookPoint.BEFORE_UPDATE, lambda c: c.comment("Hi")),
        (HookPoint.BEFORE_UPDATE, lambda c: c.transition("submit")),
        (HookPoint.BEFORE_DELETE, lambda c: c.set("amount", 1)),
        (HookPoint.BEFORE_UPDATE, lambda c: c.refuse(" ")),
        (HookPoint.BEFORE_UPDATE, lambda c: c.refuse("No", field="The amount")),
        (HookPoint.BEFORE_UPDATE, lambda c: c.set("The amount", 1)),
        (HookPoint.AFTER_UPDATE, lambda c: c.comment("")),
        (HookPoint.AFTER_UPDATE, lambda c: c.transition(None)),
    ],
    ids=["refuse", "comment", "transition", "set", "blank", "field", "key", "empty", "nothing"],
)
def test_what_the_moment_does_not_allow_is_an_error(point, ask):
    with pytest.raises(HookUsageError):
        ask(make_change(point))


def test_an_action_may_ask_for_everything():
    change = make_change(HookPoint.ACTION)
    change.refuse("Not now")
    change.comment("Tried")
    change.set("amount", "1.00")
    change.transition("submit")
    assert (change.next_transition, change.comments) == ("submit", ["Tried"])


def test_importing_hook_loads_no_server():
    code = (
        "import sys; from opswright import hook;"
        "print([m for m in ('flask', 'sqlalchemy', 'runtime', 'orjson', 'ctypes', 'importlib.metadata')"
        " if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
