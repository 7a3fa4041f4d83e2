"""Promise 12, on every page that there is: where Zeb stood before, after a block he stands nowhere.

Zeb and Ana have everything to do with each other: they organise together, write, open doors, let people in, come to
the same gatherings, and are connected. Each address of Kith is opened by Ana before, when many name him, and after.
"""

import re
from datetime import timedelta

import httpx
import pytest
import pytest_asyncio

from events import queries as events
from events.hosting import co_hosts
from events.tables import Event
from followups import links
from followups.hosts import arrivals
from followups.hosts import queries as followups
from followups.writing import notes
from followups.writing import queries as writing
from members.blocking import blocks
from members.tables import Community, Person
from rsvps.hosting import host_letters, hosts, invitations
from rsvps.seating import seats
from rsvps.tables import Rsvp
from server import db, tokens
from tests.everywhere import Everywhere, still
from tests.followups.mornings import MORNING, all_findable, at, make_guests, opened, page_of, say
from tests.gatherings import make_event
from tests.ground import letters_to, text_of
from tests.people import As, join, make_person
from tests.rsvps.gatherings import open_door
from volunteers import shifts
from volunteers.shifts import Needed

pytestmark = pytest.mark.slow

ZEB = re.compile(r"\bZeb\b|Quark|zeb\.quark")
BESIDE = (
    "", ".ics", ".json", "/edit", "/cancellation", "/hosts", "/rsvp", "/coming", "/people", "/people.csv",
    "/people?q=zeb", "/people?status=requested", "/people?status=waitlisted", "/people/new", "/invitations", "/letters",
    "/questions", "/doors", "/volunteers", "/followup", "/arrivals", "/arrivals?q=zeb",
)  # fmt: skip
# Where he stood, as far as these tests know of: if he does not, they show nothing.
NAMED_HIM = (
    "/events/{full}/hosts", "/events/{full}/people", "/events/{full}/people.csv", "/events/{lonely}/people/new",
    "/events/{full}/letters", "/events/{full}/doors", "/events/{full}", "/events/{his}", "/events/{his}/coming",
    "/events/{lonely}/invitations", "/events/{his}/people", "/events/{his}/volunteers", "/events/{past}/arrivals",
    "/events/{past}/followup", "/connections", "/communities/walkers/people", "/communities/walkers/people?q=zeb",
    "/door/{secret}", "/rsvps/{moved}", "/rsvps/{his_own}", "/rsvps/{came}", "/arrivals/{his_own}", "/hosting/{asked}",
    "/connections/{theirs}", "/words/{words}",
)  # fmt: skip


class World:
    """What happened between the two, and every address that could tell of it."""

    def __init__(self, everywhere: Everywhere, client: httpx.AsyncClient, ana: Person, zeb: Person) -> None:
        self.everywhere, self.client, self.ana, self.zeb = everywhere, client, ana, zeb
        self.parts: dict[str, str] = {}
        self.more: list[str] = []

    def addresses(self) -> list[str]:
        """All that Ana can open."""
        beside = [
            f"/events/{self.parts[event]}{path}" for event in ("full", "his", "past") for path in BESIDE
        ]
        return sorted({*self.everywhere.addresses("GET"), *self.named_him(), *beside, *self.more})

    def named_him(self) -> set[str]:
        """Those that must name him while there is no block."""
        return {re.sub(r"{(\w+)}", lambda found: self.parts[found[1]], path) for path in NAMED_HIM}


@pytest_asyncio.fixture(loop_scope="session")
async def world(
    everywhere: Everywhere,
    client: httpx.AsyncClient,
    walkers: Community,
    ana: Person,
    bo: Person,
) -> World:
    zeb, zoe = await make_person("Zeb Quark"), await make_person("Zoe Last")
    world = World(everywhere, client, ana, zeb)
    await join(zeb, walkers, "organiser")
    with still():
        await _organise_together(world, zoe)
        await _come_to_the_same(world, walkers, bo)
    await _meet_the_morning_after(world, walkers)
    with still():
        await _ask_her_to_host(world)
        _, world.parts["secret"] = await open_door(await event_called(world, "his"), name="Gate", by=ana)
    return world


