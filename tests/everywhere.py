"""Every address of Kith, filled in with what is really there: for tests that go through all of them.

A community in the middle of its life: a gathering to come with answers, a line, shifts and invitations; one that
was yesterday, with its follow-up open and two people connected; a draft. The clock stands still at `NOW`.
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest_asyncio
import time_machine
from redis.asyncio import Redis
from starlette.routing import Route

from events.calendars import feeds
from events.hosting import co_hosts, rota
from events.hosting import mail as events_mail
from events.importing import importing
from events.publishing import unfinished
from events.publishing.unfinished import Written
from events.series import access as series_access
from events.tables import CoHostInvitation, Event, HostQuestion, Series
from followups import links as connection_links
from followups.asks import asks
from followups.prompts import links as prompt_links
from followups.prompts import queries as prompts
from followups.prompts.queries import Prompt
from followups.survey import links as followup_links
from members.account import mail, signing_in
from members.letters import following, letters_wanted
from members.tables import Community, Person
from rsvps.attending import walking_in
from rsvps.door import arrivals, doors
from rsvps.hosting import invitations
from rsvps.letters import links
from rsvps.questions import sheet
from rsvps.questions.presets import PRESETS, preset
from rsvps.seating import seats
from rsvps.standing import counting_in
from rsvps.standing import links as standing_links
from rsvps.standing import queries as standing_queries
from rsvps.tables import Door, Rsvp, WalkIn
from server import composition, db, tokens
from server.settings import settings
from tests.followups.mornings import MORNING, asked, at, make_guests, opened
from tests.gatherings import ahead_of, make_event, make_series
from tests.ground import work_off
from tests.people import join
from tests.rsvps.gatherings import open_door
from volunteers import shifts
from volunteers.shifts import Needed

NOW = MORNING + timedelta(hours=1)
CALENDAR = b"""BEGIN:VCALENDAR\r
VERSION:2.0\r
X-WR-CALNAME:Walks of the year\r
BEGIN:VEVENT\r
UID:1@example.net\r
DTSTART;TZID=Europe/Berlin:20270301T180000\r
SUMMARY:A walk in March\r
END:VEVENT\r
END:VCALENDAR\r
"""
WRITTEN_DOWN = ("/walk-ins/{walk_in}/address", "/walk-ins/{walk_in}/thanks")  # pages of a door


@dataclass(frozen=True)
class Everywhere:
    """A world, and what stands for each part of an address in it."""

    community: Community
    event: Event
    draft: Event
    past: Event
    guest: Person
    parts: dict[str, str]

    def address(self, route: Route) -> str:
        """The route's address, leading to something."""
        return re.sub(r"{(\w+)(:\w+)?}", lambda found: self._part(route.path, found[1]), route.path)

    def addresses(self, method: str) -> list[str]:
        """All that answer to a method."""
        return sorted({self.address(route) for route in routes() if method in (route.methods or ())})

    def _part(self, path: str, name: str) -> str:
        return self.parts.get(f"{path} {name}") or self.parts[name]


def routes() -> list[Route]:
    """Every route there is."""
    return [route for route in composition.routes() if isinstance(route, Route)]


class _Undo(Exception):
    pass


@asynccontextmanager
async def undone() -> AsyncIterator[None]:
    """Whatever is written in this block has never been, nor has anybody asked too often."""
    async with Redis.from_url(str(settings.redis_url)) as valkey:
        await valkey.flushdb()
    try:
        async with db.transaction():
            yield
            raise _Undo
    except _Undo:
        pass


def still() -> time_machine.travel:
    """`with still():` it is NOW."""
    return at(NOW)


