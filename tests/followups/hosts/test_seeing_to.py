"""What people asked for is seen to by a named human, on a page of theirs."""

from datetime import timedelta

import httpx
import pytest_asyncio

from events.tables import Event
from followups.hosts import seeing_to
from followups.tables import Ask
from members.account import erasing
from members.blocking import blocks
from members.communities import joining
from members.tables import Community, Person
from server.settings import settings
from tests.followups.hosts.afterwards import wants
from tests.followups.mornings import MORNING, at, make_guests, opened
from tests.ground import forget_what_has_had_its_time, letters_to
from tests.people import As, join, make_person

LATER = MORNING + timedelta(hours=3)
ASKED = "Gus Hill would like to help next time: “I can bring chairs.”"


@pytest_asyncio.fixture(loop_scope="session")
async def gus() -> Person:
    return (await make_guests("Gus Hill"))[0]


@pytest_asyncio.fixture(loop_scope="session")
async def event(walkers: Community, ana: Person, gus: Person) -> Event:
    return await opened(walkers, [gus], by=ana)


@pytest_asyncio.fixture(loop_scope="session")
async def eva(walkers: Community) -> Person:
    """Organises as well."""
    person = await make_person("Eva")
    await join(person, walkers, "organiser")
    return person


def text(page: httpx.Response) -> str:
    return page.text.replace("<bdi>", "").replace("</bdi>", "").replace("&#34;", '"')


async def sees(signed_in: As, person: Person, event: Event, *, words: str = ASKED) -> list[bool]:
    """Whether it is in somebody's home, and on their page of the gathering."""
    with at(LATER):
        browser = await signed_in(person)
        pages = ["/organising", f"/events/{event.public_id}/followup"]
        return [words in text(await browser.get(page)) for page in pages]


async def test_it_reaches_the_page_of_whom_it_is_to_and_of_nobody_else(
    event: Event, gus: Person, ana: Person, eva: Person, bo: Person, signed_in: As
) -> None:
    with at(MORNING):
        await wants(event, gus, words="I can bring chairs.")
    assert await sees(signed_in, ana, event) == [True, True]
    assert await sees(signed_in, eva, event) == [False, False]
    assert await sees(signed_in, bo, event) == [False, False]


async def test_each_kind_is_a_whole_sentence(event: Event, gus: Person, ana: Person, signed_in: As) -> None:
    with at(MORNING):
        await wants(event, gus, "introduction", "I play the cello.")
    sentence = "Gus Hill would like to be introduced to somebody: “I play the cello.”"
    assert await sees(signed_in, ana, event, words=sentence) == [True, True]
    with at(MORNING):
        await wants(event, gus, "hello")
    assert await sees(signed_in, ana, event, words="Gus Hill would be glad of a hello.") == [True, True]


async def test_when_they_organise_no_more_the_others_see_it(
    event: Event, gus: Person, ana: Person, eva: Person, walkers: Community, signed_in: As
) -> None:
    with at(MORNING):
        await wants(event, gus, words="I can bring chairs.")
    await joining.change_role(eva, walkers, "owner", by=ana)
    await joining.change_role(ana, walkers, "member", by=eva)
    assert await sees(signed_in, ana, event) == [False, False]
    assert await sees(signed_in, eva, event) == [True, True]


async def test_a_block_hides_it_and_the_others_see_it(
    event: Event, gus: Person, ana: Person, eva: Person, signed_in: As
) -> None:
    with at(MORNING):
        key = await wants(event, gus, words="I can bring chairs.")
    await blocks.block(gus, ana)
    assert await sees(signed_in, ana, event) == [False, False]
    assert await sees(signed_in, eva, event) == [True, True]
    with at(LATER):
        assert (await (await signed_in(ana)).post(f"/asks/{key}/done")).status_code == 404
    await blocks.block(eva, gus)
    assert await sees(signed_in, eva, event) == [False, False]


