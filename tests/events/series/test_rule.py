"""Rules: whole days, and some day at all."""

import time
from datetime import date, timedelta
from datetime import time as clock_time

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from events.series import rule
from events.series.rule import NoRule
from tests.pace import at_most

DAY = st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"])
MONTHS = st.lists(st.integers(1, 12), min_size=1, max_size=11, unique=True)


def days(text: str, first: date, *, since: date | None = None, most: int = 5) -> list[str]:
    found = rule.days(rule.read(text), first, since=since or first, most=most, until=date(2399, 1, 1))
    return [day.isoformat() for day in found]


def test_what_calendars_write_is_understood():
    assert rule.read("RRULE:FREQ=WEEKLY;BYDAY=MO,TH;INTERVAL=2") == "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH"
    assert rule.read("freq=monthly;byday=-1fr") == "FREQ=MONTHLY;BYDAY=-1FR"
    assert rule.read("rrule:freq=weekly;byday=tu") == "FREQ=WEEKLY;BYDAY=TU"
    assert rule.read(
        "DTSTART;TZID=Europe/Berlin:20270105T190000\r\nRRULE:FREQ=WEEKLY\r\nEXDATE:20270112\r\n"
    ) == ("FREQ=WEEKLY")
    assert rule.read("DTSTART:20270105T190000Z RRULE:FREQ=WEEKLY;BYDAY=TU EXDATE:20270112T190000Z") == (
        "FREQ=WEEKLY;BYDAY=TU"
    )
    assert rule.read("DTSTART:20270105T190000ZRRULE:FREQ=WEEKLY") == "FREQ=WEEKLY"
    assert rule.read("FREQ=WEEKLY;BYDAY=MO,TH,MO,MO") == "FREQ=WEEKLY;BYDAY=MO,TH"
    assert days("FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1", date(2027, 1, 31), most=4) == [
        "2027-01-31",
        "2027-02-28",
        "2027-03-31",
        "2027-04-30",
    ]


@pytest.mark.parametrize("between", [chr(10), " ", ""])
def test_the_days_that_a_calendar_leaves_out_are_read_along_with_its_rule(between):
    pasted = between.join(
        [
            "DTSTART;TZID=Europe/Berlin:20270105T190000",
            "RRULE:FREQ=WEEKLY;BYDAY=TU",
            "EXDATE;TZID=Europe/Berlin:20270112T190000,20270119T190000",
            "EXDATE:20270202T233000Z",
            "EXDATE;VALUE=DATE:20270216",
        ]
    )
    assert rule.read(pasted) == "FREQ=WEEKLY;BYDAY=TU"
    found = rule.days_out(pasted, zone="Europe/Berlin")
    assert sorted(f"{day:%m-%d}" for day in found) == ["01-12", "01-19", "02-03", "02-16"]
    assert rule.days_out("FREQ=WEEKLY", zone="Europe/Berlin") == frozenset()


def test_days_that_cannot_be_read_are_refused():
    for pasted in ("EXDATE:20270230", "EXDATE:99991231T235959Z", "EXDATE:2027T,Z"):
        with pytest.raises(NoRule):
            rule.days_out(pasted, zone="Pacific/Kiritimati")


def test_what_a_series_does_not_have_is_not_dropped_in_silence():
    for besides in ("RDATE:20270107T190000", "RRULE:FREQ=MONTHLY;BYDAY=1SA", "EXRULE:FREQ=MONTHLY"):
        with pytest.raises(NoRule) as refusal:
            rule.read(f"RRULE:FREQ=WEEKLY;BYDAY=TU {besides}")
        assert "one rule" in str(refusal.value.sentence)


def test_an_end_in_utc_is_the_last_day_that_begins_before_it():
    said = {"zone": "America/New_York", "at": clock_time(19)}
    # 19:00 in New York on the 30th is 23:00 in UTC, in summer.
    assert rule.read("FREQ=DAILY;UNTIL=20270630T230000Z", **said).endswith("UNTIL=20270630")
    assert rule.read("FREQ=DAILY;UNTIL=20270630T225959Z", **said).endswith("UNTIL=20270629")
    assert rule.read("FREQ=DAILY;UNTIL=20270630", **said).endswith("UNTIL=20270630")


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Honolulu"])
@pytest.mark.parametrize("end", ["99991231", "99991231T235959Z", "99991231T000000", "24000101T000000Z"])
def test_an_end_that_nobody_lives_to_see_is_none(end, zone):
    assert rule.read(f"FREQ=WEEKLY;UNTIL={end}", zone=zone) == "FREQ=WEEKLY"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "junk",
        "FREQ=",
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;COUNT=1000000000",
        "FREQ=HOURLY",
        "FREQ=DAILY;COUNT=1000000000",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=-1",
        "FREQ=WEEKLY;BYHOUR=3",
        "FREQ=WEEKLY;BYSECOND=0,1,2,3",
        "FREQ=YEARLY;BYEASTER=0",
        "FREQ=WEEKLY;RSCALE=CHINESE",
        "FREQ=DAILY;COUNT=3;UNTIL=20270101",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYMONTH=4;BYMONTHDAY=31",
        "FREQ=WEEKLY;BYDAY=MO;BYSETPOS=7",
        "FREQ=MONTHLY;BYMONTHDAY=77",
        "FREQ=WEEKLY;UNTIL=20270630T250000Z",
        "FREQ=DAILY;" + "BYMONTHDAY=" + ",".join(["1"] * 300),
        "FREQ=WEEKLY\r\nATTENDEE:mailto:x@example.org",
        "FREQ=WEEKLY;UNTIL=00010101T000000Z",
        "FREQ=WEEKLY;UNTIL=00010101",
        "FREQ=WEEKLY;X-FOO=1",
        "EXDATE:20270101",
        "=",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=MONTHLY;BYDAY=99MO",
        "FREQ=MONTHLY;BYDAY=53MO",
        "FREQ=YEARLY;BYMONTH=2;BYDAY=6TU",
        "FREQ=YEARLY;BYDAY=54TU",
        "FREQ=YEARLY;BYMONTHDAY=0",
        "FREQ=YEARLY;BYYEARDAY=0",
        "FREQ=YEARLY;BYWEEKNO=54",
        "FREQ=DAILY;BYSETPOS=367",
        "\x00",
    ],
)
def test_what_cannot_be_a_rule_is_refused_soon_and_in_words(text):
    began = time.process_time()
    with pytest.raises(NoRule) as refusal:
        rule.read(text, zone="America/New_York")
    assert str(refusal.value.sentence)
    assert refusal.value.field == "rule"
    assert time.process_time() - began < 2


