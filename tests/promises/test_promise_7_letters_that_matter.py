"""Promise 7: a letter that matters is written down in the transaction of what it tells of, and goes out once."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
import pytest_asyncio
import time_machine

from events.tables import Event
from members.tables import Community, Person
from rsvps.attending import by_letter
from rsvps.hosting import approvals, hosts, invitations
from rsvps.letters import notices, reminders, still_coming
from rsvps.seating import seats
from rsvps.tables import Rsvp
from server import clock, db
from server import jobs as due
from server.db import transaction
from tests.gatherings import make_event
from tests.ground import letters_to, work_off
from tests.people import As, make_person
from tests.rsvps.gatherings import answer_of

pytestmark = pytest.mark.slow

Change = Callable[[Event, Person, Person], Awaitable[object]]


@pytest_asyncio.fixture(loop_scope="session")
async def event(committed: str) -> Event:
    walkers = Community(slug="walkers", name="Sunday Walkers")
    await walkers.save()
    return await make_event(walkers, seats=1, guests_allowed=2)


async def going(event: Event, ana: Person, bo: Person) -> None:
    await seats.answer(event, bo, answer="going", by=bo)


async def maybe(event: Event, ana: Person, bo: Person) -> None:
    await seats.answer(event, bo, answer="maybe", by=bo)


async def waiting(event: Event, ana: Person, bo: Person) -> None:
    await seats.answer(event, ana, answer="going", by=ana)
    await db.run("DELETE FROM due_work")
    await seats.answer(event, bo, answer="going", by=bo)


async def withdrawing(event: Event, ana: Person, bo: Person) -> None:
    await seats.answer(event, bo, answer="going", by=bo)
    await db.run("DELETE FROM due_work")
    await seats.withdraw(event, bo, by=bo)


async def moving_up(event: Event, ana: Person, bo: Person) -> None:
    await seats.answer(event, ana, answer="going", by=ana)
    await seats.answer(event, bo, answer="going", by=bo)
    await db.run("DELETE FROM due_work")
    await seats.withdraw(event, ana, by=ana)


async def asking_by_letter(event: Event, ana: Person, bo: Person) -> None:
    await by_letter.ask(event, name="Bo", email=bo.email, answer="going", guests=0)


async def inviting(event: Event, ana: Person, bo: Person) -> None:
    await invitations.invite(event, [bo], by=ana)


async def telling_of_a_change(event: Event, ana: Person, bo: Person) -> None:
    await seats.answer(event, bo, answer="going", by=bo)
    await db.run("DELETE FROM due_work")
    await notices.tell_of_change(event.id, 1)


async def telling_of_the_end(event: Event, ana: Person, bo: Person) -> None:
    await seats.answer(event, bo, answer="going", by=bo)
    await db.run("DELETE FROM due_work")
    await notices.tell_of_cancellation(event.id)


async def reminding(event: Event, ana: Person, bo: Person) -> None:
    await seats.answer(event, bo, answer="going", by=bo)
    await db.run("DELETE FROM due_work")
    with time_machine.travel(event.starts_at - timedelta(hours=3), tick=False):
        await reminders.remind()


async def asking_hosts(event: Event, ana: Person, bo: Person) -> None:
    await db.run("UPDATE answer_policies SET approval = true WHERE event = $1", event.id)
    await seats.answer(event, bo, answer="going", by=bo)


async def accepting(event: Event, ana: Person, bo: Person) -> None:
    await asking_hosts(event, ana, bo)
    await db.run("DELETE FROM due_work")
    await approvals.grant(await rsvp_of(event, bo), by=ana)


async def turning_down(event: Event, ana: Person, bo: Person) -> None:
    await asking_hosts(event, ana, bo)
    await db.run("DELETE FROM due_work")
    await approvals.decline(await rsvp_of(event, bo), by=ana)


async def putting_on_the_list(event: Event, ana: Person, bo: Person) -> None:
    await hosts.add(event, bo, by=ana)


async def taking_off_the_list(event: Event, ana: Person, bo: Person) -> None:
    await hosts.add(event, bo, by=ana)
    await db.run("DELETE FROM due_work")
    await hosts.take_off(await rsvp_of(event, bo), by=ana)


async def first_in_line(event: Event, ana: Person, bo: Person) -> None:
    cleo, dev = await make_person("Cleo"), await make_person("Dev")
    for person in (ana, cleo, dev, bo):
        await seats.answer(event, person, answer="going", by=person)
    await db.run("DELETE FROM due_work")
    await hosts.move_up(await rsvp_of(event, bo), by=ana, note="")


async def passing_over(event: Event, ana: Person, bo: Person) -> None:
    cleo = await make_person("Cleo")
    await db.run("UPDATE seat_pools SET seats = 2 WHERE event = $1 AND NOT online", event.id)
    await seats.answer(event, ana, answer="going", by=ana)
    await seats.answer(event, bo, answer="going", guests=1, by=bo)
    await db.run("DELETE FROM due_work")
    await seats.answer(event, cleo, answer="going", by=cleo)


async def offering_late(event: Event, ana: Person, bo: Person) -> None:
    await seats.answer(event, ana, answer="going", by=ana)
    await seats.answer(event, bo, answer="going", by=bo)
    await db.run("DELETE FROM due_work")
    with time_machine.travel(event.starts_at - timedelta(hours=3), tick=False):
        await seats.withdraw(event, ana, by=ana)


async def passing_on(event: Event, ana: Person, bo: Person) -> None:
    await offering_late(event, ana, bo)
    await db.run("DELETE FROM due_work")
    with time_machine.travel(event.starts_at + timedelta(minutes=1), tick=False):
        await seats.settle(event.id)


async def asking_who_still_comes(event: Event, ana: Person, bo: Person) -> None:
    await seats.answer(event, bo, answer="going", by=bo)
    await db.run("DELETE FROM due_work")
    with time_machine.travel(event.starts_at - timedelta(hours=40), tick=False):
        await still_coming.ask()


async def rsvp_of(event: Event, person: Person) -> Rsvp:
    found = await answer_of(event, person)
    assert found
    return found


CHANGES: dict[Change, str] = {
    going: "confirmation",
    maybe: "confirmation",
    waiting: "waiting",
    withdrawing: "withdrawal",
    moving_up: "promoted",
    asking_by_letter: "confirm",
    inviting: "invitation",
    telling_of_a_change: "changed",
    telling_of_the_end: "cancelled",
    reminding: "reminder",
    asking_hosts: "requested",
    accepting: "accepted",
    turning_down: "turned_down",
    putting_on_the_list: "added",
    taking_off_the_list: "taken_off",
    first_in_line: "moved_up",
    passing_over: "skipped",
    offering_late: "offered",
    passing_on: "passed_on",
    asking_who_still_comes: "still_coming",
}


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
async def test_change_and_letter_are_of_one_transaction(event: Event, change: Change) -> None:
    ana, bo = await make_person("Ana"), await make_person("Bo")
    await change(event, ana, bo)
    # Rows written by one transaction carry its number (a savepoint has one of its own: then it is the person's row).
    written = await db.rows(
        """
        SELECT kind FROM due_work JOIN people ON people.id = $1 JOIN rsvps ON rsvps.person = people.id
        WHERE due_work.xmin::text IN (rsvps.xmin::text, people.xmin::text) ORDER BY due_work.id
        """,
        bo.id,
    )
    assert f"rsvps.{CHANGES[change]}" in [row["kind"] for row in written]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
async def test_what_did_not_happen_is_not_told(event: Event, change: Change) -> None:
    ana, bo = await make_person("Ana"), await make_person("Bo")
    with pytest.raises(RuntimeError):
        async with transaction():
            await change(event, ana, bo)
            raise RuntimeError("the machine stops here")
    assert await db.value("SELECT count(*) FROM due_work") == 0
    assert await answer_of(event, bo) is None


async def test_letters_go_out_once_however_often_the_work_is_looked_for(
    walkers: Community, bo: Person
) -> None:
    event = await make_event(walkers)
    await seats.answer(event, bo, answer="going", by=bo)
    for _ in range(3):
        await work_off()
    assert len(await letters_to(bo.email)) == 1


async def test_a_letter_repeated_after_a_crash_has_the_same_name(walkers: Community, bo: Person) -> None:
    event = await make_event(walkers)
    await seats.answer(event, bo, answer="going", by=bo)
    (work,) = await due.claim("a worker", most=1)
    await due.do(work)
    (first,) = await letters_to(bo.email)
    # It was sent, and the worker was killed before it could say so: the work comes back.
    await db.run("DELETE FROM sent_letters")
    await db.run(
        """
        INSERT INTO due_work (id, kind, args, run_at, request_id, attempts, last_error, created_at)
        VALUES ($1, $2, $3, $4, '', 1, '', $4)
        """,
        work.id,
        work.kind,
        list(work.args),
        clock.now(),
    )
    (again,) = await letters_to(bo.email)
    assert again["Message-ID"] == first["Message-ID"]


async def test_the_double_click_of_an_organiser_is_one_letter_each(
    walkers: Community, ana: Person, bo: Person, signed_in: As
) -> None:
    event = await make_event(walkers)
    await seats.answer(event, bo, answer="going", by=bo)
    browser = await signed_in(ana)
    data = {
        "ref": "abcdefghjkmn",
        "step": "send",
        "to_whom": "going",
        "subject": "Spoons",
        "body": "Bring one.",
    }
    for _ in range(2):
        assert (await browser.post(f"/events/{event.public_id}/letters", data=data)).status_code == 303
    assert [letter["Subject"] for letter in await letters_to(bo.email)].count("Spoons") == 1