@pytest_asyncio.fixture(loop_scope="session")
async def everywhere(walkers: Community, ana: Person, bo: Person, dev: Person) -> Everywhere:
    """ana organises, bo is going, dev waits, and a guest without an account is going."""
    past = await opened(walkers, await make_guests("Nell Noor", "Olu Ode", "Pia Pan", "Quinn Quist"))
    with still():
        event = await make_event(walkers, ana, seats=3, guests_allowed=2)
        draft = await make_event(walkers, ana, status="draft", title="A draft")
        role = await shifts.add(
            event, Needed("Door", "Say hello.", 2, event.starts_at, event.starts_at + timedelta(hours=1))
        )
        await sheet.put(event, [preset(name) for name in PRESETS])
        guest = await Person.objects().get(Person.name == "Nell Noor")
        assert guest is not None
        await join(guest, walkers)
        await seats.answer(event, bo, answer="going", guests=1, by=bo, listed="coming")
        rsvp = await seats.answer(event, guest, answer="going", by=guest, listed="coming")
        await seats.answer(event, dev, answer="going", by=dev)
        await invitations.invite(event, [(await make_guests("Rae Ray"))[0]], by=ana)
        await co_hosts.invite(event, "hosting@example.org", by=ana)
        series = await make_series(walkers, ana, weeks_ahead=1)
        parts = await _parts(walkers, event, past, bo, guest, rsvp)
        door, secret = await open_door(event, by=ana)
        await arrivals.walked_in(past, "Wynn Walk")
        parts["walk_in"] = await db.value("SELECT key FROM walk_ins")
        parts |= await _at_the_door(event, door, ana)
        parts |= {
            "door": door.public_id,
            **{
                f"/door/{{secret}}{more} secret": secret
                for more in ("", "/walk-ins/{walk_in}/address", "/walk-ins/{walk_in}/thanks")
            },
        }
        await work_off()
        return Everywhere(
            walkers,
            event,
            draft,
            past,
            guest,
            {
                **parts,
                **await _counted_in(series, bo),
                **await _asked_to_host(series, dev, ana),
                "shift": role.public_id,
                "series": series.public_id,
            },
        )


async def _at_the_door(event: Event, door: Door, ana: Person) -> dict[str, str]:
    """Somebody whom a helper wrote down, somebody who left their address, and the poster by which they did."""
    await arrivals.walk_in(door, "Wes Walk", key="a-key-of-a-walk-in")
    poster = await doors.put_up_poster(event, by=ana)
    await Door.update({Door.opens_at: poster.created_at}).where(Door.id == poster.id)
    await walking_in.leave_address(poster, event, name="Una Unser", email="una@example.org")
    left = await WalkIn.objects().get(WalkIn.left_at.is_not_null())
    assert left is not None
    token, on_poster = links.came(left), doors.on_poster(poster.public_id)
    return {
        **{
            f"/door/{{secret}}/walk-ins/{{walk_in}}/{page} walk_in": "a-key-of-a-walk-in"
            for page in ("address", "thanks")
        },
        **{f"/here/{{secret}}{more} secret": on_poster for more in ("", "/thanks")},
        **{f"/came/{{token}}{more} token": token for more in ("", "/refusal")},
    }


