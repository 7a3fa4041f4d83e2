"""Seeing to what people asked for: it is done, or not yet. Whoever asked is told nothing of it."""

from followups.hosts import store
from followups.hosts.queries import AskOf
from followups.tables import Ask
from members.tables import Person
from server import clock


async def done(ask: AskOf, *, by: Person) -> None:
    """Somebody has seen to it. Twice is harmless: the first counts."""
    await Ask.update({Ask.done_at: clock.now(), Ask.done_by: by.id}).where(
        (Ask.id == ask.id) & Ask.done_at.is_null()
    )


async def not_yet(ask: AskOf) -> None:
    """It is still to be seen to. Twice is harmless."""
    await Ask.update({Ask.done_at: None, Ask.done_by: None}).where(Ask.id == ask.id)


async def pass_on(person: Person) -> None:
    """What was asked of somebody goes to who else organises. In the transaction that erases them."""
    await store.pass_on(person.id)
