"""What comes again, on a community's page: before its dates, and for whoever may see it."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import time_machine

from events.details import Details
from events.series import beginning
from events.tables import CoHost, Event, Series
from server import tokens
from tests.counting import counted

begin = beginning.begin.__wrapped__  # However many are begun on a day.
BERLIN = ZoneInfo("Europe/Berlin")
FIRST_TUESDAYS = "FREQ=MONTHLY;BYDAY=1TU"
NOW = "2026-11-29 12:00Z"


async def series_of(
    community, by, title="Soup for all", *, started=True, rule=FIRST_TUESDAYS, **given
) -> Series:
    said = Details(
        title=title,
        zone="Europe/Berlin",
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
