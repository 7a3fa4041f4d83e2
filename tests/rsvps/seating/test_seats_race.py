"""Many at once, over real connections: seats are never oversold, lines keep their order, nobody is lost."""

import asyncio
import random
from collections.abc import AsyncIterator

import asyncpg
import httpx
import pytest
import pytest_asyncio

from events.tables import Event
from members.account import sessions
from members.tables import Community, Person
from rsvps.seating import seats
from rsvps.tables import Rsvp, RsvpChange
from server import clock, db, tokens
from server.settings import settings
from tests.gatherings import make_event
from tests.rsvps.gatherings import give_seats, line, make_people, statuses, taken

pytestmark = pytest.mark.slow

JSON = {"accept": "application/json"}


@pytest_asyncio.fixture(loop_scope="session")
async def community(committed: str) -> Community:
    community = Community(slug="walkers", name="Sunday Walkers", zone="Europe/Berlin")
    await community.save()
    return community


@pytest_asyncio.fixture(loop_scope="session")
async def browser(app) -> AsyncIterator[httpx.AsyncClient]:  # type: ignore[no-untyped-def]
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=settings.base_url) as browser:
        yield browser


async def cookies(people: list[Person]) -> list[dict[str, str]]:
    """Each signed in somewhere."""
    now, secrets = clock.now(), [tokens.new_secret() for _ in people]
    await db.copy(
        "sessions",
        ["person", "secret", "browser", "created_at", "seen_at", "expires_at"],
        [
            (p.id, tokens.digest(s), "", now, now, now + sessions.LASTS)
            for p, s in zip(people, secrets, strict=True)
        ],
    )
    return [{**JSON, "cookie": f"{sessions.COOKIE}={secret}"} for secret in secrets]


async def press(
    browser: httpx.AsyncClient, event: Event, headers: dict[str, str], **data: str | int
) -> httpx.Response:
    return await browser.post(
        f"/events/{event.public_id}/rsvp", data={"answer": "going", **data}, headers=headers
    )


async def test_fifty_at_once_for_ten_seats(community: Community, browser: httpx.AsyncClient) -> None:
    event = await make_event(community, seats=10)
    people = await make_people(50)
    signed_in = await cookies(people)
    answers = await asyncio.gather(*(press(browser, event, headers) for headers in signed_in))
    assert [answer.status_code for answer in answers] == [200] * 50
    assert await statuses(event) == {"going": 10, "waitlisted": 40}
    assert await taken(event) == 10
    told = {answer.json()["place_in_line"]: person.id for answer, person in zip(answers, people, strict=True)}
    assert sorted(filter(None, told)) == list(range(1, 41))
    assert [told[place] for place in range(1, 41)] == await line(event)
    arrived = await db.rows(
        "SELECT person, to_status FROM rsvp_changes JOIN rsvps ON rsvps.id = rsvp ORDER BY rsvp_changes.id"
    )
    assert [row["to_status"] for row in arrived] == ["going"] * 10 + ["waitlisted"] * 40
    assert [row["person"] for row in arrived[10:]] == await line(event)


async def test_one_person_presses_fifty_times_at_once(
    community: Community, browser: httpx.AsyncClient
) -> None:
    event = await make_event(community, seats=10)
    people = await make_people(1)
    (headers,) = await cookies(people)
    answers = await asyncio.gather(*(press(browser, event, headers) for _ in range(50)))
    assert {answer.text for answer in answers} == {answers[0].text}
    assert [await Rsvp.count(), await RsvpChange.count()] == [1, 1]
    assert await db.value("SELECT count(*) FROM due_work") == 1


async def test_a_stranger_who_presses_twenty_times_gets_one_letter(
    community: Community, browser: httpx.AsyncClient
) -> None:
    event = await make_event(community, seats=10)
    data = {"name": "Nell", "email": "nell@example.org"}
    answers = await asyncio.gather(*(press(browser, event, JSON, **data) for _ in range(20)))
    assert [answer.status_code for answer in answers] == [202] * 20
    assert await statuses(event) == {"offered": 1}
    assert await db.value("SELECT count(*) FROM due_work") == 1


