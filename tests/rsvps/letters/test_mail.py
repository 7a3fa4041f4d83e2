"""The letters about answers: who gets which, what they carry, and what is not written any more."""

import io
import re
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import httpx
import pytest
import pytest_asyncio
import time_machine
from starlette.datastructures import UploadFile

from events.announcements import SeatsChanged
from events.tables import Event
from members.letters import letters_wanted
from members.tables import Block, Community, Person
from rsvps import jobs as rsvps_jobs
from rsvps.attending import by_letter
from rsvps.hosting import approvals, host_letters, hosts, invitations
from rsvps.seating import seats
from rsvps.tables import Rsvp
from server import clock, db, jobs, pictures
from server.jobs import announce
from tests.gatherings import make_event
from tests.ground import letters_to, text_of, work_off
from tests.people import As
from tests.rsvps.gatherings import answer_of, give_seats
from tests.server.test_pictures import image_file


async def say(event: Event, person: Person, answer: Any = "going", guests: int = 0) -> None:
    await seats.answer(event, person, answer=answer, guests=guests, by=person)


async def subjects(person: Person) -> list[str]:
    return [letter["Subject"] for letter in await letters_to(person.email)]


def method(letter: EmailMessage) -> str | None:
    parts = [part for part in letter.walk() if part.get_content_type() == "text/calendar"]
    found = re.search(r"METHOD:(\w+)", str(parts[0].get_content())) if parts else None
    return found[1] if found else None


def calendar(letter: EmailMessage) -> str:
    return text_of(letter, "text/calendar").replace("\r\n ", "")


async def test_going_brings_the_place_and_the_calendar(walkers: Community, bo: Person) -> None:
    event = await make_event(walkers, guests_allowed=2)
    await say(event, bo, guests=2)
    (letter,) = await letters_to(bo.email)
    assert method(letter) == "REQUEST" and "PARTSTAT=ACCEPTED" in calendar(letter)
    for kind in ("text/plain", "text/html"):
        words = text_of(letter, kind)
        for expected in (
            event.title,
            "Berlin time",
            "Mill Lane 4",
            "2 guests",
            "You get this because",
        ):
            assert expected in words
        assert "secret-room" not in words
    assert "List-Unsubscribe" not in letter


async def test_maybe_is_tentative_and_keeps_the_address_to_itself(walkers: Community, bo: Person) -> None:
    event = await make_event(walkers)
    await say(event, bo, "maybe")
    (letter,) = await letters_to(bo.email)
    assert method(letter) == "REQUEST"
    assert "PARTSTAT=TENTATIVE" in calendar(letter) and "STATUS:TENTATIVE" in calendar(letter)
    assert "Mill Lane" not in letter.as_string() + calendar(letter) + text_of(letter) + text_of(
        letter, "text/html"
    )


async def test_waiting_has_no_calendar_part_and_a_promotion_has(
    walkers: Community, ana: Person, bo: Person
) -> None:
    event = await make_event(walkers, seats=1)
    await say(event, ana)
    await say(event, bo)
    (letter,) = await letters_to(bo.email)
    assert method(letter) is None and "number 1 in line" in text_of(letter)
    await say(event, ana, "declined")
    assert (await subjects(bo))[1:] == ["You have a seat: A walk along the river"]
    assert [method(letter) for letter in await letters_to(bo.email)] == [None, "REQUEST"]
    assert [method(letter) for letter in await letters_to(ana.email)] == ["REQUEST", "CANCEL"]


async def test_leaving_the_line_writes_no_letter(walkers: Community, ana: Person, bo: Person) -> None:
    event = await make_event(walkers, seats=1)
    await say(event, ana)
    await say(event, bo)
    assert len(await subjects(bo)) == 1
    await seats.withdraw(event, bo, by=bo)
    assert len(await subjects(bo)) == 1


async def test_who_had_it_in_the_calendar_and_leaves_the_line_is_freed_of_it(
    walkers: Community, ana: Person, bo: Person
) -> None:
    event = await make_event(walkers, seats=1)
    await say(event, ana)
    await say(event, bo, "maybe")
    await letters_to(bo.email)
    await say(event, bo)
    await letters_to(bo.email)
    await say(event, bo, "declined")
    assert [method(letter) for letter in await letters_to(bo.email)] == ["REQUEST", None, "CANCEL"]


