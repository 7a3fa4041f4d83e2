"""The pages on which a calendar is brought along: for organisers, with every fault beside its field."""

import asyncio
import re
from datetime import timedelta

import httpx
import pytest

from events.importing import importing, queries
from events.importing.found import key_of
from events.importing.pages import MOST_BOXES
from events.tables import CalendarSource, Event
from members.tables import Community, Person
from server import clock, db, fetching
from server.fetching import NotFetched
from tests.events.importing.calendars import ADDRESS, BOMB, Elsewhere, calendar, day, elsewhere, entry
from tests.gatherings import make_event
from tests.ground import work_off
from tests.people import As, join

__all__ = ["elsewhere"]

pytestmark = pytest.mark.slow  # A calendar is read by a process of its own.

HERE = "/communities/walkers/import"


async def sent(browser: httpx.AsyncClient, content: bytes, name: str = "walks.ics") -> httpx.Response:
    return await browser.post(HERE, files={"file": (name, content, "text/calendar")}, data={"ref": ""})


async def preview_of(browser: httpx.AsyncClient, content: bytes) -> tuple[str, str]:
    """The address of what came of a file, and its page once it has been read."""
    reply = await sent(browser, content)
    assert reply.status_code == 303, reply.text
    address = reply.headers["location"]
    assert "being read" in (await browser.get(address)).text
    await work_off()
    return address, (await browser.get(address)).text


def boxes(page: str) -> dict[str, bool]:
    """What can be ticked, and whether it is."""
    found = re.findall(r'name="take" value="([^"]+)"( checked)?', page)
    return {key: bool(checked) for key, checked in found}


def ticked(page: str) -> list[str]:
    return [key for key, checked in boxes(page).items() if checked]


async def test_a_file_is_read_looked_at_and_brought_in(
    walkers: Community, ana: Person, signed_in: As
) -> None:
    browser = await signed_in(ana)
    address, page = await preview_of(browser, calendar(entry(), entry("2", 9, title=""), entry("3", -3)))
    for said in ("Walks", "A walk", "It has no title.", "Over, or called off", "Bring in what is ticked"):
        assert said in page
    reply = await browser.post(
        address, data={"then": "publish", "visibility": "members", "take": ticked(page)}
    )
    assert (reply.status_code, reply.headers["location"]) == (303, address)
    assert "comes in" in (await browser.get(address)).text
    await work_off()
    assert "The calendar is here." in (await browser.get(address)).text
    event = await Event.objects().first()
    assert event and (event.status, event.visibility) == ("published", "members")
    assert (await browser.post(address, data={"then": "publish", "take": ticked(page)})).status_code == 303
    assert await Event.count() == 1


async def test_of_a_file_something_is_to_be_ticked(walkers: Community, ana: Person, signed_in: As) -> None:
    browser = await signed_in(ana)
    address, _page = await preview_of(browser, calendar(entry(), entry("2", -9)))
    reply = await browser.post(address, data={"then": "publish", "visibility": "members"})
    assert reply.status_code == 422
    assert "Tick what is to come in, or throw this away." in reply.text
    assert 'value="members" selected' in reply.text or 'value="members" checked' in reply.text
    unknown = await browser.post(address, data={"then": "publish", "take": ["nothing-of-this"]})
    assert unknown.status_code == 422
    # What is over has no box: it comes because somebody said so.
    assert (await browser.post(address, data={"then": "publish", "past": "true"})).status_code == 303
    await work_off()
    assert [event.title for event in await Event.objects()] == ["A walk"]


async def test_what_is_over_is_nothing_to_come_where_nothing_is(
    walkers: Community, ana: Person, signed_in: As
) -> None:
    browser = await signed_in(ana)
    address, _page = await preview_of(browser, calendar(entry()))
    assert (await browser.post(address, data={"then": "publish", "past": "true"})).status_code == 422


async def test_a_series_is_said_as_people_say_it(walkers: Community, ana: Person, signed_in: As) -> None:
    browser = await signed_in(ana)
    walk = entry("1", 7, "RRULE:FREQ=WEEKLY;COUNT=6")
    address, page = await preview_of(browser, calendar(walk))
    assert f"Every {clock.now() + timedelta(days=7):%A}, 6 times, 18:00 to 20:00, Berlin time" in page
    await browser.post(address, data={"then": "publish", "take": ticked(page)})
    await work_off()
    _address, page = await preview_of(browser, calendar(walk.replace("COUNT=6", "COUNT=8;INTERVAL=2")))
    assert "What changes" in page and "How often" in page and 'href="/series/' in page
    assert "3 dates are called off" in page


async def test_no_rule_is_shown_to_people(walkers: Community, ana: Person, signed_in: As) -> None:
    browser = await signed_in(ana)
    walk = entry("1", 7, "RRULE:FREQ=MONTHLY;BYDAY=MO;BYMONTHDAY=13")
    _address, page = await preview_of(browser, calendar(walk))
    assert "On days of its own, 18:00 to 20:00, Berlin time" in page
    assert "FREQ=" not in page


