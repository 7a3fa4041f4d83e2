"""The members' letters."""

from datetime import timedelta

from members.queries import person_by_email
from members.tables import SignInLink
from server import clock, tokens
from server.mail import Address, Letter, letter
from server.pages import absolute
from server.presentation import plural

SIGN_IN = "sign-in"


@letter("members/sign_in", until=lambda of: of["expires"])
async def sign_in(link: int) -> Letter | None:
    """The link that signs in. Not written once it is used."""
    found = await SignInLink.objects().where(SignInLink.id == link).first()
    if found is None or found.used_at:
        return None
    left = found.expires_at - clock.now()
    token = tokens.sign(SIGN_IN, found.id, expires=found.expires_at)
    person = await person_by_email(found.email)
    return Letter(
        # What a guest is called may have been typed by anybody.
        to=Address(person.greeted if person and person.has_account else "", found.email),
        context={
            "link": absolute("members:sign-in-link", token=token),
            "lasts": _lasts(left),
            "expires": found.expires_at,
        },
        asked_for=True,
    )


def _lasts(left: timedelta) -> str:
    minutes = max(1, round(left / timedelta(minutes=1)))
    return plural(minutes, "minute") if minutes < 120 else plural(round(minutes / 60), "hour")
