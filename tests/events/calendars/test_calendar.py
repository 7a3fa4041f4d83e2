"""What Kith writes into people's calendars, as those calendars read it."""

import re
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from events.calendars import calendar
from events.calendars.calendar import Alarm, Attendee, Entry, Mailbox
from server import timezones
from tests.events.calendars import by_library, lint
from tests.events.calendars.readers import in_python
from tests.server.test_timezones import IN_CHANGE, IRREGULAR, REGULAR, ZONES, changes, some_in_a_hurry

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOST = Mailbox("Ana Kovač", "ana@example.org")
BO = Attendee("Bo", "bo@example.org")

NASTY = {
    "line ends": "first\r\nsecond\rthird\x0bfourth\u2028fifth\x85sixth",
    "what is special": r"a\b; c, d: e \n \\ \; \,",
    "an injected property": "Tea\r\nATTENDEE:mailto:eve@example.org\r\nEND:VEVENT",
    "quotation marks": "\"Tea\" <x@y> 'and' “cake”",
    "emoji": "👩🏽‍🤝‍👨🏿 🏳️‍🌈 walk " * 40,
    "right to left": "لقاء في المقهى، الساعة السابعة; נפגש בקפה, בשבע",
    "control characters": "a\x00b\x07c\x1bd\x7fe\x9ff\ufeffg",
    "five thousand letters": "Zażółć gęślą jaźń; " * 263,
    "half a character": "a\ud83db",
    "one long word": "ß" * 1000,
    "nothing": "",
    "blanks": " \t\u00a0 ",
}


def entry(**changes):
    given = {
        "uid": "k7m2p9qrst4v@kith.example",
        "sequence": 0,
        "starts_at": datetime(2026, 12, 1, 18, tzinfo=UTC),
        "ends_at": datetime(2026, 12, 1, 20, tzinfo=UTC),
        "zone": "Europe/Berlin",
        "summary": "Walk along the river",
        "description": "Bring boots.\nWe stop for tea; bring a cup, too.",
        "location": "Café Süd, Hauptstr. 5",
        "url": "https://kith.example/events/k7m2p9qrst4v",
        "created_at": datetime(2026, 11, 1, 9, 30, tzinfo=UTC),
        "changed_at": datetime(2026, 11, 20, 10, tzinfo=UTC),
    }
    return Entry(**{**given, **changes})


def feed_of(*entries, **options):
    """A feed without a fault."""
    written = calendar.feed(entries, name="Walks", **options)
    assert lint.faults(written) == []
    return written


def event_of(entry, **options):
    """The one event of a feed, as the icalendar library reads it."""
    return Calendar.from_ical(feed_of(entry, **options)).events[0]


def meant(*entries):
    return {e.uid: (e.starts_at.astimezone(UTC), e.over_at) for e in entries}


def weekly(zone, hour=19, minute=0, weeks=60):
    """The same wall-clock time each week, across both changes of the clocks."""
    clock = ZoneInfo(zone)
    for week in range(weeks):
        starts = datetime(2026, 9, 1, hour, minute, tzinfo=clock) + timedelta(weeks=week)
        yield entry(uid=f"{zone}-{week}", zone=zone, starts_at=starts, ends_at=starts + timedelta(hours=2))


# Times


@pytest.mark.parametrize("zone", some_in_a_hurry([*ZONES, "UTC"]))
def test_nineteen_stays_nineteen_all_year(zone):
    entries = [*weekly(zone)]
    written = feed_of(*entries)
    assert in_python.alike(written) == meant(*entries)
    starts = [event.start.astimezone(ZoneInfo(zone)) for event in Calendar.from_ical(written).events]
    assert {(start.hour, start.minute) for start in starts} == {(19, 0)}
    if zone == "UTC":
        assert b"TZID" not in written
    elif zone not in (*IRREGULAR, *IN_CHANGE):  # Those are written in UTC for as long as they follow no rule.
        assert written.count(f"DTSTART;TZID={zone}:".encode()) == written.count(b"T190000\r\n") == 60


