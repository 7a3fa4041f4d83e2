"""What may be said to whom: only what both may know, and what leads somewhere."""

from datetime import datetime, timedelta

from events.publishing import publishing
from followups.prompts import queries
from followups.prompts.choosing import Candidate
from followups.tables import ContactCard, Keeping
from members.blocking import blocks
from members.communities import joining, keeping_out
from members.communities.keeping_out import Whom
from members.tables import Community, Person
from rsvps.seating import seats
from server import db
from tests.followups.mornings import BERLIN, at
from tests.followups.prompts.weeks import MET, connect, gathering, listed
from tests.people import join, make_person

NOW = datetime(2026, 11, 16, 10, tzinfo=BERLIN)
THURSDAY = datetime(2026, 11, 19, 19, tzinfo=BERLIN)


async def said(*people: Person, now: datetime = NOW) -> list[Candidate]:
    return sorted(
        await queries.candidates([each.id for each in people], now), key=lambda each: (each.person, each.kind)
    )


async def kinds(person: Person, now: datetime = NOW) -> list[tuple[str, int]]:
    return [(each.kind, each.event) for each in await said(person, now=now)]


async def test_both_are_coming(walkers: Community, ana: Person, bo: Person) -> None:
    met = await gathering(walkers, MET, ana, bo)
    await connect(ana, bo, met)
    event = await gathering(walkers, THURSDAY, ana, bo)
    found = await said(bo)
    assert [(each.kind, each.event, each.going) for each in found if each.kind == "coming"] == [
        ("coming", event.id, True)
    ]
    assert found[0].seen_at == MET


async def test_somebody_who_is_not_coming_yet_learns_only_of_those_who_are_listed_to_connections(
    walkers: Community, ana: Person, bo: Person
) -> None:
    await connect(ana, bo, await gathering(walkers, MET, ana, bo), on=NOW - timedelta(days=20))
    event = await gathering(walkers, THURSDAY, ana)
    assert await kinds(bo) == []
    for to in ("nobody", "coming"):
        await listed(event, ana, to)
        assert await kinds(bo) == []
    await listed(event, ana, "connections")
    assert await kinds(bo) == [("coming", event.id)]


async def test_who_keeps_their_plans_is_not_told_of(walkers: Community, ana: Person, bo: Person) -> None:
    await connect(ana, bo, await gathering(walkers, MET, ana, bo), on=NOW - timedelta(days=20))
    event = await gathering(walkers, THURSDAY, ana, bo)
    await ContactCard(person=ana.id, keeps_plans=True).save()
    assert await kinds(bo) == []
    await listed(event, ana, "connections")
    assert await kinds(bo) == []
    assert await kinds(ana) == [("coming", event.id)]


async def test_a_gathering_that_one_may_not_see_is_not_told_of(
    walkers: Community, ana: Person, bo: Person, cleo: Person
) -> None:
    for other in (bo, cleo):
        await connect(ana, other, on=NOW - timedelta(days=30))
    members = await gathering(walkers, THURSDAY, ana, visibility="members")
    hidden = await gathering(walkers, THURSDAY, ana, visibility="unlisted")
    invited = await gathering(walkers, THURSDAY, ana, visibility="invited")
    for event in (members, hidden, invited):
        await listed(event, ana, "connections")
    assert await kinds(bo) == [("coming", members.id)]
    assert await kinds(cleo) == []


async def test_who_is_kept_out_is_not_told_of_it(walkers: Community, ana: Person, bo: Person) -> None:
    await connect(ana, bo, on=NOW - timedelta(days=30))
    await listed(await gathering(walkers, THURSDAY, ana), ana, "connections")
    with at(NOW):
        await keeping_out.keep_out(walkers, Whom(bo.email), by=ana, note="")
    assert await kinds(bo) == []


async def test_drafts_cancelled_gatherings_and_what_is_too_soon_or_far_are_not_told_of(
    walkers: Community, ana: Person, bo: Person
) -> None:
    await connect(ana, bo, on=NOW - timedelta(days=30))
    for when in (NOW + timedelta(hours=23), NOW + timedelta(days=15)):
        await gathering(walkers, when, ana, bo)
    cancelled = await gathering(walkers, THURSDAY, ana, bo)
    with at(NOW - timedelta(days=1)):
        await publishing.cancel(cancelled, reason="Rain")
    assert await kinds(bo) == []


async def test_it_leads_to_something_that_one_can_do(
    walkers: Community, ana: Person, bo: Person, cleo: Person
) -> None:
    await connect(ana, bo, on=NOW - timedelta(days=30))
    full = await gathering(walkers, THURSDAY, ana, seats=1)
    closed = await gathering(walkers, THURSDAY, ana)
    declined = await gathering(walkers, THURSDAY, ana)
    await db.run("UPDATE answer_policies SET answers_close_at = $1 WHERE event = $2", NOW, closed.id)
    with at(NOW - timedelta(days=1)):
        await seats.answer(declined, bo, answer="declined", by=bo)
    for event in (full, closed, declined):
        await db.run(
            "UPDATE rsvps SET listed = 'connections' WHERE event = $1 AND person = $2", event.id, ana.id
        )
    assert await kinds(bo) == []
    await db.run("UPDATE seat_pools SET seats = 2 WHERE event = $1", full.id)
    assert await kinds(bo) == [("coming", full.id)]


