"""What an organiser writes to those who are coming, or have not answered: in their words and name, one letter each."""

from typing import Literal

from events.tables import Event
from members.tables import Person
from rsvps.hosting import queries
from rsvps.letters import mail, unasked
from rsvps.letters.queries import silent
from rsvps.tables import HostLetter
from server.db import transaction
from server.jobs import later_for_each
from server.ratelimit import at_most
from server.rows import value_of

ToWhom = Literal["going", "maybe", "waitlisted", "everybody", "invited"]
EVERYBODY = ("going", "maybe", "waitlisted")


@at_most("6 per day", "letters of an organiser", of=lambda event, **_: event.id)
async def send(
    event: Event, *, by: Person, public_id: str, to_whom: ToWhom, subject: str, body: str, answers_to_me: bool
) -> int:
    """Write to them. The same `public_id` again writes nothing. Returns to how many.

    Who is invited and has had their letters for today, or wants none, is counted and not written to.
    """
    async with transaction():
        letter = HostLetter(
            public_id=public_id,
            event=event.id,
            by=by.id,
            to_whom=to_whom,
            subject=subject,
            body=body,
            answers_to_me=answers_to_me,
        )
        if await HostLetter.insert(letter).on_conflict(target=HostLetter.public_id, action="DO NOTHING"):
            return await _to_each(letter, event, to_whom, by)
        same = HostLetter.select(HostLetter.sent_to).where(HostLetter.public_id == public_id)
        return await value_of(same) or 0


async def receivers(event: Event, to_whom: ToWhom, *, by: Person) -> int:
    """How many would get it. One query."""
    return len(await _receivers(event, to_whom, by))


async def _to_each(letter: HostLetter, event: Event, to_whom: ToWhom, by: Person) -> int:
    rsvps = await _receivers(event, to_whom, by)
    await letter.update_self({HostLetter.sent_to: len(rsvps)})
    may = set(rsvps)
    if to_whom == "invited":
        addresses = {rsvp: email for rsvp, email in (await silent(event.id)).items() if rsvp in may}
        good = await unasked.these_may_be_written_to(set(addresses.values()))
        may -= {rsvp for rsvp, email in addresses.items() if email not in good}
    await later_for_each(mail.from_organiser, [[letter.id, rsvp] for rsvp in rsvps if rsvp in may])
    return len(rsvps)


async def _receivers(event: Event, to_whom: ToWhom, by: Person) -> list[int]:
    """The answers of those on their author's own list. Whom a block hides from them would get none."""
    return await queries.receivers(event, EVERYBODY if to_whom == "everybody" else [to_whom], by=by)
