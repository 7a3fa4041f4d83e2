"""The life of an event."""

from datetime import timedelta

import pytest

from events import queries
from events.access import visible_event
from events.announcements import EventCancelled, EventPublished, SeatsChanged
from events.publishing import publishing
from events.publishing.publishing import EditedMeanwhile, NoLongerYours
from events.tables import Event, SeatPool
from members.tables import Community, Person
from server import tokens
from tests.events.hearing import hearing
from tests.gatherings import details, in_days, make_event
from tests.ground import work_off


async def now_is(event: Event) -> Event:
    found = await queries.event_by_id(event.id)
    assert found
    return found


async def test_a_draft_sent_twice_is_one_draft(walkers: Community, ana: Person) -> None:
    name = tokens.public_id()
    first = await publishing.draft(walkers, details(), by=ana, public_id=name)
    second = await publishing.draft(walkers, details(title="Again"), by=ana, public_id=name)
    assert first.id == second.id
    assert first.status == "draft"
    assert await Event.count() == 1


async def test_publishing_is_told_once(walkers: Community, ana: Person) -> None:
    event = await publishing.draft(walkers, details(), by=ana, public_id=tokens.public_id())
    with hearing(EventPublished) as heard:
        assert await publishing.publish(event)
        assert not await publishing.publish(event)
        await work_off()
    assert heard == [EventPublished(event.id)]
    assert (await visible_event(None, event.public_id)).published_at


async def test_cancelling_keeps_the_page_and_says_why(walkers: Community) -> None:
    event = await make_event(walkers)
    with hearing(EventCancelled) as heard:
        assert await publishing.cancel(event, reason="The hall is flooded.")
        assert not await publishing.cancel(event, reason="Twice")
        await work_off()
    assert heard == [EventCancelled(event.id)]
    cancelled = await visible_event(None, event.public_id)
    assert (cancelled.status, cancelled.cancel_reason) == ("cancelled", "The hall is flooded.")
    assert cancelled.sequence == event.sequence + 1
    assert cancelled.cancelled_at and cancelled.changed_at > event.changed_at


async def test_what_is_cancelled_is_not_edited_or_published(walkers: Community) -> None:
    event = await make_event(walkers)
    await publishing.cancel(event, reason="Rain.")
    current = await now_is(event)
    with pytest.raises(NoLongerYours):
        await publishing.edit(event, details(title="Else"), seen=current.changed_at)
    with pytest.raises(NoLongerYours):
        await publishing.publish(event)


async def test_only_a_draft_is_deleted(walkers: Community) -> None:
    event, draft = await make_event(walkers), await make_event(walkers, status="draft")
    await publishing.remove(draft)
    with pytest.raises(NoLongerYours):
        await publishing.remove(event)
    with pytest.raises(NoLongerYours):
        await publishing.cancel(await make_event(walkers, status="draft"), reason="Rain.")
    assert await queries.event_by_id(draft.id) is None
    assert await queries.event_by_id(event.id)


async def test_of_two_who_edit_at_once_the_second_is_asked(walkers: Community) -> None:
    event = await make_event(walkers)
    await publishing.edit(event, details(title="Ana's title"), seen=event.changed_at)
    with pytest.raises(EditedMeanwhile) as refused:
        await publishing.edit(event, details(title="Bo's title"), seen=event.changed_at)
    assert refused.value.event.title == "Ana's title"
    edited = await publishing.edit(event, details(title="Bo's title"), seen=refused.value.event.changed_at)
    assert edited.title == "Bo's title"


async def test_the_same_edit_sent_twice_is_one(walkers: Community) -> None:
    event = await make_event(walkers)
    once = await publishing.edit(event, details(starts_at=in_days(8)), seen=event.changed_at)
    twice = await publishing.edit(event, details(starts_at=in_days(8)), seen=event.changed_at)
    assert once.sequence == twice.sequence == 1
    assert once.changed_at == twice.changed_at


async def test_sequence_rises_when_it_moves_and_not_for_a_typo(walkers: Community) -> None:
    event = await make_event(walkers)
    event = await publishing.edit(event, details(about="Bring two bottles."), seen=event.changed_at)
    assert event.sequence == 0
    for moved in (
        {"starts_at": in_days(8)},
        {"starts_at": in_days(8), "ends_at": in_days(8, 21)},
        {"starts_at": in_days(8), "ends_at": in_days(8, 21), "place": "The new mill"},
        {"starts_at": in_days(8), "ends_at": in_days(8, 21), "place": "The new mill", "join_url": ""},
    ):
        before = event.sequence
        event = await publishing.edit(event, details(**moved), seen=event.changed_at)
        assert event.sequence == before + 1


async def test_a_draft_may_move_and_nobody_counts(walkers: Community) -> None:
    event = await make_event(walkers, status="draft")
    event = await publishing.edit(event, details(starts_at=in_days(9)), seen=event.changed_at)
    assert event.sequence == 0
    assert await work_off() == 0


async def test_more_seats_are_announced_and_fewer_throw_nobody_out(walkers: Community) -> None:
    event = await make_event(walkers, seats=10)
    await SeatPool.update({SeatPool.taken: 8}).where((SeatPool.event == event.id) & SeatPool.online.eq(False))
    with hearing(SeatsChanged) as heard:
        event = await publishing.edit(event, details(seats=5), seen=event.changed_at)
        event = await publishing.edit(event, details(seats=5, title="A longer walk"), seen=event.changed_at)
        event = await publishing.edit(event, details(seats=None), seen=event.changed_at)
        await work_off()
    assert heard == [SeatsChanged(event.id)] * 2
    assert event.pool().taken == 8


async def test_edits_that_follow_each_other_within_a_tick_are_told_apart(walkers: Community) -> None:
    event = await make_event(walkers)
    await Event.update({Event.changed_at: event.changed_at + timedelta(hours=1)}).where(Event.id == event.id)
    ahead = await now_is(event)
    edited = await publishing.edit(ahead, details(title="Later"), seen=ahead.changed_at)
    assert edited.changed_at > ahead.changed_at
