"""Whose language: of the address, the browser, what the browser asks for, the server."""

import httpx
import pytest

from server.languages import catalogues, choosing
from server.languages.choosing import of_request


def language(query: str = "", **headers: str) -> str:
    given = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return of_request({"query_string": query.encode(), "headers": given}).code


def test_a_browser_is_answered_in_what_it_asks_for() -> None:
    assert language(accept_language="de-AT,de;q=0.9,en;q=0.8") == "de"
    assert language(accept_language="fr;q=0.9, en-US;q=0.3, de;q=0.5") == "de"
    assert language(accept_language="en-US,en;q=0.5") == "en-US"
    assert language(accept_language="de;q=0, en") == "en"


@pytest.mark.parametrize("accepted", ["", "*", "xx", "de;q=rubbish", ";;;,,,", "\x7f" * 5000, "en" * 3000])
def test_rubbish_is_answered_in_the_servers_language(accepted: str) -> None:
    assert language(accept_language=accepted) == catalogues.of_server().code


def test_what_was_chosen_counts_more_than_what_the_browser_asks_for() -> None:
    assert language(cookie="kith=x; language=de", accept_language="en") == "de"
    assert language("q=walk&lang=de", cookie="language=en", accept_language="en") == "de"
    assert language("lang=xx", cookie="language=de") == "de"
    assert language("slang=de") == "en"


def test_cookies_that_come_one_by_one_are_read_as_one() -> None:
    cookies = [(b"cookie", b"language=de"), (b"cookie", b"kith=x")]
    for headers in (cookies, cookies[::-1]):
        asked = {"query_string": b"", "headers": headers}
        assert of_request(asked).code == "de"
        assert not choosing.says_no_more(asked)


def test_what_is_remembered_of_requests_is_small_and_says_nothing_of_anybody() -> None:
    choosing._language.cache_clear()
    assert language(cookie=f"kith={'s' * 5000}; language=de") == "de"
    for secret in ("one", "two", "three"):
        assert language(cookie=f"kith={secret}; language=de", accept_language="en") == "de"
    assert language(cookie=f"language={'d' * 60_000}", accept_language="de" + "," * 60_000) == "de"
    assert language(f"lang={'d' * 60_000}") == "en"
    assert choosing._language.cache_info().currsize == 4


async def test_an_answer_says_in_which_language_it_is(client: httpx.AsyncClient) -> None:
    page = await client.get("/events", headers={"Accept-Language": "de"})
    assert page.headers["content-language"] == "de"
    assert '<html lang="de" dir="ltr"' in page.text
    assert {"Accept-Language", "Cookie"} <= {each.strip() for each in page.headers["vary"].split(",")}
