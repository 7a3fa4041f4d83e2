"""Whom people met: who stands in the list, who sees it, and what a wish may be."""

import re

import asyncpg
import httpx
import pytest

from followups.survey import encounters, queries
from members.tables import Block, Community, Person
from server import clock, db
from tests.followups.mornings import (
    MORNING,
    all_findable,
    asked,
    at,
    key_of,
    make_guests,
    opened,
    page_of,
    say,
)


async def names_on(browser: httpx.AsyncClient, path: str) -> list[str]:
    """The names in somebody's list."""
    return re.findall(
        r'class="encounter-name"><span[^>]*>[^<]*</span>\s*<bdi>([^<]+)<', (await browser.get(path)).text
    )


async def wishes(person: Person) -> set[int]:
    return {
        row["about"]
        for row in await db.rows(
            "SELECT about FROM met_marks WHERE by = $1 AND wished_at IS NOT NULL", person.id
        )
    }


async def test_the_list_shows_first_names_and_initials_of_who_agreed(
    client: httpx.AsyncClient, walkers: Community
) -> None:
    people = await make_guests()
    event = await opened(walkers, people)
    with at(MORNING):
        await all_findable(client, event, people[:5])
        await say(client, event, people[5], findable=None)
        page = await page_of(event, people[0])
        assert await names_on(client, page) == ["Bo L.", "Cleo M.", "Dev P.", "Eli S."]
        text = (await client.get(page)).text
        for hidden in ("Lind", "Marsh", "Patel", "Stone", "Fay", *(p.public_id for p in people[1:])):
            assert hidden not in text


async def test_fewer_than_four_are_no_list(client: httpx.AsyncClient, walkers: Community) -> None:
    people = await make_guests()
    event = await opened(walkers, people)
    with at(MORNING):
        await all_findable(client, event, people[:4])
        page = await page_of(event, people[0])
        assert await names_on(client, page) == []
        assert "No list so far" in (await client.get(page)).text
        await all_findable(client, event, people[4:5])
        assert len(await names_on(client, page)) == 4


async def test_who_cannot_be_found_or_was_not_there_sees_no_list(
    client: httpx.AsyncClient, walkers: Community
) -> None:
    people = await make_guests()
    event = await opened(walkers, people)
    with at(MORNING):
        await all_findable(client, event, people)
        page = await page_of(event, people[0])
        assert len(await names_on(client, page)) == 5
        await say(client, event, people[0], findable=None)
        assert await names_on(client, page) == []
        await say(client, event, people[0], was_there="no")
        assert await names_on(client, page) == []


async def test_who_takes_their_consent_back_leaves_every_list(
    client: httpx.AsyncClient, walkers: Community
) -> None:
    people = await make_guests()
    event = await opened(walkers, people)
    with at(MORNING):
        await all_findable(client, event, people)
        await say(client, event, people[1], findable=None)
        assert "Bo L." not in await names_on(client, await page_of(event, people[0]))


async def test_a_block_hides_both_ways_and_counts_as_not_there(
    client: httpx.AsyncClient, walkers: Community
) -> None:
    people = await make_guests()
    event = await opened(walkers, people)
    with at(MORNING):
        await all_findable(client, event, people)
        await Block(blocker=people[1].id, blocked=people[0].id).save()
        assert "Bo L." not in await names_on(client, await page_of(event, people[0]))
        assert "Ana R." not in await names_on(client, await page_of(event, people[1]))
        await say(client, event, people[5], findable=None)
        assert await names_on(client, await page_of(event, people[0])) == []
        assert len(await names_on(client, await page_of(event, people[2]))) == 4


async def test_a_picture_is_shown_only_by_choice(client: httpx.AsyncClient, walkers: Community) -> None:
    people = await make_guests()
    event = await opened(walkers, people)
    await db.run(
        """
        INSERT INTO pictures (public_id, small, large, width, height, refused, ready_at, created_at)
        VALUES ('face00000000', 'x', 'x', 1, 1, '', $1, $1)
        """,
        MORNING,
    )
    await db.run("UPDATE people SET picture = (SELECT id FROM pictures) WHERE id = $1", people[1].id)
    with at(MORNING):
        await all_findable(client, event, people)
        page = await page_of(event, people[0])
        assert "face00000000" not in (await client.get(page)).text
        await say(client, event, people[1], shows_picture="true")
        assert "face00000000" in (await client.get(page)).text


