"""Two who both wished it: when they hear, what they see, and how it ends."""

import re
from datetime import timedelta

import httpx
import pytest

from followups import jobs
from followups.connections import cards, revealing
from followups.connections.cards import Choices
from members.letters import away, letter_hours, letters_wanted
from members.tables import Block, Community, Person
from rsvps.seating import seats
from server import clock, db
from tests.followups.connections.pairs import both_wish, connected, met, told
from tests.followups.mornings import (
    CLOSES,
    FIRST_SIX,
    MORNING,
    SECOND_SIX,
    all_findable,
    at,
    opened,
    page_of,
    reveal,
    say,
)
from tests.gatherings import make_event
from tests.ground import letters_to, text_of, work_off
from tests.people import As

EVENING = FIRST_SIX + timedelta(minutes=5)


async def test_two_who_both_wish_it_hear_at_six_and_not_before(
    client: httpx.AsyncClient, walkers: Community
) -> None:
    event, (ana, bo, *_) = await met(client, walkers)
    await both_wish(client, event, ana, bo)
    assert await reveal(FIRST_SIX - timedelta(seconds=1)) == 0
    assert await reveal(FIRST_SIX) == 1
    assert await reveal(FIRST_SIX) == 0
    with at(FIRST_SIX):
        assert await connected() == {(ana.id, bo.id)}
        assert await told(ana) == ["You and Bo Lind would like to stay in touch"]
        assert await told(bo) == ["You and Ana Maria Ruiz would like to stay in touch"]


async def test_the_letter_waits_for_who_pauses_letters_is_away_or_has_quiet_hours(
    client: httpx.AsyncClient, walkers: Community
) -> None:
    event, (ana, bo, cleo, *_) = await met(client, walkers)
    with at(MORNING):
        await say(client, event, ana, wish=(bo, cleo))
        await say(client, event, bo, wish=(ana,))
        await say(client, event, cleo, wish=(ana,))
    await Person.update({Person.zone: "Europe/Berlin"}, force=True)
    with at(FIRST_SIX - timedelta(hours=1)):
        await letter_hours.pause(ana, None)
        await away.go(bo, (FIRST_SIX + timedelta(days=20)).date())
        await letter_hours.be_quiet(cleo, (17, 20))
    assert await reveal(FIRST_SIX) == 2
    with at(FIRST_SIX):
        assert [await told(each) for each in (ana, bo, cleo)] == [[], [], []]
    with at(FIRST_SIX + timedelta(hours=2)):
        assert [len(await told(each)) for each in (ana, bo, cleo)] == [0, 0, 1]
    with at(FIRST_SIX + timedelta(days=9)):
        await letter_hours.go_on(ana)
        assert [len(await told(each)) for each in (ana, bo, cleo)] == [2, 0, 1]
    for days in (20, 21):
        with at(FIRST_SIX + timedelta(days=days)):
            await work_off()
            assert [len(await told(each)) for each in (ana, bo, cleo)] == [2, 1, 1]


async def test_a_wish_of_one_alone_comes_to_nothing(client: httpx.AsyncClient, walkers: Community) -> None:
    event, (ana, bo, cleo, *_) = await met(client, walkers)
    with at(MORNING):
        await say(client, event, ana, wish=(bo,))
        await say(client, event, bo, met=(ana,), wish=(cleo,))
    assert await reveal(CLOSES + timedelta(days=2)) == 0
    assert await connected() == set()


async def test_a_wish_taken_back_before_six_comes_to_nothing(
    client: httpx.AsyncClient, walkers: Community
) -> None:
    event, (ana, bo, *_) = await met(client, walkers)
    await both_wish(client, event, ana, bo)
    with at(FIRST_SIX - timedelta(minutes=1)):
        await say(client, event, bo, shown=(ana,))
    assert await reveal(EVENING) == 0


