"""The cast: ana organises, bo is a member, cleo is a stranger, dev volunteers. The same in every test."""

from collections.abc import Awaitable, Callable

import httpx
import pytest_asyncio

from members.account import sessions
from members.tables import Community, Membership, Person
from server import clock
from server.settings import settings

As = Callable[[Person], Awaitable[httpx.AsyncClient]]


async def make_person(name: str, *, account: bool = True) -> Person:
    """Somebody with an address at example.org, who has signed in before unless told otherwise."""
    person = Person(
        email=f"{name.lower().replace(' ', '.')}@example.org",
        name=name,
        zone="Europe/Berlin",
        signed_in_at=clock.now() if account else None,
    )
    await person.save()
    return person


async def language_of(person: Person) -> str:
    """The code of the language that somebody reads, as it is now."""
    found = await Person.objects().get(Person.id == person.id)
    assert found
    return found.language


async def join(person: Person, community: Community, role: str = "member") -> Membership:
    """Make somebody a member."""
    membership = Membership(community=community.id, person=person.id, role=role)
    await membership.save()
    return membership


@pytest_asyncio.fixture(loop_scope="session")
async def ana() -> Person:
    """Organises."""
    return await make_person("Ana")


@pytest_asyncio.fixture(loop_scope="session")
async def bo() -> Person:
    """Is a member."""
    return await make_person("Bo")


@pytest_asyncio.fixture(loop_scope="session")
async def cleo() -> Person:
    """Is a stranger with an account."""
    return await make_person("Cleo")


@pytest_asyncio.fixture(loop_scope="session")
async def dev() -> Person:
    """Volunteers."""
    return await make_person("Dev")


@pytest_asyncio.fixture(loop_scope="session")
async def walkers(ana: Person, bo: Person, dev: Person) -> Community:
    """The community that ana owns and bo and dev belong to."""
    community = Community(slug="walkers", name="Sunday Walkers", zone="Europe/Berlin")
    await community.save()
    await join(ana, community, "owner")
    await join(bo, community)
    await join(dev, community)
    return community


@pytest_asyncio.fixture(loop_scope="session")
async def signed_in(app):  # type: ignore[no-untyped-def]
    """`browser = await signed_in(bo)`: a browser in which bo is signed in."""
    browsers = []

    async def sign_in(person: Person) -> httpx.AsyncClient:
        secret = await sessions.open_session(person, browser="Firefox on Linux")
        browser = httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url=settings.base_url, cookies={sessions.COOKIE: secret}
        )
        browsers.append(browser)
        return browser

    yield sign_in
    for browser in browsers:
        await browser.aclose()
