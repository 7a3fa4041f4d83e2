"""The organiser's list: who answered what, found by name, a page at a time however many they are. Reads only.

A page costs about as much for 20,000 answers as for 200. Names come in order from `rsvp_names`, which triggers keep.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from members.queries import hidden
from rsvps.hosting import orders
from rsvps.hosting.orders import Order, Status
from rsvps.rows import rsvp_from
from rsvps.tables import Rsvp
from server import db, pagination
from server.languages.language import spoken
from server.pagination import START, Page, Place

FEW = 1_000  # So many answers of one kind are sorted rather than looked for among all names.
CHUNK = 1_000  # rows of a table that are in memory at once
CHUNK_SORTED_ANEW = 5_000  # the same in an alphabet of its own, for which each chunk sorts all


@dataclass(frozen=True)
class RosterFilter:
    """What an organiser looks for: words in a name, one kind of answer; empty for all."""

    words: str = ""
    status: Status = ""


@dataclass(frozen=True)
class Row:
    """One line of the list. The address is shown only while nothing better is known.

    `by_host`: the present answer is a host's. `belongs`: they are of the community. `unreachable`: their
    address refuses letters. `place` is theirs in line. `arrived_at` is when they came, null where nobody knows.
    """

    public_id: str
    name: str
    email: str
    status: str
    guests: int
    guest_names: str
    online: bool
    confirmed: bool
    answered_at: datetime
    arrived: bool
    arrived_at: datetime | None
    by_host: bool
    belongs: bool
    unreachable: bool
    place: int | None = None

    @property
    def shown_name(self) -> str:
        """Their name, or the address that an organiser invited."""
        return self.name or self.email


async def counts(event: int, reader: int) -> dict[str, int]:
    """How many answers of each kind the reader's list has; of those who only are invited, who came apart from the rest.

    One query, 2 ms for 20,000 answers.
    """
    rows = await db.rows(
        f"""
        SELECT status, sum(number)::int AS number FROM (
            SELECT status, count(*) AS number FROM rsvps WHERE event = $1 GROUP BY status
            UNION ALL
            SELECT status, -1 FROM rsvps WHERE event = $1 AND person = ANY ({hidden("$2")})
            UNION ALL
            SELECT kind, sign * number FROM (VALUES ('walked_in', 1), ('invited', -1)) AS apart (kind, sign), (
                SELECT count(*) AS number FROM rsvps
                WHERE event = $1 AND status = 'invited' AND {orders.CAME} AND person <> ALL ({hidden("$2")})
            ) AS came
        ) AS each GROUP BY status HAVING sum(number) > 0
        """,  # noqa: S608 - names of our own
        event,
        reader,
    )
    return {row["status"]: row["number"] for row in rows}


async def page(
    event: int,
    reader: int,
    asked: RosterFilter,
    counts: Mapping[str, int],
    place: Place = START,
    *,
    most: int,
) -> Page[Row]:
    """At most `most` who fit what is asked, by name; those who ask to come, or wait, in their order.

    Who blocks the reader, or is blocked by them, is not there (promise 12); their chair stays taken. `counts`
    are those of this list: they say which way is short. At most two queries, together 6 ms for 20,000 answers.
    """
    listing = orders.listing(_order(asked, counts), asked.status)
    found = await pagination.page(listing, event, reader, asked.words, place=place, most=most)
    places = await _places(event, found.rows)
    return found.of(lambda record: _row(record, places))


async def everybody(event: int, reader: int, asked: RosterFilter) -> AsyncIterator[list[Row]]:
    """All who fit what is asked, some thousand at a time; each once, even if answers change in between."""
    known = await counts(event, reader)
    chunk = CHUNK_SORTED_ANEW if spoken().alphabet.line else CHUNK
    place = START
    while True:
        found = await page(event, reader, asked, known, place, most=chunk)
        yield found.rows
        if not found.after:
            return
        place = Place(after=found.after)


async def asking(event: int, reader: int, public_ids: Sequence[str]) -> list[Rsvp]:
    """Those of these answers by which somebody on the reader's list asks to come. One query."""
    rows = await db.rows(
        f"""
        SELECT * FROM rsvps WHERE event = $1 AND status = 'requested' AND public_id = ANY($3)
            AND person <> ALL ({hidden("$2")})
        """,  # noqa: S608 - our own words
        event,
        reader,
        list(public_ids),
    )
    return [rsvp_from(row) for row in rows]


def _order(asked: RosterFilter, counts: Mapping[str, int]) -> Order:
    if not asked.words and asked.status == "requested":
        return orders.AS_THEY_ASKED
    if not asked.words and asked.status == "waitlisted":
        return orders.IN_LINE
    return orders.AMONG_FEW if asked.status and counts.get(asked.status, 0) <= FEW else orders.AMONG_ALL_NAMES


async def _places(event: int, rows: list[asyncpg.Record]) -> dict[int, int]:
    """The places in line of those who wait, by what they are queued as: each pool of seats has a line of its own."""
    queued = [row["queued"] for row in rows if row["queued"] is not None]
    if not queued:
        return {}
    found = await db.rows(
        """
        SELECT queued, place FROM (VALUES (false), (true)) AS pool (online) CROSS JOIN LATERAL (
            SELECT queued, row_number() OVER (ORDER BY queued) AS place
            FROM rsvps WHERE event = $1 AND rsvps.online = pool.online AND queued <= $2
        ) AS line WHERE queued = ANY($3)
        """,
        event,
        max(queued),
        queued,
    )
    return {row["queued"]: row["place"] for row in found}


def _row(record: asyncpg.Record, places: Mapping[int, int]) -> Row:
    known = {name: record[name] for name in Row.__dataclass_fields__ if name != "place"}
    if record["status"] == "invited" and record["arrived"]:
        known["status"] = "walked_in"
    return Row(**known, place=places.get(record["queued"]))
