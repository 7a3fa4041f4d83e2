"""What happens in the Kith that is dumped: the demonstration, a letter of each kind, and an evening cut short.

Nothing of the evening has been worked off: its letters wait, and so does one piece of work of every kind that was
ever done, as if a worker had died before it could say so.
"""

import io
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx
import time_machine
from PIL import Image
from starlette.datastructures import UploadFile

from events.calendars import feeds
from events.hosting import co_hosts
from events.publishing import publishing
from events.tables import Event
from followups.connections import cards
from members.account import sessions, signing_in
from members.blocking import blocks
from members.letters import letters_wanted
from members.tables import Community, Person
from rsvps.attending import by_letter
from rsvps.door import arrivals, doors
from rsvps.hosting import approvals, host_letters, hosts, invitations
from rsvps.letters import links
from rsvps.questions import sheet
from rsvps.questions.presets import PRESETS, preset
from rsvps.seating import seats
from rsvps.tables import Rsvp
from server import clock, db, pictures
from server.app import create
from server.demo import loading
from server.settings import settings
from tests.gatherings import details, in_days, make_event
from tests.ground import work_off
from tests.people import join, make_person
from tests.promises import worlds
from volunteers import shifts
from volunteers.shifts import Needed

PRESENT = datetime(2026, 11, 28, 20, 0, tzinfo=UTC)

# The key of a form that has been taken already.
FORM = "a2b3c4d5e6f7"

# Kept of each kind of work that was done, to be done again.
OF_EACH_KIND = 2


@dataclass
class Known:
    """What only their owners know, and no dump says: cookies by name, and secret addresses."""

    sessions: dict[str, str] = field(default_factory=dict)
    addresses: list[str] = field(default_factory=list)


def at(moment: datetime) -> time_machine.travel:
    """`with at(PRESENT):` the clock stands still there."""
    return time_machine.travel(moment, tick=False)


async def live() -> Known:
    """All of it, in the database that is connected."""
    await _remember_work()
    with at(PRESENT - timedelta(days=7)):
        cast = await _cast()
    await _letters_of_every_kind(cast)
    await loading.load()
    await work_off()
    await _forget_to_finish()
    return await _an_evening(cast)


@dataclass
class _Cast:
    walkers: Community
    ana: Person
    bo: Person
    cleo: Person
    dev: Person


async def _cast() -> _Cast:
    walkers = Community(slug="walkers", name="Sunday Walkers", zone="Europe/Berlin", about="We walk.")
    await walkers.save()
    ana, bo, cleo, dev = [await make_person(name) for name in ("Ana", "Bo", "Cleo", "Dev")]
    await join(ana, walkers, "owner")
    for person in (bo, dev):
        await join(person, walkers)
    return _Cast(walkers, ana, bo, cleo, dev)


async def _letters_of_every_kind(cast: _Cast) -> None:
    """Moments are chosen so that what they tell of is still to come at PRESENT."""
    browser = httpx.AsyncClient(transport=httpx.ASGITransport(create()), base_url=settings.base_url)
    async with browser:
        await worlds.every_letter_of_the_morning_after(cast.walkers, browser)
    with at(PRESENT - timedelta(days=6)):
        await worlds.every_letter_about_answers(cast.walkers, cast.ana, cast.bo, cast.dev, cast.cleo)
        await worlds.every_letter_about_helping(cast.walkers, cast.bo, cast.dev)
        await worlds.every_letter_about_hosting(cast.walkers, cast.ana, cast.bo, cast.cleo)
    with at(PRESENT - timedelta(days=5)):
        await worlds.every_letter_about_choosing(cast.walkers, cast.ana, cast.bo, cast.dev, cast.cleo)
        await worlds.call_off(await _with_answers(cast, title="A walk that was called off"))


async def _with_answers(cast: _Cast, **given: object) -> Event:
    event = await make_event(cast.walkers, cast.ana, **given)
    for person in (cast.bo, cast.dev):
        await seats.answer(event, person, answer="going", by=person)
    return event


