"""The keys of each kind of page, for the `?` sheet, which says them in its reader's language."""

from form_specs.language import marked
from runtime.web.contexts import Shortcut

TABLE_KEYS = (
    Shortcut("j", marked("Next row"), marked("List")),
    Shortcut("k", marked("Previous row"), marked("List")),
    Shortcut("enter", marked("Open the row"), marked("List")),
)
RECORD_KEYS = (
    Shortcut("j", marked("Next record"), marked("Record")),
    Shortcut("k", marked("Previous record"), marked("Record")),
    Shortcut("mod+s", marked("Save"), marked("Record")),
)
CREATE_KEYS = (Shortcut("mod+enter", marked("Create"), marked("Form")),)
