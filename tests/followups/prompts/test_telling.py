"""What a prompt says at the moment of showing: only what is still so, and still for its reader."""

from datetime import datetime, timedelta

from followups.prompts import queries
from followups.prompts.telling import told
from members.tables import Community, Person
from server import db
from tests.followups.mornings import BERLIN, at
from tests.followups.prompts import weeks
from tests.followups.prompts.weeks import MET, connect, gathering

NOON = datetime(2026, 11, 16, 12, 0, tzinfo=BERLIN)


async def says(number: int) -> str:
    found = await queries.prompt(number)
    assert found
    with at(NOON + timedelta(hours=1)):
        now = await told(found)
    return str(now.said.text) if now else ""


async def test_where_they_met_is_named_as_long_as_one_may_see_it(
    walkers: Community, ana: Person, bo: Person
) -> None:
    met = await gathering(walkers, MET, ana, bo, title="Walk to the mill")
    await connect(ana, bo, met)
    await gathering(walkers, NOON + timedelta(days=3), ana, bo, title="Soup and songs")
    prompt = await weeks.told(bo, NOON)
    assert prompt
    assert await says(prompt.id) == (
        "You and Ana met at Walk to the mill. You are both coming to Soup and songs on Thursday."
    )
    await db.run("UPDATE events SET status = 'draft' WHERE id = $1", met.id)
    assert (await says(prompt.id)).startswith("You and Ana are connected.")


async def test_an_earlier_gathering_makes_no_lie_of_what_was_said(
    walkers: Community, ana: Person, bo: Person
) -> None:
    await connect(ana, bo, await gathering(walkers, MET, ana, bo))
    await gathering(walkers, NOON + timedelta(days=6), title="Choir")
    prompt = await weeks.told(bo, NOON)
    assert prompt
    await gathering(walkers, NOON + timedelta(days=2), title="Soup")
    assert await says(prompt.id) == (
        "It has been a season since you saw Ana. Sunday Walkers meets on Sunday: Choir."
    )


async def test_what_one_may_not_see_any_more_is_not_said(walkers: Community, ana: Person, bo: Person) -> None:
    await connect(ana, bo, await gathering(walkers, MET, ana, bo))
    event = await gathering(walkers, NOON + timedelta(days=6))
    prompt = await weeks.told(bo, NOON)
    assert prompt
    await db.run("UPDATE events SET visibility = 'invited' WHERE id = $1", event.id)
    assert await says(prompt.id) == ""
