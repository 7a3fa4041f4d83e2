"""Writing to a connection through Kith: a letter, a page to answer it, thirty days, and no address."""

import asyncio
import re
from contextvars import Context
from datetime import timedelta
from email.message import EmailMessage

import httpx
import pytest

from followups import links
from followups.connections import ending
from followups.writing import notes
from members.account import erasing
from members.blocking import blocks
from members.letters import away, letter_hours, letters_wanted
from members.tables import Community, Person
from server import clock, db
from server.composition import timetable
from server.db import transaction
from server.errors import NotFound
from tests.counting import counted
from tests.followups.connections.pairs import connect, going
from tests.followups.mornings import BERLIN, MORNING, at
from tests.gatherings import make_event
from tests.ground import forget_what_has_had_its_time, letters_to, text_of, work_off
from tests.pace import until
from tests.people import As, language_of, make_person

BACK = (MORNING + timedelta(days=3)).replace(hour=0, minute=0)
HELLO = "Shall we bake on *Sunday*?\nI have flour."


async def _letters(person: Person) -> list[EmailMessage]:
    return [each for each in await letters_to(person.email) if "wrote to you" in str(each["Subject"])]


async def _link(person: Person) -> str:
    found = re.search(r"http://[^/]+(/words/\S+)", text_of((await _letters(person))[-1]))
    assert found
    return found[1]


async def test_the_other_gets_a_letter_and_answers_without_signing_in(
    client: httpx.AsyncClient, signed_in: As, ana: Person, bo: Person
) -> None:
    page = f"/connections/{await connect(ana, bo)}"
    anas = await signed_in(ana)
    answer = await anas.post(f"{page}/words", data={"words": HELLO})
    assert answer.status_code == 303
    (letter,) = await _letters(bo)
    assert str(letter["Subject"]) == "Ana wrote to you"
    assert "I have flour." in text_of(letter) and "<em>Sunday</em>" in text_of(letter, "text/html")
    link = await _link(bo)
    shown = (await client.get(link)).text
    assert "I have flour." in shown and "Ana" in shown
    assert (await client.post(link, data={"words": "Gladly."})).status_code == 303
    for browser, where in ((anas, page), (client, link), (await signed_in(bo), page)):
        thread = (await browser.get(where)).text
        assert thread.index("I have flour.") < thread.index("Gladly.")
    assert "Gladly." in text_of((await _letters(ana))[-1])


async def test_no_address_of_either_is_told(
    client: httpx.AsyncClient, signed_in: As, ana: Person, bo: Person
) -> None:
    page = f"/connections/{await connect(ana, bo)}"
    await (await signed_in(ana)).post(f"{page}/words", data={"words": HELLO})
    (letter,) = await _letters(bo)
    assert ana.email not in letter.as_string() and letter["Reply-To"] is None
    assert "ana" not in str(letter["From"]).lower()
    assert letter["List-Unsubscribe"]
    link = await _link(bo)
    assert ana.email not in (await client.get(link)).text
    await client.post(link, data={"words": "Gladly."})
    assert bo.email not in (await _letters(ana))[-1].as_string()


async def test_looking_writes_nothing(
    client: httpx.AsyncClient, signed_in: As, ana: Person, bo: Person
) -> None:
    page = f"/connections/{await connect(ana, bo)}"
    await (await signed_in(ana)).post(f"{page}/words", data={"words": HELLO})
    link = await _link(bo)
    for _ in range(3):
        assert (await client.get(link)).status_code == 200
        assert (await client.get(f"{link}/block")).status_code == 200
    assert await db.value("SELECT count(*) FROM notes_between") == 1
    assert await db.value("SELECT count(*) FROM blocks") == 0


async def test_pressed_twice_it_goes_once(
    client: httpx.AsyncClient, signed_in: As, ana: Person, bo: Person
) -> None:
    page = f"/connections/{await connect(ana, bo)}"
    anas = await signed_in(ana)
    for _ in range(2):
        sent = {"words": HELLO, "ref": "a-key-of-a-form"}
        assert (await anas.post(f"{page}/words", data=sent)).status_code == 303
    assert len(await _letters(bo)) == 1
    link = await _link(bo)
    for _ in range(2):
        sent = {"words": "Gladly.", "ref": "another-key-of-a-form"}
        assert (await client.post(link, data=sent)).status_code == 303
    assert len(await _letters(ana)) == 1


