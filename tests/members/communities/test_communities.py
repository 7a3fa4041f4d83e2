"""Communities: beginning one, its page, changing and closing it."""

import re

import httpx
import pytest
from markupsafe import Markup

from members import contributions, queries
from members.communities import founding
from members.forms import NewCommunityFields
from members.tables import Community, Person
from server import db
from tests.counting import counted
from tests.paging import each_page
from tests.people import As, join


async def test_who_is_not_signed_in_is_led_there_and_back(client: httpx.AsyncClient) -> None:
    answer = await client.get("/communities/new")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Fcommunities%2Fnew")


async def test_anybody_sees_the_page_and_nobody_how_many_belong(
    client: httpx.AsyncClient, walkers: Community
) -> None:
    page = await client.get("/communities/walkers")
    assert page.status_code == 200 and "Sunday Walkers" in page.text and "Join" in page.text
    assert not re.search(r"\b\d+ (members?|people)\b", page.text)


async def test_there_is_nothing_where_there_is_no_community(client: httpx.AsyncClient) -> None:
    assert (await client.get("/communities/nowhere")).status_code == 404
    assert (await client.get("/communities/..%2Fx")).status_code == 404


async def test_cleo_joins_and_leaves_by_the_buttons_of_the_page(
    cleo: Person, signed_in: As, walkers: Community
) -> None:
    browser = await signed_in(cleo)
    for _ in range(2):
        assert (await browser.post("/communities/walkers/membership")).status_code == 303
    assert "You are a member" in (await browser.get("/communities/walkers")).text
    for _ in range(2):
        assert (await browser.post("/communities/walkers/membership/removal")).status_code == 303
    assert await queries.role_in(cleo, walkers.id) is None


async def test_the_last_owner_is_told_why_they_cannot_leave(
    ana: Person, signed_in: As, walkers: Community
) -> None:
    answer = await (await signed_in(ana)).post("/communities/walkers/membership/removal")
    assert answer.status_code == 422 and "needs an owner" in answer.text


async def test_the_page_costs_few_queries(bo: Person, signed_in: As, walkers: Community) -> None:
    browser = await signed_in(bo)
    async with counted() as calls:
        await browser.get("/communities/walkers")
    assert len(calls) <= 8, calls


async def test_other_packages_draw_their_part(client: httpx.AsyncClient, walkers: Community) -> None:
    async def draw(_request: object, community: Community) -> Markup:
        return Markup(f"<p>drawn for {community.slug}</p>")

    panel = contributions.CommunityPanel("test", draw)
    contributions.community_panels.append(panel)
    try:
        assert "<p>drawn for walkers</p>" in (await client.get("/communities/walkers")).text
    finally:
        contributions.community_panels.remove(panel)


ORGANISERS_PAGES = ["/communities/walkers/edit", "/communities/walkers/people"]
OWNERS_PAGES = ["/communities/walkers/closing"]


@pytest.mark.parametrize("page", ORGANISERS_PAGES + OWNERS_PAGES)
async def test_members_and_strangers_may_not_touch(
    bo: Person, cleo: Person, signed_in: As, client: httpx.AsyncClient, walkers: Community, page: str
) -> None:
    for who in (bo, cleo):
        browser = await signed_in(who)
        assert (await browser.get(page)).status_code == 403
    assert (await client.get(page)).status_code == 303


@pytest.mark.parametrize(
    "page",
    [
        "/communities/walkers/edit",
        "/communities/walkers/picture/removal",
        "/communities/walkers/closing",
        "/communities/walkers/people/{dev}/role",
        "/communities/walkers/people/{dev}/removal",
    ],
)
async def test_members_and_strangers_change_nothing(
    bo: Person,
    cleo: Person,
    dev: Person,
    signed_in: As,
    client: httpx.AsyncClient,
    walkers: Community,
    page: str,
) -> None:
    page = page.format(dev=dev.public_id)
    for who in (bo, cleo):
        answer = await (await signed_in(who)).post(
            page, data={"name": "Sunday Walkers", "role": "owner", "zone": "UTC"}
        )
        assert answer.status_code == 403
    assert (await client.post(page)).status_code == 303
    assert await queries.role_in(dev, walkers.id) == "member"
    assert (await queries.community_by_slug("walkers")) is not None


