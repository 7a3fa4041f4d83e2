"""Whoever is kept out has nothing left there, gets in by no road, and reads the same sentence on every one of them."""

import re
from datetime import timedelta

import httpx
import pytest
import time_machine

from events.calendars import feeds
from events.hosting import co_hosts, keeping_out
from events.hosting import mail as events_mail
from events.tables import CoHost, CoHostInvitation, Event
from members import queries
from members.access import KeptOut
from members.communities import joining
from members.communities import keeping_out as of_communities
from members.communities.keeping_out import Whom
from members.tables import Community, Person
from rsvps.door import doors
from rsvps.hosting import hosts, invitations
from rsvps.letters import links
from rsvps.seating import seats
from server import clock, db, tokens
from server.errors import Refusal
from tests.gatherings import make_event
from tests.ground import forget_what_has_had_its_time, letters_to, text_of, work_off
from tests.people import As, make_person
from tests.rsvps.gatherings import answer_of, line, open_door, statuses
from tests.volunteers.test_shifts import need
from volunteers import shifts
from volunteers.tables import Role, SignUp

SENTENCE = str(KeptOut.sentence)


async def say(event: Event, *people: Person) -> None:
    for person in people:
        await seats.answer(event, person, answer="going", by=person)


async def link_of(event: Event, person: Person) -> str:
    rsvp = await answer_of(event, person)
    assert rsvp is not None
    return f"/rsvp/{links.token(rsvp, event)}"


async def all_that_bo_has(
    walkers: Community, ana: Person, bo: Person, dev: Person
) -> tuple[list[Event], list[Role]]:
    """A seat that dev waits for, a place in line, a request, an invitation, a maybe, a shift, and two to co-host."""
    seat = await make_event(walkers, ana, mode="in_person", seats=1)
    waiting = await make_event(walkers, ana, mode="in_person", seats=1)
    asked = await make_event(walkers, ana, approval=True, visibility="members")
    invited = await make_event(walkers, ana, visibility="invited")
    hosted = await make_event(walkers, ana)
    await say(seat, bo, dev)
    await say(waiting, dev, bo)
    await say(asked, bo)
    await invitations.invite(invited, [bo], by=ana)
    await co_hosts.add(hosted, bo, by=ana)
    role = await need(hosted)
    await shifts.sign_up(role, bo, hosted)
    await work_off()
    return [seat, waiting, asked, invited, hosted], [role]


async def test_keeping_bo_out_of_a_community_ends_all_he_has_there_at_once(
    walkers: Community, ana: Person, bo: Person, dev: Person
) -> None:
    events, _ = await all_that_bo_has(walkers, ana, bo, dev)
    seat, waiting, asked, invited, hosted = events
    door, _ = await doors.open_door(hosted, name="Front", by=bo)
    await of_communities.keep_out(walkers, Whom.named(bo), by=ana)
    # Nothing is left for a worker to do.
    assert await queries.role_in(bo, walkers.id) is None
    assert (await statuses(seat), await line(waiting)) == ({"withdrawn": 1, "going": 1}, [])
    assert [(await answer_of(event, bo)).status for event in (asked, invited)] == ["withdrawn"] * 2  # type: ignore[union-attr]
    assert not await SignUp.exists().where(SignUp.person == bo.id)
    assert not await CoHost.exists().where(CoHost.person == bo.id)
    assert await db.value("SELECT revoked_at FROM doors WHERE id = $1", door.id)
    before = await db.value("SELECT count(*) FROM sent_letters WHERE to_email = $1", bo.email)
    newer = [text_of(letter) for letter in (await letters_to(bo.email))[before:]]
    assert newer and all("Ana" not in letter for letter in newer)
    assert any("METHOD:CANCEL" in letter.as_string() for letter in (await letters_to(bo.email))[before:])
    assert "METHOD:REQUEST" in text_of((await letters_to(dev.email))[-1], "text/calendar")


