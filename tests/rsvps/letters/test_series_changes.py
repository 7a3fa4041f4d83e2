"""What becomes of many gatherings of a series at once is one letter a person."""

import re
from datetime import timedelta
from email.message import EmailMessage

import pytest

from events.hosting import keeping_out
from events.series import course
from events.tables import Event, Series
from members.blocking import blocks
from members.communities.keeping_out import Whom
from members.letters import letters_wanted
from members.tables import Community, Person
from rsvps.hosting import invitations
from rsvps.letters import unasked
from rsvps.seating import seats
from rsvps.tables import Rsvp
from server import clock, db
from server.jobs import announce
from tests.counting import counted
from tests.gatherings import ahead_of, change_of_series, make_series
from tests.ground import letters_to, text_of, work_off
from tests.people import As
from volunteers import shifts
from volunteers.shifts import Needed

HALF_AN_HOUR = timedelta(minutes=30)


def methods(letter: EmailMessage) -> list[str]:
    """What the letter's calendar parts ask for, in order."""
    parts = [part for part in letter.walk() if part.get_content_type() == "text/calendar"]
    return re.findall(r"METHOD:(\w+)", " ".join(str(part.get_content()) for part in parts))


def words_of(letter: EmailMessage, kind: str = "text/plain") -> str:
    return " ".join(text_of(letter, kind).split())


async def newest(person: Person, since: int) -> list[EmailMessage]:
    return (await letters_to(person.email))[since:]


async def say(events: list[Event], *people: Person, answer: str = "going") -> dict[int, int]:
    """They answer to all of these; how many letters each has got by then, by number."""
    for event in events:
        for person in people:
            await seats.answer(event, person, answer=answer, by=person)  # type: ignore[arg-type]
    await work_off()
    return {person.id: len(await letters_to(person.email)) for person in people}


@pytest.fixture
def soup(walkers: Community, ana: Person):  # type: ignore[no-untyped-def]
    async def make(**given: object) -> tuple[Series, list[Event]]:
        series = await make_series(walkers, ana, **given)  # type: ignore[arg-type]
        return series, await ahead_of(series)

    return make


async def test_twenty_moved_evenings_are_one_letter(soup, bo: Person, dev: Person, cleo: Person) -> None:  # type: ignore[no-untyped-def]
    series, evenings = await soup(weeks_ahead=21)
    had = await say(evenings[:20], bo)
    had |= await say(evenings[:1], dev, answer="maybe")
    had |= await say(evenings[:2], cleo, answer="declined")
    news = await change_of_series(series, evenings[:20], later=HALF_AN_HOUR, place="The new mill")
    await announce(news)
    (letter,) = await newest(bo, had[bo.id])
    assert letter["Subject"] == "Changed: Soup for all"
    assert methods(letter) == ["REQUEST"] * 20
    for kind in ("text/plain", "text/html"):
        words = words_of(letter, kind)
        assert "20 gatherings of" in words and "Berlin time" in words
        assert words.count("The old mill") == words.count("The new mill") == 1
    text = words_of(letter)
    assert text.count("18:30 →") == 20 and len(re.findall(r"→ [^→]+, 19:00 Going http", text)) == 20
    (to_dev,) = await newest(dev, had[dev.id])
    assert "1 gathering of" in words_of(to_dev) and "19:00 Maybe http" in words_of(to_dev)
    assert methods(to_dev) == ["REQUEST"]
    assert await newest(cleo, had[cleo.id]) == []


async def test_nobody_hears_of_it_twice_nor_of_what_is_newer_already(soup, bo: Person) -> None:  # type: ignore[no-untyped-def]
    series, evenings = await soup()
    had = await say(evenings[:3], bo)
    first = await change_of_series(series, evenings[:3], later=HALF_AN_HOUR)
    await work_off()
    await change_of_series(series, await ahead_of(series), later=HALF_AN_HOUR)
    await work_off()
    await announce(first)
    assert len(await newest(bo, had[bo.id])) == 2


