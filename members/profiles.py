"""Who somebody is to others: their name, their zone, their picture."""

from members.forms import AccountFields
from members.tables import Person
from server import db, pictures
from server.db import transaction


async def change(person: Person, fields: AccountFields) -> None:
    """Be called this, live by this clock, read this language, look like this. Raises PictureRefused."""
    async with transaction():
        await person.update_self(
            {Person.name: fields.name, Person.zone: fields.zone, Person.language: fields.language}
        )
        if fields.picture:
            await _show(person, await pictures.keep(fields.picture))


async def take_picture_away(person: Person) -> None:
    """Show initials again. Twice is harmless."""
    async with transaction():
        await _show(person, None)


async def _show(person: Person, picture: int | None) -> None:
    before = await db.value("SELECT picture FROM people WHERE id = $1 FOR NO KEY UPDATE", person.id)
    await person.update_self({Person.picture: picture})
    await pictures.discard(before)
