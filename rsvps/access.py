"""How much the holder of an answer may see of its event; the road from an organiser to the answers of an event."""

from events.access import organised_event, sight, sight_by_link
from events.sight import Sight, Standing
from events.tables import Event
from members.queries import are_blocked
from members.tables import Person
from rsvps import queries
from rsvps.queries import Answered, Word
from rsvps.tables import Door
from server import clock, tokens
from server.errors import LinkExpired, NotFound


async def sight_of(found: Answered) -> Sight:
    """How much whose answer it is may see of its event now: for letters, and the page behind a link.

    At most two queries; none when it was asked before.
    """
    return await sight(found.person, found.event)


async def behind_link(found: Answered) -> Sight:
    """The same for whoever opens the link of an answer. Raises OutOfSight."""
    return await sight_by_link(found.person, found.event)


def standing(word: Word) -> Standing:
    """What somebody's answer makes them to the event. What was only typed in their name makes them nothing.

    Who said no themselves is still invited if a host once asked for them; whom a host took off the list, or turned
    down, is not.
    """
    if word.status == "going":
        return Standing.IN_THE_CALL if word.online else Standing.IN_THE_ROOM
    if word.status in {"declined", "withdrawn"}:
        return Standing.INVITED if word.own and word.wanted else Standing.STRANGER
    return Standing.INVITED if word.confirmed or word.invited else Standing.STRANGER


async def organised_answer(person: Person | None, public_id: str) -> Answered:
    """An answer to an event that somebody organises, unless a block is between them and whose it is.

    Raises NotFound, Forbidden, SignInNeeded.
    """
    found = await queries.answered_called(public_id)
    if found is None or (person and await are_blocked(person.id, found.person.id)):
        raise NotFound
    await organised_event(person, found.event.public_id)
    return found


class DoorEnded(LinkExpired):
    """Time, or an organiser, has ended a door link."""

    sentence = "This door link has ended. Whoever organises the gathering can make you a new one."


class DoorOfCancelled(DoorEnded):
    """The gathering does not take place, so nothing is to be done at its door."""

    sentence = "This gathering is cancelled, so its door link has ended. Thank you for being ready to help."


async def door(secret: str) -> tuple[Door, Event]:
    """A door by its secret, and its event. One query. Raises NotFound, DoorEnded.

    It is as good as the word of who made it: when they organise the gathering no more, it has ended.
    """
    found = await queries.door_of(tokens.digest(secret))
    if found is None:
        raise NotFound
    if found.door.revoked_at or found.door.expires_at <= clock.now() or not found.by_a_host:
        raise DoorEnded
    if found.event.status == "cancelled":
        raise DoorOfCancelled
    return found.door, found.event


async def knows_the_members(person: Person, event: Event) -> bool:
    """Whether somebody who organises an event may choose from its community's members.

    A co-host neither sees who they are, nor finds it out by trying: to what is for members only they invite nobody.
    """
    return (await sight(person, event)).organises_community