async def _organise_together(world: World, zoe: Person) -> None:
    event, ana, zeb = world.everywhere.event, world.ana, world.zeb
    await co_hosts.add(event, zeb, by=ana)
    await seats.answer(event, zeb, answer="going", by=zeb)
    await hosts.add(event, zoe, by=zeb)
    await hosts.move_up(await rsvp_of(event, zoe), by=zeb, note="She drives.")
    await host_letters.send(
        event, by=zeb, public_id=tokens.public_id(), to_whom="going", subject="Spoons", body="Please.",
        answers_to_me=True,
    )  # fmt: skip
    await open_door(event, name="Back door", by=zeb)
    world.parts |= {"full": event.public_id, "moved": (await rsvp_of(event, zoe)).public_id}
    world.more += [
        f"/rsvps/{(await rsvp_of(event, zoe)).public_id}",
        f"/rsvps/{world.parts['moved']}/approval",
    ]


async def _come_to_the_same(world: World, walkers: Community, bo: Person) -> None:
    ana, zeb = world.ana, world.zeb
    his = await make_event(walkers, zeb, seats=20)
    for person in (ana, bo):
        await seats.answer(his, person, answer="going", by=person)
    await seats.answer(his, zeb, answer="going", by=zeb, listed="coming")
    shift = await shifts.add(his, Needed("Door", "", 2, his.starts_at, his.starts_at + timedelta(hours=1)))
    await shifts.sign_up(shift, zeb, his)
    own = (await rsvp_of(his, zeb)).public_id
    world.parts |= {"his": his.public_id, "his_own": own}
    world.more += [f"/rsvps/{own}/approval"]
    lonely = await make_event(walkers, ana)  # He has not answered, so he can be chosen.
    world.parts["lonely"] = lonely.public_id
    world.more += [f"/events/{lonely.public_id}/hosts?q=zeb"]


async def _meet_the_morning_after(world: World, walkers: Community) -> None:
    ana, zeb = world.ana, world.zeb
    others = await make_guests("Una Urban", "Vic Vale", "Wim West")
    past = await opened(walkers, [ana, zeb, *others])
    with at(MORNING):
        await all_findable(world.client, past, [ana, zeb, *others])
        await say(world.client, past, zeb, message="It was cold.", message_to="organisers", signed="true")
        answer = await followups.answer((await rsvp_of(past, others[0])).public_id)
        assert answer
        await arrivals.did_not_see(answer, by=zeb)
        await arrivals.saw(answer, by=zeb)
    world.parts |= {"past": past.public_id, "came": (await rsvp_of(past, others[0])).public_id}
    world.more += [await page_of(past, ana), f"{await page_of(past, ana)}?q=ze"]
    await db.run(
        "INSERT INTO connections (public_id, low, high, event, connected_at) VALUES ($1, $2, $3, $4, $5)",
        connection := tokens.public_id(), *sorted((ana.id, zeb.id)), past.id, MORNING,
    )  # fmt: skip
    number = await db.value("SELECT id FROM connections WHERE public_id = $1", connection)
    world.parts |= {"theirs": connection, "words": links.words_token(number, ana.id, since=MORNING)}
    for between in (
        await writing.correspondence(number, ana.id),
        await writing.correspondence(number, zeb.id),
    ):
        assert between is not None
        await notes.write(between, "Quark, and how it is made.")


async def _ask_her_to_host(world: World) -> None:
    readers = Community(slug="readers", name="Readers", zone="Europe/Berlin")
    await readers.save()
    await join(world.zeb, readers, "owner")
    event = await make_event(readers, world.zeb)
    await co_hosts.invite(event, world.ana.email, by=world.zeb)
    letter = (await letters_to(world.ana.email))[-1]
    found = re.search(r"/hosting/(\S+)", text_of(letter))
    assert found
    world.parts["asked"] = found[1]


async def rsvp_of(event: Event, person: Person) -> Rsvp:
    found = await Rsvp.objects().where((Rsvp.event == event.id) & (Rsvp.person == person.id)).first()
    assert found is not None
    return found


async def event_called(world: World, name: str) -> Event:
    found = await events.found(world.parts[name], None)
    assert found is not None
    return found.event