@pytest.mark.parametrize("scope", ["event", "community"])
async def test_the_sentence_is_the_same_on_every_road(
    scope: str, walkers: Community, ana: Person, bo: Person, signed_in: As, client: httpx.AsyncClient
) -> None:
    event = await make_event(walkers, ana, about="Newer than his going")
    await say(event, bo)
    link = await link_of(event, bo)
    role = await need(event)
    await co_hosts.invite(event, bo.email, by=ana)
    number = await db.value("SELECT id FROM co_host_invitations")
    soon = clock.now() + timedelta(days=9)
    asked = f"/hosting/{tokens.sign(events_mail.CO_HOST, number, event.public_id, expires=soon)}"
    await keep_out_of(scope, event, walkers, bo, by=ana)
    browser = await signed_in(bo)
    page = f"/events/{event.public_id}"
    for answer in (
        await browser.post(f"{page}/rsvp", data={"answer": "going"}),
        await browser.post(f"{page}/rsvp", data={"answer": "maybe"}),
        await browser.get(link),
        await browser.post(link, data={"answer": "going"}),
        await browser.get(f"{link}/coming"),
        await browser.get(f"{page}/volunteers"),
        await browser.post(f"/shifts/{role.public_id}/signup"),
        await browser.get(asked),
        await browser.post(asked),
        *([await browser.post("/communities/walkers/membership")] if scope == "community" else []),
    ):
        assert (answer.status_code, sentence_of(answer)) == (403, SENTENCE), answer.request.url
        assert "Newer than his going" not in answer.text and "Ana" not in answer.text
    assert SENTENCE in (await browser.get(page)).text
    assert 'name="answer"' not in (await browser.get(page)).text
    problem = await browser.post(
        f"{page}/rsvp", data={"answer": "going"}, headers={"accept": "application/json"}
    )
    assert (problem.status_code, problem.json()["detail"]) == (403, SENTENCE)
    # What he was asked by letter is gone with its link.
    assert (await client.get(asked)).status_code == 410
    assert not await CoHostInvitation.exists().where(CoHostInvitation.event == event.id)
    assert await statuses(event) == {"withdrawn": 1}
    if scope == "community":
        assert SENTENCE in (await browser.get("/communities/walkers")).text


def sentence_of(answer: httpx.Response) -> str:
    found = re.search(r'<p class="lead">(.*?)</p>', answer.text)
    return found[1].replace("&#39;", "'") if found else ""


