"""Reading other people's calendars, in plain values: times, places, texts, what comes again, and what is hostile."""

import gzip
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.importing import bounds, found, parsing, reading
from server.errors import Refusal
from server.languages.messages import Text
from tests.pace import at_most

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
WALK = "SUMMARY:A walk"
START = "DTSTART;TZID=Europe/Berlin:20261201T180000"


def entry(*lines: str, uid: str = "1") -> str:
    return "\n".join(["BEGIN:VEVENT", *([f"UID:{uid}"] if uid else []), *lines, "END:VEVENT"])


def calendar(*entries: str, head: str = "VERSION:2.0") -> bytes:
    return "\n".join(["BEGIN:VCALENDAR", head, *entries, "END:VCALENDAR", ""]).replace("\n", "\r\n").encode()


def read(content: bytes, home: str = "Europe/Berlin") -> dict[str, Any]:
    said = reading.read(reading.Asked(home, NOW).written() + content)
    found.believed(json.loads(json.dumps(said)))  # as it comes from the child
    return said


def one(*lines: str, head: str = "VERSION:2.0") -> dict[str, Any]:
    said = read(calendar(entry(*lines), head=head))
    assert not said["faults"], said["faults"]
    (gathering,) = said["gatherings"]
    return dict(gathering)


def why(*lines: str) -> str:
    said = read(calendar(entry(*lines)))
    assert not said["gatherings"]
    ((_title, key),) = said["faults"]
    return str(key)


def days(*lines: str) -> list[str]:
    return [each["starts"][:16] for each in read(calendar(entry(WALK, *lines)))["gatherings"]]


def refused(content: bytes) -> Text:
    with pytest.raises(Refusal) as refusal:
        read(content)
    return refusal.value.sentence


def test_a_gathering_as_most_calendars_say_it() -> None:
    said = one(START, "DTEND;TZID=Europe/Berlin:20261201T200000", WALK, "ATTENDEE:mailto:bo@example.org")
    assert said == {
        "uid": "1", "recurrence": "", "title": "A walk", "starts": "2026-12-01T17:00:00+00:00",
        "ends": "2026-12-01T19:00:00+00:00", "zone": "Europe/Berlin", "all_day": False, "cancelled": False,
        "about": "", "place": "", "address": "", "join_url": "", "mode": "in_person", "rule": "", "left_out": [],
        "goes_on": True, "since": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("start", "moment", "zone"),
    [
        ("DTSTART:20261201T180000Z", "2026-12-01T18:00:00+00:00", "Europe/Berlin"),
        ("DTSTART:20261201T180000", "2026-12-01T17:00:00+00:00", "Europe/Berlin"),
        ("DTSTART;TZID=America/New_York:20261201T180000", "2026-12-01T23:00:00+00:00", "America/New_York"),
        (
            "DTSTART;TZID=W. Europe Standard Time:20261201T180000",
            "2026-12-01T17:00:00+00:00",
            "Europe/Berlin",
        ),
        ("DTSTART;TZID=Europe/Berlin:20270328T023000", "2027-03-28T01:30:00+00:00", "Europe/Berlin"),
    ],
)
def test_times_in_utc_without_a_zone_and_in_any_zone(start: str, moment: str, zone: str) -> None:
    said = one(start, WALK)
    assert (said["starts"], said["zone"], said["ends"]) == (moment, zone, None)


def test_a_zone_that_the_calendar_itself_explains() -> None:
    explained = "\n".join(
        ["VERSION:2.0", "BEGIN:VTIMEZONE", "TZID:Ours", "BEGIN:STANDARD", "DTSTART:19700101T000000",
         "TZOFFSETFROM:+0100", "TZOFFSETTO:+0130", "END:STANDARD", "END:VTIMEZONE"]
    )  # fmt: skip
    assert one("DTSTART;TZID=Ours:20261201T180000", WALK, head=explained)["starts"][:16] == "2026-12-01T16:30"


# A clock as Outlook explains it.
EXPLAINED = """VERSION:2.0
BEGIN:VTIMEZONE
TZID:{name}
X-LIC-LOCATION:{place}
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:{winter}
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:{winter}
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE"""


