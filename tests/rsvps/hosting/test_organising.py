"""The organiser's list, invitations and letters, as pages."""

import csv
import html
import io
import re

import httpx
import pytest

from members.tables import Community, Person
from rsvps.attending import by_letter
from rsvps.questions import queries, sheet
from rsvps.questions.sheet import AskedQuestion
from rsvps.seating import seats
from rsvps.tables import HostLetter, Rsvp
from server import db
from tests.counting import counted
from tests.gatherings import make_event
from tests.ground import letters_to
from tests.people import As, make_person
from tests.rsvps.gatherings import make_people, statuses

PAGES = ("people", "people.csv", "people/new", "invitations", "letters")


def shown(name: str, page: str) -> bool:
    """Whether somebody stands in the list."""
    return bool(re.search(rf'class="person-name" href="/rsvps/\w+">{name}<', page))


def address_of(rel: str, page: str) -> str:
    """Where "Next" or "Previous" leads."""
    found = re.search(rf'href="([^"]+)" rel="{rel}"', page)
    assert found, rel
    return html.unescape(found[1])


def found_in(page: str) -> list[str]:
    """Who stands in the list, in its order."""
    return re.findall(r'class="person-name" href="/rsvps/\w+">([^<]+)<', page)


@pytest.mark.parametrize("page", PAGES)
async def test_the_list_is_for_organisers(
    walkers: Community,
    ana: Person,
    bo: Person,
    cleo: Person,
    client: httpx.AsyncClient,
    signed_in: As,
    page: str,
) -> None:
    event = await make_event(walkers, visibility="members")
    address = f"/events/{event.public_id}/{page}"
    assert (await client.get(address)).status_code == 404
    assert (await (await signed_in(cleo)).get(address)).status_code == 404
    assert (await (await signed_in(bo)).get(address)).status_code == 403
    assert (await (await signed_in(ana)).get(address)).status_code == 200


async def test_beside_a_party_that_is_more_than_all_seats_it_says_so(
    walkers: Community, ana: Person, bo: Person, dev: Person, signed_in: As
) -> None:
    event = await make_event(walkers, mode="in_person", seats=4, guests_allowed=9)
    sentence = "More than all seats there are. Their page says that they can come with fewer."
    await seats.answer(event, dev, answer="going", guests=3, by=dev)
    rsvp = await seats.answer(event, bo, answer="going", guests=3, by=bo)
    browser, address = await signed_in(ana), f"/events/{event.public_id}/people"
    assert sentence not in (await browser.get(address)).text
    await seats.answer(event, bo, answer="going", guests=5, by=bo)
    assert (await browser.get(address)).text.count(sentence) == 1
    assert sentence in (await browser.get(f"/rsvps/{rsvp.public_id}")).text
    own = (await (await signed_in(bo)).get(f"/events/{event.public_id}")).text
    assert "There are 4 seats in all, not enough for the 6 of you. With fewer, it can be your turn." in own


@pytest.mark.parametrize("page", ["invitations", "letters", "people/new", "people/approvals"])
async def test_posting_is_for_organisers_too(
    walkers: Community, bo: Person, cleo: Person, signed_in: As, page: str
) -> None:
    event = await make_event(walkers, visibility="members")
    data = {
        "emails": "eve@example.org",
        "email": "eve@example.org",
        "step": "send",
        "subject": "x",
        "body": "y",
    }
    data["ref"] = "abcdefghjkmn"
    for person, expected in ((cleo, 404), (bo, 403)):
        browser = await signed_in(person)
        assert (await browser.post(f"/events/{event.public_id}/{page}", data=data)).status_code == expected
    assert [await Rsvp.count(), await HostLetter.count()] == [0, 0]


async def test_ana_finds_people_by_name_and_by_answer(
    walkers: Community, ana: Person, bo: Person, dev: Person, signed_in: As
) -> None:
    event = await make_event(walkers, seats=1, guests_allowed=2)
    zoe = await make_person("Zoe")
    for person in (bo, dev, zoe):
        await seats.answer(event, person, answer="going", by=person)
    await seats.answer(event, dev, answer="declined", by=dev)
    browser = await signed_in(ana)
    address = f"/events/{event.public_id}/people"
    everybody = (await browser.get(address)).text
    assert all(shown(name, everybody) for name in ("Bo", "Dev", "Zoe"))
    assert "number 1" in everybody
    assert "@example.org" not in everybody
    waiting = (await browser.get(address + "?status=waitlisted")).text
    assert shown("Zoe", waiting) and not shown("Bo", waiting)
    found = (await browser.get(address + "?q=ZO")).text
    assert shown("Zoe", found) and not shown("Bo", found)
    assert "Nobody by that name" in (await browser.get(address + "?q=nobody")).text
    assert (await browser.get(address + "?status=hostile&page=-3&q=" + "x" * 500)).status_code == 200


