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


def unsubscribe_address(person: int, kind: str) -> str:
    """Where one press ends this kind of letter, without signing in. Looking at it changes nothing (RFC 8058)."""
    token = tokens.sign(UNSUBSCRIBE, person, _known(kind), expires=clock.now() + LASTS)
    return absolute("members:unsubscribe", token=token)


async def receiver_of(token: str) -> tuple[Person, str]:
    """Whose letters a link is about, and which kind. Raises NotFound, LinkExpired."""
    number, kind = tokens.read(UNSUBSCRIBE, token)
    person = await queries.person_by_id(int(number))
    if person is None:
        raise NotFound
    return person, str(kind)


def _known(kind: str) -> str:
    if kind not in LETTER_KINDS:
        raise LookupError(f"there is no kind of letter called {kind!r}")
    return kind
