"""How much the holder of an answer may see of its event; the road from an organiser to the answers of an event."""

from events.access import Sight, organised_event, sight
from events.contributions import Standing
from events.tables import Event
from members.tables import Person
from rsvps import queries
from rsvps.queries import Answered
from rsvps.tables import Door, Rsvp
from server import clock, tokens
from server.errors import LinkExpired, NotFound


def sight_of(found: Answered) -> Sight:
    """What an answer lets its holder see, whoever they are besides: all of it when they are going.

    For letters, calendars and the page behind a link, where nobody is signed in. What is for members only opens
    to nobody else by an answer.
    """
    event = found.event
    sees_it = event.visibility != "members" or found.belongs
    going = sees_it and found.rsvp.status == "going"
    return Sight(
        None, standing(found.rsvp), False, sees_it, going or (sees_it and event.address_public), going
    )


def standing(rsvp: Rsvp) -> Standing:
    """What somebody's answer makes them to the event. What was only typed in their name makes them nothing."""
    if rsvp.status == "going":
        return Standing.COMING
    answered = rsvp.confirmed and rsvp.status not in {"declined", "withdrawn"}
    return Standing.INVITED if answered or rsvp.invited_at else Standing.STRANGER


async def organised_answer(person: Person | None, public_id: str) -> Answered:
    """An answer to an event that somebody organises. Raises NotFound, Forbidden, SignInNeeded."""
    found = await queries.answered_called(public_id)
    if found is None:
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
    """A door by its secret, and its event. One query. Raises NotFound, DoorEnded."""
    found = await queries.door_of(tokens.digest(secret))
    if found is None:
        raise NotFound
    if found[0].revoked_at or found[0].expires_at <= clock.now():
        raise DoorEnded
    if found[1].status == "cancelled":
        raise DoorOfCancelled
    return found


async def knows_the_members(person: Person, event: Event) -> bool:
    """Whether somebody who organises an event may choose from its community's members.

    A co-host neither sees who they are, nor finds it out by trying: to what is for members only they invite nobody.
    """
    return (await sight(person, event)).organises_community
