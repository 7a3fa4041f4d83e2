"""What is kept in memory is never shown old: by this process's own changes at once, by another's within a moment."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import asyncpg
import httpx
import pytest
import pytest_asyncio

from events import queries
from events.publishing import publishing
from events.showing import queries as showing_queries
from events.tables import Event
from members.tables import Community, Person
from server import db
from server.invalidation import invalidations
from server.page_cache import CachedPage, PageCache, Stamp
from tests.gatherings import details, in_days, make_event
from tests.people import As
from volunteers import shifts
from volunteers.shifts import Needed

pytestmark = pytest.mark.slow


@pytest_asyncio.fixture
async def told(committed: str) -> AsyncIterator[asyncpg.Connection]:
    """While this process listens. Yields a connection that stands for another process."""
    task = asyncio.create_task(invalidations.listen())
    while invalidations.moment() is None:
        await asyncio.sleep(0.01)
    other = await asyncpg.connect(committed)
    yield other
    await other.close()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _until_told() -> None:
    while invalidations.moment() is None:
        await asyncio.sleep(0.01)


async def soon(true: Callable[[], Awaitable[bool]]) -> bool:
    for _ in range(100):
        if await true():
            return True
        await asyncio.sleep(0.01)
    return False


async def test_an_unchanged_page_and_calendar_ask_nothing(
    told: asyncpg.Connection, client: httpx.AsyncClient, walkers: Community
) -> None:
    event = await make_event(walkers)
    for path in (f"/events/{event.public_id}", "/communities/walkers/calendar.ics"):
        before = await client.get(path)
        await asyncio.sleep(0.05)
        await client.get(path)
        assert (await _without_database(client, path)).status_code == before.status_code == 200


async def test_who_joins_has_nothing_kept_asked_for_anew(
    told: asyncpg.Connection, client: httpx.AsyncClient, walkers: Community, ana: Person, cleo: Person
) -> None:
    event = await make_event(walkers, ana)
    paths = (f"/events/{event.public_id}", "/communities/walkers/calendar.ics")
    for path in paths:
        await client.get(path)
    await asyncio.sleep(0.05)
    for path in paths:
        await client.get(path)
    await told.execute(
        "INSERT INTO memberships (community, person, role, joined_at) VALUES ($1, $2, 'member', now())",
        walkers.id,
        cleo.id,
    )
    await asyncio.sleep(0.1)
    assert [(await _without_database(client, path)).status_code for path in paths] == [200, 200]


async def test_a_host_who_is_no_organiser_any_more_is_seen_on_the_page(
    told: asyncpg.Connection, client: httpx.AsyncClient, walkers: Community, ana: Person
) -> None:
    path = f"/events/{(await make_event(walkers, ana)).public_id}"
    await client.get(path)
    await asyncio.sleep(0.05)
    assert "Ana" in (await client.get(path)).text
    await told.execute("DELETE FROM memberships WHERE person = $1", ana.id)

    async def is_gone() -> bool:
        return "Ana" not in (await client.get(path)).text

    assert await soon(is_gone)


async def _without_database(client: httpx.AsyncClient, path: str) -> httpx.Response:
    pool, db.engine().pool = db.engine().pool, None
    try:
        return await client.get(path)
    finally:
        db.engine().pool = pool


async def test_a_kept_page_comes_as_any_other(
    told: asyncpg.Connection, app, signed_in: As, walkers: Community, ana: Person
) -> None:  # type: ignore[no-untyped-def]
    event = await make_event(walkers, ana)
    path = f"/events/{event.public_id}"
    answers = []
    for _ in range(3):
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8000"
        ) as anybody:
            answers.append(await anybody.get(path))
            await asyncio.sleep(0.05)
    assert {each.status_code for each in answers} == {200}
    assert len({tuple(sorted(each.headers)) for each in answers}) == 1
    nonces = [re.findall(r'nonce="([^"]+)"', each.text)[0] for each in answers]
    assert len(set(nonces)) == 3
    for nonce, each in zip(nonces, answers, strict=True):
        assert f"'nonce-{nonce}'" in each.headers["content-security-policy"]
        assert each.text.replace(nonce, "") == answers[0].text.replace(nonces[0], "")
    assert "For organisers" in (await (await signed_in(ana)).get(path)).text
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8000"
    ) as anybody:
        assert (await anybody.post(path)).status_code == 405
        assert (await anybody.head(path)).status_code == 200


@pytest.mark.parametrize(
    "asked",
    [
        {"accept-encoding": "identity"},
        {"accept-encoding": "gzip"},
        {"accept-encoding": "br, gzip"},
        {"if-none-match": "{etag}"},
        {"if-none-match": '"another"'},
        {"if-modified-since": "{last-modified}"},
        {"if-modified-since": "yesterday"},
        {"cookie": "kith=of-somebody"},
    ],
)
async def test_a_kept_calendar_comes_as_any_other(
    told: asyncpg.Connection, client: httpx.AsyncClient, walkers: Community, asked: dict[str, str]
) -> None:
    await make_event(walkers)
    path = "/communities/walkers/calendar.ics"
    await client.get(path)
    await asyncio.sleep(1.1)  # Within its second no date is said of it.
    known = (await client.get(path, headers={"accept-encoding": "identity"})).headers
    asked = {name: known.get(value.strip("{}"), value) for name, value in asked.items()}
    kept = [await client.get(path, headers=asked) for _ in range(2)]
    invalidations.lose()
    await _until_told()
    anew = await client.get(path, headers=asked)
    told_apart = {"x-request-id"}
    for each in kept:
        assert (each.status_code, each.content) == (anew.status_code, anew.content)
        assert {n: v for n, v in each.headers.items() if n not in told_apart} == {
            n: v for n, v in anew.headers.items() if n not in told_apart
        }
    assert (await client.head(path)).status_code == 200
    assert (await client.post(path)).status_code == 405


async def test_a_kept_page_is_made_small_for_who_takes_it_so(
    told: asyncpg.Connection, client: httpx.AsyncClient, walkers: Community
) -> None:
    path = f"/events/{(await make_event(walkers)).public_id}"
    for _ in range(3):
        answers = [
            await client.get(path, headers={"accept-encoding": encoding})
            for encoding in ("identity", "gzip", "br")
        ]
        await asyncio.sleep(0.05)
        assert [each.headers.get("content-encoding") for each in answers] == [None, "gzip", "br"]
        for each in answers:
            assert sorted(each.headers["vary"].split(", ")) == [
                "Accept-Encoding",
                "Accept-Language",
                "Cookie",
            ]
        assert all("A walk along the river" in each.text for each in answers)


async def test_our_own_change_shows_at_once(
    told: asyncpg.Connection, client: httpx.AsyncClient, walkers: Community
) -> None:
    event = await make_event(walkers)
    page, feed = f"/events/{event.public_id}", "/communities/walkers/calendar.ics"
    for number in range(20):
        title = f"Walk number {number}"
        event = await publishing.edit(event, details(title=title), seen=event.changed_at)
        assert title in (await client.get(page)).text
        assert title in (await client.get(feed)).text


async def test_the_change_of_another_process_shows_in_a_moment(
    told: asyncpg.Connection, client: httpx.AsyncClient, walkers: Community, ana: Person
) -> None:
    event = await make_event(walkers, ana, mode="in_person")
    hours = event.starts_at, event.starts_at + timedelta(hours=1)
    await shifts.add(event, Needed("Door", "Say hello.", 1, *hours))
    path, feed = f"/events/{event.public_id}", "/communities/walkers/calendar.ics"

    async def says(where: str, words: str) -> bool:
        return words in (await client.get(where)).text

    for statement, where, words in (
        ("UPDATE events SET title = 'A swim', changed_at = changed_at + interval '1 second'", path, "A swim"),
        (
            "UPDATE events SET title = 'A dive', calendar_changed_at = calendar_changed_at + interval '1 s'",
            feed,
            "A dive",
        ),
        ("UPDATE seat_pools SET seats = 9, taken = 4", path, "5 seats free of 9"),
        ("UPDATE communities SET name = 'Swimmers'", path, "Swimmers"),
        ("UPDATE communities SET name = 'Divers'", feed, "Divers"),
        ("UPDATE people SET name = 'Anabel'", path, "Anabel"),
        ("UPDATE volunteer_roles SET title = 'Kitchen'", path, "Kitchen"),
    ):
        await client.get(where)
        await told.execute(statement)
        assert await soon(lambda where=where, words=words: says(where, words)), statement  # type: ignore[misc]

    async def is_gone() -> bool:
        return (await client.get(path)).status_code == 404

    await told.execute(
        "UPDATE events SET visibility = 'members', changed_at = changed_at + interval '1 second'"
    )
    assert await soon(is_gone)


async def test_what_changes_while_it_is_being_written_is_not_kept(
    told: asyncpg.Connection, walkers: Community
) -> None:
    shelf: PageCache[str] = PageCache(most=2)
    event = await make_event(walkers)
    await asyncio.sleep(0.05)
    stamp = Stamp()
    found = await showing_queries.version_for_strangers(event.public_id)
    assert found
    await told.execute("UPDATE events SET title = 'Meanwhile'")
    await asyncio.sleep(0.1)
    shelf.keep("page", CachedPage("old", found.version, found.topics, stamp, until=None))
    assert shelf.fresh("page", until=None) is None
    now = await showing_queries.version_for_strangers(event.public_id)
    assert now and shelf.of_version("page", now.version, until=None) is None


def test_the_shelf_is_not_endless() -> None:
    shelf: PageCache[int] = PageCache(most=2)
    for number in range(3):
        shelf.keep(str(number), CachedPage(number, (), [], Stamp(), until=None))
    assert shelf.of_version("0", (), until=None) is None
    assert shelf.of_version("2", (), until=None) == 2


async def test_two_who_edit_at_the_same_moment_do_not_overwrite_each_other(
    committed: str, walkers: Community
) -> None:
    event = await make_event(walkers)
    tries = [
        publishing.edit(event, details(title=f"Title {number}"), seen=event.changed_at)
        for number in range(12)
    ]
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(each, Event) for each in results) == 1
    assert sum(isinstance(each, publishing.EditedMeanwhile) for each in results) == 11


async def test_moves_at_the_same_moment_open_one_change(committed: str, walkers: Community) -> None:
    event = await make_event(walkers)

    async def move(day: int) -> None:
        while True:
            current = await queries.event_by_id(event.id)
            assert current
            try:
                await publishing.edit(current, details(starts_at=in_days(day)), seen=current.changed_at)
                return
            except publishing.EditedMeanwhile:
                continue

    await asyncio.gather(*(move(day) for day in range(8, 16)))
    assert await db.value("SELECT count(*) FROM event_changes") == 1
    assert await db.value("SELECT sequence FROM events") == 8


async def test_publishing_and_cancelling_at_once_is_told_once_each(
    committed: str, walkers: Community
) -> None:
    draft = await make_event(walkers, status="draft")
    done = await asyncio.gather(*(publishing.publish(draft) for _ in range(8)))
    assert sorted(done) == [False] * 7 + [True]
    done = await asyncio.gather(*(publishing.cancel(draft, reason="Rain") for _ in range(8)))
    assert sorted(done) == [False] * 7 + [True]
    assert await db.value("SELECT sequence FROM events") == 1
