"""What is on, the front door, and a community's gatherings."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events import contributions
from events.contributions import AgendaItem
from events.lists import queries
from events.lists.forms import weekend
from events.lists.queries import ListFilter
from events.publishing import publishing
from events.tables import Event
from events.view import Relation
from members.communities import founding
from members.forms import CommunityFields, NewCommunityFields
from members.tables import Community, Person
from server import clock, db, pagination
from server.finding import asked_words
from tests.gatherings import in_days, make_event
from tests.paging import address_of, each_page
from tests.people import As


def titles(page: httpx.Response, *of: str) -> list[str]:
    assert page.status_code == 200
    return [title for title in of if title in page.text]


async def test_the_list_shows_what_is_public_and_not_over(
    client: httpx.AsyncClient, walkers: Community
) -> None:
    for title, more in {
        "Public walk": {},
        "Unlisted walk": {"visibility": "unlisted"},
        "Members walk": {"visibility": "members"},
        "Invited walk": {"visibility": "invited"},
        "Draft walk": {"status": "draft"},
        "Old walk": {"starts_at": in_days(-1)},
        "Running walk": {"starts_at": clock.now() - timedelta(hours=2)},
        "Ended walk": {
            "starts_at": clock.now() - timedelta(hours=2),
            "ends_at": clock.now() - timedelta(hours=1),
        },
    }.items():
        await make_event(walkers, title=title, **more)
    called_off = await make_event(walkers, title="Cancelled walk")
    await publishing.cancel(called_off, reason="Rain.")
    page = await client.get("/events")
    all_of_them = ("Public walk", "Unlisted walk", "Members walk", "Invited walk", "Draft walk", "Old walk",
                   "Running walk", "Ended walk", "Cancelled walk")  # fmt: skip
    assert titles(page, *all_of_them) == ["Public walk", "Running walk"]


async def test_what_goes_on_for_hours_or_weeks_is_on_until_it_is_over(
    client: httpx.AsyncClient, walkers: Community
) -> None:
    now = clock.now()
    for title, since, until in (
        ("Fair", timedelta(days=-30), timedelta(hours=1)),
        ("Camp", timedelta(days=-6), timedelta(days=2)),
        ("Dance", timedelta(hours=-6, minutes=-1), timedelta(minutes=1)),
        ("Match", timedelta(hours=-5), timedelta(minutes=1)),
        ("Past camp", timedelta(days=-6), timedelta(minutes=-1)),
        ("Past match", timedelta(hours=-5), timedelta(minutes=-1)),
        ("Next camp", timedelta(days=1), timedelta(days=3)),
    ):
        await make_event(walkers, title=f"{title} of all", starts_at=now + since, ends_at=now + until)
    on = ("Fair of all", "Camp of all", "Dance of all", "Match of all", "Next camp of all")
    for address in ("/events", "/events?q=all", "/events?q=al+of"):
        page = await client.get(address)
        assert titles(page, *on, "Past camp", "Past match") == [*on], address
        assert sorted(on, key=page.text.index) == [*on], address
    day = f"{now + timedelta(days=1):%Y-%m-%d}"
    assert "Camp of all" in (await client.get(f"/events?from={day}&to={day}")).text


async def test_pages_lead_over_what_goes_on_and_what_comes(
    client: httpx.AsyncClient, walkers: Community
) -> None:
    now = clock.now()
    for number in range(50):
        days = number // 2 - 12  # Some have begun, some of them at one moment; all of these go on for weeks.
        await make_event(
            walkers,
            title=f"Walk-{number:02}",
            starts_at=now + timedelta(days=days, hours=-1),
            ends_at=now + timedelta(days=30 if days < 0 else days + 1),
        )
    in_order = [f"Walk-{number:02}" for number in range(50)]
    found = [
        list(dict.fromkeys(re.findall(r"Walk-\d\d", page))) async for page in each_page(client, "/events")
    ]
    assert found == [in_order[:20], in_order[20:40], in_order[40:]]
    third = await client.get("/events?page=3")
    assert titles(third, *in_order) == in_order[40:]
    second = await client.get(address_of("prev", third.text))
    assert titles(second, *in_order) == in_order[20:40]
    assert "50 gatherings" in (await client.get("/events?q=walk")).text


async def test_a_month_that_is_over_is_not_read_for_what_is_on(walkers: Community) -> None:
    now = clock.now()
    await make_event(walkers, starts_at=now - timedelta(days=5), ends_at=now + timedelta(days=1))
    await make_event(walkers)
    await db.run(
        """
        INSERT INTO events (public_id, community, uid, status, title, starts_at, zone, changed_at, created_at,
            calendar_changed_at)
        SELECT 'm' || n || '-' || id, community, 'm' || n || '-' || id, status, title,
            starts_at - n * interval '10 minutes', zone, changed_at, created_at, calendar_changed_at
        FROM events, generate_series(1, 2000) AS n WHERE ends_at IS NOT NULL
        """
    )
    await db.run("ANALYZE events")
    listing, args = await queries._found(ListFilter(), now)
    rows = pagination._listed(listing, falling=False, limit=21)
    plan = "\n".join(row[0] for row in await db.rows(f"EXPLAIN ANALYZE {rows}", *args))
    assert "events_going_on" in plan, plan
    assert sum(int(removed) for removed in re.findall(r"Rows Removed by Filter: (\d+)", plan)) < 40, plan


async def test_words_find_their_beginnings(client: httpx.AsyncClient, walkers: Community) -> None:
    await make_event(walkers, title="Soup and stories", about="With a piano", place="Library")
    await make_event(walkers, title="Kitchen choir", about="Sing", place="Café Übermut")
    for q, found in (
        ("soup", ["Soup and stories"]),
        ("SOU sto", ["Soup and stories"]),
        ("pian", ["Soup and stories"]),
        ("übermut", ["Kitchen choir"]),
        ("soup choir", []),
        ("", ["Soup and stories", "Kitchen choir"]),
        ("&|!:*()<->'", ["Soup and stories", "Kitchen choir"]),
    ):
        page = await client.get("/events", params={"q": q})
        assert titles(page, "Soup and stories", "Kitchen choir") == found, q


async def _choir(ana: Person) -> Community:
    fields = NewCommunityFields(slug="choir", name="The Canal Choir", place="Leipzig", zone="UTC")
    return await founding.found(ana, fields)


async def test_a_gathering_is_found_by_its_community(client: httpx.AsyncClient, ana: Person) -> None:
    choir = await _choir(ana)
    await make_event(choir, title="Open rehearsal")
    for words in ("canal", "leipzig", "rehearsal leipzig", "canals"):
        assert titles(await client.get("/events", params={"q": words}), "Open rehearsal"), words
    await founding.edit(choir, CommunityFields(name="Harbour Voices", place="Halle", zone="UTC"))
    for words, found in (("harbour", True), ("halle", True), ("canal", False), ("leipzig", False)):
        page = await client.get("/events", params={"q": words})
        assert bool(titles(page, "Open rehearsal")) == found, words


async def test_the_communities_with_these_words_are_named_above(
    client: httpx.AsyncClient, ana: Person
) -> None:
    await _choir(ana)
    page = await client.get("/events?q=choir")
    assert 'href="/communities/choir"' in page.text and "Nothing like that is planned" in page.text
    assert 'href="/communities/choir"' not in (await client.get("/events")).text


async def test_a_wrong_letter_shows_what_comes_close(client: httpx.AsyncClient, walkers: Community) -> None:
    for number in range(22):
        await make_event(walkers, title=f"Choir-{number:02}", starts_at=in_days(2) + timedelta(hours=number))
    page = await client.get("/events?q=chior")
    assert "Nothing is called “<bdi>chior</bdi>”" in page.text and titles(page, "Choir-00", "Choir-19")
    on = address_of("next", page.text)
    assert titles(await client.get(on), "Choir-19", "Choir-20", "Choir-21") == ["Choir-20", "Choir-21"]
    assert "Nothing is called" not in (await client.get("/events?q=choir")).text
    assert "Nothing like that is planned" in (await client.get("/events?q=zebras")).text


async def test_chips_ask_for_what_people_often_look_for(
    client: httpx.AsyncClient, walkers: Community
) -> None:
    today = clock.now().date()
    saturday = weekend(today)[0]
    noon = datetime.combine(saturday + timedelta(days=1), time(23), UTC)
    await make_event(walkers, title="Sunday walk", starts_at=noon, mode="in_person")
    await make_event(walkers, title="Later call", starts_at=noon + timedelta(days=3), mode="online")
    await make_event(
        walkers, title="First walk", starts_at=noon + timedelta(days=4), first_timers=True, mode="in_person"
    )
    every = ("Sunday walk", "Later call", "First walk")
    page = (await client.get("/events")).text
    for label, found in (
        ("This weekend", "Sunday walk"),
        ("Online", "Later call"),
        ("First-timers welcome", "First walk"),
    ):
        chip = re.search(rf'<a class="chip" href="([^"]+)">(?:(?!</a>).)*{label}', page, re.S)
        assert chip
        chosen = await client.get(chip[1])
        assert titles(chosen, *every) == [found]
        back = rf'<a class="chip" href="/events" aria-current="true">(?:(?!</a>).)*{label}'
        assert re.search(back, chosen.text, re.S)
    both = await client.get("/events?q=walk&first-timers=yes")
    assert titles(both, *every) == ["First walk"]
    assert '<input type="hidden" name="first-timers" value="yes">' in both.text


@pytest.mark.parametrize(("today", "saturday"), [(22, 21), (23, 28), (27, 28), (28, 28), (29, 28)])
def test_this_weekend_is_the_one_that_people_mean(today: int, saturday: int) -> None:
    assert weekend(date(2026, 11, today)) == (date(2026, 11, saturday), date(2026, 11, saturday + 1))


async def test_lists_name_the_year_where_it_is_not_this_one(
    client: httpx.AsyncClient, walkers: Community
) -> None:
    soon, later = clock.now() + timedelta(hours=1), in_days(400)
    await make_event(walkers, title="Soon", starts_at=soon)
    await make_event(walkers, title="Much later", starts_at=later)
    page = (await client.get("/events")).text
    assert f" {later.year}, " in page
    assert f" {clock.now().year}, " not in page or soon.year != clock.now().year


async def test_days_and_place_narrow_the_list(client: httpx.AsyncClient, walkers: Community) -> None:
    await make_event(walkers, title="Soon", starts_at=in_days(2), mode="in_person")
    await make_event(walkers, title="Late", starts_at=in_days(20), mode="online")
    both = ("Soon", "Late")
    day = f"{in_days(10):%Y-%m-%d}"
    assert titles(await client.get("/events", params={"from": day}), *both) == ["Late"]
    assert titles(await client.get("/events", params={"to": day}), *both) == ["Soon"]
    exactly = f"{in_days(20):%Y-%m-%d}"
    assert titles(await client.get("/events", params={"from": exactly, "to": exactly}), *both) == ["Late"]
    assert titles(await client.get("/events", params={"online": "yes"}), *both) == ["Late"]
    assert titles(await client.get("/events", params={"online": "no"}), *both) == ["Soon"]
    for nonsense in (
        {"from": "soon", "to": "0001-01-01"},
        {"online": "perhaps"},
        {"page": "-1"},
        {"page": "9" * 40},
    ):
        assert (await client.get("/events", params=nonsense)).status_code == 200


async def test_every_page_of_the_list_has_an_address(client: httpx.AsyncClient, walkers: Community) -> None:
    for number in range(45):
        await make_event(walkers, title=f"Walk-{number:02}", starts_at=in_days(2) + timedelta(hours=number))
    found = [re.findall(r"Walk-\d\d", page) async for page in each_page(client, "/events?q=walk&stray=1")]
    assert [sorted(set(each)) for each in found] == [
        [f"Walk-{number:02}" for number in page] for page in (range(20), range(20, 40), range(40, 45))
    ]
    numbered = await client.get("/events", params={"q": "walk", "page": 2})
    assert titles(numbered, "Walk-19", "Walk-20", "Walk-39", "Walk-40") == ["Walk-20", "Walk-39"]
    on, back = address_of("next", numbered.text), address_of("prev", numbered.text)
    assert titles(await client.get(on), "Walk-39", "Walk-40") == ["Walk-40"]
    assert titles(await client.get(back), "Walk-00", "Walk-19", "Walk-20") == ["Walk-00", "Walk-19"]
    assert "stray" not in on and "q=walk" in on


async def test_gatherings_that_begin_at_once_stand_on_one_page_each(
    client: httpx.AsyncClient, walkers: Community
) -> None:
    start = in_days(2)
    for number in range(45):
        await make_event(walkers, title=f"Walk-{number:02}", starts_at=start)
    for address in ("/events", "/events?q=walk"):
        seen = [
            title async for page in each_page(client, address) for title in re.findall(r"Walk-\d\d", page)
        ]
        assert sorted(set(seen)) == [f"Walk-{number:02}" for number in range(45)], address
        assert len({*seen}) * seen.count("Walk-00") == len(seen), address


async def test_what_is_moved_or_gone_while_somebody_reads_hides_nothing_else(
    client: httpx.AsyncClient, walkers: Community
) -> None:
    events = [
        await make_event(walkers, title=f"Walk-{number:02}", starts_at=in_days(2) + timedelta(hours=number))
        for number in range(30)
    ]
    first = (await client.get("/events")).text
    await publishing.cancel(events[19], reason="Rain.")  # The one where the next page begins.
    await publishing.cancel(events[3], reason="Rain.")
    await make_event(walkers, title="Walk-99", starts_at=in_days(1))
    second = await client.get(address_of("next", first))
    assert titles(second, "Walk-18", "Walk-20", "Walk-29", "Walk-99") == ["Walk-20", "Walk-29"]
    back = await client.get(address_of("prev", second.text))
    assert titles(back, "Walk-99", "Walk-00", "Walk-18", "Walk-20") == [
        "Walk-99",
        "Walk-00",
        "Walk-18",
        "Walk-20",
    ]  # Back at the beginning, the page is filled up.


async def test_nobody_counts_further_than_to_a_hundred(client: httpx.AsyncClient, walkers: Community) -> None:
    for number in range(3):
        await make_event(walkers, title=f"Walk-{number}", starts_at=in_days(2))
    assert "3 gatherings" in (await client.get("/events?q=walk")).text
    await db.run(
        """
        INSERT INTO events (public_id, community, uid, status, title, starts_at, zone, changed_at, created_at,
            calendar_changed_at)
        SELECT 'm' || n || '-' || id, community, 'm' || n || '-' || id, status, title, starts_at, zone, changed_at,
            created_at, calendar_changed_at
        FROM events CROSS JOIN generate_series(1, 40) AS n
        """
    )
    await db.run("INSERT INTO seat_pools (event) SELECT id FROM events WHERE public_id LIKE 'm%-%'")
    page = (await client.get("/events?q=walk")).text
    assert "More than 100 gatherings" in page and "123 gatherings" not in page


@pytest.mark.parametrize("rare", [0, 10])
async def test_frequent_and_rare_words_find_the_same(
    client: httpx.AsyncClient, walkers: Community, monkeypatch: pytest.MonkeyPatch, rare: int
) -> None:
    monkeypatch.setattr(queries, "RARE", rare)
    await make_event(walkers, title="Soup and stories", starts_at=in_days(3))
    await make_event(walkers, title="Soup at last", starts_at=in_days(30), mode="online")
    await make_event(walkers, title="Soup was yesterday", starts_at=in_days(-1))
    await make_event(walkers, title="Kitchen choir")
    every = ("Soup and stories", "Soup at last", "Soup was yesterday", "Kitchen choir")
    assert titles(await client.get("/events?q=soup"), *every) == ["Soup and stories", "Soup at last"]
    assert titles(await client.get("/events?q=soup+stor"), *every) == ["Soup and stories"]
    day = f"{in_days(20):%Y-%m-%d}"
    assert titles(await client.get(f"/events?q=soup&from={day}&online=yes"), *every) == ["Soup at last"]
    assert titles(await client.get(f"/events?q=soup&to={day}"), *every) == ["Soup and stories"]


async def test_the_page_behind_the_last_leads_back(client: httpx.AsyncClient, walkers: Community) -> None:
    events = [await make_event(walkers, title=f"Walk-{n}", starts_at=in_days(2 + n)) for n in range(21)]
    on = address_of("next", (await client.get("/events")).text)
    await publishing.cancel(events[20], reason="Rain.")
    page = await client.get(on)
    assert "This page is empty" in page.text and 'href="/events"' in page.text


async def test_an_empty_list_says_what_to_do_next(client: httpx.AsyncClient) -> None:
    assert "Nothing is planned yet" in (await client.get("/events")).text
    assert "Nothing like that is planned" in (await client.get("/events?q=zebra")).text


@given(st.text(max_size=60))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_words_may_be_searched_for(text: str) -> None:
    asked = ListFilter(words=asked_words({"q": text}))
    found = await queries.whats_on(asked, now=clock.now())
    assert len(found.rows) <= await queries.how_many_are_on(asked, now=clock.now())


async def test_the_front_door_shows_what_is_on(client: httpx.AsyncClient, walkers: Community) -> None:
    await make_event(walkers, title="Soup and stories")
    page = await client.get("/")
    assert "Soup and stories" in page.text


async def test_the_front_door_shows_an_organiser_what_they_get(
    client: httpx.AsyncClient, walkers: Community
) -> None:
    """In this order: what it looks like, what is on, who meets; what Kith does not do comes last."""
    await make_event(walkers, title="Soup and stories")
    page = (await client.get("/")).text
    order = [
        "Plan a gathering",
        "You see who is coming",
        "Soup and stories",
        "Sunday Walkers</strong>",
        "does not do",
    ]
    assert [page.index(words) for words in order] == sorted(page.index(words) for words in order)
    pictures = re.findall(r'<img src="(/static/front/[^"]+)" alt="[^"]+"', page)
    assert len(pictures) == 4
    for picture in pictures:
        assert (await client.get(picture)).headers["content-type"] == "image/webp"


async def test_communities_that_meet_next_stand_first(
    client: httpx.AsyncClient, walkers: Community, ana: Person
) -> None:
    choir = await _choir(ana)
    await make_event(walkers, title="Later", starts_at=in_days(9))
    await make_event(choir, title="Sooner", starts_at=in_days(2))
    await make_event(walkers, title="Hidden", starts_at=in_days(1), visibility="members")
    found = await queries.communities_that_meet(now=clock.now())
    assert [one.slug for one in found] == ["choir", "walkers"]
    assert [one.slug for one in await queries.communities_that_meet(now=clock.now(), most=1)] == ["choir"]


@pytest.fixture
def agenda(monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """`agenda(event, ...)`: what another package puts into everybody's agenda."""

    def say(*events: Event) -> None:
        async def source(person: Person, now: datetime) -> Sequence[AgendaItem]:
            return [
                AgendaItem(
                    event,
                    event.starts_at,
                    event.ends_at,
                    event.title,
                    "You are going",
                    f"/events/{event.public_id}",
                )
                for event in events
            ]

        monkeypatch.setattr(contributions, "agenda_sources", [source])

    return say


