"""Finding somebody among people one has met, or could have: to block them by name. Reads only.

Among people with whom one shares a community or a gathering, and by no more of a name than they show to strangers,
in full: a search that finds parts of it, or of what is not shown, would reveal who is there.
"""

import unicodedata
from typing import NamedTuple

from members import names, queries
from members.tables import Person

SHOWN = 20
LOOKED_AT = 1_000  # people whose names have the words, before what they show is compared


class Found(NamedTuple):
    """Who was found, and whether there are more of them."""

    people: list[Person]
    more: bool


async def named(me: Person, words: str) -> Found:
    """Those whom somebody may know by this first name, or first name and another. One query, 100 ms among 50,000."""
    met = await queries.people_met(me, words.split()[0], most=LOOKED_AT)
    found = [person for person in met if _shows(person, words)]
    return Found(found[:SHOWN], len(found) > SHOWN)


def _shows(person: Person, words: str) -> bool:
    """Whether what they show begins with the first of these words in full, and the last one with their initial."""
    given, *others = _folded(words).split()
    shown = _folded(names.shown(person.name, person.called)).rstrip(".").split()
    if _folded(names.first(person.name, person.called)) != given:
        return False
    return not others or (len(shown) > 1 and others[-1].startswith(shown[-1]))


def _folded(words: str) -> str:
    plain = unicodedata.normalize("NFKD", words.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))
