"""What we ask about roles and those who take them. Reads only."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import NamedTuple

import asyncpg

from events import queries as events
from events.tables import Event
from members import queries as members
from members.tables import Community, Person
from rsvps.tables import CONCERNED
from server import clock, db
from server.languages.messages import Text, _, ngettext, pgettext
from server.presentation import time_range, when
from server.rows import loaded, row_as, rows_as, value_of, values_of
from server.statements import Query, among, prepared
from volunteers.tables import Role, SignUp

MOST_SHIFTS = 500  # of one event, or of one person


class State(Enum):
    """What a shift is to somebody who looks at it."""

    IN = "in"
    REMOVED = "removed"
    CANCELLED = "cancelled"
    ENDED = "ended"
    FULL = "full"
    COLLIDES = "collides"
    OPEN = "open"


@dataclass(frozen=True)
class Status:
    """A state and its reason, in words for whom it is about."""

    state: State
    reason: Text

    @property
    def open(self) -> bool:
        """Whether they can sign up."""
        return self.state is State.OPEN


@dataclass(frozen=True)
class Shift:
    """A role with its hours, as one person sees it: whether they are in, and whether another of theirs collides.

    Which one is not said: they may have lost sight of it since.
    """

    id: int
    public_id: str
    title: str
    about: str
    places: int
    taken: int
    starts_at: datetime
    ends_at: datetime
    sequence: int
    changed_at: datetime
    created_at: datetime
    removed_at: datetime | None
    signed_up_at: datetime | None
    collides: bool
    kept_out: bool
    event: Event

    @property
    def mine(self) -> bool:
        """Whether the one who looks has signed up."""
        return self.signed_up_at is not None

    @property
    def free(self) -> int:
        """Places that nobody has taken."""
        return max(self.places - self.taken, 0)

    @property
    def local_start(self) -> datetime:
        """The start on the event's own wall clock."""
        return self.starts_at.astimezone(self.event.local_start.tzinfo)

    @property
    def local_end(self) -> datetime:
        """The end on the event's own wall clock."""
        return self.ends_at.astimezone(self.event.local_start.tzinfo)

    def status(self, now: datetime) -> Status:
        """Whether this person can sign up now, and why or why not. The first reason that holds."""
        reasons = [
            (self.removed_at is not None, State.REMOVED, _("It is not needed any more.")),
            (self.event.status == "cancelled", State.CANCELLED, _("The gathering is cancelled.")),
            # Translators: the reader has signed up for a shift
            (self.mine, State.IN, _("You are in.")),
            (self.ends_at <= now, State.ENDED, _("It is over.")),
            (self.taken >= self.places, State.FULL, _("Enough people have signed up.")),
            (self.collides, State.COLLIDES, _("You have signed up for another shift at that time.")),
        ]
        return next(
            (Status(state, why) for holds, state, why in reasons if holds),
            Status(State.OPEN, pgettext("a shift", "Open.")),
        )

    def row(self, now: datetime) -> "Row":
        """What a list shows of it."""
        status = self.status(now)
        return Row(
            key=self.public_id,
            title=self.title,
            about=self.about,
            hours=self._hours(),
            note=self._note(status),
            mine=self.mine,
            can_take=status.open and not self.mine,
            can_give_back=status.state is State.IN and self.ends_at > now,
        )

    @property
    def in_words(self) -> Text:
        """The shift with its hours: "Door, 17:30 to 19:00"."""
        # Translators: a shift, and from when until when
        return _("%(title)s, %(hours)s", title=self.title, hours=self._hours())

    def _hours(self) -> Text:
        same_day = self.local_start.date() == self.event.local_start.date()
        return (time_range if same_day else when)(self.local_start, self.local_end)

    def _note(self, status: Status) -> Text:
        if status.state in {State.COLLIDES, State.ENDED}:
            return status.reason
        if self.free:
            # Translators: of a shift: "2 places free of 5"
            return ngettext(
                "%(num)s place free of %(places)s",
                "%(num)s places free of %(places)s",
                self.free,
                places=self.places,
            )
        return _("Enough people have signed up")


class Row(NamedTuple):
    """What a list shows a reader of a shift, in words, and what they can do about it."""

    key: str
    title: str
    about: str
    hours: Text
    note: Text
    mine: bool
    can_take: bool
    can_give_back: bool