async def test_what_is_called_off_says_why_and_leaves_the_calendar(soup, bo: Person, dev: Person) -> None:  # type: ignore[no-untyped-def]
    series, evenings = await soup()
    had = await say(evenings[:4], bo)
    had |= await say(evenings[2:4], dev)
    await change_of_series(
        series, evenings[:2], evenings[2:4], later=HALF_AN_HOUR, reason="The mill is flooded."
    )
    (letter,) = await newest(bo, had[bo.id])
    assert letter["Subject"] == "Changed: Soup for all"
    assert methods(letter) == ["REQUEST", "REQUEST", "CANCEL", "CANCEL"]
    words = words_of(letter)
    assert (
        text_of(letter).count("18:30 → Cancelled\r\nhttp") == 2 and words.count("The mill is flooded.") == 1
    )
    (to_dev,) = await newest(dev, had[dev.id])
    assert to_dev["Subject"] == "Cancelled: Soup for all"
    assert "2 gatherings of Soup for all are cancelled" in words_of(to_dev)
    assert "They do not take place" in words_of(to_dev, "text/html")
    assert "Your answers stand" not in words_of(to_dev)


async def test_each_line_leads_to_ones_own_answer(soup, bo: Person, signed_in: As) -> None:  # type: ignore[no-untyped-def]
    series, evenings = await soup()
    had = await say(evenings[:2], bo)
    await change_of_series(series, evenings[:2], later=HALF_AN_HOUR)
    (letter,) = await newest(bo, had[bo.id])
    links = re.findall(r"/rsvp/\S+", text_of(letter))
    assert len(set(links)) == 2
    client = await signed_in(bo)
    for link in links:
        assert (await client.get(link)).status_code == 200


async def test_what_one_may_not_see_any_more_is_left_out(soup, ana: Person, bo: Person, dev: Person) -> None:  # type: ignore[no-untyped-def]
    series, evenings = await soup()
    had = await say(evenings[:2], bo)
    had |= await say(evenings[:1], dev)
    await db.run("UPDATE due_work SET run_at = run_at + interval '1 hour'")
    await change_of_series(series, evenings[:2], later=HALF_AN_HOUR)
    for person in (bo, dev):
        await keeping_out.keep_out(evenings[0], Whom(person.email), by=ana)
    to_bo = [letter for letter in await newest(bo, had[bo.id]) if letter["Subject"].startswith("Changed")]
    assert "1 gathering of" in words_of(to_bo[0]) and methods(to_bo[0]) == ["REQUEST"]
    assert not [
        letter for letter in await newest(dev, had[dev.id]) if letter["Subject"].startswith("Changed")
    ]


async def test_an_address_is_told_to_those_alone_who_may_have_it(soup, bo: Person, dev: Person) -> None:  # type: ignore[no-untyped-def]
    series, evenings = await soup()
    had = await say(evenings[:2], bo) | await say(evenings[:2], dev, answer="maybe")
    await change_of_series(series, evenings[:2], address="Weir Road 9")
    (letter,) = await newest(bo, had[bo.id])
    for kind in ("text/plain", "text/html"):
        assert words_of(letter, kind).count("Weir Road 9") == 1
    assert await newest(dev, had[dev.id]) == []


async def test_what_is_different_each_time_stands_beside_it(soup, bo: Person) -> None:  # type: ignore[no-untyped-def]
    series, evenings = await soup()
    had = await say(evenings[:2], bo)
    await db.run("UPDATE events SET place = 'The barn' WHERE id = $1", evenings[1].id)
    await change_of_series(series, evenings[:2], place="The new mill")
    (letter,) = await newest(bo, had[bo.id])
    words = words_of(letter)
    assert "Where: The old mill → The new mill" in words and "Where: The barn → The new mill" in words
    assert "18:30 →" not in words


