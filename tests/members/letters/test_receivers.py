"""Letters come in the language of whoever gets them: their own, else their community's, else the server's."""

import ast
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest

from events.calendars import entries
from events.tables import Event
from members.letters import receivers
from members.tables import Community, Person
from rsvps.hosting import invitations
from rsvps.seating import seats
from server.languages import catalogues
from server.languages.language import speaking
from server.presentation import long_date
from tests.gatherings import make_event
from tests.ground import letters_to, text_of
from tests.people import make_person

ROOT = Path(__file__).parents[3]
KNOWN = ("en", "de", "en-XA")


async def test_the_own_language_counts_more_than_the_communitys(
    bo: Person, cleo: Person, walkers: Community
) -> None:
    assert (await receivers.address_of(bo, walkers.id)).language == ""
    await walkers.update_self({Community.language: "de"})
    assert await receivers.language_of(bo, walkers.id) == "de"
    assert await receivers.language_of(None, walkers.id) == "de"
    assert await receivers.language_of(bo) == "de"  # the one they joined first
    assert await receivers.language_of(cleo) == await receivers.language_of(None) == ""
    await bo.update_self({Person.language: "en-US"})
    assert (await receivers.address_of(bo, walkers.id)).reads.code == "en-US"


async def test_a_language_that_is_not_spoken_any_more_is_the_servers(bo: Person) -> None:
    await bo.update_self({Person.language: "xx"})
    assert (await receivers.address_of(bo)).reads is catalogues.of_server()


def language_of(letter: EmailMessage, event: Event) -> str:
    """In which language a letter says its day."""
    text = text_of(letter)
    found = []
    for code in KNOWN:
        with speaking(catalogues.of(code)):
            if str(long_date(event.local_start)) in text:
                found.append(code)
    (language,) = found
    return language


@pytest.mark.parametrize(
    ("own", "community", "expected"), [("de", "en-XA", "de"), ("", "de", "de"), ("", "", "en")]
)
async def test_a_members_letters_are_in_their_language(
    bo: Person, ana: Person, walkers: Community, own: str, community: str, expected: str
) -> None:
    await walkers.update_self({Community.language: community})
    await bo.update_self({Person.language: own})
    event = await make_event(walkers, ana)
    await seats.answer(event, bo, answer="going", by=bo)
    (letter,) = await letters_to(bo.email)
    assert language_of(letter, event) == expected


async def test_a_guests_letters_are_in_the_language_of_the_page_on_which_they_answered(
    client: httpx.AsyncClient, ana: Person, walkers: Community
) -> None:
    event = await make_event(walkers, ana)
    said = {"answer": "going", "name": "Zed", "email": "zed@example.org", "guests": "0"}
    await client.post(f"/events/{event.public_id}/rsvp", data=said, headers={"Accept-Language": "de"})
    (letter,) = await letters_to("zed@example.org")
    assert language_of(letter, event) == "de"
    # Behind their link they answer in another one, which is theirs from then on.
    link = next(word for word in text_of(letter).split() if "/rsvp/" in word)
    await client.post(link, data={"answer": "going", "guests": "0"}, headers={"Accept-Language": "en-XA"})
    *_, letter = await letters_to("zed@example.org")
    assert language_of(letter, event) == "en-XA"


async def test_an_invited_address_is_written_to_in_the_communitys_language(
    ana: Person, walkers: Community
) -> None:
    await walkers.update_self({Community.language: "de"})
    await ana.update_self({Person.language: "en-XA"})  # That she reads another is nothing to them.
    event = await make_event(walkers, ana)
    somebody = await make_person("Rae Ray", account=False)
    with speaking(catalogues.of("en-XA")):
        await invitations.invite(event, [somebody], by=ana)
    (letter,) = await letters_to(somebody.email)
    assert language_of(letter, event) == "de"


async def test_a_link_to_sign_in_is_in_the_language_of_the_page_on_which_it_was_asked_for(
    client: httpx.AsyncClient, bo: Person
) -> None:
    await bo.update_self({Person.language: "en"})
    for email, code in (("new@example.org", "ar-XB"), (bo.email, "en")):
        await client.post("/sign-in", data={"email": email}, headers={"Accept-Language": "ar-XB"})
        (letter,) = await letters_to(email)
        assert f'lang="{code}"' in text_of(letter, "text/html")


async def test_a_letters_calendar_part_is_in_its_receivers_language(
    bo: Person, ana: Person, walkers: Community
) -> None:
    event = await make_event(walkers, ana, mode="online", place="", address="")
    await bo.update_self({Person.language: "en-XA"})
    await seats.answer(event, bo, answer="going", by=bo)
    (letter,) = await letters_to(bo.email)
    with speaking(catalogues.of("en-XA")):
        assert f"LOCATION:{entries.location(event, shows_address=False)}\r\n" in text_of(
            letter, "text/calendar"
        )


# Where an address is made that no letter is written to, and why.
NO_RECEIVER = {
    "rsvps/letters/mail.py": "to whom one answers",
    "rsvps/letters/previews.py": "of a letter that is looked at",
    "rsvps/hosting/pages/inviting.py": "of a letter that is looked at",
    "server/mail.py": "Kith's own",
}


@pytest.mark.slow
def test_no_letter_is_written_to_somebody_without_asking_for_their_language() -> None:
    found = set()
    for package in ("server", "members", "events", "rsvps", "volunteers", "followups"):
        for file in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text())):
                if (
                    isinstance(node, ast.Call)
                    and getattr(node.func, "id", "") == "Address"
                    and len(node.args) < 3
                ):
                    found.add(str(file.relative_to(ROOT)))
    assert found == set(NO_RECEIVER), "members.letters.receivers.address_of makes it"


def test_who_signs_without_a_name_is_called_something_in_the_language_of_whoever_reads_it() -> None:
    signs = Person(name="ana@example.org").signing_for("Walkers")
    assert str(signs) == "An organiser of Walkers"
    with speaking(catalogues.of("en-XA")):
        assert str(signs).startswith("⟦")
