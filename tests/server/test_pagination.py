"""Lists come in pages that nobody falls between, whatever changes meanwhile."""

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest
import pytest_asyncio

from server import db, pagination, tokens
from server.pagination import MOST_COUNTED, START, Key, Listing, Page, Place, asked_place
from tests.counting import counted

SIZE = 3
NAMES = Listing(
    "names",
    keys=(Key("name", "text"), Key("id", "bigint")),
    listed="id, name",
    source="FROM names WHERE true",
)
NEWEST = Listing(
    "newest",
    keys=(Key("at", "timestamptz"), Key("id", "bigint")),
    listed="id",
    source="FROM names WHERE at > $1",
    descending=True,
)


@pytest_asyncio.fixture(autouse=True)
async def _names() -> None:
    await db.run(
        "CREATE TEMP TABLE names (id bigserial PRIMARY KEY, name text, at timestamptz DEFAULT now()) ON COMMIT DROP"
    )


async def add(*names: str) -> None:
    await db.run("INSERT INTO names (name) SELECT unnest($1::text[])", list(names))


def names(page: Page) -> list[str]:
    return [row["name"] for row in page.rows]


async def at(place: Place) -> Page:
    return await pagination.page(NAMES, place=place, most=SIZE)


async def forwards() -> list[Page]:
    pages = [await at(START)]
    while pages[-1].after:
        pages.append(await at(Place(after=pages[-1].after)))
    return pages


def all_of(pages: Sequence[Page]) -> list[str]:
    return [name for page in pages for name in names(page)]


async def test_every_row_stands_on_one_page_also_where_names_are_equal() -> None:
    await add(*["Ana"] * 5, "Bo", *["Cleo"] * 4)
    pages = await forwards()
    assert [len(page.rows) for page in pages] == [3, 3, 3, 1]
    ids = [row["id"] for page in pages for row in page.rows]
    assert ids == list(range(1, 11))


async def test_back_leads_over_the_same_pages() -> None:
    await add(*"abcdefgh")
    pages = await forwards()
    back = [pages[-1]]
    while back[-1].before:
        back.append(await at(Place(before=back[-1].before)))
    assert [names(page) for page in reversed(back)] == [names(page) for page in pages]
    assert not back[-1].before and pages[0].first and not pages[1].first


async def test_the_newest_come_first_to_the_microsecond() -> None:
    await add("a", "b")
    await db.run(
        "INSERT INTO names (name, at) SELECT 'c', now() + n * interval '1 microsecond' FROM generate_series(1, 5) AS n"
    )
    seen, place = [], START
    while True:
        page = await pagination.page(
            NEWEST, await db.value("SELECT now() - interval '1 day'"), place=place, most=2
        )
        seen += [row["id"] for row in page.rows]
        if not page.after:
            break
        place = Place(after=page.after)
    assert seen == [7, 6, 5, 4, 3, 2, 1]


async def test_the_first_pages_of_several_lists_are_those_of_each_and_cost_one_query() -> None:
    await add(*"dcbae")
    joined = "JOIN names AS same ON same.id = listed.id"
    by_name = replace(NAMES, columns="same.id, same.name", joins=joined)
    by_age = replace(by_name, name="by age", keys=(Key("at::text", "text"), by_name.keys[1]), descending=True)
    nothing = replace(by_name, source="FROM names WHERE false")
    lists = {"by name": (by_name, 3), "by age": (by_age, 4), "nothing": (nothing, 2)}
    async with counted() as asked:
        found = await pagination.first_pages(lists)
    assert len(asked) == 1
    shown = {"by name": ["a", "b", "c"], "by age": ["e", "a", "b", "c"], "nothing": []}
    assert {which: names(page) for which, page in found.items()} == shown
    for which, beyond in (("by name", ["d", "e"]), ("by age", ["d"])):
        place = Place(after=found[which].after)
        assert names(await pagination.page(lists[which][0], place=place, most=9)) == beyond
    assert not found["nothing"].after


async def test_who_comes_or_goes_meanwhile_moves_nobody_else() -> None:
    await add(*"bdfhjlnpr")
    first = await at(START)
    await add("a", "c")  # before the reader's place
    await db.run("DELETE FROM names WHERE name IN ('b', 'f')")  # one of them is where the next page begins
    second = await at(Place(after=first.after))
    assert names(first) + names(second) == list("bdfhjl")


@pytest.mark.parametrize("seed", range(5))
async def test_whoever_is_there_all_along_is_seen_once(seed: int) -> None:
    chance = random.Random(seed)
    stays = [f"{chance.choice('abc')}-stays" for _ in range(20)]
    await add(*stays)
    seen, place = [], START
    while True:
        page = await at(place)
        seen += [row["id"] for row in page.rows if row["name"].endswith("stays")]
        if not page.after:
            break
        place = Place(after=page.after)
        await add(chance.choice("abc") + "-new")
        await db.run("DELETE FROM names WHERE name LIKE '%new' AND random() < 0.3")
    assert sorted(seen) == list(range(1, 21))


async def test_an_address_outlives_the_row_it_was_taken_from() -> None:
    await add(*"abcdef")
    place = Place(after=(await at(START)).after)
    await db.run("DELETE FROM names WHERE name = 'c'")
    assert names(await at(place)) == list("def")
    await db.run("DELETE FROM names")
    assert await at(place) == Page([])


async def test_back_at_the_beginning_the_page_is_full() -> None:
    await add(*"abcdef")
    second = await at(Place(after=(await at(START)).after))
    await db.run("DELETE FROM names WHERE name IN ('a', 'b')")
    first = await at(Place(before=second.before))
    assert (names(first), first.before) == (list("cde"), "")


async def test_addresses_that_number_the_pages_lead_there_still() -> None:
    await add(*"abcdefgh")
    second = await at(asked_place({"page": "2"}))
    assert names(second) == list("def")
    assert names(await at(Place(before=second.before))) == list("abc")
    assert names(await at(Place(after=second.after))) == list("gh")
    for odd in ("0", "-1", "x", "²", "9" * 40, "99999"):
        assert names(await at(asked_place({"page": odd}))) == list("abc")


async def test_what_was_never_a_place_is_the_beginning() -> None:
    await add(*"abcdefgh")
    after = (await at(START)).after
    other_list = tokens.seal("other", "c", "3")
    too_short = tokens.seal("names", "c")
    for odd in ("x", "é", "", "=" * 400, "A" * 20_000, after[:-2], after[1:], other_list, too_short):
        assert names(await at(Place(after=odd))) == list("abc"), odd
    assert names(await at(asked_place({"after": after, "before": after, "page": "3"}))) == list("def")


async def test_an_address_does_not_tell_what_the_list_is_sorted_by() -> None:
    await add("Ana Secretname", "Bo", "Cleo", "Dev")
    token = (await at(START)).after
    assert "Cleo" not in str(tokens.base64_decode(token))
    assert token == (await at(START)).after


async def test_more_than_a_hundred_are_many() -> None:
    assert await pagination.count(NAMES) == 0
    await add(*"abc")
    assert await pagination.count(NAMES) == 3
    await add(*["x"] * 2 * MOST_COUNTED)
    assert await pagination.count(NAMES) == MOST_COUNTED + 1