async def test_nothing_is_said_about_who_is_blocked_ended_left_out_away_or_new(
    walkers: Community, ana: Person, bo: Person
) -> None:
    connection = await connect(ana, bo, on=NOW - timedelta(days=30))
    event = await gathering(walkers, THURSDAY, ana, bo)
    assert await kinds(bo) == [("coming", event.id)]
    for blocker, blocked in ((ana, bo), (bo, ana)):
        await blocks.block(blocker, blocked)
        assert await kinds(bo) == await kinds(ana) == []
        await blocks.unblock(blocker, blocked)
    await Person.update({Person.away_until: NOW + timedelta(days=1)}).where(Person.id == ana.id)
    assert await kinds(bo) == []
    await Person.update({Person.away_until: NOW}).where(Person.id == ana.id)
    assert await kinds(bo) == [("coming", event.id)]
    await Keeping(connection=connection.id, person=bo.id, unprompted=True).save()
    assert (await kinds(bo), await kinds(ana)) == ([], [("coming", event.id)])
    assert await kinds(ana, NOW - timedelta(days=25)) == []
    connection.ended_at = NOW
    await connection.save()
    assert await kinds(ana) == []


async def test_a_season_after_they_saw_each_other_where_they_did(
    walkers: Community, ana: Person, bo: Person
) -> None:
    event = await gathering(walkers, THURSDAY)
    met = await gathering(walkers, MET, ana, bo)
    await connect(ana, bo, met)
    found = await said(bo)
    assert [(each.kind, each.event, each.going) for each in found] == [("season", event.id, False)]
    # They saw each other since.
    await gathering(walkers, NOW - timedelta(days=89), ana, bo)
    assert await kinds(bo) == []


async def test_a_season_is_told_by_ones_own_rhythm(walkers: Community, ana: Person, bo: Person) -> None:
    event = await gathering(walkers, THURSDAY)
    met = await gathering(walkers, NOW - timedelta(days=40), ana, bo)
    connection = await connect(ana, bo, met, on=NOW - timedelta(days=40))
    assert await kinds(bo) == []
    kept = Keeping(connection=connection.id, person=bo.id, rhythm="monthly", since=NOW - timedelta(days=35))
    await kept.save()
    assert (await kinds(bo), await kinds(ana)) == ([("season", event.id)], [])
    # They wrote to each other.
    kept.since = NOW - timedelta(days=10)
    await kept.save()
    assert await kinds(bo) == []


async def test_a_yearly_rhythm_waits_a_year(walkers: Community, ana: Person, bo: Person) -> None:
    event = await gathering(walkers, THURSDAY)
    connection = await connect(ana, bo, await gathering(walkers, MET, ana, bo))
    kept = Keeping(connection=connection.id, person=bo.id, rhythm="yearly", since=MET)
    await kept.save()
    assert await kinds(bo) == []
    kept.since = NOW - timedelta(days=366)
    await kept.save()
    await db.run(
        "UPDATE events SET starts_at = $1, ends_at = NULL WHERE id <> $2", NOW - timedelta(days=370), event.id
    )
    assert await kinds(bo) == [("season", event.id)]


async def test_only_a_community_of_both_where_both_have_been_is_named(
    walkers: Community, ana: Person, bo: Person, cleo: Person
) -> None:
    """That somebody belongs elsewhere, too, is theirs to tell."""
    choir = Community(slug="choir", name="Choir")
    await choir.save()
    for each in (ana, bo, cleo):
        await join(each, choir)
    await gathering(choir, THURSDAY)
    await connect(ana, bo, await gathering(walkers, MET, ana, bo))
    assert await kinds(bo) == []
    event = await gathering(walkers, THURSDAY)
    assert await kinds(bo) == [("season", event.id)]
    await joining.leave(bo, walkers)
    assert await kinds(ana) == await kinds(bo) == []


async def test_somebody_comes_for_the_first_time(
    walkers: Community, ana: Person, bo: Person, cleo: Person
) -> None:
    met = await gathering(await _elsewhere(), MET, bo, cleo)
    await connect(bo, cleo, met)
    await gathering(walkers, NOW - timedelta(days=20), bo)
    event = await gathering(walkers, THURSDAY, cleo)
    assert await kinds(bo) == []
    await listed(event, cleo, "connections")
    assert await kinds(bo) == [("first_time", event.id)]
    await gathering(walkers, NOW - timedelta(days=10), cleo)
    assert await kinds(bo) == [("coming", event.id)]


async def test_to_whom_a_community_is_new_as_well_nobody_is_a_newcomer(
    walkers: Community, bo: Person, cleo: Person
) -> None:
    await connect(bo, cleo, await gathering(await _elsewhere(), MET, bo, cleo))
    event = await gathering(walkers, THURSDAY, bo, cleo)
    assert await kinds(bo) == [("coming", event.id)]


async def test_who_organises_is_no_newcomer(walkers: Community, ana: Person, bo: Person) -> None:
    await connect(ana, bo, await gathering(await _elsewhere(), MET, ana, bo))
    await gathering(walkers, NOW - timedelta(days=20), bo)
    event = await gathering(walkers, THURSDAY, ana, bo)
    assert await kinds(bo) == [("coming", event.id)]


async def test_many_are_asked_about_at_once(walkers: Community, ana: Person, bo: Person) -> None:
    others = [await make_person(f"Other {number}") for number in range(3)]
    event = await gathering(walkers, THURSDAY, ana, bo, *others)
    for other in others:
        await connect(bo, other, on=NOW - timedelta(days=30))
    found = await said(ana, bo, *others)
    assert [(each.person, each.event) for each in found] == [
        *[(bo.id, event.id)] * 3,
        *((other.id, event.id) for other in others),
    ]


async def _elsewhere() -> Community:
    choir = Community(slug="choir", name="Choir")
    await choir.save()
    return choir
