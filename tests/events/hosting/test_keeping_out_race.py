"""Keeping somebody out, while they answer, join, help and confirm by old links: over real connections."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial

import pytest

from events.hosting import keeping_out
from events.tables import Event
from members import queries
from members.communities import joining
from members.communities import keeping_out as of_communities
from members.communities.keeping_out import Whom
from members.tables import Community, Person
from rsvps.attending import by_letter
from rsvps.hosting import invitations
from rsvps.letters import links
from rsvps.seating import seats
from rsvps.tables import Rsvp
from server import db
from server.errors import Refusal
from tests.gatherings import make_event
from tests.people import join, make_person
from tests.rsvps.gatherings import answer_of, taken
from tests.volunteers.test_shifts import need
from volunteers import shifts

pytestmark = pytest.mark.slow

Press = Callable[[], Awaitable[object]]


async def the_walkers() -> tuple[Community, Person, Person, Person]:
    community = Community(slug="walkers", name="Sunday Walkers", zone="Europe/Berlin")
    await community.save()
    ana, eva, bo = await make_person("Ana"), await make_person("Eva"), await make_person("Bo")
    for person, role in ((ana, "owner"), (eva, "owner"), (bo, "member")):
        await join(person, community, role)
    return community, ana, eva, bo


async def all_at_once(*presses: Press) -> None:
    async def press_or_be_refused(press: Press) -> None:
        with suppress(Refusal):
            await press()

    await asyncio.gather(*(press_or_be_refused(press) for press in presses))


@pytest.mark.parametrize("scope", ["event", "community"])
async def test_whatever_bo_presses_meanwhile_he_has_nothing_in_the_end(committed: str, scope: str) -> None:
    community, ana, eva, bo = await the_walkers()
    for turn in range(12):
        event = await make_event(community, ana, seats=3, mode="in_person")
        await everything_at_once(scope, event, community, (ana, eva), bo, going_already=turn % 2 > 0)
        assert (await told(event, bo)).status == "withdrawn", turn
        assert await taken(event) == 0
        assert not await db.value("SELECT count(*) FROM volunteer_sign_ups WHERE person = $1", bo.id)
        assert await queries.role_in(bo, community.id) == (None if scope == "community" else "member")
        for table, rows in (("kept_out", scope == "community"), ("kept_out_of_events", scope == "event")):
            assert await db.value(f"SELECT count(*) FROM {table} WHERE ended_at IS NULL") == rows
            await db.run(f"DELETE FROM {table}")
        await joining.join(bo, community)


async def everything_at_once(
    scope: str,
    event: Event,
    community: Community,
    owners: Sequence[Person],
    bo: Person,
    *,
    going_already: bool,
) -> None:
    """Two owners keep bo out while he answers, by the page and by an old link, helps, joins and is invited."""
    ana, whom = owners[0], Whom.named(bo)
    other, role = await make_event(community, ana, visibility="invited"), await need(event)
    await invitations.invite(event, [bo], by=ana)
    link = links.token(await told(event, bo), event)
    if going_already:
        await seats.answer(event, bo, answer="going", by=bo)
    if scope == "event":
        outs: list[Press] = [partial(keeping_out.keep_out, event, whom, by=by) for by in owners]
    else:
        outs = [partial(of_communities.keep_out, community, whom, by=by) for by in owners]
    going = partial(seats.answer, event, bo, answer="going", by=bo)
    by_link = [partial(by_letter.answer, link, answer=wish, guests=0) for wish in ("going", "maybe")]
    await all_at_once(
        going,
        by_link[0],
        partial(shifts.sign_up, role, bo, event),
        *outs,
        partial(joining.join, bo, community),
        by_link[1],
        partial(invitations.invite, other, [bo], by=ana),
        going,
    )


async def told(event: Event, person: Person) -> Rsvp:
    rsvp = await answer_of(event, person)
    assert rsvp is not None
    return rsvp


async def test_many_who_help_and_answer_do_not_deadlock_with_it(committed: str) -> None:
    community, ana, _, bo = await the_walkers()
    events = [await make_event(community, ana) for _ in range(3)]
    roles = [await need(event, places=50) for event in events]
    crowd = [await make_person(f"P{number}") for number in range(8)]
    for event, role in zip(events, roles, strict=True):
        await seats.answer(event, bo, answer="going", by=bo)
        await db.run(
            "INSERT INTO volunteer_sign_ups (role, person, created_at) VALUES ($1, $2, now())", role.id, bo.id
        )
    presses: list[Press] = []
    for person in crowd:
        await join(person, community)
        for event, role in zip(events, roles, strict=True):
            presses.append(partial(shifts.sign_up, role, person, event))
            presses.append(partial(seats.answer, event, person, answer="going", by=person))
    for place, out in ((20, bo), (30, crowd[0])):
        presses.insert(place, partial(of_communities.keep_out, community, Whom.named(out), by=ana))
    await all_at_once(*presses)  # A deadlock would be raised.
    assert not await db.value(
        "SELECT count(*) FROM rsvps WHERE person = ANY($1) AND status <> 'withdrawn'", [bo.id, crowd[0].id]
    )
    assert not await db.value(
        "SELECT count(*) FROM volunteer_sign_ups WHERE person = ANY($1)", [bo.id, crowd[0].id]
    )


async def test_two_organisers_at_once_who_type_a_strange_address(committed: str) -> None:
    community, ana, eva, _ = await the_walkers()
    whom = Whom("x@example.org")
    await all_at_once(*(partial(of_communities.keep_out, community, whom, by=by) for by in (ana, eva) * 4))
    assert await db.value("SELECT count(*) FROM kept_out") == 1
