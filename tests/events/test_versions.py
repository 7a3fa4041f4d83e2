"""What makes an event's page new, what its community's calendar, and what neither."""

from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from events import queries, versions
from events.calendars import calendar, entries
from events.calendars import queries as calendars_queries
from events.hosting import co_hosts
from events.publishing import publishing
from events.showing import queries as showing_queries
from events.tables import AnswerPolicy, Event, SeatPool
from events.view import EventView, Relation
from members.tables import Community, Person
from rsvps.questions import sheet
from rsvps.questions.sheet import AskedQuestion
from rsvps.seating import seats
from server import db
from server.rows import loaded
from tests.gatherings import details_of, in_days, make_event
from volunteers import shifts
from volunteers.shifts import Needed
from volunteers.tables import Role

WHOLE = EventView(
    role=None,
    relation=Relation.COMING,
    organises=False,
    sees_it=True,
    shows_address=True,
    shows_join_link=True,
)
# By what an event comes into a community's calendar, and by what its address is shown there.
NOT_OF_ENTRIES = {"community", "visibility", "cancelled_at", "address_public"}
COLUMNS = [column._meta.name for column in Event._meta.columns]


def another(column: str, value: Any) -> Any:
    """A value that the column may have and does not have now."""
    if column == "status":
        return "cancelled"
    if column == "mode":
        return "online"
    if column == "zone":
        return "Asia/Tokyo"
    if isinstance(value, str):
        return f"{value}, and more"
    if isinstance(value, bool):
        return not value
    return value + (1 if isinstance(value, int) else timedelta(minutes=1))


async def rows(walkers: Community) -> list[dict[str, Any]]:
    """A gathering at a place, and one that says nothing of where it is."""
    given = {"ends_at": in_days(7, hour=21), "cancel_reason": "Rain"}
    events = [await make_event(walkers, **given), await make_event(walkers, place="", address="", **given)]
    return [{name: getattr(event, name) for name in COLUMNS} for event in events]


def shown(row: dict[str, Any]) -> calendar.Entry:
    return entries.entry(loaded(Event, row), WHOLE, community="Walkers")


@pytest.mark.parametrize("column", sorted({*COLUMNS} - NOT_OF_ENTRIES - {"calendar_changed_at"}))
async def test_what_calendars_show_is_known(walkers: Community, column: str) -> None:
    differs = [
        shown(row) != shown({**row, column: another(column, row[column])})
        for row in await rows(walkers)
        if row[column] is not None
    ]
    assert any(differs) is (column in versions.IN_CALENDARS)


def test_what_decides_whether_an_event_is_in_a_calendar_is_known() -> None:
    assert NOT_OF_ENTRIES < versions.IN_CALENDARS <= {*COLUMNS}


@dataclass(frozen=True)
class Seen:
    """How new a page and a calendar are."""

    page: object
    calendar: object


async def seen(event: Event) -> Seen:
    page = await showing_queries.version_for_strangers(event.public_id)
    of_community = await calendars_queries.community_calendar("walkers")
    return Seen(page and page.version, of_community and of_community.version)


async def renewed(event: Event, does: Awaitable[Any]) -> str:
    """What becomes new by something that is done."""
    before = await seen(event)
    await does
    after = await seen(event)
    return " and ".join(
        part for part in ("page", "calendar") if getattr(before, part) != getattr(after, part)
    )


async def edited(event: Event, **changed: Any) -> None:
    now = await queries.event_by_id(event.id)
    assert now
    await publishing.edit(now, details_of(now, **changed), seen=now.changed_at)


@pytest.mark.parametrize(
    ("changed", "new"),
    [
        ({"title": "A swim"}, "page and calendar"),
        ({"starts_at": in_days(8)}, "page and calendar"),
        ({"join_url": "https://meet.example/other"}, "page and calendar"),
        ({"visibility": "unlisted"}, "page and calendar"),
        ({"seats": 9}, "page"),
        ({"guests_allowed": 2}, "page"),
        ({"approval": True}, "page"),
        ({}, ""),
    ],
)
async def test_an_edit_renews_the_page_and_the_calendar_if_that_shows_it(
    walkers: Community, changed: dict[str, Any], new: str
) -> None:
    event = await make_event(walkers)
    assert await renewed(event, edited(event, **changed)) == new


@pytest.mark.parametrize(
    ("changed", "rises"),
    [
        ({"starts_at": in_days(8)}, 1),
        ({"place": "The new mill"}, 1),
        ({"zone": "Europe/Paris"}, 1),
        ({"title": "A swim"}, 0),
        ({"seats": 9}, 0),
    ],
)
async def test_calendars_count_what_moves_a_published_event(
    walkers: Community, changed: dict[str, Any], rises: int
) -> None:
    for status, more in (("published", rises), ("draft", 0)):
        event = await make_event(walkers, status=status)
        await edited(event, **changed)
        after = await queries.event_by_id(event.id)
        assert after and after.sequence == more


