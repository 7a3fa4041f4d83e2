"""The pages that journeys look at: which there are, and who sees them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from followups import links
from server import tokens
from tests.journeys.house import House

FULL = "Full-moon walk on the Teufelsberg"
CAFE = "Repair café, with a sewing table"
YESTERDAY = "Lanterns around the Schlachtensee"
CANCELLED = "Night walk in Tegel forest"
DRAFT = "First walk of the year"
ONLINE = "The Left Hand of Darkness, first half"
ASKING = "Sing together, no experience needed"
TWO_SIDES = "Rehearsal, with the new canon"


@dataclass(frozen=True)
class Place:
    """A page by a name of ours, for somebody (None: whoever is not signed in)."""

    name: str
    who: str | None
    path: str


async def everywhere(house: House) -> list[Place]:
    """Every kind of page, as a stranger, as a member (Bo) and as an organiser (Ana) see it."""
    found = {
        None: await _of_a_stranger(house),
        "bo": await _of_a_member(house),
        "ana": await _of_an_organiser(house),
    }
    return [Place(name, who, path) for who, paths in found.items() for name, path in paths.items()]


async def _of_a_stranger(house: House) -> dict[str, str]:
    shift = await house.value(
        "SELECT public_id FROM volunteer_roles WHERE event = (SELECT id FROM events WHERE title = $1)", CAFE
    )
    return {
        "home": "/",
        "what is on": "/events?q=walk",
        "event": await event(house, CAFE),
        "taking a shift": f"{await event(house, CAFE)}/volunteers/{shift}",
        "full event": await event(house, FULL),
        "cancelled event": await event(house, CANCELLED),
        "community": "/communities/slow-walkers",
        "month of a community": "/communities/slow-walkers/month",
        "communities": "/communities",
        "sign-in": "/sign-in",
        "nothing here": "/events/nothing-here",
        "answer by letter": await answer_link(house, "theo", CAFE),
        "follow-up by letter": await followup_link(house, "miriam"),
        "words by letter": await words_link(house, "bo", "cleo"),
        "way by letter": await way_link(house, "phuong"),
        "people to try it as": "/dev/people",
        "code for the door": "/arrivals/abcdefghjkmn",  # Before this browser works a door.
        "door": await door_link(house, FULL),
    }


async def _of_a_member(house: House) -> dict[str, str]:
    cafe = await event(house, CAFE)
    cleo = await house.value("SELECT public_id FROM people WHERE email = 'cleo@kith.example'")
    return {
        "agenda": "/",
        "event of a member": cafe,
        "online event": await event(house, ONLINE),
        "event that asks": await event(house, ASKING),
        "event with two sides": await event(house, TWO_SIDES),
        "volunteers": f"{cafe}/volunteers",
        "follow-up": await followup_link(house, "bo"),
        "connections": "/connections",
        "connection": f"/connections/{await connection(house, 'bo', 'cleo')}",
        "way to be reached": "/settings/card/way",
        "where I have been": "/been",
        "nothing to organise": "/organising",
        "account": "/settings/account",
        "welcome": "/welcome",
        "another address": "/settings/email",
        "help": "/help",
        "privacy": "/privacy",
        "imprint": "/imprint",
        "contact": "/contact",
        "card": "/settings/card",
        "feeds": "/settings/feeds",
        "letters": "/settings/letters",
        "away": "/settings/away",
        "browsers": "/settings/sessions",
        "blocks": "/settings/blocks",
        "block": f"/people/{cleo}/block",
        "leaving": "/settings/account/removal",
        "new community": "/communities/new",
    }


async def _of_an_organiser(house: House) -> dict[str, str]:
    full, yesterday = await event(house, FULL), await event(house, YESTERDAY)
    waits = await house.value(
        """
        SELECT rsvps.public_id FROM rsvps JOIN events ON events.id = event
        WHERE title = $1 AND queued IS NOT NULL ORDER BY queued DESC
        """,
        FULL,
    )
    return {
        "follow-up with names": await followup_link(house, "ana"),
        "organiser's home": "/organising",
        "what has been": "/organising/past",
        "event of an organiser": full,
        "draft": await event(house, DRAFT),
        "questions": f"{await event(house, DRAFT)}/questions",
        "event form": f"{full}/edit",
        "new event": "/communities/slow-walkers/events/new",
        "choose a community": "/events/new",
        "cancelling": f"{full}/cancellation",
        "people of an event": f"{full}/people",
        "doors": f"{full}/doors",
        "somebody who waits": f"/rsvps/{waits}",
        "declining": f"/rsvps/{waits}/approval",
        "putting on the list": f"{full}/people/new",
        "co-hosts": f"{full}/hosts",
        "invitations": f"{full}/invitations",
        "letter to those who come": f"{full}/letters",
        "needs": f"{full}/volunteers",
        "who came": f"{yesterday}/arrivals",
        "what people said": f"{yesterday}/followup",
        "people of a community": "/communities/slow-walkers/people",
        "community form": "/communities/slow-walkers/edit",
        "closing": "/communities/slow-walkers/closing",
    }


async def event(house: House, title: str) -> str:
    """The page of a gathering of the demonstration."""
    return f"/events/{await house.value('SELECT public_id FROM events WHERE title = $1', title)}"


async def answer_link(house: House, who: str, title: str) -> str:
    """The link in somebody's letters about a gathering."""
    (rsvp,) = await house.rows(
        """
        SELECT rsvps.id, rsvps.link, starts_at + interval '30 days' AS until FROM rsvps
        JOIN events ON events.id = rsvps.event JOIN people ON people.id = rsvps.person
        WHERE email = $1 AND title = $2
        """,
        f"{who}@kith.example",
        title,
    )
    return f"/rsvp/{tokens.sign('rsvp', rsvp['id'], rsvp['link'], expires=rsvp['until'])}"


