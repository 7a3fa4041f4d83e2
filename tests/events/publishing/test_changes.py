"""Change notices: once, when it has come to rest, and only if it moved."""

from datetime import timedelta

import pytest
import time_machine

from events import queries, wall_clock
from events.announcements import EventCancelled, EventChanged
from events.publishing import changes, publishing
from events.tables import Event
from events.view import EventView, Relation
from members.tables import Community
from server import clock, db
from server.errors import NotFound
from tests.events.hearing import hearing
from tests.gatherings import as_it_is, details, details_of, in_days, make_event
from tests.ground import work_off

COMING = EventView(
    None, Relation.COMING, organises=False, sees_it=True, shows_address=True, shows_join_link=True
)
STRANGER = EventView(
    None, Relation.STRANGER, organises=False, sees_it=True, shows_address=False, shows_join_link=False
)
A_WHILE = timedelta(minutes=5)


async def edited(event: Event, **said: object) -> Event:
    return await publishing.edit(event, details(**said), seen=event.changed_at)


async def test_a_move_is_told_within_five_minutes_of_the_last_edit(walkers: Community) -> None:
    event = await make_event(walkers)
    start = clock.now()
    with hearing(EventChanged) as heard, time_machine.travel(start, tick=True) as travel:
        event = await edited(event, starts_at=in_days(8))
        travel.move_to(start + timedelta(minutes=2))
        event = await edited(event, starts_at=in_days(9))
        travel.move_to(start + timedelta(minutes=4))
        await work_off()
        assert heard == []
        travel.move_to(start + timedelta(minutes=7))
        await work_off()
    assert [told.event for told in heard] == [event.id]
    (when,) = await changes.differences(heard[0].change, COMING)
    assert when.name == "When"
    assert when.before != when.after
    assert "18:30, Berlin time" in str(when.before) and str(in_days(9).day) in str(when.after)


async def test_moved_back_nobody_is_told(walkers: Community) -> None:
    event = await make_event(walkers)
    with hearing(EventChanged) as heard:
        event = await edited(event, starts_at=in_days(8))
        event = await edited(event, starts_at=in_days(7))
        with time_machine.travel(clock.now() + A_WHILE, tick=True):
            await work_off()
    assert heard == []
    assert event.sequence == 2


async def test_a_typo_mails_nobody(walkers: Community) -> None:
    event = await make_event(walkers)
    event = await edited(event, title="A walk along the river!", about="Bring tea.")
    with time_machine.travel(clock.now() + A_WHILE, tick=True):
        assert await work_off() == 0


async def test_two_moves_far_apart_are_two_letters(walkers: Community) -> None:
    event = await make_event(walkers)
    with hearing(EventChanged) as heard:
        for day in (8, 9):
            event = await edited(event, starts_at=in_days(day))
            with time_machine.travel(clock.now() + A_WHILE, tick=True):
                await work_off()
    assert len({told.change for told in heard}) == 2


async def test_a_cancellation_overtakes_what_moved(walkers: Community) -> None:
    event = await make_event(walkers)
    with hearing(EventChanged) as heard:
        await edited(event, starts_at=in_days(8))
        await publishing.cancel(event, reason="Rain")
        with time_machine.travel(clock.now() + A_WHILE, tick=True):
            await work_off()
    assert heard == []


async def test_what_is_over_moves_nobody(walkers: Community) -> None:
    event = await make_event(walkers, starts_at=in_days(-7))
    with hearing(EventChanged) as heard:
        await edited(event, starts_at=in_days(-7), place="It was elsewhere")
        with time_machine.travel(clock.now() + A_WHILE, tick=True):
            await work_off()
    assert heard == []


async def test_telling_twice_is_harmless(walkers: Community) -> None:
    event = await make_event(walkers)
    with hearing(EventChanged) as heard:
        await edited(event, place="The new mill")
        with time_machine.travel(clock.now() + A_WHILE, tick=True):
            await work_off()
            await changes.tell(heard[0].change)
            await work_off()
    assert len(heard) == 1


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ({"place": "The new mill"}, ["Where"]),
        ({"mode": "online"}, ["Where"]),
        ({"zone": "Europe/Lisbon"}, ["When"]),
        ({"ends_at": in_days(7, 21)}, ["When"]),
        ({"address": "Mill Lane 5"}, ["Address"]),
        ({"join_url": "https://meet.example/other"}, ["Link to join"]),
    ],
)
async def test_each_move_is_named_to_those_it_concerns(
    walkers: Community, said: dict[str, object], names: list[str]
) -> None:
    event = await make_event(walkers)
    with hearing(EventChanged) as heard:
        await edited(event, **said)
        with time_machine.travel(clock.now() + A_WHILE, tick=True):
            await work_off()
    told = [difference.name for difference in await changes.differences(heard[0].change, COMING)]
    assert told == names
    open_to_all = [difference.name for difference in await changes.differences(heard[0].change, STRANGER)]
    assert open_to_all == [name for name in names if name in ("When", "Where")]


async def test_what_another_tells_of_is_written_down_at_once(walkers: Community) -> None:
    event = await make_event(walkers)
    with hearing(EventChanged) as heard:
        change, moved = await told_by_another(event, place="The new mill")
        with time_machine.travel(clock.now() + A_WHILE, tick=True):
            await work_off()
    assert heard == []
    assert moved.sequence == event.sequence + 1
    (where,) = await changes.differences(change, COMING)
    assert (str(where.before), str(where.after)) == ("The old mill and online", "The new mill and online")


async def test_what_was_not_told_yet_is_told_by_the_other(walkers: Community) -> None:
    event = await make_event(walkers)
    with hearing(EventChanged) as heard:
        edit = await edited(event, place="The new mill")
        change, _ = await told_by_another(edit, starts_at=in_days(9))
        with time_machine.travel(clock.now() + A_WHILE, tick=True):
            await work_off()
    assert heard == []
    when, where = await changes.differences(change, COMING)
    assert (str(where.before), str(where.after)) == ("The old mill and online", "The new mill and online")
    assert str(in_days(7).day) in str(when.before) and str(in_days(9).day) in str(when.after)
    assert await db.value("SELECT count(*) FROM event_changes") == 1


async def test_moved_back_by_another_there_is_nothing_to_tell(walkers: Community) -> None:
    event = await make_event(walkers)
    edit = await edited(event, place="The new mill")
    change, _ = await told_by_another(edit, place=event.place)
    assert await changes.differences(change, COMING) == []


async def test_many_that_are_called_off_at_once_are_told_by_who_does_it(walkers: Community) -> None:
    event = await make_event(walkers)
    with hearing(EventCancelled) as heard:
        assert await publishing.cancel(event, reason="The hall is flooded.", tells=False)
        await work_off()
    assert heard == []
    assert (await as_it_is(event)).status == "cancelled"


async def told_by_another(event: Event, **said: object) -> tuple[int, Event]:
    """What whoever changes many events at once does about one of them."""
    async with db.transaction():
        current = await queries.locked(event.id)
        assert current
        new = details_of(current, **said)
        changed = new.that_differ(current) | wall_clock.kept(vars(new), new.zone)
        after = await publishing.rewrite(current, changed, tells=False)
        return await changes.record(current, after), after


async def test_a_change_that_was_not_told_yet_has_no_words(walkers: Community) -> None:
    event = await make_event(walkers)
    await edited(event, place="The new mill")
    change = await db.value("SELECT id FROM event_changes")
    with pytest.raises(NotFound):
        await changes.differences(change, COMING)