@pytest.mark.parametrize(
    ("name", "place", "home", "zone"),
    [
        ("Romance Standard Time", "", "Asia/Tokyo", "Europe/Paris"),
        ("Customized Time Zone", "", "Europe/Berlin", "Europe/Berlin"),
        ("The club", "Europe/Madrid", "Asia/Tokyo", "Europe/Madrid"),
        ("/example.org/20261101_1/Europe/Rome", "", "Asia/Tokyo", "Europe/Rome"),
        ("Europe/Vienna 1", "", "Asia/Tokyo", "Europe/Vienna"),
    ],
)
def test_a_zone_by_another_name_is_the_one_that_shows_the_same_times(
    name: str, place: str, home: str, zone: str
) -> None:
    head = EXPLAINED.format(name=name, place=place, winter="+0100")
    weekly = entry(f"DTSTART;TZID={name}:20261201T180000", WALK, "RRULE:FREQ=WEEKLY;COUNT=40")
    (said,) = read(calendar(weekly, head=head), home)["gatherings"]
    assert (said["zone"], said["starts"][:16]) == (zone, "2026-12-01T17:00")
    assert said["rule"] == "FREQ=WEEKLY;COUNT=40", "and so it is a series"


def test_a_zone_that_shows_other_times_than_its_name_says_keeps_its_own() -> None:
    head = EXPLAINED.format(name="Greenwich Standard Time", place="Europe/Berlin", winter="+0130")
    weekly = entry("DTSTART;TZID=Greenwich Standard Time:20261201T180000", WALK, "RRULE:FREQ=WEEKLY;COUNT=3")
    said = read(calendar(weekly, head=head))["gatherings"]
    assert [each["starts"][:16] for each in said] == [
        "2026-12-01T16:30", "2026-12-08T16:30", "2026-12-15T16:30",
    ]  # fmt: skip


def test_the_zone_of_the_calendar_is_that_of_times_without_one() -> None:
    said = one("DTSTART:20261201T180000", WALK, head="X-WR-TIMEZONE:America/New_York")
    assert said["starts"] == "2026-12-01T23:00:00+00:00" and said["zone"] == "America/New_York"
    said = one("DTSTART:20261201T180000", WALK, head="X-WR-TIMEZONE:Eastern Standard Time")
    assert said["starts"] == "2026-12-01T23:00:00+00:00" and said["zone"] == "America/New_York"


def test_whole_days_a_length_and_an_end_that_is_none() -> None:
    said = one("DTSTART;VALUE=DATE:20261201", "DTEND;VALUE=DATE:20261203", WALK)
    assert (said["starts"][:16], said["ends"][:16]) == ("2026-11-30T23:00", "2026-12-02T22:59")
    assert said["all_day"]
    assert one("DTSTART;VALUE=DATE:20261201", WALK)["ends"][:16] == "2026-12-01T22:59"
    assert one(START, "DURATION:PT90M", WALK)["ends"][:16] == "2026-12-01T18:30"
    assert one(START, START.replace("DTSTART", "DTEND"), WALK)["ends"] is None


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ((START,), reading.NO_TITLE),
        ((WALK,), reading.NO_START),
        ((START, WALK, "CLASS:PRIVATE"), reading.PRIVATE),
        ((START, WALK, "CLASS:confidential"), reading.PRIVATE),
        (("DTSTART:2026-12-01 18:00", WALK), parsing.UNREADABLE),
        (("DTSTART;TZID=Nowhere/Else:20261201T180000", WALK), reading.NO_ZONE),
        (("DTSTART:99991231T235959Z", WALK), reading.NO_START),
        ((START, "DURATION:P99999999999D", WALK), parsing.UNREADABLE),
        ((START, "RRULE:FREQ=HOURLY", WALK), reading.TOO_OFTEN),
        ((START, "RRULE:FREQ=DAILY;BYHOUR=1,2,3", WALK), reading.TOO_OFTEN),
        ((START, "RRULE:NONSENSE", WALK), reading.NO_RULE),
        ((START, "RRULE:FREQ=WEEKLY", "RRULE:FREQ=MONTHLY", WALK), reading.NO_RULE),
        ((START, "RRULE:FREQ=DAILY;INTERVAL=0", WALK), reading.NO_RULE),
        ((START, "RRULE:FREQ=WEEKLY;BYDAY=XX", WALK), reading.NO_RULE),
        ((START, "RECURRENCE-ID:nonsense", WALK), parsing.UNREADABLE),
    ],
)
def test_what_cannot_be_read_of_one_is_said(lines: tuple[str, ...], sentence: Any) -> None:
    assert why(*lines) == sentence.key


