"""What the clocks jump over or show twice is noticed where it is typed."""

import re
from datetime import date, timedelta

import pytest

from events.tables import Event
from members.tables import Community, Person
from server import clock
from tests.events.publishing.test_form import NEW, filled, the_event
from tests.people import As


def last_sunday(month: int) -> date:
    """On it the clocks are set in Berlin, in March and October of next year."""
    year = clock.now().year + 1
    return max(day for day in (date(year, month, 25 + i) for i in range(7)) if day.weekday() == 6)


SPRING, AUTUMN = last_sunday(3), last_sunday(10)


async def written(signed_in: As, ana: Person, **fields: str) -> Event:
    """A gathering with these times."""
    answer = await (await signed_in(ana)).post(NEW, data=filled(**fields))
    assert answer.status_code == 303, re.findall(r'class="field-error[^>]*>([^<]*)', answer.text)
    return await the_event()


@pytest.mark.parametrize(
    "fields",
    [
        {"date": f"{SPRING}", "time": "02:30", "ends": ""},
        {"date": f"{SPRING}", "time": "01:00", "ends": "02:30"},
        {"date": f"{SPRING - timedelta(days=1)}", "time": "22:00", "ends": "02:30"},
        {"date": f"{SPRING}", "opens": f"{SPRING}", "opens_time": "02:30", "ends": ""},
        {"date": f"{SPRING}", "closes": f"{SPRING}", "closes_time": "02:30", "ends": ""},
    ],
    ids=["start", "end", "end of the night", "opening", "closing"],
)
async def test_what_the_clocks_jump_over_is_refused_with_what_was_meant(
    signed_in: As, walkers: Community, ana: Person, fields: dict[str, str]
) -> None:
    answer = await (await signed_in(ana)).post(NEW, data=filled(**fields))
    assert answer.status_code == 422 and "Did you mean 03:30?" in answer.text
    assert await Event.count() == 0


async def test_in_nuuk_what_was_meant_is_on_the_next_day(
    signed_in: As, walkers: Community, ana: Person
) -> None:
    saturday = SPRING - timedelta(days=1)
    fields = filled(date=f"{saturday}", time="23:30", ends="", zone="America/Nuuk")
    answer = await (await signed_in(ana)).post(NEW, data=fields)
    assert answer.status_code == 422
    assert f"Did you mean 00:30 on Sunday, {SPRING.day} March {SPRING.year}?" in answer.text


@pytest.mark.parametrize(
    "fields",
    [
        {"date": f"{AUTUMN}", "time": "02:30", "ends": ""},
        {"date": f"{AUTUMN}", "time": "01:00", "ends": "02:30"},
        {"date": f"{AUTUMN}", "ends": "", "opens": f"{AUTUMN}", "opens_time": "02:30"},
        {"date": f"{AUTUMN}", "ends": "", "closes": f"{AUTUMN}", "closes_time": "02:30"},
    ],
    ids=["start", "end", "opening", "closing"],
)
async def test_what_the_clocks_show_twice_is_said(
    signed_in: As, walkers: Community, ana: Person, fields: dict[str, str]
) -> None:
    browser = await signed_in(ana)
    answer = await browser.post(NEW, data=filled(**fields))
    assert answer.status_code == 303
    assert "show 02:30 twice. We took the first one." in (await browser.get(answer.headers["location"])).text


@pytest.mark.parametrize(
    ("hours", "status", "words"),
    [
        ({"date": f"{SPRING}", "begins": "02:30", "ends": "04:00"}, 422, "Did you mean 03:30?"),
        ({"date": f"{SPRING}", "begins": "01:00", "ends": "02:15"}, 422, "Did you mean 03:15?"),
        ({"date": f"{AUTUMN}", "begins": "02:30", "ends": "04:00"}, 303, "show 02:30 twice"),
        ({"date": f"{AUTUMN}", "begins": "01:00", "ends": "02:15"}, 303, "show 02:15 twice"),
    ],
)
async def test_so_it_is_for_shifts(
    signed_in: As, walkers: Community, ana: Person, hours: dict[str, str], status: int, words: str
) -> None:
    event = await written(signed_in, ana, date=hours["date"], time="12:00", ends="", then="publish")
    browser = await signed_in(ana)
    answer = await browser.post(
        f"/events/{event.public_id}/volunteers", data={"title": "Door", "places": "1", **hours}
    )
    assert answer.status_code == status
    said = answer if status == 422 else await browser.get(answer.headers["location"])
    assert words in said.text


@pytest.mark.parametrize(
    "day", ["0001-01-01", "0000-00-00", "9999-12-31", "2027-02-29", "9999-13-45", "-1", "١٢"]
)
@pytest.mark.parametrize("field", ["date", "last_day", "opens", "closes"])
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12"])
async def test_days_that_nobody_lives_are_never_a_fault_of_ours(
    signed_in: As, walkers: Community, ana: Person, field: str, day: str, zone: str
) -> None:
    fields = filled(zone=zone, opens_time="00:00", closes_time="23:59", opens="", closes="")
    if field not in {"opens", "closes"}:
        fields |= {"opens_time": "", "closes_time": ""}
    elif field == "opens":
        fields["closes_time"] = ""
    else:
        fields["opens_time"] = ""
    answer = await (await signed_in(ana)).post(NEW, data=fields | {field: day})
    assert answer.status_code == 422


async def test_a_leap_day_is_a_day_like_others(signed_in: As, walkers: Community, ana: Person) -> None:
    event = await written(signed_in, ana, date="2028-02-29", time="19:00", ends="01:00")
    assert f"{event.local_start:%F %H:%M}" == "2028-02-29 19:00"
    assert event.local_end and f"{event.local_end:%F %H:%M}" == "2028-03-01 01:00"
