"""Which kinds of letters somebody wants. Wanted until refused; what concerns one's own answers always comes.

A letter of a kind that can be refused says so:  `Letter(..., unsubscribe=unsubscribe_address(person.id, REMINDERS))`
"""

from collections.abc import Collection
from datetime import timedelta

from members import queries
from members.tables import LETTER_KINDS, Person
from server import clock, db, tokens
from server.db import transaction
from server.errors import NotFound
from server.pages import absolute

REMINDERS, FOLLOW_UPS, ORGANISERS, CONNECTIONS = LETTER_KINDS

UNSUBSCRIBE = "unsubscribe"
LASTS = timedelta(days=5 * 365)


async def wants(person: int, kind: str) -> bool:
    """Whether somebody (by id) wants this kind of letter. One query."""
    return _known(kind) not in await queries.refused_letters(person)


async def refuse(person: int, kind: str) -> None:
    """No more of this kind. Twice is harmless."""
    await db.run(
        "INSERT INTO letter_refusals (person, kind, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        person,
        _known(kind),
        clock.now(),
    )


async def choose(person: Person, wanted: Collection[str]) -> None:
    """Want these kinds and no others."""
    async with transaction():
        await db.run(
            "DELETE FROM letter_refusals WHERE person = $1 AND kind = ANY($2)", person.id, list(wanted)
        )
        for kind in LETTER_KINDS:
            if kind not in wanted:
                await refuse(person.id, kind)


async def refuse_for(email: str, kind: str) -> None:
    """The same for whoever has an address, known to Kith or not: it is remembered for when they come to be."""
    async with transaction():
        person = await db.value(
            """
            INSERT INTO people (public_id, email, created_at) VALUES ($1, $2, $3)
            ON CONFLICT (email) DO UPDATE SET email = people.email RETURNING id
            """,
            tokens.public_id(),
            email.lower(),
            clock.now(),
        )
        await refuse(person, kind)


def unsubscribe_address(whom: int | str, kind: str) -> str:
    """Where one press ends this kind of letter, without signing in. Looking at it changes nothing (RFC 8058).

    `whom` is a person's id, or an address that nobody in Kith has.
    """
    token = tokens.sign(UNSUBSCRIBE, whom, _known(kind), expires=clock.now() + LASTS)
    return absolute("members:unsubscribe", token=token)


async def receiver_of(token: str) -> tuple[str, int | None, str]:
    """Whose letters a link is about (the address, and the person's id if there is one), and which kind.

    Raises NotFound, LinkExpired.
    """
    whom, kind = tokens.read(UNSUBSCRIBE, token)
    by_address = isinstance(whom, str) and "@" in whom
    person = await (queries.person_by_email(str(whom)) if by_address else queries.person_by_id(int(whom)))
    if person is None and not by_address:
        raise NotFound
    return (person.email, person.id, str(kind)) if person else (str(whom), None, str(kind))


def _known(kind: str) -> str:
    if kind not in LETTER_KINDS:
        raise LookupError(f"there is no kind of letter called {kind!r}")
    return kind