def test_one_that_cannot_be_read_leaves_the_others() -> None:
    said = read(calendar(entry(START), entry(START, WALK, uid="2"), entry(WALK, uid="3")))
    assert [each["uid"] for each in said["gatherings"]] == ["2"] and len(said["faults"]) == 2


def test_titles_are_read_as_a_website_meant_them() -> None:
    for written in ("Rock &amp\\; Roll", "Rock &#38\\; Roll", "Rock & Roll"):
        assert one(START, f"SUMMARY:{written}")["title"] == "Rock & Roll"
    assert one(START, "SUMMARY:Tom&Jerry\\; A & B")["title"] == "Tom&Jerry; A & B"


def test_names_of_calendars() -> None:
    for line in ("X-WR-CALNAME:Walks\\, and more", "NAME:Walks\\, and more"):
        assert read(calendar(entry(START, WALK), head=line))["name"] == "Walks, and more"


# Where


@pytest.mark.parametrize(
    ("lines", "mode", "place", "address", "join"),
    [
        ((), "in_person", "", "", ""),
        (("LOCATION:The old mill\\, Mill Lane 4\\, Berlin",), "in_person", "The old mill", "Mill Lane 4, Berlin", ""),
        (("LOCATION:https://us02web.zoom.us/j/1",), "online", "", "", "https://us02web.zoom.us/j/1"),
        (("LOCATION:Online", "URL:https://meet.jit.si/a"), "online", "", "", "https://meet.jit.si/a"),
        (("LOCATION:The mill", "CONFERENCE:https://x.example/c"), "hybrid", "The mill", "", "https://x.example/c"),
        (("X-GOOGLE-CONFERENCE:https://meet.google.com/a-b",), "online", "", "", "https://meet.google.com/a-b"),
        (("URL:https://www.meetup.com/walks/1",), "in_person", "", "", ""),
        (("LOCATION:The mill (Mill Lane 4\\, Berlin\\, DE)",), "in_person", "The mill", "Mill Lane 4, Berlin, DE", ""),
        (("LOCATION:Mill Lane 4\\, 10115 Berlin",), "in_person", "", "Mill Lane 4, 10115 Berlin", ""),
        (("LOCATION:4 Mill Lane\\, Boston\\, MA 02108",), "in_person", "", "4 Mill Lane, Boston, MA 02108", ""),
        (("LOCATION:Room 5\\, The old mill",), "in_person", "Room 5", "The old mill", ""),
        (("LOCATION:https://maps.app.goo.gl/a",), "in_person", "", "https://maps.app.goo.gl/a", ""),
        (("LOCATION:The mill https://mill.example.org",), "in_person", "The mill", "", ""),
        (("LOCATION:https://luma.com/event/evt-1",), "online", "", "", "https://luma.com/event/evt-1"),
        (("LOCATION:https://us02web.zoom.us/j/1; Room 5",), "hybrid", "Room 5", "", "https://us02web.zoom.us/j/1"),
        (("LOCATION:Online event", "URL:https://www.meetup.com/walks/1"), "online", "", "", ""),
        (("DESCRIPTION:Join: https://meet.google.com/a-b.",), "online", "", "", "https://meet.google.com/a-b"),
    ],
)  # fmt: skip
def test_places_and_calls(lines: tuple[str, ...], mode: str, place: str, address: str, join: str) -> None:
    said = one(START, WALK, *lines)
    assert (said["mode"], said["place"], said["address"], said["join_url"]) == (mode, place, address, join)
    assert "zoom" not in said["about"] and "meet.google" not in said["about"], "a call is for those who come"


def test_a_map_is_an_address_and_a_page_of_the_place_is_named_in_the_text() -> None:
    said = one(
        START, WALK, "LOCATION:The mill\\, Mill Lane 4 (https://mill.example.org) https://goo.gl/maps/a"
    )
    assert (said["place"], said["address"], said["about"]) == (
        "The mill", "Mill Lane 4", "https://mill.example.org",
    )  # fmt: skip


