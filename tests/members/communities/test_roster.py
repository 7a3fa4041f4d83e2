"""The people of a community, as those see them who look after it."""

import re

import httpx

from members import queries
from members.tables import Community, Person
from server import db
from tests.counting import counted
from tests.paging import address_of, each_page
from tests.people import As

PAGE = "/communities/walkers/people"


async def test_ana_sees_who_belongs_and_as_what(ana: Person, signed_in: As, walkers: Community) -> None:
    page = (await (await signed_in(ana)).get(PAGE)).text
    assert re.search(r"Ana.*Owner.*Bo.*Member.*Dev.*Member", page, re.S)
    assert "@example.org" not in page.replace("ana@example.org", "")


async def test_a_face_has_the_initials_of_a_name_in_every_language(
    ana: Person, signed_in: As, walkers: Community
) -> None:
    await ana.update_self({Person.name: "Ana Ribeiro"})
    browser = await signed_in(ana)
    for language in ("en", "en-XA"):
        page = (await browser.get(PAGE, params={"lang": language})).text
        assert set(re.findall(r'class="avatar tint[^>]*>([^<]*)<', page)) == {"AR", "B", "D"}


async def test_ana_finds_bo_by_name(ana: Person, signed_in: As, walkers: Community) -> None:
    browser = await signed_in(ana)
    page = (await browser.get(PAGE, params={"q": "bO"})).text
    assert ">Bo<" in page and ">Dev<" not in page
    assert "Nobody by that name" in (await browser.get(PAGE, params={"q": "zz"})).text


async def test_ana_makes_bo_an_organiser_and_takes_it_back(
    ana: Person, bo: Person, signed_in: As, walkers: Community
) -> None:
    browser = await signed_in(ana)
    for role in ("organiser", "organiser", "owner", "member"):
        answer = await browser.post(f"{PAGE}/{bo.public_id}/role", data={"role": role})
        assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
        assert await queries.role_in(bo, walkers.id) == role


async def test_there_is_no_such_role(ana: Person, bo: Person, signed_in: As, walkers: Community) -> None:
    browser = await signed_in(ana)
    for role in ("king", "", "owner "):
        answer = await browser.post(f"{PAGE}/{bo.public_id}/role", data={"role": role})
        assert answer.status_code in {303, 404}
    assert await queries.role_in(bo, walkers.id) in {"member", "owner"}


async def test_ana_removes_bo_and_removing_twice_finds_nobody(
    ana: Person, bo: Person, signed_in: As, walkers: Community
) -> None:
    browser = await signed_in(ana)
    assert (await browser.post(f"{PAGE}/{bo.public_id}/removal")).status_code == 303
    assert (await browser.post(f"{PAGE}/{bo.public_id}/removal")).status_code == 404
    assert await queries.role_in(bo, walkers.id) is None


async def test_an_organiser_sees_no_button_for_what_is_the_owners(
    ana: Person, bo: Person, dev: Person, signed_in: As, walkers: Community
) -> None:
    await db.run("UPDATE memberships SET role = 'organiser' WHERE person = $1", bo.id)
    browser = await signed_in(bo)
    page = (await browser.get(PAGE)).text
    assert f"{dev.public_id}/removal" in page
    assert f"{ana.public_id}/removal" not in page and "/role" not in page
    assert (await browser.post(f"{PAGE}/{ana.public_id}/removal")).status_code == 403
    assert (await browser.post(f"{PAGE}/{bo.public_id}/role", data={"role": "owner"})).status_code == 403


async def test_strangers_cannot_be_given_roles(
    ana: Person, cleo: Person, signed_in: As, walkers: Community
) -> None:
    browser = await signed_in(ana)
    assert (await browser.post(f"{PAGE}/{cleo.public_id}/role", data={"role": "owner"})).status_code == 404
    assert (await browser.post(f"{PAGE}/nobody/role", data={"role": "owner"})).status_code == 404