# $1: somebody, or null; $2: now; $3: mailbox_key()
_KEPT_OUT = events.kept_out_of_event(now="$2::timestamptz", key="$3")
_SHIFTS = f"""
    SELECT roles.*, hours.starts_at, hours.ends_at, mine.created_at AS signed_up_at,
    EXISTS (SELECT FROM people WHERE people.id = $1 AND {_KEPT_OUT}) AS kept_out, EXISTS (
        SELECT FROM volunteer_sign_ups AS theirs
        JOIN volunteer_roles AS others ON others.id = theirs.role AND others.removed_at IS NULL
        JOIN events AS elsewhere ON elsewhere.id = others.event AND elsewhere.status = 'published'
        WHERE theirs.person = $1 AND others.id <> roles.id
            AND elsewhere.starts_at + others.begins * interval '1 minute' < hours.ends_at
            AND elsewhere.starts_at + (others.begins + others.lasts) * interval '1 minute' > hours.starts_at
    ) AS collides {{more}}
    FROM volunteer_roles AS roles JOIN events ON events.id = roles.event {{parts}}
    CROSS JOIN LATERAL (
        SELECT events.starts_at + roles.begins * interval '1 minute' AS starts_at,
            events.starts_at + (roles.begins + roles.lasts) * interval '1 minute' AS ends_at
    ) AS hours
    LEFT JOIN volunteer_sign_ups AS mine ON mine.role = roles.id AND mine.person = $1
"""  # noqa: S608


async def shifts_of(event: Event, person: Person | None) -> list[Shift]:
    """What is needed at an event, in order of time, as somebody sees it. One query."""
    rows = await db.rows(
        f"""
        {_SHIFTS.format(more="", parts="")} WHERE roles.event = $4 AND roles.removed_at IS NULL
        ORDER BY roles.begins, roles.id LIMIT $5
        """,
        *_seen_by(person),
        event.id,
        MOST_SHIFTS,
    )
    return [_shift(row, event) for row in rows]


async def shift(role: int, person: Person | None, event: Event) -> Shift | None:
    """One role, removed or not, as somebody sees it. One query."""
    row = await db.row(f"{_SHIFTS.format(more='', parts='')} WHERE roles.id = $4", *_seen_by(person), role)
    return _shift(row, event) if row else None


def _seen_by(person: Person | None) -> tuple[int | None, datetime, str]:
    return person.id if person else None, clock.now(), members.mailbox_key()


async def role_by_public_id(public_id: str) -> tuple[Role, str] | None:
    """A role that is still needed, and its event's public id. One query."""
    for row in await _role_by_public_id(public_id):
        return loaded(Role, row), row["event_public_id"]
    return None


@prepared
def _role_by_public_id(public_id: str) -> Query:
    event_public_id = Role.event.public_id.as_alias("event_public_id")
    return Role.select(*Role.all_columns(), event_public_id).where(
        (Role.public_id == public_id) & Role.removed_at.is_null()
    )


async def roles_of(event: int) -> list[Role]:
    """All roles that an event has or had. One query."""
    return await rows_as(Role, Role.select().where(Role.event == event).order_by(Role.id))


async def shifts_of_person(person: Person, since: datetime, until: datetime) -> list[Shift]:
    """What somebody has signed up for, between two moments, soonest first. One query."""
    rows = await db.rows(
        f"""
        {_SHIFTS.format(more=f", {events.NAMED}", parts=events.PARTS)}
        WHERE mine.person = $1 AND events.status <> 'draft'
            AND hours.ends_at > $4 AND hours.starts_at < $5 ORDER BY hours.starts_at, roles.id LIMIT $6
        """,
        *_seen_by(person),
        since,
        until,
        MOST_SHIFTS,
    )
    return [_shift(row, events.event_from(row, prefix=events.AS_EVENT)) for row in rows]


async def shifts_at(person: Person, event_ids: Sequence[int]) -> list[Shift]:
    """What somebody has signed up for at these events, as far as it is still needed, soonest first. One query."""
    rows = await db.rows(
        f"""
        {_SHIFTS.format(more=f", {events.NAMED}", parts=events.PARTS)}
        WHERE mine.person = $1 AND roles.event = ANY($4) AND roles.removed_at IS NULL
        ORDER BY hours.starts_at, roles.id
        """,
        *_seen_by(person),
        list(event_ids),
    )
    return [_shift(row, events.event_from(row, prefix=events.AS_EVENT)) for row in rows]


