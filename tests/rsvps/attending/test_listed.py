"""Who is listed: whoever chose it, to whom they chose, and nobody else."""

import re

import httpx
import pytest
import time_machine

from events.tables import Event
from members.tables import Block, Community, Person
from rsvps.attending import listed
from rsvps.letters import links
from rsvps.seating import seats
from server import clock, db, tokens
from server.pagination import Place
from tests.gatherings import make_event
from tests.people import As, make_person
from tests.rsvps.gatherings import answer_of, make_people

HEADING = "Who is coming"


async def comes(event: Event, person: Person, chosen: str = "nobody") -> None:
    await seats.answer(event, person, answer="going", by=person, listed=chosen)


async def connect(one: Person, other: Person) -> None:
    low, high = sorted((one.id, other.id))
    await db.run(
        "INSERT INTO connections (public_id, low, high, connected_at) VALUES ($1, $2, $3, $4)",
        tokens.public_id(),
        low,
        high,
        clock.now(),
    )


async def names(reader: Person, event: Event) -> tuple[str, ...]:
    return tuple(one.name for one in (await listed.seen_by(reader, event)).rows)


async def test_nobody_is_listed_who_did_not_choose_it(walkers: Community, bo: Person, dev: Person) -> None:
    event = await make_event(walkers)
    for person in (bo, dev):
        await seats.answer(event, person, answer="going", by=person)
    await connect(bo, dev)
    assert await names(bo, event) == ()


async def test_those_who_come_see_those_who_chose_it(
    walkers: Community, ana: Person, bo: Person, dev: Person, cleo: Person
) -> None:
    event = await make_event(walkers)
    await comes(event, ana, "coming")
    await comes(event, bo, "coming")
    await comes(event, dev)
    assert await names(dev, event) == ("Ana", "Bo")
    assert await names(bo, event) == ("Ana",)
    assert await names(cleo, event) == ()


@pytest.mark.parametrize("answer", ["maybe", "declined"])
async def test_who_is_not_coming_sees_nobody(
    walkers: Community, bo: Person, dev: Person, answer: str
) -> None:
    event = await make_event(walkers)
    await comes(event, dev, "coming")
    await seats.answer(event, bo, answer=answer, by=bo)  # type: ignore[arg-type]
    assert await names(bo, event) == ()


async def test_who_does_not_come_any_more_is_listed_no_more(
    walkers: Community, bo: Person, dev: Person
) -> None:
    event = await make_event(walkers)
    await comes(event, bo)
    await comes(event, dev, "coming")
    await seats.answer(event, dev, answer="maybe", by=dev)
    assert await names(bo, event) == ()


async def test_connections_see_those_who_chose_them(
    walkers: Community, bo: Person, dev: Person, cleo: Person
) -> None:
    event = await make_event(walkers)
    await comes(event, bo, "connections")
    await comes(event, cleo)
    await connect(bo, dev)
    assert await names(dev, event) == ("Bo",)
    assert await names(cleo, event) == ()
    await db.run("UPDATE connections SET ended_at = $1", clock.now())
    assert await names(dev, event) == ()


@pytest.mark.parametrize("chosen", ["coming", "connections"])
async def test_a_block_hides_both_from_each_other(
    walkers: Community, bo: Person, dev: Person, chosen: str
) -> None:
    event = await make_event(walkers)
    await comes(event, bo, chosen)
    await comes(event, dev, chosen)
    await connect(bo, dev)
    await Block(blocker=bo.id, blocked=dev.id).save()
    assert await names(bo, event) == await names(dev, event) == ()


async def test_only_the_first_name_is_shown_and_leads_nowhere(
    walkers: Community, bo: Person, signed_in: As
) -> None:
    event = await make_event(walkers)
    await comes(event, bo)
    await comes(event, await make_person("Ana María Ruiz"), "coming")
    page = (await (await signed_in(bo)).get(f"/events/{event.public_id}")).text
    assert HEADING in page and ">Ana<" in page and "María" not in page and "Ruiz" not in page


async def test_strangers_and_those_with_nobody_to_see_see_no_list(
    walkers: Community, bo: Person, cleo: Person, dev: Person, client: httpx.AsyncClient, signed_in: As
) -> None:
    event = await make_event(walkers)
    await comes(event, bo, "coming")
    await comes(event, dev)
    for browser in (client, await signed_in(cleo), await signed_in(bo)):
        assert 'id="coming"' not in (await browser.get(f"/events/{event.public_id}")).text
    assert (await client.get(f"/events/{event.public_id}/coming")).status_code == 303
    for person in (cleo, bo):
        browser = await signed_in(person)
        assert (await browser.get(f"/events/{event.public_id}/coming")).status_code == 404
    assert (await (await signed_in(dev)).get(f"/events/{event.public_id}/coming")).status_code == 200


async def test_a_guest_sees_the_list_behind_their_link_while_they_are_going(
    walkers: Community, bo: Person, client: httpx.AsyncClient
) -> None:
    event = await make_event(walkers)
    nell = await make_person("Nell", account=False)
    await comes(event, bo, "coming")
    await comes(event, nell)
    rsvp = await answer_of(event, nell)
    assert rsvp
    link = f"/rsvp/{links.token(rsvp, event)}"
    assert ">Bo<" in (await client.get(link)).text
    assert (await client.get(f"{link}/coming")).status_code == 200
    await seats.answer(event, nell, answer="maybe", by=nell)
    assert ">Bo<" not in (await client.get(link)).text
    assert (await client.get(f"{link}/coming")).status_code == 404


async def test_when_it_is_over_the_list_is_gone(walkers: Community, bo: Person, dev: Person) -> None:
    event = await make_event(walkers)
    await comes(event, bo)
    await comes(event, dev, "coming")
    with time_machine.travel(event.over_at, tick=False):
        assert await names(bo, event) == ()


async def test_a_long_list_comes_in_pages(walkers: Community, bo: Person, signed_in: As) -> None:
    event = await make_event(walkers)
    await comes(event, bo)
    people = await make_people(listed.NAMES_ON_A_PAGE + 5)
    await db.copy(
        "rsvps",
        ["public_id", "event", "person", "status", "listed", "confirmed_at", "answered_at", "created_at"],
        [
            (
                tokens.public_id(),
                event.id,
                person.id,
                "going",
                "coming",
                clock.now(),
                clock.now(),
                clock.now(),
            )
            for person in people
        ],
    )
    first = await listed.seen_by(bo, event)
    last = await listed.seen_by(bo, event, Place(after=first.after))
    assert (len(first.rows), len(last.rows), last.after) == (listed.NAMES_ON_A_PAGE, 5, "")
    assert len({one.key for one in [*first.rows, *last.rows]}) == len(people)
    browser = await signed_in(bo)
    more = re.search(r'href="([^"]+)">More of them', (await browser.get(f"/events/{event.public_id}")).text)
    assert more
    page = (await browser.get(more[1])).text
    assert all(one.key in page for one in last.rows)
    assert (await browser.get(f"/events/{event.public_id}/coming?page=2")).status_code == 200
