"""Settings: environment variables `OPSWRIGHT_…` over a TOML file over safe defaults.

Every setting is a field of `Settings`; its name in upper case after `OPSWRIGHT_` is its
environment variable, its name in lower case its key in the TOML file (`OPSWRIGHT_CONFIG`,
or `opswright.toml` in the working folder).
"""

import os
import re
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any


class SettingsError(ValueError):
    """A setting that cannot be used; the message names it and says what it takes."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that a deployment may choose."""

    data: Path = field(
        default=Path(".opswright"),
        metadata={"doc": "Folder of the embedded database, files and keys"},
    )
    database_url: str = field(
        default="", metadata={"doc": "SQLAlchemy URL; empty: a SQLite file in the data folder"}
    )
    redis_url: str = field(default="", metadata={"doc": "Redis for the queue; empty: embedded"})
    files: Path | None = field(default=None, metadata={"doc": "Folder of uploaded files"})
    secret_key: str = field(
        default="",
        repr=False,
        metadata={"doc": "32 or more random characters; empty: made once, kept in data"},
    )
    specs: Path | None = field(
        default=None, metadata={"doc": "Folder of specs that are published at start"}
    )
    hooks: Path | None = field(default=None, metadata={"doc": "Folder of Python hook files"})
    organisation: str = field(
        default="Opswright", metadata={"doc": "Name at the top of the side bar"}
    )
    base_url: str = field(
        default="", metadata={"doc": "Outside address, as https://ops.example.com"}
    )
    proxies: int = field(
        default=0,
        metadata={"doc": "Reverse proxies in front whose X-Forwarded headers are believed"},
    )
    max_upload_mb: int = field(default=25, metadata={"doc": "Largest file, in megabytes"})
    keep_detached_days: int = field(
        default=30, metadata={"doc": "How long the bytes of files taken off records are kept"}
    )
    session_idle_minutes: int = field(default=60, metadata={"doc": "Sign-out after this silence"})
    session_hours: int = field(default=12, metadata={"doc": "Sign-out after this time in any case"})
    pass_broken_hooks: bool = field(
        default=False,
        metadata={"doc": "Let saves pass whose before-hooks are in a file that does not load"},
    )
    before_hook_seconds: float = field(default=2.0, metadata={"doc": "Time limit of a before-hook"})
    after_hook_seconds: float = field(default=60.0, metadata={"doc": "Time limit of an after-hook"})
    sign_in_limit: str = field(
        default="10 per 5 minutes", metadata={"doc": "Failed sign-ins per account and per address"}
    )
    api_limit: str = field(
        default="1200 per minute", metadata={"doc": "API requests per token (and per address)"}
    )
    export_limit: str = field(
        default="60 per hour", metadata={"doc": "Files of records that one person may take out"}
    )
    export_rows: int = field(
        default=200_000, metadata={"doc": "Most records in one such file (the command line: all)"}
    )
    host: str = field(default="127.0.0.1", metadata={"doc": "Address that serve listens on"})
    port: int = field(default=8000, metadata={"doc": "Port that serve listens on"})
    threads: int = field(default=8, metadata={"doc": "Request threads of one serve process"})

    @property
    def max_upload(self) -> int:
        """Largest file in bytes."""
        return self.max_upload_mb * 1024 * 1024

    @property
    def files_folder(self) -> Path:
        return self.files or self.data / "files"

    @property
    def queue_file(self) -> Path:
        """The embedded queue's own SQLite file."""
        return self.data / "queue.db"

    @property
    def database(self) -> str:
        """The SQLAlchemy URL in force."""
        return self.database_url or f"sqlite:///{(self.data / 'opswright.db').resolve()}"

    @property
    def secure_cookies(self) -> bool:
        """Whether the outside address is https, so that cookies may say `Secure`."""
        return self.base_url.startswith("https://")