async def followup_link(house: House, who: str) -> str:
    """The link to what somebody was asked after yesterday's gathering."""
    (reply,) = await house.rows(
        """
        SELECT replies.id, replies.link, closes_at FROM follow_up_replies AS replies
        JOIN follow_ups ON follow_ups.id = replies.follow_up JOIN events ON events.id = follow_ups.event
        JOIN people ON people.id = replies.person WHERE email = $1 AND title = $2
        """,
        f"{who}@kith.example",
        YESTERDAY,
    )
    return f"/followups/{tokens.sign('follow-up', reply['id'], reply['link'], expires=reply['closes_at'])}"


async def connection(house: House, one: str, other: str, column: str = "public_id") -> Any:
    """The connection of two people of the demonstration."""
    (found,) = await house.rows(
        f"""
        SELECT connections.{column} AS found FROM connections
        JOIN people AS one ON one.email = $1 JOIN people AS other ON other.email = $2
        WHERE low = least(one.id, other.id) AND high = greatest(one.id, other.id)
        """,
        f"{one}@kith.example",
        f"{other}@kith.example",
    )
    return found["found"]


async def words_link(house: House, who: str, other: str) -> str:
    """The link by which somebody reads and answers what another wrote."""
    number = await connection(house, who, other, "id")
    person = await house.value("SELECT id FROM people WHERE email = $1", f"{who}@kith.example")
    return f"/words/{links.words_token(number, person, since=datetime.now(UTC))}"


async def way_link(house: House, who: str) -> str:
    """The link by which somebody says how they are reached."""
    person = await house.value("SELECT id FROM people WHERE email = $1", f"{who}@kith.example")
    return f"/ways/{links.way_address(person, since=datetime.now(UTC)).rpartition('/')[2]}"


async def door_link(house: House, title: str) -> str:
    """A link for helpers at a gathering's door."""
    secret = tokens.new_secret()
    await house.rows(
        """
        INSERT INTO doors (public_id, event, made_by, name, secret, created_at, opens_at, expires_at)
        SELECT $1, id, created_by, 'Front door', $2, now(), now(), now() + interval '1 day' FROM events WHERE title = $3
        """,
        tokens.public_id(),
        tokens.digest(secret),
        title,
    )
    return f"/door/{secret}"