def test_a_page_of_it_is_named_in_its_text() -> None:
    said = one(START, WALK, "DESCRIPTION:Come.", "URL:https://www.meetup.com/walks/1")
    assert said["about"] == "Come.\n\nhttps://www.meetup.com/walks/1"


# What comes again


def test_what_comes_again_by_a_rule_is_a_series() -> None:
    said = one(
        "DTSTART;TZID=Europe/Berlin:20261004T180000", WALK, "RRULE:FREQ=WEEKLY;UNTIL=20270404T160000Z",
        "EXDATE;TZID=Europe/Berlin:20261011T180000,20261206T180000", "EXDATE;VALUE=DATE:20261213",
    )  # fmt: skip
    assert (said["rule"], said["recurrence"]) == ("FREQ=WEEKLY;UNTIL=20270404", "")
    assert said["left_out"] == ["20261206", "20261213"], "and what is over says nothing"


def test_days_of_a_series_that_say_otherwise_are_named_by_their_day() -> None:
    said = read(
        calendar(
            entry(START, WALK, "RRULE:FREQ=WEEKLY;COUNT=5", "EXDATE;TZID=Europe/Berlin:20261208T180000"),
            entry("RECURRENCE-ID:20261215T170000Z", "DTSTART;TZID=Europe/Berlin:20261216T190000", "SUMMARY:Moved"),
            entry("RECURRENCE-ID;TZID=Europe/Berlin:20261222T180000", START.replace("1201", "1222"), WALK,
                  "STATUS:CANCELLED"),
        )
    )["gatherings"]  # fmt: skip
    assert [(each["recurrence"], each["title"], each["rule"]) for each in said] == [
        ("", "A walk", "FREQ=WEEKLY;COUNT=5"), ("20261215", "Moved", ""),
    ]  # fmt: skip
    assert said[0]["left_out"] == ["20261208", "20261222"]


def test_an_hour_in_a_rule_may_be_that_of_its_start() -> None:
    said = one(START, WALK, "RRULE:FREQ=WEEKLY;BYDAY=TU;BYHOUR=18;BYMINUTE=0;BYSECOND=0")
    assert said["rule"] == "FREQ=WEEKLY;BYDAY=TU"


def test_of_a_day_that_was_called_off_and_is_on_again_the_newer_word_counts() -> None:
    again = "RECURRENCE-ID;TZID=Europe/Berlin:20261208T180000"
    for number, out, days_said in ((2, [], ["", "20261208"]), (0, ["20261208"], [""])):
        said = read(
            calendar(
                entry(START, WALK, "RRULE:FREQ=WEEKLY;COUNT=5"),
                entry(again, START.replace("01T18", "08T19"), WALK, f"SEQUENCE:{number}"),
                entry(again, START.replace("01T18", "08T18"), WALK, "SEQUENCE:1", "STATUS:CANCELLED"),
            )
        )["gatherings"]
        assert (said[0]["left_out"], [each["recurrence"] for each in said]) == (out, days_said)


def test_what_is_sent_to_call_something_off_does_so() -> None:
    for method, off in (("CANCEL", True), ("PUBLISH", False)):
        assert one(START, WALK, head=f"METHOD:{method}")["cancelled"] is off


def test_of_two_that_go_by_one_name_the_other_is_said() -> None:
    said = read(calendar(entry(START, WALK), entry(START.replace("1201", "1208"), "SUMMARY:A run")))
    assert [each["title"] for each in said["gatherings"]] == ["A run"]
    assert said["faults"] == [["A walk", reading.ANOTHER.key]]


