"""Hearing of a community's gatherings without joining it: each, weekly or not; nobody else sees it."""

from datetime import timedelta
from urllib.parse import urlsplit

import httpx
import pytest
import time_machine

from members import queries
from members.access import KeptOut
from members.communities import joining, keeping_out
from members.communities.keeping_out import Whom
from members.letters import following
from members.letters.following import ALL
from members.tables import Community, Follow, Person
from server import clock
from tests.people import As


def path(address: str) -> str:
    return urlsplit(address).path


async def test_cleo_follows_without_joining_and_changes_her_mind(walkers: Community, cleo: Person) -> None:
    assert await queries.hears_of(cleo, walkers.id) is None
    for hears in ("each", "weekly", "weekly", "never"):
        await following.choose(cleo, walkers, hears)  # type: ignore[arg-type]
        assert await queries.hears_of(cleo, walkers.id) == hears
    assert await queries.role_in(cleo, walkers.id) is None
    for _ in range(2):
        await following.unfollow(cleo, walkers)
    assert await Follow.count() == 0


async def test_joining_brings_no_letters_by_itself(walkers: Community, cleo: Person, signed_in: As) -> None:
    browser = await signed_in(cleo)
    await browser.post("/communities/walkers/membership")
    assert await queries.hears_of(cleo, walkers.id) is None
    page = (await browser.get("/communities/walkers")).text
    assert "Hear of new gatherings" in page
    assert 'aria-pressed="true"' not in page


async def test_what_is_chosen_is_pressed_and_said(walkers: Community, cleo: Person, signed_in: As) -> None:
    browser = await signed_in(cleo)
    answer = await browser.post("/communities/walkers/following", data={"hears": "weekly"})
    assert answer.headers["location"] == "/communities/walkers"
    page = (await browser.get("/communities/walkers")).text
    assert "New gatherings of Sunday Walkers come in your weekly letter." in page
    assert page.count('value="weekly" aria-pressed="true"') == 1
    await browser.post("/communities/walkers/following/removal")
    assert await queries.hears_of(cleo, walkers.id) is None


async def test_who_is_not_signed_in_comes_to_the_question_by_way_of_that(
    walkers: Community, cleo: Person, client: httpx.AsyncClient, signed_in: As
) -> None:
    assert "/communities/walkers/following" in (await client.get("/communities/walkers")).text
    asked = await client.get("/communities/walkers/following")
    assert asked.headers["location"] == "/sign-in?next=%2Fcommunities%2Fwalkers%2Ffollowing"
    page = await (await signed_in(cleo)).get("/communities/walkers/following")
    assert page.text.count('aria-pressed="false"') == 3
    assert await Follow.count() == 0, "looking follows nothing"


async def test_what_is_no_choice_is_refused(walkers: Community, cleo: Person, signed_in: As) -> None:
    browser = await signed_in(cleo)
    assert (await browser.post("/communities/walkers/following", data={"hears": "daily"})).status_code == 422
    assert (await browser.post("/communities/nowhere/following", data={"hears": "each"})).status_code == 404
    assert await Follow.count() == 0


async def test_the_settings_list_what_one_hears_of(
    walkers: Community, bo: Person, cleo: Person, signed_in: As
) -> None:
    browser = await signed_in(cleo)
    assert "You follow no community yet." in (await browser.get("/settings/letters")).text
    data = {"hears": "each", "next": "/settings/letters"}
    answer = await browser.post("/communities/walkers/following", data=data)
    assert answer.headers["location"] == "/settings/letters"
    page = (await browser.get("/settings/letters")).text
    assert 'value="each" aria-pressed="true"' in page
    assert "Follow no longer" in page
    # A member is asked too; to follow no longer would say nothing that "not now" does not.
    page = (await (await signed_in(bo)).get("/settings/letters")).text
    assert "Sunday Walkers" in page
    assert "Follow no longer" not in page


async def test_coming_back_stays_on_this_site(walkers: Community, cleo: Person, signed_in: As) -> None:
    data = {"hears": "each", "next": "https://evil.example/"}
    answer = await (await signed_in(cleo)).post("/communities/walkers/following", data=data)
    assert not answer.headers["location"].startswith("http")