async def test_parties_of_all_sizes_at_once(community: Community, browser: httpx.AsyncClient) -> None:
    event = await make_event(community, seats=10, guests_allowed=3)
    people = await make_people(30)
    signed_in = await cookies(people)
    await asyncio.gather(*(press(browser, event, h, guests=i % 4) for i, h in enumerate(signed_in)))
    assert 7 <= await taken(event) <= 10
    free = 10 - await taken(event)
    smallest = await db.value("SELECT min(1 + guests) FROM rsvps WHERE queued IS NOT NULL")
    assert smallest is None or smallest > free


async def test_a_hundred_leave_a_line_of_two_hundred_at_once(community: Community) -> None:
    event = await make_event(community, seats=100)
    people = await make_people(300)
    for person in people:
        await seats.answer(event, person, answer="going", by=person)
    waiting = await line(event)
    leaving = [*people[:60], *people[150:190]]
    random.Random(7).shuffle(leaving)
    await asyncio.gather(*(seats.withdraw(event, person, by=person) for person in leaving))
    assert await statuses(event) == {"going": 100, "waitlisted": 100, "withdrawn": 100}
    promoted = await db.rows(
        """
        SELECT person FROM rsvp_changes JOIN rsvps ON rsvps.id = rsvp
        WHERE from_status = 'waitlisted' AND to_status = 'going' ORDER BY rsvp_changes.id
        """
    )
    left = {person.id for person in leaving}
    moved = [row["person"] for row in promoted]
    # Some were promoted before they left; whoever was, was the oldest then.
    assert moved == sorted(moved, key=waiting.index)
    assert await line(event) == [person for person in waiting if person not in left and person not in moved]


async def test_capacity_moves_while_people_come_and_go(community: Community) -> None:
    event = await make_event(community, seats=20)
    people = await make_people(60)
    await asyncio.gather(*(seats.answer(event, person, answer="going", by=person) for person in people))

    async def host() -> None:
        for capacity in (5, 27, 27):
            await give_seats(event, capacity)
            await seats.settle(event.id)

    going = await db.rows("SELECT person FROM rsvps WHERE status = 'going'")
    keep = {row["person"] for row in going}
    leave = [person for person in people if person.id in keep][:10]
    await asyncio.gather(host(), *(seats.withdraw(event, person, by=person) for person in leave))
    assert await statuses(event) == {"going": 27, "waitlisted": 23, "withdrawn": 10}
    assert await taken(event) == 27


async def test_without_the_lock_the_database_refuses_to_oversell(
    community: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = await rush_without_lock(community, monkeypatch)
    assert refused > 0
    assert await db.value("SELECT sum(taken) FROM seat_pools") <= 3


async def test_without_lock_and_guard_seats_are_oversold(
    community: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    await db.run("ALTER TABLE seat_pools DISABLE TRIGGER seat_pool_kept")
    await db.run("DROP INDEX rsvps_line")
    await rush_without_lock(community, monkeypatch)
    assert await db.value("SELECT sum(taken) FROM seat_pools") > 3


async def rush_without_lock(community: Community, monkeypatch: pytest.MonkeyPatch) -> int:
    """Thirty come for three seats while nobody locks the event. Returns how many PostgreSQL sent away."""
    event = await make_event(community, seats=3)
    people = await make_people(30)
    monkeypatch.setattr(seats, "TOGETHER", False)
    monkeypatch.setattr(seats, "LOCK", "")
    monkeypatch.setattr(seats, "REFUSED_BY_THE_DATABASE", ())
    results = await asyncio.gather(
        *(seats.answer(event, person, answer="going", by=person) for person in people), return_exceptions=True
    )
    errors = [result for result in results if isinstance(result, BaseException)]
    assert all(isinstance(error, asyncpg.IntegrityConstraintViolationError) for error in errors)
    return len(errors)


async def test_what_the_database_refuses_is_tried_again(
    community: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = await make_event(community, seats=2)
    people = await make_people(3)
    monkeypatch.setattr(seats, "TOGETHER", False)
    monkeypatch.setattr(seats, "LOCK", "")
    await asyncio.gather(*(seats.answer(event, person, answer="going", by=person) for person in people))
    assert await statuses(event) == {"going": 2, "waitlisted": 1}
