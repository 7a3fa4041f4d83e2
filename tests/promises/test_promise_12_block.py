"""Promise 12: block is silent, immediate, both ways, everywhere; to the blocked it is as if the other were not there.

Two worlds are crawled. In the one, Bo has blocked Ana; in the other, Bo does not exist at all, or has done
nothing, whichever the page is about. Whoever is blocked must not be able to tell them apart.
"""

import re

import httpx

from members.tables import Block, Community, Person
from rsvps.hosting import invitations
from rsvps.seating import seats
from server import db
from tests.followups.mornings import (
    FIRST_SIX,
    MORNING,
    all_findable,
    at,
    make_guests,
    opened,
    page_of,
    reveal,
    say,
)
from tests.gatherings import make_event
from tests.ground import letters_to
from tests.people import As

ANAS_PAGES = [
    "/",
    "/events",
    "/communities",
    "/communities/walkers",
    "/communities/walkers/edit",
    "/communities/walkers/people",
    "/communities/walkers/people?q=bo",
    "/settings/account",
    "/settings/account/removal",
    "/settings/letters",
    "/settings/blocks",
    "/settings/sessions",
]


def bare(answer: httpx.Response) -> tuple[int, str]:
    """An answer without what differs from one moment to the next."""
    text = re.sub(r'nonce="[^"]*"', "", answer.text)
    return answer.status_code, re.sub(r"urn:request:\w+", "", text)


async def crawl(browser: httpx.AsyncClient, pages: list[str]) -> dict[str, tuple[int, str]]:
    return {page: bare(await browser.get(page)) for page in pages}


async def test_to_ana_it_is_as_if_bo_were_not_there(
    ana: Person, bo: Person, signed_in: As, walkers: Community
) -> None:
    browser = await signed_in(ana)
    await Block(blocker=bo.id, blocked=ana.id).save()
    blocked = await crawl(browser, ANAS_PAGES)
    await Person.delete().where(Person.id == bo.id)
    gone = await crawl(browser, ANAS_PAGES)
    assert blocked == gone


async def test_it_hides_both_ways(ana: Person, bo: Person, signed_in: As, walkers: Community) -> None:
    await db.run("UPDATE memberships SET role = 'organiser' WHERE person = $1", bo.id)
    await Block(blocker=bo.id, blocked=ana.id).save()
    page = (await (await signed_in(bo)).get("/communities/walkers/people")).text
    assert ">Ana<" not in page


async def test_an_organiser_whom_bo_blocks_does_not_find_bo_in_any_list(
    ana: Person, bo: Person, signed_in: As, walkers: Community
) -> None:
    event = await make_event(walkers)
    await seats.answer(event, bo, answer="going", by=bo)
    browser = await signed_in(ana)
    lists = [
        f"/events/{event.public_id}/{page}" for page in ("people", "people.csv", "volunteers", "arrivals")
    ]
    assert "Bo" in (await browser.get(lists[0])).text
    await Block(blocker=bo.id, blocked=ana.id).save()
    for page in lists:
        answer = await browser.get(page)
        assert answer.status_code == 200, page
        assert not re.search(r"\bBo\b|bo@example", answer.text), page


async def test_it_takes_effect_at_once_and_so_does_taking_it_back(
    ana: Person, bo: Person, signed_in: As, walkers: Community
) -> None:
    anas, bos = await signed_in(ana), await signed_in(bo)
    before = await crawl(anas, ANAS_PAGES)
    await bos.post(f"/people/{ana.public_id}/block")
    assert ">Bo<" not in (await anas.get("/communities/walkers/people")).text
    await bos.post(f"/people/{ana.public_id}/block/removal")
    assert await crawl(anas, ANAS_PAGES) == before


async def test_nobody_is_told(ana: Person, bo: Person, signed_in: As, walkers: Community) -> None:
    await (await signed_in(bo)).post(f"/people/{ana.public_id}/block")
    assert await letters_to(ana.email) == []
    assert await db.value("SELECT count(*) FROM due_work") == 0


