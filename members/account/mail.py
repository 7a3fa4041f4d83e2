"""The members' letters."""

from datetime import timedelta

from members import queries
from members.letters.receivers import address_of, language_of
from members.tables import AddressChange, Person, SignInLink
from server import clock, tokens
from server.languages.messages import Message, ngettext
from server.mail import Address, Letter, letter
from server.pages import absolute

SIGN_IN = "sign-in"
NEW_ADDRESS = "new address"
KEEP_ADDRESS = "keep address"
NEWS = timedelta(days=3)  # So long it is worth knowing that one's address has changed.


@letter("members/sign_in", until=lambda of: of["expires"])
async def sign_in(link: int, language: str = "") -> Letter | None:
    """The link that signs in. Not written once it is used. `language`: of the page on which it was asked for."""
    found = await SignInLink.objects().where(SignInLink.id == link).first()
    if found is None or found.used_at:
        return None
    left = found.expires_at - clock.now()
    token = tokens.sign(SIGN_IN, found.id, expires=found.expires_at)
    person = await queries.person_by_email(found.email)
    # What a guest is called may have been typed by anybody.
    known = person if person and person.has_account else None
    return Letter(
        to=Address(known.greeted if known else "", found.email, (known and known.language) or language),
        context={
            "link": absolute("members:sign-in-link", token=token),
            "lasts": _lasts(left),
            "expires": found.expires_at,
        },
        asked_for=True,
    )


@letter("members/new_address", until=lambda of: of["expires"])
async def new_address(number: int) -> Letter | None:
    """To the address somebody wishes to use: the link that confirms it, or that it has an account of its own."""
    found = await _asked(number)
    if found is None:
        return None
    change, person = found
    owner = await queries.person_by_email(change.email)
    token = tokens.sign(NEW_ADDRESS, change.id, expires=change.expires_at)
    return Letter(
        to=Address("", change.email, await language_of(person)),
        context={
            "taken": bool(owner and owner.has_account),
            "name": person.greeted or person.name,
            "link": absolute("members:address", token=token),
            "expires": change.expires_at,
        },
    )


@letter("members/leaving_address", until=lambda of: of["expires"])
async def leaving_address(number: int) -> Letter | None:
    """To the address somebody has: that they wish to use another, and how to stop that. Which one stays untold."""
    found = await _asked(number)
    if found is None:
        return None
    change, person = found
    token = tokens.sign(KEEP_ADDRESS, change.id, expires=change.expires_at)
    return Letter(
        to=await address_of(person),
        context={"link": absolute("members:keep-address", token=token), "expires": change.expires_at},
    )


@letter("members/address_changed", until=lambda of: of["worth_until"])
async def address_changed(number: int) -> Letter | None:
    """To the address somebody had: it is not theirs in Kith any more."""
    change = await AddressChange.objects().get(AddressChange.id == number)
    person = await Person.objects().get(Person.id == change.person) if change else None
    if change is None or person is None or not change.confirmed_at:
        return None
    return Letter(
        to=Address(person.greeted, change.before, await language_of(person)),
        context={"worth_until": change.confirmed_at + NEWS, "contact": absolute("about:contact")},
    )


async def _asked(number: int) -> tuple[AddressChange, Person] | None:
    change = await AddressChange.objects().get(AddressChange.id == number)
    person = await Person.objects().get(Person.id == change.person) if change else None
    return (change, person) if change and person and not change.confirmed_at else None


def _lasts(left: timedelta) -> Message:
    minutes = max(1, round(left / timedelta(minutes=1)))
    if minutes < 120:
        # Translators: how long a link works: "within 20 minutes"
        return ngettext("%(num)s minute", "%(num)s minutes", minutes)
    # Translators: how long a link works: "within 24 hours"
    return ngettext("%(num)s hour", "%(num)s hours", round(minutes / 60))