def helps(person: str) -> str:
    """SQL: whether a person helps at the event of a row of `events`; null where nobody is needed."""
    return f"""(
        SELECT bool_or(mine.id IS NOT NULL) FROM volunteer_roles AS roles
        LEFT JOIN volunteer_sign_ups AS mine ON mine.role = roles.id AND mine.person = {person}
        WHERE roles.event = events.id AND roles.removed_at IS NULL
    )"""  # noqa: S608 - our own words


async def helps_at(person: Person) -> list[int]:
    """At which events that are not over somebody helps. One query."""
    rows = db.rows(
        f"""
        SELECT DISTINCT roles.event FROM volunteer_sign_ups AS sign_ups
        JOIN volunteer_roles AS roles ON roles.id = sign_ups.role JOIN events ON events.id = roles.event
        WHERE sign_ups.person = $1 AND roles.removed_at IS NULL
            AND {events.OVER} > $2
        """,  # noqa: S608 - our own words
        person.id,
        clock.now(),
    )
    return await values_of(rows)


async def still_needed(events: Sequence[int], now: datetime) -> list[tuple[int, str]]:
    """What somebody is still needed for at these events: the event's number and a title each, in order. One query."""
    rows = await db.rows(
        """
        SELECT roles.event, roles.title FROM volunteer_roles AS roles JOIN events ON events.id = roles.event
        WHERE roles.event = ANY($1) AND removed_at IS NULL AND taken < places
            AND events.starts_at + make_interval(mins => begins + lasts) > $2
        ORDER BY roles.event, begins, roles.id
        """,
        list(events),
        now,
    )
    return [(row["event"], row["title"]) for row in rows]


async def places_to_come(person: Person, event_ids: Sequence[int]) -> list[tuple[Role, Event]]:
    """The places that somebody has at these events, as far as they are not over. At most two queries."""
    rows = db.rows(
        f"""
        SELECT roles.* FROM volunteer_sign_ups AS sign_ups
        JOIN volunteer_roles AS roles ON roles.id = sign_ups.role JOIN events ON events.id = roles.event
        WHERE sign_ups.person = $1 AND roles.removed_at IS NULL AND roles.event = ANY($2)
            AND {events.OVER} > $3
        ORDER BY roles.event, roles.id
        """,  # noqa: S608
        person.id,
        list(event_ids),
        clock.now(),
    )
    roles = await rows_as(Role, rows)
    found = await events.events_by_id([role.event for role in roles]) if roles else {}
    return [(role, found[role.event]) for role in roles]


@dataclass(frozen=True)
class Helper:
    """Somebody who has signed up, for the organisers."""

    role: int
    name: str
    email: str
    key: str


async def helpers_of(event: Event, *, seen_by: Person) -> list[Helper]:
    """Who has signed up for what, in the order in which they did, without whom a block hides. One query."""
    rows = db.rows(
        f"""
        SELECT sign_ups.role, people.name, people.email, people.public_id AS key
        FROM volunteer_sign_ups AS sign_ups
        JOIN volunteer_roles AS roles ON roles.id = sign_ups.role JOIN people ON people.id = sign_ups.person
        WHERE roles.event = $1 AND roles.removed_at IS NULL AND people.id <> ALL ({members.hidden("$2")})
        ORDER BY sign_ups.id LIMIT 5000
        """,  # noqa: S608 - our own words
        event.id,
        seen_by.id,
    )
    return await rows_as(Helper, rows)


@dataclass(frozen=True)
class ShiftNews:
    """What a letter about a shift needs."""

    shift: Shift
    person: Person
    community: str


async def told(role: int, person: int) -> ShiftNews | None:
    """A shift as one person had or has it. Five small queries."""
    receiver = await members.person_by_id(person)
    event = await _event_of(role)
    found = await shift(role, receiver, event) if receiver and event else None
    community = await members.community_by_id(event.community) if event else None
    if receiver is None or found is None or community is None:
        return None
    return ShiftNews(found, receiver, community.name)


class Hours(NamedTuple):
    """A shift's place in time, all in minutes: from the gathering's start to its own, and how long it lasts."""

    begins: int
    lasts: int
    wall_begins: int
    wall_lasts: int


@dataclass(frozen=True)
class Placed:
    """A role's hours (see `volunteers.hours`), and the gathering that they are counted from."""

    id: int
    begins: int
    lasts: int
    wall_begins: int
    wall_lasts: int
    event: int
    starts_at: datetime
    zone: str
    status: str


