"""Calendars of other programs, for tests: what they hold, and where they are found."""

from datetime import timedelta

import pytest

from server import clock, fetching
from server.fetching import Fetched, NotFetched, NotModified

ADDRESS = "https://calendar.example/walks.ics"


def day(number: int) -> str:
    """So many days from now, as calendars write it."""
    return f"{clock.now() + timedelta(days=number):%Y%m%d}"


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
