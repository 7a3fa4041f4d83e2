"""What hosts decide about other people's answers, as pages: accepting, declining, adding, moving up, taking off."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from events.hosting import co_hosts
from events.tables import Event
from members.account import sessions
from members.communities import joining
from members.tables import Community, Person
from rsvps.hosting import approvals
from rsvps.questions import queries, sheet
from rsvps.questions.sheet import AskedQuestion
from rsvps.seating import seats
from rsvps.status import words
from rsvps.tables import Rsvp, RsvpChange
from server import db
from server.settings import settings
from tests.gatherings import make_event
from tests.ground import letters_to, text_of
from tests.people import As, join, make_person
from tests.rsvps.gatherings import answer_of, line, make_people, statuses, taken


@pytest_asyncio.fixture(loop_scope="session")
async def supper(walkers: Community) -> Event:
    """A gathering at which hosts accept everybody, with two seats."""
    return await make_event(
        walkers, title="Supper", mode="in_person", seats=2, guests_allowed=2, approval=True
    )


async def asks(event: Event, person: Person, **more: object) -> Rsvp:
    """Somebody asks to come."""
    return await seats.answer(event, person, answer="going", by=person, **more)  # type: ignore[arg-type]


def queue(event: Event) -> str:
    return f"/events/{event.public_id}/people?status=requested"


async def now(event: Event, person: Person) -> str:
    """What somebody's answer is."""
    found = await answer_of(event, person)
    return str(found.status) if found else ""


# Who may


@pytest.mark.parametrize("path", ["", "/approval"])
async def test_looking_at_an_answer_is_for_its_organisers(
    walkers: Community,
    ana: Person,
    bo: Person,
    cleo: Person,
    client: httpx.AsyncClient,
    signed_in: As,
    path: str,
) -> None:
    event = await make_event(walkers, visibility="members", approval=True)
    address = f"/rsvps/{(await asks(event, bo)).public_id}{path}"
    assert (await client.get(address)).status_code == 404
    assert (await (await signed_in(cleo)).get(address)).status_code == 404
    assert (await (await signed_in(bo)).get(address)).status_code == 403
    assert (await (await signed_in(ana)).get(address)).status_code == 200


@pytest.mark.parametrize("path", ["approval", "approval/removal", "place", "removal"])
async def test_deciding_is_for_organisers_and_answers_that_are_not_there_are_not_there(
    walkers: Community, ana: Person, bo: Person, cleo: Person, dev: Person, signed_in: As, path: str
) -> None:
    event = await make_event(walkers, visibility="members", approval=True)
    rsvp = await asks(event, dev)
    for person, expected in ((cleo, 404), (bo, 403), (dev, 403)):
        browser = await signed_in(person)
        answer = await browser.post(f"/rsvps/{rsvp.public_id}/{path}", data={"note": "x"})
        assert answer.status_code == expected
    assert (await (await signed_in(ana)).post(f"/rsvps/nobody2345/{path}")).status_code == 404
    assert await now(event, dev) == "requested"


async def test_an_organiser_of_elsewhere_decides_nothing_here(
    walkers: Community, supper: Event, bo: Person, cleo: Person, signed_in: As
) -> None:
    elsewhere = Community(slug="elsewhere", name="Elsewhere", zone="UTC")
    await elsewhere.save()
    await join(cleo, elsewhere, "owner")
    other = await make_event(elsewhere)
    rsvp = await asks(supper, bo)
    browser = await signed_in(cleo)
    assert (await browser.post(f"/rsvps/{rsvp.public_id}/approval")).status_code == 403
    data = {"rsvps": [rsvp.public_id]}
    assert (await browser.post(f"/events/{other.public_id}/people/approvals", data=data)).status_code == 303
    assert await now(supper, bo) == "requested"


# Accepting and declining


async def test_ana_sees_who_asks_with_all_that_they_say(
    supper: Event, ana: Person, bo: Person, cleo: Person, signed_in: As
) -> None:
    await sheet.put(supper, [AskedQuestion("text", "What do you eat?")])
    [question] = await queries.questions(supper.id)
    await asks(supper, cleo, guests=1, guest_names="Eve <3", replies={question.id: "Anything & more"})
    await asks(supper, bo)
    browser = await signed_in(ana)
    everybody = (await browser.get(f"/events/{supper.public_id}/people")).text
    assert "2 people ask to come" in everybody and str(words.label("requested")) in everybody
    page = (await browser.get(queue(supper))).text
    assert page.index("Cleo") < page.index(">Bo<")
    for each in (
        "Eve &lt;3",
        "What do you eat?",
        "Anything &amp; more",
        "Does not belong to your community",
    ):
        assert each in page
    assert "ask to come" not in page


