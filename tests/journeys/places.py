"""The pages that journeys look at: which there are, and who sees them."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from piccolo.table import Table

from events.hosting import mail as hosting_mail
from events.importing import parsing, reading
from events.tables import CalendarSource, ImportedEvent
from followups import links
from members.letters import following
from rsvps.standing import links as standing_links
from server import fetching, tokens
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
        "calendars from elsewhere": "/communities/slow-walkers/import",
        **await calendars_brought(house),
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


async def series_of(house: House, title: str) -> str:
    """The page of the series that a gathering of the demonstration is one of."""
    found = await house.value(
        "SELECT series.public_id FROM series JOIN events ON events.series = series.id WHERE title = $1", title
    )
    return f"/series/{found}"


async def counted_in_link(house: House, who: str) -> str:
    """The link by which somebody who comes every time pauses or stops."""
    (answer,) = await house.rows(
        """
        SELECT standing_answers.id, standing_answers.link FROM standing_answers JOIN people ON people.id = person
        WHERE email = $1 LIMIT 1
        """,
        f"{who}@kith.example",
    )
    until = datetime.now(UTC) + standing_links.LASTS
    token = tokens.sign(standing_links.PURPOSE, answer["id"], answer["link"], expires=until)
    return f"/counted-in/{token}"


async def asked_to_host_link(house: House, who: str) -> str:
    """The link by which somebody says which evenings they host."""
    (asked,) = await house.rows(
        """
        SELECT batch, host_questions.created_at FROM host_questions JOIN people ON people.id = person
        WHERE email = $1 LIMIT 1
        """,
        f"{who}@kith.example",
    )
    until = asked["created_at"] + hosting_mail.FAR
    return f"/hosting/several/{tokens.sign(hosting_mail.SEVERAL, asked['batch'], expires=until)}"


async def stop_hearing_link(house: House, who: str, community: str) -> str:
    """The link by which somebody stops the letters about a community's gatherings."""
    person = await house.value("SELECT id FROM people WHERE email = $1", f"{who}@kith.example")
    number = await house.value("SELECT id FROM communities WHERE slug = $1", community)
    return urlsplit(following.stop_address(person, number)).path


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


def _entry(uid: str, days: int, *lines: str) -> str:
    day = f"{datetime.now(UTC) + timedelta(days=days):%Y%m%d}"
    start = f"DTSTART;TZID=Europe/Berlin:{day}T180000"
    return "\n".join(["BEGIN:VEVENT", f"UID:{uid}@example.net", start, *lines, "END:VEVENT"])


def _found() -> dict[str, Any]:
    """What is in a calendar: gatherings, a series with a day that is otherwise, and what cannot come along."""
    otherwise = f"RECURRENCE-ID;TZID=Europe/Berlin:{datetime.now(UTC) + timedelta(days=15):%Y%m%dT180000}"
    entries = [
        _entry("a", 7, "SUMMARY:A walk", "LOCATION:The old mill\\, Mill Lane 4"),
        _entry("b", 9, f"SUMMARY:{'A title that is very long ' * 4}"),
        _entry("c", 8, "SUMMARY:Choir", "RRULE:FREQ=WEEKLY;COUNT=9"),
        _entry("c", 15, "SUMMARY:Choir in the church", otherwise),
        _entry("d", 9),
        _entry("e", -9, "SUMMARY:Over"),
    ]
    content = "\n".join(["BEGIN:VCALENDAR", *entries, "END:VCALENDAR", ""]).encode()
    return reading.read(reading.Asked("Europe/Berlin", datetime.now(UTC)).written() + content)


async def calendars_brought(house: House) -> dict[str, str]:
    """Calendars from elsewhere, in every stage in which one looks at them."""
    known = await house.value("SELECT count(*) FROM calendar_sources")
    stages: dict[str, dict[str, Any]] = {
        "calendar that is read": {"stage": "reading"},
        "calendar to tick": {"stage": "read", "found": _found()},
        "calendar that is none": {"stage": "read", "fault": parsing.PAGE.key},
        "calendar that comes in": {"stage": "bringing", "done": 40, "to_do": 100},
        "calendar that is here": {"stage": "brought"},
        "calendar in step": {
            "stage": "brought", "kept_in_step": True, "address": "https://calendar.example/walks.ics",
            "next_read_at": datetime.now(UTC) + timedelta(hours=6), "read_at": datetime.now(UTC),
        },
        "calendar that failed": {
            "stage": "brought", "kept_in_step": True, "address": "https://calendar.example/runs.ics",
            "fault": fetching.NOT_THERE.key, "failures": 8, "read_at": datetime.now(UTC),
        },
    }  # fmt: skip
    if not known:
        community = await house.value("SELECT id FROM communities WHERE slug = 'slow-walkers'")
        ana = await house.value("SELECT id FROM people WHERE email = 'ana@kith.example'")
        for name, said in stages.items():
            source = CalendarSource(community=community, added_by=ana, name=name, publishes=True, **said)
            number = await _insert(house, source)
            if name == "calendar in step":
                await _insert(house, _left_out(number, community))
                await _insert(house, await _gone(house, number, community))
    rows = await house.rows("SELECT name, public_id FROM calendar_sources")
    here = "/communities/slow-walkers/import"
    return {row["name"]: f"{here}/{row['public_id']}" for row in rows if row["name"] in stages}


def _left_out(source: int, community: int) -> ImportedEvent:
    said = {"title": "A run", "starts_at": datetime.now(UTC).isoformat(), "zone": "Europe/Berlin"}
    return ImportedEvent(
        community=community, source=source, uid="left", recurrence="", said=said, left_out=True
    )


async def _gone(house: House, source: int, community: int) -> ImportedEvent:
    event = await house.value("SELECT id FROM events WHERE title = $1", FULL)
    now = datetime.now(UTC)
    return ImportedEvent(
        community=community, source=source, uid="gone", recurrence="", event=event, said={}, gone_since=now
    )


async def _insert(house: House, row: Table) -> int:
    """Write a row down behind Kith's back; its number."""
    columns = [column for column in type(row)._meta.columns if column._meta.name != "id"]
    values = [getattr(row, column._meta.name) for column in columns]
    said = [json.dumps(value) if isinstance(value, dict) else value for value in values]
    names = ", ".join(column._meta.name for column in columns)
    places = ", ".join(f"${number}" for number in range(1, len(columns) + 1))
    table = type(row)._meta.tablename
    return int(await house.value(f"INSERT INTO {table} ({names}) VALUES ({places}) RETURNING id", *said))
