"""What the answers to an event are to a reader of its page. Reads only."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import asyncpg

from events.access import view
from events.queries import OVER
from events.tables import Event
from members.queries import hidden
from members.tables import Person
from rsvps.rows import rsvp_from
from rsvps.seating.queries import comes_for_the_first_time
from rsvps.status.queries import BY_NAME, StandingThere, standing_there
from rsvps.tables import Rsvp, WalkIn
from server import clock, db, pagination
from server.batching import Batching, Take
from server.languages.alphabets import Alphabet
from server.languages.language import spoken
from server.pagination import Listing, Page
from server.rows import values_of

NAMES_ON_A_PAGE = 60

# By what somebody is known who has no account (over a row of `people`): an answer, or an address left at a door; and
# what of that they confirmed.
ANSWERED = """(
    EXISTS (SELECT FROM rsvps WHERE person = people.id) OR EXISTS (SELECT FROM walk_ins WHERE person = people.id)
)"""
CONFIRMED = """(
    EXISTS (SELECT FROM rsvps WHERE person = people.id AND confirmed_at IS NOT NULL)
    OR EXISTS (SELECT FROM walk_ins WHERE person = people.id AND rsvp IS NOT NULL)
)"""

# (an expression for one person's id, one for another's) -> SQL: they are connected. Other packages know how;
# `server/composition.py` puts it here.
Acquaintance = Callable[[str, str], str]
acquaintances: list[Acquaintance] = []

_KEPT = "_answers_of_readers"  # where an event, which a request has to itself, remembers them


@dataclass(frozen=True)
class OfReader:
    """What the answers to an event are to one reader: theirs, with its place in line (from 1) and what they said to the
    hosts’ questions; a page of those who come and chose to be seen by them; how many ask to come, if it is they who
    decide; whether they are counted in every time, where the event is one of a series; and whether they come for the
    first time, where seats are kept for those.
    """

    rsvp: Rsvp | None = None
    place: int | None = None
    said: Mapping[int, str] = field(default_factory=dict)
    listed: Page[Mapping[str, Any]] = field(default_factory=lambda: Page([]))
    asking: int = 0
    standing: StandingThere | None = None
    newcomer: bool = False


async def walk_in(event: int, key: str) -> WalkIn | None:
    """Somebody whom a helper at an event's door has written down, by what stands for them. One query."""
    noted = (WalkIn.event == event) & (WalkIn.key == key) & (WalkIn.name != "") & WalkIn.rsvp.is_null()
    found: WalkIn | None = await WalkIn.objects().where(noted).first()
    return found


async def of_reader(event: Event, reader: Person) -> OfReader:
    """One query, shared with whoever asks about the same event at the same moment. Kept with the event."""
    kept: dict[int, OfReader] = event.__dict__.setdefault(_KEPT, {})
    if reader.id not in kept:
        decides = event.policy.approval and (await view(reader, event)).organises
        to_come = event.status == "published" and event.over_at > clock.now()
        about = (event.id, to_come, event.series if to_come else None, spoken().alphabet, _keeps(event))
        kept[reader.id] = await _reading.ask(about, (reader.id, decides))
    return kept[reader.id]


def listed(reader: str) -> Listing:
    """Whom a reader, in SQL, may see among those who come to an event ($1). In the order of `rsvp_names`, which knows
    who is listed.
    """
    connected = " OR ".join(known("people.id", reader) for known in acquaintances) or "false"
    return Listing(
        "listed",
        keys=BY_NAME,
        listed="people.id, people.name, people.called",
        source=rf"""
            FROM rsvp_names CROSS JOIN LATERAL (
                SELECT people.id, people.name, people.called FROM rsvps JOIN people ON people.id = rsvps.person
                WHERE rsvps.id = rsvp_names.rsvp AND person <> {reader} AND people.name ~ '\S'
                    AND CASE listed WHEN 'coming' THEN EXISTS (
                        SELECT FROM rsvps AS mine
                        WHERE mine.event = $1 AND mine.person = {reader} AND mine.status = 'going'
                    ) ELSE {connected} END
                    AND person <> ALL ({hidden(reader)})
                OFFSET 0
            ) AS people WHERE rsvp_names.event = $1 AND rsvp_names.listed
        """,  # noqa: S608 - our own words
    )


