"""Starting, changing and ending a pilot, as the page for publishing asks for it."""

import re
from collections.abc import Callable

from flask import flash, g, request

from builder.bench import Bench
from builder.publishing.publish import Prospect
from form_specs.language import _
from runtime.piloting import CannotPilotError, Chosen, NoPilotError, Piloting
from runtime.published import BetweenVersionsError, InvalidSpecError, PublishedMeanwhileError
from runtime.storage import accounts
from runtime.web.site.context import current_services, here

MOST = 100
"""A share is of each hundred records."""


class NobodyChosenError(ValueError):
    """It is not said, or not clear, who is to have a version; the message says what to do."""


def asked_for(bench: Bench) -> Chosen:
    """Who is chosen on the page; raises `NobodyChosenError`."""
    known = {name for name, _title, _role in accounts.members(here().conn, bench.tool)}
    people = frozenset(request.form.getlist("people"))
    if people - known:
        text = _("One of the people has no role in this tool any more. Look at who is chosen")
        raise NobodyChosenError(text)
    share = request.form.get("share", "").strip() or "0"
    if not re.fullmatch("[0-9]{1,3}", share) or int(share) > MOST:
        raise NobodyChosenError(_("The share is a number from 0 to 100: of each hundred records"))
    if not people and int(share) == 0:
        text = _("Choose who is to have it: people, a share of the records, or both")
        raise NobodyChosenError(text)
    view = request.form.get("view", "")
    if view and int(share) == 0:
        raise NobodyChosenError(_("Say how many of each 100 records of the list are meant"))
    return Chosen(people, int(share), view)


def start(bench: Bench, found: Prospect, note: str) -> str:
    """Gives the draft to those who are chosen; what speaks against it, in words, or nothing."""
    try:
        asked = asked_for(bench)
        pilot = current_services().piloting.start(
            found.document,
            g.person.name,
            asked,
            note,
            based_on=bench.standing.version,
        )
    except (NobodyChosenError, CannotPilotError, InvalidSpecError) as error:
        return str(error)
    except (PublishedMeanwhileError, BetweenVersionsError) as error:
        return str(error)
    except NoPilotError:
        return _("It was never published: publish it for all first")
    flash(_("Version %(number)s is with those whom you chose", number=pilot.version), "success")
    return ""


def change(bench: Bench, number: int) -> str:
    """Gives the version on trial to others than before; what speaks against it, or nothing."""

    def do(piloting: Piloting) -> str:
        piloting.change(bench.tool, number, asked_for(bench))
        return _("It is with those whom you chose, from their next page on")

    return _done(do)


def adopt(bench: Bench, number: int) -> str:
    """Gives the version on trial to all; what speaks against it, or nothing."""

    def do(piloting: Piloting) -> str:
        piloting.adopt(bench.tool, number, g.person.name)
        return _("Version %(number)s is in force", number=number)

    return _done(do)


def withdraw(bench: Bench, number: int) -> str:
    """Takes the version on trial back; what speaks against it, or nothing."""

    def do(piloting: Piloting) -> str:
        piloting.withdraw(bench.tool, number, g.person.name)
        return _("It is taken back; what was saved by it stays, and the draft is as it was")

    return _done(do)


def _done(do: Callable[[Piloting], str]) -> str:
    try:
        flash(do(current_services().piloting), "success")
    except NoPilotError:
        return _("That has ended meanwhile: look at how it is now")
    except (NobodyChosenError, CannotPilotError) as error:
        return str(error)
    except InvalidSpecError as error:
        return error.problems[0].message
    return ""
