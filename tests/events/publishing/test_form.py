"""Writing an event and changing it, in the form."""

import io
import re
from datetime import timedelta
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from events import queries
from events.announcements import ApprovalEnded, SeatsChanged
from events.publishing import publishing
from events.publishing.forms import EventFields
from events.tables import Event
from members.tables import Community, Person
from rsvps.seating import seats
from server import clock, db, forms
from server.errors import Refusal
from tests.events.hearing import hearing
from tests.gatherings import as_it_is, details, in_days, make_event
from tests.ground import letters_to, text_of, work_off
from tests.people import As
from volunteers import shifts
from volunteers.queries import shifts_of
from volunteers.shifts import Needed

NEW = "/communities/walkers/events/new"


def filled(**given: Any) -> dict[str, Any]:
    day = in_days(7)
    return {
        "title": "Soup and stories",
        "date": f"{day:%Y-%m-%d}",
        "time": "18:30",
        "ends": "21:00",
        "zone": "Europe/Berlin",
        "mode": "in_person",
        "place": "The old library",
        "visibility": "public",
        "guests_allowed": "0",
        **given,
    }


def hidden(page: str, name: str) -> str:
    return re.search(f'name="{name}" value="([^"]*)"', page)[1]  # type: ignore[index]


async def the_event() -> Event:
    event = await Event.objects().first()
    assert event
    return await as_it_is(event)


async def test_an_organiser_keeps_a_draft(signed_in: As, walkers: Community, ana: Person) -> None:
    answer = await (await signed_in(ana)).post(NEW, data=filled(then="draft"))
    assert answer.status_code == 303
    event = await the_event()
    assert answer.headers["location"] == f"/events/{event.public_id}"
    assert (event.status, event.title, event.created_by) == ("draft", "Soup and stories", ana.id)
    assert event.starts_at == in_days(7)
    assert event.ends_at == in_days(7, 21, 0)


async def test_an_organiser_publishes_at_once(
    signed_in: As, walkers: Community, ana: Person, client: httpx.AsyncClient
) -> None:
    await (await signed_in(ana)).post(NEW, data=filled(then="publish"))
    event = await the_event()
    assert event.status == "published"
    assert (await client.get(f"/events/{event.public_id}")).status_code == 200


async def test_the_form_sent_twice_makes_one_event(signed_in: As, walkers: Community, ana: Person) -> None:
    browser = await signed_in(ana)
    ref = hidden((await browser.get(NEW)).text, "ref")
    answers = [await browser.post(NEW, data=filled(ref=ref, then="publish")) for _ in range(2)]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    assert await Event.count() == 1


async def test_the_form_begins_with_the_communitys_zone(
    signed_in: As, walkers: Community, ana: Person
) -> None:
    page = (await (await signed_in(ana)).get(NEW)).text
    assert '<option value="Europe/Berlin" selected>' in page


