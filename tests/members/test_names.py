"""What others see of a name."""

import re

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.hosting import co_hosts
from followups.connections.mail import connected as tell_connected
from members.names import NOBODY, first, short, whole
from members.tables import Community, Person
from rsvps.attending import by_letter
from rsvps.seating import seats
from server import db
from server.db import transaction
from server.jobs import later
from server.pages import url
from tests.everywhere import Everywhere, still
from tests.followups.connections.pairs import connect
from tests.gatherings import make_event
from tests.ground import letters_to, text_of, work_off
from tests.people import As
from tests.promises.worlds import (
    every_letter_about_a_series_that_moves,
    every_letter_about_answers,
    every_letter_about_choosing,
    every_letter_about_helping,
    letters,
    the_letter_about_being_counted_in,
)


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("Ana María Ruiz", "Ana R."),
        ("bo", "bo"),
        ("Schmidt, Anna", "Anna S."),
        ("Schmidt, Dr. Anna Maria", "Anna S."),
        ("Yuki T.", "Yuki T."),
        ("Yuki T..", "Yuki T."),
        ("Dr. Jana Novák", "Jana N."),
        ("Prof. Dr. med. Jana Novák, Ph.D.", "Jana N."),
        ("Prof.Dr.Novák", "Novák"),
        ("MUDr. Jana Nováková", "Jana N."),
        ("Dipl.-Ing. (FH) Jan Huber M.Sc.", "Jan H."),
        ("Frau Dr Novák, Jana", "Jana N."),
        ("Sammy Davis, Jr.", "Sammy D."),
        ("Ing. Petr Svoboda, CSc.", "Petr S."),
        ("Eva Huber, Ph.D., DrSc.", "Eva H."),
        ("Eva Huber, DiS.", "Eva H."),
        ("Eva Huber, Bakk.", "Eva H."),
        ("Phil Collins", "Phil C."),
        ("Jack Ma", "Jack M."),
        ("Anna van der Berg", "Anna B."),
        ("Jean-Luc Müller-Lüdenscheidt", "Jean-Luc M."),
        ("Sean d’Artagnan", "Sean D."),
        ("J.R.R. Tolkien", "J. T."),
        ('Robert "Bob" Smith', "Robert S."),
        ("Anna Schmidt (she/her)", "Anna S."),
        ("🌻 Anna 🌻", "Anna"),
        ("Zoe E\u0301clair", "Zoe É."),
        ("אנה कुमार", "אנה कु."),
        ("גיל לוי", "גיל ל."),
        ("王小明", "小明"),
        ("王 小明", "小明"),
        ("王小明先生", "小明"),
        ("欧阳娜娜", "娜娜"),
        ("김민준", "민준"),
        ("山田 太郎", "太郎"),
        ("さくら", "さくら"),
        ("安娜·施密特", "安娜"),
        ("anna.schmidt@example.org", NOBODY),
        ("Anna <anna@example.org>", "Anna"),
        ("anna.schmidt", "anna S."),
        ("@anna", NOBODY),
        ("https://anna.example", NOBODY),
        ("Anna +49 170 1234567", "Anna"),
        ("+49 170 1234567", NOBODY),
        ("Dr.", NOBODY),
        ("\u202eAnna", "Anna"),
        ("", NOBODY),
    ],
)
def test_others_see_a_first_name_and_an_initial(name: str, seen: str) -> None:
    assert short(name) == seen


@pytest.mark.parametrize(
    ("name", "called", "seen", "greeted"),
    [
        ("Anna Schmidt", "Anni", "Anni", "Anni"),
        ("Tanaka Yuki", "Yuki T.", "Yuki T.", "Yuki"),
        ("王小明", "小明", "小明", "小明"),
        ("王小明", "王小明", "小明", "小明"),
        ("Anna Schmidt", "Dr. Anna Schmidt", "Anna S.", "Anna"),
        ("Anna Schmidt", "anna@example.org", "Anna S.", "Anna"),
        ("", "Anni", "Anni", "Anni"),
    ],
)
def test_who_says_what_they_are_called_is_called_that(
    name: str, called: str, seen: str, greeted: str
) -> None:
    assert (short(name, called), first(name, called)) == (seen, greeted)


