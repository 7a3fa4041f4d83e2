"""What comes again, on a community's page: before its dates, and for whoever may see it."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

import time_machine
from piccolo.columns import Column

from events.details import Details
from events.series import beginning
from events.tables import CoHost, Event, Series
from server import tokens
from tests.counting import counted

begin = beginning.begin.__wrapped__  # However many are begun on a day.
BERLIN = ZoneInfo("Europe/Berlin")
FIRST_TUESDAYS = "FREQ=MONTHLY;BYDAY=1TU"
WEDNESDAYS = "FREQ=WEEKLY;BYDAY=WE"
NOW = "2026-11-29 12:00Z"


async def series_of(
    community, by, title="Soup for all", *, started=True, rule=FIRST_TUESDAYS, **given
) -> Series:
    said = Details(
        title=title,
        zone=given.pop("zone", "Europe/Berlin"),
        starts_at=datetime(2026, 12, 1, 18, 30, tzinfo=BERLIN),
        ends_at=datetime(2026, 12, 1, 21, 0, tzinfo=BERLIN),
        **given,
    )
    series = await begin(community, said, by=by, public_id=tokens.public_id(), by_rule=rule)
    if started:
        await beginning.start(series)
    return series


async def page_of(browser, address="/communities/walkers") -> str:
    page = await browser.get(address)
    assert page.status_code == 200
    return page.text


def rhythms(page: str) -> str:
    return page.partition('class="rhythms"')[2].partition("</ul>")[0]


def said_of(page: str) -> list[str]:
    """What each of them says, without its tags."""
    lines = rhythms(page).split('<li class="rhythm">')[1:]
    return [" ".join(re.sub(r"<[^>]*>", " ", line).split()).replace(" ,", ",") for line in lines]


@time_machine.travel(NOW)
async def test_the_rhythm_is_said_before_the_dates(client, walkers, ana):
    series = await series_of(walkers, ana)
    page = await page_of(client)
    assert f'href="/series/{series.public_id}"' in rhythms(page)
    assert "Every first Tuesday of the month, 18:30 to 21:00" in rhythms(page)
    assert "Soup for all" in rhythms(page)
    assert page.index('class="rhythms"') < page.index('class="event-list"')


@time_machine.travel(NOW)
async def test_a_community_without_series_says_nothing_of_them(client, walkers):
    assert "What comes again" not in await page_of(client)


@time_machine.travel(NOW)
async def test_each_reads_of_what_they_may_see(client, signed_in, walkers, ana, bo, cleo, dev):
    await series_of(walkers, ana, "Public soup")
    await series_of(walkers, ana, "Members soup", visibility="members")
    await series_of(walkers, ana, "Unlisted soup", visibility="unlisted")
    await series_of(walkers, ana, "Invited soup", visibility="invited")
    unstarted = await series_of(walkers, ana, "Soup one day", started=False)
    pattern = await Event.objects().get(Event.series == unstarted.id)
    await CoHost(event=pattern.id, person=dev.id, added_by=ana.id).save()
    every = ("Public soup", "Members soup", "Unlisted soup", "Invited soup", "Soup one day")
    for browser, sees in (
        (client, every[:1]),
        (await signed_in(cleo), every[:1]),
        (await signed_in(bo), every[:2]),
        (await signed_in(dev), (*every[:2], "Soup one day")),
        (await signed_in(ana), every),
    ):
        listed = rhythms(await page_of(browser))
        assert tuple(title for title in every if title in listed) == sees
    assert "Not started" in rhythms(await page_of(await signed_in(ana)))


@time_machine.travel(NOW)
async def test_what_has_ended_is_no_rhythm_and_what_rests_says_so(client, walkers, ana):
    ended = await series_of(walkers, ana, "Ended soup")
    paused = await series_of(walkers, ana, "Resting soup")
    await series_of(walkers, ana, "Two soups", rule="FREQ=WEEKLY;COUNT=2;BYDAY=TU")
    await Series.update({Series.ended_on: date(2026, 11, 29)}).where(Series.id == ended.id)
    await Series.update({Series.paused_from: date(2026, 11, 1)}).where(Series.id == paused.id)
    listed = rhythms(await page_of(client))
    assert "Ended soup" not in listed
    assert "Resting soup" in listed and "Paused" in listed
    assert "Two soups" in listed
    with time_machine.travel("2026-12-20 12:00Z"):
        assert "Two soups" not in rhythms(await page_of(client))


@time_machine.travel(NOW)
async def test_another_community_has_its_own(client, walkers, ana):
    from members.communities import founding
    from members.forms import NewCommunityFields

    choir = await founding.found(ana, NewCommunityFields(slug="choir", name="Choir", zone="UTC"))
    await series_of(choir, ana, "Singing")
    assert "Singing" not in await page_of(client)
    assert "Singing" in rhythms(await page_of(client, "/communities/choir"))


@time_machine.travel(NOW)
async def test_many_series_cost_no_more_queries(client, signed_in, walkers, ana, bo):
    asked = []
    for many in (1, 5):
        for number in range(many):
            await series_of(walkers, ana, f"Soup {number}")
        browser = await signed_in(bo)
        async with counted() as calls:
            await page_of(browser)
        asked.append(len(calls))
    assert asked[0] == asked[1]


@time_machine.travel(NOW)
async def test_what_comes_next_stands_first_and_what_has_no_date_last(client, signed_in, walkers, ana):
    await series_of(walkers, ana, "Soup one day", started=False)
    await series_of(walkers, ana, "Last Friday", rule="FREQ=MONTHLY;BYDAY=-1FR")
    await series_of(walkers, ana, "Each Wednesday", rule="FREQ=WEEKLY;BYDAY=WE")
    await series_of(walkers, ana, "First Tuesday")
    listed = rhythms(await page_of(await signed_in(ana)))
    expected = ["First Tuesday", "Each Wednesday", "Last Friday", "Soup one day"]
    assert sorted(expected, key=listed.index) == expected


@time_machine.travel(NOW)
async def test_a_rhythm_promises_no_evening_that_there_is_not(client, walkers, ana):
    for title, said in (
        ("Ending", {Series.ended_on: date(2027, 1, 13)}),
        (
            "Ending by its rule",
            {Series.ended_on: date(2027, 1, 13), Series.rule: f"{WEDNESDAYS};UNTIL=20261209"},
        ),
        ("Wordless", {Series.ended_on: date(2027, 1, 13), Series.rule: "FREQ=MONTHLY;BYDAY=-2SU"}),
        ("Resting", {Series.paused_from: date(2026, 11, 1), Series.paused_until: date(2027, 2, 1)}),
        ("To rest", {Series.paused_from: date(2026, 12, 20), Series.paused_until: date(2027, 1, 15)}),
        ("To rest for good", {Series.paused_from: date(2026, 12, 20)}),
        ("Rested", {Series.paused_from: date(2026, 10, 1), Series.paused_until: date(2026, 11, 29)}),
        ("To come", {Series.first_on: date(2027, 9, 1)}),
    ):
        series = await series_of(walkers, ana, title, rule=WEDNESDAYS)
        begun: dict[Column | str, object] = {Series.first_on: date(2026, 11, 4)}
        await Series.update(begun | said).where(Series.id == series.id)
    assert sorted(said_of(await page_of(client))) == [
        "Every Wednesday, 18:30 to 21:00 Rested",
        "Every Wednesday, 18:30 to 21:00 Resting Paused until 1 Feb 2027",
        "Every Wednesday, 18:30 to 21:00 To come From 1 Sept 2027 on",
        "Every Wednesday, 18:30 to 21:00 To rest Pauses from 20 Dec 2026 until 15 Jan 2027",
        "Every Wednesday, 18:30 to 21:00 To rest for good Pauses from 20 Dec 2026",
        "Every Wednesday, until Tuesday, 12 January 2027, 18:30 to 21:00 Ending",
        "Every Wednesday, until Wednesday, 9 December 2026, 18:30 to 21:00 Ending by its rule",
        "On days of its own, until Tuesday, 12 January 2027, 18:30 to 21:00 Wordless",
    ]


@time_machine.travel(NOW)
async def test_a_rhythm_whose_first_day_is_the_next_one_needs_no_word_of_it(client, walkers, ana):
    await series_of(walkers, ana, rule=WEDNESDAYS)
    await series_of(walkers, ana)
    page = await page_of(client)
    assert said_of(page) == [
        "Every first Tuesday of the month, 18:30 to 21:00 Soup for all",
        "Every Wednesday, 18:30 to 21:00 Soup for all",
    ]


@time_machine.travel(NOW)
async def test_a_rhythm_names_its_clock_where_no_place_does(client, walkers, ana):
    await series_of(walkers, ana, "By video", mode="online", join_url="https://meet.example/soup")
    await series_of(walkers, ana, "Far away", zone="Asia/Tokyo")
    await series_of(walkers, ana, "Here")
    with time_machine.travel("2027-01-10 12:00Z"):
        said = said_of(await page_of(client))
    assert sorted(said) == [
        "Every first Tuesday of the month, 02:30 to 05:00, Tokyo time Far away",
        "Every first Tuesday of the month, 18:30 to 21:00 Here",
        "Every first Tuesday of the month, 18:30 to 21:00, Berlin time By video",
    ]


@time_machine.travel(NOW)
async def test_of_many_rhythms_some_are_at_hand_and_all_are_there_in_their_order(client, walkers, ana):
    for hour in range(23, 0, -1):
        series = await series_of(walkers, ana, f"At {hour}", rule=WEDNESDAYS)
        pattern = (Event.series == series.id) & Event.series_date.is_null()
        starts = datetime(2026, 12, 2, hour, tzinfo=BERLIN)
        await Event.update({Event.starts_at: starts, Event.ends_at: None}).where(pattern)
    page = await page_of(client)
    at_hand, _, folded = page.partition('class="rhythms"')[2].partition("<summary>")
    assert re.findall(r">At (\d+)<", at_hand) == [str(hour) for hour in range(1, 9)]
    assert folded.startswith("What else comes again (15)")
    assert re.findall(r">At (\d+)<", folded.partition("</details>")[0]) == [
        str(hour) for hour in range(9, 24)
    ]