async def test_declining_at_once_writes_nothing(walkers: Community, bo: Person) -> None:
    event = await make_event(walkers)
    await say(event, bo, "declined")
    assert await subjects(bo) == []


async def test_what_a_newer_answer_has_overtaken_is_not_written(walkers: Community, bo: Person) -> None:
    event = await make_event(walkers, guests_allowed=1)
    await say(event, bo)
    await say(event, bo, "going", 1)
    await say(event, bo, "maybe")
    assert await subjects(bo) == ["You may come to A walk along the river"]


async def test_added_seats_are_told_to_whom_they_go(walkers: Community, ana: Person, bo: Person) -> None:
    event = await make_event(walkers, seats=1)
    await say(event, ana)
    await say(event, bo)
    await give_seats(event, 2)
    await announce(SeatsChanged(event.id))
    assert (await subjects(bo))[-1] == "You have a seat: A walk along the river"


# Reminders


async def reminded(person: Person) -> int:
    await rsvps_jobs.remind()
    return sum(
        "reminder" in text_of(letter).rpartition("\n--")[2] for letter in await letters_to(person.email)
    )


async def test_reminded_again_only_when_the_gathering_moved_far(walkers: Community, bo: Person) -> None:
    event = await make_event(walkers)
    await say(event, bo)
    for days, times in ((0, 1), (0.4, 1), (3, 2), (2, 2)):
        moved = event.starts_at + timedelta(days=days)
        await db.run("UPDATE events SET starts_at = $2, ends_at = NULL WHERE id = $1", event.id, moved)
        with time_machine.travel(moved - timedelta(hours=20), tick=False):
            assert await reminded(bo) == times, days


# From organisers


async def test_an_invitation_is_signed_and_lets_one_answer_without_an_account(
    walkers: Community, ana: Person, client: httpx.AsyncClient
) -> None:
    event = await make_event(walkers, visibility="invited")
    eve = await by_letter.somebody("eve@example.org")
    assert [await invitations.invite(event, [eve], by=ana) for _ in range(2)] == [1, 0]
    (letter,) = await letters_to(eve.email)
    assert letter["Subject"] == "Ana invites you to A walk along the river"
    assert letter["List-Unsubscribe"]
    page, coming, not_coming, look = re.findall(r"http://\S+/rsvp/\S+", text_of(letter))
    assert f"I’m coming:\r\n{coming}\r\n" in text_of(
        letter
    ) and f"I can’t come:\r\n{not_coming}\r\n" in text_of(letter)
    link = coming.partition("?")[0]
    assert (coming, not_coming) == (f"{link}?answer=going#answer", f"{link}?answer=declined#answer")
    assert page == look == link and f'href="{coming}"' in text_of(letter, "text/html")
    assert "You are invited" in (await client.get(link)).text
    for pressed, called in ((coming, "Going"), (not_coming, "Can’t come")):
        page = (await client.get(pressed.partition("#")[0])).text
        buttons = re.findall(r'name="answer" value="(\w+)"', page)
        assert f"with “{called}” here it is said" in page and f"?answer={buttons[0]}#" in pressed
    assert "it is said" not in (await client.get(f"{link}?answer=nonsense")).text
    await client.post(link, data={"answer": "going", "name": "Eve"})
    assert len(await letters_to(eve.email)) == 2


async def test_an_invitation_says_from_when_on_one_can_answer(walkers: Community, ana: Person) -> None:
    event = await make_event(walkers, ana, answers_open_at=clock.now() + timedelta(days=1))
    eve = await by_letter.somebody("eve@example.org")
    await invitations.invite(event, [eve], by=ana)
    letter = await newest(eve)
    assert all("You can answer from" in text_of(letter, kind) for kind in ("text/plain", "text/html"))
    await db.run("UPDATE answer_policies SET answers_open_at = $2 WHERE event = $1", event.id, clock.now())
    fay = await by_letter.somebody("fay@example.org")
    await invitations.invite(event, [fay], by=ana)
    assert "Answers open" not in text_of(await newest(fay))


