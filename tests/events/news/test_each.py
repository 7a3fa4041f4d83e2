"""A letter for each new gathering: soon, once, together with what else a community publishes in these minutes."""

from datetime import timedelta
from urllib.parse import urlsplit

import httpx
import pytest

from events.details import Details
from events.news import each
from events.publishing import publishing
from events.series import beginning, making
from events.tables import CoHost, Event, NewsDue, Series
from members.account import erasing
from members.communities import joining, keeping_out
from members.communities.keeping_out import Whom
from members.letters import away, following, letter_hours
from members.tables import Community, Person
from rsvps.seating import seats
from server import db, jobs, tokens
from tests.counting import counted
from tests.events.news.following import MONDAY, SOON, WEDNESDAY, hear, letters, published, subjects
from tests.followups.mornings import at
from tests.gatherings import as_it_is, details, make_series
from tests.ground import text_of, work_off
from tests.people import make_person

LATER = WEDNESDAY + SOON


async def test_cleo_hears_of_a_new_gathering_some_minutes_after_it_is_published(
    walkers: Community, ana: Person, cleo: Person
) -> None:
    await hear(cleo, walkers, "each")
    event = await published(walkers, ana, WEDNESDAY, title="Soup and songs")
    assert await subjects(cleo, WEDNESDAY) == []
    (letter,) = await letters(cleo, LATER)
    assert str(letter["Subject"]) == "New: Soup and songs"
    text = " ".join(text_of(letter).split())
    assert "Sunday Walkers has planned a gathering:" in text
    assert f"/events/{event.public_id}" in text
    assert "Mill Lane" not in text, "the address is for those who come"
    assert "because you asked for a letter for each new gathering of Sunday Walkers" in text
    assert len(await letters(cleo, LATER + timedelta(hours=1))) == 1


async def test_several_within_minutes_are_one_letter(walkers: Community, ana: Person, cleo: Person) -> None:
    await hear(cleo, walkers, "each")
    for minute, title in enumerate(("Soup", "Songs", "Stories")):
        await published(walkers, ana, WEDNESDAY + timedelta(minutes=minute), title=title, days=3 + minute)
    (letter,) = await letters(cleo, LATER)
    assert str(letter["Subject"]) == "3 new gatherings of Sunday Walkers"
    text = text_of(letter)
    assert text.index("Soup") < text.index("Songs") < text.index("Stories")
    await published(walkers, ana, LATER, title="A talk")
    assert (await subjects(cleo, LATER + SOON))[-1] == "New: A talk"


async def test_two_communities_are_two_letters_each_with_its_own_way_out(
    walkers: Community, ana: Person, cleo: Person, client: httpx.AsyncClient
) -> None:
    readers = Community(slug="readers", name="Readers", zone="Europe/Berlin")
    await readers.save()
    await joining.join(ana, readers)
    for community in (walkers, readers):
        await hear(cleo, community, "each")
        await published(community, ana, WEDNESDAY)
    sent = await letters(cleo, LATER)
    lists = sorted(str(letter["List-Id"]).partition("<")[2] for letter in sent)
    assert [each.partition(".")[0] for each in lists] == ["readers", "walkers"]
    (letter,) = [letter for letter in sent if "walkers" in str(letter["List-Id"])]
    link = urlsplit(str(letter["List-Unsubscribe"]).strip("<>")).path
    assert (await client.post(link, data={"List-Unsubscribe": "One-Click"})).status_code == 200
    for community in (walkers, readers):
        await published(community, ana, LATER, title="Another")
    sent = await letters(cleo, LATER + SOON)
    assert ["readers" in str(letter["List-Id"]) for letter in sent[2:]] == [True]


@pytest.mark.parametrize("how", ["weekly", "never", None])
async def test_nobody_else_hears(walkers: Community, ana: Person, bo: Person, how: str | None) -> None:
    if how:
        await hear(bo, walkers, how)
    await published(walkers, ana, WEDNESDAY)
    assert await letters(bo, LATER) == []


async def test_who_changes_their_mind_meanwhile_hears_nothing(
    walkers: Community, ana: Person, cleo: Person, bo: Person, dev: Person
) -> None:
    for person in (cleo, bo, dev):
        await hear(person, walkers, "each")
    await published(walkers, ana, WEDNESDAY)
    await following.choose(cleo, walkers, "never")
    await joining.leave(bo, walkers)
    await keeping_out.keep_out(walkers, Whom(dev.email, dev), by=ana)
    for person in (cleo, bo, dev):
        assert await letters(person, LATER) == []


