"""Hosts write to those who come."""

import re
from html import unescape

from members.tables import Community, Person
from rsvps.attending import by_letter
from rsvps.hosting import invitations
from rsvps.hosting.invitations import Chosen
from rsvps.letters import unasked
from rsvps.seating import seats
from rsvps.tables import HostLetter
from tests.gatherings import make_event
from tests.ground import letters_to, text_of, work_off
from tests.people import As


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
    letter_seen = re.search(r'srcdoc="([^"]*)"', seen.text)
    assert letter_seen and "bring one.\nAnd a bowl." in unescape(letter_seen[1]).replace("<br>", "")
    assert "A walk along the river" in letter_seen[1]
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


async def test_ana_writes_to_those_who_have_not_answered(
    walkers: Community, ana: Person, bo: Person, dev: Person, cleo: Person, signed_in: As
) -> None:
    event = await make_event(walkers)
    await invitations.invite(event, [bo, cleo], by=ana)
    await seats.answer(event, dev, answer="going", by=dev)
    await unasked.never_again(cleo.email)
    await by_letter.ask(event, name="Eve", email="eve@example.org", answer="going", guests=0)
    await work_off()
    browser = await signed_in(ana)
    assert (
        f"/events/{event.public_id}/letters?to=invited"
        in (await browser.get(f"/events/{event.public_id}/people?status=invited")).text
    )
    address = f"/events/{event.public_id}/letters"
    assert '<option value="invited" selected>' in (await browser.get(f"{address}?to=invited")).text
    letter = {"ref": "abcdefghjkmn", "to_whom": "invited", "subject": "Shall we wait?", "body": "Do come."}
    seen = await browser.post(address, data={**letter, "step": "preview"})
    assert "Send to 2 people" in seen.text and "Look and answer" in seen.text
    assert (await browser.post(address, data={**letter, "step": "send"})).status_code == 303
    assert len(await letters_to(cleo.email)) == 1  # Her invitation. That she wants no more is told to nobody.
    assert len(await letters_to(dev.email)) == 1 and len(await letters_to("eve@example.org")) == 1
    words = text_of((await letters_to(bo.email))[-1])
    assert (
        "Do come." in words
        and "Look and answer" in words
        and "because you are invited" in " ".join(words.split())
    )


async def test_words_that_came_with_invitations_are_among_what_was_written(
    walkers: Community, ana: Person, signed_in: As
) -> None:
    event = await make_event(walkers)
    await invitations.invite_chosen(event, Chosen(emails="eve@example.org"), by=ana, words="Do *come*.")
    page = (await (await signed_in(ana)).get(f"/events/{event.public_id}/letters")).text
    assert "With invitations" in page and "Do <em>come</em>." in page and "to 1 person" in page
