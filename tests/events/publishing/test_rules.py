"""What may be said of an event, held to by the verbs, with all that is wrong at once."""

from datetime import timedelta

import pytest

from events.publishing import publishing
from events.tables import Event
from members.tables import Community, Person
from server import tokens
from server.errors import NotAllowed
from tests.gatherings import details, details_of, in_days, make_event
from tests.people import As

WRONG = {
    "title": "",
    "summary": "s" * 201,
    "zone": "Europe/Berlin",
    "join_url": "meet",
    "seats": 0,
    "guests_allowed": 21,
    "ends_at": in_days(6),
    "answers_open_at": in_days(9),
    "answers_close_at": in_days(8),
}
FIELDS = {"title", "summary", "join_url", "seats", "guests_allowed", "ends", "opens", "closes"}


async def test_an_event_that_cannot_be_is_refused_with_all_that_is_wrong(
    walkers: Community, ana: Person
) -> None:
    with pytest.raises(NotAllowed) as refused:
        await publishing.draft(walkers, details(**WRONG), by=ana, public_id=tokens.public_id())
    assert {*refused.value.errors} == FIELDS and await Event.count() == 0


async def test_an_event_cannot_become_what_cannot_be(walkers: Community) -> None:
    event = await make_event(walkers)
    with pytest.raises(NotAllowed) as refused:
        await publishing.edit(event, details_of(event, **WRONG), seen=event.changed_at)
    assert {*refused.value.errors} == FIELDS


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"zone": "Europe/Atlantis"}, "zone"),
        ({"starts_at": in_days(365 * 30)}, "date"),
        ({"ends_at": in_days(7) + timedelta(days=33)}, "last_day"),
        ({"answers_close_at": in_days(30)}, "closes"),
        ({"replies_kept": 0}, "replies_kept"),
        ({"about": "a" * 10_001}, "about"),
    ],
)
async def test_what_cannot_be_is_refused_whoever_says_it(
    walkers: Community, ana: Person, given: dict[str, object], field: str
) -> None:
    with pytest.raises(NotAllowed) as refused:
        await publishing.draft(walkers, details(**given), by=ana, public_id=tokens.public_id())
    assert [*refused.value.errors] == [field]


async def test_the_form_says_at_once_what_cannot_be_read_and_what_cannot_be(
    walkers: Community, ana: Person, signed_in: As
) -> None:
    day = f"{in_days(7):%Y-%m-%d}"
    typed = {
        "title": "", "date": day, "time": "19:00", "ends": "18:00", "last_day": day, "zone": "Europe/Berlin",
        "seats": "many", "closes": f"{in_days(20):%Y-%m-%d}", "closes_time": "12:00", "join_url": "meet",
        "mode": "hybrid", "opens": day,
    }  # fmt: skip
    answer = await (await signed_in(ana)).post("/communities/walkers/events/new", data=typed)
    assert answer.status_code == 422
    for field in ("title", "seats", "join_url", "ends", "closes", "opens_time"):
        assert f'href="#f-{field}"' in answer.text, field
