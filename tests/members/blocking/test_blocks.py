"""Blocking somebody, and seeing whom I have blocked."""

import httpx

from members import queries
from members.tables import Block, Community, Person
from server import db
from server.settings import settings
from tests.people import As, make_person


async def test_bo_blocks_cleo_and_takes_it_back(bo: Person, cleo: Person, signed_in: As) -> None:
    browser = await signed_in(bo)
    address = f"/people/{cleo.public_id}/block"
    assert "Block Cleo" in (await browser.get(address)).text
    for _ in range(2):
        answer = await browser.post(address)
        assert (answer.status_code, answer.headers["location"]) == (303, "/settings/blocks")
    assert "Cleo" in (await browser.get("/settings/blocks")).text
    assert await queries.are_blocked(bo.id, cleo.id) and await queries.are_blocked(cleo.id, bo.id)
    for _ in range(2):
        assert (await browser.post(f"{address}/removal")).status_code == 303
    assert not await queries.are_blocked(bo.id, cleo.id)


async def test_bo_thinks_better_of_it_and_goes_back_to_where_he_was(
    bo: Person, cleo: Person, signed_in: As
) -> None:
    browser = await signed_in(bo)
    address = f"/people/{cleo.public_id}/block"
    page = await browser.get(address, headers={"Referer": f"{settings.base_url}/connections"})
    assert 'href="/connections">Go back' in page.text
    elsewhere = await browser.get(address, headers={"Referer": "https://elsewhere.example/"})
    assert 'href="/settings/blocks">Go back' in elsewhere.text


async def test_looking_at_the_page_blocks_nobody(bo: Person, cleo: Person, signed_in: As) -> None:
    await (await signed_in(bo)).get(f"/people/{cleo.public_id}/block")
    assert await Block.count() == 0


async def test_hidden_are_those_on_both_sides(ana: Person, bo: Person, cleo: Person, dev: Person) -> None:
    await Block(blocker=bo.id, blocked=ana.id).save()
    await Block(blocker=cleo.id, blocked=bo.id).save()
    people = [ana.id, bo.id, cleo.id, dev.id, None]
    hides = {
        person: set(await db.value(f"SELECT {queries.hidden('$1::bigint')}", person)) for person in people
    }
    assert hides == {bo.id: {ana.id, cleo.id}, ana.id: {bo.id}, cleo.id: {bo.id}, dev.id: set(), None: set()}
    for one in people:
        for other in people:
            seen = await db.value(f"SELECT {queries.not_blocked('$1::bigint', '$2::bigint')}", one, other)
            assert seen == (other not in hides[one]), (one, other)


async def test_nobody_blocks_themselves_or_nobody(bo: Person, signed_in: As) -> None:
    browser = await signed_in(bo)
    for public_id in (bo.public_id, "222222222222", "x"):
        assert (await browser.get(f"/people/{public_id}/block")).status_code == 404
        assert (await browser.post(f"/people/{public_id}/block")).status_code == 404


async def test_who_is_not_signed_in_blocks_nobody(client: httpx.AsyncClient, cleo: Person) -> None:
    assert (await client.post(f"/people/{cleo.public_id}/block")).status_code == 303
    assert await Block.count() == 0


async def test_only_as_much_of_a_name_is_shown_as_strangers_see(bo: Person, signed_in: As) -> None:
    stranger = await make_person("Ida Maria Johansen")
    browser = await signed_in(bo)
    assert "Johansen" not in (await browser.get(f"/people/{stranger.public_id}/block")).text
    await browser.post(f"/people/{stranger.public_id}/block")
    page = (await browser.get("/settings/blocks")).text
    assert "Ida J." in page and "Johansen" not in page


async def test_unblocking_leaves_the_others_block_alone(bo: Person, cleo: Person, signed_in: As) -> None:
    await Block(blocker=cleo.id, blocked=bo.id).save()
    browser = await signed_in(bo)
    await browser.post(f"/people/{cleo.public_id}/block")
    await browser.post(f"/people/{cleo.public_id}/block/removal")
    assert await queries.are_blocked(bo.id, cleo.id)


async def test_the_people_of_a_community_leave_out_whom_one_does_not_see(
    ana: Person, bo: Person, signed_in: As, walkers: Community
) -> None:
    await Block(blocker=bo.id, blocked=ana.id).save()
    browser = await signed_in(ana)
    page = (await browser.get("/communities/walkers/people")).text
    assert ">Bo<" not in page and ">Dev<" in page
    address = f"/communities/walkers/people/{bo.public_id}"
    assert (await browser.post(f"{address}/removal")).status_code == 404
    assert (await browser.post(f"{address}/role", data={"role": "organiser"})).status_code == 404
