"""What most commands begin with: the settings in force, and the services of this process."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from runtime.config import Settings, load_settings
from runtime.services import Services, open_services


@contextmanager
def opened(settings: Settings | None = None, *, with_hooks: bool = False) -> Iterator[Services]:
    """The services, closed again after the block."""
    services = open_services(settings or load_settings(), with_hooks=with_hooks)
    try:
        yield services
    finally:
        services.close()


def settings_with(**overrides: Any) -> Settings:
    """The settings in force, with what the command line gives in place of them."""
    return load_settings(overrides={key: v for key, v in overrides.items() if v is not None})