def test_what_holds_from_a_day_on_is_the_series_and_days_before_are_named() -> None:
    first = entry(START, WALK, "RRULE:FREQ=WEEKLY;UNTIL=20261214T225959Z", uid="1@google.com")
    second = entry(
        "DTSTART:20261217T180000Z", "SUMMARY:A run", "RRULE:FREQ=WEEKLY", uid="1_R20261215T180000@google.com"
    )
    later = entry(
        "RECURRENCE-ID;RANGE=THISANDFUTURE:20261215T170000Z", "DTSTART:20261215T180000Z", "SUMMARY:A run",
    )  # fmt: skip
    for content, starts in (
        (calendar(second, first, head="X-WR-TIMEZONE:UTC"), "2026-12-17T18:00"),
        (calendar(entry(START, WALK, "RRULE:FREQ=WEEKLY"), later), "2026-12-01T18:00"),
    ):
        series, *days_before = read(content, "UTC")["gatherings"]
        assert (series["title"], series["starts"][:16], series["since"]) == ("A run", starts, "20261215")
        assert [(each["recurrence"], each["title"]) for each in days_before] == [
            ("20261201", "A walk"), ("20261208", "A walk"),
        ]  # fmt: skip


def test_days_that_are_none_say_nothing_and_those_of_no_year_of_ours_are_refused() -> None:
    for stamp in ("99999999", "00000000", "99991231"):
        said = read(calendar(entry(START, WALK, "RRULE:FREQ=WEEKLY", uid=f"1_R{stamp}@google.com")))
        assert [(each["uid"], each["since"]) for each in said["gatherings"]] == [
            (f"1_R{stamp}@google.com", "")
        ]
    for year in ("0001", "2400"):
        assert why(START.replace("2026", year), WALK, "RDATE:20261208T180000") == reading.NO_START.key
        said = one(START, WALK, "RRULE:FREQ=WEEKLY", f"EXDATE;TZID=Europe/Berlin:{year}1208T180000")
        assert not said["left_out"]


def test_what_goes_over_to_other_days_is_said() -> None:
    later = entry("RECURRENCE-ID;RANGE=THISANDFUTURE:20261215T170000Z", "DTSTART:20261216T180000Z", WALK)
    said = read(calendar(entry(START, WALK, "RRULE:FREQ=WEEKLY"), later))
    assert [each["since"] for each in said["gatherings"]] == [""]
    assert said["faults"] == [["A walk", reading.OTHER_DAYS.key]]


def test_what_has_days_besides_its_rule_is_read_day_by_day() -> None:
    said = read(
        calendar(
            entry(START, WALK, "RRULE:FREQ=WEEKLY;COUNT=5", "EXDATE;TZID=Europe/Berlin:20261208T180000",
                  "RDATE;TZID=Europe/Berlin:20270109T180000"),
            entry("RECURRENCE-ID:20261215T170000Z", "DTSTART;TZID=Europe/Berlin:20261216T190000", "SUMMARY:Moved"),
            entry("RECURRENCE-ID;TZID=Europe/Berlin:20261222T180000", START.replace("1201", "1222"), WALK,
                  "STATUS:CANCELLED"),
        )
    )["gatherings"]  # fmt: skip
    assert [(each["recurrence"], each["title"], each["cancelled"]) for each in said] == [
        ("20261201", "A walk", False), ("20261215", "Moved", False), ("20261222", "A walk", True),
        ("20261229", "A walk", False), ("20270109", "A walk", False),
    ]  # fmt: skip


def test_what_comes_again_by_a_clock_that_is_no_zones_keeps_that() -> None:
    said = days("DTSTART:20261004T170000Z", "RRULE:FREQ=WEEKLY;UNTIL=20270404T170000Z")
    assert {each[11:] for each in said} == {"17:00"} and said[-1] == "2027-04-04T17:00"


def test_what_is_read_day_by_day_has_a_year_and_sixty_times() -> None:
    utc = "DTSTART:20261201T170000Z"
    assert len(days(utc, "RRULE:FREQ=DAILY;COUNT=1000000000")) == reading.MOST_TIMES
    assert len(days(utc, "RRULE:FREQ=MONTHLY")) == 12
    assert days(utc.replace("2026", "2016"), "RRULE:FREQ=YEARLY") == ["2026-12-01T17:00"]
    assert not days(utc.replace("2026", "2016"), "RRULE:FREQ=WEEKLY;COUNT=3"), "it is over"
    over = one(START.replace("2026", "2016"), WALK, "RRULE:FREQ=WEEKLY;COUNT=3")
    assert (over["rule"], over["goes_on"]) == ("FREQ=WEEKLY;COUNT=3", False), "it was a series"