async def test_what_is_cancelled_over_or_for_others_is_not_told(
    walkers: Community, ana: Person, bo: Person, cleo: Person
) -> None:
    for person in (bo, cleo):
        await hear(person, walkers, "each")
    off = await published(walkers, ana, WEDNESDAY, title="Called off")
    for visibility in ("unlisted", "invited", "members"):
        await published(walkers, ana, WEDNESDAY, title=f"For {visibility}", visibility=visibility)
    with at(WEDNESDAY):
        await publishing.cancel(off, reason="Rain.")
    assert await subjects(cleo, LATER) == []
    assert await subjects(bo, LATER) == ["New: For members"]


@pytest.mark.parametrize("before", ["unlisted", "invited"])
async def test_what_is_opened_to_all_is_news_then_and_once(
    walkers: Community, ana: Person, cleo: Person, bo: Person, before: str
) -> None:
    await hear(cleo, walkers, "each")
    await hear(bo, walkers, "weekly")
    event = await published(walkers, ana, WEDNESDAY - timedelta(days=9), visibility=before, days=40)
    for person in (cleo, bo):
        assert await letters(person, WEDNESDAY) == []
    for moment, visibility in ((WEDNESDAY, "public"), (LATER, "members"), (LATER, "public")):
        with at(moment):
            event = await as_it_is(event)
            await publishing.edit(event, said_of(event, visibility), seen=event.changed_at)
            await work_off()
    assert await subjects(cleo, LATER) == [f"New: {event.title}"]
    assert await subjects(cleo, LATER + timedelta(hours=1)) == [f"New: {event.title}"]
    (letter,) = await letters(bo, MONDAY)
    assert "(New)" in text_of(letter)
    assert len(await letters(bo, MONDAY + timedelta(weeks=1))) == 1


def said_of(event: Event, visibility: str) -> Details:
    return details(
        title=event.title,
        starts_at=event.starts_at,
        ends_at=None,
        mode="in_person",
        join_url="",
        visibility=visibility,
    )


async def test_a_gathering_that_has_begun_is_no_news(walkers: Community, ana: Person, cleo: Person) -> None:
    await hear(cleo, walkers, "each")
    with at(WEDNESDAY):
        await letter_hours.pause(cleo, None)
    await published(walkers, ana, WEDNESDAY, days=1)
    assert await letters(cleo, LATER) == []
    with at(WEDNESDAY + timedelta(days=2)):
        await letter_hours.go_on(cleo)
        await work_off()
    assert await letters(cleo, WEDNESDAY + timedelta(days=2, minutes=1)) == []


async def test_not_what_one_hosts_or_has_answered(
    walkers: Community, ana: Person, bo: Person, dev: Person
) -> None:
    for person in (ana, bo, dev):
        await hear(person, walkers, "each")
    event = await published(walkers, ana, WEDNESDAY)
    with at(WEDNESDAY):
        await CoHost(event=event.id, person=dev.id, added_by=ana.id).save()
        await seats.answer(event, bo, answer="declined", by=bo)
    for person in (ana, bo, dev):
        assert await letters(person, LATER) == []
    assert await NewsDue.count() == 0


async def test_who_is_kept_out_of_the_gathering_is_not_told_of_it(
    walkers: Community, ana: Person, bo: Person
) -> None:
    from events.hosting import keeping_out as of_event

    await hear(bo, walkers, "each")
    event = await published(walkers, ana, WEDNESDAY)
    with at(WEDNESDAY):
        await of_event.keep_out(event, Whom(bo.email, bo), by=ana)
    assert await letters(bo, LATER) == []


async def test_full_is_said(walkers: Community, ana: Person, cleo: Person, bo: Person) -> None:
    await hear(cleo, walkers, "each")
    event = await published(walkers, ana, WEDNESDAY, seats=1)
    with at(WEDNESDAY):
        await seats.answer(event, bo, answer="going", by=bo)
    (letter,) = await letters(cleo, LATER)
    assert "Full, with a waiting list" in text_of(letter)


