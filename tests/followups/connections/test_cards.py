"""The contact card: nothing is shared that was not ticked."""

import pytest

from followups.connections import queries
from members.tables import Person
from tests.people import As

FULL = {"phone": "+49 30 1234567", "website": "example.org/bo", "words": "Call after six."}


async def test_nothing_is_ticked_and_nothing_is_shared_at_first(signed_in: As, bo: Person) -> None:
    page = await (await signed_in(bo)).get("/settings/card")
    assert page.status_code == 200
    assert " checked" not in page.text
    assert "has not shared anything yet" in page.text
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
