"""What somebody takes on with an answer by letter: a shift, say. Packages to the right know what there is.

The letter's link names it (`?along=...`), so that nothing has to be remembered until its owner has confirmed.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from events.tables import Event
from members.tables import Person
from server.languages.messages import Text, sentences


@dataclass(frozen=True)
class Along:
    """What goes along with an answer, by a name that means something to its package.

    `told`: (event, person, name) -> what it is, in words; empty when there is nothing to take.
    `take`: the same -> a sentence that says what has become of it. Twice is harmless.
    """

    told: Callable[[Event, Person, str], Awaitable[Text]]
    take: Callable[[Event, Person, str], Awaitable[Text]]


sources: list[Along] = []


async def told(event: Event, person: Person, name: str) -> Text:
    """What somebody would take on, in words; empty when there is nothing."""
    found = [await each.told(event, person, name) for each in sources] if name else []
    return next((each for each in found if each), "")


async def take(event: Event, person: Person, name: str) -> Text:
    """Take it on. Says what has become of it; empty when there was nothing to take."""
    said = [await each.take(event, person, name) for each in sources] if name else []
    return sentences(*said)