_PLACED = """
    SELECT roles.id, begins, lasts, wall_begins, wall_lasts, event, events.starts_at, events.zone, events.status
    FROM volunteer_roles AS roles JOIN events ON events.id = roles.event WHERE roles.removed_at IS NULL
"""


async def hours_to_come(now: datetime, *, after: int, limit: int) -> list[Placed]:
    """The hours of shifts at gatherings that are not over, in the order of their ids from `after` on. One query."""
    to_come = f"{_PLACED} AND {events.OVER} > $1 AND roles.id > $2 ORDER BY roles.id LIMIT $3"
    return await rows_as(Placed, db.rows(to_come, now, after, limit))


async def hours_of_role(role: int) -> Placed | None:
    """The hours of one shift that is still needed. One query."""
    return await row_as(Placed, db.row(f"{_PLACED} AND roles.id = $1", role))


async def signed_up(role: int) -> list[int]:
    """The ids of all who have this role. One query."""
    return await values_of(SignUp.select(SignUp.person).where(SignUp.role == role).order_by(SignUp.id))


async def signed_up_at(event: int, *, besides_guests: bool = False) -> list[tuple[int, int]]:
    """(role, person) for everybody who helps at an event; or only for those who get no letter as guests. One query."""
    rows = await db.rows(
        """
        SELECT sign_ups.role, sign_ups.person FROM volunteer_sign_ups AS sign_ups
        JOIN volunteer_roles AS roles ON roles.id = sign_ups.role
        WHERE roles.event = $1 AND roles.removed_at IS NULL AND NOT ($2 AND EXISTS (
            SELECT FROM rsvps WHERE rsvps.event = $1 AND rsvps.person = sign_ups.person
                AND rsvps.status = ANY($3) AND rsvps.confirmed_at IS NOT NULL
        )) ORDER BY sign_ups.id
        """,
        event,
        besides_guests,
        list(CONCERNED),
    )
    return [(row["role"], row["person"]) for row in rows]


async def who_helps_at(event_ids: Sequence[int]) -> list[int]:
    """Who helps at any of these events, by number. One query."""
    rows = db.rows(
        """
        SELECT DISTINCT sign_ups.person FROM volunteer_sign_ups AS sign_ups
        JOIN volunteer_roles AS roles ON roles.id = sign_ups.role
        WHERE roles.event = ANY($1) AND roles.removed_at IS NULL ORDER BY person
        """,
        list(event_ids),
    )
    return await values_of(rows)


async def who_only_helps_at(event_ids: Sequence[int]) -> list[int]:
    """Who helps at any of these events and gets no letter as a guest of one, by number. One query."""
    rows = db.rows(
        """
        SELECT DISTINCT sign_ups.person FROM volunteer_sign_ups AS sign_ups
        JOIN volunteer_roles AS roles ON roles.id = sign_ups.role
        WHERE roles.event = ANY($1) AND roles.removed_at IS NULL AND NOT EXISTS (
            SELECT FROM rsvps WHERE rsvps.event = ANY($1) AND rsvps.person = sign_ups.person
                AND rsvps.status = ANY($2) AND rsvps.confirmed_at IS NOT NULL
        ) ORDER BY person
        """,
        list(event_ids),
        list(CONCERNED),
    )
    return await values_of(rows)


async def community_names(communities: Collection[int]) -> dict[int, str]:
    """What these communities are called. One query."""
    rows = await Community.select(Community.id, Community.name).where(among(Community.id, communities))
    return {row["id"]: row["name"] for row in rows}


async def strangers_help(event: Event) -> bool:
    """Whether anybody helps at an event who is neither a member of its community nor hosts it. One query."""
    found = await db.value(
        """
        SELECT true FROM volunteer_sign_ups AS signed JOIN volunteer_roles AS roles ON roles.id = signed.role
        WHERE roles.event = $1
            AND NOT EXISTS (SELECT FROM memberships WHERE community = $2 AND person = signed.person)
            AND NOT EXISTS (SELECT FROM co_hosts WHERE event = $1 AND person = signed.person)
        LIMIT 1
        """,
        event.id,
        event.community,
    )
    return bool(found)


async def _event_of(role: int) -> Event | None:
    event = await value_of(Role.select(Role.event).where(Role.id == role))
    return await events.event_by_id(event) if event else None


def _shift(row: asyncpg.Record, event: Event) -> Shift:
    return loaded(Shift, row, event=event)
