"""The weekly letter of somebody who begins to live by another clock, or by another week: still one a week."""

from datetime import datetime, timedelta

import pytest

from members.letters import away, letter_hours
from members.tables import Community, Person
from tests.events.news.following import HOUR, MONDAY, WEDNESDAY, WEEK, hear, letters, published
from tests.followups.mornings import at
from tests.ground import work_off
from tests.people import As

DAY = timedelta(days=1)
THERE = {
    "America/New_York": MONDAY + WEEK + 6 * HOUR,
    "Pacific/Auckland": MONDAY + WEEK - 12 * HOUR,
    "Europe/Lisbon": MONDAY + WEEK + HOUR,
}


async def told(walkers: Community, ana: Person, cleo: Person) -> None:
    """Cleo has had her letter in Berlin, on Monday at eight; something comes up in each week after it."""
    await hear(cleo, walkers)
    for days in range(8, 30, 7):
        await published(walkers, ana, WEDNESDAY, days=days)
    assert len(await letters(cleo, MONDAY)) == 1


async def says(browser_of: As, person: Person, moment: datetime, **said: str) -> None:
    """They change their settings."""
    browser = await browser_of(person)
    with at(moment):
        data = {"name": person.name, "zone": "Europe/Berlin", "language": "en", **said}
        assert (await browser.post("/settings/account", data=data)).status_code == 303
        await work_off()


@pytest.mark.parametrize("zone", THERE)
async def test_it_comes_on_the_morning_there_once(
    walkers: Community, ana: Person, cleo: Person, signed_in: As, zone: str
) -> None:
    await told(walkers, ana, cleo)
    await says(signed_in, cleo, MONDAY + 2 * DAY, zone=zone)
    due = THERE[zone]
    moments = [MONDAY + 2 * DAY, MONDAY + WEEK, due - HOUR / 60, due, due + 2 * DAY, due + WEEK - HOUR]
    for moment in sorted(moments):
        assert len(await letters(cleo, moment)) == (2 if moment >= due else 1), moment
    assert len(await letters(cleo, due + WEEK)) == 3


@pytest.mark.parametrize("hours", [1, 3, 20])
async def test_who_flies_west_on_the_day_of_the_letter_has_had_it(
    walkers: Community, ana: Person, cleo: Person, signed_in: As, hours: int
) -> None:
    await told(walkers, ana, cleo)
    await says(signed_in, cleo, MONDAY + hours * HOUR, zone="America/Los_Angeles")
    for passed in range(hours, 7 * 24):
        assert len(await letters(cleo, MONDAY + passed * HOUR)) == 1, passed
    assert len(await letters(cleo, MONDAY + WEEK + 9 * HOUR)) == 2


async def test_a_week_that_begins_on_another_day_is_still_one_week(
    walkers: Community, ana: Person, cleo: Person, signed_in: As
) -> None:
    await told(walkers, ana, cleo)
    await says(signed_in, cleo, MONDAY + 3 * DAY, zone="America/New_York", language="de")
    sunday = MONDAY + 6 * DAY + 6 * HOUR
    assert len(await letters(cleo, sunday - HOUR)) == 1
    assert len(await letters(cleo, sunday)) == 2
    await says(signed_in, cleo, sunday + 5 * HOUR)
    for passed in (6 * HOUR, DAY, 3 * DAY, WEEK):
        assert len(await letters(cleo, sunday + passed)) == 2
    assert len(await letters(cleo, MONDAY + 2 * WEEK)) == 3


async def test_who_was_told_late_is_told_again_when_the_week_begins(
    walkers: Community, ana: Person, cleo: Person
) -> None:
    await hear(cleo, walkers)
    for days in (12, 19):
        await published(walkers, ana, WEDNESDAY, days=days)
    with at(WEDNESDAY):
        await away.go(cleo, (MONDAY + 6 * DAY).date())
        await letter_hours.be_quiet(cleo, (1, 15))
        await work_off()
    sunday = MONDAY + 6 * DAY + 7 * HOUR
    assert len(await letters(cleo, sunday - HOUR)) == 0
    assert len(await letters(cleo, sunday)) == 1
    assert len(await letters(cleo, sunday + DAY)) == 2
