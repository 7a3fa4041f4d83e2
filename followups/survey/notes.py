"""A note to oneself, sent back on the morning of a day that one sets. Nobody else ever reads it."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal, TypeAlias

from piccolo.columns import Column

from followups.days import zones_by_day
from followups.survey import mail, queries, store
from followups.survey.queries import Asked, OwnNote
from followups.tables import Reply
from members.tables import Person
from server import clock, db
from server.db import transaction
from server.errors import NotFound, Refusal
from server.jobs import later_for_each
from server.languages.messages import _
from server.presentation import in_zone
from server.statements import lock

MORNING = time(9)
LONGEST = timedelta(days=731)
LETTERS_AT_ONCE = 1000

# When it comes back: not at all, in a week, in a month, on a day.
Back: TypeAlias = Literal["no", "week", "month", "day"]


class NotThen(Refusal):
    """A note comes back on a day that is still to come, and not in ten years."""

    sentence = _("Please choose a day from tomorrow on, within two years.")
    field = "note_on"


def day_of(choice: Back, on: date | None, *, today: date) -> date | None:
    """The day that a choice means; None for not at all. Raises NotThen."""
    match choice:
        case "no":
            return None
        case "week":
            return today + timedelta(days=7)
        case "month":
            year, month = (today.year, today.month + 1) if today.month < 12 else (today.year + 1, 1)
            return date(year, month, min(today.day, monthrange(year, month)[1]))
    if on is None or not today < on <= today + LONGEST:
        raise NotThen
    return on


def morning_of(day: date, zone: str) -> datetime:
    """Nine o'clock of this day in a zone. In UTC."""
    return datetime.combine(day, MORNING, in_zone(clock.now(), zone).tzinfo).astimezone(UTC)


async def kept(
    asked: Asked, note: str, choice: Back, on: date | None, now: datetime
) -> dict[Column | str, Any]:
    """What to write of when a note comes back; its reply is locked. Raises NotThen.

    Without a note there is nothing to send. One that has come back stays so, unless it is to come once more.
    """
    if not note:
        return {Reply.note_back_at: None, Reply.note_sent_at: None}
    own = await queries.own_note(asked.person, asked.key)
    same = own is not None and own.back_at and in_zone(own.back_at, asked.zone).date() == on
    if choice == "day" and same:  # As it stands: also when that day has come while the page lay open.
        return {}
    day = day_of(choice, on, today=in_zone(now, asked.zone).date())
    if day is None:
        return {} if own and own.sent_at else {Reply.note_back_at: None, Reply.note_sent_at: None}
    return {Reply.note_back_at: morning_of(day, asked.zone), Reply.note_sent_at: None}


async def send_back_on(person: Person, key: str, day: date, *, zone: str) -> None:
    """Have one's own note sent back on another day, whether its follow-up is open or not. Raises NotThen, NotFound.

    `zone`: on whose clock its writer lives; see `Asked.zone`.
    """
    async with transaction():
        own = await _own(person, key)
        if own.back_at and in_zone(own.back_at, zone).date() == day:
            return
        day_of("day", day, today=in_zone(clock.now(), zone).date())
        back_at = morning_of(day, zone)
        await Reply.update({Reply.note_back_at: back_at, Reply.note_sent_at: None}).where(Reply.id == own.id)


async def keep_here(person: Person, key: str) -> None:
    """Not have it sent back, while it has not been. Twice is harmless. Raises NotFound."""
    async with transaction():
        own = await _own(person, key)
        await Reply.update({Reply.note_back_at: None}).where(
            (Reply.id == own.id) & Reply.note_sent_at.is_null()
        )


async def forget(person: Person, key: str) -> None:
    """Delete a note to oneself, whether its follow-up is open or not; it does not come back. Twice is harmless."""
    gone: dict[Column | str, Any] = {Reply.note: "", Reply.note_back_at: None, Reply.note_sent_at: None}
    await Reply.update(gone).where((Reply.public_id == key) & (Reply.person == person.id))


async def send_back_due(now: datetime | None = None) -> int:
    """Send back, by daylight, the notes whose day has come: each once, with its letter. Returns how many."""
    now = now or clock.now()
    sent = 0
    while claimed := await _send_some(now):
        sent += claimed
    return sent


async def _send_some(now: datetime) -> int:
    async with transaction(first=db.BY_INDEX):
        claimed = await store.claim_notes(now, zones_by_day(now), most=LETTERS_AT_ONCE)
        await later_for_each(mail.note_back, [[reply] for reply in claimed])
    return len(claimed)


async def _own(person: Person, key: str) -> OwnNote:
    """One's own note, its reply locked. Raises NotFound where there is none (any more)."""
    own = await queries.own_note(person, key)
    if own is None:
        raise NotFound
    await lock(Reply, own.id, strength="UPDATE")
    own = await queries.own_note(person, key)
    if own is None or not own.note:
        raise NotFound
    return own
