"""Communities: beginning one, its page, changing and closing it."""

import asyncio
import io
import re
from datetime import timedelta

import httpx
import pytest
import time_machine
from markupsafe import Markup
from PIL import Image

from members import contributions, founding, queries
from members.forms import NewCommunityFields
from members.slugs import slug_of
from members.tables import Community, Membership, Person
from server import db
from tests.counting import counted
from tests.gatherings import make_event
from tests.ground import work_off
from tests.people import As, join


def a_picture() -> dict[str, tuple[str, bytes, str]]:
    written = io.BytesIO()
    Image.new("RGB", (640, 360), "green").save(written, "JPEG")
    return {"picture": ("us.jpg", written.getvalue(), "image/jpeg")}


GARDEN = {"name": "Garden Friends", "summary": "We dig.", "zone": "Europe/Berlin", "about": "**Come** along."}


async def test_cleo_begins_a_community_and_owns_it(cleo: Person, signed_in: As) -> None:
    browser = await signed_in(cleo)
    assert (await browser.get("/communities/new")).status_code == 200
    answer = await browser.post("/communities/new", data=GARDEN)
    assert (answer.status_code, answer.headers["location"]) == (303, "/communities/garden-friends")
    page = (await browser.get("/communities/garden-friends")).text
    assert "Garden Friends" in page and "<strong>Come</strong>" in page and "You are an owner" in page


async def test_who_is_not_signed_in_is_led_there_and_back(client: httpx.AsyncClient) -> None:
    answer = await client.get("/communities/new")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Fcommunities%2Fnew")


async def test_a_community_needs_a_name_and_a_zone_that_exists(cleo: Person, signed_in: As) -> None:
    browser = await signed_in(cleo)
    answer = await browser.post(
        "/communities/new", data={"name": "", "zone": "Moon/Tycho", "summary": "kept"}
    )
    assert answer.status_code == 422
    assert (
        "Please fill this in" in answer.text
        and "time zone from the list" in answer.text
        and "kept" in answer.text
    )


async def test_what_is_not_asked_for_is_ignored(cleo: Person, signed_in: As) -> None:
    browser = await signed_in(cleo)
    await browser.post(
        "/communities/new", data={**GARDEN, "id": "7", "role": "member", "created_at": "1999-01-01"}
    )
    community = await queries.community_by_slug("garden-friends")
    assert community and community.created_at.year > 2000
    assert await queries.role_in(cleo, community.id) == "owner"


@pytest.mark.parametrize("slug", ["new", "Edit", "people"])
async def test_some_addresses_are_kiths_own(cleo: Person, signed_in: As, slug: str) -> None:
    answer = await (await signed_in(cleo)).post("/communities/new", data={**GARDEN, "slug": slug})
    assert answer.status_code == 422 and "taken by Kith itself" in answer.text


@pytest.mark.parametrize("slug", ["a b", "café", "-x", "x-", "a--b", "a/b", "x" * 61, "a", "../new"])
async def test_an_address_is_small_letters_digits_and_dashes(cleo: Person, signed_in: As, slug: str) -> None:
    answer = await (await signed_in(cleo)).post("/communities/new", data={**GARDEN, "slug": slug})
    assert answer.status_code == 422 and 'id="f-slug-error"' in answer.text


async def test_an_address_that_is_taken_is_said_beside_the_field(
    cleo: Person, signed_in: As, walkers: Community
) -> None:
    answer = await (await signed_in(cleo)).post("/communities/new", data={**GARDEN, "slug": "walkers"})
    assert answer.status_code == 422 and "has this address already" in answer.text


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Café Übermut!", "cafe-ubermut"),
        ("  Sunday   Walkers ", "sunday-walkers"),
        ("Zoe's and Bo’s", "zoes-and-bos"),
        ("Клуб", ""),
        ("--", ""),
        ("A" * 99, "a" * 60),
    ],
)
def test_an_address_is_made_of_the_name(name: str, slug: str) -> None:
    assert slug_of(name) == slug


async def test_equal_names_get_different_addresses(cleo: Person) -> None:
    slugs = [
        (await founding.found(cleo, NewCommunityFields(name="Chess", zone="UTC"))).slug for _ in range(12)
    ]
    assert slugs[:3] == ["chess", "chess-2", "chess-3"] and len(set(slugs)) == 12


