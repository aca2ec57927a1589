"""Records that cannot follow to a version, as far as a person may know of them."""

from collections.abc import Iterable

from flask import url_for

from builder.contexts import RejectItem
from form_specs.language import _
from runtime.access import FormAccess


def reject_item(
    access: FormAccess | None, key: str, reasons: Iterable[tuple[str | None, str]]
) -> RejectItem:
    """One record with why it stays; without `access` the person may not read it.

    `reasons` are fields, none for the record as a whole, and what is wrong with them.
    """
    if access is None:
        return RejectItem(key, _("does not fit"))
    said = (_said(access, field, message) for field, message in reasons)
    url = url_for("web.record", tool=access.form.tool_key, form=access.form.key, record=key)
    return RejectItem(key, "; ".join(said), url)


def _said(access: FormAccess, key: str | None, message: str) -> str:
    """One reason, with the field that it is about."""
    if key is None:
        return message
    if not access.reads(key):
        return _("does not fit")
    field = access.form.fields.get(key)
    return f"{field.spec.title}: {message}" if field is not None else message
