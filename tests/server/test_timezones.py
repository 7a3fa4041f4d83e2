"""Zones as calendar files explain them, read back by somebody who knows nothing but the file."""

import io
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from dateutil.tz import tzical
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from server import timezones

REGULAR = (
    "America/New_York",
    "America/Nuuk",
    "America/Santiago",
    "America/St_Johns",
    "Antarctica/Troll",
    "Asia/Beirut",
    "Asia/Jerusalem",
    "Australia/Lord_Howe",
    "Europe/Berlin",
    "Europe/Dublin",
    "Europe/London",
    "Pacific/Chatham",
    "Pacific/Easter",
    "Pacific/Norfolk",
)
IRREGULAR = ("Africa/Cairo", "Asia/Gaza")
# Their rules have just changed: dates for some years, then a rule or none.
IN_CHANGE = ("Africa/Casablanca", "Africa/El_Aaiun", "America/Havana")
UNCHANGING = (
    "Africa/Windhoek",
    "America/Sao_Paulo",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Asia/Tehran",
    "Etc/GMT+12",
    "Pacific/Apia",
    "Pacific/Kiritimati",
)
ZONES = (*REGULAR, *IRREGULAR, *IN_CHANGE, *UNCHANGING)
SOME = ("Europe/Berlin", "Australia/Lord_Howe", "Africa/Cairo", "UTC")  # in a hurry: the others count as slow


def some_in_a_hurry(names):
    """Parameters of a test that takes its time for each zone: all of them, most of them marked slow."""
    return [name if name in SOME else pytest.param(name, marks=pytest.mark.slow) for name in names]


CALENDAR = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n{}END:VCALENDAR\r\n"


def as_read(name, first, last):
    """The zone as somebody understands it who has the file alone (dateutil)."""
    return tzical(io.StringIO(CALENDAR.format(in_file(name, first, last)))).get(name)


def in_file(name, first, last):
    """The zone as it stands in a file."""
    return timezones.vtimezone(name, first, last).to_ical(sorted=False).decode()


def changes(name, begin, end):
    """The moments between which this zone's clock changed, found hour by hour."""
    clock = timezones.zone(name)
    hours = [begin + timedelta(hours=i) for i in range(int((end - begin) / timedelta(hours=1)))]
    for before, after in pairwise(hours):
        if before.astimezone(clock).utcoffset() != after.astimezone(clock).utcoffset():
            yield after


def disagreements(name, moments, first, last):
    """The moments that the file and the tz database put at different times of the clock."""
    read, clock = as_read(name, first, last), timezones.zone(name)
    for moment in moments:
        local = moment.astimezone(clock)
        shown_twice = local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset()
        if not shown_twice and local.replace(tzinfo=read).timestamp() != moment.timestamp():
            yield local


@pytest.mark.parametrize("name", some_in_a_hurry(ZONES))
def test_a_file_tells_the_clock_of_every_change_to_the_second(name):
    around = [
        change + timedelta(seconds=offset)
        for change in changes(name, datetime(2026, 1, 3, tzinfo=UTC), datetime(2028, 12, 29, tzinfo=UTC))
        for offset in (-7201, -3601, -3600, -1, 0, 1, 3600, 3601, 7201, 86400)
    ]
    days = [datetime(2026, 1, 2, 12, tzinfo=UTC) + timedelta(days=i) for i in range(3 * 365 - 3)]
    assert [*disagreements(name, around + days, 2026, 2028)] == []


