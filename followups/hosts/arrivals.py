"""What hosts say about who came. Their word counts above a person's own."""

from followups.hosts.queries import AnswerOfArrival
from followups.tables import Reply
from members.tables import Person
from rsvps.door.arrivals import note
from server.db import transaction


async def saw(answer: AnswerOfArrival, *, by: Person) -> None:
    """A host says that somebody was there. Twice is harmless; their own word stays their own."""
    async with transaction():
        await note(answer.id, here=True, by=by, as_host=True)
        await _reply_says(answer, not_seen_by=None)


async def did_not_see(answer: AnswerOfArrival, *, by: Person) -> None:
    """A host says that somebody was not there: they leave the list of those who were. Twice is harmless."""
    async with transaction():
        await note(answer.id, here=False, by=by, as_host=True)
        await _reply_says(answer, not_seen_by=by.id)


async def _reply_says(answer: AnswerOfArrival, *, not_seen_by: int | None) -> None:
    await Reply.update({Reply.not_seen_by: not_seen_by}).where(
        (Reply.follow_up.event == answer.event) & (Reply.person == answer.person)
    )