async def test_of_a_file_from_which_nothing_can_come_nothing_is_asked(
    walkers: Community, ana: Person, signed_in: As
) -> None:
    browser = await signed_in(ana)
    _address, page = await preview_of(browser, calendar(entry(title="")))
    assert "What cannot come along" in page and "Another file or address" in page
    assert "Bring it in" not in page and "How it comes here" not in page
    _address, page = await preview_of(browser, calendar(entry("2", -7)))
    assert "What is over as well" in page and "Bring it in" in page


async def test_of_what_is_all_here_already_nothing_is_asked(
    walkers: Community, ana: Person, signed_in: As
) -> None:
    browser = await signed_in(ana)
    event = await make_event(walkers, ana)
    _address, page = await preview_of(browser, calendar(entry(event.uid)))
    assert "Of this Kith itself" in page and "there is nothing in it to bring along" in page
    assert "Bring it in" not in page and "Throw away" in page


async def test_from_which_day_on_a_series_is_otherwise_is_said(
    walkers: Community, ana: Person, signed_in: As
) -> None:
    browser = await signed_in(ana)
    later = entry(f"1_R{day(21)}T180000@google.com", 21, "RRULE:FREQ=WEEKLY", at="190000")
    _address, page = await preview_of(browser, calendar(entry("1@google.com", 7, "RRULE:FREQ=WEEKLY"), later))
    assert f"From {clock.now() + timedelta(days=21):%A}" in page and "19:00 to 21:00" in page


async def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_is_kept(
    walkers: Community, ana: Person, signed_in: As
) -> None:
    browser = await signed_in(ana)
    for data, said in (
        ({}, "choose a file, or give an address"),
        ({"address": "http://10.0.0.1/private.ics"}, "private network"),
        ({"address": "http://2130706433/a.ics"}, "private network"),
        ({"address": "ftp://example.org/a.ics"}, "begins with https://"),
        ({"address": "https://ana:secret@example.org/"}, "password"),
    ):
        page = await browser.post(HERE, data=data)
        assert page.status_code == 422 and said in page.text and 'id="f-address-error"' in page.text
        assert data.get("address", "") in page.text
    page = await sent(browser, bytes(importing.LARGEST + 1))
    assert page.status_code == 422 and "more than 1 MB" in page.text and 'id="f-file-error"' in page.text
    assert not await CalendarSource.exists()


async def test_what_is_no_calendar_is_called_what_it_is(
    walkers: Community, ana: Person, signed_in: As
) -> None:
    _address, page = await preview_of(await signed_in(ana), b"<!doctype html><title>Walks</title>")
    assert "That is a web page, and not a calendar." in page and "Another file or address" in page
    assert "How it comes here" not in page


async def test_an_address_without_its_scheme_is_read_too(
    walkers: Community, ana: Person, signed_in: As, elsewhere: Elsewhere
) -> None:
    browser = await signed_in(ana)
    reply = await browser.post(HERE, data={"address": "calendar.example/walks.ics"})
    await work_off()
    assert elsewhere.asked == [(ADDRESS, "")]
    assert "There is no gathering in that calendar." in (await browser.get(reply.headers["location"])).text


async def test_one_kept_in_step_is_listed_with_its_faults_and_can_be_stopped(
    walkers: Community, ana: Person, signed_in: As, elsewhere: Elsewhere
) -> None:
    browser = await signed_in(ana)
    elsewhere.content = calendar(entry(), entry("2", 9, title="A run"))
    reply = await browser.post(HERE, data={"address": ADDRESS})
    address = reply.headers["location"]
    await work_off()
    assert "Walks" in (await browser.get(HERE)).text, "it waits to be decided about"
    take = ticked((await browser.get(address)).text)
    await browser.post(address, data={"then": "publish", "kept_in_step": "true", "take": take})
    await work_off()
    elsewhere.content = calendar(entry())
    assert (await browser.post(f"{address}/reading")).status_code == 303
    await work_off()
    page = (await browser.get(address)).text
    assert "Not in that calendar any more" in page and "A run" in page and "Last read" in page
    elsewhere.refusal = NotFetched(fetching.NOT_THERE)
    await browser.post(f"{address}/reading")
    await work_off()
    for page in ((await browser.get(address)).text, (await browser.get(HERE)).text):
        assert "There is nothing at that address." in page
    for _ in range(2):
        reply = await browser.post(f"{address}/removal")
        assert reply.status_code in {303, 404}
    assert "Kept in step" not in (await browser.get(HERE)).text
    assert await Event.count() == 2


