"""Keeping somebody out of one gathering, and what ends at gatherings when they part with its community.

`members.communities.keeping_out` says what keeping out is. What somebody has at a gathering belongs to packages to
the right: they put their share into `contributions.endings` and `contributions.hosting_endings`.
"""

from collections.abc import Sequence
from datetime import datetime

from events import contributions
from events import queries as events_queries
from events.hosting import co_hosts, queries
from events.tables import CoHost, Event
from members import store
from members.communities import keeping_out
from members.communities.keeping_out import StillKeptOut, Whom
from members.contributions import Parting
from members.queries import last_day
from members.tables import Person
from server import clock
from server.db import transaction
from server.errors import Forbidden, NotFound
from server.languages.messages import Text, _
from server.presentation import long_date
from server.ratelimit import at_most
from server.statements import among, lock


@at_most("200 per day", "keeping out", of=lambda *_, by, **__: by.id)
async def keep_out(
    event: Event, whom: Whom, *, by: Person, note: str = "", until: datetime | None = None
) -> None:
    """Keep somebody out of an event, and end what they have there. A co-host may, too.

    Again is harmless: the newer note and end count. Raises Forbidden for its organisers (and hosts, if `by`
    only hosts, too), CannotKeepOut, NotFound.
    """
    async with transaction():
        people = await keeping_out.met(whom)
        if await events_queries.locked(event.id) is None:
            raise NotFound
        own = (await events_queries.parts_in(by, [event.id]))[event.id]
        for person in people:
            part = (await events_queries.parts_in(person, [event.id]))[event.id]
            if person.id != by.id and not own.may_keep_out(part):
                raise Forbidden(_("They organise this gathering. Their role has to end first."))
        await keeping_out.write(events_queries.scope_of(event), whom, people, by=by, note=note, until=until)
        await co_hosts.forget_asked(whom.email, event=event.id)
        for person in people:
            await _end(person, [event.id])


async def lift(event: Event, public_id: str, *, by: Person) -> bool:
    """Keep them out no longer. Nothing they had comes back. Twice is harmless. Returns whether there was one."""
    return await keeping_out.end(events_queries.scope_of(event), public_id, by=by)


async def still_kept_out(event: int, person: int, *, field: str = "email", called: str = "") -> StillKeptOut:
    """What a host reads who wants to let in somebody kept out: until when.

    Where they chose several, `called` is what they chose this one by, and `field` where.
    """
    until, zone = await queries.kept_out_until(event, person)
    day = long_date(last_day(until, zone)) if until else None
    return StillKeptOut(_still_kept_out(called, day), field=field)


def _still_kept_out(called: str, day: Text | None) -> Text:
    if called and day:
        return _(
            "%(name)s is kept out until %(day)s. Let them back in first, under “Kept out”.",
            name=called,
            day=day,
        )
    if called:
        return _("%(name)s is kept out. Let them back in first, under “Kept out”.", name=called)
    if day:
        return _("They are kept out until %(day)s. Let them back in first, under “Kept out”.", day=day)
    return _("They are kept out. Let them back in first, under “Kept out”.")


async def part(parting: Parting) -> None:
    """What ends at a community's gatherings when somebody becomes less to it. In the transaction in which they do.

    Somebody kept out takes no part in anything to come; somebody gone, in nothing that is for members only. Neither
    is asked to host any more. The door links of former organisers end.
    """
    person, community, now = parting.person, parting.community, clock.now()
    if parting.becomes == "kept out":
        await CoHost.delete().where((CoHost.event.community == community) & (CoHost.person == person.id))
    for hosting_ending in contributions.hosting_endings:
        await hosting_ending(person, await queries.lately_hosted(community, person.id, now=now))
    if parting.becomes != "demoted":
        members_only = parting.becomes == "gone"
        events = await queries.locked_to_come(community, person.id, members_only=members_only, now=now)
        await co_hosts.forget_asked(person.email, community=community)
        await _take_no_part(person, events)


async def forget_ended(before: datetime) -> None:
    """Delete those that ended before then."""
    await keeping_out.forget("kept_out_of_events", before)


async def forget_person(person: Person) -> None:
    """Keep only a digest of somebody. In the transaction that erases them."""
    await keeping_out.forget_address("kept_out_of_events", person)


async def take_over(person: Person, guest: Person) -> None:
    """Whoever was kept out as a guest is kept out with their account."""
    await store.take_over_keepings_out("kept_out_of_events", "event", person.id, guest.id)


async def _end(person: Person, events: Sequence[int]) -> None:
    await CoHost.delete().where(among(CoHost.event, events) & (CoHost.person == person.id))
    for hosting_ending in contributions.hosting_endings:
        await hosting_ending(person, events)
    await _take_no_part(person, events)


async def _take_no_part(person: Person, events: Sequence[int]) -> None:
    # Locked first, as by everybody who answers, moves or helps at them.
    await lock(Event, *events)
    for ending in contributions.endings:
        await ending(person, events)
