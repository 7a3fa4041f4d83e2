"""A note to oneself, and the morning on which it comes back."""

import asyncio
import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest

from followups import jobs
from followups.survey import asking, notes
from followups.survey.notes import NotThen, day_of
from followups.tables import Reply
from members.tables import Community, Person
from server import db
from server.errors import NotFound
from tests.followups.mornings import (
    BERLIN,
    CLOSES,
    MORNING,
    asked,
    at,
    held,
    make_guests,
    opened,
    page_of,
    say,
)
from tests.ground import letters_to, text_of
from tests.people import As, make_person

TODAY = MORNING.date()
IN_A_WEEK = datetime(2026, 11, 20, 9, 0, tzinfo=BERLIN)


async def came_back(email: str) -> list[str]:
    return [text_of(letter) for letter in await letters_to(email) if "A note from you" in letter["Subject"]]


@pytest.mark.parametrize(
    ("choice", "on", "today", "day"),
    [
        ("no", None, TODAY, None),
        ("no", date(2027, 1, 1), TODAY, None),
        ("week", None, TODAY, date(2026, 11, 20)),
        ("month", None, TODAY, date(2026, 12, 13)),
        ("month", None, date(2026, 12, 31), date(2027, 1, 31)),
        ("month", None, date(2027, 1, 31), date(2027, 2, 28)),
        ("day", date(2026, 11, 14), TODAY, date(2026, 11, 14)),
    ],
)
def test_a_choice_is_a_day(choice: notes.Back, on: date | None, today: date, day: date | None) -> None:
    assert day_of(choice, on, today=today) == day


@pytest.mark.parametrize("on", [None, TODAY, date(2020, 1, 1), date(2030, 1, 1), date.max])
def test_a_day_that_is_over_or_too_far_away_is_refused(on: date | None) -> None:
    with pytest.raises(NotThen):
        day_of("day", on, today=TODAY)


async def test_it_comes_back_once_on_that_morning(client: httpx.AsyncClient, walkers: Community) -> None:
    gus, other = await make_guests("Gus Hill", "Hal Birch")
    event = await opened(walkers, [gus, other])
    with at(MORNING):
        await say(client, event, gus, note="Ask about the bees.", note_back="week")
        await say(client, event, other, note="Nothing of that.")
        page = (await client.get(await page_of(event, gus))).text
        assert "comes back to you by letter on <strong>Friday, 20 November 2026</strong>" in page
        assert 'value="2026-11-20"' in page
    with at(IN_A_WEEK - timedelta(seconds=1)):
        await jobs.send_notes_back()
        assert await came_back(gus.email) == []
    for minutes in (0, 1, 600):
        with at(IN_A_WEEK + timedelta(minutes=minutes)):
            await jobs.send_notes_back()
    (letter,) = await came_back(gus.email)
    assert "> Ask about the bees." in letter and "Thursday, 12 November 2026" in letter
    assert await came_back(other.email) == []


async def test_it_is_morning_where_its_writer_lives(
    client: httpx.AsyncClient, walkers: Community, bo: Person
) -> None:
    await Person.update({Person.zone: "America/New_York"}).where(Person.id == bo.id)
    event = await opened(walkers, [bo])
    with at(MORNING):
        await say(client, event, bo, note="Bees.", note_back="week")
    morning = datetime(2026, 11, 20, 9, 0, tzinfo=ZoneInfo("America/New_York"))
    assert (await asked(event, await as_now(bo))).note_back_at == morning
    with at(morning - timedelta(minutes=1)):
        assert await notes.send_back_due() == 0
    with at(morning):
        assert await notes.send_back_due() == 1


async def as_now(person: Person) -> Person:
    found = await Person.objects().get(Person.id == person.id)
    assert found is not None
    return found


async def test_a_worker_that_was_away_waits_for_the_next_morning(
    client: httpx.AsyncClient, walkers: Community
) -> None:
    (gus,) = await make_guests("Gus Hill")
    event = await opened(walkers, [gus])
    with at(MORNING):
        await say(client, event, gus, note="Bees.", note_back="week")
    for hour, sent in ((21, 0), (23, 0)):
        with at(IN_A_WEEK.replace(hour=hour)):
            assert await notes.send_back_due() == sent
    with at(IN_A_WEEK + timedelta(days=1)):
        assert await notes.send_back_due() == 1


