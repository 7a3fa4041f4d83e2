"""Somebody is back sooner than they said: what waited comes, whoever wrote it, and once."""

from datetime import timedelta

import httpx

from followups import back
from followups.hosts import telling
from members.letters import away
from members.tables import Community, Person
from tests.followups.connections.pairs import connect
from tests.followups.hosts.afterwards import tells
from tests.followups.mornings import MORNING, at, make_guests, opened
from tests.ground import letters_to, work_off
from tests.people import As

SUBJECTS = {"Dev wrote to you", "The morning after: A walk"}


async def came(person: Person) -> list[str]:
    return [
        subject for each in await letters_to(person.email) if (subject := str(each["Subject"])) in SUBJECTS
    ]


async def test_all_that_waited_comes_once(
    client: httpx.AsyncClient, walkers: Community, ana: Person, dev: Person, signed_in: As
) -> None:
    guests = await make_guests("Gus Hill", "Hal Birch")
    event = await opened(walkers, guests, by=ana, title="A walk")
    with at(MORNING):
        page = f"/connections/{await connect(ana, dev)}"
        await away.go(ana, (MORNING + timedelta(days=10)).date())
        await tells(event, guests[0], "Lovely.")
        await (await signed_in(dev)).post(f"{page}/words", data={"words": "Are you there?"})
    with at(MORNING + timedelta(days=1)):
        await telling.tell_due()
        assert await came(ana) == []
    with at(MORNING + timedelta(days=2)):
        await back.bring_what_waited(ana.id)  # They are away still.
        assert await came(ana) == []
        await away.come_back(ana)
        await work_off()
        for _ in range(2):
            await back.bring_what_waited(ana.id)
        assert sorted(await came(ana)) == sorted(SUBJECTS)
    with at(MORNING + timedelta(days=11)):
        await back.bring_what_waited(ana.id)
        assert sorted(await came(ana)) == sorted(SUBJECTS)


async def test_who_is_gone_has_nothing_that_waits() -> None:
    await back.bring_what_waited(987654321)
    assert await work_off() == 0
