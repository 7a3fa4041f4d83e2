"""Letters to hosts about those who ask to come: to whom, when, how many, and when there is none."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from email.message import EmailMessage

import httpx
import pytest
import pytest_asyncio
import time_machine

from events.tables import CoHost, Event
from members.blocking import blocks
from members.letters import letters_wanted
from members.tables import Community, Membership, Person
from rsvps.attending import by_letter
from rsvps.hosting import approvals
from rsvps.questions import sheet
from rsvps.questions.queries import questions as questions_of
from rsvps.questions.sheet import AskedQuestion
from rsvps.seating import seats
from server import clock, db
from server.settings import settings
from tests.gatherings import make_event
from tests.ground import letters_to, text_of
from tests.people import As, join, make_person
from tests.rsvps.attending.test_answering import link_in
from tests.rsvps.gatherings import answer_of, make_people

ANA = "ana@example.org"


@pytest_asyncio.fixture(loop_scope="session")
async def supper(walkers: Community) -> Event:
    """A gathering at which hosts accept everybody."""
    return await make_event(walkers, title="Supper", mode="in_person", guests_allowed=2, approval=True)


async def asks(event: Event, *people: Person, **more: object) -> None:
    """They ask to come, one after the other."""
    for person in people:
        await seats.answer(event, person, answer="going", by=person, **more)  # type: ignore[arg-type]


async def letters_after(minutes: float, email: str = ANA) -> list[EmailMessage]:
    """What a host has been sent by then about those who ask, oldest first."""
    with time_machine.travel(clock.now() + timedelta(minutes=minutes), tick=False):
        return [letter for letter in await letters_to(email) if " to come to " in letter["Subject"]]


async def subjects_after(minutes: float, email: str = ANA) -> list[str]:
    return [letter["Subject"] for letter in await letters_after(minutes, email)]


async def decide(event: Event, person: Person, by: Person) -> None:
    """A host says yes."""
    rsvp = await answer_of(event, person)
    assert rsvp
    await approvals.grant(rsvp, by=by)


async def test_ana_hears_ten_minutes_later_that_bo_and_cleo_ask(
    supper: Event, bo: Person, cleo: Person, signed_in: As, ana: Person
) -> None:
    await sheet.put(supper, [AskedQuestion("text", "What do you eat?")])
    [question] = await questions_of(supper.id)
    await asks(supper, bo, guests=1, replies={question.id: "Nothing with nuts"})
    await asks(supper, cleo)
    assert await subjects_after(9) == []
    [letter] = await letters_after(11)
    assert letter["Subject"] == "2 people ask to come to Supper"
    queue = f"{settings.base_url}/events/{supper.public_id}/people?status=requested"
    for kind in ("text/plain", "text/html"):
        text = re.sub(r"</?(bdi|span)[^>]*>", "", text_of(letter, kind))
        assert "Bo and Cleo would like to come" in text and queue in text and "nuts" not in text
        assert bo.email not in text and cleo.email not in text
    page = (await (await signed_in(ana)).get(queue.removeprefix(settings.base_url))).text
    assert ">Bo<" in page and "Nothing with nuts" in page


async def test_one_letter_names_a_few_of_many(supper: Event) -> None:
    await asks(supper, *await make_people(9))
    [letter] = await letters_after(11)
    assert letter["Subject"] == "9 people ask to come to Supper"
    assert "Person 0, Person 1, Person 2, Person 3, Person 4 and 4 more would like" in text_of(letter)


async def test_one_person_is_one_person_and_who_has_no_name_is_no_address(supper: Event) -> None:
    eve = await by_letter.somebody("eve@example.org")
    await asks(supper, eve)
    [letter] = await letters_after(11)
    assert letter["Subject"] == "1 person asks to come to Supper"
    assert "1 person would like to come" in text_of(letter) and eve.email not in letter.as_string()


async def test_who_asks_later_does_not_push_the_letter_back(supper: Event, bo: Person, cleo: Person) -> None:
    start = clock.now()
    await asks(supper, bo)
    for minutes, person in ((8, cleo), (9, await make_person("Eve"))):
        with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
            await asks(supper, person)
            assert await subjects_after(0) == []
    assert await subjects_after(10.5) == ["3 people ask to come to Supper"]
    assert await subjects_after(24 * 60) == ["3 people ask to come to Supper"]


async def test_there_is_one_letter_an_hour_at_most_and_nobody_is_forgotten(
    supper: Event, bo: Person, cleo: Person, dev: Person
) -> None:
    start = clock.now()
    await asks(supper, bo)
    assert len(await letters_after(11)) == 1
    for minutes, person in ((12, cleo), (40, dev)):
        with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
            await asks(supper, person)
            assert len(await letters_after(15)) == 1
    assert await subjects_after(72) == ["1 person asks to come to Supper", "3 people ask to come to Supper"]
    assert len(await letters_after(24 * 60)) == 2


async def test_the_next_one_after_a_quiet_hour_comes_soon_again(
    supper: Event, bo: Person, cleo: Person
) -> None:
    await asks(supper, bo)
    assert len(await letters_after(11)) == 1
    assert len(await letters_after(80)) == 1
    assert await db.value("SELECT count(*) FROM due_work") == 0
    with time_machine.travel(clock.now() + timedelta(minutes=81), tick=False):
        await asks(supper, cleo)
        assert len(await letters_after(9)) == 1
        assert len(await letters_after(11)) == 2


async def test_nothing_is_written_about_who_was_answered_meanwhile_or_thought_better_of_it(
    supper: Event, ana: Person, bo: Person, cleo: Person
) -> None:
    await asks(supper, bo, cleo)
    await decide(supper, bo, ana)
    await seats.withdraw(supper, cleo, by=cleo)
    assert await subjects_after(11) == []
    assert await db.value("SELECT count(*) FROM due_work") == 0


async def test_in_the_quiet_hour_only_who_still_waits_counts(
    supper: Event, ana: Person, bo: Person, cleo: Person
) -> None:
    await asks(supper, bo)
    assert len(await letters_after(11)) == 1
    with time_machine.travel(clock.now() + timedelta(minutes=20), tick=False):
        await asks(supper, cleo)
        await decide(supper, cleo, ana)
    assert len(await letters_after(100)) == 1


async def test_who_confirms_by_letter_asks_then_and_not_before(
    supper: Event, client: httpx.AsyncClient
) -> None:
    await by_letter.ask(supper, name="Nell", email="nell@example.org", answer="going", guests=0)
    assert await subjects_after(30) == []
    link = await link_in("nell@example.org")
    assert (await client.post(link, data={"answer": "going", "name": "Nell"})).status_code == 303
    [letter] = await letters_after(11)
    assert "Nell would like to come" in text_of(letter)


async def test_where_hosts_accept_nobody_nothing_is_written_down(
    walkers: Community, bo: Person, cleo: Person
) -> None:
    event = await make_event(walkers)
    await asks(event, bo, cleo)
    kinds = await db.rows("SELECT DISTINCT kind FROM due_work")
    assert [row["kind"] for row in kinds] == ["rsvps.confirmation"]


async def test_that_hosts_are_told_is_written_down_with_the_answer(supper: Event, bo: Person) -> None:
    await asks(supper, bo)
    written = await db.rows(
        """
        SELECT kind FROM due_work, rsvps WHERE due_work.xmin::text = rsvps.xmin::text
        AND rsvps.event = $1 ORDER BY due_work.id
        """,
        supper.id,
    )
    assert [row["kind"] for row in written] == ["rsvps.requested", "rsvps.note_who_asks"]


# To whom


async def test_owners_organisers_and_co_hosts_get_it_and_nobody_else(
    walkers: Community, supper: Event, ana: Person, bo: Person, cleo: Person, dev: Person
) -> None:
    mia, other = await make_person("Mia"), await make_event(walkers, title="Another", approval=True)
    await join(mia, walkers, "organiser")
    await CoHost(event=supper.id, person=cleo.id, added_by=ana.id).save()
    await CoHost(event=other.id, person=dev.id, added_by=ana.id).save()
    await asks(supper, bo)
    for person in (ana, mia, cleo):
        assert len(await letters_after(11, person.email)) == 1
    for person in (bo, dev):
        assert await letters_after(11, person.email) == []


async def test_who_is_organiser_and_co_host_gets_one(supper: Event, ana: Person, bo: Person) -> None:
    await CoHost(event=supper.id, person=ana.id, added_by=None).save()
    await asks(supper, bo)
    assert len(await letters_after(11)) == 1


async def test_nobody_is_told_of_a_host_who_comes_and_is_in_at_once(
    walkers: Community, supper: Event, ana: Person
) -> None:
    mia = await make_person("Mia")
    await join(mia, walkers, "organiser")
    assert (await seats.answer(supper, ana, answer="going", by=ana)).status == "going"
    assert await letters_after(11) == [] and await letters_after(11, mia.email) == []


async def lays_it_down(event: Event, cleo: Person) -> None:
    await CoHost.delete().where(CoHost.person == cleo.id)


async def wants_none(event: Event, cleo: Person) -> None:
    await letters_wanted.refuse(cleo.id, letters_wanted.ORGANISERS)


async def is_cancelled(event: Event, cleo: Person) -> None:
    await db.run("UPDATE events SET status = 'cancelled' WHERE id = $1", event.id)


async def is_over(event: Event, cleo: Person) -> None:
    hours = "starts_at = $2, ends_at = $3"
    now = clock.now()
    await db.run(f"UPDATE events SET {hours} WHERE id = $1", event.id, now - timedelta(hours=2), now)


async def accepts_everybody(event: Event, cleo: Person) -> None:
    await db.run("UPDATE answer_policies SET approval = false WHERE event = $1", event.id)
    await approvals.end(event)


@pytest.mark.parametrize("change", [lays_it_down, wants_none, is_cancelled, is_over, accepts_everybody])
async def test_nobody_is_written_to_in_vain(
    supper: Event, bo: Person, cleo: Person, change: Callable[[Event, Person], Awaitable[None]]
) -> None:
    await CoHost(event=supper.id, person=cleo.id, added_by=None).save()
    await asks(supper, bo)
    await change(supper, cleo)
    assert await letters_after(11, cleo.email) == []


async def test_an_organiser_who_has_become_a_member_is_not_written_to(
    walkers: Community, supper: Event, bo: Person
) -> None:
    mia = await make_person("Mia")
    await join(mia, walkers, "organiser")
    await asks(supper, bo)
    await Membership.update({Membership.role: "member"}).where(Membership.person == mia.id)
    assert await letters_after(11, mia.email) == [] and len(await letters_after(11)) == 1


async def test_one_press_in_the_letter_ends_them(
    supper: Event, ana: Person, bo: Person, cleo: Person, client: httpx.AsyncClient
) -> None:
    await asks(supper, bo)
    [letter] = await letters_after(11)
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = letter["List-Unsubscribe"].strip("<>")
    answer = await client.post(address, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code < 400 and not await letters_wanted.wants(ana.id, letters_wanted.ORGANISERS)
    await asks(supper, cleo)
    assert len(await letters_after(100)) == 1


# Blocks


@pytest.mark.parametrize("bo_blocks", [True, False])
async def test_of_two_between_whom_there_is_a_block_the_host_hears_nothing(
    walkers: Community, supper: Event, ana: Person, bo: Person, bo_blocks: bool
) -> None:
    mia = await make_person("Mia")
    await join(mia, walkers, "organiser")
    await (blocks.block(bo, ana) if bo_blocks else blocks.block(ana, bo))
    await asks(supper, bo)
    assert len(await letters_after(11, mia.email)) == 1
    assert await letters_after(11) == []


async def test_who_is_hidden_changes_neither_what_ana_reads_nor_when(
    supper: Event, ana: Person, bo: Person, cleo: Person, dev: Person
) -> None:
    await blocks.block(bo, ana)
    start = clock.now()
    await asks(supper, bo)
    with time_machine.travel(start + timedelta(minutes=8), tick=False):
        await asks(supper, cleo)
    assert await subjects_after(17) == []
    [letter] = await letters_after(19)
    assert letter["Subject"] == "1 person asks to come to Supper"
    assert "Cleo would like to come" in text_of(letter).splitlines()[2]
    with time_machine.travel(start + timedelta(minutes=30), tick=False):
        await seats.withdraw(supper, bo, by=bo)
        await asks(supper, bo)
    assert len(await letters_after(200)) == 1


async def test_a_block_that_comes_before_the_letter_counts(supper: Event, ana: Person, bo: Person) -> None:
    await asks(supper, bo)
    assert await letters_after(1) == []
    await blocks.block(bo, ana)
    assert await letters_after(11) == []