async def test_ana_who_blocks_back_feels_no_difference(
    ana: Person, bo: Person, cleo: Person, signed_in: As
) -> None:
    # Bo has blocked Ana, Cleo has not. What Ana sees when she blocks either is the same but for the name.
    await Block(blocker=bo.id, blocked=ana.id).save()
    browser = await signed_in(ana)
    seen = []
    for other in (bo, cleo):
        address = f"/people/{other.public_id}/block"
        answers = [
            await browser.get(address),
            await browser.post(address),
            await browser.get("/settings/blocks"),
        ]
        answers += [await browser.post(f"{address}/removal"), await browser.get("/settings/blocks")]
        seen.append([_without(other, answer) for answer in answers])
    assert seen[0] == seen[1]


async def test_others_see_both_as_before(
    ana: Person, bo: Person, dev: Person, signed_in: As, walkers: Community
) -> None:
    await db.run("UPDATE memberships SET role = 'organiser' WHERE person = $1", dev.id)
    browser = await signed_in(dev)
    before = await crawl(browser, ANAS_PAGES)
    await Block(blocker=bo.id, blocked=ana.id).save()
    assert await crawl(browser, ANAS_PAGES) == before


async def test_a_block_ends_with_either_of_the_two(ana: Person, bo: Person) -> None:
    await Block(blocker=bo.id, blocked=ana.id).save()
    await Person.delete().where(Person.id == bo.id)
    assert await Block.count() == 0


async def test_after_a_gathering_it_is_as_if_bo_were_not_there(
    client: httpx.AsyncClient, signed_in: As, walkers: Community
) -> None:
    anna, bo, *others = people = await make_guests(
        "Anna Rios", "Bo Lind", "Cleo Marsh", "Dev Hill", "Eli Ash", "Fay Wood"
    )
    event = await opened(walkers, people)
    with at(MORNING):
        await all_findable(client, event, people)
        for one, other in ((anna, bo), (bo, anna), (anna, others[0]), (others[0], anna)):
            await say(client, event, one, wish=(other,))
    await reveal(FIRST_SIX)
    with at(FIRST_SIX):
        browser = await signed_in(anna)
        pages = ["/", "/connections", f"/events/{event.public_id}", await page_of(event, anna)]
        before = await crawl(browser, pages)
        await Block(blocker=bo.id, blocked=anna.id).save()
        blocked = await crawl(browser, pages)
        letters = [str(letter["Subject"]) for letter in await letters_to(anna.email)]
        await Person.delete().where(Person.id == bo.id)
        assert blocked == await crawl(browser, pages)
    assert before != blocked
    assert not any("Bo Lind" in subject for subject in letters)
    assert any("Cleo" in subject for subject in letters)


async def test_a_block_keeps_two_from_being_connected_and_nobody_feels_it(
    client: httpx.AsyncClient, walkers: Community
) -> None:
    anna, bo, *others = people = await make_guests(
        "Anna Rios", "Bo Lind", "Cleo Marsh", "Dev Hill", "Eli Ash", "Fay Wood"
    )
    event = await opened(walkers, people)
    with at(MORNING):
        await all_findable(client, event, people)
        await say(client, event, anna, wish=(bo, others[0]))
        await say(client, event, bo, wish=(anna,))
        await Block(blocker=bo.id, blocked=anna.id).save()
        # Her own page shows the wish that can still come true, as if the other had never been there.
        page = (await client.get(await page_of(event, anna))).text
        assert "Cleo M." in page and "Bo L." not in page
        # A form from before the block is taken like any other.
        assert (await say(client, event, anna, wish=(bo, others[0]))).status_code == 303
    assert await reveal(FIRST_SIX) == 0


def _without(person: Person, answer: httpx.Response) -> tuple[int, str, str]:
    status, text = bare(answer)
    text = re.sub(rf"\b{person.name}\b", "NAME", text.replace(person.public_id, "ID"))
    text = re.sub(r"tint-\d", "", text).replace(f">{person.name[0]}<", ">N<")
    return status, text, answer.headers.get("location", "")


async def test_an_invitation_by_somebody_whom_a_block_hides_stands_on_no_agenda(
    ana: Person, bo: Person, signed_in: As, walkers: Community
) -> None:
    event = await make_event(walkers, ana, title="By invitation", visibility="invited")
    await invitations.invite(event, [bo], by=ana)
    browser = await signed_in(bo)
    assert "By invitation" in (await browser.get("/")).text
    await Block(blocker=bo.id, blocked=ana.id).save()
    assert "By invitation" not in (await browser.get("/")).text
    await seats.answer(event, bo, answer="going", by=bo)  # What he says himself is his own.
    assert "By invitation" in (await browser.get("/")).text
