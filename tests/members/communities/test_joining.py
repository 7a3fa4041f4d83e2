"""Joining, leaving, and never being without an owner."""

import asyncio

import pytest

from members import queries
from members.communities import joining
from members.communities.joining import LastOwner
from members.tables import Community, Membership, Person
from server.errors import Forbidden, NotFound
from tests.people import join, make_person


async def test_cleo_joins_and_joining_twice_is_harmless(cleo: Person, walkers: Community) -> None:
    assert await joining.join(cleo, walkers)
    assert not await joining.join(cleo, walkers)
    assert await queries.role_in(cleo, walkers.id) == "member"


async def test_joining_again_does_not_take_a_role_away(ana: Person, walkers: Community) -> None:
    await joining.join(ana, walkers)
    assert await queries.role_in(ana, walkers.id) == "owner"


async def test_bo_leaves_and_leaving_twice_is_harmless(bo: Person, walkers: Community) -> None:
    await joining.leave(bo, walkers)
    await joining.leave(bo, walkers)
    assert await queries.role_in(bo, walkers.id) is None


async def test_ana_who_is_the_only_owner_cannot_leave(ana: Person, walkers: Community) -> None:
    with pytest.raises(LastOwner):
        await joining.leave(ana, walkers)
    with pytest.raises(LastOwner):
        await joining.change_role(ana, walkers, "member", by=ana)
    with pytest.raises(LastOwner):
        await joining.remove(ana, walkers, by=ana)
    assert await queries.role_in(ana, walkers.id) == "owner"


async def test_ana_leaves_once_bo_owns_it_too(ana: Person, bo: Person, walkers: Community) -> None:
    await joining.change_role(bo, walkers, "owner", by=ana)
    await joining.leave(ana, walkers)
    assert await queries.role_in(bo, walkers.id) == "owner"


async def test_an_organiser_removes_members_and_nobody_above(
    ana: Person, bo: Person, dev: Person, walkers: Community
) -> None:
    await joining.change_role(bo, walkers, "organiser", by=ana)
    await joining.remove(dev, walkers, by=bo)
    assert await queries.role_in(dev, walkers.id) is None
    with pytest.raises(Forbidden):
        await joining.remove(ana, walkers, by=bo)
    with pytest.raises(Forbidden):
        await joining.change_role(bo, walkers, "owner", by=bo)


async def test_who_is_no_member_can_be_given_no_role(ana: Person, cleo: Person, walkers: Community) -> None:
    with pytest.raises(NotFound):
        await joining.change_role(cleo, walkers, "organiser", by=ana)
    with pytest.raises(NotFound):
        await joining.remove(cleo, walkers, by=ana)


async def test_a_member_removes_nobody(bo: Person, dev: Person, walkers: Community) -> None:
    with pytest.raises(Forbidden):
        await joining.remove(dev, walkers, by=bo)


async def two_owners() -> tuple[Community, list[Person]]:
    community = Community(slug="pair", name="A pair")
    await community.save()
    owners = [await make_person("Eva"), await make_person("Finn")]
    for owner in owners:
        await join(owner, community, "owner")
    return community, owners


@pytest.mark.parametrize("round_", range(5))
async def test_two_owners_who_leave_at_once_leave_one_behind(committed: str, round_: int) -> None:
    community, owners = await two_owners()
    outcomes = await asyncio.gather(
        *(joining.leave(owner, community) for owner in owners), return_exceptions=True
    )
    assert {type(outcome) for outcome in outcomes} == {type(None), LastOwner}
    assert await Membership.count().where(Membership.role == "owner") == 1


async def test_two_owners_who_make_each_other_members_at_once_leave_one_owner(committed: str) -> None:
    community, (eva, finn) = await two_owners()
    outcomes = await asyncio.gather(
        joining.change_role(finn, community, "member", by=eva),
        joining.change_role(eva, community, "member", by=finn),
        return_exceptions=True,
    )
    assert await Membership.count().where(Membership.role == "owner") == 1
    assert [type(outcome) for outcome in outcomes].count(type(None)) == 1


async def test_joining_forty_times_at_once_is_joining_once(committed: str, cleo: Person) -> None:
    community, _ = await two_owners()
    outcomes = await asyncio.gather(*(joining.join(cleo, community) for _ in range(40)))
    assert outcomes.count(True) == 1
    assert await Membership.count().where(Membership.person == cleo.id) == 1
