"""The log says what Kith did and how long it took, never about whom: no address, name, token or word of theirs."""

import re

import httpx
import pytest

from members.tables import Person
from server import db, logs
from server.errors import NotFound
from tests.everywhere import Everywhere, still, undone
from tests.ground import work_off
from tests.people import As
from tests.promises.test_rubbish import RIGHT, form_body

pytestmark = pytest.mark.slow

CANARY = "Canary"
SAID = {**dict.fromkeys(RIGHT, CANARY), "answer": "going", "email": "canary@example.org", "zone": "UTC"}
RIGHTLY = {**RIGHT, "name": "Canary", "title": "Canary", "message": "Canary", "email": "canary@example.org"}


async def test_a_life_is_lived_and_the_log_knows_nobody(
    everywhere: Everywhere,
    client: httpx.AsyncClient,
    ana: Person,
    bo: Person,
    signed_in: As,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with still():
        browsers = [client, await signed_in(bo), await signed_in(ana)]
        capsys.readouterr()
        for browser in browsers:
            for address in everywhere.addresses("GET"):
                await browser.get(f"{address}?q=Canary", headers={"user-agent": CANARY, "referer": CANARY})
            for address in everywhere.addresses("POST"):
                for said in (SAID, RIGHTLY):
                    await _post(browser, address, said)
        await work_off()
    written = capsys.readouterr().out
    assert written.count("request_id") > 300
    for private in await _private(everywhere):
        assert private.lower() not in written.lower(), private


async def _post(browser: httpx.AsyncClient, address: str, said: dict[str, str]) -> None:
    body = form_body(list(said.items()))
    async with undone():
        await browser.post(address, content=body.content, headers={"content-type": body.kind})
        await work_off()


async def _private(everywhere: Everywhere) -> list[str]:
    """What would tell of somebody: their addresses, names and public ids, and whatever opens a door."""
    rows = await db.rows("SELECT email, name, public_id FROM people")
    told = [str(value) for row in rows for value in row.values() if len(str(value)) > 3]
    doors = [part for name, part in everywhere.parts.items() if "token" in name or name in {"secret", "feed"}]
    events = [each.public_id for each in (everywhere.event, everywhere.past, everywhere.draft)]
    return [CANARY, "example.org", *told, *doors, *events]


def test_a_fault_is_logged_by_where_it_rose_and_not_by_what_it_says() -> None:
    try:
        raise NotFound("ana@example.org is not there")
    except NotFound as error:
        event = logs._where_it_rose(None, "error", {"event": "fault", "exc_info": error})
    assert event["error"] == "server.errors.NotFound"
    assert not re.search("ana|example", str(event["where"]) + event["error"])
