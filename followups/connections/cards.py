"""The contact card: what a person shows to their connections. One card, for all of them."""

from dataclasses import asdict, dataclass

from piccolo.columns import Column

from followups.tables import ContactCard
from members.tables import Person
from server.db import transaction
from server.editing import unless_edited
from server.rows import row_as
from server.statements import Query, lock, prepared


@dataclass(frozen=True)
class Choices:
    """What somebody filled in, and which of it they show."""

    shows_email: bool = False
    shows_picture: bool = False
    shows_phone: bool = False
    phone: str = ""
    shows_website: bool = False
    website: str = ""
    shows_words: bool = False
    words: str = ""
    keeps_plans: bool = False


async def of(person: Person) -> Choices:
    """What somebody chose; nothing until they do. One query."""
    return await row_as(Choices, _chosen(person.id)) or Choices()


@prepared
def _chosen(person: int) -> Query:
    choices = ContactCard.all_columns(exclude=["id", "person", "changed_at"])
    return ContactCard.select(*choices).where(ContactCard.person == person)


async def fill_in(person: Person, card: Choices, *, seen: str = "") -> None:
    """Keep a card. What their connections see changes at once. Raises EditedMeanwhile, by oneself elsewhere."""
    async with transaction():
        await lock(Person, person.id)
        unless_edited(seen, now=asdict(await of(person)), wanted=asdict(card))
        await _write(person, card, ContactCard.all_columns(exclude=["id", "person"]))


async def share_email(person: Person, shares: bool) -> None:
    """Share one's e-mail address with one's connections, or stop; the rest of the card stays as it is."""
    await _write(person, Choices(shows_email=shares), [ContactCard.shows_email, ContactCard.changed_at])


async def _write(person: Person, card: Choices, columns: list[Column]) -> None:
    """Begin a card, or write these columns of the one that there is."""
    await ContactCard.insert(ContactCard(person=person.id, **asdict(card))).on_conflict(
        target=ContactCard.person, action="DO UPDATE", values=columns
    )
