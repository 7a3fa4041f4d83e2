"""Whose language: what somebody chose for good, in this browser, what their browser asks for."""

import httpx
import pytest

from members.tables import Community, Person
from server.languages import catalogues
from tests.gatherings import make_event
from tests.ground import letters_to, text_of
from tests.people import As

PAGE = "/communities"


async def spoken(browser: httpx.AsyncClient, accepted: str = "") -> str:
    """In which language a page comes."""
    page = await browser.get(PAGE, headers={"Accept-Language": accepted})
    assert f'<html lang="{page.headers["content-language"]}"' in page.text
    return page.headers["content-language"]


async def language_of(person: Person) -> str:
    found = await Person.objects().get(Person.id == person.id)
    assert found
    return found.language


async def test_the_profile_counts_more_than_the_browser_and_the_browser_more_than_what_it_asks_for(
    bo: Person, signed_in: As
) -> None:
    browser = await signed_in(bo)
    assert await spoken(browser) == "en"
    assert await spoken(browser, "de") == "de"
    browser.cookies.set("language", "en-US")
    assert await spoken(browser, "de") == "en-US"
    await bo.update_self({Person.language: "en-XA"})
    assert await spoken(browser, "de") == "en-XA"
    # One that is not spoken any more counts as none.
    await bo.update_self({Person.language: "xx"})
    assert await spoken(browser, "de") == "en-US"


async def test_a_language_is_chosen_at_the_foot_of_every_page(client: httpx.AsyncClient) -> None:
    page = (await client.get("/events?q=soup", headers={"Accept-Language": "de"})).text
    for language in catalogues.offered():
        assert f'value="{language.code}" lang="{language.code}"' in page
    referer = str(client.base_url).rstrip("/") + "/events?q=soup&lang=de"
    chosen = await client.post(
        "/language", data={"language": "en-US", "next": "/events"}, headers={"Referer": referer}
    )
    assert (chosen.status_code, chosen.headers["location"]) == (303, "/events?q=soup")
    cookie = chosen.headers["set-cookie"]
    assert all(each in cookie for each in ("language=en-US", "Max-Age=31536000", "SameSite=lax", "Path=/"))
    assert await spoken(client, "de") == "en-US"


async def test_it_is_chosen_for_good_by_whoever_is_signed_in(bo: Person, signed_in: As) -> None:
    browser = await signed_in(bo)
    await browser.post("/language", data={"language": "de"})
    assert await language_of(bo) == "de"
    assert await spoken(browser, "en") == "de"


@pytest.mark.parametrize(
    ("there", "leads"),
    [
        ("/events", "/events"),
        ("/events?lang=de&q=a", "/events?q=a"),
        ("https://elsewhere.example/events", "/"),
        ("//elsewhere.example", "/"),
        ("/sign-out", "/"),  # nothing that can be opened
        ("/nothing/here", "/"),
    ],
)
async def test_one_gets_back_to_a_page_of_ours_that_can_be_opened(
    client: httpx.AsyncClient, there: str, leads: str
) -> None:
    chosen = await client.post("/language", data={"language": "de", "next": there})
    assert chosen.headers["location"] == leads


@pytest.mark.parametrize("sent", [{"language": "xx"}, {"language": ""}, {}])
async def test_a_language_that_is_not_offered_is_refused_in_a_sentence(
    client: httpx.AsyncClient, sent: dict[str, str]
) -> None:
    refused = await client.post("/language", data=sent)
    assert refused.status_code == 422
    assert "Kith does not speak that language." in refused.text
    assert "set-cookie" not in refused.headers


async def test_the_menu_is_on_bare_pages_and_on_those_of_errors(client: httpx.AsyncClient) -> None:
    for address in ("/nothing/here", "/sign-in", "/rsvp/forged", "/privacy"):
        assert 'action="/language"' in (await client.get(address)).text, address


async def test_the_account_offers_every_language_and_what_the_browser_asks_for(
    bo: Person, signed_in: As
) -> None:
    browser = await signed_in(bo)
    page = (await browser.get("/settings/account")).text
    assert '<option value="">The one my browser asks for</option>' in page
    assert '<option value="de">Deutsch</option>' in page
    said = {"name": "Bo", "zone": "UTC"}
    assert (await browser.post("/settings/account", data={**said, "language": "de"})).status_code == 303
    assert await language_of(bo) == "de"
    assert await spoken(browser, "en") == "de"
    assert (await browser.post("/settings/account", data={**said, "language": ""})).status_code == 303
    assert await language_of(bo) == ""
    refused = await browser.post("/settings/account", data={**said, "language": "xx"})
    assert refused.status_code == 422
    assert "Please choose a language from the list." in refused.text


async def test_whoever_signs_in_for_the_first_time_reads_the_language_of_that_page(
    client: httpx.AsyncClient, cleo: Person
) -> None:
    for email, expected in (("zed@example.org", "de"), (cleo.email, "")):
        await client.post("/sign-in", data={"email": email})
        (letter,) = await letters_to(email)
        link = next(word for word in text_of(letter).split() if "/sign-in/" in word)
        used = await client.post(link, headers={"Accept-Language": "de"})
        assert used.status_code == 303
        client.cookies.clear()
        found = await Person.objects().get(Person.email == email)
        assert found
        assert found.language == expected


async def test_a_guest_is_written_to_in_the_language_of_the_page_on_which_they_answered(
    client: httpx.AsyncClient, walkers: Community, ana: Person
) -> None:
    event = await make_event(walkers, ana)
    said = {"answer": "going", "name": "Zed", "email": "zed@example.org", "guests": "0"}
    await client.post(f"/events/{event.public_id}/rsvp", data=said, headers={"Accept-Language": "de"})
    zed = await Person.objects().get(Person.email == "zed@example.org")
    assert zed
    assert zed.language == "de"
    # Somebody else's browser changes nothing of it.
    await client.post(f"/events/{event.public_id}/rsvp", data=said, headers={"Accept-Language": "en-US"})
    assert await language_of(zed) == "de"


async def test_a_community_says_in_which_language_it_speaks(
    ana: Person, walkers: Community, signed_in: As
) -> None:
    browser = await signed_in(ana)
    said = {"name": "Sunday Walkers", "zone": "UTC", "language": "de"}
    assert (await browser.post("/communities/walkers/edit", data=said)).status_code == 303
    found = await Community.objects().get(Community.id == walkers.id)
    assert found
    assert found.language == "de"
    assert '<option value="de" selected>' in (await browser.get("/communities/walkers/edit")).text
    assert (
        await browser.post("/communities/walkers/edit", data={**said, "language": "xx"})
    ).status_code == 422