HOSTILE_RULES = [
    "FREQ=SECONDLY", "FREQ=SECONDLY;COUNT=1000000000", "FREQ=DAILY;COUNT=1000000000",
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;BYMONTHDAY=99",
    "FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6;INTERVAL=1000", "FREQ=DAILY;UNTIL=00010101", "FREQ=DAILY;UNTIL=99999999",
    "FREQ=YEARLY;BYYEARDAY=" + ",".join(map(str, range(1, 99))),
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=" + ",".join(map(str, range(-99, 99))),
    "FREQ=YEARLY;BYMONTH=" + ",".join(["1"] * 3000), "FREQ=WEEKLY;INTERVAL=99999999999999999999",
    "FREQ=MONTHLY;BYDAY=9999MO", "FREQ=DAILY;FREQ=WEEKLY", "FREQ=", "=;=;=", "FREQ=DAILY;COUNT=-5",
    "FREQ=DAILY;BYEASTER=1", "FREQ=DAILY;WKST=XX", "FREQ=YEARLY;BYMONTH=13",
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("rule", HOSTILE_RULES, ids=range(len(HOSTILE_RULES)))
def test_a_hostile_rule_takes_no_time(rule: str) -> None:
    with at_most(3):
        said = read(calendar(entry(START.replace("2026", "2025"), WALK, f"RRULE:{rule}")))
    assert len(said["gatherings"]) <= reading.MOST_TIMES


@pytest.mark.slow
def test_hundreds_of_hostile_rules_take_no_more_than_one() -> None:
    rule = "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"
    with at_most(4):
        said = read(calendar(*(entry(START, WALK, rule, uid=str(number)) for number in range(400))))
    assert {key for _title, key in said["faults"]} == {reading.TOO_MUCH.key}


# What is no calendar, and too much of one


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", parsing.EMPTY), (b" \r\n", parsing.EMPTY), (bytes(20), parsing.EMPTY),
        (b"<!DOCTYPE html><html>", parsing.PAGE), (b"\n<html lang=de>", parsing.PAGE), (b"<?xml ?>", parsing.PAGE),
        (b'{"events": []}', parsing.DATA), (b"[1]", parsing.DATA), (b"BEGIN:VCARD\r\n", parsing.CONTACTS),
        (b"%PDF-1.7", parsing.OTHER_FILE), (b"PK\x03\x04", parsing.OTHER_FILE), (b"\x89PNG", parsing.OTHER_FILE),
        (b"title,date\n", parsing.NO_CALENDAR), (b"\x00\x01\x02\x03", parsing.NO_CALENDAR),
        (b"BEGIN:VCALENDAR\r\n", parsing.CUT_SHORT), (calendar(entry(START, WALK))[:-40], parsing.CUT_SHORT),
        (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", parsing.NOTHING),
        (calendar("BEGIN:VTODO", "UID:1", "END:VTODO"), parsing.NOTHING),
        (calendar(*(entry(START, WALK, uid=str(each)) for each in range(501))), parsing.TOO_MANY),
        (calendar(*(entry(START, WALK, uid=str(each)) for each in range(20_000))), parsing.TOO_MANY),
    ],
    ids=range(20),
)  # fmt: skip
def test_what_is_no_calendar_is_called_what_it_is(content: bytes, sentence: Text) -> None:
    with at_most(3):
        assert refused(content) == sentence


def test_of_what_is_over_only_the_latest_is_kept() -> None:
    old = [entry(f"DTSTART:2025{1 + n % 12:02}{1 + n % 28:02}T180000Z", WALK, uid=str(n)) for n in range(700)]
    said = read(calendar(*old, entry(START, WALK, uid="new")))["gatherings"]
    assert len(said) == bounds.MOST and said[-1]["uid"] == "new"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
def test_every_encoding_that_calendars_come_in(encoding: str) -> None:
    content = calendar(entry(START, "SUMMARY:Grüße aus Köln")).decode().encode(encoding)
    assert read(content)["gatherings"][0]["title"] == "Grüße aus Köln"


def test_a_line_folded_within_a_letter() -> None:
    content = calendar(entry(START, "SUMMARY:Grüße")).replace("ü".encode(), b"\xc3\r\n \xbc")
    assert read(content)["gatherings"][0]["title"] == "Grüße"


