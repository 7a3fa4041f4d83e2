"""What one keeps about a connection, for oneself: it shows to nobody else, in nothing."""

import re
from datetime import timedelta
from typing import Any

import httpx
import pytest

from followups.connections import cards
from followups.connections.cards import Choices
from members.blocking import blocks
from members.tables import Community, Person
from server import clock, db
from tests.counting import counted
from tests.followups.connections.pairs import connect, going
from tests.followups.mornings import MORNING, at
from tests.gatherings import make_event
from tests.ground import work_off
from tests.people import As

KEPT = {"note": "Her dog is called Toast.", "rhythm": "seasonal"}


async def test_a_note_and_a_rhythm_are_kept_and_can_be_changed(
    signed_in: As, ana: Person, bo: Person
) -> None:
    page = f"/connections/{await connect(ana, bo)}"
    browser = await signed_in(ana)
    first = (await browser.get(page)).text
    assert " checked" not in first and 'value="none" selected' in first
    for note in ("Her dog is called Toast.", "Her dog is called Crumb."):
        assert (await browser.post(f"{page}/keeping", data={**KEPT, "note": note})).status_code == 303
        shown = (await browser.get(page)).text
        assert note in shown and 'value="seasonal" selected' in shown
    assert await db.value("SELECT count(*) FROM keepings") == 1


async def test_two_tabs_do_not_overwrite_each_other(signed_in: As, ana: Person, bo: Person) -> None:
    page = f"/connections/{await connect(ana, bo)}"
    browser = await signed_in(ana)
    seen = re.search(r'name="seen" value="(\w+)"', (await browser.get(page)).text)
    assert seen
    assert (await browser.post(f"{page}/keeping", data={**KEPT, "seen": seen[1]})).status_code == 303
    late = await browser.post(f"{page}/keeping", data={"note": "Crumb", "rhythm": "none", "seen": seen[1]})
    assert late.status_code == 409
    assert "Toast" in late.text and "Crumb" in late.text


@pytest.mark.parametrize("data", [{"rhythm": "daily"}, {"note": "x" * 1001}])
async def test_what_makes_no_sense_is_said_beside_the_field(
    signed_in: As, ana: Person, bo: Person, data: dict[str, str]
) -> None:
    page = f"/connections/{await connect(ana, bo)}"
    assert (await (await signed_in(ana)).post(f"{page}/keeping", data=data)).status_code == 422
    assert await db.value("SELECT count(*) FROM keepings") == 0


async def test_it_is_only_for_the_two_and_only_while_they_are_connected(
    client: httpx.AsyncClient, signed_in: As, ana: Person, bo: Person, cleo: Person
) -> None:
    page = f"/connections/{await connect(ana, bo)}"
    cleos, bos = await signed_in(cleo), await signed_in(bo)
    posts = ("keeping", "pin", "pin/removal", "words", "ending")
    assert (await client.get(page)).headers["location"].startswith("/sign-in")
    assert (await cleos.get(page)).status_code == 404
    for post in posts:
        assert (await cleos.post(f"{page}/{post}", data={"words": "Hello"})).status_code == 404, post
    await blocks.block(ana, bo)
    assert (await bos.get(page)).status_code == 404
    for post in posts:
        assert (await bos.post(f"{page}/{post}", data={"words": "Hello"})).status_code == 404, post


async def test_whatever_one_keeps_the_other_sees_the_same_by_the_same_questions(
    signed_in: As, walkers: Community, ana: Person, bo: Person, dev: Person
) -> None:
    """Before and after: byte for byte, but for the key of a form and the nonce, which differ each time."""
    with at(MORNING):
        page = f"/connections/{await connect(ana, bo)}"
        await connect(bo, dev)
        anas, bos = await signed_in(ana), await signed_in(bo)
        before = [await _seen(bos, path) for path in ("/connections", page, "/", "/settings/card")]
        letters = await db.value("SELECT last_value FROM due_work_id_seq")
        await anas.post(f"{page}/keeping", data={**KEPT, "unprompted": "true"})
        await anas.post(f"{page}/pin")
        after = [await _seen(bos, path) for path in ("/connections", page, "/", "/settings/card")]
        assert before == after
        assert await db.value("SELECT last_value FROM due_work_id_seq") == letters
        assert await work_off() == 0
        assert "Toast" not in "".join(shown for shown, _ in after)