async def test_it_waits_for_who_is_away_pauses_or_has_quiet_hours_and_comes_as_one(
    walkers: Community, ana: Person, cleo: Person, bo: Person, dev: Person
) -> None:
    for person in (cleo, bo, dev):
        await hear(person, walkers, "each")
    with at(WEDNESDAY):
        await away.go(cleo, (WEDNESDAY + timedelta(days=2)).date())
        await letter_hours.pause(bo, None)
        await letter_hours.be_quiet(dev, (10, 15))
        await work_off()
    await published(walkers, ana, WEDNESDAY, title="Soup", days=20)
    for person in (cleo, bo, dev):
        assert await letters(person, LATER) == []
    await published(walkers, ana, WEDNESDAY + timedelta(hours=1), title="Songs", days=20)
    assert await subjects(dev, WEDNESDAY + timedelta(hours=2, minutes=59)) == []
    assert await subjects(dev, WEDNESDAY + timedelta(hours=3)) == ["2 new gatherings of Sunday Walkers"]
    midnight = (WEDNESDAY + timedelta(days=2)).replace(hour=0)
    assert await subjects(cleo, midnight - timedelta(minutes=1)) == []
    assert await subjects(cleo, midnight) == ["2 new gatherings of Sunday Walkers"]
    assert await subjects(bo, midnight + timedelta(days=9)) == []
    with at(midnight + timedelta(days=9)):
        await letter_hours.go_on(bo)
        await work_off()
    assert await subjects(bo, midnight + timedelta(days=9)) == ["2 new gatherings of Sunday Walkers"]


async def test_a_series_that_begins_is_one_entry_and_what_it_goes_on_with_is_no_news(
    walkers: Community, ana: Person, cleo: Person
) -> None:
    await hear(cleo, walkers, "each")
    with at(WEDNESDAY):
        said = details(title="Tuesday soup", starts_at=WEDNESDAY + timedelta(days=6), ends_at=None)
        series = await beginning.begin(
            walkers, said, by=ana, public_id=tokens.public_id(), by_rule="FREQ=WEEKLY;BYDAY=TU"
        )
        made = await beginning.start(series)
        await work_off()
    (letter,) = await letters(cleo, LATER)
    assert str(letter["Subject"]) == "New: Tuesday soup"
    assert f"Every Tuesday: {made - 1} more dates so far" in text_of(letter)
    with at(WEDNESDAY + timedelta(weeks=2)):
        await work_off()
        from events.series import making

        assert await making.make(series.id)
        await work_off()
    assert len(await letters(cleo, WEDNESDAY + timedelta(weeks=2, hours=1))) == 1


async def test_the_same_announcement_twice_tells_once(walkers: Community, ana: Person, cleo: Person) -> None:
    await hear(cleo, walkers, "each")
    event = await published(walkers, ana, WEDNESDAY)
    with at(WEDNESDAY):
        token = jobs.current_work.set(1)  # That work has ended.
        await each.note([event.id])
        jobs.current_work.reset(token)
    assert await db.value("SELECT events FROM news_due") == [event.id]


async def test_it_comes_in_their_own_language_or_the_communitys(
    walkers: Community, ana: Person, cleo: Person, bo: Person
) -> None:
    await walkers.update_self({Community.language: "de"})
    await bo.update_self({Person.language: "en"})
    for person in (cleo, bo):
        await hear(person, walkers, "each")
    await published(walkers, ana, WEDNESDAY, title="Suppe")
    assert (await subjects(bo, LATER)) == ["New: Suppe"]
    assert (await subjects(cleo, LATER)) == ["Neu: Suppe"]


async def test_who_is_erased_is_told_nothing(walkers: Community, ana: Person, cleo: Person) -> None:
    await hear(cleo, walkers, "each")
    await published(walkers, ana, WEDNESDAY)
    await erasing.erase(cleo, email=cleo.email)
    assert await NewsDue.count() == 0


async def test_telling_many_asks_no_more_than_telling_one(walkers: Community, ana: Person) -> None:
    people = [await make_person(f"Person {number}") for number in range(8)]
    asked = []
    for some in (people[:1], people[1:]):
        for person in some:
            await hear(person, walkers, "each")
        await published(walkers, ana, WEDNESDAY)
        with at(LATER):
            async with counted() as queries:
                assert await each.tell_due() >= len(some)
        asked.append(len(queries))
        await db.run("DELETE FROM due_work")
    assert asked[0] == asked[1] <= 8


async def test_a_series_that_reaches_further_before_a_worker_has_come_is_told_all_the_same(
    walkers: Community, ana: Person, cleo: Person
) -> None:
    await hear(cleo, walkers, "each")
    with at(WEDNESDAY):
        series = await make_series(walkers, ana, weeks_ahead=2)
        await Series.update({Series.weeks_ahead: 6}).where(Series.id == series.id)
        assert await making.make(series.id)
        await work_off()
    assert await subjects(cleo, LATER) == ["New: Soup for all"]
    assert await subjects(cleo, LATER + timedelta(hours=1)) == ["New: Soup for all"]
