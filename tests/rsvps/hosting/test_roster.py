"""The organiser's list: everybody once, found by name, quick however many there are."""

import json
import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest

from events.tables import Event
from members.blocking import blocks
from members.tables import Community, Person
from rsvps.hosting import roster
from rsvps.hosting.roster import RosterFilter, Row
from rsvps.seating import seats
from server import clock, db, tokens
from server.pagination import START, Page, Place
from tests.gatherings import make_event
from tests.pace import at_most
from tests.people import make_person
from tests.rsvps.gatherings import make_people

MANY = 20_000
SECONDS = 0.25  # What a page may take here, among other tests; it takes 5 ms.
SORTED = MANY // 5  # rows that may be sorted for a page: those of one kind, or the line; never the whole list


async def page(
    event: Event, reader: Person, asked: RosterFilter | None = None, place: Place = START, *, most: int = 50
) -> Page[Row]:
    """A page of the list."""
    counts = await roster.counts(event.id, reader.id)
    return await roster.page(event.id, reader.id, asked or RosterFilter(), counts, place, most=most)


async def names(
    event: Event, reader: Person, asked: RosterFilter | None = None, place: Place = START
) -> list[str]:
    """Who stands on a page, the first one unless said."""
    return [row.shown_name for row in (await page(event, reader, asked, place)).rows]


async def answers(event: Event, people: list[Person], statuses: list[str]) -> None:
    """Many answers at once, of these kinds by turns; whoever waits is queued in that order."""
    now = clock.now()
    columns = (
        "public_id event person status wanted guests link queued skipped confirmed_at answered_at created_at"
    )
    await db.copy(
        "rsvps",
        columns.split(),
        [
            (tokens.public_id(), event.id, person.id, status, "going", 0, 0, number + 1 if status == "waitlisted"
             else None, 0, now, now + timedelta(seconds=number), now)
            for number, person in enumerate(people)
            for status in [statuses[number % len(statuses)]]
        ],
    )  # fmt: skip


@pytest.mark.parametrize("status", ["", "going", "waitlisted", "requested"])
async def test_walking_through_all_pages_meets_everybody_once_and_back_again(
    walkers: Community, ana: Person, status: Any
) -> None:
    event = await make_event(walkers, mode="in_person")
    people = await make_people(137)
    random.Random(7).shuffle(people)
    await answers(event, people, [status or "maybe"])
    there = [await page(event, ana, RosterFilter(status=status), most=10)]
    while there[-1].after:
        there.append(
            await page(event, ana, RosterFilter(status=status), Place(after=there[-1].after), most=10)
        )
    met = [row.name for each in there for row in each.rows]
    in_order = [person.name for person in people]
    assert met == (in_order if status in {"waitlisted", "requested"} else sorted(in_order, key=str.lower))
    assert len(there) == 14 and not there[0].before
    back = [there[-1]]
    while back[-1].before:
        back.append(
            await page(event, ana, RosterFilter(status=status), Place(before=back[-1].before), most=10)
        )
    assert [row.name for each in reversed(back) for row in each.rows] == met
    assert back[-1].after == there[0].after


