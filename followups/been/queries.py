"""Where somebody has been. Asked for themselves alone. Reads only."""

from dataclasses import dataclass
from datetime import datetime

import asyncpg

from events import queries as events
from events.tables import Event
from members.tables import Person
from server import pagination
from server.pagination import Key, Listing, Page, Place

ON_A_PAGE = 30


@dataclass(frozen=True)
class Been:
    """A gathering that somebody was at, helped at, or hosted; and their note to themselves about it, with its key, when
    it comes back to them, and when it has."""

    event: Event
    note: str
    note_key: str
    note_back_at: datetime | None
    note_sent_at: datetime | None


# $1: who was there, $2: now. Who was going was there, unless they have said that they were not.
_BEEN = Listing(
    "been",
    keys=(Key("events.starts_at", "timestamptz"), Key("events.id", "bigint")),
    listed="events.id",
    source=f"""
        FROM events WHERE events.status = 'published' AND {events.OVER} <= $2 AND events.id = ANY (ARRAY(
            SELECT rsvps.event FROM rsvps WHERE rsvps.person = $1 AND (
                EXISTS (SELECT FROM arrivals WHERE arrivals.rsvp = rsvps.id)
                OR (rsvps.status = 'going' AND NOT EXISTS (
                    SELECT FROM follow_up_replies AS replies JOIN follow_ups ON follow_ups.id = replies.follow_up
                    WHERE replies.person = $1 AND follow_ups.event = rsvps.event AND replies.was_there IS FALSE
                ))
            )
            UNION SELECT roles.event FROM volunteer_sign_ups AS mine JOIN volunteer_roles AS roles
                ON roles.id = mine.role AND roles.removed_at IS NULL WHERE mine.person = $1
            UNION SELECT event FROM co_hosts WHERE person = $1
            UNION SELECT follow_ups.event FROM follow_up_replies AS replies
                JOIN follow_ups ON follow_ups.id = replies.follow_up WHERE replies.person = $1 AND note <> ''
            UNION SELECT follow_ups.event FROM asks JOIN follow_ups ON follow_ups.id = asks.follow_up
                WHERE asks.person = $1
        ))
    """,  # noqa: S608 - our own words
    columns="event.*, coalesce(reply.note, '') AS reply_note, coalesce(reply.public_id, '') AS reply_key, "
    "reply.note_back_at AS reply_back_at, reply.note_sent_at AS reply_sent_at",
    joins=f"""
        JOIN LATERAL ({events.EVENTS} WHERE events.id = listed.id) AS event ON true
        LEFT JOIN follow_ups ON follow_ups.event = listed.id
        LEFT JOIN follow_up_replies AS reply ON reply.follow_up = follow_ups.id AND reply.person = $1
    """,
    descending=True,
)


async def been(person: Person, now: datetime, *, place: Place) -> Page[Been]:
    """A page of where somebody has been, latest first. One query."""
    found = await pagination.page(_BEEN, person.id, now, place=place, most=ON_A_PAGE)
    return found.of(_been)


def _been(row: asyncpg.Record) -> Been:
    return Been(
        events.event_from(row),
        row["reply_note"],
        row["reply_key"],
        row["reply_back_at"],
        row["reply_sent_at"],
    )
