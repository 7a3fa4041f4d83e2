"""Co-hosts: people who organise one event, and nothing else of its community.

A member of the community is added by name, and hosts from then on. Whoever has an e-mail address is asked by a
letter, and hosts once they have signed in with that address and said yes: whether anybody has an account there is
nowhere to be seen, and between people of whom one has blocked the other the letter is not written.
"""

from datetime import datetime, timedelta

from piccolo.columns.combination import WhereRaw

from events import contributions
from events import queries as events_queries
from events.hosting import mail, queries
from events.hosting.queries import AskedToHost
from events.tables import CoHost, CoHostInvitation, Event, HostQuestion
from members import queries as members
from members.access import KeptOut
from members.communities.keeping_out import StillKeptOut
from members.tables import Person
from server import clock, tokens
from server.db import transaction
from server.errors import LinkExpired, NotFound, Refusal
from server.jobs import later
from server.languages.messages import _
from server.ratelimit import at_most
from server.statements import among, not_among

MOST = 20  # Co-hosts of one event, and addresses that are asked.
LASTS = timedelta(days=14)


class TooManyHosts(Refusal):
    """More than an event has use for."""

    sentence = _("A gathering can have %(most)s co-hosts at most. Take somebody off first.", most=MOST)
    status = 409


class NoLongerAsked(LinkExpired):
    """It was taken back, has expired, or is for another address."""

    sentence = _("This invitation to host has been taken back, or has expired. You can ask for a new one.")


async def add(event: Event, person: Person, *, by: Person) -> bool:
    """Have somebody host an event from now on, and tell them by a letter. Twice is harmless.

    Returns whether they did not host it before. Raises TooManyHosts, StillKeptOut.
    """
    async with transaction():
        await lock(event)
        if await events_queries.is_kept_out(event, person):
            raise StillKeptOut(field="person")
        number = await begin(event, person, by=by)
        if number:
            await later(mail.co_host, number)
        return number is not None


@at_most("20 per day", "invitations to host", of=lambda *_, by, **__: by.id)
async def invite(event: Event, email: str, *, by: Person) -> None:
    """Ask whoever has this address, by a letter with a link that lasts two weeks. Raises TooManyHosts, StillKeptOut.

    The same for every address, known or not; one that has had its letters for today gets no other.
    """
    writes = [await allows(email) for allows in contributions.letters_allowed]
    now = clock.now()
    async with transaction():
        await lock(event)
        if await queries.address_is_kept_out(event, email):
            raise StillKeptOut(field="email")
        number = await _ask(event, email.lower(), by=by, expires_at=now + LASTS)
        if await queries.number_asked_to_host(event, now=now) > MOST:
            raise TooManyHosts
        if all(writes):
            await later(mail.co_host_asked, number, key=f"co-host asked {number}")


async def asked(token: str, person: Person | None = None) -> AskedToHost:
    """The invitation behind a letter's link, untouched. Raises NotFound, KeptOut if the reader is, NoLongerAsked."""
    number, public_id = tokens.read(mail.CO_HOST, token)
    there = await events_queries.found(str(public_id), person) if person else None
    if there and there.part.kept_out:
        raise KeptOut
    found = await queries.asked_to_host(int(number))
    if found is None or found.invitation.expires_at <= clock.now():
        raise NoLongerAsked
    return found


async def accept(token: str, person: Person) -> Event:
    """Take an invitation up. Twice is harmless.

    Raises NotFound, KeptOut, and NoLongerAsked: also for somebody whose address is not the one it was sent to.
    """
    _, public_id = tokens.read(mail.CO_HOST, token)
    already = await events_queries.found(str(public_id), person)
    if already and already.part.kept_out:
        raise KeptOut
    if already and already.part.hosts:
        return already.event
    async with transaction():
        found = await asked(token)
        if found.invitation.email != person.email:
            raise NoLongerAsked
        # The event first, as whoever keeps somebody out of it does.
        await lock(found.event)
        await CoHostInvitation.delete().where(CoHostInvitation.id == found.invitation.id)
        if await events_queries.is_kept_out(found.event, person):
            raise KeptOut
        await begin(found.event, person, by=found.inviter)
        return found.event


