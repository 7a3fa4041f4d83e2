"""A block can be made wherever one person meets another, without scripts, and taken back: three pages each time."""

import re
from html import unescape

import httpx
import pytest

from members import queries
from members.blocking import blocks
from members.tables import Block, Community, Person
from rsvps.letters import links
from rsvps.seating import seats
from rsvps.tables import Rsvp
from server import clock, db, tokens
from tests.followups.mornings import MORNING, all_findable, at, make_guests, opened, page_of
from tests.gatherings import make_event
from tests.people import As, join, make_person


def ways_to_block(page: str, name: str) -> list[str]:
    """Where a page's links lead that offer to block somebody."""
    found = re.findall(
        r'<a[^>]*href="([^"]+)"[^>]*>Block(?:<span class="sr-only">)? <bdi>([^<]+)</bdi>', page
    )
    return [unescape(href) for href, whom in found if unescape(whom) == name]


async def block_by(browser: httpx.AsyncClient, page: str, name: str) -> httpx.Response:
    """From a page to the question, its button, and what comes then."""
    (way,) = ways_to_block((await browser.get(page)).text, name)
    question = await browser.get(way)
    assert question.status_code == 200 and f"Block {name}" in question.text
    (action,) = re.findall(r'<main.*?<form method="post" action="([^"]+)"', question.text, re.DOTALL)
    answer = await browser.post(unescape(action))
    assert answer.status_code == 303
    assert (await browser.get(way)).status_code in {200, 404}
    after = await browser.get(answer.headers["location"])
    assert after.status_code == 200 and f"Unblock {name[:3]}" in after.text
    return after


async def unblock_by(browser: httpx.AsyncClient, after: httpx.Response) -> None:
    """The first button there."""
    (action,) = re.findall(r'action="([^"]+/removal)" aria-label="Unblock', after.text)
    assert (await browser.post(unescape(action))).status_code == 303


async def rsvp_of(event_id: int, person: Person) -> Rsvp:
    found = await Rsvp.objects().where((Rsvp.event == event_id) & (Rsvp.person == person.id)).first()
    assert found is not None
    return found


async def test_among_those_who_are_coming(walkers: Community, bo: Person, dev: Person, signed_in: As) -> None:
    event = await make_event(walkers)
    for person in (bo, dev):
        await seats.answer(event, person, answer="going", by=person, listed="coming")
    browser = await signed_in(bo)
    panel = (await browser.get(f"/events/{event.public_id}")).text
    assert f'<a href="/events/{event.public_id}/coming">block</a>' in panel
    after = await block_by(browser, f"/events/{event.public_id}/coming", "Dev")
    assert await queries.are_blocked(dev.id, bo.id)
    await unblock_by(browser, after)
    assert await Block.count() == 0


async def test_what_stands_for_somebody_in_a_list_stands_for_nobody_elsewhere(
    walkers: Community, bo: Person, dev: Person, cleo: Person, signed_in: As
) -> None:
    events = [await make_event(walkers) for _ in range(2)]
    for event in events:
        for person in (bo, dev):
            await seats.answer(event, person, answer="going", by=person, listed="coming")
    browser = await signed_in(bo)
    pages = [(await browser.get(f"/events/{event.public_id}/coming")).text for event in events]
    (first,), (second,) = (ways_to_block(page, "Dev") for page in pages)
    assert first.split("/")[-2] != second.split("/")[-2]
    assert not any(dev.public_id in page for page in pages)
    assert (await browser.get(first.replace(events[0].public_id, events[1].public_id))).status_code == 404
    assert (await (await signed_in(cleo)).get(first)).status_code == 404
    await Block(blocker=dev.id, blocked=bo.id).save()
    assert (await browser.get(first)).status_code == (await browser.post(first)).status_code == 404


async def test_a_guest_by_their_letters_link(
    walkers: Community, bo: Person, client: httpx.AsyncClient
) -> None:
    event, guest = await make_event(walkers), await make_person("Gus", account=False)
    for person in (bo, guest):
        await seats.answer(event, person, answer="going", by=person, listed="coming")
    link = f"/rsvp/{links.token(await rsvp_of(event.id, guest), event)}"
    after = await block_by(client, f"{link}/coming", "Bo")
    assert await queries.are_blocked(guest.id, bo.id)
    assert ">Bo<" not in (await client.get(link)).text
    await unblock_by(client, after)
    assert await Block.count() == 0 and ">Bo<" in (await client.get(link)).text


@pytest.mark.parametrize("signs_in", [True, False], ids=["signed in", "by the link alone"])
async def test_among_those_whom_one_met(
    walkers: Community, client: httpx.AsyncClient, signed_in: As, signs_in: bool
) -> None:
    people = await make_guests("Ana Rios", "Bo Lind", "Cleo Marsh", "Dev Hill", "Eli Ash", "Fay Wood")
    event = await opened(walkers, people)
    with at(MORNING):
        await all_findable(client, event, people)
        browser = await signed_in(people[0]) if signs_in else client
        page = await page_of(event, people[0])
        after = await block_by(browser, page, "Bo L.")
        assert after.url.path == ("/settings/blocks" if signs_in else f"{page}/blocks")
        assert "Bo L." not in (await browser.get(page)).text
        assert await queries.are_blocked(people[0].id, people[1].id)
        await unblock_by(browser, after)
        assert "Bo L." in (await browser.get(page)).text


