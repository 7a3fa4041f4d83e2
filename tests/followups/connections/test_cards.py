"""The contact card: nothing is shared that was not ticked."""

import re
from datetime import timedelta

import httpx
import pytest

from followups import links
from followups.connections import cards, queries
from members.tables import Person
from server import clock
from server.languages import catalogues
from server.languages.language import speaking
from tests.followups.connections.pairs import connect
from tests.followups.mornings import MORNING, at
from tests.people import As, language_of, make_person

QUESTION = "How may those you are connected with reach you?"

FULL = {"phone": "+49 30 1234567", "website": "example.org/bo", "words": "Call after six."}


async def test_nothing_is_ticked_and_nothing_is_shared_at_first(signed_in: As, bo: Person) -> None:
    page = await (await signed_in(bo)).get("/settings/card")
    assert page.status_code == 200
    assert " checked" not in page.text
    assert "can be written to through Kith" in page.text
    assert (await queries.card_of(bo.id)).empty


async def test_what_is_filled_in_and_not_ticked_stays_private(signed_in: As, bo: Person) -> None:
    browser = await signed_in(bo)
    assert (await browser.post("/settings/card", data=FULL)).status_code == 303
    assert (await queries.card_of(bo.id)).empty
    assert "+49 30 1234567" in (await browser.get("/settings/card")).text


async def test_what_is_ticked_is_shared_and_shown_as_others_see_it(signed_in: As, bo: Person) -> None:
    browser = await signed_in(bo)
    ticks = dict.fromkeys(("shows_email", "shows_phone", "shows_website", "shows_words"), "true")
    await browser.post("/settings/card", data={**FULL, **ticks})
    card = await queries.card_of(bo.id)
    assert (card.email, card.phone, card.website) == (bo.email, "+49 30 1234567", "https://example.org/bo")
    page = (await browser.get("/settings/card")).text
    assert "Call after six." in page and 'href="https://example.org/bo"' in page
    await browser.post("/settings/card", data={})
    assert (await queries.card_of(bo.id)).empty


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("website", "javascript:alert(1)"),
        ("website", "not a website"),
        ("website", "https://user@evil.example"),
        ("website", "data:text/html,x"),
        ("phone", "call me"),
        ("phone", "12"),
        ("words", "x" * 301),
    ],
)
async def test_what_makes_no_sense_is_said_beside_the_field(
    signed_in: As, bo: Person, field: str, value: str
) -> None:
    answer = await (await signed_in(bo)).post("/settings/card", data={field: value})
    assert answer.status_code == 422
    assert f'id="f-{field}-error"' in answer.text
    assert value in answer.text


async def test_a_stranger_is_led_to_the_sign_in_page(client) -> None:  # type: ignore[no-untyped-def]
    assert (await client.get("/settings/card")).headers["location"].startswith("/sign-in")
    assert (await client.post("/settings/card", data=FULL)).status_code == 303


async def test_one_is_asked_once_how_one_may_be_reached_and_nothing_is_chosen_beforehand(
    signed_in: As, ana: Person, bo: Person
) -> None:
    page = f"/connections/{await connect(ana, bo)}"
    browser = await signed_in(bo)
    for address in ("/connections", page):
        assert f"/settings/card/way?next={address.replace('/', '%2F')}" in (await browser.get(address)).text
    asked = (await browser.get(f"/settings/card/way?next={page}")).text
    assert QUESTION in asked and "Only through Kith" in asked and " checked" not in asked
    answer = await browser.post("/settings/card/way", data={"way": "email", "next": page})
    assert answer.headers["location"] == page
    for address in ("/connections", page):
        assert "/settings/card/way" not in (await browser.get(address)).text, address
    assert QUESTION not in (await browser.get("/settings/card/way")).text
    assert bo.email in (await (await signed_in(ana)).get(page)).text


async def test_only_through_kith_is_an_answer_too(signed_in: As, ana: Person, bo: Person) -> None:
    page = f"/connections/{await connect(ana, bo)}"
    browser = await signed_in(bo)
    assert (await browser.post("/settings/card/way", data={"way": "kith"})).status_code == 303
    assert "/settings/card/way" not in (await browser.get(page)).text
    assert (await queries.card_of(bo.id)).empty
    shown = (await (await signed_in(ana)).get(page)).text
    assert "How to reach Bo" not in shown and "Write to Bo" in shown


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "way"),
        ({"way": "pigeon"}, "way"),
        ({"way": "phone"}, "phone"),
        ({"way": "phone", "phone": "call me"}, "phone"),
        ({"way": "website"}, "website"),
        ({"way": "website", "website": "javascript:alert(1)"}, "website"),
    ],
)
async def test_a_way_that_makes_no_sense_is_said_beside_the_field(
    signed_in: As, bo: Person, data: dict[str, str], field: str
) -> None:
    answer = await (await signed_in(bo)).post("/settings/card/way", data=data)
    assert answer.status_code == 422 and f'id="f-{field}-error"' in answer.text
    assert not await queries.has_answered(bo.id)


async def test_the_form_leads_nowhere_else(signed_in: As, bo: Person) -> None:
    browser = await signed_in(bo)
    answer = await browser.post("/settings/card/way", data={"way": "kith", "next": "//evil.example"})
    assert answer.headers["location"] == "/settings/card"


async def test_the_letters_link_asks_without_signing_in_and_changes_no_card_that_there_is(
    client: httpx.AsyncClient, ana: Person, bo: Person, cleo: Person
) -> None:
    with at(MORNING):
        link = links.way_address(bo.id, since=clock.now()).partition("8000")[2]
        for _ in range(3):
            assert QUESTION in (await client.get(link)).text
        assert not await queries.has_answered(bo.id)
        answer = await client.post(link, data={"way": "phone", "phone": "+49 30 1234567"})
        assert answer.status_code == 303
        shown = (await client.get(link)).text
        assert QUESTION not in shown and "+49 30 1234567" in shown
        await client.post(link, data={"way": "phone", "phone": "+49 30 7654321"})
        assert (await queries.card_of(bo.id)).phone == "+49 30 1234567"
        assert (await client.get(f"{link}x")).status_code == 404
    with at(MORNING + timedelta(days=31)):
        assert (await client.get(link)).status_code == 410
        assert (await client.post(link, data={"way": "kith"})).status_code == 410


async def test_to_leave_the_email_unticked_the_morning_after_is_no_answer(bo: Person) -> None:
    await cards.share_email(bo, False)
    assert not await queries.has_answered(bo.id)
    await cards.share_email(bo, True)
    assert await queries.has_answered(bo.id) and (await queries.card_of(bo.id)).email == bo.email
    await cards.share_email(bo, False)
    assert await queries.has_answered(bo.id) and (await queries.card_of(bo.id)).empty


async def test_whether_the_other_has_answered_is_theirs_alone(signed_in: As, ana: Person, bo: Person) -> None:
    """That they chose none, and that they have not chosen yet, look the same."""
    page = f"/connections/{await connect(ana, bo)}"
    browser = await signed_in(ana)
    before = (await browser.get(page)).text
    await cards.choose_way(bo, "kith")
    after = (await browser.get(page)).text
    assert _without_chance(before) == _without_chance(after)


def _without_chance(page: str) -> str:
    return re.sub(r'(name="ref" value=|nonce=)"[^"]*"', "", page)


async def test_a_guests_letters_are_in_the_language_in_which_they_chose_a_way() -> None:
    gus = await make_person("Gus Hill", account=False)
    with speaking(catalogues.of("de")):
        await cards.choose_way(gus, "kith")
    assert await language_of(gus) == "de"
