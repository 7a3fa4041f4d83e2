"""Changing one's address: nothing happens until the letter to the new one is read where one is signed in."""

import asyncio
import re
from datetime import timedelta

import httpx
import pytest
import time_machine

from events.hosting import co_hosts
from events.tables import CoHostInvitation
from members.account import erasing, own_address
from members.tables import AddressChange, Block, Community, LetterRefusal, Person, SignInLink
from rsvps.seating import seats
from rsvps.tables import Rsvp
from server import clock, db
from tests.gatherings import in_days, make_event
from tests.ground import forget_what_has_had_its_time, letters_to, text_of, work_off
from tests.people import As, make_person
from volunteers import shifts
from volunteers.shifts import Needed
from volunteers.tables import SignUp

NEW = "new.bo@example.org"


async def ask(browser: httpx.AsyncClient, email: str = NEW) -> None:
    answer = await browser.post("/settings/email", data={"email": email})
    assert answer.status_code == 303
    await work_off()


async def link_to(email: str) -> str:
    """The path of the link in the newest letter to an address."""
    found = re.search(r"http://[^/]+(/settings/email/\S+)", text_of((await letters_to(email))[-1]))
    assert found
    return found[1]


async def address_of(person: Person) -> str:
    return str(await db.value("SELECT email FROM people WHERE id = $1", person.id))


async def test_bo_uses_his_new_address_once_its_letter_is_read(bo: Person, signed_in: As) -> None:
    browser, before = await signed_in(bo), bo.email
    await ask(browser)
    assert NEW in (await browser.get("/settings/email")).text
    old = (await letters_to(before))[-1]
    assert "about to change" in old["Subject"] and NEW not in text_of(old), "the old one learns not which"
    link = await link_to(NEW)
    for _ in range(2):
        assert "Use this address" in (await browser.get(link)).text
    assert await address_of(bo) == before, "looking changes nothing"
    for _ in range(2):
        assert (await browser.post(link)).headers["location"] == "/settings/account", "twice is harmless"
    assert await address_of(bo) == NEW
    assert NEW in (await browser.get("/settings/account")).text, "he stays signed in"
    await work_off()
    told = [each for each in await letters_to(before) if "has changed" in each["Subject"]]
    assert len(told) == 1 and "/contact" in text_of(told[0]) and NEW not in text_of(told[0])


async def test_links_that_went_to_the_old_address_are_void(
    bo: Person, signed_in: As, client: httpx.AsyncClient
) -> None:
    browser, before = await signed_in(bo), bo.email
    await client.post("/sign-in", data={"email": before})
    await ask(browser)
    await browser.post(await link_to(NEW))
    assert await SignInLink.count().where(SignInLink.email == before) == 0
    assert not await Person.exists().where(Person.email == before)


async def test_in_anybody_elses_browser_nothing_happens(
    bo: Person, cleo: Person, signed_in: As, client: httpx.AsyncClient
) -> None:
    before = bo.email
    await ask(await signed_in(bo))
    link = await link_to(NEW)
    page = (await client.get(link)).text
    assert "Please sign in first" in page and before not in page and NEW not in page
    assert (await client.post(link)).headers["location"].startswith("/sign-in")
    hers = await signed_in(cleo)
    page = (await hers.get(link)).text
    assert "another account" in page and before not in page and NEW not in page
    assert (await hers.post(link)).status_code == 404
    assert (await hers.post("/settings/account/email/removal")).status_code == 303
    assert await address_of(bo) == before and await AddressChange.count() == 1


async def test_whether_somebody_has_the_address_is_told_to_its_reader_alone(
    bo: Person, cleo: Person, signed_in: As
) -> None:
    browser = await signed_in(bo)
    pages = []
    for email in (cleo.email, "nobody@new.example", (await make_person("Gus", account=False)).email):
        await ask(browser, email)
        page = (await browser.get("/settings/email")).text
        pages.append(re.sub(r'nonce="[^"]*"|name="ref" value="[^"]*"', "", page).replace(email, "it"))
    assert pages[0] == pages[1] == pages[2]
    letter = (await letters_to(cleo.email))[-1]
    assert "an account of its own" in text_of(letter) and "/settings/email/" not in text_of(letter)


async def test_an_address_that_got_an_account_meanwhile_is_refused_kindly(
    bo: Person, signed_in: As, client: httpx.AsyncClient
) -> None:
    browser, before = await signed_in(bo), bo.email
    await ask(browser)
    link = await link_to(NEW)
    await make_person("New Bo")
    answer = await browser.post(link)
    assert answer.status_code == 422 and "an account of its own" in answer.text
    assert await address_of(bo) == before


async def test_a_newer_wish_or_a_day_ends_a_link(bo: Person, signed_in: As) -> None:
    browser, before = await signed_in(bo), bo.email
    await ask(browser)
    first = await link_to(NEW)
    await ask(browser, "other@new.example")
    assert (await browser.get(first)).status_code == (await browser.post(first)).status_code == 410
    second = await link_to("other@new.example")
    with time_machine.travel(clock.now() + timedelta(days=1, minutes=1), tick=True):
        assert (await browser.post(second)).status_code == 410
        assert "other@new.example" not in (await browser.get("/settings/email")).text
    assert await address_of(bo) == before