async def test_wishes_are_kept_changed_and_taken_back(client: httpx.AsyncClient, walkers: Community) -> None:
    ana, bo, cleo, *_ = people = await make_guests()
    event = await opened(walkers, people)
    with at(MORNING):
        await all_findable(client, event, people)
        assert (await say(client, event, ana, wish=(bo, cleo))).status_code == 303
        assert await wishes(ana) == {bo.id, cleo.id}
        page = (await client.get(await page_of(event, ana))).text
        assert "You would like to stay in touch with Bo L., Cleo M." in page
        assert "Sunday, 15 November 2026 at 18:00, Berlin time" in page
        await say(client, event, ana, wish=(cleo,), shown=(bo, cleo))
        assert await wishes(ana) == {cleo.id}
        await say(client, event, ana, met=(cleo,), shown=(bo, cleo))
        assert await wishes(ana) == set()
        assert await db.value("SELECT count(*) FROM met_marks") == 1
        await say(client, event, ana, was_there="no")
        assert await db.value("SELECT count(*) FROM met_marks") == 0


async def test_saving_again_does_not_put_a_wish_off(client: httpx.AsyncClient, walkers: Community) -> None:
    ana, bo, *_ = people = await make_guests()
    event = await opened(walkers, people)
    with at(MORNING):
        await all_findable(client, event, people)
        await say(client, event, ana, wish=(bo,))
        first = await db.value("SELECT wished_at FROM met_marks")
    with at(MORNING.replace(hour=12)):
        await say(client, event, ana, wish=(bo,))
    assert await db.value("SELECT wished_at FROM met_marks") == first


async def test_names_that_were_not_on_the_page_keep_their_marks(
    client: httpx.AsyncClient, walkers: Community
) -> None:
    ana, bo, cleo, *_ = people = await make_guests()
    event = await opened(walkers, people)
    with at(MORNING):
        await all_findable(client, event, people)
        await say(client, event, ana, wish=(bo,))
        await say(client, event, ana, wish=(cleo,), shown=(cleo,))
        assert await wishes(ana) == {bo.id, cleo.id}


async def test_a_thirteenth_wish_is_refused_and_nothing_is_lost(
    client: httpx.AsyncClient, walkers: Community
) -> None:
    people = await make_guests(*(f"{name}a Hill" for name in "BCDFGHJKLMNPRS"))
    event = await opened(walkers, people)
    with at(MORNING):
        await all_findable(client, event, people)
        await say(client, event, people[0], wish=tuple(people[1:13]))
        assert len(await wishes(people[0])) == 12
        refused = await say(client, event, people[0], wish=tuple(people[1:14]), note="Tom")
        assert refused.status_code == 422
        assert "up to 12 people" in refused.text and ">\nTom</textarea>" in refused.text
        assert len(await wishes(people[0])) == 12
        swapped = await say(client, event, people[0], wish=tuple(people[2:14]), shown=tuple(people[1:14]))
        assert swapped.status_code == 303
        assert len(await wishes(people[0])) == 12


async def test_the_database_refuses_a_thirteenth_wish_too(
    client: httpx.AsyncClient, walkers: Community
) -> None:
    people = await make_guests(*(f"{name}a Hill" for name in "BCDFGHJKLMNPRS"))
    event = await opened(walkers, people)
    follow_up = (await asked(event, people[0])).follow_up
    with pytest.raises(asyncpg.CheckViolationError):
        await db.run(
            "INSERT INTO met_marks (follow_up, by, about, wished_at, created_at) "
            "SELECT $1, $2, id, $4, $4 FROM people WHERE id = ANY($3)",
            follow_up,
            people[0].id,
            [person.id for person in people[1:14]],
            clock.now(),
        )


async def test_a_form_cannot_be_used_to_ask_who_was_there(
    client: httpx.AsyncClient, walkers: Community
) -> None:
    """Keys of who cannot be found, of oneself, of another event, and nonsense are answered like nothing at all."""
    people = await make_guests()
    event = await opened(walkers, people)
    with at(MORNING):
        await all_findable(client, event, people[:5])
        page = await page_of(event, people[0])
        answers = [
            await client.post(
                page,
                data={"was_there": "yes", "findable": "true", "shown": [key], "met": [key], "wish": [key]},
            )
            for key in (await key_of(event, people[5]), await key_of(event, people[0]), "nonsense")
        ]
    assert {(answer.status_code, answer.headers["location"]) for answer in answers} == {(303, page)}
    assert await db.value("SELECT count(*) FROM met_marks") == 0


