"""Promise 9: what you may not see does not exist, in pages, feeds, lists, JSON, previews and letters alike.

A canary sits in every private field. Each kind of person opens every address that they can find, and those of every
event whether they can find them or not; in nothing that they get may sing what is not for them. As a control, the
organiser hears each of them.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx
import pytest
import pytest_asyncio
import time_machine

from events.calendars import feeds
from events.hosting import co_hosts
from events.publishing import publishing
from events.tables import Event
from members.blocking import blocks
from members.communities import joining
from members.tables import Community, Person
from rsvps.hosting import invitations
from rsvps.seating import seats
from server import clock, db
from tests.gatherings import details_of, in_days, make_event
from tests.ground import work_off
from tests.people import As, join, make_person
from volunteers import shifts
from volunteers.shifts import Needed

pytestmark = pytest.mark.slow

MOST_PAGES = 150
BESIDE_EVENTS = (
    "", ".ics", ".json", "/edit", "/cancellation", "/hosts", "/rsvp", "/people", "/people.csv", "/invitations",
    "/letters", "/volunteers", "/followup", "/arrivals",
)  # fmt: skip
DOORS = (
    "/", "/events", "/events?q=canary", "/events?q=canary&online=yes", "/events/new", "/communities",
    "/communities/walkers", "/communities/walkers/people", "/communities/walkers/calendar.ics",
    "/communities/walkers/events/new", "/communities/others", "/connections", "/settings/account",
    "/settings/feeds", "/settings/letters", "/settings/card", "/settings/away", "/settings/blocks",
    "/robots.txt", "/sitemap.xml",
)  # fmt: skip


@dataclass
class World:
    """Events with a canary in each private field, and those who want to hear one."""

    events: dict[str, Event]
    people: dict[str, Person]
    feeds: dict[str, str] = field(default_factory=dict)


def canary(event: str, what: str, turn: int = 1) -> str:
    return f"canary-{event}-{what}-{turn}"


def fields(event: str, turn: int = 1) -> dict[str, Any]:
    return {
        "title": canary(event, "title", turn),
        "summary": canary(event, "summary", turn),
        "about": canary(event, "about", turn),
        "place": canary(event, "place", turn),
        "address": canary(event, "address", turn),
        "join_url": f"https://meet.example/{canary(event, 'link', turn)}",
    }


# To whom each event's words are open, and to whom its address and link.
SHOWN = {
    "open": {"everybody"},
    "draft": {"ana", "hedy"},
    "members": {"ana", "bo", "dev", "demi", "walter"},
    "invited": {"ana", "ivy"},
    "unlisted": {"ana"},
    "elsewhere": {"everybody"},
}
COMING = {
    "open": {"ana", "gus", "dev"},
    "draft": {"ana", "hedy"},
    "members": {"ana"},
    "invited": {"ana"},
    "unlisted": {"ana"},
    "elsewhere": {"omar"},
}
# Who is coming is for organisers to know; where letters reach them, for nobody.
GUESTS = ("Gus Canary", "Walter Canary")
ADDRESSES = ("gus.canary@example.org", "walter.canary@example.org")


def forbidden(name: str) -> set[str]:
    """What somebody must not hear, whichever turn it was written in."""
    words = set()
    for event in SHOWN:
        if not SHOWN[event] & {name, "everybody"}:
            words |= {
                canary(event, what, turn)
                for what in ("title", "summary", "about", "place")
                for turn in (1, 2)
            }
        if name not in COMING[event]:
            words |= {canary(event, what, turn) for what in ("address", "link") for turn in (1, 2)}
    return words | {
        guest for guest in GUESTS if name != "ana" and name.title() not in guest and name not in guest
    }


@pytest_asyncio.fixture
async def world(walkers: Community, ana: Person, bo: Person, cleo: Person, dev: Person) -> World:
    names = ("Gus Canary", "Walter Canary", "Dina", "Rea", "Blake", "Omar", "Demi", "Ivy", "Hedy")
    others = {name.split()[0].lower(): await make_person(name) for name in names}
    people = {"ana": ana, "bo": bo, "cleo": cleo, "dev": dev, **others}
    elsewhere = Community(slug="others", name="Others", zone="UTC")
    await elsewhere.save()
    await join(people["omar"], elsewhere, "owner")
    for name, role in (("rea", "member"), ("blake", "member"), ("demi", "organiser"), ("walter", "member")):
        await join(people[name], walkers, role)
    events = {
        "open": await make_event(walkers, ana, seats=1, **fields("open")),
        "draft": await make_event(walkers, people["demi"], status="draft", **fields("draft")),
        "members": await make_event(walkers, ana, visibility="members", **fields("members")),
        "invited": await make_event(walkers, ana, visibility="invited", **fields("invited")),
        "unlisted": await make_event(walkers, ana, visibility="unlisted", **fields("unlisted")),
        "elsewhere": await make_event(elsewhere, people["omar"], **fields("elsewhere")),
    }
    world = World(events, people)
    await _live(world, walkers)
    return world


async def _live(world: World, walkers: Community) -> None:
    events, people = world.events, world.people
    for name in ("gus", "walter"):
        await seats.answer(events["open"], people[name], answer="going", by=people[name])
    await seats.answer(events["open"], people["dina"], answer="declined", by=people["dina"])
    await seats.answer(events["members"], people["rea"], answer="going", by=people["rea"])
    await invitations.invite(events["invited"], [people["ivy"]], by=people["ana"])
    await co_hosts.add(events["draft"], people["hedy"], by=people["ana"])
    door = await shifts.add(
        events["open"], Needed("Door", "", 2, in_days(7), in_days(7) + timedelta(hours=1))
    )
    await shifts.sign_up(door, people["dev"], events["open"])
    shift = await shifts.add(events["members"], Needed("Door", "", 2, in_days(7, 21), in_days(7, 22)))
    await shifts.sign_up(shift, people["rea"], events["members"])
    await work_off()
    await blocks.block(people["ana"], people["blake"])
    await joining.remove(people["blake"], walkers, by=people["ana"])
    await joining.remove(people["rea"], walkers, by=people["ana"])
    await joining.change_role(people["demi"], walkers, "member", by=people["ana"])
    await work_off()
    for name, person in people.items():
        _, secret = await feeds.make(person, name="Phone")
        world.feeds[name] = f"/feeds/{secret}.ics"


def doors(world: World, name: str) -> list[str]:
    own = [world.feeds[name]] if name in world.feeds else []
    beside = [f"/events/{event.public_id}{rest}" for event in world.events.values() for rest in BESIDE_EVENTS]
    hidden = world.events["unlisted"].public_id
    # The address of an unlisted event is its key: only its organisers have it here.
    return [*DOORS, *own, *(path for path in beside if name == "ana" or hidden not in path)]


async def heard(browser: httpx.AsyncClient, begin: Iterable[str]) -> dict[str, str]:
    """All that is to be had by opening what can be found from here: by address, its headers and its text."""
    waiting, found = list(begin), {}
    while waiting and len(found) < MOST_PAGES:
        path = waiting.pop(0)
        if path in found:
            continue
        answer = await browser.get(path)
        assert answer.status_code < 500, path
        found[path] = said(answer)
        waiting += [each for each in links(path, answer) if each not in found]
    return found


def said(answer: httpx.Response) -> str:
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
    return f"{headers}\n{unescape(answer.text)}".replace("\r\n ", "")


def links(path: str, answer: httpx.Response) -> list[str]:
    found = re.findall(r'(?:href|src|action|content|hx-\w+)="([^"]+)"', answer.text)
    found.append(answer.headers.get("location", ""))
    whole = [urlsplit(urljoin(f"http://127.0.0.1:8000{path}", unescape(each))) for each in found if each]
    ours = [each for each in whole if each.netloc == "127.0.0.1:8000" and each.scheme == "http"]
    paths = [each.path + (f"?{each.query}" if each.query else "") for each in ours]
    return [each for each in paths if not each.startswith(("/static/", "/dev/", "/demo"))]


def leaks(name: str, texts: dict[str, str]) -> list[tuple[str, str]]:
    return [(where, word) for where, text in texts.items() for word in forbidden(name) if word in text]


async def test_nobody_finds_what_is_not_for_them(
    client: httpx.AsyncClient, signed_in: As, world: World
) -> None:
    assert leaks("nobody", await heard(client, doors(world, "nobody"))) == []
    for name in world.people:
        if name != "ana":
            found = await heard(await signed_in(world.people[name]), doors(world, name))
            assert leaks(name, found) == [], name


async def test_what_one_may_not_see_answers_as_if_it_were_not_there(
    client: httpx.AsyncClient, signed_in: As, world: World
) -> None:
    browsers = {"nobody": client, **{name: await signed_in(person) for name, person in world.people.items()}}
    for name, browser in browsers.items():
        hidden = [event for event in ("draft", "members", "invited") if name not in SHOWN[event]]
        for rest in BESIDE_EVENTS if hidden else ():
            missing = await browser.get(f"/events/zzzzzzzzzzzz{rest}")
            for event in hidden:
                answer = await browser.get(f"/events/{world.events[event].public_id}{rest}")
                assert answer.status_code == missing.status_code == 404, (event, name, rest)
                assert len(answer.content) == len(missing.content), (event, name, rest)


async def test_the_organiser_hears_every_canary(signed_in: As, world: World) -> None:
    found = "\n".join((await heard(await signed_in(world.people["ana"]), doors(world, "ana"))).values())
    hers = ("open", "draft", "members", "invited", "unlisted")
    for event in hers:
        for what in ("title", "summary", "about", "place", "address", "link"):
            assert canary(event, what) in found, (event, what)
    for guest in GUESTS:
        assert guest in found


async def test_those_who_come_hear_where(signed_in: As, world: World) -> None:
    for name in ("gus", "dev"):
        found = "\n".join((await heard(await signed_in(world.people[name]), doors(world, name))).values())
        assert canary("open", "address") in found and canary("open", "link") not in found


async def test_no_letter_says_what_is_not_for_its_reader(world: World) -> None:
    last = await db.value("SELECT coalesce(max(id), 0) FROM sent_letters")
    for name, event in world.events.items():
        await publishing.edit(event, details_of(event, **fields(name, 2)), seen=event.changed_at)
    with time_machine.travel(clock.now() + timedelta(minutes=10), tick=True):
        await work_off()
    await publishing.cancel(world.events["members"], reason="canary-members-about-2")
    await publishing.cancel(world.events["invited"], reason="canary-invited-about-2")
    await work_off()
    rows = await db.rows("SELECT to_email, kind, message FROM sent_letters WHERE id > $1", last)
    assert len(rows) >= 3
    for row in rows:
        name = row["to_email"].split("@")[0].split(".")[0]
        assert leaks(name, {row["kind"]: _text_of(row["message"])}) == [], row["to_email"]


def _text_of(message: bytes) -> str:
    letter = message_from_bytes(message, policy=default)
    parts = [str(part.get_content()) for part in letter.walk() if part.get_content_maintype() == "text"]
    contents = [part.get_content() for part in letter.iter_attachments()]
    files = [each if isinstance(each, str) else bytes(each).decode() for each in contents]
    return "\n".join([*parts, *files, *map(str, letter.values())]).replace("\r\n ", "")