async def test_a_later_wish_is_told_on_the_next_day(client: httpx.AsyncClient, walkers: Community) -> None:
    event, (ana, bo, *_) = await met(client, walkers)
    with at(MORNING):
        await say(client, event, ana, wish=(bo,))
    with at(FIRST_SIX + timedelta(seconds=10)):
        await say(client, event, bo, wish=(ana,))
    assert await reveal(FIRST_SIX + timedelta(seconds=30)) == 0, (
        "it came after six, however late the batch is held"
    )
    assert await reveal(SECOND_SIX - timedelta(seconds=1)) == 0
    assert await reveal(SECOND_SIX) == 1


async def test_a_wish_just_before_closing_is_still_told(
    client: httpx.AsyncClient, walkers: Community
) -> None:
    event, (ana, bo, *_) = await met(client, walkers)
    with at(CLOSES - timedelta(minutes=1)):
        await say(client, event, ana, wish=(bo,))
        await say(client, event, bo, wish=(ana,))
    assert await reveal(CLOSES) == 0
    assert await reveal(CLOSES.replace(hour=18, minute=0)) == 1
    assert await db.value("SELECT count(*) FROM follow_ups WHERE reveals_at IS NOT NULL") == 0


async def test_a_worker_that_was_away_catches_up_day_by_day(
    client: httpx.AsyncClient, walkers: Community
) -> None:
    event, (ana, bo, cleo, *_) = await met(client, walkers)
    await both_wish(client, event, ana, bo)
    with at(FIRST_SIX + timedelta(hours=5)):
        await say(client, event, cleo, wish=(bo,))
        await say(client, event, bo, wish=(cleo,))
    assert await reveal(SECOND_SIX + timedelta(minutes=1)) == 2


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_block_prevents_and_hides_a_connection(
    client: httpx.AsyncClient, signed_in: As, walkers: Community, when: str
) -> None:
    event, (ana, bo, *_) = await met(client, walkers)
    await both_wish(client, event, ana, bo)
    if when == "before":
        await Block(blocker=bo.id, blocked=ana.id).save()
    made = await reveal(EVENING)
    if when == "after":
        await Block(blocker=bo.id, blocked=ana.id).save()
    assert made == (when == "after")
    with at(EVENING):
        for person, other in ((ana, "Bo Lind"), (bo, "Ana Maria")):
            assert await told(person) == []
            assert other not in (await (await signed_in(person)).get("/connections")).text


async def test_who_cannot_be_found_any_more_is_not_connected(
    client: httpx.AsyncClient, walkers: Community
) -> None:
    event, (ana, bo, *_) = await met(client, walkers)
    await both_wish(client, event, ana, bo)
    with at(MORNING + timedelta(hours=2)):
        await say(client, event, bo, findable=None)
    assert await reveal(EVENING) == 0


async def test_a_connection_is_nobody_elses(
    client: httpx.AsyncClient, signed_in: As, ana: Person, walkers: Community
) -> None:
    event, (one, other, third, *_) = await met(client, walkers)
    await both_wish(client, event, one, other)
    await reveal(EVENING)
    connection = await db.value("SELECT public_id FROM connections")
    with at(EVENING):
        for person in (third, ana):
            browser = await signed_in(person)
            assert (await browser.post(f"/connections/{connection}/ending")).status_code == 404
            assert "Lind" not in (await browser.get("/connections")).text
        assert (await client.get("/connections")).status_code == 303
        assert (await client.post(f"/connections/{connection}/ending")).status_code == 303
        assert (await client.get(f"/connections/{connection}/ending")).status_code == 405
    assert len(await connected()) == 1


async def test_the_page_says_with_whom_since_when_and_what_they_share(
    client: httpx.AsyncClient, signed_in: As, walkers: Community
) -> None:
    event, (ana, bo, *_) = await met(client, walkers)
    await both_wish(client, event, ana, bo)
    await cards.fill_in(
        bo, Choices(shows_email=True, phone="+49 30 1234567", shows_words=True, words="Call after six.")
    )
    await reveal(EVENING)
    with at(EVENING):
        browser = await signed_in(ana)
        page = (await browser.get("/connections")).text
        assert "Bo Lind" in page and event.title in page and "Thu 12 Nov" in page and bo.email not in page
        page = (await browser.get(f"/connections/{await db.value('SELECT public_id FROM connections')}")).text
        assert "Bo Lind" in page and event.title in page and "Thursday, 12 November 2026" in page
        assert bo.email in page and "Call after six." in page
        assert "1234567" not in page
        letter = text_of((await letters_to(ana.email))[-1])
        assert bo.email in letter and "Call after six." in letter and "1234567" not in letter