async def _parts(
    community: Community, event: Event, past: Event, bo: Person, guest: Person, rsvp: Rsvp
) -> dict[str, str]:
    olu = await Person.objects().get(Person.name == "Olu Ode")
    assert olu is not None
    reply = await asked(past, olu)
    feed, secret = await feeds.make(bo, name="Phone")
    await signing_in.ask(bo.email, next_path="/")
    sign_in = await db.value("SELECT max(id) FROM sign_in_links")
    connection = tokens.public_id()
    number = await db.value(
        "INSERT INTO connections (public_id, low, high, event, connected_at) VALUES ($1, $2, $3, $4, $5) RETURNING id",
        connection,
        *sorted((bo.id, olu.id)),
        past.id,
        NOW,
    )
    told = await prompted(bo, connection, event)
    ana = await Person.objects().get(Person.id == event.created_by)
    assert ana is not None
    with still():
        await asks.say(olu, past, reply.follow_up, {"help": "I can bring chairs."})
    ask = await db.value("SELECT public_id FROM asks")
    brought = await importing.take_file(community, CALENDAR, name="walks.ics", by=ana)
    left = await unfinished.keep(
        {"title": "A soup"}, by=ana, community=community, event=None, where=Written("a page"), picture=None
    )
    assert left is not None
    invitation = await CoHostInvitation.objects().first()
    assert invitation is not None
    return {
        "community": community.slug,
        "event": event.public_id,
        "person": guest.public_id,
        "feed": feed,
        "source": brought.public_id,
        "secret": secret,
        "connection": connection,
        "ask": ask,
        "note": reply.key,
        "listed": tokens.alias("listed", event.id, bo.id),
        "met": reply.key,
        "rsvp": rsvp.public_id,
        "session": "1",
        "letter": str(await db.value("SELECT coalesce(max(id), 1) FROM sent_letters")),
        "picture": "no23no23no23",
        "cover": "book-0",
        "kept": "no23no23no23",
        "list": "ahead",
        "size": "small",
        "name": "kith.css",
        "token": links.token(rsvp, event),
        "/sign-in/{token} token": tokens.sign(mail.SIGN_IN, sign_in, expires=NOW + timedelta(minutes=20)),
        "/letters/{token}/unsubscribe token": letters_wanted.unsubscribe_address(
            guest.id, letters_wanted.REMINDERS
        ).split("/")[-2],
        "/letters/{token}/following/removal token": following.stop_address(guest.id, community.id).split("/")[
            -3
        ],
        "invitation": invitation.public_id,
        "unfinished": left.public_id,
        "/hosting/{token} token": events_mail.token(invitation, event),
        **{
            f"/followups/{{token}}{more} token": followup_links.token(reply)
            for more in ("", "/met/{met}/block", "/blocks", "/blocks/{person}/removal")
        },
        **{
            f"/words/{{token}}{more} token": connection_links.words_token(number, olu.id, since=NOW)
            for more in ("", "/block")
        },
        "/ways/{token} token": connection_links.way_address(olu.id, since=NOW).rpartition("/")[2],
        "choice": "later",
        **{
            f"/prompts/{{token}}{more} token": prompt_links.token(told)
            for more in ("", "/choices/{choice}", "/choices/{choice}/removal")
        },
        "/events/{event}/followup event": past.public_id,
        "/events/{event}/arrivals event": past.public_id,
        "/events/{event}/arrivals/{walk_in}/removal event": past.public_id,
    }


async def _asked_to_host(series: Series, dev: Person, ana: Person) -> dict[str, str]:
    """dev is asked which evenings they would host: what stands for the link to that, and for what is taken back."""
    await rota.ask(await ahead_of(series), dev, by=ana)
    question = await HostQuestion.objects().first()
    assert question is not None
    return {
        "/hosting/several/{token} token": events_mail.batch_token(question),
        "/series/{series}/hosts/invitations/{invitation}/removal invitation": question.public_id,
    }


async def _counted_in(series: Series, bo: Person) -> dict[str, str]:
    """bo is counted in every time it comes again: what stands for the token of the link to that."""
    await counting_in.count_me_in(await series_access.visible_series(bo, series.public_id), bo)
    standing = await standing_queries.of_person(series.id, bo.id)
    assert standing is not None
    token = standing_links.token(standing)
    return {
        f"/counted-in/{{token}}{more} token": token for more in ("", "/removal", "/pause", "/pause/removal")
    }


async def prompted(person: Person, connection: str, event: Event) -> Prompt:
    """Somebody is told this week that one of their connections comes to an event."""
    number = await db.value(
        """
        INSERT INTO prompts (public_id, person, connection, event, kind, week, chosen_at)
        SELECT 'prompted2345', $1, id, $3, 'coming', '2026-W46', $4 FROM connections WHERE public_id = $2 RETURNING id
        """,
        person.id,
        connection,
        event.id,
        NOW,
    )
    found = await prompts.prompt(number)
    assert found is not None
    return found
