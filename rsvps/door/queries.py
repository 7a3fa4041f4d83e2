"""Who is expected at a door, and who has come. Reads only."""

from dataclasses import dataclass
from datetime import datetime

import asyncpg

from events.queries import AS_EVENT, NAMED, OVER, PARTS, event_from, organises
from events.tables import Event
from members.names import whole
from members.queries import by_name, hidden
from members.tables import Person
from rsvps.rows import named
from rsvps.tables import Door
from server import db
from server.finding import in_order, names_have
from server.languages.messages import Text
from server.rows import loaded, row_as, rows_as

MOST_AT_A_DOOR = 50_000  # people on the list that a device keeps


@dataclass(frozen=True)
class DoorFound:
    """A door, its event, and whether whoever made it organises that event now."""

    door: Door
    event: Event
    by_a_host: bool


async def door_of(digest: bytes) -> DoorFound | None:
    """The door with this secret's digest, and its event. One query."""
    row = await db.row(
        f"""
        SELECT {named(Door)}, {NAMED}, {organises("doors.made_by")} AS by_a_host
        FROM doors JOIN events ON events.id = doors.event {PARTS} WHERE doors.secret = $1
        """,  # noqa: S608
        digest,
    )
    if row is None:
        return None
    door, event = loaded(Door, row, prefix="doors_"), event_from(row, prefix=AS_EVENT)
    return DoorFound(door, event, row["by_a_host"])


async def evening(series_door: int, now: datetime) -> tuple[Door, Event] | None:
    """The door at which a series' link works now: of what is on, else of what is just over, else of what is next.

    None while nothing is ahead. One query.
    """
    one = f"""
        SELECT doors.id FROM doors JOIN events ON events.id = doors.event
        WHERE doors.series_door = $1 AND doors.revoked_at IS NULL AND events.status <> 'cancelled'
            AND doors.expires_at > $2
        ORDER BY CASE WHEN doors.opens_at > $2 THEN 2 WHEN {OVER} > $2 THEN 0 ELSE 1 END,
            CASE WHEN doors.opens_at <= $2 AND {OVER} <= $2 THEN {OVER} END DESC, events.starts_at, events.id
        LIMIT 1
    """  # noqa: S608 - our own words
    return await _one_of_series(f"doors.id = ({one})", series_door, now)


async def evening_called(series_door: int, public_id: str) -> tuple[Door, Event] | None:
    """The door of one of its gatherings, by its name, also of one that is cancelled. One query."""
    return await _one_of_series(
        "doors.series_door = $1 AND doors.public_id = $2 AND doors.revoked_at IS NULL", series_door, public_id
    )


async def _one_of_series(which: str, *values: object) -> tuple[Door, Event] | None:
    row = await db.row(
        f"SELECT {named(Door)}, {NAMED} FROM doors JOIN events ON events.id = doors.event {PARTS} WHERE {which}",  # noqa: S608
        *values,
    )
    return (loaded(Door, row, prefix="doors_"), event_from(row, prefix=AS_EVENT)) if row else None


@dataclass(frozen=True)
class DoorLink:
    """A door link as hosts see it, and who made it, as far as the reader may know.

    `every_time`: it is what a link of the whole series is at one gathering of it.
    """

    public_id: str
    name: str
    poster: bool
    every_time: bool
    created_at: datetime
    opens_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    by: str | None


async def doors(event: int, *, seen_by: Person) -> list[DoorLink]:
    """A gathering's door links, those that work first, newest first; a hundred at most. One query."""
    links = db.rows(
        f"""
        SELECT doors.public_id, doors.name, doors.poster, series_door IS NOT NULL AS every_time,
            doors.created_at, opens_at, expires_at, revoked_at,
            people.name AS by
        FROM doors LEFT JOIN people ON people.id = doors.made_by AND people.id <> ALL ({hidden("$2")})
        WHERE event = $1 ORDER BY revoked_at IS NOT NULL, doors.id DESC LIMIT 100
        """,  # noqa: S608 - our own words
        event,
        seen_by.id,
    )
    return await rows_as(DoorLink, links)


async def poster(event: int) -> Door | None:
    """An event's poster that nobody has taken back, the newest if there are several. One query."""
    up = (Door.event == event) & (Door.poster.__eq__(True)) & Door.revoked_at.is_null()
    found: Door | None = await Door.objects().where(up).order_by(Door.id, ascending=False).first()
    return found


