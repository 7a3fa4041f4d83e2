"""Several languages asked for at once: no page, feed, file or ETag that is kept comes in another's."""

import asyncio
import re

import httpx
import pytest
import pytest_asyncio

from events.calendars import feeds
from events.tables import Event
from members.tables import Community, Person
from server import db
from server.invalidation import invalidations
from server.languages import catalogues
from server.languages.language import speaking
from server.presentation import long_date
from tests.gatherings import make_event

LANGUAGES = ("en", "de", "en-XA")
MENU = re.compile(r'<form class="language-menu-list".*?</form>', re.DOTALL)


@pytest_asyncio.fixture(loop_scope="session")
async def event(committed: str, walkers: Community, ana: Person) -> Event:
    """A public one, and a process that hears of changes, so that pages are kept."""
    return await make_event(walkers, ana, mode="hybrid", online_seats=5, join_url="https://call.example/x")


@pytest_asyncio.fixture(loop_scope="session")
async def hearing(committed: str):  # type: ignore[no-untyped-def]
    """This process hears of changes, so that it may keep what it writes."""
    listening = asyncio.create_task(invalidations.listen())
    while invalidations.moment() is None:
        await asyncio.sleep(0.01)
    yield
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)


def pages(event: Event) -> list[str]:
    return [
        "/",
        "/events",
        f"/events/{event.public_id}",
        "/communities",
        "/communities/walkers",
        "/help",
        "/privacy",
        "/sign-in",
        "/nothing/here",
    ]


def is_in(page: str, language: str) -> bool:
    """By its frame, and by brackets around our words: they stand in one language alone, and in the menu of all."""
    return f'<html lang="{language}"' in page and ("⟦" in MENU.sub("", page)) == (language == "en-XA")


@pytest.mark.slow
async def test_no_page_comes_in_anothers_language(
    client: httpx.AsyncClient, hearing: None, event: Event
) -> None:
    some_at_once = asyncio.Semaphore(6)

    async def ask(address: str, headers: dict[str, str], language: str) -> None:
        async with some_at_once:
            answer = await client.get(address, headers=headers)
        assert answer.headers["content-language"] == language, (address, headers)
        assert is_in(answer.text, language), (address, headers)
        assert {"Accept-Language", "Cookie"} <= {each.strip() for each in answer.headers["vary"].split(",")}

    ways = [{"Accept-Language": "{}"}, {"Cookie": "language={}"}, {"Cookie": "other=1; language={}"}]
    asked = [
        ask(address, {name: value.format(language) for name, value in way.items()}, language)
        for _ in range(2)
        for address in pages(event)
        for way in ways
        for language in LANGUAGES
    ]
    await asyncio.gather(*asked)


async def test_the_day_of_a_kept_page_is_said_in_the_language_of_its_reader(
    client: httpx.AsyncClient, hearing: None, event: Event
) -> None:
    for language in LANGUAGES * 2:
        page = (await client.get(f"/events/{event.public_id}", headers={"Accept-Language": language})).text
        for other in LANGUAGES:
            with speaking(catalogues.of(other)):
                assert (str(long_date(event.local_start)) in page) == (other == language), (language, other)


async def test_a_file_is_another_one_in_another_language(
    client: httpx.AsyncClient, hearing: None, event: Event
) -> None:
    address = f"/events/{event.public_id}.ics"

    async def file(language: str) -> httpx.Response:
        return await client.get(address, headers={"Accept-Language": language})

    answers = await asyncio.gather(*(file(language) for language in LANGUAGES * 4))
    tags = {}
    for language, answer in zip(LANGUAGES * 4, answers, strict=True):
        assert answer.headers["content-language"] == language
        assert tags.setdefault(language, answer.headers["etag"]) == answer.headers["etag"]
    assert len(set(tags.values())) == len(LANGUAGES)
    for language in LANGUAGES:
        for other in LANGUAGES:
            headers = {"Accept-Language": language, "If-None-Match": tags[other]}
            again = await client.get(address, headers=headers)
            assert again.status_code == (304 if other == language else 200)
            assert again.headers["content-language"] == language
            assert "Accept-Language" in again.headers["vary"]