@pytest.mark.parametrize("words", ["", "   ", "x" * 4001])
async def test_what_cannot_be_sent_is_said_beside_the_field(
    client: httpx.AsyncClient, signed_in: As, ana: Person, bo: Person, words: str
) -> None:
    page = f"/connections/{await connect(ana, bo)}"
    answer = await (await signed_in(ana)).post(f"{page}/words", data={"words": words})
    assert answer.status_code == 422 and 'id="f-words-error"' in answer.text
    assert await db.value("SELECT count(*) FROM notes_between") == 0


async def test_five_a_day_to_one_and_ten_a_day_in_all(
    signed_in: As, ana: Person, bo: Person, cleo: Person, dev: Person
) -> None:
    pages = [f"/connections/{await connect(ana, other)}" for other in (bo, cleo, dev)]
    anas = await signed_in(ana)

    async def write(page: str) -> httpx.Response:
        return await anas.post(f"{page}/words", data={"words": "Hello"})

    assert [(await write(pages[0])).status_code for _ in range(6)] == [303] * 5 + [429]
    assert [(await write(pages[1])).status_code for _ in range(5)] == [303] * 5
    late = await write(pages[2])
    assert late.status_code == 429 and "Hello" in late.text
    assert await db.value("SELECT count(*) FROM notes_between") == 10


async def test_a_block_ends_it_at_once_and_in_silence(
    client: httpx.AsyncClient, signed_in: As, ana: Person, bo: Person
) -> None:
    page = f"/connections/{await connect(ana, bo)}"
    anas = await signed_in(ana)
    await anas.post(f"{page}/words", data={"words": HELLO})
    link = await _link(bo)
    await anas.post(f"{page}/words", data={"words": "And I have yeast."})
    await blocks.block(bo, ana)
    assert len(await _letters(bo)) == 1, "what is still due is not sent"
    closed = await client.get(link)
    assert closed.status_code == 410 and "Ana" not in closed.text and "lock" not in _main(closed.text)
    assert (await client.post(link, data={"words": "Gladly."})).status_code == 410
    assert (await anas.get(page)).status_code == 404
    assert (await anas.post(f"{page}/words", data={"words": "?"})).status_code == 404


async def test_whatever_the_reason_a_closed_page_says_the_same(
    client: httpx.AsyncClient, signed_in: As, ana: Person, bo: Person, cleo: Person, dev: Person
) -> None:
    with at(MORNING):
        found = {}
        for other in (bo, cleo, dev):
            found[other.id] = await connect(ana, other)
            number = await db.value("SELECT id FROM connections WHERE public_id = $1", found[other.id])
            found[-other.id] = f"/words/{links.words_token(number, ana.id, since=clock.now())}"
        await blocks.block(bo, ana)
        await ending.end(cleo, found[cleo.id])
        await erasing.erase(dev, email=dev.email)
        closed = [await client.get(found[-other.id]) for other in (bo, cleo, dev)]
    with at(MORNING + timedelta(days=30, seconds=2)):
        closed.append(await client.get(found[-bo.id]))
    assert {answer.status_code for answer in closed} == {410}
    assert len({_main(answer.text) for answer in closed}) == 1


async def test_a_link_of_nobody_is_nothing(
    client: httpx.AsyncClient, ana: Person, bo: Person, cleo: Person
) -> None:
    await connect(ana, bo)
    number = await db.value("SELECT id FROM connections")
    own = links.words_token(number, bo.id, since=clock.now())
    foreign = links.words_token(number, cleo.id, since=clock.now())
    assert (await client.get(f"/words/{own}")).status_code == 200
    assert (await client.get(f"/words/{own}x")).status_code == 404
    assert (await client.get("/words/nothing")).status_code == 404
    assert (await client.get(f"/words/{foreign}")).status_code == 410
    assert (await client.post(f"/words/{foreign}", data={"words": "Hello"})).status_code == 410


