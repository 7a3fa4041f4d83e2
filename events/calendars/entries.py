"""An event as it appears in one reader's calendar: what `access` lets them see of it, and nothing else."""

from events.calendars.calendar import Entry, Status
from events.tables import Event
from events.view import EventView
from server import markdown
from server.languages.messages import Text, _
from server.pages import absolute


def entry(
    event: Event, view: EventView, *, community: str, status: Status = "CONFIRMED", busy: bool = True
) -> Entry:
    """What somebody who sees this much of an event gets into their calendar. `community` is its name.

    `status` is TENTATIVE for people who may come; a cancelled event is CANCELLED for everybody. `busy`: see `Entry`.
    """
    return Entry(
        uid=event.uid,
        sequence=event.sequence,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        zone=event.zone,
        summary=event.title,
        created_at=event.created_at,
        changed_at=event.calendar_changed_at,
        description=_description(event),
        location=str(location(event, shows_address=view.shows_address)),
        url=absolute("events:event", event=event.public_id),
        join_url=event.join_url if view.shows_join_link else "",
        organizer=community,
        status="CANCELLED" if event.status == "cancelled" else status,
        busy=busy,
    )


def location(event: Event, *, shows_address: bool) -> Text:
    """Where it is, in one line: the place, its address for those who may know it, or that it is online."""
    parts = [event.place, *(event.address.splitlines() if shows_address else [])]
    place = ", ".join(part.strip() for part in parts if part.strip())
    return place or (_("Online") if event.mode == "online" else "")


def _description(event: Event) -> str:
    reason = markdown.plain(event.cancel_reason)
    # Translators: why a gathering is called off, in a calendar
    cancelled = str(_("Cancelled: %(reason)s", reason=reason)) if event.cancel_reason else ""
    return "\n\n".join(filter(None, (cancelled, event.summary, markdown.plain(event.about))))