async def test_among_members_hosts_and_connections_and_on_the_page_of_an_answer(
    walkers: Community, ana: Person, bo: Person, dev: Person, signed_in: As
) -> None:
    event = await make_event(walkers, bo)
    await db.run("UPDATE memberships SET role = 'organiser' WHERE person = $1", bo.id)
    await seats.answer(event, dev, answer="going", by=dev)
    low, high = sorted((ana.id, bo.id))
    await db.run(
        "INSERT INTO connections (public_id, low, high, connected_at) VALUES ($1, $2, $3, $4)",
        connection := tokens.public_id(), low, high, clock.now(),
    )  # fmt: skip
    browser = await signed_in(ana)
    pages = {
        f"/events/{event.public_id}": "Bo",
        f"/connections/{connection}": "Bo",
        f"/rsvps/{(await rsvp_of(event.id, dev)).public_id}": "Dev",
    }
    for page, name in pages.items():
        after = await block_by(browser, page, name)
        await unblock_by(browser, after)
    members = (await browser.get("/communities/walkers/people")).text
    assert f'href="/people/{bo.public_id}/block"' in members
    assert f'href="/people/{ana.public_id}/block"' not in members


# By name, in Settings


async def found(browser: httpx.AsyncClient, words: str) -> list[str]:
    page = await browser.get("/settings/blocks", params={"q": words})
    assert page.status_code == 200
    return re.findall(r'Block<span class="sr-only"> <bdi>([^<]+)</bdi></span>', page.text)


async def test_by_name_among_those_of_ones_community(
    walkers: Community, bo: Person, cleo: Person, signed_in: As
) -> None:
    jose = await make_person("José Ruiz")
    await join(jose, walkers)
    browser = await signed_in(bo)
    for words in ("José", "jose", " JOSE  ruiz", "Jose R"):
        assert await found(browser, words) == ["José R."], words
    # Not by a part, nor by what is not shown, nor who has nothing to do with one.
    for words in ("Jos", "Ruiz", "Jose M", "jose@example.org", "Cleo", "Bo", "%", ""):
        assert await found(browser, words) == [], words
    after = await block_by(browser, "/settings/blocks?q=jose", "José R.")
    assert await found(browser, "jose") == []
    await unblock_by(browser, after)
    assert await found(browser, "jose") == ["José R."]


async def test_more_of_the_family_name_than_an_initial_tells_nothing(
    walkers: Community, bo: Person, signed_in: As
) -> None:
    await join(await make_person("Ida Johansen"), walkers)
    browser = await signed_in(bo)
    for words in ("Ida J", "Ida Jo", "Ida Johansen", "Ida Jxyz"):
        assert await found(browser, words) == ["Ida J."], words


async def test_by_name_among_those_of_ones_gatherings_listed_or_not(
    walkers: Community, ana: Person, cleo: Person, signed_in: As
) -> None:
    gus, hugo, mae = [await make_person(name, account=False) for name in ("Gus", "Hugo", "Mae")]
    event, other = await make_event(walkers, ana), await make_event(walkers, ana)
    for person in (gus, cleo):
        await seats.answer(event, person, answer="going", by=person)
    await seats.answer(event, hugo, answer="declined", by=hugo)
    await seats.answer(other, mae, answer="going", by=mae)
    browser = await signed_in(cleo)
    names = ("Gus", "Hugo", "Mae", "Ana", "Dev")
    assert {name: await found(browser, name) for name in names} == {
        "Gus": ["Gus"], "Hugo": [], "Mae": [], "Ana": ["Ana"], "Dev": [],
    }  # fmt: skip
    assert await found(await signed_in(ana), "Mae") == ["Mae"]  # Hosts meet who comes.


async def test_who_has_blocked_one_is_not_found(
    walkers: Community, bo: Person, dev: Person, signed_in: As
) -> None:
    browser = await signed_in(bo)
    assert await found(browser, "Dev") == ["Dev"]
    await blocks.block(dev, bo)
    assert await found(browser, "Dev") == []


@pytest.mark.parametrize("key", ["é", "%F0%9F%8E%89", "x" * 300, "222222222222", "' OR true --"])
async def test_a_key_that_is_nobodys_is_not_there(
    walkers: Community, bo: Person, dev: Person, client: httpx.AsyncClient, signed_in: As, key: str
) -> None:
    event = await make_event(walkers)
    for person in (bo, dev):
        await seats.answer(event, person, answer="going", by=person, listed="coming")
    browser, link = await signed_in(bo), links.token(await rsvp_of(event.id, bo), event)
    for address in (f"/events/{event.public_id}/coming/{key}/block", f"/people/{key}/block"):
        assert (await browser.get(address)).status_code == (await browser.post(address)).status_code == 404
    for address in (f"/rsvp/{link}/coming/{key}/block", f"/rsvp/{link}/blocks/{key}/removal"):
        assert (await client.post(address)).status_code == 404
    assert await Block.count() == 0
