"""Every list of names stands in the order of whoever reads it, the same on the page and in the table."""

import csv
import io
from collections.abc import Awaitable, Callable, Iterator
from gettext import NullTranslations
from itertools import pairwise

import pytest
import pytest_asyncio
from babel import Locale

from events.tables import Event
from followups.hosts import queries as hosts
from members import queries as members
from members.communities import roster as members_roster
from members.tables import Block, Community, Person
from rsvps.attending import listed
from rsvps.door import queries as door
from rsvps.door import sync
from rsvps.hosting import queries as hosting
from rsvps.hosting import roster, spreadsheet
from rsvps.hosting.roster import RosterFilter
from rsvps.seating import seats
from server import pagination
from server.languages import catalogues
from server.languages.language import Language, speaking
from server.pagination import START, Page, Place
from tests.gatherings import make_event
from tests.people import As, join, make_person
from tests.rsvps.gatherings import make_people

LANGUAGES = {
    code: Language(code, Locale.parse(code), NullTranslations())
    for code in ("en", "de", "sv", "da", "es", "tr")
}
NAMES = (
    "Zeta",
    "Åsa",
    "Ärla",
    "Östen",
    "Adam",
    "Ørsted",
    "Æbel",
    "Nuñez",
    "Nunez",
    "Nunzio",
    "Çelik",
    "Cuma",
    "Işık",
    "İnci",
)
FOLDED = "Adam Æbel Ärla Åsa Çelik Cuma İnci Işık Nunez Nuñez Nunzio Ørsted Östen Zeta"
ORDERS = {
    "en": FOLDED,
    "de": FOLDED,
    "sv": "Adam Çelik Cuma İnci Işık Nunez Nuñez Nunzio Zeta Åsa Æbel Ärla Ørsted Östen",
    "da": "Adam Çelik Cuma İnci Işık Nunez Nuñez Nunzio Zeta Æbel Ärla Ørsted Östen Åsa",
    "es": "Adam Æbel Ärla Åsa Çelik Cuma İnci Işık Nunez Nunzio Nuñez Ørsted Östen Zeta",
    "tr": "Adam Æbel Ärla Åsa Cuma Çelik Işık İnci Nunez Nuñez Nunzio Ørsted Östen Zeta",
}  # fmt: skip


@pytest.fixture(params=LANGUAGES)
def code(request: pytest.FixtureRequest) -> Iterator[str]:
    with speaking(LANGUAGES[request.param]):
        yield request.param


@pytest_asyncio.fixture(loop_scope="session")
async def people(walkers: Community) -> list[Person]:
    found = []
    # Those whose names fold alike stand as they came.
    for number, name in enumerate(sorted(NAMES)):
        person = await make_person(f"name {number}")
        await person.update_self({Person.name: name})
        await join(person, walkers)
        found.append(person)
    return found


@pytest_asyncio.fixture(loop_scope="session")
async def event(walkers: Community, ana: Person, people: list[Person]) -> Event:
    gathering = await make_event(walkers, ana)
    for person in people:
        await seats.answer(gathering, person, answer="going", by=person, listed="coming")
    await seats.answer(gathering, ana, answer="going", by=ana)
    return gathering


def named(names: list[str]) -> str:
    return " ".join(name for name in names if name in NAMES)


async def test_members_and_those_who_can_be_chosen(
    code: str, walkers: Community, ana: Person, people: list[Person]
) -> None:
    page = await members_roster.page(walkers, seen_by=ana)
    assert named([row.name for row in page.rows]) == ORDERS[code]
    met = await members.people_met(ana, "", most=50)
    assert named([person.name for person in met]) == ORDERS[code]
    picks = await members.picks(
        walkers.id, "", [], seen_by=ana, without="SELECT $5::bigint", about=0, most=50
    )
    assert named([pick.name for pick in picks]) == ORDERS[code]
    event = await make_event(walkers, ana)
    asked = await hosting.members_to_ask(event, seen_by=ana)
    assert named([person.name for person in asked]) == ORDERS[code]
    for person in people:
        await Block(blocker=ana.id, blocked=person.id).save()
    assert named([person.name for person in await members.blocked_by(ana)]) == ORDERS[code]


async def test_communities(code: str, ana: Person) -> None:
    for number, name in enumerate(sorted(NAMES)):
        community = Community(slug=f"c{number:02}", name=name, zone="UTC")
        await community.save()
        await join(ana, community, "owner")
    assert named([each.name for each in (await members.communities()).rows]) == ORDERS[code]
    assert named([each.name for each in await members.communities_of(ana)]) == ORDERS[code]
    assert named([each.name for each in await members.owned_alone(ana.id)]) == ORDERS[code]


async def test_who_answered_on_the_page_in_the_table_and_at_the_door(
    code: str, event: Event, ana: Person
) -> None:
    counts = await roster.counts(event.id, ana.id)
    for asked in (RosterFilter(), RosterFilter(status="going")):
        page = await roster.page(event.id, ana.id, asked, counts, most=50)
        assert named([row.name for row in page.rows]) == ORDERS[code]
    table = b"".join([each async for each in spreadsheet.csv_of(event, ana, RosterFilter())]).decode()
    assert named([row[0] for row in csv.reader(io.StringIO(table))]) == ORDERS[code]
    at_door, _ = await door.at_door(event.id, "", seen_by=ana, limit=50)
    assert named([each.name for each in at_door]) == ORDERS[code]
    kept = await door.all_at_door(event.id, seen_by=ana)
    assert named([each.name for each in kept]) == ORDERS[code]
    told = [sync.person(each, event) for each in kept]
    assert all(("order" in each) == (code not in {"en", "de"}) for each in told)
    assert all(one.get("order", "") <= other.get("order", "") for one, other in pairwise(told))


