"""Hosts invite members and addresses."""

import re
from html import unescape
from typing import Any

import pytest

from events.tables import CoHost
from members.blocking import blocks
from members.letters import letters_wanted
from members.tables import Community, Person
from rsvps.hosting import invitations
from rsvps.hosting.invitations import MOST_ADDRESSES, Chosen, NotUnderstood
from rsvps.letters import unasked
from rsvps.seating import seats
from rsvps.tables import HostLetter, Rsvp
from server.errors import Refusal
from tests.gatherings import make_event
from tests.ground import letters_to, text_of, work_off
from tests.people import As, join, make_person
from tests.rsvps.gatherings import answer_of, make_people, statuses


def field(page: str, name: str) -> str:
    """What a textarea of a page holds."""
    found = re.search(rf'<textarea[^>]* name="{name}"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    return found[1] if found else "-"


def hidden(page: str) -> dict[str, Any]:
    """What a page carries on to the next."""
    found: dict[str, Any] = {}
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page):
        found.setdefault(name, []).append(unescape(value))
    return found


def shown(page: str) -> str:
    """The letter within a page, as HTML."""
    found = re.search(r'srcdoc="([^"]*)"', page)
    assert found
    return unescape(found[1])


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
        "step": "send",
    }
    answer = await browser.post(address, data=data)
    assert answer.status_code == 303
    assert await statuses(event) == {"invited": 3}  # Cleo is no member: her public id invites nobody.
    assert (await letters_to("eve@example.org"))[0]["Subject"] == "Ana invites you to A walk along the river"
    assert (await (await signed_in(bo)).get(f"/events/{event.public_id}")).status_code == 200
    assert (await (await signed_in(dev)).get(f"/events/{event.public_id}")).status_code == 404
    people = (await browser.get(f"/events/{event.public_id}/people")).text
    assert "eve@example.org" in people and "3 people are invited, by a letter each." in people


async def test_nothing_is_sent_before_it_was_seen(
    walkers: Community, ana: Person, bo: Person, signed_in: As
) -> None:
    event = await make_event(walkers)
    browser = await signed_in(ana)
    address = f"/events/{event.public_id}/invitations"
    typed = {
        "people": bo.public_id,
        "emails": '"Adler, Eve" <eve@example.org>',
        "words": "We met at the *mill* <b>once</b>.",
    }
    seen = await browser.post(address, data=typed)
    assert seen.status_code == 200 and await Rsvp.count() == 0 and await HostLetter.count() == 0
    assert "2 people will be invited" in seen.text and "Invite 2 people" in seen.text
    letter = shown(seen.text)
    assert "Hello Eve," in re.sub("<[^>]*>", "", letter)
    assert "We met at the <em>mill</em> &lt;b&gt;once&lt;/b&gt;." in letter
    assert "<style nonce=" in letter and "style-src-attr" in seen.headers["content-security-policy"]
    changed = await browser.post(address, data={**hidden(seen.text), "step": "change"})
    assert field(changed.text, "words") == "We met at the *mill* &lt;b&gt;once&lt;/b&gt;."
    assert field(changed.text, "emails") == "Eve Adler &lt;eve@example.org&gt;"
    assert re.search(rf'value="{bo.public_id}" checked', changed.text)
    assert (await browser.post(address, data={**hidden(seen.text), "step": "send"})).status_code == 303
    for who in (bo.email, "eve@example.org"):
        words = text_of((await letters_to(who))[0])
        assert "We met at the mill" in words.replace("*", "") and "Ana" in words
    assert "Hello Eve," in text_of((await letters_to("eve@example.org"))[0])
    written = await HostLetter.objects().first()
    assert written and (written.to_whom, written.sent_to) == ("invitation", 2)


async def test_the_letter_that_is_seen_is_the_letter_that_comes(
    walkers: Community, ana: Person, signed_in: As
) -> None:
    event = await make_event(walkers)
    data = {"emails": "Eve <eve@example.org>", "words": "Do come."}
    browser = await signed_in(ana)
    seen = await browser.post(f"/events/{event.public_id}/invitations", data=data)
    await browser.post(f"/events/{event.public_id}/invitations", data={**data, "step": "send"})
    came = text_of((await letters_to("eve@example.org"))[0], "text/html")

    def words(html: str) -> list[str]:
        body = re.sub(r"<style.*?</style>", "", html, flags=re.DOTALL)
        return re.sub(r"<[^>]*>|https?://\S+|&\w+;|·", " ", body).split()

    assert words(shown(seen.text)) == words(came)


