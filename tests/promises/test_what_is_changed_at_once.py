"""Two people change one thing: whoever saves last sees what the other wrote, and overwrites nothing unseen."""

import re
from typing import Any

import httpx
import pytest

from events.tables import Event
from followups.connections import cards
from members.tables import Community, Person
from rsvps.questions import sheet
from rsvps.questions.presets import preset
from server import db
from server.editing import FIELD, version
from tests.everywhere import Everywhere, routes, still, undone
from tests.gatherings import make_event
from tests.people import As, join, make_person
from tests.promises.test_what_is_sent_twice import HARMLESS, Forms, leads_to, taken_once
from tests.promises.worlds import dump
from volunteers import shifts
from volunteers.shifts import Needed

pytestmark = pytest.mark.slow

COMMUNITY = "/communities/walkers/edit"
FOR_EDITING = {noun for noun, why in HARMLESS.items() if why == "it says so already"}


@pytest.mark.slow
async def test_every_form_that_changes_something_says_what_it_was_shown(
    everywhere: Everywhere, ana: Person, bo: Person, signed_in: As
) -> None:
    edits = [route for route in routes() if route.path.rpartition("/")[2] in FOR_EDITING]
    editing = [route for route in edits if "POST" in (route.methods or ()) and route not in taken_once()]
    assert len(editing) >= 7
    found: dict[str, list[str]] = {route.path: [] for route in editing}
    with still():
        await db.run("UPDATE events SET status = 'draft' WHERE id = $1", everywhere.draft.id)
        for person in (ana, bo):
            browser = await signed_in(person)
            addresses = [*everywhere.addresses("GET"), f"/events/{everywhere.draft.public_id}/questions"]
            for address in addresses:
                async with undone():
                    page = await browser.get(address)
                for action, hidden in Forms(page.text, address).found:
                    for route in editing:
                        if leads_to(action, route):
                            found[route.path].append(hidden.get(FIELD, ""))
    assert all(seen and all(seen) for seen in found.values()), found


async def two_browsers(
    signed_in: As, ana: Person, walkers: Community
) -> tuple[httpx.AsyncClient, httpx.AsyncClient]:
    eva = await make_person("Eva")
    await join(eva, walkers, "owner")
    return await signed_in(ana), await signed_in(eva)


async def seen_at(browser: httpx.AsyncClient, address: str) -> str:
    page = (await browser.get(address)).text
    found = re.search(r'name="seen" value="([^"]+)"', page)
    assert found, address
    return found[1]


async def test_two_organisers_of_a_community_lose_no_paragraph(
    walkers: Community, ana: Person, signed_in: As
) -> None:
    browser, other = await two_browsers(signed_in, ana, walkers)
    said = {"name": "Sunday Walkers", "zone": "Europe/Berlin"}
    mine = {**said, "about": "We *walk*.\nBring soup.", FIELD: await seen_at(browser, COMMUNITY)}
    theirs = {**said, "about": "We walk, and <sing>.", FIELD: await seen_at(other, COMMUNITY)}
    assert (await browser.post(COMMUNITY, data=mine)).status_code == 303
    refused = await other.post(COMMUNITY, data=theirs)
    assert refused.status_code == 409
    assert "We *walk*." in refused.text and "We walk, and &lt;sing&gt;." in refused.text
    assert "What it says now" in refused.text and re.search("<dt[^>]*>About", refused.text)
    assert await db.value("SELECT about FROM communities WHERE slug = 'walkers'") == "We *walk*.\nBring soup."
    # Having seen it, they put theirs in its place.
    again = re.search(r'name="seen" value="([^"]+)"', refused.text)
    assert again and (await other.post(COMMUNITY, data={**theirs, FIELD: again[1]})).status_code == 303
    assert await db.value("SELECT about FROM communities WHERE slug = 'walkers'") == "We walk, and <sing>."


async def test_the_same_change_sent_again_is_no_conflict(
    walkers: Community, ana: Person, signed_in: As
) -> None:
    browser = await signed_in(ana)
    said = {"name": "Walkers", "zone": "UTC", "about": "a\r\nb", FIELD: await seen_at(browser, COMMUNITY)}
    assert (await browser.post(COMMUNITY, data=said)).status_code == 303
    before = await dump()
    assert (await browser.post(COMMUNITY, data=said)).status_code == 303
    assert await dump() == before


async def shift_of(event: Event) -> str:
    role = await shifts.add(event, Needed("Door", "Say hello.", 2, event.starts_at, event.over_at))
    return str(role.public_id)