async def test_who_comes_and_who_came(code: str, event: Event, ana: Person) -> None:
    page = await listed.seen_by(ana, event)
    assert named([each.name for each in page.rows]) == ORDERS[code]
    came = await hosts.came(event, seen_by=ana)
    assert named([each.name for each in came.rows]) == ORDERS[code]


async def test_words_find_names_without_accents_in_every_language(
    code: str, walkers: Community, ana: Person, people: list[Person]
) -> None:
    found = await members_roster.page(walkers, seen_by=ana, words="ost")
    assert [row.name for row in found.rows] == ["Östen"]
    assert {person.name for person in await members.people_met(ana, "nunez", most=50)} == {"Nuñez", "Nunez"}


async def turned(ask: Callable[[Place], Awaitable[Page]]) -> list[str]:
    """All pages from the first to the last, and back."""
    forwards, pages = [await ask(START)], 1
    while forwards[-1].after:
        forwards.append(await ask(Place(after=forwards[-1].after)))
        pages += 1
    backwards = [forwards[-1]]
    while backwards[-1].before:
        backwards.append(await ask(Place(before=backwards[-1].before)))
    assert [page.rows for page in reversed(backwards)][-pages + 1 :] == [page.rows for page in forwards][1:]
    return [row.name for page in forwards for row in page.rows]


async def test_pages_hold_everybody_once(code: str, event: Event, ana: Person) -> None:
    counts = await roster.counts(event.id, ana.id)
    for most in (1, 4, 5):
        found = await turned(
            lambda place, most=most: roster.page(event.id, ana.id, RosterFilter(), counts, place, most=most)
        )
        assert named(found) == ORDERS[code] and len(found) == len(NAMES) + 1


async def test_a_place_of_another_language_is_the_beginning(event: Event, ana: Person) -> None:
    counts = await roster.counts(event.id, ana.id)

    async def rows(code: str, place: Place = START) -> Page:
        with speaking(LANGUAGES[code]):
            return await roster.page(event.id, ana.id, RosterFilter(), counts, place, most=4)

    for code in LANGUAGES:
        second = Place(after=(await rows(code)).after)
        for other in LANGUAGES:
            shares = code == other or {code, other} == {"en", "de"}
            if shares:
                assert (await rows(other, second)).before
            else:
                assert (await rows(other, second)).rows == (await rows(other)).rows


async def test_a_reader_of_swedish_sees_it_so_on_the_page(
    event: Event, ana: Person, signed_in: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(catalogues.by_code(), "sv", LANGUAGES["sv"])
    browser = await signed_in(ana)
    for code in ("en", "sv"):
        await ana.update_self({Person.language: code})
        page = await browser.get(f"/events/{event.public_id}/people")
        assert page.headers["content-language"] == code
        table = await browser.get(f"/events/{event.public_id}/people.csv")
        in_table = named([row[0] for row in csv.reader(io.StringIO(table.content.decode("utf-8-sig")))])
        assert in_table == ORDERS[code]
        assert sorted(NAMES, key=lambda name: page.text.index(f">{name}<")) == in_table.split()
        coming = (await browser.get(f"/events/{event.public_id}")).text
        shown = [name for name in ORDERS[code].split() if f">{name}<" in coming]
        assert shown and sorted(shown, key=lambda name: coming.index(f">{name}<")) == shown


async def test_those_who_read_alike_are_answered_together(
    event: Event, ana: Person, people: list[Person]
) -> None:
    """The order belongs to the reader, also where several ask at the same moment."""
    for code, language in LANGUAGES.items():
        with speaking(language):
            found = await listed.seen_by(people[0], event)
            mine = [name for name in ORDERS[code].split() if name != people[0].name]
            assert named([each.name for each in found.rows]).split() == mine


async def test_page_2_in_a_long_list_of_members(walkers: Community, ana: Person) -> None:
    for number, person in enumerate(await make_people(120)):
        await person.update_self({Person.name: "ÅÄÖZY"[number % 5] + f" {number:03}"})
        await join(person, walkers)
    with speaking(LANGUAGES["sv"]):
        found = await turned(lambda place: members_roster.page(walkers, seen_by=ana, place=place))
    ours = [name for name in found if name[1:2] == " "]
    assert len(set(ours)) == 120 and [name[0] for name in ours] == sorted("ÅÄÖZY" * 24, key="YZÅÄÖ".index)


def test_nothing_is_sorted_anew_where_an_alphabet_has_no_letters_of_its_own() -> None:
    for code in ("en", "de"):
        with speaking(LANGUAGES[code]):
            assert pagination.as_read(members._COMMUNITIES) is members._COMMUNITIES
            assert members.by_name() == "people.folded"
