"""Statements that Piccolo makes once, and words that it lacks."""

import asyncio
from datetime import UTC, datetime

import pytest

from members.tables import Community, Membership, Person
from server import clock
from server.db import transaction
from server.rows import value_of, values_of
from server.statements import Query, among, lock, not_among, prepared
from tests.pace import PATIENCE
from tests.people import make_person


@prepared
def role_in(person: int, community: int) -> Query:
    return Membership.select(Membership.role).where(
        (Membership.community == community) & (Membership.person == person) & (Membership.role != "nobody")
    )


async def test_a_prepared_statement_is_handed_its_arguments(
    ana: Person, bo: Person, walkers: Community
) -> None:
    assert await value_of(role_in(ana.id, walkers.id)) == "owner"
    assert await value_of(role_in(community=walkers.id, person=bo.id)) == "member"
    assert await value_of(role_in(bo.id, community=-1)) is None


async def test_a_prepared_statement_is_made_once(ana: Person) -> None:
    made = []

    @prepared
    def named(name: str) -> Query:
        made.append(name)
        return Person.update({Person.name: name}).where(Person.id == ana.id).returning(Person.name)

    assert [await value_of(named(name)) for name in ("Ana", "Anna")] == ["Ana", "Anna"]
    assert len(made) == 1


async def test_a_prepared_statement_that_looks_at_the_clock_is_refused() -> None:
    @prepared
    def lately() -> Query:
        return Person.select().where(Person.created_at > clock.now())

    with pytest.raises(TypeError, match="lately"):
        await lately()


async def test_a_prepared_statement_that_would_repeat_defaults_is_refused() -> None:
    @prepared
    def once_more(email: str) -> Query:
        return Person.insert(Person(email=email, created_at=datetime(2026, 1, 1, tzinfo=UTC)))

    with pytest.raises(TypeError, match="once_more"):
        await once_more("ana@example.org")


async def test_among_nobody_is_nobody_and_not_among_them_everybody(ana: Person, bo: Person) -> None:
    both = Person.select(Person.id).where(among(Person.id, {ana.id, bo.id})).order_by(Person.id)
    assert await values_of(both) == [ana.id, bo.id]
    assert await values_of(Person.select(Person.id).where(among(Person.id, []))) == []
    assert await values_of(both.where(not_among(Person.id, [ana.id]))) == [bo.id]
    assert await values_of(both.where(not_among(Person.id, []))) == [bo.id]


async def test_among_takes_more_than_postgresql_has_room_for_arguments(ana: Person) -> None:
    many = range(ana.id, ana.id + 40_000)
    assert await values_of(Person.select(Person.id).where(among(Person.id, many))) == [ana.id]


async def test_who_locks_ana_holds_her_until_the_end(committed: str) -> None:
    ana, bo = await make_person("Ana"), await make_person("Bo")
    order = []
    held, key_shared = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        async with transaction():
            assert await lock(Person, bo.id, ana.id, -1) == [ana.id, bo.id]
            order.append("held")
            held.set()
            await asyncio.wait_for(key_shared.wait(), PATIENCE)
            await asyncio.sleep(0.3)  # In which others could share her, were she not held.
            order.append("let go")

    async def wait() -> None:
        await held.wait()
        async with transaction():
            await lock(Person, ana.id, strength="KEY SHARE")
            order.append("shared the key")
            key_shared.set()
            await lock(Person, ana.id, strength="SHARE")
            order.append("shared")

    await asyncio.gather(hold(), wait())
    assert order == ["held", "shared the key", "let go", "shared"]


async def test_locking_nothing_asks_nothing() -> None:
    assert await lock(Person) == []
