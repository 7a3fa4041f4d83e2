"""Somebody is back from being away, or from a pause of their letters, or will be sooner than they said: what waited for
them comes then.

The letter the morning after asks whether they are back by itself, each minute.
"""

from followups.connections import mail as connections
from followups.hosts import mail as hosts
from followups.writing import mail as writing
from members.letters.letter_hours import next_free, rests_until
from members.queries import person_by_id
from server import clock


async def bring_what_waited(person: int) -> None:
    """Have letters that wait for somebody (by id) go out when they are back. Twice is harmless."""
    found = await person_by_id(person)
    if found is None:
        return
    now = clock.now()
    await hosts.bring_forward_to(person, rests_until(found, now))
    await writing.bring_forward_to(person, next_free(found, now))
    await connections.bring_forward_to(person, next_free(found, now))
