"""Check-in: who has come, as helpers at the door note it. Kept apart from the answers, always: no seat moves by it.

Each press is a mark with a key of its own, made on the device. A mark that is sent twice counts once; of two marks for
one person the later one counts, in whichever order they arrive. So a phone that was without a connection can send what
it kept and overrides nothing newer.

No phone's clock decides which was later: the phone says how long ago it was pressed (both times by its own clock,
right or wrong), and the server counts back from when it hears of it. And a press by somebody who has seen a mark is
later than that mark.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from events.tables import Event
from members.tables import Person
from rsvps.door import queries, store
from rsvps.door.queries import AtDoor
from rsvps.door.store import Press
from rsvps.tables import Door, WalkIn
from server import clock, tokens
from server.db import transaction
from server.errors import Conflict, NotFound
from server.languages.messages import Words, _, pgettext
from server.presentation import clock_time, long_date
from server.statements import lock_word

EARLY = timedelta(hours=3)  # So long before the start nobody is let in without a second thought.


class TooEarly(Conflict):
    """Somebody is checked in long before the start, perhaps at the wrong gathering, or on the wrong day."""

    def __init__(self, event: Event, person: AtDoor) -> None:
        self.event, self.person = event, person
        super().__init__(
            # Translators: %(starts)s is "on Thursday, 12 March 2026 at 19:00"
            _("It starts %(starts)s. Check %(name)s in already?", starts=starts(event), name=person.name)
            if person.name
            # Translators: them: one person who has given no name
            else _("It starts %(starts)s. Check them in already?", starts=starts(event))
        )


class NotOnTheList(NotFound):
    """Nobody on this door's list: a code of another gathering, an answer nobody confirmed, or no code at all."""

    sentence = _("This code is not on the list of this gathering.")


@dataclass(frozen=True)
class Marked:
    """Somebody after a mark.

    `already`: they were in before it, and it said so again. `overtaken`: a later press has already said
    something else. `held`: it was to be undone, and stays because an organiser said it.
    """

    person: AtDoor
    already: bool = False
    overtaken: bool = False
    held: bool = False


async def mark(
    door: Door,
    rsvp: str,
    *,
    here: bool,
    seen_by: Person | None = None,
    guests: int = 0,
    key: str = "",
    at: datetime | None = None,
    sent: datetime | None = None,
    known: int = 0,
    unless_early: Event | None = None,
) -> Marked:
    """Note that somebody is here, with this many of their guests, or that this was a mistake. Seven queries.

    `rsvp` is the answer's public id. `at` is when it was pressed (now unless told) and `sent` when it was sent, both
    by the device's clock; `known` is the newest mark that the device had seen by then. `seen_by` is who is signed in
    on the phone. Raises NotOnTheList; TooEarly long before the start of the event that is given to be asked about.
    """
    async with transaction():
        await _one_at_a_time(door)
        before = await queries.at_door_called(door.event, rsvp, seen_by=seen_by)
        if before is None:
            raise NotOnTheList
        moment = _pressed(door, at, sent)
        if here and not before.arrived and unless_early and early(unless_early, moment):
            raise TooEarly(unless_early, before)
        newest = await store.keep(door.id, before.id, Press(key or new_key(), here, guests, moment, known))
        if newest and not here:
            await note(before.id, here=False, door=door.id)
        # A press that comes late may say that they came before another phone noticed; not if they had gone since.
        elif here and (since := await store.here_since(before.id)):
            came = guests if newest else before.came
            await note(before.id, here=True, door=door.id, guests=came, at=since)
        after = await queries.at_door_called(door.event, rsvp, seen_by=seen_by)
    assert after is not None
    return Marked(
        after,
        already=newest and here and before.arrived,
        overtaken=not newest and after.arrived != here,
        held=newest and not here and after.arrived,
    )


async def note(
    rsvp: int,
    *,
    here: bool,
    by: Person | None = None,
    as_host: bool = False,
    door: int | None = None,
    guests: int = 0,
    at: datetime | None = None,
) -> None:
    """Write down that the person of this answer came (`at`, if that is known), or that they did not. Twice is harmless.

    `by` is who says so: they themselves, who take back only what they said, or (`as_host`) a host, whose word counts
    above all others; or it was noted at a `door`, which takes back only what was noted at doors. The first word stays,
    except that a door knows when they came, and how many `guests` came along. One query.
    """
    who = by.id if by else None
    if here:
        await store.write_arrival(rsvp, who, door, guests, at)
    else:
        await store.delete_arrival(rsvp, who, as_host=as_host)


async def walk_in(
    door: Door,
    name: str,
    *,
    guests: int = 0,
    key: str = "",
    at: datetime | None = None,
    sent: datetime | None = None,
) -> None:
    """Write down somebody who came without an answer. They take no promised seat. The same key twice is one."""
    async with transaction():
        await _one_at_a_time(door)
        walk_in = WalkIn(
            key=key or new_key(),
            event=door.event,
            door=door.id,
            name=name,
            guests=guests,
            at=_pressed(door, at, sent),
        )
        await WalkIn.insert(walk_in).on_conflict(action="DO NOTHING")


async def walked_in(event: Event, name: str, *, guests: int = 0) -> None:
    """A host writes down, from the start on, somebody whom the door did not. When they came nobody knows."""
    await WalkIn.insert(WalkIn(key=new_key(), event=event.id, name=name, guests=guests))


async def take_back_walk_in(event: int, key: str) -> bool:
    """It was a mistake: the name is deleted, and that they came; a letter's link leads nowhere. Whether there is one.

    What stays is the key, so that the same mark sent late is not new.
    """
    theirs = (WalkIn.key == key) & (WalkIn.event == event)
    async with transaction():
        gone = WalkIn.update({WalkIn.name: "", WalkIn.guests: 0, WalkIn.left_at: None})
        rows = await gone.where(theirs).returning(WalkIn.rsvp)
        for row in rows:
            if row["rsvp"]:
                await note(row["rsvp"], here=False)
    return bool(rows)


async def forget_what_was_noted(now: datetime) -> None:
    """Delete marks and the names of who walked in, some days after the end. That people came is kept."""
    await store.forget_what_was_noted(now)


def early(event: Event, moment: datetime) -> bool:
    """Whether that is so long before the start that whoever lets people in is asked first."""
    return bool(event.starts_at - moment > EARLY)


def starts(event: Event) -> Words:
    """When an event starts, within a sentence: "on Thursday, 12 March 2026 at 19:00"."""
    # Translators: it stands in "It starts on Thursday, 12 March 2026 at 19:00."
    return pgettext(
        "when it starts",
        "on %(day)s at %(time)s",
        day=long_date(event.local_start),
        time=clock_time(event.local_start),
    )


def new_key() -> str:
    """A key for a mark that was not pressed on a device of its own: by a form without scripts."""
    return tokens.public_id() + tokens.public_id()


def _pressed(door: Door, at: datetime | None, sent: datetime | None) -> datetime:
    """When it was pressed: as long before now as the device says, not in the future, nor before there was a door."""
    now = clock.now()
    if at is None:
        return now
    # A page that was loaded before devices told when they send has put its clock right by the server's.
    ago = (sent or now) - at
    return now - min(max(ago, timedelta()), max(now - door.created_at, timedelta()))


async def _one_at_a_time(door: Door) -> None:
    """At each gathering, until the transaction ends: so marks are seen in the order of their numbers."""
    await lock_word("door", door.event)
