"""What somebody says on their page, and until when."""

import re
from datetime import timedelta

import httpx

from followups.survey import asking
from members.blocking import blocks
from members.tables import Community, Person
from rsvps.seating import seats
from server import db
from tests.followups.mornings import (
    ANNOUNCED,
    CLOSES,
    ENDS,
    MORNING,
    STARTS,
    all_findable,
    asked,
    at,
    make_guests,
    opened,
    page_of,
    say,
)
from tests.gatherings import make_event
from tests.people import language_of, make_person


async def test_it_closes_after_fourteen_days(client: httpx.AsyncClient, walkers: Community) -> None:
    (gus,) = await make_guests("Gus Hill")
    event = await opened(walkers, [gus])
    path = await page_of(event, gus)
    with at(CLOSES - timedelta(minutes=1)):
        assert (await client.get(path)).status_code == 200
        assert (await client.post(path, data={"was_there": "yes"})).status_code == 303
    with at(CLOSES + timedelta(seconds=2)):
        assert (await client.get(path)).status_code == 410
        assert (await client.post(path, data={"was_there": "no"})).status_code == 410
    assert (await asked(event, gus)).was_there is True


async def test_a_link_from_elsewhere_is_nothing(client: httpx.AsyncClient, walkers: Community) -> None:
    (gus,) = await make_guests("Gus Hill")
    event = await opened(walkers, [gus])
    with at(MORNING):
        path = await page_of(event, gus)
        assert (await client.get(path + "x")).status_code == 404
        assert (await client.get("/followups/nothing")).status_code == 404
        await db.run("UPDATE follow_up_replies SET link = link + 1")
        assert (await client.get(path)).status_code == 410


async def test_looking_changes_nothing(client: httpx.AsyncClient, walkers: Community) -> None:
    (gus,) = await make_guests("Gus Hill")
    event = await opened(walkers, [gus])
    before = await asked(event, gus)
    with at(MORNING):
        for _ in range(3):
            assert (await client.get(await page_of(event, gus))).status_code == 200
    assert await asked(event, gus) == before


async def test_nothing_is_ticked_before_somebody_ticks_it(
    client: httpx.AsyncClient, walkers: Community
) -> None:
    people = await make_guests()
    event = await opened(walkers, people)
    with at(MORNING):
        await all_findable(client, event, people[1:])
        first = (await client.get(await page_of(event, people[0]))).text
        assert "checked" not in re.sub(r'<input[^>]*value="nobody"[^>]*>', "", first)
        await say(client, event, people[0])
        second = (await client.get(await page_of(event, people[0]))).text
        assert second.count(" checked") == 3  # was there, findable, and nobody reads it


async def test_saying_yes_is_an_arrival_and_no_takes_it_back(
    client: httpx.AsyncClient, walkers: Community
) -> None:
    (gus,) = await make_guests("Gus Hill")
    event = await opened(walkers, [gus])
    with at(MORNING):
        await say(client, event, gus)
        await say(client, event, gus)
        assert await db.value("SELECT seen_by FROM arrivals") == gus.id
        await say(client, event, gus, was_there="no")
        assert await db.value("SELECT count(*) FROM arrivals") == 0
        assert (await asked(event, gus)).findable is False


async def test_what_is_kept_on_the_way_is_not_the_end_and_stops_the_reminder(
    client: httpx.AsyncClient, walkers: Community
) -> None:
    begun, silent = await make_guests("Gus Hill", "Hal Birch")
    event = await opened(walkers, [begun, silent])
    with at(MORNING):
        await say(client, event, begun, act="keep", step="found", findable=None)
        found = await asked(event, begun)
        assert found.was_there and found.answered_at and found.finished_at is None
    with at(MORNING + timedelta(days=4)):
        assert await asking.remind_due() == 1
    with at(MORNING + timedelta(days=5)):
        await say(client, event, begun)
        first = (await asked(event, begun)).finished_at
    with at(MORNING + timedelta(days=6)):
        await say(client, event, begun, act="keep", step="met")
        again = await asked(event, begun)
        assert again.finished_at == first == MORNING + timedelta(days=5)


async def plain(client: httpx.AsyncClient, path: str) -> str:
    """A page without what is new each time."""
    return re.sub(r'nonce="[^"]*"', "", (await client.get(path)).text)