async def test_ana_sees_how_an_answer_came_to_be_and_others_do_not(
    walkers: Community,
    ana: Person,
    bo: Person,
    dev: Person,
    cleo: Person,
    signed_in: As,
    client: httpx.AsyncClient,
) -> None:
    event = await make_event(walkers, seats=1, guests_allowed=2, visibility="members")
    await seats.answer(event, dev, answer="going", by=dev)
    rsvp = await seats.answer(event, bo, answer="going", by=bo)
    await seats.withdraw(event, dev, by=dev)
    address = f"/rsvps/{rsvp.public_id}"
    page = (await (await signed_in(ana)).get(address)).text
    assert "by Bo" in page and "by Kith’s rules" in page and "Waiting" in page
    assert (await client.get(address)).status_code == 404
    assert (await (await signed_in(cleo)).get(address)).status_code == 404
    assert (await (await signed_in(bo)).get(address)).status_code == 403


async def test_a_long_list_has_pages_and_few_queries(walkers: Community, ana: Person, signed_in: As) -> None:
    event = await make_event(walkers)
    for person in await make_people(120):
        await seats.answer(event, person, answer="going", by=person)
    browser = await signed_in(ana)
    async with counted() as asked:
        first = await browser.get(f"/events/{event.public_id}/people")
    assert first.text.count('class="person-name"') == 50
    assert len(asked) <= 8
    second = await browser.get(address_of("next", first.text))
    last = await browser.get(address_of("next", second.text))
    assert last.text.count('class="person-name"') == 20
    assert 'rel="next"' not in last.text
    back = await browser.get(address_of("prev", last.text))
    assert found_in(back.text) == found_in(second.text)


