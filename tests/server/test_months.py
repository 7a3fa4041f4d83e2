"""Months as a calendar on the wall shows them."""

import re
from calendar import Calendar
from datetime import date, timedelta

import httpx
import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from server import months
from server.languages.language import Language, speaking
from server.months import Month, month_of

MONTHS = st.builds(Month, st.integers(1, 9999), st.integers(1, 12))


@given(MONTHS, st.integers(0, 6))
def test_weeks_are_those_of_the_wall(month: Month, begins: int) -> None:
    weeks = month.weeks(begins)
    assert {len(week) for week in weeks} == {7}
    assert [day for week in weeks for day in week if day] == month.days()
    assert [[day.day if day else 0 for day in week] for week in weeks] == Calendar(begins).monthdayscalendar(
        month.year, month.number
    )


@given(MONTHS, st.integers(0, 6))
def test_each_day_stands_below_its_weekday(month: Month, begins: int) -> None:
    heads = [day.weekday() for day in month.weekdays(begins)]
    assert heads[0] == begins
    for week in month.weeks(begins):
        assert all(day is None or day.weekday() == head for day, head in zip(week, heads, strict=True))


@given(MONTHS)
def test_months_follow_each_other(month: Month) -> None:
    if month != Month(9999, 12):
        assert month.last + timedelta(days=1) == month.next.first and month.next.previous == month
    assert month.first.day == 1 and month_of(month.first) == month_of(month.last) == month
    assert months.read(str(month)) == month


def test_before_and_after_all_calendars_there_is_none() -> None:
    for month, beyond in ((Month(1, 1), -1), (Month(9999, 12), 1)):
        with pytest.raises(OverflowError):
            month.later(beyond)


def test_a_leap_year_has_its_day() -> None:
    assert Month(2028, 2).last == date(2028, 2, 29)
    assert Month(2027, 2).last == date(2027, 2, 28)
    assert Month(2027, 1).previous == Month(2026, 12) and Month(2026, 12).next == Month(2027, 1)


@pytest.mark.parametrize(
    "text", ["", "2027", "2027-13", "2027-00", "0000-01", "２０２７-０３", "2027-3", "x"]
)
def test_what_is_no_month_is_none(text: str) -> None:
    assert months.read(text) is None


@pytest.mark.parametrize(
    ("code", "weekday"),
    [("en_GB", 0), ("en_US", 6), ("de", 0), ("fr", 0), ("pt", 6), ("ar", 5), ("he", 6), ("fa", 5), ("hi", 6)],
)
def test_a_week_begins_where_its_reader_has_it_begin(code: str, weekday: int) -> None:
    from gettext import NullTranslations

    with speaking(Language(code, Locale.parse(code), NullTranslations())):
        month = Month(2027, 3)
        assert month.weekdays()[0].weekday() == weekday
        assert {week[0].weekday() for week in month.weeks() if week[0]} == {weekday}


async def test_its_heads_and_days_are_read_in_the_readers_language(client: httpx.AsyncClient) -> None:
    for language, first, name in (("en", "Monday", "Mo"), ("en-US", "Sunday", "Su"), ("de", "Montag", "Mo")):
        page = (await client.get("/dev/components", params={"lang": language})).text
        head = re.search(r'<abbr title="(\w+)">(\w+)</abbr>', page)
        assert head and head.groups() == (first, name)