async def test_strangers_and_members_write_nothing(
    client: httpx.AsyncClient, signed_in: As, walkers: Community, bo: Person, cleo: Person
) -> None:
    event = await make_event(walkers)
    for path in (NEW, f"/events/{event.public_id}/edit"):
        for browser in (await signed_in(bo), await signed_in(cleo)):
            assert (await browser.get(path)).status_code == 403
            assert (await browser.post(path, data=filled())).status_code == 403
        assert (await client.get(path)).headers["location"].startswith("/sign-in?next=")
        assert (await client.post(path, data=filled())).status_code == 303
    assert (await (await signed_in(cleo)).get("/communities/nowhere/events/new")).status_code == 404
    assert await Event.count() == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"title": ""}, "Please fill this in."),
        ({"title": "x" * 121}, "Please keep this under 120 characters."),
        ({"date": "tomorrow"}, "Please give a date"),
        ({"date": "2026-02-30"}, "Please give a date"),
        ({"date": "9999-12-31"}, "Please choose a date between"),
        ({"date": "1066-10-14"}, "Please choose a date between"),
        ({"time": "25:00"}, "Please give a time"),
        ({"time": "evening"}, "Please give a time"),
        ({"zone": "Middle/Earth"}, "Please choose a time zone"),
        ({"date": "2027-03-28", "time": "02:30", "ends": ""}, "there is no 02:30 in Berlin"),
        ({"date": "2027-03-27", "time": "22:00", "ends": "02:30"}, "there is no 02:30 in Berlin"),
        ({"last_day": "2026-01-01"}, "It ends before it begins."),
        ({"last_day": "9999-12-31"}, "31 days at most"),
        ({"ends": "", "last_day": "2027-12-31"}, "at what time it ends"),
        ({"mode": "by pigeon"}, "Please choose one of these."),
        ({"mode": "online", "join_url": "javascript:alert(1)"}, "Please give the address of a page"),
        ({"mode": "online", "join_url": "https://[::1"}, "Please give the whole address"),
        ({"seats": "0"}, "The smallest possible is 1."),
        ({"seats": "-3"}, "The smallest possible is 1."),
        ({"seats": "many"}, "Please give a whole number."),
        ({"guests_allowed": "21"}, "The largest possible is 20."),
        ({"online_seats": "0", "mode": "hybrid"}, "The smallest possible is 1."),
        ({"asks_first": "337"}, "The largest possible is 336."),
        ({"replies_kept": "0"}, "The smallest possible is 1."),
        ({"replies_kept": "366"}, "The largest possible is 365."),
        ({"opens": "2027-01-01"}, "Please give the time as well."),
        ({"closes_time": "10:00"}, "Please choose the day as well."),
        ({"opens": "9999-12-31", "opens_time": "10:00"}, "Please choose a date between"),
        ({"opens": "soon", "opens_time": "10:00"}, "Please give a date"),
        (
            {"date": "2027-04-03", "opens": "2027-03-28", "opens_time": "02:30"},
            "there is no 02:30 in Berlin",
        ),
        (
            {"date": "2027-04-03", "opens": "2027-04-03", "opens_time": "21:00"},
            "By then the gathering is over.",
        ),
        (
            {"date": "2027-04-03", "closes": "2027-04-03", "closes_time": "21:01"},
            "Answers cannot close later than the gathering ends.",
        ),
        (
            {
                "date": "2027-04-03",
                "opens": "2027-03-03",
                "opens_time": "10:00",
                "closes": "2027-03-03",
                "closes_time": "10:00",
            },
            "Answers would close before they open.",
        ),
        ({"about": "x" * 10_001}, "Please keep this under 10,000 characters."),
    ],
)
async def test_what_cannot_be_is_said_beside_the_field(
    signed_in: As, walkers: Community, ana: Person, typed: dict[str, str], sentence: str
) -> None:
    browser = await signed_in(ana)
    answer = await browser.post(NEW, data=filled(**typed, then="publish"))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert await Event.count() == 0
    if "title" not in typed:
        assert 'value="Soup and stories"' in answer.text


async def test_fields_nobody_asked_for_are_ignored(signed_in: As, walkers: Community, ana: Person) -> None:
    more = {
        "status": "cancelled",
        "taken": "7",
        "uid": "x@y",
        "community": "1",
        "created_by": "99",
        "sequence": "9",
    }
    await (await signed_in(ana)).post(NEW, data=filled(**more, then="draft"))
    event = await the_event()
    assert (event.status, event.pool().taken, event.created_by, event.sequence) == ("draft", 0, ana.id, 0)


async def test_the_night_that_follows(signed_in: As, walkers: Community, ana: Person) -> None:
    await (await signed_in(ana)).post(NEW, data=filled(time="22:00", ends="02:00"))
    event = await the_event()
    assert event.starts_at == in_days(7, 22, 0) and event.ends_at == in_days(8, 2, 0)
    page = (await (await signed_in(ana)).get(f"/events/{event.public_id}/edit")).text
    assert re.search(r'name="ends" value="02:00"', page)
    assert re.search(r'name="last_day" value=""', page)


async def test_a_weekend_has_a_last_day(signed_in: As, walkers: Community, ana: Person) -> None:
    last = f"{in_days(9):%Y-%m-%d}"
    browser = await signed_in(ana)
    await browser.post(NEW, data=filled(last_day=last, ends="12:00"))
    event = await the_event()
    assert event.ends_at == in_days(9, 12, 0)
    assert f'name="last_day" value="{last}"' in (await browser.get(f"/events/{event.public_id}/edit")).text


async def test_a_time_that_comes_twice_is_the_first_one_and_said(
    signed_in: As, walkers: Community, ana: Person
) -> None:
    browser = await signed_in(ana)
    answer = await browser.post(NEW, data=filled(date="2027-10-31", time="02:30", ends="", then="draft"))
    event = await the_event()
    assert event.starts_at.isoformat() == "2027-10-31T00:30:00+00:00"
    assert "show 02:30 twice" in (await browser.get(answer.headers["location"])).text


async def test_a_draft_may_begin_in_the_past_and_says_so(
    signed_in: As, walkers: Community, ana: Person
) -> None:
    browser = await signed_in(ana)
    answer = await browser.post(NEW, data=filled(date=f"{in_days(-3):%Y-%m-%d}"))
    assert "It begins in the past" in (await browser.get(answer.headers["location"])).text


