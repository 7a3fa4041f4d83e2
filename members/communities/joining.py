"""Joining a community and leaving it, and what one is there. There is always at least one owner.

Whatever changes who owns a community locks the community's row first, so that two owners who leave at once
cannot both be the one before last.
"""

from typing import Literal

from piccolo.custom_types import Combinable

from members import contributions, queries
from members.access import KeptOut
from members.contributions import Parting
from members.letters import following
from members.roles import BY_NAME, Action, may, may_give, may_remove
from members.tables import Community, Membership, Person
from server.db import transaction
from server.errors import Conflict, Forbidden, NotFound, Refusal
from server.languages.messages import _
from server.statements import lock


class OtherRole(Conflict):
    """Somebody else has given them another role in the meantime."""

    def __init__(self, person: Person, now: str, wanted: str) -> None:
        name = person.name or _("This person")
        super().__init__(
            _(
                # Translators: now: "Ana is an owner by now: somebody else has changed that."; wanted: "You wanted Ana
                # to be a member."
                "%(now)s %(wanted)s Please look again.",
                now=BY_NAME[now].by_now.given(name=name),
                wanted=BY_NAME[wanted].wanted.given(name=name),
            )
        )


class LastOwner(Refusal):
    """Nobody would be left to look after the community."""

    sentence = _("A community needs an owner. Make somebody else an owner first.")


async def join(person: Person, community: Community) -> bool:
    """Become a member; whether somebody was not one before. Twice is harmless. Raises KeptOut."""
    async with transaction():
        # The person first, as everywhere; and whoever is keeping them out holds this lock, so this waits for them.
        await lock(Person, person.id, strength="KEY SHARE")
        await lock(Community, community.id, strength="SHARE")
        if (await queries.part_in(person, community.id)).kept_out:
            raise KeptOut
        membership = Membership(community=community.id, person=person.id)
        return bool(await Membership.insert(membership).on_conflict(action="DO NOTHING"))


async def leave(person: Person, community: Community) -> None:
    """Be a member no longer. Twice is harmless. Raises LastOwner."""
    async with transaction():
        await _lock(person, community)
        role = await queries.role_in(person, community.id)
        if role is not None:
            await end(person, community, role, becomes="gone")


async def remove(person: Person, community: Community, *, by: Person) -> None:
    """End somebody's membership; they may come back. `keeping_out.keep_out` is for those who may not.

    Raises NotFound if they are no member, Forbidden, LastOwner.
    """
    async with transaction():
        await _lock(person, community)
        role = await _role_of_member(person, community)
        if not may_remove(await queries.role_in(by, community.id), role):
            raise Forbidden(_("Only an owner can remove somebody with that role."))
        await end(person, community, role, becomes="gone")


async def change_role(person: Person, community: Community, role: str, *, by: Person, seen: str = "") -> None:
    """Give somebody another role. `seen` is the one they had when that was asked.

    Raises NotFound if they are no member, Forbidden, LastOwner, OtherRole.
    """
    async with transaction():
        await _lock(person, community)
        before = await _role_of_member(person, community)
        if not may_give(await queries.role_in(by, community.id), before=before, after=role):
            raise Forbidden(_("Only an owner can change roles."))
        if before == role:
            return
        if seen and before != seen:
            raise OtherRole(person, before, role)
        if Action.GIVE_ROLES not in BY_NAME[role].may:
            await _keep_an_owner(person, community, before)
        await Membership.update({Membership.role: role}).where(_of(person, community))
        if may(before, Action.ORGANISE) and not may(role, Action.ORGANISE):
            await _say_goodbye(Parting(person, community.id, "demoted"))
        if may(role, Action.ORGANISE) and not may(before, Action.ORGANISE):
            for welcome in contributions.welcomes:
                await welcome(person, community, by)


async def end(
    person: Person, community: Community, role: str | None, *, becomes: Literal["gone", "kept out"]
) -> None:
    """End somebody's membership, if they have one, and what hangs on it. Both are locked. Raises LastOwner."""
    await following.unfollow(person, community)
    if role is not None:
        await _keep_an_owner(person, community, role)
        await Membership.delete().where(_of(person, community))
    await _say_goodbye(Parting(person, community.id, becomes))


async def _lock(person: Person, community: Community) -> None:
    """Hold a person and a community, in this order, as whoever erases an account does."""
    await lock(Person, person.id)
    await lock(Community, community.id)


def _of(person: Person, community: Community) -> Combinable:
    return (Membership.community == community.id) & (Membership.person == person.id)


async def _role_of_member(person: Person, community: Community) -> str:
    role = await queries.role_in(person, community.id)
    if role is None:
        raise NotFound
    return role


async def _say_goodbye(parting: Parting) -> None:
    for goodbye in contributions.goodbyes:
        await goodbye(parting)


async def _keep_an_owner(person: Person, community: Community, role: str) -> None:
    if Action.GIVE_ROLES in BY_NAME[role].may and not await queries.has_other_owner(community.id, person.id):
        raise LastOwner