def load_settings(
    environ: Mapping[str, str] = os.environ, overrides: Mapping[str, Any] | None = None
) -> Settings:
    """The settings in force; raises `SettingsError` for an unknown key or a wrong value."""
    values = _from_file(environ)
    for item in fields(Settings):
        text = environ.get(f"OPSWRIGHT_{item.name.upper()}")
        if text is not None:
            values[item.name] = text
    values.update(overrides or {})
    settings = Settings(**{name: _typed(name, value) for name, value in values.items()})
    # Records and files are nobody else's business on a shared machine.
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not settings.secret_key:
        values["secret_key"] = _kept_secret(settings.data / "secret.key")
        settings = Settings(**{name: _typed(name, value) for name, value in values.items()})
    _check(settings)
    return settings


_URLS = {
    "database_url": re.compile(r"(sqlite|postgresql)(\+[a-z0-9]+)?://\S+"),
    "redis_url": re.compile(r"rediss?://\S+"),
    "base_url": re.compile(r"https?://[^/\s]+"),
}
_LIMIT = re.compile(r"[0-9]+ per ([0-9]+ )?(second|minute|hour|day)s?")
_LEAST = {
    "threads": 1,
    "max_upload_mb": 1,
    "keep_detached_days": 1,
    "session_idle_minutes": 1,
    "session_hours": 1,
    "port": 0,
    "proxies": 0,
    "export_rows": 1,
}


def _check(settings: Settings) -> None:
    """Raises `SettingsError` for a value of the right type that cannot be used."""
    if len(settings.secret_key) < 32:
        raise SettingsError("OPSWRIGHT_SECRET_KEY has fewer than 32 characters; make it longer")
    for name, pattern in _URLS.items():
        value = getattr(settings, name)
        if value and not pattern.fullmatch(value):
            # Not the value itself: it may hold a password.
            raise SettingsError(f"OPSWRIGHT_{name.upper()} is no address that can be used there")
    for name in ("sign_in_limit", "api_limit", "export_limit"):
        if not _LIMIT.fullmatch(getattr(settings, name)):
            raise SettingsError(f'OPSWRIGHT_{name.upper()} is written like "10 per 5 minutes"')
    for name, least in _LEAST.items():
        if getattr(settings, name) < least:
            raise SettingsError(f"OPSWRIGHT_{name.upper()} is at least {least}")


def _from_file(environ: Mapping[str, str]) -> dict[str, Any]:
    named = environ.get("OPSWRIGHT_CONFIG")
    path = Path(named or "opswright.toml")
    if not path.exists():
        if named:
            raise SettingsError(f"OPSWRIGHT_CONFIG names {path}, which does not exist")
        return {}
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: {error}") from error
    unknown = set(content) - {item.name for item in fields(Settings)}
    if unknown:
        raise SettingsError(f"{path}: unknown setting {', '.join(sorted(unknown))}")
    return content


def _typed(name: str, value: Any) -> Any:
    """`value` (text from the environment or a TOML value) as the setting's type."""
    kinds = {item.name: item.type for item in fields(Settings)}
    kind = str(kinds[name])
    if kind in (str(bool), "bool"):
        return _truth(name, value)
    try:
        if "Path" in kind:
            return Path(value) if value else None
        if kind == str(int) or kind == "int":
            return int(value)
        if kind == str(float) or kind == "float":
            return float(value)
    except (TypeError, ValueError) as error:
        raise SettingsError(f"OPSWRIGHT_{name.upper()}={value!r} is not a number") from error
    return str(value)


def _truth(name: str, value: Any) -> bool:
    found = {
        "1": True,
        "true": True,
        "yes": True,
        "0": False,
        "false": False,
        "no": False,
        "": False,
    }
    try:
        return found[str(value).strip().lower()]
    except KeyError:
        text = f"OPSWRIGHT_{name.upper()}={value!r} is neither true nor false"
        raise SettingsError(text) from None


def _kept_secret(path: Path) -> str:
    """The deployment's secret key, made at first use and readable by its owner only."""
    if not path.exists():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text("ascii").strip()


def described() -> list[tuple[str, str, str]]:
    """(environment variable, default, what it is) of every setting, for `doctor` and the docs."""
    return [
        (
            f"OPSWRIGHT_{item.name.upper()}",
            "" if item.default is MISSING or item.default is None else str(item.default),
            item.metadata["doc"],
        )
        for item in fields(Settings)
    ]
