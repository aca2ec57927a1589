"""The keys of each kind of page, for the `?` sheet."""

from runtime.web.contexts import Shortcut

TABLE_KEYS = (
    Shortcut("j", "Next row", "List"),
    Shortcut("k", "Previous row", "List"),
    Shortcut("enter", "Open the row", "List"),
)
RECORD_KEYS = (
    Shortcut("j", "Next record", "Record"),
    Shortcut("k", "Previous record", "Record"),
    Shortcut("mod+s", "Save", "Record"),
)
CREATE_KEYS = (Shortcut("mod+enter", "Create", "Form"),)
