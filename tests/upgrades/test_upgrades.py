"""A Kith that has been running is brought up to date, and nobody loses anything by it.

Each dump beside this file is a Kith of its day (see `making.py`). It is restored, migrated by Kith's own code, and
asked for every row, for the pages that answered then, and for the letters that waited.

When a migration means to change what the dumps hold, say so in `MEANT`, with the reason.
"""

import json
import lzma
import os
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from server import jobs, schema
from server.composition import compose
from tests.ground import clone, connected_to
from tests.upgrades import life, looking

FOLDER = Path(__file__).parent
DUMPS = sorted(path.stem for path in FOLDER.glob("*.json"))

# What a gathering said of its seats, and of how it is answered, before it had rows of their own for that.
SEATS = ["seats", "taken", "saving", "online_seats", "online_taken", "online_saving"]
POLICY = [
    "guests_allowed", "approval", "asks_first", "answers_open_at", "answers_close_at", "opens_wall", "closes_wall",
    "replies_kept",
]  # fmt: skip

# What is not the same after an upgrade, and why: "table" or "table.column".
MEANT = {
    "migration": "It says which migrations were applied.",
    "events.search": "Words are folded and cut in another way, and found however they are written.",
    "rsvp_names": "Names are folded in that way, too.",
    "dead_addresses": "They were marked for what a mail server had said of Kith, never of them.",
    "arrivals.arrived_at": "Without a door it was when it had been noted, not when somebody came.",
    "rsvps.listed": "Nobody had chosen to be seen by nobody: it stood in the form, and is asked now.",
    "events.touched": "It is called page_version now.",
    "people.language": "Nobody could choose one: it is empty until they do.",
    "pictures.public_id": "A picture is shown under a name of 128 bits, which nobody guesses.",
    "feeds.keeps_cancelled": "What a feed does with what is cancelled is said in a word (the test below).",
    **dict.fromkeys(
        [f"events.{name}" for name in SEATS + POLICY], "It is in a row of its own (the test below)."
    ),
}

# Subjects that read otherwise after an upgrade: others see a first name and an initial, and some words said nothing.
REWORDED = {
    "Mateo Quispe": "Mateo Q.",
    "Ingrid Solberg": "Ingrid S.",
    "You are out again": "You are no longer signed up",
    "You no longer help": "You are no longer signed up",
    "The hosts have your wish": "The hosts have your request",
    "About your wish to come": "About your request to come",
    "The seat went on": "Your seat went to somebody else",
}

# What is not sent any more because its time was past: asked for days before, or said by the reminder now.
NOT_SENT_SO_LATE = ("Still coming? Rehearsal", "Your new link: A walk")

# What nobody had done in the Kith that was dumped, and some had elsewhere.
LACKING = {"kith-738b81a": "UPDATE public.feeds SET keeps_cancelled = false WHERE name = 'My phone'"}

Rows = dict[str, dict[str, dict[str, Any]]]


@dataclass
class Upgraded:
    """What the dump says of itself, its rows before the migrations, and a database that has had them all."""

    said: dict[str, Any]
    before: Rows
    database: str


pytestmark = pytest.mark.slow


@pytest_asyncio.fixture(scope="module", loop_scope="session", params=DUMPS)
async def restored(request: pytest.FixtureRequest, _database: str) -> Upgraded:
    said = json.loads((FOLDER / f"{request.param}.json").read_text())
    script = lzma.decompress((FOLDER / f"{request.param}.sql.xz").read_bytes()).decode()
    database = f"kith_upgraded_{os.getpid()}"
    url = await clone(database, "template0")
    connection = await asyncpg.connect(url)
    await connection.execute(script)
    await connection.execute(LACKING.get(request.param, "SELECT"))
    await connection.close()
    before = await rows(url)
    async with connected_to(url):
        with life.at(datetime.fromisoformat(said["present"])):
            await schema.apply()
    return Upgraded(said, before, database)


@pytest_asyncio.fixture(loop_scope="session")
async def upgraded(restored: Upgraded, committed: str) -> AsyncIterator[Upgraded]:
    """It is connected, and it is the moment of the dump."""
    url = await clone(f"{restored.database}_again", restored.database)
    async with connected_to(url):
        with life.at(datetime.fromisoformat(restored.said["present"])):
            yield Upgraded(restored.said, restored.before, url)