async def test_a_letter_shows_what_the_gathering_looks_like(
    walkers: Community, ana: Person, bo: Person
) -> None:
    picture = await pictures.keep(UploadFile(io.BytesIO(image_file()), filename="walk.jpg"))
    await jobs.later(pictures.make_letter_size, picture)
    event = await make_event(
        walkers,
        ana,
        visibility="invited",
        picture=picture,
        summary="Slowly, & with tea.",
        address_public=True,
    )
    await work_off()
    await invitations.invite(event, [bo], by=ana)
    html, plain = [text_of(await newest(bo), kind) for kind in ("text/html", "text/plain")]
    shown = await pictures.for_letter(picture)
    assert f'<img src="{shown}" width="526" height="263" alt="A walk along the river"' in html
    assert re.findall(r'src="([^"]*)"', html) == [shown]
    assert "Slowly, &amp; with tea." in html and "\r\n\r\nSlowly, & with tea.\r\n" in plain
    on_a_map = "https://www.openstreetmap.org/search?query=Mill%20Lane%204%2C%20second%20yard"
    assert f'href="{on_a_map}"' in html and f"Open in maps: {on_a_map}\r\n" in plain
    await db.run("UPDATE events SET address_public = false WHERE id = $1", event.id)
    await say(event, bo, "going")
    assert "Mill Lane" in text_of(await newest(bo)) and "openstreetmap" not in text_of(await newest(bo))


async def test_sad_news_are_told_without_the_picture(walkers: Community, ana: Person, bo: Person) -> None:
    event = await make_event(walkers, ana, summary="Slowly, with tea.", address_public=True)
    await say(event, bo, "going")
    assert "Slowly" in text_of(await newest(bo))
    await say(event, bo, "declined")
    html = text_of(await newest(bo), "text/html")
    assert "A walk along the river" in html and "Slowly" not in html and "openstreetmap" not in html


async def test_an_invitation_crosses_no_block(walkers: Community, ana: Person, cleo: Person) -> None:
    event = await make_event(walkers)
    await Block(blocker=cleo.id, blocked=ana.id).save()
    assert await invitations.invite(event, [cleo], by=ana) == 1
    assert await subjects(cleo) == []


async def test_who_has_answered_is_not_invited(walkers: Community, ana: Person, bo: Person) -> None:
    event = await make_event(walkers)
    await say(event, bo, "declined")
    assert await invitations.invite(event, [bo], by=ana) == 0


@pytest.mark.parametrize(
    ("to_whom", "expected"), [("going", 1), ("maybe", 1), ("everybody", 3), ("waitlisted", 1)]
)
async def test_an_organisers_letter_goes_once_to_each(
    walkers: Community, ana: Person, bo: Person, dev: Person, cleo: Person, to_whom: Any, expected: int
) -> None:
    event = await make_event(walkers, seats=1)
    await say(event, bo)
    await say(event, dev, "maybe")
    await say(event, cleo)
    sent = [
        await host_letters.send(
            event,
            by=ana,
            public_id="abcdefghjkmn",
            to_whom=to_whom,
            subject="Bring a spoon",
            body="Dear all,\n\nbring a spoon.",
            answers_to_me=True,
        )
        for _ in range(2)
    ]
    assert sent == [expected, expected]
    everybody = [await letters_to(person.email) for person in (bo, dev, cleo)]
    letters = [letter for letters in everybody for letter in letters if letter["Subject"] == "Bring a spoon"]
    assert len(letters) == expected
    for letter in letters:
        assert letter["Reply-To"] == "Ana <ana@example.org>" and letter["List-Unsubscribe"]
        assert "bring a spoon." in text_of(letter) and "Ana" in text_of(letter, "text/html")


async def test_who_wants_no_letters_from_organisers_gets_none(
    walkers: Community, ana: Person, bo: Person
) -> None:
    event = await make_event(walkers)
    await say(event, bo)
    await letters_wanted.refuse(bo.id, letters_wanted.ORGANISERS)
    await host_letters.send(
        event, by=ana, public_id="abcdefghjkmn", to_whom="going", subject="x", body="y", answers_to_me=False
    )
    assert len(await subjects(bo)) == 1


