"""Changing one's address: a letter to the new one, word to the old one, and nothing until both are in one hand.

Whether anybody has the new one is told to nobody but its reader, by the letter that goes there. It is confirmed by the
link in that letter, in a browser that is signed in: whoever has only the one or the other gets nothing.
"""

from datetime import timedelta

import asyncpg

from members import contributions, queries
from members.account import mail
from members.tables import AddressChange, Person, SignInLink
from server import clock, tokens
from server.db import transaction
from server.errors import LinkExpired, NotFound, Refusal
from server.jobs import later
from server.languages.messages import _
from server.ratelimit import at_most, limit
from server.statements import lock, locked

LASTS = timedelta(days=1)
KEPT = timedelta(days=7)


class AddressTaken(Refusal):
    """Somebody has an account with it."""

    sentence = _(
        "This address has an account of its own. Sign in with it and delete that account, if you would rather use "
        "the address here."
    )


class ChangeExpired(LinkExpired):
    """It is old, was stopped, or another address was asked for since."""

    sentence = _(
        "It works for a day, and only the newest one does. You can ask for another in your settings."
    )
    action = (_("Go to my settings"), "/settings/email")


@at_most("5 per day", "another address", of=lambda person, email: person.id)
async def ask(person: Person, email: str) -> None:
    """Write to the new address, and tell the old one. Whatever was asked before is void. Raises Refusal, TooMany."""
    if email == person.email:
        raise Refusal(_("That is your address already."), field="email")
    await limit("letters to another address", email, "5 per day")
    async with transaction():
        await lock(Person, person.id)
        await AddressChange.delete().where(AddressChange.person == person.id)
        change = AddressChange(person=person.id, email=email, expires_at=clock.now() + LASTS)
        await change.save()
        await later(mail.new_address, change.id)
        await later(mail.leaving_address, change.id)


async def stop(person: int) -> None:
    """Keep the address. Twice is harmless; what has been confirmed stays."""
    pending = (AddressChange.person == person) & AddressChange.confirmed_at.is_null()
    await AddressChange.delete().where(pending)


async def change_of(token: str, purpose: str = mail.NEW_ADDRESS) -> AddressChange:
    """What a link is about, untouched. Raises NotFound, ChangeExpired."""
    try:
        (number,) = tokens.read(purpose, token)
    except LinkExpired:
        raise ChangeExpired from None
    change = await AddressChange.objects().where(AddressChange.id == int(number)).first()
    if change is None:
        raise ChangeExpired
    return change


async def confirm(change: AddressChange, *, by: Person) -> None:
    """Use the new address from now on. Twice is harmless. Raises NotFound, ChangeExpired, AddressTaken.

    Sessions stay. Links to sign in that were sent to the old address are void. Answers that were given with the new
    address without an account belong to this one now.
    """
    if change.person != by.id:
        raise NotFound
    try:
        async with transaction():
            await _confirm(change.id, by)
    except asyncpg.UniqueViolationError as error:  # Somebody has begun to use it at this very moment.
        raise AddressTaken from error


async def _confirm(number: int, by: Person) -> None:
    guest = await queries.person_by_email(await _address(number))
    await lock(Person, *sorted({by.id, *([guest.id] if guest else [])}), strength="UPDATE")
    change = await locked(AddressChange, number)
    if change is None:
        raise ChangeExpired
    if change.confirmed_at:
        return
    if change.expires_at < clock.now():
        raise ChangeExpired
    if guest:
        await _take_over(by, guest)
    before = by.email
    await SignInLink.delete().where(SignInLink.email == before)
    await by.update_self({Person.email: change.email})
    await change.update_self({AddressChange.before: before, AddressChange.confirmed_at: clock.now()})
    for readdress in contributions.address_changes:
        await readdress(before, change.email)
    await later(mail.address_changed, change.id)


async def _address(number: int) -> str:
    change = await AddressChange.objects().get(AddressChange.id == number)
    if change is None:
        raise ChangeExpired
    return str(change.email)


async def _take_over(person: Person, guest: Person) -> None:
    """What a guest did with this address is theirs, who has just shown that they read it."""
    guest = await locked(Person, guest.id) or guest
    if guest.has_account:
        raise AddressTaken
    for take_over in contributions.takeovers:
        await take_over(person, guest)
    # Where both had something, the account's own stands, and the guest's ends as when somebody leaves.
    for farewell in contributions.farewells:
        await farewell(guest)
    await Person.delete().where(Person.id == guest.id)
