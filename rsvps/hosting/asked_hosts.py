"""That people ask to come, told to the hosts by letter: once for all who ask within a while, and seldom.

Three pieces of due work, one after the other. `note` is written down with the answer itself; it gives each host a
row of their own, which waits a little for others who ask; `tell` has the letter written when that time has come, and
leaves a row behind that keeps the next one away for an hour. Each host has their own rows because of blocks: who is
hidden from a host changes neither that host's letters nor when they come.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from events import queries as events_queries
from events.access import view
from events.card import card
from events.tables import Event
from members import queries as members_queries
from members.letters.letters_wanted import ORGANISERS, unsubscribe_address, wants
from members.letters.receivers import address_of
from members.tables import Person
from rsvps.hosting import queries, roster
from rsvps.letters import writing
from rsvps.seating.room import Step
from server import clock, jobs
from server.db import transaction
from server.languages.messages import Listed, Words, ngettext, npgettext
from server.mail import Letter, letter
from server.pages import absolute

SOON = timedelta(minutes=10)  # From the first who asks to the letter; others who ask by then are in it.
QUIET = timedelta(hours=1)  # From one letter to the next.
NAMED = 5  # So many are named in it.


def after_step(step: Step) -> Iterable[jobs.Job]:
    """What a step of an answer calls for: that hosts are told when somebody asks to come."""
    return [note] if step.after.status == "requested" != step.before.status else []


@jobs.job("rsvps.note_who_asks", formerly="rsvps.asked_hosts.note")
async def note(step: int) -> None:
    """Have those who host a gathering told of a step (by its number) with which somebody asks to come.

    A host who is already due to hear of others hears of both at the time that was set. Two queries.
    """
    hosts = await queries.hosts_to_tell(step)
    if hosts:
        work = {_key(each.event, each.person): [each.event, each.person, 0] for each in hosts}
        await jobs.later_once(tell, work, at=hosts[0].at + SOON)


@jobs.job("rsvps.tell_hosts_who_asks", formerly="rsvps.asked_hosts.tell")
async def tell(event: int, host: int, told: int) -> None:
    """Have a letter written to a host if somebody has asked after the step `told`, and nothing for an hour then."""
    async with transaction():
        # Before looking: whoever asks from now on writes a row of their own, and waits for ours to be gone.
        if not await jobs.finish_here():
            return
        newest = await queries.newest_who_asks(event, host)
        if newest > told:
            key = _key(event, host)
            await jobs.later(asked_hosts, event, host, key=f"{key} letter")
            await jobs.later(tell, event, host, newest, at=clock.now() + QUIET, key=key)


@letter("rsvps/asked_hosts", until=writing.until_end, formerly="rsvps.asked_hosts.asked_hosts")
async def asked_hosts(event: int, host: int) -> Letter | None:
    """People ask to come: how many, some names, and the way to them. Nothing of what they wrote.

    Not written when nobody waits for a host, nor to former hosts or those who want no letters of this kind.
    """
    found, person = await events_queries.event_by_id(event), await members_queries.person_by_id(host)
    if found is None or person is None or not await _concerns(found, person):
        return None
    counts = await roster.counts(event, host)
    number = counts.get("requested", 0)
    if not number:
        return None
    page = await roster.page(event, host, roster.RosterFilter(status="requested"), counts, most=NAMED)
    return Letter(
        to=await address_of(person, found.community),
        context={
            "event": found,
            "number": number,
            "who": _who([row.name for row in page.rows if row.name], number),
            "title": found.title,
            "card": await card(found, shows_address=True),
            "page": absolute("events:event", event=found.public_id),
            "queue": absolute("rsvps:people", event=found.public_id, query={"status": "requested"}),
        },
        unsubscribe=unsubscribe_address(person.id, ORGANISERS),
        kind=ORGANISERS,
    )


def _key(event: int, host: int) -> str:
    return f"asked hosts {event} {host}"


async def _concerns(event: Event, person: Person) -> bool:
    """Whether there is something to decide, and they decide it and wish to be written to."""
    if event.status != "published":
        return False
    return (await view(person, event)).organises and await wants(person.id, ORGANISERS)


def _who(names: Sequence[str], number: int) -> Words:
    """Some names and how many more there are: "Bo, Cleo and 2 more"."""
    if not names:
        return ngettext("%(num)s person", "%(num)s people", number)
    others = number - len(names)
    # Translators: people after some names: "Bo, Cleo and 2 more"
    more = [npgettext("people", "%(num)s more", "%(num)s more", others)] if others > 0 else []
    return Listed((*names, *more), "standard")
