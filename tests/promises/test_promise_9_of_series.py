"""Promise 9, of what comes again: a series that is not for somebody does not exist, in none of its addresses, feeds,
pictures of the month, links of old letters and letters of what is new.

A canary sits in every private field of five series; everybody opens what they find and what they once had.
"""

from datetime import timedelta

import httpx
import pytest
import pytest_asyncio
import time_machine

from events.calendars import feeds
from events.calendars.feeds import KINDS
from events.hosting import co_hosts, rota
from events.hosting import mail as hosting
from events.news import each, weekly
from events.series import access, course, queries
from events.tables import Event, HostQuestion, Series
from members.blocking import blocks
from members.communities import joining, keeping_out
from members.communities.keeping_out import Whom
from members.letters import following
from members.tables import Community, Person
from rsvps.hosting import invitations
from rsvps.letters import links as answer_links
from rsvps.seating import seats
from rsvps.standing import counting_in, links
from rsvps.standing import queries as standing
from rsvps.tables import Rsvp
from server import clock, db
from server.presentation import in_zone
from tests.gatherings import ahead_of, in_days, make_series
from tests.ground import work_off
from tests.people import As, join, make_person
from tests.promises.test_promise_9_what_you_may_not_see import BESIDE_EVENTS, _text_of, canary, fields, heard

pytestmark = pytest.mark.slow

BESIDE_SERIES = ("", "/edit", "/course", "/hosts", "/standing", "/calendar.ics")
POSTED = (
    "/edit", "/pause", "/pause/removal", "/ending", "/ending/removal", "/skipped", "/skipped/removal", "/host",
    "/hosts", "/publication", "/removal", "/hosts/invitations/zzzzzzzzzzzz/removal", "/standing", "/standing/removal",
    "/standing/pause", "/standing/pause/removal",
)  # fmt: skip
DOORS = (
    "/", "/events", "/events?q=canary", "/communities/walkers", "/communities/walkers/calendar.ics", "/organising",
    "/communities/walkers/month", "/communities/walkers/month?month={next}", "/communities/walkers/past",
    "/communities/walkers/following", "/settings/letters", "/settings/account", "/settings/feeds", "/sitemap.xml",
)  # fmt: skip
# To whom the words of each series are open, and to whom its address and its link to the call.
SHOWN = {
    "open": {"everybody"},
    "draft": {"ana"},
    "members": {"ana", "bo", "dev", "demi", "wanda", "rota"},
    "invited": {"ana", "ivy"},
    "unlisted": {"ana"},
}
COMING = {
    "open": {"ana", "gus", "dev"},
    "draft": {"ana"},
    "members": {"ana", "wanda"},
    "invited": {"ana"},
    "unlisted": {"ana"},
}
ASKED = "Rota Canary"  # whether they would host; nobody else is to know


class World:
    def __init__(self) -> None:
        self.series: dict[str, Series] = {}
        self.evenings: dict[str, list[Event]] = {}
        self.patterns: dict[str, Event] = {}
        self.people: dict[str, Person] = {}
        self.had: dict[str, list[str]] = {}


@pytest_asyncio.fixture
async def world(walkers: Community, ana: Person, bo: Person, cleo: Person, dev: Person) -> World:
    world = World()
    names = ("Gus", "Wanda", "Dina", "Rea", "Blake", "Omar", "Demi", "Ivy", "Folly", "Kit", ASKED)
    world.people = {
        "ana": ana, "bo": bo, "cleo": cleo, "dev": dev,
        **{name.split()[0].lower(): await make_person(name) for name in names},
    }  # fmt: skip
    people = world.people
    elsewhere = Community(slug="others", name="Others", zone="UTC")
    await elsewhere.save()
    await join(people["omar"], elsewhere, "owner")
    for name in ("rea", "blake", "wanda", "kit", "rota"):
        await join(people[name], walkers)
    await join(people["demi"], walkers, "organiser")
    for name in SHOWN:
        series = await make_series(
            walkers, people["demi"] if name in ("draft", "members") else ana, weeks_ahead=3, mode="hybrid",
            started=name != "draft", seats=1 if name == "open" else None, ends_at=in_days(7, 21),
            visibility="public" if name in ("open", "draft") else name, **fields(name),
        )  # fmt: skip
        world.series[name] = series
        world.patterns[name] = await queries.pattern_of(series.id)
        world.evenings[name] = await ahead_of(series)
    await _live(world, walkers)
    return world


async def _live(world: World, walkers: Community) -> None:
    people, ana = world.people, world.people["ana"]
    for name, how in (
        ("folly", "each"),
        ("cleo", "weekly"),
        ("kit", "weekly"),
        ("rea", "each"),
        ("bo", "weekly"),
    ):
        await following.choose(people[name], walkers, how)
    for name, series in (
        ("gus", "open"), ("wanda", "open"), ("kit", "open"), ("rea", "open"),
        ("wanda", "members"), ("rea", "members"), ("blake", "members"), ("kit", "members"),
    ):  # fmt: skip
        await _counted_in(world, name, series)
    await seats.answer(world.evenings["open"][0], people["dina"], answer="declined", by=people["dina"])
    await invitations.invite(world.evenings["invited"][0], [people["ivy"]], by=ana)
    await co_hosts.add(world.evenings["open"][0], people["dev"], by=ana)
    for name in ("rea", "rota", "kit"):
        await rota.ask(world.evenings["members"], people[name], by=ana)
        question = await HostQuestion.objects().get(HostQuestion.person == people[name].id)
        assert question
        world.had.setdefault(name, []).append(f"/hosting/several/{hosting.batch_token(question)}")
    await work_off()
    for name in people:
        for holds in KINDS:
            _, secret = await feeds.make(people[name], name=holds, holds=holds)
            world.had.setdefault(name, []).append(f"/feeds/{secret}.ics")
    await blocks.block(ana, people["blake"])
    for name in ("blake", "rea"):
        await joining.remove(people[name], walkers, by=ana)
    await keeping_out.keep_out(walkers, Whom(people["kit"].email, people["kit"]), by=ana)
    await joining.change_role(people["demi"], walkers, "member", by=ana)


