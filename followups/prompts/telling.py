"""What a prompt says now, if it is still true: asked anew wherever it is shown, and when its letter is sent."""

from dataclasses import dataclass
from datetime import datetime

from events import access
from events import queries as events
from events.view import EventView
from followups.prompts import queries
from followups.prompts.queries import Prompt
from followups.prompts.words import Facts, Said, said
from members.tables import Person
from server import clock
from server.presentation import in_zone


@dataclass(frozen=True)
class Told:
    """What is said, and how much its reader may see of the gathering that it leads to."""

    prompt: Prompt
    said: Said
    sees: EventView


async def told(prompt: Prompt, now: datetime | None = None) -> Told | None:
    """What there is to say of it at this moment; None when it is not true any more, or not for them. Four queries."""
    now = now or clock.now()
    still = await queries.as_it_is(prompt, now) if prompt.name else None
    if still is None:
        return None
    sees = await access.view(prompt.person, prompt.event)
    if not sees.sees_it:
        return None
    met, met_on = await _met(prompt.person, prompt.met)
    zone = prompt.event.zone
    facts = Facts(
        kind=prompt.kind,
        name=prompt.name,
        title=prompt.event.title,
        community=prompt.community,
        starts=prompt.event.local_start,
        seen=still.seen_at,
        now=in_zone(now, zone),
        met=met,
        met_on=met_on,
        going=still.going,
    )
    return Told(prompt, said(facts), sees)


async def _met(person: Person, event: int | None) -> tuple[str, datetime | None]:
    """Where and when they met, as far as the person may still see it."""
    found = await events.event_by_id(event) if event else None
    if found is None or not (await access.view(person, found)).sees_it:
        return "", None
    return found.title, found.local_start
