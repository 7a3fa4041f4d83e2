"""Every place where a time is typed: what does not exist is refused with what was meant, what comes twice is said."""

import re
from datetime import date, time, timedelta

from events import wall_clock
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


# A copy keeps how long a thing lasts


async def copied(signed_in: As, event: Event, ana: Person, **typed: str) -> Event:
    """What the form of a copy makes of it, with these fields filled in besides."""
    browser = await signed_in(ana)
    page = (await browser.get(f"{NEW}?like={event.public_id}")).text
    found = {
        name: re.search(rf'name="{name}" value="([^"]*)"', page)
        for name in ("time", "ends", "last_day", "like")
    }
    fields = {name: match[1] if match else "" for name, match in found.items()}
    answer = await browser.post(NEW, data=filled(**{**fields, **typed}))
    assert answer.status_code == 303
    copy = await Event.objects().order_by(Event.id, ascending=False).first()
    assert copy and copy.id != event.id
    return copy


async def test_a_weekend_is_copied_as_a_weekend(signed_in: As, walkers: Community, ana: Person) -> None:
    # Friday 16:00 to Sunday 18:00; the copy's Sunday is the one on which the clocks go forward.
    friday = SPRING - timedelta(days=9)
    event = await written(
        signed_in, ana, date=f"{friday}", time="16:00", ends="18:00", last_day=f"{friday + timedelta(days=2)}"
    )
    page = (await (await signed_in(ana)).get(f"{NEW}?like={event.public_id}")).text
    assert "it ends 2 days after it begins, like the gathering you copy" in page
    copy = await copied(signed_in, event, ana, date=f"{SPRING - timedelta(days=2)}")
    assert copy.local_end and f"{copy.local_end:%F %H:%M}" == f"{SPRING} 18:00"
    assert copy.ends_wall - copy.starts_wall == timedelta(days=2, hours=2)
    assert copy.ends_at - copy.starts_at == timedelta(days=2, hours=1)  # type: ignore[operator]


async def test_another_last_day_or_no_end_is_what_was_typed(
    signed_in: As, walkers: Community, ana: Person
) -> None:
    event = await written(
        signed_in, ana, date=f"{SPRING}", time="16:00", ends="18:00", last_day=f"{SPRING + timedelta(days=2)}"
    )
    day = SPRING + timedelta(days=30)
    short = await copied(signed_in, event, ana, date=f"{day}", last_day=f"{day}")
    assert short.ends_at and short.ends_at - short.starts_at == timedelta(hours=2)
    open_end = await copied(signed_in, short, ana, date=f"{day}", ends="", last_day="")
    assert open_end.ends_at is None


async def test_a_night_is_copied_as_a_night(signed_in: As, walkers: Community, ana: Person) -> None:
    event = await written(signed_in, ana, date=f"{SPRING}", time="22:00", ends="02:00")
    copy = await copied(signed_in, event, ana, date=f"{AUTUMN - timedelta(days=1)}")
    # 02:00 comes twice on that night: the first one it is.
    assert copy.ends_at == wall_clock.moment(AUTUMN, time(2), "Europe/Berlin")
    assert copy.ends_wall - copy.starts_wall == timedelta(hours=4)
