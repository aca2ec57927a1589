"""A hook that misbehaves on demand, beside the demo's own."""

import os
import time

from opswright import Change, hook


@hook.before("create", tool="disputes", form="dispute")
@hook.before("update", tool="disputes", form="dispute")
def misbehave(change: Change) -> None:
    """Does what the merchant's name says."""
    match change.record.get("merchant"):
        case "Raise":
            raise RuntimeError("the fraud service said nonsense")
        case "Hang":
            time.sleep(3600)
        case "Die":
            os._exit(3)
