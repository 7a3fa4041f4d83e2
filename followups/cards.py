"""The contact card: what a person shows to their connections. One card, for all of them."""

from dataclasses import asdict, dataclass

from members.tables import Person
from server import clock, db
from server.db import transaction
from server.editing import unless_edited


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
    row = await db.row(
        """
        SELECT shows_email, shows_picture, shows_phone, phone, shows_website, website, shows_words, words, keeps_plans
        FROM contact_cards WHERE person = $1
        """,
        person.id,
    )
    return Choices(**row) if row else Choices()


async def fill_in(person: Person, card: Choices, *, seen: str = "") -> None:
    """Keep a card. What their connections see changes at once. Raises EditedMeanwhile, by oneself elsewhere."""
    async with transaction():
        await db.run("SELECT FROM people WHERE id = $1 FOR NO KEY UPDATE", person.id)
        unless_edited(seen, now=asdict(await of(person)), wanted=asdict(card))
        await _write(person, card)


async def share_email(person: Person, shares: bool) -> None:
    """Share one's e-mail address with one's connections, or stop; the rest of the card stays as it is."""
    await db.run(
        """
        INSERT INTO contact_cards (
            person, shows_email, shows_picture, shows_phone, phone, shows_website, website, shows_words, words,
            keeps_plans, changed_at
        ) VALUES ($1, $2, false, false, '', false, '', false, '', false, $3)
        ON CONFLICT (person) DO UPDATE SET shows_email = $2, changed_at = $3
        """,
        person.id,
        shares,
        clock.now(),
    )


async def _write(person: Person, card: Choices) -> None:
    await db.run(
        """
        INSERT INTO contact_cards (
            person, shows_email, shows_picture, shows_phone, phone, shows_website, website, shows_words, words,
            keeps_plans, changed_at
        ) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        ON CONFLICT (person) DO UPDATE SET shows_email = $2, shows_picture = $3, shows_phone = $4, phone = $5,
            shows_website = $6, website = $7, shows_words = $8, words = $9, keeps_plans = $10, changed_at = $11
        """,
        person.id,
        card.shows_email,
        card.shows_picture,
        card.shows_phone,
        card.phone,
        card.shows_website,
        card.website,
        card.shows_words,
        card.words,
        card.keeps_plans,
        clock.now(),
    )
