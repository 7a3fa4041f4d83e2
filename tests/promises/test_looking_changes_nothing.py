"""Looking changes nothing, whoever looks and wherever; and a form changes what it is for and nothing besides."""

import json
from typing import Any

import httpx
import pytest

from members.tables import Person
from server import db
from tests.everywhere import Everywhere, still, undone
from tests.people import As
from tests.promises.worlds import dump

pytestmark = pytest.mark.slow

DISGUISES = {"x-http-method-override": "DELETE", "x-method-override": "POST"}

# What a form might try to say besides what it is for.
EXTRA = {
    "id": "1",
    "public_id": "abcdefghjkmn",
    "person": "1",
    "by": "1",
    "owner": "1",
    "community": "1",
    "event": "1",
    "role": "owner",
    "status": "going",
    "confirmed": "true",
    "confirmed_at": "2026-01-01T00:00:00Z",
    "invited_at": "2026-01-01T00:00:00Z",
    "signed_in_at": "2026-01-01T00:00:00Z",
    "capacity": "9999",
    "taken": "0",
    "queued": "-1",
    "link": "7",
    "sequence": "99",
    "organises": "true",
    "is_admin": "true",
    "arrived_at": "2026-01-01T00:00:00Z",
    "slug": "",
}
BY_LOT = ["public_id", "uid", "secret", "request_id"]
FORMS: dict[str, dict[str, Any]] = {
    "/communities/new": {"name": "Bakers", "zone": "UTC", "slug": "bakers"},
    "/communities/walkers/edit": {"name": "Walkers", "zone": "UTC"},
    "/communities/walkers/membership": {},
    "/communities/walkers/people/{guest}/role": {"role": "organiser"},
    "/settings/account": {"name": "Somebody", "zone": "UTC"},
    "/welcome": {"name": "Somebody"},
    "/language": {"language": "de", "next": "/events"},
    "/settings/email": {"email": "another@example.org"},
    "/settings/card": {"phone": "+49 30 1234567", "shows_phone": "true"},
    "/settings/letters": {"wanted": ["reminders"]},
    "/communities/walkers/events/new": {
        "title": "A walk",
        "date": "2026-12-01",
        "time": "18:30",
        "zone": "UTC",
        "then": "publish",
    },
    "/events/{event}/rsvp": {"answer": "going", "name": "Zed", "email": "zed@example.org"},
    "/rsvp/{token}": {"answer": "going", "guests": "0"},
    "/settings/card/way": {"way": "phone", "phone": "+49 30 1234567"},
    "/connections/{connection}/keeping": {"note": "Toast", "rhythm": "monthly"},
    "/connections/{connection}/words": {"words": "Hello"},
    "/words/{words}": {"words": "Hello"},
    "/ways/{way}": {"way": "kith"},
    "/followups/{followup}": {"was_there": "yes", "message": "Thank you."},
    "/shifts/{shift}/signup": {},
}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_looking_at_any_address_changes_nothing(
    everywhere: Everywhere, client: httpx.AsyncClient, ana: Person, bo: Person, signed_in: As, method: str
) -> None:
    with still():
        browsers = {"nobody": client, "bo": await signed_in(bo), "ana": await signed_in(ana)}
        # That a program reads a feed is noted, once an hour.
        await client.get(f"/feeds/{everywhere.parts['secret']}.ics")
        before = await dump()
        for who, browser in browsers.items():
            for address in everywhere.addresses("GET"):
                await browser.request(method, address, headers=DISGUISES, params={"_method": "DELETE"})
            after = await dump()
            assert {table for table in after if after[table] != before[table]} == set(), who


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://[", "null", "", "http://127.0.0.1:8000.evil.example"]
)
async def test_no_form_from_elsewhere_is_taken_at_any_address(
    everywhere: Everywhere, client: httpx.AsyncClient, ana: Person, signed_in: As, origin: str
) -> None:
    with still():
        for browser in (client, await signed_in(ana)):
            for address in everywhere.addresses("POST"):
                answer = await browser.post(address, headers={"origin": origin})
                assert answer.status_code == 403, address


@pytest.mark.parametrize("page", FORMS)
async def test_what_a_form_says_besides_changes_nothing(
    everywhere: Everywhere, client: httpx.AsyncClient, ana: Person, bo: Person, signed_in: As, page: str
) -> None:
    parts = everywhere.parts
    address = page.format(
        **parts,
        guest=everywhere.guest.public_id,
        followup=parts["/followups/{token} token"],
        words=parts["/words/{token} token"],
        way=parts["/ways/{token} token"],
    )
    extra = {name: value for name, value in EXTRA.items() if name not in FORMS[page]}
    with still():
        for browser in (client, await signed_in(bo), await signed_in(ana)):
            plain = await _left_by(browser, address, FORMS[page])
            assert await _left_by(browser, address, {**extra, **FORMS[page]}) == plain


async def _left_by(browser: httpx.AsyncClient, address: str, fields: dict[str, Any]) -> Any:
    """What a form leaves in the database, and what it answers; then it has never been sent."""
    counters = await db.rows("SELECT sequencename AS name, last_value FROM pg_sequences")
    async with undone():
        answer = await browser.post(address, data=fields)
        left = [await _rows(table) for table in await _tables()]
    for counter in counters:
        number = counter["last_value"]
        await db.run("SELECT setval($1::regclass, $2, $3)", counter["name"], number or 1, number is not None)
    return answer.status_code, left


async def _tables() -> list[str]:
    rows = await db.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    return [row["tablename"] for row in rows]


async def _rows(table: str) -> list[str]:
    """The rows of a table, without what is drawn by lot."""
    rows = await db.rows(f"SELECT to_jsonb(one) - $1::text[] AS row FROM {table} AS one", BY_LOT)
    return sorted(json.dumps(row["row"]) for row in rows)
