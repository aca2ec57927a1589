"""The wheel, in a virtual environment of its own, on a machine that knows no Node."""

import os
import re
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from tests.house.sources import PACKAGES, ROOT

pytestmark = pytest.mark.slow

OF_DEVELOPERS = re.compile(r"(^|/)(tests/|test_[^/]*$|[^/]*_test\.|conftest\.|node_modules/)")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    done = subprocess.run(
        [*command, str(ROOT)], capture_output=True, text=True, timeout=150, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def names(wheel):
    return zipfile.ZipFile(wheel).namelist()


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """Folder of a virtual environment that holds the wheel and finds the tests' dependencies."""
    folder = tmp_path_factory.mktemp("venv")
    run(sys.executable, "-m", "venv", "--without-pip", str(folder))
    python = str(folder / "bin" / "python")
    pip = [sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check"]
    run(*pip, "install", "--quiet", "--no-deps", "--no-index", str(wheel))
    # A path added by a .pth file does not get its own .pth files read: the checkout, which is
    # installed there in editable form, stays out of sight.
    site = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
    Path(site, "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder


def run(*command, **options):
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=120, check=False, **options
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def run_installed(installed, *command, cwd):
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("OPSWRIGHT_", "PYTHON"))
    }
    environment["PATH"] = str(installed / "bin")
    return run(str(installed / "bin" / command[0]), *command[1:], cwd=cwd, env=environment)


def test_the_wheel_holds_exactly_our_packages(names):
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(PACKAGES)


def test_the_wheel_holds_what_is_no_python(names):
    for folder, suffix in (
        ("templates/", ".html"),
        ("components/", ".html"),
        ("components/", ".json"),
        ("form_specs/", ".json"),
        ("runtime/web/dist/", ".css"),
        ("runtime/web/dist/", ".js"),
        ("runtime/web/dist/", ".woff2"),
        ("runtime/storage/migrations/", ".py"),
    ):
        found = [name for name in names if name.startswith(folder) and name.endswith(suffix)]
        assert found, f"{folder}*{suffix}"


def test_the_wheel_holds_every_file_of_our_packages(names):
    written = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    assert written - set(names) == set()


def test_the_wheel_holds_no_tests_and_no_tools(names):
    odd = [name for name in names if OF_DEVELOPERS.search(name)]
    assert odd == []


def test_what_is_of_developers_is_told_by_its_name():
    theirs = (
        "tests/strategies.py", "form_specs/tests/parts.py", "builder/test_bench.py",
        "runtime/bench_test.py", "builder/conftest.py", "assets/node_modules/htmx.js",
    )  # fmt: skip
    assert [name for name in theirs if not OF_DEVELOPERS.search(name)] == []
    assert not OF_DEVELOPERS.search("form_specs/checks/tests.py")


def test_types_are_published(names):
    assert {f"{package}/py.typed" for package in PACKAGES if package != "templates"} <= set(names)


def test_the_installed_command_explains_itself(installed, tmp_path):
    assert "serve" in run_installed(installed, "opswright", "--help", cwd=tmp_path)


def test_the_installed_product_finds_its_assets(installed, tmp_path):
    program = (
        "from runtime.web.site.assets import dist, read_bundle; print(read_bundle(dist()).urls)"
    )
    assert "app.css" in run_installed(installed, "python", "-c", program, cwd=tmp_path)


def test_the_installed_command_checks_the_example(installed, tmp_path):
    program = "import form_specs; print(form_specs.__path__[0])"
    folder = Path(run_installed(installed, "python", "-c", program, cwd=tmp_path).strip())
    assert installed in folder.parents
    examples = sorted(map(str, (folder / "examples").glob("*.json")))
    assert examples
    run_installed(installed, "opswright", "check", *examples, cwd=tmp_path)