async def rows(url: str) -> Rows:
    """Every row of every table, by its id, or by all that it says where there is none."""
    connection = await asyncpg.connect(url)
    names = await connection.fetch(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    found = {}
    for (name,) in names:
        said = [
            json.loads(row[0]) for row in await connection.fetch(f'SELECT to_jsonb(one) FROM "{name}" AS one')
        ]
        found[name] = {str(row.get("id", row)): row for row in said}
    await connection.close()
    return found


async def test_every_row_is_still_there_and_says_the_same(upgraded: Upgraded) -> None:
    after = await rows(upgraded.database)
    lost = []
    for table, then in upgraded.before.items():
        for key, row in then.items():
            now = after.get(table, {}).get(key, {})
            lost += [
                f"{table}.{column} of {key}: {value!r} is {now.get(column, 'gone')!r}"
                for column, value in row.items()
                if not {table, f"{table}.{column}"} & set(MEANT) and now.get(column, "gone") != value
            ]
    assert not lost, "\n".join(lost[:20])


async def test_each_gathering_has_its_seats_and_its_policy_as_they_were(upgraded: Upgraded) -> None:
    after = await rows(upgraded.database)
    pools = {(pool["event"], pool["online"]): pool for pool in after["seat_pools"].values()}
    policies = {policy["event"]: policy for policy in after["answer_policies"].values()}
    for event in upgraded.before["events"].values():
        sides = {False: SEATS[:3], True: SEATS[3:]} if event["mode"] == "hybrid" else {False: SEATS[:3]}
        for online, names in sides.items():
            pool = pools.pop((event["id"], online))
            kept = [pool["seats"], pool["taken"], pool["reserving"]]
            assert kept == [event.get(name, False) for name in names]
        policy = policies.pop(event["id"])
        assert all(policy[name] == event[name] for name in POLICY if name in event)
    assert not pools and not policies
    assert all(
        any(event[name] for event in upgraded.before["events"].values()) for name in ("taken", "online_taken")
    )


async def test_each_feed_does_with_what_is_cancelled_as_it_did(upgraded: Upgraded) -> None:
    after = (await rows(upgraded.database))["feeds"]
    before = {key: feed for key, feed in upgraded.before["feeds"].items() if "keeps_cancelled" in feed}
    for key, feed in before.items():
        gives = [after[key][name] for name in ("cancelled", "holds", "alarm", "days_back")]
        assert gives == ["keep" if feed["keeps_cancelled"] else "drop", "mine", None, 90]
    assert not before or len({feed["keeps_cancelled"] for feed in before.values()}) == 2


async def test_the_dump_holds_what_an_upgrade_could_lose(restored: Upgraded) -> None:
    before = restored.before
    assert not [table for table, found in before.items() if not found]
    answers = before["rsvps"].values()
    assert {answer["status"] for answer in answers} == {
        "invited", "going", "maybe", "declined", "requested", "waitlisted", "offered", "withdrawn"
    }  # fmt: skip
    assert any(answer["confirmed_at"] is None and answer["status"] == "offered" for answer in answers)
    assert any(answer["guest_names"] for answer in answers) and any(answer["online"] for answer in answers)
    marks = {(mark["by"], mark["about"]) for mark in before["met_marks"].values() if mark["wished_at"]}
    assert any(pair[::-1] in marks for pair in marks) and any(pair[::-1] not in marks for pair in marks)


async def test_every_page_still_answers(upgraded: Upgraded) -> None:
    said = upgraded.said
    refused = []
    for reader, addresses in said["pages"].items():
        async with looking.browser(said["sessions"].get(reader, "")) as client:
            for address in addresses:
                if not await looking.answers(client, address):
                    refused.append(f"{reader}: {address}")
    assert not refused, "\n".join(refused[:20])


async def test_every_letter_that_waited_goes_out(upgraded: Upgraded) -> None:
    expected = Counter((receiver, _reworded(subject)) for receiver, subject in upgraded.said["letters"])
    sent = Counter(tuple(letter) for letter in await looking.letters_of_waiting_work())
    stale = {letter for letter in expected if letter[1].startswith(NOT_SENT_SO_LATE)}
    assert set(expected - sent) == stale


def test_all_due_work_is_known_by_the_names_it_has_had() -> None:
    """Whatever a Kith of before has written down is done by today's, wherever its code has moved since."""
    compose()
    unknown = set((FOLDER / "names_of_due_work.txt").read_text().split()) - set(jobs.known())
    assert not unknown


def _reworded(subject: str) -> str:
    for before, after in REWORDED.items():
        subject = subject.replace(before, after)
    return subject