async def test_a_date_in_the_past_asks_before_it_is_published(
    signed_in: As, walkers: Community, ana: Person
) -> None:
    browser = await signed_in(ana)
    gone = in_days(-3)
    typed = filled(date=f"{gone:%Y-%m-%d}", about="We had soup.")
    asked = await browser.post(NEW, data={**typed, "then": "publish"})
    assert asked.status_code == 422 and await Event.count() == 0
    assert f"That was last {gone:%A}. Is the date right?" in asked.text and "We had soup." in asked.text
    assert 'href="#f-date"' in asked.text and "Publish it anyway" in asked.text
    assert (await browser.post(NEW, data={**typed, "then": "anyway"})).status_code == 303
    assert (await the_event()).status == "published"


async def test_a_draft_that_is_over_asks_on_its_page(signed_in: As, walkers: Community, ana: Person) -> None:
    event = await make_event(walkers, ana, status="draft", starts_at=in_days(-1))
    browser = await signed_in(ana)
    asked = await browser.post(f"/events/{event.public_id}/publication")
    assert asked.status_code == 422 and "That was yesterday" in asked.text
    assert (await the_event()).status == "draft"
    await browser.post(f"/events/{event.public_id}/publication", data={"though_over": "true"})
    assert (await the_event()).status == "published"


async def test_what_people_come_to_does_not_slip_into_the_past(
    signed_in: As, walkers: Community, ana: Person
) -> None:
    browser = await signed_in(ana)
    await browser.post(NEW, data=filled(then="publish"))
    where = f"/events/{(await the_event()).public_id}/edit"
    seen = hidden((await browser.get(where)).text, "seen")
    gone = filled(date=f"{in_days(-300):%Y-%m-%d}", seen=seen)
    asked = await browser.post(where, data=gone)
    assert asked.status_code == 422 and "Save it anyway" in asked.text
    assert (await browser.post(where, data={**gone, "then": "anyway"})).status_code == 303
    # What is over may be written about without being asked.
    seen = hidden((await browser.get(where)).text, "seen")
    assert (await browser.post(where, data={**gone, "about": "It was.", "seen": seen})).status_code == 303


async def test_what_goes_on_just_now_is_published_at_once(
    signed_in: As, walkers: Community, ana: Person
) -> None:
    event = await make_event(walkers, ana, status="draft", starts_at=clock.now() - timedelta(hours=2))
    answer = await (await signed_in(ana)).post(f"/events/{event.public_id}/publication")
    assert answer.status_code == 303 and (await the_event()).status == "published"


async def test_the_preview_shows_the_text_and_writes_nothing(
    signed_in: As, walkers: Community, ana: Person
) -> None:
    answer = await (await signed_in(ana)).post(
        NEW, data=filled(about="Bring **bread**", title="", then="preview")
    )
    assert "Bring <strong>bread</strong>" in answer.text
    assert "Bring **bread**</textarea>" in answer.text
    assert await Event.count() == 0


async def test_an_unchanged_form_changes_nothing(signed_in: As, walkers: Community, ana: Person) -> None:
    browser = await signed_in(ana)
    await browser.post(NEW, data=filled(then="publish", seats="12", about="Hello\n\nyou"))
    before = await the_event()
    page = (await browser.get(f"/events/{before.public_id}/edit")).text
    answer = await browser.post(
        f"/events/{before.public_id}/edit",
        data=filled(seats="12", about="Hello\r\n\r\nyou", seen=hidden(page, "seen")),
    )
    assert answer.status_code == 303
    assert (await the_event()).changed_at == before.changed_at


@pytest.mark.parametrize("bo_comes", [True, False])
async def test_a_moved_event_tells_its_organiser_whether_letters_go(
    signed_in: As, walkers: Community, ana: Person, bo: Person, bo_comes: bool
) -> None:
    browser = await signed_in(ana)
    await browser.post(NEW, data=filled(then="publish"))
    where = f"/events/{(await the_event()).public_id}"
    if bo_comes:
        await (await signed_in(bo)).post(f"{where}/rsvp", data={"answer": "going"})
    seen = hidden((await browser.get(f"{where}/edit")).text, "seen")
    await browser.post(f"{where}/edit", data=filled(time="19:00", seen=seen))
    said = "gets a letter about it" if bo_comes else "Nobody is coming yet, so no letter goes out."
    assert said in (await browser.get(where)).text
    assert (await the_event()).sequence == 1


