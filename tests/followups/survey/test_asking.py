"""The morning after: who is asked, when, and how often."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
import time_machine

from events.hosting import keeping_out
from events.tables import Event
from followups import jobs
from followups.survey import asking
from followups.tables import FollowUp, Reply
from members.communities.keeping_out import Whom
from members.letters import away, letter_hours, letters_wanted
from members.tables import Community, Person
from server import clock, db
from server.db import transaction
from tests.followups.mornings import (
    BERLIN,
    CLOSES,
    ENDS,
    MORNING,
    STARTS,
    all_findable,
    asked,
    at,
    held,
    make_guests,
    opened,
    page_of,
    say,
)
from tests.gatherings import make_event
from tests.ground import forget_what_has_had_its_time, letters_to, text_of, work_off
from tests.people import As
from tests.rsvps.gatherings import make_people


async def test_the_morning_after_everybody_who_was_coming_gets_one_letter(walkers: Community) -> None:
    people = await make_guests()
    event = await held(walkers, people[:2])
    with at(MORNING):
        await jobs.ask_the_morning_after()
        await jobs.ask_the_morning_after()
        for person in people[:2]:
            letters = [letter for letter in await letters_to(person.email) if "How was" in letter["Subject"]]
            assert len(letters) == 1
            assert await page_of(event, person) in text_of(letters[0])
            assert "Thursday, 12 November 2026" in text_of(letters[0])
            assert letters[0]["List-Unsubscribe"]
        assert not await letters_to(people[2].email)


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        (ENDS + timedelta(hours=1, minutes=59), False),
        (ENDS + timedelta(hours=2), False),  # 23:00, people sleep
        (datetime(2026, 11, 13, 8, 59, tzinfo=BERLIN), False),
        (datetime(2026, 11, 13, 9, 0, tzinfo=BERLIN), True),
        (datetime(2026, 11, 13, 20, 59, tzinfo=BERLIN), True),
        (datetime(2026, 11, 13, 21, 0, tzinfo=BERLIN), False),
        (datetime(2026, 11, 19, 12, 0, tzinfo=BERLIN), True),
        (datetime(2026, 11, 21, 12, 0, tzinfo=BERLIN), False),
    ],
)
async def test_nobody_is_asked_too_soon_or_at_night(
    walkers: Community, moment: datetime, opens: bool
) -> None:
    await held(walkers, [])
    with at(moment):
        assert await asking.open_due() == int(opens)


async def test_an_event_without_an_end_is_over_after_three_hours(walkers: Community) -> None:
    await held(walkers, [], starts_at=STARTS.replace(hour=10), ends_at=None)
    with at(STARTS.replace(hour=14, minute=59)):
        assert await asking.open_due() == 0
    with at(STARTS.replace(hour=15, minute=1)):
        assert await asking.open_due() == 0
    with at(STARTS.replace(hour=15, minute=31)):
        assert await asking.open_due() == 1


async def test_night_is_night_where_the_event_was(walkers: Community) -> None:
    await held(walkers, [], zone="Asia/Tokyo")
    tokyo = ZoneInfo("Asia/Tokyo")
    with at(datetime(2026, 11, 13, 8, 59, tzinfo=tokyo)):
        assert await asking.open_due() == 0
    with at(datetime(2026, 11, 13, 9, 0, tzinfo=tokyo)):
        assert await asking.open_due() == 1


@pytest.mark.parametrize("status", ["draft", "cancelled"])
async def test_what_did_not_happen_is_not_asked_about(walkers: Community, status: str) -> None:
    await held(walkers, [], status=status)
    with at(MORNING):
        assert await asking.open_due() == 0


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("changed", "too_soon", "then"),
    [
        ({"starts_at": STARTS + 3 * DAY, "ends_at": ENDS + 3 * DAY}, MORNING, MORNING + 3 * DAY),
        ({"starts_at": STARTS - 3 * DAY, "ends_at": ENDS - 3 * DAY}, ENDS - 3 * DAY, MORNING - 3 * DAY),
        ({"ends_at": MORNING}, MORNING.replace(hour=11, minute=0), MORNING.replace(hour=11, minute=1)),
        (
            {"ends_at": None, "starts_at": STARTS.replace(hour=5)},
            STARTS.replace(hour=9),
            STARTS.replace(hour=10),
        ),
        ({"zone": "Asia/Tokyo"}, ENDS + timedelta(hours=2), MORNING.replace(hour=1)),
    ],
    ids=["later", "sooner", "longer", "without an end", "elsewhere"],
)
async def test_an_event_that_changes_is_asked_about_once_it_is_over_as_it_is_now(
    walkers: Community, changed: dict[str, Any], too_soon: datetime, then: datetime
) -> None:
    event = await held(walkers, [])
    columns = {getattr(Event, name): value for name, value in changed.items()}
    await Event.update(columns).where(Event.id == event.id)
    with at(too_soon):
        assert await asking.open_due() == 0
    with at(then):
        assert await asking.open_due() == 1


async def test_what_is_on_again_is_asked_about(walkers: Community) -> None:
    event = await held(walkers, [])
    for status, opens in (("cancelled", 0), ("published", 1)):
        await Event.update({Event.status: status}).where(Event.id == event.id)
        with at(MORNING + DAY):
            assert await asking.open_due() == opens


async def test_what_is_changed_after_it_was_asked_about_is_not_asked_about_again(walkers: Community) -> None:
    event = await opened(walkers, [])
    await Event.update({Event.starts_at: STARTS + DAY, Event.ends_at: ENDS + DAY}).where(Event.id == event.id)
    with at(MORNING + DAY):
        assert await asking.open_due() == 0


async def test_what_is_changed_in_the_moment_in_which_it_is_asked_about_is_asked_about_once(
    committed: str, walkers: Community
) -> None:
    event = await held(walkers, [])
    asking_begins, changing_begins = asyncio.Event(), asyncio.Event()

    async def ask() -> None:
        async with transaction():
            assert await asking.open_due(MORNING) == 1
            asking_begins.set()
            await changing_begins.wait()
            await asyncio.sleep(0.2)  # The other waits for us by then.

    async def change() -> None:
        await asking_begins.wait()
        changing_begins.set()
        await Event.update({Event.ends_at: ENDS + timedelta(hours=1)}).where(Event.id == event.id)

    await asyncio.gather(ask(), change())
    assert await asking.open_due(MORNING) == 0
    assert await FollowUp.count() == 1


async def test_who_said_maybe_is_asked_only_if_they_were_seen(walkers: Community) -> None:
    people = await make_guests("Gus Hill", "Hal Birch")
    event = await held(walkers, people)
    await db.run("UPDATE rsvps SET status = 'maybe' WHERE event = $1", event.id)
    await db.run(
        "INSERT INTO arrivals (rsvp, arrived_at) SELECT id, $2 FROM rsvps WHERE person = $1",
        people[0].id,
        STARTS,
    )
    with at(MORNING):
        await asking.open_due()
    found = await db.rows("SELECT person FROM follow_up_replies")
    assert [row["person"] for row in found] == [people[0].id]


@pytest.mark.slow
async def test_five_thousand_people_are_asked_in_seconds(walkers: Community) -> None:
    event = await make_event(walkers, starts_at=STARTS, ends_at=ENDS)
    people = await make_people(5000)
    await db.run(
        """
        INSERT INTO rsvps (public_id, event, person, status, confirmed_at, answered_at, created_at)
        SELECT 'r' || id, $1, id, 'going', $2, $2, $2 FROM people WHERE id = ANY($3)
        """,
        event.id,
        STARTS,
        [person.id for person in people],
    )
    with at(MORNING):
        with time_machine.travel(MORNING, tick=True):
            began = clock.now()
            await asking.open_due()
            took = clock.now() - began
        assert took < timedelta(seconds=10)
        assert await Reply.count() == 5000
        assert await db.value("SELECT count(*) FROM due_work WHERE kind = 'followups.invitation'") == 5000


async def test_who_does_not_want_such_letters_gets_none_and_can_still_answer(
    client: httpx.AsyncClient, walkers: Community
) -> None:
    (gus,) = await make_guests("Gus Hill")
    await letters_wanted.refuse(gus.id, letters_wanted.FOLLOW_UPS)
    event = await opened(walkers, [gus])
    with at(MORNING):
        assert not [letter for letter in await letters_to(gus.email) if "How was" in letter["Subject"]]
        assert (await client.get(await page_of(event, gus))).status_code == 200


async def reminders(email: str) -> int:
    return len([letter for letter in await letters_to(email) if "Still open" in letter["Subject"]])


async def test_there_is_one_reminder_after_three_days_for_who_has_said_nothing(
    client: httpx.AsyncClient, walkers: Community
) -> None:
    silent, answered, dismissed = people = await make_guests("Gus Hill", "Hal Birch", "Ida Vale")
    event = await opened(walkers, people)
    with at(MORNING + timedelta(hours=1)):
        await say(client, event, answered)
        await say(client, event, dismissed, act="dismiss")
    with at(MORNING + timedelta(days=2, hours=23)):
        await jobs.ask_the_morning_after()
        assert await reminders(silent.email) == 0
    for days in (3, 4, 9):
        with at(MORNING + timedelta(days=days)):
            await jobs.ask_the_morning_after()
    with at(MORNING + timedelta(days=9)):
        assert await reminders(silent.email) == 1
        assert await reminders(answered.email) == 0
        assert await reminders(dismissed.email) == 0


async def test_who_walked_in_late_is_reminded_with_the_others(walkers: Community) -> None:
    (gus,) = await make_guests("Gus Hill")
    event = await opened(walkers, [])
    with at(MORNING + 2 * DAY):
        await asking.ask_late(event.id, gus.id)
    with at(MORNING + 3 * DAY - timedelta(minutes=1)):
        assert await asking.remind_due() == 0
    with at(MORNING + 3 * DAY):
        assert await asking.remind_due() == 1


async def test_a_reminder_that_could_not_be_sent_comes_as_long_as_the_page_is_open(
    walkers: Community,
) -> None:
    event = await opened(walkers, await make_guests("Gus Hill", "Hal Birch"))
    with at(CLOSES):
        assert await asking.remind_due() == 0
    with at(CLOSES - timedelta(minutes=1)):
        assert await asking.remind_due() == 2
    assert await Reply.count().where(Reply.follow_up.event == event.id, Reply.reminded_at.is_null()) == 0


async def test_reminders_do_not_go_out_at_night(walkers: Community) -> None:
    await opened(walkers, await make_guests("Gus Hill"))
    with at(MORNING + timedelta(days=3, hours=12)):
        assert await asking.remind_due() == 0
    with at(MORNING + timedelta(days=4)):
        assert await asking.remind_due() == 1


async def test_old_marks_and_messages_are_forgotten(client: httpx.AsyncClient, walkers: Community) -> None:
    people = await make_guests()
    event = await opened(walkers, people)
    with at(MORNING):
        await all_findable(client, event, people)
        await say(
            client, event, people[0], wish=(people[1],), message="Hm.", message_to="organisers", note="Tom"
        )
        await Reply.update({Reply.first_time_told: True}).where(Reply.person == people[0].id)
    with at(CLOSES + timedelta(days=29)):
        await forget_what_has_had_its_time()
        assert await db.value("SELECT count(*) FROM met_marks") == 1
    with at(CLOSES + timedelta(days=31)):
        await forget_what_has_had_its_time()
        assert await db.value("SELECT count(*) FROM met_marks") == 0
    with at(CLOSES + timedelta(days=366)):
        await forget_what_has_had_its_time()
    after = await asked(event, people[0])
    assert (after.message, after.note) == ("", "Tom")
    assert not await Reply.exists().where(Reply.first_time_told.eq(True))


async def test_many_gatherings_are_opened_in_the_same_minute(
    walkers: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many are over at once, and each asks its own people."""
    monkeypatch.setattr(asking, "EVENTS_AT_ONCE", 2)
    monkeypatch.setattr(asking, "LETTERS_AT_ONCE", 2)
    people = await make_guests()
    events = [await held(walkers, people[number : number + 3]) for number in range(4)]
    events.append(await held(walkers, []))
    with at(MORNING):
        assert await asking.open_due() == 5
        assert await asking.open_due() == 0
    for number, event in enumerate(events):
        there = await Reply.select(Reply.person).where(Reply.follow_up.event == event.id)
        expected = people[number : number + 3] if number < 4 else []
        assert {reply["person"] for reply in there} == {person.id for person in expected}
    with at(MORNING):
        assert len(await letters_to(people[2].email)) == 3