async def _remember_work() -> None:
    """Whatever work is finished from here on is kept beside the table."""
    await db.run("CREATE TABLE finished_work AS SELECT * FROM due_work WITH NO DATA")
    await db.run(
        """
        CREATE FUNCTION remember_work() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO finished_work SELECT OLD.*; RETURN OLD; END $$
        """
    )
    await db.run(
        "CREATE TRIGGER remembered BEFORE DELETE ON due_work FOR EACH ROW EXECUTE FUNCTION remember_work()"
    )


async def _forget_to_finish() -> None:
    """Have the latest work of each kind wait again, as if its worker had died in the last moment."""
    await db.run("DROP TRIGGER remembered ON due_work")
    await db.run(
        """
        INSERT INTO due_work (kind, args, run_at, request_id, attempts, last_error, created_at)
        SELECT kind, args, $1, request_id, 0, '', created_at
        FROM (SELECT *, row_number() OVER (PARTITION BY kind ORDER BY id DESC) AS nth FROM finished_work) AS ranked
        WHERE nth <= $2 ORDER BY id
        """,
        clock.now(),
        OF_EACH_KIND,
    )
    await db.run("DROP TABLE finished_work")
    await db.run("DROP FUNCTION remember_work()")


async def _an_evening(cast: _Cast) -> Known:
    known = Known()
    await _seats_and_a_line(cast)
    await _asked_and_decided(cast)
    await _a_door(cast, known)
    await _things_of_ones_own(cast, known)
    await _help(cast)
    event = await _with_answers(cast, title="A walk that moves")
    await publishing.edit(event, details(title=event.title, place="The new mill"), seen=event.changed_at)
    event = await _with_answers(cast, title="A walk that falls through")
    await publishing.cancel(event, reason="The mill is flooded.")
    await signing_in.ask(cast.bo.email, next_path="/")
    return known


async def _seats_and_a_line(cast: _Cast) -> None:
    """Two pools, a line in each, guests with names, and an offer that is open."""
    event = await make_event(
        cast.walkers, cast.ana, title="A full boat", seats=3, online_seats=1, guests_allowed=2, asks_first=0
    )
    await seats.answer(
        event,
        cast.bo,
        answer="going",
        guests=1,
        by=cast.bo,
        guest_names="Nell Noor",
        listed="coming",
        form=FORM,
    )
    for number in range(6):
        person = await by_letter.somebody(f"line{number}@example.org", name=f"Lin{number} Er")
        await seats.answer(event, person, answer="going", guests=number % 3, by=person, online=number == 4)
    await seats.answer(event, cast.cleo, answer="going", by=cast.cleo, online=True)
    await seats.answer(event, cast.dev, answer="maybe", by=cast.dev)
    soon = await make_event(
        cast.walkers, cast.ana, title="Tomorrow's boat", seats=1, starts_at=clock.now() + timedelta(hours=15)
    )
    for person in (cast.bo, cast.dev, cast.cleo):
        await seats.answer(soon, person, answer="going", by=person)
    await seats.withdraw(soon, cast.bo, by=cast.bo)


async def _asked_and_decided(cast: _Cast) -> None:
    """Questions answered, answers that a host accepts, turns down and has not seen, and unconfirmed ones."""
    event = await make_event(cast.walkers, cast.ana, title="For beginners", approval=True, guests_allowed=2)
    await sheet.put(event, [preset(name) for name in PRESETS])
    asked = await sheet.of(event)
    replies = {each.id: each.choices[0] if each.choices else "No nuts, please." for each in asked}
    people = [
        await by_letter.somebody(f"new{number}@example.org", name=f"Ni{number} Ew") for number in range(4)
    ]
    for person in people:
        await seats.answer(event, person, answer="going", by=person, replies=replies)
    first, second, third, _ = people
    await approvals.grant(await _rsvp(event, first), by=cast.ana)
    await approvals.decline(await _rsvp(event, second), by=cast.ana, note="It is for beginners.")
    await seats.answer(event, third, answer="declined", by=third)
    await hosts.add(event, cast.dev, by=cast.ana)
    await invitations.invite(event, [cast.bo, cast.cleo], by=cast.ana)
    await co_hosts.add(event, cast.bo, by=cast.ana)
    await co_hosts.invite(event, "hosting@example.org", by=cast.ana)
    open_one = await make_event(cast.walkers, cast.ana, title="For whoever comes", seats=5)
    await by_letter.ask(open_one, name="Una", email="una@example.org", answer="going", guests=0)
    await by_letter.ask(open_one, name="Vic", email="vic@example.org", answer="maybe", guests=0)
    await by_letter.ask(open_one, name="Not Me", email="never@example.org", answer="going", guests=0)
    never = await by_letter.somebody("never@example.org")
    await by_letter.never_again(links.token(await _rsvp(open_one, never), open_one))
    await host_letters.send(
        event,
        by=cast.ana,
        public_id="hkmnpqrstwxy",
        to_whom="going",
        subject="Spoons",
        body="Bring one.",
        answers_to_me=False,
    )


