"""The form of a series: what is typed, and the days it would give."""

import httpx
import pytest
import time_machine

from events.series import queries
from events.tables import Event, Series
from server.presentation import in_zone

NEW = "/communities/walkers/series/new"
SAID = {
    "title": "Choir", "date": "2026-12-01", "time": "19:30", "ends": "21:30", "zone": "Europe/Berlin",
    "every": "week", "interval": "1", "by": "weekday", "ends_by": "never", "weeks_ahead": "8",
}  # fmt: skip

pytestmark = pytest.mark.usefixtures("_in_november")


@pytest.fixture(name="_in_november")
def in_november():
    with time_machine.travel("2026-11-29 12:00Z"):
        yield


async def asked(browser: httpx.AsyncClient, **said) -> str:
    """The days and their words as the page shows them, before anything is made."""
    page = await browser.post(NEW, data={**SAID, "then": "dates", **said})
    assert page.status_code == 200, page.text
    assert await Series.count() == await Event.count() == 0
    return page.text


async def test_who_may_open_it(client, walkers, ana, bo, cleo, signed_in):
    assert (await client.get(NEW)).status_code == 303
    for person, status in ((ana, 200), (bo, 403), (cleo, 403)):
        assert (await (await signed_in(person)).get(NEW)).status_code == status
    assert (await (await signed_in(ana)).get("/communities/nowhere/series/new")).status_code == 404


@pytest.mark.parametrize(
    ("said", "words", "days"),
    [
        ({}, "Every Tuesday", ["Tuesday, 1 December 2026", "Tuesday, 8 December 2026"]),
        ({"every": "month"}, "Every first Tuesday of the month", ["Tuesday, 5 January 2027"]),
        (
            {"interval": "2", "weekdays": ["0", "3"], "ends_by": "day", "last_date": "2027-06-30"},
            "Every second week on Monday and Thursday, until Wednesday, 30 June 2027",
            ["Thursday, 3 December 2026", "Monday, 14 December 2026", "Thursday, 17 December 2026"],
        ),
        (
            {"every": "month", "date": "2026-12-25", "nth": ["-1"], "not_in": ["8"]},
            "Every last Friday of the month, not in August",
            ["Friday, 25 December 2026", "Friday, 29 January 2027"],
        ),
        (
            {"every": "month", "date": "2026-12-29"},
            "Every last Tuesday of the month",
            ["Tuesday, 29 December 2026", "Tuesday, 26 January 2027"],
        ),
        (
            {"every": "month", "date": "2026-12-29", "nth": ["5"]},
            "Every fifth Tuesday of the month",
            ["Tuesday, 29 December 2026", "Tuesday, 30 March 2027"],
        ),
        (
            {"every": "year", "date": "2026-12-29"},
            "Every year on the last Tuesday of December",
            ["Tuesday, 28 December 2027"],
        ),
        (
            {"every": "month", "date": "2026-12-22"},
            "Every fourth Tuesday of the month",
            ["Tuesday, 26 January 2027"],
        ),
        (
            {"every": "month", "by": "date", "month_day": "31", "else_last": "true"},
            "Every month on the last day",
            ["Thursday, 31 December 2026", "Sunday, 28 February 2027"],
        ),
        (
            {"every": "year", "by": "date", "date": "2027-07-04"},
            "Every year on 4 July",
            ["Tuesday, 4 July 2028"],
        ),
        (
            {"rule": "FREQ=MONTHLY;BYDAY=1TU"},
            "Every first Tuesday of the month",
            ["Tuesday, 2 February 2027"],
        ),
        ({"ends_by": "times", "times": "3"}, "Every Tuesday, 3 times", ["Tuesday, 15 December 2026"]),
    ],
)
async def test_it_is_said_plainly_and_shown_before_there_is_anything(
    walkers, ana, signed_in, said, words, days
):
    page = await asked(await signed_in(ana), **said)
    assert words in page
    for day in days:
        assert day in page, page[page.index("next-days") :][:1500]
    aloud = page.partition('<div aria-live="polite">\n<div id="next-days">')[2].partition('aria-live="off"')[
        0
    ]
    assert (
        words in aloud and "<table" not in aloud
    )  # What has changed is read aloud, and not each day of months.


async def test_days_that_a_pasted_rule_leaves_out_are_neither_shown_nor_made(walkers, ana, signed_in):
    browser = await signed_in(ana)
    pasted = (
        "RRULE:FREQ=WEEKLY;BYDAY=TU EXDATE:20261208T183000Z EXDATE:20261229T183000Z EXDATE:20250107T183000Z"
    )
    page = (await asked(browser, rule=pasted)).partition('id="next-days"')[2]
    assert "Tuesday, 1 December 2026" in page and "8 December" not in page and "29 December" not in page
    made = await browser.post(NEW, data={**SAID, "rule": pasted, "then": "publish"})
    shown = (await browser.get(f"{made.headers['location']}/course")).text
    assert "Tuesday, 8 December 2026 is left out." in shown and "2025" not in shown
    (series,) = await Series.objects()
    days = await queries.made_days(series.id)
    assert {f"{day:%m-%d}" for day in days} == {"12-01", "12-15", "12-22", "01-05", "01-12", "01-19"}