@given(st.text(max_size=100), st.text(max_size=60))
def test_whatever_is_typed_no_address_is_seen(name: str, called: str) -> None:
    seen = str(short(name, called))
    assert seen and "@" not in seen and "://" not in seen and len(seen.split()) <= 2


@given(
    st.sampled_from(["Dr. {0} {1}", "{1}, {0}", "{0} {1} PhD", "{0} van {1}", "{0}.{1}", "{0} (die {1}) {1}"])
)
def test_no_family_name_is_seen(shape: str) -> None:
    assert short(shape.format("Jana", "Novák")) == "Jana N."


def test_who_may_know_all_of_a_name_sees_no_address_either() -> None:
    assert whole("Dr. Jana Novák") == "Dr. Jana Novák"
    assert whole("jana.novak@example.org") == NOBODY
    assert whole("jana.novak@example.org", "Jana") == "Jana"


async def named(person: Person, name: str, called: str = "") -> None:
    await person.update_self({Person.name: name, Person.called: called})


async def test_a_host_is_named_so_on_the_page_and_in_letters(
    client: httpx.AsyncClient, walkers: Community, ana: Person, bo: Person, dev: Person
) -> None:
    await named(ana, "Dr. Jana Novák")
    await named(dev, "dev.patel@example.org")
    event = await make_event(walkers, ana)
    await co_hosts.add(event, dev, by=ana)
    page = (await client.get(url("events:event", event=event.public_id))).text
    assert "Jana N." in page and str(NOBODY) in page
    assert "Nov" not in page and "Dr." not in page and "patel" not in page
    await work_off()
    letter = (await letters_to(dev.email))[-1]
    assert "Jana N." in text_of(letter) and "Novák" not in letter.as_string()


@pytest.mark.slow
async def test_whoever_has_no_name_is_called_so_in_the_language_of_each_who_reads(
    client: httpx.AsyncClient, walkers: Community, ana: Person, bo: Person, dev: Person
) -> None:
    await named(ana, "jana.novak@example.org")
    await bo.update_self({Person.language: "de"})
    event = await make_event(walkers, ana)
    await co_hosts.add(event, dev, by=ana)
    here = url("events:event", event=event.public_id)
    assert ">Somebody<" in (await client.get(here)).text
    assert ">Jemand<" in (await client.get(here, headers={"Accept-Language": "de"})).text
    for reader in (bo, dev):
        await connect(ana, reader)
        key = await db.value("SELECT max(id) FROM connections")
        async with transaction():
            await later(tell_connected, key, reader.id)
    await work_off()
    assert "Jemand" in str((await letters_to(bo.email))[-1]["Subject"])
    assert "Somebody" in str((await letters_to(dev.email))[-1]["Subject"])


async def test_those_who_come_see_first_names(
    walkers: Community, ana: Person, bo: Person, signed_in: As
) -> None:
    event = await make_event(walkers, ana)
    await named(ana, "Novák, Dr. Jana")
    for person in (ana, bo):
        await seats.answer(event, person, answer="going", guests=0, by=person, listed="coming")
    page = (await (await signed_in(bo)).get(url("events:event", event=event.public_id))).text
    assert '<span class="person-name" dir="auto">Jana</span>' in page or ">Jana</span>" in page
    assert "Novák" not in page


async def test_one_says_in_the_settings_what_one_is_called(
    walkers: Community, bo: Person, signed_in: As
) -> None:
    browser = await signed_in(bo)
    assert "What shall people call you?" in (await browser.get("/settings/account")).text
    typed = {"name": "Prof. Bo Lindqvist", "called": "Bosse", "zone": "Europe/Berlin"}
    assert (await browser.post("/settings/account", data=typed)).status_code == 303
    page = (await browser.get("/settings/account")).text
    assert 'value="Bosse"' in page and "Just now: Bosse." in page
    event = await make_event(walkers)
    await seats.answer(event, await Person.objects().get(Person.id == bo.id), answer="going", guests=0, by=bo)
    await work_off()
    letter = (await letters_to(bo.email))[-1]
    assert "Hello Bosse," in text_of(letter) and letter["To"] == f"Bosse <{bo.email}>"


