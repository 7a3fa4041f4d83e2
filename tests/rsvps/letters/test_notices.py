"""What changed, and what does not take place, is told to whom it concerns."""

import re
from email.message import EmailMessage
from typing import Any

from events.announcements import EventCancelled, EventChanged
from events.tables import Event
from members.blocking import blocks
from members.letters import letters_wanted
from members.tables import Community, Person
from rsvps.attending import by_letter
from rsvps.hosting import invitations
from rsvps.letters import unasked
from rsvps.seating import seats, store
from server import clock, db
from server.jobs import announce
from tests.gatherings import make_event
from tests.ground import letters_to, text_of, work_off
from tests.people import As, make_person
from tests.rsvps.gatherings import answer_of


async def say(event: Event, person: Person, answer: Any = "going", guests: int = 0) -> None:
    await seats.answer(event, person, answer=answer, guests=guests, by=person)


async def subjects(person: Person) -> list[str]:
    return [letter["Subject"] for letter in await letters_to(person.email)]


def method(letter: EmailMessage) -> str | None:
    parts = [part for part in letter.walk() if part.get_content_type() == "text/calendar"]
    found = re.search(r"METHOD:(\w+)", str(parts[0].get_content())) if parts else None
    return found[1] if found else None


async def change(event: Event, **values: Any) -> int:
    """What an edit leaves behind once it has come to rest."""
    side = {
        "starts_at": event.starts_at.isoformat(),
        "ends_at": None,
        "zone": event.zone,
        "mode": event.mode,
        "place": event.place,
        "address": event.address,
        "join_url": event.join_url,
    }
    return int(
        await db.value(
            """
            INSERT INTO event_changes (event, before, after, opened_at, told_at) VALUES ($1, $2, $3, $4, $4)
            RETURNING id
            """,
            event.id,
            side,
            {**side, **values},
            clock.now(),
        )
    )


async def test_a_change_shows_both_sides_to_each_as_they_may_know(
    walkers: Community, ana: Person, bo: Person, dev: Person, cleo: Person
) -> None:
    event = await make_event(walkers, seats=1)
    await say(event, ana)
    await say(event, bo, "maybe")
    await say(event, dev)
    await say(event, cleo, "declined")
    await work_off()
    number = await change(event, place="The new mill", address="Weir Road 9")
    for _ in range(2):
        await announce(EventChanged(event.id, number))
        await work_off()
    letters = {person.name: (await letters_to(person.email))[1:] for person in (ana, bo, dev)}
    assert {name: [method(letter) for letter in found] for name, found in letters.items()} == {
        "Ana": ["REQUEST"],
        "Bo": ["REQUEST"],
        "Dev": [None],
    }
    assert await subjects(cleo) == []
    for name, knows in (("Ana", True), ("Bo", False), ("Dev", False)):
        for kind in ("text/plain", "text/html"):
            words = text_of(letters[name][0], kind)
            assert "The old mill" in words and "The new mill" in words
            assert ("Weir Road" in words) == knows


async def test_a_change_that_somebody_may_not_know_of_is_not_told_to_them(
    walkers: Community, ana: Person, bo: Person
) -> None:
    event = await make_event(walkers)
    await say(event, ana)
    await say(event, bo, "maybe")
    await work_off()
    await announce(EventChanged(event.id, await change(event, join_url="https://meet.example/other")))
    assert len(await subjects(ana)) == 2
    assert len(await subjects(bo)) == 1


async def test_a_cancellation_is_told_once_to_everybody_concerned(
    walkers: Community, ana: Person, bo: Person, dev: Person, cleo: Person
) -> None:
    event = await make_event(walkers, seats=1)
    await say(event, ana)
    await say(event, bo, "maybe")
    await say(event, dev)
    await say(event, cleo, "declined")
    await work_off()
    await db.run(
        "UPDATE events SET status = 'cancelled', cancel_reason = 'The mill is flooded' WHERE id = $1",
        event.id,
    )
    for _ in range(2):
        await announce(EventCancelled(event.id))
        await work_off()
    for person, expected in ((ana, "CANCEL"), (bo, "CANCEL"), (dev, None)):
        letters = (await letters_to(person.email))[1:]
        assert [method(letter) for letter in letters] == [expected]
        # Whose words they are stands right below them, and what Kith says further down.
        assert f"> The mill is flooded\r\n{walkers.name}\r\n\r\nThere is nothing" in text_of(letters[0])
    assert await subjects(cleo) == []


