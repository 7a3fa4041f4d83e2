"""Invitations: an organiser asks people to come. It holds no seat and lets them see an event for invited people."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from events.hosting.keeping_out import still_kept_out
from events.tables import Event
from members.tables import Person
from rsvps.attending.by_letter import somebody
from rsvps.hosting import queries
from rsvps.letters import mail, unasked
from rsvps.seating import seats, store
from rsvps.seating.rules import AnswersClosed, closed
from rsvps.tables import Rsvp
from server import clock
from server.db import transaction
from server.errors import Refusal
from server.jobs import later_for_each
from server.ratelimit import at_most


class MembersOnly(Refusal):
    """Somebody who is no member is invited to what only members see."""

    sentence = "This gathering is for members only. Let them join first, or change who may see it."
    field = "emails"


class ForOrganisers(MembersOnly):
    """A co-host asks somebody to what only members see, and would learn by it who is one."""

    sentence = "This gathering is for members only: its community’s organisers choose whom to ask."


class NobodyChosen(Refusal):
    """An invitation to nobody."""

    sentence = "Please choose somebody, or write an address."
    field = "emails"


@at_most("20 per hour", "invitations", of=lambda *_, by, **__: by.id)
async def invite_chosen(event: Event, *, members: Sequence[str], emails: Sequence[str], by: Person) -> int:
    """Invite members of the community (by public id) and people with these addresses. Otherwise as `invite`."""
    async with transaction():
        chosen = await queries.members_named(event.community, members, seen_by=by)
        typed = {email: await somebody(email, zone=event.zone) for email in emails}
        people = {person.id: person for person in [*chosen, *typed.values()]}
        if not people:
            raise NobodyChosen
        addresses = {person.id: email for email, person in typed.items()}
        return await invite(event, list(people.values()), by=by, addresses=addresses)


async def invite(
    event: Event, people: Sequence[Person], *, by: Person, addresses: Mapping[int, str] = MappingProxyType({})
) -> int:
    """Invite them, once each; nobody who has already answered. Returns how many were new.

    An address that has had its letters for today is invited and not written to. Raises AnswersClosed,
    StillKeptOut, which names the one by the address that `by` typed (`addresses`, by person) or else by their name,
    and MembersOnly when somebody could not see what they are invited to.
    """
    if sentence := closed(event.status, over=event.over_at <= clock.now()):
        raise AnswersClosed(sentence)
    if event.visibility == "members" and not await queries.all_belong(
        event.community, [p.id for p in people]
    ):
        raise MembersOnly
    if out := await queries.kept_out_among(event.id, [person.id for person in people]):
        address = addresses.get(out[0], "")
        name = next(person.name for person in people if person.id == out[0])
        field = "emails" if address else "people"
        raise await still_kept_out(event.id, out[0], field=field, called=address or name)
    async with transaction():
        new = await store.invite(event.id, [person.id for person in people], by=by.id)
        mailboxes = {person.id: person.email for person in people}
        may = await unasked.these_may_be_written_to([mailboxes[person] for person in new.values()])
        await later_for_each(
            mail.invitation, [[rsvp] for rsvp, person in new.items() if mailboxes[person] in may]
        )
    return len(new)


async def withdraw(rsvp: Rsvp) -> bool:
    """Take an invitation back that nobody has answered: it is gone, and its link with it. Whether there was one.

    A seat that is held for what was typed with its address comes free.
    """
    async with transaction():
        await store.lock(rsvp.event, seats.LOCK)
        gone = await store.drop_invitation(rsvp.id)
        if gone:
            await seats.settle(rsvp.event)
    return gone