async def _a_door(cast: _Cast, known: Known) -> None:
    """Somebody is in, somebody was not, and somebody came without an answer."""
    event = await make_event(
        cast.walkers,
        cast.ana,
        title="Going on now",
        guests_allowed=2,
        starts_at=clock.now() - timedelta(hours=1),
    )
    people = (cast.bo, cast.dev, cast.cleo)
    with at(clock.now() - timedelta(days=1)):
        for person in people:
            await seats.answer(event, person, answer="going", guests=1, by=person)
    door, secret = await doors.open_door(event, name="Front door", by=cast.ana)
    known.addresses.append(f"/door/{secret}")
    for person in people:
        await arrivals.mark(door, (await _rsvp(event, person)).public_id, here=True, guests=1)
    await arrivals.mark(door, (await _rsvp(event, cast.cleo)).public_id, here=False)
    await arrivals.walk_in(door, "Wanda", guests=1)


async def _things_of_ones_own(cast: _Cast, known: Known) -> None:
    """Sessions, feeds, cards, blocks, letters not wanted, a picture, an address that is dead."""
    strangers = [await make_person(name) for name in ("Gus Gone", "Hal Here")]
    await blocks.block(cast.bo, strangers[0])
    await letters_wanted.refuse(cast.dev.id, "reminders")
    await cards.fill_in(cast.bo, cards.Choices(shows_email=True, shows_phone=True, phone="+49 30 5550144"))
    await db.run(
        "INSERT INTO dead_addresses (email, reason, since) VALUES ('gone@example.org', '550', $1)",
        clock.now(),
    )
    written = io.BytesIO()
    Image.new("RGB", (640, 480), "teal").save(written, "PNG")
    written.seek(0)
    picture = await pictures.keep(UploadFile(written, filename="teal.png"))
    await db.run("UPDATE communities SET picture = $2 WHERE id = $1", cast.walkers.id, picture)
    _, secret = await feeds.make(cast.bo, name="Phone")
    known.addresses.append(f"/feeds/{secret}.ics")
    for email in (
        "ana@example.org",
        "bo@example.org",
        "ana@kith.example",
        "bo@kith.example",
        "ingrid@kith.example",
    ):
        person = await Person.objects().get(Person.email == email)
        assert person is not None
        known.sessions[email] = await sessions.open_session(person, browser="Firefox on Linux")


async def _help(cast: _Cast) -> None:
    """Shifts that are full, half full, and not needed any more."""
    event = await _with_answers(cast, title="A walk with soup")
    roles = []
    for hour, (title, places) in enumerate((("Door", 1), ("Soup", 3), ("Chairs", 2))):
        since = in_days(7) + timedelta(hours=hour)
        needed = Needed(title, "Say hello.", places, since, since + timedelta(hours=1))
        roles.append(await shifts.add(event, needed))
    for role in roles:
        await shifts.sign_up(role, cast.bo, event)
        if role is not roles[0]:
            await shifts.sign_up(role, cast.dev, event)
    await shifts.remove(roles[2])


async def _rsvp(event: Event, person: Person) -> Rsvp:
    rsvp = await Rsvp.objects().get((Rsvp.event == event.id) & (Rsvp.person == person.id))
    assert rsvp is not None
    return rsvp
