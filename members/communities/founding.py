"""Communities: beginning one, changing what it says, closing it."""

from collections.abc import Iterator
from itertools import count

from members import contributions
from members.forms import RESERVED, CommunityFields, NewCommunityFields
from members.slugs import slug_of
from members.tables import Community, Membership, Person
from server import pictures, tokens
from server.db import transaction
from server.editing import unless_edited
from server.errors import NotFound, Refusal
from server.languages.messages import _
from server.ratelimit import at_most
from server.statements import lock, locked


class AddressTaken(Refusal):
    """Another community lives there."""

    sentence = _("Another community has this address already. Please choose another.")
    field = "slug"


class NotClosable(Refusal):
    """Something would be lost that others count on."""

    field = "name"


@at_most("10 per day", "new community", of=lambda person, _: person.id)
async def found(person: Person, fields: NewCommunityFields) -> Community:
    """Begin a community; its founder owns it. Raises AddressTaken, or PictureRefused."""
    addresses = iter([fields.slug]) if fields.slug else _addresses(fields.name)
    async with transaction():
        picture = await pictures.keep(fields.picture) if fields.picture else None
        community = await _settle(addresses, fields, picture)
        await Membership(community=community.id, person=person.id, role="owner").save()
    return community


SAYS = ("name", "summary", "about", "place", "zone", "language")


def says(community: Community) -> dict[str, str]:
    """What a community says of itself, as the form that changes it shows it."""
    return {name: getattr(community, name) for name in SAYS}


async def edit(community: Community, fields: CommunityFields) -> None:
    """Change what a community says; its address stays. Raises EditedMeanwhile, PictureRefused."""
    wanted = {name: getattr(fields, name) for name in SAYS}
    async with transaction():
        now = await locked(Community, community.id)
        if now is None:
            raise NotFound
        unless_edited(fields.seen, now=says(now), wanted=wanted)
        await community.update_self({getattr(Community, name): wanted[name] for name in SAYS})
        if fields.picture:
            await community.update_self({Community.picture: await pictures.keep(fields.picture)})


async def take_picture_away(community: Community) -> None:
    """Show the drawing again. Twice is harmless."""
    await community.update_self({Community.picture: None})


async def close(community: Community, *, name: str) -> None:
    """Close a community for good, with all it held. Raises NotClosable: the name typed must be its own."""
    if name.casefold() != community.name.casefold():
        raise NotClosable(_("Please type the name of the community just as it is written above."))
    async with transaction():
        await lock(Community, community.id, strength="UPDATE")
        for objection in contributions.objections_to_closing:
            if sentence := await objection(community):
                raise NotClosable(sentence)
        await Community.delete().where(Community.id == community.id)


async def _settle(addresses: Iterator[str], fields: CommunityFields, picture: int | None) -> Community:
    """Write a community down under the first of these addresses that is free."""
    for slug in addresses:
        said = {name: getattr(fields, name) for name in SAYS}
        community = Community(slug=slug, picture=picture, **said)
        if await Community.insert(community).on_conflict(target=Community.slug, action="DO NOTHING"):
            return community
    raise AddressTaken


def _addresses(name: str) -> Iterator[str]:
    """The address that a name suggests, then the same with a number, and when there are many, with chance in it."""
    slug = slug_of(name)[:50].strip("-")
    if len(slug) < 2:
        slug = f"community-{tokens.public_id()[:6]}"
    if slug not in RESERVED:
        yield slug
    for number in count(2):
        yield f"{slug}-{number}" if number < 10 else f"{slug}-{tokens.public_id()[:6]}"
