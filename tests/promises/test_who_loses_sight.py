"""Whoever may not see a gathering any more does not see it by any road that they ever had, before any worker has run.

Somebody came to a gathering and kept all that one is given: letters with their links, a feed, an agenda, a shift, the
follow-up of an earlier one. Then they lose sight of it in one of the ways in which one can, and it is changed. A canary
sings in all that is newer: no page, file or letter may carry it, and nothing that is pressed may change anything.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

import httpx
import pytest
import pytest_asyncio
import time_machine

from events.calendars import feeds
from events.hosting import co_hosts
from events.publishing import publishing
from events.tables import Event
from followups import jobs as followups_jobs
from followups.survey import links as followups_links
from followups.survey import queries as followups_queries
from members.communities import joining
from members.tables import Community, Person
from rsvps import jobs, rows
from rsvps.hosting import hosts, invitations
from rsvps.letters import links
from rsvps.seating import seats
from server import clock, db
from tests.gatherings import details_of, in_days, make_event
from tests.ground import work_off
from tests.people import As, join, make_person
from tests.promises.worlds import dump
from tests.rsvps.gatherings import open_door
from volunteers import jobs as volunteers_jobs
from volunteers import shifts
from volunteers.shifts import Needed

pytestmark = pytest.mark.slow

CANARY = "canary"
OLD = "A walk that Rea knew"
# That an answer has ended is told to whose it was.
FAREWELLS = {"rsvps/withdrawal", "rsvps/taken_off", "volunteers/withdrawal"}


@dataclass
class Kept:
    """What Rea kept, and of which gatherings: one to come, one that is over."""

    community: Community
    organiser: Person
    rea: Person
    coming: Event
    over: Event
    links: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    shift: str = ""
    token: str = ""


async def lives(community: Community, organiser: Person, rea: Person, **given: object) -> Kept:
    """Rea comes to two gatherings, one of which is over, and takes along every address that leads to them."""
    coming = await make_event(community, organiser, title=OLD, **given)
    over = await make_event(community, organiser, title=OLD, starts_at=in_days(-1, 10), **given)
    kept = Kept(community, organiser, rea, coming, over)
    needed = Needed("Door", "", 2, coming.starts_at, coming.starts_at + timedelta(hours=1))
    role = await shifts.add(coming, needed)
    await shifts.sign_up(role, rea, coming)
    other = await shifts.add(coming, Needed("Soup", "", 2, in_days(7, 21), in_days(7, 22)))
    kept.shift = other.public_id
    for event in (coming, over):
        if given.get("visibility") == "invited":
            await _invited(event, rea, organiser)
        with time_machine.travel(min(clock.now(), event.starts_at - timedelta(days=3)), tick=False):
            await seats.answer(event, rea, answer="going", by=rea)
    await _collect(kept)
    return kept


async def _invited(event: Event, person: Person, by: Person) -> None:
    with time_machine.travel(min(clock.now(), event.starts_at - timedelta(days=4)), tick=False):
        await invitations.invite(event, [person], by=by)


async def _collect(kept: Kept) -> None:
    with time_machine.travel(in_days(0, 12), tick=False):
        await followups_jobs.ask_the_morning_after()
    await work_off()
    for event in (kept.coming, kept.over):
        row = await db.row("SELECT * FROM rsvps WHERE event = $1 AND person = $2", event.id, kept.rea.id)
        assert row
        token = links.token(rows.rsvp_from(row), event)
        kept.token = kept.token or token
        here = f"/events/{event.public_id}"
        kept.links += [f"/rsvp/{token}", f"/rsvp/{token}/coming", f"{here}/volunteers?rsvp={token}"]
        kept.pages += [here + rest for rest in ("", ".ics", ".json", "/rsvp", "/coming", "/volunteers")]
    asked = await followups_queries.asked_of(kept.rea, kept.over)
    assert asked
    kept.links.append(f"/followups/{followups_links.token(asked)}")
    _, secret = await feeds.make(kept.rea, name="Phone")
    community = f"/communities/{kept.community.slug}"
    kept.pages += [f"/feeds/{secret}.ics", "/", "/connections", "/events?q=canary"]
    kept.pages += [community, f"{community}/calendar.ics"]


async def change(event: Event) -> None:
    """Everything that is said of it is new."""
    new = {name: f"{CANARY} {name}" for name in ("title", "summary", "about", "place", "address")}
    later = {
        "starts_at": event.starts_at + timedelta(minutes=7),
        "join_url": f"https://meet.example/{CANARY}",
    }
    now = await Event.objects().get(Event.id == event.id)
    assert now
    said = details_of(event, **new, **later, visibility=now.visibility)
    await publishing.edit(event, said, seen=now.changed_at)


# The ways


async def removed(kept: Kept) -> None:
    await joining.remove(kept.rea, kept.community, by=kept.organiser)


async def left(kept: Kept) -> None:
    await joining.leave(kept.rea, kept.community)


async def narrowed(kept: Kept) -> None:
    await db.run(
        "UPDATE events SET visibility = 'members' WHERE id = ANY($1)", [kept.coming.id, kept.over.id]
    )


async def taken_off(kept: Kept) -> None:
    for event in (kept.coming, kept.over):
        await db.run("DELETE FROM volunteer_sign_ups WHERE person = $1", kept.rea.id)
        row = await db.row("SELECT * FROM rsvps WHERE event = $1 AND person = $2", event.id, kept.rea.id)
        assert row
        with time_machine.travel(min(clock.now(), event.starts_at - timedelta(hours=2)), tick=False):
            await hosts.take_off(rows.rsvp_from(row), by=kept.organiser)


async def co_host_no_more(kept: Kept) -> None:
    for event in (kept.coming, kept.over):
        await co_hosts.remove(event, kept.rea)


Way = Callable[[Kept], Awaitable[None]]


@pytest_asyncio.fixture
async def rea(walkers: Community) -> Person:
    return await make_person("Rea")


async def losing(way: Way, walkers: Community, ana: Person, rea: Person) -> Kept:
    if way in (removed, left):
        await join(rea, walkers)
        kept = await lives(walkers, ana, rea, visibility="members")
    elif way is narrowed:
        kept = await lives(walkers, ana, rea)
    elif way is taken_off:
        kept = await lives(walkers, ana, rea, visibility="invited")
    else:
        await join(rea, walkers)
        kept = await lives(walkers, ana, rea, visibility="members")
        await db.run("DELETE FROM memberships WHERE person = $1", rea.id)
        for event in (kept.coming, kept.over):
            await co_hosts.add(event, rea, by=ana)
        await work_off()
    return kept


WAYS = [removed, left, narrowed, taken_off, co_host_no_more]


@pytest.mark.parametrize("way", WAYS)
async def test_as_long_as_they_may_see_it_every_road_leads_there(
    way: Way, walkers: Community, ana: Person, rea: Person, client: httpx.AsyncClient, signed_in: As
) -> None:
    kept = await losing(way, walkers, ana, rea)
    browser = await signed_in(rea)
    for path in (link for link in kept.links if not link.endswith("/coming")):
        assert OLD in (await client.get(path)).text, path
    seen = [path for path in kept.pages if OLD in (await browser.get(path)).text]
    assert any(path.startswith("/feeds/") for path in seen) and "/" in seen, seen


@pytest.mark.parametrize("way", WAYS)
async def test_no_road_shows_anything_once_they_may_not(
    way: Way, walkers: Community, ana: Person, rea: Person, client: httpx.AsyncClient, signed_in: As
) -> None:
    kept = await losing(way, walkers, ana, rea)
    await way(kept)
    await change(kept.coming)
    await db.run("UPDATE events SET title = $2 WHERE id = $1", kept.over.id, f"{CANARY} over")
    browser = await signed_in(rea)
    for path in kept.links:
        for machine in ({}, {"accept": "application/json"}):
            answer = await client.get(path, headers=machine)
            assert answer.status_code in {404, 410}, path
            _silent(answer, path)
    for path in kept.pages:
        _silent(await browser.get(path), path)


@pytest.mark.parametrize("way", WAYS)
async def test_nothing_that_is_pressed_changes_anything(
    way: Way, walkers: Community, ana: Person, rea: Person, client: httpx.AsyncClient, signed_in: As
) -> None:
    kept = await losing(way, walkers, ana, rea)
    await way(kept)
    await change(kept.coming)
    browser, token = await signed_in(rea), kept.token
    before = await dump()
    own = f"/events/{kept.coming.public_id}/rsvp"
    for answer in ("going", "maybe", "declined", "withdrawn"):
        pressed = await client.post(f"/rsvp/{token}", data={"answer": answer, "guests": "0"})
        assert pressed.status_code == 410
        _silent(pressed, answer)
        _silent(await browser.post(own, data={"answer": answer, "guests": "0"}), answer)
    for path in (own + "/removal", f"/shifts/{kept.shift}/signup"):
        _silent(await browser.post(path), path)
    for path in (f"/shifts/{kept.shift}/signup", f"/shifts/{kept.shift}/signup/removal"):
        _silent(await client.post(path, data={"rsvp": token}), path)
    _silent(await client.post(f"/rsvp/{token}/fresh"), "fresh")
    _silent(await client.post(kept.links[-1], data={"was_there": "yes", "act": "save"}), "follow-up")
    after = await dump()
    changed = {table for table, digest in after.items() if digest != before[table]}
    assert changed <= {"sessions"}, changed


@pytest.mark.parametrize("way", WAYS)
async def test_no_letter_tells_them_of_it_afterwards(
    way: Way, walkers: Community, ana: Person, rea: Person
) -> None:
    kept = await losing(way, walkers, ana, rea)
    last = await db.value("SELECT coalesce(max(id), 0) FROM sent_letters")
    await way(kept)
    await change(kept.coming)
    for moment in (
        clock.now() + timedelta(minutes=10),
        clock.now() + timedelta(days=4),
        kept.coming.starts_at - timedelta(hours=40),
        kept.coming.starts_at - timedelta(hours=20),
        kept.coming.starts_at + timedelta(hours=18),
    ):
        with time_machine.travel(moment, tick=False):
            await jobs.remind()
            await jobs.ask_who_is_still_coming()
            await volunteers_jobs.remind()
            await followups_jobs.ask_the_morning_after()
            await work_off()
    await publishing.cancel(kept.coming, reason=f"{CANARY} reason")
    await work_off()
    rows = await db.rows(
        "SELECT kind, message FROM sent_letters WHERE id > $1 AND to_email = $2", last, rea.email
    )
    assert {row["kind"] for row in rows} <= FAREWELLS
    for row in rows:
        assert CANARY.encode() not in row["message"], row["kind"]


async def test_a_door_ends_with_its_makers_organising(
    walkers: Community, ana: Person, bo: Person, client: httpx.AsyncClient
) -> None:
    await db.run("UPDATE memberships SET role = 'organiser' WHERE person = $1", bo.id)
    event = await make_event(walkers, ana, title=OLD)
    _, secret = await open_door(event, name="Front", by=bo)
    assert OLD in (await client.get(f"/door/{secret}")).text
    await joining.change_role(bo, walkers, "member", by=ana)
    gone = await client.get(f"/door/{secret}")
    assert gone.status_code == 410 and OLD not in gone.text


async def test_who_waits_for_what_they_may_not_see_gets_no_seat(
    walkers: Community, ana: Person, bo: Person, dev: Person, cleo: Person
) -> None:
    event = await make_event(walkers, ana, seats=1)
    for person in (bo, cleo, dev):
        await seats.answer(event, person, answer="going", by=person)
    await db.run("UPDATE events SET visibility = 'members' WHERE id = $1", event.id)
    await seats.withdraw(event, bo, by=bo)
    found = await db.rows("SELECT person, status FROM rsvps WHERE event = $1", event.id)
    status = {row["person"]: row["status"] for row in found}
    assert (status[cleo.id], status[dev.id]) == ("waitlisted", "going")


def _silent(answer: httpx.Response, where: object) -> None:
    said = f"{answer.headers} {answer.text}"
    assert answer.status_code < 500, where
    assert CANARY not in said.replace("q=canary", "").replace('value="canary"', ""), where
    assert OLD not in said, where