@pytest.mark.parametrize(
    "name", ['"<x@y.example>"', "Bo\r\nBcc: all@example.org", "博 🎈", "a" * 100, "שרה", ""]
)
async def test_any_name_and_title_make_one_well_formed_letter(
    walkers: Community, bo: Person, name: str
) -> None:
    event = await make_event(walkers, title=(name or "Soup")[:120])
    await db.run("UPDATE people SET name = $2 WHERE id = $1", bo.id, name)
    await say(event, bo)
    (letter,) = await letters_to(bo.email)
    assert len(letter["To"].addresses) == 1 and letter["To"].addresses[0].addr_spec == bo.email
    assert letter["Bcc"] is None


async def test_lapsed_offers_are_taken_back_by_the_clock(
    walkers: Community, bo: Person, client: httpx.AsyncClient, signed_in: As
) -> None:
    event = await make_event(walkers, seats=1)
    await by_letter.ask(event, name="Nell", email="new@example.org", answer="going", guests=0)
    await say(event, bo)
    with time_machine.travel(clock.now() + timedelta(minutes=31), tick=False):
        await rsvps_jobs.lapse_offers()
        assert (await subjects(bo))[-1] == "You have a seat: A walk along the river"


# About what hosts and seats do


@pytest_asyncio.fixture(loop_scope="session")
async def full(walkers: Community, ana: Person, cleo: Person) -> Event:
    """A gathering whose only seat is cleo's."""
    event = await make_event(walkers, ana, seats=1, mode="in_person")
    await say(event, cleo)
    return event


async def rsvp_of(event: Event, person: Person) -> Rsvp:
    found = await answer_of(event, person)
    assert found
    return found


async def newest(person: Person) -> EmailMessage:
    return (await letters_to(person.email))[-1]


async def test_a_seat_that_comes_free_late_is_offered_and_passed_on(
    full: Event, bo: Person, cleo: Person
) -> None:
    await say(full, bo)
    with time_machine.travel(full.starts_at - timedelta(hours=5), tick=False):
        await say(full, cleo, "declined")
        letter = await newest(bo)
        until = (await rsvp_of(full, bo)).offer_until.astimezone(full.local_start.tzinfo)
        assert letter["Subject"] == "A seat is free: A walk along the river" and method(letter) is None
        for kind in ("text/plain", "text/html"):
            words = text_of(letter, kind)
            assert f"until {until:%H:%M}, Berlin time" in words and "/rsvp/" in words
            assert "Mill Lane" not in words and "secret-room" not in words
    with time_machine.travel(full.starts_at - timedelta(hours=1), tick=False):
        await rsvps_jobs.lapse_offers()
        assert (await newest(bo))["Subject"] == "Your seat went to somebody else: A walk along the river"


async def test_an_offer_that_has_lapsed_is_not_written(full: Event, bo: Person, cleo: Person) -> None:
    await say(full, bo)
    await work_off()
    with time_machine.travel(full.starts_at - timedelta(hours=5), tick=False):
        await say(full, cleo, "declined")
    with time_machine.travel(full.starts_at - timedelta(hours=1), tick=False):
        assert len(await subjects(bo)) == 1


async def test_who_asks_hears_that_hosts_decide_and_then_what(
    walkers: Community, ana: Person, bo: Person
) -> None:
    event = await make_event(walkers, ana, approval=True)
    await say(event, bo)
    asked = await newest(bo)
    assert asked["Subject"] == "The hosts have your request: A walk along the river" and method(asked) is None
    assert "Nothing is promised yet" in text_of(asked) and "Mill Lane" not in text_of(asked)
    await approvals.grant(await rsvp_of(event, bo), by=ana)
    accepted = await newest(bo)
    assert accepted["Subject"] == "You can come: A walk along the river" and method(accepted) == "REQUEST"
    assert "Ana has accepted your request" in text_of(accepted) and "Mill Lane" in text_of(accepted)


async def test_who_is_accepted_when_it_is_full_hears_their_place(
    full: Event, ana: Person, bo: Person
) -> None:
    await db.run("UPDATE answer_policies SET approval = true WHERE event = $1", full.id)
    await say(full, bo)
    await approvals.grant(await rsvp_of(full, bo), by=ana)
    letter = await newest(bo)
    assert letter["Subject"] == "You are in line: A walk along the river" and method(letter) is None
    assert "number 1 in line" in text_of(letter)


