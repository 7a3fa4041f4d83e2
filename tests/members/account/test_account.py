"""My account: who I am, and deleting it."""

import httpx
import pytest

from members.forms import zone_choices
from members.tables import Person
from server.languages import catalogues
from server.languages.language import speaking
from tests.people import As

ACCOUNT = {"name": "Bo Berg", "zone": "America/New_York", "language": "en"}


@pytest.mark.parametrize(
    "hostile", ["https://evil.example", "//evil.example", "/\\evil", "javascript:x", "/a\tb"]
)
async def test_after_the_welcome_next_stays_on_this_site(bo: Person, signed_in: As, hostile: str) -> None:
    browser = await signed_in(bo)
    page = (await browser.get("/welcome", params={"next": hostile})).text
    assert '<input type="hidden" name="next" value="/">' in page
    answer = await browser.post("/welcome", data={"name": "Bo Berg", "next": hostile})
    assert answer.headers["location"] == "/"


def test_every_zone_that_has_a_place_can_be_chosen() -> None:
    zones = [zone for zone, _ in zone_choices(also="GMT")]
    assert zones[0] == "UTC" and {
        "Europe/Berlin",
        "Asia/Kathmandu",
        "America/Argentina/Ushuaia",
        "GMT",
    } <= set(zones)


def test_zones_stand_in_the_order_of_what_they_are_called() -> None:
    with speaking(catalogues.of("de")):
        called = [str(label) for _, label in zone_choices()[1:]]
    # By their codes, Cairo (Kairo) came before Dakar.
    assert called.index("Afrika/Dakar") < called.index("Afrika/Kairo") < called.index("Afrika/Lagos")
    assert called == sorted(called, key=catalogues.of("de").alphabet.key)


async def test_the_settings_are_for_those_who_are_signed_in(client: httpx.AsyncClient) -> None:
    for page in ("account", "account/removal", "sessions", "letters", "blocks"):
        answer = await client.get(f"/settings/{page}")
        assert answer.headers["location"] == f"/sign-in?next=%2Fsettings%2F{page.replace('/', '%2F')}"
