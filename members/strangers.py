"""People without an account: known by an address that somebody typed, until its owner says more.

Packages to the right say who is known by something else: `known` is their SQL, over a row of `people`.
"""

from collections.abc import Sequence

from piccolo.columns import Column

from members import store
from members.tables import Person
from server.languages.language import spoken


async def by_address(
    email: str, *, name: str = "", zone: str = "UTC", language: str = "", known: str
) -> Person:
    """The person with this address; a person without an account if nobody had. One query.

    A name that was typed is kept only for people who never signed in and are not `known`. `language` is the code of
    that of the page on which they gave their address, kept for who has none; "" where others typed it.
    """
    return await store.stranger(email.lower(), name=name, zone=zone, language=language, known=known)


async def hear(person: Person) -> None:
    """Somebody without an account says something by a letter's link: letters come in the language of that page.

    One query at most.
    """
    language = spoken().code
    if language != person.language and not person.has_account:
        await Person.update({Person.language: language}).where(Person.id == person.id)


async def rename(person: Person, *, name: str, called: str) -> None:
    """Somebody without an account says what they are called; what they leave empty stays. One query at most."""
    if (name or called) and not person.has_account:
        names: dict[Column | str, str] = {
            Person.name: name or person.name,
            Person.called: called or person.called,
        }
        await Person.update(names).where(Person.id == person.id)


async def forget(people: Sequence[int], *, known: str) -> None:
    """Delete those of these people who have no account and are `known` by nothing. One query."""
    await store.forget_strangers(people, known=known)
