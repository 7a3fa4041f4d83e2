"""The organisers' letter the morning after: once, by daylight, to those who host, in whole sentences."""

import asyncio
from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest
import pytest_asyncio

from events.hosting import co_hosts
from events.tables import Event
from followups import jobs
from followups.hosts import telling
from followups.tables import FollowUp, Reply
from members.blocking import blocks
from members.communities import joining
from members.letters import away, letter_hours, letters_wanted
from members.tables import Community, Person
from server import db
from tests.followups.hosts.afterwards import tells, wants, was_there_first
from tests.followups.mornings import BERLIN, MORNING, at, make_guests, opened
from tests.ground import letters_to, text_of, work_off
from tests.people import join, make_person

TOLD = MORNING + timedelta(days=1)


@pytest_asyncio.fixture(loop_scope="session")
async def guests() -> list[Person]:
    return await make_guests("Gus Hill", "Hal Birch", "Ida Vale")


@pytest_asyncio.fixture(loop_scope="session")
async def event(walkers: Community, ana: Person, guests: list[Person]) -> Event:
    return await opened(walkers, guests, by=ana)


async def by_the_clock(moment: datetime) -> None:
    with at(moment):
        await jobs.tell_those_who_host()
        await jobs.tell_those_who_host()
        await work_off()


async def told_letters(person: Person) -> list[EmailMessage]:
    with at(MORNING):  # What is due later stays so.
        return [each for each in await letters_to(person.email) if "morning after" in str(each["Subject"])]


def line_of(letter: EmailMessage) -> str:
    """Its plain text on one line."""
    return " ".join(text_of(letter).split())


async def test_ana_is_told_once_what_people_chose_to_say(
    event: Event, ana: Person, guests: list[Person]
) -> None:
    gus, hal, ida = guests
    with at(MORNING):
        await wants(event, gus, words="I can bring chairs.")
        await tells(event, hal, "The stairs were hard.", felt="partly")
        await tells(event, gus, "Lovely.", signed=True)
        await was_there_first(event, ida)
    for days in range(1, 14):
        await by_the_clock(MORNING + timedelta(days=days))
    (letter,) = await told_letters(ana)
    text = line_of(letter)
    assert "Gus Hill would like to help next time: “I can bring chairs.”" in text
    assert "Ida Vale was there for the first time." in text
    assert "Somebody felt partly welcome, and writes:" in text and "> The stairs were hard." in text
    assert "Gus Hill writes:" in text and "> Lovely." in text
    assert "nobody has said yet whether they were there" in text
    assert f"/events/{event.public_id}/followup" in text and "Hal" not in text and "%" not in text
    assert "Gus Hill" in text_of(letter, "text/html")
    assert letter["List-Unsubscribe"]


@pytest.mark.parametrize(
    ("moment", "tells_them"),
    [
        (MORNING + timedelta(hours=23, minutes=59), 0),
        (MORNING + timedelta(days=1), 1),
        (datetime(2026, 11, 14, 21, 0, tzinfo=BERLIN), 0),
        (datetime(2026, 11, 15, 8, 59, tzinfo=BERLIN), 0),
        (datetime(2026, 11, 15, 9, 0, tzinfo=BERLIN), 1),
    ],
)
async def test_it_is_a_day_later_and_never_at_night(event: Event, moment: datetime, tells_them: int) -> None:
    with at(moment):
        assert await telling.tell_due() == tells_them


async def test_nothing_is_written_when_there_is_nothing_to_say(
    event: Event, ana: Person, guests: list[Person]
) -> None:
    with at(MORNING):
        await tells(event, guests[0], "Just for me.", felt="no")
        await Reply.update({Reply.message_to: "nobody"}, force=True)
    await by_the_clock(TOLD)
    assert not await told_letters(ana)
    with at(TOLD + timedelta(hours=1)):
        await tells(event, guests[0], "For you after all.")
    await by_the_clock(TOLD + timedelta(days=1))
    assert not await told_letters(ana)  # What comes later is on the page.


async def test_a_co_host_is_told_who_was_there_for_the_first_time_and_not_what_was_said(
    event: Event, ana: Person, bo: Person, guests: list[Person]
) -> None:
    await co_hosts.add(event, bo, by=ana)
    with at(MORNING):
        await wants(event, guests[0], words="I can bring chairs.")
        await tells(event, guests[0], "Lovely.", signed=True)
    await work_off()
    await was_there_first(event, guests[1])
    await by_the_clock(TOLD)
    (letter,) = await told_letters(bo)
    text = line_of(letter)
    assert "Hal Birch was there for the first time." in text and f"/events/{event.public_id}/arrivals" in text
    assert "Gus" not in text and "Lovely" not in text and "/followup" not in text


async def test_a_co_host_for_whom_there_is_nothing_gets_nothing(
    event: Event, ana: Person, bo: Person, guests: list[Person]
) -> None:
    await co_hosts.add(event, bo, by=ana)
    with at(MORNING):
        await tells(event, guests[0], "Lovely.")
    await by_the_clock(TOLD)
    assert await told_letters(ana) and not await told_letters(bo)