async def test_a_list_that_became_too_short_lets_wishes_be_taken_back(
    client: httpx.AsyncClient, walkers: Community
) -> None:
    ana, bo, *others = people = await make_guests()
    event = await opened(walkers, people)
    with at(MORNING):
        await all_findable(client, event, people)
        await say(client, event, ana, wish=(bo,))
        for other in others[:2]:
            await say(client, event, other, findable=None)
        assert "Take back every wish" in (await client.get(await page_of(event, ana))).text
        await say(client, event, ana, shown=())
        assert await wishes(ana) == {bo.id}
        await say(client, event, ana, shown=(), take_back="true")
        assert await wishes(ana) == set()


@pytest.mark.slow
async def test_many_names_come_in_pages_and_can_be_searched(
    client: httpx.AsyncClient, walkers: Community
) -> None:
    people = await make_guests("Zoe Zander", *(f"Bea{chr(97 + i % 26)}{i} Hidden" for i in range(130)))
    event = await opened(walkers, people)
    await db.run("UPDATE follow_up_replies SET was_there = true, findable = true")
    await db.run("INSERT INTO arrivals (rsvp, arrived_at) SELECT id, $1 FROM rsvps", MORNING)
    with at(MORNING):
        page = await page_of(event, people[0])
        assert len(await names_on(client, page)) == queries.NAMES_ON_A_PAGE
        assert len(await names_on(client, page + "?page=3")) == 10
        assert "No list so far" not in (await client.get(page + "?page=99")).text
        assert await names_on(client, page + "?q=beac2 ") == ["Beac2 H.", "Beac28 H."]
        assert await names_on(client, page + "?q=Hidden") == []


@pytest.mark.slow
async def test_each_name_stands_on_one_page_and_what_is_ticked_is_saved_on_the_way(
    client: httpx.AsyncClient, walkers: Community
) -> None:
    people = await make_guests("Zoe Zander", *(f"{'Bea' if n < 100 else 'Cy'} Hidden{n}" for n in range(130)))
    event = await opened(walkers, people)
    await db.run("UPDATE follow_up_replies SET was_there = true, findable = true")
    await db.run("INSERT INTO arrivals (rsvp, arrived_at) SELECT id, $1 FROM rsvps", MORNING)
    said = {"was_there": "yes", "findable": "true", "find": "", "note": "Tom"}
    with at(MORNING):
        page = address = await page_of(event, people[0])
        keys: list[str] = []
        for _ in range(3):
            text = (await client.get(address)).text
            keys += re.findall(r'name="met" value="(\w+)"', text)
            onwards = re.search(r'name="after" value="([^"]+)"', text)
            if not onwards:
                break
            answer = await client.post(
                page, data={**said, "after": onwards[1], "met": keys[-1], "shown": keys[-1]}
            )
            address = answer.headers["location"]
            assert address.startswith(page) and address.endswith("#met") and "after=" in address
        assert len(keys) == len(set(keys)) == 130 and "Hidden" not in text
        assert await db.value("SELECT count(*) FROM met_marks") == 2
        assert (await asked(event, people[0])).note == "Tom"
        back = re.search(r'name="before" value="([^"]+)"', text)
        assert back
        answer = await client.post(page, data={**said, "before": back[1]})
        text = (await client.get(answer.headers["location"])).text
        assert re.findall(r'name="met" value="(\w+)"', text) == keys[60:120]


async def test_two_tabs_at_once_are_no_thirteenth_wish(
    committed: str, client: httpx.AsyncClient, walkers: Community
) -> None:
    import asyncio

    people = await make_guests(*(f"{name}a Hill" for name in "BCDFGHJKLMNPRSTVWXZ"))
    event = await opened(walkers, people)
    with at(MORNING):
        await all_findable(client, event, people)
        halves = (tuple(people[1:10]), tuple(people[10:19]))
        answers = await asyncio.gather(*(say(client, event, people[0], wish=half) for half in halves))
        assert sorted(answer.status_code for answer in answers) == [303, 422]
    assert len(await wishes(people[0])) <= encounters.MOST_WISHES
