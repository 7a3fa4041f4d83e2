"""The page behind a prompt's letter, and the same in settings: looking changes nothing, one press does."""

import re
from datetime import datetime, timedelta

import httpx
import pytest

from followups.prompts import links, wishes
from followups.prompts import queries as prompts
from followups.prompts.queries import Prompt
from followups.tables import Keeping
from followups.tables import Prompt as Prompts
from members.blocking import blocks
from members.letters import letters_wanted
from members.letters.letters_wanted import CONNECTIONS, PROMPTS
from members.tables import Community, Person
from rsvps.seating import seats
from tests.followups.mornings import BERLIN, at
from tests.followups.prompts.weeks import MET, connect, gathering, told
from tests.people import As, language_of, make_person

NOON = datetime(2026, 11, 16, 12, 0, tzinfo=BERLIN)
CHOICES = ("later", "silence", "less", "never")


async def prompted(walkers: Community, ana: Person, bo: Person) -> Prompt:
    """Bo is told that Ana comes, too."""
    met = await gathering(walkers, MET, ana, bo, title="Walk to the mill")
    await connect(ana, bo, met)
    await gathering(walkers, NOON + timedelta(days=3, hours=7), ana, bo, title="Soup and songs")
    row = await told(bo, NOON)
    assert row
    return await as_it_is(row.id)


async def as_it_is(number: int) -> Prompt:
    found = await prompts.prompt(number)
    assert found
    return found


async def said(prompt: Prompt) -> dict[str, bool]:
    now = await as_it_is(prompt.id)
    return {
        "later": now.put_off_at is not None,
        "silence": now.silent,
        "less": now.less,
        "never": not await letters_wanted.wants(now.person.id, PROMPTS),
    }


def presses(prompt: Prompt, choice: str, *, back: bool = False) -> str:
    return f"{links.path(prompt)}/choices/{choice}" + ("/removal" if back else "")


async def test_looking_shows_what_it_says_and_changes_nothing(
    client: httpx.AsyncClient, walkers: Community, ana: Person, bo: Person
) -> None:
    prompt = await prompted(walkers, ana, bo)
    with at(NOON):
        for choice in ("", *CHOICES, "rubbish"):
            page = await client.get(links.path(prompt, choice))
            assert page.status_code == 200
            assert "You and <bdi>Ana</bdi> met at <bdi>Walk to the mill</bdi>." in page.text
            assert "You are both coming to <bdi>Soup and songs</bdi> on Thursday." in page.text
            assert "because you and <bdi>Ana</bdi> are connected" in page.text
    assert await said(prompt) == dict.fromkeys(CHOICES, False)


async def test_after_a_season_one_writes_from_it(
    client: httpx.AsyncClient, walkers: Community, ana: Person, bo: Person
) -> None:
    met = await gathering(walkers, MET, ana, bo, title="Walk to the mill")
    await connect(ana, bo, met)
    await gathering(walkers, NOON + timedelta(days=3, hours=7), title="Soup and songs")
    row = await told(bo, NOON)
    assert row and row.kind == "season"
    with at(NOON):
        page = (await client.get(links.path(await as_it_is(row.id)))).text
        assert "See the gathering" in page
        write = re.search(r'href="(/words/[^"]+)"[^>]*>(?:<svg.*?</svg>)?\s*Write to Ana', page, re.DOTALL)
        assert write and "Write to Ana" in (await client.get(write[1])).text


@pytest.mark.parametrize("account", [True, False])
async def test_who_has_settings_is_sent_there_and_guests_are_not(
    client: httpx.AsyncClient, walkers: Community, ana: Person, account: bool
) -> None:
    prompt = await prompted(walkers, ana, await make_person("Gus Hill", account=account))
    with at(NOON):
        page = (await client.get(links.path(prompt))).text
    assert ('href="/settings/letters"' in page) is account


@pytest.mark.parametrize("choice", CHOICES)
async def test_one_press_says_it_and_one_takes_it_back(
    client: httpx.AsyncClient, walkers: Community, ana: Person, bo: Person, choice: str
) -> None:
    prompt = await prompted(walkers, ana, bo)
    with at(NOON):
        page = await client.get(links.path(prompt, choice))
        assert f'action="{presses(prompt, choice)}"' in page.text
        for _ in range(2):
            assert (await client.post(presses(prompt, choice))).status_code == 303
            assert await said(prompt) == {each: each == choice for each in CHOICES}
        page = await client.get(links.path(prompt, choice))
        assert f'action="{presses(prompt, choice, back=True)}"' in page.text
        for _ in range(2):
            assert (await client.post(presses(prompt, choice, back=True))).status_code == 303
            assert await said(prompt) == dict.fromkeys(CHOICES, False)


async def test_less_does_not_bring_back_what_was_refused(
    client: httpx.AsyncClient, walkers: Community, ana: Person, bo: Person
) -> None:
    prompt = await prompted(walkers, ana, bo)
    with at(NOON):
        await client.post(presses(prompt, "never"))
        await client.post(presses(prompt, "less"))
    assert await said(prompt) == {"later": False, "silence": False, "less": True, "never": True}