# Who is invited and silent


async def test_who_has_not_answered_is_told_of_a_change_in_words_of_their_own(
    walkers: Community, ana: Person, bo: Person, signed_in: As
) -> None:
    event = await make_event(walkers, visibility="invited")
    await invitations.invite(event, [bo], by=ana)
    await work_off()
    number = await change(event, place="The new mill")
    for _ in range(2):
        await announce(EventChanged(event.id, number))
        await work_off()
    letters = (await letters_to(bo.email))[1:]
    assert [letter["Subject"] for letter in letters] == ["Changed: A walk along the river"]
    words = " ".join(text_of(letters[0]).split())
    assert "The old mill" in words and "The new mill" in words
    assert "You have not answered yet." in words and "Your answer stands" not in words
    assert "because bo@example.org was invited" in words and method(letters[0]) is None
    assert letters[0]["List-Unsubscribe"]
    link = re.search(r"/rsvp/[^\s]+", text_of(letters[0]))
    assert link and (await (await signed_in(bo)).get(link[0])).status_code == 200


async def test_who_has_not_answered_is_told_that_it_does_not_take_place(
    walkers: Community, ana: Person, bo: Person
) -> None:
    event = await make_event(walkers)
    await invitations.invite(event, [bo], by=ana)
    await work_off()
    await db.run("UPDATE events SET status = 'cancelled', cancel_reason = 'Flooded' WHERE id = $1", event.id)
    for _ in range(2):
        await announce(EventCancelled(event.id))
        await work_off()
    (letter,) = (await letters_to(bo.email))[1:]
    words = " ".join(text_of(letter).split())
    assert "that you were invited to is cancelled" in words and "Flooded" in words
    assert (
        "because bo@example.org was invited" in words
        and method(letter) is None
        and letter["List-Unsubscribe"]
    )


async def test_whoever_wants_no_such_letters_is_not_told(
    walkers: Community, ana: Person, bo: Person, dev: Person, cleo: Person
) -> None:
    event = await make_event(walkers)
    gus, hal = await make_person("Gus"), await make_person("Hal")
    await invitations.invite(event, [bo, dev, cleo, gus, hal], by=ana)
    await work_off()
    await letters_wanted.refuse(bo.id, letters_wanted.ORGANISERS)
    await unasked.never_again(dev.email)
    await blocks.block(cleo, ana)
    rsvp = await answer_of(event, gus)
    assert rsvp and await store.drop_invitation(rsvp.id)
    await say(event, hal, "declined")
    await work_off()
    before = {person.name: len(await subjects(person)) for person in (bo, dev, cleo, gus, hal)}
    await announce(EventChanged(event.id, await change(event, place="The new mill")))
    await work_off()
    await db.run("UPDATE events SET status = 'cancelled' WHERE id = $1", event.id)
    await announce(EventCancelled(event.id))
    await work_off()
    assert {person.name: len(await subjects(person)) for person in (bo, dev, cleo, gus, hal)} == before


async def test_nobody_who_is_silent_gets_more_than_three_letters_a_day(
    walkers: Community, ana: Person, bo: Person
) -> None:
    event = await make_event(walkers)
    await invitations.invite(event, [bo], by=ana)
    for place in ("One mill", "Another mill", "A third mill"):
        await announce(EventChanged(event.id, await change(event, place=place)))
        await work_off()
    assert len(await subjects(bo)) == 3


async def test_what_somebody_only_typed_is_no_invitation(walkers: Community, ana: Person) -> None:
    event = await make_event(walkers)
    await by_letter.ask(event, name="Eve", email="eve@example.org", answer="going", guests=0)
    await work_off()
    await announce(EventChanged(event.id, await change(event, place="The new mill")))
    await work_off()
    assert len(await letters_to("eve@example.org")) == 1
