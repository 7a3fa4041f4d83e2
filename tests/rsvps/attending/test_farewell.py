"""What happens to answers when somebody leaves: a community, or Kith."""

from datetime import timedelta

import pytest

from events.access import OutOfSight
from events.tables import Event
from members.communities import joining
from members.tables import Community, Person
from rsvps.hosting import approvals, hosts, invitations
from rsvps.seating import seats
from server import clock, db
from tests.gatherings import make_event
from tests.ground import letters_to, text_of, work_off
from tests.people import As, join
from tests.rsvps.gatherings import answer_of, statuses, taken


async def say(event: Event, *people: Person) -> None:
    for person in people:
        await seats.answer(event, person, answer="going", by=person)
    await work_off()


async def test_who_leaves_a_community_gives_back_what_was_for_its_members(
    walkers: Community, bo: Person, dev: Person
) -> None:
    private, public = await make_event(walkers, visibility="members", seats=1), await make_event(walkers)
    await say(private, bo, dev)
    await say(public, bo)
    await joining.leave(bo, walkers)
    await work_off()
    assert (await answer_of(private, bo)).status == "withdrawn"  # type: ignore[union-attr]
    assert (await answer_of(private, dev)).status == "going"  # type: ignore[union-attr]
    assert await statuses(public) == {"going": 1}
    letter = (await letters_to(bo.email))[-1]
    assert "you are no" in text_of(letter) and "METHOD:CANCEL" in text_of(letter, "text/calendar")
    assert "Mill Lane" not in text_of(letter) + text_of(letter, "text/calendar")


async def test_who_comes_back_answers_anew(walkers: Community, bo: Person) -> None:
    event = await make_event(walkers, visibility="members")
    await say(event, bo)
    await joining.leave(bo, walkers)
    assert await taken(event) == 0
    await join(bo, walkers)
    await say(event, bo)
    assert await taken(event) == 1


async def test_an_invitation_to_what_is_for_members_ends_with_the_membership(
    walkers: Community, ana: Person, bo: Person, signed_in: As
) -> None:
    event = await make_event(walkers, visibility="members")
    await invitations.invite(event, [bo], by=ana)
    await joining.leave(bo, walkers)
    await work_off()
    assert (await (await signed_in(bo)).get(f"/events/{event.public_id}")).status_code == 404
    await db.run("UPDATE events SET visibility = 'invited' WHERE id = $1", event.id)
    assert (await (await signed_in(bo)).get(f"/events/{event.public_id}")).status_code == 404


async def test_strangers_are_not_invited_to_what_is_for_members(
    walkers: Community, ana: Person, signed_in: As
) -> None:
    event = await make_event(walkers, visibility="members")
    browser = await signed_in(ana)
    for step in ("preview", "send"):
        answer = await browser.post(
            f"/events/{event.public_id}/invitations", data={"emails": "eve@example.org", "step": step}
        )
        assert answer.status_code == 422 and "for members only" in answer.text
    assert not await Person.exists().where(Person.email == "eve@example.org")
    assert await statuses(event) == {}


async def test_a_guest_of_what_became_members_only_keeps_the_seat_and_sees_no_more(
    walkers: Community, cleo: Person, signed_in: As
) -> None:
    event = await make_event(walkers)
    await say(event, cleo)
    await db.run("UPDATE events SET visibility = 'members' WHERE id = $1", event.id)
    browser = await signed_in(cleo)
    assert event.title not in (await browser.get("/")).text
    assert await taken(event) == 1


async def test_the_verb_itself_gives_no_seat_to_who_may_not_see_it(
    walkers: Community, ana: Person, bo: Person, cleo: Person
) -> None:
    for_members = await make_event(walkers, visibility="members")
    for_invited = await make_event(walkers, visibility="invited")
    await invitations.invite(for_invited, [bo], by=ana)
    await say(for_invited, bo)
    taken_off = await answer_of(for_invited, bo)
    assert taken_off
    await hosts.take_off(taken_off, by=ana)
    for event, person in ((for_members, cleo), (for_invited, bo)):
        for wish in ("going", "maybe"):
            with pytest.raises(OutOfSight):
                await seats.answer(event, person, answer=wish, by=person)  # type: ignore[arg-type]
    assert await taken(for_members) == await taken(for_invited) == 0
    back = await hosts.add(for_invited, bo, by=ana)
    assert back.status == "going"


async def test_hosts_let_nobody_in_who_could_not_see_it(
    walkers: Community, ana: Person, bo: Person, cleo: Person, dev: Person, signed_in: As
) -> None:
    event = await make_event(walkers, ana, approval=True)
    await say(event, cleo, bo)
    await db.run("UPDATE events SET visibility = 'members' WHERE id = $1", event.id)
    browser, asks = await signed_in(ana), await answer_of(event, cleo)
    assert asks and asks.status == "requested"
    refused = await browser.post(f"/rsvps/{asks.public_id}/approval")
    assert refused.status_code == 409 and "see this gathering" in refused.text
    await approvals.end(event)
    assert await statuses(event) == {"requested": 1, "going": 1}


async def test_who_left_reads_what_they_knew_and_nothing_newer(
    walkers: Community, bo: Person, dev: Person
) -> None:
    event = await make_event(walkers, visibility="members", title="The old walk")
    await say(event, bo, dev)
    await joining.leave(bo, walkers)
    assert "The old walk" in text_of((await letters_to(bo.email))[-1])
    await joining.leave(dev, walkers)
    later = clock.now() + timedelta(seconds=1)
    await db.run("UPDATE events SET title = 'The new walk', changed_at = $1", later)
    letter = (await letters_to(dev.email))[-1]
    assert "taken back: A gathering of Sunday Walkers" in str(letter["Subject"])
    words = text_of(letter) + text_of(letter, "text/html") + text_of(letter, "text/calendar")
    assert "METHOD:CANCEL" in words and event.uid in words.replace("\n ", "").replace("\r", "")
    assert "new walk" not in words and "18:30" not in words and "DTSTART" not in words
