"""What people write for themselves, for nobody, for their hosts or for one friend is read by those and by nobody else.

Everybody opens every page of the morning after, their own letters and links included, before and after it is told
who is connected with whom.
"""

from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from html import unescape
from typing import Any

import httpx
import pytest

from events.calendars import feeds
from events.tables import Event
from followups.connections import cards
from followups.connections.cards import Choices
from members.blocking import blocks
from members.tables import Community, Person
from server import db
from tests.followups.mornings import (
    FIRST_SIX,
    MORNING,
    all_findable,
    at,
    make_guests,
    opened,
    page_of,
    reveal,
    say,
)
from tests.ground import work_off
from tests.people import As, make_person

pytestmark = pytest.mark.slow

# Each secret, and who may read it. Ana organises; Fay has blocked Dev; Cleo and Dev will be connected.
SECRETS = {
    "canary-note-of-bo": {"bo"},
    "canary-for-nobody-of-bo": {"bo"},
    "canary-for-hosts-of-cleo": {"cleo", "ana"},
    "canary-for-hosts-signed-by-eli": {"eli", "ana"},
    "+49 30 5550001": {"dev"},  # On Dev's card, and shown.
    "+49 30 5550002": {"cleo"},  # On Cleo's card, and not shown.
    "canary-words-of-dev": {"dev"},  # Not shown.
    "canary-words-of-fay": {"fay"},  # Shown to connections, of whom she has none.
    "bo.lind@example.org": {"bo"},
    "cleo.marsh@example.org": {"cleo"},
    "dev.patel@example.org": {"dev"},  # Shared with connections.
    "eli.stone@example.org": {"eli"},
    "fay.wood@example.org": {"fay"},
}
BETWEEN_THE_TWO = ("+49 30 5550001", "dev.patel@example.org")
GUESTS = ("bo", "cleo", "dev", "eli", "fay")
BESIDE = (
    "", ".ics", ".json", "/rsvp", "/people", "/people.csv", "/volunteers", "/followup", "/arrivals", "/letters",
    "/invitations", "/edit",
)  # fmt: skip
PAGES = (
    "/",
    "/events",
    "/connections",
    "/been",
    "/organising",
    "/settings/card",
    "/settings/blocks",
    "/communities/walkers",
)


@dataclass
class Morning:
    """An event that is over, everybody around it, and the address of each one's feed."""

    event: Event
    people: dict[str, Person]
    feeds: dict[str, str]


@pytest.fixture
async def morning(walkers: Community, ana: Person, client: httpx.AsyncClient) -> Morning:
    guests = await make_guests("Bo Lind", "Cleo Marsh", "Dev Patel", "Eli Stone", "Fay Wood")
    event = await opened(walkers, guests)
    people = {person.name.split()[0].lower(): person for person in guests}
    with at(MORNING):
        await all_findable(client, event, guests)
        await say_private_things(client, event, people)
        people |= {"ana": ana, "zoe": await make_person("Zoe")}
        secrets = {who: await feeds.make(one, name="Phone") for who, one in people.items()}
    return Morning(event, people, {who: f"/feeds/{secret}.ics" for who, (_, secret) in secrets.items()})


async def say_private_things(client: httpx.AsyncClient, event: Event, people: dict[str, Person]) -> None:
    bo, cleo, dev, eli, fay = (people[name] for name in ("bo", "cleo", "dev", "eli", "fay"))
    await say(
        client, event, bo, note="canary-note-of-bo", message="canary-for-nobody-of-bo", felt_welcome="partly"
    )
    await say(client, event, cleo, message="canary-for-hosts-of-cleo", message_to="organisers", wish=(dev,))
    hosts: dict[str, Any] = {
        "message": "canary-for-hosts-signed-by-eli",
        "message_to": "organisers",
        "signed": "true",
    }
    await say(client, event, eli, **hosts, wish=(dev, fay))
    await say(client, event, dev, wish=(cleo, fay))
    await cards.fill_in(
        dev, Choices(shows_phone=True, phone="+49 30 5550001", shows_email=True, words="canary-words-of-dev")
    )
    await cards.fill_in(cleo, Choices(phone="+49 30 5550002"))
    await cards.fill_in(fay, Choices(shows_words=True, words="canary-words-of-fay"))
    await blocks.block(fay, dev)


def meant_for(who: str, *, told: bool) -> set[str]:
    """What somebody may read."""
    theirs = {secret for secret, readers in SECRETS.items() if who in readers}
    return theirs | set(BETWEEN_THE_TWO if told and who == "cleo" else ())


async def read_by(morning: Morning, who: str, browser: httpx.AsyncClient) -> str:
    """All that somebody can open, and the letters they have had."""
    places = [*PAGES, *(f"/events/{morning.event.public_id}{more}" for more in BESIDE)]
    if who in morning.feeds:
        places.append(morning.feeds[who])
    if who in GUESTS:
        own = await page_of(morning.event, morning.people[who])
        places += [own, f"{own}?q=d", f"{own}?page=2"]
    answers = [await browser.get(place) for place in places]
    assert max(answer.status_code for answer in answers) < 500
    pages = [f"{answer.headers}\n{unescape(answer.text)}" for answer in answers]
    return "\n".join([*pages, *await letters_of(morning, who)]).replace("\r\n ", "")


async def letters_of(morning: Morning, who: str) -> list[str]:
    await work_off()
    if who not in morning.people:
        return []
    rows = await db.rows("SELECT message FROM sent_letters WHERE to_email = $1", morning.people[who].email)
    parts = [part for row in rows for part in message_from_bytes(row["message"], policy=default).walk()]
    return [str(part.get_content()) for part in parts if part.get_content_maintype() == "text"]


@pytest.mark.parametrize("told", [False, True])
async def test_it_is_read_by_whom_it_is_for_and_by_nobody_else(
    morning: Morning, client: httpx.AsyncClient, signed_in: As, told: bool
) -> None:
    moment = FIRST_SIX + timedelta(minutes=5) if told else MORNING + timedelta(hours=2)
    assert await reveal(moment) == int(told)
    with at(moment):
        for who in ("nobody", *morning.people):
            browser = await signed_in(morning.people[who]) if who in morning.people else client
            text = await read_by(morning, who, browser)
            assert {secret for secret in SECRETS if secret in text} == meant_for(who, told=told), who