async def test_hosts_hear_of_who_asks_on_the_page_of_the_gathering(
    supper: Event, ana: Person, bo: Person, dev: Person, signed_in: As
) -> None:
    address = f"/events/{supper.public_id}"
    host = await signed_in(ana)
    assert "to come</strong>" not in (await host.get(address)).text
    rsvp = await asks(supper, bo)
    assert "1 person asks to come" in (await host.get(address)).text
    for person in (bo, dev):
        assert "1 person asks" not in (await (await signed_in(person)).get(address)).text
    await approvals.grant(rsvp, by=ana)
    assert "1 person asks" not in (await host.get(address)).text


async def test_a_co_host_decides_and_does_not_learn_who_belongs_to_the_community(
    supper: Event, ana: Person, bo: Person, dev: Person, cleo: Person, signed_in: As
) -> None:
    await co_hosts.add(supper, cleo, by=ana)
    rsvp, other = await asks(supper, bo), await asks(supper, dev)
    browser = await signed_in(cleo)
    for address in (queue(supper), f"/rsvps/{rsvp.public_id}"):
        page = await browser.get(address)
        assert page.status_code == 200
        assert "elong to" not in page.text and "elongs to" not in page.text
    assert (await browser.post(f"/rsvps/{rsvp.public_id}/approval")).status_code == 303
    data = {"rsvps": [other.public_id]}
    await browser.post(f"/events/{supper.public_id}/people/approvals", data=data)
    assert await statuses(supper) == {"going": 2}
    assert "by Cleo" in (await (await signed_in(ana)).get(f"/rsvps/{rsvp.public_id}")).text


async def test_ana_accepts_who_asks_once_however_often_she_presses(
    supper: Event, ana: Person, bo: Person, signed_in: As
) -> None:
    rsvp = await asks(supper, bo)
    assert len(await letters_to(bo.email)) == 1
    browser = await signed_in(ana)
    for _ in range(2):
        answer = await browser.post(f"/rsvps/{rsvp.public_id}/approval")
        assert answer.status_code == 303 and answer.headers["location"] == queue(supper)
        assert "Bo is going" in (await browser.get(queue(supper))).text
    assert await now(supper, bo) == "going" and await taken(supper) == 1
    assert len(await letters_to(bo.email)) == 2


async def test_who_is_accepted_when_every_seat_is_taken_waits(
    supper: Event, ana: Person, bo: Person, dev: Person, signed_in: As
) -> None:
    browser = await signed_in(ana)
    for person, guests in ((bo, 1), (dev, 0)):
        rsvp = await asks(supper, person, guests=guests)
        await browser.post(f"/rsvps/{rsvp.public_id}/approval")
    assert "Dev is number 1 in line" in (await browser.get(queue(supper))).text
    assert await now(supper, dev) == "waitlisted"


async def test_ana_declines_in_words_that_bo_reads(
    supper: Event, ana: Person, bo: Person, signed_in: As
) -> None:
    rsvp = await asks(supper, bo)
    assert len(await letters_to(bo.email)) == 1
    browser = await signed_in(ana)
    page = (await browser.get(f"/rsvps/{rsvp.public_id}/approval")).text
    assert "Thank you for asking." in page
    for _ in range(2):
        data = {"note": "The table is <small>.\nCome in May."}
        answer = await browser.post(f"/rsvps/{rsvp.public_id}/approval/removal", data=data)
        assert answer.status_code == 303
    assert await now(supper, bo) == "declined"
    letters = await letters_to(bo.email)
    assert len(letters) == 2 and "Come in May." in text_of(letters[-1])
    history = (await browser.get(f"/rsvps/{rsvp.public_id}")).text
    assert "Turned down" in history and "The table is &lt;small&gt;." in history and "by Ana" in history


async def test_ana_changes_her_mind(supper: Event, ana: Person, bo: Person, signed_in: As) -> None:
    rsvp = await asks(supper, bo)
    browser = await signed_in(ana)
    await browser.post(f"/rsvps/{rsvp.public_id}/approval/removal", data={"note": "Sorry."})
    assert len(await letters_to(bo.email)) == 1
    page = (await browser.get(f"/rsvps/{rsvp.public_id}")).text
    assert f'action="/rsvps/{rsvp.public_id}/approval"' in page
    assert (await browser.post(f"/rsvps/{rsvp.public_id}/approval")).status_code == 303
    assert await now(supper, bo) == "going"
    assert len(await letters_to(bo.email)) == 2


