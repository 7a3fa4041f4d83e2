"""The week's choice: at most one for each, at their own hour, written down with its letter; by day, and once."""

import asyncio
from datetime import datetime, timedelta

import pytest

from followups.prompts import links, store, weekly, wishes
from followups.prompts import queries as prompts
from followups.prompts.turns import next_turn
from followups.tables import Keeping, Prompt, PromptTurn
from members.blocking import blocks
from members.letters import letter_hours, letters_wanted
from members.letters.letters_wanted import PROMPTS
from members.tables import Community, Person
from rsvps.seating import seats
from server import clock, composition, db
from server.db import transaction
from server.rows import values_of
from tests.counting import counted
from tests.followups.mornings import BERLIN, at
from tests.followups.prompts.weeks import MET, connect, gathering, told, turn_of, turns_now
from tests.ground import letters_to, text_of
from tests.people import make_person

NOON = datetime(2026, 11, 16, 12, 0, tzinfo=BERLIN)
WEEK = timedelta(days=7)


async def letters(person: Person, moment: datetime) -> list[str]:
    """The letters about connections that somebody has got once the worker has done what is due at that moment."""
    with at(moment):
        sent = await letters_to(person.email)
    return [str(each["Subject"]) for each in sent if "prompts" in str(each["List-Id"])]


async def test_what_is_chosen_is_written_to_them_and_says_why(
    walkers: Community, ana: Person, bo: Person
) -> None:
    met = await gathering(walkers, MET, ana, bo, title="Walk to the mill")
    await connect(ana, bo, met)
    event = await gathering(walkers, NOON + timedelta(days=3, hours=7), ana, bo, title="Soup and songs")
    prompt = await told(bo, NOON)
    assert prompt
    assert (prompt.kind, prompt.event, prompt.week) == ("coming", event.id, "2026-W47")
    assert await letters(bo, NOON) == ["Ana is coming to Soup and songs"]
    letter = (await letters_to(bo.email))[-1]
    text = " ".join(text_of(letter).split())
    assert "You and Ana met at Walk to the mill. You are both coming to Soup and songs on Thursday." in text
    assert "because you and Ana are connected, and connections see what they are both coming to" in text
    for choice in ("later", "silence", "less", "never"):
        assert f"choice={choice}" in text
    assert "/unsubscribe>" in str(letter["List-Unsubscribe"])
    assert await letters(ana, NOON) == []


async def test_in_a_pause_nothing_is_chosen_and_in_quiet_hours_its_letter_waits(
    walkers: Community, ana: Person, bo: Person
) -> None:
    met = await gathering(walkers, MET, ana, bo, title="Walk to the mill")
    await connect(ana, bo, met)
    await gathering(walkers, NOON + timedelta(days=3, hours=7), ana, bo, title="Soup and songs")
    with at(NOON):
        await letter_hours.pause(bo, None)
    assert await told(bo, NOON) is None
    with at(NOON):
        await letter_hours.go_on(bo)
        await letter_hours.be_quiet(bo, (10, 15))
    assert await told(bo, NOON)
    assert await letters(bo, NOON) == []
    assert await letters(bo, NOON + timedelta(hours=3)) == ["Ana is coming to Soup and songs"]


async def test_at_most_one_a_week_and_never_the_same_one_twice_in_a_row(
    walkers: Community, ana: Person, bo: Person, dev: Person
) -> None:
    one = await connect(ana, bo)
    other = await connect(bo, dev, on=MET + timedelta(days=2))
    for days in (3, 5, 12, 19):
        await gathering(walkers, NOON + timedelta(days=days), ana, bo, dev)
    said = []
    for day in range(17):
        if prompt := await told(bo, NOON + timedelta(days=day)):
            said.append((day, prompt.connection))
    assert [day for day, _ in said] == [0, 7, 14]
    assert [connection for _, connection in said] == [one.id, other.id, one.id]


async def test_who_has_one_connection_hears_of_them_again_when_half_a_year_has_passed(
    walkers: Community, ana: Person, bo: Person
) -> None:
    await connect(ana, bo)
    weeks = range(0, 196, 7)
    for days in weeks:
        await gathering(walkers, NOON + timedelta(days=days + 3), ana, bo)
    (kept,) = [each for each in composition.kept if Prompt in each.tables]
    said = []
    for days in weeks:
        with at(NOON + timedelta(days=days)):
            await kept.job()()
        if await told(bo, NOON + timedelta(days=days)):
            said.append(days)
    assert said == [0, 182]


async def test_less_is_once_in_four_weeks(walkers: Community, ana: Person, bo: Person, dev: Person) -> None:
    await connect(ana, bo)
    await connect(bo, dev)
    for days in range(3, 45, 4):
        await gathering(walkers, NOON + timedelta(days=days), ana, bo, dev)
    await wishes.be_told(bo, "monthly")
    weeks = [week for week in range(6) if await told(bo, NOON + week * WEEK)]
    assert weeks == [0, 4]