@pytest.mark.parametrize("zone", some_in_a_hurry([*REGULAR, *IRREGULAR, "America/Havana"]))
def test_times_that_do_not_exist_or_exist_twice_are_the_same_moment_for_everybody(zone):
    year = datetime(2027, 1, 2, tzinfo=UTC), datetime(2027, 12, 30, tzinfo=UTC)
    moments = [
        (change.astimezone(ZoneInfo(zone)) + timedelta(minutes=minutes)).replace(fold=fold)
        for change in changes(zone, *year)
        for minutes in range(-180, 181, 15)
        for fold in (0, 1)
    ]
    entries = [
        entry(uid=str(i), zone=zone, starts_at=starts, ends_at=None) for i, starts in enumerate(moments)
    ]
    written = feed_of(*entries)
    assert in_python.alike(written) == meant(*entries)


def test_half_past_two_in_the_gap_becomes_half_past_three():
    starts = datetime(2027, 3, 28, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    assert b"DTSTART;TZID=Europe/Berlin:20270328T033000\r\n" in feed_of(entry(starts_at=starts, ends_at=None))


def test_a_time_that_the_clock_shows_twice_is_written_in_utc():
    starts = datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    for hour in range(2):
        written = feed_of(entry(starts_at=starts + timedelta(hours=hour), ends_at=None))
        assert f"DTSTART:20271031T0{hour}3000Z\r\n".encode() in written
        assert b"VTIMEZONE" not in written


@settings(deadline=None)
@given(
    zone=st.sampled_from(sorted(timezones.names())),
    starts=st.datetimes(datetime(2024, 1, 1), datetime(2036, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    lasts=st.integers(1, 3 * 86400),
)
def test_any_time_in_any_zone_is_read_to_the_second(zone, starts, lasts):
    starts = starts.replace(microsecond=0)
    one = entry(zone=zone, starts_at=starts, ends_at=starts + timedelta(seconds=lasts))
    written = feed_of(one)
    assert in_python.alike(written) == meant(one)


@pytest.mark.parametrize("zone", ["Atlantic/Reykjavik", "Africa/Accra", "Etc/UTC"])
def test_a_clock_that_shows_utc_is_written_as_utc(zone):
    written = feed_of(entry(zone=zone))
    assert b"DTSTART:20261201T180000Z\r\n" in written
    assert in_python.alike(written) == meant(entry())


def test_a_feed_explains_each_zone_once_for_all_its_years():
    entries = [
        entry(uid=f"{zone}{year}", zone=zone, starts_at=datetime(year, 7, 1, tzinfo=UTC), ends_at=None)
        for zone in ("Africa/Cairo", "Asia/Kathmandu", "Europe/Berlin", "UTC")
        for year in (2031, 2026, 2040)
    ]
    written = feed_of(*entries)
    assert written.count(b"BEGIN:VTIMEZONE") == 2
    assert in_python.alike(written) == meant(*entries)


def test_without_an_end_it_lasts_three_hours_as_everywhere_in_kith():
    event = event_of(entry(ends_at=None))
    assert event.end - event.start == timedelta(hours=3)


@pytest.mark.parametrize(
    ("starts", "ends"),
    [
        (datetime(9999, 12, 31, 22, tzinfo=UTC), None),
        (datetime(9999, 12, 31, 20, tzinfo=UTC), datetime(9999, 12, 31, 21, tzinfo=UTC)),
        (datetime(1, 1, 1, 1, tzinfo=UTC), None),
        (datetime(1895, 1, 1, 1, tzinfo=UTC), None),
        (datetime(2026, 1, 1, 1, tzinfo=UTC), datetime(9990, 1, 1, tzinfo=UTC)),
        (datetime(9990, 6, 1, 1, tzinfo=UTC), None),
    ],
)
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/New_York", "Africa/Cairo", "Etc/GMT+12"])
def test_the_ends_of_time_are_written_right_and_short(starts, ends, zone):
    one = entry(starts_at=starts, ends_at=ends, zone=zone)
    written = feed_of(one)
    assert in_python.by_icalendar([written]) == [meant(one)]
    assert len(written) < 3500


@pytest.mark.parametrize(
    "wrong",
    [
        {"ends_at": datetime(2026, 12, 1, 17, tzinfo=UTC)},
        {"ends_at": datetime(2026, 12, 1, 18, tzinfo=UTC)},
        {"starts_at": datetime(2026, 12, 1, 18)},  # noqa: DTZ001
        {"ends_at": datetime(2026, 12, 1, 20)},  # noqa: DTZ001
        {"changed_at": datetime(2026, 12, 1)},  # noqa: DTZ001
        {"zone": "Mars/Olympus"},
        {"zone": "../../etc/passwd"},
        {"status": "POSTPONED"},
    ],
)
def test_what_no_calendar_can_hold_is_refused(wrong):
    with pytest.raises(ValueError):
        entry(**wrong)


# Texts


def letters(text):
    """What must come through whatever else is cleaned away: everything that one can see."""
    return [c for c in text if unicodedata.category(c)[0] not in "CZ"]


def seen_in(written):
    """Summary, location and description, by two readers who must agree."""
    one, other = Calendar.from_ical(written).events[0], vobject.readOne(written.decode()).vevent
    seen = [str(one.get(name, "")) for name in ("summary", "location", "description")]
    assert seen == [other.getChildValue(name, "") for name in ("summary", "location", "description")]
    return seen


def bare(text):
    """An entry that says only this."""
    return entry(summary=text, location=text, description=text, url="", organizer=text, categories=(text,))


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY)
def test_texts_arrive_whole_and_harmless(text):
    written = feed_of(bare(text), description=text)
    summary, location, description = seen_in(written)
    assert letters(summary) == letters(description) == letters(text)
    assert letters(location.replace(",", "")) == letters(text.replace(",", ""))
    assert "\n" not in summary + location
    assert len(re.findall(rb"^(?:BEGIN|END):VEVENT\r$", written, re.MULTILINE)) == 2


@pytest.mark.slow
@settings(deadline=None)
@given(st.text(max_size=400))
def test_any_text_comes_back_as_it_was_written(text):
    summary, _, description = seen_in(feed_of(bare(text)))
    assert letters(summary) == letters(description) == letters(text)
    again = replace(bare(text), summary=summary, description=description)
    assert seen_in(feed_of(again))[::2] == [summary, description]


@settings(deadline=None)
@given(st.text(alphabet="aä漢😀\\;,\n ", min_size=60, max_size=400))
def test_folded_lines_come_back_whole(text):
    plain = "\n".join(line.strip() for line in text.strip().split("\n")).strip()
    assert seen_in(feed_of(bare(plain)))[2] == plain


def test_joined_emoji_stay_joined_and_flags_stay_flags():
    text = "👩🏽‍🤝‍👨🏿🏳️‍🌈🇺🇦" * 30
    assert seen_in(feed_of(bare(text)))[0] == text


def test_paragraphs_stay_and_a_title_is_one_line():
    summary, location, description = seen_in(feed_of(bare("one\r\n\r\n  two\tthree  ")))
    assert (summary, location, description) == ("one two three", "one, two three", "one\n\n  two three")


def test_the_pages_address_stands_where_every_calendar_shows_it():
    event = event_of(entry(join_url="https://meet.example/abc?x=1&y=2"))
    assert str(event["DESCRIPTION"]).endswith(
        "cup, too.\n\nhttps://meet.example/abc?x=1&y=2\n\nhttps://kith.example/events/k7m2p9qrst4v"
    )
    assert str(event["URL"]) == "https://kith.example/events/k7m2p9qrst4v"
    assert event.conferences[0].uri == "https://meet.example/abc?x=1&y=2"


def test_an_address_cannot_end_its_line():
    event = event_of(entry(url="https://kith.example/ü b\r\nATTENDEE:mailto:eve@example.org"))
    assert str(event["URL"]) == "https://kith.example/%C3%BCbATTENDEE:mailto:eve@example.org"
    assert "ATTENDEE" not in event


def test_a_name_that_readers_would_show_with_its_escapes_goes_without():
    written = calendar.feed([entry()], name='Tea, cake;\r\n "more" \\ talk')
    read = Calendar.from_ical(written)
    assert lint.faults(written) == []
    assert read["NAME"] == read["X-WR-CALNAME"] == 'Tea cake "more" talk'


# What stands in a feed


def test_a_feed_says_its_name_its_pace_and_where_it_comes_from():
    written = feed_of(
        entry(),
        description="Every Sunday",
        url="https://kith.example/communities/walks",
        source="https://kith.example/communities/walks/calendar.ics",
        refresh=timedelta(minutes=90),
    )
    head = lint.read(written)
    said = {p.name: p.value for p in head.properties}
    assert said == {
        "VERSION": "2.0",
        "PRODID": "-//Kith//Kith//EN",
        "CALSCALE": "GREGORIAN",
        "NAME": "Walks",
        "X-WR-CALNAME": "Walks",
        "DESCRIPTION": "Every Sunday",
        "X-WR-CALDESC": "Every Sunday",
        "URL": "https://kith.example/communities/walks",
        "SOURCE": "https://kith.example/communities/walks/calendar.ics",
        "REFRESH-INTERVAL": "PT1H30M",
        "X-PUBLISHED-TTL": "PT1H30M",
    }
    assert head.all("REFRESH-INTERVAL")[0].parameters == {"VALUE": "DURATION"}
    assert head.all("SOURCE")[0].parameters == {"VALUE": "URI"}


def test_a_feed_of_nothing_is_a_feed():
    assert Calendar.from_ical(feed_of()).events == []


def test_an_event_tells_its_history_truly():
    event = lint.read(feed_of(entry(sequence=4))).kinds("VEVENT")[0]
    assert event.value("UID") == "k7m2p9qrst4v@kith.example"
    assert event.value("SEQUENCE") == "4"
    assert event.value("CREATED") == "20261101T093000Z"
    assert event.value("DTSTAMP") == event.value("LAST-MODIFIED") == "20261120T100000Z"


@pytest.mark.parametrize(
    ("changes", "status", "transparent", "outlook"),
    [
        ({}, "CONFIRMED", "OPAQUE", "BUSY"),
        ({"status": "TENTATIVE"}, "TENTATIVE", "OPAQUE", "TENTATIVE"),
        ({"busy": False}, "CONFIRMED", "TRANSPARENT", "FREE"),
        ({"status": "CANCELLED"}, "CANCELLED", "TRANSPARENT", "FREE"),
    ],
)
def test_time_is_taken_only_from_those_who_come(changes, status, transparent, outlook):
    event = lint.read(feed_of(entry(**changes))).kinds("VEVENT")[0]
    assert [event.value(n) for n in ("STATUS", "TRANSP", "X-MICROSOFT-CDO-BUSYSTATUS")] == [
        status,
        transparent,
        outlook,
    ]


def test_what_is_cancelled_is_kept_dropped_or_noted():
    off, on = entry(uid="off", status="CANCELLED"), entry(uid="on")
    kept, dropped, noted = (
        Calendar.from_ical(feed_of(off, on, cancelled=wish)).events for wish in ("keep", "drop", "note")
    )
    assert [e["STATUS"] for e in kept] == ["CANCELLED", "CONFIRMED"]
    assert [e["UID"] for e in dropped] == ["on"]
    assert [e["SUMMARY"] for e in noted] == ["Cancelled: Walk along the river", "Walk along the river"]
    assert noted[0]["TRANSP"] == "TRANSPARENT"


def test_a_feed_names_the_host_and_nobodys_address():
    written = feed_of(entry(organizer="Ana Kovač, walks"))
    assert str(Calendar.from_ical(written).events[0]["CONTACT"]) == "Ana Kovač, walks"
    assert b"mailto" not in written.lower()
    assert re.findall(rb"[^\s:]+@[^\s]+", written) == [b"k7m2p9qrst4v@kith.example"]


def test_alarms_ring_for_those_who_asked_and_not_for_what_is_cancelled():
    alarms = (Alarm(timedelta(hours=1)), Alarm(timedelta(days=1)), Alarm(timedelta(minutes=15)))
    ringing = event_of(entry(), alarms=alarms)
    assert [alarm.TRIGGER for alarm in ringing.walk("VALARM")] == [-alarm.before for alarm in alarms]
    for cancelled in ("keep", "note"):
        assert event_of(entry(status="CANCELLED"), alarms=alarms, cancelled=cancelled).walk("VALARM") == []
    assert event_of(entry()).walk("VALARM") == []


def test_a_single_event_is_a_file_without_method():
    written = calendar.single(entry())
    assert lint.faults(written) == []
    assert b"METHOD" not in written
    assert in_python.alike(written) == meant(entry())


def test_feed_file_and_letter_tell_the_same_event():
    one = entry(sequence=3)
    letter = calendar.invitation(one, HOST, BO, stamped_at=NOW).encode()
    told = {
        tuple(lint.read(written).kinds("VEVENT")[0].value(n) for n in ("UID", "SEQUENCE", "DTSTART", "DTEND"))
        for written in (feed_of(one), calendar.single(one), letter)
    }
    assert told == {("k7m2p9qrst4v@kith.example", "3", "20261201T190000", "20261201T210000")}


# Kept text


def varied():
    for i, zone in enumerate(["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "UTC"] * 5):
        starts = datetime(2026, 11, 1, 18, tzinfo=UTC) + timedelta(days=i)
        yield entry(
            uid=f"{i}@kith.example",
            zone=zone,
            starts_at=starts,
            ends_at=None if i % 3 else starts + timedelta(minutes=95),
            summary=f"Gathering {i}; tea, cake \\o/ ☕",
            description="Long and 漢字 and más. " * (i * 5),
            join_url="https://meet.example/x" if i % 2 else "",
            organizer="Walkers" if i % 4 else "",
            categories=("walks", "tea, cake") if i % 5 else (),
            status=("CONFIRMED", "TENTATIVE", "CANCELLED")[i % 3],
            busy=i % 7 != 0,
        )


@pytest.mark.parametrize("alarms", [(), (Alarm(timedelta(minutes=30)),)])
def test_ours_and_the_librarys_are_the_same_bytes_once_parsed(alarms):
    entries = [replace(one, description=one.description.strip()) for one in varied()]
    zones = [(zone, 2026, 2026) for zone in ("America/New_York", "Asia/Kathmandu", "Europe/Berlin")]
    theirs = by_library.feed(entries, name="Walks", zones=zones, alarms=[alarm.before for alarm in alarms])
    ours = feed_of(*entries, alarms=alarms)
    assert Calendar.from_ical(ours).to_ical() == Calendar.from_ical(theirs).to_ical()


def test_the_same_entry_is_written_once():
    assert calendar.fragment(entry()) is calendar.fragment(entry())


@pytest.mark.parametrize(
    "change",
    [
        {"join_url": "https://meet.example/secret"},
        {"location": "At Ana's"},
        {"summary": "Another"},
        {"status": "TENTATIVE"},
        {"busy": False},
        {"zone": "Europe/Paris"},
        {"ends_at": None},
        {"organizer": "Ana"},
        {"categories": ("tea",)},
    ],
)
def test_who_sees_more_never_gets_anothers_text(change):
    assert calendar.fragment(entry()).text != calendar.fragment(entry(**change)).text


def test_a_feed_of_kept_fragments_is_the_same_feed():
    entries = [*varied()]
    kept = [calendar.fragment(one) for one in entries]
    assert calendar.assemble(kept, name="Walks") == calendar.feed(entries, name="Walks")


# Validators and the window


def test_a_validator_changes_with_whatever_it_is_made_of():
    window = calendar.window(NOW)
    first = calendar.etag(12, NOW, window, "keep", "Walks")
    assert re.fullmatch(r'"[0-9a-f]{24}"', first)
    assert first == calendar.etag(12, NOW, window, "keep", "Walks")
    others = [
        calendar.etag(11, NOW, window, "keep", "Walks"),
        calendar.etag(12, NOW + timedelta(microseconds=1), window, "keep", "Walks"),
        calendar.etag(12, NOW, calendar.window(NOW + timedelta(days=1)), "keep", "Walks"),
        calendar.etag(12, NOW, window, "drop", "Walks"),
        calendar.etag(12, NOW, window, "keep", "Talks"),
    ]
    assert first not in others


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        ('"abc"', True),
        ('W/"abc"', True),
        ('"x", W/"abc" ,"y"', True),
        ("*", True),
        ('"abcd"', False),
        ("abc", False),
        ("", False),
        (None, False),
    ],
)
def test_a_client_that_has_it_is_told_so(sent, answer):
    assert calendar.unchanged(sent, '"abc"') is answer


def test_the_window_is_ninety_days_back_and_eighteen_months_ahead():
    window = calendar.window(datetime(2026, 11, 22, 15, 30, tzinfo=ZoneInfo("Asia/Tokyo")))
    assert window.since == datetime(2026, 8, 24, tzinfo=UTC)
    assert window.cancelled_since == datetime(2026, 10, 23, tzinfo=UTC)
    assert datetime(2028, 5, 22, tzinfo=UTC) <= window.until < datetime(2028, 6, 1, tzinfo=UTC)


def test_the_window_stands_still_all_day():
    assert calendar.window(NOW) == calendar.window(NOW + timedelta(hours=11))


# Letters


def invited(one=None, attendee=BO, **options):
    written = calendar.invitation(one or entry(), HOST, attendee, stamped_at=NOW, **options)
    assert lint.faults(written.encode()) == []
    return Calendar.from_ical(written)


def test_an_invitation_puts_the_answer_that_bo_gave_into_bos_calendar():
    letter = invited()
    event = letter.events[0]
    assert letter["METHOD"] == "REQUEST"
    assert event["ORGANIZER"] == "mailto:ana@example.org"
    assert event["ORGANIZER"].params["CN"] == "Ana Kovač"
    assert event["ATTENDEE"] == "mailto:bo@example.org"
    assert dict(event["ATTENDEE"].params) == {
        "CUTYPE": "INDIVIDUAL",
        "ROLE": "REQ-PARTICIPANT",
        "PARTSTAT": "ACCEPTED",
        "RSVP": "FALSE",
        "CN": "Bo",
    }
    assert event.DTSTAMP == NOW
    assert entry().changed_at == event.LAST_MODIFIED


def test_maybe_is_tentative_in_the_letter():
    event = invited(attendee=Attendee("Bo", "bo@example.org", "TENTATIVE")).events[0]
    assert event["ATTENDEE"].params["PARTSTAT"] == "TENTATIVE"
    assert event["STATUS"] == "CONFIRMED"


def test_leaving_takes_it_out_of_bos_calendar():
    letter = invited(method="CANCEL")
    event = letter.events[0]
    assert (letter["METHOD"], event["STATUS"], event["TRANSP"]) == ("CANCEL", "CANCELLED", "TRANSPARENT")
    assert event["UID"] == entry().uid
    assert event["ATTENDEE"] == "mailto:bo@example.org"


def test_nobody_is_asked_to_what_is_cancelled():
    with pytest.raises(ValueError, match="CANCEL"):
        calendar.invitation(entry(status="CANCELLED"), HOST, BO, stamped_at=NOW)


def test_a_letter_written_at_no_known_time_is_refused():
    with pytest.raises(ValueError, match="zone"):
        calendar.invitation(entry(), HOST, BO, stamped_at=datetime(2026, 11, 22))  # noqa: DTZ001


@pytest.mark.parametrize("name", NASTY.values(), ids=NASTY)
def test_names_of_every_kind_stay_names(name):
    event = invited(
        attendee=Attendee(name, "bo@example.org"), one=bare(name) if name.strip() else None
    ).events[0]
    shown = event["ATTENDEE"].params.get("CN", "")
    assert letters(shown) == letters(name.replace('"', "'").replace("\\", "/"))
    assert event["ATTENDEE"] == "mailto:bo@example.org"


def test_a_circumflex_in_a_name_survives():
    event = invited(attendee=Attendee("Bo ^n ^^ ^' x", "bo@example.org")).events[0]
    assert event["ATTENDEE"].params["CN"] == "Bo ^n ^^ ^' x"


@pytest.mark.parametrize(
    ("email", "written"),
    [
        ("bo+kith@example.org", "mailto:bo+kith@example.org"),
        ("bo?subject=x&y@example.org", "mailto:bo%3Fsubject=x%26y@example.org"),
        ("bø@example.org", "mailto:b%C3%B8@example.org"),
        ("bo@example.org\r\nX-A:b", "mailto:bo@example.org%20X-A%3Ab"),
    ],
)
def test_an_address_in_a_letter_is_one_address(email, written):
    assert invited(attendee=Attendee("Bo", email)).events[0]["ATTENDEE"] == written
