"""Joining a community and leaving it, and what one is there. There is always at least one owner.

Whatever changes who owns a community locks the community's row first, so that two owners who leave at once
cannot both be the one before last.
"""

from members import queries
from members.announcements import MemberLeft
from members.roles import BY_NAME, Action, may_give, may_remove
from members.tables import Community, Person
from server import clock, db
from server.db import transaction
from server.errors import Forbidden, NotFound, Refusal
from server.jobs import announce


class LastOwner(Refusal):
    """Nobody would be left to look after the community."""

    sentence = "A community needs an owner. Make somebody else an owner first."


async def join(person: Person, community: Community) -> bool:
    """Become a member; whether somebody was not one before. Twice is harmless."""
    joined = await db.value(
        """
        INSERT INTO memberships (community, person, role, joined_at) VALUES ($1, $2, 'member', $3)
        ON CONFLICT (community, person) DO NOTHING RETURNING true
        """,
        community.id,
        person.id,
        clock.now(),
    )
    return bool(joined)


async def leave(person: Person, community: Community) -> None:
    """Be a member no longer. Twice is harmless. Raises LastOwner."""
    async with transaction():
        await lock([community.id])
        role = await queries.role_in(person, community.id)
        if role is not None:
            await _end(person, community, role)


async def remove(person: Person, community: Community, *, by: Person) -> None:
    """Have somebody be a member no longer. Raises NotFound for who is none, Forbidden, LastOwner."""
    async with transaction():
        await lock([community.id])
        role = await _role_of_member(person, community)
        if not may_remove(await queries.role_in(by, community.id), role):
            raise Forbidden("Only an owner can remove somebody with that role.")
        await _end(person, community, role)


async def change_role(person: Person, community: Community, role: str, *, by: Person) -> None:
    """Give somebody another role. Raises NotFound for who is no member, Forbidden, LastOwner."""
    async with transaction():
        await lock([community.id])
        before = await _role_of_member(person, community)
        if not may_give(await queries.role_in(by, community.id), before=before, after=role):
            raise Forbidden("Only an owner can change roles.")
        if Action.GIVE_ROLES not in BY_NAME[role].may:
            await _keep_an_owner(person, community, before)
        await db.run(
            "UPDATE memberships SET role = $3 WHERE community = $1 AND person = $2",
            community.id,
            person.id,
            role,
        )


async def lock(communities: list[int]) -> None:
    """Hold the rows of these communities until the transaction ends, so that nobody changes their roles meanwhile."""
    # Sorted by id: two people who leave several communities at once must not deadlock.
    await db.rows("SELECT id FROM communities WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE", communities)


async def _role_of_member(person: Person, community: Community) -> str:
    role = await queries.role_in(person, community.id)
    if role is None:
        raise NotFound
    return role


async def _end(person: Person, community: Community, role: str) -> None:
    await _keep_an_owner(person, community, role)
    await db.run("DELETE FROM memberships WHERE community = $1 AND person = $2", community.id, person.id)
    await announce(MemberLeft(community.id, person.id))


async def _keep_an_owner(person: Person, community: Community, role: str) -> None:
    if Action.GIVE_ROLES in BY_NAME[role].may and not await queries.has_other_owner(community.id, person.id):
        raise LastOwner