async def test_nothing_more_is_said_in_the_week_of_one_that_was_put_off(
    walkers: Community, ana: Person, bo: Person, dev: Person
) -> None:
    await connect(ana, bo)
    await connect(bo, dev)
    await gathering(walkers, NOON + timedelta(days=13), ana, bo, dev)
    prompt = await told(bo, NOON)
    assert prompt
    with at(NOON + timedelta(days=3)):
        found = await prompts.prompt(prompt.id)
        assert found
        await wishes.choose(found, "later")
    assert await told(bo, NOON + timedelta(days=7)) is None
    assert await told(bo, NOON + timedelta(days=11))


async def test_a_prompt_that_was_put_off_before_its_letter_is_not_sent(
    walkers: Community, ana: Person, bo: Person
) -> None:
    await connect(ana, bo)
    await gathering(walkers, NOON + timedelta(days=3), ana, bo)
    prompt = await told(bo, NOON)
    assert prompt
    with at(NOON):
        found = await prompts.prompt(prompt.id)
        assert found
        await wishes.choose(found, "later")
    assert await letters(bo, NOON) == []


@pytest.mark.parametrize(
    "what", ["blocked", "ended", "declined", "cancelled", "away", "never", "left out", "plans"]
)
async def test_the_letter_is_not_sent_when_it_is_not_true_any_more(
    walkers: Community, ana: Person, bo: Person, what: str
) -> None:
    connection = await connect(ana, bo)
    event = await gathering(walkers, NOON + timedelta(days=3), ana, bo)
    assert await told(bo, NOON)
    with at(NOON):
        if what == "blocked":
            await blocks.block(ana, bo)
        elif what == "ended":
            connection.ended_at = NOON
            await connection.save()
        elif what == "declined":
            await seats.answer(event, ana, answer="declined", by=ana)
        elif what == "cancelled":
            await db.run("UPDATE events SET status = 'cancelled', cancelled_at = $1", NOON)
        elif what == "away":
            await Person.update({Person.away_until: NOON + WEEK}).where(Person.id == bo.id)
        elif what == "never":
            await letters_wanted.refuse(bo.id, PROMPTS)
        elif what == "left out":
            await wishes.leave_out(bo, connection.id)
        else:
            await db.run(
                "INSERT INTO contact_cards (person, keeps_plans, changed_at) VALUES ($1, true, $2)",
                ana.id,
                NOON,
            )
    assert await letters(bo, NOON) == []


async def test_at_night_nothing_is_chosen_and_nothing_is_sent(
    walkers: Community, ana: Person, bo: Person
) -> None:
    await connect(ana, bo)
    await gathering(walkers, NOON + timedelta(days=3), ana, bo)
    night = NOON.replace(hour=21, minute=30)
    assert await told(bo, night) is None
    (due,) = await values_of(PromptTurn.select(PromptTurn.due_at).where(PromptTurn.person == bo.id))
    assert due == next_turn(bo.id, bo.zone, night)
    assert due.astimezone(BERLIN).date() == night.date() + timedelta(days=1)
    # The worker was late with a letter.
    late = NOON.replace(hour=20, minute=59)
    assert await told(bo, late)
    assert await letters(bo, night) == []
    assert await letters(bo, night) == []
    assert await letters(bo, NOON.replace(hour=8, minute=59) + timedelta(days=1)) == []
    assert len(await letters(bo, NOON.replace(hour=9, minute=1) + timedelta(days=1))) == 1
    assert len(await letters(bo, NOON + timedelta(days=2))) == 1


async def test_the_night_is_that_of_where_one_lives(walkers: Community, ana: Person, bo: Person) -> None:
    await connect(ana, bo)
    await gathering(walkers, NOON + timedelta(days=3), ana, bo)
    await Person.update({Person.zone: "Asia/Tokyo"}).where(Person.id == bo.id)
    assert await told(bo, NOON.replace(hour=13, minute=1)) is None
    assert await told(bo, NOON.replace(hour=3) + timedelta(days=1))


async def test_clocks_that_change_make_no_second_one(
    walkers: Community, ana: Person, bo: Person, dev: Person
) -> None:
    """On 29 March 2026 an hour is missing, on 25 October there is one more."""
    await connect(ana, bo, on=MET - timedelta(days=300))
    await connect(bo, dev, on=MET - timedelta(days=300))
    for sunday in (datetime(2026, 3, 29, 12, tzinfo=BERLIN), datetime(2026, 10, 25, 12, tzinfo=BERLIN)):
        for days in range(-3, 22, 2):
            await gathering(walkers, sunday + timedelta(days=days), ana, bo, dev)
        begun = turn_of(bo, sunday - WEEK)
        turns = []
        turn = begun
        for _ in range(3):
            if await told(bo, turn):
                turns.append(turn.astimezone(BERLIN))
            turn = next_turn(bo.id, bo.zone, turn)
        assert len(turns) == 3
        assert len({(each.hour, each.minute, each.weekday()) for each in turns}) == 1