async def test_who_is_invited_and_silent_gets_one_letter_that_can_be_refused(  # type: ignore[no-untyped-def]
    soup, ana: Person, bo: Person, dev: Person, cleo: Person
) -> None:
    series, evenings = await soup()
    for event in evenings[:2]:
        await invitations.invite(event, [bo, dev, cleo], by=ana)
    await work_off()
    had = len(await letters_to(bo.email))
    await letters_wanted.refuse(dev.id, letters_wanted.ORGANISERS)
    await blocks.block(cleo, ana)
    before = {person.name: len(await letters_to(person.email)) for person in (dev, cleo)}
    await change_of_series(series, evenings[:2], later=HALF_AN_HOUR)
    (letter,) = await newest(bo, had)
    assert "You are invited, and have not answered yet." in words_of(letter)
    assert letter["List-Unsubscribe"] and methods(letter) == []
    assert before == {person.name: len(await letters_to(person.email)) for person in (dev, cleo)}


async def test_who_wants_no_letters_that_others_cause_gets_none(soup, ana: Person, bo: Person) -> None:  # type: ignore[no-untyped-def]
    series, evenings = await soup()
    await invitations.invite(evenings[0], [bo], by=ana)
    await work_off()
    had = len(await letters_to(bo.email))
    await unasked.never_again(bo.email)
    await change_of_series(series, evenings[:2], later=HALF_AN_HOUR)
    assert await newest(bo, had) == []


async def test_an_invitation_among_answers_is_in_the_same_letter(soup, ana: Person, bo: Person) -> None:  # type: ignore[no-untyped-def]
    series, evenings = await soup()
    await invitations.invite(evenings[1], [bo], by=ana)
    had = await say(evenings[:1], bo)
    await change_of_series(series, evenings[:2], later=HALF_AN_HOUR)
    (letter,) = await newest(bo, had[bo.id])
    assert "19:00 Going http" in words_of(letter) and "19:00 Invited http" in words_of(letter)
    assert methods(letter) == ["REQUEST"]


async def helps(person: Person, *events: Event) -> None:
    for event in events:
        ends = event.starts_at + timedelta(hours=1)
        role = await shifts.add(event, Needed("Door", "", 2, event.starts_at - HALF_AN_HOUR, ends))
        await shifts.sign_up(role, person, event)
    await work_off()


async def test_who_comes_and_helps_reads_of_both_in_one_letter(soup, bo: Person) -> None:  # type: ignore[no-untyped-def]
    series, evenings = await soup()
    await say(evenings[:2], bo)
    await helps(bo, evenings[0], evenings[2])
    had = len(await letters_to(bo.email))
    await change_of_series(series, evenings[:2], evenings[2:3], later=HALF_AN_HOUR, reason="Flooded.")
    (letter,) = await newest(bo, had)
    words = words_of(letter)
    assert words.count("18:00 → ") == 2 and "18:30 Door http" in words and "Cancelled Door http" in words
    assert sorted(methods(letter)) == ["CANCEL", "REQUEST", "REQUEST", "REQUEST"]


async def test_who_only_helps_gets_one_letter_for_all_shifts(soup, bo: Person) -> None:  # type: ignore[no-untyped-def]
    series, evenings = await soup()
    await helps(bo, *evenings[:3])
    had = len(await letters_to(bo.email))
    await change_of_series(series, evenings[:2], evenings[2:3], later=HALF_AN_HOUR, reason="Flooded.")
    (letter,) = await newest(bo, had)
    words = words_of(letter)
    assert letter["Subject"] == "New hours: what you help with, Soup for all"
    assert (
        words.count("18:30 Door http") == 2 and "18:00 → Cancelled Door http" in words and "Flooded." in words
    )
    assert methods(letter) == ["REQUEST", "REQUEST", "CANCEL"]


async def pause(series: Series) -> None:
    await course.pause(series, clock.now().date(), None, reason="A winter break")
    await work_off()


async def had_by_now(*people: Person) -> dict[int, int]:
    return {person.id: len(await letters_to(person.email)) for person in people}