async def test_what_one_would_like_is_asked_of_a_human_and_taken_back(
    client: httpx.AsyncClient, walkers: Community, ana: Person
) -> None:
    gus, hal = await make_guests("Gus Hill", "Hal Birch")
    event = await opened(walkers, [gus, hal], by=ana)

    async def said() -> list[tuple[str, str, int]]:
        rows = await db.rows('SELECT kind, words, "to" FROM asks ORDER BY kind')
        return [tuple(row) for row in rows]

    with at(MORNING):
        before = await plain(client, await page_of(event, hal))
        assert f"{ana.short_name}</bdi> reads it" in before
        asks = {"offers": "true", "help": "true", "help_words": "I can bake.", "hello": "true"}
        for _ in range(2):
            assert (await say(client, event, gus, **asks)).status_code == 303
            assert await said() == [("hello", "", ana.id), ("help", "I can bake.", ana.id)]
        page = (await client.get(await page_of(event, gus))).text
        assert "You would like to help." in page and "It is deleted on Tuesday, 12 January 2027." in page
        assert await plain(client, await page_of(event, hal)) == before
        await say(client, event, gus)  # A page on which this was not asked leaves it as it is.
        assert len(await said()) == 2
        await say(client, event, gus, offers="true", help="true", help_words="x" * 301)
        assert len(await said()) == 2
        await say(client, event, gus, offers="true")
        assert await said() == []


async def test_what_one_would_like_is_not_asked_where_nobody_could_read_it(
    client: httpx.AsyncClient, walkers: Community, ana: Person
) -> None:
    (gus,) = await make_guests("Gus Hill")
    event = await opened(walkers, [gus], by=ana)
    await blocks.block(ana, gus)
    with at(MORNING):
        assert "Would you like something?" not in (await client.get(await page_of(event, gus))).text
        refused = await say(client, event, gus, offers="true", hello="true")
        assert refused.status_code == 422
    assert await db.value("SELECT count(*) FROM asks") == 0


async def test_a_first_time_is_told_only_where_it_is_one_and_they_say_so(
    client: httpx.AsyncClient, walkers: Community, ana: Person
) -> None:
    gus, hal = await make_guests("Gus Hill", "Hal Birch")
    weeks = timedelta(days=14)
    with at(ANNOUNCED - weeks):
        earlier = await make_event(walkers, starts_at=STARTS - weeks, ends_at=ENDS - weeks)
        await seats.answer(earlier, hal, answer="going", by=hal)
    event = await opened(walkers, [gus, hal, ana])
    question = "It was your first time with us. May the hosts know?"
    with at(MORNING):
        page = (await client.get(await page_of(event, gus))).text
        assert (
            question in page
            and 'name="first_time_told" value="true" id="f-first_time_told" checked' not in page
        )
        assert question not in (await client.get(await page_of(event, ana))).text  # She organises.
        assert question not in (await client.get(await page_of(event, hal))).text
        for person in (gus, hal):
            await say(client, event, person, first_time_told="true")
        assert (await asked(event, gus)).first_time_told
        assert not (await asked(event, hal)).first_time_told
        assert "may know that it was your first time" in (await client.get(await page_of(event, gus))).text
        await say(client, event, gus, was_there="no", first_time_told="true")
        assert not (await asked(event, gus)).first_time_told
        # Who was not there, after all, comes for the first time now.
        await db.run("UPDATE rsvps SET status = 'withdrawn' WHERE event = $1", earlier.id)
        assert question in (await client.get(await page_of(event, hal))).text


async def test_a_guests_letters_are_in_the_language_in_which_they_said_how_it_was(
    client: httpx.AsyncClient, walkers: Community
) -> None:
    gus, bo = await make_person("Gus Hill", account=False), await make_person("Bo Lind")
    event = await opened(walkers, [gus, bo])
    with at(MORNING):
        for language, sent in (("de", {"was_there": "yes"}), ("en-XA", {"act": "dismiss"})):
            for person in (gus, bo):
                page = await page_of(event, person)
                await client.get(page, headers={"Accept-Language": "en-US"})
                await client.post(page, data=sent, headers={"Accept-Language": language})
            assert await language_of(gus) == language
    assert await language_of(bo) == ""
