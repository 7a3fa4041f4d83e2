"""The list as a table for a spreadsheet."""

import csv
import io

import pytest
import time_machine

from members.tables import Community, Person
from rsvps.door import arrivals
from rsvps.questions import queries, sheet
from rsvps.questions.sheet import AskedQuestion
from rsvps.seating import seats
from server import db
from server.languages import catalogues
from server.languages.pseudo import Accented
from tests.gatherings import in_days, make_event
from tests.people import As, make_person
from tests.rsvps.gatherings import open_door


async def test_no_cell_of_the_table_is_a_formula(walkers: Community, ana: Person, signed_in: As) -> None:
    event = await make_event(walkers)
    for start in ("=1+1", "+1", "-1", "@SUM(A1)", "\tx", " =1"):
        person = await make_person(f"p{ord(start[0])}{len(start)}")
        await db.run("UPDATE people SET name = $2 WHERE id = $1", person.id, start)
        await seats.answer(event, person, answer="going", by=person)
    answer = await (await signed_in(ana)).get(f"/events/{event.public_id}/people.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][:3] == ["Name", "Answer", "Guests"] and len(rows) == 7
    for row in rows[1:]:
        for cell in row:
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r")) and not cell.lstrip().startswith("=")


async def test_the_table_tells_all_that_was_said(
    walkers: Community, ana: Person, bo: Person, dev: Person, signed_in: As
) -> None:
    event = await make_event(walkers, guests_allowed=2, seats=3, online_seats=1)
    await sheet.put(
        event,
        [AskedQuestion("text", "=What do you eat?"), AskedQuestion("several", "Days", options=("Mo", "Tu"))],
    )
    asked = {question.prompt: question.id for question in await queries.questions(event.id)}
    replies = {asked["=What do you eat?"]: "+soup", asked["Days"]: "Mo\nTu"}
    await seats.answer(event, bo, answer="going", guests=2, guest_names="Eve\n=Fay", replies=replies, by=bo)
    await seats.answer(event, dev, answer="going", online=True, by=dev)
    await seats.answer(event, ana, answer="going", online=True, by=ana)
    answer = await (await signed_in(ana)).get(f"/events/{event.public_id}/people.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    told = {row["Name"]: row for row in rows}
    assert list(told) == ["Ana", "Bo", "Dev"]
    assert told["Bo"]["Names of guests"] == "Eve; =Fay" and told["Bo"]["Guests"] == "2"
    assert told["Bo"]["'=What do you eat?"] == "'+soup" and told["Bo"]["Days"] == "Mo; Tu"
    assert [told[name]["Room or call"] for name in told] == ["Call", "Room", "Call"]
    assert [told[name]["Place in line"] for name in told] == ["1", "", ""]
    assert told["Bo"]["Confirmed"] == "yes"


async def test_who_walked_in_is_in_the_table(
    walkers: Community, ana: Person, bo: Person, signed_in: As
) -> None:
    event = await make_event(walkers, starts_at=in_days(1), mode="in_person")
    await seats.answer(event, bo, answer="maybe", by=bo)
    door, _ = await open_door(event, by=ana)
    with time_machine.travel(event.starts_at, tick=False):
        await arrivals.walk_in(door, "=Zoe", guests=2)
    await arrivals.walked_in(event, "Yan")
    browser, address = await signed_in(ana), f"/events/{event.public_id}/people.csv"
    for asked in ("", "?status=walked_in"):
        table = (await browser.get(address + asked)).text
        rows = list(csv.DictReader(io.StringIO(table.removeprefix("\ufeff"))))
        told = {row["Name"]: (row["Answer"], row["Guests"], row["Arrived (Europe/Berlin)"]) for row in rows}
        assert told["'=Zoe"] == ("Came without an answer", "2", f"{event.local_start:%Y-%m-%d %H:%M}")
        assert told["Yan"] == ("Came without an answer", "0", "was there") and ("Bo" in told) == (not asked)
    assert "Zoe" not in (await browser.get(f"{address}?status=maybe")).text
    assert "Yan" not in (await browser.get(f"{address}?q=zo")).text


async def test_the_table_keeps_to_the_filters(
    walkers: Community, ana: Person, bo: Person, signed_in: As
) -> None:
    event = await make_event(walkers)
    await seats.answer(event, bo, answer="maybe", by=bo)
    browser = await signed_in(ana)
    address = f"/events/{event.public_id}/people.csv"
    assert "Bo,Maybe" in (await browser.get(address + "?status=maybe")).text
    assert "Bo,Maybe" not in (await browser.get(address + "?status=going")).text


async def test_the_table_speaks_its_readers_language(
    walkers: Community, ana: Person, bo: Person, signed_in: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To its last row, which is written after the request has been answered."""
    accented = Accented()
    monkeypatch.setitem(catalogues.by_code(), accented.code.lower(), accented)
    await db.run("UPDATE people SET language = $2 WHERE id = $1", ana.id, accented.code)
    event = await make_event(walkers)
    await seats.answer(event, bo, answer="going", by=bo)
    answer = await (await signed_in(ana)).get(f"/events/{event.public_id}/people.csv")
    heads, row = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert heads[:2] == [accented.found("Name"), accented.found("Answer")]
    assert row[:2] == ["Bo", accented.found("Going")]