async def test_it_ends_with_leaving_and_with_being_removed(
    walkers: Community, ana: Person, bo: Person, dev: Person
) -> None:
    for person in (bo, dev):
        await following.choose(person, walkers, "each")
    await joining.leave(bo, walkers)
    await joining.remove(dev, walkers, by=ana)
    assert await Follow.count() == 0


async def test_who_is_kept_out_hears_nothing_and_cannot_follow(
    walkers: Community, ana: Person, cleo: Person, signed_in: As
) -> None:
    await following.choose(cleo, walkers, "each")
    await keeping_out.keep_out(walkers, Whom(cleo.email), by=ana)
    assert await Follow.count() == 0
    with pytest.raises(KeptOut):
        await following.choose(cleo, walkers, "each")
    browser = await signed_in(cleo)
    assert (await browser.get("/communities/walkers/following")).status_code == 403
    assert "Hear of new gatherings" not in (await browser.get("/communities/walkers")).text


async def test_nobody_is_shown_who_follows(
    walkers: Community, ana: Person, cleo: Person, signed_in: As
) -> None:
    browser = await signed_in(ana)
    addresses = ["/communities/walkers", "/communities/walkers/people", "/organising"]
    before = [(await browser.get(address)).text.partition("nonce")[0] for address in addresses]
    await following.choose(cleo, walkers, "each")
    after = [(await browser.get(address)).text for address in addresses]
    assert [page.partition("nonce")[0] for page in after] == before
    assert not any("Cleo" in page for page in after)


@pytest.mark.parametrize("weekly", [False, True])
async def test_one_press_stops_the_letters_of_one_community_or_the_weekly_one(
    walkers: Community, cleo: Person, bo: Person, client: httpx.AsyncClient, weekly: bool
) -> None:
    other = Community(slug="readers", name="Readers", zone="Europe/Berlin")
    await other.save()
    for person in (cleo, bo):
        await following.choose(person, walkers, "weekly")
        await following.choose(person, other, "each")
    link = path(following.stop_address(cleo.id, ALL if weekly else other.id))
    for _ in range(3):
        assert "Stop these letters?" in (await client.get(link)).text
    assert await queries.hears_of(cleo, other.id) == "each"
    for _ in range(2):
        answer = await client.post(link, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    assert "You will get no more of these" in (await client.get(link)).text
    now = [await queries.hears_of(cleo, community.id) for community in (walkers, other)]
    assert now == (["never", "each"] if weekly else ["weekly", "never"])
    assert await queries.hears_of(bo, walkers.id) == "weekly"
    assert await queries.hears_of(bo, other.id) == "each"


async def test_a_persons_press_leads_to_what_has_become_of_it(
    walkers: Community, cleo: Person, client: httpx.AsyncClient
) -> None:
    await following.choose(cleo, walkers, "each")
    link = path(following.stop_address(cleo.id, walkers.id))
    assert (await client.post(link)).headers["location"] == link
    assert await queries.hears_of(cleo, walkers.id) == "never"


async def test_who_follows_no_longer_is_told_so_by_an_older_letters_link(
    walkers: Community, cleo: Person, bo: Person, client: httpx.AsyncClient
) -> None:
    for person in (cleo, bo):
        await following.choose(person, walkers, "each")
    await following.unfollow(cleo, walkers)
    await joining.leave(bo, walkers)
    for person in (cleo, bo):
        link = path(following.stop_address(person.id, walkers.id))
        for _ in range(2):
            assert "You will get no more of these" in (await client.get(link)).text
            assert (await client.post(link)).headers["location"] == link
    assert await Follow.count() == 0


async def test_a_link_ends_and_cannot_be_made_up(
    walkers: Community, cleo: Person, client: httpx.AsyncClient
) -> None:
    link = path(following.stop_address(cleo.id, walkers.id))
    assert (await client.get(link.replace("/letters/", "/letters/x"))).status_code == 404
    with time_machine.travel(clock.now() + timedelta(days=6 * 365), tick=False):
        assert (await client.get(link)).status_code == 410
    await Person.delete().where(Person.id == cleo.id)
    assert (await client.get(link)).status_code == 404
