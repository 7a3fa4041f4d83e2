"""The whole life of a gathering, from the draft to a connection that ends, by the pages and by the clock.

The worker's whole timetable is run hour by hour; people do what they do in their browsers in between.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import time_machine

from members.tables import Community, Person
from server import db
from server.composition import timetable
from tests.followups.mornings import BERLIN
from tests.ground import letters_to, text_of, work_off
from tests.people import As, make_person

pytestmark = pytest.mark.slow

DRAFTED = datetime(2027, 3, 15, 10, 0, tzinfo=BERLIN)  # A Monday; the clocks go forward on the 28th.
STARTS = datetime(2027, 3, 18, 18, 30, tzinfo=BERLIN)
MOVED_TO = STARTS.replace(hour=19)
NEXT_MORNING = datetime(2027, 3, 19, 9, 0, tzinfo=BERLIN)
SUNDAY_AT_SIX = datetime(2027, 3, 21, 18, 0, tzinfo=BERLIN)


class Clock:
    """Where in time we are. `until` lets the worker live through every hour on the way."""

    def __init__(self, traveller: time_machine.Traveller, now: datetime) -> None:
        self._traveller, self.now = traveller, now

    async def until(self, moment: datetime) -> None:
        while self.now < moment:
            self.now = min(self.now + timedelta(hours=1), moment)
            self._traveller.move_to(self.now)
            for each in timetable:
                await each.function()
            await work_off()


@contextmanager
def travelling(begin: datetime) -> Iterator[Clock]:
    with time_machine.travel(begin, tick=False) as traveller:
        yield Clock(traveller, begin)


class Fields(HTMLParser):
    """What a form would send as it stands: reads the inputs, text areas and choices of the form with this action."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self._action, self._inside, self._open, self._select = action, False, "", ""
        self.values: dict[str, list[str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = given.get("action", self._action) == self._action
        if not self._inside or ("name" not in given and tag != "option"):
            return
        chosen = given.get("type") not in {"radio", "checkbox"} or "checked" in given
        if tag == "input" and chosen and given.get("type") not in {"file", "submit"}:
            self.values.setdefault(given["name"], []).append(given.get("value", ""))
        if tag == "textarea":
            self._open = given["name"]
        if tag == "select":
            self._select = given["name"]
        if tag == "option" and self._select and "selected" in given:
            self.values[self._select] = [given.get("value", "")]

    def handle_data(self, data: str) -> None:
        if self._inside and self._open:
            self.values.setdefault(self._open, []).append(data.removeprefix("\n"))

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._open = ""
        if tag == "form":
            self._inside = False


async def send(
    browser: httpx.AsyncClient, page: str, action: str | None = None, **typed: Any
) -> httpx.Response:
    """Open a page, fill in its form and send it."""
    action = action or urlsplit(page).path
    fields = Fields(action)
    fields.feed((await browser.get(page)).text)
    answer = await browser.post(action, data={**fields.values, **typed})
    assert answer.status_code == 303, answer.text
    return answer


async def letter(person: Person, *words: str) -> EmailMessage:
    """The newest letter to somebody, which must be about this."""
    newest = (await letters_to(person.email))[-1]
    for each in words:
        assert each in f"{newest['Subject']}\n{text_of(newest)}", newest["Subject"]
    return newest


def link(message: EmailMessage, part: str) -> str:
    found = re.search(rf"http://\S+?({part}\S+)", text_of(message))
    assert found
    return found[1]


async def status_of(person: Person) -> str:
    status: str = await db.value("SELECT status FROM rsvps WHERE person = $1", person.id)
    return status


async def test_the_whole_life_of_a_gathering(
    client: httpx.AsyncClient, signed_in: As, ana: Person, walkers: Community
) -> None:
    with travelling(DRAFTED) as clock:
        anas = await signed_in(ana)
        bo, cleo, dev, eli, fay = [
            await make_person(name)
            for name in ("Bo Lind", "Cleo Marsh", "Dev Patel", "Eli Stone", "Fay Wood")
        ]
        bos, cleos, devs, elis, fays = [await signed_in(person) for person in (bo, cleo, dev, eli, fay)]

        # A draft, which nobody else sees, is published.
        made = await send(
            anas,
            "/communities/walkers/events/new",
            title="Soup and stories",
            date="2027-03-18",
            time="18:30",
            ends="21:00",
            place="The old library",
            address="Mill Lane 4",
            seats="5",
            then="draft",
        )
        page = made.headers["location"]
        assert (await bos.get(page)).status_code == 404
        await anas.post(f"{page}/publication")
        assert "Soup and stories" in (await bos.get("/events")).text
        assert "Mill Lane" not in (await bos.get(page)).text

        # Four members say yes in one tap, a guest by letter: that is full, and Cleo waits.
        for browser in (bos, devs, elis, fays):
            await browser.post(f"{page}/rsvp", data={"answer": "going"})
        assert "Mill Lane" in (await bos.get(page)).text
        await client.post(
            f"{page}/rsvp", data={"answer": "going", "name": "Gus Hill", "email": "gus@example.org"}
        )
        await work_off()
        gus = await Person.objects().get(Person.email == "gus@example.org")
        assert gus
        confirming = link(await letter(gus, "Soup and stories"), "/rsvp/")
        await client.post(confirming, data={"answer": "going", "name": "Gus Hill"})
        await cleos.post(f"{page}/rsvp", data={"answer": "going"})
        assert [await status_of(person) for person in (gus, cleo)] == ["going", "waitlisted"]
        await letter(cleo, "waiting")

        # Dev cannot come after all: Cleo has the seat, and a letter that says so.
        await clock.until(DRAFTED + timedelta(hours=3))
        await devs.post(f"{page}/rsvp/removal")
        await work_off()
        assert await status_of(cleo) == "going"
        promoted = await letter(cleo, "Soup and stories")
        assert "METHOD:REQUEST" in text_of(promoted, "text/calendar")

        # It begins half an hour later: one letter to each, with old and new.
        await send(anas, f"{page}/edit", time="19:00")
        await clock.until(DRAFTED + timedelta(hours=4))
        changed = await letter(bo, "18:30", "19:00")
        assert "SEQUENCE:1" in text_of(changed, "text/calendar")

        # The day before, a reminder. Then it happens.
        await clock.until(STARTS - timedelta(hours=2))
        await letter(bo, "19:00")
        before = {person.id: len(await letters_to(person.email)) for person in (bo, cleo, dev, eli, fay, gus)}
        assert len(await letters_to(dev.email)) == before[dev.id]
        await clock.until(NEXT_MORNING - timedelta(minutes=1))
        for person in (bo, cleo, dev, eli, fay, gus):
            assert len(await letters_to(person.email)) == before[person.id], "nobody is written to at night"

        # The morning after, one letter to each who was coming; not to Dev.
        await clock.until(NEXT_MORNING + timedelta(hours=1))
        pages = {}
        for person in (bo, cleo, eli, fay, gus):
            assert len(await letters_to(person.email)) == before[person.id] + 1
            pages[person.id] = link(await letter(person, "How was Soup and stories?"), "/followups/")
        assert len(await letters_to(dev.email)) == before[dev.id]
        assert pages[bo.id] in (await bos.get(page)).text
        agenda = (await bos.get("/")).text
        assert "Say how it was" in agenda and pages[bo.id] in agenda

        # All but Gus say that they were there; too few can be found as yet.
        for person in (bo, cleo, eli, fay):
            await send(client, pages[person.id], was_there="yes", findable="true", act="save")
        assert "No list so far" in (await client.get(pages[bo.id])).text

        # After three days one reminder, to Gus alone. With him there are enough.
        await clock.until(NEXT_MORNING + timedelta(days=3, hours=2))
        gentle = await letter(gus, "Still open")
        assert link(gentle, "/followups/") == pages[gus.id]
        assert "Still open" not in str((await letters_to(eli.email))[-1]["Subject"])
        await send(client, pages[gus.id], was_there="yes", findable="true", act="save")
        names = (await client.get(pages[bo.id])).text
        assert all(name in names for name in ("Cleo M.", "Eli S.", "Fay W.", "Gus H.")) and "Dev" not in names

        # Bo and Cleo wish to stay in touch; Eli wishes to hear from Fay, who does not say so.
        for person, other in ((bo, "Cleo M."), (cleo, "Bo L."), (eli, "Fay W.")):
            key = re.search(
                rf'<bdi>{re.escape(other)}</bdi>.*?<input type="hidden" name="shown" value="(\w+)"',
                (await client.get(pages[person.id])).text,
                re.DOTALL,
            )
            assert key
            answer = await send(client, pages[person.id], wish=[key[1]], shares_email="true", act="save")
            said = (await client.get(answer.headers["location"])).text
            assert f"You would like to stay in touch with {other}" in said
            assert "Monday, 22 March 2027 at 18:00, Berlin time" in said

        # At six they hear of each other, both at once; Fay and Eli hear nothing.
        silent = {person.id: len(await letters_to(person.email)) for person in (eli, fay, gus)}
        assert "Cleo Marsh" not in (await bos.get("/connections")).text
        await clock.until(SUNDAY_AT_SIX + timedelta(days=1))
        told = await letter(bo, "Cleo Marsh", cleo.email)
        await letter(cleo, "Bo Lind", bo.email)
        assert {person.id: len(await letters_to(person.email)) for person in (eli, fay, gus)} == silent
        assert "/connections" in text_of(told)
        connections = (await bos.get("/connections")).text
        assert "Cleo Marsh" in connections and "Soup and stories" in connections
        page = re.search(r'href="(/connections/\w+)">Cleo Marsh', connections)
        assert page and cleo.email in (await bos.get(page[1])).text
        assert "Nobody here yet" in (await elis.get("/connections")).text

        # Weeks later the page has closed, nothing else has been written, and Cleo ends it without a word.
        quiet = {person.id: len(await letters_to(person.email)) for person in (bo, cleo, eli, fay, gus)}
        await clock.until(NEXT_MORNING + timedelta(days=15))
        assert (await client.get(pages[eli.id])).status_code == 410
        assert (await cleos.post(f"{page[1]}/ending")).status_code == 303
        assert "Nobody here yet" in (await bos.get("/connections")).text
        await clock.until(clock.now + timedelta(days=2))
        assert {
            person.id: len(await letters_to(person.email)) for person in (bo, cleo, eli, fay, gus)
        } == quiet