async def test_a_table_has_everybody_once(
    walkers: Community, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = await make_event(walkers)
    await answers(event, await make_people(137), ["going"])
    monkeypatch.setattr(roster, "CHUNK", 20)
    chunks = [rows async for rows in roster.everybody(event.id, ana.id, RosterFilter())]
    assert [len(rows) for rows in chunks] == [20] * 6 + [17]
    assert len({row.public_id for rows in chunks for row in rows}) == 137


async def test_a_table_has_everybody_once_while_the_line_moves(
    walkers: Community, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = await make_event(walkers)
    await answers(event, await make_people(60), ["waitlisted"])
    monkeypatch.setattr(roster, "CHUNK", 20)
    met: list[str] = []
    async for rows in roster.everybody(event.id, ana.id, RosterFilter(status="waitlisted")):
        met += [row.public_id for row in rows]
        # Whom the next chunk would follow leaves the line, and is then erased.
        await db.run("DELETE FROM rsvps WHERE public_id = $1", met[-1])
    assert len(met) == len(set(met)) == 60


async def test_people_are_found_by_any_part_of_their_name(walkers: Community, ana: Person) -> None:
    event = await make_event(walkers)
    for name in ("Åsa Öberg", "Marta Silva", "Tom 100%", "O’Neil_x", "Jürgen Müller"):
        person = await make_person(name)
        await seats.answer(event, person, answer="going", by=person)
    nameless = await make_person("nell", account=False)
    await db.run("UPDATE people SET name = '' WHERE id = $1", nameless.id)
    await seats.answer(event, nameless, answer="going", by=nameless)
    for words, found in (
        ("MARTA", ["Marta Silva"]),
        ("rta s", ["Marta Silva"]),
        ("åSA", ["Åsa Öberg"]),
        ("100%", ["Tom 100%"]),
        ("asa oberg", ["Åsa Öberg"]),
        ("müller  jürgen", ["Jürgen Müller"]),
        ("mu\u0308ller", ["Jürgen Müller"]),
        ("o'neil", ["O’Neil_x"]),
        ("oneil", ["O’Neil_x"]),
        ("nell@", ["nell@example.org"]),
        ("bo@", []),
    ):
        assert await names(event, ana, RosterFilter(words)) == found, words


async def test_somebody_is_found_by_what_they_are_called(walkers: Community, ana: Person, bo: Person) -> None:
    event = await make_event(walkers)
    await seats.answer(event, bo, answer="going", by=bo)
    await db.run("UPDATE people SET called = 'Bobbélé' WHERE id = $1", bo.id)
    for words in ("bobbele", "bo", "Bobbélé bo"):
        assert await names(event, ana, RosterFilter(words)) == ["Bo"], words


async def test_somebody_is_found_by_the_name_that_they_have_now(
    walkers: Community, ana: Person, bo: Person
) -> None:
    event, other = await make_event(walkers), await make_event(walkers)
    for each in (event, other):
        await seats.answer(each, bo, answer="going", by=bo)
    await db.run("UPDATE people SET name = 'Robert' WHERE id = $1", bo.id)
    for each in (event, other):
        assert await names(each, ana, RosterFilter("rob")) == ["Robert"]
        assert await names(each, ana, RosterFilter("bo")) == []


async def test_whom_a_block_hides_is_neither_listed_nor_counted(
    walkers: Community, ana: Person, bo: Person, dev: Person
) -> None:
    event = await make_event(walkers)
    for person in (bo, dev):
        await seats.answer(event, person, answer="going", by=person)
    await blocks.block(bo, ana)
    assert await names(event, ana) == ["Dev"]
    assert await roster.counts(event.id, ana.id) == {"going": 1}
    await blocks.block(ana, dev)
    assert await names(event, ana) == [] and await roster.counts(event.id, ana.id) == {}


async def test_each_side_of_a_hybrid_event_has_a_line_of_its_own(walkers: Community, ana: Person) -> None:
    event = await make_event(walkers, seats=1, online_seats=1)
    for number, person in enumerate(await make_people(6)):
        await seats.answer(event, person, answer="going", online=number % 2 == 1, by=person)
    line = (await page(event, ana, RosterFilter(status="waitlisted"))).rows
    assert [(row.name, row.online, row.place) for row in line] == [
        ("Person 2", False, 1),
        ("Person 3", True, 1),
        ("Person 4", False, 2),
        ("Person 5", True, 2),
    ]
    everybody = {row.name: row.place for row in (await page(event, ana)).rows}
    assert everybody["Person 5"] == 2 and everybody["Person 0"] is None


@pytest.mark.parametrize("cursor", ["nobody", "'; --", "\u2028", "x" * 500])
async def test_a_page_that_begins_nowhere_is_the_first(
    walkers: Community, ana: Person, bo: Person, cursor: str
) -> None:
    event = await make_event(walkers)
    await seats.answer(event, bo, answer="going", by=bo)
    for place in (Place(after=cursor), Place(before=cursor)):
        assert await names(event, ana, place=place) == ["Bo"]


async def test_a_page_goes_on_from_where_somebody_stood_who_is_gone(walkers: Community, ana: Person) -> None:
    event = await make_event(walkers)
    people = await make_people(5)
    await answers(event, people, ["going"])
    first = await page(event, ana, most=2)
    await db.run("DELETE FROM rsvps WHERE public_id = $1", first.rows[-1].public_id)
    assert await names(event, ana, place=Place(after=first.after)) == ["Person 2", "Person 3", "Person 4"]


async def test_a_page_goes_on_when_few_have_become_many(
    walkers: Community, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = await make_event(walkers)
    await answers(event, await make_people(5), ["going"])
    first = await page(event, ana, RosterFilter(status="going"), most=2)
    monkeypatch.setattr(roster, "FEW", 3)
    assert await names(event, ana, RosterFilter(status="going"), Place(after=first.after)) == [
        "Person 2",
        "Person 3",
        "Person 4",
    ]


@pytest.mark.slow
async def test_a_page_and_a_keystroke_are_quick_among_20_000(walkers: Community, ana: Person) -> None:
    event = await _crowded(walkers)
    first = await page(event, ana)
    for status in ("", "going", "waitlisted", "requested", "maybe", "invited"):
        for words in ("", "e", "person 7", "nobody at all"):
            for after in ("", first.after):
                asked = RosterFilter(words, status)
                with _statements() as asking, at_most(SECONDS):
                    await page(event, ana, asked, Place(after=after))
                for statement, arguments in asking:
                    assert await _most_sorted(statement, arguments) <= SORTED, (asked, statement)


async def _crowded(community: Community) -> Event:
    """An event with many answers, among small ones, for which PostgreSQL makes its plans."""
    people = await make_people(MANY)
    random.Random(7).shuffle(people)
    event = await make_event(community)
    await answers(event, people, ["going"] * 15 + ["waitlisted"] * 3 + ["requested", "maybe"])
    for number in range(20):
        await answers(
            await make_event(community), people[number * 40 : number * 40 + 40], ["going", "invited"]
        )
    await db.run("ANALYZE rsvps, rsvp_names, people")
    return event


@contextmanager
def _statements() -> Iterator[list[tuple[str, tuple[Any, ...]]]]:
    """What is asked of the database while this is open, with its arguments."""
    asked: list[tuple[str, tuple[Any, ...]]] = []
    current = db.engine().current_transaction.get()
    assert current

    def note(record: Any) -> None:
        if record.query.strip().startswith("SELECT"):
            asked.append((record.query, record.args))

    with current.connection.query_logger(note):
        yield asked


async def _most_sorted(statement: str, arguments: tuple[Any, ...]) -> int:
    """The most rows that are sorted for a statement, by the plan that PostgreSQL keeps for events of any size."""
    kinds = ", ".join(_kind(argument) for argument in arguments)
    values = ", ".join(_literal(argument) for argument in arguments)
    await db.run("SET LOCAL plan_cache_mode = force_generic_plan")
    await db.run(f"PREPARE asked ({kinds}) AS {statement}")
    plan = await db.value(f"EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE asked ({values})")
    await db.run("DEALLOCATE asked")
    await db.run("SET LOCAL plan_cache_mode = auto")
    found = json.loads(plan) if isinstance(plan, str) else plan
    return max(_sorted(found[0]["Plan"]), default=0)


def _sorted(node: dict[str, Any]) -> Iterator[int]:
    inner = node.get("Plans", [])
    if "Sort" in node["Node Type"]:
        yield sum(round(each["Actual Rows"]) for each in inner)
    for each in inner:
        yield from _sorted(each)


def _kind(argument: Any) -> str:
    if isinstance(argument, list):
        return "bigint[]"
    return {int: "bigint", str: "text", datetime: "timestamptz"}[type(argument)]


def _literal(argument: Any) -> str:
    if isinstance(argument, list):
        return f"ARRAY{argument}::bigint[]"
    return str(argument) if isinstance(argument, int) else "'" + re.sub("'", "''", str(argument)) + "'"