async def test_opening_twice_at_once_opens_once(committed: str, walkers: Community) -> None:
    await held(walkers, await make_guests("Gus Hill"))
    with at(MORNING):
        opened_by = await asyncio.gather(*(asking.open_due() for _ in range(6)))
    assert sum(opened_by) == 1
    assert await FollowUp.count() == 1
    assert await Reply.count() == 1


@pytest.mark.parametrize("waiting", [True, False], ids=["while it waits", "before the reminder"])
async def test_who_is_kept_out_is_not_asked_how_it_was(
    waiting: bool, walkers: Community, ana: Person, signed_in: As
) -> None:
    people = await make_guests("Eli Stone", "Fay Wood")
    event = await held(walkers, people)
    eli = people[0]
    asking = "SELECT count(*) FROM sent_letters WHERE to_email = $1 AND kind LIKE 'followups/%'"
    roads = ("/", "/connections", f"/events/{event.public_id}")
    with at(MORNING):
        await jobs.ask_the_morning_after()
        page, browser = await page_of(event, eli), await signed_in(eli)
        for road in roads:
            assert page in (await browser.get(road)).text, road
        if not waiting:
            await work_off()
        await keeping_out.keep_out(event, Whom.named(eli), by=ana)
        await work_off()
    with at(MORNING + timedelta(days=3, hours=1)):
        await jobs.ask_the_morning_after()
        await work_off()
        assert await db.value(asking, eli.email) == (0 if waiting else 1)
        assert await db.value(asking, people[1].email) == 2
        browser = await signed_in(eli)
        assert (await browser.get(page)).status_code == 403
        for road in roads:
            assert page not in (await browser.get(road)).text, road


