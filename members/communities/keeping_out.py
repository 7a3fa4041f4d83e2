"""Keeping somebody out: of a community here, of one gathering in `events.keeping_out`, by the same means.

A keeping-out is a row that says whom, since when, until when, and, for organisers, who did it and why. It meets the
person, and whoever signs in, answers or is invited with their address (whatever follows a + in it), known to
Kith or not. What they had there ends in the same transaction; wherever they try again they read the same sentence,
which names nobody. It ends by the clock, or is lifted.

Locks are taken in this order, so that nobody deadlocks: people, the community, its events by number, the rest.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from piccolo.columns.combination import WhereRaw

from members import queries, store
from members.communities import joining
from members.queries import Scope
from members.roles import may_keep_out
from members.store import KeepingOut
from members.tables import Community, Person
from server import clock
from server.db import transaction
from server.errors import Conflict, Forbidden, Refusal
from server.languages.messages import _
from server.ratelimit import at_most
from server.rows import rows_as
from server.statements import lock

KEPT = timedelta(days=365)  # How long one that has ended is remembered.


class StillKeptOut(Conflict):
    """An organiser wants to have somebody in whom they keep out."""

    sentence = _("They are kept out. Let them back in first, under “Kept out”.")


class CannotKeepOut(Refusal):
    """Oneself, nobody at all, or until a day that is over."""


@dataclass(frozen=True)
class Whom:
    """Who shall be kept out: somebody chosen by name, or whoever has an address that was typed."""

    email: str
    person: Person | None = None

    @classmethod
    def named(cls, person: Person) -> "Whom":
        """Somebody whom the organiser sees."""
        return cls(person.email, person)


@at_most("200 per day", "keeping out", of=lambda *_, by, **__: by.id)
async def keep_out(
    community: Community, whom: Whom, *, by: Person, note: str = "", until: datetime | None = None
) -> None:
    """Keep somebody out of a community and all its gatherings, and end what they have there.

    Again is harmless: the newer note and end count. Raises Forbidden for people they may not remove, LastOwner,
    CannotKeepOut.
    """
    async with transaction():
        people = await met(whom)
        await lock(Community, community.id)
        own = await queries.role_in(by, community.id)
        roles = {person.id: await queries.role_in(person, community.id) for person in people}
        if not all(may_keep_out(own, role) for role in roles.values()):
            raise Forbidden(_("Only an owner can keep out somebody with that role."))
        await write(Scope.of(community), whom, people, by=by, note=note, until=until)
        for person in people:
            await joining.end(person, community, roles[person.id], becomes="kept out")


async def lift(community: Community, public_id: str, *, by: Person) -> bool:
    """Keep them out no longer; nothing they had comes back. Twice is harmless. Returns whether there was one."""
    return await end(Scope.of(community), public_id, by=by)


async def forget_ended(before: datetime) -> None:
    """Delete those that ended before then, whether they were lifted or ran out."""
    await forget("kept_out", before)


async def forget_person(person: Person) -> None:
    """Keep only a digest of somebody. In the transaction that erases them."""
    await forget_address("kept_out", person)


# What both kinds share


async def met(whom: Whom) -> list[Person]:
    """Everybody in Kith whom it concerns, locked until the transaction ends, so that nothing begins for them."""
    named = Person.id == (whom.person.id if whom.person else None)
    same_mailbox = WhereRaw("mailbox(people.email) = mailbox({})", whom.email)
    return await rows_as(
        Person, Person.select().where(same_mailbox | named).order_by(Person.id).lock_rows("NO KEY UPDATE")
    )


async def write(
    scope: Scope, whom: Whom, people: list[Person], *, by: Person, note: str, until: datetime | None
) -> None:
    """Write it down, or what is new about it. The scope's own row is locked by the caller. Raises CannotKeepOut."""
    now = clock.now()
    if by.id in {person.id for person in people}:
        raise CannotKeepOut(_("That is you. You can leave instead."), field="email")
    if until is not None and until <= now:
        raise CannotKeepOut(
            _("That is over already. Choose a day to come, or none to keep them out for good."), field="until"
        )
    person, typed = (whom.person.id, "") if whom.person else (None, whom.email)
    await store.keep_out(scope, KeepingOut(person, whom.email, typed, note, until, by.id), now)


async def end(scope: Scope, public_id: str, *, by: Person) -> bool:
    """Lift one. Twice is harmless. Returns whether there is one."""
    return await store.lift(scope, public_id, by=by.id, now=clock.now())


async def forget(table: str, before: datetime) -> None:
    """Delete those of a table that ended before then."""
    await store.note_what_ran_out(table, clock.now())
    await store.forget_ended(table, before=before)


async def forget_address(table: str, person: Person) -> None:
    """Forget the typed address of somebody who is erased. What refers to them by a foreign key goes by itself."""
    await store.forget_address(table, person.email)