# Together are asked for: those of one event, whether it is to come, its series, and the order in which all read names.
Key: TypeAlias = tuple[int, bool, int | None, Alphabet, bool]


# What is asked besides of one event that keeps seats for newcomers: others do not pay for it.
def _newcomer(now: str) -> str:
    newcomer = comes_for_the_first_time("readers.id", now=f"{now}::timestamptz")
    return f"(SELECT {newcomer} FROM events WHERE events.id = $1)"  # noqa: S608 - our own words


async def _read(key: Key, take: Take[tuple[int, bool]]) -> list[OfReader]:
    (event, to_come, series, _alphabet, keeps), asking, names = key, take(), listed("readers.id")
    of_series = [series] if series else []
    # SELECT $2: see `events.queries.parts_of_people`.
    rows = await db.rows(
        f"""
        SELECT readers.id AS reader, rsvps.*, (
            SELECT count(*) FROM rsvps AS ahead
            WHERE ahead.event = rsvps.event AND ahead.online = rsvps.online AND ahead.queued <= rsvps.queued
        ) AS place, (
            SELECT jsonb_object_agg(question, words) FROM replies WHERE replies.rsvp = rsvps.id
        ) AS said, CASE WHEN readers.id = ANY($3) THEN (
            SELECT count(*) FROM rsvps AS theirs
            WHERE theirs.event = $1 AND theirs.status = 'requested' AND theirs.person <> ALL ({hidden("readers.id")})
        ) ELSE 0 END AS asking, CASE WHEN $4 THEN {pagination.first_rows(names, most=NAMES_ON_A_PAGE)} END AS names,
            {standing_there("readers.id", "$5") if series else "NULL::jsonb"} AS standing,
            {_newcomer(f"${5 + len(of_series)}") if keeps else "false"} AS newcomer
        FROM unnest((SELECT $2::bigint[])) AS readers (id)
        LEFT JOIN rsvps ON rsvps.event = $1 AND rsvps.person = readers.id
        """,  # noqa: S608 - our own words
        event,
        list({reader for reader, _ in asking}),
        list({reader for reader, decides in asking if decides}),
        to_come,
        *of_series,
        *([clock.now()] if keeps else []),
    )
    found = {row["reader"]: row for row in rows}
    return [_of_reader(found[reader], decides=decides) for reader, decides in asking]


def _of_reader(row: asyncpg.Record, *, decides: bool) -> OfReader:
    return OfReader(
        rsvp=rsvp_from(row) if row["id"] else None,
        place=row["place"] or None,
        said={int(question): words for question, words in (row["said"] or {}).items()},
        listed=pagination.first_page(listed("readers.id"), row["names"] or [], most=NAMES_ON_A_PAGE),
        asking=row["asking"] if decides else 0,
        standing=StandingThere.read(row["standing"]),
        newcomer=row["newcomer"],
    )


_reading: Batching[Key, tuple[int, bool], OfReader] = Batching(_read)


def _keeps(event: Event) -> bool:
    """Whether seats are kept for newcomers, so that it matters who is one."""
    return bool(event.policy.newcomer_seats) and clock.now() < event.kept_until


async def still_to_come(person: int, *, among: Sequence[int] | None = None) -> list[int]:
    """The events that are not over, of all or of these, to which somebody has an answer that stands. One query.

    Also what is off with its series, and may be on again.
    """
    rows = db.rows(
        f"""
        SELECT event FROM rsvps JOIN events ON events.id = rsvps.event
        WHERE person = $1 AND rsvps.status NOT IN ('declined', 'withdrawn')
            AND (events.status = 'published' OR events.off_with_series) AND {OVER} > $2
            AND ($3::bigint[] IS NULL OR events.id = ANY($3))
        """,  # noqa: S608 - our own words
        person,
        clock.now(),
        list(among) if among is not None else None,
    )
    return await values_of(rows)
