"""The door of a whole series: one address, which leads to the evening that is on or next."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
import time_machine

from events.publishing import publishing
from events.series import changing, course, making, queries
from events.tables import Event, Series
from members.communities import joining
from members.tables import Community, Person
from rsvps.door import access, doors
from rsvps.door.access import DoorEnded, NotOpenYet
from rsvps.seating import seats
from rsvps.tables import Arrival, Door, Rsvp, WalkIn
from server import db, tokens
from tests.gatherings import details_of
from tests.people import As
from tests.rsvps.door.phone import JSON
from tests.rsvps.standing.test_counting_in import evenings, soup, start

pytestmark = pytest.mark.usefixtures("_on_a_sunday")


@pytest.fixture(name="_on_a_sunday")
def on_a_sunday():
    with time_machine.travel("2026-11-29 12:00Z", tick=False):
        yield


def at(moment: str) -> time_machine.travel:
    return time_machine.travel(f"{moment}Z", tick=False)


async def door_of(series: Series, by: Person, **how: Any) -> tuple[Door, str]:
    door, secret = await doors.open_series_door(
        await queries.pattern_of(series.id), name="Front door", by=by, **how
    )
    return door, f"/door/{secret}"


async def coming(event: Event, person: Person) -> Rsvp:
    return await seats.answer(event, person, answer="going", by=person)


async def move(event: Event, starts_at: datetime) -> None:
    await publishing.edit(event, replace(details_of(event), starts_at=starts_at), seen=event.changed_at)


async def door_at(event: Event, door: Door) -> Door:
    found = await Door.objects().where((Door.series_door == door.id) & (Door.event == event.id)).first()
    assert found
    return found


async def test_one_address_leads_to_the_evening_that_is_on_or_next(
    walkers: Community, ana: Person, bo: Person, dev: Person, client: httpx.AsyncClient
) -> None:
    series = await soup(walkers, ana)
    first, second, *_ = await evenings(series)
    _, address = await door_of(series, ana)
    await coming(first, bo)
    await coming(second, dev)
    early = await client.get(address)
    assert early.status_code == 200 and "1 December" in early.text and "07:00, Berlin time" in early.text
    assert (await client.get(address, headers=JSON)).status_code == 409
    for moment in ("2026-12-01 06:00", "2026-12-01 18:00", "2026-12-01 23:30", "2026-12-02 02:59"):
        with at(moment):
            page = (await client.get(address)).text
            assert ">Bo<" in page and ">Dev<" not in page, moment
    with at("2026-12-02 03:00"):
        page = (await client.get(address)).text
        assert "8 December" in page and ">Bo<" not in page and ">Dev<" not in page
    with at("2026-12-08 18:00"):
        page = (await client.get(address)).text
        assert ">Dev<" in page and ">Bo<" not in page and "Front door, " in page


async def test_it_opens_as_long_before_the_start_when_clocks_change(
    walkers: Community, ana: Person, client: httpx.AsyncClient
) -> None:
    starts = datetime(2027, 3, 21, 9, tzinfo=UTC)  # A Sunday, 10:00 in Berlin; a week on, 10:00 is 8:00 UTC.
    series = await soup(walkers, ana, started=False, starts_at=starts)
    await Series.update({Series.rule: "FREQ=WEEKLY;BYDAY=SU", Series.first_on: date(2027, 3, 21)}).where(
        Series.id == series.id
    )
    with at("2027-03-20 12:00"):
        await start(series)
        _, address = await door_of(series, ana)
    for moment, status in (
        ("2027-03-20 20:59", 409),
        ("2027-03-20 21:00", 200),
        ("2027-03-27 19:59", 409),
        ("2027-03-27 20:00", 200),
        ("2027-03-28 16:59", 200),
        ("2027-03-28 17:00", 409),
    ):
        with at(moment):
            assert (await client.get(address, headers=JSON)).status_code == status, moment


async def test_two_of_one_day_come_one_after_the_other(
    walkers: Community, ana: Person, bo: Person, client: httpx.AsyncClient
) -> None:
    series = await soup(walkers, ana)
    first, second, *_ = await evenings(series)
    door, address = await door_of(series, ana)
    await move(second, first.starts_at + timedelta(hours=4))
    await coming(second, bo)
    for moment, which in (("2026-12-01 20:59", first), ("2026-12-01 21:00", second)):
        with at(moment):
            page = (await client.get(address)).text
            assert f'data-door="{(await door_at(which, door)).public_id}"' in page


async def test_a_mark_counts_at_the_evening_it_was_made_at_also_a_week_late(
    walkers: Community, ana: Person, bo: Person, client: httpx.AsyncClient
) -> None:
    series = await soup(walkers, ana)
    first, second, *_ = await evenings(series)
    bos, again = await coming(first, bo), await coming(second, bo)
    door, address = await door_of(series, ana)
    then = f"{address}?door={(await door_at(first, door)).public_id}"
    pressed = datetime(2026, 12, 1, 23, 30, tzinfo=UTC)
    with at("2026-12-08 18:00"):
        sent = {"at": pressed.isoformat(), "sent": "2026-12-08T18:00:00+00:00"}
        late = await client.post(then, data={"act": "here", "rsvp": bos.public_id, **sent}, headers=JSON)
        assert late.status_code == 200
        walked = {"act": "walk-in", "name": "Eli", **sent}
        assert (await client.post(then, data=walked, headers=JSON)).status_code == 200
        assert (await client.get(then, headers=JSON)).status_code == 409
        # Without a script, and of the evening that is on.
        here = {"act": "here", "rsvp": again.public_id}
        assert (await client.post(address, data=here)).status_code == 303
    arrival = await Arrival.objects().where(Arrival.rsvp == bos.id).first()
    assert arrival and arrival.arrived_at == pressed
    assert await Arrival.count().where(Arrival.rsvp == again.id) == 1
    eli = await WalkIn.objects().first()
    assert eli and eli.event == first.id
    with at("2026-12-09 03:00"):
        refused = await client.post(then, data={"act": "undo", "rsvp": bos.public_id}, headers=JSON)
        assert refused.status_code == 409 and "The door of that date has closed" in refused.text


async def test_another_evenings_code_and_another_series_are_refused(
    walkers: Community, ana: Person, bo: Person, dev: Person, client: httpx.AsyncClient
) -> None:
    series, other = await soup(walkers, ana), await soup(walkers, ana, title="Choir")
    (_, second, *_), (choir, *_) = await evenings(series), await evenings(other)
    sung, later = await coming(choir, bo), await coming(second, dev)
    _, address = await door_of(series, ana)
    theirs, _ = await door_of(other, ana)
    with at("2026-12-01 18:00"):
        await client.get(address)
        for rsvp in (sung, later):
            assert (await client.get(f"/arrivals/{rsvp.public_id}")).status_code == 404
            refused = await client.post(address, data={"act": "here", "rsvp": rsvp.public_id}, headers=JSON)
            assert refused.status_code == 404
        elsewhere = f"{address}?door={(await door_at(choir, theirs)).public_id}"
        refused = await client.post(elsewhere, data={"act": "here", "rsvp": sung.public_id}, headers=JSON)
        assert refused.status_code == 409
    assert await Arrival.count() == 0


async def test_an_evening_that_is_cancelled_gives_way_to_the_next(
    walkers: Community, ana: Person, bo: Person, client: httpx.AsyncClient
) -> None:
    series = await soup(walkers, ana)
    first, *_ = await evenings(series)
    bos = await coming(first, bo)
    door, address = await door_of(series, ana)
    await publishing.cancel(first, reason="A storm.")
    with at("2026-12-01 18:00"):
        page = (await client.get(address)).text
        assert "8 December" in page and ">Bo<" not in page
        then = f"{address}?door={(await door_at(first, door)).public_id}"
        refused = await client.post(then, data={"act": "here", "rsvp": bos.public_id}, headers=JSON)
        assert refused.status_code == 410 and "cancelled" in refused.text


async def test_what_is_made_later_has_it_and_a_moved_evening_takes_it_along(
    walkers: Community, ana: Person
) -> None:
    series = await soup(walkers, ana)
    door, _ = await door_of(series, ana)
    gone, _ = await door_of(series, ana)
    await doors.revoke(await queries.pattern_of(series.id), gone.public_id)
    with at("2026-12-07 12:00"):
        assert await making.make_due() == 1
    *_, last = await evenings(series)
    there = await door_at(last, door)
    assert (there.opens_at, there.name) == (last.starts_at - timedelta(hours=12), "Front door")
    assert await Door.count().where((Door.event == last.id) & (Door.series_door == gone.id)) == 0
    await move(last, last.starts_at + timedelta(days=1))
    assert (await door_at(last, door)).opens_at == there.opens_at + timedelta(days=1)
    copied = await publishing.draft(
        walkers, details_of(last), by=ana, public_id=tokens.public_id(), like=last
    )
    assert await Door.count().where(Door.event == copied.id) == 0


async def test_taken_back_it_is_dead_at_every_evening_and_at_one_alone_only_there(
    walkers: Community, ana: Person, bo: Person, client: httpx.AsyncClient, signed_in: As
) -> None:
    series = await soup(walkers, ana)
    first, *_ = await evenings(series)
    pattern = await queries.pattern_of(series.id)
    door, address = await door_of(series, ana)
    browser = await signed_in(ana)
    there = await door_at(first, door)
    page = (await browser.get(f"/events/{first.public_id}/doors")).text
    assert "Front door, at every date" in page and "Not at this date" in page
    removal = f"/events/{first.public_id}/doors/{there.public_id}/removal"
    assert (await browser.post(removal)).status_code == 303
    with at("2026-12-01 18:00"):
        assert "8 December" in (await client.get(address)).text
        removal = f"/events/{pattern.public_id}/doors/{door.public_id}/removal"
        assert (await (await signed_in(bo)).post(removal)).status_code in {403, 404}
        assert (await browser.post(removal)).status_code == 303
        assert (await client.get(address)).status_code == 410
    assert await Door.count().where(Door.revoked_at.is_null()) == 0


async def test_ana_makes_it_on_the_page_of_the_series_and_renews_it(
    walkers: Community, ana: Person, client: httpx.AsyncClient, signed_in: As
) -> None:
    series = await soup(walkers, ana)
    pattern = await queries.pattern_of(series.id)
    browser, here = await signed_in(ana), f"/events/{pattern.public_id}/doors"
    assert here in (await browser.get(f"/series/{series.public_id}")).text
    page = (await browser.get(here)).text
    assert "One link for the helpers of all dates" in page and "A poster" not in page
    assert (await browser.post(here, data={"name": "Front door", "lasting": "60"})).status_code == 303
    page = (await browser.get(here)).text
    link = page.split('id="door-address" value="')[1].split('"')[0]
    secret = link.rpartition("/")[2]
    assert secret not in (await browser.get(here)).text
    assert (await browser.post(f"{here}/poster")).status_code == 404
    door = await Door.objects().where(Door.event == pattern.id).first()
    assert door and door.secret == tokens.digest(secret)
    with at("2027-01-25 12:00"):
        again = await signed_in(ana)
        assert (await again.post(f"{here}/{door.public_id}/renewal")).status_code == 303
        assert (await again.post(f"{here}/nothing/renewal")).status_code == 404
    await making.make_due(datetime(2027, 2, 28, tzinfo=UTC))
    with at("2027-03-02 18:00"):
        assert (await client.get(link)).status_code == 200
    with at("2027-03-30 18:00"):
        assert (await client.get(link)).status_code == 410
    refused = await browser.post(here, data={"name": "For ever", "lasting": "hours"})
    assert refused.status_code == 422


@pytest.mark.parametrize("ending", ["end", "pause"])
async def test_it_ends_with_the_series(
    walkers: Community, ana: Person, client: httpx.AsyncClient, ending: str
) -> None:
    series = await soup(walkers, ana)
    _, address = await door_of(series, ana)
    if ending == "end":
        await course.end(series, date(2026, 12, 2), reason="It was good")
    else:
        await course.pause(series, date(2026, 12, 2), None, reason="It was good")
    with at("2026-12-02 02:59"):
        assert (await client.get(address, headers=JSON)).status_code == 200
    with at("2026-12-02 03:00"):
        assert (await client.get(address)).status_code == 410


async def test_while_a_series_pauses_it_says_that_no_date_is_set(
    walkers: Community, ana: Person, client: httpx.AsyncClient
) -> None:
    series = await soup(walkers, ana)
    _, address = await door_of(series, ana)
    await course.pause(series, date(2026, 12, 2), date(2027, 3, 1), reason="A winter break")
    with at("2026-12-08 18:00"):
        page = await client.get(address)
        assert page.status_code == 200 and "No next date is set just now" in page.text
        assert (await client.get(address, headers=JSON)).status_code == 409


async def test_whoever_may_no_longer_organise_loses_it_at_once(
    walkers: Community, ana: Person, bo: Person, client: httpx.AsyncClient
) -> None:
    series = await soup(walkers, ana)
    await joining.change_role(bo, walkers, "organiser", by=ana)
    _, address = await door_of(series, bo)
    with at("2026-12-01 18:00"):
        assert (await client.get(address)).status_code == 200
        await joining.change_role(bo, walkers, "member", by=ana)
        assert (await client.get(address)).status_code == 410
        await joining.change_role(bo, walkers, "organiser", by=ana)
        assert (await client.get(address)).status_code == 410
    assert await db.value("SELECT count(*) FROM doors WHERE revoked_at IS NULL") == 0


async def test_it_stays_ended_when_the_series_is_taken_up_again(walkers: Community, ana: Person) -> None:
    series = await soup(walkers, ana)
    ended, paused = (await door_of(series, ana))[1], await soup(walkers, ana)
    rested = (await door_of(paused, ana))[1]
    await course.end(series, date(2026, 11, 29), reason="We have cooked all of it.")
    await course.pause(paused, date(2026, 11, 29), None, reason="A break")
    for one, address, goes_on in ((series, ended, course.take_up), (paused, rested, course.go_on)):
        with pytest.raises(DoorEnded):
            await access.door(address.removeprefix("/door/"))
        await goes_on(one)
        with pytest.raises(DoorEnded):
            await access.door(address.removeprefix("/door/"))
        _, new = await door_of(one, ana)
        with pytest.raises(NotOpenYet):
            await access.door(new.removeprefix("/door/"))


async def test_it_stays_ended_when_a_rule_that_had_run_out_gives_days_again(
    walkers: Community, ana: Person
) -> None:
    series = await soup(walkers, ana)
    _, address = await door_of(series, ana)
    await Series.update({Series.rule: "FREQ=WEEKLY;BYDAY=TU;UNTIL=20261222"}).where(Series.id == series.id)
    with at("2026-12-27 12:00"):
        current, pattern = await queries.series_by_id(series.id), await queries.pattern_of(series.id)
        assert current
        wanted = changing.Wanted(
            changing.details_of(pattern),
            base=pattern,
            since=date(2026, 12, 27),
            by_rule="FREQ=WEEKLY;BYDAY=TU",
        )
        plan = await changing.plan(current, wanted)
        await changing.change(current, wanted, seen=plan.seen, fates={})
        assert len(await evenings(series)) > 4
        with pytest.raises(DoorEnded):
            await access.door(address.removeprefix("/door/"))


async def test_while_an_evening_is_left_or_the_pause_ends_it_works_on(
    walkers: Community, ana: Person
) -> None:
    for until in (None, date(2026, 12, 20)):
        series = await soup(walkers, ana)
        _, address = await door_of(series, ana)
        since = date(2026, 12, 2) if until is None else date(2026, 11, 29)
        await course.pause(series, since, until, reason="A break")
        await course.go_on(series)
        with at("2026-12-01 17:00"):
            _, event = await access.door(address.removeprefix("/door/"))
            assert event.series_date == date(2026, 12, 1)


async def test_the_link_of_one_evening_that_was_called_off_stays_ended(
    walkers: Community, ana: Person
) -> None:
    series = await soup(walkers, ana)
    first, second = (await evenings(series))[:2]
    _, secret = await doors.open_door(first, name="Side door", by=ana)
    _, other = await doors.open_door(second, name="Side door", by=ana)
    await course.pause(series, date(2026, 11, 29), date(2026, 12, 5), reason="A break")
    await course.go_on(series)
    with pytest.raises(DoorEnded):
        await access.door(secret)
    with at("2026-12-08 17:00"):
        assert (await access.door(other))[1].id == second.id
