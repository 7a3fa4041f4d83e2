"""What a feed gives, as its owner chose it: what is in it, what is cancelled, when it rings, how far back."""

from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest
import recurring_ical_events
import time_machine
import vobject
from icalendar import Calendar, Event

from events.calendars import calendar, feeds
from events.calendars.calendar import Alarm
from events.calendars.pages import calendars
from events.hosting import co_hosts
from events.publishing import publishing
from events.tables import Event as Gathering
from events.tables import Feed
from members.communities import joining
from members.tables import Community, Person
from rsvps.seating import seats
from server import clock
from server.languages import catalogues
from server.languages.language import speaking
from tests.events.calendars import lint
from tests.events.calendars.test_calendar import entry
from tests.gatherings import details, in_days, make_event
from tests.people import As, join
from volunteers import shifts
from volunteers.shifts import Needed

USUAL = {"name": "Phone", "holds": "mine", "cancelled": "keep", "alarm": "", "days_back": "90"}


async def made(person: Person, **gives: Any) -> str:
    name = " ".join(str(each) for each in gives.values()) or "Phone"
    _, secret = await feeds.make(person, name=name, **gives)
    return f"/feeds/{secret}.ics"


async def read(client: httpx.AsyncClient, address: str) -> dict[str, Event]:
    """What stands in a feed without a fault, by its title."""
    answer = await client.get(address)
    assert answer.status_code == 200
    assert lint.faults(answer.content) == []
    return {str(each["SUMMARY"]): each for each in Calendar.from_ical(answer.text).walk("VEVENT")}


async def helping(event: Gathering, person: Person, title: str = "Door") -> str:
    """The title under which this shift of theirs is in calendars."""
    until = event.starts_at + timedelta(hours=1)
    role = await shifts.add(event, Needed(title, "Say hello.", 2, event.starts_at, until))
    await shifts.sign_up(role, person, event)
    return f"{title} ({event.title})"


# What is in it


async def test_what_i_run_is_what_i_organise_or_host(
    client: httpx.AsyncClient, walkers: Community, ana: Person, bo: Person, cleo: Person
) -> None:
    elsewhere = Community(slug="cooks", name="Cooks", zone="Europe/Berlin")
    await elsewhere.save()
    await join(ana, elsewhere)
    soup = await make_event(walkers, ana, title="Soup", visibility="invited")
    await make_event(walkers, ana, title="Draft", status="draft")
    off = await make_event(walkers, ana, title="Off")
    await publishing.cancel(off, reason="Rain.")
    stew = await make_event(elsewhere, title="Stew")
    await seats.answer(stew, ana, answer="going", by=ana)
    await co_hosts.add(soup, cleo, by=ana)
    owners, members, co_hosting = [await made(each, holds="run") for each in (ana, bo, cleo)]
    found = await read(client, owners)
    assert {title: str(each["STATUS"]) for title, each in found.items()} == {
        "Soup": "CONFIRMED",
        "Off": "CANCELLED",
    }
    assert "Mill Lane 4" in found["Soup"]["LOCATION"] and found["Soup"]["CONFERENCE"]
    assert str(found["Soup"]["CONTACT"]) == "Sunday Walkers"
    assert await read(client, members) == {}
    assert [*await read(client, co_hosting)] == ["Soup"]
    assert [*await read(client, await made(ana))] == ["Stew"], "the usual one is what I am part of"


async def test_who_runs_it_no_longer_finds_it_no_longer(
    client: httpx.AsyncClient, walkers: Community, ana: Person, bo: Person, cleo: Person
) -> None:
    event = await make_event(walkers, ana, title="Soup")
    await joining.change_role(bo, walkers, "organiser", by=ana)
    await co_hosts.add(event, cleo, by=ana)
    addresses = [await made(each, holds="run") for each in (bo, cleo)]
    assert [[*await read(client, each)] for each in addresses] == [["Soup"], ["Soup"]]
    await joining.change_role(bo, walkers, "member", by=ana)
    await co_hosts.remove(event, cleo)
    assert [[*await read(client, each)] for each in addresses] == [[], []]


