"""Hosts write to those who come."""

import re

from members.tables import Community, Person
from rsvps.seating import seats
from rsvps.tables import HostLetter
from tests.gatherings import make_event
from tests.ground import letters_to
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