@pytest.mark.parametrize("bo_comes", [True, False])
async def test_cancelling_speaks_of_letters_only_where_somebody_gets_one(
    signed_in: As, walkers: Community, ana: Person, bo: Person, bo_comes: bool
) -> None:
    browser, event = await signed_in(ana), await make_event(walkers, ana)
    where = f"/events/{event.public_id}"
    if bo_comes:
        await (await signed_in(bo)).post(f"{where}/rsvp", data={"answer": "maybe"})
    asked = (await browser.get(f"{where}/cancellation")).text
    assert ("1 person gets a letter at once" in asked) == bo_comes
    await browser.post(f"{where}/cancellation", data={"reason": "Rain"})
    said = "1 person gets a letter" if bo_comes else "Nobody was coming, so no letter goes out."
    assert said in (await browser.get(where)).text


async def test_two_who_edit_at_once_are_both_kept(signed_in: As, walkers: Community, ana: Person) -> None:
    browser = await signed_in(ana)
    await browser.post(NEW, data=filled(then="publish"))
    where = f"/events/{(await the_event()).public_id}/edit"
    seen = hidden((await browser.get(where)).text, "seen")
    assert (await browser.post(where, data=filled(title="Soup", seen=seen))).status_code == 303
    refused = await browser.post(where, data=filled(title="Stew", place="The mill", seen=seen))
    assert refused.status_code == 409
    assert "Somebody changed this while you were writing" in refused.text
    assert 'value="Stew"' in refused.text and 'value="The mill"' in refused.text
    assert (
        '<dd dir="auto">Soup</dd>' in refused.text and '<dd dir="auto">The old library</dd>' in refused.text
    )
    again = await browser.post(where, data=filled(title="Stew", seen=hidden(refused.text, "seen")))
    assert again.status_code == 303
    assert (await the_event()).title == "Stew"


async def test_who_edits_second_reads_what_is_otherwise_in_the_words_of_the_form(
    signed_in: As, walkers: Community, ana: Person
) -> None:
    browser = await signed_in(ana)
    await browser.post(NEW, data=filled(then="publish", approval="true", visibility="members"))
    where = f"/events/{(await the_event()).public_id}/edit"
    seen = hidden((await browser.get(where)).text, "seen")
    await browser.post(where, data=filled(title="Soup", approval="true", visibility="members", seen=seen))
    same = await browser.post(where, data=filled(approval="true", visibility="members", seen=seen))
    assert same.status_code == 409 and '<dd dir="auto">Soup</dd>' in same.text
    assert "<dt>You accept each answer</dt>" not in same.text and "<dt>Who may see it</dt>" not in same.text
    other = (await browser.post(where, data=filled(visibility="public", seen=seen))).text
    assert "<dt>You accept each answer</dt>" in other and '<dd dir="auto">Yes</dd>' in other
    assert "<dt>Who may see it</dt>" in other and "<dd>Members</dd>" in other


async def test_what_was_online_and_is_not_has_no_link(signed_in: As, walkers: Community, ana: Person) -> None:
    online = {"mode": "online", "join_url": "https://meet.example/x", "address": "Somewhere"}
    await (await signed_in(ana)).post(NEW, data=filled(**online))
    event = await the_event()
    assert (event.place, event.address, event.join_url) == ("", "", "https://meet.example/x")


def a_picture() -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (40, 30), "tomato").save(written, "PNG")
    return written.getvalue()


async def test_a_picture_is_kept_when_the_form_has_to_be_mended(
    signed_in: As, walkers: Community, ana: Person
) -> None:
    browser = await signed_in(ana)
    refused = await browser.post(NEW, data=filled(title=""), files={"picture": ("a.png", a_picture())})
    assert refused.status_code == 422
    assert "You need not choose it again" in refused.text
    answer = await browser.post(NEW, data=filled(kept=hidden(refused.text, "kept")))
    await work_off()
    event = await the_event()
    assert event.picture
    page = (await browser.get(answer.headers["location"])).text
    assert re.search(r'<img src="/pictures/[a-z0-9]+/large\.webp"', page)
    await browser.post(
        f"/events/{event.public_id}/edit",
        data=filled(without_picture="true", seen=event.changed_at.isoformat()),
    )
    assert (await the_event()).picture is None


async def test_a_copy_keeps_the_picture_as_its_own(signed_in: As, walkers: Community, ana: Person) -> None:
    browser = await signed_in(ana)
    await browser.post(NEW, data=filled(then="publish"), files={"picture": ("a.png", a_picture())})
    await work_off()
    first = await the_event()
    page = (await browser.get(f"{NEW}?like={first.public_id}")).text
    shown = re.findall(r"/pictures/[a-z0-9]+/large.webp", page)[0]
    await browser.post(NEW, data=filled(like=first.public_id, then="draft"))
    copy = await Event.objects().order_by(Event.id, ascending=False).first()
    assert copy and copy.picture and copy.picture != first.picture
    await db.run("DELETE FROM events WHERE id = $1", first.id)
    assert (await browser.get(shown)).status_code == 404
    own = re.findall(
        r"/pictures/[a-z0-9]+/large.webp", (await browser.get(f"/events/{copy.public_id}")).text
    )[0]
    assert own != shown and (await browser.get(own)).headers["content-type"] == "image/webp"


