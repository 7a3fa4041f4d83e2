"""What we ask about one person's page of a follow-up, and about who was there. Reads only.

Whatever is asked about what somebody marked is asked for them alone: no statement here reads another
person's marks, so that what a page holds, and how long it takes, cannot depend on them.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

import asyncpg

from events import queries as events
from events.tables import Event
from followups.tables import MetMark
from members import queries as members
from members.names import first, short
from members.queries import not_blocked
from members.roles import Action, those_who_may
from members.tables import Person
from server import db, pagination, pictures
from server.finding import names_have
from server.languages.language import spoken
from server.languages.messages import Text
from server.pagination import START, Key, Listing, Page, Place
from server.rows import loaded, rows_as, value_of
from server.statements import Query, not_among, prepared

FEWEST_NAMES = 4  # A shorter list would say who is on it by who is not.
NAMES_ON_A_PAGE = 60

# What somebody was asked, and what they have said


@dataclass(frozen=True)
class Asked:
    """What somebody was asked after an event, and what they have said so far. Theirs alone."""

    id: int
    key: str
    follow_up: int
    link: int
    was_there: bool | None
    arrived: bool
    doubted: bool
    findable: bool
    shows_picture: bool
    felt_welcome: str | None
    message: str
    message_to: str
    signed: bool
    note: str
    note_back_at: datetime | None
    note_sent_at: datetime | None
    first_time_told: bool
    step: str
    reminded_at: datetime | None
    answered_at: datetime | None
    finished_at: datetime | None
    dismissed_at: datetime | None
    opened_at: datetime
    closes_at: datetime
    event: Event
    person: Person

    @property
    def sees_names(self) -> bool:
        """Whether the list of those who were there is for them: they were there, and are in it themselves."""
        return self.findable and self.arrived

    @property
    def zone(self) -> str:
        """On whose clock they live: their own, or the event's for a guest."""
        return self.person.zone if self.person.has_account else self.event.zone

    @property
    def unfinished(self) -> bool:
        """Whether they have neither come to the end of the page nor put it aside."""
        return self.finished_at is None and self.dismissed_at is None

    def open_at(self, now: datetime) -> bool:
        """Whether something can still be said."""
        return now < self.closes_at


_ASKED = f"""
    SELECT replies.id, replies.public_id AS key, replies.follow_up, replies.link, was_there, findable,
        shows_picture, felt_welcome, message, message_to, signed, note, note_back_at, note_sent_at, first_time_told,
        step, reminded_at, answered_at, finished_at, dismissed_at,
        follow_ups.opened_at, follow_ups.closes_at, follow_ups.event, replies.person,
        replies.not_seen_by IS NOT NULL AS doubted,
        EXISTS (
            SELECT FROM arrivals JOIN rsvps ON rsvps.id = arrivals.rsvp
            WHERE rsvps.event = follow_ups.event AND rsvps.person = replies.person
        ) AS arrived, {events.NAMED}
    FROM follow_up_replies AS replies JOIN follow_ups ON follow_ups.id = replies.follow_up
    JOIN events ON events.id = follow_ups.event {events.PARTS}
"""  # noqa: S608 - our own words


async def asked(reply: int) -> Asked | None:
    """What one person was asked after one event. Two queries."""
    row = await db.row(f"{_ASKED} WHERE replies.id = $1", reply)
    if row is None:
        return None
    person = await members.person_by_id(row["person"])
    return _asked(row, events_of(row), person) if person else None


async def asked_of(person: Person, event: Event) -> Asked | None:
    """What this person was asked after this event, if they were. One query."""
    row = await db.row(
        f"{_ASKED} WHERE replies.person = $1 AND follow_ups.event = $2",
        person.id,
        event.id,
    )
    return _asked(row, event, person) if row else None


class OwnAnswer(NamedTuple):
    """The RSVP of whoever is asked, and whether a host has said that they were not there."""

    id: int
    not_seen: bool


async def own_answer(asked: Asked) -> OwnAnswer | None:
    """The answer that one's own arrival belongs to. One query."""
    rows = await db.rows(
        """
        SELECT rsvps.id, replies.not_seen_by IS NOT NULL AS not_seen FROM rsvps
        JOIN follow_up_replies AS replies ON replies.id = $3 WHERE rsvps.event = $1 AND rsvps.person = $2
        """,
        asked.event.id,
        asked.person.id,
        asked.id,
    )
    return OwnAnswer(**rows[0]) if rows else None


class OwnNote(NamedTuple):
    """A note to oneself: its reply, what it says, and when it comes back or has come."""

    id: int
    note: str
    back_at: datetime | None
    sent_at: datetime | None


async def own_note(person: Person, key: str) -> OwnNote | None:
    """Somebody's note, by the key of their own page. One query."""
    row = await db.row(
        """
        SELECT id, note, note_back_at AS back_at, note_sent_at AS sent_at FROM follow_up_replies
        WHERE public_id = $1 AND person = $2
        """,
        key,
        person.id,
    )
    return OwnNote(**row) if row else None


