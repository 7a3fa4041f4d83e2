"""Hosts keep somebody out of one gathering."""

from events import queries as events_queries
from events.hosting import co_hosts, keeping_out
from events.tables import Event
from members import queries
from members.communities.keeping_out import Whom
from members.tables import Community, Person
from rsvps.hosting import invitations
from rsvps.seating import seats
from tests.gatherings import make_event
from tests.ground import work_off
from tests.people import As
from tests.rsvps.gatherings import answer_of, line, statuses
from tests.volunteers.test_shifts import need
from volunteers import shifts
from volunteers.tables import Role


async def say(event: Event, *people: Person) -> None:
    for person in people:
        await seats.answer(event, person, answer="going", by=person)


async def all_that_bo_has(
    walkers: Community, ana: Person, bo: Person, dev: Person
) -> tuple[list[Event], list[Role]]:
    """A seat that dev waits for, a place in line, a request, an invitation, a maybe, a shift, and two to co-host."""
    seat = await make_event(walkers, ana, mode="in_person", seats=1)
    waiting = await make_event(walkers, ana, mode="in_person", seats=1)
    asked = await make_event(walkers, ana, approval=True, visibility="members")
    invited = await make_event(walkers, ana, visibility="invited")
    hosted = await make_event(walkers, ana)
    await say(seat, bo, dev)
    await say(waiting, dev, bo)
    await say(asked, bo)
    await invitations.invite(invited, [bo], by=ana)
    await co_hosts.add(hosted, bo, by=ana)
    role = await need(hosted)
    await shifts.sign_up(role, bo, hosted)
    await work_off()
    return [seat, waiting, asked, invited, hosted], [role]


async def test_keeping_bo_out_of_one_gathering_leaves_him_the_others(
    walkers: Community, ana: Person, bo: Person, dev: Person
) -> None:
    events, _ = await all_that_bo_has(walkers, ana, bo, dev)
    seat, waiting, *_ = events
    await keeping_out.keep_out(seat, Whom.named(bo), by=ana)
    assert await statuses(seat) == {"withdrawn": 1, "going": 1}
    assert await line(waiting) == [bo.id]
    assert await queries.role_in(bo, walkers.id) == "member"


async def test_a_co_host_keeps_out_of_their_one_gathering_and_no_host_of_it(
    walkers: Community, ana: Person, bo: Person, cleo: Person, dev: Person, signed_in: As
) -> None:
    event = await make_event(walkers, ana)
    for host in (cleo, dev):
        await co_hosts.add(event, host, by=ana)
    browser = await signed_in(cleo)
    assert (await browser.get(f"/events/{event.public_id}/kept-out")).status_code == 200
    answer = await browser.post(f"/events/{event.public_id}/kept-out", data={"email": bo.email})
    assert answer.status_code == 303
    answer = await browser.post(f"/events/{event.public_id}/kept-out", data={"email": dev.email})
    assert answer.status_code == 422 and "organise this gathering" in answer.text
    for path in ("/communities/walkers/kept-out", f"/communities/walkers/people/{bo.public_id}/removal"):
        assert (await browser.get(path)).status_code == 403
        assert (await browser.post(path, data={"email": bo.email})).status_code == 403
    assert await events_queries.is_kept_out(event, bo)


async def test_hosts_are_told_until_when_and_have_nobody_in_who_is_kept_out(
    walkers: Community, ana: Person, bo: Person, signed_in: As
) -> None:
    event = await make_event(walkers, ana, approval=True)
    await say(event, bo)
    rsvp = await answer_of(event, bo)
    assert rsvp
    browser, page = await signed_in(ana), f"/events/{event.public_id}"
    answer = await browser.post(
        f"/rsvps/{rsvp.public_id}/keeping-out", data={"until": "2099-05-03", "note": "Shouted."}
    )
    assert answer.status_code == 303
    for path, data in (
        (f"{page}/people/new", {"email": bo.email}),
        (f"{page}/people/new", {"person": bo.public_id}),
        (f"{page}/invitations", {"emails": bo.email}),
        (f"{page}/hosts", {"person": bo.public_id}),
        (f"{page}/hosts", {"email": bo.email}),
        (f"/rsvps/{rsvp.public_id}/removal/removal", {}),
        (f"/rsvps/{rsvp.public_id}/approval", {}),
    ):
        answer = await browser.post(path, data=data)
        assert answer.status_code in {409, 422}, path
        assert "kept out" in answer.text, path
    several = {"emails": f"eve@example.org\n{bo.email}"}
    refused = (await browser.post(f"{page}/invitations", data=several)).text
    assert f"{bo.email} is kept out until Sunday, 3 May 2099." in refused and 'id="f-emails-error"' in refused
    assert await statuses(event) == {"withdrawn": 1}
    assert "until 3 May 2099" in (await browser.get(f"{page}/kept-out")).text.replace("Sunday, ", "")
    assert "Shouted." in (await browser.get(f"{page}/kept-out")).text


async def test_ana_keeps_bo_out_from_the_page_of_his_answer(
    walkers: Community, ana: Person, bo: Person, signed_in: As
) -> None:
    event = await make_event(walkers, ana)
    await say(event, ana, bo)
    mine, his = await answer_of(event, ana), await answer_of(event, bo)
    assert mine and his
    browser = await signed_in(ana)
    assert "Keep them out" not in (await browser.get(f"/rsvps/{mine.public_id}")).text
    assert (await browser.post(f"/rsvps/{mine.public_id}/keeping-out")).status_code == 422
    assert "Keep them out" in (await browser.get(f"/rsvps/{his.public_id}")).text
    answer = await browser.post(f"/rsvps/{his.public_id}/keeping-out", data={"of": "community"})
    assert answer.status_code == 303
    assert await queries.role_in(bo, walkers.id) is None
    assert "They are kept out" in (await browser.get(f"/rsvps/{his.public_id}")).text