async def test_words_without_end_are_refused_and_kept(
    supper: Event, ana: Person, bo: Person, signed_in: As
) -> None:
    rsvp = await asks(supper, bo)
    browser = await signed_in(ana)
    answer = await browser.post(f"/rsvps/{rsvp.public_id}/approval/removal", data={"note": "x" * 501})
    assert answer.status_code == 422 and "x" * 501 in answer.text and "under 500" in answer.text
    assert await now(supper, bo) == "requested"


async def test_several_are_accepted_in_the_order_in_which_they_asked(
    walkers: Community, supper: Event, ana: Person, signed_in: As
) -> None:
    people = await make_people(4)
    rsvps = [await asks(supper, person) for person in people]
    ids = [rsvp.public_id for rsvp in reversed(rsvps[:3])]
    browser = await signed_in(ana)
    answer = await browser.post(
        f"/events/{supper.public_id}/people/approvals", data={"rsvps": [*ids, "nobody", "\0"]}
    )
    assert answer.status_code == 303
    assert "3 people accepted and told. 1 person waits" in (await browser.get(queue(supper))).text
    assert await statuses(supper) == {"going": 2, "waitlisted": 1, "requested": 1}
    assert await line(supper) == [people[2].id]
    await browser.post(f"/events/{supper.public_id}/people/approvals", data={})
    assert "Nobody you ticked" in (await browser.get(queue(supper))).text


async def test_nothing_is_decided_about_who_does_not_ask_any_more(
    supper: Event, ana: Person, bo: Person, signed_in: As
) -> None:
    rsvp = await asks(supper, bo)
    await seats.withdraw(supper, bo, by=bo)
    browser = await signed_in(ana)
    for path in ("approval", "approval/removal"):
        answer = await browser.post(f"/rsvps/{rsvp.public_id}/{path}", data={"note": "x"})
        assert answer.status_code == 409 and "do not ask to come any more" in answer.text
    assert await now(supper, bo) == "withdrawn"


async def test_before_anybody_has_answered_the_list_says_what_to_do_next(
    walkers: Community, ana: Person, bo: Person, signed_in: As
) -> None:
    event = await make_event(walkers)
    browser = await signed_in(ana)
    page = (await browser.get(f"/events/{event.public_id}/people")).text
    assert page.count("/invitations") == 1 and "Find somebody" not in page and "Write to them" not in page
    await seats.answer(event, bo, answer="going", by=bo)
    page = (await browser.get(f"/events/{event.public_id}/people")).text
    assert "Find somebody" in page and "Write to them" in page


async def test_the_page_of_a_person_tells_all_that_is_known(
    walkers: Community, ana: Person, bo: Person, signed_in: As
) -> None:
    event = await make_event(walkers, guests_allowed=2)
    await sheet.put(event, [AskedQuestion("text", "What do you eat?")])
    [question] = await queries.questions(event.id)
    rsvp = await asks(event, bo, guests=2, guest_names="Eve\nFay", replies={question.id: "Soup"}, online=True)
    await db.run(
        "INSERT INTO arrivals (rsvp, seen_by, guests, arrived_at) VALUES ($1, $2, 0, now())", rsvp.id, ana.id
    )
    page = (await (await signed_in(ana)).get(f"/rsvps/{rsvp.public_id}")).text
    for each in ("2 guests: Eve, Fay", "in the call", "noted by Ana", "What do you eat?", "Soup", "by Bo"):
        assert each in page


# Two hosts at once


@pytest_asyncio.fixture(loop_scope="session")
async def hosts(committed: str, app) -> AsyncIterator[tuple[Community, list[httpx.AsyncClient]]]:  # type: ignore[no-untyped-def]
    """Two hosts of one community, each in a browser of their own, with a database where they race."""
    community = Community(slug="walkers", name="Sunday Walkers", zone="Europe/Berlin")
    await community.save()
    browsers = []
    for name in ("Ana", "Mia"):
        person = await make_person(name)
        await join(person, community, "organiser")
        secret = await sessions.open_session(person, browser="Firefox on Linux")
        browsers.append(
            httpx.AsyncClient(
                transport=httpx.ASGITransport(app),
                base_url=settings.base_url,
                cookies={sessions.COOKIE: secret},
            )
        )
    yield community, browsers
    for browser in browsers:
        await browser.aclose()


