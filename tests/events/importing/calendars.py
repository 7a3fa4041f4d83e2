"""Calendars of other programs, for tests: what they hold, and where they are found."""

from datetime import timedelta
from typing import Any

import pytest

from events.importing import importing, queries
from events.importing.importing import Choices
from events.tables import CalendarSource, Event
from members.tables import Community, Person
from server import clock, fetching
from server.fetching import Fetched, NotFetched, NotModified
from tests.gatherings import as_it_is
from tests.ground import work_off

ADDRESS = "https://calendar.example/walks.ics"


def day(number: int) -> str:
    """So many days from now, as calendars write it."""
    return f"{clock.now() + timedelta(days=number):%Y%m%d}"


# A megabyte that takes many seconds to read, on quick machines, too.
BOMB = b"BEGIN:VCALENDAR\n" + b"X:\n" * 330_000 + b"END:VCALENDAR\n"


def entry(
    uid: str = "1@example.net", days: int = 7, *more: str, title: str = "A walk", at: str = "180000"
) -> str:
    """One gathering, of two hours, in Berlin."""
    hour = int(at[:2])
    return "\n".join(
        [
            "BEGIN:VEVENT",
            f"UID:{uid}",
            f"DTSTART;TZID=Europe/Berlin:{day(days)}T{at}",
            f"DTEND;TZID=Europe/Berlin:{day(days)}T{hour + 2:02}{at[2:]}",
            f"SUMMARY:{title}",
            *more,
            "END:VEVENT",
        ]
    )


def calendar(*entries: str, name: str = "Walks") -> bytes:
    """A calendar of these."""
    text = "\n".join(
        [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//Example//EN",
            f"X-WR-CALNAME:{name}",
            *entries,
            "END:VCALENDAR",
            "",
        ]
    )
    return text.replace("\n", "\r\n").encode()


def weekly(*more: str, title: str = "A walk", times: int = 12) -> str:
    return entry("weekly", 7, f"RRULE:FREQ=WEEKLY;COUNT={times}", *more, title=title)


def otherwise(days: int, *lines: str, title: str = "A walk", to: int = 0, at: str = "180000") -> str:
    return entry(
        "weekly",
        to or days,
        f"RECURRENCE-ID;TZID=Europe/Berlin:{day(days)}T180000",
        *lines,
        title=title,
        at=at,
    )


async def evenings() -> list[Event]:
    return [event for event in await gatherings() if not event.is_pattern]


def in_weeks(weeks: int) -> Any:
    return (clock.now() + timedelta(weeks=weeks)).date()


class Elsewhere:
    """What is at an address, as a test says it; nobody is asked."""

    def __init__(self) -> None:
        self.content = calendar()
        self.etag = ""
        self.refusal: NotFetched | None = None
        self.asked: list[tuple[str, str]] = []

    async def fetch(self, address: str, *, most: int, etag: str = "", modified: str = "") -> Fetched:
        self.asked.append((address, etag))
        if self.refusal:
            raise self.refusal
        if etag and etag == self.etag:
            raise NotModified
        return Fetched(self.content, self.etag)


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Elsewhere:
    """The internet, of one address."""
    found = Elsewhere()
    monkeypatch.setattr(fetching, "fetch", found.fetch)
    return found


async def as_now(source: CalendarSource) -> CalendarSource:
    found = await queries.source_by_id(source.id)
    assert found
    return found


async def taken(walkers: Community, ana: Person, content: bytes) -> CalendarSource:
    source = await importing.take_file(walkers, content, name="walks.ics", by=ana)
    await work_off()
    return await as_now(source)


async def brought(walkers: Community, ana: Person, content: bytes, **choices: Any) -> CalendarSource:
    source = await taken(walkers, ana, content)
    await importing.bring_in(source, Choices(**choices), by=ana)
    await work_off()
    return await as_now(source)


async def in_step(walkers: Community, ana: Person, **choices: Any) -> CalendarSource:
    source = await importing.take_address(walkers, ADDRESS, by=ana)
    await work_off()
    await importing.bring_in(source, Choices(kept_in_step=True, **choices), by=ana)
    await work_off()
    return await as_now(source)


async def gatherings() -> list[Event]:
    return [await as_it_is(each) for each in await Event.objects().order_by(Event.starts_at, Event.id)]


async def kinds(source: CalendarSource) -> list[str]:
    return [step.kind for step in (await importing.preview(source)).steps]


async def read_on(source: CalendarSource, ana: Person) -> CalendarSource:
    await importing.read_again(source, by=ana)
    await work_off()
    return await as_now(source)