def test_what_names_no_uid_has_one_of_its_own() -> None:
    first, second = (read(calendar(entry(START, WALK, uid="")))["gatherings"][0]["uid"] for _ in range(2))
    assert first == second and first.startswith("sha256:")
    assert read(calendar(entry(START, WALK, uid="x" * 5000)))["gatherings"][0]["uid"].startswith("sha256:")


def test_texts_of_any_length_fit() -> None:
    said = one(START, f"SUMMARY:{'x' * 5000}", f"LOCATION:{'y' * 5000}", f"DESCRIPTION:{'*' * 50_000}")
    assert len(said["title"]) == 120 and len(said["place"]) == 120 and len(said["about"]) <= 10_000


LINES = st.sampled_from(
    ["BEGIN:VEVENT", "END:VEVENT", "BEGIN:VCALENDAR", "END:VCALENDAR", "BEGIN:VALARM", "END:VALARM", "UID:1", WALK,
     START, "DTSTART:20261201T180000Z", "DTEND:00010101T000000Z", "DTSTART;VALUE=DATE:20261201", "RRULE:FREQ=DAILY",
     "RRULE:FREQ=YEARLY;BYDAY=-53MO", "EXDATE:20261202T170000Z", "EXDATE:x", "RDATE;VALUE=PERIOD:20261201T180000Z/PT1H",
     "RECURRENCE-ID:20261202T170000Z", "RECURRENCE-ID;RANGE=THISANDFUTURE:20261202", "SEQUENCE:x", "STATUS:CANCELLED",
     "DURATION:-PT1H", "DESCRIPTION:<p>x</p>", "LOCATION:\\,\\;\\n", "URL:javascript:alert(1)", ":", ";", " folded"]
) | st.text(max_size=30)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(LINES, max_size=25))
def test_whatever_stands_in_a_file_it_is_read_or_refused(lines: list[str]) -> None:
    try:
        read(calendar("BEGIN:VEVENT", *lines, "END:VEVENT"))
    except Refusal as refusal:
        assert refusal.sentence


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_whatever_bytes_come_they_are_read_or_refused(content: bytes) -> None:
    with pytest.raises(Refusal):
        read(content)


def in_zone_of(*lines: str) -> str:
    """A calendar's head that explains a zone of its own."""
    return "\n".join(
        [
            "VERSION:2.0",
            "BEGIN:VTIMEZONE",
            "TZID:Ours",
            "BEGIN:STANDARD",
            *lines,
            "END:STANDARD",
            "END:VTIMEZONE",
        ]
    )


