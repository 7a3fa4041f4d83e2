"""The members' letters."""

from members.tables import SignInLink
from server import clock, tokens
from server.mail import Address, Letter, letter
from server.pages import absolute

SIGN_IN = "sign-in"


@letter("members/sign_in")
async def sign_in(link: int) -> Letter | None:
    """The link that signs in. Not written once it is used or old."""
    found = await SignInLink.objects().where(SignInLink.id == link).first()
    if found is None or found.used_at or found.expires_at < clock.now():
        return None
    token = tokens.sign(SIGN_IN, found.id, expires=found.expires_at)
    return Letter(
        to=Address("", found.email),
        context={"link": absolute("members:sign-in-link", token=token), "minutes": 20},
        even_if_dead=True,
    )