async def test_an_organiser_may_edit_and_not_close(bo: Person, signed_in: As, walkers: Community) -> None:
    await db.run("UPDATE memberships SET role = 'organiser' WHERE person = $1", bo.id)
    browser = await signed_in(bo)
    assert [(await browser.get(page)).status_code for page in ORGANISERS_PAGES + OWNERS_PAGES] == [
        200,
        200,
        403,
    ]


async def test_a_demoted_organiser_touches_nothing_any_more(
    bo: Person, signed_in: As, walkers: Community
) -> None:
    await db.run("UPDATE memberships SET role = 'organiser' WHERE person = $1", bo.id)
    browser = await signed_in(bo)
    await db.run("UPDATE memberships SET role = 'member' WHERE person = $1", bo.id)
    assert [(await browser.get(page)).status_code for page in ORGANISERS_PAGES] == [403, 403]


async def test_an_organiser_of_elsewhere_touches_nothing_here(
    cleo: Person, signed_in: As, walkers: Community
) -> None:
    elsewhere = Community(slug="elsewhere", name="Elsewhere")
    await elsewhere.save()
    await join(cleo, elsewhere, "owner")
    browser = await signed_in(cleo)
    assert [(await browser.get(page)).status_code for page in ORGANISERS_PAGES] == [403, 403]


async def test_the_list_shows_mine_and_all(
    bo: Person, signed_in: As, client: httpx.AsyncClient, walkers: Community
) -> None:
    assert "Yours" in (await (await signed_in(bo)).get("/communities")).text
    page = await client.get("/communities")
    assert "Sunday Walkers" in page.text and "Yours" not in page.text


async def test_the_list_comes_in_pages(client: httpx.AsyncClient) -> None:
    await db.run(
        """
        INSERT INTO communities (slug, name, summary, about, place, zone, created_at)
        SELECT 'c-' || i, 'C ' || lpad(i::text, 3, '0'), '', '', '', 'UTC', now() FROM generate_series(1, 51) AS i
        """
    )
    first, second = [(await client.get(f"/communities?page={page}")).text for page in (1, 2)]
    assert "C 001" in first and "C 051" not in first
    assert "C 051" in second and "C 001" not in second
    for odd in ("0", "-1", "x", "99999999999999999999", "²"):
        assert (await client.get(f"/communities?page={odd}")).status_code == 200


async def test_a_stranger_finds_a_community_by_its_words(client: httpx.AsyncClient, ana: Person) -> None:
    for slug, name, place in (("choir", "The Canal Choir", "Leipzig"), ("soup", "Soup Kitchen", "Halle")):
        await founding.found(ana, NewCommunityFields(slug=slug, name=name, place=place, zone="UTC"))
    front = await client.get("/")
    assert 'href="/communities"' in front.text
    for words, found in (
        ("choir", ["choir"]),
        ("canals", ["choir"]),
        ("halle", ["soup"]),
        ("kicthen", ["soup"]),
        ("zebra", []),
        ("&|!", ["choir", "soup"]),
        ("", ["choir", "soup"]),
    ):
        page = await client.get("/communities", params={"q": words})
        assert [slug for slug in ("choir", "soup") if f'href="/communities/{slug}"' in page.text] == found, (
            words
        )
    assert "No community like that" in (await client.get("/communities?q=zebra")).text


async def test_found_communities_come_in_pages(
    client: httpx.AsyncClient, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    for number in range(5):
        fields = NewCommunityFields(slug=f"choir-{number}", name=f"Choir {number}", place="", zone="UTC")
        await founding.found(ana, fields)
    seen = [
        slug
        async for page in each_page(client, "/communities?q=choir")
        for slug in re.findall(r'href="/communities/(choir-\d)"', page)
    ]
    assert seen == [f"choir-{number}" for number in range(5)]
