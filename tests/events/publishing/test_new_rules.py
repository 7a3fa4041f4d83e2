"""A country changes its clocks: 19:00 stays 19:00, the moment follows, and each person concerned hears of it once."""

import asyncio
from datetime import date, datetime, time, timedelta

import pytest
import time_machine
from icalendar import Calendar

from events import jobs, wall_clock
from events.publishing import new_rules, publishing
from events.tables import Event, TimeZoneRules
from members.tables import Community, Person
from rsvps.seating import seats
from server import clock, db, timezones
from tests.gatherings import as_it_is, details, make_event
from tests.ground import letters_to, text_of, work_off
from tests.new_rules import clocks_as_in
from tests.people import As
from volunteers import shifts
from volunteers.queries import shifts_of

NO_SUMMER_TIME = {"Europe_Berlin": "Africa/Lagos"}
YEAR = date.today().year + 1  # noqa: DTZ011
SUMMER, WINTER = date(YEAR, 7, 8), date(YEAR, 12, 9)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment on Berlin's wall clock, by the rules of the moment."""
    return wall_clock.moment(day, time(hour, minute), "Europe/Berlin")


def wall(day: date, hour: int) -> datetime:
    """What a wall shows."""
    return datetime.combine(day, time(hour))


async def gathering(community: Community, by: Person, day: date = SUMMER, **said: object) -> Event:
    said = {"starts_at": at(day, 19), "ends_at": at(day, 21), **said}
    event = await publishing.draft(community, details(**said), by=by, public_id=f"{day:%Y%m%d}walk")
    await publishing.publish(event, though_over=True)
    return event


async def now_is(event: Event) -> Event:
    return await as_it_is(event)


async def a_while_later() -> None:
    with time_machine.travel(clock.now() + timedelta(minutes=5)):
        await work_off()


async def test_what_was_typed_is_kept_beside_its_moment(walkers: Community, ana: Person) -> None:
    event = await gathering(walkers, ana, answers_open_at=at(SUMMER, 8), answers_close_at=at(SUMMER, 18))
    event = await now_is(event)
    policy = event.policy
    assert (event.starts_wall, event.ends_wall) == (wall(date(YEAR, 7, 8), 19), wall(date(YEAR, 7, 8), 21))
    assert (policy.opens_wall, policy.closes_wall) == (
        wall(date(YEAR, 7, 8), 8),
        wall(date(YEAR, 7, 8), 18),
    )
    moved = await publishing.edit(
        event, details(starts_at=at(WINTER, 20), zone="Europe/Berlin"), seen=event.changed_at
    )
    assert (moved.starts_wall, moved.ends_wall, moved.policy.opens_wall) == (
        wall(date(YEAR, 12, 9), 20),
        None,
        None,
    )


async def test_seven_stays_seven_and_who_comes_hears_of_it_once(
    walkers: Community, ana: Person, bo: Person, dev: Person
) -> None:
    summer, winter = await gathering(walkers, ana), await gathering(walkers, ana, WINTER)
    for event in (summer, winter):
        await seats.answer(event, bo, answer="going", by=bo)
    before, sent = await now_is(summer), len(await letters_to(bo.email))
    with clocks_as_in(**NO_SUMMER_TIME):
        assert await new_rules.follow() == 1
        after, same = await now_is(summer), await now_is(winter)
        assert after.starts_at - before.starts_at == timedelta(hours=1) == after.ends_at - before.ends_at  # type: ignore[operator]
        assert (after.local_start.hour, after.local_end.hour) == (19, 21)  # type: ignore[union-attr]
        assert after.starts_wall == before.starts_wall and after.sequence == before.sequence + 1
        assert same.changed_at == (await now_is(winter)).changed_at and same.sequence == winter.sequence
        assert await new_rules.follow() == 0
        await a_while_later()
        letters = (await letters_to(bo.email))[sent:]
        assert len(letters) == 1
        words = " ".join(text_of(letters[0]).split())
        assert "Berlin time follows new rules" in words and "keeps its time there" in words
        assert (
            "17:00 to 19:00" in words and "18:00 to 20:00" in words and "19:00 to 21:00, Berlin time" in words
        )
        (entry,) = Calendar.from_ical(text_of(letters[0], "text/calendar")).walk("VEVENT")
        # A library has zones of its own, and keeps the old rules: the letter brings the new ones along.
        assert entry["DTSTART"].dt.replace(tzinfo=None) == before.starts_wall
        assert "TZOFFSETTO:+0100" in text_of(letters[0], "text/calendar")
        assert "+0200" not in text_of(letters[0], "text/calendar")
        assert int(entry["SEQUENCE"]) == after.sequence
        assert await letters_to(dev.email) == []