@pytest.mark.slow
async def test_two_hosts_who_accept_and_decline_at_once_leave_one_answer(
    hosts: tuple[Community, list[httpx.AsyncClient]],
) -> None:
    community, (ana, mia) = hosts
    event = await make_event(community, mode="in_person", approval=True, seats=5)
    people = await make_people(5)
    for person in people:
        rsvp = await asks(event, person)
        answers = await asyncio.gather(
            ana.post(f"/rsvps/{rsvp.public_id}/approval"),
            mia.post(f"/rsvps/{rsvp.public_id}/approval"),
            mia.post(f"/rsvps/{rsvp.public_id}/approval/removal", data={"note": "Sorry."}),
        )
        assert {answer.status_code for answer in answers} <= {303, 409}
        assert await now(event, person) in {"going", "declined"}
        steps = await RsvpChange.count().where(RsvpChange.rsvp == rsvp.id)
        assert steps in {2, 3}  # Asked and accepted; or asked, declined, and accepted after all.
    assert await taken(event) == (await statuses(event)).get("going", 0)


@pytest.mark.slow
async def test_two_hosts_accept_the_same_crowd_and_no_seat_is_given_twice(
    hosts: tuple[Community, list[httpx.AsyncClient]],
) -> None:
    community, (ana, mia) = hosts
    event = await make_event(community, mode="in_person", approval=True, seats=6)
    people = await make_people(20)
    rsvps = [await asks(event, person) for person in people]
    data = {"rsvps": [rsvp.public_id for rsvp in rsvps]}
    address = f"/events/{event.public_id}/people/approvals"
    answers = await asyncio.gather(*(host.post(address, data=data) for host in (ana, mia, ana, mia)))
    assert {answer.status_code for answer in answers} == {303}
    assert await statuses(event) == {"going": 6, "waitlisted": 14}
    assert await line(event) == [person.id for person in people[6:]] and await taken(event) == 6
    assert await RsvpChange.count() == 40


# Hosts are in at once


async def test_whoever_organises_or_hosts_is_going_at_once_where_others_ask(
    supper: Event, ana: Person, bo: Person, cleo: Person, signed_in: As
) -> None:
    await co_hosts.add(supper, cleo, by=ana)
    for host in (ana, cleo):
        browser = await signed_in(host)
        page = (await browser.get(f"/events/{supper.public_id}")).text
        assert "Ask to come" not in page
        await browser.post(f"/events/{supper.public_id}/rsvp", data={"answer": "going"})
        assert await now(supper, host) == "going"
    assert "Ask to come" in (await (await signed_in(bo)).get(f"/events/{supper.public_id}")).text
    await asks(supper, bo)
    assert await now(supper, bo) == "requested"


async def test_a_host_waits_in_line_like_everybody_where_every_seat_is_taken(
    supper: Event, ana: Person, bo: Person, dev: Person
) -> None:
    for person in (bo, dev):
        await approvals.grant(await asks(supper, person), by=ana)
    await asks(supper, ana)
    assert await now(supper, ana) == "waitlisted"


async def test_whoever_asks_and_becomes_a_co_host_is_in_by_it(
    supper: Event, ana: Person, bo: Person, dev: Person
) -> None:
    await asks(supper, bo)
    await asks(supper, dev)
    await co_hosts.add(supper, bo, by=ana)
    assert (await now(supper, bo), await now(supper, dev)) == ("going", "requested")
    subjects = [letter["subject"] for letter in await letters_to("bo@example.org")]
    assert "You can come: Supper" in subjects


async def test_whoever_asks_and_becomes_an_organiser_is_in_at_all_of_its_gatherings(
    walkers: Community, supper: Event, ana: Person, bo: Person
) -> None:
    brunch = await make_event(walkers, title="Brunch", approval=True)
    for event in (supper, brunch):
        await asks(event, bo)
    await joining.change_role(bo, walkers, "organiser", by=ana)
    assert [await now(event, bo) for event in (supper, brunch)] == ["going", "going"]


async def test_a_host_who_was_turned_down_before_they_hosted_can_come(
    supper: Event, ana: Person, bo: Person, signed_in: As
) -> None:
    await approvals.decline(await asks(supper, bo), by=ana, note="Sorry.")
    await co_hosts.add(supper, bo, by=ana)
    assert await now(supper, bo) == "declined"
    browser = await signed_in(bo)
    assert "could not take you" not in (await browser.get(f"/events/{supper.public_id}")).text
    await browser.post(f"/events/{supper.public_id}/rsvp", data={"answer": "going"})
    assert await now(supper, bo) == "going"


async def test_what_is_typed_for_a_hosts_address_holds_no_seat_as_for_anybody_elses(
    supper: Event, ana: Person
) -> None:
    await seats.hold(supper, ana, answer="going", guests=0)
    assert await now(supper, ana) == "invited"