async def test_an_ending_ends_it_and_taking_it_back_brings_all_back(
    client: httpx.AsyncClient, signed_in: As, ana: Person, bo: Person
) -> None:
    with at(MORNING):
        name = await connect(ana, bo)
        anas = await signed_in(ana)
        await anas.post(f"/connections/{name}/words", data={"words": HELLO})
        await anas.post(f"/connections/{name}/keeping", data={"note": "Toast"})
        link = await _link(bo)
        await ending.end(ana, name)
        assert (await client.get(link)).status_code == 410
        await ending.undo_end(ana, name)
        assert "I have flour." in (await client.get(link)).text
    with at(MORNING + timedelta(minutes=31)):
        await work_off()
        assert "I have flour." in (await client.get(link)).text
        await ending.end(ana, name)
        await work_off()
        assert await db.value("SELECT count(*) FROM notes_between") == 1
    with at(MORNING + timedelta(minutes=62)):
        await work_off()
        assert await db.value("SELECT count(*) FROM notes_between") == 0
        assert await db.value("SELECT count(*) FROM keepings") == 0


async def test_writing_while_it_ends_sends_nothing_afterwards(committed: str) -> None:
    """Whoever is first: the two neither wait for each other for ever, nor does a letter go out after the end."""
    ana, bo = await make_person("Ana"), await make_person("Bo")
    name = await connect(ana, bo)
    between = await _between(await db.value("SELECT id FROM connections"), ana)
    results = await asyncio.gather(
        *(notes.write(between, HELLO) for _ in range(3)), ending.end(bo, name), return_exceptions=True
    )
    assert results[-1] is None and all(each is None or isinstance(each, NotFound) for each in results)
    assert await _letters(bo) == []


async def test_after_thirty_days_it_is_gone(
    client: httpx.AsyncClient, signed_in: As, ana: Person, bo: Person
) -> None:
    with at(MORNING):
        page = f"/connections/{await connect(ana, bo)}"
        await (await signed_in(ana)).post(f"{page}/words", data={"words": HELLO})
        link = await _link(bo)
    with at(MORNING + timedelta(days=29)):
        await forget_what_has_had_its_time()
        assert "I have flour." in (await client.get(link)).text
    with at(MORNING + timedelta(days=30, seconds=2)):
        assert (await client.get(link)).status_code == 410
        assert "I have flour." not in (await (await signed_in(ana)).get(page)).text
        await forget_what_has_had_its_time()
        assert await db.value("SELECT count(*) FROM notes_between") == 0
    assert any("forget_old" in each.name for each in timetable)


async def test_who_wants_no_letters_finds_it_on_the_page_and_the_writer_learns_nothing(
    signed_in: As, ana: Person, bo: Person
) -> None:
    page = f"/connections/{await connect(ana, bo)}"
    anas = await signed_in(ana)
    first = await anas.post(f"{page}/words", data={"words": "One"})
    await letters_wanted.refuse(bo.id, letters_wanted.CONNECTIONS)
    second = await anas.post(f"{page}/words", data={"words": "Two"})
    assert first.headers["location"] == second.headers["location"]
    assert await _letters(bo) == []
    bos = await signed_in(bo)
    assert "Wrote to you" in (await bos.get("/connections")).text
    assert "Two" in (await bos.get(page)).text
    assert "Wrote to you" not in (await anas.get("/connections")).text
    await bos.post(f"{page}/words", data={"words": "Three"})
    assert "Wrote to you" not in (await bos.get("/connections")).text
    assert "Wrote to you" in (await anas.get("/connections")).text


async def test_who_is_away_gets_it_when_they_are_back(signed_in: As, ana: Person, bo: Person) -> None:
    with at(MORNING):
        page = f"/connections/{await connect(ana, bo)}"
        await away.go(bo, BACK.date())
        await (await signed_in(ana)).post(f"{page}/words", data={"words": HELLO})
        assert await _letters(bo) == []
    with at(BACK - timedelta(minutes=1)):
        assert await _letters(bo) == []
    with at(BACK):
        assert len(await _letters(bo)) == 1