async def test_cancelling_renews_both(walkers: Community) -> None:
    event = await make_event(walkers)
    assert await renewed(event, publishing.cancel(event, reason="Rain")) == "page and calendar"


async def test_what_is_not_in_the_calendar_does_not_renew_it(walkers: Community, ana: Person) -> None:
    in_calendar = await make_event(walkers)
    for given in ({"status": "draft"}, {"visibility": "members"}, {"visibility": "unlisted"}):
        other = await make_event(walkers, **given)
        assert await renewed(in_calendar, edited(other, title="A swim")) == ""
    draft = await make_event(walkers, status="draft")
    assert await renewed(in_calendar, publishing.publish(draft)) == "calendar"


async def test_an_answer_policy_renews_the_page_alone_whoever_writes_it(walkers: Community) -> None:
    event = await make_event(walkers)
    does = AnswerPolicy.update({AnswerPolicy.approval: True}).where(AnswerPolicy.event == event.id)
    assert await renewed(event, does.run()) == "page"


async def test_seats_renew_the_page_alone_whoever_writes_them(walkers: Community) -> None:
    event = await make_event(walkers, seats=5)
    for pool in event.pools:
        does = SeatPool.update({SeatPool.seats: 9}).where(SeatPool.id == pool.id)
        assert await renewed(event, does.run()) == "page"


async def test_a_seat_taken_renews_the_page_alone(walkers: Community, bo: Person) -> None:
    event = await make_event(walkers, seats=5)
    assert await renewed(event, seats.answer(event, bo, answer="going", by=bo)) == "page"


async def test_who_hosts_renews_the_page_alone(walkers: Community, ana: Person, bo: Person) -> None:
    event = await make_event(walkers, ana)
    assert await renewed(event, co_hosts.add(event, bo, by=ana)) == "page"
    assert await renewed(event, co_hosts.remove(event, bo)) == "page"


async def test_a_question_renews_the_page_alone(walkers: Community) -> None:
    event = await make_event(walkers)
    assert await renewed(event, sheet.put(event, [AskedQuestion("text", "Boots?")])) == "page"


async def test_a_shift_and_who_takes_it_renew_the_page_alone(walkers: Community, dev: Person) -> None:
    event = await make_event(walkers)
    hours = (event.starts_at, event.starts_at + timedelta(hours=1))
    assert await renewed(event, shifts.add(event, Needed("Door", "", 1, *hours))) == "page"
    (role,) = await Role.objects().where(Role.event == event.id)
    assert await renewed(event, shifts.sign_up(role, dev, event)) == "page"
    assert await renewed(event, shifts.withdraw(role, dev, event)) == "page"
    later = Role.update({Role.begins: Role.begins + 30}).where(Role.id == role.id)
    assert await renewed(event, later.run()) == "page"
    assert await renewed(event, shifts.remove(role)) == "page"


async def test_a_communitys_name_renews_both(walkers: Community) -> None:
    event = await make_event(walkers)
    assert await renewed(event, walkers.update_self({Community.name: "Swimmers"})) == "page and calendar"


async def test_dates_in_a_calendar_move_with_what_it_shows(walkers: Community) -> None:
    event = await make_event(walkers)
    await edited(event, seats=9)
    same = await queries.event_by_id(event.id)
    await edited(event, place="The new mill")
    moved = await queries.event_by_id(event.id)
    assert same and moved
    assert same.changed_at > event.changed_at and same.calendar_changed_at == event.calendar_changed_at
    assert moved.calendar_changed_at == moved.changed_at > same.changed_at


async def test_one_statement_renews_the_pages_of_all_events_it_touches(walkers: Community) -> None:
    events = [await make_event(walkers) for _ in range(3)]
    touched = [event.id for event in events[:2]]

    async def versions_after(statement: str) -> list[int]:
        await db.run(statement, touched)
        found = await db.rows("SELECT page_version FROM events ORDER BY id")
        return [row["page_version"] for row in found]

    asked = (
        "INSERT INTO questions (event, position, kind, prompt, required, options, preset) "
        "SELECT id, position, 'text', 'Allergies?', false, '', '' "
        "FROM events, generate_series(1, 2) AS position WHERE id = ANY ($1)"
    )
    assert await versions_after(asked) == [1, 1, 0]
    assert await versions_after("UPDATE questions SET prompt = 'None?' WHERE event = ANY ($1)") == [2, 2, 0]
    assert await versions_after("DELETE FROM questions WHERE event = ANY ($1)") == [3, 3, 0]


async def test_every_table_that_stands_on_a_page_raises_its_version(ana: Person) -> None:
    raising = await db.rows(
        "SELECT tgrelid::regclass::text AS on_table FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid "
        "WHERE proname = 'raise_page_versions'"
    )
    assert {row["on_table"] for row in raising} == {
        "answer_policies",
        "co_hosts",
        "questions",
        "volunteer_roles",
    }