async def test_it_is_the_organisers_alone(
    walkers: Community, ana: Person, bo: Person, cleo: Person, signed_in: As, client: httpx.AsyncClient
) -> None:
    source = await importing.take_file(walkers, calendar(entry()), name="x", by=ana)
    there = f"{HERE}/{source.public_id}"
    for person in (bo, cleo):
        browser = await signed_in(person)
        for address in (HERE, there):
            assert (await browser.get(address)).status_code == 403
            assert (await browser.post(address)).status_code == 403
        for more in ("reading", "removal", "choice"):
            assert (await browser.post(f"{there}/{more}")).status_code == 403
    client.cookies.clear()
    assert (await client.get(there)).status_code == 303
    readers = Community(slug="readers", name="Readers", zone="UTC")
    await readers.save()
    await join(bo, readers, "owner")
    browser = await signed_in(bo)
    assert (await browser.get(there.replace("walkers", "readers"))).status_code == 404
    assert await queries.source_by_id(source.id)


async def test_it_can_be_asked_so_often_only(walkers: Community, ana: Person, signed_in: As) -> None:
    browser = await signed_in(ana)
    answers = []
    for _ in range(41):
        answers.append((await sent(browser, b"x")).status_code)
        await db.run("UPDATE calendar_sources SET stage = 'read'")
    assert answers == [303] * 40 + [429]


async def test_whoever_has_several_read_waits_for_them(
    walkers: Community, ana: Person, signed_in: As
) -> None:
    browser = await signed_in(ana)
    answers = [await sent(browser, calendar(entry())) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [303, 303, 303, 422]
    assert "Several of your calendars are being read" in answers[3].text
    await work_off()
    assert (await sent(browser, calendar(entry()))).status_code == 303


async def test_others_do_not_wait_while_a_bomb_is_read(
    walkers: Community, ana: Person, signed_in: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "SECONDS", 1)
    browser = await signed_in(ana)
    reply = await sent(browser, BOMB)
    working = asyncio.create_task(work_off())
    longest = 0.0
    while not working.done():
        since = clock.now()
        await asyncio.sleep(0.02)
        longest = max(longest, (clock.now() - since).total_seconds())
    await working
    assert longest < 1.5
    assert "takes too long" in (await browser.get(reply.headers["location"])).text


async def test_only_what_is_ticked_comes_and_the_rest_stays_away_until_it_is_ticked(
    walkers: Community, ana: Person, signed_in: As, elsewhere: Elsewhere
) -> None:
    browser = await signed_in(ana)
    series = entry("s", 7, "RRULE:FREQ=WEEKLY;COUNT=3", title="A choir")
    elsewhere.content = calendar(entry("1"), entry("2", 9, title="A run"), series)
    address = (await browser.post(HERE, data={"address": ADDRESS})).headers["location"]
    await work_off()
    page = (await browser.get(address)).text
    walk, run, choir = (key_of(uid, "") for uid in ("1", "2", "s"))
    assert boxes(page) == {walk: True, run: True, choir: True}
    assert boxes((await browser.get(f"{address}?tick=none")).text) == {walk: False, run: False, choir: False}
    await browser.post(address, data={"then": "publish", "kept_in_step": "true", "take": walk})
    await work_off()
    titles = {event.title for event in await Event.objects()}
    page = (await browser.get(address)).text
    assert titles == {"A walk"} and boxes(page) == {run: False, choir: False} and "Left out" in page
    # What changes of it there, and days that are added, are not offered anew.
    elsewhere.content = calendar(
        entry("1"), entry("2", 9, title="A run by night"), series.replace("COUNT=3", "COUNT=9")
    )
    await browser.post(f"{address}/reading")
    await work_off()
    assert await Event.count() == 1
    _address, page = await preview_of(browser, elsewhere.content)
    assert "Left out before" in page and boxes(page) == {run: False, choir: False}
    await browser.post(f"{address}/choice", data={"take": choir})
    await work_off()
    assert {event.title for event in await Event.objects()} == {"A walk", "A choir"}
    assert boxes((await browser.get(address)).text) == {run: False}


async def test_what_is_here_and_not_ticked_does_not_change(
    walkers: Community, ana: Person, signed_in: As
) -> None:
    browser = await signed_in(ana)
    for title, take in (("A walk", True), ("A run", False)):
        address, page = await preview_of(browser, calendar(entry(title=title)))
        await browser.post(address, data={"then": "publish", "take": ticked(page) if take else []})
        await work_off()
    assert [event.title for event in await Event.objects()] == ["A walk"]
    address, page = await preview_of(browser, calendar(entry(title="A run")))
    await browser.post(address, data={"take": list(boxes(page))})
    await work_off()
    assert [event.title for event in await Event.objects()] == ["A run"], "it follows again"


async def test_five_hundred_have_boxes_of_one_form(walkers: Community, ana: Person, signed_in: As) -> None:
    browser = await signed_in(ana)
    many = calendar(*(entry(str(number), 7 + number % 300) for number in range(500)))
    address, page = await preview_of(browser, many)
    assert len(boxes(page)) == MOST_BOXES + 1 and "And 100 more." in page
    take = [key for key in ticked(page) if key != "rest-new"][:1]
    assert (await browser.post(address, data={"take": take})).status_code == 303
    await work_off()
    assert await Event.count() == 1
    _address, page = await preview_of(browser, many)
    assert "Left out before" in page
