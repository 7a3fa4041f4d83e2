"""The letter of a prompt. Loaded afresh when it is sent, and not sent when it is not true any more."""

from datetime import datetime, timedelta

from events.card import card
from followups.links import words_address
from followups.prompts import links, queries
from followups.prompts.telling import told
from followups.prompts.turns import by_day, morning_after
from members.letters.letter_hours import keeps_quiet, next_free, rests
from members.letters.letters_wanted import PROMPTS, unsubscribe_address, wants
from members.letters.receivers import address_of
from members.tables import Person
from server import clock
from server.jobs import later
from server.mail import Letter, letter
from server.pages import absolute


@letter("followups/prompt", until=lambda of: of["event"].starts_at)
async def prompt(id: int) -> Letter | None:
    """The one thing of this week. At night it waits for the morning, or for the end of one's quiet hours."""
    now = clock.now()
    found = await queries.prompt(id)
    if found is None or found.put_off_at or found.silent or not await wants(found.person.id, PROMPTS):
        return None
    person = found.person
    if rests(person, now):
        return None
    if (comes := _comes(person, now)) > now:
        await later(prompt, id, at=comes, key=f"prompt-{id}")
        return None
    # Once the gathering has begun it is too late, which is another matter than not being so any more.
    says = await told(found, min(now, found.event.starts_at - timedelta(seconds=1)))
    if says is None:
        return None
    return Letter(
        to=await address_of(person, found.event.community),
        context={
            "said": says.said,
            "event": found.event,
            "kind": found.kind,
            "name": found.name,
            "card": await card(found.event, shows_address=says.sees.shows_address),
            "page": absolute("events:event", event=found.event.public_id),
            "write": words_address(found.connection, person.id, since=now),
            "choices": {
                choice: links.address(found, choice) for choice in ("later", "silence", "less", "never")
            },
        },
        unsubscribe=unsubscribe_address(person.id, PROMPTS),
        kind=PROMPTS,
    )


def _comes(person: Person, now: datetime) -> datetime:
    """When it may come: in none of the quiet hours that somebody has set, or by day to who has set none."""
    if keeps_quiet(person):
        return next_free(person, now)
    return now if by_day(now, person.zone) else morning_after(now, person.zone)
