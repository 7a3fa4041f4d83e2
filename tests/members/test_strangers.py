"""People without an account: an address that somebody typed, until its owner says more."""

from members import queries, strangers
from members.tables import Person
from tests.people import make_person

NOBODY_IS_KNOWN = "false"
EVERYBODY_IS_KNOWN = "true"


async def test_an_address_is_one_person_whoever_types_it() -> None:
    first = await strangers.by_address("Zoe@Example.org", name="Zoe", known=NOBODY_IS_KNOWN)
    again = await strangers.by_address("zoe@example.org", name="Zoe B.", known=NOBODY_IS_KNOWN)
    assert (first.id, first.email, first.has_account) == (again.id, "zoe@example.org", False)


async def test_a_typed_name_changes_nobody_who_is_known_or_has_an_account(bo: Person) -> None:
    zoe = await strangers.by_address("zoe@example.org", name="Zoe", known=NOBODY_IS_KNOWN)
    await strangers.by_address("zoe@example.org", name="Mallory", known=EVERYBODY_IS_KNOWN)
    await strangers.by_address(bo.email, name="Mallory", known=NOBODY_IS_KNOWN)
    assert [(await queries.person_by_id(person.id)).name for person in (zoe, bo)] == ["Zoe", "Bo"]  # type: ignore[union-attr]


async def test_only_who_has_no_account_is_renamed(bo: Person) -> None:
    zoe = await make_person("Zoe", account=False)
    for person in (zoe, bo):
        await strangers.rename(person, name="Somebody", called="")
    assert [(await queries.person_by_id(person.id)).name for person in (zoe, bo)] == ["Somebody", "Bo"]  # type: ignore[union-attr]


async def test_who_is_known_or_has_an_account_is_not_forgotten(bo: Person) -> None:
    zoe = await make_person("Zoe", account=False)
    await strangers.forget([zoe.id, bo.id], known=EVERYBODY_IS_KNOWN)
    assert await queries.person_by_id(zoe.id)
    await strangers.forget([zoe.id, bo.id], known=NOBODY_IS_KNOWN)
    assert await queries.person_by_id(zoe.id) is None
    assert await queries.person_by_id(bo.id)