async def open_for(person: Person, now: datetime) -> list[Asked]:
    """The follow-ups that wait until somebody has come to their end, newest first. One query."""
    rows = await db.rows(
        f"""
        {_ASKED} WHERE replies.person = $1 AND follow_ups.closes_at > $2
            AND finished_at IS NULL AND dismissed_at IS NULL
        ORDER BY follow_ups.opened_at DESC, replies.id LIMIT 20
        """,
        person.id,
        now,
    )
    return [_asked(row, events_of(row), person) for row in rows]


async def still_open_of(person: Person, events: Collection[int], now: datetime) -> dict[int, Asked]:
    """What somebody was asked after these events (by id) and can still change. One query."""
    rows = await db.rows(
        f"{_ASKED} WHERE replies.person = $1 AND follow_ups.event = ANY($2) AND follow_ups.closes_at > $3",
        person.id,
        list(events),
        now,
    )
    return {row["event"]: _asked(row, events_of(row), person) for row in rows}


async def first_time(asked: Asked) -> bool:
    """Whether it was their first gathering with this community: they were at none before, and organise none. One query.

    Who was going was there, unless they have said that they were not.
    """
    first: bool = await db.value(
        """
        SELECT NOT EXISTS (
            SELECT FROM rsvps JOIN events ON events.id = rsvps.event
            WHERE rsvps.person = $1 AND events.community = $2 AND events.starts_at < $3 AND events.id <> $4
                AND events.status = 'published' AND (
                    EXISTS (SELECT FROM arrivals WHERE arrivals.rsvp = rsvps.id)
                    OR (rsvps.status = 'going' AND NOT EXISTS (
                        SELECT FROM follow_up_replies AS replies JOIN follow_ups ON follow_ups.id = replies.follow_up
                        WHERE replies.person = $1 AND follow_ups.event = rsvps.event AND replies.was_there IS FALSE
                    ))
                )
        ) AND NOT EXISTS (
            SELECT FROM memberships WHERE person = $1 AND community = $2 AND role = ANY($5)
        ) AND NOT EXISTS (SELECT FROM co_hosts WHERE person = $1 AND event = $4)
        """,
        asked.person.id,
        asked.event.community,
        asked.event.starts_at,
        asked.event.id,
        those_who_may(Action.ORGANISE),
    )
    return first


def events_of(row: asyncpg.Record) -> Event:
    """The event of a row of those who were asked."""
    return events.event_from(row, prefix=events.AS_EVENT)


def _asked(row: asyncpg.Record, event: Event, person: Person) -> Asked:
    return loaded(Asked, row, event=event, person=person)


# Whom to ask


@dataclass(frozen=True)
class Over:
    """An event that is over and that nobody has been asked about, by its id."""

    id: int
    zone: str


async def over_and_unasked(
    now: datetime, zones: list[str], *, after: timedelta, not_after: timedelta, most: int
) -> list[Over]:
    """The events in these zones that ended so long ago and not longer, the first first. One query."""
    over = db.rows(
        """
        SELECT event AS id, zone FROM events_unasked AS unasked
        WHERE over_at BETWEEN $1::timestamptz - $3::interval AND $1::timestamptz - $2::interval
            AND zone = ANY($4::text[])
            -- Who changes an event in the moment in which it is asked about leaves it in there.
            AND NOT EXISTS (SELECT FROM follow_ups WHERE follow_ups.event = unasked.event)
        ORDER BY over_at, event LIMIT $5
        """,
        now,
        after,
        not_after,
        zones,
        most,
    )
    return await rows_as(Over, over)


async def those_who_were_coming(follow_ups: Sequence[int]) -> list[tuple[int, int]]:
    """(follow-up, person) of all who were going to the events of these follow-ups, or came. One query."""
    rows = await db.rows(
        """
        SELECT follow_ups.id, person FROM follow_ups JOIN rsvps ON rsvps.event = follow_ups.event
        WHERE follow_ups.id = ANY($1)
            AND (status = 'going' OR EXISTS (SELECT FROM arrivals WHERE arrivals.rsvp = rsvps.id))
        ORDER BY rsvps.id
        """,
        list(follow_ups),
    )
    return [(row["id"], row["person"]) for row in rows]


# Who was there


@dataclass(frozen=True)
class Name:
    """Somebody who was there and agreed to be found, as another who was there sees them.

    `met` and `wished` are what the reader marked; `connected` is what both know.
    """

    key: str
    person: int
    name: Text
    picture: str
    met: bool
    wished: bool
    connected: bool


@dataclass(frozen=True)
class Names:
    """A page of those who can be found; `total` counts all of them, and too few are none at all."""

    page: Page[Name] = field(default_factory=lambda: Page([]))
    total: int = 0
    words: str = ""

    @property
    def enough(self) -> bool:
        """Whether there is a list."""
        return self.total >= FEWEST_NAMES

    @property
    def people(self) -> list[Name]:
        """Those on this page."""
        return self.page.rows


