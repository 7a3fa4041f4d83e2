"""Letters that their receivers did not ask for: others cause them, by typing an address.

A few a day go to one address, and none to those who have said "never again". Nobody is told which it was.
"""

import asyncio
from collections.abc import Collection

from rsvps.tables import NoLetters
from server import tokens
from server.errors import TooMany
from server.ratelimit import limit
from server.rows import values_of
from server.settings import settings
from server.statements import among

A_DAY = "3 per day"  # To one address.
AT_ONCE = 10  # addresses that are counted at the same moment: more would keep Valkey waiting for connections


async def may_be_written_to(email: str) -> bool:
    """Whether such a letter may go to an address, and count it: not if they want none, nor a fourth."""
    return email in await these_may_be_written_to([email])


async def these_may_be_written_to(emails: Collection[str]) -> set[str]:
    """The same of many addresses. One query, and 0.2 ms for each."""
    digests = {_digest(email): email for email in emails}
    unwanted = set(
        await values_of(NoLetters.select(NoLetters.address).where(among(NoLetters.address, digests)))
    )
    wanted = [email for digest, email in digests.items() if digest not in unwanted]
    may: set[str] = set()
    for first in range(0, len(wanted), AT_ONCE):
        some = wanted[first : first + AT_ONCE]
        counted = await asyncio.gather(*(one_more(email.lower(), A_DAY) for email in some))
        may.update(email for email, good in zip(some, counted, strict=True) if good)
    return may


async def one_more(who: str, rate: str) -> bool:
    """Count a letter about `who` (an address, or an event and an address); whether it is within the rate."""
    try:
        await limit("letters that others cause", who, rate)
    except TooMany:
        return False
    return True


async def never_again(email: str) -> None:
    """No such letters to this address any more. Twice is harmless."""
    await NoLetters.insert(NoLetters(address=_digest(email))).on_conflict(action="DO NOTHING")


async def welcome_again(email: str) -> None:
    """Its owner answers by a letter's link: such letters may come again."""
    await NoLetters.delete().where(NoLetters.address == _digest(email))


def _digest(email: str) -> bytes:
    return tokens.digest(f"{settings.signing_key} no letters to {email.lower()}")