# Away


async def invitations(email: str) -> int:
    return len([letter for letter in await letters_to(email) if "How was" in letter["Subject"]])


async def by_the_clock(moment: datetime) -> None:
    with at(moment):
        await jobs.ask_the_morning_after()
        await jobs.ask_the_morning_after()
        await work_off()


async def test_who_is_away_is_asked_once_they_are_back_and_not_reminded(walkers: Community) -> None:
    gus, hal = await make_guests("Gus Hill", "Hal Birch")
    with at(STARTS):
        await away.go(gus, (MORNING + timedelta(days=4)).date())
    await held(walkers, [gus, hal])
    for days in range(4):
        await by_the_clock(MORNING + timedelta(days=days))
        assert not await letters_to(gus.email)
    assert (await invitations(hal.email), await reminders(hal.email)) == (1, 1)
    await by_the_clock(MORNING.replace(hour=3) + timedelta(days=4))
    assert not await letters_to(gus.email)  # It is night.
    for days in range(4, 14):
        await by_the_clock(MORNING + timedelta(days=days))
    assert (await invitations(gus.email), len(await letters_to(gus.email))) == (1, 1)


async def test_who_comes_back_sooner_is_asked_then(walkers: Community) -> None:
    (gus,) = await make_guests("Gus Hill")
    with at(STARTS):
        await away.go(gus, (MORNING + timedelta(days=200)).date())
    await held(walkers, [gus])
    await by_the_clock(MORNING)
    with at(MORNING + timedelta(days=1)):
        await away.come_back(gus)
    await by_the_clock(MORNING + timedelta(days=1, minutes=1))
    assert await invitations(gus.email) == 1


