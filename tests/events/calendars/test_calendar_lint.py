"""The lint finds what it is there for; else it would prove nothing."""

import pytest

from events.calendars import calendar
from tests.events.calendars import lint
from tests.events.calendars.test_calendar import BO, HOST, NOW, entry


def good():
    return calendar.feed([entry()], name="Walks", source="https://kith.example/x.ics")


def test_a_good_feed_has_no_fault():
    assert lint.faults(good()) == []


@pytest.mark.parametrize(
    ("was", "becomes", "fault"),
    [
        (b"\r\n", b"\n", "does not end with CRLF"),
        (b"SUMMARY:Walk", b"SUMMARY:" + b"W" * 80, "octets"),
        (b"SUMMARY:Walk", b"SUMMARY:W\x0bk", "control character"),
        (b"SUMMARY:Walk", "SUMMARY:W\u2028k".encode(), "in disguise"),
        (b"SUMMARY:Walk", b"SUMMARY:Walk, swim", "bare comma"),
        (b"SUMMARY:Walk", b"SUMMARY:Walk; swim", "badly escaped"),
        (b"SUMMARY:Walk", rb"SUMMARY:Walk\x", "badly escaped"),
        (b"SUMMARY:", b"SUMMARY ", "no content line"),
        (b"END:VEVENT\r\n", b"", "out of turn"),
        (b"UID:k7m2p9qrst4v@kith.example\r\n", b"", "VEVENT without UID"),
        (b"PRODID:-//Kith//Kith//EN\r\n", b"", "VCALENDAR without PRODID"),
        (b"SEQUENCE:0", b"SEQUENCE:0\r\nSEQUENCE:1", "twice"),
        (b"STATUS:CONFIRMED", b"STATUS:PERHAPS", "STATUS is"),
        (b"DTSTAMP:20261120T100000Z", b"DTSTAMP:20261120T100000", "DTSTAMP is"),
        (b"DTSTART;TZID=Europe/Berlin", b"DTSTART", "DTSTART is"),
        (b"DTEND;TZID=Europe/Berlin:20261201T210000", b"DTEND:20261201T200000Z", "ends in another"),
        (b"DTEND;TZID=Europe/Berlin:20261201T21", b"DTEND;TZID=Europe/Berlin:20261201T18", "it ends at"),
        (b"TZID:Europe/Berlin", b"TZID:Europe/Paris", "zones used"),
        (b"BEGIN:VEVENT", b"UID:x\r\nBEGIN:VEVENT", "of the calendar itself"),
        (b"NAME:Walks", rb"NAME:Walks\, swims", "readers leave in"),
        (b"URL:https", b"URL:javascript", "URL is"),
        (b"STATUS:CONFIRMED", b"ATTENDEE:mailto:bo@example.org\r\nSTATUS:CONFIRMED", "no letter"),
    ],
)
def test_a_fault_is_found(was, becomes, fault):
    assert was in good()
    assert any(fault in found for found in lint.faults(good().replace(was, becomes)))


@pytest.mark.parametrize(
    ("was", "becomes", "fault"),
    [
        (b"SEQUENCE:0\r\n", b"", "without SEQUENCE"),
        (b"STATUS:CONFIRMED", b"STATUS:CANCELLED", "with status CANCELLED"),
        (b'ORGANIZER;CN="', b'X-ORGANIZER;CN="', "without organiser"),
        (b":mailto:ana", b":ana", "ORGANIZER is"),
    ],
)
def test_a_fault_in_a_letter_is_found(was, becomes, fault):
    letter = calendar.invitation(entry(), HOST, BO, stamped_at=NOW).encode()
    assert was in letter
    assert any(fault in found for found in lint.faults(letter.replace(was, becomes)))