async def test_whom_a_block_hides_is_left_out_of_that_ones_letter_alone(
    event: Event, ana: Person, walkers: Community, guests: list[Person]
) -> None:
    eva = await make_person("Eva")
    await join(eva, walkers, "organiser")
    with at(MORNING):
        await wants(event, guests[0])
        await tells(event, guests[0], "Lovely.", signed=True)
        await tells(event, guests[1], "Warm.", signed=True)
        await was_there_first(event, guests[0])
    await blocks.block(guests[0], ana)
    await by_the_clock(TOLD)
    (hers,), (evas,) = await told_letters(ana), await told_letters(eva)
    assert "Gus Hill" not in text_of(hers) and "Lovely" not in text_of(hers) and "Warm." in text_of(hers)
    assert "Gus Hill would like to help next time." in line_of(evas) and "Lovely." in text_of(evas)


async def test_who_organises_no_more_or_wants_no_such_letters_gets_none(
    event: Event, ana: Person, walkers: Community, guests: list[Person]
) -> None:
    eva, finn = await make_person("Eva"), await make_person("Finn")
    for person in (eva, finn):
        await join(person, walkers, "organiser")
    with at(MORNING):
        await tells(event, guests[0], "Lovely.")
    await letters_wanted.refuse(eva.id, letters_wanted.ORGANISERS)
    with at(TOLD):
        await telling.tell_due()
        await joining.change_role(finn, walkers, "member", by=ana)
        await work_off()
    assert not await told_letters(eva) and not await told_letters(finn) and await told_letters(ana)


async def test_to_who_is_away_it_comes_when_they_are_back(
    event: Event, ana: Person, guests: list[Person]
) -> None:
    with at(MORNING):
        await tells(event, guests[0], "Lovely.")
        await away.go(ana, (MORNING + timedelta(days=5)).date())
    for days in range(1, 5):
        await by_the_clock(MORNING + timedelta(days=days))
    assert not await told_letters(ana)
    back = MORNING + timedelta(days=5)
    await by_the_clock(back.replace(hour=1, minute=0))
    assert not await told_letters(ana)
    await by_the_clock(back.replace(hour=9, minute=0))
    assert len(await told_letters(ana)) == 1


@pytest.mark.parametrize(("back_at", "comes_at"), [((2, 15), (2, 15)), ((2, 23), (3, 9)), ((3, 2), (3, 9))])
async def test_to_who_is_back_sooner_it_comes_by_the_next_daylight(
    event: Event, ana: Person, guests: list[Person], back_at: tuple[int, int], comes_at: tuple[int, int]
) -> None:
    def moment(of: tuple[int, int]) -> datetime:
        return (MORNING + timedelta(days=of[0])).replace(hour=of[1], minute=0)

    with at(MORNING):
        await tells(event, guests[0], "Lovely.")
        await away.go(ana, (MORNING + timedelta(days=10)).date())
    await by_the_clock(TOLD)
    with at(moment(back_at)):
        await away.come_back(ana)
    if comes_at != back_at:
        await by_the_clock(moment(back_at))
        await by_the_clock(moment(comes_at) - timedelta(minutes=1))
    assert not await told_letters(ana)
    for later in (moment(comes_at), MORNING + timedelta(days=11)):
        await by_the_clock(later)
        assert len(await told_letters(ana)) == 1


async def test_in_their_quiet_hours_it_does_not_come(event: Event, ana: Person, guests: list[Person]) -> None:
    with at(MORNING):
        await tells(event, guests[0], "Lovely.")
        await letter_hours.be_quiet(ana, (8, 12))
    for hour, letters in ((9, 0), (11, 0), (12, 1), (13, 1)):
        await by_the_clock((MORNING + timedelta(days=1)).replace(hour=hour, minute=0 if hour > 9 else 30))
        assert len(await told_letters(ana)) == letters


async def test_who_is_away_for_longer_than_it_is_open_gets_none(
    event: Event, ana: Person, guests: list[Person]
) -> None:
    with at(MORNING):
        await tells(event, guests[0], "Lovely.")
        await away.go(ana, (MORNING + timedelta(days=40)).date())
    await by_the_clock(TOLD)
    await by_the_clock(MORNING + timedelta(days=40))
    assert not await told_letters(ana)


async def test_two_workers_at_once_tell_once(committed: str) -> None:
    community = Community(slug="pair", name="A pair", zone="Europe/Berlin")
    await community.save()
    ana = await make_person("Ana")
    await join(ana, community, "owner")
    event = await opened(community, await make_guests("Gus Hill"), by=ana)
    with at(TOLD):
        assert sum(await asyncio.gather(*(telling.tell_due() for _ in range(5)))) == 1
    assert await db.value("SELECT count(*) FROM due_work WHERE kind = 'followups.organisers'") == 1
    assert await FollowUp.count().where(FollowUp.tells_at.is_not_null()) == 0
    assert event