async def test_who_is_back_too_late_is_not_asked(walkers: Community) -> None:
    (gus,) = await make_guests("Gus Hill")
    with at(STARTS):
        await away.go(gus, (CLOSES + timedelta(days=1)).date())
    event = await held(walkers, [gus])
    await by_the_clock(MORNING)
    await by_the_clock(CLOSES + timedelta(days=2))
    assert not await letters_to(gus.email)
    assert (await asked(event, gus)).answered_at is None


async def test_who_answers_while_they_are_away_is_not_asked_afterwards(
    client: httpx.AsyncClient, walkers: Community
) -> None:
    (gus,) = await make_guests("Gus Hill")
    with at(STARTS):
        await away.go(gus, (MORNING + timedelta(days=4)).date())
    event = await held(walkers, [gus])
    await by_the_clock(MORNING)
    with at(MORNING):
        assert (await say(client, event, gus)).status_code == 303
    await by_the_clock(MORNING + timedelta(days=5))
    assert not await letters_to(gus.email)


async def test_who_goes_away_after_they_were_asked_is_reminded_when_they_are_back(walkers: Community) -> None:
    (gus,) = await make_guests("Gus Hill")
    await held(walkers, [gus])
    await by_the_clock(MORNING)
    with at(MORNING + timedelta(hours=1)):
        await away.go(gus, (MORNING + timedelta(days=6)).date())
    await by_the_clock(MORNING + timedelta(days=4))
    assert (await invitations(gus.email), await reminders(gus.email)) == (1, 0)
    await by_the_clock(MORNING + timedelta(days=6))
    assert (await invitations(gus.email), await reminders(gus.email)) == (1, 1)


