"""Choosing whom hosts put on the list: a member of the community, or anybody by their address."""

from events.tables import Event
from members import queries as members_queries
from members.addresses import Addressee
from members.tables import Person
from rsvps.attending.by_letter import somebody
from rsvps.hosting import hosts, queries
from rsvps.hosting.invitations import MembersOnly
from rsvps.status.queries import Answered
from rsvps.tables import Rsvp
from server.db import transaction
from server.errors import Refusal
from server.languages.messages import _
from server.ratelimit import at_most


class NobodyToAdd(Refusal):
    """Somebody without an address, and no member."""

    sentence = _("Please choose a member, or give an e-mail address, so that they can be told.")
    field = "email"


@at_most("20 per hour", "invitations", of=lambda *_, by, **__: by.id)
async def add_chosen(
    event: Event, *, member: str, addressee: Addressee, guests: int, online: bool, by: Person
) -> tuple[Person, Rsvp]:
    """Put a member (by public id) on the list, or whoever has an address. Otherwise as `hosts.add`.

    Raises NobodyChosen; MembersOnly for somebody who could not see what they are put on the list of; and, if one of
    the two has blocked the other, the same as for somebody who wants no letters.
    """
    async with transaction():
        person = await _chosen(event, member, addressee, by=by)
        if await members_queries.are_blocked(by.id, person.id):
            raise hosts.MayNotBeWrittenTo
        if event.visibility == "members" and not await queries.all_belong(event.community, [person.id]):
            raise MembersOnly
        return person, await hosts.add(event, person, guests=guests, online=online, by=by)


@at_most("20 per hour", "invitations", of=lambda *_, by, **__: by.id)
async def put_back(found: Answered, *, by: Person) -> Rsvp:
    """Put who was taken off the list on it again, with the guests they had. Otherwise as `add_chosen`."""
    held = [step for step in await queries.history(found.rsvp, seen_by=by) if step.status != "withdrawn"]
    guests = held[-1].guests if held else 0
    async with transaction():
        if await members_queries.are_blocked(by.id, found.person.id):
            raise hosts.MayNotBeWrittenTo
        return await hosts.add(found.event, found.person, guests=guests, online=found.rsvp.online, by=by)


async def _chosen(event: Event, member: str, addressee: Addressee, *, by: Person) -> Person:
    members = await queries.members_named(event.community, [member], seen_by=by) if member else []
    if members:
        return members[0]
    if member or not addressee.email:
        raise NobodyToAdd
    return await somebody(addressee.email, name=addressee.name, zone=event.zone)
