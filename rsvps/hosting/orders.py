"""The orders in which the organiser's list can be shown, and the statement of a page in each.

Which way to go is chosen here, not by PostgreSQL: the plan that it keeps is made for events of the usual size, and
takes the long way in a large one. OFFSET 0 and an inner LIMIT are what hold it to ours.
"""

from typing import Literal, NamedTuple

from members.queries import hidden
from rsvps.status.queries import BY_NAME as IN_ORDER
from server.finding import names_have
from server.pagination import Key, Listing

Status = Literal[
    "",
    "requested",
    "going",
    "offered",
    "waitlisted",
    "maybe",
    "walked_in",
    "invited",
    "declined",
    "withdrawn",
]  # `walked_in`: not answered, and came


class Order(NamedTuple):
    """What the list goes by, and the rows it begins with: `rsvps` and, for BY_NAME, `rsvp_names`."""

    name: str
    keys: tuple[Key, ...]
    begins_with: str


BY_NAME = "people by name"

AMONG_ALL_NAMES = Order(
    BY_NAME,
    IN_ORDER,
    """
    rsvp_names CROSS JOIN LATERAL (SELECT * FROM rsvps WHERE rsvps.id = rsvp_names.rsvp {status} OFFSET 0) AS rsvps
    WHERE rsvp_names.event = $1
    """,
)
AMONG_FEW = Order(
    BY_NAME,
    (IN_ORDER[0], Key("rsvps.id", "bigint")),
    "rsvps JOIN rsvp_names ON rsvp_names.rsvp = rsvps.id WHERE rsvps.event = $1 {status}",
)
AS_THEY_ASKED = Order(
    "people as they asked",
    (Key("rsvps.answered_at", "timestamptz"), Key("rsvps.id", "bigint")),
    "rsvps WHERE rsvps.event = $1 AND rsvps.status = 'requested'",
)
IN_LINE = Order(
    "people in line",
    (Key("rsvps.queued", "bigint"),),
    "rsvps WHERE rsvps.event = $1 AND rsvps.queued IS NOT NULL",
)


def listing(order: Order, status: Status) -> Listing:
    """The list in an order: $1 event, $2 reader, $3 words or nothing.

    No EXISTS among what is shown of each: PostgreSQL would rather read all members of the community, once, than look
    for the fifty that are shown.

    The status is one of ours, and written out, so that a plan is made for each.
    """
    begins_with = order.begins_with.format(status=_of(status))
    name = "rsvp_names.name" if order.name == BY_NAME else "''"
    return Listing(
        order.name,
        order.keys,
        listed="""
            rsvps.id, rsvps.public_id, rsvps.person, rsvps.status, rsvps.guests, rsvps.guest_names, rsvps.online,
            rsvps.queued, rsvps.confirmed_at IS NOT NULL AS confirmed, rsvps.answered_at,
            coalesce(rsvps.answered_by <> rsvps.person, false) AS by_host
        """,
        source=f"""
            FROM {begins_with} AND {names_have(name, "$3")} AND rsvps.person <> ALL ({hidden("$2")})
        """,
        columns="""
            listed.*, people.name, people.email, arrivals.id IS NOT NULL AS arrived, arrivals.arrived_at,
            (SELECT true FROM dead_addresses WHERE dead_addresses.email = people.email) IS NOT NULL AS unreachable,
            (
                SELECT true FROM memberships JOIN events ON events.community = memberships.community
                WHERE events.id = $1 AND memberships.person = people.id
            ) IS NOT NULL AS belongs
        """,
        joins="JOIN people ON people.id = listed.person LEFT JOIN arrivals ON arrivals.rsvp = listed.id",
    )


CAME = "EXISTS (SELECT FROM arrivals WHERE arrivals.rsvp = rsvps.id)"


def _of(status: Status) -> str:
    if status == "walked_in":
        return f"AND rsvps.status = 'invited' AND {CAME}"
    if status == "invited":
        return f"AND rsvps.status = 'invited' AND NOT {CAME}"
    return f"AND rsvps.status = '{status}'" if status else ""