async def test_the_day_can_be_changed_and_taken_back_and_goes_with_the_note(
    client: httpx.AsyncClient, walkers: Community
) -> None:
    (gus,) = await make_guests("Gus Hill")
    event = await opened(walkers, [gus])

    async def day() -> date | None:
        back_at = (await asked(event, gus)).note_back_at
        return back_at.astimezone(BERLIN).date() if back_at else None

    with at(MORNING):
        await say(client, event, gus, note="Bees.", note_back="day", note_on="2026-12-24")
        assert await day() == date(2026, 12, 24)
        await say(client, event, gus, note="Bees.", note_back="month")
        assert await day() == date(2026, 12, 13)
        await say(client, event, gus, note="Bees.", note_back="no")
        assert await day() is None
        await say(client, event, gus, note="Bees.", note_back="week")
        await say(client, event, gus, note="", note_back="week")
        assert await day() is None
        refused = await say(client, event, gus, note="Bees.", note_back="day", note_on="2026-11-13")
        assert refused.status_code == 422 and "from tomorrow on" in refused.text
        refused = await say(client, event, gus, note="Bees.", note_back="day", note_on="never")
        assert refused.status_code == 422


async def test_what_has_come_back_stays_so_unless_it_is_to_come_once_more(
    client: httpx.AsyncClient, walkers: Community
) -> None:
    (gus,) = await make_guests("Gus Hill")
    event = await opened(walkers, [gus])
    with at(MORNING):
        await say(client, event, gus, note="Bees.", note_back="week")
    with at(IN_A_WEEK):
        assert await notes.send_back_due() == 1
        await say(client, event, gus, note="Bees.", note_back="no")
        assert "Your note came back to you on Friday" in (await client.get(await page_of(event, gus))).text
        assert await notes.send_back_due() == 0
        await say(client, event, gus, note="Bees.", note_back="week")
    with at(IN_A_WEEK + timedelta(days=7)):
        assert await notes.send_back_due() == 1


async def test_a_note_that_was_deleted_does_not_come_back(
    client: httpx.AsyncClient, walkers: Community
) -> None:
    gus, hal = await make_guests("Gus Hill", "Hal Birch")
    event = await opened(walkers, [gus, hal])
    with at(MORNING):
        for person in (gus, hal):
            await say(client, event, person, note="Bees.", note_back="week")
        await notes.forget(gus, (await asked(event, gus)).key)
        assert (await asked(event, gus)).note_back_at is None
    with at(IN_A_WEEK):
        assert await notes.send_back_due() == 1
        await notes.forget(hal, (await asked(event, hal)).key)  # Its letter is on its way.
        assert await came_back(gus.email) == [] == await came_back(hal.email)


async def test_it_is_changed_and_kept_here_long_after_the_page_has_closed(
    walkers: Community, bo: Person, dev: Person, signed_in: As, client: httpx.AsyncClient
) -> None:
    event = await opened(walkers, [bo])
    with at(MORNING):
        await say(client, event, bo, note="Bees.", note_back="day", note_on="2027-03-01")
    key = (await asked(event, bo)).key
    with at(CLOSES + timedelta(days=3)):
        mine = await signed_in(bo)
        assert "Comes back on Monday, 1 March 2027" in (await mine.get("/been")).text
        moved = await mine.post(f"/notes/{key}/return", data={"note_on": "2027-04-05"})
        assert moved.status_code == 303
        assert "Comes back on Monday, 5 April 2027" in (await mine.get("/been")).text
        for bad in ("2026-11-01", "", "soon"):
            refused = await mine.post(f"/notes/{key}/return", data={"note_on": bad})
            assert refused.status_code == 422 and "field-error" in refused.text
        for action in ("return", "return/removal"):
            theirs = await (await signed_in(dev)).post(
                f"/notes/{key}/{action}", data={"note_on": "2027-05-05"}
            )
            assert theirs.status_code == 404
        for _ in range(2):
            assert (await mine.post(f"/notes/{key}/return/removal")).status_code == 303
        text = (await mine.get("/been")).text
        assert "Comes back on" not in text and "Bees." in text


