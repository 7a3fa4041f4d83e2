"""One letter a week, on the first morning of its reader's week: what is new, has changed, is full and comes up."""

from datetime import date, timedelta
from email.message import EmailMessage
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import httpx
import pytest

from events.news import weekly
from events.publishing import publishing
from events.series import course
from events.tables import WeeklyTurn
from members.communities import joining
from members.letters import away, following, letter_hours
from members.tables import Community, Person
from rsvps.seating import seats
from server import db
from server.presentation import short_date
from tests.counting import counted
from tests.events.news.following import MONDAY, WEDNESDAY, WEEK, hear, letters, published, subjects
from tests.followups.mornings import at
from tests.gatherings import as_it_is, details, make_series
from tests.ground import text_of as raw_text_of
from tests.ground import work_off
from tests.people import make_person

SUBJECT = "This week with Sunday Walkers"
MINUTE = timedelta(minutes=1)


def text_of(letter: EmailMessage) -> str:
    return raw_text_of(letter).replace("\r\n", "\n")


async def readers_of(ana: Person, name: str = "Readers") -> Community:
    community = Community(slug=name.lower(), name=name, zone="Europe/Berlin")
    await community.save()
    await joining.join(ana, community)
    return community


async def test_monday_at_eight_with_what_is_new(walkers: Community, ana: Person, cleo: Person) -> None:
    await hear(cleo, walkers)
    event = await published(walkers, ana, WEDNESDAY, days=30, title="Soup and songs")
    assert await subjects(cleo, MONDAY - MINUTE) == []
    (letter,) = await letters(cleo, MONDAY)
    assert str(letter["Subject"]) == SUBJECT
    text = text_of(letter)
    assert "Soup and songs\n(New)\nFri 11 Dec, 19:00\nThe old mill\n" in text
    assert f"/events/{event.public_id}" in text
    assert "Mill Lane" not in text
    assert "because you asked for it" in " ".join(text.split())
    assert len(await letters(cleo, MONDAY + 6 * MINUTE)) == 1
    # It is new once, and a month ahead it does not come up.
    assert len(await letters(cleo, MONDAY + WEEK)) == 1
    assert len(await letters(cleo, MONDAY + 3 * WEEK)) == 2
    assert "(Coming up)" in text_of((await letters(cleo, MONDAY + 3 * WEEK))[1])


async def test_nothing_to_say_no_letter(walkers: Community, cleo: Person) -> None:
    await hear(cleo, walkers)
    for week in range(3):
        assert await letters(cleo, MONDAY + week * WEEK) == []
    assert await db.value("SELECT due_at FROM weekly_turns") == MONDAY + 3 * WEEK


async def test_it_is_one_letter_for_all_communities_each_with_its_way_out(
    walkers: Community, ana: Person, cleo: Person, client: httpx.AsyncClient
) -> None:
    readers = await readers_of(ana)
    singers = await readers_of(ana, "Singers")
    for community in (walkers, readers):
        await hear(cleo, community)
    await hear(cleo, singers, "each")
    for community in (walkers, readers):
        await published(community, ana, WEDNESDAY, title=f"With {community.name}", days=9)
    (letter,) = await letters(cleo, MONDAY)
    assert str(letter["Subject"]) == "This week with Readers and Sunday Walkers"
    text = text_of(letter)
    assert text.index("With Readers") < text.index("With Sunday Walkers")
    links = [line for line in text.splitlines() if "/following/removal" in line]
    assert len(links) == 3, "one for each community, one for all"
    assert links[2].endswith(str(letter["List-Unsubscribe"]).strip("<>"))
    assert str(letter["List-Id"]).endswith("<weekly.gatherings.127.0.0.1>")
    await client.post(urlsplit(links[0]).path)
    assert await following.queries.hears_of(cleo, readers.id) == "never"
    await client.post(urlsplit(links[2].split()[-1]).path, data={"List-Unsubscribe": "One-Click"})
    hears = [await following.queries.hears_of(cleo, each.id) for each in (readers, walkers, singers)]
    assert hears == ["never", "never", "each"]


async def test_changed_cancelled_full_and_coming_up(
    walkers: Community, ana: Person, bo: Person, cleo: Person
) -> None:
    before = WEDNESDAY - WEEK
    await hear(cleo, walkers, on=before - timedelta(hours=1))
    moved = await published(walkers, ana, before, days=30, title="Moved")
    off = await published(walkers, ana, before, days=31, title="Off")
    await published(walkers, ana, before, days=32, title="Quiet")
    full = await published(walkers, ana, before, days=14, title="Full house", seats=1)
    assert len(await letters(cleo, MONDAY - WEEK)) == 1
    with at(WEDNESDAY):
        event = await as_it_is(moved)
        there = details(
            title="Moved",
            starts_at=event.starts_at,
            ends_at=None,
            mode="in_person",
            place="The hall",
            join_url="",
        )
        await publishing.edit(event, there, seen=event.changed_at)
        await publishing.cancel(off, reason="Rain.")
        await seats.answer(full, bo, answer="going", by=bo)
    with at(WEDNESDAY + timedelta(minutes=5)):
        await work_off()
    text = text_of((await letters(cleo, MONDAY))[1])
    assert "Moved\n(New place)\n" in text
    assert "Off\n(Cancelled)\n" in text
    assert "Full house\n(Coming up · Full, with a waiting list)\n" in text
    assert "Quiet" not in text
    assert text.index("Full house") < text.index("Moved") < text.index("Off")


