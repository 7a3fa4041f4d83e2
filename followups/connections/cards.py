"""The contact card: what a person shows to their connections. One card, for all of them."""

from dataclasses import asdict, dataclass
from typing import Literal

from piccolo.columns import Column

from followups.tables import ContactCard
from members import strangers
from members.tables import Person
from server import clock
from server.db import transaction
from server.editing import unless_edited
from server.faults import Faults
from server.languages.messages import _
from server.rows import row_as
from server.statements import Query, lock, prepared

Way = Literal["email", "phone", "website", "kith"]


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
    """Share one's e-mail address with one's connections, or stop; the rest of the card stays as it is.

    Not to share it says nothing of how one may be reached: that is asked once there is somebody to reach one.
    """
    if shares:
        await _write(person, Choices(shows_email=True), [ContactCard.shows_email, ContactCard.changed_at])
    else:
        await ContactCard.update({ContactCard.shows_email: False, ContactCard.changed_at: clock.now()}).where(
            ContactCard.person == person.id
        )


async def choose_way(person: Person, way: Way, *, phone: str = "", website: str = "") -> bool:
    """Begin a card with one way to be reached, or with none but letters through Kith.

    Returns whether it was begun: a card that there is already stays as it is. Raises NotAllowed.
    """
    faults = Faults()
    if way == "phone" and not phone:
        faults.note("phone", _("Please type your phone number."))
    if way == "website" and not website:
        faults.note("website", _("Please type the address of your website."))
    faults.refuse()
    card = Choices(
        shows_email=way == "email",
        shows_phone=way == "phone",
        phone=phone if way == "phone" else "",
        shows_website=way == "website",
        website=website if way == "website" else "",
    )
    await strangers.hear(person)
    begun = ContactCard.insert(ContactCard(person=person.id, **asdict(card)))
    return bool(await begun.on_conflict(target=ContactCard.person, action="DO NOTHING"))


async def _write(person: Person, card: Choices, columns: list[Column]) -> None:
    """Begin a card, or write these columns of the one that there is."""
    await ContactCard.insert(ContactCard(person=person.id, **asdict(card))).on_conflict(
        target=ContactCard.person, action="DO UPDATE", values=columns
    )
