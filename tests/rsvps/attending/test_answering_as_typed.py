"""What an organiser types means the same wherever it is read: page, preview, calendar, letter and JSON."""

import re
from html import unescape

import httpx
from icalendar import Calendar

from events.publishing import publishing
from events.tables import Event
from members.tables import Community, Person
from rsvps.seating import seats
from server.pages import url
from tests.gatherings import make_event
from tests.ground import letters_to, text_of, work_off
from tests.people import As

ROOM = "https://meet.example.org/_kith_/room"
TYPED = f"12. Dezember, bei Freund*innen.\n\n1. Mix\n2. Bake\n\nCall: {ROOM}, or [by phone](//elsewhere)."
STEPS = ["12. Dezember, bei Freund*innen.", "1. Mix", "2. Bake", ROOM, "[by phone](//elsewhere)"]


def holds_as_html(page: str) -> bool:
    """Whether HTML shows a date as a date, steps as steps, and leads to that room only."""
    return (
        "12. Dezember, bei Freund*innen." in page
        and bool(re.search(r"<ol>\s*<li>Mix</li>\s*<li>Bake</li>\s*</ol>", page))
        and bool(re.search(rf'<a [^>]*href="{ROOM}"[^>]*>{ROOM}</a>, or \[by phone\]\(//elsewhere\)', page))
        and 'href="//' not in page
    )


def holds_as_text(text: str) -> bool:
    return all(step in text for step in STEPS)


def description(calendar: str) -> str:
    return str(Calendar.from_ical(calendar).walk("VEVENT")[0]["DESCRIPTION"])


async def say_yes(event: Event, person: Person) -> None:
    await seats.answer(event, person, answer="going", guests=0, by=person)
    await work_off()


async def test_what_people_should_know(client: httpx.AsyncClient, walkers: Community, bo: Person) -> None:
    event = await make_event(walkers, about=TYPED)
    address = url("events:event", event=event.public_id)
    page = (await client.get(address)).text
    assert holds_as_html(page)
    assert 'content="12. Dezember, bei Freund*innen. 1. Mix 2. Bake Call: https' in page
    facts = (await client.get(f"{address}.json")).json()
    assert facts["about"] == TYPED and holds_as_html(facts["about_html"])
    assert holds_as_text(description((await client.get(f"{address}.ics")).text))
    await say_yes(event, bo)
    assert holds_as_text(description(text_of((await letters_to(bo.email))[-1], "text/calendar")))


async def test_the_preview_is_the_page(walkers: Community, ana: Person, signed_in: As) -> None:
    answer = await (await signed_in(ana)).post(
        "/communities/walkers/events/new", data={"about": TYPED, "then": "preview"}
    )
    assert holds_as_html(answer.text)


async def test_why_a_gathering_is_cancelled(
    client: httpx.AsyncClient, walkers: Community, bo: Person
) -> None:
    event = await make_event(walkers)
    await say_yes(event, bo)
    await publishing.cancel(event, reason=TYPED)
    await work_off()
    address = url("events:event", event=event.public_id)
    assert holds_as_html((await client.get(address)).text)
    assert holds_as_html((await client.get(f"{address}.json")).json()["cancel_reason_html"])
    assert holds_as_text(description((await client.get(f"{address}.ics")).text))
    first, last = await letters_to(bo.email)
    assert holds_as_html(text_of(last, "text/html")) and holds_as_text(text_of(last))
    link = re.search(r"https?://[^/\s]+(/rsvp/\S+)", text_of(first))
    assert link and holds_as_html((await client.get(link[1])).text)


async def test_what_a_host_writes_to_those_who_come(
    walkers: Community, ana: Person, bo: Person, signed_in: As
) -> None:
    event = await make_event(walkers)
    await say_yes(event, bo)
    address = url("rsvps:letters", event=event.public_id)
    browser = await signed_in(ana)
    ref = re.search(r'name="ref" value="([^"]+)"', (await browser.get(address)).text)
    assert ref
    typed = {"ref": ref[1], "to_whom": "going", "subject": "What to bring", "body": TYPED}
    preview = await browser.post(address, data={**typed, "step": "preview"})
    assert holds_as_html(unescape(preview.text))  # The letter stands in a frame, as an attribute.
    await browser.post(address, data={**typed, "step": "send"})
    await work_off()
    letter = (await letters_to(bo.email))[-1]
    assert letter["Subject"] == "What to bring"
    assert holds_as_html(text_of(letter, "text/html")) and holds_as_text(text_of(letter))
    assert holds_as_html((await browser.get(address)).text)
