"""Whom one has met is found by the name that they show, and nobody else is."""

import pytest

from members.blocking import meeting
from members.tables import Community, Person
from tests.people import join, make_person


@pytest.fixture
async def quentin(walkers: Community) -> Person:
    person = await make_person("Quentin Lindqvist")
    await join(person, walkers)
    return person


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("quentin", True),
        ("QUENTIN", True),
        ("quentin l", True),
        ("quent", False),
        ("quentin x", False),
        ("lindqvist", False),
    ],
)
async def test_quentin_is_found_by_his_first_name_in_full(
    ana: Person, quentin: Person, words: str, found: bool
) -> None:
    people, more = await meeting.named(ana, words)
    assert [person.id for person in people] == ([quentin.id] if found else [])
    assert not more


async def test_whoever_one_could_not_have_met_is_not_found(cleo: Person, quentin: Person) -> None:
    assert (await meeting.named(cleo, "quentin")).people == []
