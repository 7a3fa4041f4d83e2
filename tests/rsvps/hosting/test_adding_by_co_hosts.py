"""What co-hosts do with answers, and what an event that becomes another means for them."""

import pytest

from events.hosting import co_hosts
from events.publishing import publishing
from members.tables import Community, Person
from rsvps.seating import seats
from rsvps.status import queries
from rsvps.status.access import view_of
from tests.gatherings import details, make_event
from tests.ground import letters_to, text_of, work_off
from tests.people import As
from tests.rsvps.gatherings import statuses


async def test_a_co_host_puts_somebody_on_the_list_by_address_and_not_from_the_members(
    walkers: Community, ana: Person, bo: Person, cleo: Person, signed_in: As
) -> None:
    event = await make_event(walkers, ana)
    await co_hosts.add(event, cleo, by=ana)
    browser, where = await signed_in(cleo), f"/events/{event.public_id}/people/new"
    page = await browser.get(where)
    assert page.status_code == 200 and bo.public_id not in page.text
    assert (await browser.post(where, data={"person": bo.public_id})).status_code == 422
    assert (await browser.post(where, data={"name": "New", "email": "new@example.org"})).status_code == 303


async def test_a_co_host_learns_nothing_of_members_by_putting_addresses_on_the_list(
    walkers: Community, ana: Person, bo: Person, cleo: Person, signed_in: As
) -> None:
    event = await make_event(walkers, ana, visibility="members")
    await co_hosts.add(event, cleo, by=ana)
    browser, where = await signed_in(cleo), f"/events/{event.public_id}/people/new"
    answers = [await browser.post(where, data={"email": email}) for email in (bo.email, "new@example.org")]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert all("organisers choose whom to ask" in answer.text for answer in answers)


async def test_a_co_host_comes_to_what_is_for_members_only(
    walkers: Community, ana: Person, cleo: Person
) -> None:
    event = await make_event(walkers, ana, visibility="members")
    await co_hosts.add(event, cleo, by=ana)
    rsvp = await seats.answer(event, cleo, answer="going", by=cleo)
    found = await queries.answered(rsvp.id)
    assert found and (await view_of(found)).shows_address
    letter = (await letters_to(cleo.email))[-1]
    assert "Mill Lane 4" in text_of(letter)
    await co_hosts.remove(event, cleo)
    found = await queries.answered(rsvp.id)
    assert found and not (await view_of(found)).sees_it


@pytest.mark.parametrize("again", [False, True])
async def test_who_asked_comes_in_when_nobody_has_to_be_accepted_any_more(
    walkers: Community, ana: Person, bo: Person, dev: Person, again: bool
) -> None:
    event = await make_event(walkers, ana, approval=True, seats=1)
    for person in (bo, dev):
        await seats.answer(event, person, answer="going", by=person)
    await work_off()
    assert await statuses(event) == {"requested": 2}
    event = await publishing.edit(event, details(seats=1, mode=event.mode), seen=event.changed_at)
    if again:
        await publishing.edit(event, details(seats=1, mode=event.mode, approval=True), seen=event.changed_at)
    await work_off()
    assert await statuses(event) == ({"requested": 2} if again else {"going": 1, "waitlisted": 1})