@pytest.mark.parametrize("name", ["New", "Клуб", "!", "People"])
async def test_every_name_finds_an_address(cleo: Person, client: httpx.AsyncClient, name: str) -> None:
    community = await founding.found(cleo, NewCommunityFields(name=name, zone="UTC"))
    assert re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", community.slug)
    assert name in (await client.get(f"/communities/{community.slug}")).text


async def test_ten_who_begin_the_same_at_once_get_ten_addresses(committed: str, cleo: Person) -> None:
    fields = NewCommunityFields(name="Choir", zone="UTC")
    found = await asyncio.gather(*(founding.found(cleo, fields) for _ in range(8)))
    assert len({community.slug for community in found}) == 8


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


async def test_ana_changes_what_the_page_says(ana: Person, signed_in: As, walkers: Community) -> None:
    browser = await signed_in(ana)
    assert "Sunday Walkers" in (await browser.get("/communities/walkers/edit")).text
    fields = {"name": "Walkers", "zone": "Europe/Paris", "about": "<script>alert(1)</script> & more"}
    assert (await browser.post("/communities/walkers/edit", data=fields)).status_code == 303
    page = (await browser.get("/communities/walkers")).text
    assert "<script>alert(1)" not in page and "Walkers" in page


async def test_a_picture_is_shown_once_it_is_ready(ana: Person, signed_in: As, walkers: Community) -> None:
    browser = await signed_in(ana)
    fields = {"name": "Walkers", "zone": "Europe/Berlin"}
    assert (
        await browser.post("/communities/walkers/edit", data=fields, files=a_picture())
    ).status_code == 303
    page = (await browser.get("/communities/walkers")).text
    assert "being made ready" in page and 'class="cover' in page
    await work_off()
    page = (await browser.get("/communities/walkers")).text
    (address,) = set(re.findall(r"/pictures/[^/]+/large.webp", page))
    assert "being made ready" not in page and (await browser.get(address)).status_code == 200
    assert (await browser.post("/communities/walkers/picture/removal")).status_code == 303
    assert (await browser.get(address)).status_code == 404
    assert await db.value("SELECT count(*) FROM pictures") == 0


async def test_what_is_no_picture_is_said_beside_the_field(
    ana: Person, signed_in: As, walkers: Community
) -> None:
    browser = await signed_in(ana)
    bad = {"picture": ("evil.svg", b"<svg onload=alert(1)>", "image/svg+xml")}
    answer = await browser.post("/communities/walkers/edit", data={"name": "W", "zone": "UTC"}, files=bad)
    assert answer.status_code == 422 and 'id="f-picture-error"' in answer.text
    assert (await queries.community_by_slug("walkers")).name == "Sunday Walkers"  # type: ignore[union-attr]


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


async def test_ana_closes_the_community_by_typing_its_name(
    ana: Person, signed_in: As, walkers: Community
) -> None:
    browser = await signed_in(ana)
    wrong = await browser.post("/communities/walkers/closing", data={"name": "Walkers"})
    assert wrong.status_code == 422 and "just as it is written" in wrong.text
    assert (
        await browser.post("/communities/walkers/closing", data={"name": "sunday walkers"})
    ).status_code == 303
    assert (await browser.get("/communities/walkers")).status_code == 404
    assert await Membership.count() == 0


async def test_a_community_that_others_count_on_is_not_closed(
    ana: Person, signed_in: As, walkers: Community
) -> None:
    async def objection(_community: Community) -> str:
        return "There is a gathering to come."

    contributions.objections_to_closing.append(objection)
    try:
        answer = await (await signed_in(ana)).post(
            "/communities/walkers/closing", data={"name": "Sunday Walkers"}
        )
    finally:
        contributions.objections_to_closing.remove(objection)
    assert answer.status_code == 422 and "There is a gathering to come." in answer.text
    assert await queries.community_by_slug("walkers")


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


async def test_a_community_with_a_gathering_to_come_is_not_closed(
    ana: Person, bo: Person, signed_in: As, walkers: Community
) -> None:
    event = await make_event(walkers, ana)
    browser = await signed_in(ana)
    answer = await browser.post("/communities/walkers/closing", data={"name": "Sunday Walkers"})
    assert answer.status_code == 422 and "still to come" in answer.text
    with time_machine.travel(event.starts_at + timedelta(days=1), tick=True):
        browser = await signed_in(ana)
        answer = await browser.post("/communities/walkers/closing", data={"name": "Sunday Walkers"})
    assert answer.status_code == 303 and await queries.community_by_slug("walkers") is None
