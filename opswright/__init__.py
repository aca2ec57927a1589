"""Opswright's face to engineers: `from opswright import hook`, `from opswright import create_app`.

Importing this package is cheap on purpose: hook processes and unit tests of hooks load it,
so the server behind `create_app` is imported only when somebody asks for it.
"""

from typing import TYPE_CHECKING, Any

from opswright.hooks import (
    Change,
    Choosing,
    Difference,
    GiveUp,
    HookDeclarationError,
    HookPoint,
    HookUsageError,
    Refusal,
    RetryLater,
    hook,
)

if TYPE_CHECKING:
    from opswright.application import create_app as create_app

# without create_app: `from opswright import *` in a hook file must not import the server
__all__ = [
    "Change",
    "Choosing",
    "Difference",
    "GiveUp",
    "HookDeclarationError",
    "HookPoint",
    "HookUsageError",
    "Refusal",
    "RetryLater",
    "hook",
]


def __getattr__(name: str) -> Any:
    if name == "create_app":
        from opswright.application import create_app  # noqa: PLC0415 - a server that hooks never need

        return create_app
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