async def test_rubbish_is_not_found_and_old_links_say_so(
    client: httpx.AsyncClient, walkers: Community, ana: Person, bo: Person
) -> None:
    prompt = await prompted(walkers, ana, bo)
    with at(NOON):
        assert (await client.get("/prompts/rubbish")).status_code == 404
        assert (await client.get(links.path(prompt)[:-1])).status_code == 404
        assert (await client.post(presses(prompt, "rubbish"))).status_code == 404
        assert (await client.post(presses(prompt, "rubbish", back=True))).status_code == 404
        assert (await client.post("/prompts/rubbish/choices/never")).status_code == 404
    with at(NOON + timedelta(days=181)):
        page = await client.get(links.path(prompt))
        assert page.status_code == 410
        assert "from long ago" in page.text
        await Prompts.delete().where(Prompts.id == prompt.id)
    with at(NOON):
        assert (await client.get(links.path(prompt))).status_code == 404


@pytest.mark.parametrize("what", ["blocked", "ended", "declined"])
async def test_what_is_not_so_any_more_is_not_shown(
    client: httpx.AsyncClient, walkers: Community, ana: Person, bo: Person, what: str
) -> None:
    prompt = await prompted(walkers, ana, bo)
    with at(NOON):
        if what == "blocked":
            await blocks.block(ana, bo)
        elif what == "ended":
            await Prompts.raw("UPDATE connections SET ended_at = {}", NOON)
        else:
            await seats.answer(prompt.event, ana, answer="declined", by=ana)
        page = await client.get(links.path(prompt))
        assert page.status_code == 200
        assert "is not so any more" in page.text
        assert "Soup and songs" not in page.text
        assert ("Ana" in page.text) is (what == "declined")
        assert (await client.post(presses(prompt, "less"))).status_code == 303


async def test_this_weeks_is_on_the_agenda_until_it_is_put_off(
    signed_in: As, walkers: Community, ana: Person, bo: Person
) -> None:
    prompt = await prompted(walkers, ana, bo)
    with at(NOON):
        browser, hers = await signed_in(bo), await signed_in(ana)
        page = await browser.get("/")
        assert "You and <bdi>Ana</bdi> met at" in page.text
        assert "waits for your answer" not in page.text
        assert f'action="{presses(prompt, "later")}"' in page.text
        assert "Staying in touch" not in (await hers.get("/")).text
        await browser.post(presses(prompt, "later"))
        assert "You and <bdi>Ana</bdi> met at" not in (await browser.get("/")).text
    with at(NOON + timedelta(days=7)):
        assert "Staying in touch" not in (await browser.get("/")).text


async def test_in_settings_one_chooses_how_often(signed_in: As, bo: Person) -> None:
    browser = await signed_in(bo)
    for how_often, wanted, chosen in (
        ("monthly", True, "monthly"),
        ("never", False, "monthly"),
        ("weekly", True, "weekly"),
    ):
        assert (await browser.post("/settings/prompts", data={"how_often": how_often})).status_code == 303
        assert await letters_wanted.wants(bo.id, PROMPTS) is wanted
        assert await prompts.how_often(bo) == chosen
        page = (await browser.get("/settings/letters")).text
        assert "never name the same person twice in a row" in page
        assert re.search(rf'value="{how_often}"[^>]* checked', page)
    assert (await browser.post("/settings/prompts", data={"how_often": "hourly"})).status_code == 303
    assert await prompts.how_often(bo) == "weekly"


async def test_other_kinds_of_letters_are_chosen_without_touching_it(signed_in: As, bo: Person) -> None:
    browser = await signed_in(bo)
    await wishes.be_told(bo, "never")
    await browser.post("/settings/letters", data={"wanted": ["reminders"]})
    assert not await letters_wanted.wants(bo.id, PROMPTS)
    assert not await letters_wanted.wants(bo.id, CONNECTIONS)
    await wishes.be_told(bo, "weekly")
    await browser.post("/settings/letters", data={"wanted": []})
    assert await letters_wanted.wants(bo.id, PROMPTS)


async def test_who_is_not_signed_in_has_no_settings(client: httpx.AsyncClient) -> None:
    answer = await client.post("/settings/prompts", data={"how_often": "never"})
    assert answer.status_code in {303, 401}
    assert await Keeping.count() == 0


async def test_a_guests_letters_are_in_the_language_in_which_they_chose(
    client: httpx.AsyncClient, walkers: Community, ana: Person
) -> None:
    gus = await make_person("Gus Hill", account=False)
    prompt = await prompted(walkers, ana, gus)
    with at(NOON):
        page = f"{links.path(prompt).partition('?')[0]}/choices/later"
        for language, address in (("de", page), ("en-XA", f"{page}/removal")):
            assert (await client.post(address, headers={"Accept-Language": language})).status_code == 303
            assert await language_of(gus) == language
