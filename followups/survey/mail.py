"""The letters of the morning after. Each is loaded afresh when it is sent, and not sent when it is of no use."""

from datetime import timedelta
from typing import Any

from events import access
from events.card import card
from events.view import EventView
from followups.survey import links, queries
from followups.survey.queries import Asked
from members.letters_wanted import FOLLOW_UPS, unsubscribe_address, wants
from members.tables import Person
from server.mail import Address, Letter, letter
from server.pages import absolute
from server.presentation import in_zone, long_date, zone_name

REMINDED_AFTER = timedelta(
    days=3
)  # From the opening; after that the reminder says what the invitation would.


@letter("followups/invitation", until=lambda of: of["asked"].opened_at + REMINDED_AFTER)
async def invitation(reply: int) -> Letter | None:
    """How was it, and whom did you meet? Once to each who was coming."""
    return await _ask(reply)


@letter("followups/reminder", until=lambda of: of["asked"].closes_at)
async def reminder(reply: int) -> Letter | None:
    """The same again, once, to people who have neither answered nor said that they would rather not."""
    return await _ask(reply)


async def _ask(reply: int) -> Letter | None:
    asked = await queries.asked(reply)
    if asked is None or asked.answered_at or asked.dismissed_at:
        return None
    if asked.event.status != "published" or not await wants(asked.person.id, FOLLOW_UPS):
        return None
    sees = await access.view(asked.person, asked.event)
    if not sees.takes_part:
        return None
    return Letter(
        to=_to(asked.person),
        context=await _context(asked, sees),
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
        "closes": f"{long_date(closes)}, {closes:%H:%M}, {zone_name(event.zone)}",
    }


def _to(person: Person) -> Address:
    return Address(person.greeted, person.email)
