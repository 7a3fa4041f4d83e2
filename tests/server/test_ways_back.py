"""Back arrows lead where somebody came from: a page that gathers others, of this site; else to the page's parent."""

import re

import httpx
import pytest

from events.tables import Event
from members.tables import Community, Person
from server import pages
from server.pages import url
from server.settings import settings
from tests.gatherings import make_event
from tests.people import As

ARROW = re.compile(r'<a class="back-link" href="([^"]*)">.*?<span[^>]*>(.*?)</span>', re.DOTALL)


async def arrow(browser: httpx.AsyncClient, path: str, *, referer: str | None = None) -> tuple[str, str]:
    headers = {} if referer is None else {"referer": referer}
    found: list[tuple[str, str]] = ARROW.findall((await browser.get(path, headers=headers)).text)
    assert len(found) == 1
    return found[0]


def invitations(event: Event) -> str:
    return url("rsvps:invitations", event=event.public_id)


def people(event: Event) -> str:
    return url("rsvps:people", event=event.public_id)


async def test_an_arrow_leads_where_ana_came_from(walkers: Community, ana: Person, signed_in: As) -> None:
    event = await make_event(walkers, ana)
    browser = await signed_in(ana)
    for before, label in (
        ("/", "Agenda"),
        ("/events?q=walk", "What’s on"),
        (url("events:event", event=event.public_id), "The gathering"),
        (f"{people(event)}?q=bo", "Who is coming"),
    ):
        there = await arrow(browser, invitations(event), referer=settings.base_url + before)
        assert there == (before, label)


async def test_the_page_that_is_the_parent_too_keeps_its_name_and_what_was_asked_of_it(
    walkers: Community, ana: Person, signed_in: As
) -> None:
    event = await make_event(walkers, ana, title="Supper")
    browser = await signed_in(ana)
    here = url("events:event", event=event.public_id)
    assert await arrow(browser, people(event), referer=settings.base_url + here) == (here, "Supper")


@pytest.mark.parametrize(
    "referer",
    [
        None,
        "",
        "https://evil.example/",
        "https://evil.example/events",
        f"{settings.base_url}.evil.example/events",
        f"{settings.base_url}//evil.example",
        f"{settings.base_url}/sign-in",
        f"{settings.base_url}/settings/account?next=//evil.example",
        "javascript:alert(1)",
        "http://[",
    ],
)
async def test_from_anywhere_else_and_from_letters_it_leads_to_the_pages_parent(
    walkers: Community, ana: Person, signed_in: As, referer: str | None
) -> None:
    event = await make_event(walkers, ana)
    browser = await signed_in(ana)
    assert await arrow(browser, invitations(event), referer=referer) == (people(event), "Who is coming")


async def test_a_page_that_sends_its_form_to_itself_leads_to_its_parent(
    walkers: Community, ana: Person, signed_in: As
) -> None:
    event = await make_event(walkers, ana, title="Supper")
    here = people(event)
    parent = (url("events:event", event=event.public_id), "Supper")
    assert (
        await arrow(await signed_in(ana), here, referer=f"{settings.base_url}{here}?status=going") == parent
    )


def test_every_arrow_asks_where_its_reader_came_from() -> None:
    templates = pages.FRONTEND / "templates"
    # What these lead to depends on a secret in their address, not on where somebody was before.
    apart = {
        "components/actions.html",
        "dev/components.html",
        "members/blocks_behind_link.html",
        "rsvps/arrival.html",
    }
    for page in templates.rglob("*.html"):
        if page.relative_to(templates).as_posix() not in apart:
            for arrow in re.findall(r"actions\.back\(.*", page.read_text()):
                assert "came_from" in arrow, page