async def test_a_pause_and_quiet_hours_hold_it_too(signed_in: As, ana: Person, bo: Person) -> None:
    with at(MORNING):
        page = f"/connections/{await connect(ana, bo)}"
        await letter_hours.pause(bo, None)
        local = MORNING.astimezone(BERLIN)
        await letter_hours.be_quiet(bo, (local.hour, local.hour + 3))
        await (await signed_in(ana)).post(f"{page}/words", data={"words": HELLO})
        assert await _letters(bo) == []
        await letter_hours.go_on(bo)
        assert await _letters(bo) == []
    over = local.replace(hour=local.hour + 3, minute=0, second=0, microsecond=0)
    with at(over - timedelta(minutes=1)):
        assert await _letters(bo) == []
    with at(over):
        assert len(await _letters(bo)) == 1


@pytest.mark.parametrize("sooner", [0, 4])
async def test_who_is_back_sooner_gets_it_then_and_once(
    signed_in: As, ana: Person, bo: Person, sooner: int
) -> None:
    with at(MORNING):
        page = f"/connections/{await connect(ana, bo)}"
        await away.go(bo, (MORNING + timedelta(days=20)).date())
        await (await signed_in(ana)).post(f"{page}/words", data={"words": HELLO})
        assert await _letters(bo) == []
    with at(MORNING + timedelta(days=2)):
        if sooner:
            await away.go(bo, (MORNING + timedelta(days=sooner)).date())
            assert await _letters(bo) == []
        else:
            await away.come_back(bo)
    with at(MORNING + timedelta(days=max(2, sooner), minutes=1)):
        assert len(await _letters(bo)) == 1
    with at(MORNING + timedelta(days=21)):
        await away.come_back(bo)
        assert len(await _letters(bo)) == 1


async def test_who_stays_away_for_longer_than_it_is_kept_gets_it_on_its_last_day(
    signed_in: As, ana: Person, bo: Person
) -> None:
    with at(MORNING):
        page = f"/connections/{await connect(ana, bo)}"
        await away.go(bo, (MORNING + timedelta(days=90)).date())
        await (await signed_in(ana)).post(f"{page}/words", data={"words": HELLO})
    with at(MORNING + timedelta(days=28)):
        assert await _letters(bo) == []
    with at(MORNING + timedelta(days=29)):
        assert len(await _letters(bo)) == 1


async def test_who_comes_back_while_their_letter_is_in_hand_does_not_wait(
    committed: str, signed_in: As, ana: Person, bo: Person
) -> None:
    page = f"/connections/{await connect(ana, bo)}"
    await away.go(bo, (clock.now() + timedelta(days=20)).date())
    await work_off()
    await (await signed_in(ana)).post(f"{page}/words", data={"words": HELLO})
    async with transaction():
        await away.come_back(bo)
        # It still reads that bo is away, and waits for the word that is being said.
        in_hand = asyncio.create_task(work_off(), context=Context())
        await until(_somebody_waits)
    await in_hand
    assert len(await _letters(bo)) == 1