@dataclass(frozen=True)
class AtDoor:
    """Somebody as a helper at the door sees them: how they are called, how many they are, whether they are in.

    `arrived`: somebody says that they are in. `arrived_at` is when they came, null where nobody pressed it at a door.
    `came` is how many of their guests are in with them.
    """

    id: int
    public_id: str
    name: Text
    status: str
    online: bool
    guests: int
    guest_names: str
    arrived: bool
    arrived_at: datetime | None
    came: int

    @property
    def expected(self) -> bool:
        """Whether a chair is kept for them in the room."""
        return self.status == "going" and not self.online


# $1: the event, $2: who is signed in on the phone, null for nobody.
_AT_DOOR = f"""
    SELECT rsvps.id, rsvps.public_id, people.name, people.called, people.folded, rsvps.status, rsvps.online,
        rsvps.guests, rsvps.guest_names, arrivals.id IS NOT NULL AS arrived, arrivals.arrived_at,
        coalesce(arrivals.guests, 0) AS came
    FROM rsvps JOIN people ON people.id = rsvps.person LEFT JOIN arrivals ON arrivals.rsvp = rsvps.id
    WHERE rsvps.event = $1 AND rsvps.confirmed_at IS NOT NULL AND rsvps.person <> ALL ({hidden("$2::bigint")})
"""  # noqa: S608 - our own words


_EXPECTED = "rsvps.status = 'going' AND NOT rsvps.online"

_CALLED = "name || ' ' || called"
_FOLDED = "people.folded || CASE guest_names WHEN '' THEN '' ELSE ' ' || findable(guest_names) END"


async def at_door(event: int, words: str, *, seen_by: Person | None, limit: int) -> tuple[list[AtDoor], int]:
    """Whom a door expects or has let in, by name; with words, of all who answered those whose names have them all.

    And how many there are. One query; 60 ms among 20,000 answers, 100 ms with words.
    """
    everybody = f"($3 <> '' OR ({_EXPECTED}) OR arrivals.id IS NOT NULL)"
    which = f"AND {everybody} AND {names_have(f'({_FOLDED})', '$3')}"
    rows = await db.rows(
        f"SELECT *, count(*) OVER () AS total FROM ({_AT_DOOR} {which}) AS found "  # noqa: S608 - our own words
        f"ORDER BY status <> 'going' OR online, {in_order('folded', name=_CALLED)}, id LIMIT $4",
        event,
        _reader(seen_by),
        words,
        limit,
    )
    return [_at_door(row) for row in rows], rows[0]["total"] if rows else 0


async def all_at_door(event: int, *, seen_by: Person | None) -> list[AtDoor]:
    """Everybody who answered, by name, for a device to keep. One query."""
    rows = await db.rows(
        f"{_AT_DOOR} ORDER BY {by_name()}, rsvps.id LIMIT {MOST_AT_A_DOOR}", event, _reader(seen_by)
    )
    return [_at_door(row) for row in rows]


async def at_door_called(event: int, public_id: str, *, seen_by: Person | None) -> AtDoor | None:
    """Somebody on an event's list by their answer's public id. One query."""
    row = await db.row(f"{_AT_DOOR} AND rsvps.public_id = $3", event, _reader(seen_by), public_id)
    return _at_door(row) if row else None


@dataclass(frozen=True)
class Seen:
    """How far a device has followed what happens at a door: the newest mark, answer and walk-in that it knows."""

    mark: int = 0
    answer: int = 0
    walk_in: int = 0


async def seen_by_now(event: int, now: datetime) -> Seen:
    """Where following begins; asked before the list is. One query."""
    row = await db.row(
        f"""
        SELECT (
            SELECT max(door_marks.id) FROM door_marks WHERE door IN (SELECT id FROM doors WHERE event = $1)
        ) AS mark, {_SETTLED} AS answer, (SELECT max(id) FROM walk_ins WHERE event = $1) AS walk_in
        """,  # noqa: S608 - our own words
        event,
        now,
    )
    return Seen(**{name: row[name] or 0 for name in Seen.__dataclass_fields__}) if row else Seen()


