"""Keeping somebody out: of a community here, of one gathering in `events.keeping_out`, by the same means.

A keeping-out is a row that says whom, since when, until when, and, for organisers, who did it and why. It meets the
person, and whoever signs in, answers or is invited with their address (whatever stands behind a + in it), known to
Kith or not. What they had there ends in the same transaction; wherever they try again they read the same sentence,
which names nobody. It ends by the clock, or is lifted.

Locks are taken in this order, so that nobody deadlocks: people, the community, its events by number, the rest.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from members import joining, queries
from members.queries import Scope
from members.roles import may_keep_out
from members.tables import Community, Person
from server import clock, db, tokens
from server.db import transaction
from server.errors import Conflict, Forbidden, Refusal

KEPT = timedelta(days=365)  # How long one that has ended is remembered.


class StillKeptOut(Conflict):
    """An organiser wants to have somebody in whom they keep out."""

    sentence = "They are kept out. Lift that first, under “Kept out”."


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


async def keep_out(
    community: Community, whom: Whom, *, by: Person, note: str = "", until: datetime | None = None
) -> None:
    """Keep somebody out of a community and all its gatherings, and end what they have there.

    Again is harmless: the newer note and end count. Raises Forbidden for who is not theirs to remove, LastOwner,
    CannotKeepOut.
    """
    async with transaction():
        people = await met(whom)
        await joining.lock([community.id])
        own = await queries.role_in(by, community.id)
        roles = {person.id: await queries.role_in(person, community.id) for person in people}
        if not all(may_keep_out(own, role) for role in roles.values()):
            raise Forbidden("Only an owner can keep out somebody with that role.")
        await write(Scope.of(community), whom, people, by=by, note=note, until=until)
        for person in people:
            await joining.end(person, community, roles[person.id], becomes="kept out")


async def lift(community: Community, public_id: str, *, by: Person) -> bool:
    """Keep them out no longer; nothing they had comes back by it. Twice is harmless: whether there was such a one."""
    return await end(Scope.of(community), public_id, by=by)


async def forget_ended() -> None:
    """Delete those that ended a year ago, whether they were lifted or ran out."""
    await forget("kept_out")


async def forget_person(person: Person) -> None:
    """Keep no more of somebody than the digest. In the transaction that erases them."""
    await forget_address("kept_out", person)


# What both kinds share


async def met(whom: Whom) -> list[Person]:
    """Everybody in Kith whom it meets, locked until the transaction ends, so that nothing begins for them meanwhile."""
    rows = await db.rows(
        """
        SELECT * FROM people WHERE mailbox(email) = mailbox($1) OR id = $2 ORDER BY id FOR NO KEY UPDATE
        """,
        whom.email,
        whom.person.id if whom.person else None,
    )
    return [queries.person_from(row) for row in rows]


async def write(
    scope: Scope, whom: Whom, people: list[Person], *, by: Person, note: str, until: datetime | None
) -> None:
    """Write it down, or what is new about it. The scope's own row is locked by whoever calls. Raises CannotKeepOut."""
    now = clock.now()
    if by.id in {person.id for person in people}:
        raise CannotKeepOut("That is you. You can leave instead.", field="email")
    if until is not None and until <= now:
        raise CannotKeepOut(
            "That is over already. Choose a day to come, or none to keep them out for good.", field="until"
        )
    person = whom.person.id if whom.person else None
    email = "" if whom.person else whom.email
    key = queries.mailbox_key()
    await _note_what_ran_out(scope.table, now)
    known = await db.value(
        f"""
        UPDATE {scope.table} SET note = $5, until = $6, person = coalesce(person, $2), by = $7
        WHERE {scope.column} = $1 AND ended_at IS NULL AND (person = $2 OR address = mailbox_digest($3, $4))
        RETURNING true
        """,  # noqa: S608 - names of our own, as below
        scope.id, person, whom.email, key, note, until, by.id,
    )  # fmt: skip
    if not known:
        await db.run(
            f"""
            INSERT INTO {scope.table} (public_id, {scope.column}, person, address, email, note, by, since, until)
            VALUES ($1, $2, $3, mailbox_digest($4, $5), $6, $7, $8, $9, $10)
            """,  # noqa: S608
            tokens.public_id(), scope.id, person, whom.email, key, email, note, by.id, now, until,
        )  # fmt: skip


async def end(scope: Scope, public_id: str, *, by: Person) -> bool:
    """Lift one. Twice is harmless: whether there is such a one."""
    found = await db.value(
        f"""
        UPDATE {scope.table} SET lifted_by = CASE WHEN ended_at IS NULL THEN $3 ELSE lifted_by END,
            ended_at = coalesce(ended_at, $4)
        WHERE {scope.column} = $1 AND public_id = $2 RETURNING true
        """,  # noqa: S608
        scope.id,
        public_id,
        by.id,
        clock.now(),
    )
    return bool(found)


async def forget(table: str) -> None:
    """Delete those of a table that ended long ago."""
    now = clock.now()
    await _note_what_ran_out(table, now)
    await db.run(f"DELETE FROM {table} WHERE ended_at < $1", now - KEPT)  # noqa: S608


async def forget_address(table: str, person: Person) -> None:
    """Forget the address that was typed, of who is erased. What the row holds by a foreign key goes by itself."""
    await db.run(
        f"UPDATE {table} SET email = '' WHERE email <> '' AND mailbox(email) = mailbox($1)",  # noqa: S608
        person.email,
    )


async def _note_what_ran_out(table: str, now: datetime) -> None:
    await db.run(f"UPDATE {table} SET ended_at = until WHERE ended_at IS NULL AND until <= $1", now)  # noqa: S608