async def test_the_list_comes_in_pages_and_costs_the_same(
    ana: Person, signed_in: As, walkers: Community
) -> None:
    await db.run(
        """
        WITH new AS (
            INSERT INTO people (public_id, email, name, zone, language, created_at)
            SELECT 'many-' || i, 'many' || i || '@example.org', 'Many ' || lpad(i::text, 3, '0'), 'UTC', 'en', now()
            FROM generate_series(1, 120) AS i RETURNING id
        )
        INSERT INTO memberships (community, person, role, joined_at) SELECT $1, id, 'member', now() FROM new
        """,
        walkers.id,
    )
    browser = await signed_in(ana)
    async with counted() as calls:
        first = (await browser.get(PAGE)).text
    assert len(calls) <= 6, calls
    assert "Many 001" in first and "Many 060" not in first
    async with counted() as calls:
        second = (await browser.get(address_of("next", first))).text
    assert len(calls) <= 6, calls
    assert "Many 001" not in second and "Many 060" in second
    back = (await browser.get(address_of("prev", second))).text
    assert "Many 001" in back and "Many 060" not in back and not address_of("prev", back)
    last = (await browser.get(PAGE, params={"page": 3})).text
    assert "Many 120" in last and "Many 001" not in last
    assert "Nobody on this page" in (await browser.get(PAGE, params={"page": 9})).text


async def test_roles_come_first_then_names_whatever_becomes_of_them(
    ana: Person, bo: Person, dev: Person, signed_in: As, walkers: Community
) -> None:
    browser = await signed_in(ana)

    async def listed() -> list[str]:
        page = (await browser.get(PAGE)).text
        return re.findall(r'class="person-name"[^>]*>(?:<bdi>)?([A-Z]\w+)', page)

    assert await listed() == ["Ana", "Bo", "Dev"]
    await browser.post(f"{PAGE}/{dev.public_id}/role", data={"role": "organiser"})
    assert await listed() == ["Ana", "Dev", "Bo"]
    await browser.post(f"{PAGE}/{bo.public_id}/role", data={"role": "organiser"})
    await dev.update_self({Person.name: "Zora"})
    assert await listed() == ["Ana", "Bo", "Zora"]
    await dev.update_self({Person.name: "Zora", Person.called: "Aad"})
    assert "Zora" in (await browser.get(PAGE, params={"q": "aad"})).text
    await browser.post(f"{PAGE}/{bo.public_id}/removal")
    assert await listed() == ["Ana", "Zora"]


async def test_equal_names_stand_on_one_page_each(ana: Person, signed_in: As, walkers: Community) -> None:
    await db.run(
        """
        WITH new AS (
            INSERT INTO people (public_id, email, name, zone, language, created_at)
            SELECT 'same-' || i, 'same' || i || '@example.org', 'Same', 'UTC', 'en', now()
            FROM generate_series(1, 120) AS i RETURNING id
        )
        INSERT INTO memberships (community, person, role, joined_at) SELECT $1, id, 'member', now() FROM new
        """,
        walkers.id,
    )
    seen: list[str] = []
    async for page in each_page(await signed_in(ana), f"{PAGE}?q=same"):
        seen += re.findall(r"/people/(same-\d+)/block", page)
    assert len(seen) == 120 and set(seen) == {f"same-{n}" for n in range(1, 121)}


async def test_names_are_shown_as_they_are(
    ana: Person, bo: Person, signed_in: As, walkers: Community
) -> None:
    await bo.update_self({Person.name: "<b>Bo</b> & 'Co'"})
    page = (await (await signed_in(ana)).get(PAGE)).text
    assert "<b>Bo</b>" not in page and "&lt;b&gt;Bo" in page


async def test_the_people_are_for_nobody_else(client: httpx.AsyncClient, walkers: Community) -> None:
    for page in (PAGE, "/communities/walkers", "/communities"):
        assert "Dev" not in (await client.get(page)).text
