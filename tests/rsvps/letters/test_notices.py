"""What changed, and what does not take place, is told to whom it concerns."""

import re
from email.message import EmailMessage
from typing import Any

from events.announcements import EventCancelled, EventChanged
from events.tables import Event
from members.tables import Community, Person
from rsvps.seating import seats
from server import clock, db
from server.jobs import announce
from tests.gatherings import make_event
from tests.ground import letters_to, text_of, work_off


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
        assert "The mill is flooded" in text_of(letters[0])
    assert await subjects(cleo) == []