OURS = "DTSTART;TZID=Ours:20261201T180000"
MANY_DAYS = "RDATE:" + ",".join(f"2027{1 + n % 12:02}{1 + n % 28:02}T{n % 24:02}0000Z" for n in range(20_000))
RUBBISH = {
    "an end that lacks": calendar(entry(START, WALK)).replace(b"END:VEVENT\r\n", b""),
    "one in the other": calendar("BEGIN:VEVENT", START, WALK, entry(START, WALK, uid="2"), "END:VEVENT"),
    "deep ones": b"BEGIN:VCALENDAR\n"
    + b"BEGIN:VEVENT\n" * 1900
    + b"END:VEVENT\n" * 1900
    + b"END:VCALENDAR\n",
    "a line of a megabyte": calendar(entry(START, f"SUMMARY:{'x' * 990_000}")),
    "a line in pieces": calendar(entry(START, WALK, "DESCRIPTION:" + "\n ".join(["y"] * 300_000))),
    "many parameters": calendar(entry(START, "SUMMARY;" + ";".join(f"A{n}=b" for n in range(60_000)) + ":x")),
    "tags": calendar(entry(START, WALK, "DESCRIPTION:" + "<p>" * 250_000)),
    "open tags": calendar(entry(START, WALK, "DESCRIPTION:" + "<b " * 300_000)),
    "links into calls": calendar(
        entry(START, WALK, "DESCRIPTION:" + " ".join(f"https://zoom.us/{n}" for n in range(20_000)))
    ),
    "days left out": calendar(
        entry(START, WALK, "RRULE:FREQ=DAILY", "EXDATE:" + "20261202T170000Z," * 40_000)
    ),
    "days of its own": calendar(entry(START, WALK, MANY_DAYS)),
    "offsets of days": calendar(
        entry(OURS, WALK),
        head=in_zone_of("DTSTART:19700101T000000", "TZOFFSETFROM:+9900", "TZOFFSETTO:+9900"),
    ),
    "a clock each second": calendar(
        entry(OURS, WALK),
        head=in_zone_of(
            "DTSTART:00010101T000000", "RRULE:FREQ=SECONDLY", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0130"
        ),
    ),
    "a zone without a name": calendar(entry(f"DTSTART;TZID={'a' * 100_000}:20261201T180000", WALK)),
    "a zone that is a path": calendar(entry("DTSTART;TZID=../../etc/passwd:20261201T180000", WALK)),
    "the first year": calendar(entry("DTSTART;TZID=Europe/Berlin:00010101T000000", WALK)),
    "each day since": calendar(entry("DTSTART:00010101T180000Z", WALK, "RRULE:FREQ=DAILY")),
    "the last year": calendar(entry(START, "DTEND:99991231T235959Z", WALK)),
    "a length below nothing": calendar(entry(START, "DURATION:-P5000D", WALK)),
    "one name for all": calendar(*(entry(START, WALK, uid="same") for _ in range(1500))),
    "one day for all": calendar(
        entry(START, WALK, "RRULE:FREQ=DAILY"),
        *(entry(START, WALK, "RECURRENCE-ID:20261202T170000Z") for _ in range(1500)),
    ),
    "no gathering in many": b"BEGIN:VCALENDAR\n" + b"BEGIN:VTODO\nEND:VTODO\n" * 20_000 + b"END:VCALENDAR\n",
    "dense rules": calendar(
        *(
            entry(
                START, WALK, "RRULE:FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=1,2,3,4,5,6,7", uid=str(n)
            )
            for n in range(200)
        )
    ),
    "what is no value": calendar(
        entry(START, WALK, "GEO:x", "ATTACH;VALUE=BINARY;ENCODING=BASE64:!", "SEQUENCE:-")
    ),
    "packed": gzip.compress(calendar(entry(START, WALK))),
    "half a letter": calendar(entry(START, WALK)).decode().encode("utf-16")[:-1],
}


@pytest.mark.slow
@pytest.mark.parametrize("content", RUBBISH.values(), ids=RUBBISH)
def test_rubbish_is_read_or_refused_in_no_time(content: bytes) -> None:
    with at_most(4):
        try:
            said = read(content)
        except Refusal as refusal:
            assert str(refusal.sentence)
        else:
            assert len(said["gatherings"]) <= bounds.MOST


def test_what_would_be_a_line_of_its_own_is_text() -> None:
    said = one(START, "SUMMARY:A walk\\nBEGIN:VEVENT\x07\x1b[31m", "LOCATION:The\x00 mill")
    assert said["title"] == "A walk BEGIN:VEVENT[31m" and said["place"] == "The mill"


def test_lines_may_end_as_they_did_on_old_machines() -> None:
    assert read(calendar(entry(START, WALK)).replace(b"\r\n", b"\r"))["gatherings"][0]["title"] == "A walk"


def test_marks_of_an_encoding_may_be_there_twice() -> None:
    assert read(b"\xef\xbb\xbf" * 2 + calendar(entry(START, WALK)))["gatherings"]


def test_a_rule_that_leaves_all_of_its_days_out_does_not_go_on() -> None:
    out = "EXDATE;TZID=Europe/Berlin:20261201T180000,20261208T180000"
    assert not one(START, WALK, "RRULE:FREQ=WEEKLY;COUNT=2", out)["goes_on"]
    assert one(START, WALK, "RRULE:FREQ=WEEKLY;COUNT=3", out)["goes_on"]
    assert why(START, WALK, "RRULE:FREQ=DAILY", "EXRULE:FREQ=DAILY") == reading.NO_RULE.key


def test_a_zone_of_the_calendar_that_nobody_knows_is_the_communitys() -> None:
    said = one("DTSTART:20261201T180000", WALK, head="X-WR-TIMEZONE:Moon/Base")
    assert said["starts"][:16] == "2026-12-01T17:00"
