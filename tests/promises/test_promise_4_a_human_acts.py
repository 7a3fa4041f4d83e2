"""Promise 4: a human acts and signs with their name. Kith only puts something on a person's table."""

import re
from datetime import timedelta

import httpx
import pytest

from followups.tables import Connection, MetMark, Reply
from members.tables import Community, Person
from rsvps.tables import Arrival
from server import db
from server.composition import timetable
from tests.followups.mornings import (
    ANNOUNCED,
    BERLIN,
    CLOSES,
    FIRST_SIX,
    MORNING,
    STARTS,
    at,
    held,
    make_guests,
    say,
)
from tests.ground import letters_to, text_of, work_off
from tests.people import As
from volunteers import shifts
from volunteers.shifts import Needed
from volunteers.tables import SignUp

pytestmark = pytest.mark.slow

# What Kith says itself. Everything else is somebody's, and carries their name.
ABOUT_THEIR_OWN_WORD = ("rsvps/", "volunteers/")
ONCE_AFTERWARDS = ("followups/invitation", "followups/reminder")


async def test_weeks_of_clockwork_do_nothing_in_anybodys_name(
    client: httpx.AsyncClient, walkers: Community, dev: Person
) -> None:
    people = await make_guests()
    event = await held(walkers, people)
    with at(ANNOUNCED):
        role = await shifts.add(event, Needed("Door", "", 2, STARTS, STARTS + timedelta(hours=1)))
    answers = await db.rows("SELECT id, status, guests FROM rsvps ORDER BY id")
    for day in range(0, 40, 2):
        with at(ANNOUNCED + timedelta(days=day)):
            for each in timetable:
                await each.function()
            await work_off()
    assert await db.rows("SELECT id, status, guests FROM rsvps ORDER BY id") == answers
    for table in (Arrival, MetMark, Connection, SignUp):
        assert await table.count() == 0, table
    assert await Reply.count().where(Reply.answered_at.is_not_null()) == 0
    assert await db.value("SELECT taken FROM volunteer_roles WHERE id = $1", role.id) == 0


async def test_those_who_say_nothing_are_written_to_a_few_times_and_left_alone(walkers: Community) -> None:
    (gus,) = await make_guests("Gus Hill")
    await held(walkers, [gus])
    for day in (*range(30), 60, 90, 180, 360, 400):
        with at(ANNOUNCED.replace(hour=12) + timedelta(days=day)):
            for each in timetable:
                await each.function()
    await work_off()
    kinds = [
        row["kind"]
        for row in await db.rows("SELECT kind FROM due_work UNION ALL SELECT kind FROM sent_letters")
    ]
    unasked = [kind for kind in kinds if not kind.startswith(ABOUT_THEIR_OWN_WORD)]
    assert len(kinds) <= 5
    assert set(unasked) <= set(ONCE_AFTERWARDS)


async def test_kith_writes_as_kith_and_in_nobodys_name(client: httpx.AsyncClient, walkers: Community) -> None:
    people = await make_guests()
    event = await held(walkers, people)
    with at(MORNING):
        for each in timetable:
            await each.function()
        await work_off()
        for person in people:
            await say(client, event, person)
        await say(client, event, people[0], wish=(people[1],))
        await say(client, event, people[1], wish=(people[0],))
    with at(FIRST_SIX):
        for each in timetable:
            await each.function()
        letters = await letters_to(people[0].email)
    assert len(letters) >= 2
    for letter in letters:
        assert "Kith" in str(letter["From"])
        assert not any(person.name in str(letter["From"]) for person in people)
        assert not re.search(r"\bmiss(ed)? you\b|come back|streak", text_of(letter), re.IGNORECASE)


async def test_what_an_organiser_writes_carries_their_name(
    signed_in: As, ana: Person, walkers: Community
) -> None:
    (gus,) = await make_guests("Gus Hill")
    event = await held(walkers, [gus])
    with at(ANNOUNCED):
        browser = await signed_in(ana)
        sent = await browser.post(
            f"/events/{event.public_id}/letters",
            data={
                "ref": "abcdefgh2345",
                "step": "send",
                "subject": "Bring a cup",
                "body": "We have too few.",
            },
        )
        assert sent.status_code in {200, 303}
        letters = [
            letter for letter in await letters_to(gus.email) if "Bring a cup" in str(letter["Subject"])
        ]
    assert len(letters) == 1
    assert ana.name in text_of(letters[0])


async def test_what_is_said_to_organisers_is_signed_only_by_choice(
    client: httpx.AsyncClient, signed_in: As, ana: Person, walkers: Community
) -> None:
    people = await make_guests("Gus Hill", "Hal Birch")
    event = await held(walkers, people)
    with at(MORNING):
        for each in timetable:
            await each.function()
        await say(client, event, people[0], message="Too loud.", message_to="organisers")
        await say(client, event, people[1], message="Lovely.", message_to="organisers", signed="true")
        page = (await (await signed_in(ana)).get(f"/events/{event.public_id}/followup")).text
    assert "Too loud." in page and "Hal Birch" in page and "Gus" not in page


def test_the_moments_used_here_are_by_day() -> None:
    assert MORNING.tzinfo is BERLIN and MORNING < FIRST_SIX < CLOSES
