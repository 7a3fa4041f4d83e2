"""A hybrid gathering has two ways in: its address is for the room, its link for the call; hosts see both."""

from datetime import timedelta
from typing import Any

import httpx
import time_machine

from events.calendars import feeds
from events.hosting import co_hosts
from events.publishing import publishing
from events.tables import Event
from members.tables import Community, Person
from rsvps import jobs
from rsvps.letters import links
from rsvps.seating import seats
from server import clock
from tests.gatherings import details, in_days, make_event
from tests.ground import letters_to, text_of, work_off
from tests.people import As
from tests.rsvps.gatherings import answer_of
from volunteers import shifts
from volunteers.shifts import Needed

ADDRESS, LINK = "Mill Lane", "secret-room"
ROOM, CALL, BOTH, NEITHER = (True, False), (False, True), (True, True), (False, False)


def told(words: str) -> tuple[bool, bool]:
    """Whether the address and the link are in it, however lines were folded."""
    whole = words.replace("\r\n ", "").replace("\n ", "")
    return ADDRESS in whole, LINK in whole


async def comes(event: Event, person: Person, *, online: bool) -> None:
    await seats.answer(event, person, answer="going", by=person, online=online)


async def helps(event: Event, person: Person) -> None:
    needed = Needed("Door", "", 2, event.starts_at, event.starts_at + timedelta(hours=1))
    await shifts.sign_up(await shifts.add(event, needed), person, event)


async def by_all_roads(
    event: Event, person: Person, signed_in: As, client: httpx.AsyncClient
) -> dict[str, tuple[bool, bool]]:
    """What somebody is told by every road that shows where it is."""
    browser = await signed_in(person)
    _, secret = await feeds.make(person, name=f"Feed {clock.now()}")
    found = {}
    for rest in ("", ".ics", ".json"):
        found[rest or "page"] = told((await browser.get(f"/events/{event.public_id}{rest}")).text)
    found["feed"] = told((await client.get(f"/feeds/{secret}.ics")).text)
    rsvp = await answer_of(event, person)
    if rsvp and rsvp.status == "going":
        found["link"] = told((await client.get(f"/rsvp/{links.token(rsvp, event)}")).text)
        letter = (await letters_to(person.email))[-1]
        for kind in ("text/plain", "text/html", "text/calendar"):
            found[kind] = told(text_of(letter, kind))
    return found


async def test_each_side_is_told_its_own_way_in(
    walkers: Community, bo: Person, dev: Person, signed_in: As, client: httpx.AsyncClient
) -> None:
    event = await make_event(walkers)
    for person, online, expected in ((bo, False, ROOM), (dev, True, CALL)):
        await comes(event, person, online=online)
        found = await by_all_roads(event, person, signed_in, client)
        assert len(found) == 8 and set(found.values()) == {expected}, found


async def test_who_changes_sides_is_told_the_other_at_once(
    walkers: Community, bo: Person, signed_in: As, client: httpx.AsyncClient
) -> None:
    event = await make_event(walkers)
    await comes(event, bo, online=False)
    await by_all_roads(event, bo, signed_in, client)
    for online, expected in ((True, CALL), (False, ROOM)):
        await comes(event, bo, online=online)
        found = await by_all_roads(event, bo, signed_in, client)
        assert set(found.values()) == {expected}, found


async def test_hosts_are_told_both_and_who_may_come_neither(
    walkers: Community, ana: Person, bo: Person, cleo: Person, signed_in: As, client: httpx.AsyncClient
) -> None:
    event = await make_event(walkers, ana)
    await co_hosts.add(event, cleo, by=ana)
    await seats.answer(event, bo, answer="maybe", by=bo)
    for host in (ana, cleo):
        found = await by_all_roads(event, host, signed_in, client)
        assert {found["page"], found[".ics"], found[".json"]} == {BOTH}
    assert set((await by_all_roads(event, bo, signed_in, client)).values()) == {NEITHER}


async def test_who_helps_in_the_room_is_told_where_it_is(
    walkers: Community, ana: Person, dev: Person, signed_in: As, client: httpx.AsyncClient
) -> None:
    event = await make_event(walkers, ana)
    await helps(event, dev)
    assert set((await by_all_roads(event, dev, signed_in, client)).values()) == {ROOM}
    letter = (await letters_to(dev.email))[-1]
    assert {told(text_of(letter, kind)) for kind in ("text/plain", "text/calendar")} == {ROOM}
    await comes(event, dev, online=True)
    assert told((await (await signed_in(dev)).get(f"/events/{event.public_id}")).text) == BOTH


async def test_reminders_and_notices_tell_each_side_of_its_own_way_in(
    walkers: Community, ana: Person, bo: Person, dev: Person
) -> None:
    event = await make_event(walkers, ana)
    await comes(event, bo, online=False)
    await comes(event, dev, online=True)
    await work_off()
    moved = details(
        starts_at=event.starts_at, address="Mill Lane 9", join_url="https://meet.example/secret-room-2"
    )
    await publishing.edit(event, moved, seen=event.changed_at)
    with time_machine.travel(clock.now() + timedelta(minutes=10), tick=False):
        await work_off()
    with time_machine.travel(event.starts_at - timedelta(hours=20), tick=False):
        await jobs.remind()
        await work_off()
    for person, expected in ((bo, ROOM), (dev, CALL)):
        letters = await letters_to(person.email)
        assert len(letters) == 3
        assert {told(text_of(letter)) for letter in letters} == {expected}


async def test_a_change_of_the_link_alone_is_no_news_in_the_room(
    walkers: Community, ana: Person, bo: Person, dev: Person
) -> None:
    event = await make_event(walkers, ana)
    await comes(event, bo, online=False)
    await comes(event, dev, online=True)
    await helps(event, bo)
    await work_off()
    before = {person.id: len(await letters_to(person.email)) for person in (bo, dev)}
    await publishing.edit(
        event,
        details(starts_at=event.starts_at, join_url="https://meet.example/other"),
        seen=event.changed_at,
    )
    with time_machine.travel(clock.now() + timedelta(minutes=10), tick=False):
        more = {person.id: len(await letters_to(person.email)) - before[person.id] for person in (bo, dev)}
    assert more == {bo.id: 0, dev.id: 1}


async def test_where_there_is_one_way_to_come_all_are_told_all(
    walkers: Community, bo: Person, signed_in: As, client: httpx.AsyncClient
) -> None:
    given: dict[str, Any] = {"mode": "online", "address": "", "place": "", "starts_at": in_days(9)}
    event = await make_event(walkers, **given)
    await comes(event, bo, online=False)
    found = await by_all_roads(event, bo, signed_in, client)
    assert set(found.values()) == {CALL}, found
