"""What is told is asked anew, by a few queries for all letters that are written at the same time."""

import asyncio
from datetime import timedelta

import pytest

from bench import seed
from events.news import telling
from events.tables import Event
from members.communities import keeping_out
from members.communities.keeping_out import Whom
from members.tables import Community, Person
from server import clock, composition, db
from tests.counting import counted
from tests.gatherings import make_event
from tests.people import join, make_person

WEEK, MINUTE = timedelta(days=7), timedelta(minutes=1)


async def hear(community: Community, *people: Person | int, how: str = "weekly") -> None:
    await db.run(
        """
        INSERT INTO follows (community, person, hears, since)
        SELECT $1, person, $2, $3 FROM unnest($4::bigint[]) AS person
        """,
        community.id,
        how,
        clock.now() - 2 * WEEK,
        [person if isinstance(person, int) else person.id for person in people],
    )


async def titles(person: Person) -> list[str]:
    now = clock.now()
    told = await telling.week(person.id, now - WEEK, now + timedelta(seconds=1))
    return (
        [entry.event.title for _heard, section in told.sections for entry in section.entries] if told else []
    )


async def test_members_hear_of_what_is_for_them_and_others_do_not(
    walkers: Community, ana: Person, bo: Person, cleo: Person
) -> None:
    await hear(walkers, bo, cleo)
    await make_event(walkers, ana, title="For all")
    await make_event(walkers, ana, title="For us", visibility="members", starts_at=clock.now() + WEEK * 2)
    await make_event(walkers, ana, title="Draft", status="draft")
    assert await titles(bo) == ["For all", "For us"]
    assert await titles(cleo) == ["For all"]


async def test_who_is_kept_out_by_address_hears_nothing(
    walkers: Community, ana: Person, cleo: Person
) -> None:
    await make_event(walkers, ana)
    await keeping_out.keep_out(walkers, Whom(cleo.email), by=ana)
    await hear(walkers, cleo)  # As if it had been written at the same moment.
    assert await titles(cleo) == []


async def test_who_hears_nothing_of_this_kind_is_told_nothing(
    walkers: Community, ana: Person, bo: Person
) -> None:
    event = await make_event(walkers, ana)
    await hear(walkers, bo, how="never")
    assert await titles(bo) == []
    assert await telling.new(bo.id, walkers.id, [event.id]) is None
    assert await telling.new(bo.id + 1000, walkers.id, [event.id]) is None


async def test_an_event_of_another_community_is_not_told_as_one_of_this(
    walkers: Community, ana: Person, bo: Person
) -> None:
    other = Community(slug="readers", name="Readers", zone="Europe/Berlin")
    await other.save()
    await join(ana, other, "owner")
    event = await make_event(other, ana)
    await hear(walkers, bo, how="each")
    assert await telling.new(bo.id, walkers.id, [event.id]) is None


@pytest.mark.parametrize("people", [1, 30])
async def test_one_letter_or_thirty_ask_five_questions(walkers: Community, ana: Person, people: int) -> None:
    readers = [await make_person(f"Person {number}") for number in range(people)]
    await hear(walkers, *readers)
    for number in range(6):
        await make_event(walkers, ana, title=f"Number {number}")
    now = clock.now()
    asked = [telling.AskedWeekly(reader.id, now - WEEK, now + MINUTE) for reader in readers]
    async with counted() as queries:
        found = await telling._tell_weeks(None, lambda: asked)
    assert all(told and len(told.sections[0][1].entries) == 6 for told in found)
    assert len(queries) == 4


async def test_letters_that_are_written_together_ask_together(committed: str) -> None:
    composition.compose()
    walkers = await seed.community()
    people = await seed.people(20)
    await hear(walkers, *people)
    await make_event(walkers)
    now, asked = clock.now(), []
    lately = telling.queries.lately

    async def noted(*args: object, **given: object) -> object:
        asked.append(1)
        return await lately(*args, **given)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(telling.queries, "lately", noted)
        found = await asyncio.gather(*(telling.week(person, now - WEEK, now + MINUTE) for person in people))
    assert all(found)
    assert len(asked) <= 3


async def test_what_is_shared_by_a_batch_is_each_readers_own(
    walkers: Community, ana: Person, bo: Person, cleo: Person
) -> None:
    event: Event = await make_event(walkers, ana, address_public=False)
    await hear(walkers, bo, cleo)
    now = clock.now()
    asked = [telling.AskedWeekly(each.id, now - WEEK, now + MINUTE) for each in (bo, cleo)]
    bos, cleos = await telling._tell_weeks(None, lambda: asked)
    assert bos and cleos
    assert (bos.reader.person.id, cleos.reader.person.id) == (bo.id, cleo.id)
    assert not cleos.views[event.id].shows_address