async def _somebody_waits() -> bool:
    found: bool = await db.value("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
    return found


async def test_writing_costs_the_same_whatever_the_other_keeps_or_wants(
    signed_in: As, ana: Person, bo: Person
) -> None:
    page = f"/connections/{await connect(ana, bo)}"
    anas, bos = await signed_in(ana), await signed_in(bo)
    await anas.post(f"{page}/words", data={"words": "One"})
    async with counted() as before:
        first = await anas.post(f"{page}/words", data={"words": "One"})
    await bos.post(f"{page}/keeping", data={"note": "Toast", "rhythm": "monthly", "unprompted": "true"})
    await letters_wanted.refuse(bo.id, letters_wanted.CONNECTIONS)
    await Person.update({Person.away_until: clock.now() + timedelta(days=3)}).where(Person.id == bo.id)
    async with counted() as after:
        second = await anas.post(f"{page}/words", data={"words": "One"})
    assert before == after
    assert (first.status_code, first.headers["location"]) == (second.status_code, second.headers["location"])


async def test_a_rhythm_begins_anew_for_both_when_one_writes(signed_in: As, ana: Person, bo: Person) -> None:
    with at(MORNING):
        page = f"/connections/{await connect(ana, bo)}"
        for person in (ana, bo):
            await (await signed_in(person)).post(f"{page}/keeping", data={"rhythm": "monthly"})
    with at(MORNING + timedelta(days=40)):
        anas, bos = await signed_in(ana), await signed_in(bo)
        assert "You wanted to see" in (await anas.get(page)).text
        await bos.post(f"{page}/words", data={"words": HELLO})
        assert "You wanted to see" not in (await anas.get(page)).text
        assert "You wanted to see" not in (await bos.get(page)).text


async def test_one_can_block_behind_the_link(
    client: httpx.AsyncClient, signed_in: As, ana: Person, bo: Person
) -> None:
    page = f"/connections/{await connect(ana, bo)}"
    await (await signed_in(ana)).post(f"{page}/words", data={"words": HELLO})
    link = await _link(bo)
    assert "Block Ana" in (await client.get(f"{link}/block")).text
    answer = await client.post(f"{link}/block")
    assert answer.status_code == 303
    assert await db.value("SELECT blocker FROM blocks") == bo.id
    assert (await client.get(link)).status_code == 410


async def test_whoever_erases_their_account_takes_what_they_wrote_with_them(
    signed_in: As, ana: Person, bo: Person
) -> None:
    page = f"/connections/{await connect(ana, bo)}"
    for person in (ana, bo):
        browser = await signed_in(person)
        await browser.post(f"{page}/words", data={"words": HELLO})
        await browser.post(f"{page}/keeping", data={"note": "Toast"})
    await erasing.erase(bo, email=bo.email)
    for table in ("connections", "notes_between", "keepings"):
        assert await db.value(f"SELECT count(*) FROM {table}") == 0, table
    await work_off()


async def test_what_a_guest_wrote_and_kept_goes_with_them_into_their_account(
    signed_in: As, ana: Person, bo: Person
) -> None:
    from members import contributions

    guest = await make_person("Guest", account=False)
    name = await connect(ana, guest)
    number = await db.value("SELECT id FROM connections")
    between = await _between(number, guest)
    await notes.write(between, HELLO)
    await db.run(
        "INSERT INTO keepings (connection, person, note, since) VALUES ($1, $2, 'Toast', $3)",
        number,
        guest.id,
        clock.now(),
    )
    for take_over in contributions.takeovers:
        await take_over(bo, guest)
    await Person.delete().where(Person.id == guest.id)
    bos = await signed_in(bo)
    shown = (await bos.get(f"/connections/{name}")).text
    assert "I have flour." in shown and "Toast" in shown


async def test_who_was_at_the_same_gathering_does_not_matter_to_the_letter(
    signed_in: As, walkers: Community, ana: Person, bo: Person
) -> None:
    page = f"/connections/{await connect(ana, bo)}"
    await going(await make_event(walkers, title="The choir"), ana, bo)
    await (await signed_in(ana)).post(f"{page}/words", data={"words": HELLO})
    assert "The choir" not in text_of((await _letters(bo))[-1])


async def _between(connection: int, person: Person):  # type: ignore[no-untyped-def]
    from followups.writing import queries

    found = await queries.correspondence(connection, person.id)
    assert found
    return found


def _main(page: str) -> str:
    return page.partition("<main")[2].partition("</main")[0]


async def test_a_guests_letters_are_in_the_language_in_which_they_wrote_back(
    client: httpx.AsyncClient, signed_in: As, ana: Person
) -> None:
    gus = await make_person("Gus Hill", account=False)
    page = f"/connections/{await connect(ana, gus)}"
    await (await signed_in(ana)).post(f"{page}/words", data={"words": HELLO})
    await client.post(await _link(gus), data={"words": "Gladly."}, headers={"Accept-Language": "de"})
    assert await language_of(gus) == "de"