async def test_what_was_not_understood_is_told_once_and_nothing_else_is_asked_again(
    walkers: Community, ana: Person, signed_in: As
) -> None:
    event = await make_event(walkers)
    browser = await signed_in(ana)
    address = f"/events/{event.public_id}/invitations"
    data = {
        "emails": "Eve <eve@example.org>\nfay at work; gus [at] example.org\nhal@gmial.com",
        "step": "send",
    }
    told = await browser.post(address, data=data)
    assert told.status_code == 422 and await Rsvp.count() == 0
    assert "3 bits were not understood" in told.text and "Invite 1 person" in told.text
    assert field(told.text, "mended") == "fay at work"
    meant = re.findall(r'name="meant" value="([^"]+)"', told.text)
    assert meant == ["gus@example.org", "hal@gmail.com", "hal@gmial.com"]
    assert _ticked(told.text) == []

    carried = hidden(told.text)
    again = await browser.post(
        address, data={**carried, "mended": "fay@example", "meant": meant[:1], "step": "send"}
    )
    assert again.status_code == 422 and "“fay@example”" in again.text and await Rsvp.count() == 0
    assert field(again.text, "mended") == "fay@example" and _ticked(again.text) == ["gus@example.org"]

    sent = await browser.post(
        address,
        data={**carried, "mended": "fay@example.org", "meant": [meant[0], meant[2]], "step": "send"},
    )
    assert sent.status_code == 303
    invited = {person.email for person in await Person.objects().where(Person.email != ana.email)}
    assert invited >= {"eve@example.org", "fay@example.org", "gus@example.org", "hal@gmial.com"}
    assert await statuses(event) == {"invited": 4}


def _ticked(page: str) -> list[str]:
    return re.findall(r'name="meant" value="([^"]+)"[^>]* checked', page)


async def test_what_stays_as_it_was_is_left_out(walkers: Community, ana: Person, signed_in: As) -> None:
    event = await make_event(walkers)
    browser = await signed_in(ana)
    address = f"/events/{event.public_id}/invitations"
    told = await browser.post(address, data={"emails": "eve@example.org, fay, hal@gmial.com"})
    data = {**hidden(told.text), "mended": "fay"}
    changed = await browser.post(address, data={**data, "step": "change"})
    assert field(changed.text, "emails").split() == ["eve@example.org", "hal@gmial.com", "fay"]
    assert (await browser.post(address, data={**data, "step": "send"})).status_code == 303
    assert await statuses(event) == {"invited": 1}


async def test_wrong_choices_are_said_beside_the_field_and_kept(
    walkers: Community, ana: Person, signed_in: As
) -> None:
    event = await make_event(walkers)
    browser = await signed_in(ana)
    address = f"/events/{event.public_id}/invitations"
    many = "\n".join(f"e{i}@example.org" for i in range(MOST_ADDRESSES + 1))
    for data, sentence in (
        ({"emails": ""}, "Please choose somebody"),
        ({"emails": many}, f"{MOST_ADDRESSES + 1} addresses were read; at most {MOST_ADDRESSES}"),
        ({"emails": "x" * 50_001}, "under 50,000 characters"),
        ({"emails": "eve@example.org", "words": "x" * 1001}, "under 1,000 characters"),
    ):
        for step in ("preview", "send"):
            answer = await browser.post(address, data={**data, "step": step})
            assert answer.status_code == 422 and sentence in answer.text
            assert field(answer.text, "emails") == data["emails"]
            assert field(answer.text, "words") == data.get("words", "")
    assert await Rsvp.count() == 0


async def test_the_verb_refuses_what_nobody_was_told_of(walkers: Community, ana: Person) -> None:
    event = await make_event(walkers)
    with pytest.raises(NotUnderstood) as refused:
        await invitations.invite_chosen(event, Chosen(emails="eve@example.org, fay, gus"), by=ana)
    assert refused.value.sentence == "2 bits of it were not understood."
    done = await invitations.invite_chosen(
        event, Chosen(emails="eve@example.org, fay, gus", told=True), by=ana
    )
    assert (done.new, done.before) == (1, 0)