async def test_a_copy_can_do_without_the_picture_or_have_another(
    signed_in: As, walkers: Community, ana: Person
) -> None:
    browser = await signed_in(ana)
    await browser.post(NEW, data=filled(then="publish"), files={"picture": ("a.png", a_picture())})
    first = await the_event()
    await browser.post(NEW, data=filled(like=first.public_id, without_picture="true"))
    await browser.post(NEW, data=filled(like=first.public_id), files={"picture": ("b.png", a_picture())})
    _, bare, other = await Event.objects().order_by(Event.id)
    assert bare.picture is None and other.picture not in (None, first.picture)
    assert await db.value("SELECT count(*) FROM pictures") == 2


async def test_what_is_no_picture_is_refused(signed_in: As, walkers: Community, ana: Person) -> None:
    answer = await (await signed_in(ana)).post(NEW, data=filled(), files={"picture": ("a.png", b"<svg/>")})
    assert answer.status_code == 422
    assert "not a picture we can read" in answer.text
    assert await Event.count() == 0


async def test_a_copy_keeps_the_text_and_asks_for_the_date(
    signed_in: As, walkers: Community, ana: Person
) -> None:
    old = await make_event(walkers, ana, seats=12, guests_allowed=2, ends_at=in_days(7, 21, 0))
    browser = await signed_in(ana)
    answer = await browser.post(f"/events/{old.public_id}/copy")
    assert await Event.count() == 1
    page = (await browser.get(answer.headers["location"])).text
    assert 'value="A walk along the river"' in page and "Bring *water*." in page
    assert 'name="date" value=""' in page and "secret-room" not in page
    assert hidden(page, "time") == "18:30" and hidden(page, "seats") == "12"
    assert hidden(page, "like") == old.public_id


async def test_a_copy_takes_the_shifts_along(signed_in: As, walkers: Community, ana: Person) -> None:
    old = await make_event(walkers, ana)
    needed = Needed("Door", "", 2, old.starts_at, old.starts_at + timedelta(hours=1))
    await shifts.add(old, needed)
    day = f"{in_days(40):%Y-%m-%d}"
    await (await signed_in(ana)).post(NEW, data=filled(date=day, like=old.public_id))
    new = await Event.objects().where(Event.id != old.id).first()
    assert new
    (shift,) = await shifts_of(new, ana)
    assert (shift.title, shift.places, shift.starts_at, shift.taken) == ("Door", 2, new.starts_at, 0)


async def test_nobody_copies_what_they_may_not_see(
    signed_in: As, walkers: Community, ana: Person, bo: Person
) -> None:
    other = Community(slug="others", name="Others", zone="UTC")
    await other.save()
    secret = await make_event(other, status="draft")
    browser = await signed_in(ana)
    assert (await browser.get(f"{NEW}?like={secret.public_id}")).status_code == 404
    for name in (secret.public_id, "222222222222"):
        answer = await browser.post(NEW, data=filled(like=name))
        assert (answer.status_code, "is not there any more" in answer.text) == (422, True)
    assert await Event.count() == 1


@pytest.mark.parametrize("path", ["events", "series"])
async def test_what_is_typed_outlives_the_draft_that_it_was_begun_from(
    signed_in: As, walkers: Community, ana: Person, path: str
) -> None:
    draft, browser = await make_event(walkers, ana, status="draft"), await signed_in(ana)
    new = f"/communities/walkers/{path}/new"
    said = {**filled(like=draft.public_id, title="Soup in the yard", then="draft"), "every": "week"}
    await browser.post(f"{new}/unfinished", data=said)
    await browser.post(f"/events/{draft.public_id}/removal")
    kept = await browser.post(f"{new}/unfinished", data=said)
    name = kept.json()["unfinished"]
    opened = await browser.get(f"{new}?unfinished={name}")
    assert (opened.status_code, "Soup in the yard" in opened.text) == (200, True)
    refused = await browser.post(new, data=said)
    assert refused.status_code == 422 and "Soup in the yard" in refused.text
    assert "its questions, shifts and co-hosts do not come along" in refused.text
    written = await browser.post(new, data={**said, "like": hidden(refused.text, "like")})
    assert written.status_code == 303