async def test_nobody_sends_back_another_s_note(walkers: Community, client: httpx.AsyncClient) -> None:
    gus, hal = await make_guests("Gus Hill", "Hal Birch")
    event = await opened(walkers, [gus, hal])
    with at(MORNING):
        await say(client, event, gus, note="Bees.")
        key = (await asked(event, gus)).key
        with pytest.raises(NotFound):
            await notes.send_back_on(hal, key, date(2026, 12, 1), zone="Europe/Berlin")
        await notes.forget(hal, key)
        with pytest.raises(NotFound):  # There is none to send.
            await notes.send_back_on(
                hal, (await asked(event, hal)).key, date(2026, 12, 1), zone="Europe/Berlin"
            )
    assert (await asked(event, gus)).note == "Bees."


async def test_workers_at_once_send_it_once(
    committed: str, walkers: Community, client: httpx.AsyncClient
) -> None:
    people = await make_guests("Gus Hill", "Hal Birch", "Ida Vale")
    event = await opened(walkers, people)
    with at(MORNING):
        for person in people:
            await say(client, event, person, note="Bees.", note_back="week")
    with at(IN_A_WEEK):
        sent = await asyncio.gather(*(notes.send_back_due() for _ in range(6)))
    assert sum(sent) == 3
    assert await db.value("SELECT count(*) FROM due_work WHERE kind = 'followups.note_back'") == 3


async def test_a_guest_changes_it_by_their_letter_after_the_page_has_closed(
    walkers: Community, client: httpx.AsyncClient
) -> None:
    gus = await make_person("Gus Hill", account=False)
    event = await held(walkers, [gus], zone="America/New_York")
    with at(MORNING + timedelta(hours=8)):
        await asking.open_due()
        page = await page_of(event, gus)
        await say(client, event, gus, note="Bees.", note_back="day", note_on="2027-03-01", hello="true")
    with at(CLOSES + timedelta(days=3)):
        shown = (await client.get(page)).text
        assert "Comes back on Monday, 1 March 2027" in shown and "Bees." in shown
        assert "Were you there?" not in shown
        assert (await client.post(page, data={"was_there": "no"})).status_code == 410
        moved = await client.post(f"{page}/note/return", data={"note_on": "2027-04-05"})
        assert (moved.status_code, moved.headers["location"]) == (303, page)
        for bad in ("2026-11-01", "", "soon"):
            refused = await client.post(f"{page}/note/return", data={"note_on": bad})
            assert refused.status_code == 422 and "field-error" in refused.text
    nine = datetime(2027, 4, 5, 9, 0, tzinfo=ZoneInfo("America/New_York"))
    assert (await asked(event, gus)).note_back_at == nine
    with at(nine):
        assert await notes.send_back_due() == 1
        (letter,) = await came_back(gus.email)
        link = re.search(r"http://[^/]+(/followups/\S+)", letter)
        assert link and "Came back to you on Monday, 5 April 2027" in (await client.get(link[1])).text
        for _ in range(2):
            assert (await client.post(f"{page}/note/removal")).status_code == 303
        assert (await client.get(page)).status_code == 410


async def test_a_note_that_is_not_to_come_back_after_all_stays_by_its_letter(
    walkers: Community, client: httpx.AsyncClient
) -> None:
    gus = await make_person("Gus Hill", account=False)
    event = await opened(walkers, [gus])
    with at(MORNING):
        page = await page_of(event, gus)
        await say(client, event, gus, note="Bees.", note_back="day", note_on="2027-03-01")
    with at(CLOSES + timedelta(days=3)):
        for _ in range(2):
            assert (await client.post(f"{page}/note/return/removal")).status_code == 303
        assert "Comes back on" not in (await client.get(page)).text
    with at(datetime(2027, 3, 1, 9, 0, tzinfo=BERLIN)):
        assert await notes.send_back_due() == 0


async def test_a_replaced_or_foreign_letter_changes_no_note(
    walkers: Community, client: httpx.AsyncClient
) -> None:
    gus, hal = [await make_person(name, account=False) for name in ("Gus Hill", "Hal Birch")]
    event = await opened(walkers, [gus, hal])
    with at(MORNING):
        page, other = await page_of(event, gus), await page_of(event, hal)
        await say(client, event, gus, note="Bees.")
    await Reply.update({Reply.link: 1}).where(Reply.person == gus.id)
    with at(CLOSES + timedelta(days=3)):
        assert (await client.get(page)).status_code == (await client.get(other)).status_code == 410
        assert (await client.post(f"{page}/note/removal")).status_code == 410
        assert (await client.post(f"{page}x/note/removal")).status_code == 404
        await client.post(f"{other}/note/removal")
    assert (await asked(event, gus)).note == "Bees."
