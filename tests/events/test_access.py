"""Who may see an event, and how much of it."""

import pytest

from events import access, relations
from events.relations import RelationFact
from events.tables import CoHost, Event
from events.view import Relation
from members.tables import Community, Membership, Person
from server.errors import Forbidden, NotFound, SignInNeeded
from tests.gatherings import make_event


async def sees(person: Person | None, event: Event) -> bool:
    try:
        await access.visible_event(person, event.public_id)
    except NotFound:
        return False
    return True


@pytest.fixture
def relation(monkeypatch: pytest.MonkeyPatch, cleo: Person):  # type: ignore[no-untyped-def]
    """`relation(Relation.COMING)`: what cleo is to every event, as another package would say it."""

    def say(what: Relation) -> None:
        fact = RelationFact(lambda person: f"nullif({person} = {cleo.id}, false)", lambda _known: what)
        monkeypatch.setattr(relations, "facts", [fact])

    return say


async def test_a_public_event_is_for_everybody(walkers: Community, bo: Person, cleo: Person) -> None:
    for visibility in ("public", "unlisted"):
        event = await make_event(walkers, visibility=visibility)
        assert [await sees(who, event) for who in (None, cleo, bo)] == [True, True, True]


async def test_a_draft_is_for_organisers(walkers: Community, ana: Person, bo: Person, cleo: Person) -> None:
    event = await make_event(walkers, status="draft")
    assert [await sees(who, event) for who in (None, cleo, bo, ana)] == [False, False, False, True]


async def test_a_members_event_is_for_members(
    walkers: Community, ana: Person, bo: Person, cleo: Person
) -> None:
    event = await make_event(walkers, visibility="members")
    assert [await sees(who, event) for who in (None, cleo, bo, ana)] == [False, False, True, True]


async def test_who_was_removed_is_a_stranger_again(walkers: Community, bo: Person) -> None:
    event = await make_event(walkers, visibility="members")
    await Membership.delete().where(Membership.person == bo.id)
    assert not await sees(bo, event)


async def test_an_organiser_who_is_one_no_longer_loses_the_drafts(walkers: Community, ana: Person) -> None:
    event = await make_event(walkers, ana, status="draft")
    await Membership.update({Membership.role: "member"}).where(Membership.person == ana.id)
    assert not await sees(ana, event)


async def test_an_invited_event_is_for_the_invited(
    walkers: Community, bo: Person, cleo: Person, relation
) -> None:  # type: ignore[no-untyped-def]
    event = await make_event(walkers, visibility="invited")
    assert not await sees(bo, event) and not await sees(cleo, event)
    relation(Relation.INVITED)
    assert await sees(cleo, event)
    assert not await sees(bo, event)


async def test_address_and_link_are_for_those_who_come(
    walkers: Community, ana: Person, bo: Person, cleo: Person, relation
) -> None:  # type: ignore[no-untyped-def]
    event = await make_event(walkers)
    relation(Relation.COMING)
    for who, shown in ((None, False), (bo, False), (cleo, True), (ana, True)):
        view = await access.view(who, event)
        assert (view.shows_address, view.shows_join_link) == (shown, shown)


async def test_a_public_address_is_for_everybody_and_the_link_is_not(walkers: Community) -> None:
    event = await make_event(walkers, address_public=True)
    view = await access.view(None, event)
    assert view.shows_address and not view.shows_join_link


async def test_coming_opens_nothing_that_is_for_members_only(
    walkers: Community, cleo: Person, relation
) -> None:  # type: ignore[no-untyped-def]
    event = await make_event(walkers, visibility="members", address_public=True)
    relation(Relation.COMING)
    view = await access.view(cleo, event)
    assert not (view.sees_it or view.shows_address or view.shows_join_link)


async def test_only_organisers_change_an_event(
    walkers: Community, ana: Person, bo: Person, cleo: Person
) -> None:
    event = await make_event(walkers)
    assert (await access.organised_event(ana, event.public_id)).id == event.id
    for who in (bo, cleo):
        with pytest.raises(Forbidden):
            await access.organised_event(who, event.public_id)
    with pytest.raises(SignInNeeded):
        await access.organised_event(None, event.public_id)
    draft = await make_event(walkers, status="draft")
    for stranger in (None, bo, cleo):
        with pytest.raises(NotFound):
            await access.organised_event(stranger, draft.public_id)


async def test_many_events_cost_no_more_than_one(walkers: Community, bo: Person) -> None:
    events = [await make_event(walkers, visibility=each) for each in ("public", "members", "invited")]
    known = await access.views(bo, events)
    assert [known[event.id].sees_it for event in events] == [True, True, False]


@pytest.mark.parametrize("visibility", ["public", "members", "invited"])
@pytest.mark.parametrize("status", ["draft", "published"])
async def test_a_co_host_organises_this_event_and_no_other(
    walkers: Community, ana: Person, cleo: Person, visibility: str, status: str
) -> None:
    event, other = [await make_event(walkers, ana, visibility=visibility, status=status) for _ in range(2)]
    await CoHost(event=event.id, person=cleo.id, added_by=ana.id).save()
    assert (await access.organised_event(cleo, event.public_id)).id == event.id
    for view in (await access.view(cleo, event), (await access.views(cleo, [event, other]))[event.id]):
        assert view.organises and view.shows_address and not view.organises_community
    assert not (await access.view(cleo, other)).organises
    with pytest.raises(Forbidden):
        await access.event_of_own_community(cleo, event.public_id)
    assert (await access.event_of_own_community(ana, event.public_id)).id == event.id
