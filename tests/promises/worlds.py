"""What promises are held to: a dump of all that is remembered, and one letter of each kind."""

import re
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast

import httpx
import time_machine

from events.hosting import co_hosts, keeping_out, rota
from events.news import each, weekly
from events.publishing import publishing
from events.series import access as series_access
from events.tables import Event, WeeklyTurn
from followups import jobs as followups_jobs
from followups.asks import asks
from followups.writing import notes
from followups.writing import queries as writing
from members.account import own_address
from members.communities.keeping_out import Whom
from members.letters import following
from members.tables import AddressChange, Community, Person
from rsvps import jobs
from rsvps.attending import by_letter, walking_in
from rsvps.door import doors
from rsvps.hosting import approvals, host_letters, hosts, invitations
from rsvps.letters import links
from rsvps.seating import seats
from rsvps.standing import counting_in
from rsvps.tables import Rsvp
from server import clock, db
from tests.followups import mornings
from tests.gatherings import ahead_of, as_it_is, change_of_series, details_of, make_event, make_series
from tests.ground import work_off
from tests.people import make_person
from volunteers import jobs as volunteers_jobs
from volunteers import shifts
from volunteers.shifts import Needed

ADDRESS = re.compile(r"https?://[^\s<>\"'\\]+")


async def dump() -> dict[str, str]:
    """A digest of every row of every table. Equal dumps: nothing has changed."""
    tables = await db.rows(
        """
        SELECT quote_ident(relname) AS name FROM pg_class
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
        """
    )
    return {
        table["name"]: await db.value(
            f"SELECT md5(coalesce(string_agg(one::text, '|' ORDER BY one::text), '')) FROM {table['name']} AS one"
        )
        for table in tables
    }


async def letters() -> dict[str, EmailMessage]:
    """The newest letter of each kind that was sent."""
    rows = await db.rows("SELECT DISTINCT ON (kind) kind, message FROM sent_letters ORDER BY kind, id DESC")
    return {
        row["kind"]: cast(EmailMessage, message_from_bytes(row["message"], policy=default)) for row in rows
    }


def addresses_in(letter: EmailMessage) -> set[str]:
    """Every address in a letter: in its words, its HTML, its calendar part and its headers."""
    parts = [str(part.get_content()) for part in letter.walk() if part.get_content_maintype() == "text"]
    parts += [letter.get("List-Unsubscribe", "")]
    unfolded = "\n".join(parts).replace("\r\n ", "").replace("&amp;", "&")
    return {address.rstrip(".,;)") for address in ADDRESS.findall(unfolded)}


async def every_letter_about_answers(
    walkers: Community, ana: Person, bo: Person, dev: Person, cleo: Person
) -> Event:
    """A life of one event in which each of the rsvps' letters is sent."""
    event = await make_event(walkers, ana, seats=2, guests_allowed=3)
    await by_letter.ask(event, name="Nell", email="nell@example.org", answer="going", guests=0)
    await _says(event, bo)
    await by_letter.ask(event, name="Bo", email=bo.email, answer="going", guests=0)
    await _says(event, dev, "going", 1)
    await _edit(event, place="The new mill", seats=6)
    await _says(event, dev, "declined")
    ivy = await by_letter.somebody("ivy@example.org")
    await invitations.invite(event, [cleo, ivy], by=ana)
    await host_letters.send(
        event,
        by=ana,
        public_id="abcdefghjkmn",
        to_whom="going",
        subject="Spoons",
        body="Bring one.",
        answers_to_me=False,
    )
    await by_letter.send_fresh_link(links.token(await _rsvp(event, bo), event))
    await work_off()
    await _edit(event, place="The newer mill", seats=6)
    with time_machine.travel(event.starts_at - timedelta(hours=20), tick=False):
        await jobs.remind()
        await work_off()
    return event


