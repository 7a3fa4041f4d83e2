"""Signing in by a letter's link. Whether an address is known is never said."""

from datetime import timedelta

from members import mail, queries
from members.sessions import open_session
from members.tables import Person, SignInLink
from server import clock, db, tokens
from server.db import transaction
from server.errors import LinkExpired, NotFound
from server.jobs import later

LASTS = timedelta(minutes=20)
DAY = timedelta(days=1)
MOST_A_DAY = 20  # letters to one address whose links were not used


class SignInLinkExpired(LinkExpired):
    """It is old, or was used."""

    sentence = "A sign-in link works once, and for a short time."
    action = ("Send me a new one", "/sign-in")


async def ask(email: str, *, next_path: str) -> None:
    """Write a sign-in letter to an address, known or not; none beyond MOST_A_DAY, and nobody is told.

    Counted in the table of links, whoever asks and from wherever. The last link of a day works for a day, so that who
    asks in another's name again and again shuts nobody out.
    """
    async with transaction():
        await db.run("SELECT pg_advisory_xact_lock(hashtextextended('sign-in ' || lower($1), 0))", email)
        asked = await _asked_lately(email)
        if asked >= MOST_A_DAY:
            return
        lasts = DAY if asked == MOST_A_DAY - 1 else LASTS
        link = SignInLink(email=email.lower(), next_path=next_path, expires_at=clock.now() + lasts)
        await link.save()
        await later(mail.sign_in, link.id)


async def _asked_lately(email: str) -> int:
    number: int = await db.value(
        """
        SELECT count(*) FROM sign_in_links WHERE email = lower($1) AND created_at > $2 AND used_at IS NULL
        """,
        email,
        clock.now() - DAY,
    )
    return number


async def link_of(token: str) -> SignInLink:
    """The link behind a token, untouched. Raises NotFound, or SignInLinkExpired."""
    try:
        (number,) = tokens.read(mail.SIGN_IN, token)
    except LinkExpired:
        raise SignInLinkExpired from None
    link = await SignInLink.objects().where(SignInLink.id == int(number)).first()
    if link is None or link.used_at:
        raise SignInLinkExpired
    return link


async def sign_in(token: str, *, browser: str) -> tuple[Person, str, str]:
    """Use the link, once. Returns who it is, the secret for their cookie, and where they were going."""
    link = await link_of(token)
    now = clock.now()
    async with transaction():
        used = await db.value(
            "UPDATE sign_in_links SET used_at = $2 WHERE id = $1 AND used_at IS NULL RETURNING true",
            link.id,
            now,
        )
        if not used:
            raise SignInLinkExpired
        person = await _welcome(link.email)
        secret = await open_session(person, browser=browser)
    return person, secret, link.next_path


async def _welcome(email: str) -> Person:
    """The person with this address, who now has an account."""
    now = clock.now()
    await db.run(
        """
        INSERT INTO people (public_id, email, created_at, signed_in_at) VALUES ($1, $2, $3, $3)
        ON CONFLICT (email) DO UPDATE SET signed_in_at = coalesce(people.signed_in_at, excluded.signed_in_at)
        """,
        tokens.public_id(),
        email,
        now,
    )
    person = await queries.person_by_email(email)
    if person is None:
        raise NotFound
    return person
