"""The list of who is kept out of a community: written, lifted, over in time, forgotten."""

import re
from datetime import timedelta

import pytest
import time_machine

from events import queries as events_queries
from events.hosting import co_hosts, keeping_out
from events.tables import Event
from members import queries
from members.access import KeptOut
from members.communities import joining
from members.communities import keeping_out as of_communities
from members.communities.keeping_out import KEPT, Whom
from members.tables import Community, Person
from rsvps.seating import seats
from server import clock, db
from server.errors import Refusal
from tests.gatherings import make_event
from tests.ground import forget_what_has_had_its_time
from tests.people import As
from tests.rsvps.gatherings import statuses


async def say(event: Event, *people: Person) -> None:
    for person in people:
        await seats.answer(event, person, answer="going", by=person)


async def test_lifting_is_for_those_who_may_and_of_their_own_list(
    walkers: Community, ana: Person, bo: Person, cleo: Person, signed_in: As
) -> None:
    event, other = await make_event(walkers, ana), await make_event(walkers, ana)
    await co_hosts.add(other, cleo, by=ana)
    await keeping_out.keep_out(event, Whom.named(bo), by=ana)
    kept = await db.value("SELECT public_id FROM kept_out_of_events")
    browser = await signed_in(cleo)
    assert (await browser.post(f"/events/{event.public_id}/kept-out/{kept}/removal")).status_code == 403
    assert (await browser.post(f"/events/{other.public_id}/kept-out/{kept}/removal")).status_code == 404
    assert await events_queries.is_kept_out(event, bo)


async def test_it_ends_by_the_clock_and_what_was_there_does_not_come_back(
    walkers: Community, ana: Person, bo: Person
) -> None:
    event = await make_event(walkers, ana)
    await say(event, bo)
    end = clock.now() + timedelta(days=2)
    await keeping_out.keep_out(event, Whom.named(bo), by=ana, until=end)
    with time_machine.travel(end - timedelta(seconds=1), tick=False), pytest.raises(KeptOut):
        await say(event, bo)
    with time_machine.travel(end, tick=False):
        assert await statuses(event) == {"withdrawn": 1}
        await say(event, bo)
        assert await statuses(event) == {"going": 1}
        # It can begin anew.
        await keeping_out.keep_out(event, Whom.named(bo), by=ana)
        assert await statuses(event) == {"withdrawn": 1}


async def test_it_is_lifted(walkers: Community, ana: Person, bo: Person, signed_in: As) -> None:
    browser = await signed_in(ana)
    assert (await browser.post(f"/communities/walkers/people/{bo.public_id}/removal")).status_code == 303
    page = (await browser.get("/communities/walkers/kept-out")).text
    assert "Bo" in page and "for good" in page
    lift = re.search(r'action="(/communities/walkers/kept-out/\w+/removal)"', page)
    assert lift
    for _ in range(2):
        assert (await browser.post(lift[1])).status_code == 303
    assert "Nobody is kept out" in (await browser.get("/communities/walkers/kept-out")).text
    assert await joining.join(bo, walkers)
    assert (await (await signed_in(bo)).post(lift[1])).status_code == 403


async def test_owners_are_kept_out_by_owners_alone_and_nobody_by_themselves(
    walkers: Community, ana: Person, bo: Person, dev: Person
) -> None:
    await joining.change_role(bo, walkers, "organiser", by=ana)
    event = await make_event(walkers, ana)
    for whom, by in ((ana, bo), (bo, bo), (ana, ana), (ana, dev)):
        with pytest.raises(Refusal):
            await of_communities.keep_out(walkers, Whom.named(whom), by=by)
        with pytest.raises(Refusal):
            await of_communities.keep_out(walkers, Whom(whom.email), by=by)
        with pytest.raises(Refusal):
            await keeping_out.keep_out(event, Whom(whom.email), by=by)
    assert not await queries.kept_out(queries.Scope.of(walkers), seen_by=ana)
    await of_communities.keep_out(walkers, Whom.named(bo), by=ana)
    assert await queries.role_in(bo, walkers.id) is None


async def test_what_ended_long_ago_is_forgotten(walkers: Community, ana: Person, bo: Person) -> None:
    end = clock.now() + timedelta(days=1)
    await of_communities.keep_out(walkers, Whom.named(bo), by=ana, until=end)
    await of_communities.keep_out(walkers, Whom("eve@example.org"), by=ana)
    for after, left in ((timedelta(days=1), 2), (KEPT + timedelta(days=1), 1)):
        with time_machine.travel(end + after, tick=False):
            await forget_what_has_had_its_time()
            assert await db.value("SELECT count(*) FROM kept_out") == left


@pytest.mark.parametrize("until", ["2020-01-01", "9999-12-31", "tomorrow", "0001-01-01"])
async def test_a_day_that_cannot_be_meant_is_said_beside_its_field(
    until: str, walkers: Community, ana: Person, signed_in: As
) -> None:
    answer = await (await signed_in(ana)).post(
        "/communities/walkers/kept-out", data={"email": "eve@example.org", "until": until}
    )
    assert answer.status_code == (303 if until.startswith("9999") else 422)
    if answer.status_code == 422:
        assert "eve@example.org" in answer.text


async def test_the_list_says_what_it_is_for_and_wants_an_address(
    walkers: Community, ana: Person, bo: Person, signed_in: As
) -> None:
    event = await make_event(walkers, ana)
    browser = await signed_in(ana)
    for path in ("/communities/walkers/kept-out", f"/events/{event.public_id}/kept-out"):
        assert "Nobody is kept out" in (await browser.get(path)).text
        assert (await browser.post(path)).status_code == 422
        assert (await browser.post(path, data={"email": "Eve@Example.org", "note": "x"})).status_code == 303
        page = (await browser.get(path)).text
        assert "eve@example.org" in page and "“x”" in page
        assert (await (await signed_in(bo)).get(path)).status_code == 403