async def every_letter_about_choosing(
    walkers: Community, ana: Person, bo: Person, dev: Person, cleo: Person
) -> None:
    """What hosts say to those who ask, whom they put on the list, move up and take off; and late offers."""
    event = await make_event(walkers, ana, seats=2, guests_allowed=2, approval=True)
    for person in (bo, dev, cleo):
        await _says(event, person)
    with time_machine.travel(clock.now() + timedelta(minutes=11), tick=False):
        await work_off()
    await approvals.decline(await _rsvp(event, cleo), by=ana, note="It is for beginners.")
    await approvals.grant(await _rsvp(event, bo), by=ana)
    await db.run("UPDATE answer_policies SET approval = false WHERE event = $1", event.id)
    await hosts.take_off(await _rsvp(event, dev), by=ana, note="As you wished.")
    await hosts.add(event, ana, by=bo)
    await work_off()
    for number, guests in enumerate((1, 0, 0)):
        eve = await by_letter.somebody(f"eve{number}@example.org")
        await _says(event, eve, "going", guests)
    await hosts.move_up(await _rsvp(event, eve), by=ana, note="She drives the bus.")
    await work_off()
    with time_machine.travel(event.starts_at - timedelta(hours=46), tick=False):
        await jobs.ask_who_is_still_coming()
        await work_off()
    with time_machine.travel(event.starts_at - timedelta(hours=5), tick=False):
        await _says(event, bo, "declined")
    with time_machine.travel(event.starts_at - timedelta(hours=1), tick=False):
        await jobs.lapse_offers()
        await work_off()


async def every_letter_about_helping(walkers: Community, bo: Person, dev: Person) -> None:
    """Shifts that are taken, moved, given back, and not needed any more."""
    event = await make_event(walkers)
    ends = event.starts_at + timedelta(hours=1)
    role = await shifts.add(event, Needed("Door", "Say hello.", 2, event.starts_at, ends))
    for person in (bo, dev):
        await shifts.sign_up(role, person, event)
    await work_off()
    await shifts.edit(
        role, event, Needed("Door", "Say hello.", 2, event.starts_at, ends + timedelta(hours=1))
    )
    with time_machine.travel(clock.now() + timedelta(minutes=10), tick=False):
        await work_off()
    with time_machine.travel(event.starts_at - timedelta(hours=20), tick=False):
        await volunteers_jobs.remind()
        await work_off()
    await shifts.withdraw(role, dev, event)
    await shifts.remove(role)
    await work_off()


async def the_letter_about_being_counted_in(walkers: Community, ana: Person, bo: Person, dev: Person) -> None:
    """Something comes again, with one seat: bo has it, and dev waits."""
    series = await make_series(walkers, ana, weeks_ahead=3, seats=1)
    for person in (bo, dev):
        seen = await series_access.visible_series(person, series.public_id)
        await counting_in.count_me_in(seen, person)
    await work_off()


async def every_letter_about_a_series_that_moves(
    walkers: Community, ana: Person, bo: Person, dev: Person
) -> None:
    """Two evenings move and one is called off: bo comes and helps, dev only helps, ida is invited."""
    series = await make_series(walkers, ana, weeks_ahead=4)
    evenings = (await ahead_of(series))[:3]
    await invitations.invite(evenings[0], [await by_letter.somebody("ida@example.org")], by=ana)
    for event in evenings:
        await _says(event, bo)
        role = await shifts.add(event, Needed("Door", "", 2, event.starts_at, event.over_at))
        for person in (bo, dev):
            await shifts.sign_up(role, person, event)
    await work_off()
    await change_of_series(
        series, evenings[:2], evenings[2:], later=timedelta(hours=1), reason="The mill is flooded."
    )
    await work_off()


async def every_letter_of_the_morning_after(walkers: Community, client: httpx.AsyncClient) -> None:
    """A follow-up that is opened, reminded of, and in which two find each other."""
    people = await mornings.make_guests()
    event = await mornings.opened(walkers, people)
    with mornings.at(mornings.MORNING):
        await work_off()
        await mornings.all_findable(client, event, people[:5])
        for one, other in (people[:2], people[1::-1]):
            said = {"message": "*Lovely*, but [loud](https://example.org).", "message_to": "organisers"}
            said |= {"note": "Ask about the bees.", "note_back": "week"}
            assert (await mornings.say(client, event, one, wish=(other,), **said)).status_code == 303
        about = await mornings.asked(event, people[0])
        await asks.say(people[0], event, about.follow_up, {"help": "I can bring chairs."})
    for days in range(1, 10):
        with mornings.at(mornings.MORNING + timedelta(days=days)):
            await followups_jobs.ask_the_morning_after()
            await followups_jobs.tell_those_who_host()
            await followups_jobs.send_notes_back()
            await work_off()
    with mornings.at(mornings.SECOND_SIX):
        await followups_jobs.connect_at_six()
        await work_off()
        between = await writing.correspondence(await db.value("SELECT id FROM connections"), people[0].id)
        assert between is not None
        await notes.write(between, "Shall we walk again on *Sunday*?")
        await work_off()
    await _the_letter_of_the_week(walkers, people[:2])


