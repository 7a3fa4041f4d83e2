"""What somebody says on their page, kept until it closes.

Nothing here writes to anybody because of what somebody said about somebody else.
"""

from dataclasses import dataclass
from datetime import date, datetime

from followups.closing import still_open
from followups.survey import encounters, notes, queries
from followups.survey.queries import Asked
from followups.tables import Reply
from members import strangers
from rsvps.door import arrivals
from server import clock
from server.db import transaction
from server.statements import lock, unless_set

# What the page asks, one thing after another.
STEPS = ("there", "found", "met", "felt", "more")


@dataclass(frozen=True)
class Answers:
    """What somebody said on their page, apart from whom they met."""

    was_there: bool | None
    findable: bool
    shows_picture: bool
    felt_welcome: str | None
    message: str
    message_to: str
    signed: bool
    note: str
    note_back: notes.Back = "no"
    note_on: date | None = None
    first_time_told: bool = False


async def answer(
    asked: Asked, said: Answers, marks: encounters.Marks, *, finished: bool = True, step: str = ""
) -> None:
    """Keep what somebody said, their arrival and whom they met, all or nothing.

    `finished`: they have come to the page's end; who has once stays so. `step`: where on the page they are now, if it
    says. Raises LinkExpired when it has closed, TooManyWishes, NotThen.
    """
    now = clock.now()
    async with transaction():
        await _still_open(asked, now)
        await strangers.hear(asked.person)
        await _keep(asked, said, now)
        await _keep_place(asked, now, finished=finished, step=step)
        await _keep_arrival(asked, said.was_there)
        if said.was_there:
            await encounters.mark(asked, marks, now)
        else:
            await encounters.forget(asked)


async def dismiss(asked: Asked) -> None:
    """No more letters about this event. What was said stays, and the page stays open. Twice is harmless."""
    now = clock.now()
    async with transaction():
        await _still_open(asked, now)
        await strangers.hear(asked.person)
        await Reply.update({Reply.dismissed_at: unless_set(Reply.dismissed_at, now)}).where(
            Reply.id == asked.id
        )


async def _still_open(asked: Asked, now: datetime) -> None:
    """Lock the follow-up against the daily batch, then one's own reply against one's own second tab."""
    await still_open(asked.follow_up, now)
    await lock(Reply, asked.id, strength="UPDATE")


async def _keep(asked: Asked, said: Answers, now: datetime) -> None:
    findable = bool(said.was_there) and said.findable
    await Reply.update(
        {
            Reply.was_there: said.was_there,
            Reply.findable: findable,
            Reply.shows_picture: findable and said.shows_picture,
            Reply.felt_welcome: said.felt_welcome,
            Reply.message: said.message,
            Reply.message_to: said.message_to,
            Reply.signed: said.signed and said.message_to == "organisers",
            Reply.note: said.note,
            Reply.first_time_told: bool(said.was_there)
            and said.first_time_told
            and await queries.first_time(asked),
            Reply.answered_at: unless_set(Reply.answered_at, now),
            **await notes.kept(asked, said.note, said.note_back, said.note_on, now),
        }
    ).where(Reply.id == asked.id)


async def _keep_place(asked: Asked, now: datetime, *, finished: bool, step: str) -> None:
    if finished:
        await Reply.update({Reply.finished_at: unless_set(Reply.finished_at, now), Reply.step: ""}).where(
            Reply.id == asked.id
        )
    elif step in STEPS:
        await Reply.update({Reply.step: step}).where(Reply.id == asked.id)


async def _keep_arrival(asked: Asked, was_there: bool | None) -> None:
    """Their word sets and removes their own arrival; what a host saw, or did not see, is the host's to change."""
    answer = await queries.own_answer(asked)
    if answer and not (was_there and answer.not_seen):
        await arrivals.note(answer.id, here=bool(was_there), by=asked.person)
