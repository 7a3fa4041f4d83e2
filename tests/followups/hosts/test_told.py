"""What hosts are told on their page: whole sentences, without numbers of people."""

from datetime import timedelta

import pytest_asyncio

from events.hosting import co_hosts
from events.tables import Event
from followups.hosts import told
from followups.tables import Reply
from members.blocking import blocks
from members.tables import Community, Person
from rsvps.door import arrivals
from rsvps.tables import Rsvp
from tests.followups.hosts.afterwards import tells, wants, was_there_first
from tests.followups.hosts.test_seeing_to import text
from tests.followups.mornings import CLOSES, MORNING, at, make_guests, opened
from tests.people import As

LATER = MORNING + timedelta(hours=3)
NOT_NOTED = "Of some who were going, nobody has said yet whether they were there."


@pytest_asyncio.fixture(loop_scope="session")
async def guests() -> list[Person]:
    return await make_guests("Gus Hill", "Hal Birch", "Ida Vale")


@pytest_asyncio.fixture(loop_scope="session")
async def event(walkers: Community, ana: Person, guests: list[Person]) -> Event:
    return await opened(walkers, guests, by=ana)


async def page_of(signed_in: As, person: Person, event: Event, page: str = "followup") -> str:
    with at(LATER):
        return text(await (await signed_in(person)).get(f"/events/{event.public_id}/{page}"))


async def test_nothing_so_far_is_said_as_it_is(event: Event, ana: Person, signed_in: As) -> None:
    page = await page_of(signed_in, ana, event)
    assert "Nothing so far" in page and NOT_NOTED in page


async def test_until_when_people_can_write_is_said_while_they_can(
    event: Event, ana: Person, signed_in: As
) -> None:
    for moment, can in ((CLOSES - timedelta(minutes=1), True), (CLOSES, False)):
        with at(moment):
            page = text(await (await signed_in(ana)).get(f"/events/{event.public_id}/followup"))
        assert ("People can write and change this until" in page) is can


async def test_who_was_there_for_the_first_time_and_agreed_is_told_to_those_who_host(
    event: Event, ana: Person, bo: Person, guests: list[Person], signed_in: As
) -> None:
    gus, hal, ida = guests
    await was_there_first(event, gus)
    await was_there_first(event, hal, told=False)
    await was_there_first(event, ida)
    await blocks.block(ida, ana)
    await co_hosts.add(event, bo, by=ana)
    for person, page in ((ana, "followup"), (ana, "arrivals"), (bo, "arrivals")):
        found = await page_of(signed_in, person, event, page)
        assert "Gus Hill was there for the first time." in found
        assert "Hal Birch was there" not in found
        assert ("Ida Vale was there" in found) == (person is bo)


async def test_who_was_not_there_after_all_is_not_told(
    event: Event, ana: Person, guests: list[Person], signed_in: As
) -> None:
    await was_there_first(event, guests[0])
    rsvp = await Rsvp.objects().get(Rsvp.person == guests[0].id)
    assert rsvp
    with at(LATER):
        assert (
            await (await signed_in(ana)).post(f"/rsvps/{rsvp.public_id}/arrival/removal")
        ).status_code == 303
    assert "for the first time" not in await page_of(signed_in, ana, event)


async def test_what_people_say_is_a_sentence_with_their_name_only_if_they_signed(
    event: Event, ana: Person, guests: list[Person], signed_in: As
) -> None:
    gus, hal, ida = guests
    await tells(event, gus, "The stairs were hard.", felt="partly")
    await tells(event, hal, "Thank you.", signed=True)
    await tells(event, ida, felt="yes", signed=True)
    page = await page_of(signed_in, ana, event)
    assert "Somebody felt partly welcome, and writes:" in page and "Gus" not in page
    assert "Hal Birch writes:" in page and "Ida Vale felt welcome." in page


async def test_how_it_felt_to_several_is_said_once_and_without_a_number(
    event: Event, ana: Person, guests: list[Person], signed_in: As
) -> None:
    gus, hal, ida = guests
    await tells(event, gus, felt="yes")
    await tells(event, hal, felt="no")
    page = await page_of(signed_in, ana, event)
    assert "Somebody felt welcome." in page and "Somebody did not feel welcome." in page
    await tells(event, ida, felt="yes")
    page = await page_of(signed_in, ana, event)
    assert page.count("Several people felt welcome.") == 1 and "Somebody felt welcome." not in page
    assert not any(guest.name.split()[0] in page for guest in guests)


async def test_what_is_left_to_do_is_gone_once_it_is_done(
    event: Event, ana: Person, bo: Person, guests: list[Person], signed_in: As
) -> None:
    for guest in guests[:2]:
        rsvp = await Rsvp.objects().get(Rsvp.person == guest.id)
        assert rsvp
        await arrivals.note(rsvp.id, here=True, by=ana)
    assert NOT_NOTED in await page_of(signed_in, ana, event)
    await blocks.block(guests[2], ana)
    assert NOT_NOTED not in await page_of(signed_in, ana, event)


async def test_more_than_a_page_of_anything_says_so(event: Event, ana: Person, guests: list[Person]) -> None:
    with at(MORNING):
        for guest in guests:
            await wants(event, guest)
            await tells(event, guest, "Thank you.")
        some = await told.to_organiser(event, ana, most=2)
        everything = await told.to_organiser(event, ana)
    assert (len(some.asks), len(some.said.rows), some.more) == (2, 2, True)
    assert (len(everything.asks), len(everything.said.rows), everything.more) == (3, 3, False)


async def test_what_is_for_nobody_is_told_to_nobody(
    event: Event, ana: Person, guests: list[Person], signed_in: As
) -> None:
    await tells(event, guests[0], "Only mine.", felt="no")
    await Reply.update({Reply.message_to: "nobody"}).where(Reply.person == guests[0].id)
    page = await page_of(signed_in, ana, event)
    assert "Only mine." not in page and "did not feel welcome" not in page and "Nothing so far" in page