async def test_no_cell_of_the_table_is_a_formula(walkers: Community, ana: Person, signed_in: As) -> None:
    event = await make_event(walkers)
    for start in ("=1+1", "+1", "-1", "@SUM(A1)", "\tx", " =1"):
        person = await make_person(f"p{ord(start[0])}{len(start)}")
        await db.run("UPDATE people SET name = $2 WHERE id = $1", person.id, start)
        await seats.answer(event, person, answer="going", by=person)
    answer = await (await signed_in(ana)).get(f"/events/{event.public_id}/people.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][:3] == ["Name", "Answer", "Guests"] and len(rows) == 7
    for row in rows[1:]:
        for cell in row:
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r")) and not cell.lstrip().startswith("=")


async def test_the_table_tells_all_that_was_said(
    walkers: Community, ana: Person, bo: Person, dev: Person, signed_in: As
) -> None:
    event = await make_event(walkers, guests_allowed=2, seats=3, online_seats=1)
    await sheet.put(
        event,
        [AskedQuestion("text", "=What do you eat?"), AskedQuestion("several", "Days", options=("Mo", "Tu"))],
    )
    asked = {question.prompt: question.id for question in await queries.questions(event.id)}
    replies = {asked["=What do you eat?"]: "+soup", asked["Days"]: "Mo\nTu"}
    await seats.answer(event, bo, answer="going", guests=2, guest_names="Eve\n=Fay", replies=replies, by=bo)
    await seats.answer(event, dev, answer="going", online=True, by=dev)
    await seats.answer(event, ana, answer="going", online=True, by=ana)
    answer = await (await signed_in(ana)).get(f"/events/{event.public_id}/people.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    told = {row["Name"]: row for row in rows}
    assert list(told) == ["Ana", "Bo", "Dev"]
    assert told["Bo"]["Names of guests"] == "Eve; =Fay" and told["Bo"]["Guests"] == "2"
    assert told["Bo"]["'=What do you eat?"] == "'+soup" and told["Bo"]["Days"] == "Mo; Tu"
    assert [told[name]["Room or call"] for name in told] == ["Call", "Room", "Call"]
    assert [told[name]["Place in line"] for name in told] == ["1", "", ""]
    assert told["Bo"]["Confirmed"] == "yes"


async def test_while_ana_types_only_what_is_found_comes_back(
    walkers: Community, ana: Person, bo: Person, dev: Person, signed_in: As
) -> None:
    event = await make_event(walkers)
    for person in (bo, dev):
        await seats.answer(event, person, answer="going", by=person)
    browser = await signed_in(ana)
    address = f"/events/{event.public_id}/people?q=de"
    typed = {"hx-request": "true", "hx-request-type": "partial"}
    part = await browser.get(address, headers=typed)
    assert part.text.startswith('<div class="stack" id="found">') and "HX-Request" in part.headers["vary"]
    assert shown("Dev", part.text) and not shown("Bo", part.text)
    whole = await browser.get(address)
    assert part.text.strip() in whole.text and 'value="de"' in whole.text
    async with counted() as asked:
        await browser.get(address, headers=typed)
    assert len(asked) <= 6


async def test_the_table_keeps_to_the_filters(
    walkers: Community, ana: Person, bo: Person, signed_in: As
) -> None:
    event = await make_event(walkers)
    await seats.answer(event, bo, answer="maybe", by=bo)
    browser = await signed_in(ana)
    address = f"/events/{event.public_id}/people.csv"
    assert "Bo,Maybe" in (await browser.get(address + "?status=maybe")).text
    assert "Bo,Maybe" not in (await browser.get(address + "?status=going")).text


async def test_ana_invites_members_and_addresses(
    walkers: Community, ana: Person, bo: Person, dev: Person, cleo: Person, signed_in: As
) -> None:
    event = await make_event(walkers, visibility="invited")
    browser = await signed_in(ana)
    address = f"/events/{event.public_id}/invitations"
    page = (await browser.get(address)).text
    assert "Bo" in page and "Cleo" not in page
    data = {
        "people": [bo.public_id, cleo.public_id],
        "emails": "eve@example.org, EVE@example.org\nfay@example.org",
    }
    answer = await browser.post(address, data=data)
    assert answer.status_code == 303
    assert await statuses(event) == {"invited": 3}  # Cleo is no member: her public id invites nobody.
    assert (await letters_to("eve@example.org"))[0]["Subject"] == "Ana invites you to A walk along the river"
    assert (await (await signed_in(bo)).get(f"/events/{event.public_id}")).status_code == 200
    assert (await (await signed_in(dev)).get(f"/events/{event.public_id}")).status_code == 404
    assert "eve@example.org" in (await browser.get(f"/events/{event.public_id}/people")).text


async def test_wrong_addresses_are_said_beside_the_field(
    walkers: Community, ana: Person, signed_in: As
) -> None:
    event = await make_event(walkers)
    browser = await signed_in(ana)
    address = f"/events/{event.public_id}/invitations"
    for emails, sentence in (
        ("eve@example.org\nnot one", "“not” does not look like"),
        ("", "Please choose somebody"),
        ("\n".join(f"e{i}@example.org" for i in range(51)), "at most 50"),
    ):
        answer = await browser.post(address, data={"emails": emails})
        assert answer.status_code == 422 and sentence in answer.text
    assert await Rsvp.count() == 0


async def test_the_same_stranger_is_written_to_three_times_a_day_at_most(
    walkers: Community, ana: Person, signed_in: As
) -> None:
    browser = await signed_in(ana)
    for _ in range(5):
        event = await make_event(walkers)
        data = {"emails": "eve@example.org"}
        assert (await browser.post(f"/events/{event.public_id}/invitations", data=data)).status_code == 303
    assert len(await letters_to("eve@example.org")) == 3


async def test_a_letter_is_seen_before_it_is_sent(
    walkers: Community, ana: Person, bo: Person, signed_in: As
) -> None:
    event = await make_event(walkers)
    await seats.answer(event, bo, answer="going", by=bo)
    browser = await signed_in(ana)
    address = f"/events/{event.public_id}/letters"
    ref = re.search(r'name="ref" value="(\w+)"', (await browser.get(address)).text)[1]  # type: ignore[index]
    letter = {
        "ref": ref,
        "to_whom": "going",
        "subject": "Bring a <spoon>",
        "body": "Dear all,\n\nbring one.\nAnd a bowl.",
    }
    seen = await browser.post(address, data={**letter, "step": "preview"})
    assert "Send to 1 person" in seen.text and "Bring a &lt;spoon&gt;" in seen.text
    assert await HostLetter.count() == 0
    changed = await browser.post(address, data={**letter, "step": "change"})
    assert "And a bowl." in changed.text and "See it first" in changed.text
    assert (await browser.post(address, data={**letter, "step": "send"})).status_code == 303
    assert (await letters_to(bo.email))[-1]["Subject"] == "Bring a <spoon>"
    assert "Bring a &lt;spoon&gt;" in (await browser.get(address)).text


async def test_a_letter_without_words_is_not_sent(walkers: Community, ana: Person, signed_in: As) -> None:
    event = await make_event(walkers)
    browser = await signed_in(ana)
    address = f"/events/{event.public_id}/letters"
    for data in (
        {"ref": "abcdefghjkmn", "step": "send"},
        {"step": "send", "subject": "x"},
    ):
        assert (await browser.post(address, data=data)).status_code == 422
    assert await HostLetter.count() == 0


async def test_an_organiser_writes_six_letters_a_day_at_most(
    walkers: Community, ana: Person, signed_in: As
) -> None:
    event = await make_event(walkers)
    browser = await signed_in(ana)
    codes = []
    for number in range(7):
        data = {"ref": f"abcdefghjkm{number}", "step": "send", "subject": "x", "body": "y"}
        codes.append((await browser.post(f"/events/{event.public_id}/letters", data=data)).status_code)
    assert codes == [303] * 6 + [429]


async def test_what_nobody_confirmed_is_shown_as_such(walkers: Community, ana: Person, signed_in: As) -> None:
    event = await make_event(walkers, seats=3)
    await by_letter.ask(event, name="Nell", email="nell@example.org", answer="going", guests=0)
    page = (await (await signed_in(ana)).get(f"/events/{event.public_id}/people")).text
    assert "Not confirmed yet" in page