async def test_who_is_turned_down_reads_the_hosts_own_words(
    walkers: Community, ana: Person, bo: Person
) -> None:
    event = await make_event(walkers, ana, approval=True)
    await say(event, bo)
    await approvals.decline(
        await rsvp_of(event, bo), by=ana, note="It is for beginners.\nThe next one is yours."
    )
    letter = await newest(bo)
    assert (
        letter["Subject"] == "About your request to come: A walk along the river" and method(letter) is None
    )
    for kind in ("text/plain", "text/html"):
        assert "It is for beginners." in text_of(letter, kind) and "Ana" in text_of(letter, kind)


async def test_who_is_put_on_the_list_is_told_by_whom_and_how_to_end_it(
    walkers: Community, ana: Person
) -> None:
    event = await make_event(walkers, ana, seats=2)
    eve = await by_letter.somebody("eve@example.org")
    await hosts.add(event, eve, by=ana, guests=0)
    letter = await newest(eve)
    assert letter["Subject"] == "Ana has put you on the list: A walk along the river"
    assert method(letter) == "REQUEST" and letter["List-Unsubscribe"]
    assert "Your seat is kept." in text_of(letter) and "take it back" in text_of(letter)


async def test_who_is_moved_up_hears_where_they_stand_and_not_why(
    full: Event, ana: Person, bo: Person, dev: Person
) -> None:
    await say(full, dev)
    await say(full, bo)
    await hosts.move_up(await rsvp_of(full, bo), by=ana, note="He drives the bus.")
    letter = await newest(bo)
    assert letter["Subject"] == "You are first in line: A walk along the river"
    assert "the seat is yours at once" in text_of(letter)
    assert "bus" not in letter.as_string() + text_of(letter) + text_of(letter, "text/html")
    assert len(await subjects(dev)) == 1


async def test_who_is_taken_off_the_list_is_told_why_and_it_leaves_the_calendar(
    walkers: Community, ana: Person, bo: Person, full: Event
) -> None:
    event = await make_event(walkers, ana)
    await say(event, bo)
    await work_off()
    await hosts.take_off(await rsvp_of(event, bo), by=ana, note="As you wished on the phone.")
    letter = await newest(bo)
    assert letter["Subject"] == "You are not on the list any more: A walk along the river"
    assert method(letter) == "CANCEL" and "As you wished on the phone." in text_of(letter)
    await say(full, bo)
    await hosts.take_off(await rsvp_of(full, bo), by=ana)
    assert method(await newest(bo)) is None


async def test_hosts_have_no_name_for_whom_a_block_parts(walkers: Community, ana: Person, bo: Person) -> None:
    event = await make_event(walkers, ana)
    await say(event, bo)
    await work_off()
    await Block(blocker=ana.id, blocked=bo.id).save()
    await hosts.take_off(await rsvp_of(event, bo), by=ana)
    letter = await newest(bo)
    said = re.sub(r"http\S+", "", text_of(letter))  # A link may hold any three letters.
    assert "An organiser of Sunday Walkers" in said and "Ana" not in said


async def test_moving_from_the_room_to_the_call_is_confirmed_with_where(
    walkers: Community, bo: Person
) -> None:
    event = await make_event(walkers, seats=2, online_seats=2)
    await say(event, bo)
    assert "You come to the room." in text_of(await newest(bo))
    await seats.answer(event, bo, answer="going", by=bo, online=True)
    letter = await newest(bo)
    assert letter["Subject"] == "You are going to A walk along the river" and method(letter) == "REQUEST"
    assert "You take part in the call." in text_of(letter) and "secret-room" in text_of(letter)


async def test_what_was_overtaken_is_not_told(walkers: Community, ana: Person, bo: Person) -> None:
    event = await make_event(walkers, ana, approval=True)
    await say(event, bo)
    await approvals.decline(await rsvp_of(event, bo), by=ana)
    await approvals.grant(await rsvp_of(event, bo), by=ana)
    assert await subjects(bo) == ["You can come: A walk along the river"]