def shift_fields(event: Event, **given: str) -> dict[str, str]:
    start, end = event.local_start, event.over_at.astimezone(event.local_start.tzinfo)
    fields = {"title": "Door", "about": "Say hello.", "places": "2", "date": f"{start:%Y-%m-%d}"}
    return {**fields, "begins": f"{start:%H:%M}", "ends": f"{end:%H:%M}", **given}


async def test_two_organisers_of_a_shift(walkers: Community, ana: Person, signed_in: As) -> None:
    event = await make_event(walkers, ana)
    browser, other = await two_browsers(signed_in, ana, walkers)
    address = f"/shifts/{await shift_of(event)}/edit"
    seen = [await seen_at(browser, address), await seen_at(other, address)]
    first = await browser.post(address, data=shift_fields(event, places="5", **{FIELD: seen[0]}))
    assert first.status_code == 303
    second = await other.post(address, data=shift_fields(event, about="Smile.", **{FIELD: seen[1]}))
    assert (
        second.status_code == 409
        and re.search("<dt[^>]*>How many people", second.text)
        and "Smile." in second.text
    )
    assert not re.search("<dt[^>]*>From", second.text), "what is the same is not shown"
    assert await db.value("SELECT places FROM volunteer_roles") == 5
    harmless = await browser.post(address, data=shift_fields(event, places="5", **{FIELD: seen[0]}))
    assert harmless.status_code == 303


def question_fields(*prompts: str, **given: str) -> dict[str, str]:
    fields = {f"prompt-{n}": prompt for n, prompt in enumerate(prompts, 1)}
    return {**fields, **{f"kind-{n}": "text" for n in range(1, len(prompts) + 1)}, "step": "save", **given}


async def test_two_organisers_of_the_questions(walkers: Community, ana: Person, signed_in: As) -> None:
    event = await make_event(walkers, ana)
    browser, other = await two_browsers(signed_in, ana, walkers)
    address = f"/events/{event.public_id}/questions"
    await sheet.put(event, [preset("diet")])
    seen = await seen_at(browser, address)
    assert (
        await browser.post(address, data=question_fields("Which voice?", **{FIELD: seen}))
    ).status_code == 303
    refused = await other.post(address, data=question_fields("Which song?", **{FIELD: seen}))
    assert refused.status_code == 409
    assert "Which voice?" in refused.text and 'value="Which song?"' in refused.text
    assert await db.rows("SELECT prompt FROM questions") == [("Which voice?",)]
    again = await browser.post(address, data=question_fields("Which voice?", **{FIELD: seen}))
    assert again.status_code == 303
    taken_away = await browser.post(address, data={"step": "save", FIELD: await seen_at(browser, address)})
    assert taken_away.status_code == 303
    refused = await other.post(address, data=question_fields("Which voice?", **{FIELD: seen}))
    assert refused.status_code == 409 and "none any more" in refused.text


async def test_two_owners_who_change_one_role(
    walkers: Community, ana: Person, bo: Person, signed_in: As
) -> None:
    browser, other = await two_browsers(signed_in, ana, walkers)
    address = f"/communities/walkers/people/{bo.public_id}/role"
    seen = {FIELD: "member"}
    assert (await browser.post(address, data={"role": "organiser", **seen})).status_code == 303
    refused = await other.post(address, data={"role": "owner", **seen})
    assert refused.status_code == 409 and "an organiser" in refused.text and "an owner" in refused.text
    assert await db.value("SELECT role FROM memberships WHERE person = $1", bo.id) == "organiser"
    assert (await browser.post(address, data={"role": "organiser", **seen})).status_code == 303


async def test_ones_own_account_and_card_in_two_windows(bo: Person, signed_in: As) -> None:
    browser = await signed_in(bo)
    account = {"name": "Bo", "zone": "Europe/Berlin", FIELD: await seen_at(browser, "/settings/account")}
    assert (await browser.post("/settings/account", data={**account, "zone": "UTC"})).status_code == 303
    refused = await browser.post("/settings/account", data={**account, "name": "Bo Lind"})
    assert refused.status_code == 409 and "UTC" in refused.text and 'value="Bo Lind"' in refused.text
    card = {FIELD: await seen_at(browser, "/settings/card")}
    first: dict[str, Any] = {**card, "words": "I answer slowly.", "shows_words": "true"}
    assert (await browser.post("/settings/card", data=first)).status_code == 303
    refused = await browser.post("/settings/card", data={**card, "words": "Ring me."})
    assert refused.status_code == 409 and "I answer slowly." in refused.text
    assert (await cards.of(bo)).words == "I answer slowly."


def test_what_is_the_same_to_its_reader_has_one_version() -> None:
    assert version({"a": "x\r\ny", "b": None, "c": True}) == version({"c": "true", "b": "", "a": "x\ny"})
    assert version({"a": "x"}) != version({"a": "y"})