async def test_publishing_cancelling_and_removing_are_for_organisers(
    client: httpx.AsyncClient, signed_in: As, walkers: Community, ana: Person, bo: Person, cleo: Person
) -> None:
    draft = await make_event(walkers, status="draft")
    on = await make_event(walkers)
    for noun in ("publication", "cancellation", "copy", "removal"):
        assert (await client.post(f"/events/{draft.public_id}/{noun}")).status_code == 404
        for who in (bo, cleo):
            browser = await signed_in(who)
            assert (await browser.post(f"/events/{draft.public_id}/{noun}")).status_code == 404
            assert (await browser.post(f"/events/{on.public_id}/{noun}")).status_code == 403
    as_ana = await signed_in(ana)
    for _ in range(2):
        assert (await as_ana.post(f"/events/{draft.public_id}/publication")).status_code == 303
        assert (
            await as_ana.post(f"/events/{on.public_id}/cancellation", data={"reason": "Rain"})
        ).status_code == 303
    assert (await as_ana.post(f"/events/{draft.public_id}/removal")).status_code == 409
    assert (await as_ana.get(f"/events/{on.public_id}/cancellation")).status_code == 200
    gone = await make_event(walkers, status="draft")
    assert (await as_ana.post(f"/events/{gone.public_id}/removal")).headers[
        "location"
    ] == "/communities/walkers"
    assert await queries.event_by_id(gone.id) is None


async def test_who_calls_it_off_says_why_and_who_comes_reads_it(
    signed_in: As, walkers: Community, ana: Person, bo: Person, dev: Person
) -> None:
    event = await make_event(walkers, ana)
    page = f"/events/{event.public_id}/cancellation"
    browser = await signed_in(ana)
    assert "nobody gets a letter" in (await browser.get(page)).text
    await seats.answer(event, bo, answer="going", by=bo)
    role = await shifts.add(event, Needed("Door", "", 2, event.starts_at, in_days(7, 21)))
    for helper in (bo, dev):
        await shifts.sign_up(role, helper, event)
    assert "2 people get a letter at once" in (await browser.get(page)).text
    for reason in ("", " \n"):
        refused = await browser.post(page, data={"reason": reason})
        assert refused.status_code == 422 and "Please say why" in refused.text
        assert 'href="#f-reason"' in refused.text and (await the_event()).status == "published"
    too_long = await browser.post(page, data={"reason": "x" * 1001})
    assert "Please keep this under 1,000 characters." in too_long.text and "x" * 1001 in too_long.text
    done = await browser.post(page, data={"reason": "The mill is flooded."})
    assert "2 people get a letter" in (await browser.get(done.headers["location"])).text
    (letter,) = [each for each in await letters_to(bo.email) if each["Subject"].startswith("Cancelled")]
    assert "The mill is flooded." in text_of(letter)


async def test_nothing_is_changed_by_looking(signed_in: As, walkers: Community, ana: Person) -> None:
    event = await make_event(walkers, status="draft")
    browser = await signed_in(ana)
    for noun in ("publication", "copy", "removal"):
        assert (await browser.get(f"/events/{event.public_id}/{noun}")).status_code == 405
    await browser.get(f"/events/{event.public_id}/cancellation")
    assert (await the_event()).status == "draft"


async def test_begin_leads_to_the_form(signed_in: As, walkers: Community, ana: Person, bo: Person) -> None:
    assert (await (await signed_in(ana)).get("/events/new")).headers["location"] == NEW
    # Whoever organises nothing yet starts a community on the way, and comes back.
    browser = await signed_in(bo)
    start = (await browser.get("/events/new")).headers["location"]
    page = (await browser.get(start)).text
    assert "Gatherings belong to a community" in page
    started = {"name": "Readers", "zone": "Europe/Berlin", "next": hidden(page, "next")}
    assert (await browser.post("/communities/new", data=started)).headers["location"] == "/events/new"
    assert (await browser.get("/events/new")).headers["location"] == "/communities/readers/events/new"
    elsewhere = {"name": "Singers", "zone": "Europe/Berlin", "next": "https://evil.example"}
    assert (await browser.post("/communities/new", data=elsewhere)).headers[
        "location"
    ] == "/communities/singers"


anything = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["", "0", "-1", "1e9", "9" * 30, "2026-02-29", "2028-02-29", "0001-01-01", "9999-12-31",
                     "24:00", "23:59:59.999", "02:30", "2027-03-28", "Europe/Berlin", "Pacific/Apia", "Factory",
                     "\x00", "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"), "true", "null"]),
)  # fmt: skip


@pytest.mark.slow
@given(st.fixed_dictionaries({}, optional=dict.fromkeys(EventFields.model_fields, anything)))
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
async def test_whatever_is_typed_is_right_or_refused(typed: dict[str, str]) -> None:
    form = forms.check(EventFields, filled() | typed)
    if not form.data:
        assert form.errors
        return
    try:
        said = form.data.details()
    except Refusal as refusal:
        assert refusal.sentence and refusal.field in EventFields.model_fields
    else:
        assert said.ends_at is None or said.ends_at > said.starts_at