async def take_back(event: Event, public_id: str) -> None:
    """Ask an address no longer: the link in its letter stops working. Twice is harmless."""
    asked = (CoHostInvitation.event == event.id) & (CoHostInvitation.public_id == public_id)
    await CoHostInvitation.delete().where(asked)


async def remove(event: Event, person: Person) -> bool:
    """Have somebody host an event no longer, at once. Twice is harmless: returns whether they did."""
    async with transaction():
        hosts = (CoHost.event == event.id) & (CoHost.person == person.id)
        removed = await CoHost.delete().where(hosts).returning(CoHost.id)
        if removed:
            await _end_hosting(event, person)
        return bool(removed)


async def forget(person: Person) -> None:
    """Delete what was asked of somebody's address. In the transaction that erases them."""
    await CoHostInvitation.delete().where(CoHostInvitation.email == person.email)


async def readdress(before: str, now: str) -> None:
    """Whoever was asked to host at an address is asked at their new one."""
    elsewhere = CoHostInvitation.select(CoHostInvitation.event).where(CoHostInvitation.email == now)
    twice = [row["event"] for row in await elsewhere]
    theirs = (CoHostInvitation.email == before) & not_among(CoHostInvitation.event, twice)
    await CoHostInvitation.update({CoHostInvitation.email: now}).where(theirs)


async def forget_asked(email: str, *, event: int | None = None, community: int | None = None) -> None:
    """No longer ask an address (whatever follows a + in it), or a member by it, to host this event, or any of a
    community."""
    asked = CoHostInvitation.event
    there = asked == event if event is not None else asked.community == community
    same_mailbox = WhereRaw("mailbox(email) = mailbox({})", email)
    await CoHostInvitation.delete().where(there & same_mailbox)
    asked_by_name = await queries.questions_to(email, event=event, community=community)
    await HostQuestion.delete().where(among(HostQuestion.id, asked_by_name))


async def _ask(event: Event, email: str, *, by: Person, expires_at: datetime) -> int:
    """The number of the invitation, which is a new one for somebody asked before."""
    asked = CoHostInvitation(event=event.id, email=email, invited_by=by.id, expires_at=expires_at)
    found = await CoHostInvitation.insert(asked).on_conflict(
        target=(CoHostInvitation.event, CoHostInvitation.email),
        action="DO UPDATE",
        values=[CoHostInvitation.invited_by, CoHostInvitation.created_at, CoHostInvitation.expires_at],
    )
    number: int = found[0]["id"]
    return number


async def begin(event: Event, person: Person, *, by: Person) -> int | None:
    """Have somebody host, within a transaction; the number of the new row, None for somebody who hosts already."""
    await lock(event)
    others = CoHost.count().where((CoHost.event == event.id) & (CoHost.person != person.id))
    if await others >= MOST:
        raise TooManyHosts
    host = CoHost(event=event.id, person=person.id, added_by=by.id)
    if not await CoHost.insert(host).on_conflict(action="DO NOTHING"):
        return None
    for beginning in contributions.hosting_beginnings:
        await beginning(person, [event.id], by)
    number: int = host.id
    return number


async def _end_hosting(event: Event, person: Person) -> None:
    """End the door links of a former co-host, unless they organise its community."""
    if not await members.organises(person, event.community):
        for ending in contributions.hosting_endings:
            await ending(person, [event.id])


async def lock(event: Event) -> None:
    """Lock an event for whoever decides who hosts it. Raises NotFound."""
    # One at a time, so that two organisers cannot both add the one before too many.
    if await events_queries.locked(event.id) is None:
        raise NotFound
