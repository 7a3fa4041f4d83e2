"""Hosts invite members and addresses."""

from members.tables import Community, Person
from rsvps.tables import Rsvp
from tests.gatherings import make_event
from tests.ground import letters_to
from tests.people import As
from tests.rsvps.gatherings import statuses


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
