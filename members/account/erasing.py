"""Deleting an account, and with it everything Kith remembers of its person."""

from members import contributions, queries
from members.tables import AddressChange, Community, Person, SignInLink
from server import deliverability
from server.db import transaction
from server.errors import Refusal
from server.languages.messages import Message, _, ngettext
from server.statements import lock


class NotErasable(Refusal):
    """Somebody would be left without an owner, or it was not meant."""

    field = "email"


async def erase(person: Person, *, email: str) -> None:
    """Delete somebody and all that is theirs, at once and for good, if the address typed is theirs.

    Packages to the right say farewell first, in the same transaction: they give seats back, for instance. What
    waits to be done carries ids only, and finds nobody. Raises NotErasable.
    """
    if email.casefold() != person.email:
        raise NotErasable(_("Please type your e-mail address, just as it is written above."))
    async with transaction():
        await _leave_nobody_without_owner(person)
        for farewell in contributions.farewells:
            await farewell(person)
        await _forget(person)


async def _leave_nobody_without_owner(person: Person) -> None:
    """Raise NotErasable while a community has no other owner. Nobody's role changes until the transaction ends."""
    # The person first: whoever holds this row cannot begin or join a community between the question and the end.
    await lock(Person, person.id, strength="UPDATE")
    await lock(Community, *(each.community for each in await queries.communities_of(person)))
    if alone := await queries.owned_alone(person.id):
        raise NotErasable(owners_needed(alone))


def owners_needed(communities: list[Community]) -> Message:
    """The sentence that says which communities would be left without an owner."""
    return ngettext(
        "You are the only owner of %(communities)s. Make somebody else an owner first, or close it.",
        "You are the only owner of %(communities)s. Make somebody else an owner first, or close it.",
        len(communities),
        communities=[community.name for community in communities],
    )


async def _forget(person: Person) -> None:
    # What hangs on the person by a foreign key goes with them; this is what hangs on their address.
    await SignInLink.delete().where(SignInLink.email == person.email)
    await AddressChange.delete().where(
        (AddressChange.email == person.email) | (AddressChange.before == person.email)
    )
    await deliverability.forget_address(person.email)
    await Person.delete().where(Person.id == person.id)