async def test_my_agenda_is_in_order_by_nearness(
    signed_in: As, walkers: Community, bo: Person, agenda: Any
) -> None:
    later = await make_event(walkers, title="Much later", starts_at=in_days(30))
    today = await make_event(walkers, title="Quite soon", starts_at=clock.now() + timedelta(minutes=1))
    week = await make_event(walkers, title="In some days", starts_at=in_days(3))
    agenda(later, today, week)
    page = (await (await signed_in(bo)).get("/")).text
    order = ["Today", "Quite soon", "This week", "In some days", "Later", "Much later"]
    assert [page.index(f">{words}") for words in order] == sorted(page.index(f">{words}") for words in order)
    assert "You are going" in page


async def test_an_empty_agenda_says_what_to_do_next(
    signed_in: As, walkers: Community, bo: Person, agenda: Any
) -> None:
    await make_event(walkers, title="Soup and stories")
    agenda()
    page = (await (await signed_in(bo)).get("/")).text
    assert "Nothing in your agenda yet" in page and "See what is on" in page
    assert "Soup and stories" in page


async def test_a_communitys_page_lists_what_each_may_see(
    client: httpx.AsyncClient,
    signed_in: As,
    walkers: Community,
    ana: Person,
    bo: Person,
    cleo: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    invited = await make_event(walkers, title="Invited walk", visibility="invited")
    for title, more in {
        "Public walk": {},
        "Unlisted walk": {"visibility": "unlisted"},
        "Members walk": {"visibility": "members"},
        "Draft walk": {"status": "draft"},
        "Old walk": {"starts_at": in_days(-5)},
    }.items():
        await make_event(walkers, title=title, **more)

    async def source(person: Person) -> dict[int, Relation]:
        return {invited.id: Relation.INVITED} if person.id == cleo.id else {}

    monkeypatch.setattr(contributions, "relations", [source])
    all_of_them = ("Public walk", "Unlisted walk", "Members walk", "Invited walk", "Draft walk", "Old walk")
    for browser, seen in (
        (client, ["Public walk", "Old walk"]),
        (await signed_in(cleo), ["Public walk", "Invited walk", "Old walk"]),
        (await signed_in(bo), ["Public walk", "Members walk", "Old walk"]),
        (await signed_in(ana), list(all_of_them)),
    ):
        page = await browser.get("/communities/walkers")
        assert titles(page, *all_of_them) == seen
        assert ("/communities/walkers/events/new" in page.text) == (seen == list(all_of_them))


async def test_what_a_community_has_done_is_listed_year_by_year(
    client: httpx.AsyncClient, signed_in: As, walkers: Community, ana: Person, bo: Person
) -> None:
    for number in range(22):
        await make_event(walkers, title=f"Walk-{number:02}", starts_at=in_days(-30 - 30 * number))
    await make_event(walkers, title="Members’ walk", starts_at=in_days(-2), visibility="members")
    await make_event(walkers, title="Coming walk", starts_at=in_days(2))
    first = (await client.get("/communities/walkers/past")).text
    years = [int(year) for year in re.findall(r'id="y-(\d{4})"', first)]
    assert years == sorted(set(years), reverse=True) and len(years) >= 2
    seen = [
        t
        async for page in each_page(client, "/communities/walkers/past")
        for t in re.findall(r"Walk-\d\d", page)
    ]
    assert list(dict.fromkeys(seen)) == [f"Walk-{number:02}" for number in range(22)]
    assert "Members’ walk" not in first and "Coming walk" not in first
    assert "Members’ walk" in (await (await signed_in(bo)).get("/communities/walkers/past")).text
    assert (await client.get("/communities/nowhere/past")).status_code == 404
    assert "/communities/walkers/past" in (await client.get("/communities/walkers")).text