async def test_who_is_seen_soonest_comes_first_then_who_is_at_the_top_then_the_newest(
    signed_in: As, walkers: Community, ana: Person, bo: Person, cleo: Person, dev: Person
) -> None:
    for days, other in enumerate((dev, cleo, bo)):
        with at(MORNING + timedelta(days=days)):
            await connect(ana, other)
    with at(MORNING + timedelta(days=4)):
        browser = await signed_in(ana)
        assert await _names(browser) == ["Bo", "Cleo", "Dev"]
        cleos = await db.value(
            "SELECT public_id FROM connections WHERE $1 IN (low, high) AND $2 IN (low, high)",
            ana.id,
            cleo.id,
        )
        await browser.post(f"/connections/{cleos}/pin")
        assert await _names(browser) == ["Cleo", "Bo", "Dev"]
        soon = await make_event(walkers, title="The choir", starts_at=clock.now() + timedelta(days=2))
        later = await make_event(walkers, title="The walk", starts_at=clock.now() + timedelta(days=5))
        await going(soon, ana, dev)
        await going(later, ana, dev, bo)
        assert await _names(browser) == ["Dev", "Bo", "Cleo"]
        page = (await browser.get("/connections")).text
        assert page.index("The choir") < page.index("The walk")
        await cards.fill_in(dev, Choices(keeps_plans=True))
        assert await _names(browser) == ["Bo", "Cleo", "Dev"]
        await browser.post(f"/connections/{cleos}/pin/removal")
        assert await _names(browser) == ["Bo", "Cleo", "Dev"]


async def test_one_finds_somebody_by_their_name(
    signed_in: As, ana: Person, bo: Person, cleo: Person, dev: Person
) -> None:
    for other in (bo, cleo, dev):
        await connect(ana, other)
    browser = await signed_in(ana)
    assert await _names(browser, "?q=cle") == ["Cleo"]
    nobody = (await browser.get("/connections?q=zora")).text
    assert "None of your connections has that name" in nobody and "Nobody here yet" not in nobody
    typed = await browser.get(
        "/connections?q=cle", headers={"hx-request": "true", "hx-request-type": "partial"}
    )
    assert "Cleo" in typed.text and "<html" not in typed.text and "HX-Request" in typed.headers["vary"]
    await blocks.block(cleo, ana)
    assert await _names(browser, "?q=cle") == []


async def test_five_hundred_come_by_the_page_and_cost_a_handful_of_questions(
    signed_in: As, walkers: Community, ana: Person
) -> None:
    await _make_many(ana, 500)
    browser = await signed_in(ana)
    names: list[str] = []
    address = "/connections"
    for number in range(13):
        async with counted() as statements:
            page = (await browser.get(address)).text
        assert len(statements) <= 6, statements
        names += _names_in(page)
        onward = re.search(r'class="page-link" href="([^"]+)" rel="next"', page)
        assert bool(onward) == (number < 12)
        address = onward[1].replace("&amp;", "&") if onward else ""
    assert len(names) == len(set(names)) == 500


async def test_a_rhythm_is_recalled_softly_and_begins_anew_where_both_said_yes(
    signed_in: As, walkers: Community, ana: Person, bo: Person
) -> None:
    with at(MORNING):
        page = f"/connections/{await connect(ana, bo)}"
        browser = await signed_in(ana)
        await browser.post(f"{page}/keeping", data=KEPT)
    sentence = "You wanted to see each other each season."
    with at(MORNING + timedelta(days=60)):
        browser = await signed_in(ana)
        assert sentence not in (await browser.get(page)).text
        walk = await make_event(walkers, starts_at=clock.now() + timedelta(days=20))
        await going(walk, ana)
    with at(MORNING + timedelta(days=100)):
        browser = await signed_in(ana)
        assert sentence in (await browser.get(page)).text
        assert sentence in (await browser.get("/connections")).text
        assert sentence not in (await (await signed_in(bo)).get("/connections")).text
    with at(MORNING + timedelta(days=70)):
        await going(walk, bo)
    with at(MORNING + timedelta(days=100)):
        browser = await signed_in(ana)
        assert sentence not in (await browser.get(page)).text
        await cards.fill_in(bo, Choices(keeps_plans=True))
        assert sentence in (await browser.get(page)).text, (
            "whose plans are their own tell nothing here either"
        )
        await cards.fill_in(bo, Choices())
    with at(MORNING + timedelta(days=180)):
        assert sentence in (await (await signed_in(ana)).get(page)).text