async def test_done_by_one_press_and_taken_back(
    event: Event, gus: Person, ana: Person, signed_in: As
) -> None:
    with at(MORNING):
        key = await wants(event, gus, words="I can bring chairs.")
    page = f"/events/{event.public_id}/followup"
    with at(LATER):
        browser = await signed_in(ana)
        for _ in range(2):
            said = await browser.post(f"/asks/{key}/done")
            assert (said.status_code, said.headers["location"]) == (303, page)
        ask = await Ask.objects().get(Ask.public_id == key)
        assert ask and (ask.done_by, ask.done_at) == (ana.id, LATER)
        assert ASKED not in text(await browser.get("/organising"))
        found = text(await browser.get(page))
        assert ASKED in found and f"/asks/{key}/done/removal" in found
        for _ in range(2):
            assert (await browser.post(f"/asks/{key}/done/removal")).status_code == 303
        assert ASKED in text(await browser.get("/organising"))


async def test_from_the_home_one_stays_at_home(event: Event, gus: Person, ana: Person, signed_in: As) -> None:
    with at(MORNING):
        key = await wants(event, gus)
    with at(LATER):
        browser = await signed_in(ana)
        said = await browser.post(f"/asks/{key}/done", headers={"referer": f"{settings.base_url}/organising"})
    assert said.headers["location"] == "/organising"


async def test_who_asked_hears_nothing_of_it(event: Event, gus: Person, ana: Person, signed_in: As) -> None:
    with at(MORNING):
        key = await wants(event, gus)
        before = len(await letters_to(gus.email))
    with at(LATER):
        await (await signed_in(ana)).post(f"/asks/{key}/done")
        assert len(await letters_to(gus.email)) == before


async def test_it_is_nobody_elses_to_press(
    event: Event, gus: Person, eva: Person, bo: Person, client: httpx.AsyncClient, signed_in: As
) -> None:
    with at(MORNING):
        key = await wants(event, gus)
    with at(LATER):
        for press in (f"/asks/{key}/done", f"/asks/{key}/done/removal", "/asks/no23no23no23/done"):
            for person in (gus, eva, bo):
                assert (await (await signed_in(person)).post(press)).status_code == 404
            assert (await client.post(press)).headers["location"].startswith("/sign-in")
    assert await Ask.count().where(Ask.done_at.is_not_null()) == 0


async def test_it_is_gone_after_sixty_days(event: Event, gus: Person, ana: Person, signed_in: As) -> None:
    with at(MORNING):
        key = await wants(event, gus, words="I can bring chairs.")
    with at(MORNING + timedelta(days=59)):
        browser = await signed_in(ana)
        assert ASKED in text(await browser.get("/organising"))
    with at(MORNING + timedelta(days=60, minutes=1)):
        assert ASKED not in text(await browser.get("/organising"))
        assert ASKED not in text(await browser.get(f"/events/{event.public_id}/followup"))
        assert (await browser.post(f"/asks/{key}/done")).status_code == 404
        await forget_what_has_had_its_time()
    assert await Ask.count() == 0


async def test_what_was_asked_of_somebody_who_is_erased_goes_to_who_else_organises(
    event: Event, gus: Person, ana: Person, eva: Person, walkers: Community, signed_in: As
) -> None:
    with at(MORNING):
        await wants(event, gus, words="I can bring chairs.")
    await joining.change_role(eva, walkers, "owner", by=ana)
    await erasing.erase(ana, email=ana.email)
    assert await sees(signed_in, eva, event) == [True, True]
    ask = await Ask.objects().first()
    assert ask and ask.to == eva.id


async def test_it_goes_with_who_asked(event: Event, gus: Person) -> None:
    with at(MORNING):
        await wants(event, gus)
        await erasing.erase(gus, email=gus.email)
    assert await Ask.count() == 0


async def test_where_nobody_else_organises_it_stays_as_it_is(event: Event, gus: Person, ana: Person) -> None:
    with at(MORNING):
        await wants(event, gus)
    await seeing_to.pass_on(ana)
    ask = await Ask.objects().first()
    assert ask and ask.to == ana.id