async def _the_letter_of_the_week(walkers: Community, people: list[Person]) -> None:
    """Each of two who are connected is told that the other comes to the same gathering."""
    noon = mornings.SECOND_SIX.replace(hour=12) + timedelta(days=14)
    with mornings.at(noon):
        event = await make_event(walkers, starts_at=noon + timedelta(days=5))
        for person in people:
            await seats.answer(event, person, answer="going", by=person)
        await followups_jobs.prompt()
        await work_off()


async def the_letter_to_who_is_kept_out(walkers: Community, ana: Person) -> None:
    """What somebody reads when an address that is kept out was typed."""
    event = await make_event(walkers, ana)
    await keeping_out.keep_out(event, Whom("mallory@example.org"), by=ana)
    await by_letter.ask(event, name="Mal", email="mallory@example.org", answer="going", guests=0)
    await work_off()


async def the_letter_to_who_left_an_address(walkers: Community, ana: Person) -> None:
    """Whether it was they who left it, at the door of a gathering to which they came without an answer."""
    event = await make_event(walkers, ana)
    poster = await doors.put_up_poster(event, by=ana)
    await walking_in.leave_address(poster, event, name="Una", email="una@example.org")
    await work_off()


async def every_letter_about_ones_address() -> None:
    """Somebody asks for another address, and confirms it."""
    zora = await make_person("Zora")
    await own_address.ask(zora, "zora@new.example.org")
    await work_off()
    (change,) = await AddressChange.objects().where(AddressChange.person == zora.id)
    await own_address.confirm(change, by=zora)
    await work_off()


async def every_letter_about_hosting(walkers: Community, ana: Person, bo: Person, cleo: Person) -> None:
    """A member who is made a co-host, an address that is asked, and a member who is asked about a series."""
    event = await make_event(walkers, ana)
    await co_hosts.add(event, bo, by=ana)
    await co_hosts.invite(event, cleo.email, by=ana)
    series = await make_series(walkers, ana, weeks_ahead=3)
    await rota.ask(await ahead_of(series), bo, by=ana)
    await work_off()


async def every_letter_of_news(walkers: Community, ana: Person, dev: Person, cleo: Person) -> None:
    """What is new, to somebody who hears of each gathering, and to somebody who hears once a week."""
    await following.choose(cleo, walkers, "each")
    await following.choose(dev, walkers, "weekly")
    event = await make_event(walkers, ana, status="draft")
    await publishing.publish(event)
    await work_off()
    await each.tell_due(clock.now() + each.SOON)
    now = clock.now()
    await WeeklyTurn.update({WeeklyTurn.due_at: now, WeeklyTurn.told_at: now - timedelta(days=8)}, force=True)
    await weekly.tell_due()
    await work_off()


async def call_off(event: Event) -> None:
    """Cancel it, and tell everybody."""
    await publishing.cancel(event, reason="The mill is flooded.")
    await work_off()


async def _says(event: Event, person: Person, answer: Any = "going", guests: int = 0) -> None:
    await seats.answer(event, person, answer=answer, guests=guests, by=person)
    await work_off()


async def _rsvp(event: Event, person: Person) -> Rsvp:
    rsvp = await Rsvp.objects().get((Rsvp.event == event.id) & (Rsvp.person == person.id))
    assert rsvp is not None
    return rsvp


async def _edit(event: Event, **values: Any) -> None:
    current = await as_it_is(event)
    await publishing.edit(current, details_of(current, **values), seen=event.changed_at)
    with time_machine.travel(clock.now() + timedelta(minutes=10), tick=False):
        await work_off()
    await event.refresh()


async def fetch_all(client: httpx.AsyncClient, addresses: set[str], *, times: int = 3) -> dict[str, int]:
    """Open each of our own addresses so many times, as mail scanners do. Returns what came back."""
    found = {}
    for address in sorted(address for address in addresses if address.startswith(str(client.base_url))):
        for _ in range(times):
            client.cookies.clear()
            found[address] = (await client.get(address)).status_code
            await client.head(address)
    return found