def test_every_second_monday_begins_with_the_next_one():
    assert rule.first_day("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", date(2026, 12, 3)) == date(2026, 12, 7)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("FREQ=DAILY;INTERVAL=7;BYDAY=MO", date(2026, 12, 7)),
        ("FREQ=DAILY;INTERVAL=14;BYDAY=TH", date(2026, 12, 3)),
        ("FREQ=MONTHLY;INTERVAL=6;BYMONTH=3,9;BYDAY=1SA", date(2027, 3, 6)),
        ("FREQ=MONTHLY;INTERVAL=12;BYMONTH=2,3,4,5,6,7,8,9,10,11,12;BYMONTHDAY=15", date(2026, 12, 15)),
        ("FREQ=YEARLY;INTERVAL=2;BYMONTH=2;BYMONTHDAY=29", date(2028, 2, 29)),
    ],
)
def test_a_rule_whose_days_depend_on_where_it_begins_begins_on_one_of_them(text, first):
    kept = rule.read(text)
    assert rule.first_day(kept, date(2026, 12, 3)) == first
    assert rule.gives(kept, first, first)


def test_a_rule_that_is_over_has_no_first_day():
    with pytest.raises(NoRule):
        rule.first_day("FREQ=WEEKLY;UNTIL=20261201;BYDAY=MO", date(2026, 12, 3))


def test_counting_begins_with_the_first_day():
    assert days("FREQ=WEEKLY;COUNT=3", date(2027, 1, 5), since=date(2027, 1, 12)) == [
        "2027-01-12",
        "2027-01-19",
    ]


@settings(deadline=None)  # A rule may look through four hundred years.
@given(
    frequency=st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
    interval=st.integers(1, 5),
    by_day=st.lists(DAY, max_size=3, unique=True),
    months=st.one_of(st.none(), MONTHS),
    first=st.dates(date(2001, 1, 1), date(2090, 1, 1)),
    later=st.integers(0, 2000),
    ends=st.one_of(st.none(), st.integers(0, 3000)),
)
def test_its_days_are_those_that_another_library_gives(
    frequency, interval, by_day, months, first, later, ends
):
    parts = [f"FREQ={frequency}", f"INTERVAL={interval}"]
    parts += [f"UNTIL={first + timedelta(days=ends):%Y%m%d}"] if ends is not None else []
    parts += [f"BYMONTH={','.join(map(str, months))}"] if months else []
    parts += [f"BYDAY={','.join(by_day)}"] if by_day else []
    text, since, until = ";".join(parts), first + timedelta(days=later), first + timedelta(days=later + 800)
    start = f"DTSTART:{first:%Y%m%d}T000000\nRRULE:{text}"
    expected = (
        [day.date() for day in rrulestr(start) if since <= day.date() <= until] if _is_near(text) else None
    )
    try:
        kept = rule.read(text)
    except NoRule:
        return
    found = rule.days(kept, first, since=since, most=1000, until=until)
    if expected is not None:
        assert found == expected
    assert all(rule.gives(kept, first, day) for day in found[:5])


def _is_near(text: str) -> bool:
    """Whether the other library comes to an end with it in our lifetime."""
    return "UNTIL" in text


def test_it_is_looked_at_no_further_than_it_has_to_be():
    begins, ends = date(2026, 12, 1), date(2026, 12, 7)
    with at_most(1):
        assert len(rule.days("FREQ=DAILY", begins, since=begins, most=10**9, until=ends)) == 7


@pytest.mark.parametrize(
    "text", ["FREQ=WEEKLY;BYYEARDAY=1", "FREQ=WEEKLY;BYSETPOS=1;BYYEARDAY=1", "FREQ=YEARLY;BYDAY=53MO"]
)
def test_its_days_end_with_the_end_of_time(text):
    kept, late = rule.read(text), date(rule.LATEST, 12, 31)
    with pytest.raises(NoRule):
        rule.first_day(kept, late)
    assert rule.days(kept, late, since=late, most=5, until=late) == []
