"""Getting in and staying oneself: the first time, with a link that is too old, and with another address."""

import pytest
from playwright.async_api import expect

from tests.journeys.house import House, Visits, link_in
from tests.journeys.presses import Counted

EITHER_WAY = pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
WIDTHS = pytest.mark.parametrize("width", [390, 1280])


async def sign_in(way: Counted) -> None:
    """Press what is behind the link; the page's head says the same."""
    await way.press(way.page.get_by_role("main").get_by_role("button", name="Sign in"))


async def sign_in_link(house: House, email: str) -> str:
    return link_in(await house.letter(email, "Your link to sign in"), "/sign-in/")


@EITHER_WAY
@WIDTHS
async def test_the_first_time_leads_on_to_where_one_was_going(
    house: House, visits: Visits, scripts: bool, width: int
) -> None:
    """One address, one name, three presses; then the community that one wished to join."""
    email = f"zed-{scripts}-{width}@example.org".lower()
    way = Counted(await visits.begin(scripts=scripts, width=width))
    await way.open("/sign-in?next=/communities/slow-walkers")
    await way.fill("Your e-mail", email)
    await way.press("Send me a link")
    await way.open(await sign_in_link(house, email))
    await sign_in(way)
    await expect(way.page).to_have_url(f"{house.address}/welcome?next=%2Fcommunities%2Fslow-walkers")
    await way.fill("What are you called?", "Zed")
    await way.press("Go on")
    await expect(way.page).to_have_url(f"{house.address}/communities/slow-walkers")
    await expect(way.page.get_by_role("status")).to_contain_text("Hello, Zed.")
    assert (way.fields, way.presses) == (2, 3)
    zone = await house.value("SELECT zone FROM people WHERE email = $1", email)
    assert zone == ("Europe/Berlin" if scripts else "UTC")


@EITHER_WAY
@WIDTHS
async def test_a_used_link_leads_to_a_new_one_and_on(
    house: House, visits: Visits, scripts: bool, width: int
) -> None:
    """Elsewhere two presses, and nothing to type; where one is signed in it just goes on."""
    email = f"yan-{scripts}-{width}@example.org".lower()
    first = Counted(await visits.begin(scripts=scripts, width=width))
    await first.open("/sign-in?next=/events")
    await first.fill("Your e-mail", email)
    await first.press("Send me a link")
    used = await sign_in_link(house, email)
    await first.open(used)
    await sign_in(first)
    await first.fill("What are you called?", "Yan")
    await first.press("Go on")
    await first.open(used)
    await expect(first.page).to_have_url(f"{house.address}/events")

    elsewhere = Counted(await visits.begin(scripts=scripts, width=width))
    await elsewhere.open(used)
    await expect(elsewhere.page.get_by_role("heading", level=1)).to_have_text("This link no longer works")
    await expect(elsewhere.page.get_by_label("Your e-mail")).to_have_value(email)
    await elsewhere.press("Send me a new link")
    await expect(elsewhere.page.get_by_role("heading", level=1)).to_have_text("Look into your mail")
    fresh = used
    while fresh == used:
        fresh = await sign_in_link(house, email)
    await elsewhere.open(fresh)
    await sign_in(elsewhere)
    await expect(elsewhere.page).to_have_url(f"{house.address}/events")
    assert (elsewhere.fields, elsewhere.presses) == (0, 2)


@EITHER_WAY
@WIDTHS
async def test_another_address_is_one_field_and_three_presses(
    house: House, visits: Visits, scripts: bool, width: int
) -> None:
    """From the settings; the old address is told, and the browser stays signed in."""
    before, after = [f"{name}-{scripts}-{width}@example.org".lower() for name in ("xia", "xia.lin")]
    start = Counted(await visits.begin(scripts=scripts, width=width))
    await start.open("/sign-in")
    await start.fill("Your e-mail", before)
    await start.press("Send me a link")
    await start.open(await sign_in_link(house, before))
    await sign_in(start)
    await start.fill("What are you called?", "Xia Lin")
    await start.press("Go on")

    way = Counted(start.page)
    await way.open("/settings/account")
    await way.press("Change it")
    await way.fill("Your new address", after)
    await way.press("Send the letter")
    await expect(way.page.get_by_role("main")).to_contain_text(f"We have written to {after}")
    assert after not in str(await house.letter(before, "Your address on Kith is about to change"))
    await way.open(link_in(await house.letter(after, "Please confirm your new address"), "/settings/email/"))
    await way.press("Use this address")
    await expect(way.page.get_by_role("status")).to_contain_text(f"Your address is {after} now.")
    await house.letter(before, "Your address on Kith has changed")
    assert (way.fields, way.presses) == (1, 3)