async def test_what_i_run_is_bounded_to_what_is_nearest(
    client: httpx.AsyncClient, walkers: Community, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("events.panels.MOST_RUN", 2)
    for days in (-80, -2, 3, 200):
        await make_event(walkers, ana, title=f"In {days}", starts_at=in_days(days))
    assert [*await read(client, await made(ana, holds="run"))] == ["In -2", "In 3"]


async def test_shifts_alone_are_shifts_alone(
    client: httpx.AsyncClient, walkers: Community, ana: Person, dev: Person
) -> None:
    event = await make_event(walkers, ana, title="Soup")
    await seats.answer(event, dev, answer="going", by=dev)
    door = await helping(event, dev)
    alone = await read(client, await made(dev, holds="shifts"))
    assert [*alone] == [door]
    mine = await read(client, await made(dev))
    assert {*mine} == {"Soup", door} and mine[door]["UID"] == alone[door]["UID"]


async def test_one_gathering_has_one_uid_in_every_feed(
    client: httpx.AsyncClient, walkers: Community, ana: Person
) -> None:
    event = await make_event(walkers, ana, title="Soup")
    await seats.answer(event, ana, answer="going", by=ana)
    options = ({}, {"holds": "run"}, {"holds": "run", "alarm": 15}, {"cancelled": "note"})
    addresses = [await made(ana, **gives) for gives in options]
    addresses += [f"/events/{event.public_id}.ics", "/communities/walkers/calendar.ics"]
    for _ in range(2):
        found = [[*(await read(client, each)).values()] for each in addresses if await in_it(client, each)]
        assert {str(one["UID"]) for (one,) in found} == {event.uid}
        await publishing.cancel(event, reason="Rain.")


async def in_it(client: httpx.AsyncClient, address: str) -> bool:
    return (await client.get(address)).status_code == 200


# What is cancelled


async def test_a_note_of_what_is_cancelled_is_free_time_and_silent(
    client: httpx.AsyncClient, walkers: Community, ana: Person, bo: Person
) -> None:
    event = await make_event(walkers, ana, title="Soup")
    await seats.answer(event, bo, answer="going", by=bo)
    noting = await made(bo, cancelled="note", alarm=60)
    before = (await read(client, noting))["Soup"]
    assert (str(before["TRANSP"]), len(before.walk("VALARM"))) == ("OPAQUE", 1)
    await publishing.cancel(event, reason="Rain.")
    (title, noted), *more = (await read(client, noting)).items()
    assert not more and title == "Cancelled: Soup"
    assert (str(noted["STATUS"]), str(noted["TRANSP"]), noted.walk("VALARM")) == (
        "CONFIRMED",
        "TRANSPARENT",
        [],
    )
    assert noted["UID"] == before["UID"] and noted["SEQUENCE"] == before["SEQUENCE"] + 1
    kept = (await read(client, await made(bo, alarm=60)))["Soup"]
    assert (str(kept["STATUS"]), kept.walk("VALARM")) == ("CANCELLED", [])
    assert await read(client, await made(bo, cancelled="drop")) == {}


# When it rings


@pytest.mark.parametrize(
    ("minutes", "english", "german"),
    [
        (15, "In 15 minutes: Soup", "In 15 Minuten: Soup"),
        (60, "In 1 hour: Soup", "In 1 Stunde: Soup"),
        (120, "In 2 hours: Soup", "In 2 Stunden: Soup"),
        (1440, "Tomorrow: Soup", "Morgen: Soup"),
    ],
)
async def test_it_rings_in_its_readers_language(
    client: httpx.AsyncClient, walkers: Community, bo: Person, minutes: int, english: str, german: str
) -> None:
    event = await make_event(walkers, title="Soup")
    await seats.answer(event, bo, answer="going", by=bo)
    address = await made(bo, alarm=minutes)
    for language, says in (("en", english), ("de", german), ("en", english)):
        await bo.update_self({Person.language: language})
        (alarm,) = (await read(client, address))["Soup"].walk("VALARM")
        assert (str(alarm["ACTION"]), str(alarm["DESCRIPTION"])) == ("DISPLAY", says)
        assert alarm["TRIGGER"].dt == timedelta(minutes=-minutes)
    answer = await client.get(address)
    (occurrence,) = recurring_ical_events.of(Calendar.from_ical(answer.text)).between(
        clock.now(), clock.now() + timedelta(days=30)
    )
    (alarm,) = occurrence.walk("VALARM")
    (by_vobject,) = vobject.readOne(answer.text).vevent.valarm_list
    assert alarm["TRIGGER"].dt == by_vobject.trigger.value == timedelta(minutes=-minutes)
    assert event.starts_at + by_vobject.trigger.value == event.starts_at - timedelta(minutes=minutes)


async def test_a_shift_rings_too(
    client: httpx.AsyncClient, walkers: Community, ana: Person, dev: Person
) -> None:
    door = await helping(await make_event(walkers, ana, title="Soup"), dev)
    (alarm,) = (await read(client, await made(dev, holds="shifts", alarm=15)))[door].walk("VALARM")
    assert str(alarm["DESCRIPTION"]) == f"In 15 minutes: {door}"


def test_what_rings_is_written_once_for_each_language():
    one, before = entry(), timedelta(hours=2)
    said = set()
    for code in ("en", "de"):
        with speaking(catalogues.of(code)):
            assert calendar.fragment(one, (Alarm(before, code),)) is calendar.fragment(
                one, (Alarm(before, code),)
            )
            said.add(calendar.fragment(one, (Alarm(before, code),)).text)
    assert len(said) == 2 and calendar.fragment(one).text not in said


# How far back


async def test_it_reaches_back_as_far_as_i_like(
    client: httpx.AsyncClient, walkers: Community, ana: Person
) -> None:
    for days in (3, -20, -60, -200, -400):
        event = await make_event(walkers, ana, title=f"{days}", starts_at=in_days(days))
        with time_machine.travel(event.starts_at - timedelta(days=4), tick=False):
            await seats.answer(event, ana, answer="going", by=ana)
            await helping(event, ana)
    for back, titles in ((30, ["-20", "3"]), (90, ["-60", "-20", "3"]), (365, ["-200", "-60", "-20", "3"])):
        for holds in ("run", "mine", "shifts"):
            found = await read(client, await made(ana, holds=holds, days_back=back))
            doors = [f"Door ({each})" for each in titles]
            assert {*found} == {*{"run": titles, "shifts": doors, "mine": titles + doors}[holds]}


# Correct at once


@pytest.mark.parametrize("holds", ["mine", "run", "shifts"])
@pytest.mark.parametrize("more", [{}, {"cancelled": "note", "alarm": 15, "days_back": 365}])
async def test_each_kind_is_304_until_it_changes(
    client: httpx.AsyncClient, walkers: Community, ana: Person, holds: str, more: dict[str, Any]
) -> None:
    event = await make_event(walkers, ana, title="Soup")
    await seats.answer(event, ana, answer="going", by=ana)
    await helping(event, ana)
    address = await made(ana, holds=holds, **more)
    tags = []
    for number in range(3):
        answer = await client.get(address)
        assert answer.headers["cache-control"] == "private, no-cache"
        known = {"if-none-match": answer.headers["etag"]}
        again = await client.get(address, headers=known)
        assert (again.status_code, again.content) == (304, b"")
        tags.append(answer.headers["etag"])
        event = await publishing.edit(event, details(title=f"Stew {number}"), seen=event.changed_at)
        assert (await client.get(address, headers=known)).status_code == 200
    assert len({*tags}) == 3


@pytest.mark.parametrize("after", [timedelta(), timedelta(seconds=1), timedelta(minutes=5)])
async def test_what_is_as_it_was_before_is_told_to_who_saw_it_otherwise_from_another_process(
    client: httpx.AsyncClient, walkers: Community, ana: Person, after: timedelta
) -> None:
    event = await make_event(walkers, ana, title="Soup")
    address, began = await made(ana), clock.now()
    with time_machine.travel(began, tick=False):
        assert await read(client, address) == {}
    one = dict(calendars._personal)
    calendars._personal.clear()
    with time_machine.travel(began + after, tick=False) as moving:
        await seats.answer(event, ana, answer="going", by=ana)
        assert [*await read(client, address)] == ["Soup"]
        moving.shift(timedelta(minutes=1))
        seen = {"if-modified-since": (await client.get(address)).headers["last-modified"]}
        await seats.withdraw(event, ana, by=ana)
        calendars._personal.clear()
        calendars._personal.update(one)
        for _ in range(2):
            assert (await client.get(address, headers=seen)).status_code == 200
            moving.shift(timedelta(minutes=1))


async def test_a_date_is_worth_a_304_from_every_process(
    client: httpx.AsyncClient, walkers: Community, ana: Person
) -> None:
    await make_event(walkers, ana, title="Soup")
    address, began = await made(ana, holds="run"), clock.now()
    with time_machine.travel(began, tick=False) as moving:
        tag = (await client.get(address)).headers["etag"]
        for _ in range(3):
            moving.shift(timedelta(minutes=1))
            answer = await client.get(address)
            assert parsedate_to_datetime(answer.headers["last-modified"]) == began.replace(microsecond=0)
            calendars._personal.clear()
            since = {"if-modified-since": answer.headers["last-modified"]}
            again = await client.get(address, headers=since)
            assert (again.status_code, again.headers["etag"]) == (304, tag)


async def test_what_is_chosen_anew_is_in_it_at_once(
    client: httpx.AsyncClient, signed_in: As, walkers: Community, ana: Person
) -> None:
    event = await make_event(walkers, ana, title="Soup")
    await helping(event, ana)
    public_id, secret = await feeds.make(ana, name="Phone")
    address, browser = f"/feeds/{secret}.ics", await signed_in(ana)
    tags = [(await client.get(address)).headers["etag"]]
    steps: list[tuple[dict[str, str], list[str]]] = [
        ({"holds": "run"}, ["Soup"]),
        ({"holds": "run", "alarm": "60"}, ["Soup"]),
        ({"holds": "shifts", "alarm": "60"}, ["Door (Soup)"]),
        ({"holds": "shifts", "alarm": "60", "name": "Work"}, ["Door (Soup)"]),
    ]
    for typed, titles in steps:
        answer = await browser.post(f"/settings/feeds/{public_id}", data={**USUAL, **typed})
        assert answer.headers["location"] == "/settings/feeds"
        known = {"if-none-match": tags[-1]}
        changed = await client.get(address, headers=known)
        assert changed.status_code == 200 and [*await read(client, address)] == titles
        tags.append(changed.headers["etag"])
    assert len({*tags}) == len(tags) and "X-WR-CALNAME:Kith: Work" in changed.text


# The settings page


async def test_a_feed_is_changed_in_its_place(signed_in: As, bo: Person, cleo: Person) -> None:
    public_id, secret = await feeds.make(bo, name="Phone")
    await feeds.make(bo, name="Work")
    browser, other = await signed_in(bo), await signed_in(cleo)
    address = f"/settings/feeds/{public_id}"
    given = {"name": "Wall", "holds": "run", "cancelled": "note", "alarm": "1440", "days_back": "365"}
    for data in (given, {}):
        assert (await other.post(address, data=data)).status_code == 404
    assert await row(public_id) == {**USUAL, "alarm": None, "days_back": 90}
    assert (await browser.post(address, data=given)).status_code == 303
    assert await row(public_id) == {**given, "alarm": 1440, "days_back": 365}
    page = (await browser.get("/settings/feeds")).text
    for chosen in (
        'value="run" selected',
        'value="note" selected',
        'value="1440" selected',
        'value="365" selected',
    ):
        assert page.count(chosen) == 1
    assert secret not in page and "It holds everything you run." in page and "It rings a day before." in page
    assert (await browser.post(address, data={**given, "alarm": ""})).status_code == 303
    assert (await row(public_id))["alarm"] is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "x" * 61},
        {"name": "Work"},
        {"holds": "everybodys"},
        {"cancelled": "maybe"},
        {"alarm": "7"},
        {"alarm": "soon"},
        {"days_back": "4000"},
    ],
)
async def test_what_cannot_be_is_said_beside_it(signed_in: As, bo: Person, wrong: dict[str, str]) -> None:
    public_id, _ = await feeds.make(bo, name="Phone")
    await feeds.make(bo, name="Work")
    browser, (field,) = await signed_in(bo), wrong
    for address in (f"/settings/feeds/{public_id}", "/settings/feeds"):
        answer = await browser.post(address, data={**USUAL, "name": "New", **wrong})
        assert answer.status_code == 422
        key = f"-{public_id}" if address.endswith(public_id) else ""
        assert answer.text.count("field-error") == 1 and f'id="f-{field}{key}-error"' in answer.text
        assert not key or f'<a href="#f-{field}{key}">' in answer.text
    assert (await row(public_id))["name"] == "Phone" and await Feed.count() == 2


async def row(public_id: str) -> dict[str, Any]:
    found = await Feed.select(Feed.name, Feed.holds, Feed.cancelled, Feed.alarm, Feed.days_back).where(
        Feed.public_id == public_id
    )
    return dict(found[0])