async def test_a_form_that_outlived_its_picture_is_taken_without_it(
    signed_in: As, walkers: Community, ana: Person
) -> None:
    browser = await signed_in(ana)
    refused = await browser.post(NEW, data=filled(title=""), files={"picture": ("a.png", a_picture())})
    await db.run("DELETE FROM pictures")
    answer = await browser.post(NEW, data=filled(kept=hidden(refused.text, "kept")))
    assert answer.status_code == 303


# How answers are taken


FULLY = {
    "mode": "hybrid",
    "join_url": "https://meet.example/soup",
    "seats": "12",
    "online_seats": "30",
    "approval": "true",
    "asks_first": "48",
    "replies_kept": "14",
}


def window(opens: int, closes: int) -> dict[str, str]:
    """Answers from ten in the morning in so many days until noon in so many."""
    return {
        "opens": f"{in_days(opens):%Y-%m-%d}",
        "opens_time": "10:00",
        "closes": f"{in_days(closes):%Y-%m-%d}",
        "closes_time": "12:00",
    }


async def test_all_that_can_be_said_of_answers_is_kept_and_shown_again(
    signed_in: As, walkers: Community, ana: Person, client: httpx.AsyncClient
) -> None:
    browser = await signed_in(ana)
    await browser.post(NEW, data=filled(**FULLY, **window(1, 6), then="publish"))
    event = await the_event()
    assert (event.pool().seats, event.pool(online=True).seats, event.policy.approval) == (12, 30, True)
    assert (event.policy.asks_first, event.policy.replies_kept) == (48, 14)
    assert (event.policy.answers_open_at, event.policy.answers_close_at) == (
        in_days(1, 10, 0),
        in_days(6, 12, 0),
    )
    page = (await browser.get(f"/events/{event.public_id}/edit")).text
    assert '<details class="more" open>' in page
    assert 'value="10:00"' in page and 'value="12:00"' in page
    assert '<option value="48" selected>' in page
    facts = (await client.get(f"/events/{event.public_id}.json")).json()
    assert (facts["online_seats"], facts["online_seats_left"], facts["approval"]) == (30, 30, True)
    assert facts["answers_open_at"] == in_days(1, 10, 0).isoformat()
    assert facts["answers_close_at"] == in_days(6, 12, 0).isoformat()


async def test_what_is_rarely_used_is_folded_away(signed_in: As, walkers: Community, ana: Person) -> None:
    browser = await signed_in(ana)
    page = (await browser.get(NEW)).text
    assert '<details class="more">' in page and '<option value="24" selected>' in page
    await browser.post(NEW, data=filled(asks_first="24", replies_kept="30"))
    page = (await browser.get(f"/events/{(await the_event()).public_id}/edit")).text
    assert '<details class="more">' in page


async def test_what_is_wrong_in_the_fold_is_not_hidden(
    signed_in: As, walkers: Community, ana: Person
) -> None:
    answer = await (await signed_in(ana)).post(NEW, data=filled(opens=f"{in_days(1):%Y-%m-%d}"))
    assert answer.status_code == 422
    assert '<details class="more" open>' in answer.text and "Please give the time as well." in answer.text


async def test_only_a_hybrid_gathering_has_seats_in_the_call(
    signed_in: As, walkers: Community, ana: Person
) -> None:
    await (await signed_in(ana)).post(NEW, data=filled(online_seats="30"))
    assert len((await the_event()).pools) == 1


async def test_hours_that_are_not_in_the_list_stay(signed_in: As, walkers: Community, ana: Person) -> None:
    event = await make_event(walkers, ana, asks_first=100)
    page = (await (await signed_in(ana)).get(f"/events/{event.public_id}/edit")).text
    assert '<option value="100" selected>100 hours before</option>' in page


async def test_a_copy_takes_all_but_the_days_of_answers(
    signed_in: As, walkers: Community, ana: Person
) -> None:
    browser = await signed_in(ana)
    await browser.post(NEW, data=filled(**FULLY, **window(1, 6), then="publish"))
    event = await the_event()
    page = (await browser.get(f"{NEW}?like={event.public_id}")).text
    assert hidden(page, "like") == event.public_id
    assert '<option value="48" selected>' in page and 'value="14"' in page
    assert 'value="10:00"' not in page and 'value="12:00"' not in page


async def test_fewer_seats_than_are_taken_take_nobodys_away(
    signed_in: As, walkers: Community, ana: Person
) -> None:
    event = await make_event(walkers, ana, mode="in_person", join_url="", seats=20, taken=12)
    browser = await signed_in(ana)
    answer = await save(browser, event, seats="10", mode="in_person")
    assert answer.status_code == 303
    page = (await browser.get(answer.headers["location"])).text
    assert "12 are coming: nobody is turned away, and no seat is free until fewer are coming." in page


