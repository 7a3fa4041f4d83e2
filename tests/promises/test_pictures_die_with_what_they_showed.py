"""A picture is shown by a name that nobody can guess, and is gone, bytes and all, with what it belonged to."""

import io
import re
from collections.abc import Awaitable, Callable

import httpx
import pytest
from starlette.datastructures import UploadFile

from events.publishing import publishing
from events.tables import Event
from members.account import erasing, profiles
from members.blocking import blocks
from members.communities import founding
from members.tables import Community, Person
from server import db, jobs, pictures
from tests.gatherings import make_event
from tests.ground import work_off
from tests.people import As
from tests.server.test_pictures import image_file

pytestmark = pytest.mark.slow

Owner = Person | Community | Event


async def show(owner: Owner) -> str:
    """Give somebody or something a picture, as its page would. Returns its address."""
    number = await pictures.keep(UploadFile(io.BytesIO(image_file()), filename="a.jpg"))
    await owner.update_self({type(owner).picture: number})  # type: ignore[union-attr]
    await jobs.later(pictures.make_letter_size, number)
    await work_off()
    return (await pictures.shown([number]))[number].small


async def gone(browser: httpx.AsyncClient, address: str) -> bool:
    """Whether neither address nor row nor bytes are left."""
    sizes = [address, address.replace("small", "large")]
    found = [(await browser.get(each)).status_code for each in sizes]
    left = await db.value("SELECT count(*) FROM pictures WHERE public_id = $1", address.split("/")[2])
    assert (set(found), left) in (({404}, 0), ({200}, 1))
    if left == 0:
        assert (await browser.get(address.replace("small.webp", "letter.jpg"))).status_code == 404
    return left == 0


async def another(owner: Owner) -> None:
    await show(owner)


async def none_at_all(owner: Owner) -> None:
    await owner.update_self({type(owner).picture: None})  # type: ignore[union-attr]


async def deleted(owner: Owner) -> None:
    table = type(owner)
    await table.delete().where(table.id == owner.id)


@pytest.mark.parametrize("end", [another, none_at_all, deleted])
@pytest.mark.parametrize("kind", ["person", "community", "event", "draft"])
async def test_a_picture_goes_with_what_it_showed(
    client: httpx.AsyncClient,
    walkers: Community,
    cleo: Person,
    kind: str,
    end: Callable[[Owner], Awaitable[None]],
) -> None:
    status = "draft" if kind == "draft" else "published"
    owners = {"person": cleo, "community": walkers}
    owner = owners.get(kind) or await make_event(walkers, status=status)
    address = await show(owner)
    assert not await gone(client, address)
    await end(owner)
    assert await gone(client, address)


async def test_what_is_taken_back_keeps_its_picture(client: httpx.AsyncClient, cleo: Person) -> None:
    address = await show(cleo)
    with pytest.raises(RuntimeError):
        async with db.transaction():
            await Person.delete().where(Person.id == cleo.id)
            raise RuntimeError
    assert not await gone(client, address)


async def test_a_draft_that_is_deleted_takes_its_picture_along(
    client: httpx.AsyncClient, walkers: Community, ana: Person, signed_in: As
) -> None:
    draft = await make_event(walkers, ana, status="draft")
    address = await show(draft)
    browser = await signed_in(ana)
    assert address.replace("small", "large") in (await browser.get(f"/events/{draft.public_id}")).text
    assert (await browser.post(f"/events/{draft.public_id}/removal")).status_code == 303
    assert await gone(client, address)


@pytest.mark.slow
async def test_a_community_that_closes_takes_all_of_them_along(
    client: httpx.AsyncClient, walkers: Community, ana: Person
) -> None:
    mine = await show(ana)
    addresses = [await show(walkers)]
    addresses += [await show(await make_event(walkers, ana, status="draft")) for _ in range(2)]
    await founding.close(walkers, name=walkers.name)
    assert [await gone(client, address) for address in addresses] == [True, True, True]
    assert not await gone(client, mine)


async def test_who_is_erased_takes_theirs_along_and_who_shows_initials_again(
    client: httpx.AsyncClient, cleo: Person, bo: Person
) -> None:
    theirs, his = await show(cleo), await show(bo)
    await erasing.erase(cleo, email=cleo.email)
    await profiles.take_picture_away(bo)
    assert await gone(client, theirs) and await gone(client, his)


async def test_a_copied_gathering_and_its_first_do_not_lose_each_others(
    client: httpx.AsyncClient, walkers: Community, ana: Person
) -> None:
    # A form that lay open can put one picture on two gatherings: it goes with the last of them.
    first, second = [await make_event(walkers, ana, status="draft") for _ in range(2)]
    address = await show(first)
    await second.update_self(
        {Event.picture: await db.value("SELECT picture FROM events WHERE id = $1", first.id)}
    )
    await publishing.remove(first)
    assert not await gone(client, address)
    await publishing.remove(second)
    assert await gone(client, address)


async def test_whom_bo_blocks_finds_his_picture_no_more_where_it_was(
    client: httpx.AsyncClient, walkers: Community, bo: Person, ana: Person, dev: Person, signed_in: As
) -> None:
    before = await show(bo)
    hers = await show(ana)
    await blocks.block(bo, ana)
    assert (await client.get(before)).status_code == 404
    assert (await client.get(hers)).status_code == 200  # Or she would feel it.
    await db.run("UPDATE memberships SET role = 'organiser' WHERE person = $1", dev.id)
    now = (
        await pictures.shown([await db.value("SELECT picture FROM people WHERE id = $1", bo.id)])
    ).popitem()
    assert now[1].small in (await (await signed_in(dev)).get("/communities/walkers/people")).text
    assert (await client.get(now[1].small)).status_code == 200


async def test_what_a_form_held_and_holds_no_more_is_gone(
    client: httpx.AsyncClient, walkers: Community, ana: Person, signed_in: As
) -> None:
    browser = await signed_in(ana)
    page, held = f"/communities/{walkers.slug}/events/new", ""
    addresses = []
    for _ in range(2):  # Without a title, so that the form comes back and holds the picture.
        files = {"picture": ("a.jpg", image_file(), "image/jpeg")}
        answer = await browser.post(page, data={"title": "", "kept": held}, files=files)
        assert answer.status_code == 422
        (held,) = re.findall(r'name="kept" value="([^"]+)"', answer.text)
        await work_off()
        name = await db.value("SELECT public_id FROM pictures ORDER BY id DESC LIMIT 1")
        addresses.append(pictures.address(name))
    assert [await gone(client, address) for address in addresses] == [True, False]
    answer = await browser.post(page, data={"title": "", "kept": held, "without_picture": "true"})
    assert answer.status_code == 422 and await gone(client, addresses[1])
