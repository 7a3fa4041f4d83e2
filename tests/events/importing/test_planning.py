"""What follows its calendar, and what organisers changed by hand."""

from events.importing import planning
from events.importing.found import Gathering, believed
from events.tables import CalendarSource
from members.tables import Community, Person
from tests.gatherings import in_days, make_event


def gathering(**given: object) -> Gathering:
    said = {
        "uid": "1@example.net", "recurrence": "", "title": "A walk", "starts": in_days(7).isoformat(), "ends": None,
        "zone": "Europe/Berlin", "all_day": False, "cancelled": False, "about": "", "place": "", "address": "",
        "join_url": "", "mode": "in_person",
    }  # fmt: skip
    return believed({"gatherings": [said | given]}).gatherings[0]


async def test_each_group_follows_while_it_is_what_it_was(walkers: Community, ana: Person) -> None:
    before = gathering(place="The mill").said()
    said = {name: before[name] for name in ("title", "about", "place", "address", "join_url", "mode", "zone")}
    event = await make_event(walkers, ana, starts_at=in_days(7), **said)
    assert planning.compare(event, before, before) == ({}, False)
    now = gathering(place="The inn", title="A run").said()
    changes, theirs = planning.compare(event, before, now)
    assert (changes["title"], changes["place"], theirs) == ("A run", "The inn", False)
    event.title = "Our walk"
    changes, theirs = planning.compare(event, before, now)
    assert "title" not in changes and changes["place"] == "The inn" and theirs
    event.title = "A run"
    assert planning.compare(event, before, now)[1] is False, "they changed it to the same"


async def test_nothing_is_planned_for_what_is_of_this_kith(walkers: Community, ana: Person) -> None:
    event = await make_event(walkers, ana)
    source = CalendarSource(community=walkers.id)
    await CalendarSource.insert(source)
    steps = await planning.plan(source, [gathering(uid=event.uid), gathering(), gathering(uid="2", title="")])
    assert [step.kind for step in steps] == ["ours", "new", "wrong"]