async def test_the_same_stranger_is_written_to_three_times_a_day_at_most(
    walkers: Community, ana: Person, signed_in: As
) -> None:
    browser = await signed_in(ana)
    for _ in range(5):
        event = await make_event(walkers)
        data = {"emails": "eve@example.org", "step": "send"}
        assert (await browser.post(f"/events/{event.public_id}/invitations", data=data)).status_code == 303
    assert len(await letters_to("eve@example.org")) == 3


# All members


async def test_all_members_who_have_not_answered_are_asked_at_once(
    walkers: Community, ana: Person, bo: Person, dev: Person, cleo: Person, signed_in: As
) -> None:
    event = await make_event(walkers)
    for person in await make_people(120):
        await join(person, walkers)
    await seats.answer(event, dev, answer="going", by=dev)
    await blocks.block(cleo, ana)
    await join(cleo, walkers)
    browser = await signed_in(ana)
    address = f"/events/{event.public_id}/invitations"
    page = (await browser.get(address)).text
    assert "All members who have not answered (121)" in page
    assert len(re.findall(r'type="checkbox" name="people"', page)) == 60 and "There are more." in page
    seen = await browser.post(address, data={"all_members": "true"})
    assert "121 people will be invited" in seen.text and "All 121 members" in seen.text
    assert "@example.org" not in re.sub(r'href="[^"]*"', "", seen.text.partition("srcdoc")[0])
    assert (await browser.post(address, data={**hidden(seen.text), "step": "send"})).status_code == 303
    await work_off()
    assert await statuses(event) == {"going": 1, "invited": 121}
    assert len(await letters_to("p7@example.org")) == 1 and len(await letters_to(bo.email)) == 1
    assert not await answer_of(event, cleo) and not await answer_of(event, ana)
    assert "All members who have not answered (" not in (await browser.get(address)).text


async def test_who_cannot_know_the_members_invites_none_of_them(
    walkers: Community, bo: Person, cleo: Person
) -> None:
    event = await make_event(walkers)
    await CoHost(event=event.id, person=cleo.id).save()
    for chosen in (Chosen(all_members=True), Chosen(members=[bo.public_id])):
        with pytest.raises(Refusal, match="Please choose somebody"):
            await invitations.invite_chosen(event, chosen, by=cleo)
    assert await Rsvp.count() == 0


# What came of it


async def test_who_was_invited_before_is_counted_and_not_written_to_again(
    walkers: Community, ana: Person, bo: Person, dev: Person
) -> None:
    event = await make_event(walkers)
    await seats.answer(event, dev, answer="declined", by=dev)
    await invitations.invite(event, [bo], by=ana)
    chosen = Chosen(members=[bo.public_id, dev.public_id], emails="eve@example.org")
    done = await invitations.invite_chosen(event, chosen, by=ana)
    assert (done.new, done.before) == (1, 2)
    assert len(await letters_to(bo.email)) == 1


async def test_what_came_of_it_tells_nothing_of_blocks_and_refusals(walkers: Community, ana: Person) -> None:
    event = await make_event(walkers)
    told = set()
    for name in ("stranger", "never", "refuser", "blocker", "blocker_who_comes"):
        person = await make_person(name)
        if name == "never":
            await unasked.never_again(person.email)
        if name == "refuser":
            await letters_wanted.refuse(person.id, letters_wanted.ORGANISERS)
        if "blocker" in name:
            await blocks.block(person, ana)
        if name == "blocker_who_comes":
            await seats.answer(event, person, answer="going", by=person)
        done = await invitations.invite_chosen(event, Chosen(emails=person.email), by=ana)
        told.add((done.new, done.before))
        await work_off()
        expected = {"stranger": 1, "blocker_who_comes": 1}.get(name, 0)  # The other one confirms an answer.
        assert len(await letters_to(person.email)) == expected
    assert told == {(1, 0)}


async def test_an_invitation_can_be_taken_back(
    walkers: Community, ana: Person, bo: Person, signed_in: As
) -> None:
    event = await make_event(walkers, visibility="invited")
    await invitations.invite(event, [bo], by=ana)
    rsvp = await answer_of(event, bo)
    assert rsvp
    answer = await (await signed_in(ana)).post(f"/rsvps/{rsvp.public_id}/invitation/removal")
    assert answer.status_code == 303
    assert (await (await signed_in(bo)).get(f"/events/{event.public_id}")).status_code == 404
