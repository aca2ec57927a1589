import json
import re
import tomllib

import pytest

from tests.house.sources import ROOT

LOCKS = ("requirements.lock", "requirements-build.lock", "requirements-dev.lock")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def pinned(lock):
    """From each pinned distribution's normalised name to its version."""
    text = (ROOT / lock).read_text()
    return dict(re.findall(r"^([a-z0-9-]+)(?:\[[^]]*\])?==([^ ;\\]+)", text, re.MULTILINE))


def distribution(requirement):
    return re.match(r"[A-Za-z0-9-]+", requirement)[0].lower()


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_place_to_fetch_from(lock):
    text = (ROOT / lock).read_text()
    assert "://" not in text
    assert "--index-url" not in text
    assert "--find-links" not in text


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_distribution_has_a_hash(lock):
    text = (ROOT / lock).read_text()
    for entry in re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]:
        assert "--hash=sha256:" in entry, entry.splitlines()[0]


def test_every_dependency_is_locked():
    wanted = {distribution(each) for each in PROJECT["project"]["dependencies"]}
    assert wanted - set(pinned("requirements.lock")) == set()


def test_every_tool_is_locked():
    groups = PROJECT["dependency-groups"]
    wanted = {distribution(each) for each in groups["dev"] if isinstance(each, str)}
    assert wanted - set(pinned("requirements-dev.lock")) == set()


def test_the_build_is_locked_as_the_wheel_declares_it():
    locked = pinned("requirements-build.lock")
    for requirement in PROJECT["build-system"]["requires"]:
        name, version = requirement.split("==")
        assert locked[name] == version


def test_the_locks_agree():
    versions = pinned("requirements-dev.lock")
    for lock in ("requirements.lock", "requirements-build.lock"):
        assert pinned(lock).items() <= versions.items()


def test_the_lock_of_the_pages_libraries_names_no_place_to_fetch_from():
    packages = json.loads((ROOT / "assets" / "package-lock.json").read_text())["packages"]
    libraries = {name: entry for name, entry in packages.items() if name}
    assert libraries
    assert not [name for name, entry in libraries.items() if "resolved" in entry]
    assert not [name for name, entry in libraries.items() if "integrity" not in entry]


def test_the_pages_libraries_are_pinned():
    package = json.loads((ROOT / "assets" / "package.json").read_text())
    wanted = package["dependencies"] | package["devDependencies"]
    assert [version for version in wanted.values() if not re.fullmatch(r"[\d.]+", version)] == []
