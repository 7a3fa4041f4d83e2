"""A calendar is brought along: taken in, read, shown, brought in, and kept in step."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from events.importing import importing, planning
from events.importing.importing import Choices, NotYet
from events.publishing import publishing
from events.series import beginning
from events.tables import CalendarSource, ImportedEvent, Series, SkippedDate
from members.tables import Community, Person
from server import clock, db, fetching
from server.errors import Refusal
from server.fetching import NotFetched
from tests.events.importing.calendars import (
    ADDRESS,
    BOMB,
    Elsewhere,
    as_now,
    brought,
    calendar,
    day,
    elsewhere,
    entry,
    evenings,
    gatherings,
    in_step,
    in_weeks,
    kinds,
    otherwise,
    read_on,
    taken,
    weekly,
)  # fmt: skip
from tests.gatherings import details_of, make_event
from tests.ground import work_off
from tests.people import join

__all__ = ["elsewhere"]

pytestmark = pytest.mark.slow  # A calendar is read by a process of its own.


async def test_a_file_is_shown_before_anything_comes_of_it(walkers: Community, ana: Person) -> None:
    source = await taken(walkers, ana, calendar(entry(), entry("2@example.net", 14, title="A run")))
    assert (source.stage, source.name, source.content) == ("read", "Walks", None)
    preview = await importing.preview(source)
    assert [step.gathering.title for step in preview.of("new")] == ["A walk", "A run"] and preview.to_do == 2
    assert not await gatherings()


async def test_it_comes_as_drafts_unless_somebody_says_otherwise(walkers: Community, ana: Person) -> None:
    said = ("LOCATION:The old mill\\, Mill Lane 4\\, Berlin", "DESCRIPTION:Bring *water*.\\nAnd a hat.")
    source = await brought(walkers, ana, calendar(entry("1", 7, *said)))
    assert (source.stage, source.found, source.done) == ("brought", None, 1)
    (event,) = await gatherings()
    assert (event.status, event.title, event.visibility) == ("draft", "A walk", "public")
    assert (event.place, event.address, event.address_public) == (
        "The old mill",
        "Mill Lane 4, Berlin",
        False,
    )
    assert event.about == "Bring \\*water\\*.\nAnd a hat."
    assert (event.zone, event.local_start.hour, event.created_by) == ("Europe/Berlin", 18, ana.id)
    assert event.ends_at and event.ends_at - event.starts_at == timedelta(hours=2)


async def test_as_somebody_chooses(walkers: Community, ana: Person) -> None:
    said = ("LOCATION:The old mill\\, Mill Lane 4",)
    content = calendar(entry("1", 7, *said), entry("2", -7, title="Over"))
    await brought(
        walkers, ana, content, publishes=True, visibility="members", addresses_public=True, past=True
    )
    over, event = await gatherings()
    assert (over.title, over.status) == ("Over", "published")
    assert (event.status, event.visibility, event.address_public) == ("published", "members", True)


async def test_what_is_over_or_called_off_stays_away(walkers: Community, ana: Person) -> None:
    content = calendar(entry("1", -7), entry("2", 7, "STATUS:CANCELLED"), entry("3", 7))
    source = await taken(walkers, ana, content)
    assert sorted(await kinds(source)) == ["new", "over", "over"]


async def test_the_same_calendar_again_adds_nothing(walkers: Community, ana: Person) -> None:
    content = calendar(entry(), entry("2", 14))
    await brought(walkers, ana, content)
    again = await taken(walkers, ana, content)
    assert await kinds(again) == ["same", "same"]
    await importing.bring_in(again, Choices(), by=ana)
    await work_off()
    assert len(await gatherings()) == 2


async def test_bringing_in_twice_or_interrupted_makes_each_once(walkers: Community, ana: Person) -> None:
    source = await taken(walkers, ana, calendar(*(entry(str(n), 7 + n) for n in range(5))))
    await importing.bring_in(source, Choices(), by=ana)
    await importing.bring_in(source, Choices(), by=ana)
    await importing.bring(source.id)
    again: dict[Any, Any] = {"stage": "bringing", "found": source.found}
    await CalendarSource.update(again).where(CalendarSource.id == source.id)
    await importing.bring(source.id)
    assert len(await gatherings()) == 5


async def test_two_entries_of_one_uid_are_one_gathering(walkers: Community, ana: Person) -> None:
    content = calendar(entry("1", 7, "SEQUENCE:2", title="Newer"), entry("1", 9, "SEQUENCE:1", title="Older"))
    source = await taken(walkers, ana, content)
    assert [step.gathering.title for step in (await importing.preview(source)).steps] == ["Newer"]


async def test_another_community_has_its_own(walkers: Community, ana: Person) -> None:
    await brought(walkers, ana, calendar(entry()))
    readers = Community(slug="readers", name="Readers", zone="Europe/Berlin")
    await readers.save()
    await join(ana, readers, "owner")
    source = await brought(readers, ana, calendar(entry()))
    assert source.stage == "brought" and len(await gatherings()) == 2


async def test_our_own_calendar_brought_back_is_recognised(walkers: Community, ana: Person) -> None:
    event = await make_event(walkers, ana)
    source = await taken(walkers, ana, calendar(entry(event.uid)))
    assert await kinds(source) == ["ours"]


async def test_what_changes_there_changes_here_and_people_are_told(
    walkers: Community, ana: Person, bo: Person
) -> None:
    await brought(walkers, ana, calendar(entry()), publishes=True)
    (before,) = await gatherings()
    source = await taken(walkers, ana, calendar(entry(at="190000", title="A long walk")))
    (step,) = (await importing.preview(source)).steps
    assert step.kind == "changed" and list(map(str, step.groups)) == ["Title", "When"]
    await importing.bring_in(source, Choices(), by=ana)
    await work_off()
    (event,) = await gatherings()
    assert (event.title, event.local_start.hour) == ("A long walk", 19)
    assert event.sequence == before.sequence + 1


async def test_what_was_changed_here_by_hand_stays(walkers: Community, ana: Person) -> None:
    await brought(walkers, ana, calendar(entry()))
    (event,) = await gatherings()
    await publishing.edit(event, details_of(event, title="Our walk"), seen=event.changed_at)
    source = await taken(walkers, ana, calendar(entry(title="Their walk", at="190000")))
    (step,) = (await importing.preview(source)).steps
    assert (step.kind, list(map(str, step.groups))) == ("changed", ["When"])
    await importing.bring_in(source, Choices(), by=ana)
    await work_off()
    (event,) = await gatherings()
    assert (event.title, event.local_start.hour) == ("Our walk", 19)
    # The next title of theirs leaves ours alone as well.
    assert await kinds(await taken(walkers, ana, calendar(entry(title="Another", at="190000")))) == ["theirs"]


async def test_what_was_deleted_here_does_not_come_again(walkers: Community, ana: Person) -> None:
    await brought(walkers, ana, calendar(entry()))
    (event,) = await gatherings()
    await publishing.remove(event)
    assert await kinds(await taken(walkers, ana, calendar(entry(title="Again")))) == ["deleted"]


async def test_what_is_called_off_there_is_cancelled_here_with_a_reason(
    walkers: Community, ana: Person
) -> None:
    await Community.update({Community.language: "de"}).where(Community.id == walkers.id)
    await brought(walkers, ana, calendar(entry()), publishes=True)
    source = await taken(walkers, ana, calendar(entry("1@example.net", 7, "STATUS:CANCELLED")))
    assert await kinds(source) == ["off"]
    await importing.bring_in(source, Choices(), by=ana)
    await work_off()
    (event,) = await gatherings()
    assert event.status == "cancelled" and "Kalender" in event.cancel_reason
    assert await kinds(await taken(walkers, ana, calendar(entry()))) == ["theirs"], "it stays called off"


async def test_what_the_rules_refuse_is_said_and_the_rest_comes(walkers: Community, ana: Person) -> None:
    backwards = entry("2", 9).replace(
        "DTEND;TZID=Europe/Berlin:" + day(9), "DTEND;TZID=Europe/Berlin:" + day(8)
    )
    source = await brought(walkers, ana, calendar(entry(), backwards, entry("3", 9, title="")))
    assert len(await gatherings()) == 1 and source.stage == "brought"
    preview = await importing.preview(await taken(walkers, ana, calendar(backwards, entry("3", 9, title=""))))
    (wrong,) = preview.of("wrong")
    assert "ends before it begins" in str(wrong.faults[0])
    assert [str(why) for _title, why in preview.unread] == ["It has no title."]


async def test_what_is_no_calendar_is_refused_in_words(walkers: Community, ana: Person) -> None:
    for content, said in ((b"<!doctype html>", "web page"), (b"{}", "JSON"), (b"", "empty")):
        source = await taken(walkers, ana, content)
        assert source.stage == "read" and said in source.fault and source.found is None
        with pytest.raises(NotYet):
            await importing.bring_in(source, Choices(), by=ana)
    with pytest.raises(Refusal, match="1 MB"):
        await importing.take_file(walkers, bytes(importing.LARGEST + 1), name="", by=ana)


async def test_what_takes_too_long_is_stopped(
    walkers: Community, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "SECONDS", 1)
    source = await taken(walkers, ana, BOMB)
    assert source.fault == importing.TOO_HARD.key


async def test_many_can_come_at_once(walkers: Community, ana: Person) -> None:
    source = await brought(walkers, ana, calendar(*(entry(str(n), 7 + n % 300) for n in range(150))))
    assert (source.done, source.to_do) == (150, 150) and len(await gatherings()) == 150


async def test_an_address_is_fetched_once(walkers: Community, ana: Person, elsewhere: Elsewhere) -> None:
    elsewhere.content = calendar(entry())
    source = await importing.take_address(walkers, "webcal://calendar.example/walks.ics", by=ana)
    await work_off()
    await importing.bring_in(source, Choices(), by=ana)
    await work_off()
    assert len(await gatherings()) == 1
    with time_machine.travel(clock.now() + timedelta(days=2)):
        await importing.step_due()
        await work_off()
    assert elsewhere.asked == [(ADDRESS, "")]


async def test_an_address_that_leads_inside_is_refused_at_once(walkers: Community, ana: Person) -> None:
    for address in ("http://127.0.0.1/", "http://2130706433/", "http://localhost/", "file:///etc/passwd"):
        with pytest.raises(NotFetched) as refused:
            await importing.take_address(walkers, address, by=ana)
        assert refused.value.field == "address"
    assert not await CalendarSource.exists()


async def test_why_an_address_could_not_be_read_is_kept_and_it_can_be_tried_again(
    walkers: Community, ana: Person, elsewhere: Elsewhere
) -> None:
    elsewhere.refusal = NotFetched(fetching.NOT_THERE)
    source = await importing.take_address(walkers, ADDRESS, by=ana)
    await work_off()
    source = await as_now(source)
    assert (source.stage, source.fault) == ("read", fetching.NOT_THERE.key)
    elsewhere.refusal, elsewhere.content = None, calendar(entry())
    source = await read_on(source, ana)
    assert not source.fault and await kinds(source) == ["new"]


async def test_kept_in_step_it_is_read_every_six_hours(
    walkers: Community, ana: Person, elsewhere: Elsewhere
) -> None:
    elsewhere.content, elsewhere.etag = calendar(entry()), '"1"'
    source = await in_step(walkers, ana, publishes=True)
    assert len(await gatherings()) == 1
    with time_machine.travel(clock.now() + timedelta(hours=7)):
        await importing.step_due()
        await importing.step_due()
        await work_off()
        assert elsewhere.asked[1:] == [(ADDRESS, '"1"')], "asked once, and only whether it is new"
        elsewhere.content, elsewhere.etag = calendar(entry(title="A long walk"), entry("2", 9)), '"2"'
        source = await read_on(source, ana)
    assert sorted(event.title for event in await gatherings()) == ["A long walk", "A walk"]
    assert {event.status for event in await gatherings()} == {"published"} and source.etag == '"2"'


async def test_what_vanishes_there_is_shown_and_not_called_off(
    walkers: Community, ana: Person, elsewhere: Elsewhere
) -> None:
    elsewhere.content = calendar(entry(), entry("2", 9, title="A run"))
    source = await in_step(walkers, ana, publishes=True)
    elsewhere.content = calendar(entry())
    await read_on(source, ana)
    assert [event.title for event in await importing.gone(source)] == ["A run"]
    assert {event.status for event in await gatherings()} == {"published"}
    elsewhere.content = calendar(entry(), entry("2", 9, title="A run"))
    await read_on(source, ana)
    assert not await importing.gone(source), "it is back"


async def test_failures_are_waited_out_ever_longer_and_in_the_end_it_stops(
    walkers: Community, ana: Person, elsewhere: Elsewhere
) -> None:
    elsewhere.content = calendar(entry())
    source = await in_step(walkers, ana)
    elsewhere.refusal = NotFetched(fetching.NOT_NOW)
    gaps = []
    for _ in range(importing.MOST_FAILURES):
        now = await as_now(source)
        assert now.next_read_at
        with time_machine.travel(now.next_read_at + timedelta(minutes=1)):
            await importing.step_due()
            await work_off()
            after = await as_now(source)
            if after.next_read_at:
                gaps.append(round((after.next_read_at - clock.now()) / timedelta(hours=1)))
    stopped = await as_now(source)
    assert stopped.next_read_at is None and stopped.kept_in_step and stopped.fault == fetching.NOT_NOW.key
    assert gaps == [12, 24, 48, 96, 168, 168, 168]
    elsewhere.refusal = None
    going = await read_on(source, ana)
    assert going.next_read_at and not going.fault and going.failures == 0


async def test_it_stops_when_whoever_brought_it_does_not_organise_any_more(
    walkers: Community, ana: Person, bo: Person, elsewhere: Elsewhere
) -> None:
    elsewhere.content = calendar(entry())
    source = await in_step(walkers, ana)
    await db.run("UPDATE memberships SET role = 'owner' WHERE person = $1", bo.id)
    await db.run("UPDATE memberships SET role = 'member' WHERE person = $1", ana.id)
    elsewhere.content = calendar(entry(), entry("2", 9))
    await importing.keep_in_step(source.id)
    stopped = await as_now(source)
    assert stopped.next_read_at is None and stopped.fault == importing.NOT_THEIRS.key
    assert len(await gatherings()) == 1
    assert (await read_on(stopped, bo)).next_read_at and len(await gatherings()) == 2


async def test_of_two_calendars_with_one_gathering_the_one_kept_in_step_says_what_it_is(
    walkers: Community, ana: Person, elsewhere: Elsewhere
) -> None:
    elsewhere.content = calendar(entry())
    await in_step(walkers, ana)
    assert await kinds(await taken(walkers, ana, calendar(entry(title="Otherwise")))) == ["same"]


async def test_letting_go_leaves_what_came(walkers: Community, ana: Person, elsewhere: Elsewhere) -> None:
    elsewhere.content = calendar(entry())
    source = await in_step(walkers, ana)
    await importing.let_go(source)
    await importing.let_go(source)
    assert len(await gatherings()) == 1 and await ImportedEvent.count() == 1
    await importing.keep_in_step(source.id)
    await importing.read(source.id)
    await importing.bring(source.id)


async def test_no_more_than_twenty_are_kept_in_step(
    walkers: Community, ana: Person, elsewhere: Elsewhere
) -> None:
    for number in range(importing.MOST_IN_STEP):
        await CalendarSource.insert(
            CalendarSource(community=walkers.id, address=f"https://x.example/{number}", kept_in_step=True)
        )
    elsewhere.content = calendar(entry())
    with pytest.raises(importing.TooManyCalendars):
        await in_step(walkers, ana)


async def test_what_nobody_decided_about_is_deleted_after_two_weeks(
    walkers: Community, ana: Person, elsewhere: Elsewhere
) -> None:
    elsewhere.content = calendar(entry())
    await in_step(walkers, ana)
    await taken(walkers, ana, calendar(entry("2")))
    await importing.forget_old(clock.now() + timedelta(minutes=1))
    assert [each["address"] for each in await CalendarSource.select()] == [ADDRESS]


# What comes again


async def test_what_comes_again_becomes_a_series(walkers: Community, ana: Person) -> None:
    content = calendar(
        weekly(f"EXDATE;TZID=Europe/Berlin:{day(14)}T180000"), otherwise(21, to=22, title="Moved")
    )
    source = await brought(walkers, ana, content, publishes=True)
    (series,) = await Series.objects()
    assert (series.rule, series.first_on, series.community) == (
        "FREQ=WEEKLY;COUNT=12",
        in_weeks(1),
        walkers.id,
    )
    made = await evenings()
    assert {event.series for event in made} == {series.id} and {event.status for event in made} == {
        "published"
    }
    assert [event.series_date for event in made] == [in_weeks(each) for each in (1, 3, 4, 5, 6, 7, 8)]
    moved = made[1]
    assert (moved.title, moved.by_hand, moved.local_start.date()) == (
        "Moved",
        True,
        in_weeks(3) + timedelta(days=1),
    )
    assert {event.title for event in made[2:]} == {"A walk"} and source.stage == "brought"
    assert await kinds(await taken(walkers, ana, content)) == ["same", "same"]


async def test_as_drafts_it_is_a_series_that_has_not_begun(walkers: Community, ana: Person) -> None:
    await brought(walkers, ana, calendar(weekly(), otherwise(21, title="Moved")))
    (series,) = await Series.objects()
    assert series.started_at is None
    (moved,) = await evenings()
    assert (moved.title, moved.status, moved.series, moved.series_date) == (
        "Moved",
        "draft",
        series.id,
        in_weeks(3),
    )
    await beginning.start(series)
    assert len([event for event in await evenings() if event.series_date == in_weeks(3)]) == 1


async def test_days_that_are_left_out_later_are_called_off_and_never_made(
    walkers: Community, ana: Person
) -> None:
    await brought(walkers, ana, calendar(weekly()), publishes=True)
    out = f"EXDATE;TZID=Europe/Berlin:{day(14)}T180000,{day(77)}T180000"
    source = await taken(walkers, ana, calendar(weekly(out), otherwise(28, "STATUS:CANCELLED")))
    (step,) = (await importing.preview(source)).steps
    assert (step.kind, len(step.days_out)) == ("changed", 3)
    await importing.bring_in(source, Choices(), by=ana)
    await work_off()
    cancelled = [event.series_date for event in await evenings() if event.status == "cancelled"]
    assert cancelled == [in_weeks(2), in_weeks(4)]
    assert [row["on"] for row in await SkippedDate.select(SkippedDate.on)] == [in_weeks(11)]
    again = calendar(weekly(out), otherwise(28, "STATUS:CANCELLED"))
    assert await kinds(await taken(walkers, ana, again)) == ["same"]


async def test_a_day_that_says_otherwise_later_finds_the_gathering_of_its_day(
    walkers: Community, ana: Person
) -> None:
    await brought(walkers, ana, calendar(weekly()), publishes=True)
    before = await evenings()
    source = await taken(walkers, ana, calendar(weekly(), otherwise(14, at="190000")))
    assert await kinds(source) == ["same", "new"]
    await importing.bring_in(source, Choices(publishes=True), by=ana)
    await work_off()
    after = await evenings()
    assert [event.id for event in after] == [event.id for event in before]
    assert (after[1].local_start.hour, after[1].by_hand, after[1].sequence) == (19, True, 1)
    source = await taken(walkers, ana, calendar(weekly(), otherwise(14, at="200000")))
    assert await kinds(source) == ["same", "changed"]


async def test_what_changes_of_a_series_there_changes_here(walkers: Community, ana: Person) -> None:
    await brought(walkers, ana, calendar(weekly(), otherwise(21, title="Moved")), publishes=True)
    now = weekly(title="A run").replace("T180000", "T190000").replace("T200000", "T210000")
    source = await taken(walkers, ana, calendar(now, otherwise(21, title="Moved")))
    steps = (await importing.preview(source)).steps
    assert [step.kind for step in steps] == ["changed", "same"]
    assert list(map(str, steps[0].groups)) == ["Title", "When"]
    await importing.bring_in(source, Choices(), by=ana)
    await work_off()
    made = await evenings()
    assert [event.title for event in made[:4]] == ["A run", "A run", "Moved", "A run"]
    assert [event.local_start.hour for event in made[:4]] == [19, 19, 18, 19]
    assert await kinds(await taken(walkers, ana, calendar(now, otherwise(21, title="Moved")))) == [
        "same",
        "same",
    ]


async def test_a_rule_that_changes_there_changes_here_and_what_it_ends_is_called_off(
    walkers: Community, ana: Person
) -> None:
    await brought(walkers, ana, calendar(weekly(times=12)), publishes=True)
    before = await evenings()
    shorter = calendar(weekly(times=3))
    source = await taken(walkers, ana, shorter)
    (step,) = (await importing.preview(source)).steps
    assert (step.kind, list(map(str, step.groups))) == ("changed", ["How often"])
    await importing.bring_in(source, Choices(), by=ana)
    await work_off()
    (series,) = await Series.objects()
    assert (series.rule, series.first_on) == ("FREQ=WEEKLY;COUNT=3", in_weeks(1))
    after = await evenings()
    assert [event.id for event in after] == [event.id for event in before]
    assert [event.status for event in after] == ["published"] * 3 + ["cancelled"] * 5
    assert await kinds(await taken(walkers, ana, shorter)) == ["same"]
    source = await taken(walkers, ana, calendar(weekly(times=20)))
    assert await kinds(source) == ["changed"]
    await importing.bring_in(source, Choices(), by=ana)
    await work_off()
    assert (await Series.objects())[0].rule == "FREQ=WEEKLY;COUNT=20"


async def test_a_series_that_was_thrown_away_does_not_come_again(walkers: Community, ana: Person) -> None:
    await brought(walkers, ana, calendar(weekly()))
    (series,) = await Series.objects()
    await beginning.throw_away(series)
    assert await kinds(await taken(walkers, ana, calendar(weekly()))) == ["deleted"]


async def test_forty_series_come_at_once(walkers: Community, ana: Person) -> None:
    many = [weekly().replace("UID:weekly", f"UID:{number}") for number in range(40)]
    await brought(walkers, ana, calendar(*many))
    assert await Series.count() == 40


def test_groups_name_every_column_once() -> None:
    columns = [name for group in planning.GROUPS.values() for name in group]
    assert len(columns) == len(set(columns)) == 9 and planning.GROUPS.keys() == planning.GROUP_NAMES.keys()
