import pytest

from runtime.hooks.runner import HookRunner


@pytest.fixture
def make_runner():
    """Runners on a folder of hook files that end with the test."""
    made = []

    def make(folder):
        runner = HookRunner(folder, modules=())
        made.append(runner)
        return runner

    yield make
    for runner in made:
        runner.close()