async def test_what_a_pause_had_cancelled_is_on_again(walkers: Community, ana: Person, cleo: Person) -> None:
    begun = WEDNESDAY - 2 * WEEK
    await hear(cleo, walkers, on=begun - timedelta(hours=1))
    with at(begun):
        series = await make_series(walkers, ana, weeks_ahead=6)
        await work_off()
    assert "(New)" in text_of((await letters(cleo, MONDAY - 2 * WEEK))[-1])
    with at(WEDNESDAY - WEEK):
        off = await course.pause(series, MONDAY.date() + timedelta(days=2), None, reason="The pipes")
        await work_off()
    told = " ".join(text_of((await letters(cleo, MONDAY - WEEK))[-1]).split())
    also = [str(short_date(event.local_start)) for event in off[1:]]
    assert told.count("(Cancelled)") == 1 and f"Also on {', '.join(also[:-1])} and {also[-1]}" in told
    with at(WEDNESDAY):
        assert len((await course.go_on(series)).back) == len(off)
        await work_off()
    told = " ".join(text_of((await letters(cleo, MONDAY))[-1]).split())
    assert told.count("(On again)") == 1 and f" and {also[-1]}" in told and "(Cancelled)" not in told
    assert "(On again)" not in text_of((await letters(cleo, MONDAY + WEEK))[-1])


async def test_not_what_one_hosts_has_answered_or_may_not_see(
    walkers: Community, ana: Person, bo: Person, cleo: Person
) -> None:
    for person in (ana, bo, cleo):
        await hear(person, walkers)
    event = await published(walkers, ana, WEDNESDAY, days=8, title="For all")
    await published(walkers, ana, WEDNESDAY, days=8, title="For us", visibility="members")
    await published(walkers, ana, WEDNESDAY, days=8, title="By link", visibility="unlisted")
    with at(WEDNESDAY):
        await seats.answer(event, bo, answer="maybe", by=bo)
    assert await letters(ana, MONDAY) == []
    (bos,) = await letters(bo, MONDAY)
    (cleos,) = await letters(cleo, MONDAY)
    assert "For us" in text_of(bos)
    assert "For all" not in text_of(bos)
    assert "For all" in text_of(cleos)
    assert "For us" not in text_of(cleos)
    assert not any("By link" in text_of(letter) for letter in (bos, cleos))


async def test_what_is_answered_before_it_is_sent_is_left_out(
    walkers: Community, ana: Person, cleo: Person
) -> None:
    await hear(cleo, walkers)
    event = await published(walkers, ana, WEDNESDAY, days=8)
    with at(MONDAY):
        assert await weekly.tell_due() == 1
        await seats.answer(event, cleo, answer="going", by=cleo)
    assert await letters(cleo, MONDAY) == []


async def test_a_dozen_of_one_community_and_the_way_to_the_rest(
    walkers: Community, ana: Person, cleo: Person
) -> None:
    await hear(cleo, walkers)
    for number in range(15):
        await published(walkers, ana, WEDNESDAY, days=10 + number, title=f"Number {number:02}")
    text = text_of((await letters(cleo, MONDAY))[0])
    assert text.count("Number") == 12
    assert "And 3 more on the page of Sunday Walkers" in text
    assert "/communities/walkers" in text


@pytest.mark.parametrize(
    ("language", "zone", "due"),
    [
        ("en", "Europe/Berlin", (2026, 11, 16)),
        ("de", "Europe/Berlin", (2026, 11, 16)),
        ("en-US", "America/New_York", (2026, 11, 15)),
        ("de", "America/New_York", (2026, 11, 15)),
        ("en", "Pacific/Auckland", (2026, 11, 16)),
    ],
)
async def test_the_week_is_the_readers_own(
    walkers: Community, ana: Person, cleo: Person, language: str, zone: str, due: tuple[int, int, int]
) -> None:
    await cleo.update_self({Person.language: language, Person.zone: zone})
    await hear(cleo, walkers)
    found = await db.value("SELECT due_at FROM weekly_turns")
    local = found.astimezone(ZoneInfo(zone))
    assert (local.date(), local.hour, local.minute) == (date(*due), 8, 0)


