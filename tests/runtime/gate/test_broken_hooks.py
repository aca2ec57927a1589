"""A hook file that breaks does not take its checks with it: what they judged is refused."""

from dataclasses import replace

import pytest

from runtime.gate import Origin, RefusedError
from runtime.hooks.runner import HookRunner
from tests.runtime.opening import Desk

PAGE = Origin("page")
GUARD = """
    @hook.before("create", tool="refunds", form="refund")
    def sanctions(change):
        if change.record["merchant"] == "Bad":
            change.refuse("Sanctioned")
"""


@pytest.fixture
def opened(make_services):
    """`opened(broken=…)`: the services of a new process over the same hooks, broken or not."""
    services = make_services(hooks=GUARD)
    file = services.settings.hooks / "refunds.py"
    code = file.read_text()

    def desk(*, broken, **settings):
        file.write_text(code + "\n    this is no Python\n" if broken else code)
        services.hooks.close()
        wanted = services.settings if not settings else _with(services.settings, **settings)
        object.__setattr__(services, "hooks", HookRunner.from_settings(wanted))
        services.gate._hooks = services.gate._way._hooks = services.hooks
        services.gate._way.commit._hooks = services.hooks
        return Desk(services)

    return desk


def _with(settings, **changes):
    return replace(settings, **changes)


def create(desk, merchant="Shop"):
    return desk.gate.create(desk.access("olga"), desk.typed(merchant=merchant), PAGE)


def test_what_a_broken_file_guarded_is_refused_until_it_loads_again(opened):
    create(opened(broken=False))
    desk = opened(broken=True)
    with pytest.raises(RefusedError, match=r"does not load \(refunds.sanctions\)") as refused:
        create(desk)
    assert refused.value.reasons[0].code == "hook_missing"
    assert desk.services.hooks.missing()[0].form == "refund"
    create(opened(broken=False))


def test_the_note_outlives_a_second_start_with_the_broken_file(opened):
    create(opened(broken=False))
    for _ in range(2):
        with pytest.raises(RefusedError):
            create(opened(broken=True))


def test_what_the_file_never_guarded_goes_on(opened):
    desk = opened(broken=False)
    record = create(desk).record_id
    desk = opened(broken=True)
    lena = desk.access("lena")
    desk.gate.update(lena, record, desk.typed(score=1), PAGE, version=1)
    desk.gate.comment(lena, record, "Hello", PAGE)


def test_a_file_that_never_loaded_guarded_nothing_that_is_known(opened):
    create(opened(broken=True))


def test_a_deployment_may_choose_to_let_saves_pass(opened):
    create(opened(broken=False))
    create(opened(broken=True, pass_broken_hooks=True), merchant="Bad")
