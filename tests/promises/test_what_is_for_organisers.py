"""What is for a community's organisers is for nobody else: not for members, nor for those who organise elsewhere, nor
for those who did so here until just now. Each address is tried by each of them, to look at and to send."""

import re

import httpx
import pytest

from members.blocking import blocks
from members.communities import joining
from members.tables import Community, Person
from server import composition
from tests.everywhere import Everywhere, still
from tests.people import As, join, make_person
from tests.promises.test_rubbish import RIGHT
from tests.promises.worlds import dump

pytestmark = pytest.mark.slow

THEIRS = re.compile(
    r"/communities/{community}/(edit|picture|closing|people|events/new).*"
    r"|/events/{event}/(edit|publication|cancellation|copy|removal|hosts|people|questions|invitations|letters|doors).*"
    r"|/events/{event}/(followup|arrivals).*"
    r"|/asks/{ask}/done.*|/rsvps/.*|/shifts/{shift}/(edit|removal)"
)


@pytest.fixture
async def others(
    everywhere: Everywhere, walkers: Community, ana: Person, bo: Person, cleo: Person
) -> list[Person]:
    """A member, a stranger, an organiser of elsewhere; one who was demoted, one removed, and one who was blocked."""
    demi, rea, blake, omar = [await make_person(name) for name in ("Demi", "Rea", "Blake", "Omar")]
    elsewhere = Community(slug="elsewhere", name="Elsewhere", zone="UTC")
    await elsewhere.save()
    await join(omar, elsewhere, "owner")
    for person in (demi, rea, blake):
        await join(person, walkers, "organiser")
    for person in (demi, blake):
        await joining.change_role(person, walkers, "member", by=ana)
    await joining.remove(rea, walkers, by=ana)
    await blocks.block(ana, blake)
    return [bo, cleo, demi, rea, blake, omar]


def theirs(everywhere: Everywhere) -> list[tuple[str, str]]:
    """Method and address of all that is for organisers."""
    routes = [each for each in composition.routes() if THEIRS.fullmatch(getattr(each, "path", ""))]
    return sorted(
        {(method, everywhere.address(route)) for route in routes for method in route.methods - {"HEAD"}}  # type: ignore[attr-defined]
    )


async def test_nobody_else_sees_or_changes_what_is_for_organisers(
    everywhere: Everywhere, client: httpx.AsyncClient, ana: Person, others: list[Person], signed_in: As
) -> None:
    with still():
        browsers = [await signed_in(person) for person in others]
        before = await dump()
        tried = theirs(everywhere)
        assert len(tried) > 25
        for method, address in tried:
            for browser in browsers:
                answer = await browser.request(method, address, data=RIGHT if method == "POST" else None)
                assert answer.status_code in {403, 404}, (method, address)
            answer = await client.request(method, address, data=RIGHT if method == "POST" else None)
            assert answer.status_code == 404 or answer.headers["location"].startswith("/sign-in?next=")
        assert await dump() == before
        organiser = await signed_in(ana)
        for method, address in tried:
            if method == "GET":
                assert (await organiser.get(address)).status_code in {200, 409}, address


async def test_a_draft_is_not_there_for_anybody_else(
    everywhere: Everywhere, client: httpx.AsyncClient, others: list[Person], signed_in: As
) -> None:
    with still():
        for browser in [client, *[await signed_in(person) for person in others]]:
            for more in (
                "",
                ".ics",
                ".json",
                "/rsvp",
                "/edit",
                "/people",
                "/volunteers",
                "/copy",
                "/publication",
            ):
                address = f"/events/{everywhere.draft.public_id}{more}"
                for method in ("GET", "POST"):
                    answer = await browser.request(method, address)
                    assert answer.status_code in {404, 405}, (method, address)
