"""One picker of people: among however many members, by a part of their names, with scripts and without."""

import html
import re
from urllib.parse import quote

import pytest

from events.tables import Event
from members.blocking import blocks
from members.tables import Community, Person
from server import db
from tests.gatherings import make_event
from tests.people import As, join, make_person

PAGES = {"invitations": "people", "people/new": "person", "hosts": "person"}


def where(event: Event, page: str) -> str:
    return f"/events/{event.public_id}/{page}"


def offered(page: str) -> list[str]:
    """The names that can be chosen, in order."""
    people = re.findall(r'(?s)choice-person".*?class="choice-label"[^>]*>([^<]*)<', page)
    return [html.unescape(name) for name in people]


def chosen(page: str) -> list[str]:
    return re.findall(r'value="(\w{12})" checked', page)


async def many(community: Community, number: int) -> None:
    """So many more members, by name before anybody else."""
    await db.run(
        """
        WITH new AS (
            INSERT INTO people (public_id, email, name, zone, language, created_at, signed_in_at)
            SELECT lpad(i::text, 12, 'a'), 'm' || i || '@example.org', 'Aaron ' || lpad(i::text, 5, '0'),
                'UTC', 'en', now(), now() FROM generate_series(1, $2) AS i RETURNING id
        )
        INSERT INTO memberships (community, person, role, joined_at) SELECT $1, id, 'member', now() FROM new
        """,
        community.id,
        number,
    )


@pytest.mark.parametrize("page", PAGES)
async def test_member_201_is_found_and_chosen(
    walkers: Community, ana: Person, signed_in: As, page: str
) -> None:
    event, browser = await make_event(walkers, ana), await signed_in(ana)
    await many(walkers, 300)
    zoe = await make_person("Zoë O’Brien")
    await join(zoe, walkers)
    first = (await browser.get(where(event, page))).text
    assert "There are more" in first and "Zoë" not in first
    for words in ("brien", "zoe", "O'Brien  ZOË", "obrien"):
        found = await browser.post(where(event, page), data={"find": words, "step": "find"})
        assert found.status_code == 200
        assert offered(found.text) == ["Zoë O’Brien"] and "There are more" not in found.text, words
    answer = await browser.post(where(event, page), data={PAGES[page]: zoe.public_id, "step": "send"})
    assert answer.status_code == 303


async def test_what_was_typed_and_chosen_stays_while_one_finds(
    walkers: Community, ana: Person, bo: Person, signed_in: As
) -> None:
    event, browser = await make_event(walkers, ana), await signed_in(ana)
    await many(walkers, 20)
    data = {"people": [bo.public_id], "emails": "half an addr", "find": "aaron 00019", "step": "find"}
    page = (await browser.post(where(event, "invitations"), data=data)).text
    assert chosen(page) == [bo.public_id] and offered(page) == ["Bo", "Aaron 00019"]
    assert "half an addr</textarea>" in page and "Nearly there" not in page
    nobody = (await browser.post(where(event, "invitations"), data=data | {"find": "qqq"})).text
    assert offered(nobody) == ["Bo"] and "Nobody else by that name" in nobody


async def test_enter_in_another_field_is_not_a_search(walkers: Community, ana: Person, signed_in: As) -> None:
    event, browser = await make_event(walkers, ana), await signed_in(ana)
    data = {"find": "", "step": "find", "name": "Eve", "email": "eve@example.org"}
    assert (await browser.post(where(event, "people/new"), data=data)).status_code == 303


@pytest.mark.parametrize("page", PAGES)
async def test_nobody_finds_whom_a_block_hides(
    walkers: Community, ana: Person, bo: Person, dev: Person, signed_in: As, page: str
) -> None:
    event, browser = await make_event(walkers, ana), await signed_in(ana)
    await blocks.block(bo, ana)
    await blocks.block(ana, dev)
    assert offered((await browser.get(where(event, page))).text) == []
    for find in ("bo", "dev"):
        data = {"find": find, "step": "find", PAGES[page]: bo.public_id}
        assert offered((await browser.post(where(event, page), data=data)).text) == []


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("find", ["%", "_", "\\", "'", "\0x", "🎉", "a" * 5000, "( | & ! :*"])
async def test_rubbish_finds_nobody_and_breaks_nothing(
    walkers: Community, ana: Person, signed_in: As, page: str, find: str
) -> None:
    event, browser = await make_event(walkers, ana), await signed_in(ana)
    data = {"find": find, "step": "find", PAGES[page]: ["nobody", "x" * 300]}
    assert (await browser.post(where(event, page), data=data)).status_code in {200, 422}


@pytest.mark.parametrize(
    "address", ["/events", "/communities/walkers/people", "{event}/people", "{event}/hosts"]
)
async def test_every_search_takes_rubbish(
    walkers: Community, ana: Person, signed_in: As, address: str
) -> None:
    event, browser = await make_event(walkers, ana), await signed_in(ana)
    for q in (
        "%00",
        quote("\ud800", errors="surrogatepass"),
        "%",
        quote("🎉"),
        quote("' OR 1=1 --"),
        "x" * 3000,
    ):
        page = await browser.get(f"{address.format(event=f'/events/{event.public_id}')}?q={q}")
        assert page.status_code == 200, q
