"""Reading a list page by page, as somebody does who presses "Later"."""

import html
import re
from collections.abc import AsyncIterator

import httpx


def address_of(rel: str, page: str) -> str:
    """Where "next" or "prev" leads; empty where there is no such page."""
    found = re.search(rf'href="([^"]+)" rel="{rel}"', page)
    return html.unescape(found[1]) if found else ""


async def each_page(browser: httpx.AsyncClient, address: str) -> AsyncIterator[str]:
    """The pages of a list from this address on, one after the other."""
    while address:
        answer = await browser.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        yield answer.text
        further = address_of("next", answer.text)
        address = str(answer.url.join(further)) if further else ""
