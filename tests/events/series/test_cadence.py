"""Cadences: what people say, what a rule says, and the words for it."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.series import rule
from events.series.cadence import Cadence, cadence_of, in_words, nth_of, words_of
from server.languages import catalogues
from server.languages.language import speaking

MONDAY = date(2026, 12, 7)


@pytest.mark.parametrize(
    ("cadence", "words"),
    [
        (Cadence(every="day"), "Every day"),
        (Cadence(every="day", interval=2), "Every second day"),
        (Cadence(every="day", interval=10), "Every 10 days"),
        (Cadence(every="week", weekdays=(1,)), "Every Tuesday"),
        (Cadence(every="week", weekdays=(0, 3)), "Every Monday and Thursday"),
        (
            Cadence(every="week", interval=2, weekdays=(0, 3), until=date(2027, 6, 30)),
            "Every second week on Monday and Thursday, until Wednesday, 30 June 2027",
        ),
        (Cadence(every="week", interval=3, weekdays=(6,)), "Every 3 weeks on Sunday"),
        (Cadence(every="month", nth=(1,), weekdays=(1,)), "Every first Tuesday of the month"),
        (
            Cadence(every="month", nth=(1, 3), weekdays=(1,)),
            "Every first and third Tuesday of the month",
        ),
        (
            Cadence(every="month", interval=2, nth=(2, 4, -1), weekdays=(2,)),
            "Every second month on the second, fourth and last Wednesday",
        ),
        (
            Cadence(every="year", month=5, nth=(1, 3), weekdays=(2,)),
            "Every year on the first and third Wednesday of May",
        ),
        (
            Cadence(every="month", nth=(-1,), weekdays=(4,), not_in=frozenset({8})),
            "Every last Friday of the month, not in August",
        ),
        (Cadence(every="month", day=15), "Every month on the 15th"),
        (Cadence(every="month", day=31, else_last=True), "Every month on the last day"),
        (Cadence(every="month", day=30, else_last=True), "Every month on the 30th, else the last day"),
        (Cadence(every="month", day=12), "Every month on the 12th"),
        (Cadence(every="month", day=22), "Every month on the 22nd"),
        (
            Cadence(every="month", interval=2, nth=(2,), weekdays=(5,)),
            "Every second month on the second Saturday",
        ),
        (Cadence(every="month", day=-1), "Every month on the last day"),
        (Cadence(every="year", month=7, day=4), "Every year on 4 July"),
        (Cadence(every="year", month=2, day=29), "Every year on 29 February"),
        (
            Cadence(every="year", month=2, day=29, else_last=True),
            "Every year on 29 February, else the last day",
        ),
        (Cadence(every="year", month=1, day=31, else_last=True), "Every year on 31 January"),
        (
            Cadence(every="year", month=8, nth=(-1,), weekdays=(5,)),
            "Every year on the last Saturday of August",
        ),
        (Cadence(every="week", weekdays=(2,), times=10), "Every Wednesday, 10 times"),
    ],
)
def test_a_cadence_is_said_and_read_again(cadence, words):
    kept = rule.read(cadence.rule())
    first = rule.first_day(kept, MONDAY)
    assert str(in_words(cadence)) == words
    assert str(words_of(kept, first)) == words


def test_german_names_the_weekday_once_as_well():
    said = in_words(Cadence(every="month", nth=(1, -1), weekdays=(2,)))
    with speaking(catalogues.of("de")):
        assert str(said) == "Jeden ersten und letzten Mittwoch im Monat"


def test_what_nobody_would_say_has_no_cadence():
    kept = rule.read("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO")
    assert cadence_of(kept, rule.first_day(kept, MONDAY)) is None
    assert str(words_of(kept, MONDAY)) == "On days of its own"


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=MONTHLY;BYDAY=-2SU",
        "FREQ=MONTHLY;BYDAY=SU;BYSETPOS=-2",
        "FREQ=MONTHLY;BYDAY=-5SU",
        "FREQ=YEARLY;BYDAY=53MO",
        "FREQ=YEARLY;BYMONTH=3;BYDAY=-4TH",
        "FREQ=MONTHLY;BYMONTHDAY=-2",
        "FREQ=MONTHLY;BYMONTHDAY=-31",
        "FREQ=YEARLY;BYMONTHDAY=-3",
    ],
)
def test_what_is_counted_from_the_end_is_a_rule_without_a_word_of_its_own(text):
    kept = rule.read(text)
    assert str(words_of(kept, rule.first_day(kept, MONDAY))) == "On days of its own"


def test_how_other_programs_write_the_same_is_understood():
    read = cadence_of(rule.read("FREQ=MONTHLY;BYDAY=FR;BYSETPOS=-1"), date(2026, 12, 25))
    assert read == Cadence(every="month", nth=(-1,), weekdays=(4,))
    assert cadence_of(rule.read("FREQ=WEEKLY"), MONDAY) == Cadence(every="week", weekdays=(0,))


def test_a_day_is_the_nth_of_its_month():
    assert nth_of(date(2026, 12, 1)) == (1,)
    assert nth_of(date(2026, 12, 22)) == (4,)
    assert nth_of(date(2026, 12, 25)) == (4, -1)
    assert nth_of(date(2026, 12, 29)) == (5, -1)


weekdays = st.lists(st.integers(0, 6), min_size=1, max_size=6, unique=True).map(
    lambda days: tuple(sorted(days))
)
not_in = st.frozensets(st.integers(1, 12), max_size=6)
cadences = st.one_of(
    st.builds(Cadence, every=st.just("day"), interval=st.integers(1, 30)),
    st.builds(Cadence, every=st.just("week"), interval=st.integers(1, 9), weekdays=weekdays, not_in=not_in),
    st.builds(
        Cadence,
        every=st.just("month"),
        interval=st.integers(1, 6),
        nth=st.sampled_from([(1,), (2,), (3,), (4,), (5,), (-1,), (1, 3), (2, 4)]),
        weekdays=st.integers(0, 6).map(lambda day: (day,)),
        not_in=not_in,
    ),
    st.builds(
        Cadence,
        every=st.just("month"),
        day=st.integers(29, 31),
        else_last=st.just(True),
        not_in=not_in,
    ),
    st.builds(Cadence, every=st.just("month"), day=st.integers(1, 28), not_in=not_in),
    st.builds(Cadence, every=st.just("year"), month=st.integers(1, 12), day=st.integers(1, 28)),
)


@settings(deadline=None)  # A rule may look through four hundred years.
@given(cadences, st.dates(date(2020, 1, 1), date(2035, 1, 1)))
def test_what_a_rule_is_made_of_comes_back(cadence, since):
    try:
        kept = rule.read(cadence.rule())
        first = rule.first_day(kept, since)
    except rule.NoRule:
        return
    read = cadence_of(kept, first)
    # Every second month, and not in half of them, may be nothing within a lifetime.
    if rule.days(kept, first, since=first, most=1, until=date(first.year + 30, 1, 1)):
        assert read == cadence
