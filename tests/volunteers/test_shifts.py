"""What is needed at a gathering, and people taking it on."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import asyncpg
import httpx
import pytest
import time_machine
from icalendar import Calendar

from events.calendars import feeds
from events.publishing import publishing
from events.tables import Event
from members.tables import Community, Person
from rsvps.letters import links
from rsvps.seating import seats
from server import clock, db
from server.errors import NotAllowed, NotFound
from tests.gatherings import details_of, in_days, make_event
from tests.ground import letters_to, text_of, work_off
from tests.people import As, language_of, make_person
from volunteers import jobs, panels, queries, shifts
from volunteers.queries import State
from volunteers.shifts import CannotSignUp, Needed
from volunteers.tables import Role, SignUp


async def need(
    event: Event, title: str = "Door", *, places: int = 1, begins: int = -30, lasts: int = 90
) -> Role:
    """Something to do, half an hour before the start for an hour and a half unless told otherwise."""
    starts_at = event.starts_at + timedelta(minutes=begins)
    return await shifts.add(
        event, Needed(title, "Say hello.", places, starts_at, starts_at + timedelta(minutes=lasts))
    )


async def state(role: Role, person: Person, event: Event) -> State:
    shift = await queries.shift(role.id, person, event)
    assert shift is not None
    return shift.status(clock.now()).state


@pytest.fixture
def event_of(walkers: Community):  # type: ignore[no-untyped-def]
    """`event = await event_of(title="...")`: a gathering of the walkers."""

    async def make(**given) -> Event:  # type: ignore[no-untyped-def]
        return await make_event(walkers, **given)

    return make


async def test_an_organiser_says_what_is_needed_in_the_events_own_time(
    signed_in: As, ana: Person, event_of
) -> None:  # type: ignore[no-untyped-def]
    event = await event_of()
    browser = await signed_in(ana)
    day = event.local_start.date().isoformat()
    fields = {
        "title": "Door",
        "places": "2",
        "date": day,
        "begins": "17:30",
        "ends": "19:00",
        "about": "Say hello.",
    }
    assert (await browser.post(f"/events/{event.public_id}/volunteers", data=fields)).status_code == 303
    (shift,) = await queries.shifts_of(event, None)
    assert (shift.title, shift.places, shift.free) == ("Door", 2, 2)
    assert (shift.local_start.hour, shift.local_start.minute, shift.local_end.hour) == (17, 30, 19)
    page = (await browser.get(f"/events/{event.public_id}/volunteers")).text
    assert "Door" in page and "2 places free of 2" in page
    assert "Volunteers" in (await browser.get(f"/events/{event.public_id}")).text


@pytest.mark.parametrize(
    "wrong",
    [
        {"places": "0"},
        {"title": ""},
        {"begins": "late"},
        {"date": "2031-01-01"},
        {"places": "many"},
        {"ends": ""},
    ],
)
async def test_what_makes_no_sense_is_said(signed_in: As, ana: Person, event_of, wrong) -> None:  # type: ignore[no-untyped-def]
    event = await event_of()
    day = event.local_start.date().isoformat()
    fields = {"title": "Door", "places": "2", "date": day, "begins": "17:30", "ends": "19:00", **wrong}
    answer = await (await signed_in(ana)).post(f"/events/{event.public_id}/volunteers", data=fields)
    assert answer.status_code == 422
    assert await Role.count() == 0


async def test_dev_signs_up_once_is_thanked_and_finds_it_everywhere(
    signed_in: As, dev: Person, event_of
) -> None:  # type: ignore[no-untyped-def]
    event = await event_of()
    role = await need(event, places=2)
    browser = await signed_in(dev)
    for _ in range(2):
        assert (await browser.post(f"/shifts/{role.public_id}/signup")).status_code == 303
    assert await SignUp.count() == 1
    (letter,) = [each for each in await letters_to(dev.email) if "Thank you" in str(each["Subject"])]
    assert event.title in str(letter["Subject"]) and "Mill Lane 4" in text_of(letter)
    assert "METHOD:REQUEST" in text_of(letter, "text/calendar")
    (entry,) = await feeds.entries(dev)
    assert entry.uid == f"shift-{role.public_id}@{event.uid.split('@')[1]}"
    assert entry.uid in text_of(letter, "text/calendar").replace("\r\n ", "")
    (item,) = await panels.agenda(dev, clock.now())
    assert "Door" in str(item.title)
    page = (await browser.get(f"/events/{event.public_id}")).text
    assert "You are in" in page and "Mill Lane 4" in page, "who helps has to know where it is"


async def test_a_stranger_who_sees_the_event_can_help_and_one_who_does_not_cannot(
    signed_in: As, client: httpx.AsyncClient, cleo: Person, event_of
) -> None:  # type: ignore[no-untyped-def]
    open_to_all, for_members = await event_of(), await event_of(visibility="members")
    browser = await signed_in(cleo)
    for event, expected in ((open_to_all, 303), (for_members, 404)):
        role = await need(event)
        assert (await browser.post(f"/shifts/{role.public_id}/signup")).status_code == expected
        assert (await browser.post(f"/shifts/{role.public_id}/signup/removal")).status_code == expected
    role = await need(open_to_all, "Tea", begins=300)
    assert (await client.post(f"/shifts/{role.public_id}/signup")).headers["location"].startswith("/sign-in")
    assert (await client.get(f"/shifts/{role.public_id}/signup")).status_code == 405
    assert (await browser.post("/shifts/nothing/signup")).status_code == 404


async def test_a_guest_helps_by_the_link_in_their_letter(client: httpx.AsyncClient, event_of) -> None:  # type: ignore[no-untyped-def]
    event = await event_of(visibility="invited")
    gus = await make_person("Gus Hill", account=False)
    rsvp = await seats.answer(event, gus, answer="going", by=gus)
    role = await need(event)
    token = links.token(rsvp, event)
    address = f"/events/{event.public_id}/volunteers"
    assert (await client.get(address)).status_code == 404
    assert "I can do that" in (await client.get(address, params={"rsvp": token})).text
    answer = await client.post(f"/shifts/{role.public_id}/signup", data={"rsvp": token})
    assert answer.status_code == 303 and "rsvp=" in answer.headers["location"]
    assert await state(role, gus, event) is State.IN
    assert "You are in" in (await client.get(answer.headers["location"])).text
    await client.post(f"/shifts/{role.public_id}/signup/removal", data={"rsvp": token})
    assert await SignUp.count() == 0
    assert (await client.get(address, params={"rsvp": token + "x"})).status_code == 404


async def test_a_guests_link_speaks_for_them_at_that_event_only(client: httpx.AsyncClient, event_of) -> None:  # type: ignore[no-untyped-def]
    event, other = await event_of(), await event_of(title="A choir")
    gus = await make_person("Gus Hill", account=False)
    token = links.token(await seats.answer(event, gus, answer="going", by=gus), event)
    role = await need(other)
    assert (
        await client.get(f"/events/{other.public_id}/volunteers", params={"rsvp": token})
    ).status_code == 404
    assert (await client.post(f"/shifts/{role.public_id}/signup", data={"rsvp": token})).status_code == 404
    assert await SignUp.count() == 0


async def test_the_page_behind_a_letters_link_shows_what_is_needed_and_takes_it(
    client: httpx.AsyncClient, event_of
) -> None:  # type: ignore[no-untyped-def]
    event = await event_of()
    gus, dev = await make_person("Gus Hill", account=False), await make_person("Dev Rao")
    rsvp = await seats.answer(event, gus, answer="going", by=gus)
    address, token = links.address(rsvp, event), links.token(rsvp, event)
    assert "I can do that" not in (await client.get(address)).text
    role = await need(event)
    page = (await client.get(address)).text
    assert f"/events/{event.public_id}/volunteers?rsvp=" in page
    assert "I can do that" in page and f'name="rsvp" value="{token}"' in page
    await shifts.sign_up(role, dev, event)
    assert "I can do that" not in (await client.get(address)).text, "enough people help"
    await shifts.withdraw(role, dev, event)
    await client.post(f"/shifts/{role.public_id}/signup", data={"rsvp": token})
    page = (await client.get(address)).text
    assert "You are in" in page and "Give it back" in page


async def test_each_state_has_its_reason(signed_in: As, bo: Person, dev: Person, event_of) -> None:  # type: ignore[no-untyped-def]
    event, other = await event_of(), await event_of(title="A choir")
    door = await need(event)
    assert await state(door, dev, event) is State.OPEN
    await shifts.sign_up(door, bo, event)
    assert await state(door, dev, event) is State.FULL
    assert await state(door, bo, event) is State.IN
    song, after = await need(other, "Song"), await need(other, "After", begins=60, lasts=30)
    assert await state(song, bo, other) is State.COLLIDES
    assert await state(after, bo, other) is State.OPEN
    with pytest.raises(CannotSignUp, match="another shift"):
        await shifts.sign_up(song, bo, other)
    answer = await (await signed_in(bo)).post(f"/shifts/{song.public_id}/signup")
    assert answer.status_code == 303
    assert "another shift" in (await (await signed_in(bo)).get(answer.headers["location"])).text
    with time_machine.travel(event.starts_at + timedelta(hours=2), tick=False):
        assert await state(door, dev, event) is State.ENDED
    await db.run("UPDATE events SET status = 'cancelled' WHERE id = $1", event.id)
    cancelled = await Event.objects().get(Event.id == event.id)
    assert cancelled and await state(door, dev, cancelled) is State.CANCELLED


async def test_giving_it_back_frees_the_place_and_the_calendar(
    signed_in: As, bo: Person, dev: Person, event_of
) -> None:  # type: ignore[no-untyped-def]
    event = await event_of()
    role = await need(event)
    await shifts.sign_up(role, dev, event)
    await work_off()
    browser = await signed_in(dev)
    for _ in range(2):
        assert (await browser.post(f"/shifts/{role.public_id}/signup/removal")).status_code == 303
    letters = [each for each in await letters_to(dev.email) if "no longer signed up" in str(each["Subject"])]
    assert len(letters) == 1 and "METHOD:CANCEL" in text_of(letters[0], "text/calendar")
    assert await panels.calendar(dev, clock.now(), clock.now() + timedelta(days=30)) == []
    await shifts.sign_up(role, bo, event)


async def test_twenty_at_once_for_three_places_are_three(committed: str, event_of) -> None:  # type: ignore[no-untyped-def]
    event = await event_of()
    role = await need(event, places=3)
    people = [await make_person(f"Helper{n} Hill") for n in range(20)]
    answers = await asyncio.gather(
        *(shifts.sign_up(role, one, event) for one in people), return_exceptions=True
    )
    assert sum(answer is None for answer in answers) == 3
    assert all(answer is None or isinstance(answer, CannotSignUp) for answer in answers)
    assert await db.value("SELECT taken FROM volunteer_roles") == 3


async def test_two_colliding_shifts_at_once_are_one(committed: str, dev: Person, event_of) -> None:  # type: ignore[no-untyped-def]
    event = await event_of()
    roles = [await need(event, f"Door {n}") for n in range(4)]
    answers = await asyncio.gather(
        *(shifts.sign_up(role, dev, event) for role in roles), return_exceptions=True
    )
    assert sum(answer is None for answer in answers) == 1


async def test_the_database_refuses_one_too_many(bo: Person, dev: Person, event_of) -> None:  # type: ignore[no-untyped-def]
    event = await event_of()
    role = await need(event)
    await SignUp(role=role.id, person=dev.id).save()
    with pytest.raises(asyncpg.CheckViolationError):
        await SignUp(role=role.id, person=bo.id).save()


async def test_fewer_places_turn_nobody_away(
    signed_in: As, ana: Person, bo: Person, dev: Person, event_of
) -> None:  # type: ignore[no-untyped-def]
    event = await event_of()
    role = await need(event, places=2)
    for person in (bo, dev):
        await shifts.sign_up(role, person, event)
    day = event.local_start.date().isoformat()
    fields = {
        "title": "Door",
        "places": "1",
        "date": day,
        "begins": "18:00",
        "ends": "19:30",
        "about": "Say hello.",
    }
    assert (
        await (await signed_in(ana)).post(f"/shifts/{role.public_id}/edit", data=fields)
    ).status_code == 303
    assert await SignUp.count() == 2


async def test_new_hours_are_told_in_one_letter(signed_in: As, ana: Person, dev: Person, event_of) -> None:  # type: ignore[no-untyped-def]
    event = await event_of()
    role = await need(event)
    await shifts.sign_up(role, dev, event)
    browser = await signed_in(ana)
    assert "Say hello." in (await browser.get(f"/shifts/{role.public_id}/edit")).text
    day = event.local_start.date().isoformat()
    for begins in ("17:00", "16:30"):
        fields = {"title": "Door", "places": "1", "date": day, "begins": begins, "ends": "19:00"}
        await browser.post(f"/shifts/{role.public_id}/edit", data=fields)
    with time_machine.travel(clock.now() + timedelta(minutes=4), tick=False):
        letters = [each for each in await letters_to(dev.email) if "New hours" in str(each["Subject"])]
    assert len(letters) == 1 and "16:30 to 19:00" in text_of(letters[0])
    calendar = Calendar.from_ical(text_of(letters[0], "text/calendar"))
    assert calendar.walk("VEVENT")[0]["SEQUENCE"] == 2


async def test_a_shift_that_is_not_needed_leaves_calendars(
    signed_in: As, ana: Person, dev: Person, event_of
) -> None:  # type: ignore[no-untyped-def]
    event = await event_of()
    role = await need(event)
    await shifts.sign_up(role, dev, event)
    browser = await signed_in(ana)
    assert (await browser.post(f"/shifts/{role.public_id}/removal")).status_code == 303
    assert (await browser.post(f"/shifts/{role.public_id}/removal")).status_code == 404
    letters = [each for each in await letters_to(dev.email) if "Not needed" in str(each["Subject"])]
    assert len(letters) == 1 and "METHOD:CANCEL" in text_of(letters[0], "text/calendar")
    (entry,) = await feeds.entries(dev)
    assert entry.status == "CANCELLED"
    assert await panels.agenda(dev, clock.now()) == []
    with pytest.raises(NotFound):
        await shifts.sign_up(role, ana, event)


async def test_those_who_help_hear_when_the_gathering_moves_or_is_cancelled(dev: Person, event_of) -> None:  # type: ignore[no-untyped-def]
    event = await event_of()
    role = await need(event)
    await shifts.sign_up(role, dev, event)
    await publishing.edit(event, details_of(event, place="The new mill"), seen=event.changed_at)
    with time_machine.travel(clock.now() + timedelta(minutes=10), tick=False):
        await work_off()
    await publishing.cancel(event, reason="Snow.")
    subjects = [str(each["Subject"]) for each in await letters_to(dev.email)]
    assert sum("New hours" in subject for subject in subjects) == 1
    assert sum("Not needed" in subject for subject in subjects) == 1


async def test_a_shift_is_reminded_of_once_the_day_before(dev: Person, event_of) -> None:  # type: ignore[no-untyped-def]
    event = await event_of(starts_at=in_days(5))
    role = await need(event)
    await shifts.sign_up(role, dev, event)
    starts_at = event.starts_at - timedelta(minutes=30)
    for hours in (26, 23, 20, 1, -1):
        with time_machine.travel(starts_at - timedelta(hours=hours), tick=False):
            await jobs.remind()
            letters = [each for each in await letters_to(dev.email) if "Tomorrow" in str(each["Subject"])]
            assert len(letters) == (0 if hours == 26 else 1)


async def reminded_at(moment: datetime, person: Person) -> int:
    """How often somebody has been reminded by then, once the clock has done its work."""
    with time_machine.travel(moment, tick=False):
        await jobs.remind()
        letters = await letters_to(person.email)
    return sum("Tomorrow" in str(each["Subject"]) for each in letters)


@pytest.mark.parametrize("begins", [-5 * 24 * 60, -30, 5 * 24 * 60], ids=["long before", "at", "long after"])
async def test_a_reminder_comes_a_day_before_the_shift_wherever_its_event_is(  # type: ignore[no-untyped-def]
    dev: Person, event_of, begins: int
) -> None:
    event = await event_of(starts_at=in_days(10))
    await shifts.sign_up(await need(event, begins=begins), dev, event)
    starts_at = event.starts_at + timedelta(minutes=begins)
    assert await reminded_at(starts_at - timedelta(hours=24, minutes=1), dev) == 0
    assert await reminded_at(starts_at - timedelta(hours=24), dev) == 1


async def the_gathering(role: Role, event: Event, days: int) -> None:
    details = details_of(event, starts_at=event.starts_at + timedelta(days=days), ends_at=None)
    await publishing.edit(event, details, seen=event.changed_at)


async def the_shift(role: Role, event: Event, days: int) -> None:
    starts_at = event.starts_at + timedelta(days=days, minutes=-30)
    await shifts.edit(role, event, Needed("Door", "", 1, starts_at, starts_at + timedelta(hours=1)))


@pytest.mark.parametrize("moves", [the_gathering, the_shift], ids=lambda moves: moves.__name__)
@pytest.mark.parametrize("days", [-3, 3], ids=["sooner", "later"])
async def test_a_reminder_moves_with(  # type: ignore[no-untyped-def]
    dev: Person, event_of, moves: Callable[[Role, Event, int], Awaitable[None]], days: int
) -> None:
    event = await event_of(starts_at=in_days(7), zone="UTC")
    role = await need(event)
    await shifts.sign_up(role, dev, event)
    await moves(role, event, days)
    starts_at = event.starts_at + timedelta(days=days, minutes=-30)
    assert await reminded_at(starts_at - timedelta(hours=25), dev) == 0
    assert await reminded_at(starts_at - timedelta(hours=23), dev) == 1
    assert await reminded_at(starts_at - timedelta(hours=2), dev) == 1


async def it_is_called_off(role: Role, event: Event) -> None:
    await publishing.cancel(event, reason="Snow.")


async def it_is_not_needed(role: Role, event: Event) -> None:
    await shifts.remove(role)


@pytest.mark.parametrize("meanwhile", [it_is_called_off, it_is_not_needed], ids=lambda each: each.__name__)
async def test_nobody_is_reminded_when(  # type: ignore[no-untyped-def]
    dev: Person, event_of, meanwhile: Callable[[Role, Event], Awaitable[None]]
) -> None:
    event = await event_of(starts_at=in_days(7))
    role = await need(event)
    await shifts.sign_up(role, dev, event)
    await meanwhile(role, event)
    assert await reminded_at(event.starts_at - timedelta(hours=23), dev) == 0


async def test_who_has_just_signed_up_is_reminded_two_hours_later(dev: Person, event_of) -> None:  # type: ignore[no-untyped-def]
    event = await event_of(starts_at=in_days(7))
    role = await need(event)
    late = event.starts_at - timedelta(hours=23)
    with time_machine.travel(late, tick=False):
        await shifts.sign_up(role, dev, event)
    assert await reminded_at(late + timedelta(hours=1, minutes=59), dev) == 0
    assert await reminded_at(late + timedelta(hours=2), dev) == 1


async def test_a_copy_takes_along_what_is_needed_and_nobody(ana: Person, dev: Person, event_of) -> None:  # type: ignore[no-untyped-def]
    event, copied = await event_of(), await event_of(starts_at=in_days(30))
    role = await need(event, places=3)
    await shifts.sign_up(role, dev, event)
    gone = await need(event, "Tea", begins=300)
    await shifts.remove(gone)
    await panels.copy(event, [copied])
    (shift,) = await queries.shifts_of(copied, dev)
    assert (shift.title, shift.places, shift.taken, shift.mine) == ("Door", 3, 0, False)
    assert shift.starts_at == copied.starts_at - timedelta(minutes=30)
    assert shift.public_id != role.public_id


async def test_only_organisers_change_what_is_needed_and_see_who_helps(
    signed_in: As, client: httpx.AsyncClient, ana: Person, bo: Person, dev: Person, event_of
) -> None:  # type: ignore[no-untyped-def]
    event = await event_of()
    role = await need(event)
    await shifts.sign_up(role, dev, event)
    members_browser = await signed_in(bo)
    assert (await members_browser.post(f"/events/{event.public_id}/volunteers", data={})).status_code == 403
    for path in ("edit", "removal"):
        assert (await members_browser.post(f"/shifts/{role.public_id}/{path}", data={})).status_code == 403
        assert (await client.post(f"/shifts/{role.public_id}/{path}", data={})).status_code == 303
    address = f"/events/{event.public_id}/volunteers"
    assert dev.email in (await (await signed_in(ana)).get(address)).text
    for browser in (members_browser, client):
        assert (
            dev.email not in (await browser.get(address)).text
            and "Dev" not in (await browser.get(address)).text
        )


async def test_what_strangers_see_is_fresh_at_once(client: httpx.AsyncClient, dev: Person, event_of) -> None:  # type: ignore[no-untyped-def]
    event = await event_of()
    path = f"/events/{event.public_id}"
    assert "Volunteers" not in (await client.get(path)).text
    role = await need(event)
    assert "1 place free of 1" in (await client.get(path)).text
    await shifts.sign_up(role, dev, event)
    assert "Enough people have signed up" in (await client.get(path)).text
    await shifts.remove(role)
    assert "Volunteers" not in (await client.get(path)).text


async def test_an_erased_account_frees_its_place(dev: Person, event_of) -> None:  # type: ignore[no-untyped-def]
    event = await event_of()
    role = await need(event)
    await shifts.sign_up(role, dev, event)
    await Person.delete().where(Person.id == dev.id)
    assert await db.value("SELECT taken FROM volunteer_roles WHERE id = $1", role.id) == 0


async def test_a_shift_that_is_out_of_sight_is_not_named_where_another_collides_with_it(
    walkers: Community, ana: Person, cleo: Person, signed_in: As
) -> None:
    hidden, seen = await make_event(walkers, ana), await make_event(walkers, ana, title="Another walk")
    ends = hidden.starts_at + timedelta(hours=1)
    taken = await shifts.add(hidden, Needed("Door", "", 2, hidden.starts_at, ends))
    other = await shifts.add(seen, Needed("Soup", "", 2, hidden.starts_at, ends))
    await shifts.sign_up(taken, cleo, hidden)
    await db.run("UPDATE events SET visibility = 'members' WHERE id = $1", hidden.id)
    await db.run("UPDATE volunteer_roles SET title = 'canary' WHERE id = $1", taken.id)
    browser = await signed_in(cleo)

    page = await browser.get(f"/events/{seen.public_id}")
    pressed = await browser.post(f"/shifts/{other.public_id}/signup", follow_redirects=True)

    assert "another shift at that time" in page.text
    assert "another shift at that time" in pressed.text
    assert "canary" not in page.text + pressed.text


async def test_a_shift_that_cannot_be_is_refused_with_all_that_is_wrong(walkers: Community) -> None:
    event = await make_event(walkers)
    late = event.starts_at + timedelta(days=20)
    with pytest.raises(NotAllowed) as refused:
        await shifts.add(event, Needed("", "a" * 301, 0, late, late - timedelta(hours=1)))
    assert {*refused.value.errors} == {"title", "about", "places", "date", "ends"}
    assert await Role.count() == 0


async def test_a_host_reads_what_is_still_needed(event_of, ana: Person) -> None:  # type: ignore[no-untyped-def]
    event = await event_of()

    async def said() -> str:
        facts = await panels.facts(ana, [event], clock.now())
        return str(facts[event.id][0].words)

    for title in ("Door", "Tea"):
        await need(event, title)
    assert await said() == "Still needed: Door, Tea"
    for title in ("Kitchen", "Chairs", "Music"):
        await need(event, title)
    assert await said() == "Still needed: Door, Tea, Kitchen and 2 more"


async def test_a_guests_letters_are_in_the_language_in_which_they_took_a_shift(
    client: httpx.AsyncClient, event_of
) -> None:  # type: ignore[no-untyped-def]
    event = await event_of()
    gus = await make_person("Gus Hill", account=False)
    rsvp = await seats.answer(event, gus, answer="going", by=gus)
    role = await need(event)
    for language, verb in (("de", "signup"), ("en-XA", "signup/removal")):
        sent = {"rsvp": links.token(rsvp, event)}
        await client.post(
            f"/shifts/{role.public_id}/{verb}", data=sent, headers={"Accept-Language": language}
        )
        assert await language_of(gus) == language
