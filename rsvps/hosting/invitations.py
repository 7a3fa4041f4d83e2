"""Invitations: an organiser asks people to come. It holds no seat and lets them see an event for invited people.

What comes of it tells nobody who has blocked whom, or wants no letters: such people are invited like all others, and
not written to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from events.hosting.keeping_out import still_kept_out
from events.tables import Event
from members.addresses import Addressee, Pasted, Unread, pasted
from members.tables import Person
from rsvps.attending.by_letter import somebody
from rsvps.hosting import queries
from rsvps.hosting.access import knows_the_members
from rsvps.letters import mail, unasked
from rsvps.seating import seats, store
from rsvps.seating.rules import AnswersClosed, closed
from rsvps.tables import HostLetter, Rsvp
from server import clock, tokens
from server.db import transaction
from server.errors import Refusal
from server.faults import Faults
from server.jobs import later_for_each
from server.languages.messages import _, ngettext
from server.ratelimit import at_most, limit

MOST_ADDRESSES = 200  # at once
MOST_A_DAY = "1000 per day"  # addresses that one person invites
LONGEST_PASTE = 50_000  # characters
MOST_WORDS = 1_000  # characters of one's own in the letter


class MembersOnly(Refusal):
    """Somebody who is no member is invited to what only members see."""

    sentence = _("This gathering is for members only. Let them join first, or change who may see it.")
    field = "emails"


class ForOrganisers(MembersOnly):
    """A co-host asks somebody to what only members see, and would learn by it who is one."""

    sentence = _("This gathering is for members only: its community’s organisers choose whom to ask.")


class NobodyChosen(Refusal):
    """An invitation to nobody."""

    sentence = _("Please choose somebody, or write an address.")
    field = "emails"


class NotUnderstood(Refusal):
    """Something was pasted that is no address, and whoever pasted it has not been told so yet."""

    field = "mended"


@dataclass(frozen=True)
class Chosen:
    """Whom a host chooses: members by their public ids, or all who have not answered; and whoever has the addresses
    that they pasted.

    Once they were `told` what of `emails` was not understood, it is left out; `mended` is what they wrote instead, and
    `meant` holds the proposals that they took.
    """

    members: Sequence[str] = ()
    all_members: bool = False
    emails: str = ""
    mended: str = ""
    meant: Sequence[str] = ()
    told: bool = False

    def read(self) -> Pasted:
        """Whose addresses these are, and what nobody has been told of yet."""
        first, then = pasted(self.emails), pasted(self.mended, trusting=True)
        meant = pasted("\n".join(self.meant), trusting=True)
        people: dict[str, Addressee] = {}
        for person in (*first.people, *then.people, *meant.people):
            people.setdefault(person.email, person)
        known = {bit.words for bit in first.unread}
        new = [bit for bit in then.unread if bit.words not in known]
        return Pasted(tuple(people.values()), (*(() if self.told else first.unread), *new))


@dataclass(frozen=True)
class Plan:
    """Whom an invitation would go to, and what was not understood. An address may be that of a chosen member."""

    members: Sequence[Person]
    addresses: Sequence[Addressee]
    unread: Sequence[Unread]

    @property
    def number(self) -> int:
        """How many people were chosen."""
        return len(self.members) + len(self.addresses)


@dataclass(frozen=True)
class Invited:
    """What came of it, as far as whoever invited may know: how many are invited now, and how many were before, or had
    answered."""

    new: int
    before: int = 0


async def plan(event: Event, chosen: Chosen, *, by: Person, words: str = "") -> Plan:
    """Whom that would be, and nothing more: nobody is asked. Raises as `invite_chosen`, but NotUnderstood."""
    if sentence := closed(event.status, over=event.over_at <= clock.now()):
        raise AnswersClosed(sentence)
    knows = await knows_the_members(by, event)
    if not knows and event.visibility == "members":
        raise ForOrganisers
    read = _read(chosen, words)
    members: Sequence[Person] = ()
    if knows and chosen.all_members:
        members = await queries.members_to_ask(event, seen_by=by)
    elif knows and chosen.members:
        members = await queries.members_named(event.community, chosen.members, seen_by=by)
    planned = Plan(members, read.people, read.unread)
    if not planned.number and not planned.unread:
        raise NobodyChosen
    known = await queries.people_at([person.email for person in read.people])
    if event.visibility == "members" and len(known) < len(read.people):
        raise MembersOnly
    await _check(event, [*members, *known], addresses={person.id: person.email for person in known})
    return planned


@at_most("20 per hour", "invitations", of=lambda *_, by, **__: by.id)
async def invite_chosen(event: Event, chosen: Chosen, *, by: Person, words: str = "") -> Invited:
    """Invite them, with words of one's own in the letter (Markdown). Otherwise as `invite`.

    Raises NobodyChosen; NotUnderstood; NotAllowed for too many addresses or words; ForOrganisers.
    """
    planned = await plan(event, chosen, by=by, words=words)
    if planned.unread:
        # Translators: bits of what was pasted, each of which should be an e-mail address
        sentence = ngettext(
            "%(num)s bit of it was not understood.",
            "%(num)s bits of it were not understood.",
            len(planned.unread),
        )
        raise NotUnderstood(sentence)
    if not planned.number:
        raise NobodyChosen
    await limit("addresses invited", str(by.id), MOST_A_DAY, cost=len(planned.addresses))
    async with transaction():
        typed = {
            email: await somebody(email, name=name, zone=event.zone) for name, email in planned.addresses
        }
        addresses = {person.id: email for email, person in typed.items()}
        people = {person.id: person for person in [*planned.members, *typed.values()]}
        before = len(await queries.asked_before(event.id, list(people), seen_by=by))
        letter = await _letter(event, by, words, planned.number - before) if words.strip() else None
        await invite(event, list(people.values()), by=by, addresses=addresses, letter=letter)
    return Invited(planned.number - before, before)


async def invite(
    event: Event,
    people: Sequence[Person],
    *,
    by: Person,
    addresses: Mapping[int, str] = MappingProxyType({}),
    letter: int | None = None,
) -> int:
    """Invite them, once each; nobody who has already answered. Returns how many were new. Five queries at most.

    `letter` holds the inviter's own words. An address that has had its letters for today is invited and not written to.
    Raises AnswersClosed, StillKeptOut, which names the one by the address that `by` typed (`addresses`, by person) or
    else by their name, and MembersOnly when somebody could not see what they are invited to.
    """
    if sentence := closed(event.status, over=event.over_at <= clock.now()):
        raise AnswersClosed(sentence)
    await _check(event, people, addresses=addresses)
    mailboxes = {person.id: person.email for person in people}
    # Counted before: what follows keeps others from answering while it lasts.
    known = await queries.asked_before(event.id, list(mailboxes), seen_by=None)
    may = await unasked.these_may_be_written_to([mailboxes[one] for one in mailboxes.keys() - known])
    async with transaction():
        new = await store.invite(event.id, list(mailboxes), by=by.id)
        written_to = [rsvp for rsvp, person in new.items() if mailboxes[person] in may]
        await later_for_each(mail.invitation, [[rsvp, letter] if letter else [rsvp] for rsvp in written_to])
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


def _read(chosen: Chosen, words: str) -> Pasted:
    """The addresses of what was pasted, if there are not too many of them."""
    faults = Faults()
    faults.text("emails", chosen.emails, most=LONGEST_PASTE)
    faults.text("mended", chosen.mended, most=LONGEST_PASTE)
    faults.text("words", words, most=MOST_WORDS)
    faults.refuse()
    read = chosen.read()
    if len(read.people) > MOST_ADDRESSES:
        faults.note(
            "emails",
            ngettext(
                "%(num)s address was read; at most %(most)s can be invited at once. Please take some out.",
                "%(num)s addresses were read; at most %(most)s can be invited at once. Please take some out.",
                len(read.people),
                most=MOST_ADDRESSES,
            ),
        )
    faults.refuse()
    return read


async def _check(event: Event, people: Sequence[Person], *, addresses: Mapping[int, str]) -> None:
    """That these people may be asked. Two queries at most."""
    numbers = [person.id for person in people]
    if event.visibility == "members" and not await queries.all_belong(event.community, numbers):
        raise MembersOnly
    if out := await queries.kept_out_among(event.id, numbers):
        address = addresses.get(out[0], "")
        name = next(person.name for person in people if person.id == out[0])
        field = "emails" if address else "people"
        raise await still_kept_out(event.id, out[0], field=field, called=address or name)


async def _letter(event: Event, by: Person, words: str, number: int) -> int:
    """Keep what somebody writes with invitations; its id."""
    letter = HostLetter(
        public_id=tokens.public_id(),
        event=event.id,
        by=by.id,
        to_whom="invitation",
        body=words,
        sent_to=number,
    )
    await letter.save()
    return int(letter.id)
