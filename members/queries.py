"""What we ask about people and communities. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from members.roles import Action, may, those_who_may
from members.tables import Community, Person
from server import db

# People


async def person_of_session(secret: bytes, *, now: datetime) -> tuple[Person, int, datetime] | None:
    """Who is signed in by the session with this digest, its id, and when it was last seen. One query."""
    found = await db.row(
        """
        SELECT people.*, sessions.id AS session, sessions.seen_at FROM sessions
        JOIN people ON people.id = sessions.person
        WHERE sessions.secret = $1 AND sessions.expires_at > $2
        """,
        secret,
        now,
    )
    return (person_from(found), found["session"], found["seen_at"]) if found else None


async def person_by_email(email: str) -> Person | None:
    """Whoever has this address."""
    return await Person.objects().where(Person.email == email.lower()).first()


async def person_by_id(person: int) -> Person | None:
    """Somebody, if they still exist."""
    return await Person.objects().where(Person.id == person).first()


async def person_by_public_id(public_id: str) -> Person | None:
    """Somebody by their name in addresses."""
    return await Person.objects().where(Person.public_id == public_id).first()


def person_from(row: asyncpg.Record) -> Person:
    """A Person from a row that carries at least the columns of `people`."""
    person = Person(**{column._meta.name: row[column._meta.name] for column in Person._meta.columns})
    person._exists_in_db = True
    return person


# Communities and roles


async def community_by_slug(slug: str) -> Community | None:
    """A community by its address."""
    return await Community.objects().where(Community.slug == slug).first()


async def community_by_id(community: int) -> Community | None:
    """A community, if it still exists."""
    return await Community.objects().where(Community.id == community).first()


async def role_in(person: Person | None, community: int) -> str | None:
    """Somebody's role in a community; None for who does not belong to it. One query, none for nobody."""
    if person is None:
        return None
    role: str | None = await db.value(
        "SELECT role FROM memberships WHERE person = $1 AND community = $2", person.id, community
    )
    return role


async def organises(person: Person | None, community: int) -> bool:
    """Whether somebody organises a community: publishes its events and sees who is coming."""
    return may(await role_in(person, community), Action.ORGANISE)


async def organisers_of(community: int) -> list[Person]:
    """Those who organise a community, in the order in which they joined. They are few."""
    found = await db.rows(
        """
        SELECT people.* FROM memberships JOIN people ON people.id = memberships.person
        WHERE memberships.community = $1 AND memberships.role = ANY($2)
        ORDER BY memberships.joined_at, memberships.id
        """,
        community,
        those_who_may(Action.ORGANISE),
    )
    return [person_from(row) for row in found]


@dataclass(frozen=True)
class Belonging:
    """A community somebody belongs to, and as what."""

    community: int
    slug: str
    name: str
    role: str

    @property
    def organises(self) -> bool:
        """Whether they organise it."""
        return may(self.role, Action.ORGANISE)


async def communities_of(person: Person) -> list[Belonging]:
    """Every community somebody belongs to, by name. One query."""
    found = await db.rows(
        """
        SELECT communities.id AS community, slug, name, role FROM memberships
        JOIN communities ON communities.id = memberships.community
        WHERE memberships.person = $1 ORDER BY lower(name), communities.id
        """,
        person.id,
    )
    return [Belonging(**row) for row in found]


# Blocks


async def are_blocked(one: int, other: int) -> bool:
    """Whether one of two people (by id) has blocked the other. Who blocked whom is nobody's business."""
    blocked: bool = await db.value(
        """
        SELECT EXISTS (
            SELECT FROM blocks WHERE (blocker, blocked) IN (($1::bigint, $2::bigint), ($2::bigint, $1::bigint))
        )
        """,
        one,
        other,
    )
    return blocked


async def hidden_from(person: int | None) -> set[int]:
    """The ids of all who must not appear before somebody, nor they before them. One query, none for nobody."""
    if person is None:
        return set()
    found = await db.rows(
        "SELECT blocked AS other FROM blocks WHERE blocker = $1 UNION SELECT blocker FROM blocks WHERE blocked = $1",
        person,
    )
    return {row["other"] for row in found}


# Letters


async def refused_letters(person: int) -> set[str]:
    """The kinds of letters somebody does not want."""
    found = await db.rows("SELECT kind FROM letter_refusals WHERE person = $1", person)
    return {row["kind"] for row in found}


async def refusers(kind: str, people: Iterable[int]) -> set[int]:
    """Those of these people (by id) who do not want this kind of letter. One query."""
    found = await db.rows(
        "SELECT person FROM letter_refusals WHERE kind = $1 AND person = ANY($2)", kind, list(people)
    )
    return {row["person"] for row in found}