async def test_shifts_and_windows_follow_and_who_helps_and_comes_gets_one_letter(
    walkers: Community, ana: Person, bo: Person, dev: Person
) -> None:
    event = await gathering(walkers, ana, answers_close_at=at(SUMMER, 18))
    role = await shifts.add(event, shifts.Needed("Door", "", 5, at(SUMMER, 18, 30), at(SUMMER, 19, 30)))
    await shifts.sign_up(role, dev, event)
    await shifts.sign_up(role, bo, event)
    await seats.answer(event, bo, answer="going", by=bo)
    sent = {each.email: len(await letters_to(each.email)) for each in (bo, dev)}
    with clocks_as_in(**NO_SUMMER_TIME):
        assert await new_rules.follow() == 1
        event = await now_is(event)
        (shift,) = await shifts_of(event, dev)
        assert (f"{shift.local_start:%H:%M}", f"{shift.local_end:%H:%M}") == ("18:30", "19:30")
        assert event.policy.answers_close_at == at(SUMMER, 18)
        await a_while_later()
        for person, subject in ((bo, "Changed: "), (dev, "New hours: Door")):
            (letter,) = (await letters_to(person.email))[sent[person.email] :]
            assert letter["Subject"].startswith(subject)
            assert "Berlin time follows new rules" in " ".join(text_of(letter).split())


async def test_a_shift_on_the_other_side_of_a_change_follows_by_itself(
    walkers: Community, ana: Person, dev: Person
) -> None:
    # The gathering is on the day after the clocks went back, its shift on the evening before.
    sunday = max(day for day in (date(YEAR, 10, 25 + i) for i in range(7)) if day.weekday() == 6)
    event = await gathering(walkers, ana, sunday)
    saturday = sunday - timedelta(days=1)
    role = await shifts.add(event, shifts.Needed("Cook", "", 1, at(saturday, 18), at(saturday, 20)))
    await shifts.sign_up(role, dev, event)
    sent = len(await letters_to(dev.email))
    with clocks_as_in(**NO_SUMMER_TIME):
        assert await new_rules.follow() == 1
        assert (await now_is(event)).sequence == event.sequence
        (shift,) = await shifts_of(event, dev)
        assert shift.local_start.replace(tzinfo=None) == datetime.combine(saturday, time(18))
        assert shift.sequence == 1
        assert await new_rules.follow() == 0
        (letter,) = (await letters_to(dev.email))[sent:]
        assert "keeps its time there" in " ".join(text_of(letter).split())


async def test_drafts_follow_silently_and_what_is_over_stays(
    walkers: Community, ana: Person, bo: Person
) -> None:
    draft = await publishing.draft(
        walkers, details(starts_at=at(SUMMER, 19)), by=ana, public_id="adraftinjuly"
    )
    past = await gathering(walkers, ana, date(YEAR - 2, 7, 8))
    with clocks_as_in(**NO_SUMMER_TIME):
        assert await new_rules.follow() == 1
        assert (await now_is(draft)).local_start.hour == 19
        assert (await now_is(past)).starts_at == past.starts_at
        await a_while_later()
    assert await letters_to(bo.email) == []


async def test_a_time_that_clocks_now_jump_over_comes_after_the_jump(walkers: Community, ana: Person) -> None:
    # Lagos takes over Berlin's clocks: 02:30 on a Sunday in March is left out from now on.
    sunday = max(day for day in (date(YEAR, 3, 25 + i) for i in range(7)) if day.weekday() == 6)
    typed = wall_clock.moment(sunday, time(2, 30), "Africa/Lagos")
    event = await publishing.draft(
        walkers,
        details(starts_at=typed, ends_at=typed + timedelta(minutes=45), zone="Africa/Lagos"),
        by=ana,
        public_id="nightoflagos",
    )
    with clocks_as_in(Africa_Lagos="Europe/Berlin"):
        await new_rules.follow()
        event = await now_is(event)
        assert (event.local_start.hour, event.local_start.minute) == (3, 30)
        assert event.ends_at - event.starts_at == timedelta(minutes=45)  # type: ignore[operator]
        assert await new_rules.follow() == 0
    await new_rules.follow()
    assert (await now_is(event)).starts_at == typed