async def test_it_says_what_both_are_coming_to_and_nothing_else(
    client: httpx.AsyncClient, signed_in: As, walkers: Community
) -> None:
    event, (ana, bo, *_) = await met(client, walkers)
    await both_wish(client, event, ana, bo)
    await reveal(EVENING)
    with at(EVENING):
        titles = {}
        for title, who in {
            "Both of us": (ana, bo),
            "Only Bo": (bo,),
            "Only Ana": (ana,),
            "Cancelled": (ana, bo),
        }.items():
            titles[title] = await make_event(walkers, title=title, starts_at=EVENING + timedelta(days=3))
            for person in who:
                await seats.answer(titles[title], person, answer="going", by=person)
        maybe = await make_event(walkers, title="Perhaps", starts_at=EVENING + timedelta(days=4))
        await seats.answer(maybe, ana, answer="going", by=ana)
        await seats.answer(maybe, bo, answer="maybe", by=bo)
        await db.run("UPDATE events SET status = 'cancelled' WHERE title = 'Cancelled'")
        browser = await signed_in(ana)
        page = (await browser.get("/connections")).text
        assert "You are both coming" in page and "Both of us" in page
        assert not {"Only Bo", "Only Ana", "Cancelled", "Perhaps"} & set(re.findall(r">([^<>]+)</", page))
        await cards.fill_in(bo, Choices(keeps_plans=True))
        assert "Both of us" not in (await browser.get("/connections")).text
    with at(EVENING + timedelta(days=4)):
        await cards.fill_in(bo, Choices())
        assert "Both of us" not in (await browser.get("/connections")).text


async def test_where_it_began_is_named_only_to_who_may_see_it_still(
    client: httpx.AsyncClient, signed_in: As, walkers: Community
) -> None:
    event, (ana, bo, *_) = await met(client, walkers)
    await both_wish(client, event, ana, bo)
    with at(MORNING + timedelta(hours=2)):
        await say(client, event, ana, note="Ask for the bread recipe")
    await db.run("UPDATE events SET title = 'For members now', visibility = 'members'")
    await reveal(FIRST_SIX)
    with at(EVENING):
        assert len(await told(ana)) == 1
        assert "For members now" not in text_of((await letters_to(ana.email))[-1])
        browser = await signed_in(ana)
        page = (await browser.get("/connections")).text
        assert "For members now" not in page
        assert "Bo Lind" in page and "Since Sun 15 Nov" in page
        been = (await browser.get("/been")).text
        assert "For members now" not in been and "Bo Lind" not in been and "bread recipe" in been


async def test_who_is_connected_already_is_not_connected_twice(
    client: httpx.AsyncClient, walkers: Community
) -> None:
    event, (ana, bo, *others) = await met(client, walkers)
    await both_wish(client, event, ana, bo)
    await reveal(EVENING)
    again = await opened(walkers, [ana, bo, *others], title="Another walk")
    with at(MORNING):
        await all_findable(client, again, [ana, bo, *others])
        page = (await client.get(await page_of(again, ana))).text
        assert "You are in touch already" in page
        await say(client, again, ana, wish=(bo,))
        await say(client, again, bo, wish=(ana,))
    assert await reveal(EVENING) == 0
    assert len(await connected()) == 1


async def test_who_wants_no_such_letters_is_connected_without_one(
    client: httpx.AsyncClient, walkers: Community
) -> None:
    event, (ana, bo, *_) = await met(client, walkers)
    await letters_wanted.refuse(ana.id, letters_wanted.CONNECTIONS)
    await both_wish(client, event, ana, bo)
    await reveal(EVENING)
    with at(EVENING):
        assert await told(ana) == []
        assert len(await told(bo)) == 1