@pytest.mark.parametrize("how", ["settings", "letter"])
async def test_it_can_be_stopped_while_it_waits(
    bo: Person, signed_in: As, client: httpx.AsyncClient, how: str
) -> None:
    browser = await signed_in(bo)
    await ask(browser)
    link = await link_to(NEW)
    if how == "settings":
        await browser.post("/settings/account/email/removal")
    else:
        keep = await link_to(bo.email)
        assert "Keep your address?" in (await client.get(keep)).text and await AddressChange.count() == 1
        assert "You keep your address" in (await client.post(keep)).text
        assert (await client.post(keep)).status_code == 410
    assert (await browser.post(link)).status_code == 410


async def test_the_old_address_cannot_stop_what_has_happened(
    bo: Person, signed_in: As, client: httpx.AsyncClient
) -> None:
    browser = await signed_in(bo)
    await ask(browser)
    keep = await link_to(bo.email)
    await browser.post(await link_to(NEW))
    assert "It has changed already" in (await client.get(keep)).text
    await client.post(keep)
    assert await address_of(bo) == NEW


async def test_ones_own_address_and_what_is_none_are_refused_beside_the_field(
    bo: Person, signed_in: As
) -> None:
    browser = await signed_in(bo)
    for typed, said in ((bo.email.upper(), "your address already"), ("nobody@", "does not look like")):
        answer = await browser.post("/settings/email", data={"email": typed})
        assert answer.status_code == 422 and said in answer.text


async def test_five_letters_a_day_are_enough(bo: Person, cleo: Person, signed_in: As) -> None:
    browser = await signed_in(bo)
    answers = [await browser.post("/settings/email", data={"email": f"{n}@new.example"}) for n in range(6)]
    assert [each.status_code for each in answers] == [303] * 5 + [429]
    others = await signed_in(cleo)
    await others.post("/settings/email", data={"email": "4@new.example"})
    assert await AddressChange.count() == 2


async def test_what_bo_answered_as_a_guest_is_his(
    bo: Person, dev: Person, signed_in: As, walkers: Community, ana: Person
) -> None:
    guest = await make_person("New Bo", account=False)
    walk, supper = await make_event(walkers), await make_event(walkers, seats=5)
    await seats.answer(walk, guest, answer="going", by=guest)
    for who in (guest, bo):
        await seats.answer(supper, who, answer="going", by=who)
    role = await shifts.add(walk, Needed("Door", "", 2, walk.starts_at, in_days(7, 21)))
    await shifts.sign_up(role, guest, walk)
    await Block(blocker=guest.id, blocked=dev.id).save()
    await LetterRefusal(person=guest.id, kind="reminders").save()
    browser = await signed_in(bo)
    await ask(browser)
    await browser.post(await link_to(NEW))
    assert await address_of(bo) == NEW and not await Person.exists().where(Person.id == guest.id)
    for event in (walk, supper):
        mine = await Rsvp.objects().where(Rsvp.event == event.id)
        assert [(each.person, each.status) for each in mine] == [(bo.id, "going")]
    taken = "SELECT taken FROM seat_pools WHERE event = $1"
    assert await db.value(taken, supper.id) == 1, "the guest's seat is free again"
    assert [each.person for each in await SignUp.objects()] == [bo.id]
    assert [each.blocker for each in await Block.objects()] == [bo.id]
    assert [each.person for each in await LetterRefusal.objects()] == [bo.id]


async def test_whoever_was_asked_to_host_is_asked_at_the_new_address(
    bo: Person, ana: Person, signed_in: As, walkers: Community
) -> None:
    await co_hosts.invite(await make_event(walkers, ana), bo.email, by=ana)
    browser = await signed_in(bo)
    await ask(browser)
    await browser.post(await link_to(NEW))
    assert [each.email for each in await CoHostInvitation.objects()] == [NEW]


async def test_nothing_is_left_of_it(bo: Person, cleo: Person, signed_in: As) -> None:
    await ask(await signed_in(cleo), bo.email)
    await ask(await signed_in(bo))
    await erasing.erase(bo, email=bo.email)
    assert await AddressChange.count() == 0
    await ask(await signed_in(cleo), "c@new.example")
    with time_machine.travel(clock.now() + own_address.KEPT + timedelta(minutes=1), tick=True):
        await forget_what_has_had_its_time()
    assert await AddressChange.count() == 0


async def test_pressed_twice_at_once_it_changes_once(committed: None, bo: Person, signed_in: As) -> None:
    browser, before = await signed_in(bo), bo.email
    await ask(browser)
    link = await link_to(NEW)
    answers = await asyncio.gather(*(browser.post(link) for _ in range(3)))
    assert {each.status_code for each in answers} == {303}
    await work_off()
    assert len([each for each in await letters_to(before) if "has changed" in each["Subject"]]) == 1