async def test_another_rhythm_counts_from_now(signed_in: As, ana: Person, bo: Person) -> None:
    with at(MORNING):
        page = f"/connections/{await connect(ana, bo)}"
        await (await signed_in(ana)).post(f"{page}/keeping", data=KEPT)
    with at(MORNING + timedelta(days=100)):
        browser = await signed_in(ana)
        await browser.post(f"{page}/keeping", data={**KEPT, "note": "Toast is old now."})
        assert "You wanted to see" in (await browser.get(page)).text
        await browser.post(f"{page}/keeping", data={**KEPT, "rhythm": "monthly"})
        assert "You wanted to see" not in (await browser.get(page)).text


async def test_the_page_says_where_they_met_where_they_were_and_where_they_will_be(
    signed_in: As, walkers: Community, ana: Person, bo: Person
) -> None:
    with at(MORNING):
        began = await make_event(walkers, title="The mill", starts_at=clock.now() - timedelta(days=1))
        page = f"/connections/{await connect(ana, bo, began)}"
        await going(
            await make_event(walkers, title="The choir", starts_at=clock.now() + timedelta(days=2)), ana, bo
        )
        await going(
            await make_event(walkers, title="Bo’s own", starts_at=clock.now() + timedelta(days=2)), bo
        )
        hidden = await make_event(walkers, title="A secret", starts_at=clock.now() + timedelta(days=3))
        await going(hidden, ana, bo)
        await going(
            await make_event(walkers, title="The walk", starts_at=clock.now() + timedelta(days=30)), ana, bo
        )
    with at(MORNING + timedelta(days=5)):
        await db.run("UPDATE events SET status = 'draft' WHERE title = 'A secret'")
        async with counted() as statements:
            shown = (await (await signed_in(ana)).get(page)).text
        assert len(statements) <= 8, statements
        met, both, were = (
            shown.index(words)
            for words in ("You met at", "You are both coming", "Where you both said you would be")
        )
        assert (
            met < shown.index("The mill") < both < shown.index("The walk") < were < shown.index("The choir")
        )
        assert "Bo’s own" not in shown and "A secret" not in shown
        await cards.fill_in(bo, Choices(keeps_plans=True))
        shown = (await (await signed_in(ana)).get(page)).text
        assert "The mill" in shown and "The choir" not in shown and "The walk" not in shown


async def test_five_hundred_are_sorted_within_a_moment(walkers: Community, ana: Person) -> None:
    from followups.connections import queries

    await _make_many(ana, 500)
    found = await queries.connections_of(ana, clock.now())
    assert len(found.rows) == 40
    plan = "\n".join(row[0] for row in await db.rows(f"EXPLAIN ANALYZE {await _statement(ana)}"))
    took = re.search(r"Execution Time: ([\d.]+) ms", plan)
    assert took and float(took[1]) < 150, plan


async def _statement(person: Person) -> str:
    """What the list asks, with its arguments in it, so that it can be explained."""
    from followups.connections import queries

    async with counted() as statements:
        await queries.connections_of(person, clock.now())
    (statement,) = statements
    now = f"'{clock.now().isoformat()}'::timestamptz"
    return statement.replace("$1", str(person.id)).replace("$2", now).replace("$3", "''")


async def _make_many(person: Person, number: int) -> None:
    await db.run(
        """
        WITH made AS (
            INSERT INTO people (public_id, email, name, zone, language, created_at)
            SELECT 'p' || n, 'p' || n || '@example.org', 'Person ' || n, 'UTC', 'en', $2
            FROM generate_series(1, $3::int) AS n RETURNING id
        )
        INSERT INTO connections (public_id, low, high, connected_at)
        SELECT 'c' || id, least(id, $1), greatest(id, $1), $2::timestamptz - id % 7 * interval '1 hour' FROM made
        """,
        person.id,
        clock.now(),
        number,
    )


async def _names(browser: httpx.AsyncClient, more: str = "") -> list[str]:
    return _names_in((await browser.get(f"/connections{more}")).text)


def _names_in(page: str) -> list[str]:
    return re.findall(r'class="person-name" href="/connections/\w+">([^<]+)<', page)


async def _seen(browser: httpx.AsyncClient, path: str) -> tuple[str, Any]:
    async with counted() as statements:
        page = (await browser.get(path)).text
    page = re.sub(r'(name="ref" value=|nonce=)"[^"]*"', "", page)
    return page, statements
