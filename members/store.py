"""What the members' package writes in raw SQL: keepings-out, of whichever table a scope names, and strangers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from members.queries import Scope, mailbox_key, person_from
from members.tables import Person
from server import clock, db, tokens


@dataclass(frozen=True)
class KeepingOut:
    """Whom (one's id, or none, and an address), why, until when (None: for good) and by whom (an id).

    `typed` is the address as it was typed; empty for somebody chosen by name.
    """

    person: int | None
    email: str
    typed: str
    note: str
    until: datetime | None
    by: int


async def keep_out(scope: Scope, whom: KeepingOut, now: datetime) -> None:
    """Write it down, or what is new about one that holds. The scope's own row is locked by the caller."""
    await note_what_ran_out(scope.table, now)
    if not await _renew(scope, whom):
        await _begin(scope, whom, now)


async def _renew(scope: Scope, whom: KeepingOut) -> bool:
    known = await db.value(
        f"""
        UPDATE {scope.table} SET note = $5, until = $6, person = coalesce(person, $2), by = $7
        WHERE {scope.column} = $1 AND ended_at IS NULL AND (person = $2 OR address = mailbox_digest($3, $4))
        RETURNING true
        """,  # noqa: S608 - names of our own, as below
        scope.id, whom.person, whom.email, mailbox_key(), whom.note, whom.until, whom.by,
    )  # fmt: skip
    return bool(known)


async def _begin(scope: Scope, whom: KeepingOut, now: datetime) -> None:
    await db.run(
        f"""
        INSERT INTO {scope.table} (public_id, {scope.column}, person, address, email, note, by, since, until)
        VALUES ($1, $2, $3, mailbox_digest($4, $5), $6, $7, $8, $9, $10)
        """,  # noqa: S608
        tokens.public_id(), scope.id, whom.person, whom.email, mailbox_key(), whom.typed, whom.note, whom.by, now,
        whom.until,
    )  # fmt: skip


async def lift(scope: Scope, public_id: str, *, by: int, now: datetime) -> bool:
    """End one. Twice is harmless. Returns whether there is one."""
    found = await db.value(
        f"""
        UPDATE {scope.table} SET lifted_by = CASE WHEN ended_at IS NULL THEN $3 ELSE lifted_by END,
            ended_at = coalesce(ended_at, $4)
        WHERE {scope.column} = $1 AND public_id = $2 RETURNING true
        """,  # noqa: S608
        scope.id,
        public_id,
        by,
        now,
    )
    return bool(found)


async def note_what_ran_out(table: str, now: datetime) -> None:
    """Those whose time is over end when it was."""
    await db.run(f"UPDATE {table} SET ended_at = until WHERE ended_at IS NULL AND until <= $1", now)  # noqa: S608


async def forget_ended(table: str, *, before: datetime) -> None:
    """Delete those that ended before this moment."""
    await db.run(f"DELETE FROM {table} WHERE ended_at < $1", before)  # noqa: S608


async def forget_address(table: str, email: str) -> None:
    """Forget an address where it was typed, however it was written."""
    await db.run(
        f"UPDATE {table} SET email = '' WHERE email <> '' AND mailbox(email) = mailbox($1)",  # noqa: S608
        email,
    )


async def stranger(email: str, *, name: str, zone: str, language: str, known: str) -> Person:
    """The person with this address, made if nobody had. See `strangers.by_address`."""
    row = await db.row(
        f"""
        INSERT INTO people (public_id, email, name, zone, language, created_at) VALUES ($1, $2, $3, $4, $6, $5)
        ON CONFLICT (email) DO UPDATE SET name = CASE
            WHEN $3 <> '' AND people.signed_in_at IS NULL AND NOT {known} THEN $3 ELSE people.name END,
            language = CASE
            WHEN people.language = '' AND people.signed_in_at IS NULL THEN $6 ELSE people.language END
        RETURNING *
        """,  # noqa: S608 - a condition of our own
        tokens.public_id(),
        email,
        name,
        zone,
        clock.now(),
        language,
    )
    assert row is not None
    return person_from(row)


async def forget_strangers(people: Sequence[int], *, known: str) -> None:
    """Delete those of these people who are known by nothing. See `strangers.forget`."""
    await db.run(
        f"""
        DELETE FROM people WHERE id = ANY($1) AND signed_in_at IS NULL AND NOT {known}
            AND NOT EXISTS (SELECT FROM memberships WHERE person = people.id)
            AND NOT EXISTS (SELECT FROM letter_refusals WHERE person = people.id)
            AND NOT EXISTS (SELECT FROM blocks WHERE people.id IN (blocker, blocked))
        """,  # noqa: S608 - a condition of our own
        list(people),
    )


async def take_over(person: Person, guest: Person) -> None:
    """A guest turns out to be somebody with an account: blocks, letters refused and keepings-out become theirs."""
    await db.run(
        """
        UPDATE letter_refusals SET person = $1 WHERE person = $2
            AND kind NOT IN (SELECT kind FROM letter_refusals AS own WHERE own.person = $1)
        """,
        person.id,
        guest.id,
    )
    for one, other in (("blocker", "blocked"), ("blocked", "blocker")):
        await db.run(
            f"""
            UPDATE blocks SET {one} = $1 WHERE {one} = $2 AND {other} <> $1
                AND NOT EXISTS (SELECT FROM blocks AS own WHERE own.{one} = $1 AND own.{other} = blocks.{other})
            """,  # noqa: S608 - columns of our own
            person.id,
            guest.id,
        )
    await take_over_keepings_out("kept_out", "community", person.id, guest.id)


async def take_over_keepings_out(table: str, scope: str, person: int, guest: int) -> None:
    """Whoever was kept out as a guest is kept out with their account. The digest of the address stays."""
    await db.run(
        f"""
        UPDATE {table} SET person = $1 WHERE person = $2 AND NOT EXISTS (
            SELECT FROM {table} AS own
            WHERE own.person = $1 AND own.{scope} = {table}.{scope} AND own.ended_at IS NULL
        )
        """,  # noqa: S608 - names of our own
        person,
        guest,
    )