async def test_a_moment_that_somebody_set_by_hand_counts(walkers: Community) -> None:
    event = await make_event(walkers, starts_at=at(SUMMER, 19))
    assert event.starts_wall is None
    assert await new_rules.follow() == 0
    assert (await now_is(event)).starts_wall == wall(date(YEAR, 7, 8), 19)
    await db.run(
        "UPDATE events SET starts_at = $2 WHERE id = $1", event.id, at(SUMMER + timedelta(days=9), 20)
    )
    await new_rules.follow()
    assert (await now_is(event)).starts_wall == wall(date(YEAR, 7, 17), 20)


async def test_each_night_it_is_asked_whether_there_are_newer_rules(walkers: Community, ana: Person) -> None:
    event = await gathering(walkers, ana)
    await TimeZoneRules(version="2000a").save()
    with clocks_as_in(**NO_SUMMER_TIME):
        await jobs.follow_new_rules()
        assert (await now_is(event)).local_start.hour == 19
        assert await db.value("SELECT max(version) FROM time_zone_rules") == timezones.version()
    # Nothing is newer now; and a worker that still has older rules does not undo what newer ones did.
    moved = await now_is(event)
    await jobs.follow_new_rules()
    await TimeZoneRules(version="9999a").save()
    await jobs.follow_new_rules()
    assert (await now_is(event)).starts_at == moved.starts_at


@pytest.mark.usefixtures("committed")
async def test_two_workers_at_once_move_it_once(ana: Person, bo: Person) -> None:
    await ana.save()
    await bo.save()
    walkers = Community(slug="walkers", name="Walkers", zone="Europe/Berlin")
    await walkers.save()
    event = await gathering(walkers, ana)
    await seats.answer(event, bo, answer="going", by=bo)
    sent = len(await letters_to(bo.email))
    with clocks_as_in(**NO_SUMMER_TIME):
        assert sum(await asyncio.gather(*(new_rules.follow() for _ in range(6)))) == 1
        assert (await now_is(event)).sequence == event.sequence + 1
        await a_while_later()
        assert len(await letters_to(bo.email)) == sent + 1


async def test_a_shift_keeps_its_hour_when_its_gathering_moves_across_a_change_of_clocks(
    walkers: Community, ana: Person, dev: Person
) -> None:
    event = await gathering(walkers, ana, date(2027, 3, 28))
    role = await shifts.add(
        event, shifts.Needed("Cook", "", 1, at(date(2027, 3, 27), 18), at(date(2027, 3, 27), 20))
    )
    await shifts.sign_up(role, dev, event)
    april = date(2027, 4, 4)
    moved = await publishing.edit(
        event, details(starts_at=at(april, 19), ends_at=at(april, 21)), seen=(await now_is(event)).changed_at
    )
    (shift,) = await shifts_of(moved, dev)
    assert f"{shift.local_start:%d %H:%M}" == "03 18:00" and f"{shift.local_end:%d %H:%M}" == "03 20:00"
    # And back, and to another zone: the hours on the wall are the same.
    back = await publishing.edit(
        moved, details(starts_at=event.starts_at, ends_at=event.ends_at), seen=moved.changed_at
    )
    (shift,) = await shifts_of(back, dev)
    assert f"{shift.local_start:%d %H:%M}" == "27 18:00"
    new_york = wall_clock.moment(date(2027, 3, 28), time(19), "America/New_York")
    away = await publishing.edit(
        back, details(starts_at=new_york, zone="America/New_York"), seen=back.changed_at
    )
    (shift,) = await shifts_of(away, dev)
    assert f"{shift.local_start:%d %H:%M}" == "27 18:00"


async def test_a_copy_keeps_the_hours_of_shifts(walkers: Community, ana: Person, signed_in: As) -> None:
    event = await gathering(walkers, ana, date(2027, 3, 28))
    await shifts.add(
        event, shifts.Needed("Cook", "", 1, at(date(2027, 3, 27), 18), at(date(2027, 3, 27), 20))
    )
    copied = await publishing.draft(
        walkers,
        details(starts_at=at(date(2027, 4, 4), 19), ends_at=at(date(2027, 4, 4), 21)),
        by=ana,
        public_id="copyofawalk0",
        like=event,
    )
    (shift,) = await shifts_of(copied, None)
    assert f"{shift.local_start:%d %H:%M}" == "03 18:00" and f"{shift.local_end:%H:%M}" == "20:00"