async def test_what_is_on_again_is_one_letter_to_each_who_was_told_that_it_is_off(  # type: ignore[no-untyped-def]
    soup, ana: Person, bo: Person, dev: Person, cleo: Person
) -> None:
    series, evenings = await soup()
    await say(evenings[:3], bo)
    await say(evenings[:1], dev, answer="declined")
    await invitations.invite(evenings[1], [cleo], by=ana)
    await pause(series)
    off = await ahead_of(series)
    had = await had_by_now(bo, dev, cleo)
    await course.go_on(series)
    (letter,) = await newest(bo, had[bo.id])
    words = words_of(letter)
    assert letter["Subject"] == "On again: Soup for all"
    assert "3 gatherings of Soup for all were cancelled, and are on again:" in words
    assert len(re.findall(r"Cancelled → [^→]+, 18:30 Going http", words)) == 3
    assert "Your answers stand. Each line leads to yours, if it no longer suits you." in words
    assert "A winter break" not in words
    assert methods(letter) == ["REQUEST"] * 3
    parts = [part for part in letter.walk() if part.get_content_type() == "text/calendar"]
    assert all(f"SEQUENCE:{off[0].sequence + 1}" in str(part.get_content()) for part in parts)
    (to_cleo,) = await newest(cleo, had[cleo.id])
    assert to_cleo["Subject"] == "On again: Soup for all" and methods(to_cleo) == []
    assert await newest(dev, had[dev.id]) == []
    assert {rsvp.status for rsvp in await Rsvp.objects().where(Rsvp.person == bo.id)} == {"going"}


async def test_off_and_on_again_before_anybody_is_told_tells_nobody(soup, bo: Person) -> None:  # type: ignore[no-untyped-def]
    series, evenings = await soup()
    had = await say(evenings[:2], bo)
    await course.pause(series, clock.now().date(), None, reason="A slip")
    await course.go_on(series)
    await work_off()
    assert await newest(bo, had[bo.id]) == []


async def test_what_is_off_once_more_is_told_once_more(soup, bo: Person) -> None:  # type: ignore[no-untyped-def]
    series, evenings = await soup()
    had = await say(evenings[:2], bo)
    await pause(series)
    await course.go_on(series)
    await work_off()
    await pause(series)
    subjects = [letter["Subject"] for letter in await newest(bo, had[bo.id])]
    assert subjects == ["Cancelled: Soup for all", "On again: Soup for all", "Cancelled: Soup for all"]


async def test_who_only_helps_reads_that_they_are_needed_again(soup, bo: Person) -> None:  # type: ignore[no-untyped-def]
    series, evenings = await soup()
    await helps(bo, *evenings[:2])
    await pause(series)
    had = await had_by_now(bo)
    await course.go_on(series)
    (letter,) = await newest(bo, had[bo.id])
    assert letter["Subject"] == "Needed again: what you help with, Soup for all"
    assert len(re.findall(r"Cancelled → [^→]+, 18:00 Door http", words_of(letter))) == 2
    assert methods(letter) == ["REQUEST", "REQUEST"]


async def test_who_leaves_while_it_is_off_does_not_come_when_it_is_on_again(  # type: ignore[no-untyped-def]
    soup, ana: Person, bo: Person, dev: Person
) -> None:
    series, evenings = await soup(seats=1)
    await say(evenings[:1], bo)
    await say(evenings[:1], dev)
    await pause(series)
    had = await had_by_now(bo, dev)
    await keeping_out.keep_out(evenings[0], Whom(bo.email), by=ana)
    await work_off()
    await course.go_on(series)
    await work_off()
    answers = {rsvp.person: rsvp.status for rsvp in await Rsvp.objects().where(Rsvp.event == evenings[0].id)}
    assert answers == {bo.id: "withdrawn", dev.id: "going"}
    assert [letter["Subject"] for letter in await newest(bo, had[bo.id])] == []
    assert "On again: Soup for all" in [letter["Subject"] for letter in await newest(dev, had[dev.id])]


async def test_telling_many_takes_as_few_statements_as_telling_few(  # type: ignore[no-untyped-def]
    soup, bo: Person
) -> None:
    series, evenings = await soup(weeks_ahead=21)
    await say(evenings[:20], bo)
    counts = []
    for some in (evenings[:2], evenings[2:20]):
        await change_of_series(series, some, later=HALF_AN_HOUR)
        async with counted() as asked:
            await work_off()
        counts.append(len(asked))
    assert counts[1] == counts[0]
