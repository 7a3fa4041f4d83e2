"""The page of a series."""

from datetime import timedelta

import pytest
import time_machine

from events.series import queries
from events.tables import CoHost, Event
from server import clock
from server.presentation import long_date
from tests.counting import counted
from tests.gatherings import make_series

pytestmark = pytest.mark.usefixtures("_in_november")


@pytest.fixture(name="_in_november")
def in_november():
    with time_machine.travel("2026-11-29 12:00Z"):
        yield


async def test_it_says_how_often_and_what_comes_next(walkers, ana, client):
    series = await make_series(walkers, ana)
    page = await client.get(f"/series/{series.public_id}")
    assert page.status_code == 200
    assert "Every Sunday" in page.text
    assert page.text.count('class="event-card"') == 8
    assert "And then, as it looks now:" in page.text
    assert "For organisers" not in page.text


async def test_before_it_is_published_it_is_for_its_organisers(walkers, ana, bo, client, signed_in):
    series = await make_series(walkers, ana, started=False)
    address = f"/series/{series.public_id}"
    assert (await client.get(address)).status_code == 404
    assert (await (await signed_in(bo)).get(address)).status_code == 404
    browser = await signed_in(ana)
    draft = (await browser.get(address)).text
    assert "nothing is made yet" in draft and "As it looks now:" in draft
    assert "And then" not in draft and "Nothing is planned" not in draft
    assert (await browser.post(f"{address}/publication")).status_code == 303
    assert (await (await signed_in(bo)).get(address)).status_code == 200
    assert await Event.count().where(Event.status == "published") == 8


async def test_what_is_prepared_for_all_of_it_names_no_day(walkers, ana, signed_in):
    series, browser = await make_series(walkers, ana, started=False), await signed_in(ana)
    pattern = await queries.pattern_of(series.id)
    for page, said in (
        ("volunteers", "Each gathering of this series that is made from now on needs what stands here."),
        ("hosts", "They prepare the gatherings of this series that are made from now on"),
    ):
        shown = (await browser.get(f"/events/{pattern.public_id}/{page}")).text
        assert said in shown and str(long_date(pattern.local_start)) not in shown


@pytest.mark.parametrize(
    ("visibility", "stranger", "member"),
    [("members", 404, 200), ("unlisted", 200, 200), ("invited", 404, 404)],
)
async def test_who_sees_a_gathering_like_it_sees_it(
    walkers, ana, bo, client, signed_in, visibility, stranger, member
):
    series = await make_series(walkers, ana, visibility=visibility)
    address = f"/series/{series.public_id}"
    assert (await client.get(address)).status_code == stranger
    assert (await (await signed_in(bo)).get(address)).status_code == member
    assert (await (await signed_in(ana)).get(address)).status_code == 200


async def test_its_page_speaks_of_the_series_and_says_whose_dates_are_whose(walkers, ana, bo, signed_in):
    series = await make_series(walkers, ana)
    pattern = await queries.pattern_of(series.id)
    await CoHost(event=pattern.id, person=bo.id, added_by=ana.id).save()
    page = (await (await signed_in(ana)).get(f"/series/{series.public_id}")).text
    assert "Prepares this series" in page and "Prepares this gathering" not in page
    assert page.count("Co-hosts of the series") == page.count("Co-hosts by date") == 1
    assert "Co-hosts of each date" not in page


async def test_who_may_change_it(walkers, ana, bo, cleo, client, signed_in):
    series = await make_series(walkers, ana, started=False)
    for action in ("publication", "removal"):
        address = f"/series/{series.public_id}/{action}"
        assert (await client.post(address)).status_code == 404
        assert (await (await signed_in(bo)).post(address)).status_code == 404
    await (await signed_in(ana)).post(f"/series/{series.public_id}/publication")
    assert (await (await signed_in(bo)).post(f"/series/{series.public_id}/removal")).status_code == 403
    assert (await (await signed_in(ana)).post(f"/series/{series.public_id}/removal")).status_code == 409


async def test_a_draft_can_be_deleted(walkers, ana, signed_in):
    series = await make_series(walkers, ana, started=False)
    answer = await (await signed_in(ana)).post(f"/series/{series.public_id}/removal")
    assert (answer.status_code, answer.headers["location"]) == (303, "/communities/walkers")
    assert await Event.count() == 0


async def test_the_pattern_leads_to_its_series_and_is_listed_nowhere(walkers, ana, client, signed_in):
    series = await make_series(walkers, ana)
    pattern = await queries.pattern_of(series.id)
    browser = await signed_in(ana)
    answer = await browser.get(f"/events/{pattern.public_id}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/series/{series.public_id}")
    assert (await client.get(f"/events/{pattern.public_id}")).status_code == 404
    for page in ("/communities/walkers", "/organising", "/organising/drafts", "/events", "/"):
        assert pattern.public_id not in (await browser.get(page)).text


async def test_each_gathering_names_its_series(walkers, ana, client):
    series = await make_series(walkers, ana)
    one = (await queries.gatherings_of(series.id, since=series.created_at, most=1))[0]
    page = await client.get(f"/events/{one.public_id}")
    assert "Every Sunday" in page.text
    assert f"/series/{series.public_id}" in page.text


async def test_what_comes_once_a_year_can_be_answered_at_once(walkers, ana, client):
    series = await make_series(walkers, ana, rule="FREQ=YEARLY", starts_at=clock.now() + timedelta(days=200))
    page = (await client.get(f"/series/{series.public_id}")).text
    assert page.count('class="event-card"') == 1
    assert "Nothing is planned" not in page


async def test_what_is_too_far_says_from_when_on_it_can_be_answered(walkers, ana, client):
    series = await make_series(walkers, ana, rule="FREQ=YEARLY", starts_at=clock.now() + timedelta(days=500))
    page = (await client.get(f"/series/{series.public_id}")).text
    opens = long_date(series.first_on - timedelta(weeks=60))
    assert f"The next one can be answered from {opens} on." in page


async def test_it_asks_little_however_many_there_are(walkers, ana, bo, signed_in):
    few, many = (
        await make_series(walkers, ana, weeks_ahead=2),
        await make_series(walkers, ana, weeks_ahead=60),
    )
    browser, asked = await signed_in(bo), []
    for series in (few, few, many):
        async with counted() as statements:
            assert (await browser.get(f"/series/{series.public_id}")).status_code == 200
        asked.append(len(statements))
    assert asked[1] == asked[2] <= 8, asked


async def test_what_goes_on_over_midnight_names_no_day_of_its_past(walkers, ana, client):
    starts = clock.now() + timedelta(days=7)
    series = await make_series(walkers, ana, starts_at=starts, ends_at=starts + timedelta(hours=48))
    page = (await client.get(f"/series/{series.public_id}")).text
    assert "13:00 to 13:00, 2 days later, Berlin time" in page