async def _counted_in(world: World, name: str, series: str) -> None:
    person, known = world.people[name], world.series[series]
    await counting_in.count_me_in(await access.visible_series(person, known.public_id), person)
    answer = await standing.of_person(known.id, person.id)
    assert answer
    token = links.token(answer)
    had = [f"/counted-in/{token}"]
    for event in world.evenings[series]:
        rsvp = await Rsvp.objects().get((Rsvp.event == event.id) & (Rsvp.person == person.id))
        assert rsvp
        link = answer_links.token(rsvp, event)
        had += [
            f"/rsvp/{link}",
            f"/rsvp/{link}/absence",
            f"/rsvp/{link}/calendar.ics",
            f"/rsvp/{link}/coming",
        ]
    world.had.setdefault(name, []).extend(had)


def doors(world: World, name: str) -> list[str]:
    following_month = (in_zone(clock.now(), "Europe/Berlin") + timedelta(days=21)).strftime("%Y-%m")
    found = [door.replace("{next}", following_month) for door in DOORS]
    for kind, series in world.series.items():
        # The address of an unlisted one is its key: only its organisers have it here.
        if kind != "unlisted" or name == "ana":
            found += [f"/series/{series.public_id}{rest}" for rest in BESIDE_SERIES]
            events = [world.patterns[kind], *world.evenings[kind][:1]]
            found += [f"/events/{event.public_id}{rest}" for event in events for rest in BESIDE_EVENTS]
    return [*found, *world.had.get(name, [])]


def forbidden(name: str) -> set[str]:
    words = set()
    for series in SHOWN:
        if not SHOWN[series] & {name, "everybody"}:
            words |= {canary(series, what) for what in ("title", "summary", "about", "place")}
        if name not in COMING[series]:
            words |= {canary(series, what) for what in ("address", "link")}
    return words | ({ASKED} if name not in ("ana", "rota") else set())


def leaks(name: str, texts: dict[str, str]) -> list[tuple[str, str]]:
    return [(where, word) for where, text in texts.items() for word in forbidden(name) if word in text]


async def test_nobody_finds_a_series_that_is_not_for_them(
    client: httpx.AsyncClient, signed_in: As, world: World
) -> None:
    assert leaks("nobody", await heard(client, doors(world, "nobody"))) == []
    for name in world.people:
        if name != "ana":
            found = await heard(await signed_in(world.people[name]), doors(world, name))
            assert leaks(name, found) == [], name


async def test_old_links_tell_nothing_to_whoever_finds_them(client: httpx.AsyncClient, world: World) -> None:
    for name in ("rea", "blake", "kit"):
        found = {path: (await client.get(path)).text for path in world.had[name]}
        assert leaks(name, found) == [], name


async def test_a_hidden_series_answers_as_one_that_never_was(
    client: httpx.AsyncClient, signed_in: As, world: World
) -> None:
    browsers = {"nobody": client, **{name: await signed_in(person) for name, person in world.people.items()}}
    for name, browser in browsers.items():
        hidden = [kind for kind in ("draft", "members", "invited") if name not in SHOWN[kind]]
        for kind in hidden:
            for method, rests in (("GET", BESIDE_SERIES), ("POST", POSTED)):
                for rest in rests:
                    own = world.series[kind].public_id
                    if name == "ivy" and kind == "invited":
                        continue
                    hers, none = [
                        await browser.request(method, f"/series/{series}{rest}", data={"a": "b"})
                        for series in (own, "z" * len(own))
                    ]
                    where = (name, kind, method, rest)
                    assert hers.status_code == none.status_code == 404, (where, hers.status_code)
                    assert len(hers.content) == len(none.content), where


async def test_the_organiser_hears_every_canary(signed_in: As, world: World) -> None:
    found = "\n".join((await heard(await signed_in(world.people["ana"]), doors(world, "ana"))).values())
    for kind in SHOWN:
        for what in ("title", "summary", "about", "place", "address", "link"):
            assert canary(kind, what) in found, (kind, what)
    assert ASKED in found


async def test_no_letter_of_what_is_new_says_what_is_not_for_its_reader(world: World) -> None:
    for days in (0, 1, 3, 7):
        with time_machine.travel(clock.now() + timedelta(days=days, minutes=10), tick=True):
            await each.tell_due()
            await weekly.tell_due()
            await course.pause(
                world.series["members"],
                in_days(7).date(),
                in_days(15).date(),
                reason="canary-members-about-1",
            )
            await work_off()
    rows = await db.rows("SELECT to_email, kind, message FROM sent_letters")
    assert {"folly@example.org", "cleo@example.org", "bo@example.org"} <= {row["to_email"] for row in rows}
    for row in rows:
        name = row["to_email"].split("@")[0].split(".")[0]
        # What they were told while they might know it was theirs to know.
        if name not in ("rea", "blake", "kit", "demi"):
            assert leaks(name, {row["kind"]: _text_of(row["message"])}) == [], row["to_email"]