async def test_what_cannot_be_shown_is_no_way_to_be_called(bo: Person, signed_in: As) -> None:
    browser = await signed_in(bo)
    for called in ("bo@example.org", "Dr."):
        typed = {"name": "Bo Lindqvist", "called": called, "zone": "Europe/Berlin"}
        answer = await browser.post("/settings/account", data=typed)
        assert answer.status_code == 422 and 'id="f-called-error"' in answer.text, called
        assert f'value="{called}"' in answer.text


async def test_a_guest_says_it_when_they_confirm(client: httpx.AsyncClient, walkers: Community) -> None:
    event = await make_event(walkers)
    await by_letter.ask(event, name="Schmidt, Anna", email="anna@example.org", answer="going", guests=0)
    await work_off()
    letter = (await letters_to("anna@example.org"))[-1]
    link = re.search(r"https?://[^/\s]+(/rsvp/\S+)", text_of(letter))
    assert link and "What shall people call you?" in (await client.get(link[1])).text
    typed = {"answer": "going", "guests": "0", "name": "Schmidt, Anna", "called": "Anni"}
    assert (await client.post(link[1], data=typed)).status_code == 303
    await work_off()
    assert "Hello Anni," in text_of((await letters_to("anna@example.org"))[-1])


async def test_a_block_is_worded_with_the_short_name(
    walkers: Community, bo: Person, dev: Person, signed_in: As
) -> None:
    await named(dev, "Patel, Dev")
    browser = await signed_in(bo)
    await browser.post(url("members:block", person=dev.public_id))
    page = (await browser.get("/settings/blocks")).text
    assert "Dev P." in page and "Patel" not in page


async def test_organisers_see_whole_names(
    walkers: Community, ana: Person, dev: Person, signed_in: As
) -> None:
    await named(dev, "Prof. Dev Patel", "Devi")
    assert "Prof. Dev Patel" in (await (await signed_in(ana)).get("/communities/walkers/people")).text


async def title_everybody() -> dict[int, str]:
    """Give everybody a title and a family name of their own; who has which."""
    rows = await db.rows(
        "UPDATE people SET name = 'Prof. ' || name || ' Family' || id || 'son', called = '' RETURNING id, name"
    )
    return {row["id"]: f"Family{row['id']}son" for row in rows}


@pytest.mark.slow
async def test_no_page_shows_more_of_anybody_to_others(
    everywhere: Everywhere, client: httpx.AsyncClient, bo: Person, cleo: Person, signed_in: As
) -> None:
    family = await title_everybody()
    guests_own = family[everywhere.guest.id]
    row = await db.row("SELECT low, high FROM connections WHERE $1 IN (low, high)", bo.id)
    assert row
    with still():
        shown = []
        for reader in (client, await signed_in(bo), await signed_in(cleo)):
            for address in everywhere.addresses("GET"):
                if address.startswith(("/door/", "/arrivals/", "/dev/", "/followups/", "/rsvp/")):
                    continue  # The door sees whole names; letters' links are their receivers' own.
                text = (await reader.get(address)).text
                mine = {guests_own, family[bo.id], family[cleo.id], *(family[one] for one in row.values())}
                others = {name for name in family.values() if name in text} - mine
                shown += [f"{address}: {name}" for name in others]
    assert not shown, "\n".join(shown)


@pytest.mark.slow
async def test_no_letter_says_more_of_anybody_to_others(
    walkers: Community, ana: Person, bo: Person, dev: Person, cleo: Person
) -> None:
    family = await title_everybody()
    await every_letter_about_answers(walkers, ana, bo, dev, cleo)
    await every_letter_about_choosing(walkers, ana, bo, dev, cleo)
    await every_letter_about_helping(walkers, bo, dev)
    await the_letter_about_being_counted_in(walkers, ana, bo, dev)
    await every_letter_about_a_series_that_moves(walkers, ana, bo, dev)
    for kind, letter in (await letters()).items():
        words = text_of(letter) + text_of(letter, "text/html") + letter["Subject"]
        if kind != "rsvps/asked_hosts":  # Hosts know who asks.
            assert not [name for name in family.values() if name in words], kind
            assert "Prof." not in words, kind
