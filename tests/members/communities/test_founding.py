"""Communities begin, change and close."""

import asyncio
import io
import re

import pytest
from PIL import Image

from members import contributions, queries
from members.communities import founding
from members.forms import NewCommunityFields
from members.tables import Community, Membership, Person
from server import db
from tests.ground import work_off
from tests.people import As


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
    assert answer.status_code == 422 and "Kith uses that address" in answer.text


async def test_an_address_that_is_taken_is_said_beside_the_field(
    cleo: Person, signed_in: As, walkers: Community
) -> None:
    answer = await (await signed_in(cleo)).post("/communities/new", data={**GARDEN, "slug": "walkers"})
    assert answer.status_code == 422 and "has this address already" in answer.text


async def test_ten_who_begin_the_same_at_once_get_ten_addresses(committed: str, cleo: Person) -> None:
    fields = NewCommunityFields(name="Choir", zone="UTC")
    found = await asyncio.gather(*(founding.found(cleo, fields) for _ in range(8)))
    assert len({community.slug for community in found}) == 8


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