async def naming_him(browser: httpx.AsyncClient, world: World) -> set[str]:
    """The addresses at which Ana reads his name."""
    found = set()
    await browser.get(f"/door/{world.parts['secret']}")  # From now on her phone works that door.
    for address in world.addresses():
        if address == "/dev/people" or address.startswith("/dev/letters"):
            continue  # For development: everybody stands there, and no reader is known.
        for accept in ("text/html", "application/json"):
            answer = await browser.get(address, headers={"accept": accept})
            assert answer.status_code < 500, address
            if ZEB.search(answer.text):
                found.add(address)
    return found


@pytest.mark.parametrize("hers", [True, False], ids=["she blocks him", "he blocks her"])
async def test_he_stands_nowhere_any_more(world: World, signed_in: As, hers: bool) -> None:
    with still():
        browser = await signed_in(world.ana)
        before = await naming_him(browser, world)
        missing = {
            name for name, part in world.parts.items() for each in world.named_him() - before if part in each
        }
        assert not missing
        await blocks.block(*((world.ana, world.zeb) if hers else (world.zeb, world.ana)))
        assert await naming_him(browser, world) == ({"/settings/blocks"} if hers else set())


@pytest.mark.parametrize("hers", [True, False], ids=["she blocks him", "he blocks her"])
async def test_nothing_that_he_does_reaches_her_by_letter(world: World, hers: bool) -> None:
    with still():
        event = await event_called(world, "his")
        await letters_to(world.ana.email)
        await db.run("DELETE FROM sent_letters")
        await blocks.block(*((world.ana, world.zeb) if hers else (world.zeb, world.ana)))
        for to_whom in ("going", "everybody"):
            await host_letters.send(
                event, by=world.zeb, public_id=tokens.public_id(), to_whom=to_whom, subject="S", body="B",
                answers_to_me=True,
            )  # type: ignore[arg-type] # fmt: skip
        other = await make_event(await community(), world.zeb)
        await invitations.invite(other, [world.ana], by=world.zeb)
        await co_hosts.invite(other, world.ana.email, by=world.zeb)
        await co_hosts.add(other, world.ana, by=world.zeb)
        await hosts.take_off(await rsvp_of(event, world.ana), by=world.zeb, note="")
        letters = await letters_to(world.ana.email)
        for letter in letters:
            assert not ZEB.search(letter.as_string() + text_of(letter)), letter["Subject"]


@pytest.mark.parametrize("hers", [True, False], ids=["she blocks him", "he blocks her"])
async def test_what_she_presses_does_not_touch_him(world: World, signed_in: As, hers: bool) -> None:
    with still():
        browser = await signed_in(world.ana)
        own, event = world.parts["his_own"], world.parts["his"]
        await blocks.block(*((world.ana, world.zeb) if hers else (world.zeb, world.ana)))
        before = await rsvp_of(await event_called(world, "his"), world.zeb)
        for path in ("/approval", "/approval/removal", "/place", "/removal", "/removal/removal", "/arrival"):
            answer = await browser.post(f"/rsvps/{own}{path}", data={"note": "Why"})
            nobody = await browser.post(f"/rsvps/222222222222{path}", data={"note": "Why"})
            assert (answer.status_code, nobody.status_code) == (404, 404), path
        marked = await browser.post(f"/door/{world.parts['secret']}", data={"rsvp": own, "act": "here"})
        assert marked.status_code == 404
        chosen = {"people": world.zeb.public_id, "emails": ""}
        assert (await browser.post(f"/events/{event}/invitations", data=chosen)).status_code == 422
        after = await rsvp_of(await event_called(world, "his"), world.zeb)
        assert before.to_dict() == after.to_dict()


async def test_the_door_of_a_phone_that_is_nobodys_knows_everybody(world: World) -> None:
    with still():
        await blocks.block(world.ana, world.zeb)
        assert ZEB.search((await world.client.get(f"/door/{world.parts['secret']}")).text)


async def test_what_an_organiser_counts_is_her_own_list(world: World, signed_in: As) -> None:
    with still():
        event = await event_called(world, "his")
        assert await host_letters.receivers(event, "going", by=world.ana) == 3
        await blocks.block(world.zeb, world.ana)
        assert await host_letters.receivers(event, "going", by=world.ana) == 2
        page = (await (await signed_in(world.ana)).get(f"/events/{event.public_id}/people")).text
        assert "3 of 20 seats taken" in page  # His chair is taken all the same.


async def community() -> Community:
    found = await Community.objects().where(Community.slug == "readers").first()
    assert found is not None
    return found
