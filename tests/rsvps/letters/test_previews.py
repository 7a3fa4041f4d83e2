"""Hosts see a letter before it is sent, and nobody's own link with it."""

import re

from members.tables import Community, Person
from rsvps.letters import previews
from server.mail import Address
from tests.gatherings import make_event


async def test_a_preview_has_the_letter_s_words_and_leads_to_the_page_alone(
    walkers: Community, ana: Person
) -> None:
    event = await make_event(walkers, ana, visibility="invited")
    invited = await previews.invitation(event, to=Address("Eve", "you"), by=ana, words="Do *come*.")
    written = await previews.from_organiser(
        event, to_whom="invited", by=ana, subject="Spoons", body="Bring one."
    )
    assert invited.subject == "Ana invites you to A walk along the river" and written.subject == "Spoons"
    assert "Hello Eve," in invited.text and "Do come." in invited.text and "Sunday Walkers" in invited.text
    assert "Bring one." in written.text and "because you are invited" in " ".join(written.text.split())
    for words in (invited, written):
        assert f"/events/{event.public_id}" in words.html and "/rsvp/" not in words.html + words.text
        assert "Mill Lane 4" not in words.html and not re.search("secret-room", words.text)


async def test_a_letter_to_everybody_is_seen_as_those_who_are_going_get_it(
    walkers: Community, ana: Person
) -> None:
    event = await make_event(walkers, ana)
    written = await previews.from_organiser(event, to_whom="everybody", by=ana, subject="x", body="y")
    assert "because you are going" in " ".join(written.text.split())