async def test_a_public_calendar_is_in_its_communitys_language_whoever_asks(
    client: httpx.AsyncClient, hearing: None, event: Event, walkers: Community
) -> None:
    address = "/communities/walkers/calendar.ics"

    async def tags(expected: str) -> set[str]:
        answers = [await client.get(address, headers={"Accept-Language": each}) for each in LANGUAGES * 2]
        assert {answer.headers["content-language"] for answer in answers} == {expected}
        assert all("Accept-Language" not in answer.headers.get("vary", "") for answer in answers)
        return {answer.headers["etag"] for answer in answers}

    (before,) = await tags("en")
    async with db.transaction():
        await walkers.update_self({Community.language: "de"})
    (after,) = await tags("de")
    assert after != before


async def test_a_feed_is_in_the_language_of_whose_it_is(
    client: httpx.AsyncClient, hearing: None, event: Event, walkers: Community, bo: Person
) -> None:
    _, secret = await feeds.make(bo, name="Phone")
    address = f"/feeds/{secret}.ics"

    async def one() -> httpx.Response:
        return await client.get(address, headers={"Accept-Language": "en-US"})

    seen = {}
    for expected, change in (
        ("en", {Person.language: ""}),
        ("de", {Person.language: "de"}),
        ("en-XA", {Person.language: "en-XA"}),
    ):
        await bo.update_self(change)  # type: ignore[arg-type]
        answers = await asyncio.gather(*(one() for _ in range(4)))
        assert {answer.headers["content-language"] for answer in answers} == {expected}
        (seen[expected],) = {answer.headers["etag"] for answer in answers}
    assert len(set(seen.values())) == 3
    # Of whom no language is known, the one of the community that they belong to.
    await walkers.update_self({Community.language: "de"})
    await bo.update_self({Person.language: ""})
    assert (await one()).headers["content-language"] == "de"


async def test_posters_and_share_pictures_are_in_their_communitys_language(
    client: httpx.AsyncClient, hearing: None, event: Event, walkers: Community
) -> None:
    async def tag(language: str) -> str:
        answer = await client.get(
            f"/events/{event.public_id}/share.png", headers={"Accept-Language": language}
        )
        assert answer.status_code == 200
        return answer.headers["etag"]

    english = {await tag(language) for language in LANGUAGES}
    await walkers.update_self({Community.language: "de"})
    german = {await tag(language) for language in LANGUAGES}
    assert len(english) == len(german) == 1
    assert english != german
    poster = await client.get(f"/events/{event.public_id}/poster", headers={"Accept-Language": "en"})
    assert poster.headers["content-language"] == "de"
    assert is_in(poster.text, "de")


@pytest.mark.slow
async def test_public_pages_say_where_they_are_in_each_language(
    client: httpx.AsyncClient, hearing: None, event: Event
) -> None:
    for address in pages(event)[:7]:
        page = (await client.get(address)).text
        found = dict(re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">', page))
        assert set(found) == {language.code for language in catalogues.offered()} | {"x-default"}, address
        assert found["x-default"].removesuffix("/") == str(client.base_url).rstrip("/") + address.rstrip("/")
        for code, there in found.items():
            if code != "x-default":
                assert is_in((await client.get(there)).text, code) or code == "ar-XB", there
    german = (await client.get(f"/events/{event.public_id}?lang=de")).text
    assert (
        f'<link rel="canonical" href="{client.base_url.copy_with(path=f"/events/{event.public_id}")}">'
        in german
    )
    assert '<meta property="og:locale" content="de_DE">' in german
    for private in ("/sign-in", "/nothing/here"):
        assert "hreflang" not in (await client.get(private)).text
