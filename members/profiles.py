"""Who somebody is to others: their name, their zone, their picture."""

from members.forms import AccountFields
from members.tables import Person
from server import pictures
from server.db import transaction


async def change(person: Person, fields: AccountFields) -> None:
    """Be called this, live by this clock, read this language, look like this. Raises PictureRefused."""
    async with transaction():
        await person.update_self(
            {
                Person.name: fields.name,
                Person.called: fields.called,
                Person.zone: fields.zone,
                Person.language: fields.language,
            }
        )
        if fields.picture:
            await person.update_self({Person.picture: await pictures.keep(fields.picture)})


async def take_picture_away(person: Person) -> None:
    """Show initials again. Twice is harmless."""
    await person.update_self({Person.picture: None})
