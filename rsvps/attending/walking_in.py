"""Coming without an answer: whoever says at the door who they are belongs to those who came, and to the morning after.

They scan a poster, or type on a helper's phone. Who is signed in is noted at once. What is typed counts when the owner
of the address confirms it by a letter's link: then they came when it was typed. Until then nobody sees anything of it,
and after seven days it is gone. Whoever types an address learns nothing of it, and nothing happens with one that is
kept out.
"""

from datetime import datetime

from events.access import view
from events.queries import is_kept_out
from events.tables import Event
from members import strangers
from members.access import KeptOut
from members.tables import Person
from rsvps.announcements import WalkedIn
from rsvps.attending import by_letter, queries
from rsvps.door import arrivals
from rsvps.door import store as door_store
from rsvps.letters import links, unasked, walk_ins
from rsvps.letters import queries as letters
from rsvps.letters.queries import LeftAddress
from rsvps.seating import store
from rsvps.tables import Arrival, Door, WalkIn
from server import clock
from server.db import transaction
from server.errors import LinkExpired
from server.jobs import announce, later
from server.languages.language import spoken
from server.languages.messages import _
from server.ratelimit import at_most
from server.statements import lock


class NoSuchWalkIn(LinkExpired):
    """The link was good, and what it was about is not kept any more."""

    sentence = _("What this link was for is not kept any more. Whoever was at the door can tell you more.")


@at_most("20 per hour", "walk-in", of=lambda *_, email, **__: email)
@at_most("300 per hour", "walk-ins of", of=lambda _door, event, **__: event.id)
@at_most("200 per 15 minutes", "walk-ins from", of=lambda *_, origin=None, **__: origin)
async def leave_address(
    door: Door,
    event: Event,
    *,
    name: str,
    email: str,
    guests: int = 0,
    walk_in: WalkIn | None = None,
    origin: str | None = None,
) -> None:
    """Somebody is here, says who typed this; write to the address to have it confirmed.

    `walk_in`: whom a helper has written down before. At most three letters a day go to one address, and one a minute
    about one event; beyond that nothing is said. Raises TooMany.
    """
    async with transaction():
        person = await by_letter.somebody(email, name=name, zone=event.zone, language=spoken().code)
        if await _may_not(event, person):
            await strangers.forget([person.id], known=queries.ANSWERED)
            return
        number = await _left(door, event, person, guests, walk_in)
        again = await unasked.one_more(f"{event.id} {person.email}", "1 per minute")
        if again and await unasked.may_be_written_to(person.email):
            await later(walk_ins.came, number, key=f"came {number}")


@at_most("20 per hour", "walk-in", of=lambda *_, person, **__: person.id)
async def come(door: Door, event: Event, *, person: Person, guests: int = 0) -> None:
    """Somebody who is signed in is here. Twice is harmless; nothing happens for people who take no part here."""
    if await _may_not(event, person):
        return
    async with transaction():
        number = await _left(door, event, person, guests, None)
        await _came(await _locked(number), event, person)


async def found(token: str) -> LeftAddress:
    """Who left their address, by the link in their letter, untouched. Raises NotFound, LinkExpired, KeptOut."""
    left = await _behind(token)
    if left is None or left.event.status != "published":
        raise NoSuchWalkIn
    if await is_kept_out(left.event, left.person):
        raise KeptOut
    return left


async def confirm(token: str) -> LeftAddress:
    """They were there. Twice is harmless. Raises as `found` does."""
    left = await found(token)
    async with transaction():
        await strangers.hear(left.person)
        await unasked.welcome_again(left.person.email)
        await _came(await _locked(left.walk_in.id), left.event, left.person)
    return left


async def never_again(token: str) -> None:
    """It was not me: forget what was typed, and write no more letters that others can cause. Twice is harmless."""
    left = await _behind(token)
    if left is None:
        return
    async with transaction():
        await unasked.never_again(left.person.email)
        if not left.walk_in.rsvp:
            await WalkIn.update({WalkIn.person: None, WalkIn.left_at: None}).where(
                WalkIn.id == left.walk_in.id
            )
            await strangers.forget([left.person.id], known=queries.ANSWERED)


async def forget_unconfirmed(before: datetime) -> None:
    """Forget addresses from before then that nobody has confirmed, and the people who are known by nothing else."""
    people = await door_store.forget_left(before)
    await strangers.forget(people, known=queries.ANSWERED)


async def forget(person: Person) -> None:
    """Delete the name under which somebody was written down, wherever it was. In the caller's transaction."""
    await WalkIn.update({WalkIn.name: "", WalkIn.guests: 0}).where(WalkIn.person == person.id)


async def _behind(token: str) -> LeftAddress | None:
    number, person = links.read_came(token)
    left = await letters.left_address(number)
    # Somebody else may have left theirs with the same walk-in since then.
    return left if left and left.person.id == person else None


async def _may_not(event: Event, person: Person) -> bool:
    """Whether they take no part here: kept out, or nobody whom a gathering for members is for."""
    if await is_kept_out(event, person):
        return True
    return event.visibility == "members" and not (await view(person, event)).sees_it


async def _left(door: Door, event: Event, person: Person, guests: int, walk_in: WalkIn | None) -> int:
    """Note whose address it is: with whom a helper wrote down, or with what was noted of them before, or anew."""
    if walk_in is None:
        theirs = (WalkIn.event == event.id) & (WalkIn.person == person.id) & WalkIn.left_at.is_not_null()
        walk_in = await WalkIn.objects().where(theirs).order_by(WalkIn.id).first()
    now = clock.now()
    if walk_in is None:
        walk_in = WalkIn(
            key=arrivals.new_key(),
            event=event.id,
            door=door.id,
            guests=guests,
            at=now,
            person=person.id,
            left_at=now,
        )
        await walk_in.save()
    elif not walk_in.rsvp:
        await WalkIn.update({WalkIn.person: person.id, WalkIn.left_at: now}).where(WalkIn.id == walk_in.id)
    return int(walk_in.id)


async def _locked(walk_in: int) -> WalkIn:
    await lock(WalkIn, walk_in, strength="UPDATE")
    noted = await WalkIn.objects().get(WalkIn.id == walk_in)
    if noted is None:
        raise NoSuchWalkIn
    return noted


async def _came(walk_in: WalkIn, event: Event, person: Person) -> None:
    """They came, as of when it was noted; whoever has answered came with their answer, and is not counted twice."""
    if walk_in.rsvp:
        return
    rsvp, answered = await store.walked_in(event.id, person.id)
    noted_before = await WalkIn.exists().where((WalkIn.rsvp == rsvp) & (WalkIn.name != ""))
    name = "" if answered or noted_before else person.name or walk_in.name
    await WalkIn.update({WalkIn.rsvp: rsvp, WalkIn.name: name}).where(WalkIn.id == walk_in.id)
    if not await Arrival.exists().where(Arrival.rsvp == rsvp):
        await arrivals.note(rsvp, here=True, door=walk_in.door, guests=walk_in.guests, at=walk_in.at)
    await announce(WalkedIn(event.id, person.id))
