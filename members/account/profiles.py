"""Who somebody is to others: their name, their zone, their picture."""

from collections.abc import Mapping
from typing import Any

from piccolo.columns import Column

from members.announcements import AwayChanged
from members.forms import AccountFields
from members.letters import letter_hours
from members.tables import Person
from server import clock, pictures
from server.db import transaction
from server.editing import unless_edited
from server.errors import NotFound
from server.jobs import announce
from server.statements import locked

SAYS = ("name", "called", "zone", "language")


def says(person: Person) -> dict[str, str]:
    """Who somebody says they are, as the form that changes it shows it."""
    return {name: getattr(person, name) for name in SAYS}


async def introduce(person: Person, *, name: str, zone: str = "") -> None:
    """Be called this, and live by this clock where one is given. Twice is harmless."""
    await _say(person, {"name": name, "zone": zone or person.zone}, before=person)


async def read_in(person: Person, language: str) -> None:
    """Read this language (its code) from now on. Twice is harmless."""
    await _say(person, {"language": language}, before=person)


async def change(person: Person, fields: AccountFields) -> None:
    """Be called this, live by this clock, read this language, look like this.

    Raises EditedMeanwhile, by oneself in another window; PictureRefused.
    """
    wanted = {name: getattr(fields, name) for name in SAYS}
    async with transaction():
        now = await locked(Person, person.id)
        if now is None:
            raise NotFound
        unless_edited(fields.seen, now=says(now), wanted=wanted)
        await _say(person, wanted, before=now)
        if fields.picture:
            await person.update_self({Person.picture: await pictures.keep(fields.picture)})


async def take_picture_away(person: Person) -> None:
    """Show initials again. Twice is harmless."""
    await person.update_self({Person.picture: None})


async def _say(person: Person, said: Mapping[str, str], *, before: Person) -> None:
    """Write down what somebody says of themselves. By another clock, or week, letters come at other times."""
    differs = {name for name, value in said.items() if value != getattr(before, name)}
    values: dict[Column | str, Any] = {}
    values.update(said)
    if "zone" in differs:
        values |= letter_hours.rests_by(before, said["zone"], clock.now())
    async with transaction():
        await person.update_self(values)
        if differs & {"zone", "language"}:
            await announce(AwayChanged(person.id))
