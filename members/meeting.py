"""Finding somebody among those whom one has met, or could have: to block them by name. Reads only.

Among people with whom one shares a community or a gathering, and by no more of a name than they show to strangers,
in full: a search that finds parts of it, or of what is not shown, would tell who is there.
"""

import unicodedata
from typing import NamedTuple

from members import contributions, names
from members.queries import hidden, person_from
from members.tables import Person
from server import db
from server.finding import names_have

SHOWN = 20
LOOKED_AT = 1_000  # people whose names have the words, before what they show is compared


class Found(NamedTuple):
    """Who was found, and whether there are more of them."""

    people: list[Person]
    more: bool


async def named(me: Person, words: str) -> Found:
    """Those whom somebody may know by this first name, or first name and another. One query, 100 ms among 50,000."""
    rows = await db.rows(
        f"""
        SELECT people.* FROM people WHERE people.id <> $1 AND people.id <> ALL ({hidden("$1")})
            AND {names_have("people.folded", "$2")} AND ({_met("$1", "people.id")})
        ORDER BY people.folded, people.id LIMIT {LOOKED_AT}
        """,  # noqa: S608 - our own words
        me.id,
        words.split()[0],
    )
    found = [person for row in rows if _shows(person := person_from(row), words)]
    return Found(found[:SHOWN], len(found) > SHOWN)


def _met(one: str, other: str) -> str:
    members = f"""EXISTS (
        SELECT FROM memberships AS mine JOIN memberships AS theirs ON theirs.community = mine.community
        WHERE mine.person = {one} AND theirs.person = {other}
    )"""
    return " OR ".join([members, *(met(one, other) for met in contributions.meetings)])


def _shows(person: Person, words: str) -> bool:
    """Whether what they show begins with the first of these words in full, and the last one with their initial."""
    given, *others = _folded(words).split()
    shown = _folded(person.short_name).rstrip(".").split()
    if _folded(names.first(person.name, person.called)) != given:
        return False
    return not others or (len(shown) > 1 and others[-1].startswith(shown[-1]))


def _folded(words: str) -> str:
    plain = unicodedata.normalize("NFKD", words.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))