# $1: the follow-up, $2: who is asking.
FINDABLE = f"""
    SELECT replies.public_id AS key, replies.person, people.name, people.called, pictures.public_id AS picture,
        marks.id IS NOT NULL AS met, marks.wished_at IS NOT NULL AS wished, connections.id IS NOT NULL AS connected
    FROM follow_up_replies AS replies
    JOIN follow_ups ON follow_ups.id = replies.follow_up
    JOIN people ON people.id = replies.person
    JOIN rsvps ON rsvps.event = follow_ups.event AND rsvps.person = replies.person
    JOIN arrivals ON arrivals.rsvp = rsvps.id
    LEFT JOIN pictures ON pictures.id = people.picture AND pictures.ready_at IS NOT NULL AND replies.shows_picture
    LEFT JOIN met_marks AS marks
        ON marks.follow_up = replies.follow_up AND marks.by = $2 AND marks.about = replies.person
    LEFT JOIN connections ON connections.ended_at IS NULL
        AND connections.low = least($2, replies.person) AND connections.high = greatest($2, replies.person)
    WHERE replies.follow_up = $1 AND replies.findable AND replies.person <> $2 AND people.name <> ''
        AND {not_blocked("$2::bigint", "replies.person")}
"""  # noqa: S608 - our own words
# $3: words, $4 and $5: people and what each is called there.
_NAMES = Listing(
    "follow-up names",
    keys=(Key("fold(first_name)", "text", name="first_name"), Key("key", "text")),
    listed="those.*",
    source=f"""
        FROM ({FINDABLE}) AS those JOIN unnest($4::bigint[], $5::text[]) AS called (person, first_name) USING (person)
        WHERE {names_have("fold(first_name)", "$3")}
    """,
)


async def names(asked: Asked, *, place: Place = START, words: str = "") -> Names:
    """Those whom this person may find: a page of them, perhaps those whose first name begins so. Two queries.

    Only what is shown is searched and sorted by, so that neither says anything of anybody's family name.
    """
    people, first_names = await _first_names(asked)
    if len(people) < FEWEST_NAMES:
        return Names(total=len(people), words=words)
    found = await pagination.page(
        _NAMES,
        asked.follow_up,
        asked.person.id,
        words,
        people,
        first_names,
        place=place,
        most=NAMES_ON_A_PAGE,
    )
    return Names(found.of(_name), len(people), words)


async def _first_names(asked: Asked) -> tuple[list[int], list[str]]:
    rows = await db.rows(FINDABLE, asked.follow_up, asked.person.id)
    return [row["person"] for row in rows], [first(row["name"], row["called"]) for row in rows]


async def names_by_key(asked: Asked, keys: Collection[str]) -> dict[str, Name]:
    """Those of these whom this person may find, by their key in this follow-up. One query."""
    rows = await db.rows(
        f"""
        WITH findable AS ({FINDABLE})
        SELECT * FROM findable WHERE key = ANY($3) AND (SELECT count(*) FROM findable) >= $4
        """,  # noqa: S608
        asked.follow_up,
        asked.person.id,
        list(keys),
        FEWEST_NAMES,
    )
    return {row["key"]: _name(row) for row in rows}


class Marked(NamedTuple):
    """The names of those whom somebody can find and wished to stay in touch with; and of others whom they met."""

    wished: list[Text]
    met: list[Text]


async def marked(asked: Asked) -> Marked:
    """Whom this person marked, by name. Theirs to know alone. One query."""
    rows = await db.rows(
        f"""
        WITH findable AS ({FINDABLE})
        SELECT name, called, wished FROM findable
        WHERE met AND NOT connected AND (SELECT count(*) FROM findable) >= $3
        """,  # noqa: S608
        asked.follow_up,
        asked.person.id,
        FEWEST_NAMES,
    )
    names = sorted(
        ((short(row["name"], row["called"]), row["wished"]) for row in rows),
        key=lambda each: spoken().alphabet.key(str(each[0])),
    )
    return Marked([name for name, wished in names if wished], [name for name, wished in names if not wished])


async def wishes_beside(asked: Asked, people: Collection[int]) -> int:
    """How many this person wished to stay in touch with after this event, apart from these. Theirs to know alone."""
    number: int = await value_of(_wishes_beside(asked.follow_up, asked.person.id, list(people)))
    return number


@prepared
def _wishes_beside(follow_up: int, by: int, people: list[int]) -> Query:
    return MetMark.count().where(
        (MetMark.follow_up == follow_up)
        & (MetMark.by == by)
        & MetMark.wished_at.is_not_null()
        & not_among(MetMark.about, people)
    )


def _name(row: asyncpg.Record) -> Name:
    return loaded(Name, row, name=short(row["name"], row["called"]), picture=pictures.address(row["picture"]))
