"""The orders in which the organiser's list can stand, and the statement of a page in each.

Which way to go is chosen here, not by PostgreSQL: the plan that it keeps is made for events of the usual size, and
takes the long way in a large one. OFFSET 0 and an inner LIMIT are what hold it to ours.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from members.queries import hidden
from server import db
from server.finding import names_have

Status = Literal[
    "", "requested", "going", "offered", "waitlisted", "maybe", "invited", "declined", "withdrawn"
]


class Order(NamedTuple):
    """What the list goes by, and the rows it begins with: `rsvps` and, for `by_name`, `rsvp_names`."""

    key: tuple[str, ...]
    begins_with: str
    by_name: bool = False


AMONG_ALL_NAMES = Order(
    ("rsvp_names.name", "rsvp_names.rsvp"),
    """
    rsvp_names CROSS JOIN LATERAL (SELECT * FROM rsvps WHERE rsvps.id = rsvp_names.rsvp {status} OFFSET 0) AS rsvps
    WHERE rsvp_names.event = $1
    """,
    by_name=True,
)
AMONG_FEW = Order(
    ("rsvp_names.name", "rsvps.id"),
    "rsvps JOIN rsvp_names ON rsvp_names.rsvp = rsvps.id WHERE rsvps.event = $1 {status}",
    by_name=True,
)
AS_THEY_ASKED = Order(
    ("rsvps.answered_at", "rsvps.id"), "rsvps WHERE rsvps.event = $1 AND rsvps.status = 'requested'"
)
IN_LINE = Order(("rsvps.queued",), "rsvps WHERE rsvps.event = $1 AND rsvps.queued IS NOT NULL")


def statement(order: Order, status: Status, *, backwards: bool, begun: bool) -> str:
    """The statement of a page: $1 event, $2 reader, $3 how many, $4 words or nothing, from $5 on where it begins.

    The status is one of ours, and written out, so that a plan is made for each.
    """
    direction, than = ("DESC", "<") if backwards else ("ASC", ">")
    begins_with = order.begins_with.format(status=f"AND rsvps.status = '{status}'" if status else "")
    name = "rsvp_names.name" if order.by_name else "''"
    places = ", ".join(f"${number}" for number in range(5, 5 + len(order.key)))
    keys = ", ".join(f"key_{number}" for number in range(len(order.key)))
    return f"""
        SELECT listed.*, people.name, people.email, arrivals.arrived_at,
            EXISTS (SELECT FROM dead_addresses WHERE dead_addresses.email = people.email) AS unreachable, EXISTS (
            SELECT FROM memberships JOIN events ON events.community = memberships.community
            WHERE events.id = $1 AND memberships.person = people.id
        ) AS belongs
        FROM (
            SELECT rsvps.id, rsvps.public_id, rsvps.person, rsvps.status, rsvps.guests, rsvps.guest_names, rsvps.online,
                rsvps.queued, rsvps.confirmed_at IS NOT NULL AS confirmed, rsvps.answered_at,
                coalesce(rsvps.answered_by <> rsvps.person, false) AS by_host,
                {", ".join(f"{column} AS key_{number}" for number, column in enumerate(order.key))}
            FROM {begins_with} AND {names_have(name, "$4")}
                AND rsvps.person <> ALL ({hidden("$2")})
                {f"AND ({', '.join(order.key)}) {than} ({places})" if begun else ""}
            ORDER BY {", ".join(f"{column} {direction}" for column in order.key)} LIMIT $3
        ) AS listed
        JOIN people ON people.id = listed.person LEFT JOIN arrivals ON arrivals.rsvp = listed.id
        ORDER BY ({keys}) {direction}
    """  # noqa: S608 - names of our own


async def position(event: int, order: Order, public_id: str) -> Sequence[object] | None:
    """Where an answer stands in the order. None for the beginning, and when it is gone or stands elsewhere now."""
    if not public_id:
        return None
    row = await db.row(
        f"""
        SELECT {", ".join(order.key)} FROM rsvps JOIN rsvp_names ON rsvp_names.rsvp = rsvps.id
        WHERE rsvps.event = $1 AND rsvps.public_id = $2
        """,  # noqa: S608 - names of our own
        event,
        public_id,
    )
    return tuple(row) if row and None not in tuple(row) else None
