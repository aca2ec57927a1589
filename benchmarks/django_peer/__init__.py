"""Django admin over the native table."""

from typing import Final

LIST_PAGE: Final = "/admin/django_peer/claim/?status__exact=won&o=7"
LEAN_LIST_PAGE: Final = LIST_PAGE.replace("/claim/", "/leanclaim/")
"""Without the second count, of all rows, that Django admin makes unless told not to."""
RECORD_PAGE: Final = "/admin/django_peer/claim/{}/change/"
PERSON: Final = ("admin", "measured-in-haste")