async def test_people_in_the_call_keep_it(signed_in: As, walkers: Community, ana: Person, bo: Person) -> None:
    event = await make_event(walkers, ana, seats=5, online_seats=5)
    await db.run(
        """
        INSERT INTO rsvps (public_id, event, person, status, wanted, guests, guest_names, online, listed, skipped, link,
            confirmed_at, answered_at, created_at)
        VALUES ('zzzzzzzzzzzz', $1, $2, 'maybe', 'maybe', 0, '', true, 'nobody', 0, 0, $3, $3, $3)
        """,
        event.id,
        bo.id,
        event.created_at,
    )
    browser = await signed_in(ana)
    for mode in ("in_person", "online"):
        refused = await save(browser, event, mode=mode)
        assert refused.status_code == 422
        assert "People have answered for the call." in refused.text
    assert (await the_event()).mode == "hybrid"
    await seats.withdraw(event, bo, by=bo)
    assert (await save(browser, event, mode="in_person")).status_code == 303
    assert len((await the_event()).pools) == 1


@pytest.mark.parametrize(
    ("change", "announcement", "told"),
    [
        ({"seats": 9}, SeatsChanged, True),
        ({"online_seats": 9}, SeatsChanged, True),
        ({"guests_allowed": 2}, SeatsChanged, True),
        ({"answers_close_at": in_days(5)}, SeatsChanged, True),
        ({"approval": False}, SeatsChanged, True),
        ({"approval": False}, ApprovalEnded, True),
        ({"seats": 9}, ApprovalEnded, False),
        ({"replies_kept": 3}, SeatsChanged, False),
        ({"title": "A swim"}, SeatsChanged, False),
    ],
)
async def test_what_may_move_the_line_is_announced(
    walkers: Community, ana: Person, change: dict[str, Any], announcement: type, told: bool
) -> None:
    event = await make_event(walkers, ana, approval=True)
    with hearing(announcement) as heard:
        await publishing.edit(event, details(**{"approval": True, **change}), seen=event.changed_at)
        await work_off()
    assert heard == ([announcement(event.id)] if told else [])


async def save(browser: httpx.AsyncClient, event: Event, **given: Any) -> httpx.Response:
    """The form as it is, with these fields otherwise."""
    where = f"/events/{event.public_id}/edit"
    seen = hidden((await browser.get(where)).text, "seen")
    return await browser.post(where, data=filled(seen=seen, **{"mode": "hybrid", **given}))


# The picture, and the point of it that stays in view


async def test_the_point_that_a_host_chose_stays_in_view_wherever_the_picture_is_cut(
    signed_in: As, walkers: Community, ana: Person, client: httpx.AsyncClient
) -> None:
    browser = await signed_in(ana)
    said = filled(then="publish", picture_x="80", picture_y="0")
    await browser.post(NEW, data=said, files={"picture": ("a.png", a_picture())})
    await work_off()
    event = await the_event()
    assert (event.picture_x, event.picture_y) == (80, 0)
    for path in (f"/events/{event.public_id}", "/events", "/communities/walkers", "/"):
        assert re.search(r'<img [^>]*class="point-x-80 point-y-0"', (await client.get(path)).text), path
    form = (await browser.get(f"/events/{event.public_id}/edit")).text
    assert 'name="picture_x" id="f-picture_x" value="80"' in form
    copy = (await browser.get(f"{NEW}?like={event.public_id}")).text
    assert 'name="picture_x" id="f-picture_x" value="80"' in copy


async def test_without_a_choice_the_middle_stays_in_view(
    signed_in: As, walkers: Community, ana: Person
) -> None:
    await (await signed_in(ana)).post(NEW, data=filled(then="publish"))
    event = await the_event()
    assert (event.picture_x, event.picture_y) == (50, 50)


async def test_what_is_folded_away_is_open_when_it_holds_something_or_is_wrong(
    signed_in: As, walkers: Community, ana: Person
) -> None:
    browser = await signed_in(ana)
    assert '<details class="more" open' not in (await browser.get(NEW)).text
    for typed in (
        {"last_day": "soon"}, {"address": "Mill Lane 4"}, {"address_public": "true"}, {"summary": "Soup."},
        {"guests_allowed": "2"}, {"guests_allowed": "many"}, {"approval": "true"}, {"asks_first": "6"},
    ):  # fmt: skip
        page = (await browser.post(NEW, data=filled(title="", **typed))).text
        assert page.count('<details class="more" open') == 1, typed