async def test_whoever_has_a_connection_has_a_turn_and_keeps_it(
    walkers: Community, ana: Person, bo: Person
) -> None:
    connection = await connect(ana, bo)
    turns = await PromptTurn.select(PromptTurn.person, PromptTurn.due_at).order_by(PromptTurn.person)
    assert turns == [{"person": each.id, "due_at": connection.connected_at} for each in (ana, bo)]
    with at(NOON):
        assert await weekly.choose_due() == 0
        assert await weekly.choose_due() == 0
    turns = await PromptTurn.select(PromptTurn.person, PromptTurn.due_at).order_by(PromptTurn.person)
    assert turns == [{"person": each.id, "due_at": next_turn(each.id, each.zone, NOON)} for each in (ana, bo)]


async def test_when_it_is_nobodys_turn_it_costs_one_query(
    walkers: Community, ana: Person, bo: Person
) -> None:
    await connect(ana, bo)
    await turns_now(moment=NOON)
    with at(NOON):
        await weekly.choose_due()
        async with counted() as asked:
            await weekly.choose_due()
    assert len(asked) == 1


async def test_many_are_chosen_for_in_a_handful_of_queries(
    walkers: Community, ana: Person, bo: Person
) -> None:
    others = [await make_person(f"Other {number}") for number in range(20)]
    await gathering(walkers, NOON + timedelta(days=3), bo, *others)
    for other in others:
        await connect(bo, other)
    await turns_now(bo, *others, moment=NOON)
    with at(NOON):
        async with counted() as asked:
            assert await weekly.choose_due() == 21
    assert len(asked) <= 7


async def people_read() -> int:
    """How many rows of people have been read in this transaction."""
    read: int = await db.value(
        "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'people'"
    )
    return read


async def test_who_has_waited_longest_is_held_and_nobody_else_is_read(bo: Person) -> None:
    others = [await make_person(f"Other {number}") for number in range(40)]
    for other in others:
        await connect(bo, other)
    await turns_now(*others, moment=NOON)
    late = others[20:23]
    await PromptTurn.update({PromptTurn.due_at: NOON - WEEK}).where(
        PromptTurn.person.is_in([each.id for each in late])
    )
    async with transaction(first=weekly.AS_IT_IS):
        before = await people_read()
        held = await prompts.lock_due(NOON, most=3)
        assert await people_read() - before == 3
    assert {reader.person for reader in held} == {each.id for each in late}


async def test_what_others_are_told_changes_nothing_for_the_other(
    walkers: Community, ana: Person, bo: Person
) -> None:
    connection = await connect(ana, bo)
    await gathering(walkers, NOON + timedelta(days=3), ana, bo)
    await wishes.leave_out(bo, connection.id)
    await wishes.be_told(bo, "never")
    assert await told(ana, NOON)
    assert await told(bo, NOON) is None


async def test_what_was_told_is_forgotten_after_half_a_year(
    walkers: Community, ana: Person, bo: Person
) -> None:
    await connect(ana, bo)
    await gathering(walkers, NOON + timedelta(days=3), ana, bo)
    assert await told(bo, NOON)
    (kept,) = [each for each in composition.kept if Prompt in each.tables]
    for days, left in ((179, 1), (181, 0)):
        with at(NOON + timedelta(days=days)):
            await kept.job()()
        assert await Prompt.count() == left
    assert kept.after == links.KEPT


async def test_a_guest_who_turns_out_to_be_somebody_takes_it_along(
    walkers: Community, ana: Person, bo: Person, dev: Person
) -> None:
    await connect(ana, bo)
    await gathering(walkers, NOON + timedelta(days=3), ana, bo)
    assert await told(bo, NOON)
    await wishes.be_told(bo, "monthly")
    await store.take_over(dev, bo)
    assert await values_of(Prompt.select(Prompt.person)) == [dev.id]
    assert await prompts.how_often(dev) == "monthly"


async def test_two_workers_at_once_choose_once_for_each(
    committed: str, walkers: Community, bo: Person
) -> None:
    now = clock.now().astimezone(BERLIN).replace(hour=12)
    others = [await make_person(f"Other {number}") for number in range(30)]
    await gathering(walkers, now + timedelta(days=3), bo, *others)
    for other in others:
        await connect(bo, other)
    await turns_now(bo, *others, moment=now)
    people = weekly.PEOPLE_AT_ONCE
    weekly.PEOPLE_AT_ONCE = 4
    try:
        chosen = await asyncio.gather(*(weekly.choose_due(now) for _ in range(3)))
    finally:
        weekly.PEOPLE_AT_ONCE = people
    assert sum(chosen) == 31
    assert (
        await Prompt.count()
        == await db.value("SELECT count(*) FROM due_work WHERE kind = 'followups.prompt'")
        == 31
    )
    assert await weekly.choose_due(now) == 0


async def test_a_note_about_somebody_stays_when_one_wishes_to_hear_nothing_of_them(
    ana: Person, bo: Person
) -> None:
    connection = await connect(ana, bo)
    await Keeping(
        connection=connection.id, person=bo.id, note="Likes plums", rhythm="yearly", since=MET
    ).save()
    for out in (True, True, False):
        await wishes.leave_out(bo, connection.id, out=out)
        assert await prompts.left_out(bo, connection.id) is out
    (kept,) = await Keeping.objects()
    assert (kept.note, kept.rhythm, kept.since, kept.unprompted) == ("Likes plums", "yearly", MET, False)
