"""Rows become typed values in one way, whoever asked for them."""

from dataclasses import dataclass
from typing import NamedTuple

import pytest

from members.tables import Community, Membership, Person
from server import db
from server.rows import loaded, row_as, rows_as, value_of, values_of


@dataclass(frozen=True)
class Named:
    email: str
    name: str


class Tied(NamedTuple):
    role: str
    name: str
    first: bool = True


async def test_piccolo_and_our_own_sql_make_the_same_of_ana(ana: Person) -> None:
    by_piccolo = await row_as(
        Named, Person.select(Person.email, Person.name).where(Person.id == ana.id).first()
    )
    by_sql = await rows_as(Named, db.rows("SELECT * FROM people WHERE id = $1", ana.id))
    assert [by_piccolo] == by_sql == [Named("ana@example.org", "Ana")]


async def test_a_row_of_a_table_is_what_piccolo_would_have_made(ana: Person) -> None:
    found = await row_as(Person, Person.select().where(Person.id == ana.id))
    objects = await Person.objects().where(Person.id == ana.id).first()
    assert found is not None
    assert objects is not None
    assert found.to_dict() == objects.to_dict()
    await found.update_self({Person.name: "Ana R."})
    assert await value_of(Person.select(Person.name).where(Person.id == ana.id)) == "Ana R."


async def test_what_a_row_lacks_is_given_or_missed(ana: Person, walkers: Community) -> None:
    (row,) = await Membership.select(Membership.role).where(Membership.person == ana.id)
    assert loaded(Tied, row, name="Ana", first=False) == Tied("owner", "Ana", first=False)
    with pytest.raises(KeyError, match="name"):
        loaded(Tied, row, first=True)


async def test_nobody_is_none(ana: Person) -> None:
    nobody = Person.select(Person.email, Person.name).where(Person.id == -1)
    assert await row_as(Named, nobody) is None
    assert await row_as(Named, nobody.first()) is None
    assert await value_of(nobody) is None
    assert await values_of(nobody) == []
    assert await rows_as(Named, nobody) == []
