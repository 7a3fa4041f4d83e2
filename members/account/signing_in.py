"""Signing in by a letter's link. Whether an address is known is never said."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from piccolo.querystring import QueryString

from members.account import mail
from members.account.sessions import open_session
from members.tables import Person, SignInLink
from server import clock, tokens
from server.db import transaction
from server.errors import LinkExpired
from server.jobs import later
from server.languages.language import spoken
from server.languages.messages import _
from server.ratelimit import limit
from server.rows import rows_as
from server.statements import lock_word

LASTS = timedelta(minutes=20)
DAY = timedelta(days=1)
KEPT = timedelta(days=2)  # Links are counted for a day, and the last of a day works for one.
MOST_A_DAY = 20  # letters to one address whose links were not used


class SignInLinkExpired(LinkExpired):
    """It is old, or was used. `link` is the row it spoke of, until that is deleted."""

    sentence = _("A sign-in link works once, and for a short time.")
    action = (_("Send me a new one"), "/sign-in")

    def __init__(self, link: SignInLink | None) -> None:
        super().__init__()
        self.link = link


@dataclass(frozen=True)
class SignedIn:
    """Somebody who has just signed in: the secret for their cookie, and where they were going.

    `newcomer`: for the first time ever, or without having said their name yet.
    """

    person: Person
    secret: str
    next_path: str
    newcomer: bool


async def count(email: str, *, origin: str) -> None:
    """Count one press of the button, even of a form that was sent before. Raises TooMany.

    `origin` is the address of the network that asks.
    """
    await limit("sign-in", email, "5 per 15 minutes")
    await limit("sign-in from", origin, "30 per 15 minutes")


async def ask(email: str, *, next_path: str) -> None:
    """Write a sign-in letter to an address, known or not; none beyond MOST_A_DAY, and nobody is told.

    Counted in the table of links, whoever asks and from wherever. The last link of a day works for a day, so that
    asking in another's name again and again shuts nobody out.
    """
    async with transaction():
        await lock_word(f"sign-in {email.lower()}")
        asked = await _asked_lately(email)
        if asked >= MOST_A_DAY:
            return
        lasts = DAY if asked == MOST_A_DAY - 1 else LASTS
        link = SignInLink(email=email.lower(), next_path=next_path, expires_at=clock.now() + lasts)
        await link.save()
        await later(mail.sign_in, link.id, spoken().code)


async def _asked_lately(email: str) -> int:
    number: int = await SignInLink.count().where(
        (SignInLink.email == email.lower())
        & (SignInLink.created_at > clock.now() - DAY)
        & SignInLink.used_at.is_null()
    )
    return number


async def link_of(token: str) -> SignInLink:
    """The link behind a token, untouched. Raises NotFound, or SignInLinkExpired."""
    try:
        (number,) = tokens.read(mail.SIGN_IN, token)
    except LinkExpired as expired:
        raise SignInLinkExpired(await _link(*expired.parts)) from None
    link = await _link(number)
    if link is None or link.used_at:
        raise SignInLinkExpired(link)
    return link


async def sign_in(token: str, *, browser: str) -> SignedIn:
    """Use the link, once. Raises NotFound, or SignInLinkExpired."""
    link = await link_of(token)
    now = clock.now()
    async with transaction():
        unused = (SignInLink.id == link.id) & SignInLink.used_at.is_null()
        if not await SignInLink.update({SignInLink.used_at: now}).where(unused).returning(SignInLink.id):
            raise SignInLinkExpired(link)
        person = await _welcome(link.email, now)
        secret = await open_session(person, browser=browser)
    return SignedIn(person, secret, link.next_path, newcomer=person.signed_in_at == now or not person.name)


async def _link(number: tokens.Part) -> SignInLink | None:
    return await SignInLink.objects().where(SignInLink.id == int(number)).first()


async def _welcome(email: str, now: datetime) -> Person:
    """The person with this address, who now has an account, and reads the language in which they made it."""
    first = QueryString("coalesce(people.signed_in_at, excluded.signed_in_at)")
    language = QueryString(
        "CASE WHEN people.signed_in_at IS NULL THEN excluded.language ELSE people.language END"
    )
    newcomer = Person(email=email, signed_in_at=now, language=spoken().code)
    welcomed = Person.insert(newcomer).on_conflict(
        target=Person.email,
        action="DO UPDATE",
        values=[(Person.signed_in_at, first), (Person.language, language)],
    )
    (person,) = await rows_as(Person, welcomed.returning(*Person.all_columns()))
    return person
