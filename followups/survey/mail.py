"""The letters of the morning after. Each is loaded afresh when it is sent, and not sent when it is of no use."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from events import access
from events.card import card
from events.view import EventView
from followups.days import comes
from followups.survey import links, queries, store
from followups.survey.queries import Asked
from members.letters.letter_hours import rests
from members.letters.letters_wanted import FOLLOW_UPS, unsubscribe_address, wants
from members.letters.receivers import address_of
from server import clock
from server.jobs import Job, later
from server.mail import Letter, letter
from server.pages import absolute
from server.presentation import in_zone, long_date, weekday, when

REMINDED_AFTER = timedelta(
    days=3
)  # From the opening; after that the reminder says what the invitation would.

NOTE_WAITS = timedelta(days=14)  # What somebody sends to themselves is worth sending late.


def _worth_asking_until(of: Mapping[str, Any]) -> datetime:
    asked: Asked = of["asked"]
    return asked.closes_at if of["waited"] else asked.opened_at + REMINDED_AFTER


@letter("followups/invitation", until=_worth_asking_until)
async def invitation(reply: int, waited: bool = False) -> Letter | None:
    """How was it, and whom did you meet? Once to each who was coming; `waited`: until somebody was back."""
    return await _ask(reply, waited=waited, again=invitation)


@letter("followups/reminder", until=lambda of: of["asked"].closes_at)
async def reminder(reply: int) -> Letter | None:
    """The same again, once, to people who have neither answered nor said that they would rather not."""
    return await _ask(reply, again=reminder)


@letter("followups/note_back", until=lambda of: of["sent_at"] + NOTE_WAITS)
async def note_back(reply: int) -> Letter | None:
    """What somebody wrote to themselves, on the day that they set. Not written if they have deleted it since.

    It is their own wish, whatever other letters they refuse.
    """
    asked = await queries.asked(reply)
    if asked is None or not asked.note or asked.note_sent_at is None:
        return None
    sees = await access.view(asked.person, asked.event)
    return Letter(
        to=await address_of(asked.person, asked.event.community),
        context={
            "sent_at": asked.note_sent_at,
            "note": asked.note,
            "gathering": asked.event.title if sees.sees_it else "",
            "day": long_date(asked.event.local_start),
            "page": absolute("events:event", event=asked.event.public_id) if sees.sees_it else "",
            "been": absolute("followups:been") if asked.person.has_account else links.address(asked),
        },
    )


async def _ask(reply: int, *, waited: bool = False, again: Job) -> Letter | None:
    asked, now = await queries.asked(reply), clock.now()
    if asked is None or asked.answered_at or asked.dismissed_at:
        return None
    if rests(asked.person, now):
        await store.let_wait(reply)
        return None
    if (after := comes(asked.person, now, asked.event.zone)) > now:
        # Their quiet hours; it is asked again then whether they are away.
        await later(
            again, reply, *([waited] if waited else []), at=after, key=f"quiet, morning after {reply}"
        )
        return None
    if asked.event.status != "published" or not await wants(asked.person.id, FOLLOW_UPS):
        return None
    sees = await access.view(asked.person, asked.event)
    if not sees.takes_part:
        return None
    return Letter(
        to=await address_of(asked.person, asked.event.community),
        context={**await _context(asked, sees), "waited": waited},
        unsubscribe=unsubscribe_address(asked.person.id, FOLLOW_UPS),
        kind=FOLLOW_UPS,
    )


async def _context(asked: Asked, sees: EventView) -> dict[str, Any]:
    event = asked.event
    closes = in_zone(asked.closes_at, event.zone)
    return {
        "asked": asked,
        "gathering": event.title,
        "card": await card(event, shows_address=sees.shows_address),
        "page": absolute("events:event", event=event.public_id),
        "link": links.address(asked),
        "closes": when(closes, zone=event.zone),
        "closing_day": weekday(closes),
    }