async def test_the_page_is_kind_when_there_is_nobody_yet(signed_in: As, bo: Person) -> None:
    page = await (await signed_in(bo)).get("/connections")
    assert page.status_code == 200
    assert "Nobody here yet" in page.text


@pytest.mark.slow
async def test_twenty_thousand_marks_are_told_within_seconds(walkers: Community) -> None:
    """10,000 pairs, in 50 gatherings of 400 people, each with wishes that nobody shares beside."""
    now = MORNING
    await db.run("SELECT setseed(0.5)")
    await db.run(
        """
        INSERT INTO people (public_id, email, name, zone, language, created_at)
        SELECT 'm' || n, 'm' || n || '@example.org', 'Person ' || n, 'UTC', 'en', $1 FROM generate_series(1, 20000) AS n
        """,
        now,
    )
    await db.run(
        """
        WITH made AS (
            INSERT INTO events (public_id, community, uid, status, title, starts_at, zone, changed_at,
                calendar_changed_at, created_at)
            SELECT 'e' || n, $1, 'u' || n, 'published', 'E', $2, 'UTC', $2, $2, $2
            FROM generate_series(1, 50) AS n RETURNING id
        ), followed AS (
            INSERT INTO follow_ups (event, opened_at, closes_at, reveals_at)
            SELECT id, $2, $2::timestamptz + interval '14 days', $3 FROM made RETURNING id
        ), numbered AS (
            SELECT id AS follow_up, row_number() OVER (ORDER BY id) - 1 AS n FROM followed
        ), crowd AS (
            SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM people WHERE public_id LIKE 'm%'
        ), placed AS (
            SELECT follow_up, crowd.id AS person, crowd.n FROM crowd JOIN numbered ON crowd.n / 400 = numbered.n
        ), replied AS (
            INSERT INTO follow_up_replies (public_id, follow_up, person, was_there, findable, created_at)
            SELECT 'k' || n, follow_up, person, true, true, $2 FROM placed
        )
        INSERT INTO met_marks (follow_up, by, about, wished_at, created_at)
        SELECT one.follow_up, one.person, other.person, $2, $2 FROM placed AS one
        JOIN placed AS other ON other.n = CASE WHEN one.n % 2 = 0 THEN one.n + 1 ELSE one.n - 1 END
        """,
        walkers.id,
        now,
        FIRST_SIX,
    )
    assert await db.value("SELECT count(*) FROM met_marks") == 20_000
    began = clock.now()
    assert await revealing.reveal_due(FIRST_SIX) == 10_000
    # A second or two, when nothing else runs beside it.
    assert clock.now() - began < timedelta(seconds=10)
    assert await db.value("SELECT count(*) FROM due_work WHERE kind = 'followups.connected'") == 20_000


async def test_a_batch_and_withdrawals_at_once_agree(
    committed: str, client: httpx.AsyncClient, walkers: Community
) -> None:
    """Whoever takes a wish back while the batch is held either does so in time or is connected; nothing between."""
    import asyncio

    event, (ana, bo, *_) = await met(client, walkers)
    await both_wish(client, event, ana, bo)
    with at(FIRST_SIX):
        _, withdrawn, *_ = await asyncio.gather(
            revealing.reveal_due(), say(client, event, bo, shown=(ana,)), revealing.reveal_due()
        )
    assert withdrawn.status_code == 303
    letters = await db.value("SELECT count(*) FROM due_work WHERE kind = 'followups.connected'")
    assert (len(await connected()), letters) in {(0, 0), (1, 2)}


async def test_it_is_on_the_timetable(client: httpx.AsyncClient, walkers: Community) -> None:
    event, (ana, bo, *_) = await met(client, walkers)
    await both_wish(client, event, ana, bo)
    with at(FIRST_SIX):
        await jobs.connect_at_six()
    assert len(await connected()) == 1