async def test_whoever_wants_to_see_days_reads_why_there_are_none(walkers, ana, signed_in):
    browser = await signed_in(ana)

    async def shown(**said) -> str:
        page = (await browser.post(NEW, data={**SAID, "then": "dates", **said})).text
        return page[page.index('id="next-days"') :].partition("</section>")[0]

    assert "with which date it begins" in await shown(date="")
    assert "We cannot read this rule" in await shown(rule="every tuesday")
    assert "with which day it ends" in await shown(ends_by="day")
    assert "end before its first day" in await shown(ends_by="day", last_date="2026-11-01")
    far = await shown(date="9999-12-31")
    assert "choose a date between" in far and "By this rule" not in far


async def test_what_is_past_is_not_shown_as_if_it_were_made(walkers, ana, signed_in):
    page = await asked(await signed_in(ana), date="2026-10-06")
    assert "1 December 2026" in page and "6 October 2026" not in page.partition('id="next-days"')[2]


async def test_half_a_form_is_no_trouble(walkers, ana, signed_in):
    browser = await signed_in(ana)
    for said in (
        {"date": ""},
        {"time": "x"},
        {"title": ""},
        {"interval": "0"},
        {"weekdays": ["9"]},
        {"nth": ["7"]},
    ):
        assert (await browser.post(NEW, data={**SAID, "then": "dates", **said})).status_code in {200, 422}


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"rule": "FREQ=SECONDLY"}, "every day, every week, every month or every year"),
        ({"rule": "junk"}, "We cannot read this rule"),
        ({"rule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"}, "never be a day"),
        ({"ends_by": "day"}, "with which day it ends"),
        ({"ends_by": "day", "last_date": "2026-11-01"}, "It would end before its first day."),
        ({"ends_by": "day", "last_date": "1999-11-01"}, "It would end before its first day."),
        ({"ends_by": "times"}, "how many times"),
        ({"weeks_ahead": "61"}, "The largest possible is 60."),
        ({"not_in": [str(month) for month in range(1, 13)]}, "a month in which it happens"),
        ({"title": ""}, "Please fill this in."),
        ({"time": "25:00"}, "Please give a time"),
    ],
)
async def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(
    walkers, ana, signed_in, said, sentence
):
    page = await (await signed_in(ana)).post(NEW, data={**SAID, "then": "publish", "about": "Soup!", **said})
    assert page.status_code == 422
    assert sentence in page.text
    assert "Soup!" in page.text
    assert await Series.count() == 0


async def test_publishing_makes_the_first_gatherings(walkers, ana, signed_in):
    answer = await (await signed_in(ana)).post(NEW, data={**SAID, "then": "publish", "seats": "20"})
    assert answer.status_code == 303
    series = await Series.objects().first()
    assert answer.headers["location"] == f"/series/{series.public_id}"
    made = await queries.gatherings_of(series.id, since=series.created_at, most=100)
    assert len(made) == 8
    assert {f"{in_zone(each.starts_at, each.zone):%a %H:%M}" for each in made} == {"Tue 19:30"}


async def test_what_begins_in_two_years_is_published_too_and_says_so(walkers, ana, client, signed_in):
    browser = await signed_in(ana)
    camp = {**SAID, "every": "year", "by": "date", "date": "2028-07-10"}
    answer = await browser.post(NEW, data={**camp, "then": "publish"})
    assert (
        "It is published. Its gatherings are made as" in (await browser.get(answer.headers["location"])).text
    )
    assert (await client.get(answer.headers["location"])).status_code == 200
    draft = await browser.post(NEW, data={**camp, "then": "draft"})
    assert "Only organisers see it" in (await browser.get(draft.headers["location"])).text
    await browser.post(f"{draft.headers['location']}/publication")
    assert (
        "It is published. Its gatherings are made as" in (await browser.get(draft.headers["location"])).text
    )


async def test_what_is_over_altogether_is_not_published(walkers, ana, signed_in):
    browser, last_autumn = await signed_in(ana), {"date": "2026-09-01", "ends_by": "times", "times": "3"}
    answer = await browser.post(NEW, data={**SAID, **last_autumn, "then": "publish"})
    assert (answer.status_code, "All of its days are over." in answer.text) == (422, True)
    assert await Series.count() == 0
    draft = await browser.post(NEW, data={**SAID, **last_autumn, "then": "draft"})
    refused = await browser.post(f"{draft.headers['location']}/publication")
    assert (refused.status_code, "All of its days are over." in refused.text) == (422, True)
    assert not (await Series.objects().first()).started_at


async def test_a_gathering_can_come_again(walkers, ana, signed_in):
    browser = await signed_in(ana)
    await browser.post(
        "/communities/walkers/events/new", data={**SAID, "then": "publish", "about": "Bring a bowl."}
    )
    event = await Event.objects().first()
    page = await browser.get(f"{NEW}?like={event.public_id}")
    assert "Bring a bowl." in page.text
    answer = await browser.post(NEW, data={**SAID, "then": "draft", "like": event.public_id})
    assert answer.status_code == 303
    pattern = await queries.pattern_of((await Series.objects().first()).id)
    assert pattern.is_pattern
