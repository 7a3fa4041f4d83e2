"""What the mail server says beside "taken": addresses that refuse letters, and letters that it does not take from us.

What is said of an address ends the letters to that address, until its owner asks for one and gets it. What is said of
us (or of nobody) leaves its trace in `due_work.last_error` of each letter that waits for it, and nowhere else: the
trouble is over when no such letter is left.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from piccolo.query.functions.aggregate import Count

from server import clock, store
from server.rows import row_as, value_of
from server.smtp import NotTaken
from server.statements import Query, prepared
from server.tables import DeadAddress, SentLetter, UnsentLetter

KEPT = timedelta(days=30)  # What could not be sent in time is remembered that long.
SAID_AGAIN = 60.0  # seconds until the same trouble is worth another line in the log
HURRIED_AGAIN = 300.0  # seconds between two times that waiting letters are brought forward

# What it says before it has heard of any one letter is said of all of them.
_OF_ALL = ("connection", "greeting", "hello", "encryption", "sign-in", "sender")

log = structlog.get_logger()

_said: dict[str, float] = {}
_hurried = -HURRIED_AGAIN
# Also after a start: what an operator has just mended is tried with the first letter that gets through.
_troubled = True


@dataclass(frozen=True)
class Trouble:
    """So many letters wait because the mail server did not take them; what it said of the one that waits longest."""

    letters: int
    said: str
    since: datetime

    def __str__(self) -> str:
        waiting = "1 letter waits" if self.letters == 1 else f"{self.letters} letters wait"
        return f"{waiting} since {self.since:%Y-%m-%d %H:%M} UTC: {self.said}"


async def refuses(email: str) -> bool:
    """Whether the mail server has said that there is no writing to this address. One query."""
    return bool(await value_of(_refuses(email.lower())))


@prepared
def _refuses(email: str) -> Query:
    return DeadAddress.exists().where(DeadAddress.email == email)


async def mark(email: str, code: str) -> None:
    """There is no writing to this address, says its mail server with this code."""
    await DeadAddress.insert(DeadAddress(email=email.lower(), reason=code)).on_conflict(
        target=DeadAddress.email, action="DO UPDATE", values=[DeadAddress.reason]
    )


async def revive(email: str) -> None:
    """Its owner has asked for a letter, and it was taken: write to this address again."""
    await DeadAddress.delete().where(DeadAddress.email == email.lower())


def reason(fault: NotTaken) -> str:
    """What to remember with the letter that waits."""
    if fault.of_receiver:
        return f"its receiver's mail server says later: {fault.what}"
    return f"mail server, {fault}"


def complain(fault: NotTaken) -> None:
    """A line for the operator: the mail server does not take our letters. Once a minute for the same trouble."""
    global _troubled
    if fault.of_receiver:
        return
    _troubled = True
    now = time.monotonic()
    if now - _said.get(str(fault), -SAID_AGAIN) >= SAID_AGAIN:
        _said[str(fault)] = now
        log.error("the mail server does not take our letters; they wait", stage=fault.stage, said=fault.what)


async def taken() -> None:
    """A letter got through. Have those tried now that wait for what is over. A query after trouble, else none.

    Seldom more than every five minutes, and such a try does not count: where the server is back and forth, letters
    are not tried more often than at growing distances would be, and none is given up sooner.
    """
    global _troubled, _hurried
    if not _troubled:
        return
    _troubled, now = False, time.monotonic()
    if now - _hurried < HURRIED_AGAIN:
        return
    _hurried = now
    _said.clear()
    await store.bring_forward([f"mail server, {stage}:%" for stage in _OF_ALL], now=clock.now())


def forget() -> None:
    """Begin again, in this process (a test's wish)."""
    global _troubled, _hurried
    _troubled, _hurried = True, -HURRIED_AGAIN
    _said.clear()


async def trouble() -> Trouble | None:
    """What keeps letters waiting, if anything does. One query."""
    return await row_as(Trouble, store.letters_that_wait())


async def forget_address(email: str) -> None:
    """Forget an address: the letters that were sent to it, and whether it refused them. Two queries."""
    await SentLetter.delete().where(SentLetter.to_email == email)
    await DeadAddress.delete().where(DeadAddress.email == email)


async def note_unsent(work: int, kind: str, *, until: datetime) -> None:
    """A letter was not sent: it was worth sending until then, and that is past."""
    letter = UnsentLetter(work=work, kind=kind, worth_until=until)
    await UnsentLetter.insert(letter).on_conflict(action="DO NOTHING")


async def unsent() -> Sequence[tuple[str, int]]:
    """Which kinds of letters were not sent within KEPT because their time was past, and how many."""
    kind = UnsentLetter.kind
    rows = await UnsentLetter.select(kind, Count().as_alias("letters")).group_by(kind).order_by(kind)
    return [(row["kind"], row["letters"]) for row in rows]


async def forget_unsent(before: datetime) -> None:
    """Delete what was noted before then."""
    await UnsentLetter.delete().where(UnsentLetter.noted_at < before)