@settings(deadline=None)
@given(
    name=st.sampled_from(sorted(timezones.names())),
    moment=st.datetimes(datetime(1971, 1, 3), datetime(2150, 12, 29), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_any_zone_at_any_time_is_read_as_it_was_meant(name, moment):
    moment = moment.replace(microsecond=0)
    year = moment.astimezone(timezones.zone(name)).year
    assert [*disagreements(name, [moment], year, year)] == []


@pytest.mark.parametrize("name", some_in_a_hurry(ZONES))
def test_a_programme_that_keeps_the_first_file_still_understands_the_years_after(name):
    later = [datetime(2027, 1, 2, 12, tzinfo=UTC) + timedelta(days=i) for i in range(5 * 365)]
    assert [*disagreements(name, later, 2026, 2026)] == []


@pytest.mark.parametrize("name", REGULAR)
def test_a_zone_with_a_rule_is_written_with_it_for_ever(name):
    written = in_file(name, 2026, 2027)
    assert written.count("RRULE:FREQ=YEARLY;") == 2
    assert "RDATE" not in written
    assert "UNTIL" not in written


@pytest.mark.parametrize("name", IRREGULAR)
def test_a_zone_without_a_rule_lists_its_dates_one_a_line_and_repeats_the_first(name):
    written = in_file(name, 2026, 2027).split("\r\n")
    assert not any(line.startswith("RRULE") or "," in line for line in written)
    starts = [line.removeprefix("DTSTART:") for line in written if line.startswith("DTSTART")]
    assert len(starts) == 2
    assert all(f"RDATE:{start}" in written for start in starts)


@pytest.mark.parametrize("name", [*IRREGULAR, *IN_CHANGE])
def test_a_year_after_which_clocks_are_set_by_no_rule_is_known_as_such(name):
    assert not timezones.goes_by_rule(name, 2026)


@pytest.mark.parametrize("name", [*REGULAR, *UNCHANGING])
def test_a_year_that_goes_by_rule_is_known_as_such(name):
    assert timezones.goes_by_rule(name, 2027)


@pytest.mark.parametrize("name", UNCHANGING)
def test_a_clock_that_is_left_alone_takes_one_standard_part(name):
    written = in_file(name, 2026, 2028)
    assert written.count("BEGIN:STANDARD") == 1
    assert "DAYLIGHT" not in written


def test_rules_start_when_they_began_to_hold():
    assert "DTSTART:20070311T020000\r\nRRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3" in in_file(
        "America/New_York", 2026, 2026
    )
    assert "DTSTART:19960331T020000\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3" in in_file(
        "Europe/Berlin", 2026, 2026
    )


def test_years_before_the_rule_are_written_out():
    assert [
        *disagreements(
            "America/New_York",
            [datetime(2006, 4, 1, tzinfo=UTC) + timedelta(hours=i) for i in range(48)],
            2006,
            2026,
        )
    ] == []


def test_a_zone_that_changed_for_good_long_ago_at_new_year_is_what_it_became():
    assert [*disagreements("Indian/Chagos", [datetime(2056, 6, 7, tzinfo=UTC)], 2056, 2056)] == []


def test_dublin_saves_minus_one_hour_in_winter():
    parts = Calendar.from_ical(CALENDAR.format(in_file("Europe/Dublin", 2026, 2026))).timezones[0]
    offsets = {part.name: part.TZOFFSETTO for part in parts.subcomponents}
    assert offsets == {"STANDARD": timedelta(hours=1), "DAYLIGHT": timedelta()}


def test_lord_howe_moves_by_half_an_hour():
    written = in_file("Australia/Lord_Howe", 2026, 2026)
    assert "TZOFFSETFROM:+1030\r\nTZOFFSETTO:+1100" in written


def test_offsets_of_old_have_seconds():
    assert "TZOFFSETTO:-004430" in in_file("Africa/Monrovia", 1970, 1971)


@pytest.mark.parametrize("name", some_in_a_hurry([*SOME[:3], *sorted(timezones.names())[::7]]))
def test_lines_are_short_and_end_in_crlf(name):
    written = in_file(name, 2026, 2027)
    lines = written.split("\r\n")
    assert written.endswith("END:VTIMEZONE\r\n")
    assert not any("\n" in line or "\r" in line or len(line.encode()) > 75 for line in lines)


@pytest.mark.parametrize("name", ["Europe/Berlin", "Africa/Cairo", "Pacific/Kiritimati"])
def test_the_ends_of_time_are_bounded(name):
    for first, last in ((1900, 1901), (9990, 9998), (9998, 9998)):
        assert len(in_file(name, first, last)) < 2500


@pytest.mark.parametrize(("first", "last"), [(1899, 2026), (2026, 9999), (2027, 2026)])
def test_other_years_are_refused(first, last):
    with pytest.raises(ValueError, match="Years"):
        timezones.vtimezone("Europe/Berlin", first, last)


@pytest.mark.parametrize(
    "name", ["", "Europe", "Mars/Olympus", "../../etc/passwd", "/etc/localtime", "localtime", "Factory",
             "posix/Europe/Berlin", "right/Europe/Berlin", "Europe/Berlin\r\nX:Y", "europe/berlin", "\0"]
)  # fmt: skip
def test_what_is_no_zone_is_refused(name):
    with pytest.raises(ValueError, match="no time zone"):
        timezones.zone(name)


def test_some_clocks_show_utc():
    assert all(
        timezones.shows_utc(name, 2026) for name in ("UTC", "Zulu", "Atlantic/Reykjavik", "Africa/Accra")
    )
    assert not any(
        timezones.shows_utc(name, 2026) for name in ("Europe/London", "Africa/Casablanca", "Asia/Tokyo")
    )
    assert [timezones.shows_utc("Africa/Sao_Tome", year) for year in (2017, 2018, 2019)] == [
        True,
        False,
        False,
    ]