async def test_a_gathering_elsewhere_names_its_clock(walkers: Community, ana: Person, cleo: Person) -> None:
    await hear(cleo, walkers)
    await published(walkers, ana, WEDNESDAY, days=9, title="Here")
    await published(walkers, ana, WEDNESDAY, days=10, title="There", zone="Europe/Lisbon")
    text = text_of((await letters(cleo, MONDAY))[0])
    assert "Fri 20 Nov, 19:00\n" in text
    assert "Sat 21 Nov, 18:00, Lisbon time\n" in text


async def test_who_moves_to_another_zone_gets_it_in_the_morning_there_and_once(
    walkers: Community, ana: Person, cleo: Person
) -> None:
    await hear(cleo, walkers)
    await published(walkers, ana, WEDNESDAY, days=9)
    await cleo.update_self(
        {Person.zone: "America/New_York"}
    )  # In British English the week begins on Monday there.
    assert await letters(cleo, MONDAY) == []
    assert await letters(cleo, MONDAY + 5 * 60 * MINUTE) == []
    assert len(await letters(cleo, MONDAY + 6 * 60 * MINUTE)) == 1


async def test_eight_stays_eight_when_clocks_change(walkers: Community, ana: Person, cleo: Person) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    autumn = WEDNESDAY.replace(month=10, day=21)
    await hear(cleo, walkers, on=autumn)
    assert await db.value("SELECT due_at FROM weekly_turns") == autumn.replace(day=26, hour=8, tzinfo=berlin)


async def test_it_waits_for_who_is_away_until_the_morning_they_are_back(
    walkers: Community, ana: Person, cleo: Person
) -> None:
    await hear(cleo, walkers)
    await published(walkers, ana, WEDNESDAY, days=30)
    with at(WEDNESDAY):
        await away.go(cleo, date(2026, 11, 19))
        await work_off()
    thursday = MONDAY + timedelta(days=3)
    for moment in (MONDAY, thursday.replace(hour=0), thursday - MINUTE):
        assert await letters(cleo, moment) == []
    assert await subjects(cleo, thursday) == [SUBJECT]
    assert len(await letters(cleo, MONDAY + WEEK)) == 1


async def test_who_comes_back_sooner_gets_it_then(walkers: Community, ana: Person, cleo: Person) -> None:
    await hear(cleo, walkers)
    await published(walkers, ana, WEDNESDAY, days=30)
    with at(WEDNESDAY):
        await letter_hours.pause(cleo, None)
        await work_off()
    assert await letters(cleo, MONDAY) == []
    with at(MONDAY + 90 * MINUTE):
        await letter_hours.go_on(cleo)
        await work_off()
    assert len(await letters(cleo, MONDAY + 90 * MINUTE)) == 1


async def test_quiet_hours_move_it(walkers: Community, ana: Person, cleo: Person) -> None:
    await hear(cleo, walkers)
    await published(walkers, ana, WEDNESDAY, days=30)
    with at(WEDNESDAY):
        await letter_hours.be_quiet(cleo, (22, 10))
        await work_off()
    assert await letters(cleo, MONDAY + 119 * MINUTE) == []
    assert len(await letters(cleo, MONDAY + 120 * MINUTE)) == 1


async def test_whoever_begins_to_hear_is_not_told_of_all_that_was(
    walkers: Community, ana: Person, cleo: Person
) -> None:
    with at(WEDNESDAY - 5 * WEEK):
        await following.choose(cleo, walkers, "each")
    await published(walkers, ana, WEDNESDAY - 4 * WEEK, days=90)
    await hear(cleo, walkers, "weekly")
    assert [each for each in await subjects(cleo, WEDNESDAY) if each == SUBJECT] == []
    assert [each for each in await subjects(cleo, MONDAY) if each == SUBJECT] == []


async def test_who_hears_no_more_and_again_has_one_turn(walkers: Community, cleo: Person) -> None:
    for how in ("weekly", "never", "weekly", "each", "weekly"):
        await hear(cleo, walkers, how)
    assert await WeeklyTurn.count() == 1


async def test_its_language_is_ones_own_or_that_of_the_community_one_joined_first(
    walkers: Community, ana: Person, bo: Person, cleo: Person
) -> None:
    await walkers.update_self({Community.language: "de"})
    await cleo.update_self({Person.language: "en"})
    for person in (bo, cleo):
        await hear(person, walkers)
    await published(walkers, ana, WEDNESDAY, days=8)
    assert await subjects(cleo, MONDAY) == [SUBJECT]
    assert await subjects(bo, MONDAY) == ["Diese Woche mit Sunday Walkers"]


async def test_many_turns_ask_no_more_than_one(walkers: Community, ana: Person) -> None:
    people = [await make_person(f"Person {number}") for number in range(8)]
    asked = []
    for week, some in enumerate((people[:1], people[1:])):
        for person in some:
            await hear(person, walkers, on=WEDNESDAY + week * WEEK)
        with at(MONDAY + week * WEEK):
            async with counted() as queries:
                assert await weekly.tell_due() >= len(some)
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 5
