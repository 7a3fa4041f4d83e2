"""Letters as their receivers will read them, for whoever is about to send them.

Nothing is sent. Their links lead to the gathering's page: an answer's own link is its holder's alone.
"""

from dataclasses import replace
from typing import Any

from events.tables import Event
from events.view import EventView, Relation
from members.queries import community_by_id
from members.tables import Person
from rsvps.letters import writing
from rsvps.status.queries import Answered
from rsvps.tables import Rsvp
from server import clock, lettering
from server.lettering import Words
from server.mail import Address
from server.pages import absolute


async def invitation(event: Event, *, to: Address, by: Person, words: str) -> Words:
    """What somebody reads who is invited with these words. One query."""
    found = await _somebody(event, "invited")
    return await _rendered("rsvps/invitation", found, to, **writing.inviting(found, by, words))


async def from_organiser(event: Event, *, to_whom: str, by: Person, subject: str, body: str) -> Words:
    """What those read whose answer is this one, or who are going if it is `everybody`. One query."""
    found = await _somebody(event, "going" if to_whom == "everybody" else to_whom)
    said = {"subject": subject, "body": body, "written_at": clock.now()}
    return await _rendered(
        "rsvps/from_organiser", found, Address("", ""), organiser=writing.named(by, found), **said
    )


async def _somebody(event: Event, status: str) -> Answered:
    community = await community_by_id(event.community)
    rsvp = Rsvp(id=0, public_id="", event=event.id, person=0, status=status)
    return Answered(
        rsvp, event, Person(id=0, public_id="", email=""), community.name if community else "", None
    )


async def _rendered(name: str, found: Answered, to: Address, **said: Any) -> Words:
    sees = EventView(None, Relation.INVITED, False, True, found.event.address_public, False)
    page = absolute("events:event", event=found.event.public_id)
    about = replace(await writing.describe(found, sees), page=page, link=page)
    return lettering.write(name, {"to": to, "unsubscribe": page, **writing.context(found, about, **said)})