async def news_at_door(
    event: int, since: Seen, now: datetime, *, seen_by: Person | None
) -> tuple[list[AtDoor], Seen]:
    """Whose marks or answers came after that, and how far one has now seen. Some may be repeated. One query.

    The marks and the answers of one event come one after the other, so that none is passed over.
    """
    rows = await db.rows(
        f"""
        WITH marks AS (
            SELECT door_marks.id, rsvp FROM unnest(ARRAY(SELECT id FROM doors WHERE event = $1)) AS one
            JOIN door_marks ON door_marks.door = one AND door_marks.id > $3
        ), answers AS (
            SELECT rsvp_changes.id, rsvp FROM rsvp_changes JOIN rsvps ON rsvps.id = rsvp AND rsvps.event = $1
            WHERE rsvp_changes.id > $4
        ), ends AS (
            SELECT greatest($3, (SELECT max(id) FROM marks)) AS mark,
                greatest($4, (SELECT max(id) FROM answers), {_SETTLED.replace("$2", "$5")}) AS answer
        )
        SELECT ends.*, people.* FROM ends LEFT JOIN (
            {_AT_DOOR} AND rsvps.id IN (SELECT rsvp FROM marks UNION SELECT rsvp FROM answers)
        ) AS people ON true
        """,  # noqa: S608 - our own words
        event,
        _reader(seen_by),
        since.mark,
        since.answer,
        now,
    )
    seen = Seen(rows[0]["mark"], rows[0]["answer"], since.walk_in)
    return [_at_door(row) for row in rows if row["id"] is not None], seen


# The newest step of any answer that nothing older can still come before: transactions take less than this.
_SETTLED = "(SELECT max(id) FROM rsvp_changes WHERE at < $2::timestamptz - interval '10 seconds')"


@dataclass(frozen=True)
class AtDoorCounts:
    """Chairs: of those who are in, guests included; that are promised; and of those who also walked in."""

    here: int
    expected: int
    walked_in: int


async def counts_at_door(event: int) -> AtDoorCounts:
    """How full it is. One query."""
    counts = db.row(
        f"""
        SELECT (
            SELECT coalesce(sum(1 + arrivals.guests), 0) FROM arrivals JOIN rsvps ON rsvps.id = arrivals.rsvp
            WHERE arrivals.at_event = $1 AND rsvps.confirmed_at IS NOT NULL
        ) AS here, (
            SELECT taken - (
                SELECT coalesce(sum(1 + guests), 0) FROM rsvps
                WHERE rsvps.event = $1 AND status = 'offered' AND NOT rsvps.online
            ) FROM seat_pools WHERE event = $1 AND NOT online
        ) AS expected, (
            SELECT coalesce(sum(1 + guests), 0) FROM walk_ins WHERE event = $1 AND {_WITHOUT_AN_ANSWER}
        ) AS walked_in
        """,  # noqa: S608 - our own words
        event,
    )
    return await row_as(AtDoorCounts, counts) or AtDoorCounts(0, 0, 0)


@dataclass(frozen=True)
class WalkedIn:
    """Somebody who came without an answer: how they are called, and with how many. `key` stands for what was noted.

    `at` is when they came, null where nobody knows; `left`: they have left an address, which nobody sees.
    """

    id: int
    key: str
    name: str
    guests: int
    at: datetime | None
    left: bool


# What was noted of somebody, not taken back, who has not answered all the same since then.
_WITHOUT_AN_ANSWER = """
    name <> '' AND NOT EXISTS (SELECT FROM rsvps WHERE rsvps.id = walk_ins.rsvp AND confirmed_at IS NOT NULL)
"""
_WALK_INS = f"""
    SELECT id, key, name, guests, at, left_at IS NOT NULL AS left FROM walk_ins
    WHERE event = $1 AND {_WITHOUT_AN_ANSWER} AND (person IS NULL OR person <> ALL ({hidden("$2::bigint")}))
"""  # noqa: S608 - our own words


async def walk_ins(event: int, *, seen_by: Person | None, after: int = 0) -> list[WalkedIn]:
    """Who came without an answer, newest first, 500 at most. One query."""
    found = db.rows(f"{_WALK_INS} AND id > $3 ORDER BY id DESC LIMIT 500", event, _reader(seen_by), after)
    return await rows_as(WalkedIn, found)


async def known_by_name_alone(event: int, *, seen_by: Person, words: str = "") -> list[WalkedIn]:
    """Those of them who stand in no other list, because their name is all there is; by name, 500 at most. One query."""
    named = names_have("findable(name)", "$3")
    found = db.rows(
        f"{_WALK_INS} AND rsvp IS NULL AND {named} ORDER BY {in_order('fold(name)', name='name')}, id LIMIT 500",
        event,
        seen_by.id,
        words,
    )
    return await rows_as(WalkedIn, found)


def _reader(person: Person | None) -> int | None:
    return person.id if person else None


def _at_door(row: asyncpg.Record) -> AtDoor:
    return loaded(AtDoor, row, name=whole(row["name"], row["called"]))