async def test_who_goes_away_before_a_letter_that_is_written_down_gets_it_when_they_are_back(
    walkers: Community,
) -> None:
    (gus,) = await make_guests("Gus Hill")
    await held(walkers, [gus])
    with at(MORNING):
        await asking.open_due()
        await away.go(gus, (MORNING + timedelta(days=1)).date())
        await work_off()
        assert not await letters_to(gus.email)
    await by_the_clock(MORNING + timedelta(days=1))
    assert await invitations(gus.email) == 1


async def test_their_page_is_there_all_the_same(walkers: Community, signed_in: As) -> None:
    (gus,) = await make_guests("Gus Hill")
    with at(STARTS):
        await away.go(gus, (MORNING + timedelta(days=4)).date())
    event = await opened(walkers, [gus])
    with at(MORNING):
        assert event.title in (await (await signed_in(gus)).get("/")).text


async def test_in_quiet_hours_nobody_is_asked_how_it_was(walkers: Community) -> None:
    gus, hal = await make_guests("Gus Hill", "Hal Birch")
    await Person.update({Person.zone: "Europe/Berlin"}, force=True)
    with at(STARTS):
        await letter_hours.be_quiet(gus, (6, 15))
        await letter_hours.be_quiet(hal, (8, 23))
    await held(walkers, [gus, hal])
    for moment in (MORNING, MORNING.replace(hour=14, minute=59)):
        await by_the_clock(moment)
        with at(moment):
            assert not [*await letters_to(gus.email), *await letters_to(hal.email)]
    for moment in (MORNING.replace(hour=15, minute=0), MORNING.replace(hour=16)):
        await by_the_clock(moment)
        with at(moment):
            assert await invitations(gus.email) == 1
    # Of the day there is nothing left to hal but the night, so it comes then.
    await by_the_clock(MORNING.replace(hour=23, minute=0))
    assert await invitations(hal.email) == 1


async def test_who_goes_away_in_their_quiet_hours_is_asked_when_they_are_back(walkers: Community) -> None:
    (gus,) = await make_guests("Gus Hill")
    await Person.update({Person.zone: "Europe/Berlin"}, force=True)
    with at(STARTS):
        await letter_hours.be_quiet(gus, (6, 15))
    await held(walkers, [gus])
    await by_the_clock(MORNING)
    with at(MORNING):
        await away.go(gus, (MORNING + timedelta(days=2)).date())
    with at(MORNING.replace(hour=16)):
        assert not await letters_to(gus.email)
    for hour in (10, 15, 16):
        await by_the_clock((MORNING + timedelta(days=2)).replace(hour=hour, minute=0))
    assert (await invitations(gus.email), len(await letters_to(gus.email))) == (1, 1)
