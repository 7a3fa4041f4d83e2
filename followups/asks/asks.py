"""Asking for something after a gathering: to help, to be introduced, a hello. A named human reads it.

Kith does nothing about it itself, and tells nobody else.
"""

from collections.abc import Mapping
from datetime import datetime

from events.tables import Event
from followups.asks import queries, store
from followups.asks.queries import KINDS
from followups.closing import still_open
from followups.days import ASKS_KEPT
from followups.tables import Ask
from members.tables import Person
from server import clock
from server.db import transaction
from server.errors import Refusal
from server.languages.messages import _
from server.statements import not_among

KEPT = ASKS_KEPT


class NobodyToAsk(Refusal):
    """There is no human on whose page it would be."""

    sentence = _("There is nobody here who could read that. Please leave it out.")
    field = "asks"


async def say(person: Person, event: Event, follow_up: int, wanted: Mapping[str, str]) -> None:
    """Keep what somebody would like, each kind with a few words or none; take back whatever is not among it.

    Whoever asks cannot tell whether somebody has seen to it: other words are asked for anew. Saying the same twice is
    harmless. Raises LinkExpired once the follow-up has closed, NobodyToAsk.
    """
    now = clock.now()
    async with transaction():
        await still_open(follow_up, now)
        await Ask.delete().where(
            (Ask.follow_up == follow_up) & (Ask.person == person.id) & not_among(Ask.kind, list(wanted))
        )
        new = {kind: wanted[kind] for kind in KINDS if kind in wanted}
        if not new:
            return
        reader = await queries.reader_for(person, event)
        if reader is None:
            raise NobodyToAsk
        await store.keep(follow_up, person.id, to=reader.person, wanted=new, now=now)


async def take_back(person: Person, key: str) -> None:
    """Take back what one asked for. Twice is harmless."""
    await Ask.delete().where((Ask.public_id == key) & (Ask.person == person.id))


async def forget(before: datetime) -> None:
    """Delete what was asked for before then, whether somebody has seen to it or not."""
    await Ask.delete().where(Ask.asked_at < before)
