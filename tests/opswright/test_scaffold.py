import subprocess
import sys

import pytest

from opswright.scaffold import hook_files, write_hook


def test_a_new_hook_passes_its_own_tests(tmp_path):
    written = write_hook(tmp_path, "limits", tool="refunds", form="refund")
    assert [path.name for path in written] == ["limits.py", "test_limits.py"]
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "--rootdir",
            tmp_path,
            ".",
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 passed" in done.stdout


def test_a_new_hook_is_found_by_the_server(tmp_path, make_runner):
    write_hook(tmp_path, "limits", tool="refunds", form="refund")
    runner = make_runner(tmp_path)
    assert runner.names() == ("limits.refuse_without_reason", "limits.welcome")
    assert runner.problems() == ()


def test_nothing_is_overwritten(tmp_path):
    (tmp_path / "test_limits.py").write_text("mine")
    with pytest.raises(FileExistsError, match=r"test_limits\.py exists"):
        write_hook(tmp_path, "limits")
    assert [path.name for path in tmp_path.iterdir()] == ["test_limits.py"]


@pytest.mark.parametrize("name", ["", "../evil", "Limits", "a-b", "a.b", "1st", "é"])
def test_a_name_that_is_no_key_is_refused(name):
    with pytest.raises(ValueError, match="cannot be used"):
        hook_files(name)
