"""A shift as it appears in the calendar of somebody who has it: an event of its own, beside the gathering."""

from datetime import datetime

from events.calendars.calendar import Entry
from events.calendars.entries import location
from events.view import EventView
from server.languages.messages import _
from server.pages import absolute
from volunteers.queries import Shift


def entry(shift: Shift, view: EventView, *, community: str) -> Entry:
    """For somebody who has signed up, and sees this much of the gathering. `community` is its name."""
    event = shift.event
    over = event.status == "cancelled" or shift.removed_at is not None
    return Entry(
        uid=uid(shift),
        sequence=shift.sequence + event.sequence,
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        zone=event.zone,
        # Translators: a shift in somebody's calendar: "Door (Soup for everybody)"
        summary=str(_("%(shift)s (%(gathering)s)", shift=shift.title, gathering=event.title)),
        created_at=shift.created_at,
        changed_at=_changed_at(shift),
        description=shift.about,
        location=str(location(event, shows_address=view.shows_address)),
        url=absolute("volunteers:volunteers", event=event.public_id),
        join_url=event.join_url if view.shows_join_link else "",
        organizer=community,
        status="CANCELLED" if over else "CONFIRMED",
    )


def uid(shift: Shift) -> str:
    """Its permanent name in every calendar: of the same host as its event's, whatever we are called later."""
    return f"shift-{shift.public_id}@{shift.event.uid.rpartition('@')[2]}"


def _changed_at(shift: Shift) -> datetime:
    return max(shift.changed_at, shift.event.calendar_changed_at, shift.signed_up_at or shift.created_at)
