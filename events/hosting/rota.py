"""Who hosts which evening of a series: members are asked about several in one letter, and answer each.

Whoever says yes is a co-host of that evening. Whoever cannot is seen there as such by its organisers until it is over;
nobody is told, and no reason is asked.
"""

from collections.abc import Sequence
from datetime import datetime

from events import contributions
from events import queries as events_queries
from events.hosting import co_hosts, mail, queries
from events.hosting.co_hosts import MOST, NoLongerAsked, TooManyHosts
from events.hosting.queries import AskedOnRota
from events.tables import CoHost, CoHostInvitation, Event, HostQuestion
from members.access import KeptOut
from members.communities.keeping_out import StillKeptOut
from members.tables import Person
from server import clock, tokens
from server.db import transaction
from server.errors import Refusal
from server.jobs import later
from server.languages.messages import _
from server.ratelimit import at_most
from server.statements import among


class NothingToAsk(Refusal):
    """They host all of it, were asked about it, or cannot."""

    sentence = _(
        "There is nothing left to ask: they host it, were asked already, or have said that they can’t."
    )
    status = 409


@at_most("20 per day", "invitations to host", of=lambda *_, by, **__: by.id)
async def ask(evenings: Sequence[Event], person: Person, *, by: Person) -> int:
    """Ask a member whether they would host these, in one letter; about how many they are asked.

    Not about those that they host, were asked about or cannot host. Raises NothingToAsk, TooManyHosts, StillKeptOut;
    TooMany. An address that has had its letters for today gets no other, and they find the question in their agenda.
    """
    writes = [await allows(person.email) for allows in contributions.letters_allowed]
    batch = tokens.public_id()
    async with transaction():
        # Sorted by id: two organisers who ask at once must not wait for each other.
        asked = [await _ask(event, person, batch, by=by) for event in sorted(evenings, key=_number)]
        if not any(asked):
            raise NothingToAsk(field="evenings")
        if all(writes):
            await later(mail.hosts_asked, batch)
    return sum(asked)


async def asked(token: str) -> list[AskedOnRota]:
    """What the link of such a letter asks, untouched. Raises NotFound, NoLongerAsked when nothing is left of it."""
    (batch,) = tokens.read(mail.SEVERAL, token)
    found = await queries.asked_in_batch(str(batch))
    if not found:
        raise NoLongerAsked
    return found


async def answer(token: str, person: Person, *, evening: str, can: bool) -> Event:
    """Host one of these evenings from now on, or say that one cannot. Twice is harmless.

    Raises NotFound; KeptOut; NoLongerAsked, also for somebody else than whom it was sent to;
    TooManyHosts.
    """
    (batch,) = tokens.read(mail.SEVERAL, token)
    there = await events_queries.found(evening, person)
    if there and there.part.kept_out:
        raise KeptOut
    if there and there.part.hosts and can:
        return there.event
    async with transaction():
        if there:
            # The event first, as whoever keeps somebody out of it does.
            await co_hosts.lock(there.event)
        for found in await queries.asked_in_batch(str(batch)):
            if found.event.public_id == evening and found.person.id == person.id:
                await (_begin(found, person) if can else _decline(found))
                return found.event
    raise NoLongerAsked


async def take_back(evenings: Sequence[Event], public_id: str) -> None:
    """Ask somebody, by name or by letter, about one of these no longer. What is answered stays; twice is harmless."""
    numbers = [event.id for event in evenings]
    question = (HostQuestion.public_id == public_id) & HostQuestion.declined_at.is_null()
    await HostQuestion.delete().where(question & among(HostQuestion.event, numbers))
    letter = CoHostInvitation.public_id == public_id
    await CoHostInvitation.delete().where(letter & among(CoHostInvitation.event, numbers))


async def forget_over(before: datetime) -> None:
    """Delete what was asked about evenings that were over by then."""
    await HostQuestion.delete().where(among(HostQuestion.id, await queries.questions_that_are_over(before)))


async def _begin(found: AskedOnRota, person: Person) -> None:
    await HostQuestion.delete().where(HostQuestion.id == found.question.id)
    await co_hosts.begin(found.event, person, by=found.inviter)


async def _decline(found: AskedOnRota) -> None:
    this = HostQuestion.id == found.question.id
    await HostQuestion.update({HostQuestion.declined_at: clock.now()}).where(this)


async def _ask(event: Event, person: Person, batch: str, *, by: Person) -> bool:
    await co_hosts.lock(event)
    if await events_queries.is_kept_out(event, person):
        raise StillKeptOut(field="person")
    if await CoHost.exists().where((CoHost.event == event.id) & (CoHost.person == person.id)):
        return False
    question = HostQuestion(event=event.id, person=person.id, asked_by=by.id, batch=batch)
    written = await HostQuestion.insert(question).on_conflict(action="DO NOTHING")
    if await HostQuestion.count().where(HostQuestion.event == event.id) > MOST:
        raise TooManyHosts(field="evenings")
    return bool(written)


def _number(event: Event) -> int:
    return int(event.id)
