"""Being counted in at every gathering of a series: what it leads to, whom it never overrides, and how it ends."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from events import access
from events import queries as events_queries
from events.details import Details
from events.publishing import publishing
from events.series import access as series_access
from events.series import beginning, course, making, queries
from events.tables import Event, Series
from members.communities import joining
from members.letters import away
from members.tables import Membership, Person
from rsvps import jobs
from rsvps.hosting import invitations
from rsvps.questions import queries as questions_queries
from rsvps.questions import sheet
from rsvps.questions.sheet import AskedQuestion
from rsvps.seating import seats
from rsvps.standing import counting_in
from rsvps.standing import queries as standing_queries
from rsvps.tables import CountedIn, Rsvp, StandingAnswer
from server import clock, tokens
from server.errors import NotFound
from server.faults import NotAllowed
from tests.gatherings import details_of, make_event
from tests.ground import forget_what_has_had_its_time, letters_to, text_of, work_off
from tests.people import make_person

begin = beginning.begin.__wrapped__
count_me_in = counting_in.count_me_in.__wrapped__
BERLIN = ZoneInfo("Europe/Berlin")
SUNDAY = "2026-11-29 12:00Z"


async def soup(community, by, *, started: bool = True, like: Event | None = None, **given) -> Series:
    """Every Tuesday at 19:00 in Berlin, from the 1st of December 2026 on, four weeks ahead."""
    starts = datetime(2026, 12, 1, 19, tzinfo=BERLIN)
    said = Details(**{"title": "Soup for all", "zone": "Europe/Berlin", "starts_at": starts, **given})
    series = await begin(
        community,
        said,
        by=by,
        public_id=tokens.public_id(),
        by_rule="FREQ=WEEKLY;BYDAY=TU",
        weeks_ahead=4,
        like=like,
    )
    if started:
        await start(series)
    return series


async def start(series: Series) -> None:
    await beginning.start(series)
    await work_off()


async def seen(person: Person, series: Series):
    return await series_access.visible_series(person, series.public_id)


async def counts_on(person: Person, series: Series, **said) -> StandingAnswer:
    await count_me_in(await seen(person, series), person, **said)
    found = await standing_queries.of_person(series.id, person.id)
    assert found
    return found


async def evenings(series: Series) -> list[Event]:
    return await queries.gatherings_of(series.id, since=datetime(2000, 1, 1, tzinfo=UTC), most=500)


def said_in(letter) -> str:
    """Its words, however its lines are broken."""
    return " ".join(text_of(letter).split())


async def answers(series: Series, person: Person) -> list[str]:
    """How somebody has answered each evening, in order; "-" where they have not."""
    said = []
    for event in await evenings(series):
        rsvp = await Rsvp.objects().where((Rsvp.event == event.id) & (Rsvp.person == person.id)).first()
        said.append(rsvp.status if rsvp else "-")
    return said


@time_machine.travel(SUNDAY)
async def test_bo_is_counted_in_at_what_is_ahead_and_at_each_new_one(walkers, ana, bo):
    series = await soup(walkers, ana)
    await counts_on(bo, series)
    assert await answers(series, bo) == ["going"] * 4
    with time_machine.travel("2026-12-07 12:00Z"):
        assert await making.make_due() == 1
        await work_off()
        assert await answers(series, bo) == ["going"] * 5


@time_machine.travel(SUNDAY)
async def test_one_letter_tells_of_a_whole_batch_with_an_entry_for_each(walkers, ana, bo):
    series = await soup(walkers, ana, started=False, place="The long kitchen")
    await beginning.start(series)
    await counts_on(bo, series)
    await work_off()
    (letter,) = await letters_to("bo@example.org")
    assert letter["Subject"] == "You are counted in: Soup for all"
    assert said_in(letter).count("You are going:") == 1
    assert said_in(letter).count("Where: The long kitchen") == said_in(letter).count("The long kitchen") == 1
    assert text_of(letter).splitlines().count("Not this time:") == said_in(letter).count("/absence") == 4
    entries = [part for part in letter.walk() if part.get_content_type() == "text/calendar"]
    assert [part.get_param("method") for part in entries] == ["REQUEST"] * 4
    assert (
        len({line for part in entries for line in part.get_content().splitlines() if line[:4] == "UID:"}) == 4
    )


@time_machine.travel(SUNDAY)
async def test_again_decides_nothing_and_tells_nobody(walkers, ana, bo):
    series = await soup(walkers, ana)
    await counts_on(bo, series)
    await counting_in.count_in(series.id)
    await counts_on(bo, series)
    await work_off()
    assert len(await letters_to("bo@example.org")) == 1
    assert await CountedIn.count() == 4


@time_machine.travel(SUNDAY)
async def test_whoever_has_been_counted_in_longest_has_the_seat(walkers, ana, bo, dev, cleo):
    series = await soup(walkers, ana, started=False, seats=1)
    # Before it is started, only its organisers see it: the order is what was written.
    for number, person in enumerate((dev, bo, cleo)):
        since = clock.now() - timedelta(days=3 - number)
        await StandingAnswer(series=series.id, person=person.id, since=since).save()
    await start(series)
    assert await answers(series, dev) == ["going"] * 4
    assert await answers(series, bo) == ["waitlisted"] * 4
    (letter,) = await letters_to("cleo@example.org")
    assert said_in(letter).count("You are number 2 in line") == 4
    assert not [part for part in letter.walk() if part.get_content_type() == "text/calendar"]


@time_machine.travel(SUNDAY)
async def test_a_regular_waits_while_seats_are_kept_and_their_letter_says_why(walkers, ana, bo, cleo):
    before = await make_event(walkers, starts_at=clock.now() - timedelta(days=7))
    await Rsvp(event=before.id, person=bo.id, status="going", confirmed_at=before.starts_at).save()
    series = await soup(walkers, ana, seats=2, newcomer_seats=2, newcomer_hours=24)
    for person in (bo, cleo):
        await counts_on(person, series)
    await work_off()
    assert await answers(series, bo) == ["waitlisted"] * 4
    assert await answers(series, cleo) == ["going"] * 4
    (letter,) = await letters_to("bo@example.org")
    assert "Every seat is taken" not in said_in(letter)
    assert "There is no seat for you just now, and you are in line:" in said_in(letter)
    assert "kept for a while for people who come for the first time" in said_in(letter)


@time_machine.travel(SUNDAY)
async def test_their_own_word_is_never_overridden(walkers, ana, bo):
    series = await soup(walkers, ana)
    first, second, third, _ = await evenings(series)
    await seats.answer(first, bo, answer="declined", by=bo)
    await seats.answer(second, bo, answer="maybe", by=bo)
    await seats.answer(third, bo, answer="going", by=bo)
    await seats.withdraw(third, bo, by=bo)
    await counts_on(bo, series)
    assert await answers(series, bo) == ["declined", "maybe", "withdrawn", "going"]
    await seats.answer((await evenings(series))[3], bo, answer="declined", by=bo)
    await counting_in.count_in(series.id)
    assert (await answers(series, bo))[3] == "declined"


@time_machine.travel(SUNDAY)
async def test_guests_come_along_and_take_their_seats(walkers, ana, bo):
    series = await soup(walkers, ana, seats=3, guests_allowed=2)
    await counts_on(bo, series, guests=2)
    assert [(event.pool().taken) for event in await evenings(series)] == [3] * 4
    with pytest.raises(NotAllowed):
        await counts_on(bo, series, guests=3)


@time_machine.travel(SUNDAY)
async def test_where_fewer_guests_are_allowed_than_they_bring_they_answer_themselves(walkers, ana, bo):
    series = await soup(walkers, ana, guests_allowed=2, started=False)
    await StandingAnswer(series=series.id, person=bo.id, guests=2).save()
    await beginning.start(series)
    event = (await evenings(series))[0]
    now = await events_queries.event_by_id(event.id)
    assert now
    await publishing.edit(now, details_of(now, guests_allowed=0), seen=now.changed_at)
    await work_off()
    assert await answers(series, bo) == ["-", "going", "going", "going"]
    (letter,) = await letters_to("bo@example.org")
    assert said_in(letter).count("needs a word from you") == 1


@time_machine.travel(SUNDAY)
async def test_where_hosts_accept_everybody_a_standing_answer_asks(walkers, ana, bo):
    series = await soup(walkers, ana, approval=True)
    await counts_on(bo, series)
    assert await answers(series, bo) == ["requested"] * 4
    await work_off()
    (letter,) = await letters_to("bo@example.org")
    assert "The hosts know that you would like to come" in said_in(letter)


async def test_it_waits_until_answers_open(walkers, ana, bo):
    opens = datetime(2026, 11, 30, 9, tzinfo=BERLIN)
    with time_machine.travel(SUNDAY):
        series = await soup(walkers, ana, answers_open_at=opens)
        await counts_on(bo, series)
        await work_off()
        assert await answers(series, bo) == ["-"] * 4
        assert await letters_to("bo@example.org") == []
    with time_machine.travel("2026-11-30 08:00:01Z"):
        await work_off()
        assert await answers(series, bo) == ["going", "-", "-", "-"]
        assert len(await letters_to("bo@example.org")) == 1


@time_machine.travel(SUNDAY)
async def test_what_they_said_to_a_question_once_is_said_again(walkers, ana, bo):
    series = await soup(walkers, ana, started=False)
    pattern = await queries.pattern_of(series.id)
    await sheet.put(pattern, [AskedQuestion("text", "What do you not eat?", required=True)])
    await start(series)
    first = (await evenings(series))[0]
    await counts_on(bo, series)
    await work_off()
    assert await answers(series, bo) == ["-"] * 4
    (letter,) = await letters_to("bo@example.org")
    assert said_in(letter).count("These need a word from you") == 1
    assert text_of(letter).splitlines().count("Answer there:") == 4
    (question,) = await sheet.of(first)
    await seats.answer(first, bo, answer="going", by=bo, replies={question.id: "Celery"})
    await work_off()
    assert await answers(series, bo) == ["going"] * 4
    letter = (await letters_to("bo@example.org"))[-1]
    assert text_of(letter).splitlines().count("Not this time:") == 3
    with time_machine.travel("2026-12-07 12:00Z"):
        assert await making.make_due() == 1
        await work_off()
        assert await answers(series, bo) == ["going"] * 5
        newest = (await evenings(series))[-1]
        assert list((await questions_queries.said(newest.id, bo.id)).values()) == ["Celery"]


@time_machine.travel(SUNDAY)
async def test_what_somebody_says_to_a_question_answers_for_nobody_who_said_no(walkers, ana, bo, dev):
    series = await soup(walkers, ana, started=False)
    pattern = await queries.pattern_of(series.id)
    await sheet.put(pattern, [AskedQuestion("text", "What do you not eat?", required=True)])
    await start(series)
    first, second = (await evenings(series))[:2]
    await counts_on(bo, series)
    await seats.answer(second, bo, answer="declined", by=bo)
    (question,) = await sheet.of(first)
    for person in (bo, dev):
        await seats.answer(first, person, answer="going", by=person, replies={question.id: "Celery"})
    await work_off()
    assert await answers(series, bo) == ["going", "declined", "going", "going"]
    assert await answers(series, dev) == ["going", "-", "-", "-"]


@time_machine.travel(SUNDAY)
async def test_a_pause_gives_back_what_is_before_its_end_and_counts_in_after_it(walkers, ana, bo):
    series = await soup(walkers, ana)
    standing = await counts_on(bo, series)
    await counting_in.pause(standing, bo, until=date(2026, 12, 15))
    assert await answers(series, bo) == ["withdrawn", "withdrawn", "going", "going"]
    with time_machine.travel("2026-12-21 12:00Z"):
        await making.make_due()
        await work_off()
        assert (await answers(series, bo))[-1] == "going"


async def test_who_pauses_or_stops_while_they_are_there_was_there(walkers, ana, bo, dev):
    with time_machine.travel(SUNDAY):
        series = await soup(walkers, ana)
        for person in (bo, dev):
            await counts_on(person, series)
    with time_machine.travel("2026-12-01 18:30Z"):
        his, theirs = [await standing_queries.of_person(series.id, person.id) for person in (bo, dev)]
        await counting_in.pause(his, bo, until=date(2026, 12, 9))
        await counting_in.stop(theirs, dev, give_back=True)
        assert await answers(series, bo) == ["going", "withdrawn", "going", "going"]
        assert await answers(series, dev) == ["going", "withdrawn", "withdrawn", "withdrawn"]


@time_machine.travel(SUNDAY)
async def test_who_pauses_or_is_away_is_not_counted_in_until_then(walkers, ana, bo, dev):
    series = await soup(walkers, ana, started=False)
    await StandingAnswer(series=series.id, person=bo.id, paused_until=date(2026, 12, 8)).save()
    await StandingAnswer(series=series.id, person=dev.id).save()
    await away.go(dev, date(2026, 12, 9))
    await start(series)
    assert await answers(series, bo) == ["-", "going", "going", "going"]
    assert await answers(series, dev) == ["-", "-", "going", "going"]
    await away.come_back(dev)
    await work_off()
    assert await answers(series, dev) == ["going"] * 4
    standing = await standing_queries.of_person(series.id, bo.id)
    assert standing
    await counting_in.take_up_again(standing, bo)
    assert await answers(series, bo) == ["going"] * 4


@time_machine.travel(SUNDAY)
@pytest.mark.parametrize("until", [date(2026, 11, 29), date(2028, 1, 1)])
async def test_a_pause_ends_on_a_day_to_come(walkers, ana, bo, until):
    standing = await counts_on(bo, await soup(walkers, ana))
    with pytest.raises(counting_in.CannotPause):
        await counting_in.pause(standing, bo, until=until)


@time_machine.travel(SUNDAY)
@pytest.mark.parametrize(("give_back", "left"), [(False, "going"), (True, "withdrawn")])
async def test_stopping_leaves_their_seats_or_gives_them_back(walkers, ana, bo, give_back, left):
    series = await soup(walkers, ana)
    standing = await counts_on(bo, series)
    await counting_in.stop(standing, bo, give_back=give_back)
    await counting_in.stop(standing, bo, give_back=give_back)
    assert await answers(series, bo) == [left] * 4
    with time_machine.travel("2026-12-07 12:00Z"):
        await making.make_due()
        await work_off()
        assert (await answers(series, bo))[-1] == "-"


@time_machine.travel(SUNDAY)
async def test_who_leaves_the_community_is_counted_in_no_longer_where_it_is_for_members(walkers, ana, bo):
    open_to_all, inside = await soup(walkers, ana), await soup(walkers, ana, visibility="members")
    await counts_on(bo, open_to_all)
    await counts_on(bo, inside)
    await joining.leave(bo, walkers)
    assert await standing_queries.series_of(bo.id) == [open_to_all.id]
    assert await answers(inside, bo) == ["withdrawn"] * 4
    with pytest.raises(NotFound):
        await seen(bo, inside)


@time_machine.travel(SUNDAY)
async def test_who_may_not_see_a_gathering_is_not_counted_in_and_holds_nobody_up(walkers, ana, bo, cleo):
    series = await soup(walkers, ana, visibility="members", started=False)
    for person in (cleo, bo):
        await StandingAnswer(series=series.id, person=person.id).save()
    await start(series)
    assert await answers(series, cleo) == ["-"] * 4
    assert await answers(series, bo) == ["going"] * 4
    assert await letters_to("cleo@example.org") == []


@time_machine.travel(SUNDAY)
async def test_many_are_decided_in_parts_and_in_order(walkers, ana, monkeypatch):
    monkeypatch.setattr(counting_in, "AT_ONCE", 2)
    series = await soup(walkers, ana, visibility="members", started=False, seats=3)
    people = [await make_person(f"Regular {number}") for number in range(7)]
    for number, person in enumerate(people):
        since = clock.now() - timedelta(days=9 - number)
        await StandingAnswer(series=series.id, person=person.id, since=since).save()
        if number != 1:  # may not see it
            await Membership(community=walkers.id, person=person.id, role="member").save()
    await start(series)
    said = [(await answers(series, person))[0] for person in people]
    assert said == ["going", "-", "going", "going", "waitlisted", "waitlisted", "waitlisted"]


async def test_still_coming_is_asked_of_whoever_is_counted_in_and_so_are_reminders_sent(walkers, ana, bo):
    with time_machine.travel(SUNDAY):
        await counts_on(bo, await soup(walkers, ana, seats=5))
        await work_off()
    with time_machine.travel("2026-12-06 18:30Z"):
        await jobs.ask_who_is_still_coming()
        await work_off()
    with time_machine.travel("2026-12-07 18:30Z"):
        await jobs.remind()
        await work_off()
    subjects = [letter["Subject"] for letter in await letters_to("bo@example.org")]
    assert len(subjects) == 3
    assert any("Still coming" in subject for subject in subjects)


async def test_what_it_led_to_is_forgotten_a_month_after(walkers, ana, bo):
    with time_machine.travel(SUNDAY):
        await counts_on(bo, await soup(walkers, ana))
    with time_machine.travel("2027-01-10 12:00Z"):
        await forget_what_has_had_its_time()
        assert await CountedIn.count() == 2


@time_machine.travel(SUNDAY)
async def test_who_is_counted_in_while_a_series_pauses_has_what_comes_back(walkers, ana, bo, dev):
    series = await soup(walkers, ana)
    await counts_on(bo, series)
    await course.pause(series, date(2026, 12, 10), None, reason="A break")
    await work_off()
    await counts_on(dev, series)
    await work_off()
    had = {person.id: len(await letters_to(person.email)) for person in (bo, dev)}
    await course.go_on(series)
    await work_off()
    assert await answers(series, bo) == await answers(series, dev) == ["going"] * 4
    (to_bo,) = (await letters_to(bo.email))[had[bo.id] :]
    (to_dev,) = (await letters_to(dev.email))[had[dev.id] :]
    assert to_bo["Subject"].startswith("On again")
    assert not to_dev["Subject"].startswith("On again")


@time_machine.travel(SUNDAY)
async def test_who_stops_and_gives_back_while_a_series_pauses_does_not_come_back(walkers, ana, bo):
    series = await soup(walkers, ana)
    await counts_on(bo, series)
    await course.pause(series, date(2026, 12, 10), None, reason="A break")
    await work_off()
    await counting_in.stop(await standing_queries.of_person(series.id, bo.id), bo, give_back=True)
    await work_off()
    had = len(await letters_to(bo.email))
    await course.go_on(series)
    await work_off()
    assert await answers(series, bo) == ["withdrawn"] * 4
    assert (await letters_to(bo.email))[had:] == []


async def test_what_becomes_for_invited_people_counts_in_only_who_is_invited_to_it(walkers, ana, bo, cleo):
    with time_machine.travel(SUNDAY):
        series = await soup(walkers, ana)
        for person in (ana, bo, cleo):
            await counts_on(person, series)
        await work_off()
        await publishing.rewrite(await queries.pattern_of(series.id), {"visibility": "invited"})
        had = len(await letters_to(cleo.email))
    with time_machine.travel("2026-12-07 12:00Z"):
        assert await making.make_due() == 1
        newest = (await evenings(series))[-1]
        await invitations.invite(newest, [bo], by=ana)
        await work_off()
        said = [(await answers(series, person))[-1] for person in (ana, bo, cleo)]
        assert said == ["going", "going", "-"]
        assert not (await access.view(cleo, newest)).sees_it
        assert (await letters_to(cleo.email))[had:] == []
