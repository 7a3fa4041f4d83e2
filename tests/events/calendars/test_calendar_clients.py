"""Fifty varied gatherings in all sorts of zones, read by calendar programs that know nothing of Kith."""

import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from events.calendars import calendar
from events.calendars.calendar import Alarm
from tests.events.calendars import lint, readers
from tests.events.calendars.readers import Reader, khal
from tests.events.calendars.test_calendar import NASTY, entry
from tests.server.test_timezones import ZONES

pytestmark = pytest.mark.slow


def fifty():
    """Every zone, summer and winter, both sides of clock changes, all kinds of texts, ends and states."""
    # Without backslashes: the parser in khal takes a typed \n for the end of a line. The others are right.
    texts = [text for text in NASTY.values() if text.strip() and "\\" not in text]
    for i in range(50):
        zone = ("UTC", "Atlantic/Reykjavik", *ZONES)[i % (len(ZONES) + 2)]
        starts = datetime(2026, 9, 3, 19, tzinfo=ZoneInfo(zone)) + timedelta(days=11 * i, minutes=i % 4 * 15)
        yield entry(
            uid=f"gathering{i}@kith.example",
            sequence=i % 3,
            zone=zone,
            starts_at=starts,
            ends_at=(None, starts + timedelta(minutes=50), starts + timedelta(days=2, hours=1))[i % 3],
            summary=f"{i} {texts[i % len(texts)]}",
            description=texts[-i % len(texts)],
            location=f"Room {i}",
            url=f"https://kith.example/events/gathering{i}",
            status=("CONFIRMED", "CONFIRMED", "TENTATIVE", "CANCELLED")[i % 4],
            organizer="Walks & talks",
            categories=("walks", "tea; cake"),
        )
    changes = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2027, 3, 28, 0, 30, tzinfo=UTC)
    for moment in changes:
        for hour in range(4):
            starts = moment + timedelta(hours=hour)
            yield entry(uid=f"{starts}", starts_at=starts, ends_at=None, summary=f"Night {starts:%F %H}")


def as_they_are(entries):
    return {one.uid: (one.starts_at.astimezone(UTC), one.over_at) for one in entries}


def test_the_feed_of_fifty_is_without_fault():
    assert lint.faults(calendar.feed(fifty(), name="Fifty", alarms=(Alarm(timedelta(hours=1), "en"),))) == []


@readers.each
def test_each_reader_finds_every_moment(reader: Reader) -> None:
    told = {
        name: (calendar.feed(entries, name=name), as_they_are(entries))
        for name, entries in {"fifty": [*fifty()], "in no rule": [*in_no_rule()]}.items()
    }
    assert reader.differences(told) == {}


IN_NO_RULE = [
    "Africa/Cairo",
    "Africa/Casablanca",
    "Africa/El_Aaiun",
    "America/Havana",
    "Asia/Gaza",
    "Asia/Hebron",
]


@pytest.mark.parametrize("zone", IN_NO_RULE)
def test_where_clocks_are_set_by_no_rule_every_program_reads_utc(zone):
    starts = datetime(2026, 9, 3, 19, tzinfo=ZoneInfo(zone))
    one = entry(zone=zone, starts_at=starts, ends_at=starts + timedelta(hours=2))
    letter = calendar.invitation(
        one,
        calendar.Mailbox("Walkers", "walkers@kith.example"),
        calendar.Attendee("Bo", "bo@kith.example"),
        stamped_at=starts,
    )
    for text in (calendar.feed([one], name="One"), calendar.single(one), letter.encode()):
        written = next(line for line in text.decode().splitlines() if line.startswith("DTSTART"))
        assert written == f"DTSTART:{starts.astimezone(UTC):%Y%m%dT%H%M%SZ}"
        assert "TZID" not in text.decode().replace("TZID:Etc/UTC", "")


def in_no_rule():
    """A gathering each month in every zone that sets its clocks by no rule."""
    for zone in IN_NO_RULE:
        for month in range(24):
            starts = datetime(2026 + month // 12, month % 12 + 1, 20, 19, tzinfo=ZoneInfo(zone))
            yield entry(uid=f"{zone} {month}", zone=zone, starts_at=starts, ends_at=None)


class Feed:
    """A feed at an address, and how often it was sent."""

    def __init__(self):
        self.body = b""
        self.sent = 0


@contextmanager
def served(feed):
    """The feed by a real server on a port of its own, with validators as Kith sends them."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            etag = calendar.etag(feed.body)
            unchanged = calendar.unchanged(self.headers.get("If-None-Match"), etag)
            self.send_response(304 if unchanged else 200)
            self.send_header("ETag", etag)
            self.send_header("Content-Type", "text/calendar; charset=utf-8")
            self.send_header("Content-Length", "0" if unchanged else str(len(feed.body)))
            self.end_headers()
            if not unchanged:
                feed.sent += 1
                self.wfile.write(feed.body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/calendar.ics"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def expected(entries):
    return sorted(
        khal.Shown(
            one.starts_at.astimezone(UTC),
            one.over_at,
            str(Calendar.from_ical(calendar.single(one)).events[0]["SUMMARY"]),
            one.status,
            one.location,
        )
        for one in entries
    )


@khal.needed
def test_khal_subscribed_through_vdirsyncer_shows_every_gathering(tmp_path):
    feed, entries = Feed(), [*fifty()]
    feed.body = calendar.feed(entries, name="Fifty")
    with served(feed) as url:
        reader = khal.Khal(tmp_path, url)
        reader.sync()
        assert reader.shows("2026-08-01", "2028-08-01") == expected(entries)


@khal.needed
def test_khal_follows_what_moves_what_is_cancelled_and_what_goes_away(tmp_path):
    feed, first, second, third = Feed(), *[*fifty()][:3]
    feed.body = calendar.feed([first, second, third], name="Three")
    with served(feed) as url:
        reader = khal.Khal(tmp_path, url)
        reader.sync()
        assert reader.shows("2026-08-01", "2028-08-01") == expected([first, second, third])
        moved = replace(
            first, sequence=1, ends_at=None, starts_at=first.starts_at + timedelta(days=1, hours=2)
        )
        off = replace(second, sequence=2, status="CANCELLED")
        feed.body = calendar.feed([moved, off], name="Three")
        reader.sync()
        assert reader.shows("2026-08-01", "2028-08-01") == expected([moved, off])
