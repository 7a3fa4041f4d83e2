"""A community's gatherings as a calendar on the wall: who sees which, on which day, and how many."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import httpx
import pytest
import time_machine

from events.lists import queries
from events.publishing import publishing
from events.tables import CoHost
from members.communities import joining
from rsvps.seating import seats
from server import db
from tests.counting import counted
from tests.gatherings import make_event

BERLIN = ZoneInfo("Europe/Berlin")
MONTH = "/communities/walkers/month"
NOW = "2027-03-10 12:00Z"
ALL = ("Public", "Members", "Unlisted", "Invited", "Draft")


@pytest.fixture(autouse=True)
def _in_march():
    with time_machine.travel(NOW, tick=False):
        yield


def march(day: int, hour: int = 19, minute: int = 0) -> datetime:
    return datetime(2027, 3, day, hour, minute, tzinfo=BERLIN)


def cells(page: str) -> dict[str, str]:
    """Each day of the table, by its date."""
    table = page.partition('<table class="month">')[2].partition("</table>")[0]
    found = re.findall(r"<td[^>]*>(.*?)</td>", table, re.S)
    return {day[1]: cell for cell in found if (day := re.search(r'<time datetime="([\d-]{10})">', cell))}


def days(page: str) -> dict[str, list[str]]:
    """What happens on each day of the table, by its titles, as they stand."""
    title = re.compile(r'month-title[^>]*dir="auto">([^<]*)<')
    return {day: [unescape(each) for each in title.findall(cell)] for day, cell in cells(page).items()}


def happening(page: httpx.Response) -> dict[str, list[str]]:
    assert page.status_code == 200
    return {day: titles for day, titles in days(page.text).items() if titles}


async def every_kind(walkers) -> dict[str, object]:
    kinds = {"Public": "public", "Members": "members", "Unlisted": "unlisted", "Invited": "invited"}
    made = {
        title: await make_event(walkers, title=title, visibility=visibility, starts_at=march(12))
        for title, visibility in kinds.items()
    }
    made["Draft"] = await make_event(walkers, title="Draft", status="draft", starts_at=march(12))
    return made


def said(page: httpx.Response) -> list[str]:
    assert page.status_code == 200
    return [title for title in ALL if f">{title}</span>" in page.text]


async def test_each_sees_what_the_list_shows_them_too(client, signed_in, walkers, ana, bo, cleo, dev):
    made = await every_kind(walkers)
    await seats.answer(made["Unlisted"], cleo, answer="going", by=cleo)
    await CoHost(event=made["Draft"].id, person=dev.id, added_by=ana.id).save()
    for browser, sees in (
        (client, ["Public"]),
        (await signed_in(cleo), ["Public", "Unlisted"]),
        (await signed_in(bo), ["Public", "Members"]),
        (await signed_in(dev), ["Public", "Members", "Draft"]),
        (await signed_in(ana), list(ALL)),
    ):
        page = await browser.get(MONTH)
        assert said(page) == sees
        listed = (await browser.get("/communities/walkers")).text
        assert [title for title in ALL if f">{title}</a>" in listed] == sees


async def test_whoever_leaves_sees_members_gatherings_no_longer(signed_in, walkers, bo):
    await every_kind(walkers)
    browser = await signed_in(bo)
    await joining.leave(bo, walkers)
    assert said(await browser.get(MONTH)) == ["Public"]


async def test_a_community_that_is_not_there_has_no_month(client):
    assert (await client.get("/communities/nowhere/month")).status_code == 404


async def test_a_gathering_stands_on_the_day_that_its_own_clock_shows(client, walkers):
    for title, zone, wall in (
        ("Apia", "Pacific/Apia", (3, 1, 0, 30)),  # In UTC still February.
        ("Honolulu", "Pacific/Honolulu", (3, 31, 23)),  # In UTC April.
        ("Kiritimati", "Pacific/Kiritimati", (4, 1, 1)),  # In UTC still March.
        ("Pago Pago", "Pacific/Pago_Pago", (2, 28, 20)),  # In UTC March.
    ):
        starts = datetime(2027, *wall, tzinfo=ZoneInfo(zone))
        await make_event(walkers, title=title, zone=zone, starts_at=starts)
    assert happening(await client.get(f"{MONTH}?month=2027-03")) == {
        "2027-03-01": ["Apia"],
        "2027-03-31": ["Honolulu"],
    }
    assert happening(await client.get(f"{MONTH}?month=2027-04")) == {"2027-04-01": ["Kiritimati"]}
    assert happening(await client.get(f"{MONTH}?month=2027-02")) == {"2027-02-28": ["Pago Pago"]}


async def test_what_goes_on_for_days_stands_on_each(client, walkers):
    await make_event(
        walkers, title="Camp", starts_at=march(30, 16), ends_at=datetime(2027, 4, 2, 11, tzinfo=BERLIN)
    )
    await make_event(walkers, title="Night walk", starts_at=march(20, 22), ends_at=march(21, 3))
    await make_event(walkers, title="Whole days", starts_at=march(5, 0), ends_at=march(7, 0))
    assert happening(await client.get(MONTH)) == {
        "2027-03-05": ["Whole days"],
        "2027-03-06": ["Whole days"],
        "2027-03-20": ["Night walk"],
        "2027-03-30": ["Camp"],
        "2027-03-31": ["Camp"],
    }
    assert list(happening(await client.get(f"{MONTH}?month=2027-04"))) == ["2027-04-01", "2027-04-02"]


async def test_the_whole_month_is_there_what_was_as_well_as_what_comes(client, walkers):
    for day in (1, 9, 10, 31):
        await make_event(walkers, title=f"On the {day}.", starts_at=march(day))
    await make_event(walkers, title="Elsewhen", starts_at=datetime(2027, 4, 1, 9, tzinfo=BERLIN))
    shown = days((await client.get(MONTH)).text)
    assert len(shown) == 31
    assert {day for day, titles in shown.items() if titles} == {
        "2027-03-01", "2027-03-09", "2027-03-10", "2027-03-31",
    }  # fmt: skip


async def test_cancelled_and_drafts_are_said_in_words(signed_in, walkers, ana):
    off = await make_event(walkers, title="Rained off", starts_at=march(15))
    await publishing.cancel(off, reason="Rain.")
    await make_event(walkers, title="Thought of", status="draft", starts_at=march(16))
    found = cells((await (await signed_in(ana)).get(MONTH)).text)
    assert "struck" in found["2027-03-15"] and "Cancelled" in found["2027-03-15"]
    assert "struck" not in found["2027-03-16"] and "Draft" in found["2027-03-16"]


async def test_a_day_names_the_clock_of_what_has_no_place(client, walkers):
    tokyo = datetime(2027, 3, 15, 9, tzinfo=ZoneInfo("Asia/Tokyo"))
    await make_event(walkers, title="Call", mode="online", place="", zone="Asia/Tokyo", starts_at=tokyo)
    await make_event(walkers, title="Walk", mode="in_person", starts_at=march(16))
    found = cells((await client.get(MONTH)).text)
    assert re.search(r'class="[^"]*month-clock[^"]*"><span>Online, Tokyo time<', found["2027-03-15"])
    assert "month-clock" not in found["2027-03-16"]


async def test_a_day_with_many_shows_some_and_leads_to_the_rest(client, walkers):
    for hour in range(10, 16):
        await make_event(walkers, title=f"At {hour}", starts_at=march(12, hour))
    page = await client.get(MONTH)
    assert happening(page) == {"2027-03-12": ["At 10", "At 11", "At 12"]}
    assert re.search(r'<a [^>]*href="#day-2027-03-12">\+3 more</a>', page.text)
    day = page.text.partition('id="day-2027-03-12"')[2].partition("</ul>")[0]
    assert re.findall(r"At \d\d", day) == [f"At {hour}" for hour in range(10, 16)]


async def test_a_month_has_an_end_however_much_is_in_it(client, walkers, monkeypatch):
    monkeypatch.setattr(
        queries, "_MONTH_OF_COMMUNITY", queries._MONTH_OF_COMMUNITY.replace("LIMIT 201", "LIMIT 6")
    )
    monkeypatch.setattr(queries, "MOST_IN_MONTH", 5)
    for day in range(11, 16):
        await make_event(walkers, title=f"On the {day}.", starts_at=march(day))
    assert "more in this month" not in (await client.get(MONTH)).text
    await make_event(walkers, title="One too many", starts_at=march(16))
    page = await client.get(MONTH)
    assert "more in this month" in page.text and len(happening(page)) == 5


@pytest.mark.parametrize(
    "asked", ["soon", "2027-13", "2027-3", "1999-12", "2038-01", "0000-00", "9" * 50, "2027-03-01", "²027-03"]
)
async def test_what_is_no_month_shows_this_one(client, walkers, asked):
    page = await client.get(MONTH, params={"month": asked})
    assert page.status_code == 200 and ">March 2027</caption>" in page.text


async def test_it_leads_to_the_months_around_it_as_far_as_people_plan(client, walkers):
    def turning(page: httpx.Response) -> list[str]:
        return re.findall(rf'class="page-link" href="{MONTH}(?:\?month=)?([^"]*)"', page.text)

    assert turning(await client.get(MONTH)) == ["2027-02", "2027-04"]
    assert turning(await client.get(f"{MONTH}?month=2027-01")) == ["2026-12", "", "2027-02"]
    assert turning(await client.get(f"{MONTH}?month=2000-01")) == ["", "2000-02"]
    assert turning(await client.get(f"{MONTH}?month=2037-12")) == ["2037-11", ""]


async def test_today_is_the_day_of_whoever_reads_and_said_in_words(client, signed_in, walkers, bo):
    with time_machine.travel("2027-03-31 23:30Z", tick=False):
        await type(bo).update({"zone": "Pacific/Honolulu"}).where(type(bo).id == bo.id)
        bo.zone = "Pacific/Honolulu"
        there = (await (await signed_in(bo)).get(MONTH)).text
        here = (await client.get(MONTH)).text
    for page, day in ((there, "2027-03-31"), (here, "2027-04-01")):
        (cell,) = re.findall(r'<td[^>]*aria-current="date">(.*?)</td>', page, re.S)
        assert f'datetime="{day}"' in cell and ">Today<" in cell


@pytest.mark.parametrize(("language", "first"), [("en", "Monday"), ("en-US", "Sunday"), ("de", "Montag")])
async def test_weeks_begin_as_its_readers_have_them(client, walkers, language, first):
    page = (await client.get(MONTH, params={"lang": language})).text
    assert re.search(r'<abbr title="(\w+)"', page)[1] == first


async def test_many_gatherings_cost_no_more_queries(client, signed_in, walkers, bo):
    asked = []
    for many in (1, 30):
        for number in range(many):
            await make_event(walkers, title=f"{number}", starts_at=march(1 + number))
        browser = await signed_in(bo)
        async with counted() as calls:
            await browser.get(MONTH)
        asked.append(len(calls))
    assert asked[0] == asked[1] <= 5, calls


async def test_the_month_is_found_by_its_index(walkers):
    await db.rows("SET LOCAL enable_seqscan = off")
    now = datetime(2027, 3, 1, tzinfo=UTC)
    plan = await db.rows(
        f"EXPLAIN {queries._MONTH_OF_COMMUNITY}",
        walkers.id, None, [], now, ["owner"], "key", now, now + timedelta(days=32), now - timedelta(days=31),
    )  # fmt: skip
    said = "\n".join(row[0] for row in plan)
    assert re.search(r"events_of_community.*\n\s+Index Cond: .*community.*starts_at.*starts_at", said), said


async def test_the_list_leads_to_the_month_and_back(client, walkers):
    assert f'href="{MONTH}"' in (await client.get("/communities/walkers")).text
    page = (await client.get(MONTH)).text
    tabs = page.partition('class="tabs"')[2].partition("</nav>")[0]
    assert 'href="/communities/walkers#gatherings"' in tabs
    assert re.search(rf'href="{MONTH}" aria-current="page"', tabs)


async def test_a_list_that_does_not_hold_all_leads_to_the_month_in_which_it_goes_on(client, walkers):
    onward = "What comes after these"
    for day in range(20):
        await make_event(walkers, title=f"{day}", starts_at=march(11 + day))
    assert onward not in (await client.get("/communities/walkers")).text
    await make_event(walkers, title="Draft", status="draft", starts_at=march(31))
    await make_event(walkers, title="Members", visibility="members", starts_at=march(31))
    assert onward not in (await client.get("/communities/walkers")).text
    await make_event(walkers, title="In April", starts_at=datetime(2027, 4, 30, 23, 30, tzinfo=BERLIN))
    page = (await client.get("/communities/walkers")).text
    assert f'href="{MONTH}?month=2027-04">{onward}' in page
    assert page.count('class="event-card"') == 20


async def test_what_hangs_on_a_board_can_be_found_on_a_phone(client, walkers):
    for address in ("/communities/walkers", MONTH):
        page = (await client.get(address)).text
        paper = page.partition('class="paper-code"')[2]
        assert "<svg" in paper and "/communities/walkers<" in paper
