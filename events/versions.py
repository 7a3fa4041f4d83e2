"""What makes an event's page, and the calendars it is in, new. Nothing else says so.

| What is written                                    | The page | Calendars | SEQUENCE  |
|----------------------------------------------------|----------|-----------|-----------|
| what moves a published event (`MOVES`), or its end | new      | new       | + 1       |
| that one is on again which was called off          | new      | new       | + 1       |
| what else calendars show of one (`IN_CALENDARS`)   | new      | new       | as before |
| anything else of it, a policy, a seat              | new      | as before | as before |
| who hosts it, what it asks, its shifts             | new      | as before | as before |
| its community's name or summary                    | new      | new       | as before |

A page is as new as the rows that it is made of (`version_for_strangers`): the event's, its pools', its community's, its
hosts' and their pictures'. For what it shows from other tables, their trigger `raise_page_versions` raises the
event's `page_version`. A community's calendar counts, and those of its series with it (`CommunityCalendar`):
`raise_calendar_version` raises it when an event's `calendar_changed_at` moves, which `write` alone decides.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from piccolo.columns import Column

from events.tables import Event
from server import clock

# By `entries.entry` into an entry, or by `queries.events_in_calendar` into a calendar.
IN_CALENDARS = frozenset(
    {
        "uid",
        "public_id",
        "sequence",
        "status",
        "cancel_reason",
        "cancelled_at",
        "title",
        "summary",
        "about",
        "starts_at",
        "ends_at",
        "zone",
        "mode",
        "place",
        "address",
        "address_public",
        "join_url",
        "visibility",
        "community",
        "created_at",
    }
)
# Of a published event: SEQUENCE counts it, which has calendars ask those who come anew, and people are told of it.
MOVES = ("starts_at", "ends_at", "zone", "mode", "place", "address", "join_url")


def moves(changed: Mapping[str, Any]) -> bool:
    """Whether people are told of a change in these columns, and calendars count it."""
    return not changed.keys().isdisjoint(MOVES)


async def write(event: Event, changed: Mapping[str, Any]) -> None:
    """Write what has changed of an event, as its next version. In a transaction, with its row locked. One query."""
    # Later than the last one, so that it tells two versions apart, however fast they follow each other.
    changed_at = max(clock.now(), event.changed_at + timedelta(microseconds=1))
    values: dict[Column | str, Any] = {"changed_at": changed_at}
    values.update(changed)
    if not IN_CALENDARS.isdisjoint(changed):
        values["calendar_changed_at"] = changed_at
    known = event.status == "published" and moves(changed)
    if known or (event.status != "draft" and "status" in changed):
        values["sequence"] = event.sequence + 1
    await Event.update(values).where(Event.id == event.id)
