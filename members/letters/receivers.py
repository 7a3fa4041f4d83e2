"""To whom a letter goes, and in which language: their own, else their community's, else the server's."""

from members import queries
from members.tables import Person
from server.mail import Address


async def address_of(person: Person, community: int | None = None) -> Address:
    """Where a letter to somebody goes. `community`: the one it is about. One query for who has no language."""
    return Address(person.greeted, person.email, await language_of(person, community))


async def language_of(person: Person | None, community: int | None = None) -> str:
    """The code of the language in which somebody is written to; "" is the server's. One query for who has none.

    Without a community it is the one that they joined first. None: nobody known, such as an address that was typed.
    """
    if person and person.language:
        return person.language
    if community:
        return await queries.language_of_community(community)
    return await queries.language_of_first_community(person.id) if person else ""
