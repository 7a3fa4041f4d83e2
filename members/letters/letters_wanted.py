"""Which kinds of letters somebody wants. Wanted until refused; letters about one's own answers always come.

A letter of a kind that can be refused says so:  `Letter(..., unsubscribe=unsubscribe_address(person.id, REMINDERS))`
"""

from collections.abc import Collection
from datetime import timedelta

from members import queries
from members.tables import LETTER_KINDS, LetterRefusal, Person
from server import clock, tokens
from server.db import transaction
from server.errors import NotFound
from server.pages import absolute
from server.statements import among

REMINDERS, FOLLOW_UPS, ORGANISERS, CONNECTIONS, PROMPTS = LETTER_KINDS

UNSUBSCRIBE = "unsubscribe"
LASTS = timedelta(days=5 * 365)


async def wants(person: int, kind: str) -> bool:
    """Whether somebody (by id) wants this kind of letter. One query."""
    return _known(kind) not in await queries.refused_letters(person)


async def refuse(person: int, kind: str) -> None:
    """Stop letters of this kind. Twice is harmless."""
    refusal = LetterRefusal(person=person, kind=_known(kind))
    await LetterRefusal.insert(refusal).on_conflict(action="DO NOTHING")


async def want(person: int, kind: str) -> None:
    """Have letters of this kind again. Twice is harmless."""
    refused = (LetterRefusal.person == person) & (LetterRefusal.kind == _known(kind))
    await LetterRefusal.delete().where(refused)


async def choose(person: Person, wanted: Collection[str], *, of: Collection[str] = LETTER_KINDS) -> None:
    """Want these kinds and no others `of` some; the rest stays as it is."""
    async with transaction():
        await LetterRefusal.delete().where(
            (LetterRefusal.person == person.id) & among(LetterRefusal.kind, wanted)
        )
        for kind in of:
            if kind not in wanted:
                await refuse(person.id, kind)


async def refuse_for(email: str, kind: str) -> None:
    """The same for an address, known to Kith or not: it is remembered for when somebody signs up with it."""
    async with transaction():
        # Written again as it is where it was known already, so that its row comes back.
        (person,) = await Person.insert(Person(email=email.lower())).on_conflict(
            target=Person.email, action="DO UPDATE", values=[Person.email]
        )
        await refuse(person["id"], kind)


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