async def keep_out_of(
    scope: str, event: Event, community: Community, whom: Person, *, by: Person, **more: object
) -> None:
    if scope == "event":
        await keeping_out.keep_out(event, Whom.named(whom), by=by, **more)  # type: ignore[arg-type]
    else:
        await of_communities.keep_out(community, Whom.named(whom), by=by, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("scope", ["event", "community"])
@pytest.mark.parametrize("visibility", ["members", "invited"])
async def test_what_is_not_for_everybody_is_not_there_for_who_is_kept_out(
    scope: str, visibility: str, walkers: Community, ana: Person, bo: Person, signed_in: As
) -> None:
    event = await make_event(walkers, ana, visibility=visibility, title="The secret walk")
    await invitations.invite(event, [bo], by=ana)
    await say(event, bo)
    link, browser = await link_of(event, bo), await signed_in(bo)
    _, secret = await feeds.make(bo, name="Mine")
    assert "The secret walk" in (await browser.get(f"/feeds/{secret}.ics")).text
    await keep_out_of(scope, event, walkers, bo, by=ana)
    await db.run("UPDATE events SET title = 'The newer walk' WHERE id = $1", event.id)
    for path in ("", ".ics", ".json", "/coming", "/volunteers"):
        assert (await browser.get(f"/events/{event.public_id}{path}")).status_code == 404
    for path in (link, f"/feeds/{secret}.ics", "/", "/communities/walkers", f"{link}/coming"):
        answer = await browser.get(path)
        assert "newer walk" not in answer.text and "secret walk" not in answer.text, path


@pytest.mark.parametrize("scope", ["event", "community"])
async def test_an_address_is_kept_out_before_anybody_has_it_and_whatever_stands_behind_its_plus(
    scope: str, walkers: Community, ana: Person
) -> None:
    event = await make_event(walkers, ana)
    whom = Whom("eve@example.org")
    if scope == "event":
        await keeping_out.keep_out(event, whom, by=ana)
    else:
        await of_communities.keep_out(walkers, whom, by=ana)
    for address in ("eve@example.org", "eve+walks@example.org"):
        eve = Person(email=address, name="Eve", signed_in_at=clock.now())
        await eve.save()
        with pytest.raises(KeptOut):
            await say(event, eve)
        if scope == "community":
            with pytest.raises(KeptOut):
                await joining.join(eve, walkers)
    await say(event, await make_person("Evelyn"))


async def test_a_stranger_learns_nothing_by_typing_an_address_that_is_kept_out(
    client: httpx.AsyncClient, walkers: Community, ana: Person, bo: Person
) -> None:
    event = await make_event(walkers, ana, mode="in_person", seats=5)
    await of_communities.keep_out(walkers, Whom.named(bo), by=ana)
    pages = []
    for address in (bo.email, "nobody@example.org"):
        answer = await client.post(
            f"/events/{event.public_id}/rsvp", data={"answer": "going", "name": "Bo", "email": address}
        )
        pages.append((answer.status_code, answer.headers["location"]))
    assert pages[0] == pages[1]
    assert await statuses(event) == {"invited": 1, "offered": 1}
    (letter,) = await letters_to(bo.email)
    assert SENTENCE in " ".join(text_of(letter).split())
    assert all(link.endswith("/refusal") for link in re.findall(r"/rsvp/\S+", text_of(letter)))


async def test_what_was_only_typed_loses_its_seat_and_is_forgotten_after_a_week(
    client: httpx.AsyncClient, walkers: Community, ana: Person
) -> None:
    event = await make_event(walkers, ana, mode="in_person", seats=1)
    typed = {"answer": "going", "name": "Eve", "email": "eve@example.org"}
    await client.post(f"/events/{event.public_id}/rsvp", data=typed)
    assert await statuses(event) == {"offered": 1}
    eve = await queries.person_by_email("eve@example.org")
    assert eve
    link = await link_of(event, eve)
    await keeping_out.keep_out(event, Whom("Eve+1@example.org"), by=ana)
    assert await statuses(event) == {"invited": 1}
    assert sentence_of(await client.post(link, data={"answer": "going"})) == SENTENCE
    with time_machine.travel(clock.now() + timedelta(days=8), tick=False):
        await forget_what_has_had_its_time()
    assert await statuses(event) == {} and not await queries.person_by_email("eve@example.org")


async def test_a_removed_member_is_not_back_by_one_press_unless_they_may(
    walkers: Community, ana: Person, bo: Person, dev: Person, signed_in: As
) -> None:
    browser = await signed_in(ana)
    page = (await browser.get(f"/communities/walkers/people/{bo.public_id}/removal")).text
    assert "They may come back" in page and "kept out" in page
    await browser.post(f"/communities/walkers/people/{bo.public_id}/removal")
    await browser.post(f"/communities/walkers/people/{dev.public_id}/removal", data={"may_return": "true"})
    assert (await (await signed_in(bo)).post("/communities/walkers/membership")).status_code == 403
    assert (await (await signed_in(dev)).post("/communities/walkers/membership")).status_code == 303
    assert await queries.role_in(bo, walkers.id) is None
    assert await queries.role_in(dev, walkers.id) == "member"


async def test_whoever_is_kept_out_cannot_tell_who_did_it(
    walkers: Community, ana: Person, bo: Person, dev: Person, signed_in: As
) -> None:
    """Two worlds that differ only in whose press it was: bo's pages and letters are the same, byte for byte."""
    await joining.change_role(dev, walkers, "owner", by=ana)
    event = await make_event(walkers)
    await say(event, bo)
    link = await link_of(event, bo)
    await work_off()
    browser, seen = await signed_in(bo), []
    with time_machine.travel(clock.now(), tick=False):
        for by in (ana, dev):
            try:
                async with db.transaction():
                    await of_communities.keep_out(walkers, Whom.named(bo), by=by, note=f"{by.name} says so")
                    pages = [
                        (await browser.get(path)).text
                        for path in (f"/events/{event.public_id}", link, "/communities/walkers", "/")
                    ]
                    letters = [text_of(letter) for letter in await letters_to(bo.email)]
                    changes = await db.rows("SELECT by, note FROM rsvp_changes ORDER BY id DESC LIMIT 1")
                    seen.append(([without_chance(page) for page in pages], letters, changes))
                    raise Refusal
            except Refusal:
                pass
    assert seen[0] == seen[1]
    assert len(seen[0][1]) == 2 and SENTENCE in " ".join(seen[0][1][-1].split())


def without_chance(page: str) -> str:
    return re.sub(r'nonce="[^"]+"|value="\w{12}"', "", page)


async def test_who_was_taken_off_an_invitation_is_not_back_by_a_press(
    walkers: Community, ana: Person, bo: Person, signed_in: As
) -> None:
    event = await make_event(walkers, ana, visibility="invited")
    await invitations.invite(event, [bo], by=ana)
    await say(event, bo)
    rsvp = await answer_of(event, bo)
    assert rsvp
    await hosts.take_off(rsvp, by=ana)
    browser = await signed_in(bo)
    for answer in (
        await browser.get(f"/events/{event.public_id}"),
        await browser.post(f"/events/{event.public_id}/rsvp", data={"answer": "going"}),
    ):
        assert answer.status_code == 404
    # Hosts can invite them again.
    assert await invitations.invite(event, [bo], by=ana) == 1
    assert (await browser.get(f"/events/{event.public_id}")).status_code == 200
    await say(event, bo)


async def test_who_was_taken_off_where_hosts_accept_everybody_asks_anew(
    walkers: Community, ana: Person, bo: Person, signed_in: As
) -> None:
    event = await make_event(walkers, ana, approval=True)
    await invitations.invite(event, [bo], by=ana)
    await say(event, bo)
    rsvp = await answer_of(event, bo)
    assert rsvp and rsvp.status == "going"
    await hosts.take_off(rsvp, by=ana)
    await (await signed_in(bo)).post(f"/events/{event.public_id}/rsvp", data={"answer": "going"})
    assert await statuses(event) == {"requested": 1}


async def test_a_withdrawn_invitation_dies_with_its_link(
    walkers: Community, ana: Person, cleo: Person, client: httpx.AsyncClient, signed_in: As
) -> None:
    event = await make_event(walkers, ana, visibility="invited")
    await invitations.invite(event, [cleo], by=ana)
    link, rsvp = await link_of(event, cleo), await answer_of(event, cleo)
    assert rsvp and (await client.get(link)).status_code == 200
    browser = await signed_in(ana)
    assert "Withdraw the invitation" in (await browser.get(f"/rsvps/{rsvp.public_id}")).text
    answer = await browser.post(f"/rsvps/{rsvp.public_id}/invitation/removal")
    assert answer.status_code == 303
    assert (await client.get(link)).status_code == 410
    assert (await client.post(link, data={"answer": "going"})).status_code == 410
    assert (await client.post(f"{link}/fresh")).status_code in {200, 410}
    assert (await (await signed_in(cleo)).get(f"/events/{event.public_id}")).status_code == 404
    assert await statuses(event) == {}
    assert await letters_to(cleo.email) == []


async def test_what_is_for_members_ends_in_the_transaction_in_which_they_leave(
    walkers: Community, bo: Person, dev: Person
) -> None:
    event = await make_event(walkers, visibility="members", seats=1, mode="in_person")
    await say(event, bo, dev)
    role = await need(event)
    await shifts.sign_up(role, bo, event)
    await joining.leave(bo, walkers)
    assert (await answer_of(event, bo)).status == "withdrawn"  # type: ignore[union-attr]
    assert (await answer_of(event, dev)).status == "going"  # type: ignore[union-attr]
    assert not await SignUp.exists().where(SignUp.person == bo.id)


async def test_door_links_end_with_the_organising_of_who_made_them(
    walkers: Community, ana: Person, bo: Person, dev: Person, client: httpx.AsyncClient
) -> None:
    await joining.change_role(bo, walkers, "organiser", by=ana)
    event = await make_event(walkers, ana)
    await co_hosts.add(event, dev, by=ana)
    secrets = {}
    for maker in (ana, bo, dev):
        _, secrets[maker.name] = await open_door(event, name=f"By {maker.name}", by=maker)
    await joining.change_role(bo, walkers, "member", by=ana)
    await co_hosts.remove(event, dev)
    found = {name: (await client.get(f"/door/{secret}")).status_code for name, secret in secrets.items()}
    assert found == {"Ana": 200, "Bo": 410, "Dev": 410}


async def test_erasing_somebody_leaves_the_digest_alone_and_meets_them_again(
    walkers: Community, ana: Person, bo: Person, signed_in: As
) -> None:
    event = await make_event(walkers, ana)
    await of_communities.keep_out(walkers, Whom.named(bo), by=ana)
    await keeping_out.keep_out(event, Whom("bo+again@example.org"), by=ana)
    browser = await signed_in(bo)
    assert (await browser.post("/settings/account/removal", data={"email": bo.email})).status_code == 303
    for table in ("kept_out", "kept_out_of_events"):
        row = await db.row(f"SELECT * FROM {table}")
        assert row and (row["person"], row["email"]) == (None, "")
    again = await make_person("Bo")
    with pytest.raises(KeptOut):
        await joining.join(again, walkers)
    assert (
        "whose account is deleted" in (await (await signed_in(ana)).get("/communities/walkers/kept-out")).text
    )
